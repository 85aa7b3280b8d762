"""How far an import is, told where no terminal shows a bar."""

import pytest

from cli.reading_progress import progress_lines


@pytest.mark.parametrize(
    ("size", "lines"),
    [
        (4_000, ["Importing: 2,000 of 4,000 (50%) bytes read"]),
        (None, ["Importing: 2,000 bytes read"]),
    ],
)
def test_a_line_tells_how_far_it_is_each_time_that_the_seconds_have_gone_by(capsys, size, lines):
    clock = iter([0, 9, 10, 10, 19])
    told = progress_lines(size, every=10, seconds=lambda: next(clock))
    for _ in range(3):
        told(1_000)
    shown = capsys.readouterr()
    assert (shown.err.splitlines(), shown.out) == (lines, "")
