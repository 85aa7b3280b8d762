"""`Idempotency-Key`: read from the request, claimed in the transaction of what it asks for."""

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterable

from flask import current_app, request
from sqlalchemy.orm import Session

from api.authentication import caller
from domain.errors import Finding, UnprocessableError
from services.contacts.fields import as_json
from services.contacts.get_contact import get_contact
from services.contacts.record import Record
from services.contacts.submit_contact import Submitted
from services.idempotency import IdempotentRequest, claim, point_to

_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_QUOTED = re.compile(r'^"(.+)"$')


def idempotent_request(body: object, findings: Iterable[Finding] = ()) -> IdempotentRequest | None:
    """The request as its key recognises it; None when it names no key.

    The key may be bare or a quoted string. `body` is what was parsed, `findings` what was wrong
    with the rest. Raises `UnprocessableError`.
    """
    header = request.headers.get("Idempotency-Key")
    if header is None:
        return None
    key = header.strip()
    if not _KEY.fullmatch(key):
        detail = "This must be 1 to 255 visible ASCII characters, best a new UUID."
        raise UnprocessableError([Finding("malformed", detail, parameter="Idempotency-Key")])
    parsed = [as_json(body), [each.as_dict() for each in findings]]
    canonical = json.dumps(parsed, sort_keys=True)
    secret: bytes = current_app.extensions["settings"].content_digest_key
    return IdempotentRequest(
        key=_QUOTED.sub(r"\1", key),
        endpoint=f"{request.method} {request.path}",
        body_digest=hmac.digest(secret, canonical.encode(), hashlib.sha256),
    )


def _read_contact(session: Session, contact_id: str) -> Record:
    return get_contact(session, caller(), contact_id=contact_id)


def once(
    session: Session,
    asked: IdempotentRequest | None,
    *,
    record_id: str,
    change: Callable[[], Submitted],
    read: Callable[[Session, str], Record] = _read_contact,
) -> Submitted:
    """Make or change a record once for a key; what was done before is answered as it is now.

    `read` gives the record of an id: a contact's unless told otherwise.
    """
    if asked is None:
        return change()
    done_before = claim(session, caller(), asked, contact_id=record_id)
    if done_before is not None:
        return Submitted(read(session, done_before), is_created=False)
    done = change()
    if done.record["id"] != record_id:
        point_to(session, caller(), asked, contact_id=done.record["id"])
    return done
