"""Read what is published."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.database import EVERY_AGENCY, Database, Scope
from domain.access import Principal, Role
from domain.errors import NotFoundError
from domain.periods import Period, parse_period
from domain.publications import PublishedReport
from models import Authority, Partnership, Publication
from services.reports.areas import area_of

LISTS_PUBLICATIONS = (Role.REPORT, Role.DECIDE, Role.ADMIN)


@dataclass(frozen=True, slots=True)
class PublishedAnswer:
    """A published report as it is answered for ever, and a hash of all that it says."""

    fingerprint: str
    json: bytes
    csv: str


@dataclass(frozen=True, slots=True)
class Page:
    """Publications as they are told; `next` is where the page after it begins, None on the last."""

    items: list[dict[str, Any]]
    next: str | None


def published_answer(
    database: Database,
    principal: Principal,
    *,
    area: str,
    report: PublishedReport,
    period: Period,
) -> PublishedAnswer:
    """What is published, for who is a partner in each authority of the area.

    A partnership is of the authorities that it has now and of those that it had then. Raises
    `NotFoundError` where there is no such area for the caller, or nothing is published.
    """
    partner = principal.authorities_with([Role.PARTNER])
    with database.reports_transaction(Scope(tuple(sorted(partner)), EVERY_AGENCY)) as session:
        known = area_of(session, area)
        row = session.scalars(
            select(Publication).where(
                Publication.area_code == area,
                Publication.report == report,
                Publication.period == period.code,
            )
        ).one_or_none()
    if known is None or row is None or not partner.issuperset(known.authorities):
        raise NotFoundError(NOTHING_PUBLISHED)
    return PublishedAnswer(row.fingerprint, row.body.encode(), row.csv)


def list_publications(
    database: Database,
    principal: Principal,
    *,
    area: str | None,
    limit: int = 50,
    before: str | None = None,
) -> Page:
    """What is published, newest first, of the areas in whose every authority the caller lists.

    That takes the role report, decide or admin. `before` is the `next` of the page before.
    """
    scope = Scope(tuple(sorted(principal.authorities_with(LISTS_PUBLICATIONS))), EVERY_AGENCY)
    newest = select(Publication).order_by(Publication.publication_id.desc()).limit(limit + 1)
    if area is not None:
        newest = newest.where(Publication.area_code == area)
    if before is not None:
        newest = newest.where(Publication.publication_id < before)
    with database.reports_transaction(scope) as session:
        rows = session.scalars(newest).all()
        names = _names(session)
    items = [record_of(row, name=names[row.area_code]) for row in rows[:limit]]
    return Page(items, rows[limit - 1].publication_id if len(rows) > limit else None)


def record_of(row: Publication, *, name: str) -> dict[str, Any]:
    """A publication as it is told: what, as at when, by whom, and how much of it is hidden.

    `hidden` counts what it printed for the first time. `url` is the report's path and query.
    """
    period = parse_period(row.period)
    return {
        "id": row.publication_id,
        "area": {"code": row.area_code, "name": name},
        "report": row.report,
        "period": {
            "code": row.period,
            "label": period.label,
            "from": period.start,
            "to": period.end,
        },
        "as_at": row.as_at,
        "position_on": row.position_on,
        "published_at": row.published_at,
        "published_by": row.published_by,
        "hidden": {"first": row.first_hidden, "further": row.further_hidden},
        "url": f"/v1/reports/{row.report}?area={row.area_code}&period={row.period}",
    }


def _names(session: Session) -> dict[str, str]:
    authorities = session.execute(select(Authority.authority_code, Authority.name))
    partnerships = session.execute(select(Partnership.partnership_code, Partnership.name))
    return {code: name for rows in (authorities, partnerships) for code, name in rows}


NOTHING_PUBLISHED = "Nothing is published of this area and period, or it is not yours to read."
