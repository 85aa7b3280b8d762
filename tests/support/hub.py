"""An authority of a test's own, with the agencies that send to it and a client for each key."""

import itertools
from collections.abc import Sequence
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from core.database import EVERY_KEY, Database, Scope
from domain.access import Role
from domain.vocabulary import AgencyKind
from services.keys.issue_key import issue_key
from services.reference.register import (
    AgencyDetails,
    AuthorityDetails,
    register_agency,
    register_authority,
)
from tests.factories.contacts import a_contact

_CODES = itertools.count(1)
POLICE = "cleveland-police"
HEALTH = "north-tees-health"
JSON_TYPE = "application/json"


def as_decided(record: dict[str, Any]) -> dict[str, Any]:
    """A sender's record as those read it who decide, where no CAF is recorded of the child."""
    return {**record, "derived_active_caf": None}


class Client:
    """Speaks to the application as the holder of one key."""

    def __init__(self, app: Flask, key: str, authority: str) -> None:
        self.app = app
        self.key = key
        self.at = f"/v1/authorities/{authority}"

    def request(self, method: str, path: str, **options: Any) -> TestResponse:
        """Send one request; a path without a leading slash is below the authority's."""
        url = path if path.startswith("/") else f"{self.at}/{path}"
        headers = {"Authorization": f"Bearer {self.key}", **options.pop("headers", {})}
        return self.app.test_client().open(url, method=method, headers=headers, **options)

    def get(self, path: str, **options: Any) -> TestResponse:
        """GET."""
        return self.request("GET", path, **options)

    def post(self, path: str, json: Any = None, **options: Any) -> TestResponse:
        """POST a JSON body."""
        return self.request("POST", path, json=json, **options)

    def patch(self, path: str, json: Any, etag: str | None = None) -> TestResponse:
        """PATCH with the entity tag that the caller read."""
        headers = {"If-Match": etag} if etag else {}
        return self.request("PATCH", path, json=json, headers=headers)

    def submit(self, **overrides: Any) -> dict[str, Any]:
        """Submit a contact and give the record."""
        answer = self.post("contacts", a_contact(**overrides))
        assert answer.status_code == 201, answer.text
        return answer.get_json()

    def decide(self, record: dict[str, Any], decision: str, **fields: Any) -> TestResponse:
        """Decide about a record."""
        return self.post(f"contacts/{record['id']}/decisions", {"decision": decision, **fields})


class Hub:
    """A new authority; `police` and `health` submit to it without limit of back-dating."""

    def __init__(self, app: Flask, *, backdate_days: int | None = None) -> None:
        self.app = app
        self.database: Database = app.extensions["database"]
        self.authority = f"E07{next(_CODES):06d}"
        with self.transaction() as session:
            register_authority(
                session,
                code=self.authority,
                details=AuthorityDetails(
                    name=f"Authority {self.authority}", emergency_telephone="01632 960000"
                ),
            )
        self.add_agency(POLICE, kind=AgencyKind.POLICE, backdate_days=backdate_days)
        self.add_agency(HEALTH, kind=AgencyKind.HEALTH, backdate_days=backdate_days)
        self.decider = self.client(Role.DECIDE)
        self.police = self.client(Role.SUBMIT, agency=POLICE)
        self.health = self.client(Role.SUBMIT, agency=HEALTH)
        self.reporter = self.client(Role.REPORT)

    def transaction(self) -> Any:
        """A transaction in which the test may set the authority up."""
        return self.database.transaction(Scope((self.authority,), "*", EVERY_KEY))

    def add_agency(self, code: str, **details: Any) -> None:
        """Add an agency, or change its settings."""
        with self.transaction() as session:
            register_agency(
                session,
                authority=self.authority,
                code=code,
                details=AgencyDetails(
                    **{"name": code, "kind": AgencyKind.OTHER, "backdate_days": None, **details}
                ),
            )

    def client(self, *roles: Role, agency: str | None = None) -> Client:
        """A client with a new key for these roles."""
        return Client(self.app, self.key(roles, agency=agency), self.authority)

    def key(self, roles: Sequence[Role], *, agency: str | None = None, **options: Any) -> str:
        """A new key with these roles in the authority."""
        with self.transaction() as session:
            return issue_key(
                session,
                name=f"{agency or self.authority}-{'-'.join(roles)}",
                environment="test",
                agency=agency,
                roles={self.authority: roles},
                **options,
            ).key
