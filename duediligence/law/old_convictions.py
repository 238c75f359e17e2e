"""What may be kept, shown and used of an old conviction, by its age and sentence: the one place."""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

from duediligence.law.grounds import read
from duediligence.model import Record
from duediligence.text.dates import long_date, months_after
from duediligence.typed_data import convert_to

SpentState = Literal["not spent", "may be spent", "spent"]
_TERM = re.compile(r"\b(\d+|[a-z]+)(?:-| )(year|month|week|day)s?\b")
_NUMBERS = "one two three four five six seven eight nine ten eleven twelve".split()
_DAYS = {"week": 7, "day": 1}
_CUSTODY = re.compile(r"\b(?:imprisoned|imprisonment|jailed|custody|custodial|prison|detention)\b")
_LIFE = re.compile(r"\blife (?:imprisonment|sentence)\b|\bimprisonment for life\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyPeriod:
    """How many months after its end a sentence of `up_to` months is spent; None for any length."""

    after: int
    up_to: int | None = None
    never_for_some: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherPeriod:
    """How many months after the conviction a sentence of such words is spent."""

    words: str
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvictionUse:
    """What is kept, shown and used of a conviction in such a state, in a sentence each."""

    state: SpentState
    kept: str
    shown: str
    used: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OldConvictionRules:
    """All of `data/old_convictions.toml`; `open` says what the law leaves open."""

    source: str
    guide: str
    read: date
    open: str
    custody: tuple[CustodyPeriod, ...]
    other: tuple[OtherPeriod, ...]
    use: tuple[ConvictionUse, ...]


@dataclass(frozen=True, slots=True)
class OldConviction:
    """The state of a conviction on a day, why in a sentence, and what follows from it."""

    state: SpentState
    why: str
    use: ConvictionUse


@cache
def load_old_convictions() -> OldConvictionRules:
    """Return the rules."""
    return convert_to(OldConvictionRules, read("old_convictions.toml"))


def judge_conviction(record: Record, on: date, *, person: bool) -> OldConviction | None:
    """Return the state of a conviction or caution on the day `on`; None for any other record.

    Only of a `person` can one be spent (Rehabilitation of Offenders Act 1974 s.1). What its record
    does not say leaves it as one that may be spent: age at the conviction, later convictions and
    the place of the court can each change it.
    """
    if record.type not in ("conviction", "caution"):
        return None
    state, why = _find_state(record, on) if person else ("not spent", "It is of a firm.")
    (use,) = (one for one in load_old_convictions().use if one.state == state)
    return OldConviction(use.state, why, use)


def _find_state(record: Record, on: date) -> tuple[SpentState, str]:
    if record.type == "caution":
        return "spent", "A caution is spent at once."
    words = f"{record.outcome} . {record.event}".casefold()
    if _LIFE.search(words):
        return "not spent", "A sentence for life is never spent."
    if record.decision_date is None:
        return "may be spent", "The day of the conviction is not known."
    # A text may give several terms, such as that of a suspension: each may be the sentence.
    days = [
        (months_after(record.decision_date, months), never)
        for months, never in _list_periods(words, fined=record.penalty_gbp is not None)
    ]
    if not days:
        return "may be spent", "The sentence is not known."
    if min(days)[0] > on:
        return "not spent", f"By its sentence it is not spent before {long_date(min(days)[0])}."
    if max(days)[0] > on:
        return "may be spent", "Its sentence can be read in more than one way."
    if any(never for _, never in days):
        return "may be spent", "After more than four years of custody some are never spent."
    return "spent", f"By its sentence it is spent since {long_date(max(days)[0])}."


def _list_periods(words: str, *, fined: bool) -> list[tuple[int, bool]]:
    """Return after how many months it can be spent, and whether some such are never spent."""
    rules = load_old_convictions()
    if not _CUSTODY.search(words):
        fine = "fine" if fined else ""
        return [
            (one.after, False)
            for one in rules.other
            if re.search(rf"\b(?:{one.words})\b", f"{words} {fine}")
        ]
    found = []
    for months in filter(None, (_count_months(*term) for term in _TERM.findall(words))):
        row = next(one for one in rules.custody if one.up_to is None or months <= one.up_to)
        found.append((months + row.after, row.never_for_some))
    return found


def _count_months(number: str, unit: str) -> int:
    """Return a term in months, rounded up; 0 where the number is no number."""
    if number.isdigit():
        count = int(number[:4])
    else:
        count = _NUMBERS.index(number) + 1 if number in _NUMBERS else 0
    if unit in _DAYS:
        return -(-count * _DAYS[unit] // 30)
    return count * (12 if unit == "year" else 1)
