"""The OpenAPI document: whole enough to make a client from, and true of what is answered."""

import json
import re

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from api.openapi import document_text
from domain.access import Role
from schemas.contacts import ContactPatchSchema
from services.contacts.amend_contact import NOT_PATCHABLE
from tests.conftest import PROJECT
from tests.factories.cafs import a_caf
from tests.factories.contacts import a_contact
from tests.support.publications import PUBLICATIONS, a_small_quarter, path_of, publish

HERE = "urn:front-door"
JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"
PROBLEM = "application/problem+json"
SOME_ID = "01941f29-7c00-7aaa-8aaa-aaaaaaaaaaaa"
CONTACT = "/v1/authorities/{authority}/contacts/{contact_id}"


@pytest.fixture(scope="module")
def document(app):
    return app.extensions["openapi_document"]()


@pytest.fixture(scope="module")
def violations(document):
    """What is wrong with a value by a schema of the document."""
    registry = Registry().with_resource(HERE, Resource(document, DRAFT202012))

    def violations(schema, value):
        placed = json.loads(json.dumps(schema).replace('"#/', f'"{HERE}#/'))
        validator = Draft202012Validator(placed, registry=registry, format_checker=FormatChecker())
        return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]

    return violations


def operations(document):
    return [
        (f"{method.upper()} {path}", operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method != "parameters"
    ]


def resolved(document, part):
    while "$ref" in part:
        found = document
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        part = found
    return part


def parameters(document):
    found = [each for _, operation in operations(document) for each in operation["parameters"]]
    for methods in document["paths"].values():
        found.extend(methods.get("parameters", []))
    return [resolved(document, each) for each in found]


def answers(document):
    return [
        (f"{name} {status}", int(status), resolved(document, answer))
        for name, operation in operations(document)
        for status, answer in operation["responses"].items()
    ]


def media(document):
    """Every media type object of every request and answer."""
    for name, operation in operations(document):
        for media_type, found in operation.get("requestBody", {}).get("content", {}).items():
            yield f"{name} {media_type}", found
    for name, _, answer in answers(document):
        for media_type, found in answer.get("content", {}).items():
            yield f"{name} {media_type}", found


def test_it_is_valid_openapi_3_1(document):
    OpenAPIV31SpecValidator(document).validate()
    assert document["openapi"] == "3.1.0"


def test_the_document_in_the_repository_is_what_the_code_says(document):
    assert (PROJECT / "openapi.json").read_text() == document_text(document)


def test_every_operation_is_named_and_explained(document):
    found = operations(document)
    assert len({operation["operationId"] for _, operation in found}) == len(found) > 20
    for name, operation in found:
        assert re.fullmatch(r"[a-z]+[A-Za-z0-9]+", operation["operationId"]), name
        assert operation["summary"], name
        assert operation["description"].endswith("."), name
        assert operation["tags"], name


def test_every_tag_is_explained(document):
    used = {tag for _, operation in operations(document) for tag in operation["tags"]}
    assert {tag["name"] for tag in document["tags"] if tag["description"]} == used


def test_every_operation_under_v1_needs_the_key_and_no_other(document):
    needs_key = {name for name, operation in operations(document) if operation["security"]}
    assert needs_key == {name for name, _ in operations(document) if " /v1/" in name}
    assert all(
        operation["security"] in ([], [{"key": []}]) for _, operation in operations(document)
    )


def test_every_body_and_every_json_answer_has_an_example(document):
    missing = [
        name for name, found in media(document) if not found.keys() & {"example", "examples"}
    ]
    assert missing == []


def test_every_example_is_what_its_schema_says(document, violations):
    wrong = {}
    for name, found in media(document):
        examples = [each["value"] for each in found.get("examples", {}).values()]
        examples += [found["example"]] if "example" in found else []
        for example in examples:
            if errors := violations(found["schema"], example):
                wrong[name] = errors
    assert wrong == {}


def test_an_example_that_breaks_its_schema_would_be_seen(document, violations):
    schema = document["paths"][CONTACT]["get"]["responses"]["200"]["content"][JSON]["schema"]
    assert violations(schema, {"id": 3})


def test_the_examples_of_fields_are_what_their_schemas_say(document, violations):
    for schema in document["components"]["schemas"].values():
        for found in schema["properties"].values():
            for example in found.get("examples", ()):
                assert violations(found, example) == []


def test_every_parameter_is_described_and_has_a_schema(document):
    found = parameters(document)
    assert {each["in"] for each in found} == {"query", "path", "header"}
    assert [each["name"] for each in found if not each.get("description")] == []
    assert [each["name"] for each in found if "type" not in each["schema"]] == []


def test_path_parameters_have_the_form_that_is_routed(document):
    forms = {each["name"]: each["schema"] for each in parameters(document) if each["in"] == "path"}
    assert forms == {
        "authority": {"type": "string", "pattern": "^[EWSN][0-9]{8}$"},
        "contact_id": {"type": "string", "format": "uuid"},
        "caf_id": {"type": "string", "format": "uuid"},
        "import_id": {"type": "string", "format": "uuid"},
    }


def test_every_header_is_described(document):
    for name, _, answer in answers(document):
        assert "X-Request-ID" in answer["headers"], name
        for header in answer["headers"].values():
            assert resolved(document, header)["description"], name


def test_answers_of_records_name_their_entity_tag(document):
    record = {"$ref": "#/components/schemas/Record"}
    found = [
        answer["headers"].keys()
        for _, _, answer in answers(document)
        if answer.get("content", {}).get(JSON, {}).get("schema") == record
    ]
    assert len(found) >= 10
    assert all("ETag" in headers for headers in found)


def test_every_error_is_a_problem(document):
    kinds = {
        name: set(answer["content"]) for name, status, answer in answers(document) if status >= 400
    }
    assert set(map(frozenset, kinds.values())) == {frozenset({PROBLEM})}


def test_no_limit_of_requests_is_promised(document):
    assert not any(status == 429 for _, status, _ in answers(document))


@pytest.mark.parametrize(
    ("name", "absent"),
    [
        ("Record", {"derived_active_caf"}),
        ("CafRecord", set()),
        ("Clocks", set()),
        ("ChildAnswer", set()),
        ("DecisionAnswer", set()),
        ("Table1", set()),
        ("Cell", {"symbol"}),
        ("Value", {"symbol"}),
        ("Publication", {"as_at"}),
        ("PublicationRecord", set()),
        ("RecordPage", {"cursor"}),
        ("CafRecordPage", {"cursor"}),
        ("Import", set()),
        ("ImportResult", set()),
        ("ImportFinding", {"pointer", "column", "contact", "caf"}),
        ("Finding", {"pointer", "parameter"}),
        ("Problem", {"errors", "contact", "caf", "import"}),
    ],
)
def test_what_is_always_answered_is_required(document, name, absent):
    schema = document["components"]["schemas"][name]
    assert set(schema["required"]) == schema["properties"].keys() - absent


def test_a_patch_has_none_of_the_fixed_fields(document):
    schemas = document["components"]["schemas"]
    assert ContactPatchSchema.fixed == set(NOT_PATCHABLE)
    expected = schemas["Contact"]["properties"].keys() - ContactPatchSchema.fixed
    assert schemas["ContactPatch"]["properties"].keys() == expected
    assert schemas["ContactPatch"]["additionalProperties"] is False


def test_null_is_written_as_a_type(document):
    assert "nullable" not in document_text(document)
    narrative = document["components"]["schemas"]["Record"]["properties"]["narrative"]
    assert narrative["type"] == ["string", "null"]


class Provoked:
    """A request for the record `{id}`, the operation it is one of, and the status it must give."""

    def __init__(self, operation, url, status, **options):
        self.operation = operation
        self.method = operation.partition(" ")[0]
        self.url = url
        self.status = status
        self.options = options


RAW = {"Content-Type": JSON}
LONG_AGO = "2014-05-01T09:00:00Z"
POST_CONTACT = "POST /v1/authorities/{authority}/contacts"
GET_CONTACT = f"GET {CONTACT}"
PATCH_CONTACT = f"PATCH {CONTACT}"
DECIDE = f"POST {CONTACT}/decisions"
LIST = "GET /v1/authorities/{authority}/contacts"
TABLE = "GET /v1/reports/table-1"
POST_CAF = "POST /v1/authorities/{authority}/cafs"
LIST_CAFS = "GET /v1/authorities/{authority}/cafs"
GET_CAF = "GET /v1/authorities/{authority}/cafs/{caf_id}"
PATCH_CAF = "PATCH /v1/authorities/{authority}/cafs/{caf_id}"
IMPORT = "POST /v1/authorities/{authority}/imports"
PUBLISH = f"POST {PUBLICATIONS}"
OF_A_QUARTER = {"area": "E09999999", "report": "table-1", "period": "2013-14-Q4"}
ROWS = {"Content-Type": "application/x-ndjson"}
XML = {"Accept": "application/xml"}
REOPEN = {"decision": "reopen", "reason": "New facts."}
GATHER = {"decision": "gather_information"}
TOLD = {"X-Request-ID", "ETag", "Location", "Link", "Retry-After", "WWW-Authenticate"}

PROVOKED = [
    Provoked(POST_CONTACT, "contacts", 400, data=b"{", headers=RAW),
    Provoked(POST_CONTACT, "contacts", 401, headers={"Authorization": ""}, json={}),
    Provoked(POST_CONTACT, "contacts", 406, headers=XML, json={}),
    Provoked(POST_CONTACT, "contacts", 413, data=b" " * 1_048_577, headers=RAW),
    Provoked(POST_CONTACT, "contacts", 415, data=b"{}"),
    Provoked(POST_CONTACT, "contacts", 422, json={}),
    Provoked(GET_CONTACT, f"contacts/{SOME_ID}", 404),
    Provoked(GET_CONTACT, "contacts/{id}", 200),
    Provoked(GET_CONTACT, "contacts/{id}", 304, headers={"If-None-Match": "*"}),
    Provoked(PATCH_CONTACT, "contacts/{id}", 412, headers={"If-Match": '"9"'}, json={}),
    Provoked(PATCH_CONTACT, "contacts/{id}", 428, json={}),
    Provoked(PATCH_CONTACT, "contacts/{id}", 200, headers={"If-Match": "*"}, json={}),
    Provoked(DECIDE, "contacts/{id}/decisions", 409, json=REOPEN),
    Provoked(DECIDE, "contacts/{id}/decisions", 201, json=GATHER),
    Provoked(f"GET {CONTACT}/history", "contacts/{id}/history", 200),
    Provoked(LIST, "contacts", 200),
    Provoked(LIST, "contacts?limit=0", 422),
    Provoked(POST_CAF, "cafs", 201, json=a_caf(agency="cleveland-police")),
    Provoked(POST_CAF, "cafs", 422, json={}),
    Provoked(LIST_CAFS, "cafs", 200),
    Provoked(GET_CAF, f"cafs/{SOME_ID}", 404),
    Provoked(PATCH_CAF, f"cafs/{SOME_ID}", 428, json={}),
    Provoked(IMPORT, "imports", 200, headers=ROWS, data=b"{}\n"),
    Provoked(IMPORT, "imports?mode=atomic", 422, headers=ROWS, data=b"{}\n"),
    Provoked(IMPORT, "imports?mode=none", 422, headers=ROWS, data=b"{}\n"),
    Provoked(IMPORT, "imports", 413, headers=ROWS, content_length=999_999_999),
    Provoked(IMPORT, "imports", 400, headers=ROWS, content_length=9),
    Provoked(IMPORT, "imports", 415, json={}),
    Provoked(TABLE, "/v1/reports/table-1", 422),
    Provoked(TABLE, "/v1/reports/table-1?area={authority}&period=2013-14-Q4", 200),
    Provoked(
        f"{TABLE}/changes",
        "/v1/reports/table-1/changes?area={authority}&period=2013-14-Q4"
        "&as_at=2024-02-01T00:00:00Z&against=2024-01-01T00:00:00Z",
        200,
    ),
    Provoked(
        "GET /v1/reports/inputs", "/v1/reports/inputs?area={authority}&period=2013-14-Q4", 200
    ),
    Provoked("GET /v1/reports/inputs", "/v1/reports/inputs?period=2013-14", 422),
    Provoked("GET /v1/reports/delays", "/v1/reports/delays?area={authority}", 200),
    Provoked("GET /v1/reports/delays", "/v1/reports/delays?area={authority}&from=2014-01-01", 422),
    Provoked(
        "GET /v1/reports/timeseries",
        "/v1/reports/timeseries?area={authority}&measure=contacts&by=day&from=2014-01-01"
        "&to=2014-01-03&group_by=outcome",
        200,
    ),
    Provoked(
        "GET /v1/reports/feedback", "/v1/reports/feedback?area={authority}&period=2013-14-Q4", 403
    ),
    Provoked("GET /v1/reports/feedback", "/v1/reports/feedback?area={authority}", 422),
    Provoked(PUBLISH, PUBLICATIONS, 422, json={}),
    Provoked(PUBLISH, PUBLICATIONS, 403, json=OF_A_QUARTER),
    Provoked(f"GET {PUBLICATIONS}", PUBLICATIONS, 200),
    Provoked(f"GET {PUBLICATIONS}", f"{PUBLICATIONS}?limit=0", 422),
    Provoked("GET /v1/me", "/v1/me", 200),
    Provoked("GET /v1/me", "/v1/me?a=1", 422),
    Provoked("GET /livez", "/livez", 406, headers=XML),
    Provoked("GET /readyz", "/readyz", 200),
]


@pytest.mark.parametrize("asked", PROVOKED, ids=lambda each: f"{each.operation} {each.status}")
def test_what_is_answered_stands_in_the_document(hub, document, violations, asked):
    record = hub.decider.submit(agency="cleveland-police")
    url = asked.url.format(id=record["id"], authority=hub.authority)
    response = hub.decider.request(asked.method, url, **asked.options)
    assert response.status_code == asked.status, response.text
    operation = dict(operations(document))[asked.operation]
    told = resolved(document, operation["responses"][str(asked.status)])
    assert set(told["headers"]) >= TOLD & set(response.headers.keys())
    if not response.data:
        assert "content" not in told
        return
    found = told["content"][response.mimetype]
    assert violations(found["schema"], response.get_json(force=True)) == []


@pytest.mark.parametrize("report", ["table-1", "inputs"])
def test_what_is_published_stands_in_the_document(hub, document, violations, report):
    a_small_quarter(hub)
    admin, found = hub.client(Role.ADMIN), dict(operations(document))
    asked = [
        (PUBLISH, 201, lambda: publish(admin, hub.authority, report)),
        (PUBLISH, 200, lambda: publish(admin, hub.authority, report)),
        (PUBLISH, 409, lambda: publish(admin, hub.authority, report, as_at=LONG_AGO)),
        (f"GET {PUBLICATIONS}", 200, lambda: admin.get(PUBLICATIONS)),
        (
            f"GET /v1/reports/{report}",
            200,
            lambda: hub.client(Role.PARTNER).get(path_of(hub.authority, report)),
        ),
    ]
    for operation, status, send in asked:
        answer = send()
        assert answer.status_code == status, answer.text
        told = resolved(document, found[operation]["responses"][str(status)])
        assert set(told["headers"]) >= TOLD & set(answer.headers.keys())
        schema = told["content"][answer.mimetype]["schema"]
        assert violations(schema, answer.get_json(force=True)) == []


def test_a_role_that_may_not_is_answered_as_documented(hub, document):
    response = hub.reporter.post("contacts", a_contact())
    assert response.status_code == 403
    assert "403" in dict(operations(document))[POST_CONTACT]["responses"]


def test_feedback_to_a_sender_is_answered_as_documented(hub, document, violations):
    answer = hub.police.get(f"/v1/reports/feedback?area={hub.authority}&period=2013-14-Q4")
    assert answer.status_code == 200, answer.text
    told = dict(operations(document))["GET /v1/reports/feedback"]["responses"]["200"]
    schema = resolved(document, told)["content"]["application/json"]["schema"]
    assert violations(schema, answer.get_json()) == []


def test_a_merge_patch_may_be_sent_under_either_media_type(document):
    content = document["paths"][CONTACT]["patch"]["requestBody"]["content"]
    assert list(content) == [MERGE_PATCH, JSON]
