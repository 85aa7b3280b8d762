"""What a route says of itself beside its schemas: that it is open, what it gives, what it takes."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Request, current_app

View = TypeVar("View", bound=Callable[..., Any])

_VIEW = "front_door.view"

JSON = "application/json"
PROBLEM_JSON = "application/problem+json"


def open_route(view: View) -> View:
    """Mark a view as needing no key. All others are closed by default."""
    return mark(view, is_open=True)


def offers(*media_types: str) -> Callable[[View], View]:
    """Say which media types a view may answer with (default: JSON); none means any."""

    def decorator(view: View) -> View:
        return mark(view, media_types=media_types)

    return decorator


def mark(view: View, **facts: object) -> View:
    """Set facts on a view; decorators put over it later carry them along."""
    for name, fact in facts.items():
        setattr(view, name, fact)
    return view


def view_of(request: Request) -> Callable[..., Any] | None:
    """The function that will answer, or None for an unknown route or wrong method."""
    environ = request.environ
    if _VIEW not in environ:
        environ[_VIEW] = _find_view(request)
    found: Callable[..., Any] | None = environ[_VIEW]
    return found


def _find_view(request: Request) -> Callable[..., Any] | None:
    if request.endpoint is None:
        return None
    view: Callable[..., Any] = current_app.view_functions[request.endpoint]
    methods = getattr(view, "view_class", None)
    return view if methods is None else getattr(methods, request.method.lower(), None)


def is_open(view: Callable[..., Any] | None) -> bool:
    """Whether the view was marked as open."""
    return getattr(view, "is_open", False)


def media_types_of(view: Callable[..., Any] | None) -> tuple[str, ...]:
    """The media types that the view may answer with; empty means any."""
    return getattr(view, "media_types", (JSON,))
