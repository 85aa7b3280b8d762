"""Whether the peers do the same job: the same records taken and refused, the same rows written."""

import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from psycopg2.extensions import connection as Connection  # noqa: N812  (psycopg2 names it so)

from bench.bodies import PLACE, Body, bad_bodies, good_bodies
from bench.errors import MeasureError
from bench.place import Place
from bench.services import Service

TABLES = ("contact", "contact_identity", "contact_version", "outcome_ledger")

# The reference of the one that all of them wrote.
SAME = "SAME-everything"

# Ids and times differ from one writing to the next, keys and authorities from service to service;
# how content is digested is each service's own.
_OWN = frozenset(
    {"authority_code", "contact_id", "key_id", "created_at", "updated_at", "recorded_at"}
)
_DIGEST = "content_digest"
_FROM_ARRIVAL = frozenset({"received_at"})
_ARRIVED_WITHIN = timedelta(seconds=30)
_JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Contestant:
    """A service, the authority that it works in, and a key that submits there."""

    service: Service
    authority: str
    key: str

    @property
    def path(self) -> str:
        """Where contacts are sent."""
        return f"/v1/authorities/{self.authority}/contacts"

    def post(self, body: Body, key: str | None = None) -> tuple[int, Any]:
        """The status and the body of the answer to a contact."""
        headers = {**_JSON, "Authorization": f"Bearer {key or self.key}"}
        with closing(self.service.connect()) as connection:
            connection.request("POST", self.path, json.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read() or b"null")


def require_agreement(place: Place, contestants: Mapping[str, Contestant]) -> None:
    """Send every service the same records. Raises `MeasureError` where one does a lesser job."""
    for name, each in contestants.items():
        _require_refusals(name, each)
        _require_repeats(name, each)
    wrong_key = f"fd_bench_{'0' * 12}_{'0' * 64}"
    for name, each in contestants.items():
        _require(name, "a wrong key", each.post(good_bodies()["everything"], wrong_key)[0], 401)
    for what, body in good_bodies().items():
        rows = {name: _rows_of(place, name, each, what, body) for name, each in contestants.items()}
        (first, wanted), *others = rows.items()
        for name, found in others:
            _require_same(first, wanted, name, found, what)


def _require_refusals(name: str, contestant: Contestant) -> None:
    for what, body in bad_bodies().items():
        _require(name, what, contestant.post(body)[0], HTTPStatus.UNPROCESSABLE_ENTITY)


def _require_repeats(name: str, contestant: Contestant) -> None:
    body = {**good_bodies()["everything"], "agency_reference": "REPEATED"}
    _require(name, "a new record", contestant.post(body)[0], HTTPStatus.CREATED)
    _require(name, "a repeated record", contestant.post(body)[0], HTTPStatus.OK)
    other = {**body, "narrative": "Something else."}
    _require(name, "another record of that name", contestant.post(other)[0], HTTPStatus.CONFLICT)


def _require(name: str, what: str, status: int, wanted: int) -> None:
    if status != wanted:
        message = f"the {name} answered {what} with {status} instead of {wanted}"
        raise MeasureError(message)


def _rows_of(
    place: Place, name: str, contestant: Contestant, what: str, body: Body
) -> dict[str, list[dict[str, Any]]]:
    reference = f"SAME-{what}"
    status, _ = contestant.post(
        {**body, "agency_reference": body["agency_reference"].replace(PLACE, reference)}
    )
    _require(name, what, status, HTTPStatus.CREATED)
    with place.superuser() as connection:
        return {
            table: _read(connection, table, contestant.authority, reference) for table in TABLES
        }


def _read(
    connection: Connection, table: str, authority: str, reference: str
) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT to_jsonb(t) FROM {table} AS t WHERE (authority_code, contact_id) ="
            " (SELECT authority_code, contact_id FROM contact"
            " WHERE authority_code = %s AND agency_reference = %s) ORDER BY to_jsonb(t)::text",
            (authority, reference),
        )
        return [row for (row,) in cursor.fetchall()]


def _require_same(
    first: str,
    wanted: dict[str, list[dict[str, Any]]],
    name: str,
    found: dict[str, list[dict[str, Any]]],
    what: str,
) -> None:
    for table in TABLES:
        ours, theirs = wanted[table], found[table]
        if len(ours) != len(theirs) or not ours:
            message = f"{what}: the {name} wrote {len(theirs)} rows of {table}, {first} {len(ours)}"
            raise MeasureError(message)
        for one, other in zip(ours, theirs, strict=True):
            differ = sorted(key for key in one if not _is_same(key, one, other))
            if differ:
                message = f"{what}: the {name} wrote other values of {table}: {', '.join(differ)}"
                raise MeasureError(message)


def _is_same(column: str, one: dict[str, Any], other: dict[str, Any]) -> bool:
    if column in _OWN:
        return (one[column] is None) == (other[column] is None)
    if column == _DIGEST:
        return len(one[column]) == len(other[column])
    if column in _FROM_ARRIVAL and _is_arrival(one) and _is_arrival(other):
        return True
    return bool(one[column] == other[column])


def _is_arrival(contact: dict[str, Any]) -> bool:
    """Whether a contact counts as received when it arrived: a moment before it was recorded."""
    created_at = datetime.fromisoformat(contact["created_at"])
    received_at = datetime.fromisoformat(contact["received_at"])
    return timedelta() <= created_at - received_at < _ARRIVED_WITHIN
