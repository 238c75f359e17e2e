"""What stands beside names: birth dates, countries, numbers and addresses of both sides.

What is missing on either side says nothing and is no feature.
"""

import re
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import product

from rapidfuzz.distance import Prefix

from duediligence.matching.names.words import get_word
from duediligence.matching.premises import NEAR, nearest_place, postcode
from duediligence.matching.tables import rows
from duediligence.model import Address, Feature, Identifier, Kind, PartialDate, Place
from duediligence.model import entries as schemes
from duediligence.model.matches import Detail, Verdict
from duediligence.text.dates import month_and_year
from duediligence.text.folding import fold


@dataclass(frozen=True, slots=True)
class Subject:
    """A party to look up: any of its names, and what else is known. Missing never counts against.

    `names` are one or more texts; `countries` are names or ISO codes of nationality,
    registration or residence. One of unknown kind is a person, a firm or, by its name, either, and
    never a ship or an aircraft; with `anything` it may be these too, and its name is read in every
    way, as where somebody looks around in lists. The birth date of one that is `unproven` may be
    somebody else's: it counts where it agrees, and is not compared where it does not. Of a `cell`
    the names may hold more than a name: a firm is found by its whole name within one.
    """

    names: tuple[str, ...]
    kind: Kind = "unknown"
    birth_date: PartialDate | None = None
    countries: tuple[str, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    addresses: tuple[Address, ...] = ()
    anything: bool = False
    unproven: bool = False
    cell: bool = False


# Beyond `about`, which has two years of slack itself, and beyond the ends of a range.
_NEAR_RANGE_YEARS = 2
_FAR_DAYS = 3653  # ten years


def compare_birth_dates(ours: PartialDate, theirs: PartialDate) -> tuple[Verdict, Detail]:
    """Return whether both can be one day (`agree`), and else how they differ.

    `nearly agree` where one slip explains the difference, and the detail says which. Dates that
    `differ` have the detail `more than ten years apart` where they are, else none.
    """
    if ours.compatible(theirs):
        return "agree", ""
    if slip := _describe_date_slip(ours, theirs):
        return "nearly agree", slip
    return "differ", "more than ten years apart" if _days_apart(ours, theirs) > _FAR_DAYS else ""


def digits_swapped(one: str, other: str) -> bool:
    """Return whether two neighbouring characters changed places, and all else is the same."""
    places = [at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b]
    return (
        len(one) == len(other)
        and len(places) == 2
        and places[1] == places[0] + 1
        and (one[places[0]], one[places[1]]) == (other[places[1]], other[places[0]])
    )


def digit_mistyped(one: str, other: str) -> bool:
    """Return whether a single character is another, and all else is the same."""
    return len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) == 1


def _describe_date_slip(a: PartialDate, b: PartialDate) -> Detail:
    if a.circa or b.circa or a.until or b.until:
        if _days_apart(a, b) < 366 * _NEAR_RANGE_YEARS:
            return "just outside the years given"
        return "" if a.until or b.until else _slip_of_digit(f"{a.year}", f"{b.year}")
    if a.year == b.year and a.month == b.month:
        return "another day"
    if _day_for_month(a, b) or _day_for_month(b, a):
        return "day and month swapped"
    if a.day and b.day and a.day != b.day:
        return ""
    if a.month and b.month:
        if abs(12 * (a.year - b.year) + a.month - b.month) == 1:
            return "one month apart"
        if a.year == b.year:
            return _slip_of_digit(f"{a.month:02}", f"{b.month:02}")
        if a.month != b.month:
            return ""
    return (
        "one year apart" if abs(a.year - b.year) == 1 else _slip_of_digit(f"{a.year}", f"{b.year}")
    )


def _day_for_month(a: PartialDate, b: PartialDate) -> bool:
    """Return whether the day of one stands as the month of the other: 5 April, and May or 4 May."""
    return a.year == b.year and a.day == b.month and b.day in (None, a.month)


def _slip_of_digit(one: str, other: str) -> Detail:
    if digits_swapped(one, other):
        return "digits swapped"
    return "digit mistyped" if digit_mistyped(one, other) else ""


def _days_apart(a: PartialDate, b: PartialDate) -> int:
    """Return days between the nearest ends of two dates that cannot be the same day."""
    (a_first, a_last), (b_first, b_last) = a.span(), b.span()
    return max((b_first - a_last).days, (a_first - b_last).days)


@lru_cache(maxsize=4096)
def country_code(text: str) -> str:
    """Return the ISO 3166-1 alpha-2 code for a country's name or code, or an empty string.

    `Russia`, `RUSSIAN FEDERATION`, `ru` and `RUS` are all `RU`; `00` and unknown words are none.
    """
    folded = fold(text)
    alias = _load_country_aliases().get(folded) if folded else ""
    if alias is not None:
        return alias
    # Here, because it takes as long to import as a cold look-up may take altogether.
    import pycountry

    for said in (text.strip(), folded):
        with suppress(LookupError):
            return str(pycountry.countries.lookup(said).alpha_2)
    return ""


@lru_cache(maxsize=1)
def _load_country_aliases() -> dict[str, str]:
    """Return folded names that are not ISO's own; an empty code is a place that says nothing."""
    return {fold(name): code for code, names in rows("countries.tsv") for name in names.split("|")}


# The map from bits to score. What speaks for a match weighs a tenth of what speaks against one:
# names must carry a match, and what stands beside them makes no match of different ones.
AGAINST, FOR = 0.05, 0.0045
# The log-likelihood ratio of each piece of evidence in bits, and what it adds to the score.
_BITS = {of: float(bits) for of, bits, _ in rows("evidence.tsv")}
POINTS = {of: round(bits * (AGAINST if bits < 0 else FOR), 4) for of, bits in _BITS.items()}
WEAK_ALIAS, SAME_NUMBER = POINTS["weak alias"], POINTS["number, same"]
# As much as lies between "very strong" and "strong", which a postcode in common does not make good.
MOST_UNDATED = 0.93

_PAPERS = frozenset((schemes.PASSPORT, schemes.NATIONAL_ID))  # only people have them
# What people call a number that a list gives without a label.
_SCHEMES = dict(rows("schemes.tsv"))


def describe_number_kind(identifier: Identifier) -> str:
    """Return what people call a number of this kind: its publisher's label, else `passport`."""
    return identifier.label or _SCHEMES.get(identifier.scheme, identifier.scheme)


def describe_number(identifier: Identifier) -> str:
    """Return `company number 99001001`."""
    return f"{describe_number_kind(identifier)} {identifier.id}"


# Firms and ships have one such number for life, wherever they are; people renew their papers.
_FOR_LIFE = (schemes.COMPANY, schemes.LEI, schemes.IMO)
COMPARED = (*_FOR_LIFE, schemes.TAX, schemes.REGISTRATION, schemes.NATIONAL_ID, schemes.PASSPORT)
_NUMBERED_FIRMS = {schemes.COMPANY, schemes.REGISTRATION, schemes.OTHER, schemes.TAX}
_LEAST_LENGTH = 5  # a shorter number of an unstated kind is shared by chance


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """What a list entry tells beside its names."""

    birth_dates: tuple[PartialDate, ...] = ()
    countries: tuple[str, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    addresses: tuple[Address, ...] = ()


def weigh_evidence(
    name: str, line: str, query: str, listed: str, verdict: Verdict, personal: bool,
    detail: Detail = "", of: str = "",
) -> Feature:  # fmt: skip
    """Return a piece of evidence with the weight of its line in the table."""
    points, bits = POINTS[line], _BITS[line]
    return Feature(name, query, listed, points, verdict, personal, detail, of, bits=bits)


def identifier_keys(identifier: Identifier) -> list[str]:
    """Return under what an identifier is found: scheme and number, and (for firms) its number
    alone.
    """
    number = plain_number(identifier)
    if not number:
        return []
    keys = [f"{identifier.scheme}:{number}"]
    if identifier.scheme in _NUMBERED_FIRMS and len(number) >= _LEAST_LENGTH:
        keys.append(f"*:{number}")
    return keys


AT_POSTCODE = "postcode:"


def keys_beside(party: Subject | EntryFacts, *, person: bool) -> set[str]:
    """Return under what a party is found beside its names: its numbers, and the postcodes of a
    firm.
    """
    keys = {key for identifier in party.identifiers for key in identifier_keys(identifier)}
    codes = set() if person else set(map(postcode, party.addresses)) - {""}
    return keys.union(f"{AT_POSTCODE}{code}" for code in codes)


def plain_number(identifier: Identifier) -> str:
    """Return the number without blanks, punctuation and leading zeros, in capitals."""
    number = re.sub(r"[^0-9A-Z]", "", identifier.id.upper())
    if identifier.scheme == schemes.IMO:
        number = number.removeprefix("IMO")
    return number.lstrip("0")


def score_identifiers(subject: Subject, facts: EntryFacts, person: bool) -> Feature | None:
    """Score numbers: one in common decides, two that should be the same and differ weigh against.

    Of several the nearest counts: one that may be mistyped before one that is another.
    """
    best: Feature | None = None
    for a, b in product(subject.identifiers, facts.identifiers):
        if _same_number(a, b):
            return _weigh_identifier(a, b, person, "same", "agree")
        if not _are_numbers_comparable(a, b):
            continue
        another = _weigh_identifier(a, b, person, f"another: {_SCHEMES[a.scheme]}", "differ")
        if slip := find_keystroke_slip(plain_number(a), plain_number(b)):
            if best is None or best.verdict == "differ":
                best = _weigh_identifier(a, b, person, "one key off", "nearly agree", slip)
        elif best is None or best.verdict == "differ":
            best = min(filter(None, (best, another)), key=lambda one: one.contribution)
    return best


def _weigh_identifier(
    a: Identifier, b: Identifier, person: bool, how: str, verdict: Verdict, slip: Detail = ""
) -> Feature:
    personal, of = person or b.scheme in _PAPERS, describe_number_kind(b)
    return weigh_evidence("identifier", f"number, {how}", a.id, b.id, verdict, personal, slip, of)


def _same_country(a: Identifier, b: Identifier) -> bool | None:
    """Return whether two numbers are of one country; None where that of either is not known."""
    one, other = country_code(a.country), country_code(b.country)
    return one == other if one and other else None


def _same_number(a: Identifier, b: Identifier) -> bool:
    if plain_number(a) != plain_number(b) or set(identifier_keys(a)).isdisjoint(identifier_keys(b)):
        return False
    return _same_country(a, b) is not False


def _are_numbers_comparable(a: Identifier, b: Identifier) -> bool:
    """Return whether one party would have one number for both."""
    if a.scheme != b.scheme or a.scheme not in COMPARED or plain_number(a) == plain_number(b):
        return False
    return a.scheme in _FOR_LIFE or _same_country(a, b) is True


def find_keystroke_slip(one: str, other: str) -> Detail:
    """Return which slip of one key makes one number of the other; empty where none does."""
    shorter, longer = sorted((one, other), key=len)
    if len(longer) < _LEAST_LENGTH or not shorter:
        return ""
    if len(longer) == len(shorter):
        return _slip_of_digit(one, other)
    at = Prefix.similarity(shorter, longer)
    if shorter[at:] != longer[at + 1 :]:
        return ""
    return "digit doubled" if at and longer[at] == longer[at - 1] else "digit lost"


def birth_date(subject: Subject, facts: EntryFacts, person: bool) -> Feature | None:  # noqa: ARG001
    """Return the best agreement of the birth date with any that the list gives."""
    born = subject.birth_date
    if born is None or not facts.birth_dates:
        return None
    found = [_score_birth_dates(born, listed) for listed in facts.birth_dates]
    # Of dates that differ, the nearest: it is not far away.
    best = max(found, key=lambda feature: (feature.contribution, not feature.detail))
    if subject.unproven and best.verdict != "agree":
        return replace(best, contribution=0.0, verdict="not known", detail="", bits=None)
    return best


def _score_birth_dates(born: PartialDate, listed: PartialDate) -> Feature:
    verdict, detail = compare_birth_dates(born, listed)
    line = f"birth date, {_describe_date_match(born, listed, verdict, detail)}"
    dates = _month_of(born), _month_of(listed)
    return weigh_evidence("birth date", line, *dates, verdict, True, detail)


def _describe_date_match(
    born: PartialDate, listed: PartialDate, verdict: Verdict, detail: Detail
) -> str:
    """Return the line of the table that two dates belong to."""
    if verdict == "agree":
        return f"same {_derive_date_precision(born, listed)}"
    if detail in ("digits swapped", "digit mistyped") and not (born.month and listed.month):
        return "a digit of a year alone"
    if detail in ("another day", "day and month swapped"):
        return "another day"
    return "one slip" if verdict == "nearly agree" else detail or "another"


def _month_of(born: PartialDate) -> str:
    """Return a birth date without its day, which is personal and which no reader needs."""
    if born.month is None:
        return str(born)
    return f"{'about ' if born.circa else ''}{month_and_year(born.year, born.month)}"


def _derive_date_precision(a: PartialDate, b: PartialDate) -> str:
    if a.circa or b.circa or a.until or b.until or a.month is None or b.month is None:
        return "year"
    return "month" if a.day is None or b.day is None else "day"


def score_country(subject: Subject, facts: EntryFacts, person: bool) -> Feature | None:
    """Score countries in common, or none in common."""
    if not subject.countries or not facts.countries:
        return None
    ours, theirs = (set(map(country_code, of.countries)) - {""} for of in (subject, facts))
    if not ours or not theirs:
        return None
    how: Verdict = "agree" if ours & theirs else "differ"
    line = "country, same" if ours & theirs else "country, another"
    left, right = ", ".join(subject.countries), ", ".join(facts.countries)
    return weigh_evidence("country", line, left, right, how, person)


def score_address(subject: Subject, facts: EntryFacts, person: bool) -> Feature | None:
    """Score a postcode or most words of an address in common; differing ones say nothing."""
    if not subject.addresses or not facts.addresses:
        return None
    tell = partial(weigh_evidence, "address", verdict="agree", personal=person)
    for a in subject.addresses:
        code = _closed_up(a.postcode)
        for b in facts.addresses if code else ():
            if code == _closed_up(b.postcode) or code in _closed_up(b.text):
                return tell("address, same postcode", a.text, b.text, of=a.postcode)
    listed = [set(fold(b.text).split()) for b in facts.addresses]
    for a in subject.addresses:
        ours = set(fold(a.text).split())
        for b, theirs in zip(facts.addresses, listed, strict=True):
            shared = ours & theirs
            if len(shared) >= 4 and len(shared) * 4 >= 3 * min(len(ours), len(theirs)):
                return tell("address, most words", a.text, b.text)
    return None


def _closed_up(text: str) -> str:
    return fold(text).replace(" ", "")


_SETTLES = {"birth date": ("weak alias",), "address": ("place", "series")}
_OWN = 0.8  # the weight of a word that tells one firm from others
_DOUBT = 0.01  # what takes away less only puts names in order

EVIDENCE_RULES: tuple[Callable[[Subject, EntryFacts, bool], Feature | None], ...] = (
    score_identifiers, birth_date, score_country, score_address,
)  # fmt: skip


def collect_evidence(
    subject: Subject, facts: EntryFacts, names: Sequence[Feature], *, person: bool, common: bool
) -> list[Feature]:
    """Return all that stands beside the features of the names.

    `person`: it is about a natural person, or may be. `common`: the names are those of many.
    """
    found = [rule(subject, facts, person) for rule in EVIDENCE_RULES]
    near = "not known" if person else nearest_place(subject.addresses, facts.addresses)
    features = [
        _offset_settled_doubt(feature, names, near) for feature in found if feature is not None
    ]
    if common:
        features.append(score_common_name([*names, *features]))
    return features


def _offset_settled_doubt(feature: Feature, names: Sequence[Feature], near: Place) -> Feature:
    """Return what agrees makes good, bit for bit, the doubt that it settles, before it adds
    anything.

    Parties of one address are hardly two branches; a nickname with its birth month is a name. What
    one name has more than the other says little of firms `near` one another that share a word, but
    it may be of a sister company: they are "strong" at most.
    """
    settles = _SETTLES.get(feature.name if feature.name != "address" or feature.of else "", ())
    most = 1.0
    if near in NEAR and "place" in settles and _share_own_word(feature, names, near):
        settles += ("extra words", "one word")
        most = max(feature.contribution, MOST_UNDATED - sum(f.contribution for f in names))
    lost = [f.contribution for f in names if f.name in settles and f.contribution < -_DOUBT]
    good = min(feature.contribution / FOR, -sum(lost) / AGAINST)
    if good <= 0:
        return feature
    value = min(feature.contribution + good * (AGAINST - FOR), most)
    return replace(feature, contribution=round(value, 4))


def _share_own_word(address: Feature, names: Sequence[Feature], near: Place) -> bool:
    """Return whether no word of the names opposes another, and one that agrees tells firms apart.

    Common words do not, nor those of the address: they are shared by whoever is there. Within one
    building it may be spelled otherwise.
    """
    there = {*fold(address.query).split(), *fold(address.listed).split()}
    agreeing = {f.name: f.words for f in names}
    return "differing words" not in agreeing and any(
        (one == other or near == "same premises") and _is_own(one, there) and _is_own(other, there)
        for one, other in agreeing.get("agreeing words", ())
    )


def _is_own(text: str, there: Collection[str]) -> bool:
    return any(w not in there and get_word(w).weight_organisation >= _OWN for w in text.split())


def score_common_name(features: Sequence[Feature]) -> Feature:
    """Return a name of many people: it lowers where neither a birth date nor a number tells them
    apart.
    """
    if any(
        (f.name == "birth date" and f.verdict != "not known")
        or (f.name, f.verdict) == ("identifier", "agree")
        for f in features
    ):
        return Feature("common name", "", "", 0.0, "not known", True)
    most = MOST_UNDATED - sum(f.contribution for f in features)
    undated = weigh_evidence("common name", "common name, undated", "", "", "not known", True)
    return replace(undated, contribution=min(undated.contribution, most))


def most_added(subject: Subject) -> float:
    """Return the most that evidence of this subject, numbers apart, can add to the score of a name.

    What it makes good is no part of it: no name scores more by that than without the doubt.
    """
    return (
        (POINTS["birth date, same day"] if subject.birth_date else 0.0)
        + (POINTS["country, same"] if subject.countries else 0.0)
        + (POINTS["address, same postcode"] if subject.addresses else 0.0)
    )
