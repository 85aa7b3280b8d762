"""Load parsed records with their decisions, through the services that the interface uses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.access import Caller, Principal, Role
from models import Contact
from services.contacts.accept_submission import Submission
from services.contacts.submit_contact import Submissions, submit_contact
from services.decisions.record_decisions import Proposals, decide
from services.keys.check_key import check_key
from services.synthetic import SyntheticRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedRecord:
    """A record of an agency (a code) as its submission, and all decisions about it, in order."""

    agency: str
    submission: Submission
    decisions: Proposals


@dataclass(frozen=True, slots=True, kw_only=True)
class Loader:
    """Loads records into one authority as the holder of its deciding key.

    `senders` are the holders of submitting keys by agency; the authority's own key stands in for
    an agency that has none. `submissions` is the application's.
    """

    authority: str
    decider: Principal
    senders: Mapping[str, Principal]
    submissions: Submissions

    def missing(
        self, session: Session, records: Sequence[SyntheticRecord]
    ) -> list[SyntheticRecord]:
        """Those of the records that the authority does not have yet, by agency and reference."""
        known = session.execute(
            select(Contact.agency_code, Contact.agency_reference).where(
                Contact.authority_code == self.authority,
                Contact.agency_reference.in_([_reference(each) for each in records]),
            )
        )
        there = {(agency, reference) for agency, reference in known}
        return [each for each in records if (each.agency, _reference(each)) not in there]

    def load(self, session: Session, record: ParsedRecord) -> bool:
        """Store a record and its decisions in this transaction; False if it was there already.

        Raises `UnprocessableError`, `SentBeforeWithOtherContentError`, `DecisionNotAllowedError`.
        """
        stand_in = replace(self.decider, agency=record.agency)
        sender = self.senders.get(record.agency, stand_in)
        submitted = submit_contact(
            session,
            Caller(sender, self.authority, Role.SUBMIT),
            submission=record.submission,
            submissions=self.submissions,
        )
        if submitted.is_created:
            decider = Caller(self.decider, self.authority, Role.DECIDE)
            contact_id = submitted.record["id"]
            decide(session, decider, contact_id=contact_id, proposals=record.decisions)
        return submitted.is_created


def loader_with(
    session: Session, *, keys: Sequence[str], authority: str, submissions: Submissions
) -> Loader:
    """A loader that holds these keys, all valid; one of them decides in the authority."""
    holders = [holder for key in keys if (holder := check_key(session, key))]
    return Loader(
        authority=authority,
        decider=next(each for each in holders if Role.DECIDE in each.roles_in(authority)),
        senders={
            each.agency: each
            for each in holders
            if each.agency and Role.SUBMIT in each.roles_in(authority)
        },
        submissions=submissions,
    )


def _reference(record: SyntheticRecord) -> str:
    return str(record.payload["agency_reference"])
