"""Places and series in firms' names: what tells branches and sisters of one name apart."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from itertools import product
from typing import Final, NamedTuple

from duediligence.matching.tables import rows, word_lists, word_set

_MOST_WORDS: Final = 4


class Place(NamedTuple):
    """A town, area or country; places of one name in several countries are several."""

    country: str
    level: str
    number: int


class Mark(NamedTuple):
    """A place or a member of a series in a name, as written, and what it may be."""

    text: str
    kind: str
    values: frozenset[Place | str]


class Differing(NamedTuple):
    """What the marks of two names of one kind leave: of each name one, or of one name only.

    `opposed`: one party would not have both.
    """

    query: str
    listed: str
    opposed: bool


_SERIES: Final = {
    word: (kind, str(value))
    for kind in ("side", "height", "age", "depth")
    for value, words in enumerate(word_lists(kind))
    for word in words
}
# After these, and at the end of a name, a single letter or a Roman numeral counts.
_COUNTED: Final = word_set("counted")
_ROMAN: Final = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5"}
_LETTERS: Final = frozenset("abcdefgh")


def places_in(words: Sequence[str]) -> list[Mark]:
    """Return the places in a firm's name, the longest first where one holds another."""
    table = _load_places()
    found: list[Mark] = []
    at = 0
    while at < len(words):
        for size in range(min(_MOST_WORDS, len(words) - at), 0, -1):
            text = " ".join(words[at : at + size])
            if places := table.get(text):
                found.append(Mark(text, "place", frozenset(places)))
                at += size
                break
        else:
            at += 1
    return found


def series_in(words: Sequence[str]) -> list[Mark]:
    """Return the members of series in a firm's name: North, Upper, New, Unit B, Fund I."""
    found: list[Mark] = []
    for at, word in enumerate(words):
        if known := _SERIES.get(word):
            found.append(Mark(word, known[0], frozenset(known[1:])))
        elif at and (at == len(words) - 1 or words[at - 1] in _COUNTED):
            if word in _LETTERS and len(words[at - 1]) > 1:  # not L.L.C.
                found.append(Mark(word, "letter", frozenset((word,))))
            elif word in _ROMAN or word.isdigit():
                number = _ROMAN.get(word, word.lstrip("0"))
                found.append(Mark(word, "numeral", frozenset((number,))))
    return found


def compare_marks(ours: Sequence[Mark], theirs: Sequence[Mark]) -> Differing | None:
    """Return the first kind of mark in which two names differ, opposed ones before all others.

    What both names have says nothing. Two places oppose one another unless they are one, or of
    one country and of two levels: a town may be in the county.
    """
    found: Differing | None = None
    shared = {mark.text for mark in ours} & {mark.text for mark in theirs}
    ours = [mark for mark in ours if mark.text not in shared]
    theirs = [mark for mark in theirs if mark.text not in shared]
    for kind in dict.fromkeys([mark.kind for mark in (*ours, *theirs)]):
        left = [mark for mark in ours if mark.kind == kind]
        right = [mark for mark in theirs if mark.kind == kind]
        texts = left[0].text if left else "", right[0].text if right else ""
        if not (left and right):
            found = found or Differing(*texts, opposed=False)
        elif not any(
            _may_agree(*pair)
            for a, b in product(left, right)
            for pair in product(a.values, b.values)
        ):
            return Differing(*texts, opposed=True)
    return found


def _may_agree(one: Place | str, other: Place | str) -> bool:
    if isinstance(one, Place) and isinstance(other, Place) and one.level != other.level:
        return one.country == other.country
    return one == other


@cache
def _load_places() -> dict[str, list[Place]]:
    """Return by folded name the places that it may be; Scotland is an area and no country."""
    found = defaultdict[str, list[Place]](list)
    for number, (country, level, names) in enumerate(rows("places.tsv")):
        place = Place(country, level, 0 if level == "country" else number)
        for name in names.split("|"):
            found[name].append(place)
    for country, names in rows("countries.tsv"):
        for name in names.split("|") if country else ():
            if not any(p.country == country and p.level == "area" for p in found.get(name, ())):
                found[name].append(Place(country, "country", 0))
    return found
