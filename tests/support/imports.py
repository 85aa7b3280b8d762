"""Imports as they are sent, and as the service keeps them without the sending."""

import io
import json
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import func, select
from werkzeug.test import TestResponse

from core.uuid7 import uuid7
from domain.access import Caller, Principal, Role
from domain.imports import ImportFormat, ImportMode, ImportState, RecordResult
from models import Contact, ContactVersion, DecisionTaken, ImportRun, LedgerEntry
from services.imports.report import ImportRequest, ResultRow, add_results, finish, start
from tests.support.hub import POLICE, Client, Hub

NDJSON = "application/x-ndjson"
CSV = "text/csv"

NOT_A_DATE = {
    "pointer": "/child/date_of_birth",
    "code": "not_a_date",
    "detail": "This must be a date that exists, as YYYY-MM-DD.",
}
NO_POSTCODE = {"pointer": "/child/postcode", "code": "missing", "detail": "It would help."}


def sender_of(hub: Hub, client: Client, agency: str | None = POLICE) -> Caller:
    """The holder of a client's key as the service knows it; without an agency, one that decides."""
    role = Role.SUBMIT if agency else Role.DECIDE
    roles = {hub.authority: frozenset({role})}
    name = f"{agency or hub.authority}-{role}"
    principal = Principal(client.key.split("_")[2], name, agency, roles, None)
    return Caller(principal, hub.authority, role)


def created(line: int, **fields: Any) -> ResultRow:
    """The result of a good record."""
    return {
        "line": line,
        "agency_reference": f"REF-{line}",
        "result": RecordResult.CREATED,
        "contact_id": uuid7(),
        **fields,
    }


def rejected(line: int, *errors: dict[str, str], **fields: Any) -> ResultRow:
    """The result of a record that is refused."""
    return {
        "line": line,
        "agency_reference": f"REF-{line}",
        "result": RecordResult.REJECTED,
        "errors": errors or (NOT_A_DATE,),
        **fields,
    }


def started(hub: Hub, caller: Caller, **asked: Any) -> ImportRun:
    """An import that has begun."""
    request = {"mode": ImportMode.PARTIAL, "format": ImportFormat.NDJSON, **asked}
    with hub.transaction() as session:
        return start(session, caller, ImportRequest(**request))


def added(hub: Hub, run: ImportRun, *results: ResultRow) -> None:
    """Keep more results of an import."""
    with hub.transaction() as session:
        add_results(session, run, results)


def ended(hub: Hub, run: ImportRun, state: ImportState = ImportState.FINISHED) -> None:
    """Keep that an import ended."""
    with hub.transaction() as session:
        finish(session, run, state=state)


def an_import(hub: Hub, *results: ResultRow, caller: Caller | None = None, **asked: Any) -> str:
    """The id of a finished import; of the police with one good record unless told otherwise."""
    run = started(hub, caller or sender_of(hub, hub.police), **asked)
    added(hub, run, *(results or (created(1),)))
    ended(hub, run)
    return run.import_id


def as_ndjson(rows: Iterable[Any]) -> bytes:
    """A body with one row a line."""
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def send(client: Client, body: bytes, *, query: str = "", sent_as: str = NDJSON) -> TestResponse:
    """Send a body to be imported."""
    headers = {"Content-Type": sent_as}
    return client.request("POST", f"imports{query}", data=body, headers=headers)


class Watched(io.BytesIO):
    """A body as it comes in; `about_to_read` is told how much of it was read so far."""

    def __init__(self, body: bytes, about_to_read: Callable[[int], object]) -> None:
        super().__init__(body)
        self._about_to_read = about_to_read

    def read(self, size: int | None = -1, /) -> bytes:
        """The next part."""
        self._about_to_read(self.tell())
        return super().read(size)


def send_in_parts(client: Client, body: io.BytesIO, *, query: str = "") -> TestResponse:
    """Send NDJSON whose length nobody says beforehand."""
    return client.request(
        "POST",
        f"imports{query}",
        input_stream=body,
        headers={"Content-Type": NDJSON, "Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": True},
    )


def imported(
    client: Client, rows: Iterable[Any], *, query: str = ""
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Import rows as NDJSON, which must be answered with 200: the summary, and every result."""
    answer = send(client, as_ndjson(rows), query=query)
    assert answer.status_code == 200, answer.text
    summary: dict[str, Any] = answer.get_json()
    return summary, results_of(client, summary["id"])


def results_of(client: Client, import_id: str) -> list[dict[str, Any]]:
    """Every result of an import, by line."""
    answer = client.get(f"imports/{import_id}/results?format=ndjson")
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.data.splitlines()]


def written(hub: Hub) -> dict[str, int]:
    """How many rows of what an import writes beside its report an authority has, by table."""
    with hub.transaction() as session:
        return {
            table.__tablename__: session.scalar(
                select(func.count()).where(table.authority_code == hub.authority)
            )
            for table in (Contact, ContactVersion, DecisionTaken, LedgerEntry)
        }
