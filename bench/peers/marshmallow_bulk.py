"""Many records as users of marshmallow and SQLAlchemy write it: `many=True`, insertmanyvalues.

The schema, the rules and the tables are the same as in a single submission.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, insert, text

from bench.peers.rules import Rows, Sender, rows_of
from bench.peers.statements import BEGIN, TERMS, Holder, Terms, alias_of
from models import Contact, ContactIdentity, ContactVersion, LedgerEntry
from schemas.contacts import ContactSchema

_SCHEMA = ContactSchema()
_NAMES = ("authorities", "agency", "key", "authority", "wording", "alias")


def _statement(template: str) -> str:
    return template.format(**{name: f"CAST(:{name} AS text)" for name in _NAMES})


_BEGIN = text(_statement(BEGIN))
_TERMS = text(_statement(TERMS))


class BulkError(Exception):
    """A record of the file is not valid."""


def load_file(
    engine: Engine, path: Path, *, holder: Holder, authority: str, digest_key: bytes
) -> int:
    """Store every record of a file of NDJSON in one transaction; how many there were."""
    with path.open("rb") as file:
        draft = _SCHEMA.load([json.loads(line) for line in file], many=True)
    if draft.findings:
        raise BulkError
    agency = holder.agency or ""
    with engine.begin() as connection:
        scope = {"authorities": authority, "agency": agency, "key": ""}
        now: datetime = connection.execute(_BEGIN, scope).one()[-1]
        sender = Sender(holder=holder, authority=authority, agency=agency, now=now)
        terms: dict[str, Terms] = {}
        rows = []
        for data in draft.data:
            wording = data["referrer_type"]
            if wording not in terms:
                terms[wording] = _read_terms(connection, sender, data)
            rows.append(rows_of(data, sender=sender, terms=terms[wording], digest_key=digest_key))
        _insert(connection, rows)
    return len(rows)


def _read_terms(connection: Connection, sender: Sender, data: dict[str, Any]) -> Terms:
    asked = {
        "authority": sender.authority,
        "agency": sender.agency,
        "wording": data["referrer_type"],
        "alias": alias_of(data),
    }
    return Terms(**connection.execute(_TERMS, asked).mappings().one())


def _insert(connection: Connection, rows: list[Rows]) -> None:
    connection.execute(insert(Contact), [each.contact for each in rows])
    connection.execute(insert(ContactIdentity), [each.identity for each in rows])
    connection.execute(insert(ContactVersion), [each.version for each in rows])
    connection.execute(insert(LedgerEntry), [entry for each in rows for entry in each.entries])
