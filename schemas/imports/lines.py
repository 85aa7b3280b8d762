"""The lines of a body that comes in parts."""

from collections.abc import Iterable, Iterator

from schemas.imports.encodings import without_mark

LONGEST_LINE = 1_048_576


def lines_of(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of a body in UTF-8, without their ends (LF; a CR before it stays) and its mark.

    `parts` are the body's bytes, split anywhere. Of a line longer than LONGEST_LINE more than that
    is given, so that its length tells, but perhaps not all. Raises EncodingError at once where the
    body begins in UTF-16 or UTF-32.
    """
    return _split(without_mark(parts))


def _split(parts: Iterable[bytes]) -> Iterator[bytes]:
    begun = bytearray()
    for part in parts:
        first, *others = part.split(b"\n")
        if len(begun) <= LONGEST_LINE:
            begun += first
        if others:
            yield bytes(begun)
            begun[:] = others.pop()
            yield from others
    if begun:
        yield bytes(begun)
