"""POST /contacts/{id}/information: always possible, never a new contact."""

import pytest

from tests.support.hub import POLICE
from tests.support.problems import findings, places, problem


def at(record):
    return f"contacts/{record['id']}/information"


def test_information_is_appended_and_the_record_answered(hub):
    record = hub.police.submit()
    answer = hub.police.post(at(record), {"information": " The aunt called.\nShe is worried. "})
    assert answer.status_code == 201
    assert answer.headers["ETag"] == '"2"'
    assert answer.headers["Location"] == f"{hub.police.at}/contacts/{record['id']}"
    now = answer.get_json()
    (added,) = now["information"]
    assert added == {
        "id": added["id"],
        "version": 2,
        "information": "The aunt called.\nShe is worried.",
        "immediate_concern": False,
        "agency": POLICE,
        "recorded_at": now["updated_at"],
    }
    assert now == {
        **record,
        "information": [added],
        "new_information_at": now["updated_at"],
        "version": 2,
        "updated_at": now["updated_at"],
    }
    assert now["updated_at"] > record["updated_at"]
    assert hub.police.get(f"contacts/{record['id']}").get_json() == now


@pytest.mark.parametrize(
    "decision", [{"decision": "close_and_log"}, {"decision": "void", "reason": "test"}]
)
def test_information_is_taken_whatever_was_decided(hub, decision):
    record = hub.police.submit()
    decided = hub.decider.post(f"contacts/{record['id']}/decisions", decision).get_json()
    for client in (hub.police, hub.decider):
        assert client.post(at(record), {"information": "More."}).status_code == 201
    now = hub.decider.get(f"contacts/{record['id']}").get_json()
    assert [each["agency"] for each in now["information"]] == [POLICE, None]
    assert (now["outcome"], now["is_open"]) == (decided["outcome"], decided["is_open"])


def test_a_sender_reads_only_what_it_added_itself(hub):
    record = hub.police.submit()
    hub.police.post(at(record), {"information": "From the police."})
    hub.decider.post(at(record), {"information": "From a neighbour.", "immediate_concern": True})
    seen = hub.police.get(f"contacts/{record['id']}")
    assert [each["information"] for each in seen.get_json()["information"]] == ["From the police."]
    assert "neighbour" not in seen.text
    assert seen.get_json()["warnings"] == []
    own = hub.police.post(at(record), {"information": "He is here.", "immediate_concern": True})
    warning = ("/information/1/immediate_concern", "not_an_emergency_route")
    assert places(own.get_json()["warnings"]) == {warning}
    assert len(hub.decider.get(f"contacts/{record['id']}").get_json()["warnings"]) == 2


def test_an_immediate_concern_is_answered_with_the_number_to_call(hub):
    record = hub.police.submit()
    hub.police.post(at(record), {"information": "First."})
    now = hub.police.post(
        at(record), {"information": "He is outside the house.", "immediate_concern": True}
    ).get_json()
    assert places(now["warnings"]) == {
        ("/information/1/immediate_concern", "not_an_emergency_route")
    }
    assert "01632 960000" in now["warnings"][0]["detail"]
    answer = hub.police.patch(f"contacts/{record['id']}", {"narrative": "Corrected."}, '"3"')
    assert answer.get_json()["warnings"] == now["warnings"]


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, {("/information", "required")}),
        ({"information": " "}, {("/information", "too_short")}),
        ({"information": "x" * 10_001}, {("/information", "too_long")}),
        (
            {"information": "a\x07", "immediate_concern": "yes", "agency": POLICE},
            {
                ("/information", "control_character"),
                ("/immediate_concern", "wrong_type"),
                ("/agency", "unknown_field"),
            },
        ),
        ([], {("", "wrong_type")}),
    ],
)
def test_bad_information_is_refused_with_every_reason(hub, body, errors):
    record = hub.police.submit()
    assert findings(hub.police.post(at(record), body)) == errors
    assert hub.police.get(f"contacts/{record['id']}").get_json() == record


def test_information_needs_a_key_a_role_and_a_media_type(hub):
    record = hub.police.submit()
    body = {"information": "More."}
    problem(hub.police.post(at(record), body, headers={"Authorization": ""}), "unauthenticated")
    problem(hub.reporter.post(at(record), body), "forbidden")
    problem(hub.health.post(at(record), body), "not-found")
    problem(hub.police.request("POST", at(record), data=b"x"), "unsupported-media-type")
    problem(hub.police.post(at(record), body, headers={"Accept": "text/csv"}), "not-acceptable")
    assert hub.police.get(f"contacts/{record['id']}").get_json() == record
