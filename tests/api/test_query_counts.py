"""No endpoint asks the database more often because there is more to answer or to write."""

import pytest

from api import create_app
from domain.access import Role
from domain.referrer_types import ReferrerGroup
from services.reference.register import (
    ReferrerTypeDetails,
    register_alias,
    register_partnership,
    register_referrer_type,
)
from tests.factories.cafs import a_caf
from tests.factories.contacts import a_contact
from tests.support.cafs import a_submitted_caf
from tests.support.hub import POLICE, Hub
from tests.support.imports import an_import, as_ndjson, created, rejected, send
from tests.support.publications import PUBLICATIONS, path_of, publish, published
from tests.support.settings import settings_for
from tests.support.statements import asked_of

FEW, MANY = 1, 20
MOST_FOR_A_SUBMISSION = 6
MOST_FOR_A_REPLAY = 8
AUTHORITY = "/v1/authorities/<authority>"
CONTACT = f"{AUTHORITY}/contacts/<uuid:contact_id>"
CAFS = f"{AUTHORITY}/cafs"
CAF = f"{CAFS}/<uuid:caf_id>"
IMPORTS = f"{AUTHORITY}/imports"
IMPORT = f"{IMPORTS}/<uuid:import_id>"


@pytest.fixture(scope="module")
def app(server):
    """The application with its keys remembered, so that what is counted is the request's own."""
    made = create_app(settings_for(server, KEY_CACHE_SECONDS="60"))
    yield made
    made.extensions["database"].dispose()


class Filled:
    """An authority in which there is `size` of everything that an answer can hold."""

    def __init__(self, app, size):
        self.hub, self.size = Hub(app), size
        self.engine = app.extensions["database"].engine
        self.everyone = self.hub.client(Role.DECIDE, Role.REPORT)
        self.admin = self.hub.client(Role.ADMIN, Role.PARTNER)
        for number in range(size):
            self.hub.add_agency(f"agency-{number}")
        with self.hub.transaction() as session:
            self._add_words(session)
        records = [self.hub.police.submit() for _ in range(size)]
        self.record = records[0]
        for record in records:
            self.hub.police.post("referrals", a_contact())
            self._fill(record, is_first=record is self.record)
        self.caf_id, *_ = [a_submitted_caf(self.hub.police)["id"] for _ in range(size)]
        for _ in range(size):
            results = [created(line) for line in range(1, size + 1)]
            refused = [rejected(line) for line in range(size + 1, 2 * size + 1)]
            self.import_id = an_import(self.hub, *results, *refused)
        for report in ("table-1", "inputs"):
            published(self.admin, self.hub.authority, report)
        for client in (self.everyone, self.hub.police, self.admin):
            assert client.get("/v1/me").status_code == 200

    def _add_words(self, session):
        for number in range(self.size):
            code = f"fire_{number}"
            details = ReferrerTypeDetails(label=f"Fire {number}", group=ReferrerGroup.PUBLIC)
            register_referrer_type(
                session, authority=self.hub.authority, code=code, details=details
            )
            register_alias(
                session, authority=self.hub.authority, alias=f"Brigade {number}", referrer_type=code
            )
            register_partnership(
                session,
                code=f"mash-{self.hub.authority.lower()}-{number}",
                name=f"MASH {self.hub.authority} {number}",
                authorities=(self.hub.authority,),
            )

    def _fill(self, record, *, is_first):
        gathering = [{"decision": "gather_information"}] * self.size
        decided = self.hub.decider.post(f"contacts/{record['id']}/decisions", gathering)
        assert decided.status_code == 201, decided.text
        path = f"contacts/{record['id']}/information"
        for _ in range(self.size if is_first else 1):
            assert self.hub.police.post(path, {"information": "More."}).status_code == 201

    def imported(self, part=""):
        return f"imports/{self.import_id}{part}"

    def caf(self):
        return f"cafs/{self.caf_id}"

    def contact(self, part=""):
        return f"contacts/{self.record['id']}{part}"

    def count(self, call):
        """How many statements a request takes; a repeated one is as expensive as the first."""
        with asked_of(self.engine) as asked:
            answer = call(self)
        assert answer.status_code in {200, 201}, answer.text
        return len(asked.statements)


def patch(filled):
    etag = filled.everyone.get(filled.contact()).headers["ETag"]
    people = [{"name": f"Adult {number}"} for number in range(filled.size)]
    change = {"parents_carers": people, "presenting_need": "N4", "incident_reference": etag}
    return filled.everyone.patch(filled.contact(), change, etag)


def patch_caf(filled):
    etag = filled.everyone.get(filled.caf()).headers["ETag"]
    change = {"closed_on": "2014-02-14", "lead_agency": etag, "child": {"address": etag}}
    return filled.everyone.patch(filled.caf(), change, etag)


def decide(filled):
    gathering = [{"decision": "gather_information"}] * filled.size
    return filled.everyone.post(filled.contact("/decisions"), gathering)


def submit(filled, path):
    people = [{"name": f"Adult {number}"} for number in range(filled.size)]
    return filled.hub.police.post(path, a_contact(parents_carers=people))


def import_rows(filled, query=""):
    rows = [a_contact() for _ in range(filled.size)]
    known = {"agency_reference": rows[0]["agency_reference"], "decision": "void"}
    rows += [{"kind": "decision", "reason": "test", **known}] * filled.size
    return send(filled.hub.police, as_ndjson(rows), query=query)


def reference(name):
    return lambda filled: filled.everyone.get(
        f"/v1/reference/{name}?authority={filled.hub.authority}"
    )


def codes(name):
    return lambda filled: filled.everyone.get(f"/v1/reference/{name}")


ENDPOINTS = {
    ("POST", f"{AUTHORITY}/contacts"): lambda filled: submit(filled, "contacts"),
    ("GET", f"{AUTHORITY}/contacts"): lambda filled: filled.everyone.get("contacts"),
    ("POST", f"{AUTHORITY}/referrals"): lambda filled: submit(filled, "referrals"),
    ("GET", f"{AUTHORITY}/referrals"): lambda filled: filled.everyone.get("referrals"),
    ("GET", CONTACT): lambda filled: filled.everyone.get(filled.contact()),
    ("PATCH", CONTACT): patch,
    ("POST", f"{CONTACT}/information"): lambda filled: filled.hub.police.post(
        filled.contact("/information"), {"information": "Seen again."}
    ),
    ("POST", f"{CONTACT}/decisions"): decide,
    ("GET", f"{CONTACT}/history"): lambda filled: filled.everyone.get(filled.contact("/history")),
    ("POST", f"{AUTHORITY}/contacts/search"): lambda filled: filled.everyone.post(
        "contacts/search", {"nhs_number": "9990000018"}
    ),
    ("POST", CAFS): lambda filled: filled.hub.police.post("cafs", a_caf()),
    ("GET", CAFS): lambda filled: filled.everyone.get("cafs"),
    ("GET", CAF): lambda filled: filled.everyone.get(filled.caf()),
    ("PATCH", CAF): patch_caf,
    ("POST", IMPORTS): import_rows,
    ("GET", IMPORTS): lambda filled: filled.everyone.get("imports?limit=200"),
    ("GET", IMPORT): lambda filled: filled.everyone.get(filled.imported()),
    ("GET", f"{IMPORT}/results"): lambda filled: filled.everyone.get(filled.imported("/results")),
    ("GET", PUBLICATIONS): lambda filled: filled.admin.get(PUBLICATIONS),
    ("POST", PUBLICATIONS): lambda filled: publish(
        filled.admin, filled.hub.authority, period="2012-13-Q4"
    ),
    ("GET", "/v1/reports/table-1"): lambda filled: filled.everyone.get(
        f"/v1/reports/table-1?area={filled.hub.authority}&period=2013-14-Q4"
    ),
    ("GET", "/v1/reports/table-1/changes"): lambda filled: filled.everyone.get(
        f"/v1/reports/table-1/changes?area={filled.hub.authority}&from=2014-01-01&to=2030-12-31"
        "&as_at=2026-01-01T00:00:00Z&against=2025-01-01T00:00:00Z"
    ),
    ("GET", "/v1/reports/inputs"): lambda filled: filled.everyone.get(
        f"/v1/reports/inputs?area={filled.hub.authority}&period=2013-14-Q4"
    ),
    ("GET", "/v1/reports/timeseries"): lambda filled: filled.everyone.get(
        f"/v1/reports/timeseries?area={filled.hub.authority}&measure=contacts&by=week"
        "&from=2014-01-01&to=2014-12-31&group_by=agency"
    ),
    ("GET", "/v1/reports/delays"): lambda filled: filled.everyone.get(
        f"/v1/reports/delays?area={filled.hub.authority}"
    ),
    ("GET", "/v1/reports/feedback"): lambda filled: filled.hub.police.get(
        f"/v1/reports/feedback?area={filled.hub.authority}&period=2013-14-Q4"
    ),
    ("GET", "/v1/reference/referrer-types"): reference("referrer-types"),
    ("GET", "/v1/reference/agencies"): reference("agencies"),
    ("GET", "/v1/reference/areas"): codes("areas"),
    ("GET", "/v1/reference/outcomes"): codes("outcomes"),
    ("GET", "/v1/reference/decisions"): codes("decisions"),
    ("GET", "/v1/reference/reasons"): codes("reasons"),
    ("GET", "/v1/reference/presenting-needs"): codes("presenting-needs"),
    ("GET", "/v1/reference/concerns"): codes("concerns"),
    ("GET", "/v1/reference/ethnicities"): codes("ethnicities"),
    ("GET", "/v1/reference/caf-agency-kinds"): codes("caf-agency-kinds"),
    ("GET", "/v1/me"): lambda filled: filled.everyone.get("/v1/me"),
}
VARIANTS = {
    "feed": lambda filled: filled.everyone.get("contacts?updated_since=2014-01-01T00:00:00Z"),
    "feed of CAFs": lambda filled: filled.everyone.get("cafs?updated_since=2014-01-01T00:00:00Z"),
    "CAFs of a sender": lambda filled: filled.hub.police.get("cafs"),
    "filtered": lambda filled: filled.everyone.get("contacts?open=true&referrer_type=police"),
    "of a sender": lambda filled: filled.hub.police.get("contacts"),
    "sent by the authority": lambda filled: filled.everyone.post(
        "referrals",
        a_contact(
            agency=POLICE,
            referred_on="2014-01-06",
            assessment_started_on="2014-01-07",
            assessment_type="single",
        ),
    ),
    "imports of a sender, on and on": lambda filled: filled.hub.police.get(
        f"imports?cursor={filled.import_id}"
    ),
    "an atomic import": lambda filled: import_rows(filled, "?mode=atomic"),
    "an import that is only tried": lambda filled: import_rows(filled, "?dry_run=true"),
    "results as NDJSON": lambda filled: filled.everyone.get(
        filled.imported("/results?format=ndjson")
    ),
    "results as CSV": lambda filled: filled.everyone.get(filled.imported("/results?format=csv")),
    "published table": lambda filled: filled.admin.get(path_of(filled.hub.authority)),
    "published Inputs": lambda filled: filled.admin.get(path_of(filled.hub.authority, "inputs")),
    "table as CSV": lambda filled: filled.everyone.get(
        f"/v1/reports/table-1?area={filled.hub.authority}&period=2013-14-Q4&format=csv"
    ),
}


@pytest.fixture(scope="module")
def few(app):
    return Filled(app, FEW)


@pytest.fixture(scope="module")
def many(app):
    return Filled(app, MANY)


def test_every_endpoint_is_counted(app):
    offered = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/v1/")
    }
    assert offered == ENDPOINTS.keys()


@pytest.mark.parametrize("endpoint", list(ENDPOINTS), ids=" ".join)
def test_an_endpoint_asks_as_often_for_many_rows_as_for_few(few, many, endpoint):
    call = ENDPOINTS[endpoint]
    assert many.count(call) == few.count(call)


@pytest.mark.parametrize("name", list(VARIANTS))
def test_so_does_each_variant(few, many, name):
    assert many.count(VARIANTS[name]) == few.count(VARIANTS[name])


def test_the_lists_that_were_counted_hold_many(many):
    assert len(many.everyone.get("contacts").get_json()["items"]) >= MANY
    assert len(many.everyone.get("cafs").get_json()["items"]) >= MANY
    found = many.everyone.post("contacts/search", {"nhs_number": "9990000018"})
    assert len(found.get_json()["items"]) >= MANY
    record = many.everyone.get(many.contact()).get_json()
    assert len(record["decisions"]) >= MANY
    assert len(record["information"]) >= MANY
    assert len(many.everyone.get(many.contact("/history")).get_json()["items"]) > MANY
    assert len(many.everyone.get("imports").get_json()["items"]) >= MANY
    assert len(many.everyone.get(many.imported()).get_json()["errors"]) == MANY
    assert len(many.everyone.get(many.imported("/results")).get_json()["items"]) == 2 * MANY
    types = reference("referrer-types")(many).get_json()["items"]
    assert len(types) == 27 + MANY


def submission(hub, path, key, sent):
    headers = {"Idempotency-Key": key} if key else {}
    client = hub.decider if "agency" in sent else hub.police
    with asked_of(hub.database.engine) as asked:
        answer = client.post(path, sent, headers=headers)
    return answer, asked


@pytest.mark.parametrize("key", [None, "3f0c7a52"])
@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("contacts", {}),
        ("referrals", {}),
        ("referrals", {"agency": POLICE}),
        ("contacts", {"agency": POLICE, "referred_on": "2014-01-06", "nfa_on": "2014-01-07"}),
    ],
    ids=str,
)
def test_a_submission_is_one_transaction_of_six_statements_at_most(app, path, fields, key):
    hub, sent = Hub(app), a_contact(**fields)
    for client in (hub.police, hub.decider):
        client.get("/v1/me")

    answer, asked = submission(hub, path, key, sent)
    assert answer.status_code == 201, answer.text
    assert len(asked.statements) <= MOST_FOR_A_SUBMISSION, asked.statements
    assert (asked.begun, asked.committed, asked.rolled_back) == (1, 1, 0)


@pytest.mark.parametrize("key", [None, "3f0c7a52"])
@pytest.mark.parametrize(
    ("path", "fields"), [("contacts", {}), ("referrals", {"agency": POLICE})], ids=str
)
def test_once_the_terms_are_known_a_submission_is_one_round_trip(app, path, fields, key):
    hub = Hub(app)
    submission(hub, path, None, a_contact(**fields))
    answer, asked = submission(hub, path, key, a_contact(**fields))
    assert answer.status_code == 201
    assert len(asked.statements) == 1, asked.statements
    assert "begin_scope(" in asked.statements[0]


@pytest.mark.parametrize("key", [None, "3f0c7a52"])
def test_a_repeated_submission_is_one_transaction_that_reads_what_was_written(app, key):
    hub, sent = Hub(app), a_contact()
    first, _ = submission(hub, "contacts", key, sent)
    record = first.get_json()
    counts = []
    for number in range(3):
        replayed, asked = submission(hub, "contacts", key, sent)
        assert replayed.status_code == 200
        assert replayed.headers["Idempotency-Replayed"] == "true"
        assert asked.committed == 1
        counts.append(len(asked.statements))
        gathering = [{"decision": "gather_information"}] * (number + 1)
        hub.decider.post(f"contacts/{record['id']}/decisions", gathering)
    assert max(counts) <= MOST_FOR_A_REPLAY
    assert len(set(counts)) == 1


def test_the_first_statement_sets_the_scope(app):
    hub = Hub(app)
    hub.police.get("/v1/me")
    _, asked = submission(hub, "contacts", None, a_contact())
    assert "begin_scope(" in asked.statements[0]
    assert not any("begin_scope(" in each for each in asked.statements[1:])


def test_a_refused_submission_leaves_nothing_open(app):
    hub = Hub(app)
    hub.police.get("/v1/me")
    answer, asked = submission(hub, "contacts", None, a_contact(referrer_type="poliss"))
    assert answer.status_code == 422
    assert (asked.begun, asked.committed, asked.rolled_back) == (1, 0, 1)
