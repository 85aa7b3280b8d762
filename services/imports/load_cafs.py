"""Load rows of CAFs: each is taken as if it were sent alone."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from core.uuid7 import uuid7
from domain.access import Caller
from domain.errors import CafSentBeforeWithOtherContentError, Finding, UnprocessableError
from domain.imports import ImportRow, RecordResult
from services.cafs.submit_caf import CafSubmission, submit_caf
from services.imports.results import ResultDraft


def load_cafs(
    session: Session, caller: Caller, rows: Sequence[ImportRow], *, digest_key: bytes
) -> list[ResultDraft]:
    """Store the CAFs of some rows (1,000 or so); what became of each.

    A few statements a row: an authority has no more than some thousand CAFs a year. A row is
    refused before anything of it is written, so that those after it can be.
    """
    # In one order, whoever imports the same: so that no two imports wait for each other.
    in_order = sorted(rows, key=lambda row: _reference(caller, row))
    return [_load(session, caller, row, digest_key) for row in in_order]


def _reference(caller: Caller, row: ImportRow) -> tuple[str, str]:
    return row.data.get("agency") or caller.agency or "", row.agency_reference or ""


def _load(session: Session, caller: Caller, row: ImportRow, digest_key: bytes) -> ResultDraft:
    submission = CafSubmission(caf_id=uuid7(), data=row.data, findings=row.findings)
    try:
        submitted = submit_caf(session, caller, submission=submission, digest_key=digest_key)
    except UnprocessableError as error:
        return ResultDraft(row=row, result=RecordResult.REJECTED, errors=error.findings)
    except CafSentBeforeWithOtherContentError as error:
        finding = Finding("sent_before_with_other_content", error.detail, "/agency_reference")
        return ResultDraft(
            row=row, result=RecordResult.CONFLICTING, caf_id=error.record_id, errors=[finding]
        )
    record = submitted.record
    if not submitted.is_created:
        return ResultDraft(row=row, result=RecordResult.REPLAYED, caf_id=record["id"])
    return ResultDraft(
        row=row,
        result=RecordResult.CREATED,
        caf_id=record["id"],
        warnings=[Finding(**warning) for warning in record["warnings"]],
    )
