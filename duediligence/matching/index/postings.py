"""Lists of lists as two flat arrays."""

import numpy as np

from duediligence.matching.index.hashing import I64


def expand(starts: I64, counts: I64) -> tuple[I64, I64]:
    """For ranges (`starts`, `counts`): the number of the range of each member, and its place."""
    total = int(counts.sum())
    owners = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
    ends = np.cumsum(counts)
    places = (
        np.arange(total, dtype=np.int64)
        - np.repeat(ends - counts, counts)
        + np.repeat(starts, counts)
    )
    return owners, places


def distinct(keys: I64) -> I64:
    """The distinct keys, sorted.

    `np.unique` would import masked arrays, which a cold look-up need not wait for.
    """
    keys = np.sort(keys)
    return keys[first_of_each(keys)]


def first_of_each(keys: I64) -> I64:
    """Where each run of equal keys begins, in sorted `keys`."""
    return np.flatnonzero(np.concatenate((np.ones(min(1, len(keys)), bool), keys[1:] != keys[:-1])))
