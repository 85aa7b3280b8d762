"""Closing a connection in such a way that its answer is not lost (RFC 9112, section 9.6).

Who closes a socket to which the other side still sends resets it, and the other side, or a proxy
between, may lose the answer that was on its way. So we say that nothing more comes, throw away what
still does, and close when the other side has closed, or at a bound.
"""

import selectors
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass

# The answer and the other side's close take a round trip each, lost packets a few more. It is also
# how much later a server may stop, of the 20 seconds that it has for it.
SECONDS = 5
# Twice the largest import: who reads answers only after all is sent still reads this one. It is a
# bound at all because a sender on the same network can keep a processor busy for the five seconds.
MOST_BYTES = 256 * 1024 * 1024

_PART = 65_536


@dataclass
class _Remainder:
    deadline: float
    bytes_left: int


class LingeringClose:
    """The connections of one event loop that are answered, and wait for the other side to close.

    They cost the loop one short read whenever something has come, and no thread.
    """

    def __init__(
        self,
        poller: selectors.BaseSelector,
        *,
        closed: Callable[[], None],
        seconds: float = SECONDS,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        """Wait in the loop of `poller`, which calls a key's data with its file object.

        `closed` is called after each connection that was closed.
        """
        self._poller = poller
        self._closed = closed
        self._seconds = seconds
        self._most_bytes = most_bytes
        self._waiting: dict[socket.socket, _Remainder] = {}  # the one that began first is first

    def begin(self, connection: socket.socket) -> None:
        """Send nothing more on a connection that the poller does not know, and close it in time."""
        try:
            connection.settimeout(0)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            self._close(connection)
            return
        deadline = time.monotonic() + self._seconds
        self._waiting[connection] = _Remainder(deadline, self._most_bytes)
        self._poller.register(connection, selectors.EVENT_READ, self._throw_away)

    def cut_off_overdue(self) -> None:
        """Close the connections whose time is up; to be called about once a second."""
        now = time.monotonic()
        overdue = [each for each, left in self._waiting.items() if left.deadline <= now]
        for connection in overdue:
            self._end(connection)

    def _throw_away(self, connection: socket.socket) -> None:
        # One part, though more may be there: others have their turn before the next.
        try:
            received = len(connection.recv(_PART))
        except BlockingIOError:
            return
        except OSError:
            received = 0
        left = self._waiting[connection]
        left.bytes_left -= received
        if not received or left.bytes_left <= 0:
            self._end(connection)

    def _end(self, connection: socket.socket) -> None:
        del self._waiting[connection]
        self._poller.unregister(connection)
        self._close(connection)

    def _close(self, connection: socket.socket) -> None:
        connection.close()
        self._closed()
