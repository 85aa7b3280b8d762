"""The answer that carries one record: its status and headers."""

from http import HTTPStatus

from api.etags import etag_of_version
from services.contacts.record import Record
from services.contacts.submit_contact import Submitted

Answer = tuple[Record, int, dict[str, str]]


def record_answer(record: Record, *, status: int = HTTPStatus.OK) -> Answer:
    """A record with its entity tag."""
    return record, status, {"ETag": etag_of_version(record["version"])}


def done_answer(done: Submitted) -> Answer:
    """What was done: 201 with the record, or 200 when it had been done before."""
    status = HTTPStatus.CREATED if done.is_created else HTTPStatus.OK
    record, code, headers = record_answer(done.record, status=status)
    if not done.is_created:
        headers["Idempotency-Replayed"] = "true"
    return record, code, headers | {"Location": location_of(record)}


def location_of(record: Record) -> str:
    """The path of a record."""
    return f"/v1/authorities/{record['authority']}/contacts/{record['id']}"
