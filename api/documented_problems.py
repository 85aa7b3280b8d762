"""The problem types as the OpenAPI document shows them: each an answer with an example."""

from collections.abc import Iterable
from typing import Any

from api.problems import PROBLEMS
from api.routes import PROBLEM_JSON
from schemas.base import ProblemSchema

# Headers of every request and every answer.
TRACING = ("X-Request-ID", "traceparent")

_PROBLEM_HEADERS = {
    "unauthenticated": ("WWW-Authenticate",),
    "sent-before-with-other-content": ("Link",),
    "busy": ("Retry-After",),
    "unavailable": ("Retry-After",),
}


def problem_answers(slugs: Iterable[str]) -> dict[int, Any]:
    """The document's answers for problem types, by status: a reference, or several as examples."""
    by_status: dict[int, list[str]] = {}
    for slug in dict.fromkeys(slugs):
        by_status.setdefault(int(PROBLEMS[slug].status), []).append(slug)
    return {
        status: together[0] if len(together) == 1 else _several(together)
        for status, together in sorted(by_status.items())
    }


def _several(slugs: list[str]) -> dict[str, Any]:
    titles = "; ".join(PROBLEMS[slug].title for slug in slugs)
    examples = {slug: {"value": problem_example(slug)} for slug in slugs}
    return {
        "description": f"{titles}.",
        "content": {PROBLEM_JSON: {"schema": ProblemSchema, "examples": examples}},
        "headers": _headers(slugs),
    }


def problem_example(slug: str) -> dict[str, Any]:
    """A problem of the type as a caller would see it."""
    problem = PROBLEMS[slug]
    errors = [
        {
            "pointer": "/child/date_of_birth",
            "code": "not_a_date",
            "detail": "This must be a date that exists, as YYYY-MM-DD.",
        }
    ]
    return {
        "type": problem.path,
        "title": problem.title,
        "status": int(problem.status),
        "detail": problem.remedy,
        "instance": "0f9a4c1e-6f0e-4c61-9a53-0d8f9d5c7b11",
        **({"errors": errors} if slug == "unprocessable" else {}),
    }


def problem_answer(slug: str) -> dict[str, Any]:
    """The answer of one problem type, for the components of the document."""
    problem = PROBLEMS[slug]
    return {
        "description": f"{problem.title}. {problem.meaning}",
        "content": {PROBLEM_JSON: {"schema": ProblemSchema, "example": problem_example(slug)}},
        "headers": _headers([slug]),
    }


def _headers(slugs: Iterable[str]) -> dict[str, str]:
    own = [name for slug in slugs for name in _PROBLEM_HEADERS.get(slug, ())]
    return {name: name for name in (*TRACING, *own)}
