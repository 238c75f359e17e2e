"""Connections that send too slowly: the headers and the body of each request have a deadline."""

from asyncio import TimerHandle, Transport
from typing import Any, Final

from uvicorn.protocols.http.h11_impl import H11Protocol

HEADER_SECONDS: Final = 10.0
BODY_SECONDS: Final = 60.0
# After the application's own answer to a slow body, which says what to do.
_SPARE_SECONDS: Final = 5.0
# Of connections whose request is not complete. A process may open 1,024 files on most systems.
MOST_WAITING: Final = 256


class TimedProtocol(H11Protocol):
    """Closes a connection whose headers or body are late, and the oldest of too many.

    Whoever opens connections without end closes their own: a request that comes at once waits for
    nothing, and is not the oldest.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Runs while a request is not complete.
        self._timer: TimerHandle | None = None
        self._awaited: tuple[str, object] | None = None
        self._since = 0.0

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._note_progress()
        waiting = [one for one in self.connections if isinstance(one, TimedProtocol) and one._timer]
        if len(waiting) > MOST_WAITING:
            min(waiting, key=lambda one: one._since)._give_up()

    def handle_events(self) -> None:
        super().handle_events()
        self._note_progress()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)

    def _note_progress(self) -> None:
        """Start the deadline of what is waited for now, unless it runs already."""
        cycle = self.cycle
        if cycle is None or (cycle.response_complete and not cycle.more_body):
            awaited, seconds = ("headers", cycle), HEADER_SECONDS
        elif cycle.more_body:
            awaited, seconds = ("body", cycle), BODY_SECONDS + _SPARE_SECONDS
        else:
            awaited, seconds = None, 0.0
        if awaited == self._awaited and self._timer:
            return
        self._awaited, self._since = awaited, self.loop.time()
        self._stop_timer()
        if awaited and not self.transport.is_closing():
            self._timer = self.loop.call_later(seconds, self._give_up)

    def _give_up(self) -> None:
        self._stop_timer()
        self.transport.abort()

    def _stop_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
