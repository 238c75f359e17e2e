"""How a service is stopped by a signal: by the person at the terminal, or by its manager."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn


class Stopped(BaseException):
    """Asked to stop by a signal. Not an Exception, so that nothing's own handling swallows it."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number

    @property
    def by_hand(self) -> bool:
        """Return whether a person stopped it with Ctrl-C; else a service manager did."""
        return self.number == signal.SIGINT


@contextmanager
def stop_on_signal() -> Iterator[None]:
    """Raise Stopped inside, where a signal asks for it."""

    def stop(number: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001
        raise Stopped(number)

    before = {n: signal.signal(n, stop) for n in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
