"""Keys: without a good one nobody gets in, and with one only where its roles lead."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest

import api.authentication
from api import create_app
from api.authentication import KeyMemory
from core.database import EVERY_AGENCY, EVERY_KEY, Scope
from domain.access import Role
from services.keys.issue_key import issue_key, revoke_key
from tests.support.cafs import a_submitted_caf
from tests.support.hub import POLICE, Client, Hub
from tests.support.imports import an_import
from tests.support.problems import problem
from tests.support.publications import published
from tests.support.routes import (
    ALLOWED,
    BELOW_AUTHORITY,
    CAF,
    CONTACT,
    IMPORT,
    a_good_request,
    routes,
    url_of,
)
from tests.support.settings import settings_for

CLOSED = sorted(ALLOWED)
CLOSED_IDS = [f"{method} {path}" for method, path in CLOSED]
BELOW = [pair for pair in CLOSED if pair[1].startswith(BELOW_AUTHORITY)]
BELOW_IDS = [f"{method} {path}" for method, path in BELOW]


def revoke(hub: Hub, key: str) -> None:
    with hub.transaction() as session:
        revoke_key(session, key_id=key.split("_")[2])


def revoked_key(hub: Hub) -> str:
    key = hub.key([Role.DECIDE])
    revoke(hub, key)
    return f"Bearer {key}"


def expired_key(hub: Hub) -> str:
    expired_at = datetime.now(UTC) - timedelta(seconds=1)
    return f"Bearer {hub.key([Role.DECIDE], expires_at=expired_at)}"


def key_with_another_secret(hub: Hub) -> str:
    prefix = hub.decider.key.rpartition("_")[0]
    return f"Bearer {prefix}_{'0' * 64}"


def key_of_another_environment(hub: Hub) -> str:
    return f"Bearer {hub.decider.key.replace('fd_test_', 'fd_live_')}"


BAD = {
    "nothing": lambda _: "",
    "a scheme alone": lambda _: "Bearer",
    "no key": lambda _: "Bearer  ",
    "a word": lambda _: "Bearer key",
    "a key's form with an unknown id": lambda _: f"Bearer fd_test_{'0' * 12}_{'0' * 64}",
    "no scheme": lambda hub: hub.decider.key,
    "another scheme": lambda hub: f"Basic {hub.decider.key}",
    "two keys": lambda hub: f"Bearer {hub.decider.key} {hub.decider.key}",
    "a key cut short": lambda hub: f"Bearer {hub.decider.key[:-1]}",
    "a key in capitals": lambda hub: f"Bearer {hub.decider.key.upper()}",
    "letters that are no ASCII": lambda hub: f"Bearer {hub.decider.key[:-1]}é",
    "very much": lambda _: f"Bearer {'f' * 8_000}",
    "the id as a wildcard": lambda _: f"Bearer fd_test_*_{'0' * 64}",
    "another secret": key_with_another_secret,
    "another environment": key_of_another_environment,
    "revoked": revoked_key,
    "expired": expired_key,
}


@pytest.mark.parametrize("make", BAD.values(), ids=BAD)
def test_without_a_good_key_nobody_gets_in(hub, make):
    header = {"Authorization": make(hub)}
    answer = hub.decider.get("contacts", headers=header)
    body = problem(answer, "unauthenticated")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="front-door"'
    assert body.keys() == {"type", "title", "status", "detail", "instance"}


@pytest.mark.parametrize(("method", "path"), CLOSED, ids=CLOSED_IDS)
@pytest.mark.parametrize("authorization", [None, "Bearer key"])
def test_every_closed_route_asks_for_a_key_before_anything_else(app, method, path, authorization):
    url = url_of(path, authority="E06000004")
    headers = {"Authorization": authorization} if authorization else {}
    wrong = {"Accept": "text/nothing", "Content-Type": "text/nothing", **headers}
    answer = app.test_client().open(f"{url}?unknown=1", method=method, headers=wrong, data="{")
    problem(answer, "unauthenticated")
    assert answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_is_read_in_any_case(hub, scheme):
    headers = {"Authorization": f"{scheme} {hub.police.key}"}
    assert hub.police.get("/v1/me", headers=headers).status_code == 200


def test_a_key_that_expires_later_is_good_and_says_when(hub):
    expires_at = datetime(2099, 1, 1, tzinfo=UTC)
    key = hub.key([Role.SUBMIT], agency=POLICE, expires_at=expires_at)
    answer = Client(hub.app, key, hub.authority).get("/v1/me")
    assert (answer.status_code, answer.get_json()["expires_at"]) == (200, "2099-01-01T00:00:00Z")


def test_a_revoked_key_is_refused_at_once_where_nothing_is_remembered(hub):
    assert hub.police.get("/v1/me").status_code == 200
    revoke(hub, hub.police.key)
    assert hub.police.get("/v1/me").status_code == 401
    assert hub.health.get("/v1/me").status_code == 200


@pytest.fixture
def clock(monkeypatch) -> SimpleNamespace:
    """The memory's clock, in seconds; it stands still unless a test moves it."""
    hands = SimpleNamespace(seconds=1_000.0)
    monkeypatch.setattr(
        api.authentication, "time", SimpleNamespace(monotonic=lambda: hands.seconds)
    )
    return hands


def test_a_remembered_key_is_forgotten_in_time(hub, clock):
    memory = KeyMemory(database=hub.database, seconds=60)
    key = hub.police.key
    assert memory.principal_of(key).agency == POLICE
    revoke(hub, key)
    clock.seconds += 59.9
    assert memory.principal_of(key).agency == POLICE
    clock.seconds += 0.2
    assert memory.principal_of(key) is None
    clock.seconds -= 30
    assert memory.principal_of(key) is None


def test_a_wrong_secret_is_not_let_in_by_the_memory_of_the_right_one(hub):
    memory = KeyMemory(database=hub.database, seconds=60)
    assert memory.principal_of(hub.decider.key) is not None
    assert memory.principal_of(key_with_another_secret(hub).removeprefix("Bearer ")) is None


@pytest.mark.usefixtures("clock")
def test_a_bad_key_is_not_remembered_as_bad(hub):
    memory = KeyMemory(database=hub.database, seconds=60)
    assert memory.principal_of(f"fd_test_{'0' * 12}_{'0' * 64}") is None
    assert memory.principal_of(hub.police.key) is not None


def test_an_application_with_a_memory_lets_a_revoked_key_in_for_the_seconds_set(server, hub, clock):
    app = create_app(settings_for(server, KEY_CACHE_SECONDS="60"))
    client = Client(app, hub.police.key, hub.authority)
    assert client.get("/v1/me").status_code == 200
    revoke(hub, hub.police.key)
    assert client.get("/v1/me").status_code == 200
    clock.seconds += 60
    assert client.get("/v1/me").status_code == 401
    app.extensions["database"].dispose()


def test_the_table_of_rights_names_every_closed_route(app):
    closed = {
        (route.method, route.path)
        for route in routes(app)
        if not getattr(app.view_functions[route.endpoint], "is_open", False)
    }
    assert closed == set(ALLOWED)


@pytest.fixture(scope="module")
def world(app) -> tuple[Hub, Hub, dict[Role, Client]]:
    """Two authorities, and a key for each role in the first, which has published something."""
    hub, other = Hub(app), Hub(app)
    clients = {role: hub.client(role) for role in Role}
    clients[Role.SUBMIT] = hub.police
    for report in ("table-1", "inputs"):
        published(clients[Role.ADMIN], hub.authority, report)
    return hub, other, clients


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("method", "path"), CLOSED, ids=CLOSED_IDS)
def test_a_role_does_in_its_authority_what_the_contract_says(world, method, path, role):
    hub, _, clients = world
    record = hub.police.submit()
    answer = a_good_request(
        clients[role],
        method,
        path,
        authority=hub.authority,
        contact_id=record["id"],
        caf_id=a_submitted_caf(hub.police)["id"],
        import_id=an_import(hub),
    )
    if role in ALLOWED[method, path]:
        created = method == "POST" and not path.endswith(("/search", "/imports"))
        assert answer.status_code == (201 if created else 200), answer.text
    else:
        problem(answer, "forbidden")


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("method", "path"), BELOW, ids=BELOW_IDS)
def test_another_authority_is_answered_exactly_like_none(world, method, path, role):
    _, other, clients = world
    ids = {
        "contact_id": other.police.submit()["id"],
        "caf_id": a_submitted_caf(other.police)["id"],
        "import_id": an_import(other),
    }
    answers = [
        a_good_request(clients[role], method, path, authority=authority, **ids)
        for authority in (other.authority, "E09999999", "nowhere", "*")
    ]
    bodies = [problem(answer, "not-found") for answer in answers]
    for body in bodies:
        del body["instance"]
    assert bodies == bodies[:1] * 4


@pytest.mark.parametrize("role", Role)
def test_another_authority_is_no_area_and_has_no_reference_data(world, role):
    _, other, clients = world
    table = "/v1/reports/table-1?period=2013-14-Q4&area="
    agencies = "/v1/reference/agencies?authority="
    types = "/v1/reference/referrer-types?authority="
    for path in (table, agencies, types):
        foreign, unknown = (
            problem(clients[role].get(path + code), "not-found")
            for code in (other.authority, "E09999999")
        )
        assert foreign | {"instance": ""} == unknown | {"instance": ""}


@pytest.mark.parametrize(
    ("method", "path"), [pair for pair in BELOW if CONTACT in pair[1]], ids=str
)
def test_a_record_of_another_agency_is_answered_exactly_like_none(world, method, path):
    hub, _, clients = world
    record = hub.health.submit()
    foreign, unknown = (
        a_good_request(
            clients[Role.SUBMIT], method, path, authority=hub.authority, contact_id=contact_id
        )
        for contact_id in (record["id"], str(uuid4()))
    )
    slug = "forbidden" if path.endswith("/history") else "not-found"
    assert problem(foreign, slug) | {"instance": ""} == problem(unknown, slug) | {"instance": ""}
    assert hub.decider.get(f"contacts/{record['id']}").get_json()["version"] == 1


@pytest.mark.parametrize(("method", "path"), [pair for pair in BELOW if CAF in pair[1]], ids=str)
def test_a_caf_of_another_agency_is_answered_exactly_like_none(world, method, path):
    hub, _, clients = world
    caf = a_submitted_caf(hub.health)
    foreign, unknown = (
        a_good_request(
            clients[Role.SUBMIT],
            method,
            path,
            authority=hub.authority,
            contact_id=str(uuid4()),
            caf_id=caf_id,
        )
        for caf_id in (caf["id"], str(uuid4()))
    )
    slug = "not-found"
    assert problem(foreign, slug) | {"instance": ""} == problem(unknown, slug) | {"instance": ""}
    assert hub.decider.get(f"cafs/{caf['id']}").get_json() == caf


@pytest.mark.parametrize(("method", "path"), [pair for pair in BELOW if IMPORT in pair[1]], ids=str)
def test_an_import_of_another_agency_is_answered_exactly_like_none(world, method, path):
    hub, _, _ = world
    foreign, unknown = (
        hub.health.request(method, url_of(path, authority=hub.authority, import_id=import_id))
        for import_id in (an_import(hub), None)
    )
    assert problem(foreign, "not-found") | {"instance": ""} == problem(unknown, "not-found") | {
        "instance": ""
    }


@pytest.mark.parametrize(("method", "path"), BELOW, ids=BELOW_IDS)
def test_a_key_without_any_role_finds_nothing(world, method, path):
    hub, _, _ = world
    record = hub.police.submit()
    nobody = Client(hub.app, hub.key([], agency=POLICE), hub.authority)
    problem(
        a_good_request(nobody, method, path, authority=hub.authority, contact_id=record["id"]),
        "not-found",
    )


@pytest.mark.parametrize(("method", "path"), BELOW, ids=BELOW_IDS)
def test_a_key_that_submits_for_no_agency_submits_nothing(world, method, path):
    hub, _, _ = world
    record = hub.police.submit()
    answer = a_good_request(
        hub.client(Role.SUBMIT), method, path, authority=hub.authority, contact_id=record["id"]
    )
    problem(answer, "forbidden")


def test_england_is_only_the_authorities_whose_tables_a_key_may_read(world):
    _, other, _ = world
    own = Hub(other.app)
    own.police.submit()
    other.police.submit()
    roles = {own.authority: [Role.REPORT], other.authority: [Role.PARTNER]}
    scope = Scope(tuple(roles), EVERY_AGENCY, EVERY_KEY)
    with own.database.transaction(scope) as session:
        issued = issue_key(session, name="both", environment="test", agency=None, roles=roles)
    client = Client(own.app, issued.key, own.authority)
    table = client.get("/v1/reports/table-1?period=2013-14-Q4&area=E92000001").get_json()
    assert table["totals"]["total"]["number"] == 1
