"""Names that are near to listed ones and not theirs: whoever matches them, matches falsely.

In a person's name one word becomes another name of the same list of public names, one or two
letters from it or of the same sound, where another word is of that language too. That both are on
one list says that they are two names; two spellings of one Arabic name, as a public table has
them, are left out. In a firm's name one word
becomes another of its kind: a place, a number, a marker of a series, a line of business.
"""

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import chain

import pycountry
from public_names import PublicNames
from rapidfuzz.distance import OSA
from scorers import Query

from duediligence.model import ListEntry, Name
from duediligence.text.folding import fold

_SECTORS = (
    "trading shipping construction engineering bank insurance petroleum chemical mining steel "
    "textile aviation telecom electronics energy transport logistics tourism pharmaceutical "
    "agriculture fisheries printing security education software automotive cement leasing "
    "catering furniture"
).split()
_SERIES = (
    "i ii iii iv v vi vii viii ix x".split(),
    "first second third fourth fifth sixth".split(),
    "one two three four five six seven".split(),
    "north south east west".split(),
    "northern southern eastern western".split(),
    "alpha beta gamma delta omega".split(),
    "a b c d e f".split(),
)


def near_people(
    entries: Sequence[ListEntry], public: PublicNames, count: int
) -> dict[str, list[Query]]:
    """People's names with a word that another name has taken the place of, by origin."""
    chance = random.Random("near people")
    people = [e for e in entries if e.kind == "person" and e.name.isascii()]
    people = chance.sample(people, len(people))
    found = {
        origin: [query for entry in people for query in _near(entry, near, chance)][:count]
        for origin, near in _nears(public).items()
    }
    return {origin: row for origin, row in found.items() if row}


def near_made_up(public: PublicNames, count: int) -> tuple[list[ListEntry], dict[str, list[Query]]]:
    """Made-up people to list, and their names with a word changed as in `near_people`."""
    chance = random.Random("near made up")
    listed: list[ListEntry] = []
    found: dict[str, list[Query]] = {}
    for origin, near in _nears(public).items():
        given, family = public.apart[origin]
        if origin == "English":
            given = public.origins["British"][0]
        row: list[Query] = []
        for _ in range(100 * count):
            if len(row) == count:
                break
            name = Name(f"{chance.choice(given)} {chance.choice(family)}".title())
            entry = ListEntry(
                id=f"{origin} {len(listed)}", list_id="", kind="person", names=(name,)
            )
            listed.append(entry)
            row += _near(entry, near, chance)
        found[origin] = row
    return listed, found


def _nears(public: PublicNames) -> "dict[str, _Near]":
    found = {}
    for origin, lists in public.apart.items():
        language = origin.removeprefix("commonest ")
        beside = {
            fold(name)
            for other, names in public.apart.items()
            if other.endswith(language)
            for name in chain(*names)
        }
        if language == "English":
            beside |= set(map(fold, public.origins["British"][0]))
        spelling_of = public.spelling_of if language == "Muslim" else None
        found[origin] = _Near(lists, beside, spelling_of)
    return found


def _near(entry: ListEntry, near: "_Near", chance: random.Random) -> Iterator[Query]:
    """At most one name made of an entry's."""
    words = entry.name.split()
    if sum(fold(word) in near.beside for word in words) < 2:
        return
    others = {word for name in entry.names for word in fold(name.text).split()}
    for place in chance.sample(range(len(words)), len(words)):
        able = [other for other in near.to(fold(words[place])) if other not in others]
        if able:
            words[place] = chance.choice(able).title()
            yield Query(" ".join(words), "person", (entry.list_id, entry.id))
            return


class _Near:
    """Names of one list that are near to a word."""

    def __init__(
        self,
        lists: list[list[str]],
        beside: set[str],
        spelling_of: Mapping[str, list[str]] | None,
    ) -> None:
        self.beside = beside
        self._spelling_of = spelling_of
        folded = ({fold(name) for name in names} for names in lists)
        self._lists = [sorted(name for name in names if self._usable(name)) for names in folded]
        self.to = cache(self._to)

    def _usable(self, name: str) -> bool:
        known = self._spelling_of is None or name in self._spelling_of
        return known and name.isalpha() and len(name) > 2

    def _to(self, word: str) -> list[str]:
        return [
            name
            for names in self._lists
            if word in names
            for name in names
            if name != word and _is_near(word, name) and not self._is_one_name(word, name)
        ]

    def _is_one_name(self, one: str, other: str) -> bool:
        """Whether both are spellings of one name in its script, where spellings are known."""
        of = self._spelling_of
        return of is not None and not set(of[one]).isdisjoint(of[other])


def _is_near(one: str, other: str) -> bool:
    letters = OSA.distance(one, other, score_cutoff=2)
    return letters <= (1 if len(one) < 6 else 2) or _sound(one) == _sound(other)


@cache
def _sound(word: str) -> str:
    """Soundex: American spelling, as the National Archives describe it."""
    codes = {c: str(n) for n, some in enumerate("bfpv cgjkqsxz dt l mn r".split(), 1) for c in some}
    digits = re.sub(
        r"(\d)\1+", r"\1", "".join(codes.get(c, c if c not in "hw" else "") for c in word)
    )
    return (word[0] + re.sub(r"\D", "", digits[1:]) + "000")[:4]


def near_firms(entries: Sequence[ListEntry], count: int) -> dict[str, list[Query]]:
    """Firms' names with a word that another of its kind has taken the place of, by kind."""
    chance = random.Random("near firms")
    firms = [e for e in entries if e.kind == "organisation" and e.name.isascii()]
    firms = chance.sample(firms, len(firms))
    found: dict[str, list[Query]] = {
        kind: [] for kind in ("place", "number", "series", "line of business")
    }
    for entry in firms:
        for kind, text in _changed(entry, chance):
            query = Query(text, "organisation", (entry.list_id, entry.id))
            if len(found[kind]) < count:
                found[kind].append(query)
    return found


def _changed(entry: ListEntry, chance: random.Random) -> Iterator[tuple[str, str]]:
    words = entry.name.split()
    used = {word for name in entry.names for word in fold(name.text).split()}
    if len(words) < 2:
        return
    for place in chance.sample(range(len(words)), len(words)):
        word = words[place]
        for kind, others in _kinds(fold(word), entry):
            able = [other for other in others if other not in used]
            if able:
                other = chance.choice(able)
                yield kind, " ".join([*words[:place], _as(word, other), *words[place + 1 :]])


def _as(word: str, other: str) -> str:
    return other.upper() if word.isupper() else other.title()


def _kinds(word: str, entry: ListEntry) -> Iterator[tuple[str, Sequence[str]]]:
    """The kinds of a word of a firm's name, each with the other words of that kind."""
    if word in _SECTORS:
        yield "line of business", _SECTORS
    for series in _SERIES:
        if word in series:
            yield "series", series
            break
    if word.isdigit():
        number = int(word)
        yield "number", [str(n) for n in (number + 1, number + 2, abs(number - 1), number * 10)]
    # A word that its address has too is meant as a place.
    if any(word in fold(address.text).split() for address in entry.addresses):
        for of_country in _places().get(word, ()):
            yield "place", of_country
            break


@cache
def _places() -> Mapping[str, list[tuple[str, ...]]]:
    """Regions of countries and capital cities that are one word, by word: those of its country."""
    by_country: dict[str, set[str]] = {}
    for region in pycountry.subdivisions:
        word = fold(re.sub(r"\(.*?\)|\[.*?\]", "", region.name).split(",")[0])
        if word.isalpha() and len(word) > 3:
            by_country.setdefault(region.country_code, set()).add(word)
    found: dict[str, list[tuple[str, ...]]] = {}
    for words in by_country.values():
        for word in words if len(words) > 1 else ():
            found.setdefault(word, []).append(tuple(sorted(words)))
    return found
