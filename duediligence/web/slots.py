"""How many files one person may send, or have read, at the same time."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final

from duediligence.web.api.problems import TooManyRequests

_RETRY_SECONDS: Final = 5


class Slots:
    """One slot for each person, and `most` for all. Methods may be called from any thread."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._taken: Counter[str] = Counter()

    @contextmanager
    def taken(self, account: str) -> Iterator[None]:
        """Hold a slot of the person. Raises TooManyRequests where there is none."""
        with self._lock:
            if self._taken[account]:
                raise TooManyRequests(
                    "Another file of yours is still being sent or read",
                    after=_RETRY_SECONDS,
                    hint="Wait until that is done, or close its page. Then send this one again.",
                )
            if self._taken.total() >= self._most:
                raise TooManyRequests(
                    f"Files of {self._most} other people are being sent or read",
                    after=_RETRY_SECONDS,
                    hint="Send yours again in a few seconds.",
                )
            self._taken[account] += 1
        try:
            yield
        finally:
            with self._lock:
                self._taken[account] -= 1
