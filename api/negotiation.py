"""Which format an answer has: by `Accept` or `?format=`, and 406 when none will do."""

from collections.abc import Iterable, Mapping

from flask import Flask, Request, request

from api.errors import NotAcceptableError
from api.routes import JSON, PROBLEM_JSON, media_types_of, view_of
from domain.errors import Finding, UnprocessableError


def register_negotiation(app: Flask) -> None:
    """Refuse requests that accept none of what their route gives."""
    app.before_request(_check_accept)


def chosen_format(
    request: Request, offered: Mapping[str, str], query_format: str | None = None
) -> str:
    """The name of the format to answer with; `offered` is media type by name, the default first.

    `query_format` (from `?format=`) goes before `Accept`. Of formats that are accepted equally,
    the first offered is given. Raises UnprocessableError or NotAcceptableError.
    """
    if query_format is not None:
        return _named_format(query_format, offered)
    if _accepts_all(request):
        return next(iter(offered))
    wanted = {name: _accepted_quality(request, media) for name, media in offered.items()}
    best = max(wanted, key=lambda name: wanted[name])
    if not wanted[best]:
        _refuse(offered.values())
    return best


def _named_format(query_format: str, offered: Mapping[str, str]) -> str:
    if query_format not in offered:
        detail = f"This must be one of: {', '.join(offered)}."
        raise UnprocessableError([Finding("not_one_of", detail, parameter="format")])
    return query_format


def _accepted_quality(request: Request, media_type: str) -> float:
    """How much `Accept` wants a media type, 0 (not at all) to 1, by its most exact range."""
    group, _, _ = media_type.partition("/")
    qualities = {
        accepted.partition(";")[0].strip().lower(): quality
        for accepted, quality in reversed(list(request.accept_mimetypes))
    }
    ranges = (media_type, f"{group}/*", "*/*")
    return next((qualities[part] for part in ranges if part in qualities), 0.0)


def _accepts_all(request: Request) -> bool:
    return request.headers.get("Accept", "").strip() in {"", "*/*"}


def _check_accept() -> None:
    view = view_of(request)
    media_types = media_types_of(view)
    if view is None or request.method == "OPTIONS" or not media_types or _accepts_all(request):
        return
    # Who accepts problems accepts JSON of our making.
    given = (*media_types, PROBLEM_JSON) if JSON in media_types else media_types
    if not any(_accepted_quality(request, media) for media in given):
        _refuse(media_types)


def _refuse(media_types: Iterable[str]) -> None:
    raise NotAcceptableError(media_types)
