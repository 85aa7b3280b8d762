"""Who calls: the key of the request, looked up and then remembered for a minute."""

import re
import time
from typing import Annotated

from fastapi import Depends, HTTPException, Path
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from bench.peers.statements import Holder, holder_of
from database import READ_KEY, transaction

REMEMBERED_SECONDS = 60

_FORM = re.compile(r"fd_[a-z0-9]+_([0-9a-f]{12})_[0-9a-f]{64}")
_bearer = HTTPBearer()
_known: dict[str, tuple[float, Holder]] = {}


async def holder(
    sent: Annotated[HTTPAuthorizationCredentials, Depends(_bearer)],
    authority: Annotated[str, Path()],
) -> Holder:
    """The holder of the request's key, who may submit to the authority."""
    found = await _holder_of(sent.credentials)
    if found is None:
        raise HTTPException(401, "This key is unknown, expired or revoked.")
    held = found.roles.get(authority)
    if not held:
        raise HTTPException(404, "There is no such authority, or it is none of yours.")
    if "submit" not in held or found.agency is None:
        raise HTTPException(403, "This needs the role submit in the authority.")
    return found


async def _holder_of(key: str) -> Holder | None:
    until, known = _known.get(key, (0.0, None))
    if known is not None and time.monotonic() < until:
        return known
    match = _FORM.fullmatch(key)
    if match is None:
        return None
    async with transaction(key=match[1]) as (session, now):
        rows = (await session.execute(READ_KEY, {"key_id": match[1]})).mappings().all()
    found = holder_of(key, list(rows), now)
    if found is not None:
        _known[key] = (time.monotonic() + REMEMBERED_SECONDS, found)
    return found
