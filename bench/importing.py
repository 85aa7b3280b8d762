"""Imports over HTTP, sent as a client sends them, whole or held before their last line."""

import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

from bench.bodies import records
from bench.errors import MeasureError
from bench.place import Place
from bench.services import Service
from domain.access import Role


@dataclass(frozen=True, slots=True)
class Body:
    """A file of NDJSON, and how many records are in it."""

    path: Path
    records: int

    @classmethod
    def make(cls, place: Place, number: int) -> "Body":
        """Write a body of so many records, unless it is there."""
        path = place.folder / f"{number}.ndjson"
        if not path.exists():
            with path.open("wb") as file:
                file.writelines(records(number))
        return cls(path, number)


@dataclass(frozen=True, slots=True)
class Importer:
    """Who imports: a service, a new authority of its own, and a key that submits there."""

    service: Service
    authority: str
    key: str

    @classmethod
    def new(cls, place: Place, service: Service) -> "Importer":
        """An importer whose authority has no contact yet."""
        authority = place.new_authority()
        return cls(service, authority, place.key([authority], Role.SUBMIT))

    def send(self, body: Body, *, mode: str = "partial") -> None:
        """Send a body. Raises `MeasureError` unless every record was created."""
        with self.sending(body, mode=mode):
            pass

    @contextmanager
    def sending(self, body: Body, *, mode: str) -> Iterator[None]:
        """Send a body but for its last line, which follows at the end of the block."""
        connection = self.service.connect()
        try:
            connection.putrequest("POST", f"/v1/authorities/{self.authority}/imports?mode={mode}")
            connection.putheader("Authorization", f"Bearer {self.key}")
            connection.putheader("Content-Type", "application/x-ndjson")
            connection.putheader("Content-Length", str(body.path.stat().st_size))
            connection.endheaders()
            last = self._send_all_but_the_last_line(connection, body)
            yield
            connection.send(last)
            self._require_created(connection.getresponse(), body)
        except OSError as error:
            message = f"an import of {body.records} records broke off: {error}"
            raise MeasureError(message) from error
        finally:
            connection.close()

    def _send_all_but_the_last_line(
        self, connection: http.client.HTTPConnection, body: Body
    ) -> bytes:
        content = body.path.read_bytes()
        last = content.rindex(b"\n", 0, -1) + 1
        connection.send(content[:last])
        return content[last:]

    def _require_created(self, answer: http.client.HTTPResponse, body: Body) -> None:
        said = answer.read()
        summary: dict[str, Any] = json.loads(said) if answer.status == HTTPStatus.OK else {}
        if summary.get("created") != body.records:
            told = said[:500].decode(errors="replace")
            message = f"an import of {body.records} records was answered {answer.status}: {told}"
            raise MeasureError(message)
