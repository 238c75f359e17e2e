"""Flags as rows of CSV and XLSX."""

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, TextIO

from duediligence.model import SEVERITIES, Finding, Run
from duediligence.render.saying import explain, explain_in_short, format_text, latin_first
from duediligence.render.wording import (
    day,
    format_cell,
    match_strength,
    shorten_to_words,
    uk_day,
)
from duediligence.writing import replace_file, write_csv_rows

# In the order in which an officer reads: which supplier, who was matched, with whom on which list,
# what happened, how strong the match is, which ground, what to do. Then what machines need.
_READ = (
    "supplier_name", "supplier_ref", "company_number", "postcode", "contract",
    "subject_name", "subject_role", "subject_born",
    "list_title", "entry_name", "check_title", "also_in", "happened", "happened_on", "measures",
    "match_strength", "score", "why",
    "possible_grounds", "look_back", "crime_types",
    "severity", "outcome", "next_step", "status",
)  # fmt: skip
_KEPT = (
    "topic", "power", "handling", "entry_url", "retrieved_at", "first_seen",
    "run_id", "check_id", "list_id", "list_version", "entry_id",
)  # fmt: skip
_DECIDED = ("decided_by", "decided_at", "reason", "last_seen", "change")
# The columns of the flags file and of an export: their names and order are a promise to whoever
# reads them.
COLUMNS = (*_READ, *_KEPT)
EXPORT_COLUMNS = (*_READ, *_DECIDED, *_KEPT)

_RANK = {"adverse": 0, "review": 0, "unknown": 1}


@dataclass(frozen=True, slots=True)
class QueuedAlert:
    """The alert of a row: its number as people write it, and the day by which to decide it, None
    where nobody needs to.
    """

    number: str
    due: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A finding as it may be shown, and what stands beside it in a row: one row an event.

    `also` are the findings of its further sources, `also_in` those sources in words.

    `postcode` and `contract` are those of the supplier, `list_title` that of the list, `lists` the
    titles of all its lists. `status` is the state of its alert, `not checked`, or empty where
    neither is. `set_aside`: it is no flag, but a match that was set aside. `queued` is its alert as
    the queue has it, None where it is none.
    """

    finding: Finding
    also: tuple[Finding, ...] = ()
    also_in: tuple[str, ...] = ()
    postcode: str = ""
    contract: str = ""
    list_title: str = ""
    status: str = ""
    set_aside: bool = False
    lists: tuple[str, ...] = ()
    queued: QueuedAlert | None = None

    @property
    def outcome(self) -> str:
        """Say that of the finding, or `set aside`."""
        return "set aside" if self.set_aside else self.finding.outcome

    @property
    def match_strength(self) -> str:
        """Return how strong the match is, in words."""
        return match_strength(self.finding)

    @property
    def severity(self) -> str:
        """Return the severity; empty in a row that flags nothing, so that a filter shows flags."""
        beside = self.finding.outcome in ("not_applicable", "out_of_scope")
        return "" if beside else self.finding.severity

    @property
    def why(self) -> str:
        """Return what agrees, what differs, and what the check says."""
        return explain(self.finding)


@dataclass(frozen=True, slots=True)
class FlagColumn:
    """A column of the flags file that officers read: its heading, its width in a workbook (in
    characters), and what it holds, for the reference.
    """

    heading: str
    width: int
    holds: str
    value: Callable[[Flag], object]


FlagsFormat = Literal[1, 2]
# In which format the files that officers read are written; 1 stays until December 2027.
FORMATS: tuple[FlagsFormat, ...] = (2, 1)
LONGEST_WHY = 200


def _describe_match(flag: Flag) -> str:
    finding = flag.finding
    if finding.about not in ("supplier", "party"):
        return ""
    if finding.subject_name == finding.supplier_name:
        subject = f"The {finding.subject_role}" if finding.subject_role else ""
    else:
        subject = ", ".join(filter(None, (finding.subject_name, finding.subject_role)))
    entry = latin_first(finding.entry_name)
    return f"{subject}; possible match: {entry}" if subject and entry else subject


def _describe_event(flag: Flag) -> str:
    finding = flag.finding
    what = format_text(finding.happened) or "; ".join(finding.measures)
    on = finding.happened_on
    when = f" ({day(on)})" if on and day(on) not in what else ""
    return f"{finding.check_title}: {what}{when}" if what else f"{finding.check_title}{when}"


def _name_grounds(flag: Flag) -> str:
    """Return the possible grounds by their names, without the codes before these."""
    named = (
        rest if rest and any(map(str.isdigit, code)) else label
        for label in flag.finding.possible_grounds
        for code, _, rest in [label.partition(" ")]
    )
    return "; ".join(f"{one[:1].upper()}{one[1:]}" for one in named)


# Format 2: the gravest facts first, as an officer reads them. One description of each column, from
# which the file, the workbook and the reference are made.
FLAG_COLUMNS: tuple[FlagColumn, ...] = (
    FlagColumn(
        "Severity", 10, "`critical` to `low`; empty in a row that is no flag",
        lambda flag: flag.severity if flag.queued else "",
    ),
    FlagColumn("Supplier", 30, "its name", lambda flag: flag.finding.supplier_name),
    FlagColumn("Reference", 12, "your own reference", lambda flag: flag.finding.supplier_ref),
    FlagColumn(
        "Who was matched", 40, "who was looked up, in which role for the supplier, and who on the "
        "list it may be", _describe_match,
    ),
    FlagColumn(
        "List", 26, "the list, and further lists that tell of the same",
        lambda flag: flag.lists or flag.list_title,
    ),
    FlagColumn("What happened", 44, "what it is about, what a public body did, and when",
               _describe_event),
    FlagColumn(
        "Match strength", 20, "in words; not how likely it is that the two are the same",
        lambda flag: flag.match_strength,
    ),
    FlagColumn(
        "Why", 60, f"what agrees and what differs, at most {LONGEST_WHY} characters; the details "
        "have all of it",
        lambda flag: shorten_to_words(explain_in_short(flag.finding), LONGEST_WHY),
    ),
    FlagColumn("Possible ground", 30, "for the officer to decide", _name_grounds),
    FlagColumn("Next step", 44, "what to do", lambda flag: flag.finding.next_step),
    FlagColumn("Status", 14, "of the alert, or `not checked`", lambda flag: flag.status),
    FlagColumn(
        "Due", 12, "the day by which to decide it",
        lambda flag: flag.queued and flag.queued.due,
    ),
    FlagColumn(
        "Alert", 10, "its number, by which every page and command finds it",
        lambda flag: flag.queued and flag.queued.number,
    ),
    FlagColumn(
        "First seen", 12, "the day on which a screening first raised it",
        lambda flag: flag.finding.first_seen and uk_day(flag.finding.first_seen),
    ),
    FlagColumn("Format", 8, "2, the format of this file", lambda _: "2"),
)  # fmt: skip


def render_flag_columns_table() -> str:
    """Return the columns of format 2 as the reference has them."""
    rows = (f"| {one.heading} | {one.holds} |\n" for one in FLAG_COLUMNS)
    return "".join(("| column | holds |\n|---|---|\n", *rows))


Columns = Sequence[str | FlagColumn]


def list_headings(columns: Columns) -> list[str]:
    """Return what stands over columns, in their order."""
    return [one if isinstance(one, str) else one.heading for one in columns]


def format_flag_rows(
    flags: Iterable[Flag], columns: Columns = COLUMNS
) -> Iterator[tuple[str, ...]]:
    """Yield each flag as text by column (see `cells.cell`). What it does not have is empty."""
    for flag in flags:
        yield tuple(format_cell(_get_flag_value(flag, column)) for column in columns)


def _get_flag_value(flag: Flag, column: str | FlagColumn) -> object:
    if isinstance(column, FlagColumn):
        return column.value(flag)
    return getattr(flag if hasattr(flag, column) else flag.finding, column)


def sort_findings(run: Run) -> list[Finding]:
    """Return the findings as every report shows them: flags first, the most severe, then the
    highest score, then the supplier's name; after them what is unknown. Findings that are equal in
    these keep their order, and those that need no action come last.
    """
    return sorted(run.findings, key=rank_finding)


def rank_finding(finding: Finding) -> tuple[float | str, ...]:
    """Return where the finding stands in that order, among those of any run."""
    return (
        _RANK.get(finding.outcome, 2),
        -SEVERITIES.index(finding.severity),
        -(finding.score or 0.0),
        finding.supplier_name.casefold(),
    )


def write_csv(
    flags: Iterable[Flag],
    file: TextIO | Path,
    *,
    columns: Columns = COLUMNS,
    bom: bool = True,
    escape: bool = True,
) -> None:
    """Write the flags: see `write_csv_rows`. A path is written whole or not at all and raises
    StorageError; a stream is switched to UTF-8 and to line ends left alone where it can be, and
    its OSErrors pass.
    """
    headings, rows = list_headings(columns), format_flag_rows(flags, columns)
    with ExitStack() as opened:
        if isinstance(file, Path):
            temporary = opened.enter_context(replace_file(file))
            file = opened.enter_context(temporary.open("w"))
        if isinstance(file, io.TextIOWrapper):
            file.reconfigure(encoding="utf-8", newline="")
        write_csv_rows(file, headings, rows, bom=bom, escape=escape, quoted=True)
