"""POST /referrals: sent as a referral; whether it is one the authority decides."""

from domain.access import Role
from tests.factories.contacts import a_contact
from tests.support.hub import POLICE
from tests.support.problems import findings, problem


def referral(client, **overrides):
    answer = client.post("referrals", a_contact(**overrides))
    assert answer.status_code == 201, answer.text
    return answer.get_json()


def test_a_senders_referral_is_a_contact_until_it_is_accepted(hub):
    body = a_contact()
    answer = hub.police.post("referrals", body)
    record = answer.get_json()
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"{hub.police.at}/contacts/{record['id']}"
    assert answer.headers["ETag"] == '"1"'
    assert record["submitted_as"] == "referral"
    assert (record["is_referral"], record["referred_at"], record["decisions"]) == (False, None, [])
    assert record["outcome"]["rule"] == "awaiting_decision"
    assert hub.police.get(f"contacts/{record['id']}").get_json() == record


def test_the_authoritys_referral_is_accepted_at_receipt(hub):
    record = referral(hub.decider, agency=POLICE)
    (acceptance,) = record["decisions"]
    assert acceptance == {
        "id": acceptance["id"],
        "version": 1,
        "decision": "accept_as_referral",
        "decided_at": "2014-01-06T09:12:00Z",
        "decided_on": "2014-01-06",
        "assessment_type": None,
        "reason": None,
        "priority": None,
        "strategy_discussion_at": None,
        "transferred_at": acceptance["transferred_at"],
        "transferred_to": None,
        "team": None,
        "retracts": None,
        "duplicate_of": None,
        "decided_by": None,
        "rationale": None,
        "recorded_at": record["created_at"],
        "retracted_by": None,
    }
    assert record["is_referral"]
    assert (record["referred_at"], record["referred_on"]) == ("2014-01-06T09:12:00Z", "2014-01-06")
    assert record["outcome"]["rule"] == "referral_open"
    assert record["clocks"]["decision_in_time"] is True
    assert record["clocks"]["information_gathering_in_time"] is True
    assert hub.decider.get(f"contacts/{record['id']}").get_json() == record


def test_the_authoritys_referral_is_accepted_on_the_day_that_it_names(hub):
    record = referral(hub.decider, agency=POLICE, referred_on="2014-01-09")
    assert (record["referred_at"], record["referred_on"]) == (None, "2014-01-09")
    (acceptance,) = record["decisions"]
    assert (acceptance["decided_at"], acceptance["decided_on"]) == (None, "2014-01-09")
    assert record["clocks"]["decision_in_time"] is False


def test_an_agency_set_to_accept_at_once_refers_at_once_and_its_contacts_wait(hub):
    hub.add_agency("emergency-duty-team", is_accepted_at_once=True)
    team = hub.client(Role.SUBMIT, agency="emergency-duty-team")
    assert referral(team)["is_referral"]
    assert not team.submit()["is_referral"]


def test_a_referral_accepted_at_once_cannot_have_been_closed_as_a_contact(hub):
    answer = hub.decider.post("referrals", a_contact(agency=POLICE, closed_on="2014-01-07"))
    assert findings(answer) == {("/closed_on", "contradicts_history")}


def test_referrals_are_refused_as_contacts_are(hub):
    problem(
        hub.police.post("referrals", a_contact(), headers={"Authorization": ""}), "unauthenticated"
    )
    problem(hub.reporter.post("referrals", a_contact()), "forbidden")
    problem(hub.police.request("POST", "referrals", data=b"x"), "unsupported-media-type")
    assert findings(hub.police.post("referrals", a_contact(submitted_as="referral"))) == {
        ("/submitted_as", "unknown_field")
    }
    assert ("/agency_reference", "required") in findings(hub.police.post("referrals", {}))
