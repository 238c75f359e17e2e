"""What two spellings of one person's name and birth date have in common, as exact texts.

Partners compare keys blindly, so keys meet exactly or not at all. Each rule below forgives one kind
of difference. A key is made only where two people would seldom share it by chance: the commoner
the names, the more of them and of the birth date a key must hold.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import islice, product, zip_longest
from typing import Final, Literal

from duediligence.matching.names.prepared import NameReading, prepare
from duediligence.matching.names.words import Word, keep_consonants, rows
from duediligence.matching.names.words import get_word as to_word
from duediligence.model import PartialDate

MOST_KEYS: Final = 36  # a person: each costs the answerer a multiplication
Side = Literal["asks", "answers"]
PersonRule = Literal[
    "names and month",
    "initial and month",
    "misspelt name and month",
    "names and near year",
    "name without date",
]
_MONTHS = 12
_SOUNDS_FROM = 3  # consonants: a word of fewer is known by its vowels too
_ENDS = 3  # letters of a family name that one slip elsewhere leaves as they are
_MOST_PAIRS = 3  # of the ways to hear two names
# How rare names must be together (see `Word.rarity`) for a key that leaves a year or a date open.
_RARE_WITHOUT_YEAR = 1.5
_RARE_WITHOUT_DATE = 1.9
# Common within a community: one name beside them tells few people apart. By hand: the counts of
# words are those of lists and of British families.
_BORNE_BY_MANY = frozenset("singh kaur begum bibi khatun nguyen tran kim".split())


def person_texts(
    names: Iterable[str], birth: PartialDate | None, side: Side
) -> tuple[tuple[PersonRule, str], ...]:
    """Return the rule and the text of each key of a person, the strictest first: `MOST_KEYS` at
    most.

    `names` are all names that the person has or had. Empty where nothing tells the person apart.
    `side` is which partner makes the keys: where one has no birth date, two records meet only
    where the other side has one, since otherwise any two of one name would meet whose dates
    differ.
    """
    readings = [reading for name in names for reading in prepare(name, "person").person]
    dated = birth is not None and not (birth.circa or birth.until)
    made: list[tuple[PersonRule, str]] = []
    if birth and dated and birth.month is None:
        return tuple(
            ("names and month", text)
            for one in readings[:1]
            for text in _any_month(one, birth.year)
        )
    if birth and dated:
        month = f"{birth.year:04}-{birth.month:02}"
        for kind, rule in _RULES:
            made += [(kind, text) for text in _in_turn(rule(one, month) for one in readings)]
        near = (_other_year(one, month, side) for one in readings)
        made += [("names and near year", text) for text in _in_turn(near)]
    undated = ["asks"] if side == "answers" or not dated else []
    if (side == "asks") == dated:
        undated.append("answers")
    made += [
        ("name without date", f"{one} {name}")
        for name in _in_turn(map(_derive_rare_names, readings))
        for one in undated
    ]
    return tuple(dict.fromkeys(made))[:MOST_KEYS]


def _in_turn(of_names: Iterable[Iterator[str]]) -> list[str]:
    """Return the first text of each name, then the second: who has many names keeps something of
    each.
    """
    return [text for texts in zip_longest(*of_names) for text in texts if text is not None]


def _list_full_words(reading: NameReading) -> list[Word]:
    """Return the words of a name that are no initials."""
    return [w for w in reading.words if not w.initial]


def _guess_name_roles(words: Sequence[Word]) -> list[tuple[Word, Word]]:
    """Return which word may be the given name, and which the family name; of two ways the likelier
    first.

    Forms often have the family name first; a known given name that ends a name shows it, unless
    it is a family name too.
    """
    if len(words) < 2:
        return []
    first, last = words[0], words[-1]
    if last.initial:
        return [(last, first)]
    if not first.initial and last in _given_names() and first not in _given_names():
        return [(first, last), (last, first)]
    return [(first, last)]


@cache
def _given_names() -> frozenset[str]:
    families = [row[0] for row in rows("name_families.tsv") if row[-1] == "given"]
    return frozenset(form for forms in families for form in forms.split())


@cache
def _family_names() -> list[str]:
    return [row[0].split()[0] for row in rows("name_families.tsv")]


def _sounds(word: Word) -> list[str]:
    """Return what usual spellings of a word have in common: its name families, and its
    consonants.
    """
    families = [_format_name_family(one) for one in word.families]
    if word.syllable and families:
        return families
    if word.stripped and to_word(word.stripped).known:  # O'Brien, Brien; Alassad, Assad
        word = to_word(word.stripped)
    heard = keep_consonants(word.key) if word.latin else word.text
    return [*families, heard if len(heard) >= _SOUNDS_FROM else word.key]


def _format_name_family(one: int | str) -> str:
    """Return a name family by its first form, which stays where a line is added to the table."""
    if isinstance(one, str):
        return f"={one}"
    if one < 0:  # of a patronymic, see `Word.families`
        number, son = divmod(-one, 2)
        return f"={_family_names()[number - 1]} {'son' if son else 'daughter'}"
    return f"={_family_names()[one - 1]}"


def _pair_word_sounds(one: Word, other: Word) -> Iterator[str]:
    """Yield ways to hear two names, in an order of their own: which stood first does not matter."""
    for a, b in islice(product(_sounds(one), _sounds(other)), _MOST_PAIRS):
        yield _in_order((a, b))


def _sum_word_rarity(words: Iterable[Word]) -> float:
    return sum([w.rarity for w in words if w not in _BORNE_BY_MANY])


def _in_order(sounds: Iterable[str]) -> str:
    return " ".join(sorted(sounds))


def _both_names(reading: NameReading, month: str) -> Iterator[str]:
    """Yield the first and the last name; of who has one name only, that."""
    words = _list_full_words(reading)
    if len(words) > 1:
        for text in islice(_pair_word_sounds(words[0], words[-1]), 1):
            yield f"{text} {month}"
    elif len(reading.words) == 1 and words:
        yield f"{_sounds(words[0])[-1]} {month}"


def _heard_names(reading: NameReading, month: str) -> Iterator[str]:
    """Yield the other ways to hear the first and the last name."""
    words = _list_full_words(reading)
    if len(words) > 1:
        for text in islice(_pair_word_sounds(words[0], words[-1]), 1, None):
            yield f"{text} {month}"


def _any_month(reading: NameReading, year: int) -> Iterator[str]:
    """As `_both_names` for each month of a year: whoever has the month needs no further key."""
    for month in range(1, _MONTHS + 1):
        yield from _both_names(reading, f"{year:04}-{month:02}")


def _middle_names(reading: NameReading, month: str) -> Iterator[str]:
    """Yield a middle name in place of the first or the last; or grown together with the last."""
    words = _list_full_words(reading)
    if len(words) < 3:
        return
    first, *middle, last = words
    pairs = [(first, w) for w in middle] + [(w, last) for w in middle]
    pairs.append((first, to_word(middle[-1] + last)))
    for pair in pairs:
        yield f"{_in_order(_sounds(w)[0] for w in pair)} {month}"


def _derive_initial_keys(reading: NameReading, month: str) -> Iterator[str]:
    """Yield the initial of the given name: whoever wrote no more, or misspelt the rest."""
    for given, family in _guess_name_roles(reading.words):
        if not family.initial and family not in _BORNE_BY_MANY:
            yield f"{given.text[0]} {_sounds(family)[-1]} {month}"


def _misspelt_family(reading: NameReading, month: str) -> Iterator[str]:
    """Yield the first letters of the family name, and the last: a slip leaves one of them as it
    is.
    """
    for given, family in _guess_name_roles(_list_full_words(reading)):
        if len(family) > _ENDS and family not in _BORNE_BY_MANY:
            for end, letters in (("start", family[:_ENDS]), ("end", family[-_ENDS:])):
                yield f"{end} {_sounds(given)[0]} {letters} {month}"


def _other_year(reading: NameReading, month: str, side: Side) -> Iterator[str]:
    """Yield the names for which a year is forgiven: with the month as it is, and at the side that
    answers with each year for which it may be mistaken. None of names that are common.

    Names of syllables, as East Asian ones are, are shared by many.
    """
    words = _list_full_words(reading)
    if reading.syllables:
        return
    named = [words[0], words[-1]] if len(words) > 1 else []
    if _sum_word_rarity(named) < _RARE_WITHOUT_YEAR:
        named = words
    if len(named) < 2 or _sum_word_rarity(named) < _RARE_WITHOUT_YEAR:
        return
    text, year = _in_order(_sounds(w)[0] for w in named), int(month[:4])
    rare = any(_derive_rare_names(reading))
    for one in [year] if side == "asks" else _list_near_years(year, rare=rare):
        yield f"{text} {one:04}{month[4:]}"


def _list_near_years(year: int, *, rare: bool) -> list[int]:
    """Return the years for which one may be mistaken: another last digit, the year before or after,
    both last digits swapped; of a rare name another decade.
    """
    century, tens, units = year // 100, year // 10 % 10, year % 10
    near = {year - units + one for one in range(10)}
    near |= {year - 1, year + 1, century * 100 + units * 10 + tens}
    if rare:
        near |= {century * 100 + one * 10 + units for one in range(10)}
    return sorted(near - {year})


def _derive_rare_names(reading: NameReading) -> Iterator[str]:
    """Yield a whole name that tells who is meant though no date does.

    One of three words, or of two with a family name that is no known name. That a name was not
    counted does not make it rare: the counts hold few African and Asian names. Names of syllables
    are shared by many.
    """
    words = _list_full_words(reading)
    if reading.syllables:
        return
    if len(words) > 2 and _sum_word_rarity(words) >= _RARE_WITHOUT_DATE:
        yield _in_order(_sounds(w)[0] for w in words)
    for pair in _guess_name_roles(words):
        _, family = pair
        if not family.known and _sum_word_rarity(pair) >= _RARE_WITHOUT_YEAR:
            yield _in_order(_sounds(w)[0] for w in pair)


_RULES: Sequence[tuple[PersonRule, Callable[[NameReading, str], Iterator[str]]]] = (
    ("names and month", _both_names),
    ("initial and month", _derive_initial_keys),
    ("misspelt name and month", _misspelt_family),
    ("names and month", _middle_names),
    ("names and month", _heard_names),
)
