"""A CAF as it is answered: the contract's record, for the caller that reads it."""

from sqlalchemy.orm import Session

from domain.access import Caller
from domain.caf import caf_warnings
from models import Caf
from services.cafs.fields import body
from services.cafs.find import find_caf
from services.contacts.record import Record
from services.writing import Row


def get_caf(session: Session, caller: Caller, *, caf_id: str) -> Record:
    """The record. Raises `NotFoundError`, for somebody else's as for none."""
    return record_of(caller, find_caf(session, caller, caf_id))


def record_of(caller: Caller, caf: Caf) -> Record:
    """The record of a CAF that was read with its identity."""
    return as_record(caller, vars(caf), vars(caf.identity))


def as_record(caller: Caller, caf: Row, identity: Row) -> Record:
    """Shape one record from its columns; a `submit` caller gets no local number.

    What should be better is judged by what the caller sees: a warning that went away would tell a
    sender that the authority knows the child.
    """
    record = body(caf, identity)
    if not caller.decides:
        record["child"]["local_id"] = None
    return record | {
        "id": caf["caf_id"],
        "authority": caf["authority_code"],
        "agency": caf["agency_code"],
        "agency_reference": caf["agency_reference"],
        "warnings": [each.as_dict() for each in caf_warnings(record)],
        "version": caf["version"],
        "created_at": caf["created_at"],
        "updated_at": caf["updated_at"],
    }
