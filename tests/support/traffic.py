"""Mixed traffic of many callers, each of whom may see only some marks."""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from domain.access import Role
from tests.factories.contacts import a_contact
from tests.support.hub import HEALTH, POLICE, Client, Hub

SCHOOLS = "stockton-schools"
AGENCIES = (POLICE, HEALTH, SCHOOLS)
MARK = re.compile(r"mark:(E07[0-9]{6}):([a-z-]+)")
AUTHORITY = re.compile(r"E07[0-9]{6}")
# Each authority's records come from a referrer type of its own, so that tables show whose they are.
TYPES = ("police", "housing", "probation")


@dataclass
class Place:
    """An authority, its referrer type, and the records that were sent to it, by agency."""

    hub: Hub
    referrer_type: str
    sent: dict[str, list[str]] = field(default_factory=lambda: {each: [] for each in AGENCIES})

    def body(self, agency: str, **fields: Any) -> dict[str, Any]:
        """A record that bears the mark of its authority and agency in each kind of text."""
        mark = f"mark:{self.hub.authority}:{agency}"
        made = a_contact(agency=agency, referrer_type=self.referrer_type, narrative=mark, **fields)
        return made | {
            "agency_reference": f"{mark}:{made['agency_reference']}",
            "child": {**made["child"], "address": mark},
        }


@dataclass(frozen=True)
class Person:
    """A caller in one authority, and the agencies whose records it may see there."""

    client: Client
    place: Place
    role: Role
    agencies: tuple[str, ...]
    sends_for: tuple[str, ...]

    def may_see(self, authority: str, agency: str) -> bool:
        """Whether the caller may see a mark."""
        return authority == self.place.hub.authority and agency in self.agencies


def people(app: Flask) -> list[Person]:
    """Callers of each role in three authorities of three agencies; each has records there."""
    return [person for referrer_type in TYPES for person in _people_of(Hub(app), referrer_type)]


def _people_of(hub: Hub, referrer_type: str) -> Iterator[Person]:
    hub.add_agency(SCHOOLS)
    place = Place(hub, referrer_type)
    for agency in AGENCIES:
        sender = hub.client(Role.SUBMIT, agency=agency)
        record = sender.post("contacts", place.body(agency)).get_json()
        place.sent[agency].append(record["id"])
        yield Person(sender, place, Role.SUBMIT, (agency,), (agency,))
    yield Person(hub.decider, place, Role.DECIDE, AGENCIES, AGENCIES)
    yield Person(hub.reporter, place, Role.REPORT, (), AGENCIES[:1])
    yield Person(hub.client(Role.PARTNER), place, Role.PARTNER, (), AGENCIES[:1])


class Traffic:
    """Random requests for a seed; `places` are all that there are, the callers' own and others'."""

    def __init__(self, seed: int, everybody: list[Person]) -> None:
        self.chance = random.Random(seed)
        self.everybody = everybody
        self.places = list({id(each.place): each.place for each in everybody}.values())
        self.kinds: tuple[Callable[[Person], TestResponse], ...] = (
            self.read_list,
            self.read_feed,
            self.read_own,
            self.read_any,
            self.read_elsewhere,
            self.search,
            self.send,
            self.correct_any,
            self.inform_any,
            self.decide_any,
            self.read_history,
            self.read_table,
            self.read_reference,
        )

    def one(self) -> tuple[str, Person, TestResponse]:
        """Send one request: of which kind it was, whose, and the answer."""
        person = self.chance.choice(self.everybody)
        kind = self.chance.choice(self.kinds)
        return kind.__name__, person, kind(person)

    def read_list(self, person: Person) -> TestResponse:
        name = self.chance.choice(("contacts", "referrals"))
        agency = self.chance.choice(("", *(f"&agency={each}" for each in AGENCIES)))
        return person.client.get(f"{name}?limit=20{agency}")

    def read_feed(self, person: Person) -> TestResponse:
        return person.client.get("contacts?limit=20&updated_since=2014-01-01T00:00:00Z")

    def read_own(self, person: Person) -> TestResponse:
        return person.client.get(f"contacts/{self._own(person)}")

    def read_any(self, person: Person) -> TestResponse:
        return person.client.get(f"contacts/{self._any()}")

    def read_elsewhere(self, person: Person) -> TestResponse:
        authority = self.chance.choice(self.places).hub.authority
        name = self.chance.choice(("contacts?limit=5", f"contacts/{self._any()}"))
        return person.client.get(f"/v1/authorities/{authority}/{name}")

    def search(self, person: Person) -> TestResponse:
        return person.client.post("contacts/search", {"nhs_number": "9990000018"})

    def send(self, person: Person) -> TestResponse:
        agency = self.chance.choice(person.sends_for)
        answer = person.client.post(
            self.chance.choice(("contacts", "referrals")), person.place.body(agency)
        )
        if answer.status_code == 201:
            person.place.sent[agency].append(answer.get_json()["id"])
        return answer

    def correct_any(self, person: Person) -> TestResponse:
        patch = {"child": {"given_name": self.chance.choice(("Ava", "Mia", "Zoe"))}}
        return person.client.patch(f"contacts/{self._any(person)}", patch, etag="*")

    def inform_any(self, person: Person) -> TestResponse:
        body = {"information": "Added."}
        return person.client.post(f"contacts/{self._any(person)}/information", body)

    def decide_any(self, person: Person) -> TestResponse:
        kind = self.chance.choice(("close_and_log", "accept_as_referral", "gather_information"))
        path = f"contacts/{self._any(person)}/decisions"
        return person.client.post(path, {"decision": kind})

    def read_history(self, person: Person) -> TestResponse:
        return person.client.get(f"contacts/{self._any(person)}/history")

    def read_table(self, person: Person) -> TestResponse:
        area = self.chance.choice((*(each.hub.authority for each in self.places), "E92000001"))
        return person.client.get(f"/v1/reports/table-1?area={area}&period=2013-14-Q4")

    def read_reference(self, person: Person) -> TestResponse:
        return person.client.get(self.chance.choice(("/v1/reference/agencies", "/v1/me")))

    def _own(self, person: Person) -> str:
        agency = self.chance.choice(person.agencies or AGENCIES)
        return self.chance.choice(person.place.sent[agency])

    def _any(self, person: Person | None = None) -> str:
        """A record: anybody's, or as often one of the caller's own if there is a caller."""
        if person is not None and self.chance.random() < 0.5:
            return self._own(person)
        place = self.chance.choice(self.places)
        return self.chance.choice(place.sent[self.chance.choice(AGENCIES)])
