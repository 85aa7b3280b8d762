"""A record is read as of one version, whatever is committed while it is being read."""

from contextlib import contextmanager

import pytest
from sqlalchemy import event


@contextmanager
def once_after(engine, beginning, action):
    """Do something, once, when a statement that begins like this has been answered."""
    waiting = [action]

    def listener(_connection, _cursor, statement, *_):
        if waiting and statement.startswith(beginning):
            waiting.pop()()

    event.listen(engine, "after_cursor_execute", listener)
    yield
    event.remove(engine, "after_cursor_execute", listener)
    assert not waiting, "no statement began like this"


@pytest.mark.parametrize("path", ["contacts/{id}", "contacts", "contacts?agency_reference={ref}"])
def test_what_is_committed_while_a_record_is_read_belongs_to_its_next_version(hub, path):
    record = hub.police.submit()
    place = path.format(id=record["id"], ref=record["agency_reference"])

    def change_it():
        hub.decider.patch(f"contacts/{record['id']}", {"child": {"given_name": "Bea"}}, '"1"')
        hub.decider.decide(record, "close_and_log", reason="advice_given")
        hub.police.post(f"contacts/{record['id']}/information", {"information": "More."})

    with once_after(hub.database.engine, "SELECT contact.authority_code", change_it):
        answer = hub.decider.get(place).get_json()
    read = answer["items"][0] if "items" in answer else answer

    assert (read["version"], read["outcome"]["code"]) == (1, "yet_to_proceed")
    assert read["child"]["given_name"] == "Ava"
    assert (read["decisions"], read["information"]) == ([], [])
    after = hub.decider.get(f"contacts/{record['id']}").get_json()
    assert (after["version"], after["child"]["given_name"]) == (4, "Bea")
    assert (len(after["decisions"]), len(after["information"])) == (1, 1)
