"""The answer that carries one record: its status and headers."""

from http import HTTPStatus

import orjson
from flask import Response

from api.etags import etag_of_version
from api.routes import JSON
from services.contacts.record import Record
from services.contacts.submit_contact import Submitted


def record_answer(record: Record, *, status: int = HTTPStatus.OK, **headers: str) -> Response:
    """A record with its entity tag.

    The record is written as it was shaped: that it is what `RecordSchema` says is for the tests to
    hold, not for each answer to pay.
    """
    return Response(
        orjson.dumps(record, option=orjson.OPT_UTC_Z),
        status=status,
        content_type=JSON,
        headers={"ETag": etag_of_version(record["version"]), **headers},
    )


def done_answer(done: Submitted, *, collection: str = "contacts") -> Response:
    """What was done: 201 with the record, or 200 when it had been done before.

    `collection` is where such records are, below their authority.
    """
    status = HTTPStatus.CREATED if done.is_created else HTTPStatus.OK
    answer = record_answer(
        done.record, status=status, Location=_location_of(done.record, collection)
    )
    if not done.is_created:
        answer.headers["Idempotency-Replayed"] = "true"
    return answer


def _location_of(record: Record, collection: str) -> str:
    return f"/v1/authorities/{record['authority']}/{collection}/{record['id']}"
