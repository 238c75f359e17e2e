"""Whether an event is recent enough to count under a ground, with the working in words."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Literal

from duediligence.errors import UsageError
from duediligence.law.grounds import Ground, Limb

Sch7Years = Literal[3, 5]

UNSETTLED = (
    "Sch 7 para 15(2) may mean 3 years or 5: have your lawyers confirm which before you rely on it."
)
_VERDICT = {True: "inside", False: "outside", None: "cannot be told"}


@dataclass(frozen=True, slots=True)
class LookBack:
    """`inside` is None where it cannot be told: such an event is never set aside."""

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
) -> LookBack:
    """Whether an event falls inside the look-back of a determination made on the day `on`.

    Procurement Act 2023 Sch 6 para 44 counts from the event (for an offence, the conviction), Sch 7
    para 15 from `known_date`, when a reasonably informed authority could first have been aware.
    `sch7_years` settles the grounds that are `unsettled`; 5 is the wider. Where limbs differ and
    `limb` is not given, the answer is None unless all limbs agree. The first day of a period counts
    as inside, also where the Act may mean the day after. Raises UsageError for an unknown limb.
    """
    parts = _parts(ground, limb)
    day, what, wanting = _counted(ground, event_date, known_date, on)
    if day is None:
        return LookBack(None, f"{wanting}: cannot be told.")
    since = f"{what} of {_said(day)} is {_span(day, on)} {_said(on)}"
    other: Sch7Years = 3 if sch7_years == 5 else 5
    verdicts, otherwise = (
        [_inside(part, day, on, years, bool(wanting)) for part in parts]
        for years in (sch7_years, other)
    )
    warning = ""
    if any(part.unsettled for part in parts):
        warning = f" With {other} years: {_by_verdict(parts, otherwise)}. {UNSETTLED}"
    if len(set(verdicts)) > 1:
        depends = f"it depends on the limb: {_by_verdict(parts, verdicts)}."
        return LookBack(None, f"{since}; {depends}{warning}")
    inside = verdicts[0]
    # The limb that is hardest to meet, or to miss, speaks for all.
    part = (max if inside else min)(parts, key=lambda one: _start(one, on, sch7_years))
    words = f"{since}; {_rule(ground, part, sch7_years)}"
    if wanting:
        words += ", and it cannot have been known before it happened" if inside else f"; {wanting}"
    return LookBack(inside, f"{words}: {_VERDICT[inside]}.{warning}")


def _parts(ground: Ground, limb: str) -> tuple[Limb, ...]:
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
        raise UsageError(f"{ground.code} has no limb {limb!r}", hint=f"Its limbs: {known}.")
    return found


def _inside(
    part: Limb, day: date, on: date, sch7_years: Sch7Years, only_earliest: bool
) -> bool | None:
    """`only_earliest`: the day that counts is not known, but cannot be before `day`."""
    if day >= _start(part, on, sch7_years):
        return True
    return None if only_earliest else False


def _rule(ground: Ground, part: Limb, sch7_years: Sch7Years) -> str:
    years = sch7_years if part.unsettled else part.years
    beyond = f" and not beyond {_said(part.floor)}" if part.floor else ""
    return f"Sch {ground.schedule} looks back {years} years{beyond}"


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


def _counted(
    ground: Ground, event_date: date | None, known_date: date | None, on: date
) -> tuple[date | None, str, str]:
    """The day that counts, what it is a day of, and what is wanting or wrong."""
    if event_date and event_date > on:
        return None, "", f"The event of {_said(event_date)} is after {_said(on)}, check the date"
    if ground.runs_from == "event":
        missing = "The record does not have the date of the event"
        return event_date, "Event", "" if event_date else missing
    if known_date is None:
        missing = "the date it could first have been known is missing"
        neither = "The record has neither its date nor the one it could first have been known"
        return event_date, "Event", missing if event_date else neither
    if known_date > on or (event_date and known_date < event_date):
        later = on if known_date > on else event_date
        order = "after" if known_date > on else "before the event of"
        return None, "", f"Known from {_said(known_date)}, {order} {_said(later)}, check the dates"
    return known_date, "Knowledge", ""


def _start(part: Limb, on: date, sch7_years: Sch7Years) -> date:
    years = sch7_years if part.unsettled else part.years
    # A month's last day stands in for 29 February: the wider reading.
    last = monthrange(on.year - years, on.month)[1]
    start = date(on.year - years, on.month, min(on.day, last))
    return max(start, part.floor) if part.floor else start


def _span(first: date, last: date) -> str:
    months = (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)
    years, months = divmod(months, 12)
    parts = [(years, "year"), (months, "month")]
    if not months:
        anchor = monthrange(first.year + years, first.month)[1]
        begun = date(first.year + years, first.month, min(first.day, anchor))
        parts.append(((last - begun).days, "day"))
    said = " ".join(f"{n} {unit}{'' if n == 1 else 's'}" for n, unit in parts if n)
    return f"{said} before" if said else "the same day as"


def _said(day: date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else ""
