"""How often one key may ask, shared by all processes on this machine that use it."""

import hashlib
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from duediligence.fetch.locking import lock_file

# Written in place, in one piece shorter than a disk's sector: a killed process leaves the old
# state or the new one.
_LAYOUT = struct.Struct("<id?")


@dataclass(slots=True)
class _Window:
    """`left` requests until `until` (seconds since 1970). `guessed`: the server has not said so."""

    left: int
    until: float
    guessed: bool


class Limiter:
    """A bucket of `allowed` requests that is full again when the server's window of `window`
    seconds ends.

    The window is the one that the server tells of in its headers; until it has spoken, one that
    begins with the first request. `watermark` requests are left over once the server has counted
    more than we sent: someone else uses the key too. `clock` is in seconds since 1970.
    """

    def __init__(
        self,
        file: Path,
        *,
        allowed: int = 600,
        window: float = 300,
        watermark: int = 5,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._file = file
        self._allowed = allowed
        self._window = window
        self._watermark = watermark
        self._clock = clock
        self._sleep = sleep
        # Clocks and the way to the server are not exact: 3 s in 5 minutes.
        self._margin = window / 100
        self._longest = window * 310 / 300

    @classmethod
    def for_key(cls, folder: Path, key: str) -> "Limiter":
        """Return the limiter of a key, at the published 600 requests in 5 minutes. The file in
        `folder` is named by a hash of the key.
        """
        return cls(folder / f"{hashlib.sha256(key.encode()).hexdigest()[:16]}.limit")

    def take(self, waiting: Callable[[float], None] | None = None) -> None:
        """Wait until one more request may be sent, and count it. `waiting` is informed of a wait.

        Raises StorageError.
        """
        while True:
            with self._state() as state:
                if state.left > 0:
                    state.left -= 1
                    return
                wait = state.until - self._clock()
            if wait > 0:
                if waiting:
                    waiting(wait)
                self._sleep(wait)

    def update(self, left: int, resets_at: float, allowed: int | None = None) -> None:
        """What the server says: `left` of `allowed` requests until `resets_at` (since 1970)."""
        until = self._capped(resets_at + self._margin)
        with self._state() as state:
            apart = until - state.until
            if not state.guessed and apart < -self._margin:
                return  # An answer of the window before, overtaken by others.
            known = state.guessed or apart <= self._margin
            ours = state.left if known else left
            if state.guessed and allowed is not None:
                ours += allowed - self._allowed
            state.left = ours if left >= ours else max(0, left - self._watermark)
            state.until = until
            state.guessed = False

    def hold(self, seconds: float | None = None) -> None:
        """Nobody asks for so long (None: a whole window): the server turned us away."""
        now = self._clock()
        wait = self._window if seconds is None else max(seconds, 0)
        with self._state() as state:
            state.left = 0
            state.until = self._capped(now + wait + self._margin)
            state.guessed = False

    def _capped(self, until: float) -> float:
        return min(until, self._clock() + self._longest)

    @contextmanager
    def _state(self) -> Iterator[_Window]:
        """Provide the window as it is now; what is changed in it is kept."""
        with lock_file(self._file) as file:
            content = file.read(_LAYOUT.size)
            now = self._clock()
            state = None
            if len(content) == _LAYOUT.size:
                left, until, guessed = _LAYOUT.unpack(content)
                # Further ahead than any window: the clock was set back, or the file is damaged.
                if now < until <= now + self._longest:
                    state = _Window(left, until, guessed)
            state = state or _Window(self._allowed, now + self._window + self._margin, True)
            yield state
            file.seek(0)
            file.write(_LAYOUT.pack(state.left, state.until, state.guessed))
