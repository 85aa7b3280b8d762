"""`updated_since`: the feed of what changed, from which nothing is ever lost."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from core.database import EVERY_AGENCY, Scope, transaction_time
from models import Contact
from tests.support.problems import findings

START = "2000-01-01T00:00:00Z"


def feed(client, since, **query):
    extra = "".join(f"&{name}={value}" for name, value in query.items())
    answer = client.get(f"contacts?updated_since={since}{extra}")
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def ids(found):
    return [each["id"] for each in found["items"]]


def test_the_feed_gives_changes_oldest_first_and_a_cursor_to_resume_from(hub):
    first, second, third = (hub.police.submit() for _ in range(3))
    hub.decider.decide(first, "gather_information")
    found = feed(hub.decider, START)
    assert ids(found) == [second["id"], third["id"], first["id"]]
    assert found["next"] is None
    assert set(found) == {"items", "next", "cursor"}
    assert found["items"][2] == hub.decider.get(f"contacts/{first['id']}").get_json()


def test_resuming_gives_nothing_and_then_what_is_new_alone(hub):
    record, other = hub.police.submit(), hub.police.submit()
    cursor = feed(hub.decider, START)["cursor"]
    again = feed(hub.decider, cursor)
    assert (again["items"], again["next"], again["cursor"]) == ([], None, cursor)
    hub.police.post(f"contacts/{record['id']}/information", {"information": "More."})
    new = hub.police.submit()
    later = feed(hub.decider, cursor)
    assert ids(later) == [record["id"], new["id"]]
    assert feed(hub.decider, later["cursor"])["items"] == []
    assert other["id"] not in ids(later)


def test_an_empty_feed_gives_back_where_it_began(hub):
    found = feed(hub.decider, START)
    assert found == {"items": [], "next": None, "cursor": START}


def test_the_feed_comes_in_pages_that_lose_nothing(hub):
    sent = [hub.police.submit()["id"] for _ in range(5)]
    seen, found = [], feed(hub.decider, START, limit=2)
    while found["items"]:
        seen += ids(found)
        path = found["next"] or f"contacts?limit=2&updated_since={found['cursor']}"
        assert "updated_since" not in path or found["next"] is None
        found = hub.decider.get(path).get_json()
    assert seen == sent


def test_a_record_that_changes_during_paging_comes_again(hub):
    first, second = hub.police.submit(), hub.police.submit()
    found = feed(hub.decider, START, limit=1)
    assert ids(found) == [first["id"]]
    hub.decider.decide(first, "gather_information")
    last = hub.decider.get(found["next"]).get_json()
    rest = ids(last) + ids(feed(hub.decider, last["cursor"]))
    assert rest == [second["id"], first["id"]]


def test_the_feed_begins_at_the_instant_itself(hub):
    record = hub.police.submit()
    assert ids(feed(hub.decider, record["updated_at"])) == [record["id"]]
    after = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    assert feed(hub.decider, after)["items"] == []


def test_the_feed_is_confined_and_filtered_like_any_list(hub):
    theirs = hub.health.submit(referrer_type="health_midwife")
    own = hub.police.submit()
    assert ids(feed(hub.police, START)) == [own["id"]]
    assert ids(feed(hub.decider, START, agency=theirs["agency"])) == [theirs["id"]]
    assert hub.decider.get(f"referrals?updated_since={START}").get_json()["items"] == []
    assert findings(hub.decider.get("contacts?updated_since=")) == {("updated_since", "too_short")}


@pytest.fixture
def slow_change(hub):
    """Begin a change of a record; what this gives ends it."""
    scope = Scope((hub.authority,), EVERY_AGENCY)

    def begin(record):
        transaction = hub.database.transaction(scope)
        session = transaction.__enter__()
        session.execute(
            update(Contact)
            .where(Contact.authority_code == hub.authority, Contact.contact_id == record["id"])
            .values(version=Contact.version + 1, updated_at=transaction_time(session))
        )
        return lambda: transaction.__exit__(None, None, None)

    return begin


def test_the_feed_never_passes_a_change_that_is_not_committed_yet(hub, slow_change):
    slow, before = hub.police.submit(), hub.police.submit()
    commit = slow_change(slow)
    try:
        after = hub.police.submit()
        waiting = feed(hub.decider, START)
        assert ids(waiting) == [slow["id"], before["id"]]
        assert feed(hub.decider, waiting["cursor"])["items"] == []
    finally:
        commit()
    resumed = feed(hub.decider, waiting["cursor"])
    assert ids(resumed) == [slow["id"], after["id"]]
    assert resumed["items"][0]["version"] == 2
    assert feed(hub.decider, resumed["cursor"])["items"] == []


def test_a_change_rolled_back_is_never_given(hub):
    record = hub.police.submit()
    cursor = feed(hub.decider, START)["cursor"]
    hub.decider.post(f"contacts/{record['id']}/decisions", {"decision": "start_assessment"})
    hub.decider.post(f"contacts/{record['id']}/decisions", {"decision": "reopen", "reason": "x"})
    assert feed(hub.decider, cursor)["items"] == []
