"""Identifiers that sort by the time at which they were made (RFC 9562, version 7)."""

import os
import time

_RANDOM_BYTES = 10
# The two bits of the variant, and two random ones.
_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}


def uuid7() -> str:
    """A new UUIDv7 in its text form: 48 bits of Unix milliseconds, then 74 random bits."""
    return _uuid7(os.urandom(_RANDOM_BYTES).hex())


def uuid7s(count: int) -> list[str]:
    """As many new ones, for which the system is asked only once."""
    chance = os.urandom(count * _RANDOM_BYTES).hex()
    digits = 2 * _RANDOM_BYTES
    return [_uuid7(chance[start : start + digits]) for start in range(0, len(chance), digits)]


def _uuid7(chance: str) -> str:
    stamp = f"{time.time_ns() // 1_000_000:012x}"
    variant = _VARIANT[chance[3]]
    return f"{stamp[:8]}-{stamp[8:]}-7{chance[:3]}-{variant}{chance[4:7]}-{chance[7:19]}"
