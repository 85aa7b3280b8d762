"""The engine of a worker, and sessions in a scope."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from bench.peers.statements import BEGIN, KEY, TERMS


def _statement(template: str) -> str:
    names = ("authorities", "agency", "key", "key_id", "authority", "wording", "alias")
    return template.format(**{name: f"CAST(:{name} AS text)" for name in names})


_BEGIN = text(_statement(BEGIN))
READ_KEY = text(_statement(KEY))
READ_TERMS = text(_statement(TERMS))

engine = create_async_engine(os.environ["PEER_DATABASE_URL"], pool_size=8, max_overflow=0)
_sessions = async_sessionmaker(engine, expire_on_commit=False)


@asynccontextmanager
async def transaction(
    *, authority: str = "", agency: str = "", key: str = ""
) -> AsyncIterator[tuple[AsyncSession, datetime]]:
    """A session in a scope and its time; committed at the end, rolled back if the block raises."""
    async with _sessions.begin() as session:
        scope = {"authorities": authority, "agency": agency, "key": key}
        began = await session.execute(_BEGIN, scope)
        yield session, began.one()[-1]
