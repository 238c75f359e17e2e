"""Listed parties with a slip in a birth date or a number: are they still shown?

Every person on the lists of the shared data whose name is not common and whose birth date is
known is looked up by the exact listed name, with year and month as Companies House gives them and
one slip; so is every one of three words or more, common or not. Every weak alias of two words or
more is looked up with the birth month. Every person and firm with a number is looked up by the
exact name with the number one key off, and with another number altogether. Shown means that the
entry is among the matches.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from names import ALL_LISTS, entries
from origins import common

from duediligence.matching import Index, Subject
from duediligence.matching.evidence import COMPARED
from duediligence.model import Identifier, ListEntry, PartialDate

LIMIT = 50
Case = tuple[ListEntry, Subject]
Slip = Callable[[PartialDate, random.Random], PartialDate | None]
KeySlip = Callable[[str, int, random.Random], str]


def _month_of(born: PartialDate, chance: random.Random) -> int:
    return born.month or chance.randrange(1, 13)


def month_later(born: PartialDate, _: random.Random) -> PartialDate | None:
    if born.month is None:
        return None
    return PartialDate(born.year + born.month // 12, born.month % 12 + 1)


def month_earlier(born: PartialDate, _: random.Random) -> PartialDate | None:
    if born.month is None:
        return None
    return PartialDate(born.year - (born.month == 1), (born.month - 2) % 12 + 1)


def month_mistyped(born: PartialDate, chance: random.Random) -> PartialDate | None:
    if born.month is None:
        return None
    near = [10, 11, 12] if born.month > 9 else list(range(1, 10))
    return PartialDate(born.year, chance.choice([m for m in near if m != born.month]))


def day_for_month(born: PartialDate, _: random.Random) -> PartialDate | None:
    if not born.day or born.day > 12 or born.day == born.month:
        return None
    return PartialDate(born.year, born.day)


def year_later(born: PartialDate, chance: random.Random) -> PartialDate | None:
    return PartialDate(born.year + 1, _month_of(born, chance))


def year_earlier(born: PartialDate, chance: random.Random) -> PartialDate | None:
    return PartialDate(born.year - 1, _month_of(born, chance))


def last_digits_swapped(born: PartialDate, chance: random.Random) -> PartialDate | None:
    tens, units = divmod(born.year % 100, 10)
    if tens == units or born.until:  # of a range no year was typed
        return None
    return PartialDate(born.year // 100 * 100 + 10 * units + tens, _month_of(born, chance))


def units_mistyped(born: PartialDate, chance: random.Random) -> PartialDate | None:
    if born.until:
        return None
    digit = chance.choice([n for n in range(10) if n != born.year % 10])
    return PartialDate(born.year // 10 * 10 + digit, _month_of(born, chance))


def tens_mistyped(born: PartialDate, chance: random.Random) -> PartialDate | None:
    if born.until:
        return None
    tens = born.year // 10 % 10
    digit = chance.choice([n for n in range(10) if n != tens])
    return PartialDate(born.year + 10 * (digit - tens), _month_of(born, chance))


def outside_about_or_range(born: PartialDate, chance: random.Random) -> PartialDate | None:
    if not born.circa and not born.until:
        return None
    return PartialDate((born.until or born.year) + 2 * born.circa + 1, chance.randrange(1, 13))


def another_date_within_ten_years(born: PartialDate, chance: random.Random) -> PartialDate | None:
    """No slip, except by chance: shown at low severity."""
    month = (_month_of(born, chance) + 4) % 12 + 1
    return PartialDate(born.year + chance.randrange(4, 9), month)


DATE_SLIPS: tuple[Slip, ...] = (
    month_later, month_earlier, month_mistyped, day_for_month, year_later, year_earlier,
    last_digits_swapped, units_mistyped, tens_mistyped, outside_about_or_range,
    another_date_within_ten_years,
)  # fmt: skip


def lost(number: str, at: int, _: random.Random) -> str:
    return number[:at] + number[at + 1 :]


def doubled(number: str, at: int, _: random.Random) -> str:
    return number[:at] + number[at] + number[at:]


def swapped(number: str, at: int, _: random.Random) -> str:
    return number[: at - 1] + number[at] + number[at - 1] + number[at + 1 :]


def mistyped(number: str, at: int, chance: random.Random) -> str:
    return number[:at] + chance.choice("0123456789") + number[at + 1 :]


def another(number: str, _: int, chance: random.Random) -> str:
    return "".join(chance.choice("123456789") for _ in number)


KEY_SLIPS: tuple[KeySlip, ...] = (lost, doubled, swapped, mistyped, another)


def _dated(listed: Sequence[ListEntry], slip: Slip) -> Iterator[Case]:
    chance = random.Random(slip.__name__)
    for entry in listed:
        # By chance the slip of one date may be another that the list gives.
        for born in entry.birth_dates[:1]:
            if (wrong := slip(born, chance)) and not any(
                wrong.compatible(date) for date in entry.birth_dates
            ):
                yield entry, Subject((entry.name,), "person", wrong)


def _numbered(listed: Sequence[ListEntry], slip: KeySlip, kind: str) -> Iterator[Case]:
    chance = random.Random(slip.__name__)
    for entry in listed:
        number = next(
            (i for i in entry.identifiers if i.scheme in COMPARED and len(i.id) > 5), None
        )
        if entry.kind == kind and number:
            wrong = slip(number.id, chance.randrange(2, len(number.id)), chance)
            if wrong != number.id:
                given: Identifier = replace(number, id=wrong)
                yield entry, Subject((entry.name,), entry.kind, identifiers=(given,))


def weak_aliases(listed: Sequence[ListEntry]) -> Iterator[Case]:
    """Every weak alias of two words or more, with the month in which the party was born."""
    for entry in listed:
        born = next((date for date in entry.birth_dates if date.month), None)
        if entry.kind == "person" and born:
            for name in entry.names:
                if name.strength == "weak" and len(name.text.split()) > 1:
                    yield entry, Subject((name.text,), "person", PartialDate(born.year, born.month))


def of_three_words(listed: Sequence[ListEntry]) -> list[list[Case]]:
    """For each slip of a birth date every person whose name has three words or more."""
    people = [e for e in listed if e.kind == "person" and len(e.name.split()) > 2]
    return [cases for slip in DATE_SLIPS[:-1] if (cases := list(_dated(people, slip)))]


def rows(count: int) -> dict[str, dict[str, float]]:
    """What is shown of `count` parties with each slip at most, by sort of slip.

    Of the slips of one sort the least share shown.
    """
    listed = [entry for list_id in ALL_LISTS for entry in entries(list_id)]
    index = Index.build(listed)
    rare = [e for e in listed if e.kind != "person" or not common(e.name)]
    people = [e for e in rare if e.kind == "person" and e.birth_dates]
    draw = random.Random("slips")
    *slips, otherwise = DATE_SLIPS
    found = {
        "birth date, one slip": [list(_dated(people, slip)) for slip in slips],
        "birth date, another within ten years": [list(_dated(people, otherwise))],
    }
    found["birth date, one slip, any name of three words"] = of_three_words(listed)
    found["weak alias of two words, birth month"] = [list(weak_aliases(listed))]
    *key_slips, other = KEY_SLIPS
    for kind, title in (("person", "number of a person"), ("organisation", "number of a firm")):
        found[f"{title}, one key off"] = [list(_numbered(rare, s, kind)) for s in key_slips]
        found[f"{title}, another"] = [list(_numbered(rare, other, kind))]
    return {
        title: shown(index, [draw.sample(cases, min(count, len(cases))) for cases in of_slips])
        for title, of_slips in found.items()
    }


def shown(index: Index, of_slips: Sequence[Sequence[Case]]) -> dict[str, float]:
    """The least share shown of the cases of each slip, and the most at low severity."""
    shares: list[tuple[float, float]] = []
    for cases in of_slips:
        found = index.search_many([s for _, s in cases], limit=LIMIT, namesakes=True)
        told: Counter[str] = Counter()
        for (entry, _), matches in zip(cases, found, strict=True):
            own = [m for m in matches if (m.entry_id, m.list_id) == (entry.id, entry.list_id)]
            told["shown"] += any(not m.set_aside for m in own)
            told["low"] += any(m.otherwise_born and not m.set_aside for m in own)
        shares.append((told["shown"] / len(cases), told["low"] / len(cases)))
    return {
        "tried": sum(map(len, of_slips)),
        "shown": min(share for share, _ in shares),
        "at low severity": max(low for _, low in shares),
    }
