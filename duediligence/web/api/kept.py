"""What was made of the lists once and is asked for again and again."""

import weakref
from collections.abc import Callable
from typing import Generic, TypeVar

from duediligence.screening.lookup.public_lists import PublicLists

K = TypeVar("K")
V = TypeVar("V")


class MadeOfLists(Generic[K, V]):
    """Values made of the lists that are open, until others are opened; at most so many.

    It never keeps lists open that were superseded. For the thread of the event loop alone.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lists: weakref.ref[PublicLists] | None = None
        self._values: dict[K, V] = {}

    def get(self, lists: PublicLists, key: K, make: Callable[[], V]) -> V:
        """Return the value for that key; made where it is not here yet."""
        if self._lists is None or self._lists() is not lists:
            self._lists = weakref.ref(lists)
            self._values.clear()
        if (value := self._values.get(key)) is None:
            if len(self._values) >= self._most:
                self._values.clear()
            value = self._values[key] = make()
        return value
