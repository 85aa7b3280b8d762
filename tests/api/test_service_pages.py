"""The routes of the service itself: liveness, readiness, versions, document and pages."""

import io
import re

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from api.openapi import document_text
from api.problems import PROBLEMS
from api.routes import is_open
from core.logging import configure_logging
from core.version import VERSION
from domain.classification import RULESET_VERSION
from tests.support.small_app import small_app

PAGES = ["/", "/docs", "/problems", "/problems/unprocessable"]


@pytest.fixture(autouse=True)
def log():
    configure_logging(stream=io.StringIO())


@pytest.fixture
def app():
    return small_app()


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def made(app):
    return app.extensions["openapi_document"]()


def test_a_ready_service_names_its_checks(client):
    assert client.get("/readyz").json == {"status": "ready", "checks": {"database": "ok"}}


def test_a_service_that_is_not_ready_names_the_failing_check():
    response = small_app(check_fails=True).test_client().get("/readyz")
    assert response.status_code == 503
    assert response.content_type == "application/problem+json"
    assert response.headers["Retry-After"] == "5"
    body = response.get_json(force=True)
    assert body["detail"] == "Not ready: database."
    assert body["checks"] == {"database": "failed"}


def test_the_versions_are_named(client):
    expected = {"version": VERSION, "ruleset_version": RULESET_VERSION}
    assert client.get("/version").json == expected


@pytest.mark.parametrize("path", PAGES)
def test_pages_load_nothing_from_another_host(client, path):
    response = client.get(path)
    assert response.mimetype == "text/html"
    assert not re.search(r"""(src|href)=["'](https?:)?//""", response.text)
    assert "<script>" not in response.text
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("path", PAGES)
def test_everything_that_a_page_links_to_is_there(client, path):
    for address in re.findall(r'(?:src|href|data-document)="(/[^"]*)"', client.get(path).text):
        assert client.get(address, buffered=True).status_code == 200, address


@pytest.mark.parametrize("slug", PROBLEMS)
def test_each_problem_type_has_a_page_that_explains_it(client, slug):
    page = client.get(f"/problems/{slug}").text
    assert "What it means" in page
    assert f"/problems/{slug}" in page


@pytest.mark.parametrize("path", ["/problems/none", "/docs/index.html", "/assets/../page.html"])
def test_what_is_no_page_is_a_problem(client, path):
    response = client.get(path)
    assert response.status_code == 404
    assert response.content_type == "application/problem+json"


def test_all_service_routes_are_open(app):
    open_views = {name for name, view in app.view_functions.items() if is_open(view)}
    service = {name for name in app.view_functions if name.startswith(("service.", "pages."))}
    assert open_views == service


def test_the_document_is_valid_openapi(made):
    OpenAPIV31SpecValidator(made).validate()
    assert made["info"]["title"] == "Front Door"
    assert made["info"]["license"] == {"name": "MIT", "identifier": "MIT"}


def test_the_document_is_the_same_each_time(made):
    assert document_text(made) == document_text(small_app().extensions["openapi_document"]())


def operations(made):
    for path, methods in made["paths"].items():
        for method in methods.keys() - {"parameters"}:
            yield path, methods[method]


def test_every_operation_is_named_and_explained(made):
    names = [operation["operationId"] for _, operation in operations(made)]
    assert len(names) == len(set(names)) >= 7
    assert all(found["summary"] and found["description"] for _, found in operations(made))


def test_only_closed_operations_need_the_key(made):
    needs_key = {path: bool(found["security"]) for path, found in operations(made)}
    assert not needs_key["/livez"]
    assert needs_key["/v1/report"]


def test_every_error_in_the_document_is_a_problem(made):
    for path, operation in operations(made):
        for status, answer in operation["responses"].items():
            if int(status) < 400:
                continue
            name = answer.get("$ref", "").removeprefix("#/components/responses/")
            content = (made["components"]["responses"][name] if name else answer)["content"]
            assert list(content) == ["application/problem+json"], (path, status)


def test_a_writing_operation_says_everything_that_can_happen(made):
    post = made["paths"]["/v1/authorities/{authority}/trees"]["post"]
    assert {
        "201",
        "400",
        "401",
        "403",
        "404",
        "406",
        "409",
        "413",
        "415",
        "422",
        "500",
    } <= set(post["responses"])
    conflict = post["responses"]["409"]["content"]["application/problem+json"]["examples"]
    assert set(conflict) == {"busy", "sent-before-with-other-content"}
    everywhere = {"X-Request-ID", "traceparent"}
    assert set(post["responses"]["409"]["headers"]) == everywhere | {"Retry-After", "Link"}
    assert set(post["responses"]["201"]["headers"]) == everywhere | {"ETag", "Location"}
    body = post["requestBody"]["content"]["application/json"]
    assert body["example"] == {"name": "Oak"}
    assert set(body["schema"]) == {"oneOf"}


def test_further_media_types_stand_in_the_document(made):
    patch = made["paths"]["/v1/trees/{name}"]["patch"]["requestBody"]["content"]
    assert set(patch) == {"application/merge-patch+json", "application/json"}
    report = made["paths"]["/v1/report"]["get"]["responses"]["200"]["content"]
    assert set(report) == {"application/json", "text/csv"}


def test_requests_are_strict_and_answers_open_in_the_document(made):
    schemas = made["components"]["schemas"]
    assert schemas["Tree"]["additionalProperties"] is False
    assert not schemas["TreeAnswer"].get("additionalProperties", False)
