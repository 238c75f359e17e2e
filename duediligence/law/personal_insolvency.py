"""How long a record of the insolvency of an individual is kept: the one place.

As long as the Insolvency (England and Wales) Rules 2016 (Part 11) keep it on the public register.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Literal

from duediligence.law.grounds import Sureness, read
from duediligence.model import InsolvencyStage, Record
from duediligence.text.dates import months_after
from duediligence.text.wording import count
from duediligence.typed_data import convert_to

CaseState = Literal["ended", "annulled", "annulled after payment", "end not stated"]
# How a record says that an order was annulled after payment (Insolvency Act 1986 s.282(1)(b)).
AFTER_PAYMENT = "Insolvency Act 1986 s.282(1)(b)"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepingPeriod:
    """How long a record of such a case is kept; see the head of `data/personal_insolvency.toml`."""

    stage: InsolvencyStage
    when: CaseState
    runs_from: Literal["end", "start", "extract"]
    source: str
    sure: Sureness
    months: int = 0
    days: int = 0

    @property
    def kept(self) -> str:
        """Return `3 months`, `28 days`."""
        return count(self.months, "month") if self.months else count(self.days, "day")

    @property
    def subject(self) -> str:
        """Return what kind of record it is of."""
        return self.stage or "any other, of an extract"


@cache
def load_keeping_periods() -> tuple[KeepingPeriod, ...]:
    """Return every period, in the order of the table."""
    return convert_to(tuple[KeepingPeriod, ...], read("personal_insolvency.toml")["period"])


def find_last_day(record: Record) -> date | None:
    """Return the last day on which the record may be kept; None for a record of another kind.

    Of one for which no period is known it is the day of its start: it is not kept.
    """
    if record.type != "personal_insolvency":
        return None
    when = _find_case_state(record)
    begins = {"end": record.expires, "start": record.event_date, "extract": record.source_date}
    for period in load_keeping_periods():
        day = begins[period.runs_from]
        stated = record.source_date is None or period.runs_from != "start"
        if period.when == when and period.stage in (record.stage, "") and day and stated:
            return months_after(day, period.months) + timedelta(days=period.days)
    return record.event_date or date.min


def is_past_its_time(record: Record | None, today: date) -> bool:
    """Return whether the record of an individual's insolvency may be kept no longer."""
    last = find_last_day(record) if record else None
    return last is not None and last < today


def _find_case_state(record: Record) -> CaseState:
    if record.expires is None:
        return "end not stated"
    if record.status != "quashed":
        return "ended"
    return "annulled after payment" if record.act_section == AFTER_PAYMENT else "annulled"
