"""How one value stands in a cell: one line of text, safe for every format."""

import re
from datetime import UTC, datetime

from duediligence.model import Clause
from duediligence.reports.saying import said

_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# Half characters and non-characters: neither UTF-8 nor XML can carry them all.
_BROKEN = re.compile(r"[\ud800-\udfff\ufffe\uffff]")


def cell(value: object) -> str:
    """One value as it stands in a cell, folded: times as ISO 8601 in UTC, a number with two
    decimals, several values joined by "; ", nothing as an empty text.
    """
    return fold(_cell(value))


def fold(text: str) -> str:
    """The text on one line: each run of control characters (line breaks, tabs, NUL) becomes a
    space, halves of characters become U+FFFD, white space at both ends goes.
    """
    return _BROKEN.sub("\ufffd", _BREAKS.sub(" ", text)).strip()


def utc(moment: datetime) -> datetime:
    """The moment in UTC; a time without a zone is one already, as the model says."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def iso(moment: datetime) -> str:
    """`2026-11-24T09:30:00Z`, in UTC."""
    return utc(moment).strftime("%Y-%m-%dT%H:%M:%SZ")


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case Clause():
            return said(value)
        case tuple():
            return "; ".join(value)
        case float():
            return f"{value:.2f}"
        case datetime():
            return iso(value)
        case _:
            return str(value)
