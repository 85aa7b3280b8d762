"""Hold the ledger against the records: both have to tell the same story."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.decisions import Decision
from domain.timeline import Booking, Timeline, timeline
from domain.vocabulary import Outcome
from models import Contact, DecisionTaken, LedgerEntry
from services.contacts.record import as_decision
from services.contacts.standing import counted_facts
from services.writing import columns_of

BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A contact whose ledger entries do not add up to its timeline."""

    contact_id: str
    detail: str


def verify_ledger(session: Session, *, authority: str) -> Iterator[Disagreement]:
    """Every contact of an authority whose ledger disagrees with its record and decisions.

    Checks that the entries add up to the timeline that the record's facts and standing decisions
    give, and that the stored outcome is the one that the timeline ends in.
    """
    after = ""
    while ids := _next_ids(session, authority, after):
        suspects = [each.contact_id for each in _disagreements(session, authority, ids)]
        if suspects:
            yield from _disagreements(session, authority, suspects, for_update=True)
        after = ids[-1]


def contact_count(session: Session, *, authority: str) -> int:
    """How many contacts an authority has, voided ones included."""
    counted = select(func.count()).where(Contact.authority_code == authority)
    return session.scalars(counted).one()


def _disagreements(
    session: Session, authority: str, ids: list[str], *, for_update: bool = False
) -> list[Disagreement]:
    """Compare some contacts; locked, so that a change between two reads is no disagreement."""
    of_ids = select(Contact).where(Contact.authority_code == authority, Contact.contact_id.in_(ids))
    contacts = session.scalars(of_ids.with_for_update() if for_update else of_ids).all()
    decisions = _decisions(session, authority, ids)
    booked = _booked(session, authority, ids)
    found = []
    for contact in contacts:
        key = contact.contact_id
        expected = timeline(counted_facts(columns_of(contact)), decisions.get(key, []))
        if booked.get(key, Timeline()) != expected:
            found.append(Disagreement(key, "the entries do not add up to the timeline"))
        elif _ends_in(expected) != contact.outcome:
            found.append(Disagreement(key, "the stored outcome is not the timeline's"))
    session.expunge_all()
    return found


def _next_ids(session: Session, authority: str, after: str) -> list[str]:
    statement = (
        select(Contact.contact_id)
        .where(Contact.authority_code == authority)
        .order_by(Contact.contact_id)
        .limit(BATCH)
    )
    if after:
        statement = statement.where(Contact.contact_id > after)
    return list(session.scalars(statement))


def _decisions(session: Session, authority: str, ids: list[str]) -> dict[str, list[Decision]]:
    rows = session.scalars(
        select(DecisionTaken)
        .where(DecisionTaken.authority_code == authority, DecisionTaken.contact_id.in_(ids))
        .order_by(DecisionTaken.sequence)
    )
    decisions = defaultdict(list)
    for row in rows:
        decisions[row.contact_id].append(as_decision(row))
    return decisions


def _booked(session: Session, authority: str, ids: list[str]) -> dict[str, Timeline]:
    booked: dict[str, Timeline] = defaultdict(Timeline)
    for entry in session.scalars(
        select(LedgerEntry).where(
            LedgerEntry.authority_code == authority, LedgerEntry.contact_id.in_(ids)
        )
    ):
        booking = Booking(**{name: getattr(entry, name) for name in Booking._fields})
        booked[entry.contact_id][booking] += entry.n
    return {
        key: Timeline({each: n for each, n in sums.items() if n}) for key, sums in booked.items()
    }


def _ends_in(expected: Timeline) -> str | None:
    standing: dict[Outcome, int] = defaultdict(int)
    for booking, n in expected.items():
        standing[booking.outcome] += n
    return next((outcome for outcome, n in standing.items() if n), None)
