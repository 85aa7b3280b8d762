"""Publish a report of an area and a period: what it shows is chosen, proven, and stays."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core.database import EVERY_AGENCY, Database, Scope, transaction_time
from core.uuid7 import uuid7
from domain.errors import (
    Finding,
    ForbiddenError,
    NotFoundError,
    NotSettledError,
    PublishedBeforeError,
    PublishedMeanwhileError,
    UnprocessableError,
)
from domain.measures.columns import is_quarter
from domain.periods import Period, financial_year_of
from domain.publications import PublishedReport
from domain.working_days import london_date
from models import Publication, PublishedFigures
from services.publications.choose import Chosen, choose
from services.publications.draft import Draft, draft_of
from services.publications.family import kin_of
from services.publications.read import record_of
from services.publications.reckoning import Figures, as_display, ids_of, published_of
from services.publications.words import instant_text
from services.reports.areas import ENGLAND, NO_SUCH_AREA, area_of
from services.settled import settled_before

_ATTEMPTS = 5
_LEAST = timedelta(microseconds=1)
# The first of the two numbers of the lock, which tells it from locks of other kinds.
_LOCK = 1012


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes, by name, and the authorities in which it may.

    `key_id` is None for the server's own commands.
    """

    authorities: frozenset[str]
    name: str
    key_id: str | None


@dataclass(frozen=True, slots=True)
class Published:
    """A publication as it is told, and whether it was made now."""

    record: dict[str, Any]
    is_created: bool


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is to be published; `as_at` None is the latest instant that is settled."""

    area: str
    report: PublishedReport
    period: Period
    as_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Ground:
    """What stands before anything is read: the area's kin, and the instant if no other is fixed."""

    kin: tuple[str, ...]
    as_at: datetime


def publish(
    database: Database,
    publisher: Publisher,
    *,
    area: str,
    report: PublishedReport,
    period: Period,
    as_at: datetime | None,
    stored: Callable[[Session, str], None] | None = None,
) -> Published:
    """Publish, or give what is published already of this area, report and period.

    Figures of every authority that partnerships connect with the area's are read, in a scope of
    all of them, whatever the publisher may read: to choose what is hidden. Nothing of theirs
    reaches the answer. They are kept, each for its own authority, since later publications of any
    of them start from the same figures. Nothing is held open while the choice is made, which takes
    seconds to minutes; it is stored only where nothing was published of the family meanwhile.

    `as_at` (aware) must be settled; None is the latest settled instant, or that at which the
    period is published already in the family. `stored` is called with the publication's id in the
    transaction that stores it or finds it; what it raises leaves nothing stored.

    Raises `NotFoundError` for an area that is none of the publisher's, `ForbiddenError` where it
    may not publish for each of its authorities, `UnprocessableError` for what can't be published,
    `PublishedBeforeError` for another instant than that of what belongs together with it,
    `NotSettledError`, `CannotBeProtectedError`, and `PublishedMeanwhileError`.
    """
    asked = _Asked(area, report, period, as_at)
    note = stored or _nothing_more
    for _ in range(_ATTEMPTS):
        ground = _ground_of(database, publisher, asked, note)
        if isinstance(ground, Published):
            return ground
        with database.transaction(Scope(ground.kin, EVERY_AGENCY)) as session:
            draft = draft_of(
                session,
                Figures(session, ground.kin),
                area=area,
                report=report,
                period=period,
                otherwise=ground.as_at,
            )
        _require_rights(publisher, draft.area.authorities)
        _require_instant(asked, draft.as_at)
        chosen = choose(draft.reckoning, draft.wanted)
        record = _store(database, publisher, draft, chosen, kin=ground.kin, note=note)
        if record is not None:
            return Published(record, is_created=True)
    message = "Others publish tables that belong together with this one. Repeat the request."
    raise PublishedMeanwhileError(message)


def _ground_of(
    database: Database,
    publisher: Publisher,
    asked: _Asked,
    note: Callable[[Session, str], None],
) -> _Ground | Published:
    """What a choice starts from, or the publication that there is already."""
    _require_form(asked)
    with database.transaction(Scope()) as session:
        area = area_of(session, asked.area)
        kin = kin_of(session, asked.area)
    if area is None:
        raise NotFoundError(NO_SUCH_AREA)
    _require_rights(publisher, area.authorities)
    with database.transaction(_scope(publisher, kin)) as session:
        publication = session.scalars(_publication_of(asked)).one_or_none()
        if publication is not None:
            _require_rights(publisher, publication.authorities)
            _require_instant(asked, publication.as_at)
            note(session, publication.publication_id)
            return Published(record_of(publication, name=area.name), is_created=False)
        as_at = _instant(asked, now=transaction_time(session), settled=settled_before(session))
    return _Ground(kin, as_at)


def _require_form(asked: _Asked) -> None:
    if asked.area == ENGLAND:
        detail = "England is whatever a caller may read: publish an authority or a partnership."
        raise UnprocessableError([Finding("not_published", detail, pointer="/area")])
    if asked.report is PublishedReport.INPUTS and not is_quarter(asked.period):
        detail = "Inputs are of a quarter, such as 2013-14-Q4: the year before is its first column."
        raise UnprocessableError([Finding("not_a_quarter", detail, pointer="/period")])
    if not (is_quarter(asked.period) or asked.period == financial_year_of(asked.period.start)):
        detail = "Only a quarter such as 2013-14-Q4 or a year such as 2013-14 is published."
        raise UnprocessableError([Finding("not_a_period", detail, pointer="/period")])


def _require_rights(publisher: Publisher, authorities: Iterable[str]) -> None:
    of_area = set(authorities)
    if not of_area & publisher.authorities:
        raise NotFoundError(NO_SUCH_AREA)
    if not of_area <= publisher.authorities:
        message = "To publish a report of an area takes the role admin in each of its authorities."
        raise ForbiddenError(message)


def _require_instant(asked: _Asked, as_at: datetime) -> None:
    if asked.as_at not in {None, as_at}:
        message = (
            "This report, or one that belongs together with it, is published as at "
            f"{instant_text(as_at)}. Leave as_at out, or give that instant."
        )
        raise PublishedBeforeError(message)


def _instant(asked: _Asked, *, now: datetime, settled: datetime) -> datetime:
    """The instant that is asked for, or the latest settled one."""
    if asked.as_at is not None and asked.as_at > now:
        detail = "This instant is still to come. Give one that has passed, or leave it out."
        raise UnprocessableError([Finding("in_the_future", detail, pointer="/as_at")])
    if asked.as_at is not None and asked.as_at >= settled:
        message = "A write that began before this instant is still open. Repeat the request."
        raise NotSettledError(message)
    as_at = asked.as_at or settled - _LEAST
    if london_date(as_at) <= asked.period.end:
        pointer = "/period" if asked.as_at is None else "/as_at"
        detail = "Only a period that has ended, by the instant of its figures, is published."
        raise UnprocessableError([Finding("not_ended", detail, pointer=pointer)])
    return as_at


def _store(
    database: Database,
    publisher: Publisher,
    draft: Draft,
    chosen: Chosen,
    *,
    kin: tuple[str, ...],
    note: Callable[[Session, str], None],
) -> dict[str, Any] | None:
    """Store a publication; None where others of the family were published since it was begun."""
    with database.transaction(_scope(publisher, kin)) as session:
        for code in kin:
            session.execute(select(func.pg_advisory_xact_lock(_LOCK, func.hashtext(code))))
        if ids_of(published_of(session, kin)) != draft.reckoning.publications:
            return None
        now = transaction_time(session)
        documents = draft.documents(chosen.printed, published_at=now)
        row = Publication(
            publication_id=uuid7(),
            area_code=draft.area.code,
            authorities=list(draft.area.authorities),
            report=draft.report,
            period=draft.period.code,
            as_at=draft.as_at,
            position_on=draft.column.position_on,
            published_at=now,
            key_id=publisher.key_id,
            published_by=publisher.name,
            first_hidden=chosen.first,
            further_hidden=chosen.further,
            display=as_display(chosen.printed),
            body=documents.json.decode(),
            csv=documents.csv,
            fingerprint=hashlib.sha256(documents.json).hexdigest()[:32],
        )
        session.add(row)
        session.add_all(_figures_kept(draft))
        session.flush()
        note(session, row.publication_id)
        return record_of(row, name=draft.area.name)


def _figures_kept(draft: Draft) -> Iterator[PublishedFigures]:
    for authority, period, kept in draft.reckoning.new_figures():
        yield PublishedFigures(
            authority_code=authority,
            period=period,
            as_at=kept.as_at,
            position_on=kept.position_on,
            figures={"contacts": kept.contacts, "cafs": kept.cafs},
        )


def _publication_of(asked: _Asked) -> Select[Publication]:
    return select(Publication).where(
        Publication.area_code == asked.area,
        Publication.report == asked.report,
        Publication.period == asked.period.code,
    )


def _scope(publisher: Publisher, kin: tuple[str, ...]) -> Scope:
    return Scope(tuple(sorted({*publisher.authorities, *kin})), EVERY_AGENCY)


def _nothing_more(_session: Session, _publication_id: str) -> None:
    """What is done when a publication is stored, where nobody asks for more."""
