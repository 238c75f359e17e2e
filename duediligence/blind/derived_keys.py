"""The keys by which two partners find the parties that both hold, without showing the others.

A key is an exact text, made of what a party's names, numbers and addresses have in common however
they are written. Both sides must make the same keys of the same party, so nothing here depends on
settings: a partner whose `KEYS_VERSION` differs would find next to nothing and is refused.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from duediligence.blind.person_keys import PersonRule, Side, person_texts
from duediligence.matching.evidence import plain_number
from duediligence.matching.names.parties import is_plainly_firm
from duediligence.matching.names.prepared import NameReading, prepare
from duediligence.matching.names.words import Word, keep_consonants, rows
from duediligence.matching.names.words import get_word as to_word
from duediligence.matching.premises import building_key, premises_key
from duediligence.model import Address, Identifier, PartialDate, Party
from duediligence.model.entries import (
    CHARITY_ENGLAND_WALES,
    CHARITY_NORTHERN_IRELAND,
    CHARITY_SCOTLAND,
    COMPANY,
    company_number,
)

KEYS_VERSION: Final = 4  # raise with every change that can change a key: the golden test shows it

KeyKind = (
    Literal[
        "company number",
        "charity number",
        "firm name",
        "firm name as heard",
        "address",
        "building",
    ]
    | PersonRule
)
"""What a key is made of. A kind is one rule, and partners give each a budget of its own."""
KEYS_A_ROW: Final[Mapping[KeyKind, int]] = {
    "company number": 1,
    "charity number": 1,
    "firm name": 1,
    "firm name as heard": 1,
    "names and month": 3,
    "initial and month": 1,
    "misspelt name and month": 2,
    "names and near year": 1,
    "name without date": 1,
    "address": 1,
    "building": 1,
}
"""How many keys of each kind the asker may send about a party, in the order of a file. Of people
the fewest that find 95 % of what the matcher finds: `benchmarks/derived_keys.py` has the curve.
"""
_CHARITIES = frozenset((CHARITY_ENGLAND_WALES, CHARITY_SCOTLAND, CHARITY_NORTHERN_IRELAND))
_MOST_NUMBER = 40  # characters
_MOST_ADDRESS = 100  # characters
_ENOUGH = 0.80  # of the weights of a firm's words: less are words of many firms
_COMMON_WORDS = 3  # make a name though each is a word of many firms
_PLURAL_FROM = 4
_SOUNDS_FROM = 4  # consonants: a word of fewer is known by its vowels too


@dataclass(frozen=True, slots=True)
class DerivedKey:
    """One key of a party: what it is made of, and its text, never empty."""

    kind: KeyKind
    text: str


def organisation_keys(
    names: Iterable[str], identifiers: Iterable[Identifier]
) -> tuple[DerivedKey, ...]:
    """Return the keys of a firm, a charity or another body, numbers first.

    `names` are all names that it has, had or trades under.
    """
    keys = dict.fromkeys(_derive_number_keys(identifiers))
    for name in names:
        for reading in prepare(name, "organisation").organisation:
            keys.update(dict.fromkeys(_firm_names(reading)))
    return tuple(keys)


def person_keys(
    names: Iterable[str], birth: PartialDate | None, side: Side
) -> tuple[DerivedKey, ...]:
    """Return the keys of a person as that side makes them, the strictest of each kind first.

    `names` are all names that the person has or had; of a birth date the day is not used. Without
    one there is a key only for a rare name or one of several words; there may be none.
    """
    return tuple(DerivedKey(*one) for one in person_texts(names, birth, side))


def address_keys(address: Address) -> tuple[DerivedKey, ...]:
    """Return the keys of a UK address: the unit within the building, and the building.

    None where the postcode or the building is not known.
    """
    found = (
        DerivedKey("address", premises_key(address).lower()),
        DerivedKey("building", building_key(address).lower()),
    )
    return tuple(one for one in found if 0 < len(one.text) <= _MOST_ADDRESS)


def keys_of(party: Party, side: Side) -> tuple[DerivedKey, ...]:
    """Return all keys of a party as that side makes them, each once; the asker makes at most
    `KEYS_A_ROW` of a kind.

    One of unknown kind has those of a firm, and where its name may be a person's those of a person
    too. A name that its publisher calls weak gives none.
    """
    names = [name.text for name in party.names if name.strength != "weak"]
    keys: dict[DerivedKey, None] = {}
    if party.kind != "person":
        firms = names if party.kind in ("organisation", "unknown") else []
        keys.update(dict.fromkeys(organisation_keys(firms, party.identifiers)))
    if party.kind in ("person", "unknown"):
        people = [n for n in names if party.kind == "person" or not is_plainly_firm(n)]
        keys.update(dict.fromkeys(person_keys(people, party.birth_date, side)))
        if party.unproven:  # it may be somebody else's: they are met by their name alone, too
            keys.update(dict.fromkeys(person_keys(people, None, side)))
    for address in party.addresses:
        keys.update(dict.fromkeys(address_keys(address)))
    if side == "answers":
        return tuple(keys)
    made: Counter[KeyKind] = Counter()
    for key in tuple(keys):
        made[key.kind] += 1
        if made[key.kind] > KEYS_A_ROW[key.kind]:
            del keys[key]
    return tuple(keys)


def _derive_number_keys(identifiers: Iterable[Identifier]) -> Iterator[DerivedKey]:
    for identifier in identifiers:
        number = plain_number(identifier)
        if identifier.scheme == COMPANY:
            if company := company_number(identifier.id):
                yield DerivedKey("company number", company)
        elif identifier.scheme in _CHARITIES and 0 < len(number) <= _MOST_NUMBER:
            yield DerivedKey("charity number", f"{identifier.scheme} {number}")


def _firm_names(reading: NameReading) -> Iterator[DerivedKey]:
    """Yield all letters, wherever the spaces are; and the words in any order as they sound.

    None of a name that is too common a word; of two that are words of many firms the letters only.
    """
    words = reading.words
    if sum([w.weight_organisation for w in words]) < _ENOUGH:
        return
    yield DerivedKey("firm name", "".join(w.text for w in words))
    if len(words) >= _COMMON_WORDS or not all(w.common_organisation for w in words):
        yield DerivedKey("firm name as heard", " ".join(sorted(map(_firm_word, words))))


def _firm_word(word: Word) -> str:
    """Return a word without its plural, as it sounds; of several of one meaning the first."""
    if word.synonyms:
        return f"={_load_firm_synonyms()[word.synonyms[0] - 1]}"
    if not word.latin:
        return word.text
    key = to_word(word.text.removesuffix("s") if len(word) > _PLURAL_FROM else word.text).key
    heard = keep_consonants(key)
    return heard if len(heard) >= _SOUNDS_FROM else key


@cache
def _load_firm_synonyms() -> list[str]:
    return [row[0].split()[0] for row in rows("organisation_words.tsv")]
