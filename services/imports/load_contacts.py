"""Load rows of contacts and referrals: judged first, then written together in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from core.database import transaction_time
from domain.access import Caller
from domain.errors import Finding, SentBeforeWithOtherContentError
from domain.imports import ImportRow, RecordResult, Reference
from domain.working_days import london_date
from models import Contact
from services.contacts.active_caf import cafs_of_children
from services.contacts.insert_many import insert_many
from services.contacts.submit_contact import Submissions
from services.contacts.terms import read_terms
from services.imports.judge_contacts import JudgedRow, JudgedRows, judge_rows
from services.imports.report import ResultRow
from services.imports.results import ResultDraft, Told


@dataclass(frozen=True, slots=True)
class LoadedContacts:
    """Rows that were written where they were good and new, and what became of each, in order."""

    rows: Sequence[JudgedRow]
    results: Sequence[ResultRow]

    def created_lines(self) -> Mapping[Reference, int]:
        """The lines of those that were created, by reference."""
        return {
            each.reference: each.row.line
            for each, result in zip(self.rows, self.results, strict=True)
            if result["result"] is RecordResult.CREATED and each.reference
        }


@dataclass(frozen=True, slots=True)
class _Known:
    """A record that was there before: its id, and the digest of its content."""

    contact_id: str
    digest: bytes


def load_contacts(
    session: Session,
    caller: Caller,
    rows: Sequence[ImportRow],
    *,
    judged: JudgedRows | None,
    submissions: Submissions,
    told: Told,
) -> LoadedContacts:
    """Write the rows that are good and new.

    Rows that were not judged yet, or on terms or on a day that no longer hold, are judged now, on
    terms that are remembered.
    """
    now = transaction_time(session)
    added = None
    if judged is not None and _is_of_today(judged, now):
        added = _insert(session, caller, judged)
    while judged is None or added is None:
        terms = read_terms(session, caller.authority)
        submissions.remembered.remember(caller.authority, terms)
        judged = judge_rows(
            caller,
            rows,
            terms=terms,
            arrived_at=now,
            digest_key=submissions.digest_key,
            told=told,
        )
        added = _insert(session, caller, judged)
    known = _known(session, caller, judged, added)
    results = [
        each.created
        if each.created is not None and _is_added(each, added)
        else _draft(each, known).as_row(told)
        for each in judged.rows
    ]
    return LoadedContacts(judged.rows, results)


def _is_of_today(judged: JudgedRows, now: datetime) -> bool:
    return judged.arrived_at <= now and london_date(judged.arrived_at) == london_date(now)


def _insert(session: Session, caller: Caller, judged: JudgedRows) -> frozenset[str] | None:
    return insert_many(
        session,
        caller,
        judged.arrays,
        recorded_at=transaction_time(session),
        terms=judged.terms,
        derived=_derived(session, caller, judged),
    )


def _derived(session: Session, caller: Caller, judged: JudgedRows) -> Mapping[str, bool]:
    """What the CAF records say of the good rows, by the contact's id, where there are any."""
    good = [each.contact for each in judged.rows if each.contact is not None]
    cafs = cafs_of_children(session, caller.authority, [new.identity for new in good])
    if not cafs:
        return {}
    said = {
        new.contact_id: cafs.any_active_on(new.contact["received_on"], child=new.identity)
        for new in good
    }
    return {key: is_active for key, is_active in said.items() if is_active is not None}


def _known(
    session: Session, caller: Caller, judged: JudgedRows, added: frozenset[str]
) -> Mapping[Reference, _Known]:
    """The records that stand under the references of rows that were not written."""
    if len(added) == len(judged.rows):
        return {}
    asked = {
        each.reference
        for each in judged.rows
        if each.digest and each.reference and not _is_added(each, added)
    }
    known = {
        each.reference: _Known(each.contact.contact_id, each.digest)
        for each in judged.rows
        if each.contact and each.digest and each.reference in asked and _is_added(each, added)
    }
    wanted = asked - known.keys()
    if not wanted:
        return known
    found = session.execute(
        select(
            Contact.agency_code,
            Contact.agency_reference,
            Contact.contact_id,
            Contact.content_digest,
        ).where(
            Contact.authority_code == caller.authority,
            tuple_(Contact.agency_code, Contact.agency_reference).in_(wanted),
        )
    )
    return known | {(agency, ref): _Known(id_, digest) for agency, ref, id_, digest in found}


def _draft(each: JudgedRow, known: Mapping[Reference, _Known]) -> ResultDraft:
    """What became of a row that was not written."""
    row = each.row
    there = known.get(each.reference) if each.reference and each.digest else None
    if there is not None and there.digest == each.digest:
        return ResultDraft(row=row, result=RecordResult.REPLAYED, contact_id=there.contact_id)
    if there is None or each.contact is None:
        return ResultDraft(row=row, result=RecordResult.REJECTED, errors=each.errors)
    error = SentBeforeWithOtherContentError(there.contact_id)
    finding = Finding("sent_before_with_other_content", error.detail, "/agency_reference")
    return ResultDraft(
        row=row, result=RecordResult.CONFLICTING, contact_id=there.contact_id, errors=[finding]
    )


def _is_added(each: JudgedRow, added: frozenset[str]) -> bool:
    return each.contact is not None and each.contact.contact_id in added
