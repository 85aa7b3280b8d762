"""A CAF in an import is linked to the child's contacts, in whatever order and batch they come."""

import pytest

from services.imports.run_import import ROWS_IN_A_BATCH
from services.ledger.verify import verify_ledger
from tests.factories.cafs import a_caf
from tests.factories.contacts import a_contact
from tests.support.hub import HEALTH, POLICE
from tests.support.imports import as_ndjson, imported, send

CHILD = {"nhs_number": "9990000018"}
ANOTHER_CHILD = {"nhs_number": "9990000026"}


def derived(hub, record_id):
    return hub.decider.get(f"contacts/{record_id}").json["derived_active_caf"]


@pytest.mark.parametrize("mode", ["partial", "atomic"])
@pytest.mark.parametrize("between", [0, ROWS_IN_A_BATCH])
@pytest.mark.parametrize("is_caf_first", [True, False])
def test_a_contact_and_a_caf_of_one_child_are_linked(hub, mode, between, is_caf_first):
    contact = a_contact(agency=POLICE, child=CHILD)
    caf = {"kind": "caf", **a_caf(agency=HEALTH, child=CHILD)}
    others = [a_contact(agency=POLICE, child=ANOTHER_CHILD) for _ in range(between + 1)]
    ends = [caf, contact] if is_caf_first else [contact, caf]
    rows = [ends[0], *others, ends[1]]
    done, found = imported(hub.decider, rows, query=f"?mode={mode}")
    assert done["created"] == len(rows)
    ids = [each["id"] for each in found]
    of_contact = ids[-1] if is_caf_first else ids[0]
    assert derived(hub, of_contact) is True
    assert derived(hub, ids[1]) is None
    assert "derived_active_caf" not in hub.police.get(f"contacts/{of_contact}").json
    with hub.transaction() as session:
        assert list(verify_ledger(session, authority=hub.authority)) == []


@pytest.mark.parametrize("query", ["?mode=atomic", "?dry_run=true"])
def test_a_caf_of_an_import_that_is_undone_links_nothing(hub, query):
    record = hub.police.submit(child=CHILD)
    caf = {"kind": "caf", **a_caf(agency=HEALTH, child=CHILD)}
    rows = [caf, {**caf, "agency_reference": "R-2", "stage": 3}]
    status = 422 if "atomic" in query else 200
    assert send(hub.decider, as_ndjson(rows), query=query).status_code == status
    assert derived(hub, record["id"]) is None
    assert hub.decider.get(f"contacts/{record['id']}").json["version"] == 1
