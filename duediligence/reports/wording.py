"""How dates, likeness and states are put into words for people."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from duediligence.model import Finding, ListState
from duediligence.reports.cells import fold, utc
from duediligence.text.dates import long_date
from duediligence.text.wording import count

LIST_STATES: dict[ListState, str] = {
    "current": "checked",
    "stale": "out of date",
    "never loaded": "not checked",
}

# Below the threshold a match is shown where the names agree and something beside them does not.
_LIKENESS = ((0.95, "very strong"), (0.88, "strong"), (0.80, "fair"), (0.0, "in doubt"))

# Marks that turn the direction of the text after them, and so can disguise a name.
_TURNING = re.compile(r"[\u202a-\u202e\u2066-\u2069]")


def visible(text: str) -> str:
    """The text safe to show among other text: on one line, without control characters (so no
    terminal sequence), and with each mark that turns the writing direction as U+FFFD.
    """
    return _TURNING.sub("\ufffd", fold(text))


def day(value: date) -> str:
    """`24 November 2026`, as the GOV.UK style guide writes it; for a time, the day in UK."""
    if isinstance(value, datetime):
        value = _uk(value)[0]
    return long_date(value)


def uk_day(value: datetime) -> date:
    """The day in the UK on which that time was."""
    return _uk(value)[0].date()


def moment(value: datetime) -> str:
    """`24 November 2026 at 9:30am UK time`; in UTC on a machine without time zones."""
    local, zone = _uk(value)
    half = "am" if local.hour < 12 else "pm"
    minutes = f":{local:%M}" if local.minute else ""
    return f"{day(local.date())} at {local.hour % 12 or 12}{minutes}{half} {zone}"


def _uk(value: datetime) -> tuple[datetime, str]:
    try:
        return utc(value).astimezone(ZoneInfo("Europe/London")), "UK time"
    except ZoneInfoNotFoundError:
        return utc(value).astimezone(UTC), "UTC"


def likeness(score: float) -> str:
    """`93% strong`: how alike two parties are, which is no chance that they are the same."""
    return f"{score:.0%} {strength(score)}"


def match_strength(finding: Finding) -> str:
    """`strong, similar name`: how strong a match is; empty where none is involved."""
    words = "" if finding.score is None else strength(finding.score)
    return ", ".join(filter(None, (words, finding.certainty)))


def strength(score: float) -> str:
    """`strong`: the score of a match (0.0 … 1.0) in a word."""
    return next(words for least, words in _LIKENESS if score >= least)


def namesakes(number: int) -> str:
    """How many matches were set aside for their birth dates; empty where none was."""
    if not number:
        return ""
    dates = "another birth date" if number == 1 else "other birth dates"
    return f"{count(number, 'namesake')} with {dates} not shown; list them with --namesakes."


def sentence(text: str) -> str:
    """`nothing is loaded` → `Nothing is loaded.`; what is a sentence already stays."""
    text = text.strip()
    text = text[:1].upper() + text[1:]
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."


def joined(values: Iterable[str]) -> str:
    """Values in one line: sentences after one another, anything else with semicolons."""
    return "; ".join(values).replace(".; ", ". ")
