"""How often something may be done: a bucket of tokens for each key, refilled as time goes by."""

from collections import OrderedDict
from datetime import datetime
from math import ceil
from typing import Final

# Whoever asks under ever other keys must not fill the memory. The one used longest ago is dropped.
MOST_KEYS: Final = 10_000
# The header of a refusal, in seconds (RFC 9110, section 10.2.3).
RETRY_AFTER: Final = "Retry-After"


class Rate:
    """Allows `burst` at once and `per_second` in the long run, to each key by itself.

    For one thread at a time: call it where requests are taken, not where they are worked on.
    """

    def __init__(self, per_second: float, burst: int) -> None:
        self._per_second = per_second
        self._burst = burst
        self._left: OrderedDict[str, tuple[float, datetime]] = OrderedDict()

    def allow(self, key: str, now: datetime) -> bool:
        """Return whether the key may do it now; if so, it counts as done."""
        left = self._available(key, now)
        if left < 1:
            return False
        self._left[key] = (left - 1, now)
        self._left.move_to_end(key)
        if len(self._left) > MOST_KEYS:
            self._left.popitem(last=False)
        return True

    def retry_after(self, key: str, now: datetime) -> int:
        """After how many whole seconds the key may do it again, at least 1."""
        return max(1, ceil((1 - self._available(key, now)) / self._per_second))

    def _available(self, key: str, now: datetime) -> float:
        left, then = self._left.get(key, (float(self._burst), now))
        passed = max(0.0, (now - then).total_seconds())
        return min(float(self._burst), left + passed * self._per_second)
