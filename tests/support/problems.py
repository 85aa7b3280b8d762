"""Problem details as a test reads them."""

from typing import Any

from werkzeug.test import TestResponse

from api.problems import PROBLEMS


def problem(answer: TestResponse, slug: str) -> dict[str, Any]:
    """The body of an answer that must be a problem of this type, whole and with its request id."""
    body: dict[str, Any] = answer.get_json(force=True, silent=True)
    assert answer.content_type == "application/problem+json", answer.text
    kind = PROBLEMS[slug]
    assert (answer.status_code, body["status"]) == (kind.status, kind.status), answer.text
    assert (body["type"], body["title"]) == (f"/problems/{slug}", kind.title), answer.text
    assert body["instance"] == answer.headers["X-Request-ID"]
    assert body["detail"]
    return body


def findings(answer: TestResponse, slug: str = "unprocessable") -> set[tuple[str, str]]:
    """Every place (a pointer, or a parameter's name) and code in a problem's errors."""
    errors = problem(answer, slug)["errors"]
    assert all(error["detail"] for error in errors)
    return places(errors)


def places(found: list[dict[str, str]]) -> set[tuple[str, str]]:
    """The places and codes of findings, such as a record's warnings; each stands there once."""
    pairs = [(each.get("pointer", each.get("parameter", "")), each["code"]) for each in found]
    assert len(set(pairs)) == len(pairs)
    return set(pairs)
