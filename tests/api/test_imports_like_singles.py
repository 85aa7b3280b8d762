"""A record of an import becomes what it becomes when it is sent alone, from NDJSON and from CSV."""

import itertools
import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.access import Role
from domain.referrer_types import ReferrerGroup
from domain.vocabulary import AgencyKind
from services.ledger.verify import verify_ledger
from services.reference.register import (
    ReferrerTypeDetails,
    register_alias,
    register_referrer_type,
)
from tests.support.cafs import a_submitted_caf
from tests.support.hub import HEALTH, POLICE, Hub
from tests.support.imports import CSV, NDJSON, as_ndjson, results_of, send
from tests.support.sent_parts import as_csv, flat

STRICT = "stockton-schools"
MADE_FOR_EACH = {"id", "authority", "recorded_by", "recorded_at", "created_at", "updated_at"}
DAY = timedelta(days=1)
_BATCHES = itertools.count(1)


def some(**fields):
    return st.fixed_dictionaries({}, optional=fields)


def one_of(*values):
    return st.sampled_from(values)


days = one_of("2014-01-06", "2014-02-03", "2014-03-31")
known = {
    "received_at": one_of("2014-01-06T09:12:00Z", "2014-03-31T23:30:00+01:00"),
    "referrer_detail": one_of("Prison Service"),
    "individual_kind": one_of("family"),
    "referrer": some(name=one_of("PC Reed"), email=one_of("reed@example.org")).filter(bool),
    "presenting_need": one_of("N1", "N0"),
    "concerns": st.lists(one_of("neglect", "domestic_abuse"), min_size=1, max_size=3),
    "immediate_concern": st.booleans(),
    "domestic_incident": some(
        victim_risk_level=one_of("high"), children_present=st.booleans()
    ).filter(bool),
    "parents_carers": st.lists(
        some(name=one_of("Jo Marsh"), date_of_birth=one_of("1980-02-03")).filter(bool),
        min_size=1,
        max_size=2,
    ),
    "family_agreement": some(status=one_of("given")).filter(bool),
    "narrative": one_of("Seen.", 'She said: "no", twice.', "One.\nTwo."),
}
history = {
    "received_on": days,
    "closed_on": days,
    "referred_on": days,
    "nfa_on": days,
    "assessment_started_on": days,
    "assessment_type": one_of("single"),
    "reason": one_of("advice_given"),
}
types = one_of(
    *("police", "police", "schools", "Response Team", " response  team", "individuals"),
    *("other", "beat", "old_beat", "emergency_duty_team"),
)
children = some(
    given_name=one_of("Ava", "Noé"),
    family_name=one_of("Marsh", "O'Hara, née Low"),
    nhs_number=one_of("9990000018", "999 000 0018"),
    date_of_birth=one_of("2009-05-14", "1990-01-01"),
    estimated_age=one_of(0, 7, 25),
    sex=one_of("F", "U"),
    postcode=one_of("TS18 1AU", "ts181au"),
)
# What CSV has no cell for; it is never taken.
NO_CELLS = ({"narative": "Misspelt."}, {"narrative": 7}, {"child": []}, {"concerns": "neglect"})
FLAWS = (
    *NO_CELLS,
    {"received_at": "2099-01-01T00:00:00Z"},
    {"received_at": "soon"},
    {"received_on": "2014-02-30"},
    {"referred_on": "2013-12-31"},
    {"nfa_on": "2099-01-01"},
    {"reason": "rain"},
    {"assessment_type": "double"},
    {"referrer_type": "polcie"},
    {"individual_kind": "aunt"},
    {"individual_kind": "anonymous"},
    {"child": {"expected_date_of_birth": "2014-05-14"}},
    {"child": {"expected_date_of_birth": "2014-05-14", "date_of_birth": "2014-01-14"}},
    {"agency": "nobody"},
    {"agency": HEALTH},
    {"concerns": ["neglect", "rain"]},
    {"immediate_concern": "perhaps"},
    {"presenting_need": "N99"},
    {"parents_carers": [{"name": "Jo"}, {"date_of_birth": "2099-01-01"}]},
    {"narrative": "x" * 10_001},
    {"child": {"sex": "F"}},
    {"child": {"given_name": "A\nB", "sex": "female", "local_id": "L-7"}},
    {"child": {"nhs_number": "9990000019", "postcode": "TS18", "estimated_age": "seven"}},
    {"child": {"date_of_birth": "2009-02-29", "estimated_age": 26}},
    {"child": {"date_of_birth": "2099-05-14"}},
)


@st.composite
def bodies(draw, *, decides):
    """A record that an agency or the authority might send: good, doubtful or bad."""
    body = {
        "agency_reference": draw(one_of("A", "B")),
        "referrer_type": draw(types),
        "child": {"given_name": "Ava", **draw(children)},
        **draw(some(**known)),
    }
    if decides:
        body["agency"] = draw(one_of(POLICE, HEALTH))
        dated = draw(st.lists(st.sampled_from(sorted(history)), max_size=3, unique=True))
        body |= {name: draw(history[name]) for name in dated}
    if draw(st.booleans()):
        return body
    if not draw(st.integers(0, 4)):
        del body[draw(st.sampled_from(sorted(body)))]
    for flaw in draw(st.lists(st.sampled_from(FLAWS), max_size=2)):
        body |= flaw
    return body


@st.composite
def deliveries(draw, *, decides):
    """Records in an order, each with its kind; some stand there twice, some with other content."""
    kinds = one_of("contact", "contact", "referral")
    rows = draw(st.lists(st.tuples(kinds, bodies(decides=decides)), min_size=1, max_size=6))
    repeated = draw(st.lists(st.sampled_from(rows), max_size=3))
    changed = draw(st.lists(st.sampled_from(rows), max_size=2))
    changed = [(kind, body | {"incident_reference": "OCC-7"}) for kind, body in changed]
    return draw(st.permutations(rows + repeated + changed))


class Twin:
    """One of several authorities that have set the same."""

    def __init__(self, app):
        self.hub = Hub(app)
        self.hub.add_agency(STRICT, kind=AgencyKind.EDUCATION, backdate_days=1)
        with self.hub.transaction() as session:
            self._set_words(session)
        self.senders = {
            POLICE: self.hub.police,
            STRICT: self.hub.client(Role.SUBMIT, agency=STRICT),
            None: self.hub.decider,
        }
        # Of the child that some records are about; closed on one of their days.
        a_submitted_caf(self.hub.health, closed_on="2014-02-03")

    def _set_words(self, session):
        at = {"session": session, "authority": self.hub.authority}
        register_alias(**at, alias="Response team", referrer_type="police")
        for code, until in (("beat", None), ("old_beat", date(2014, 1, 31))):
            details = ReferrerTypeDetails(label=code, group=ReferrerGroup.PUBLIC, valid_to=until)
            register_referrer_type(**at, code=code, details=details)

    def table(self):
        """The counts of Table 1."""
        path = f"/v1/reports/table-1?area={self.hub.authority}&period=2013-14-Q4"
        answer = self.hub.decider.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json["rows"], answer.json["totals"]

    def stored(self, record_id):
        """A record and its history, without what is made for each and without the present."""
        path = f"contacts/{record_id}"
        parts = (self.hub.decider.get(each).get_json() for each in (path, f"{path}/history"))
        return [lasting(part) for part in parts]

    def disagreements(self):
        with self.hub.transaction() as session:
            return list(verify_ledger(session, authority=self.hub.authority))


def lasting(value):
    if isinstance(value, dict):
        return {name: lasting(each) for name, each in value.items() if name not in MADE_FOR_EACH}
    if isinstance(value, list):
        return [lasting(each) for each in value]
    is_present = isinstance(value, str) and value[:10] >= f"{datetime.now(UTC) - DAY:%Y-%m-%d}"
    return "present" if is_present and value[:2] == "20" else value


CONFLICT = {"code": "sent_before_with_other_content"}
RESULTS = {201: "created", 200: "replayed", 409: "conflicting", 422: "rejected"}


@pytest.fixture(scope="module")
def twins(app):
    return [Twin(app) for _ in (NDJSON, CSV, "alone")]


@pytest.mark.parametrize("sender", [POLICE, STRICT, None])
def test_records_become_what_they_become_alone(twins, sender):
    of_ndjson, of_csv, alone = twins
    met = set()

    @settings(max_examples=60)
    @given(rows=deliveries(decides=sender is None))
    @example(rows=one_of_each(sender))
    def check(rows):
        rows = under_new_references(rows)
        answers = [
            alone.senders[sender].post("contacts" if kind == "contact" else "referrals", body)
            for kind, body in rows
        ]
        met.update(answer.status_code for answer in answers)
        lines = as_ndjson({"kind": kind, **body} for kind, body in rows)
        compare(answers, alone, of_ndjson, sender, lines, sent_as=NDJSON)
        in_cells = [has_cells(body) for _, body in rows]
        sheet = list(itertools.compress(({"kind": kind, **body} for kind, body in rows), in_cells))
        if sheet:
            answers = list(itertools.compress(answers, in_cells))
            compare(answers, alone, of_csv, sender, written(sheet), sent_as=CSV)

    check()
    assert met == RESULTS.keys()
    for twin in twins:
        assert twin.table() == alone.table()
        assert twin.disagreements() == []


def one_of_each(sender):
    """Records of which one is taken, one repeated, one in conflict, and one refused."""
    good = {"agency_reference": "A", "referrer_type": "police", "child": {"given_name": "Ava"}}
    if sender is None:
        good |= {"agency": POLICE, "received_on": "2014-01-06", "closed_on": "2014-02-03"}
    bodies = (good, good, good | {"narrative": "Seen."}, good | {"child": {"sex": "F"}})
    return [("contact", body) for body in bodies]


def under_new_references(rows):
    """The rows under references that no earlier example used."""
    number = next(_BATCHES)
    return [
        (kind, {**body, "agency_reference": f"{body['agency_reference']}-{number}"})
        if "agency_reference" in body
        else (kind, body)
        for kind, body in rows
    ]


def has_cells(body):
    return not any(part.items() <= body.items() for part in NO_CELLS)


def written(rows):
    columns = {name: None for row in rows for name in flat(row)}
    needed = ("agency_reference", "referrer_type", "child.sex")
    return as_csv(rows, columns=list(columns | dict.fromkeys(needed)), ends="\r\n")


def compare(answers, alone, twin, sender, body, *, sent_as):
    client = twin.senders[sender]
    done = send(client, body, sent_as=sent_as)
    assert done.status_code == 200, done.text
    ids = {None: None}
    for answer, result in zip(answers, results_of(client, done.get_json()["id"]), strict=True):
        of_alone, id_ = id_in(answer), result["id"]
        assert result == as_told(answer, client, result, sent_as)
        if answer.status_code == 201:
            ids[of_alone] = id_
            assert twin.stored(id_) == alone.stored(of_alone)
        assert ids[of_alone] == id_


def id_in(answer):
    """The id of the record that an answer is about, None where it is about none."""
    told = answer.get_json()
    return told.get("id") or told.get("contact", "").rpartition("/")[2] or None


def as_told(answer, client, result, sent_as):
    """The result that an import has to give of a record that was answered so alone."""
    told = answer.get_json()
    expected = {
        "line": result["line"],
        "agency_reference": result["agency_reference"],
        "result": RESULTS[answer.status_code],
        "id": result["id"],
        "errors": [],
        "warnings": [],
    }
    if answer.status_code == 201:
        expected["warnings"] = placed(told["warnings"], sent_as)
    if answer.status_code == 422:
        expected["errors"] = placed(told["errors"], sent_as)
    if answer.status_code == 409:
        (error,) = placed([{"pointer": "/agency_reference", **CONFLICT}], sent_as)
        there = f"{client.at}/contacts/{result['id']}"
        expected["errors"] = [{**error, "detail": told["detail"], "contact": there}]
    return expected


def placed(findings, sent_as):
    return findings if sent_as == NDJSON else [in_column(**each) for each in findings]


def in_column(*, pointer, **finding):
    column = pointer.removeprefix("/").replace("/", ".")
    return {"column": "concerns" if column.startswith("concerns.") else column, **finding}


def test_what_stands_for_a_body_alone_stands_for_a_line(hub):
    """What is no record at all is refused alike, but for the status that a whole body gets."""
    for text in ('{"child": 1, "child": 2}', '{"narrative": NaN}', "7", '{"a": 1'):
        alone = hub.police.post("contacts", data=text, headers={"Content-Type": "application/json"})
        good = json.dumps({"agency_reference": "G", "referrer_type": "police", "child": {}})
        done = send(hub.police, f"{good}\n{text}\n".encode()).get_json()
        (error,) = (each for each in done["errors"] if each["line"] == 2)
        assert error["code"] == alone.get_json()["errors"][0]["code"]
