"""An answer that is given before the request's body was read says that the connection closes.

gunicorn says that it stays open, throws away a little of the body, and closes where that was not
all of it. A proxy believes what was said, and loses the next request that it sends there.
"""

from collections.abc import Iterable
from typing import Any
from wsgiref.types import WSGIApplication, WSGIEnvironment

from gunicorn.http.body import Body, ChunkedReader, LengthReader

# Below what gunicorn throws away (64 KiB) the connection does stay open.
_THROWN_AWAY = 65_535


def closing_when_early(application: WSGIApplication) -> WSGIApplication:
    """The application, for gunicorn alone: its answers close where the body's end is not near."""

    def call(environ: WSGIEnvironment, start_response: Any) -> Iterable[bytes]:
        parts = application(environ, start_response)
        # Headers are sent with the first part, and gunicorn decides then what they say.
        if _is_much_left(environ["wsgi.input"]):
            start_response.__self__.force_close()
        return parts

    return call


def _is_much_left(body: Body) -> bool:
    reader = body.reader
    if isinstance(reader, LengthReader):
        return bool(reader.length > _THROWN_AWAY)
    # How much is left of chunks nobody knows; of those read to their end there is no parser.
    return isinstance(reader, ChunkedReader) and reader.parser is not None
