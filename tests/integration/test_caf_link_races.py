"""A contact and a CAF of one child that are recorded at once find each other afterwards."""

from contextlib import ExitStack
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from cli.link_cafs import link_authority
from core.uuid7 import uuid7
from domain.vocabulary import SubmittedAs
from models import CafLinkPass, Contact, ContactVersion
from schemas.cafs import CafSchema
from schemas.contacts import ContactSchema
from services.cafs.amend_caf import amend_caf
from services.cafs.submit_caf import CafSubmission, submit_caf
from services.contacts.accept_submission import Submission
from services.contacts.amend_contact import Patch, amend_contact
from services.contacts.submit_contact import Submissions, submit_contact
from services.contacts.terms import RememberedTerms
from services.ledger.verify import verify_ledger
from tests.factories.cafs import a_caf
from tests.factories.contacts import a_contact
from tests.support.cafs import a_submitted_caf
from tests.support.hub import HEALTH
from tests.support.imports import sender_of

DIGEST_KEY = b"for a test"
NHS_NUMBER = "9990000018"
OTHER_NHS_NUMBER = "9990000026"
ANOTHER_CHILD = {"child": {"nhs_number": OTHER_NHS_NUMBER}}
LOCK = text("SELECT FROM contact WHERE contact_id = :id FOR UPDATE")


class Writer:
    """Writes for one authority in transactions that the test begins and ends."""

    def __init__(self, hub):
        self.hub = hub
        self.police = sender_of(hub, hub.police)
        self.health = sender_of(hub, hub.health, HEALTH)

    def contact(self, session):
        """Submit a contact; its id."""
        submission = Submission(uuid7(), SubmittedAs.CONTACT, *ContactSchema().load(a_contact()))
        submissions = Submissions(DIGEST_KEY, RememberedTerms())
        submitted = submit_contact(
            session, self.police, submission=submission, submissions=submissions
        )
        return submitted.record["id"]

    def caf(self, session):
        """Submit a CAF of the same child; its id."""
        submission = CafSubmission(uuid7(), *CafSchema().load(a_caf()))
        submitted = submit_caf(session, self.health, submission=submission, digest_key=DIGEST_KEY)
        return submitted.record["id"]

    def correct_contact(self, session, contact_id, change):
        """Correct a contact by a parsed patch."""
        patch = Patch(data=change, if_match=None)
        amend_contact(session, self.police, contact_id=contact_id, patch=patch)

    def correct_caf(self, session, caf_id, change):
        """Correct a CAF by a parsed patch."""
        patch = Patch(data=change, if_match=None)
        amend_caf(session, self.health, caf_id=caf_id, patch=patch)

    def said(self):
        """What each contact says of an active CAF."""
        with self.hub.transaction() as session:
            of_hub = Contact.authority_code == self.hub.authority
            return list(session.scalars(select(Contact.derived_active_caf).where(of_hub)))


@pytest.fixture
def writer(hub):
    return Writer(hub)


def link(hub, **how):
    linked = link_authority(hub.database, hub.authority, margin=timedelta(0), **how)
    assert linked.passed_over == 0
    return linked.changed


def assert_the_ledger_agrees(hub):
    with hub.transaction() as session:
        assert list(verify_ledger(session, authority=hub.authority)) == []


@pytest.mark.parametrize("ends_first", ["contact", "caf"])
@pytest.mark.parametrize("is_looked_at_between", [True, False])
def test_two_that_are_open_at_once_are_linked_afterwards(
    hub, writer, ends_first, is_looked_at_between
):
    assert link(hub) == 0
    with ExitStack() as one, ExitStack() as other:
        writer.contact(one.enter_context(hub.transaction()))
        writer.caf(other.enter_context(hub.transaction()))
        first, second = (one, other) if ends_first == "contact" else (other, one)
        first.close()
        if is_looked_at_between:
            assert link(hub) == 0
        second.close()
    assert writer.said() == [None]
    assert [link(hub), writer.said()] == [1, [True]]
    assert link(hub) == 0
    assert_the_ledger_agrees(hub)


@pytest.mark.parametrize("ends_first", ["contact", "caf"])
@pytest.mark.parametrize("is_looked_at_between", [True, False])
def test_a_contact_leaves_a_caf_whose_child_is_corrected_at_the_same_time(
    hub, writer, ends_first, is_looked_at_between
):
    caf_id = a_submitted_caf(hub.health)["id"]
    assert link(hub) == 0
    with ExitStack() as one, ExitStack() as other:
        writer.contact(one.enter_context(hub.transaction()))
        writer.correct_caf(other.enter_context(hub.transaction()), caf_id, ANOTHER_CHILD)
        first, second = (one, other) if ends_first == "contact" else (other, one)
        first.close()
        if is_looked_at_between:
            link(hub)
        second.close()
    assert writer.said() == [True]
    assert [link(hub), writer.said()] == [1, [None]]
    assert_the_ledger_agrees(hub)


def test_a_contact_that_is_corrected_meets_a_caf_that_is_recorded_at_the_same_time(hub, writer):
    contact_id = hub.police.submit(**ANOTHER_CHILD)["id"]
    caf_id = a_submitted_caf(hub.health)["id"]
    with hub.transaction() as one, hub.transaction() as other:
        writer.correct_contact(one, contact_id, {"child": {"nhs_number": NHS_NUMBER}})
        writer.correct_caf(other, caf_id, {"commenced_on": date(2014, 2, 3)})
    assert writer.said() == [True]
    assert [link(hub), writer.said()] == [1, [False]]


def test_what_the_pass_books_is_a_version_by_the_command_line(hub, writer):
    with hub.transaction() as one, hub.transaction() as other:
        contact_id = writer.contact(one)
        writer.caf(other)
    link(hub)
    history = hub.decider.get(f"contacts/{contact_id}/history").get_json()["items"]
    assert [(each["event"], each["recorded_by"]) for each in history] == [
        ("submitted", "cleveland-police-submit"),
        ("caf_linked", "Command line"),
    ]


def test_a_contact_that_somebody_is_changing_is_left_to_the_next_pass(hub, writer):
    with hub.transaction() as one, hub.transaction() as other:
        contact_id = writer.contact(one)
        writer.caf(other)
    with hub.transaction() as session:
        session.execute(LOCK, {"id": contact_id})
        linked = link_authority(hub.database, hub.authority)
        assert (linked.changed, linked.passed_over) == (0, 1)
    assert settled_at(hub) is None
    assert link(hub) == 1
    assert settled_at(hub) is not None


def settled_at(hub):
    with hub.transaction() as session:
        return session.scalar(
            select(CafLinkPass.settled_at).where(CafLinkPass.authority_code == hub.authority)
        )


def test_a_pass_never_goes_back_and_looks_at_everything_only_when_told_to(hub, writer):
    hub.police.submit()
    a_submitted_caf(hub.health)
    link(hub)
    first = settled_at(hub)
    with hub.transaction() as session:
        session.execute(
            text(
                "UPDATE contact SET derived_active_caf = NULL, updated_at = '2014-01-06'"
                " WHERE authority_code = :authority"
            ),
            {"authority": hub.authority},
        )
        session.execute(
            text("UPDATE caf SET updated_at = '2014-01-06' WHERE authority_code = :authority"),
            {"authority": hub.authority},
        )
    assert [link(hub), writer.said()] == [0, [None]]
    assert [link(hub, is_everything=True), writer.said()] == [1, [True]]
    assert settled_at(hub) > first


def test_two_passes_book_once(hub, writer):
    with hub.transaction() as one, hub.transaction() as other:
        contact_id = writer.contact(one)
        writer.caf(other)
    for _ in range(2):
        link(hub, is_everything=True)
    with hub.transaction() as session:
        of_contact = ContactVersion.contact_id == contact_id
        assert len(session.scalars(select(ContactVersion).where(of_contact)).all()) == 2


def test_the_command_says_how_many_were_linked_and_how_many_are_left(app, hub, writer):
    with hub.transaction() as one, hub.transaction() as other:
        contact_id = writer.contact(one)
        writer.caf(other)
    command = ("link-cafs", "--authority", hub.authority)
    with hub.transaction() as session:
        session.execute(LOCK, {"id": contact_id})
        said = app.test_cli_runner().invoke(args=command)
        assert said.stdout.splitlines() == [
            "0 contacts were linked.",
            "1 contacts are being changed: run this again.",
        ]
    for more, number in (((), 1), ((), 0), (("--all",), 0)):
        said = app.test_cli_runner().invoke(args=(*command, *more))
        assert (said.stdout, said.exit_code) == (f"{number} contacts were linked.\n", 0)
