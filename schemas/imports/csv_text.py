"""The text of a CSV as records: the cells, and the line on which they begin."""

import csv
from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from domain.errors import Finding
from schemas.imports.encodings import not_utf8

# In bytes. The csv module takes no longer cell, and every record that is valid is shorter.
LONGEST_RECORD = 131_072


class Record(NamedTuple):
    """The cells that begin on a line, the first being 1; with findings they cannot be read."""

    line: int
    cells: list[str]
    findings: tuple[Finding, ...] = ()


class CsvText:
    """Gives the records of a CSV from its lines (bytes, without ends), once."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines = lines
        self._again: list[bytes] = []
        self._last = b""
        self._line = 0
        self._first = 1
        self._room = LONGEST_RECORD
        self._has_ended = False
        self._spoiled: list[Finding] = []

    @property
    def last_line(self) -> str:
        """The line that was read last, with U+FFFD for what is not UTF-8."""
        return self._last.decode(errors="replace")

    def records(self) -> Iterator[Record]:
        """All records; a blank line is one without cells.

        After one that cannot be read, the next is looked for in the line where that showed: so a
        quote too many costs few other records, and the finding says which lines.
        """
        while not self._has_ended:
            self._begin()
            try:
                for cells in csv.reader(self._decoded(), strict=True):
                    yield Record(self._first, cells, self._take_spoiled())
                    self._begin()
            except (csv.Error, _TooLongError) as error:
                yield Record(self._first, [], self._broken(error))

    def _begin(self) -> None:
        self._first = self._line + 1
        self._room = LONGEST_RECORD

    def _decoded(self) -> Iterator[str]:
        again, self._again = self._again, []
        for line in chain(again, self._lines):
            self._line += 1
            self._last = line
            self._room -= len(line)
            if self._room < 0:
                raise _TooLongError
            try:
                text = line.decode()
            except UnicodeDecodeError:
                self._spoiled.append(not_utf8(line, number=self._line))
                text = self.last_line
            yield text + "\n"
        self._has_ended = True

    def _take_spoiled(self) -> tuple[Finding, ...]:
        if not self._spoiled:
            return ()
        spoiled, self._spoiled = self._spoiled, []
        return tuple(spoiled)

    def _broken(self, error: Exception) -> tuple[Finding, ...]:
        spoiled = self._take_spoiled()
        if self._has_ended:
            return (*spoiled, self._unclosed())
        if self._first < self._line:
            self._again = [self._last]
            self._line -= 1
            return (self._unclosed(),)
        if isinstance(error, _TooLongError):
            detail = f"A row may have at most {LONGEST_RECORD:,} bytes."
            return (Finding("too_long", detail, pointer=""),)
        detail = (
            "A quote stands where none may. Put a cell that holds quotes, commas or line breaks "
            "in quotes, and write each quote within it twice."
        )
        return (*spoiled, Finding("not_csv", detail, pointer=""))

    def _unclosed(self) -> Finding:
        last = f" to {self._line}" if self._first < self._line else ""
        detail = (
            f"A quote opens a cell in the row that begins in line {self._first}, and none closes "
            f"it. What stands from line {self._first}{last} was not read."
        )
        return Finding("unclosed_quote", detail, pointer="")


class _TooLongError(Exception):
    """The record goes on for longer than any that is valid."""
