"""The indexes of several lists merged into one, array by array: no name is prepared again.

The result is the index that `compile_entries` makes of the entries of all lists, one list after
the other, and `list_first`, the number of the first entry of each list.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np

from duediligence.matching.index.arrays import I64, Arrays, hash_texts
from duediligence.matching.index.rows import inverted, prefix_of


def merged(indexes: Sequence[Arrays]) -> Arrays:
    """The arrays of one index over all lists, in the order given."""
    entries = _offsets(len(one["entry_kind"]) for one in indexes)
    names = _offsets(len(one["name_entry"]) for one in indexes)

    def together(what: str) -> Arrays:
        return {what: np.concatenate([one[what] for one in indexes])}

    def moved(what: str, offsets: I64) -> Arrays:
        return {what: _moved(indexes, what, offsets)}

    numbers, order = _sorted(indexes, "number_hash")
    return (
        _side(indexes, names, person=True)
        | _side(indexes, names, person=False)
        | together("name_text")
        | {"name_start": _starts(indexes, "name_start")}
        | together("entry_text")
        | {"entry_start": _starts(indexes, "entry_start")}
        | moved("name_entry", entries)
        | together("name_strength")
        | together("entry_kind")
        | {"entry_first": _starts(indexes, "entry_first")}
        | {"number_hash": numbers}
        | {"number_entry": _moved(indexes, "number_entry", entries)[order]}
        | {"list_first": entries[: len(indexes)]}
    )


def _side(indexes: Sequence[Arrays], names: I64, *, person: bool) -> Arrays:
    """The rows and the words of one side of all indexes."""
    prefix = prefix_of(person)
    sides = [
        {name.removeprefix(prefix): array for name, array in one.items() if name.startswith(prefix)}
        for one in indexes
    ]
    rows = _offsets(len(side["row_name"]) for side in sides)
    numbers: dict[str, int] = {}
    word_of, new = [], []
    for side in sides:
        before = len(numbers)
        number = np.array(
            [numbers.setdefault(text, len(numbers)) for text in _texts(side)], np.int32
        )
        word_of.append(number)
        new.append(number >= before)
    # The keys of a word follow from its letters: those of the first index that has it will do.
    kept = [fresh[side["key_word"]] for side, fresh in zip(sides, new, strict=True)]
    key_hash = np.concatenate([s["key_hash"][k] for s, k in zip(sides, kept, strict=True)])
    key_word = np.concatenate(
        [number[s["key_word"][k]] for s, number, k in zip(sides, word_of, kept, strict=True)]
    )
    by_key = np.argsort(key_hash, kind="stable")
    texts = [text.encode() for text in numbers]
    exact = hash_texts(list(numbers))
    by_hash = np.argsort(exact, kind="stable")
    row_start = _starts(sides, "row_start")
    row_word = np.concatenate([n[s["row_word"]] for s, n in zip(sides, word_of, strict=True)])
    joined, by_joined = _sorted(sides, "joined_hash")
    opening, by_opening = _sorted(sides, "opening_hash")
    made: Arrays = {
        "key_hash": key_hash[by_key],
        "key_word": key_word[by_key].astype(np.int32),
        "exact_hash": exact[by_hash],
        "exact_word": by_hash.astype(np.int32),
        "word_text": np.frombuffer(b"".join(texts), dtype=np.uint8),
        "word_start": _offsets(map(len, texts)),
        "row_start": row_start,
        "row_word": row_word,
        **inverted(row_word, np.diff(row_start), len(numbers)),
        "joined_hash": joined,
        "joined_row": _moved(sides, "joined_row", rows)[by_joined],
        **{
            what: np.concatenate([side[what] for side in sides])[by_joined]
            for what in ("joined_words", "joined_split")
        },
        "opening_hash": opening,
        "opening_row": _moved(sides, "opening_row", rows)[by_opening],
        "row_name": _moved(sides, "row_name", names),
    }
    for column in ("row_reading", "row_firm", "row_initials", "row_least", "row_bits"):
        made[column] = np.concatenate([side[column] for side in sides])
    return {prefix + name: array for name, array in made.items()}


def _texts(side: Arrays) -> list[str]:
    text = side["word_text"].tobytes()
    return [text[start:end].decode() for start, end in pairwise(side["word_start"].tolist())]


def _offsets(sizes: Iterable[int]) -> I64:
    """Where each part begins when they stand one after the other, and where the last one ends."""
    return np.concatenate(([0], np.cumsum(np.fromiter(sizes, np.int64)))).astype(np.int64)


def _moved(parts: Sequence[Arrays], what: str, offsets: I64) -> I64:
    """Numbers of each part as those of all parts, in the width they had."""
    moved = [part[what] + offset for part, offset in zip(parts, offsets, strict=False)]
    return np.concatenate(moved).astype(parts[0][what].dtype)


def _starts(parts: Sequence[Arrays], what: str) -> I64:
    """Starts of slices, each part's last being its end."""
    ends = _offsets(int(part[what][-1]) for part in parts)
    moved = [part[what][:-1] + end for part, end in zip(parts, ends, strict=False)]
    return np.concatenate([*moved, ends[-1:]]).astype(parts[0][what].dtype)


def _sorted(parts: Sequence[Arrays], what: str) -> tuple[I64, I64]:
    """The hashes of all parts in order, and the order."""
    hashes = np.concatenate([part[what] for part in parts])
    order = np.argsort(hashes, kind="stable")
    return hashes[order], order
