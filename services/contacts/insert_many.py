"""Store many new contacts with all their rows: one statement, to which each contact is one array.

Arrays of cells cost the database far less to read than objects with the name of every column.
What other tables have alike with a contact's own row is taken from there, and not sent.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.dialects.postgresql.psycopg2 import dialect as psycopg2_dialect
from sqlalchemy.orm import Session

from domain.access import Caller
from models import (
    Base,
    Contact,
    ContactIdentity,
    ContactVersion,
    DecisionIdentity,
    DecisionTaken,
    LedgerEntry,
)
from models.contact import REFERENCE_IS_UNIQUE
from services.contacts.new_contact import NewContact, shared_columns
from services.contacts.terms import AuthorityTerms
from services.writing import as_json

_DIALECT = psycopg2_dialect()  # type: ignore[no-untyped-call]
_STAMPS = ("created_at", "updated_at", "recorded_at")
_SHARED = ("authority_code", "version", "event", "changes", "key_id", "recorded_by")
_OF_CONTACT = (
    "contact_id",
    "agency_code",
    "received_on",
    "referrer_type",
    "presenting_need",
    "has_active_caf",
    "derived_active_caf",
)
# What the CAF records say is read when the contacts are written, not when they are judged.
_DERIVED = "derived_active_caf"
_MANY: tuple[type[Base], ...] = (LedgerEntry, DecisionTaken, DecisionIdentity)
# A join would hash the cells of all that was sent, where this hashes the new ids alone.
_IS_NEW = "(contact_id IN (SELECT contact_id FROM new)) IS TRUE"


def insert_many(
    session: Session,
    caller: Caller,
    arrays: str,
    *,
    recorded_at: datetime,
    terms: AuthorityTerms,
    derived: Mapping[str, bool],
) -> frozenset[str] | None:
    """Insert what `arrays_of` gave as recorded at an instant; the ids of what has a new reference.

    `derived` says of the contacts, by id, whether a CAF of the child was active, where one is
    recorded. Where the terms no longer hold, nothing is written and the answer is None.
    """
    shared = shared_columns(caller)
    assumed = {
        "authority": caller.authority,
        "row_count": terms.row_count,
        "from": "-infinity",
        "until": "infinity",
    }
    values = {
        **shared,
        "authority_code": caller.authority,
        "changes": as_json(shared["changes"]),
        "recorded_at": recorded_at,
        "assumed": as_json(assumed),
        "arrays": arrays,
        "derived": as_json(derived),
    }
    holds, added = session.execute(_INSERT, values).one()
    return frozenset(added or ()) if holds else None


def arrays_of(contacts: Sequence[NewContact]) -> str:
    """All rows of some contacts as one text, which `insert_many` takes."""
    return as_json([_cells(each) for each in contacts])


def _cells(new: NewContact) -> list[Any]:
    """The cells of a contact's row and its identity's, then of each other table a list of rows."""
    return [
        *_contact_cells(new.contact),
        *_identity_cells(new.identity),
        list(map(_entry_cells, new.ledger)),
        [_decision_cells(taken) for taken, _ in new.decisions],
        [_decider_cells(who) for _, who in new.decisions],
    ]


def _sent_names(table: type[Base]) -> tuple[str, ...]:
    """The columns whose cells are sent, in order."""
    of_contact = _OF_CONTACT if table is not Contact else (_DERIVED,)
    told_elsewhere = {*_STAMPS, *_SHARED, *of_contact}
    return tuple(name for name in _names(table) if name not in told_elsewhere)


def _names(table: type[Base]) -> list[str]:
    return [column.key for column in table.__table__.columns]


def _insert(table: type[Base], cells: str, *, first: int = 0) -> str:
    """INSERT … SELECT of a table whose cells begin at a place of an array of that name."""
    sent = {name: place for place, name in enumerate(_sent_names(table), first)}
    columns = table.__table__.columns
    values = (
        _cell(column, f"{cells} -> {sent[name]}", f"{cells} ->> {sent[name]}")
        if name in sent
        else _told_elsewhere(table, name)
        for name, column in columns.items()
    )
    names = ", ".join(_names(table))
    return f"INSERT INTO {table.__tablename__} ({names}) SELECT {', '.join(values)}"


def _told_elsewhere(table: type[Base], name: str) -> str:
    if name == _DERIVED:
        return "CAST(CAST(:derived AS jsonb) ->> CAST(contact_id AS text) AS boolean)"
    if (table, name) == (LedgerEntry, "has_active_caf"):
        return "coalesce(new.derived_active_caf, new.has_active_caf)"
    if name in _OF_CONTACT:
        return f"{'sent' if table is ContactIdentity else 'new'}.{name}"
    if name == "changes":
        return "CAST(:changes AS jsonb)"
    return ":recorded_at" if name in _STAMPS else f":{name}"


def _cell(column: ColumnElement[Any], as_json_value: str, as_text: str) -> str:
    if isinstance(column.type, Text):
        return as_text
    if isinstance(column.type, JSONB):
        return f"nullif({as_json_value}, 'null')"
    if isinstance(column.type, ARRAY):
        # A list of codes: as JSON it is an array's literal but for its brackets.
        return f"CAST(translate({as_text}, '[]', '{{}}') AS text[])"
    return f"CAST({as_text} AS {column.type.compile(dialect=_DIALECT)})"


def _inserts() -> Iterator[str]:
    identity = len(_sent_names(Contact))
    many = identity + len(_sent_names(ContactIdentity))
    yield f"{_insert(ContactIdentity, 'cells', first=identity)} FROM sent WHERE {_IS_NEW}"
    yield f"{_insert(ContactVersion, 'cells')} FROM new"
    for place, table in enumerate(_MANY, many):
        rows = f"cells -> {place}"
        # What has no row, as most have no decision, is not joined.
        yield (
            f"{_insert(table, 'row_cells')} FROM new JOIN sent USING (contact_id)"
            f" CROSS JOIN jsonb_array_elements({rows}) AS row_cells WHERE {rows} <> '[]'"
        )


def _statement() -> str:
    contact_id, agency = map(_sent_names(Contact).index, ("contact_id", "agency_code"))
    others = ", ".join(f"new_{number} AS ({each})" for number, each in enumerate(_inserts()))
    return (
        "WITH assumption AS MATERIALIZED (SELECT still_holds(CAST(:assumed AS jsonb)) AS holds),"  # noqa: S608
        f" sent AS MATERIALIZED (SELECT CAST(cells ->> {contact_id} AS uuid) AS contact_id,"
        f" cells ->> {agency} AS agency_code, cells"
        " FROM assumption CROSS JOIN jsonb_array_elements(CAST(:arrays AS jsonb)) AS cells"
        " WHERE holds),"
        f" new AS ({_insert(Contact, 'cells')} FROM sent"
        f" ON CONFLICT ON CONSTRAINT {REFERENCE_IS_UNIQUE} DO NOTHING"
        f" RETURNING {', '.join(_OF_CONTACT)}), {others}"
        " SELECT holds, (SELECT array_agg(CAST(contact_id AS text)) FROM new) FROM assumption"
    )


_INSERT = text(_statement())
_contact_cells = itemgetter(*_sent_names(Contact))
_identity_cells = itemgetter(*_sent_names(ContactIdentity))
_entry_cells, _decision_cells, _decider_cells = (itemgetter(*_sent_names(table)) for table in _MANY)
