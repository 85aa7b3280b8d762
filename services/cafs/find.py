"""Find the CAFs that the caller may see."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from domain.access import Caller
from domain.errors import NotFoundError
from models import Caf
from services.contacts.find import NOT_FOUND


def cafs_of(caller: Caller) -> Select[Caf]:
    """The CAFs that the caller may see: those of its authority, a sender's own only."""
    statement = select(Caf).where(Caf.authority_code == caller.authority)
    if caller.agency is not None:
        statement = statement.where(Caf.agency_code == caller.agency)
    return statement


def read_cafs(session: Session, statement: Select[Caf]) -> Sequence[Caf]:
    """The CAFs of a statement, each read together with its identity, in one statement."""
    together = statement.options(joinedload(Caf.identity, innerjoin=True))
    return session.scalars(together).all()


def find_caf(session: Session, caller: Caller, caf_id: str, *, for_update: bool = False) -> Caf:
    """The CAF with its identity, both locked if they are to be changed.

    Raises `NotFoundError` for one that does not exist and for somebody else's, alike.
    """
    statement = cafs_of(caller).where(Caf.caf_id == caf_id)
    if for_update:
        statement = statement.with_for_update()
    found = read_cafs(session, statement)
    if not found:
        raise NotFoundError(NOT_FOUND)
    return found[0]
