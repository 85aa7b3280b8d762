"""GET /cafs: keyset pages, filters, and the feed of what changed."""

import pytest
from sqlalchemy import update

from core.database import transaction_time
from models import Caf
from tests.support.cafs import a_submitted_caf
from tests.support.hub import HEALTH, POLICE
from tests.support.problems import findings

START = "2000-01-01T00:00:00Z"


def items(client, path="cafs"):
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.get_json()["items"]


def ids(client, path="cafs"):
    return [each["id"] for each in items(client, path)]


def test_a_page_holds_whole_records_newest_recorded_first(hub):
    first, second = a_submitted_caf(hub.health), a_submitted_caf(hub.health)
    assert hub.health.get("cafs").get_json() == {"items": [second, first], "next": None}


def test_a_sender_sees_its_own_and_the_authority_sees_all(hub):
    own, theirs = a_submitted_caf(hub.health), a_submitted_caf(hub.police)
    assert ids(hub.health) == [own["id"]]
    assert ids(hub.police) == [theirs["id"]]
    assert ids(hub.decider) == [theirs["id"], own["id"]]
    assert ids(hub.health, f"cafs?agency={POLICE}") == []
    assert ids(hub.decider, f"cafs?agency={HEALTH}") == [own["id"]]


def test_pages_give_each_record_once_while_others_arrive_and_change(hub):
    there = [a_submitted_caf(hub.health)["id"] for _ in range(5)]
    seen, path = [], "cafs?limit=2"
    while path:
        answer = hub.health.get(path)
        page = answer.get_json()
        seen += [each["id"] for each in page["items"]]
        path = page["next"]
        assert ("Link" in answer.headers) is (path is not None)
        a_submitted_caf(hub.health)
        assert hub.health.patch(f"cafs/{there[-1]}", {"stage": 1}, "*").status_code == 200
    assert seen == there[::-1]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("commenced_from=2013-12-01", {"later"}),
        ("commenced_to=2013-12-01", {"early", "later"}),
        ("commenced_to=2013-11-30", {"early"}),
        ("commenced_from=2013-10-01&commenced_to=2013-11-04", {"early"}),
        ("agency_kind=midwives", {"later"}),
        ("stage=2", {"early"}),
        ("stage=1", {"later"}),
        ("agency_reference=EARLY", {"early"}),
        ("open=true", {"early"}),
        ("open=false", {"later"}),
        ("open=false&stage=2", set()),
    ],
)
def test_a_filter_leaves_what_it_names(hub, query, found):
    cafs = {
        "early": a_submitted_caf(hub.health, agency_reference="EARLY"),
        "later": a_submitted_caf(
            hub.health,
            commenced_on="2013-12-01",
            closed_on="2014-02-14",
            agency_kind="midwives",
            stage=1,
        ),
    }
    names = {each["id"]: name for name, each in cafs.items()}
    assert {names[each] for each in ids(hub.health, f"cafs?{query}")} == found


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("stage=3", ("stage", "out_of_range")),
        ("stage=two", ("stage", "wrong_type")),
        ("agency_kind=police", ("agency_kind", "not_one_of")),
        ("commenced_from=yesterday", ("commenced_from", "not_a_date")),
        ("limit=201", ("limit", "out_of_range")),
        ("cursor=abc", ("cursor", "not_a_cursor")),
        ("received_from=2014-01-01", ("received_from", "unknown_parameter")),
    ],
)
def test_a_wrong_query_is_refused(hub, query, place):
    assert findings(hub.health.get(f"cafs?{query}")) == {place}


def test_the_feed_gives_changes_oldest_first_and_resumes_without_loss(hub):
    first, second = a_submitted_caf(hub.health), a_submitted_caf(hub.health)
    theirs = a_submitted_caf(hub.police)
    closed = hub.health.patch(f"cafs/{first['id']}", {"closed_on": "2014-02-14"}, '"1"').get_json()
    feed = hub.decider.get(f"cafs?updated_since={START}").get_json()
    assert feed["items"] == [second, theirs, closed]
    assert ids(hub.health, f"cafs?updated_since={START}") == [second["id"], first["id"]]
    again = hub.decider.get(f"cafs?updated_since={feed['cursor']}").get_json()
    assert again == {"items": [], "next": None, "cursor": feed["cursor"]}
    new = a_submitted_caf(hub.health)
    assert ids(hub.decider, f"cafs?updated_since={feed['cursor']}") == [new["id"]]


def test_the_feed_comes_in_pages(hub):
    sent = [a_submitted_caf(hub.health)["id"] for _ in range(3)]
    first = hub.decider.get(f"cafs?limit=2&updated_since={START}").get_json()
    rest = hub.decider.get(first["next"]).get_json()
    assert [each["id"] for each in first["items"] + rest["items"]] == sent
    assert rest["next"] is None


def test_the_feed_never_passes_a_change_that_is_not_committed_yet(hub):
    slow = a_submitted_caf(hub.health)
    with hub.transaction() as session:
        session.execute(
            update(Caf)
            .where(Caf.authority_code == hub.authority, Caf.caf_id == slow["id"])
            .values(version=2, updated_at=transaction_time(session))
        )
        after = a_submitted_caf(hub.health)
        waiting = hub.decider.get(f"cafs?updated_since={START}").get_json()
        assert [each["id"] for each in waiting["items"]] == [slow["id"]]
    resumed = hub.decider.get(f"cafs?updated_since={waiting['cursor']}").get_json()
    assert [each["id"] for each in resumed["items"]] == [slow["id"], after["id"]]
    assert resumed["items"][0]["version"] == 2
