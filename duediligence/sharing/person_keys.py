"""What two spellings of one person's name and birth date have in common, as exact texts.

Partners compare keys blindly, so keys meet exactly or not at all. Each rule below forgives one kind
of difference. A key is made only where two people would seldom share it by chance: the commoner
the names, the more of them and of the birth date a key must hold.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice, product
from typing import Final, Literal

from duediligence.matching.names.prepared import NameReading, prepare
from duediligence.matching.names.words import Word, consonants, is_given_name, rows
from duediligence.matching.names.words import word as to_word
from duediligence.model import PartialDate

MOST_KEYS: Final = 16  # a person: each costs both sides a multiplication, and adds false hits
Side = Literal["asks", "answers"]
_MONTHS = 12
_SOUNDS_FROM = 3  # consonants: a word of fewer is known by its vowels too
_STRIPPED_FROM = 4  # letters left of a word without its article or particle
_ENDS = 3  # letters of a family name that one slip elsewhere leaves as they are
_MOST_PAIRS = 4  # of the ways to hear two names
# How rare names must be together (see `Word.rarity`) for a key that leaves a year or a date open.
_RARE_WITHOUT_YEAR = 1.5
_RARE_WITHOUT_DATE = 1.9
_RARE_ALONE = 1.0
# Borne by so many of a community that an initial beside them tells nobody apart.
_BORNE_BY_MANY = frozenset("singh kaur begum bibi khatun nguyen kim".split())


def person_texts(
    names: Iterable[str], birth: PartialDate | None, side: Side | None = None
) -> tuple[str, ...]:
    """Return the texts of a person's keys, the strictest first, `MOST_KEYS` at most.

    `names` are all names that the person has or had. Empty where nothing tells the person apart.
    `side` is which partner makes the keys: only with it do people meet of whom one side has no
    birth date, for else any two of one name would meet whose dates differ.
    """
    found: dict[str, None] = {}
    readings = [reading for name in names for reading in prepare(name, "person").person]
    for rule in _RULES:
        for reading in readings:
            found.update(dict.fromkeys(rule(reading, birth)))
    for reading in readings:
        found.update(dict.fromkeys(_undated(reading, birth, side)))
    return tuple(islice(found, MOST_KEYS))


def _full(reading: NameReading) -> list[Word]:
    """The words of a name that are no initials."""
    return [w for w in reading.words if not w.initial]


def _given_and_family(words: Sequence[Word]) -> tuple[Word, Word] | None:
    """The first given name and the family name, as far as the words tell which is which."""
    if len(words) < 2:
        return None
    first, last = words[0], words[-1]
    turned = is_given_name(last) and not is_given_name(first) and not first.initial
    return (last, first) if turned or last.initial else (first, last)


@cache
def _family_names() -> list[str]:
    return [row[0].split()[0] for row in rows("name_families.tsv")]


def _sounds(word: Word) -> list[str]:
    """What usual spellings of a word have in common: its name families, and its consonants."""
    families = [_family(one) for one in word.families]
    if word.syllable and families:
        return families
    plain = to_word(word.stripped) if len(word.stripped) >= _STRIPPED_FROM else word
    heard = consonants(plain.key) if plain.latin else plain.text
    return [*families, heard if len(heard) >= _SOUNDS_FROM else plain.key]


def _family(one: int | str) -> str:
    if isinstance(one, str):
        return f"={one}"
    if one < 0:  # of a patronymic, see `Word.families`
        number, son = divmod(1 - one, 2)
        return f"={_family_names()[number - 1]}{'' if son else ' f'}"
    return f"={_family_names()[one - 1]}"


def _pairs(one: Word, other: Word) -> Iterator[str]:
    """Ways to hear two names, in an order of their own: which stood first does not matter."""
    for a, b in islice(product(_sounds(one), _sounds(other)), _MOST_PAIRS):
        yield " ".join(sorted((a, b)))


def _months(birth: PartialDate | None) -> list[str]:
    """The month of birth; where only the year is known, each month of it."""
    if birth is None or birth.circa or birth.until:
        return []
    months = [birth.month] if birth.month else range(1, _MONTHS + 1)
    return [f"{birth.year:04}-{month:02}" for month in months]


def _both_names(reading: NameReading, birth: PartialDate | None) -> Iterator[str]:
    """The first and the last name, and the month of birth."""
    words = _full(reading)
    if len(words) > 1:
        for text in _pairs(words[0], words[-1]):
            for month in _months(birth):
                yield f"names {text} {month}"
    elif len(reading.words) == 1 and words and words[0].rarity >= _RARE_ALONE:
        for month in _months(birth):
            yield f"names {_sounds(words[0])[-1]} {month}"


def _middle_names(reading: NameReading, birth: PartialDate | None) -> Iterator[str]:
    """A middle name in place of the first or the last; or grown together with either."""
    words = _full(reading)
    if len(words) < 3 or birth is None or birth.month is None:
        return
    first, *middle, last = words
    pairs = [(first, w) for w in middle] + [(w, last) for w in middle]
    pairs.append((first, to_word(middle[-1] + last)))
    pairs.append((to_word(first + middle[0]), last))
    for one, other in pairs:
        for month in _months(birth):
            yield f"names {' '.join(sorted((_sounds(one)[0], _sounds(other)[0])))} {month}"


def _initial(reading: NameReading, birth: PartialDate | None) -> Iterator[str]:
    """The initial of the given name: whoever wrote no more, or misspelt the rest."""
    names = _given_and_family(reading.words)
    if names is None or birth is None or birth.month is None:
        return
    given, family = names
    if family.initial or family in _BORNE_BY_MANY:
        return
    yield f"initial {given.text[0]} {_sounds(family)[-1]} {birth.year:04}-{birth.month:02}"


def _misspelt_family(reading: NameReading, birth: PartialDate | None) -> Iterator[str]:
    """The first letters of the family name, and the last: a slip leaves one of them as it is."""
    names = _given_and_family(_full(reading))
    if names is None or birth is None or birth.month is None:
        return
    given, family = names
    if len(family) <= _ENDS:
        return
    for end, letters in (("start", family[:_ENDS]), ("end", family[-_ENDS:])):
        yield f"{end} {_sounds(given)[0]} {letters} {birth.year:04}-{birth.month:02}"


def _other_year(reading: NameReading, birth: PartialDate | None) -> Iterator[str]:
    """The month of birth with a digit of the year left open."""
    names = _given_and_family(_full(reading))
    if names is None or birth is None or birth.month is None:
        return
    given, family = names
    if given.rarity + family.rarity < _RARE_WITHOUT_YEAR:
        return
    year, text = f"{birth.year:04}", next(_pairs(given, family))
    yield f"decade {text} {year[:-1]}x-{birth.month:02}"
    yield f"digit {text} x{year[-1]}-{birth.month:02}"


def _undated(
    reading: NameReading, birth: PartialDate | None, side: Side | None
) -> Iterator[str]:
    """The whole name, where a partner has no birth date.

    Who has one meets only those of the other side who have none.
    """
    words = _full(reading)
    if len(words) < 2 or sum([w.rarity for w in words]) < _RARE_WITHOUT_DATE:
        return
    name = " ".join(sorted(_sounds(w)[0] for w in words))
    if birth is None:
        yield f"undated both {name}"
        if side:
            yield f"undated {side} {name}"
    elif side:
        yield f"undated {'answers' if side == 'asks' else 'asks'} {name}"


_RULES = (_both_names, _initial, _misspelt_family, _middle_names, _other_year)
