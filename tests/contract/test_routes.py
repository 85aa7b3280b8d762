"""Every route is closed or says that it is open, is documented, and names its methods in a 405."""

import json
from typing import Any

import pytest
from flask import Flask
from jsonschema import Draft202012Validator

from api.authentication import requires
from api.routes import is_open, open_route
from domain.access import Role
from tests.support.imports import CSV, NDJSON
from tests.support.problems import problem
from tests.support.routes import AUTOMATIC, IMPORTS, Route, methods_of, routes, url_of

OPEN = {
    "GET /",
    "GET /assets/<name>",
    "GET /docs",
    "GET /docs/<name>",
    "GET /livez",
    "GET /openapi.json",
    "GET /problems",
    "GET /problems/<slug>",
    "GET /readyz",
    "GET /version",
}
# Pages for people and their files, and the document itself: nothing that a program calls.
PAGES = OPEN - {"GET /livez", "GET /readyz", "GET /version"}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def without_a_guard(app: Flask) -> list[str]:
    """The routes that are neither open by their own word nor closed by roles."""
    return [
        str(route)
        for route in routes(app)
        if not is_open(app.view_functions[route.endpoint])
        and not isinstance(getattr(app.view_functions[route.endpoint], "roles", None), frozenset)
    ]


def documented_path(route: Route) -> str:
    """The path as the document writes it."""
    return route.path.replace("<uuid:", "<").replace("<", "{").replace(">", "}")


@pytest.fixture(scope="module")
def document(app) -> dict[str, Any]:
    return json.loads(app.test_client().get("/openapi.json").data)


@pytest.fixture(scope="module")
def operations(app, document) -> dict[Route, dict[str, Any]]:
    """The document's operations by route, of all that are no pages."""
    return {
        route: document["paths"][documented_path(route)][route.method.lower()]
        for route in routes(app)
        if str(route) not in PAGES
    }


def test_every_route_says_who_may_come_in(app):
    assert without_a_guard(app) == []


def test_the_walk_finds_a_route_that_says_nothing():
    small = Flask(__name__, static_folder=None)
    small.add_url_rule("/open", "open", open_route(lambda: ""))
    small.add_url_rule("/closed", "closed", requires(Role.DECIDE)(lambda: ""))
    small.add_url_rule("/any-key", "any", requires()(lambda: ""))
    small.add_url_rule("/forgotten", "forgotten", lambda: "", methods=["GET", "POST"])
    assert without_a_guard(small) == ["GET /forgotten", "POST /forgotten"]


def test_a_route_that_says_nothing_lets_nobody_in(hub, monkeypatch):
    view = hub.app.view_functions["me.me"]
    monkeypatch.delattr(view, "roles")
    problem(hub.decider.get("/v1/me"), "forbidden")
    problem(hub.app.test_client().get("/v1/me"), "unauthenticated")


def test_the_open_routes_are_those_that_should_be(app):
    found = {str(route) for route in routes(app) if is_open(app.view_functions[route.endpoint])}
    assert found == OPEN


def test_no_open_route_is_both_open_and_for_roles(app):
    both = [
        str(route)
        for route in routes(app)
        if str(route) in OPEN and hasattr(app.view_functions[route.endpoint], "roles")
    ]
    assert both == []


def test_the_document_and_the_routes_are_the_same(app, document):
    in_document = {
        (method.upper(), path)
        for path, operations in document["paths"].items()
        for method in operations
        if method != "parameters"
    }
    in_code = {
        (route.method, documented_path(route)) for route in routes(app) if str(route) not in PAGES
    }
    assert in_document == in_code


def test_the_document_says_which_operations_need_a_key(operations):
    needing = {str(route) for route, operation in operations.items() if operation["security"]}
    assert needing == {str(route) for route in operations} - OPEN


def schema_of(content: dict[str, Any], media_type: str) -> dict[str, Any]:
    return content["content"][media_type]["schema"]


def test_every_operation_has_a_schema_for_its_answer(operations, document):
    for route, operation in operations.items():
        successes = [status for status in operation["responses"] if status in {"200", "201"}]
        assert successes, route
        for status in successes:
            schema = schema_of(operation["responses"][status], "application/json")
            assert_is_a_schema(schema, document)


def test_every_operation_that_takes_a_body_has_a_schema_for_it(operations, document):
    taking = {route for route in operations if route.method in {"POST", "PUT", "PATCH"}}
    assert {route for route in operations if "requestBody" in operations[route]} == taking
    for route in taking:
        body = operations[route]["requestBody"]
        if str(route) == f"POST {IMPORTS}":
            # Lines and rows: what is in each is described in words and shown by example.
            assert set(body["content"]) == {NDJSON, CSV}
            continue
        media_type = (
            "application/merge-patch+json" if route.method == "PATCH" else "application/json"
        )
        assert_is_a_schema(schema_of(body, media_type), document)


def assert_is_a_schema(schema: dict[str, Any], document: dict[str, Any]) -> None:
    """Fail unless the schema, its references followed once, says more than that it is JSON."""
    Draft202012Validator.check_schema(schema)
    parts = schema.get("anyOf") or schema.get("oneOf") or [schema]
    for part in parts:
        named = part.get("items", part).get("$ref", "").rpartition("/")[2]
        resolved = document["components"]["schemas"][named] if named else part
        assert resolved["properties"]


def paths(app: Flask) -> dict[str, set[str]]:
    """The methods that each path takes, by all of its rules together."""
    found: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        found.setdefault(rule.rule, set()).update(methods_of(rule))
    return found


def test_another_method_is_answered_with_those_that_there_are(app, subtests):
    client = app.test_client()
    for path, methods in paths(app).items():
        url = (
            url_of(path, authority="E06000004").replace("<name>", "name").replace("<slug>", "slug")
        )
        for method in (each for each in METHODS if each not in methods):
            with subtests.test(path=path, method=method):
                answer = client.open(url, method=method)
                problem(answer, "method-not-allowed")
                allowed = {each.strip() for each in answer.headers["Allow"].split(",")}
                assert allowed == methods
                assert allowed - AUTOMATIC


def test_options_needs_a_key_where_the_route_does(hub):
    assert hub.app.test_client().options(f"{hub.police.at}/contacts").status_code == 401
    assert hub.police.request("OPTIONS", "contacts").status_code == 200
    assert hub.app.test_client().options("/livez").status_code == 200


def test_head_is_get_without_a_body(hub):
    record = hub.police.submit()
    answer = hub.police.request("HEAD", f"contacts/{record['id']}")
    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["ETag"] == '"1"'
    assert hub.app.test_client().head(f"{hub.police.at}/contacts").status_code == 401
