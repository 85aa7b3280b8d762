"""POST a contact: FastAPI, pydantic, SQLAlchemy's asynchronous ORM and asyncpg."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import orjson
from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from bench.peers.answer import record_of
from bench.peers.columns import content_digest
from bench.peers.rules import RefusedError, Rows, Sender, rows_of
from bench.peers.statements import REFERENCE_IS_UNIQUE, Holder, Terms, alias_of
from bodies import Contact as ContactBody
from database import READ_TERMS, engine, transaction
from domain.working_days import london_date
from keys import holder
from tables import Contact, Entry, Identity, Version, columns_of, reflect

DIGEST_KEY = os.environ["CONTENT_DIGEST_KEY"].encode()


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
    """Read the tables' columns at the start, close the connections at the end."""
    await reflect(engine)
    yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan)


@app.get("/readyz")
async def readyz() -> dict[str, str]:
    """Say that requests are taken."""
    return {"status": "ready"}


@app.post("/v1/authorities/{authority}/contacts", status_code=201)
async def submit_contact(
    authority: str, body: ContactBody, holder: Annotated[Holder, Depends(holder)]
) -> Response:
    """Store one contact, or recognise it."""
    data = body.model_dump(exclude_none=True)
    try:
        return await _store(authority, data, holder)
    except IntegrityError as error:
        if REFERENCE_IS_UNIQUE not in str(error.orig):
            raise
    return await _sent_before(authority, data, holder)


async def _store(authority: str, data: dict[str, Any], holder: Holder) -> Response:
    agency = holder.agency or ""
    async with transaction(authority=authority, agency=agency) as (session, now):
        asked = {
            "authority": authority,
            "agency": agency,
            "wording": data["referrer_type"],
            "alias": alias_of(data),
        }
        terms = Terms(**(await session.execute(READ_TERMS, asked)).mappings().one())
        sender = Sender(holder=holder, authority=authority, agency=agency, now=now)
        rows = rows_of(data, sender=sender, terms=terms, digest_key=DIGEST_KEY)
        contact = _contact(rows)
        session.add(contact)
        await session.flush()
    return _answer(201, record_of(rows.contact, rows.identity, today=london_date(now)))


def _contact(rows: Rows) -> Contact:
    return Contact(
        **rows.contact,
        identity=Identity(**rows.identity),
        versions=[Version(**rows.version)],
        entries=[Entry(**each) for each in rows.entries],
    )


async def _sent_before(authority: str, data: dict[str, Any], holder: Holder) -> Response:
    agency = holder.agency or ""
    async with transaction(authority=authority, agency=agency) as (session, now):
        found = await session.execute(
            select(Contact, Identity)
            .join(Contact.identity)
            .where(
                Contact.authority_code == authority,
                Contact.agency_code == agency,
                Contact.agency_reference == data["agency_reference"],
            )
        )
        contact, identity = found.one()
    record = record_of(columns_of(contact), columns_of(identity), today=london_date(now))
    is_same = contact.content_digest == content_digest(data, DIGEST_KEY)
    return _answer(200 if is_same else 409, record if is_same else {"status": 409})


def _answer(status: int, content: dict[str, Any]) -> Response:
    headers = {"ETag": f'"{content.get("version", 0)}"'}
    if "id" in content:
        headers["Location"] = f"/v1/authorities/{content['authority']}/contacts/{content['id']}"
    return Response(orjson.dumps(content), status, headers, "application/json")


@app.exception_handler(RefusedError)
async def refused(_request: Request, error: RefusedError) -> Response:
    """Answer a record that breaks a rule."""
    return _answer(422, {"errors": [each.as_dict() for each in error.findings]})


@app.exception_handler(RequestValidationError)
async def not_valid(_request: Request, error: RequestValidationError) -> Response:
    """Answer a body whose fields are wrong, without repeating what was sent."""
    return _answer(
        422, {"errors": [{"at": each["loc"], "is": each["type"]} for each in error.errors()]}
    )
