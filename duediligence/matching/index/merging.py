"""The indexes of several lists merged into one, array by array: no name is prepared again.

The result is the index that `compile_entries` makes of the entries of all lists, one list after
the other, and `list_first`, the number of the first entry of each list.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from duediligence.matching.index.arrays import I64, Arrays, prefix_of, side_of, starts_of
from duediligence.matching.index.rows import invert_row_words
from duediligence.matching.index.vocabulary import sort_vocabulary

_OF_WORDS = ("key_", "exact_", "word_", "row_word", "post_")
_SIDES = tuple(prefix_of(person) for person in (True, False))


def merge_list_indexes(indexes: Sequence[Arrays]) -> Arrays:
    """Return the arrays of one index over all lists, in the order given."""
    entries = starts_of(len(one["entry_kind"]) for one in indexes)
    names = starts_of(len(one["name_entry"]) for one in indexes)
    beside = [
        {what: array for what, array in one.items() if not what.startswith(_SIDES)}
        for one in indexes
    ]
    return (
        _merge_side(indexes, names, person=True)
        | _merge_side(indexes, names, person=False)
        | _merge_arrays(beside, {"name_entry": entries, "number_entry": entries})
        | {"list_first": entries[: len(indexes)]}
    )


def _merge_side(indexes: Sequence[Arrays], names: I64, *, person: bool) -> Arrays:
    """Return the rows and the words of one side of all indexes."""
    sides = [side_of(one, person=person) for one in indexes]
    numbers: dict[str, int] = {}
    word_of, kept = [], []
    for side in sides:
        before = len(numbers)
        texts, starts = side["word_text"].tobytes(), side["word_start"].tolist()
        words = [texts[start:end].decode() for start, end in pairwise(starts)]
        number = np.array([numbers.setdefault(w, len(numbers)) for w in words], np.int32)
        word_of.append(number)
        # The keys of a word follow from its letters: those of the first index that has it will do.
        kept.append((number >= before)[side["key_word"]])
    key_hash = [s["key_hash"][k] for s, k in zip(sides, kept, strict=True)]
    key_word = [n[s["key_word"][k]] for s, n, k in zip(sides, word_of, kept, strict=True)]
    rows = starts_of(len(side["row_name"]) for side in sides)
    made = _merge_arrays(
        [{w: a for w, a in side.items() if not w.startswith(_OF_WORDS)} for side in sides],
        {"row_name": names, "joined_row": rows, "opening_row": rows},
    )
    row_start = made.pop("row_start")
    row_word = np.concatenate([n[s["row_word"]] for s, n in zip(sides, word_of, strict=True)])
    made = {
        **sort_vocabulary(list(numbers), np.concatenate(key_hash), np.concatenate(key_word)),
        "row_start": row_start,
        **invert_row_words(row_word, np.diff(row_start), len(numbers)),
        **made,
    }
    return {prefix_of(person) + what: array for what, array in made.items()}


def _merge_arrays(parts: Sequence[Arrays], moved: Mapping[str, I64]) -> Arrays:
    """Return each array of all parts as one, those with a hash for each member in its order.

    Numbers in those that are `moved`, and starts of slices, are as those of all parts.
    """
    made: Arrays = {}
    for what in parts[0]:
        arrays = [part[what] for part in parts]
        if what.endswith("_start") or what == "entry_first":  # each part's last is its end
            ends = starts_of(int(array[-1]) for array in arrays)
            moving = zip(arrays, ends, strict=False)
            arrays = [*[array[:-1] + end for array, end in moving], ends[-1:]]
        elif what in moved:
            arrays = [a + offset for a, offset in zip(arrays, moved[what], strict=False)]
        made[what] = np.concatenate(arrays).astype(parts[0][what].dtype)
    for hashed in [what for what in made if what.endswith("_hash")]:
        order = np.argsort(made[hashed], kind="stable")
        for what in made:
            if what.startswith(hashed.removesuffix("hash")):
                made[what] = made[what][order]
    return made
