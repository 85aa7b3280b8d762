"""gunicorn's threaded worker, silent about what stood in a request that it could not read.

gunicorn itself repeats such a line in its log and in its answer. After a wrong Content-Length the
rest of a body is read as the next request's first line: that may be a child's name.
"""

import json
import socket
from http import HTTPStatus
from uuid import uuid4

from gunicorn.http import errors
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import ThreadWorker

from core.logging import error_facts, log_error, log_info

_STATUS = {
    errors.LimitRequestLine: HTTPStatus.REQUEST_URI_TOO_LONG,
    errors.LimitRequestHeaders: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    errors.ExpectationFailed: HTTPStatus.EXPECTATION_FAILED,
    errors.UnsupportedTransferCoding: HTTPStatus.NOT_IMPLEMENTED,
}
_OURS = (errors.InvalidResponseHeader, errors.InvalidResponseHeaderName)
# Type and title as the catalogue of problems has them.
_UNREADABLE = ("/problems/bad-request", "The request cannot be understood")
_TOO_LONG = ("/problems/uri-too-long", "The address is too long")
_UNEXPECTED = ("/problems/unexpected", "Something went wrong here")


class WebWorker(ThreadWorker):  # type: ignore[misc]
    """Answers what cannot be read with a problem, and logs of what kind it was."""

    def handle_error(
        self, _req: object, client: socket.socket, _addr: object, exc: BaseException
    ) -> None:
        """Answer a request that failed outside of the application."""
        is_unreadable = isinstance(exc, errors.ParseException) and not isinstance(exc, _OURS)
        request_id = str(uuid4())
        if is_unreadable:
            status = _STATUS.get(type(exc), HTTPStatus.BAD_REQUEST)
            kind = type(exc).__qualname__
            log_info("unreadable_request", request_id=request_id, status=status, error_type=kind)
        else:
            status = HTTPStatus.INTERNAL_SERVER_ERROR
            log_error("unexpected_error", request_id=request_id, **error_facts(exc))
        try:
            write_nonblock(client, _answer(status, request_id))
        except OSError:
            self.log.debug("The caller is gone.")


def _answer(status: HTTPStatus, request_id: str) -> bytes:
    """The whole answer, headers and problem (RFC 9457), after which the connection is closed."""
    kind, title = _TOO_LONG if status is HTTPStatus.REQUEST_URI_TOO_LONG else _UNREADABLE
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        kind, title = _UNEXPECTED
    body = json.dumps(
        {
            "type": kind,
            "title": title,
            "status": status,
            "detail": status.description or status.phrase,
            "instance": request_id,
        }
    ).encode()
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}\r\n"
        "Connection: close\r\n"
        "Content-Type: application/problem+json\r\n"
        f"Content-Length: {len(body)}\r\n"
        "Cache-Control: no-store\r\n"
        "X-Content-Type-Options: nosniff\r\n"
        f"X-Request-ID: {request_id}\r\n"
        "\r\n"
    )
    return head.encode() + body
