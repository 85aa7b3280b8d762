"""Table 1 from 1,586 records that several agencies post at once, in any order, all of it twice."""

import http.client
import json
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from domain.access import Role
from services.demonstration.records import demonstration_records
from services.demonstration.set_up import set_up_agencies
from services.synthetic import SyntheticRecord
from tests.support.hub import Hub
from tests.support.live_server import live_server
from tests.support.published import cells_of_csv, cells_of_json, published_table
from tests.support.settings import environment_for

SEED = 20140331


class Poster:
    """Posts an agency's records and the decisions about them over one connection."""

    def __init__(self, hub: Hub, address: str, agency: str) -> None:
        self._at = f"/v1/authorities/{hub.authority}"
        self._sender = hub.key([Role.SUBMIT], agency=agency)
        self._decider = hub.key([Role.DECIDE])
        self._connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)

    def post(self, records: Iterable[SyntheticRecord]) -> int:
        """Post every record and its decisions twice; how many records were new."""
        with closing(self._connection):
            return sum(1 for each in records if self._post_record(each))

    def _post_record(self, record: SyntheticRecord) -> bool:
        record_id = self._twice(f"{record.submitted_as}s", record.payload, key=self._sender)
        decisions = [each for sitting in record.decisions for each in sitting]
        decided = self._twice(
            f"contacts/{record_id}/decisions",
            decisions,
            key=self._decider,
            idempotency_key=f"decide-{record_id}",
        )
        return decided == record_id

    def _twice(self, path: str, body: object, *, key: str, idempotency_key: str = "") -> str:
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        if idempotency_key:
            headers["Idempotency-Key"] = idempotency_key
        first, second = (self._once(path, body, headers) for _ in range(2))
        assert (first[0], first[1]) == (201, None), first
        assert (second[0], second[1]) == (200, "true"), second
        assert first[2] == second[2]
        return first[2]

    def _once(
        self, path: str, body: object, headers: dict[str, str]
    ) -> tuple[int, str | None, str]:
        self._connection.request("POST", f"{self._at}/{path}", json.dumps(body), headers)
        answer = self._connection.getresponse()
        said = json.loads(answer.read())
        return answer.status, answer.headers["Idempotency-Replayed"], said.get("id", str(said))


@pytest.fixture
def stockton(hub) -> Hub:
    """An authority with the agencies that Stockton-on-Tees has in the demonstration."""
    with hub.transaction() as session:
        set_up_agencies(session, authority=hub.authority)
    return hub


@pytest.fixture
def address(server) -> Iterator[str]:
    with live_server(environment_for(server) | {"KEY_CACHE_SECONDS": "60"}) as running:
        yield running


def by_agency() -> dict[str, list[SyntheticRecord]]:
    """The records of each agency, in random order."""
    records = list(demonstration_records())
    random.Random(SEED).shuffle(records)
    sent = defaultdict(list)
    for record in records:
        sent[record.agency].append(record)
    return sent


def test_records_posted_twice_by_agencies_at_once_give_the_published_table(stockton, address):
    records = by_agency()
    posters = [Poster(stockton, address, agency) for agency in records]
    with ThreadPoolExecutor(len(posters)) as pool:
        created = list(pool.map(Poster.post, posters, records.values()))
    assert created == [len(each) for each in records.values()]

    published = published_table()
    table = f"/v1/reports/table-1?period=2013-14-Q4&area={stockton.authority}"
    assert cells_of_json(stockton.reporter.get(table).text) == published[1:]
    assert cells_of_csv(stockton.reporter.get(f"{table}&format=csv").text) == published
    verified = stockton.app.test_cli_runner().invoke(
        args=["ledger", "verify", "--authority", stockton.authority]
    )
    assert verified.stdout == "The ledger agrees with the records of 1586 contacts.\n"
