"""Publish what partners of the demonstration read, as often as asked."""

from core.database import Database
from domain.periods import parse_period
from domain.publications import PublishedReport
from services.demonstration.places import (
    ADMINISTRATOR,
    MEMBERS,
    PARTNERSHIP,
    STOCKTON_ON_TEES,
)
from services.demonstration.records import PERIOD
from services.publications.publish import Publisher, publish

PUBLISHED = (
    (STOCKTON_ON_TEES, PublishedReport.TABLE_1),
    (STOCKTON_ON_TEES, PublishedReport.INPUTS),
    (PARTNERSHIP, PublishedReport.TABLE_1),
)


def publish_demonstration(database: Database, *, key_id: str | None) -> int:
    """Publish what is not published yet, by the key that administers the partnership.

    Gives how many reports it were; raises as `publish` does.
    """
    publisher = Publisher(frozenset(MEMBERS), ADMINISTRATOR, key_id)
    return sum(
        publish(
            database,
            publisher,
            area=area,
            report=report,
            period=parse_period(PERIOD),
            as_at=None,
        ).is_created
        for area, report in PUBLISHED
    )
