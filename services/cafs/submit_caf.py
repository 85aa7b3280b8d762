"""Submit a CAF: judge it, and store it with its first version, or recognise it."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.database import transaction_time
from domain.access import Caller
from domain.caf import caf_errors
from domain.errors import (
    CafSentBeforeWithOtherContentError,
    Finding,
    UnprocessableError,
    all_findings,
)
from domain.record_rules import local_id_errors
from domain.working_days import london_date
from models import Agency, Caf
from models.caf import CAF_REFERENCE_IS_UNIQUE
from services.cafs.fields import fact_columns, identity_columns
from services.cafs.find import cafs_of, read_cafs
from services.cafs.link_contacts import link_contacts
from services.cafs.record import as_record, record_of
from services.cafs.versions import version_rows
from services.contacts.accept_submission import agency_of
from services.contacts.digest import content_digest
from services.contacts.record import Record
from services.contacts.submit_contact import Submitted
from services.writing import Row, insert_together

FIRST_VERSION = 1


class CafSubmission(NamedTuple):
    """A CAF as it was sent: what could be parsed of it, and what was wrong with the rest.

    `caf_id` is the id that it gets if it is new.
    """

    caf_id: str
    data: Mapping[str, Any]
    findings: tuple[Finding, ...] = ()


def submit_caf(
    session: Session, caller: Caller, *, submission: CafSubmission, digest_key: bytes
) -> Submitted:
    """Store one CAF, or answer as it is now what the agency sent before under its reference.

    A new one is linked to the child's contacts, of which the answer says nothing.
    Raises `UnprocessableError` with every reason at once, `CafSentBeforeWithOtherContentError`.
    """
    agency = _accept(session, caller, submission)
    caf = _columns(session, caller, submission, agency, digest_key)
    identity = identity_columns(submission.data)
    if not _insert(session, caf):
        return Submitted(_sent_before(session, caller, caf), is_created=False)
    place = {name: caf[name] for name in ("authority_code", "caf_id", "agency_code")}
    rows = version_rows(caller, caf, event="submitted", recorded_at=caf["created_at"])
    insert_together(session, {"caf_identity": [{**place, **identity}], **rows})
    link_contacts(session, caller, [identity])
    return Submitted(as_record(caller, caf, identity), is_created=True)


def _accept(session: Session, caller: Caller, submission: CafSubmission) -> str:
    """The code of the agency whose record it is. Raises `UnprocessableError`."""
    agency, agency_errors = agency_of(caller, submission.data, submission.findings)
    errors = [
        *(agency_errors or _agency_errors(session, caller, agency)),
        *caf_errors(submission.data, today=london_date(transaction_time(session))),
        *([] if caller.decides else local_id_errors(submission.data.get("child") or {})),
    ]
    if submission.findings or errors:
        raise UnprocessableError(all_findings(submission.findings, errors))
    return agency


def _agency_errors(session: Session, caller: Caller, agency: str) -> Sequence[Finding]:
    known = select(Agency.agency_code).where(
        Agency.authority_code == caller.authority, Agency.agency_code == agency
    )
    if session.scalar(known) is not None:
        return ()
    detail = "The authority knows no agency of this code."
    return (Finding("unknown_agency", detail, "/agency"),)


def _columns(
    session: Session, caller: Caller, submission: CafSubmission, agency: str, digest_key: bytes
) -> dict[str, Any]:
    now = transaction_time(session)
    return {
        "authority_code": caller.authority,
        "caf_id": submission.caf_id,
        "agency_code": agency,
        "agency_reference": submission.data["agency_reference"],
        "content_digest": content_digest(submission.data, kind="caf", key=digest_key),
        **fact_columns(submission.data),
        "version": FIRST_VERSION,
        "created_at": now,
        "updated_at": now,
    }


def _insert(session: Session, caf: Row) -> bool:
    """Whether the reference was new, so that the CAF was inserted."""
    inserted = session.scalar(
        insert(Caf)
        .values(caf)
        .on_conflict_do_nothing(constraint=CAF_REFERENCE_IS_UNIQUE)
        .returning(Caf.caf_id)
    )
    return inserted is not None


def _sent_before(session: Session, caller: Caller, caf: Row) -> Record:
    of_reference = cafs_of(caller).where(
        Caf.agency_code == caf["agency_code"],
        Caf.agency_reference == caf["agency_reference"],
    )
    (existing,) = read_cafs(session, of_reference)
    if existing.content_digest != caf["content_digest"]:
        raise CafSentBeforeWithOtherContentError(existing.caf_id)
    return record_of(caller, existing)
