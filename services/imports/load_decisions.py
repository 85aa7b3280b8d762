"""Load rows of decisions: each is taken as if it were sent alone, all are written together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time

from sqlalchemy.orm import Session

from domain.access import Caller
from domain.decision_rules import missing_reasons
from domain.decisions import Decision
from domain.errors import (
    DecisionNotAllowedError,
    Finding,
    ForbiddenError,
    UnprocessableError,
    all_findings,
)
from domain.imports import ImportRow, RecordResult, Reference
from services.contacts.accept_submission import agency_of
from services.contacts.change import change_time, next_version
from services.contacts.digest import content_digest
from services.decisions.record_decisions import (
    Proposals,
    change_of,
    known_duplicates,
    sender_may_send,
)
from services.imports.decided_contacts import (
    DecidedContact,
    lock_contacts,
    write_versions,
)
from services.imports.results import ResultDraft
from services.reference.current import settings_of

_UNKNOWN = Finding(
    "unknown_record",
    "There is no record of this reference; send the record before what is decided about it.",
    "/agency_reference",
)


@dataclass(frozen=True, slots=True)
class _Row:
    """A row, the record that it names, and why no record can be looked up.

    `reference` is None where it could not be read.
    """

    row: ImportRow
    reference: Reference | None
    errors: Sequence[Finding]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Loading:
    """What taking a row hangs on besides the row and its contact."""

    session: Session
    caller: Caller
    known: frozenset[str]
    cut_off: time
    digest_key: bytes


def load_decisions(
    session: Session,
    caller: Caller,
    rows: Sequence[ImportRow],
    *,
    digest_key: bytes,
    lines: Mapping[Reference, int],
) -> list[ResultDraft]:
    """Take the decisions of some rows (2,000 or so) in their order; what became of each.

    Several on one contact follow each other, each making a version. At most six statements. A row
    that was taken before, by an import, is replayed whatever was decided since. `lines` are those
    of the contacts that came in the same rows of the import: what stands before them is about no
    record.
    """
    asked = [_asked(caller, row) for row in rows]
    contacts = lock_contacts(session, caller, {each.reference for each in asked if each.reference})
    if not contacts:
        return [_without_record(each) for each in asked]
    loading = _Loading(
        session=session,
        caller=caller,
        known=known_duplicates(session, caller, [row.data for row in rows]),
        cut_off=settings_of(session, caller.authority).receipt_cut_off,
        digest_key=digest_key,
    )
    drafts = [_load(each, contacts, lines, loading) for each in asked]
    write_versions(session, contacts.values())
    return drafts


def _asked(caller: Caller, row: ImportRow) -> _Row:
    agency, errors = agency_of(caller, row.data, row.findings)
    is_named = agency and row.agency_reference and not errors
    return _Row(row, (agency, row.agency_reference or "") if is_named else None, errors)


def _load(
    asked: _Row,
    contacts: Mapping[Reference, DecidedContact],
    lines: Mapping[Reference, int],
    loading: _Loading,
) -> ResultDraft:
    reference = asked.reference
    if reference is None or reference not in contacts:
        return _without_record(asked)
    if asked.row.line < lines.get(reference, 0):
        return _without_record(asked)
    return _take(asked.row, contacts[reference], loading)


def _without_record(asked: _Row) -> ResultDraft:
    errors = all_findings(asked.row.findings, [*asked.errors, *_unknown(asked.reference)])
    return ResultDraft(row=asked.row, result=RecordResult.REJECTED, errors=errors)


def _unknown(reference: Reference | None) -> list[Finding]:
    return [_UNKNOWN] if reference else []


def _take(row: ImportRow, contact: DecidedContact, loading: _Loading) -> ResultDraft:
    caller = loading.caller
    digest = content_digest(row.data, kind="decision", key=loading.digest_key)
    may_send = caller.decides or sender_may_send(row.data)
    if may_send and not row.findings and digest in contact.digests:
        return ResultDraft(row=row, result=RecordResult.REPLAYED, contact_id=contact.id)
    try:
        taken = _decide(row, contact, loading, digest)
    except ForbiddenError as error:
        forbidden = Finding("forbidden", error.detail, "/decision")
        return ResultDraft(row=row, result=RecordResult.REJECTED, errors=[forbidden])
    except (UnprocessableError, DecisionNotAllowedError) as error:
        return ResultDraft(row=row, result=RecordResult.REJECTED, errors=error.findings)
    return ResultDraft(
        row=row,
        result=RecordResult.CREATED,
        contact_id=contact.id,
        warnings=_warnings(taken) if caller.decides else (),
    )


def _decide(row: ImportRow, contact: DecidedContact, loading: _Loading, digest: bytes) -> Decision:
    """Take one decision; raises as `change_of` does, and then leaves the contact as it was."""
    caller, now = loading.caller, change_time(loading.session, contact.columns)
    proposals = Proposals(
        data=[row.data], is_list=False, findings=row.findings, content_digest=digest
    )
    change = change_of(
        caller, contact.columns, contact.decisions, proposals, known=loading.known, now=now
    )
    version = next_version(
        caller, contact.columns, change, recorded_at=now, cut_off=loading.cut_off
    )
    contact.follow(change, version, digest)
    return change.decisions[-1]


def _warnings(taken: Decision) -> list[Finding]:
    return [replace(warning, pointer="/reason") for warning in missing_reasons([taken])]
