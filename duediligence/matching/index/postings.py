"""Lists of lists as two flat arrays."""

from collections.abc import Sequence

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


def pack(lists: Sequence[Sequence[int]]) -> tuple[I64, I64]:
    """Where each list starts (with the end of the last), and all members in one array."""
    starts = np.zeros(len(lists) + 1, dtype=np.int64)
    np.cumsum([len(members) for members in lists], out=starts[1:])
    flat = [member for members in lists for member in members]
    return starts, np.array(flat, dtype=np.int64)


def first_of_each(keys: I64) -> I64:
    """Where each run of equal keys begins, in sorted `keys`."""
    return np.flatnonzero(np.concatenate((np.ones(min(1, len(keys)), bool), keys[1:] != keys[:-1])))
