"""Whether an event is recent enough to count under a ground, with the working in words."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from duediligence.errors import UsageError
from duediligence.law.grounds import Ground, Limb
from duediligence.model.circumstances import DayOf
from duediligence.text.dates import long_date, months_after, months_between

Sch7Years = Literal[3, 5]

# The Act as revised to 1 April 2026. Sch 7 para 15(2) is about paras 5 to 11, 12(1) and (2), 12(4)
# for a breach, and 13.
UNSETTLED = (
    'How far it looks back is open: Sch 7 para 15(2), as published on 1 April 2026, prints "the '
    'three-year period ending with the date on which the determination is made" beside five years '
    "in para 15(1). Have your lawyers confirm which before you rely on it."
)
TOO_OLD = "it may be too old for this ground"
# What no reading takes away, and what a letter must keep to.
SHORTER: Sch7Years = 3
_NOT_BEFORE = {
    "event": "it cannot have been known before it happened",
    "conviction": "it cannot have been known before it happened",
    "offence": "nothing about it can have come earlier",
}
_VERDICT = {True: "inside", False: "outside", None: "cannot be determined"}


@dataclass(frozen=True, slots=True)
class LookBack:
    """`inside` is None where it cannot be known: such an event is never set aside."""

    inside: bool | None
    working: str


def look_back(
    ground: Ground,
    event_date: date | None,
    known_date: date | None,
    on: date,
    *,
    sch7_years: Sch7Years = 5,
    limb: str = "",
    day_of: DayOf = "event",
) -> LookBack:
    """Return whether an event falls inside the look-back of a determination made on the day `on`.

    Procurement Act 2023 Sch 6 para 44 counts from the event (for an offence, the conviction), Sch 7
    para 15 from `known_date`, when a reasonably informed authority could first have been aware.
    `day_of` says what `event_date` is the day of: of an `offence` whose conviction is not dated,
    which came no earlier; of a `decision` about an event that is not dated, which came no later.
    `sch7_years` settles the grounds that are `unsettled`; 5 is the wider. Where limbs differ and
    `limb` is not given, the answer is None unless all limbs agree. The first day of a period counts
    as inside, also where the Act may mean the day after. Raises UsageError for an unknown limb.
    """
    parts = _select_limbs(ground, limb)
    day, what, wanting = _select_counted_day(ground, event_date, known_date, on, day_of)
    if day is None:
        return LookBack(None, f"{wanting}: cannot be determined.")
    since = (
        f"{what.capitalize()} of {long_date(day)} is {_format_time_span(day, on)} {long_date(on)}"
    )
    other: Sch7Years = 3 if sch7_years == 5 else 5
    verdicts, otherwise = (
        [
            _is_within_period(part, day, on, years, _list_possible_answers(ground, what, wanting))
            for part in parts
        ]
        for years in (sch7_years, other)
    )
    warning = ""
    if any(part.unsettled for part in parts):
        contested = f"; {TOO_OLD}" if False in (*verdicts, *otherwise) else ""
        warning = f" With {other} years: {_by_verdict(parts, otherwise)}{contested}. {UNSETTLED}"
    if len(set(verdicts)) > 1:
        depends = f"it depends on the limb: {_by_verdict(parts, verdicts)}."
        return LookBack(None, f"{since}; {depends}{warning}")
    inside = verdicts[0]
    if inside and wanting:
        wanting = _NOT_BEFORE[what]
    # The limb that is hardest to meet, or to miss, speaks for all.
    part = (max if inside else min)(parts, key=lambda one: _find_period_start(one, on, sch7_years))
    words = f"{since}; {_format_look_back_rule(ground, part, sch7_years)}"
    if wanting and inside is not False:
        words += f", and {wanting}" if inside else f"; {wanting}"
    return LookBack(inside, f"{words}: {_VERDICT[inside]}.{warning}")


def _select_limbs(ground: Ground, limb: str) -> tuple[Limb, ...]:
    if not ground.limbs and not limb:
        own = Limb(
            limb="",
            name=ground.name,
            years=ground.years,
            unsettled=ground.unsettled,
            floor=ground.floor,
        )
        return (own,)
    found = tuple(part for part in ground.limbs if limb in ("", part.limb))
    if not found:
        known = ", ".join(part.limb for part in ground.limbs) or "none"
        raise UsageError(f"{ground.code} has no limb {limb!r}", hint=f"Valid limbs: {known}.")
    return found


def _is_within_period(
    part: Limb, day: date, on: date, sch7_years: Sch7Years, settled: tuple[bool, ...]
) -> bool | None:
    """Return whether the day is within the period, None where that is not known.

    `settled` are the answers that `day` can give: it may not be the day that counts.
    """
    inside = day >= _find_period_start(part, on, sch7_years)
    return inside if inside in settled else None


def _list_possible_answers(ground: Ground, what: str, wanting: str) -> tuple[bool, ...]:
    """Return what can be known from the day of `what`, where the day that counts is wanting.

    That day is never before an event, conviction or offence. An event is never after the decision
    about it, but may have become known at any time.
    """
    if not wanting:
        return (True, False)
    if what == "decision":
        return (False,) if ground.runs_from == "event" else ()
    return (True,)


def _format_look_back_rule(ground: Ground, part: Limb, sch7_years: Sch7Years) -> str:
    years = sch7_years if part.unsettled else part.years
    beyond = f" and not beyond {long_date(part.floor)}" if part.floor else ""
    if not years:
        return f"{ground.look_back_by} sets no number of years"
    return f"{ground.look_back_by} looks back {years} years{beyond}"


def _by_verdict(parts: tuple[Limb, ...], verdicts: list[bool | None]) -> str:
    if len(set(verdicts)) == 1:
        return _VERDICT[verdicts[0]]
    said = [
        f"{_VERDICT[verdict]} for "
        + ", ".join(
            f"({part.limb}) {part.name}"
            for part, one in zip(parts, verdicts, strict=True)
            if one is verdict
        )
        for verdict in (True, False, None)
        if verdict in verdicts
    ]
    return "; ".join(said)


def _select_counted_day(
    ground: Ground, event_date: date | None, known_date: date | None, on: date, day_of: DayOf
) -> tuple[date | None, str, str]:
    """Return the best day there is to count from, what it is a day of, and what is wanting or
    wrong.
    """
    if event_date and event_date > on:
        return (
            None,
            "",
            f"The {day_of} of {long_date(event_date)} is after {long_date(on)}, check the date",
        )
    counted = "conviction" if day_of in ("conviction", "offence") else "event"
    if ground.runs_from == "event":
        if event_date:
            wanting = "" if day_of == counted else f"the date of the {counted} is missing"
            return event_date, day_of, wanting
        if known_date:
            known = f"The record says that it became known on {long_date(known_date)}"
            return None, "", f"{known}, but not the date of the {counted}"
        return None, "", f"The record does not have the date of the {counted}"
    if known_date is None:
        if event_date is None:
            neither = "The record does not say when it happened or could first have been known"
            return None, "", neither
        if day_of == "decision":
            return event_date, day_of, "it may have been known before the decision, or only later"
        return event_date, day_of, "the date it could first have been known is missing"
    if known_date > on:
        return (
            None,
            "",
            f"Known from {long_date(known_date)}, after {long_date(on)}, check the dates",
        )
    # What is decided about may well have been known before.
    if event_date and known_date < event_date and day_of != "decision":
        order = f"before the {day_of} of {long_date(event_date)}"
        return None, "", f"Known from {long_date(known_date)}, {order}, check the dates"
    return known_date, "knowledge", ""


def _find_period_start(part: Limb, on: date, sch7_years: Sch7Years) -> date:
    years = sch7_years if part.unsettled else part.years
    # A month's last day stands in for 29 February: the wider reading.
    start = months_after(on, -12 * years) if years else date.min
    return max(start, part.floor) if part.floor else start


def _format_time_span(first: date, last: date) -> str:
    years, months = divmod(months_between(first, last), 12)
    parts = [(years, "year"), (months, "month")]
    if not months:
        parts.append(((last - months_after(first, 12 * years)).days, "day"))
    said = " ".join(f"{n} {unit}{'' if n == 1 else 's'}" for n, unit in parts if n)
    return f"{said} before" if said else "the same day as"
