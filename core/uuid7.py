"""Identifiers that sort by the time at which they were made (RFC 9562, version 7)."""

import os
import time

_VERSION = 7 << 76
_VARIANT = 2 << 62
_RANDOM = (1 << 80) - 1 & ~(0xF << 76) & ~(3 << 62)


def uuid7() -> str:
    """A new UUIDv7 in its text form: 48 bits of Unix milliseconds, then 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10)) & _RANDOM
    text = f"{milliseconds << 80 | _VERSION | _VARIANT | random:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
