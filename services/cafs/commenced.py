"""How many CAF assessments commenced, by the kind of agency that leads."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from domain.periods import Period

COUNTED_STAGE = 2
_EVER = datetime.max.replace(tzinfo=UTC)
_KNOWN = (
    " FROM (SELECT DISTINCT ON (authority_code, caf_id) agency_kind, stage, commenced_on"
    " FROM caf_version"
    " WHERE authority_code = ANY (CAST(:authorities AS text[])) AND recorded_at <= :as_at"
    " ORDER BY authority_code, caf_id, version DESC) AS known"
    " WHERE stage = :stage AND commenced_on BETWEEN :start AND :end GROUP BY 1"
)
_BY_KIND = text(f"SELECT agency_kind, count(*) {_KNOWN}")
_BY_DAY = text(f"SELECT commenced_on, count(*) {_KNOWN}")


def cafs_commenced(
    session: Session,
    *,
    authorities: Sequence[str],
    commenced: Period,
    as_at: datetime | None = None,
) -> Mapping[str, int]:
    """Count the stage-2 assessments that commenced on the days of a period, by agency kind.

    As known at the instant `as_at` (aware), None for now; kinds without any are left out
    (definitions.md, section 4, `caf2_commenced`).
    """
    rows = session.execute(_BY_KIND, _values(authorities, commenced, as_at))
    return {row[0]: row[1] for row in rows}


def cafs_commenced_on(
    session: Session, *, authorities: Sequence[str], commenced: Period
) -> Mapping[date, int]:
    """Count the same by the London day on which they commenced, as known now."""
    rows = session.execute(_BY_DAY, _values(authorities, commenced, None))
    return {row[0]: row[1] for row in rows}


def _values(
    authorities: Sequence[str], commenced: Period, as_at: datetime | None
) -> dict[str, object]:
    return {
        "authorities": list(authorities),
        "stage": COUNTED_STAGE,
        "start": commenced.start,
        "end": commenced.end,
        "as_at": as_at or _EVER,
    }
