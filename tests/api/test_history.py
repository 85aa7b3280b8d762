"""GET /contacts/{id}/history: every version, with what changed, from, to, when, by whom."""

from tests.support.hub import POLICE
from tests.support.problems import problem


def history(client, record):
    answer = client.get(f"contacts/{record['id']}/history")
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def test_a_new_record_has_one_version(hub):
    record = hub.police.submit()
    assert history(hub.decider, record) == {
        "items": [
            {
                "version": 1,
                "event": "submitted",
                "recorded_at": record["created_at"],
                "recorded_by": "cleveland-police-submit",
                "changes": [],
                "decisions": [],
                "information": [],
            }
        ]
    }


def test_every_change_addition_and_decision_stands_in_the_history(hub):
    record = hub.police.submit()
    at = f"contacts/{record['id']}"
    patch = {
        "received_at": "2014-01-07T09:00:00Z",
        "presenting_need": None,
        "child": {"given_name": "Eva", "date_of_birth": None},
        "parents_carers": [{"name": "Jordan Marsh", "date_of_birth": "1985-02-01"}],
    }
    corrected = hub.police.patch(at, patch, '"1"').get_json()
    informed = hub.police.post(f"{at}/information", {"information": "More."}).get_json()
    decided = hub.decider.decide(
        record, "close_and_log", reason="advice_given", decided_by="Sam Field", rationale="Safe."
    ).get_json()
    first, second, third, fourth = history(hub.decider, record)["items"]
    assert first["event"] == "submitted"
    assert second == {
        "version": 2,
        "event": "corrected",
        "recorded_at": corrected["updated_at"],
        "recorded_by": "cleveland-police-submit",
        "changes": [
            {
                "pointer": "/received_at",
                "from": "2014-01-06T09:12:00Z",
                "to": "2014-01-07T09:00:00Z",
            },
            {"pointer": "/presenting_need", "from": "N1", "to": None},
            {"pointer": "/child/given_name", "from": "Ava", "to": "Eva"},
            {"pointer": "/child/date_of_birth", "from": "2009-05-14", "to": None},
            {
                "pointer": "/parents_carers",
                "from": [],
                "to": [{"name": "Jordan Marsh", "date_of_birth": "1985-02-01"}],
            },
        ],
        "decisions": [],
        "information": [],
    }
    assert third == {
        "version": 3,
        "event": "information_added",
        "recorded_at": informed["updated_at"],
        "recorded_by": "cleveland-police-submit",
        "changes": [],
        "decisions": [],
        "information": informed["information"],
    }
    assert fourth == {
        "version": 4,
        "event": "decided",
        "recorded_at": decided["updated_at"],
        "recorded_by": f"{hub.authority}-decide",
        "changes": [],
        "decisions": decided["decisions"],
        "information": [],
    }
    assert fourth["decisions"][0]["rationale"] == "Safe."


def test_decisions_that_came_with_a_record_stand_in_its_first_version(hub):
    record = hub.decider.submit(agency=POLICE, closed_on="2014-01-07", reason="advice_given")
    (first,) = history(hub.decider, record)["items"]
    assert first["decisions"] == record["decisions"]


def test_a_retraction_stays_beside_what_it_retracts(hub):
    record = hub.police.submit()
    (decision,) = hub.decider.decide(record, "gather_information").get_json()["decisions"]
    now = hub.decider.decide(record, "retract", retracts=decision["id"]).get_json()
    _, second, third = history(hub.decider, record)["items"]
    assert [*second["decisions"], *third["decisions"]] == now["decisions"]
    assert second["decisions"][0]["retracted_by"] == third["decisions"][0]["id"]


def test_the_history_is_the_authoritys_alone(hub):
    record = hub.police.submit()
    at = f"contacts/{record['id']}/history"
    for client in (hub.police, hub.health, hub.reporter):
        problem(client.get(at), "forbidden")
    problem(hub.decider.get(at, headers={"Authorization": ""}), "unauthenticated")
    problem(hub.decider.get(at, headers={"Accept": "text/csv"}), "not-acceptable")
    unknown = "contacts/01941f29-7c00-7aaa-8aaa-aaaaaaaaaaaa/history"
    problem(hub.decider.get(unknown), "not-found")
