"""Every route of the application, and a good request for each that a key opens."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from domain.access import Role
from tests.factories.cafs import a_caf
from tests.factories.contacts import a_contact
from tests.support.hub import POLICE, Client
from tests.support.imports import NDJSON, as_ndjson
from tests.support.publications import PUBLICATIONS

AUTOMATIC = frozenset({"HEAD", "OPTIONS"})
BELOW_AUTHORITY = "/v1/authorities/<authority>"
CONTACT = f"{BELOW_AUTHORITY}/contacts/<uuid:contact_id>"
CAFS = f"{BELOW_AUTHORITY}/cafs"
CAF = f"{CAFS}/<uuid:caf_id>"
IMPORTS = f"{BELOW_AUTHORITY}/imports"
IMPORT = f"{IMPORTS}/<uuid:import_id>"

SENDERS = frozenset({Role.SUBMIT, Role.DECIDE})
DECIDERS = frozenset({Role.DECIDE})
READERS = frozenset({Role.REPORT, Role.DECIDE})
READERS_OF_PUBLISHED = READERS | {Role.PARTNER}
AGENCIES = frozenset({Role.SUBMIT})
EVERYBODY = frozenset(Role)

# Who may do what, in the words of the HTTP contract; not read from the code.
ALLOWED: dict[tuple[str, str], frozenset[Role]] = {
    ("POST", f"{BELOW_AUTHORITY}/contacts"): SENDERS,
    ("GET", f"{BELOW_AUTHORITY}/contacts"): SENDERS,
    ("POST", f"{BELOW_AUTHORITY}/referrals"): SENDERS,
    ("GET", f"{BELOW_AUTHORITY}/referrals"): SENDERS,
    ("GET", CONTACT): SENDERS,
    ("PATCH", CONTACT): SENDERS,
    ("POST", f"{CONTACT}/information"): SENDERS,
    ("POST", f"{CONTACT}/decisions"): SENDERS,
    ("GET", f"{CONTACT}/history"): DECIDERS,
    ("POST", f"{BELOW_AUTHORITY}/contacts/search"): DECIDERS,
    ("POST", CAFS): SENDERS,
    ("GET", CAFS): SENDERS,
    ("GET", CAF): SENDERS,
    ("PATCH", CAF): SENDERS,
    ("POST", IMPORTS): SENDERS,
    ("GET", IMPORTS): SENDERS,
    ("GET", IMPORT): SENDERS,
    ("GET", f"{IMPORT}/results"): SENDERS,
    ("GET", PUBLICATIONS): READERS | {Role.ADMIN},
    ("POST", PUBLICATIONS): frozenset({Role.ADMIN}),
    ("GET", "/v1/reports/table-1"): READERS_OF_PUBLISHED,
    ("GET", "/v1/reports/table-1/changes"): READERS,
    ("GET", "/v1/reports/inputs"): READERS_OF_PUBLISHED,
    ("GET", "/v1/reports/timeseries"): READERS,
    ("GET", "/v1/reports/delays"): READERS,
    ("GET", "/v1/reports/feedback"): AGENCIES,
    ("GET", "/v1/me"): EVERYBODY,
    ("GET", "/v1/reference/agencies"): EVERYBODY,
    ("GET", "/v1/reference/areas"): EVERYBODY,
    ("GET", "/v1/reference/caf-agency-kinds"): EVERYBODY,
    ("GET", "/v1/reference/concerns"): EVERYBODY,
    ("GET", "/v1/reference/decisions"): EVERYBODY,
    ("GET", "/v1/reference/ethnicities"): EVERYBODY,
    ("GET", "/v1/reference/outcomes"): EVERYBODY,
    ("GET", "/v1/reference/presenting-needs"): EVERYBODY,
    ("GET", "/v1/reference/reasons"): EVERYBODY,
    ("GET", "/v1/reference/referrer-types"): EVERYBODY,
}

# What a report needs beside its area.
REPORT_QUERIES = {
    "/v1/reports/inputs": "period=2013-14-Q4",
    "/v1/reports/delays": "period=2013-14-Q4",
    "/v1/reports/feedback": "period=2013-14-Q4",
    "/v1/reports/timeseries": "measure=contacts&from=2014-01-01&to=2014-03-31&by=month",
    "/v1/reports/table-1": "period=2013-14-Q4",
    "/v1/reports/table-1/changes": (
        "period=2013-14-Q4&as_at=2014-05-01T09:00:00Z&against=2014-04-14T17:00:00Z"
    ),
}


@dataclass(frozen=True)
class Route:
    """One method of one path."""

    method: str
    path: str
    endpoint: str

    def __str__(self) -> str:
        """As a person writes it."""
        return f"{self.method} {self.path}"


def routes(app: Flask) -> Iterator[Route]:
    """Every route that the application registered, but the methods that Flask adds by itself."""
    for rule in app.url_map.iter_rules():
        for method in sorted(methods_of(rule) - AUTOMATIC):
            yield Route(method, rule.rule, rule.endpoint)


def methods_of(rule: Rule) -> set[str]:
    """The methods of one rule."""
    return set(rule.methods or ())


def url_of(
    path: str,
    *,
    authority: str,
    contact_id: str | None = None,
    caf_id: str | None = None,
    import_id: str | None = None,
) -> str:
    """A path with these in place of what varies; an id that is not given is nobody's."""
    return (
        path.replace("<authority>", authority)
        .replace("<uuid:contact_id>", contact_id or str(uuid4()))
        .replace("<uuid:caf_id>", caf_id or str(uuid4()))
        .replace("<uuid:import_id>", import_id or str(uuid4()))
    )


def a_good_request(
    client: Client,
    method: str,
    path: str,
    *,
    authority: str,
    contact_id: str,
    caf_id: str | None = None,
    import_id: str | None = None,
) -> TestResponse:
    """Send what the route takes from whoever may use it."""
    ids = {"contact_id": contact_id, "caf_id": caf_id, "import_id": import_id}
    url = url_of(path, authority=authority, **ids)
    body, etag = _body(method, path, authority), "*" if method == "PATCH" else None
    if path.startswith("/v1/reports/"):
        url += f"?area={authority}&{REPORT_QUERIES[path]}"
    if method == "PATCH":
        return client.patch(url, body, etag=etag)
    if method == "POST" and path == IMPORTS:
        headers = {"Content-Type": NDJSON}
        return client.request(method, url, data=as_ndjson([body]), headers=headers)
    return client.request(method, url, json=body)


def _body(method: str, path: str, authority: str) -> dict[str, Any] | None:
    bodies = {
        ("POST", f"{CONTACT}/information"): {"information": "New."},
        ("POST", f"{CONTACT}/decisions"): {"decision": "void", "reason": "test"},
        ("POST", f"{BELOW_AUTHORITY}/contacts/search"): {"nhs_number": "9990000018"},
        ("PATCH", CONTACT): {"narrative": "Corrected."},
        ("POST", CAFS): a_caf(agency=POLICE),
        ("PATCH", CAF): {"closed_on": "2014-02-14"},
        ("POST", PUBLICATIONS): {"area": authority, "report": "table-1", "period": "2012-13-Q1"},
    }
    return None if method == "GET" else bodies.get((method, path), a_contact(agency=POLICE))
