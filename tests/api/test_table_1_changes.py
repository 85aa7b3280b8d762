"""Which cells of Table 1 moved between two instants, and which records moved them."""

from tests.api.test_as_at import now
from tests.api.test_table_1 import PERIOD
from tests.support.cafs import a_submitted_caf
from tests.support.hub import Hub
from tests.support.problems import findings, problem

RECEIVED = {"received_at": "2014-02-03T10:00:00+00:00"}


def text_of(instant):
    return instant.isoformat().replace("+00:00", "Z")


def changes(client, hub, *, as_at, against, **query):
    more = "".join(f"&{name}={value}" for name, value in query.items())
    return client.get(
        f"/v1/reports/table-1/changes?area={hub.authority}&period={PERIOD}"
        f"&as_at={text_of(as_at)}&against={text_of(against)}{more}"
    )


def story(hub):
    """Three contacts, and what happened to them after an instant: that instant, and their ids."""
    decided, corrected, ended = (hub.police.submit(**RECEIVED) for _ in range(3))
    between = now(hub)
    late = hub.police.submit(**RECEIVED)
    assert hub.decider.decide(decided, "close_and_log", reason="other").status_code == 201
    etag = hub.decider.get(f"contacts/{corrected['id']}").headers["ETag"]
    patched = hub.decider.patch(
        f"contacts/{corrected['id']}", {"referrer_type": "housing"}, etag=etag
    )
    assert patched.status_code == 200, patched.text
    # What moves nothing is no reason: information, and a decision that is taken back.
    hub.police.post(f"contacts/{ended['id']}/information", {"information": "More."})
    taken = hub.decider.decide(ended, "close_and_log", reason="other").get_json()
    hub.decider.decide(ended, "retract", retracts=taken["decisions"][-1]["id"])
    return between, decided["id"], corrected["id"], late["id"]


def test_every_cell_that_moved_is_named_with_both_numbers(hub):
    between, *_ = story(hub)
    answer = changes(hub.reporter, hub, as_at=now(hub), against=between)
    found = answer.get_json()
    assert found["cells"] == [
        {"referrer_type": "housing", "outcome": "yet_to_proceed", "before": 0, "after": 1},
        {"referrer_type": "police", "outcome": "closed_and_logged", "before": 0, "after": 1},
        {"referrer_type": "police", "outcome": "yet_to_proceed", "before": 3, "after": 2},
    ]
    assert found["settled"] is True
    assert "records" not in found
    assert "records_in_all" not in found


def test_who_decides_sees_which_records_moved_them_and_why(hub):
    between, decided, corrected, late = story(hub)
    found = changes(hub.decider, hub, as_at=now(hub), against=between).get_json()
    moved = {each["id"]: (each["causes"], each["moves"]) for each in found["records"]}
    waiting = {"referrer_type": "police", "outcome": "yet_to_proceed"}
    assert moved.keys() == {decided, corrected, late}
    assert moved[late] == (["late_arrival"], [{**waiting, "number": 1}])
    assert moved[decided][0] == ["decision"]
    assert moved[corrected][0] == ["correction"]
    assert {**waiting, "number": -1} in moved[decided][1]
    assert {**waiting, "referrer_type": "housing", "number": 1} in moved[corrected][1]
    assert found["records_in_all"] == len(found["records"]) == 3


def test_a_caf_that_is_recorded_late_moved_no_cell_and_is_no_cause(hub):
    child = {"nhs_number": "9990000018", "family_name": "Marsh"}
    decided, linked = (hub.police.submit(**RECEIVED, child=child) for _ in range(2))
    between = now(hub)
    a_submitted_caf(hub.decider, agency="cleveland-police", child=child)
    assert hub.decider.decide(decided, "close_and_log", reason="other").status_code == 201
    assert hub.decider.get(f"contacts/{linked['id']}").get_json()["derived_active_caf"] is True
    found = changes(hub.decider, hub, as_at=now(hub), against=between).get_json()
    assert [(each["id"], each["causes"]) for each in found["records"]] == [
        (decided["id"], ["decision"])
    ]


def test_looked_at_the_other_way_round_everything_is_the_opposite(hub):
    between, *_ = story(hub)
    after = now(hub)
    there = changes(hub.decider, hub, as_at=after, against=between).get_json()
    back = changes(hub.decider, hub, as_at=between, against=after).get_json()
    turned = [{**each, "before": each["after"], "after": each["before"]} for each in there["cells"]]
    assert back["cells"] == turned
    assert sum(m["number"] for r in back["records"] for m in r["moves"]) == -1


def test_an_instant_beside_itself_has_no_changes_and_is_answered_304(hub):
    story(hub)
    instant = now(hub)
    answer = changes(hub.decider, hub, as_at=instant, against=instant)
    assert (answer.get_json()["cells"], answer.get_json()["records"]) == ([], [])
    path = answer.request.full_path
    again = hub.decider.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_a_position_leaves_out_what_is_dated_after_it(hub):
    between, *_ = story(hub)
    found = changes(
        hub.decider, hub, as_at=now(hub), against=between, position_on="2014-02-02"
    ).get_json()
    assert (found["cells"], found["records"]) == ([], [])


def test_instants_to_come_or_missing_are_refused_by_their_name(hub):
    path = f"/v1/reports/table-1/changes?area={hub.authority}&period={PERIOD}"
    assert findings(hub.reporter.get(path)) == {("as_at", "required"), ("against", "required")}
    to_come = f"{path}&as_at={text_of(now(hub))}&against=2999-01-01T00:00:00Z"
    assert findings(hub.reporter.get(to_come)) == {("against", "in_the_future")}


def test_another_authoritys_area_is_not_found(app, hub):
    other = Hub(app)
    instant = now(hub)
    problem(changes(hub.decider, other, as_at=instant, against=instant), "not-found")
