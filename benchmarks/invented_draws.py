"""Draws that need no memory: the same number, seed and purpose give the same value everywhere.

That lets each part of an invented register be written by itself, and a person be the same person
in each of her companies, without a table of people.
"""

import zlib

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.uint64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)


class Draws:
    """Draws of one seed; `purpose` keeps the draws of one number apart."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._salts: dict[str, np.uint64] = {}

    def bits(self, numbers: Numbers, purpose: str) -> Numbers:
        """64 bits for each number (splitmix64)."""
        salt = self._salts.get(purpose)
        if salt is None:
            mixed = zlib.crc32(purpose.encode()) * 0x1_0000_0001 ^ self._seed * 0x5851F42D4C957F2D
            salt = self._salts[purpose] = np.uint64(mixed % 2**64)
        with np.errstate(over="ignore"):
            z = (numbers + np.uint64(1)) * _GOLDEN ^ salt
            z = (z ^ (z >> np.uint64(30))) * _FIRST
            z = (z ^ (z >> np.uint64(27))) * _SECOND
        return np.asarray(z ^ (z >> np.uint64(31)), dtype=np.uint64)

    def even(self, numbers: Numbers, purpose: str) -> NDArray[np.float64]:
        """A draw from 0 to below 1 for each number."""
        return (self.bits(numbers, purpose) >> np.uint64(11)) * 2.0**-53

    def below(
        self, numbers: Numbers, purpose: str, limit: int, skew: float = 1.0
    ) -> NDArray[np.int64]:
        """A draw from 0 to below `limit`; with a skew above 1 the low ones are more frequent."""
        drawn = self.even(numbers, purpose)
        if skew != 1.0:
            drawn = drawn**skew
        return (drawn * limit).astype(np.int64)

    def weighted(
        self, numbers: Numbers, purpose: str, edges: NDArray[np.float64]
    ) -> NDArray[np.int64]:
        """A draw of a position; `edges` are the running sums of the weights, the last one is 1."""
        return np.searchsorted(edges, self.even(numbers, purpose), side="right").clip(
            max=len(edges) - 1
        )


def running(weights: list[float]) -> NDArray[np.float64]:
    """The running sums of weights, as shares of the whole."""
    sums = np.cumsum(np.asarray(weights, dtype=np.float64))
    return np.asarray(sums / sums[-1], dtype=np.float64)
