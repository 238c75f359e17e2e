"""Suppliers that are likely to be one: by number, by name and postcode, by a similar name.

Nothing is joined here: each pair says why, and a person decides.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from duediligence.matching.compare import name_similarity
from duediligence.matching.names.parties import is_known_of_people, reads_as_person
from duediligence.model import Supplier
from duediligence.model.entries import (
    CHARITY_ENGLAND_WALES,
    CHARITY_NORTHERN_IRELAND,
    CHARITY_SCOTLAND,
    COMPANY,
    MUTUAL,
    PROCUREMENT,
)
from duediligence.suppliers.identity import firm_name, numbers_differ

Likeliness = Literal[
    "same number",
    "same name and postcode",
    "similar name, same postcode",
    "similar name, same person",
    "same name",
    "similar name",
]
_SCHEMES = frozenset(
    (
        COMPANY, CHARITY_ENGLAND_WALES, CHARITY_SCOTLAND, CHARITY_NORTHERN_IRELAND, MUTUAL,
        PROCUREMENT,
    )
)  # fmt: skip
# How similar two names must be, beside something else that is the same and alone.
SIMILAR_BESIDE = 0.90
SIMILAR_ALONE = 0.95
# At more suppliers than this a postcode says nothing: that of an agent, or one made up.
_MOST_AT_ONE = 40
_SHORTEST = 8  # letters, below which one slip makes another name


@dataclass(frozen=True, slots=True)
class DuplicatePair:
    """Two suppliers that are likely to be one, and why. `number` is the one that both have."""

    one: Supplier
    other: Supplier
    why: Likeliness
    number: str = ""
    similarity: float = 1.0


def likely_duplicates(
    suppliers: Sequence[Supplier], *, apart: Collection[tuple[str, str]] = ()
) -> list[DuplicatePair]:
    """Return the pairs that are likely to be one supplier, the surest first.

    `apart` are pairs of references, each in order, that a person said are two. Pairs of which both
    have ended are left out, and so are those with different numbers of one register.
    """
    found: dict[tuple[str, str], DuplicatePair] = {}
    by_ref = {one.ref: one for one in suppliers}
    for pair in _find_likely_pairs(suppliers):
        key = _build_pair_key(pair)
        first, second = (by_ref[ref] for ref in key)
        both_ended = first.ended is not None and second.ended is not None
        if key not in found and key not in apart and not both_ended:
            found[key] = pair
    return list(found.values())


def group_duplicate_pairs(pairs: Iterable[DuplicatePair]) -> list[tuple[DuplicatePair, ...]]:
    """Return pairs that share a supplier together, in the order in which they are given."""
    of: dict[str, list[DuplicatePair]] = {}
    for pair in pairs:
        one, other = (of.setdefault(each.ref, []) for each in (pair.one, pair.other))
        joined = one if one is other else [*one, *other]
        joined.append(pair)
        for each in joined:
            of[each.one.ref] = of[each.other.ref] = joined
    return list({id(group): tuple(group) for group in of.values()}.values())


def _find_likely_pairs(suppliers: Sequence[Supplier]) -> Iterator[DuplicatePair]:
    """Yield pairs with why, the surest reasons first; one pair may come for several reasons."""
    numbers: dict[str, list[Supplier]] = defaultdict(list)
    for one in suppliers:
        for identifier in one.identifiers:
            if identifier.scheme in _SCHEMES:
                numbers[f"{identifier.scheme} {identifier.id}"].append(one)
    for number, many in numbers.items():
        for one, other in _combine_group(many):
            yield DuplicatePair(one, other, "same number", number)
    names = {one.ref: firm_name(one.name) for one in suppliers}
    postcodes = _group_by_shared_key(suppliers, lambda one: [_read_supplier_postcode(one)])
    for one, other in _pair_within_groups(postcodes):
        if names[one.ref] == names[other.ref]:
            yield DuplicatePair(one, other, "same name and postcode")
    for one, other in _pair_within_groups(postcodes):
        score = _score_supplier_names(one, other)
        if names[one.ref] != names[other.ref] and score >= SIMILAR_BESIDE:
            yield DuplicatePair(one, other, "similar name, same postcode", similarity=score)
    for one, other in _pair_within_groups(_group_by_shared_key(suppliers, _list_dated_people)):
        score = _score_supplier_names(one, other)
        if score >= SIMILAR_BESIDE:
            yield DuplicatePair(one, other, "similar name, same person", similarity=score)
    for one, other in _pair_within_groups(
        _group_by_shared_key(suppliers, lambda one: [names[one.ref]])
    ):
        if _postcodes_agree(one, other) or not _may_be_person(one.name):
            yield DuplicatePair(one, other, "same name")
    for one, other in _pair_within_groups(
        _group_by_shared_key(suppliers, lambda one: _list_name_slips(names[one.ref]))
    ):
        if names[one.ref] == names[other.ref] or not _postcodes_agree(one, other):
            continue
        score = _score_supplier_names(one, other)
        if score >= SIMILAR_ALONE and not _may_be_person(one.name):
            yield DuplicatePair(one, other, "similar name", similarity=score)


def _pair_within_groups(many: Iterable[list[Supplier]]) -> Iterator[tuple[Supplier, Supplier]]:
    """Yield the pairs within each group that no number keeps apart, each once."""
    seen: set[tuple[str, str]] = set()
    for group in many:
        for one, other in _combine_group(group):
            key = (one.ref, other.ref)
            if key not in seen:
                seen.add(key)
                if not numbers_differ(one.identifiers, other.identifiers):
                    yield one, other


def _combine_group(group: list[Supplier]) -> Iterator[tuple[Supplier, Supplier]]:
    if 1 < len(group) <= _MOST_AT_ONE:
        yield from combinations(group, 2)


def _score_supplier_names(one: Supplier, other: Supplier) -> float:
    return name_similarity(one.name, other.name, "unknown")


def _may_be_person(name: str) -> bool:
    """Return whether it may be a person's name: others are called the same."""
    return reads_as_person(name) and is_known_of_people(name)


def _read_supplier_postcode(one: Supplier) -> str:
    return one.address.postcode.replace(" ", "").upper() if one.address else ""


def _postcodes_agree(one: Supplier, other: Supplier) -> bool:
    """Return whether the postcodes are the same, or one is not known."""
    codes = {_read_supplier_postcode(one), _read_supplier_postcode(other)} - {""}
    return len(codes) < 2


def _list_dated_people(one: Supplier) -> Iterator[Hashable]:
    for person in one.people:
        if person.birth_date:
            yield person.name.casefold(), str(person.birth_date)


def _list_name_slips(name: str) -> Iterator[str]:
    """Yield the name without each of its letters: two names with one slip between them share
    one.
    """
    if len(name) >= _SHORTEST:
        yield name
        yield from (name[:at] + name[at + 1 :] for at in range(len(name)))


def _group_by_shared_key(
    suppliers: Iterable[Supplier], keys: Callable[[Supplier], Iterable[Hashable]]
) -> Iterable[list[Supplier]]:
    """Return the suppliers that share a key, for each key that is not empty."""
    found: dict[Hashable, list[Supplier]] = defaultdict(list)
    for one in suppliers:
        for key in dict.fromkeys(keys(one)):
            if key:
                found[key].append(one)
    return [group for group in found.values() if len(group) > 1]


def _build_pair_key(pair: DuplicatePair) -> tuple[str, str]:
    first, second = sorted((pair.one.ref, pair.other.ref))
    return first, second
