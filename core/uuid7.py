"""Identifiers that sort by the time at which they were made (RFC 9562, version 7)."""

import secrets
import time
import uuid

_VERSION = 7 << 76
_VARIANT = 2 << 62


def uuid7() -> str:
    """A new UUIDv7 in its text form: 48 bits of Unix milliseconds, then 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    random_a = secrets.randbits(12) << 64
    random_b = secrets.randbits(62)
    return str(uuid.UUID(int=milliseconds << 80 | _VERSION | random_a | _VARIANT | random_b))
