"""What two spellings of one person's name and birth date have in common, as exact texts.

Partners compare keys blindly, so keys meet exactly or not at all. Each rule below forgives one kind
of difference. A key is made only where two people would seldom share it by chance: the commoner
the names, the more of them and of the birth date a key must hold.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice, product, zip_longest
from typing import Final, Literal

from duediligence.matching.names.prepared import NameReading, prepare
from duediligence.matching.names.words import Word, keep_consonants, rows
from duediligence.matching.names.words import get_word as to_word
from duediligence.model import PartialDate

MOST_KEYS: Final = 16  # a person: each costs both sides a multiplication, and adds false hits
Side = Literal["asks", "answers"]
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
    names: Iterable[str], birth: PartialDate | None, side: Side | None = None
) -> tuple[str, ...]:
    """Return the texts of a person's keys, the strictest first, `MOST_KEYS` at most.

    `names` are all names that the person has or had. Empty where nothing tells the person apart.
    `side` is which partner makes the keys: only with it do people meet where one side has no
    birth date, since otherwise any two of one name would meet whose dates differ.
    """
    readings = [reading for name in names for reading in prepare(name, "person").person]
    if birth is None or birth.circa or birth.until:
        texts = _in_turn(_derive_undated_keys(one, side) for one in readings)
    elif birth.month is None:
        texts = [text for one in readings[:1] for text in _any_month(one, birth.year)]
    else:
        month = f"{birth.year:04}-{birth.month:02}"
        texts = [text for rule in _RULES for text in _in_turn(rule(one, month) for one in readings)]
        texts += _in_turn(_derive_dated_keys(one, side) for one in readings)
    return tuple(dict.fromkeys(texts))[:MOST_KEYS]


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
        number, daughter = divmod(1 - one, 2)
        return f"={_family_names()[number - 1]} {'daughter' if daughter else 'son'}"
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
        for text in _pair_word_sounds(words[0], words[-1]):
            yield f"names {text} {month}"
    elif len(reading.words) == 1 and words:
        yield f"name {_sounds(words[0])[-1]} {month}"


def _any_month(reading: NameReading, year: int) -> Iterator[str]:
    """As `_both_names` for each month of a year: whoever has the month needs no further key."""
    for month in range(1, _MONTHS + 1):
        yield from islice(_both_names(reading, f"{year:04}-{month:02}"), 1)


def _middle_names(reading: NameReading, month: str) -> Iterator[str]:
    """Yield a middle name in place of the first or the last; or grown together with the last."""
    words = _list_full_words(reading)
    if len(words) < 3:
        return
    first, *middle, last = words
    pairs = [(first, w) for w in middle] + [(w, last) for w in middle]
    pairs.append((first, to_word(middle[-1] + last)))
    for pair in pairs:
        yield f"names {_in_order(_sounds(w)[0] for w in pair)} {month}"


def _derive_initial_keys(reading: NameReading, month: str) -> Iterator[str]:
    """Yield the initial of the given name: whoever wrote no more, or misspelt the rest."""
    for given, family in _guess_name_roles(reading.words):
        if not family.initial and family not in _BORNE_BY_MANY:
            yield f"initial {given.text[0]} {_sounds(family)[-1]} {month}"


def _misspelt_family(reading: NameReading, month: str) -> Iterator[str]:
    """Yield the first letters of the family name, and the last: a slip leaves one of them as it
    is.
    """
    for given, family in _guess_name_roles(_list_full_words(reading)):
        if len(family) > _ENDS and family not in _BORNE_BY_MANY:
            for end, letters in (("start", family[:_ENDS]), ("end", family[-_ENDS:])):
                yield f"{end} {_sounds(given)[0]} {letters} {month}"


def _other_year(reading: NameReading, month: str) -> Iterator[str]:
    """Yield the year with one digit mistyped, or two swapped: of names that are not common.

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
    text = _in_order(_sounds(w)[0] for w in named)
    century, tens, units, rest = month[:2], month[2], month[3], month[4:]
    yield f"year {text} {century}{tens}x{rest}"
    if units == "9":  # the year after is of the next decade
        yield f"year {text} {int(month[:3]) + 1:03}x{rest}"
    if tens != units:
        yield f"year {text} {century}{_in_order((tens, units))}{rest}"
    if any(_derive_rare_names(reading)):
        yield f"year {text} {century}x{units}{rest}"


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


def _derive_undated_keys(reading: NameReading, side: Side | None) -> Iterator[str]:
    """Match people without a birth date with those without one, and with all of the other side."""
    for name in _derive_rare_names(reading):
        yield f"undated both {name}"
        if side:
            yield f"undated {side} {name}"


def _derive_dated_keys(reading: NameReading, side: Side | None) -> Iterator[str]:
    """Match people with a birth date only with those of the other side who have none."""
    for name in _derive_rare_names(reading):
        if side:
            yield f"undated {'answers' if side == 'asks' else 'asks'} {name}"


_RULES = (_both_names, _derive_initial_keys, _misspelt_family, _middle_names, _other_year)
