"""What a measurement raises."""


class MeasureError(Exception):
    """A figure cannot be had, or would be wrong; the message is one sentence."""
