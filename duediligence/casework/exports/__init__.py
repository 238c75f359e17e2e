"""Findings and what became of them, written for another system or another person, on record."""

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, get_args

from duediligence.casework.exports.filters import NO_FILTERS, Filters
from duediligence.casework.exports.gathering import Gathered, gather
from duediligence.errors import Invalid
from duediligence.model.casework.audit import AuditEvent, AuditValue
from duediligence.reports.cells import fold, iso
from duediligence.reports.rows import EXPORT_COLUMNS, cells
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace
from duediligence.writing import replacing

Format = Literal["csv", "xlsx", "jsonl", "ftm.json"]
FORMATS: tuple[Format, ...] = get_args(Format)


@dataclass(frozen=True, slots=True)
class Written:
    """What was written, and the hash of it; `gathered` has what is to be told beside it."""

    gathered: Gathered
    sha256: str


def format_of(path: Path, wanted: str = "") -> Format:
    """The format of that name, else the one that the file's ending names. Raises UsageError."""
    for one in FORMATS:
        if wanted == one or (not wanted and path.name.lower().endswith(f".{one}")):
            return one
    said = f"--format {wanted!r}" if wanted else f"{path}: the ending"
    raise Invalid(
        f"{said} is not a valid export format",
        field="format",
        hint=f"Choose from {', '.join(FORMATS)} (--format).",
    )


@use_case("export", event="export")
def export_flags(
    workspace: Workspace,
    path: Path,
    format_: Format,
    filters: Filters = NO_FILTERS,
    *,
    run_id: str = "",
    people: bool = False,
    bom: bool = True,
) -> Written:
    """Write the findings that the filters admit, of the newest run of each stored supplier or of
    one run, whole or not at all.

    The export is recorded before it appears: a record that cannot be made stops it. Raises
    UsageError for a run, contract or list that there is not, and StorageError.
    """
    found = gather(workspace, filters, run_id=run_id, people=people)
    with TemporaryDirectory(ignore_cleanup_errors=True) as scratch, replacing(path) as temporary:
        built = Path(scratch, "export")
        _build(workspace, found, built, format_, filters, people, bom)
        with built.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        what: dict[str, AuditValue] = {
            "file": path.name,
            "sha256": digest,
            "format": format_,
            "rows": len(found.rows),
            "people": "included" if people else "in other words",
            "filters": tuple(filters.words()),
            "runs": found.runs,
        }
        event = AuditEvent("export", workspace.now(), workspace.who, what, subject="flags")
        workspace.audit.add(event)
        shutil.copyfile(built, temporary)
    return Written(found, digest)


def _build(
    workspace: Workspace,
    found: Gathered,
    path: Path,
    format_: Format,
    filters: Filters,
    people: bool,
    bom: bool,
) -> None:
    match format_:
        case "csv":
            from duediligence.reports import flags_csv

            flags_csv.write(found.rows, path, columns=EXPORT_COLUMNS, bom=bom)
        case "xlsx":
            from duediligence.reports.flags_xlsx import Sheets, save

            about = list(_about(workspace, found, filters, people))
            lines = cells(found.rows, EXPORT_COLUMNS)
            made = workspace.now()
            save(path, Sheets(EXPORT_COLUMNS, len(found.rows), lines, ("Export", about, ()), made))
        case "jsonl":
            from duediligence.reports.exports.jsonl import write_jsonl

            write_jsonl(found.rows, path)
        case "ftm.json":
            from duediligence.reports.exports.ftm import write_ftm

            write_ftm(found.rows, path)


def _about(
    workspace: Workspace, found: Gathered, filters: Filters, people: bool
) -> Iterator[tuple[str, str]]:
    yield "Not checked", str(found.not_checked)
    yield "Suppliers never screened", ", ".join(map(fold, found.never)) or "none"
    yield "Made (UTC)", iso(workspace.now())
    yield "Rows", str(len(found.rows))
    yield "Filters", fold("; ".join(filters.words())) or "none"
    yield "People", "named" if people else "in other words"
    yield "Runs", ", ".join(found.runs)
    for line in found.scope:
        yield "Scope", fold(line)
