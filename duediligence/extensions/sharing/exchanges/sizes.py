"""How much one exchange may hold: keys of each kind by the rows of a list, and sizes on a ladder.

What is sent is padded to the next step, which says little about a list.
"""

from collections.abc import Mapping

from duediligence.blind.derived_keys import KEYS_A_ROW, KeyKind
from duediligence.extensions.sharing.exchanges.inputs import kinds_of
from duediligence.extensions.sharing.model.agreements import Shared, Terms

SMALLEST = 64
_SHORTEST_LIST = 16
_KEYS_HELD: Mapping[Shared, int] = {
    "blind-matching: organisations": 4,
    "blind-matching: people": 20,
    "blind-matching: addresses": 2,
}
"""Keys on average of a party that is answered for: numbers and two names; a person of rare names
has about 18 (`benchmarks/derived_keys.py`).
"""


def padded(count: int, smallest: int = SMALLEST) -> int:
    """Return the step of the ladder for that many: 64, 96, 128, 192, 256 and so on."""
    step = smallest
    while step < count:
        # From 2ⁿ to 3·2ⁿ⁻¹, and from that to 2ⁿ⁺¹: never more than half as much again.
        step = step // 3 * 4 if step % 3 == 0 else step // 2 * 3
    return step


def pad_rows(rows: int, terms: Terms) -> int:
    """Return how many rows a list of that many is sent as, never more than the terms allow."""
    return min(padded(rows, _SHORTEST_LIST), terms.most_items)


def budgets(terms: Terms, rows: int) -> dict[KeyKind, int]:
    """Return how many keys of each kind a list of that many rows is sent as, in their order: no
    more and no fewer, so that what the rows hold is not seen.
    """
    kinds = kinds_of(terms.shares)
    return {kind: rows * most for kind, most in KEYS_A_ROW.items() if kind in kinds}


def most_table(terms: Terms) -> int:
    """Return the most keys that an answer may hold under these terms, padding included."""
    return padded(terms.most_held * count_keys_held(terms))


def count_keys_held(terms: Terms) -> int:
    """Return how many keys a party that is answered for has, on average at most."""
    return sum(_KEYS_HELD.get(one, 0) for one in terms.shares)
