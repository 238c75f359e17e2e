"""The time that one exchange with a server may take in all, whatever the server sends meanwhile.

A time limit for each read is none: a server that drips a byte a second, or says `100 Continue`
for ever, never lets one pass. So the connection itself is shut when the time is up.
"""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar


class Deadline:
    """Shuts the connections that it guards at `give_up`, a time on the monotonic clock."""

    def __init__(self, give_up: float) -> None:
        self._give_up = give_up
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()
        self._over = False

    @property
    def left(self) -> float:
        """Return the seconds that are left, 0 or more."""
        return 0.0 if self._over else max(0.0, self._give_up - time.monotonic())

    def guard(self, connection: socket.socket | None) -> None:
        """Shut this connection, too, when the time is up, or now if it is."""
        if connection is None:
            return
        with self._lock:
            self._sockets.append(connection)
            if self._over:
                _shut_socket(connection)

    def end(self) -> None:
        """The time is up: whoever waits for one of the connections sees it end."""
        with self._lock:
            self._over = True
            for connection in self._sockets:
                _shut_socket(connection)


_CURRENT: ContextVar[Deadline] = ContextVar("deadline")


def get_deadline() -> Deadline:
    """Return the deadline that this code runs under. Raises LookupError where there is none."""
    return _CURRENT.get()


@contextmanager
def enforce_deadline(give_up: float) -> Iterator[Deadline]:
    """Run the block under a deadline, at `give_up` on the monotonic clock."""
    one = Deadline(give_up)
    timer = threading.Timer(one.left, one.end)
    timer.daemon = True
    timer.start()
    before = _CURRENT.set(one)
    try:
        yield one
    finally:
        _CURRENT.reset(before)
        timer.cancel()


def _shut_socket(connection: socket.socket) -> None:
    # Not the method of a TLS socket, which would take the session from under a read in progress.
    with suppress(OSError):
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
