"""Whether a contact's child had an active CAF follows of the CAF records; who decides reads it."""

import pytest

from core.database import transaction_time
from domain.access import Role
from services.ledger.verify import verify_ledger
from tests.factories.cafs import a_caf
from tests.factories.contacts import a_contact
from tests.support.cafs import a_submitted_caf
from tests.support.hub import POLICE, Hub
from tests.support.imports import as_ndjson, results_of, send

NHS_NUMBER = "9990000018"
OTHER_NHS_NUMBER = "9990000026"
DAY = "2014-01-06"
AT_NOON = f"{DAY}T12:00:00Z"
CHANGED = "/derived_active_caf"


def child(**numbers):
    return {"given_name": "Ava", "date_of_birth": "2009-05-14", **numbers}


def decided_view(hub, record):
    answer = hub.decider.get(f"contacts/{record['id']}")
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def derived(hub, record):
    return decided_view(hub, record)["derived_active_caf"]


def versions(hub, record):
    answer = hub.decider.get(f"contacts/{record['id']}/history")
    return [(each["event"], each["changes"]) for each in answer.get_json()["items"]]


def linked(*, before, after):
    return ("caf_linked", [{"pointer": CHANGED, "from": before, "to": after}])


def patch_caf(client, caf, change):
    etag = client.get(f"cafs/{caf['id']}").headers["ETag"]
    answer = client.patch(f"cafs/{caf['id']}", change, etag=etag)
    assert answer.status_code == 200, answer.text


def with_active_caf(hub, **query):
    """How many closed contacts of the quarter had an active CAF, by the report."""
    more = "".join(f"&{name}={value}" for name, value in query.items())
    path = f"/v1/reports/inputs?area={hub.authority}&period=2013-14-Q4{more}"
    answer = hub.reporter.get(path)
    assert answer.status_code == 200, answer.text
    measures = {each["code"]: each for each in answer.get_json()["measures"]}
    values = measures["closed_and_logged_with_active_caf"]["values"]
    return next(each["number"] for each in values if each["period"] == "2013-14-Q4")


def assert_the_ledger_agrees(hub):
    with hub.transaction() as session:
        assert list(verify_ledger(session, authority=hub.authority)) == []


def by_http(hub, **fields):
    """A contact that would be taken in one round trip: the authority's terms are known by then."""
    hub.police.submit(child=child())
    return hub.police.submit(received_at=AT_NOON, **fields)


def by_import(hub, **fields):
    sent = send(hub.police, as_ndjson([a_contact(received_at=AT_NOON, **fields)]))
    (result,) = results_of(hub.police, sent.get_json()["id"])
    return {"id": result["id"]}


WAYS = pytest.mark.parametrize("submit", [by_http, by_import])
# Commenced, closed, and whether it was active on the day of receipt.
DAYS = pytest.mark.parametrize(
    ("commenced_on", "closed_on", "is_active"),
    [
        ("2014-01-05", None, True),
        (DAY, None, True),
        ("2014-01-07", None, False),
        ("2013-11-04", "2014-01-05", False),
        ("2013-11-04", DAY, True),
        (DAY, DAY, True),
        ("2013-11-04", "2014-01-07", True),
    ],
)


@WAYS
@DAYS
def test_a_contact_is_linked_to_a_caf_that_was_there(
    hub, submit, commenced_on, closed_on, is_active
):
    a_submitted_caf(hub.health, commenced_on=commenced_on, closed_on=closed_on)
    record = submit(hub)
    assert derived(hub, record) is is_active
    assert versions(hub, record) == [("submitted", [])]
    assert_the_ledger_agrees(hub)


@WAYS
@DAYS
def test_a_contact_is_linked_to_a_caf_that_is_recorded_late(
    hub, submit, commenced_on, closed_on, is_active
):
    record = submit(hub)
    assert derived(hub, record) is None
    a_submitted_caf(hub.health, commenced_on=commenced_on, closed_on=closed_on)
    assert derived(hub, record) is is_active
    assert versions(hub, record) == [("submitted", []), linked(before=None, after=is_active)]
    assert_the_ledger_agrees(hub)


def test_the_london_day_of_receipt_decides(hub):
    """23:30 UTC on 30 June is already 1 July in London."""
    a_submitted_caf(hub.health, commenced_on="2013-07-01")
    late = hub.police.submit(received_at="2013-06-30T23:30:00Z")
    earlier = hub.police.submit(received_at="2013-06-30T22:30:00Z")
    assert [derived(hub, each) for each in (late, earlier)] == [True, False]


@WAYS
@pytest.mark.parametrize("caf_first", [True, False])
def test_one_active_caf_of_several_is_enough(hub, submit, caf_first):
    ended = {"commenced_on": "2013-04-08", "closed_on": "2013-09-02"}
    if caf_first:
        a_submitted_caf(hub.health, **ended)
        a_submitted_caf(hub.decider, agency=POLICE)
        record = submit(hub)
    else:
        record = submit(hub)
        a_submitted_caf(hub.decider, agency=POLICE)
        a_submitted_caf(hub.health, **ended)
    assert derived(hub, record) is True


@WAYS
@pytest.mark.parametrize("caf_first", [True, False])
def test_the_authoritys_own_number_links_as_well(hub, submit, caf_first):
    def record_caf():
        caf = a_submitted_caf(hub.decider, agency=POLICE, child=child(local_id="L-7"))
        assert caf["child"]["local_id"] == "L-7"

    if caf_first:
        record_caf()
    contact = submit(hub, child=child())
    body = {"child": {"local_id": "L-7"}}
    at = f"contacts/{contact['id']}"
    assert hub.decider.patch(at, body, etag='"1"').status_code == 200
    if not caf_first:
        assert derived(hub, contact) is None
        record_caf()
    assert derived(hub, contact) is True
    if caf_first:
        corrected = {each["pointer"] for each in versions(hub, contact)[1][1]}
        assert corrected == {"/child/local_id", CHANGED}


def test_a_child_without_a_number_is_never_linked(hub):
    a_submitted_caf(hub.health, child=child(upn="A123456789012"))
    record = hub.police.submit(child=child(upn="A123456789012"))
    a_submitted_caf(hub.health, child=child())
    assert derived(hub, record) is None
    assert [event for event, _ in versions(hub, record)] == ["submitted"]


@WAYS
def test_a_caf_of_another_authority_never_counts(app, hub, submit):
    other = Hub(app)
    a_submitted_caf(other.health)
    record = submit(hub)
    a_submitted_caf(other.health)
    assert derived(hub, record) is None
    assert len(versions(hub, record)) == 1


@WAYS
def test_what_was_sent_stays_as_it_was_sent(hub, submit):
    record = submit(hub, has_active_caf=False)
    a_submitted_caf(hub.health)
    seen = decided_view(hub, record)
    assert (seen["has_active_caf"], seen["derived_active_caf"]) == (False, True)


def test_the_measure_takes_what_is_derived_and_else_what_was_sent(hub):
    a_submitted_caf(hub.health)
    said = [(NHS_NUMBER, False), (NHS_NUMBER, None), (OTHER_NHS_NUMBER, True)]
    said += [(OTHER_NHS_NUMBER, False), (OTHER_NHS_NUMBER, None)]
    for number, sent in said:
        record = hub.police.submit(child=child(nhs_number=number), has_active_caf=sent)
        closed_at = "2014-01-07T10:00:00Z"
        hub.decider.decide(record, "close_and_log", reason="other", decided_at=closed_at)
    assert with_active_caf(hub) == 3
    caf = a_submitted_caf(hub.police, child=child(nhs_number=OTHER_NHS_NUMBER))
    assert with_active_caf(hub) == 5
    patch_caf(hub.police, caf, {"closed_on": "2014-01-05"})
    assert with_active_caf(hub) == 2
    assert_the_ledger_agrees(hub)


def test_a_late_caf_is_booked_late_so_that_figures_before_it_stay(hub):
    record = by_http(hub)
    closing = {"reason": "other", "decided_at": "2014-01-07T10:00:00Z"}
    assert hub.decider.decide(record, "close_and_log", **closing).status_code == 201
    with hub.transaction() as session:
        before = transaction_time(session).isoformat().replace("+00:00", "Z")
    a_submitted_caf(hub.health)
    assert with_active_caf(hub) == 1
    assert with_active_caf(hub, as_at=before) == 0
    assert versions(hub, record)[-1] == linked(before=None, after=True)
    assert_the_ledger_agrees(hub)


def test_closing_a_caf_links_again(hub):
    record = by_http(hub)
    caf = a_submitted_caf(hub.health)
    patch_caf(hub.health, caf, {"closed_on": "2014-01-06"})
    assert derived(hub, record) is True
    patch_caf(hub.health, caf, {"closed_on": "2014-01-05"})
    assert versions(hub, record) == [
        ("submitted", []),
        linked(before=None, after=True),
        linked(before=True, after=False),
    ]


def test_a_caf_whose_child_is_corrected_leaves_one_child_and_is_the_others(hub):
    one, other = (
        hub.police.submit(child=child(nhs_number=number))
        for number in (NHS_NUMBER, OTHER_NHS_NUMBER)
    )
    caf = a_submitted_caf(hub.health)
    patch_caf(hub.health, caf, {"child": {"nhs_number": OTHER_NHS_NUMBER}})
    assert [derived(hub, each) for each in (one, other)] == [None, True]
    assert versions(hub, one)[-1] == linked(before=True, after=None)
    assert_the_ledger_agrees(hub)


def test_what_else_changes_in_a_caf_makes_no_version_of_a_contact(hub):
    record = by_http(hub)
    caf = a_submitted_caf(hub.health)
    patch_caf(hub.health, caf, {"lead_agency": "Another team", "stage": 1})
    patch_caf(hub.health, caf, {"commenced_on": "2013-11-05"})
    assert len(versions(hub, record)) == 2


def test_correcting_a_contact_links_it_again_in_the_same_version(hub):
    a_submitted_caf(hub.health, closed_on="2014-01-10")
    record = by_http(hub)
    at = f"contacts/{record['id']}"
    later = {"received_at": "2014-01-13T12:00:00Z"}
    assert hub.police.patch(at, later, etag='"1"').status_code == 200
    assert derived(hub, record) is False
    number = {"child": {"nhs_number": OTHER_NHS_NUMBER}}
    assert hub.police.patch(at, number, etag='"2"').status_code == 200
    assert derived(hub, record) is None
    changed = [{each["pointer"] for each in changes} for _, changes in versions(hub, record)]
    assert changed == [set(), {"/received_at", CHANGED}, {"/child/nhs_number", CHANGED}]
    assert_the_ledger_agrees(hub)


def test_a_voided_contact_is_kept_right_and_counts_nowhere(hub):
    record = by_http(hub)
    hub.decider.decide(record, "void", reason="test")
    a_submitted_caf(hub.health)
    assert derived(hub, record) is True
    assert_the_ledger_agrees(hub)


def test_a_record_that_is_decided_after_it_was_linked_stays_linked(hub):
    record = by_http(hub)
    a_submitted_caf(hub.health)
    hub.decider.decide(record, "close_and_log", reason="other")
    row = {"kind": "decision", "agency": POLICE, "decision": "reopen", "reason": "More."}
    row["agency_reference"] = decided_view(hub, record)["agency_reference"]
    sent = send(hub.decider, as_ndjson([row]))
    assert sent.get_json()["created"] == 1, sent.text
    assert derived(hub, record) is True
    assert_the_ledger_agrees(hub)


def test_the_history_names_the_key_that_recorded_the_caf(hub):
    record = by_http(hub)
    a_submitted_caf(hub.health)
    history = hub.decider.get(f"contacts/{record['id']}/history").get_json()["items"]
    assert [each["recorded_by"] for each in history] == [
        "cleveland-police-submit",
        "north-tees-health-submit",
    ]


def test_a_replayed_caf_changes_nothing(hub):
    record = by_http(hub)
    sent = a_caf()
    for status in (201, 200, 200):
        assert hub.health.post("cafs", sent).status_code == status
    assert len(versions(hub, record)) == 2


def told_to(client, record, feed_from):
    """Every answer in which a sender reads its record, once the record is `known`."""
    at = f"contacts/{record['id']}"
    yield client.get(at)
    yield client.get("contacts")
    yield client.get(f"contacts?updated_since={feed_from}")
    version = client.get(at).get_json()["version"]
    yield client.patch(at, {"narrative": "Seen again."}, etag=f'"{version}"')
    yield client.post(f"{at}/information", {"information": "More."})
    yield client.post(f"{at}/decisions", {"decision": "void", "reason": "test"})


@pytest.mark.parametrize("caf_first", [True, False])
def test_a_sender_reads_nothing_of_it(hub, caf_first):
    sent = a_contact()
    keyed = {"Idempotency-Key": "one"}
    if caf_first:
        a_submitted_caf(hub.health)
    first = hub.police.post("contacts", sent, headers=keyed)
    if not caf_first:
        a_submitted_caf(hub.health)
    answers = [
        first,
        hub.police.post("contacts", sent, headers=keyed),
        hub.police.post("contacts", sent),
        send(hub.police, as_ndjson([sent, a_contact()])),
        *told_to(hub.police, first.get_json(), "2014-01-01T00:00:00Z"),
    ]
    assert {each.status_code for each in answers} == {200, 201}
    assert [each.request.path for each in answers if "derived" in each.text] == []
    assert hub.police.get(f"contacts/{first.get_json()['id']}/history").status_code == 403
    assert derived(hub, first.get_json()) is True
    assert "derived_active_caf" in hub.decider.get("contacts").text
    assert "derived_active_caf" in hub.client(Role.DECIDE, Role.REPORT).get("contacts").text


@pytest.mark.parametrize("known_before", [True, False])
def test_a_sender_does_not_learn_by_its_own_caf_whether_there_is_another(hub, known_before):
    """Its contact gets a new version either way, though its value may be the same."""
    if known_before:
        a_submitted_caf(hub.health)
    record = by_http(hub)
    caf = a_submitted_caf(hub.police)
    seen = [hub.police.get(f"contacts/{record['id']}").get_json()["version"]]
    patch_caf(hub.police, caf, {"closed_on": "2013-12-02"})
    seen.append(hub.police.get(f"contacts/{record['id']}").get_json()["version"])
    assert seen == [2, 3]
    assert derived(hub, record) is known_before


def test_the_answer_to_a_caf_says_nothing_of_contacts(hub):
    alone = a_submitted_caf(hub.health, child=child(nhs_number=OTHER_NHS_NUMBER))
    record = by_http(hub)
    of_contact = a_submitted_caf(hub.health)
    assert alone.keys() == of_contact.keys()
    assert record["id"] not in str(of_contact)


def test_a_sender_still_reads_and_changes_its_own_alone_after_its_caf(hub):
    record = by_http(hub)
    a_submitted_caf(hub.health)
    assert hub.health.get(f"contacts/{record['id']}").status_code == 404
    assert hub.health.get("contacts").get_json()["items"] == []
