"""Flags as rows of CSV and XLSX."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from duediligence.model import SEVERITIES, Finding, Run
from duediligence.render.saying import explain
from duediligence.render.wording import format_cell, match_strength
from duediligence.writing import escape_formula, replace_file

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A finding as it may be shown, and what stands beside it in a row: one row an event.

    `also` are the findings of its further sources, `also_in` those sources in words.

    `postcode` and `contract` are those of the supplier, `list_title` that of the list. `status`
    is the state of its alert, `not checked`, or empty where neither is. `set_aside`: it is no flag,
    but a match that was set aside.
    """

    finding: Finding
    also: tuple[Finding, ...] = ()
    also_in: tuple[str, ...] = ()
    postcode: str = ""
    contract: str = ""
    list_title: str = ""
    status: str = ""
    set_aside: bool = False

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


def format_flag_rows(
    flags: Iterable[Flag], columns: tuple[str, ...] = COLUMNS
) -> Iterator[tuple[str, ...]]:
    """Yield each flag as text by column (see `cells.cell`). What it does not have is empty."""
    for flag in flags:
        yield tuple(
            format_cell(getattr(flag if hasattr(flag, column) else flag.finding, column))
            for column in columns
        )


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
    columns: tuple[str, ...] = COLUMNS,
    bom: bool = True,
    escape: bool = True,
) -> None:
    """Write the flags. `bom` puts the byte-order mark first by which Excel knows UTF-8.

    With `escape`, a cell that a spreadsheet would run as a formula gets an apostrophe in front;
    cells have no leading space, so none can hide there. A path is written whole or not at all
    and raises StorageError; a stream is switched to UTF-8 and to line ends left alone where it
    can be, and its OSErrors pass.
    """
    if isinstance(file, Path):
        with (
            replace_file(file) as temporary,
            temporary.open("w", encoding="utf-8", newline="") as stream,
        ):
            _write_flag_csv(flags, stream, columns, bom=bom, escape=escape)
        return
    if isinstance(file, io.TextIOWrapper):
        file.reconfigure(encoding="utf-8", newline="")
    _write_flag_csv(flags, file, columns, bom=bom, escape=escape)


def _write_flag_csv(
    flags: Iterable[Flag], stream: TextIO, columns: tuple[str, ...], *, bom: bool, escape: bool
) -> None:
    if bom:
        stream.write("\ufeff")
    csv.writer(stream).writerow(columns)
    # All quoted: LibreOffice splits at semicolons too unless a cell is quoted.
    writer = csv.writer(stream, quoting=csv.QUOTE_ALL)
    for line in format_flag_rows(flags, columns):
        writer.writerow([escape_formula(cell) for cell in line] if escape else line)
