"""gunicorn's threaded worker, silent about what it could not read, and sure to deliver its answers.

gunicorn itself repeats a line that it could not read in its log and in its answer. After a wrong
Content-Length the rest of a body is read as the next request's first line: that may be a child's
name.

It also closes a connection after at most 64 KiB more, its loop waiting for them: the answer to who
sends more (an import that is refused for its key) is lost, and everybody waits meanwhile.
"""

import json
import socket
from concurrent.futures import Future
from http import HTTPStatus
from uuid import uuid4
from wsgiref.types import WSGIApplication

from gunicorn.http import errors
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import TConn, ThreadWorker

from core.early_answer import closing_when_early
from core.lingering_close import LingeringClose
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
    """Answers what cannot be read with a problem, logs of what kind it was, and closes gently."""

    wsgi: WSGIApplication
    _closing: LingeringClose

    def load_wsgi(self) -> None:
        """Load the application, whose early answers close the connection."""
        super().load_wsgi()
        self.wsgi = closing_when_early(self.wsgi)

    def run(self) -> None:
        """Serve until told to stop."""
        self._closing = LingeringClose(self.poller, closed=self._count_closed)
        super().run()

    def finish_request(self, conn: TConn, fs: Future[object]) -> None:
        """Keep a connection for its next request, or begin to close it."""
        # gunicorn deals with what failed. What it gives is no bool where the request is to come.
        if not fs.cancelled() and fs.exception() is None and fs.result() is False:
            self._closing.begin(conn.sock)
        else:
            super().finish_request(conn, fs)

    def murder_pending(self) -> None:
        """Close what has waited for too long; gunicorn's loop calls this once a second or more."""
        super().murder_pending()
        self._closing.cut_off_overdue()

    def _count_closed(self) -> None:
        self.nr_conns -= 1

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
