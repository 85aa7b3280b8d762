"""POST a contact."""

from typing import Any

from django.conf import settings
from django.db import IntegrityError
from django.http import HttpRequest, JsonResponse
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bench.peers.answer import record_of
from bench.peers.columns import content_digest
from bench.peers.rules import RefusedError, Sender, rows_of
from bench.peers.statements import REFERENCE_IS_UNIQUE, Holder, Terms, alias_of
from domain.working_days import london_date
from peer.database import READ_TERMS, in_scope, read
from peer.models import Contact, ContactIdentity, ContactVersion, LedgerEntry
from peer.serializers import ContactSerializer

DIGEST_KEY = settings.SECRET_KEY.encode()


def readyz(_request: HttpRequest) -> JsonResponse:
    """Say that requests are taken."""
    return JsonResponse({"status": "ready"})


class ContactsView(APIView):
    """The contacts of an authority."""

    def post(self, request: Request, authority: str) -> Response:
        """Store one contact, or recognise it."""
        serializer = ContactSerializer(data=request.data)
        if not serializer.is_valid():
            return Response({"errors": serializer.errors}, 422)
        data = _without_nulls(serializer.validated_data)
        try:
            return _store(authority, data, request.user)
        except RefusedError as error:
            return Response({"errors": [each.as_dict() for each in error.findings]}, 422)
        except IntegrityError as error:
            if REFERENCE_IS_UNIQUE not in str(error):
                raise
        return _sent_before(authority, data, request.user)


def _store(authority: str, data: dict[str, Any], holder: Holder) -> Response:
    agency = holder.agency or ""
    with in_scope(authority=authority, agency=agency) as now:
        asked = {
            "authority": authority,
            "agency": agency,
            "wording": data["referrer_type"],
            "alias": alias_of(data),
        }
        terms = Terms(**read(READ_TERMS, asked)[0])
        sender = Sender(holder=holder, authority=authority, agency=agency, now=now)
        rows = rows_of(data, sender=sender, terms=terms, digest_key=DIGEST_KEY)
        Contact.objects.create(**rows.contact)
        ContactIdentity.objects.create(**rows.identity)
        ContactVersion.objects.create(**rows.version)
        LedgerEntry.objects.bulk_create(LedgerEntry(**each) for each in rows.entries)
    return _answer(201, record_of(rows.contact, rows.identity, today=london_date(now)))


def _sent_before(authority: str, data: dict[str, Any], holder: Holder) -> Response:
    agency = holder.agency or ""
    with in_scope(authority=authority, agency=agency) as now:
        contact = Contact.objects.get(
            authority_code=authority,
            agency_code=agency,
            agency_reference=data["agency_reference"],
        )
        identity = ContactIdentity.objects.get(
            authority_code=authority, contact_id=contact.contact_id
        )
    if bytes(contact.content_digest) != content_digest(data, DIGEST_KEY):
        return Response({"status": 409}, 409)
    return _answer(200, record_of(vars(contact), vars(identity), today=london_date(now)))


def _answer(status: int, record: dict[str, Any]) -> Response:
    location = f"/v1/authorities/{record['authority']}/contacts/{record['id']}"
    return Response(record, status, headers={"ETag": '"1"', "Location": location})


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(each) for name, each in value.items() if each is not None}
    if isinstance(value, list):
        return [_without_nulls(each) for each in value]
    return value
