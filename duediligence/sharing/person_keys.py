"""What two spellings of one person's name and birth date have in common, as exact texts.

Partners compare keys blindly, so keys meet exactly or not at all. Each rule below forgives one kind
of difference. A key is made only where two people would seldom share it by chance: the commoner
the names, the more of them and of the birth date a key must hold.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice, product
from typing import Final

from duediligence.matching.names.prepared import NameReading, prepare
from duediligence.matching.names.words import Word, consonants, is_given_name, rows
from duediligence.matching.names.words import word as to_word
from duediligence.model import PartialDate

MOST_KEYS: Final = 16  # a person: each costs both sides a multiplication, and adds false hits
_MONTHS = 12
_SOUNDS_FROM = 3  # consonants: a word of fewer is known by its vowels too
_STRIPPED_FROM = 4  # letters left of a word without its article or particle
_ENDS = 3  # letters of a family name that one slip elsewhere leaves as they are
# How rare names must be together (see `Word.rarity`) for a key without the part that is named.
_RARE_WITHOUT_YEAR = 1.5
_RARE_WITHOUT_DATE = 1.9
_RARE_FAMILY = 0.6


def person_texts(names: Iterable[str], birth: PartialDate | None) -> tuple[str, ...]:
    """Return the texts of a person's keys, the strictest first, `MOST_KEYS` at most.

    `names` are all names that the person has or had. Empty where nothing tells the person apart.
    """
    found: dict[str, None] = {}
    readings = [reading for name in names for reading in prepare(name, "person").person]
    for rule in _RULES:
        for reading in readings:
            if len(_whole(reading)) > 1:
                found.update(dict.fromkeys(rule(reading, birth)))
    return tuple(islice(found, MOST_KEYS))


def _whole(reading: NameReading) -> list[Word]:
    """The words of a name, each once."""
    return list(dict.fromkeys(reading.words))


def _given_and_family(words: list[Word]) -> tuple[Word, Word]:
    """The first given name and the family name, as far as the words tell which is which."""
    first, last = words[0], words[-1]
    turned = is_given_name(last) and not is_given_name(first) and not first.initial
    return (last, first) if turned or last.initial else (first, last)


@cache
def _family_names() -> list[str]:
    return [row[0].split()[0] for row in rows("name_families.tsv")]


def _sounds(word: Word) -> list[str]:
    """What all usual spellings of a word have in common: its name family, else its consonants."""
    families = [_family(one) for one in word.families]
    if families:
        return families
    plain = to_word(word.stripped) if len(word.stripped) >= _STRIPPED_FROM else word
    heard = consonants(plain.key) if plain.latin else plain.text
    return [heard if len(heard) >= _SOUNDS_FROM else plain.key]


def _family(one: int | str) -> str:
    if isinstance(one, str):
        return f"={one}"
    if one < 0:  # of a patronymic, see `Word.families`
        number, son = divmod(1 - one, 2)
        return f"={_family_names()[number - 1]}{'' if son else ' f'}"
    return f"={_family_names()[one - 1]}"


def _pairs(one: Word, other: Word) -> Iterator[str]:
    for a, b in product(_sounds(one), _sounds(other)):
        yield " ".join(sorted((a, b)))


def _months(birth: PartialDate | None) -> list[str]:
    """The month of birth; where only the year is known, each month of it."""
    if birth is None or birth.circa or birth.until:
        return []
    months = [birth.month] if birth.month else range(1, _MONTHS + 1)
    return [f"{birth.year:04}-{month:02}" for month in months]


def _both_names(reading: NameReading, birth: PartialDate | None) -> Iterator[str]:
    words = [w for w in _whole(reading) if not w.initial]
    if len(words) < 2:
        return
    first, last = words[0], words[-1]
    pairs = [(first, last), *[(first, w) for w in words[1:-1]], *[(w, last) for w in words[1:-1]]]
    for pair in pairs:
        for text in _pairs(*pair):
            for month in _months(birth):
                yield f"names {text} {month}"


def _initial(reading: NameReading, birth: PartialDate | None) -> Iterator[str]:
    if birth is None or birth.month is None:
        return
    given, family = _given_and_family(_whole(reading))
    if family.initial or family.rarity < _RARE_FAMILY:
        return
    for sound in _sounds(family):
        yield f"initial {given.text[0]} {sound} {birth.year:04}-{birth.month:02}"


def _misspelt_family(reading: NameReading, birth: PartialDate | None) -> Iterator[str]:
    if birth is None or birth.month is None:
        return
    given, family = _given_and_family(_whole(reading))
    if given.initial or len(family.key) <= _ENDS:
        return
    for sound in _sounds(given):
        for end, letters in (("start", family.key[:_ENDS]), ("end", family.key[-_ENDS:])):
            yield f"{end} {sound} {letters} {birth.year:04}-{birth.month:02}"


def _other_year(reading: NameReading, birth: PartialDate | None) -> Iterator[str]:
    if birth is None or birth.month is None:
        return
    given, family = _given_and_family(_whole(reading))
    if given.initial or given.rarity + family.rarity < _RARE_WITHOUT_YEAR:
        return
    year = f"{birth.year:04}"
    for text in _pairs(given, family):
        yield f"decade {text} {year[:-1]}x-{birth.month:02}"
        yield f"year's end {text} x{year[-1]}-{birth.month:02}"


def _undated(reading: NameReading, birth: PartialDate | None) -> Iterator[str]:
    words = [w for w in _whole(reading) if not w.initial]
    if sum([w.rarity for w in words]) < _RARE_WITHOUT_DATE or len(words) < 2:
        return
    yield "undated " + " ".join(sorted(_sounds(w)[0] for w in words))


_RULES = (_both_names, _undated, _initial, _misspelt_family, _other_year)
