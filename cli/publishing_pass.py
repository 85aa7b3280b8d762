"""The part of the upkeep loop that publishes what is due by itself."""

import math
import time
from collections.abc import Callable, Collection
from threading import Event

from sqlalchemy.exc import SQLAlchemyError

from core.database import Database
from core.logging import error_facts, log_error, log_info
from domain.errors import DomainError
from domain.working_days import CalendarRangeError
from services.publications.due import Due, due_publications, publish_due

# To choose what to hide takes a minute of a processor: what failed is not tried each round.
_AGAIN_SECONDS = 3_600.0
_FAILURES = (DomainError, SQLAlchemyError, CalendarRangeError)


class PublishingPass:
    """Publishes what is due, round after round, of some authorities or all.

    What failed is written to the log, and tried again after an hour.
    """

    def __init__(
        self,
        database: Database,
        *,
        authorities: Collection[str] = (),
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._authorities = authorities
        self._seconds = seconds
        self._again_at: dict[Due, float] = {}

    def run(self, stop: Event) -> int:
        """Publish what is due, one report after another, until told to stop; how many there were.

        Raises nothing that a later round might not meet: the loop goes on.
        """
        return sum(self._publish(due) for due in self._due() if not stop.is_set())

    def _due(self) -> list[Due]:
        try:
            found = due_publications(self._database, authorities=self._authorities)
        except _FAILURES as error:
            log_error("due_publications_unknown", **error_facts(error))
            return []
        now = self._seconds()
        return [each for each in found if self._again_at.get(each, -math.inf) <= now]

    def _publish(self, due: Due) -> bool:
        facts = {
            "area": due.area.code,
            "report": str(due.report),
            "period": due.period.code,
        }
        try:
            published = publish_due(self._database, due)
        except _FAILURES as error:
            self._again_at[due] = self._seconds() + _AGAIN_SECONDS
            log_error("publication_failed", **facts, **error_facts(error))
            return False
        self._again_at.pop(due, None)
        log_info("report_published", **facts)
        return published.is_created
