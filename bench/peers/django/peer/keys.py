"""Who calls: the key of the request, looked up and then remembered for a minute."""

import re
import time

from django.http import Http404
from django.views import View
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from bench.peers.statements import Holder, holder_of
from peer.database import READ_KEY, in_scope, read

REMEMBERED_SECONDS = 60

_FORM = re.compile(r"fd_[a-z0-9]+_([0-9a-f]{12})_[0-9a-f]{64}")
_known: dict[str, tuple[float, Holder]] = {}


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer <key>`."""

    def authenticate(self, request: Request) -> tuple[Holder, None] | None:
        """The holder of the request's key."""
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        found = _holder_of(key.strip())
        if found is None:
            message = "This key is unknown, expired or revoked."
            raise AuthenticationFailed(message)
        return found, None

    def authenticate_header(self, _request: Request) -> str:
        """What a 401 asks for."""
        return "Bearer"


class MaySubmit(BasePermission):
    """The holder submits to the authority that the path names."""

    def has_permission(self, request: Request, view: View) -> bool:
        """Whether it may; an authority that is none of the holder's is not found."""
        if request.user is None:
            return False
        held = request.user.roles.get(view.kwargs["authority"])
        if not held:
            raise Http404
        return "submit" in held and request.user.agency is not None


def _holder_of(key: str) -> Holder | None:
    until, known = _known.get(key, (0.0, None))
    if known is not None and time.monotonic() < until:
        return known
    match = _FORM.fullmatch(key)
    if match is None:
        return None
    with in_scope(key=match[1]) as now:
        found = holder_of(key, read(READ_KEY, {"key_id": match[1]}), now)
    if found is not None:
        _known[key] = (time.monotonic() + REMEMBERED_SECONDS, found)
    return found
