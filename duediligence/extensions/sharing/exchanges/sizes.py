"""Sizes on a ladder: what is sent is padded to the next step, so that it tells little of a list."""

from duediligence.extensions.sharing.agreement_terms import FEWEST_KEYS as SMALLEST
from duediligence.extensions.sharing.model.agreements import Terms

KEYS_PER_ITEM = 16
"""How many keys an item may have on average, as many as a person: by it, terms that say how many
items and not how many keys cap what is asked.
"""


def padded(count: int) -> int:
    """Return the step of the ladder for that many: 64, 96, 128, 192, 256 and so on."""
    step = SMALLEST
    while step < count:
        # From 2ⁿ to 3·2ⁿ⁻¹, and from that to 2ⁿ⁺¹: never more than half as much again.
        step = step // 3 * 4 if step % 3 == 0 else step // 2 * 3
    return step


def is_padded(count: int) -> bool:
    """Return whether that many can have been padded."""
    return count == padded(count)


def most_elements(terms: Terms) -> int:
    """Return the most elements that may be asked in one exchange under these terms, padding
    included.
    """
    return terms.most_keys or padded(terms.most_items * KEYS_PER_ITEM)
