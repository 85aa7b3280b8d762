"""The one error of the embedded server's modules."""


class EmbeddedPostgresError(Exception):
    """The embedded server cannot run; the message says why, for the person who started it."""
