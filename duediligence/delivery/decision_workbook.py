"""Alerts written to a workbook to decide in, and the audit event of it."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

from duediligence.casework import alert_words
from duediligence.casework.decision_rows import rows_sha256, rows_to_decide
from duediligence.casework.queue import NO_FILTERS, Filters
from duediligence.casework.showing import coverage
from duediligence.delivery.flag_files import check_folder
from duediligence.errors import Hint, Invalid, NotFound, Step
from duediligence.model.audit import AuditValue
from duediligence.render.decision_workbook import dump_decision_workbook
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace
from duediligence.writing import replace_file

# More than anybody decides in one sitting, and what opens quickly on an old computer.
MOST = 10_000


@dataclass(frozen=True, slots=True)
class ExportedDecisions:
    """The workbook's sha256, how many alerts it has, in how many rows (one for each source), and
    how many alerts are left out as restricted.

    `incomplete` says what was not checked when they were found; empty where all was.
    """

    sha256: str
    alerts: int
    rows: int
    restricted: int
    incomplete: str


@use_case("export", event="export")
def export_decisions(
    workspace: Workspace,
    path: Path,
    filters: Filters = NO_FILTERS,
    *,
    everything: bool = False,
) -> ExportedDecisions:
    """Write the alerts that the filters admit to a workbook; done ones only if `everything`.

    It names people, for an officer has to compare them: that is recorded, with what the workbook
    is known by when it comes back. Raises Invalid for a file of another kind, one that exists, or a
    folder that does not, NotFound where there is no alert, StorageError.
    """
    if path.suffix.lower() != ".xlsx":
        raise Invalid(f"{path}: the file name must end in .xlsx", field="file")
    check_folder(path)
    if path.exists():
        raise Invalid(
            f"{path} already exists: what somebody filled in there would be lost",
            field="file",
            hint="Name another file, or delete that one.",
        )
    made = _build_decision_workbook(workspace, filters, everything=everything)
    with replace_file(path) as temporary:
        temporary.write_bytes(made.body)
        _record_decision_export(workspace, made, path.name)
    return made.result


@use_case("export", event="export")
def decisions_as_bytes(
    workspace: Workspace,
    filters: Filters = NO_FILTERS,
    *,
    file: str = "alerts.xlsx",
    everything: bool = False,
) -> tuple[bytes, ExportedDecisions]:
    """Return what `export_decisions` would write, for a download, recorded under the name `file`.

    Raises NotFound where there is no alert, Invalid where there are too many, StorageError.
    """
    made = _build_decision_workbook(workspace, filters, everything=everything)
    _record_decision_export(workspace, made, file)
    return made.body, made.result


@dataclass(frozen=True, slots=True)
class _Made:
    """A workbook: what it is known by when it comes back, and the hash of the rows in it."""

    body: bytes
    result: ExportedDecisions
    export: str
    rows_sha256: str


def _build_decision_workbook(workspace: Workspace, filters: Filters, *, everything: bool) -> _Made:
    export = token_hex(8)
    incomplete = alert_words.incomplete(*coverage(workspace))
    sheets, found = rows_to_decide(
        workspace, export, filters, everything=everything, incomplete=incomplete
    )
    if not found.alerts:
        raise NotFound(
            f"{found.restricted} restricted alerts alone pass the filters"
            if found.restricted
            else "No alert passes the filters, so no file was written",
            hint=Hint("To see which alerts there are: ", Step("list-alerts")),
        )
    if len(sheets.rows) > MOST:
        raise Invalid(
            f"{len(sheets.rows):,} alerts and sources pass the filters; a workbook holds {MOST:,}",
            field="file",
            hint="Export fewer: by severity, by state or by supplier.",
        )
    body = dump_decision_workbook(sheets)
    result = ExportedDecisions(
        sha256(body).hexdigest(), found.alerts, len(sheets.rows), found.restricted, incomplete
    )
    rows = rows_sha256(row.cells["row"] for row in sheets.rows)
    return _Made(body, result, export, rows)


def _record_decision_export(workspace: Workspace, made: _Made, file: str) -> None:
    what: dict[str, AuditValue] = {
        "people": "included",
        "file": file,
        "alerts": made.result.rows,
        "workbook": made.export,
        "rows_sha256": made.rows_sha256,
        "sha256": made.result.sha256,
    }
    workspace.record("export", what, subject="alerts")
