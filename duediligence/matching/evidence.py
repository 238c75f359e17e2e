"""The table of features beyond the name: what each adds to the score, and its sentence.

What is missing on either side says nothing and is no feature.
"""

import re
from calendar import month_name
from collections.abc import Callable
from dataclasses import dataclass

from duediligence.matching.countries import country_code
from duediligence.matching.subject import Subject
from duediligence.matching.text.folding import fold
from duediligence.model import Address, Feature, Identifier, PartialDate, Strength
from duediligence.model.identifiers import (
    COMPANY,
    IMO,
    LEI,
    NATIONAL_ID,
    OTHER,
    PASSPORT,
    REGISTRATION,
    TAX,
)

IDENTIFIER_EQUAL = 0.90
# Firms and ships have one such number for life; people renew their papers.
IDENTIFIER_DIFFERS = {COMPANY: -0.40, LEI: -0.40, IMO: -0.40, TAX: -0.25, REGISTRATION: -0.15,
                      NATIONAL_ID: -0.15, PASSPORT: -0.10}  # fmt: skip
BORN_SAME_DAY, BORN_SAME_MONTH, BORN_SAME_YEAR = 0.06, 0.04, 0.02
BORN_NEARLY, BORN_OTHERWISE = -0.08, -0.35
COUNTRY_AGREES, COUNTRY_DIFFERS = 0.01, -0.04
POSTCODE_AGREES, ADDRESS_AGREES = 0.05, 0.03
WEAK_ALIAS = -0.25
NO_NAME = Feature("agreeing words", "", "", 0.0, "differ", "No word of the names agrees.")

_NUMBERED_FIRMS = frozenset((COMPANY, REGISTRATION, OTHER, TAX))
_LEAST_LENGTH = 5  # a shorter number of an unstated kind is shared by chance


@dataclass(frozen=True, slots=True)
class Facts:
    """What a list entry tells beside its names."""

    birth_dates: tuple[PartialDate, ...] = ()
    countries: tuple[str, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    addresses: tuple[Address, ...] = ()


def identifier_keys(identifier: Identifier) -> list[str]:
    """Under what an identifier is found: scheme and number, and (for firms) its number alone."""
    number = plain_number(identifier)
    if not number:
        return []
    keys = [f"{identifier.scheme}:{number}"]
    if identifier.scheme in _NUMBERED_FIRMS and len(number) >= _LEAST_LENGTH:
        keys.append(f"*:{number}")
    return keys


def plain_number(identifier: Identifier) -> str:
    """The number without blanks, punctuation and leading zeros, in capitals."""
    number = re.sub(r"[^0-9A-Z]", "", identifier.id.upper())
    if identifier.scheme == IMO:
        number = number.removeprefix("IMO")
    return number.lstrip("0")


def _same_number(a: Identifier, b: Identifier) -> bool:
    if plain_number(a) != plain_number(b) or set(identifier_keys(a)).isdisjoint(identifier_keys(b)):
        return False
    one, other = country_code(a.country), country_code(b.country)
    return not one or not other or one == other


def identifiers(subject: Subject, facts: Facts) -> Feature | None:
    """A number in common decides; two that should be the same and differ weigh against."""
    worst: Feature | None = None
    for a in subject.identifiers:
        for b in facts.identifiers:
            if _same_number(a, b):
                told = f"Both have the number {b.id} ({_scheme(b)})."
                return Feature("identifier", a.id, b.id, IDENTIFIER_EQUAL, "agree", told)
            penalty = IDENTIFIER_DIFFERS.get(a.scheme, 0.0)
            if a.scheme != b.scheme or not penalty or plain_number(a) == plain_number(b):
                continue
            one, other = country_code(a.country), country_code(b.country)
            universal = a.scheme in (COMPANY, LEI, IMO)
            if (universal or (one and one == other)) and (
                worst is None or penalty < worst.contribution
            ):
                told = f"The numbers differ ({_scheme(b)}): {a.id} and {b.id}."
                worst = Feature("identifier", a.id, b.id, penalty, "differ", told)
    return worst


def _scheme(identifier: Identifier) -> str:
    return identifier.label or identifier.scheme


def birth_date(subject: Subject, facts: Facts) -> Feature | None:
    """The best agreement of the birth date with any that the list gives."""
    born = subject.birth_date
    if born is None or not facts.birth_dates:
        return None
    best, value = max(
        ((listed, _birth_value(born, listed)) for listed in facts.birth_dates),
        key=lambda pair: pair[1],
    )
    ours, theirs = _month_of(born), _month_of(best)
    if value > 0:
        known = theirs if ours == theirs else f"{ours} and {theirs}"
        told, verdict = f"Birth dates agree as far as known ({known}).", "agree"
    elif ours == theirs:
        told, verdict = f"Birth dates nearly agree: another day of {ours}.", "differ"
    elif value == BORN_NEARLY:
        told, verdict = f"Birth dates nearly agree ({ours} and {theirs}).", "differ"
    else:
        told, verdict = f"Birth dates differ ({ours} and {theirs}).", "differ"
    return Feature("birth date", ours, theirs, value, verdict, told)  # type: ignore[arg-type]


def _month_of(born: PartialDate) -> str:
    """A birth date without its day, which is personal and which no reader needs."""
    if born.month is None:
        return str(born)
    return f"{'about ' if born.circa else ''}{month_name[born.month]} {born.year}"


def _birth_value(a: PartialDate, b: PartialDate) -> float:
    if a.compatible(b):
        if a.circa or b.circa or a.until or b.until or a.month is None or b.month is None:
            return BORN_SAME_YEAR
        return BORN_SAME_MONTH if a.day is None or b.day is None else BORN_SAME_DAY
    if abs(a.year - b.year) <= 1 and (a.month is None or b.month is None):
        return BORN_NEARLY
    swapped = (a.month, a.day) == (b.day, b.month) or a.month == b.month
    if a.year == b.year and a.day and b.day and swapped:
        return BORN_NEARLY
    if a.month == b.month and a.day == b.day and a.month and abs(a.year - b.year) <= 1:
        return BORN_NEARLY
    return BORN_OTHERWISE


def country(subject: Subject, facts: Facts) -> Feature | None:
    """Countries in common, or none in common."""
    if not subject.countries or not facts.countries:
        return None
    ours = {code for code in map(country_code, subject.countries) if code}
    theirs = {code for code in map(country_code, facts.countries) if code}
    if not ours or not theirs:
        return None
    left, right = ", ".join(subject.countries), ", ".join(facts.countries)
    if ours & theirs:
        told = f"Countries agree ({right})."
        return Feature("country", left, right, COUNTRY_AGREES, "agree", told)
    told = f"Countries differ ({left} and {right})."
    return Feature("country", left, right, COUNTRY_DIFFERS, "differ", told)


def address(subject: Subject, facts: Facts) -> Feature | None:
    """A postcode or most words of an address in common; differing addresses say nothing."""
    for a in subject.addresses:
        for b in facts.addresses:
            code = fold(a.postcode).replace(" ", "")
            if code and (
                code == fold(b.postcode).replace(" ", "") or code in fold(b.text).replace(" ", "")
            ):
                told = f"Postcodes agree ({a.postcode})."
                return Feature("address", a.text, b.text, POSTCODE_AGREES, "agree", told)
    for a in subject.addresses:
        ours = set(fold(a.text).split())
        for b in facts.addresses:
            theirs = set(fold(b.text).split())
            shared = ours & theirs
            if len(shared) >= 4 and len(shared) * 4 >= 3 * min(len(ours), len(theirs)):
                told = "Most words of the addresses agree."
                return Feature("address", a.text, b.text, ADDRESS_AGREES, "agree", told)
    return None


EVIDENCE_RULES: tuple[Callable[[Subject, Facts], Feature | None], ...] = (
    identifiers, birth_date, country, address,
)  # fmt: skip


def weak_alias(strength: Strength, listed: str) -> Feature | None:
    """A name that the publisher itself calls weak never makes a possible match alone."""
    if strength != "weak":
        return None
    told = "The publisher calls this a weak alias."
    return Feature("weak alias", "", listed, WEAK_ALIAS, "not known", told)


def most_added(subject: Subject) -> float:
    """The most that evidence of this subject, numbers apart, can add to the score of a name."""
    return (
        (BORN_SAME_DAY if subject.birth_date else 0.0)
        + (COUNTRY_AGREES if subject.countries else 0.0)
        + (POSTCODE_AGREES if subject.addresses else 0.0)
    )
