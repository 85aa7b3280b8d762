"""From the cells of a row to the JSON value that they say."""

from collections.abc import Callable, Sequence

from schemas.imports.columns import COLUMNS


class RowReader:
    """Reads rows under one header; `columns` are known columns' names, in the header's order."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._record = _Object("")
        objects: dict[str, _Object] = {}
        lists: dict[str, dict[int, _Object]] = {}
        for place, column in enumerate(columns):
            within, _, name = column.rpartition(".")
            outer, _, index = within.partition(".")
            if index:
                part = lists.setdefault(outer, {}).setdefault(int(index), _Object(within))
            else:
                part = objects.setdefault(outer, _Object(outer)) if outer else self._record
            part.add(place=place, name=name, reader=COLUMNS[column])
        self._objects = tuple(objects.items())
        self._lists = tuple(
            (name, tuple(items[index] for index in sorted(items))) for name, items in lists.items()
        )

    def read(self, cells: Sequence[str]) -> tuple[dict[str, object], dict[str, str]]:
        """The nested object without blank cells, and what moved; `cells` are one for a column.

        A list has its objects in the order of their columns' numbers, without gaps. What moved is
        told as place to columns: `{"parents_carers.0": "parents_carers.1"}`.
        """
        value = self._record.read(cells)
        for name, part in self._objects:
            inner = part.read(cells)
            if inner:
                value[name] = inner
        moved: dict[str, str] = {}
        for name, items in self._lists:
            found = [(item.column, inner) for item in items if (inner := item.read(cells))]
            if found:
                value[name] = [inner for _, inner in found]
                places = ((f"{name}.{index}", column) for index, (column, _) in enumerate(found))
                moved |= {place: column for place, column in places if place != column}
        return value, moved


class _Object:
    """One object of the value: which cell is which of its fields, found once."""

    def __init__(self, column: str) -> None:
        self.column = column
        self._places: list[tuple[int, str]] = []
        self._readers: list[tuple[str, int, Callable[[str], object]]] = []

    def add(self, *, place: int, name: str, reader: Callable[[str], object]) -> None:
        self._places.append((place, name))
        if reader is not str:
            self._readers.append((name, place, reader))

    def read(self, cells: Sequence[str]) -> dict[str, object]:
        value: dict[str, object] = {
            name: cell
            for place, name in self._places
            if (cell := cells[place]) and not cell.isspace()
        }
        for name, place, reader in self._readers:
            if name in value:
                value[name] = reader(cells[place])
        return value
