"""Which entries of lists are one party, by what their publishers print and never by a name alone.

A wrong join would make one decision count for two people, so every doubt keeps entries apart.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import combinations, product
from typing import Final, TypeVar

from rapidfuzz.distance import JaroWinkler

from duediligence.matching.compare import DEFAULT_THRESHOLD, name_similarity
from duediligence.matching.evidence import (
    EntryFacts,
    Subject,
    country_code,
    plain_number,
    score_country,
    score_identifiers,
)
from duediligence.model import Identifier, ListEntry, PartialDate
from duediligence.model import entries as schemes
from duediligence.model.entries import STRENGTHS, EntryJoin, EntryKey, JoinEvidence
from duediligence.text.folding import fold
from duediligence.text.legal_forms import UK_FORMS

T = TypeVar("T")
# These are unique in the world; of all others the issuing country is a part.
_WORLDWIDE = frozenset((schemes.IMO, schemes.LEI, schemes.COMPANY))
# A reference names the other entry, and a ship keeps its number under every new name.
_WITHOUT_NAMES = ("reference", schemes.IMO)
# What one publisher calls the tax number of a firm another calls its registration number.
_OF_FIRMS = (schemes.REGISTRATION, schemes.TAX, schemes.NATIONAL_ID)
# How many words of an address two firms of one name share that are one; fewer, but one, do where
# they have a second name in common as well.
_SHARED_WORDS = 3
# A shorter number is shared by chance; an IMO number has seven digits.
_LEAST_LENGTH = 5
# No party is on as many entries: more than these share a placeholder, or a chain of weak evidence.
MOST_ENTRIES: Final = 16
# How similar two words are that may be one, as by two ways to write Arabic or Russian.
_AKIN = 0.87
_LEAST_WORD = 3


def join_entries(entries: Iterable[ListEntry]) -> list[EntryJoin]:
    """Return every join of two entries, in the same order for any order of the entries.

    Of several that are joined in a chain no two contradict each other.
    """
    listed = sorted((_Listed(entry) for entry in entries), key=lambda one: one.key)
    pairs: dict[tuple[int, int], dict[JoinEvidence, None]] = {}
    referred: set[tuple[int, int]] = set()

    def contradict(a: int, b: int, *, by_reference: bool = False) -> bool:
        by_reference = by_reference or (min(a, b), max(a, b)) in referred
        return _contradict(listed[a], listed[b], referred=by_reference)

    for kind in STRENGTHS:
        for holders in _find_holders(listed, kind):
            found = list(combinations(holders, 2))
            by_reference = kind == "reference"
            if any(contradict(*pair, by_reference=by_reference) for pair in found):
                # It was printed for several parties, and so joins none.
                continue
            if by_reference:
                referred.update(found)
            for a, b in found:
                if kind == "number" and (a, b) in pairs:
                    continue
                if _agree_beside(listed[a], listed[b], kind):
                    pairs.setdefault((a, b), {})[kind] = None
    in_order = sorted(pairs, key=lambda pair: (_rank_evidence(pairs[pair]), pair))
    made, _ = _connect(in_order, contradict)
    return sorted(
        (EntryJoin(listed[a].key, listed[b].key, tuple(pairs[a, b])) for a, b in made),
        key=lambda join: (join.one, join.other),
    )


def find_parties(
    joins: Iterable[EntryJoin], *, apart: Collection[frozenset[EntryKey]] = ()
) -> dict[EntryKey, tuple[EntryKey, ...]]:
    """Return for each entry that is joined all that are one party with it, itself among them.

    No two that are a pair of `apart` are ever one party.
    """
    in_order = sorted(joins, key=lambda join: (_rank_evidence(join.evidence), join.one, join.other))
    pairs = ((join.one, join.other) for join in in_order)
    _, groups = _connect(pairs, lambda one, other: frozenset((one, other)) in apart)
    return {one: tuple(sorted(group)) for one, group in groups.items() if len(group) > 1}


def list_differences(one: ListEntry, other: ListEntry) -> tuple[str, ...]:
    """Return which facts two entries state differently, so that they may be two parties."""
    ours = Subject((), countries=one.countries, identifiers=one.identifiers)
    theirs = EntryFacts((), other.countries, other.identifiers)
    rules = {"number": score_identifiers, "country": score_country}
    scored = {fact: rule(ours, theirs, True) for fact, rule in rules.items()}
    differ = (fact for fact, found in scored.items() if found and found.verdict != "agree")
    births = ("birth date",) if _births_differ(_Listed(one), _Listed(other)) else ()
    return (*births, *differ)


class _Listed:
    """What is compared of an entry; its names are folded where they are needed."""

    def __init__(self, entry: ListEntry) -> None:
        self.key: EntryKey = (entry.list_id, entry.id)
        self.kind = entry.kind
        self.births = entry.birth_dates
        self.references = (entry.id, *entry.references)
        self.identifiers = entry.identifiers
        self.names = entry.names
        self._addresses = entry.addresses

    @cached_property
    def full_names(self) -> frozenset[tuple[str, ...]]:
        """Return the words of each full name, in any order."""
        strong = (fold(one.text).split() for one in self.names if one.strength != "weak")
        return frozenset(tuple(sorted(words)) for words in strong if len(words) > 1)

    @cached_property
    def words(self) -> frozenset[str]:
        """Return the words of all names that distinguish parties."""
        words = frozenset[str]().union(*self.all_names).difference(UK_FORMS)
        return frozenset(word for word in words if len(word) >= _LEAST_WORD)

    @cached_property
    def all_names(self) -> frozenset[frozenset[str]]:
        """Return the words of each name, abbreviations among them."""
        return frozenset(frozenset(fold(one.text).split()) for one in self.names)

    @cached_property
    def places(self) -> tuple[tuple[str, frozenset[str]], ...]:
        """Return the country of each address, and the other words of it that tell places apart."""
        return tuple(
            (
                country,
                frozenset(
                    word
                    for word in fold(one.text).split()
                    if len(word) > _LEAST_WORD and word not in fold(one.country).split()
                ),
            )
            for one in self._addresses
            if (country := country_code(one.country))
        )

    @cached_property
    def firm_numbers(self) -> frozenset[tuple[str, str]]:
        """Return the numbers of a firm with their countries, however they are called."""
        if self.kind != "organisation":
            return frozenset()
        every = (_joining_number(one) for one in self.identifiers if one.scheme in _OF_FIRMS)
        return frozenset(filter(None, every))

    @cached_property
    def full_births(self) -> tuple[PartialDate, ...]:
        return tuple(one for one in self.births if one.day and not one.circa)

    @cached_property
    def registered_in(self) -> frozenset[str]:
        """Return the countries in which the organisation is registered, as far as it is said."""
        return frozenset(
            country
            for one in self.identifiers
            if one.scheme in (schemes.COMPANY, schemes.REGISTRATION)
            if (country := "GB" if one.scheme == schemes.COMPANY else country_code(one.country))
        )


def _find_holders(listed: Sequence[_Listed], kind: JoinEvidence) -> Iterator[tuple[int, ...]]:
    """Yield the places of the entries that have the same evidence, in the order of the entries."""
    holders: dict[Hashable, dict[int, None]] = {}
    for place, one in enumerate(listed):
        for value in _values(one, kind):
            holders.setdefault(value, {})[place] = None
    for places in holders.values():
        if 1 < len(places) <= MOST_ENTRIES:
            yield tuple(places)


def _values(one: _Listed, kind: JoinEvidence) -> Iterator[Hashable]:
    if kind == "reference":
        yield from one.references
    elif kind == "name and birth date":
        if one.kind in ("person", "unknown") and one.full_births:
            for born, words in product(one.full_births, one.full_names):
                # 1 January is often written for a day that is not known.
                if (born.month, born.day) != (1, 1) or len(words) > 2:
                    yield born, words
    elif kind == "number":
        yield from one.firm_numbers
    elif kind == "name and address":
        if one.kind == "organisation":
            yield from one.full_names
    else:
        for identifier in one.identifiers:
            if identifier.scheme == kind and (value := _joining_number(identifier)):
                yield value


def _joining_number(identifier: Identifier) -> tuple[str, str] | None:
    """Return the number with its country, where no two parties should share it."""
    number = plain_number(identifier)
    if len(number) < _LEAST_LENGTH or len(set(number)) < 3 or not any(map(str.isdigit, number)):
        return None
    if identifier.scheme in _WORLDWIDE:
        return number, ""
    country = country_code(identifier.country)
    return (number, country) if country else None


def _contradict(one: _Listed, other: _Listed, *, referred: bool) -> bool:
    """Return whether something says that the two are not one party.

    What publishers say by reference outweighs birth dates and countries, which they often correct,
    unless no name is similar either.
    """
    if "unknown" not in (one.kind, other.kind) and one.kind != other.kind:
        return True
    if one.key[0] == other.key[0] and not one.full_names & other.full_names:
        return True
    if referred:
        return _births_differ(one, other) and not _is_a_name_similar(one, other)
    if one.births and other.births:
        return _births_differ(one, other)
    return bool(
        one.kind != "person"
        and one.registered_in
        and other.registered_in
        and not one.registered_in & other.registered_in
    )


def _births_differ(one: _Listed, other: _Listed) -> bool:
    if one.full_births and other.full_births:
        return not set(one.full_births) & set(other.full_births)
    return bool(one.births and other.births) and not any(
        a.compatible(b) for a, b in product(one.births, other.births)
    )


def _is_a_name_similar(one: _Listed, other: _Listed) -> bool:
    return any(
        name_similarity(a.text, b.text, one.kind) >= DEFAULT_THRESHOLD
        for a, b in product(one.names, other.names)
    )


def _agree_beside(one: _Listed, other: _Listed, kind: JoinEvidence) -> bool:
    """Return whether two entries with the same evidence agree in what it needs beside it."""
    if kind == "name and address":
        return _share_address(one, other)
    return kind in _WITHOUT_NAMES or _names_agree(one, other)


def _share_address(one: _Listed, other: _Listed) -> bool:
    """Return whether two firms of one full name are at one place: by the words of an address, or by
    its town where they have a second name in common, such as an abbreviation. Numbers that differ
    keep them apart.
    """
    ours, theirs = one.firm_numbers, other.firm_numbers
    if {place for _, place in ours} & {place for _, place in theirs} and not ours & theirs:
        return False
    shared = max(
        (
            len(words & others)
            for (country, words), (elsewhere, others) in product(one.places, other.places)
            if country == elsewhere
        ),
        default=0,
    )
    names = one.all_names & other.all_names
    two_names = any(first.isdisjoint(second) for first, second in combinations(names, 2))
    return shared >= _SHARED_WORDS or (shared > 0 and two_names)


def _names_agree(one: _Listed, other: _Listed) -> bool:
    """Return whether a word of the names is the same or nearly so: a number alone may have been
    printed for another party.
    """
    pairs = product(one.words, other.words)
    return any(JaroWinkler.similarity(a, b) >= _AKIN for a, b in pairs)


def _rank_evidence(evidence: Iterable[JoinEvidence]) -> list[int]:
    return [STRENGTHS.index(kind) for kind in evidence]


def _connect(
    pairs: Iterable[tuple[T, T]], refused: Callable[[T, T], bool]
) -> tuple[list[tuple[T, T]], dict[T, list[T]]]:
    """Join pair after pair, unless two of what is joined so far are refused, or there are too many.

    Returns the pairs that were made, and for each end all that it is connected with.
    """
    made: list[tuple[T, T]] = []
    groups: dict[T, list[T]] = {}
    for pair in pairs:
        left, right = (groups.get(one) or [one] for one in pair)
        if left is not right:
            if len(left) + len(right) > MOST_ENTRIES or any(
                refused(a, b) for a, b in product(left, right)
            ):
                continue
            both = [*left, *right]
            groups |= dict.fromkeys(both, both)
        made.append(pair)
    return made, groups
