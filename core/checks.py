"""What a readiness check raises."""


class CheckFailedError(Exception):
    """A part that Front Door needs is not there; the check's name says which."""
