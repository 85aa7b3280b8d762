"""The bytes of a file as an import reads them, and what ends the reading."""

import os
import signal
from threading import Event

import pytest

from cli.file_parts import file_parts, size_of, stopped_by_signals
from domain.imports import BodyEndedError


def test_all_of_a_file_comes_in_parts_and_each_is_told(tmp_path):
    path = tmp_path / "records"
    path.write_bytes(b"0123456789" * 20_000)
    told = []
    with path.open("rb") as file:
        assert size_of(file) == 200_000
        parts = list(file_parts(file, told=told.append, stop=Event()))
    assert b"".join(parts) == path.read_bytes()
    assert len(parts) > 1
    assert told == [len(part) for part in parts]


def test_a_pipe_has_no_size_and_gives_what_is_there():
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as file, os.fdopen(writing, "wb", buffering=0) as end:
        assert size_of(file) is None
        parts = file_parts(file, told=lambda _: None, stop=Event())
        end.write(b"one")
        assert next(parts) == b"one"


def test_reading_ends_where_somebody_says_stop_also_while_nothing_comes():
    reading, writing = os.pipe()
    stop = Event()
    with os.fdopen(reading, "rb") as file, os.fdopen(writing, "wb"):
        parts = file_parts(file, told=lambda _: None, stop=stop)
        stop.set()
        with pytest.raises(BodyEndedError, match=r"The import was interrupted\."):
            next(parts)


def test_a_file_that_cannot_be_read_on_ends_the_reading_in_words():
    # The first page of a process's memory is nobody's to read.
    with open("/proc/self/mem", "rb", buffering=0) as file:  # noqa: PTH123  (buffered, it hides it)
        parts = file_parts(file, told=lambda _: None, stop=Event())
        with pytest.raises(BodyEndedError, match=r"not be read to its end: Input/output error\."):
            next(parts)


@pytest.fixture(params=[signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def number(request):
    """A signal, handled after the test as it was before."""
    before = signal.getsignal(request.param)
    yield request.param
    signal.signal(request.param, before)


def test_the_first_signal_says_stop_and_the_second_is_left_to_the_system(number):
    before = signal.SIG_DFL
    signal.signal(number, before)
    with stopped_by_signals() as stop:
        assert not stop.is_set()
        signal.raise_signal(number)
        assert stop.is_set()
        assert signal.getsignal(number) == signal.SIG_DFL
    assert signal.getsignal(number) == before


def test_a_signal_that_is_ignored_stays_so(number):
    signal.signal(number, signal.SIG_IGN)
    with stopped_by_signals() as stop:
        signal.raise_signal(number)
        assert not stop.is_set()
    assert signal.getsignal(number) == signal.SIG_IGN
