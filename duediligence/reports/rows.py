"""The one place where a finding becomes cells, and where findings are put in order."""

import re
from datetime import UTC, datetime

from duediligence.model import SEVERITIES, Finding, Run

# The columns of the flags file: their names and order are a promise to whoever reads it.
COLUMNS = (
    "run_id",
    "supplier_ref",
    "supplier_name",
    "company_number",
    "check_id",
    "check_title",
    "topic",
    "outcome",
    "severity",
    "subject_name",
    "subject_role",
    "list_id",
    "list_version",
    "entry_id",
    "entry_name",
    "score",
    "why",
    "measures",
    "possible_grounds",
    "next_step",
    "entry_url",
    "retrieved_at",
    "first_seen",
    "certainty",
    "power",
    "crime_types",
    "happened",
    "happened_on",
    "look_back",
    "handling",
)

_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# Half characters and non-characters: neither UTF-8 nor XML can carry them all.
_BROKEN = re.compile(r"[\ud800-\udfff\ufffe\uffff]")
_RANK = {"adverse": 0, "review": 0, "unknown": 1}


def row(finding: Finding) -> dict[str, str]:
    """The finding as text by column: times as ISO 8601 in UTC, the score with two decimals.

    Several values in one cell are joined by "; ". What a finding does not have is empty. Each
    cell is folded to one line (see `fold`).
    """
    return {column: cell(getattr(finding, column)) for column in COLUMNS}


def cell(value: object) -> str:
    """One value as it stands in a cell, folded."""
    return fold(_cell(value))


def fold(text: str) -> str:
    """The text on one line: each run of control characters (line breaks, tabs, NUL) becomes a
    space, halves of characters become U+FFFD, white space at both ends goes.
    """
    return _BROKEN.sub("\ufffd", _BREAKS.sub(" ", text)).strip()


def ordered(run: Run) -> list[Finding]:
    """The findings as every report shows them: flags first, the most severe, then the highest
    score, then the supplier's name; after them what is unknown. Findings that are equal in these
    keep their order, and those that need no action come last.
    """
    return sorted(run.findings, key=place)


def place(finding: Finding) -> tuple[float | str, ...]:
    """Where the finding stands in that order, among those of any run."""
    return (
        _RANK.get(finding.outcome, 2),
        -SEVERITIES.index(finding.severity),
        -(finding.score or 0.0),
        finding.supplier_name.casefold(),
    )


def utc(moment: datetime) -> datetime:
    """The moment in UTC; a time without a zone is one already, as the model says."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def iso(moment: datetime) -> str:
    """`2026-11-24T09:30:00Z`, in UTC."""
    return utc(moment).strftime("%Y-%m-%dT%H:%M:%SZ")


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "; ".join(value)
    if isinstance(value, float):
        return f"{value:.2f}"
    if isinstance(value, datetime):
        return iso(value)
    return str(value)
