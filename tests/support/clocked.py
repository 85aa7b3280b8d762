"""The application with a clock that a test sets, on the same real database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from flask import Flask

from api import create_app
from core.database import Database
from core.settings import Settings


class SetClock:
    """A clock that stands still until it is set or moved on; `now` is aware."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """The time as the application reads it."""
        return self.now

    def move(self, **duration: float) -> None:
        """Move on by a `timedelta` of these parts."""
        self.now += timedelta(**duration)


@contextmanager
def clocked_app(settings: Settings, clock: SetClock) -> Iterator[Flask]:
    """The whole application; every transaction records the clock's time."""
    database = Database(settings.database_url, pool_size=2, clock=clock)
    yield create_app(settings, database=database)
    database.dispose()
