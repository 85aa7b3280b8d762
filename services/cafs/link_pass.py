"""Find the contacts whose link to their child's CAFs two transactions could not see, and link them.

Whoever records a contact or a CAF links it to what is there. Two transactions that are open at once
don't see each other's; but each records the time at which it began, and so counts as a change since
the instant that was settled when somebody looked last (services/settled.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models import CafLinkPass
from services.cafs.link_contacts import Linked, link, unlike
from services.keys.command_line import command_line_caller
from services.settled import settled_before

# A server that takes over from another may have a clock that is a little behind.
MARGIN = timedelta(seconds=10)
_CHANGED = """
    WITH changed_caf AS (
        SELECT caf_id FROM caf
        WHERE authority_code = :authority AND updated_at >= CAST(:since AS timestamptz)
    ), child AS (
        SELECT nhs_number, local_id FROM changed_caf JOIN caf_identity USING (caf_id)
        WHERE authority_code = :authority
        UNION ALL
        SELECT CASE WHEN change ->> 'pointer' = '/child/nhs_number' THEN change ->> 'from' END,
            CASE WHEN change ->> 'pointer' = '/child/local_id' THEN change ->> 'from' END
        FROM changed_caf JOIN caf_change USING (caf_id), jsonb_array_elements(changes) AS change
        WHERE authority_code = :authority
    ), changed_contact AS (
        SELECT contact_id, nhs_number, local_id, derived_active_caf
        FROM contact JOIN contact_identity USING (authority_code, contact_id)
        WHERE authority_code = :authority AND updated_at >= CAST(:since AS timestamptz)
    )
    SELECT CAST(contact_id AS text) FROM (
        SELECT contact_id FROM child JOIN contact_identity USING (nhs_number)
        WHERE authority_code = :authority
        UNION
        SELECT contact_id FROM child JOIN contact_identity USING (local_id)
        WHERE authority_code = :authority
        UNION
        SELECT contact_id FROM changed_contact JOIN caf_identity USING (nhs_number)
        WHERE authority_code = :authority
        UNION
        SELECT contact_id FROM changed_contact JOIN caf_identity USING (local_id)
        WHERE authority_code = :authority
        UNION
        SELECT contact_id FROM changed_contact WHERE derived_active_caf IS NOT NULL
    ) AS found ORDER BY contact_id
"""
_TO_LOOK_AT = text(_CHANGED)
_EVER = "-infinity"


@dataclass(frozen=True, slots=True)
class LinkPass:
    """The contacts that a pass has to look at, and the instant before which it has seen all."""

    settled_at: datetime
    contact_ids: Sequence[str]


def begin_pass(
    session: Session, *, authority: str, is_everything: bool = False, margin: timedelta = MARGIN
) -> LinkPass:
    """Find what changed since the last pass less a margin, or everything: contacts, and CAFs.

    Of a CAF whose child was corrected the contacts of the child before count too. The session's
    scope is every agency.
    """
    settled_at = settled_before(session)
    last = select(CafLinkPass.settled_at).where(CafLinkPass.authority_code == authority)
    seen_to = None if is_everything else session.scalar(last)
    since = seen_to - margin if seen_to else _EVER
    found = session.scalars(_TO_LOOK_AT, {"authority": authority, "since": since})
    return LinkPass(settled_at, found.all())


def link_step(session: Session, *, authority: str, contact_ids: Sequence[str]) -> Linked:
    """Link some contacts that a pass has to look at, named in the history as the command line's.

    What somebody else has locked is passed over. The session's scope is every agency and every key.
    """
    differing = unlike(session, authority=authority, contact_ids=contact_ids)
    if not differing:
        return Linked()
    caller = command_line_caller(session, authority=authority)
    return link(session, caller, differing, is_patient=False)


def end_pass(session: Session, *, authority: str, settled_at: datetime) -> None:
    """Keep that everything settled before an instant was looked at; never an earlier one."""
    new = insert(CafLinkPass).values(authority_code=authority, settled_at=settled_at)
    latest = func.greatest(CafLinkPass.settled_at, new.excluded.settled_at)
    session.execute(
        new.on_conflict_do_update(
            index_elements=[CafLinkPass.authority_code], set_={"settled_at": latest}
        )
    )
