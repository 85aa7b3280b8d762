"""Correct or close a CAF by a JSON merge patch (RFC 7396)."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy.orm import Session

from core.database import transaction_time
from domain.access import Caller
from domain.caf import caf_errors
from domain.errors import Finding, UnprocessableError, VersionMismatchError, all_findings
from domain.record_rules import local_id_errors
from domain.working_days import london_date
from models import Caf
from services.cafs.fields import FACTS, IDENTITY, body, fact_columns, identity_columns
from services.cafs.find import find_caf
from services.cafs.link_contacts import LINKED_BY, link_contacts
from services.cafs.record import record_of
from services.cafs.versions import version_rows
from services.contacts.amend_contact import Patch, merge, own_part
from services.contacts.change import change_time
from services.contacts.fields import changes
from services.contacts.record import Record
from services.writing import columns_of, insert_together

NOT_PATCHABLE = ("agency", "agency_reference")


def amend_caf(session: Session, caller: Caller, *, caf_id: str, patch: Patch) -> Record:
    """Apply a patch and answer the record as it leaves it; one without effect changes nothing.

    Every change makes a new version, beside those that were there; the contacts of the child, and
    of the one that it was before, are linked again. Raises `NotFoundError`,
    `VersionMismatchError`, `UnprocessableError` with every reason.
    """
    caf = find_caf(session, caller, caf_id, for_update=True)
    if patch.if_match is not None and caf.version not in patch.if_match:
        raise VersionMismatchError
    merged = merge(body(columns_of(caf), columns_of(caf.identity)), own_part(caller, patch))
    _judge(session, caller, patch, merged)
    _write(session, caller, caf, merged)
    return record_of(caller, caf)


def _judge(session: Session, caller: Caller, patch: Patch, merged: Mapping[str, Any]) -> None:
    errors = [
        *_patch_errors(patch),
        *([] if caller.decides else local_id_errors(patch.data.get("child") or {})),
        *caf_errors(merged, today=london_date(transaction_time(session))),
    ]
    if patch.findings or errors:
        raise UnprocessableError(all_findings(patch.findings, errors))


def _patch_errors(patch: Patch) -> Iterator[Finding]:
    for name in patch.data:
        if name in NOT_PATCHABLE:
            yield Finding("not_patchable", "This is fixed once a record was sent.", f"/{name}")


def _write(session: Session, caller: Caller, caf: Caf, merged: Mapping[str, Any]) -> None:
    facts, personal = fact_columns(merged), identity_columns(merged)
    before, identity_before = columns_of(caf), columns_of(caf.identity)
    fact_changes = changes(before, facts, FACTS)
    identity_changes = changes(identity_before, personal, IDENTITY)
    if not (fact_changes or identity_changes):
        return
    recorded_at = change_time(session, before)
    caf.version += 1
    caf.updated_at = recorded_at
    for column, value in facts.items():
        setattr(caf, column, value)
    for column, value in personal.items():
        setattr(caf.identity, column, value)
    session.flush()
    rows = version_rows(
        caller,
        columns_of(caf),
        event="corrected",
        recorded_at=recorded_at,
        identity_changes=identity_changes,
    )
    insert_together(session, rows)
    if LINKED_BY & {each["pointer"] for each in (*fact_changes, *identity_changes)}:
        link_contacts(session, caller, [identity_before, personal])
