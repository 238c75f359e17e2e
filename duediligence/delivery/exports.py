"""Flags exported for other systems."""

import hashlib
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, get_args

from duediligence.casework.alert_status import Standing, read_alert_statuses
from duediligence.casework.disclosure import count_reports_about, redact_run
from duediligence.casework.queue import DONE, parted_entries
from duediligence.casework.runs_shown import people_known
from duediligence.delivery.flag_files import (
    NOT_CHECKED,
    find_event_states,
    in_flags,
    pair_findings_with_keys,
    row_of,
)
from duediligence.errors import Conflict, Hint, Invalid, NotFound, OptionRemark, Step
from duediligence.model import SEVERITIES, Finding, Kind, Run, Severity, Supplier
from duediligence.model.audit import AuditValue
from duediligence.render.exports import Exported
from duediligence.render.flags import EXPORT_COLUMNS, format_flag_rows, rank_finding
from duediligence.render.scope import scope_lines
from duediligence.render.verdict import WITHHELD
from duediligence.render.wording import fold, iso, news_words, uk_day
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace
from duediligence.writing import replace_file


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportFilters:
    """Which findings are wanted. An empty filter lets all pass; `severity` is the least.

    `since` and `until` are the first and last day, in the UK, on which it was first seen.
    `changed`: only what is not as it was in the supplier's run before. `waiting`: only what still
    needs somebody. What could not be checked passes whatever is asked, save of other `lists`:
    nobody may read clear from its absence.
    """

    contract: str = ""
    states: tuple[str, ...] = ()
    severity: Severity = "low"
    since: date | None = None
    until: date | None = None
    lists: tuple[str, ...] = ()
    changed: bool = False
    waiting: bool = False

    def admits(self, finding: Finding, standing: Standing) -> bool:
        if finding.outcome == "unknown":
            return not self.lists or finding.list_id in ("", *self.lists)
        seen = uk_day(finding.first_seen) if finding.first_seen else None
        return (
            SEVERITIES.index(finding.severity) >= SEVERITIES.index(self.severity)
            and (not self.lists or finding.list_id in self.lists)
            and (not self.states or standing.status in self.states)
            and (self.since is None or (seen is not None and seen >= self.since))
            and (self.until is None or (seen is not None and seen <= self.until))
            and not (self.changed and standing.news == "unchanged")
            and not (self.waiting and standing.status in DONE)
        )

    def words(self) -> Iterator[str]:
        """Yield each filter that is set, as `severity high`."""
        if self.contract:
            yield f"contract {self.contract}"
        yield from (f"status {state}" for state in self.states)
        if self.severity != "low":
            yield f"severity {self.severity}"
        yield from (f"{name} {day}" for name in ("since", "until") if (day := getattr(self, name)))
        yield from (f"list {each}" for each in self.lists)
        yield from (name for name in ("changed", "waiting") if getattr(self, name))


NO_FILTERS = ExportFilters()


_NO_STANDING = Standing(alert_id="", status="")


@dataclass(frozen=True, slots=True)
class ExportRows:
    """The rows of an export in the order of every report, the runs they are of, and the references
    of stored suppliers that `never` were screened, of whom nothing can be known. `scope` is what
    the newest of the runs looked at, in words.
    """

    rows: tuple[Exported, ...]
    runs: tuple[str, ...]
    never: tuple[str, ...] = ()
    scope: tuple[str, ...] = ()

    @property
    def not_checked(self) -> int:
        return sum(one.finding.outcome == "unknown" for one in self.rows)


def gather_export_rows(
    workspace: Workspace,
    filters: ExportFilters = NO_FILTERS,
    *,
    run_id: str = "",
    people: bool = False,
    by_source: bool = False,
) -> ExportRows:
    """Return the flags of one stored run, else of the newest run of each stored supplier.

    A row is an event, with its further sources beside it; `by_source`, each of these is a row.
    Restricted ones are left out, and unless `people` every person stands in other words, as
    `disclosed` has it. Raises UsageError for a run, contract or list that there is not.
    """
    newest = {} if run_id else workspace.screened.newest()
    suppliers = workspace.screened.suppliers(run_id) if run_id else workspace.suppliers.all()
    wanted = [one.ref for one in _of_contract(suppliers, filters.contract)]
    if run_id:
        by_run = {run_id: wanted}
    else:
        by_run = {}
        for ref in wanted:
            if ref in newest:
                by_run.setdefault(newest[ref], []).append(ref)
    runs = [_load_exported_run(workspace, each) for each in sorted(by_run)]
    if not runs:
        raise Conflict("Nothing has been screened yet", hint=Hint("Screen first: ", Step("screen")))
    _check_lists(workspace, runs, filters.lists)
    found = [
        one
        for run in runs
        for one in _list_exported_flags(
            workspace,
            run,
            by_run[run.id],
            filters,
            people=people,
            by_source=by_source,
            # One row tells of all of them: a report may concern suppliers of several runs.
            reports=count_reports_about(workspace, [*chain(*by_run.values())])
            if run is runs[0]
            else 0,
        )
    ]
    return ExportRows(
        rows=tuple(sorted(found, key=lambda one: rank_finding(one.finding))),
        runs=tuple(run.id for run in runs),
        never=() if run_id else tuple(ref for ref in wanted if ref not in newest),
        scope=tuple(scope_lines(max(runs, key=lambda run: run.started_at))),
    )


def _list_exported_flags(
    workspace: Workspace,
    run: Run,
    refs: list[str],
    filters: ExportFilters,
    *,
    people: bool,
    by_source: bool,
    reports: int,
) -> Iterator[Exported]:
    about = {"", *refs}
    part = replace(run, findings=tuple(f for f in run.findings if f.supplier_ref in about))
    known = {} if people else people_known(workspace, run.id)
    shown, _ = redact_run(part, known, people=people, restricted=False, reports=reports)
    where = read_alert_statuses(workspace, run)
    known_beside = _Beside(workspace, run)
    found: list[tuple[Finding, tuple[Standing, tuple[str, ...]]]] = []
    for key, told in pair_findings_with_keys(part, shown):
        standing = where.get(key, _NO_STANDING)
        if told.outcome == "unknown":
            # It may have the key of a finding to review, and is none.
            standing = replace(_NO_STANDING, status=NOT_CHECKED)
        found.append((told, (standing, key)))
    beside_of = {id(told): beside for told, beside in found}
    parted = parted_entries(workspace)
    states = {key: one.status for key, one in where.items()}
    whole = find_event_states(part.findings, states, parted)
    flags = (
        (flag, (replace(least, status=whole.get(beside_of[id(flag[0])][1], least.status)), entry))
        for flag, (least, entry) in in_flags(found, lambda beside: beside[0].status, parted)
    )
    if by_source:
        flags = (((told,), beside) for told, beside in found)
    for flag, (least, _) in flags:
        own = [beside_of[id(one)][0] for one in flag]
        admitted = any(
            filters.admits(one, replace(standing, status=least.status))
            for one, standing in zip(flag, own, strict=True)
        )
        if flag[0].check_id == WITHHELD or admitted:
            entry = beside_of[id(flag[0])][1][3:]
            yield known_beside.exported(flag, _merge_standings(least, own), entry, people=people)


def _merge_standings(least: Standing, own: Sequence[Standing]) -> Standing:
    """Return how an event stands: as its least settled source does, and what is new of all of
    them.
    """
    news = {one.news for one in own}
    changes = tuple(change for one in own for change in one.changes)
    return replace(least, news=news.pop() if len(news) == 1 else "changed", changes=changes)


class _Beside:
    """What stands beside the findings of a run: titles and topics of lists, kinds of entries."""

    def __init__(self, workspace: Workspace, run: Run) -> None:
        self._run = run
        self._suppliers = {one.ref: one for one in workspace.screened.suppliers(run.id)}
        self._topics = {one.id: one.topic for one in workspace.watchlists.values()}
        self._kinds: Mapping[tuple[str, ...], Kind] = {
            (entry.list_id, entry.id): entry.kind
            for entries in workspace.screened.entries_of(run.id).values()
            for entry in entries
        }

    def exported(
        self,
        flag: tuple[Finding, ...],
        standing: Standing,
        entry: tuple[str, ...],
        *,
        people: bool,
    ) -> Exported:
        return Exported(
            **row_of(self._run, flag, self._suppliers.get(flag[0].supplier_ref)),
            status=standing.status,
            decided_by=standing.decided_by,
            decided_at=standing.decided_at,
            reason=standing.reason,
            last_seen=standing.last_seen,
            change=news_words(standing.news, standing.changes, people=people),
            list_topic=self._topics.get(flag[0].list_id, ""),
            entry_kind=self._kinds.get(entry, "unknown"),
        )


def _of_contract(suppliers: list[Supplier], contract: str) -> list[Supplier]:
    if not contract:
        return suppliers
    by_contract: dict[str, list[Supplier]] = {}
    spelt: dict[str, str] = {}
    for one in suppliers:
        titles = {title.casefold(): title for title in one.contract_titles}
        spelt |= titles
        for folded in titles:
            by_contract.setdefault(folded, []).append(one)
    if contract.casefold() in by_contract:
        return by_contract[contract.casefold()]
    near = get_close_matches(contract.casefold(), by_contract, 1)
    did = f" Did you mean {spelt[near[0]]!r}?" if near else ""
    raise NotFound(
        f"No supplier has the contract {contract!r}.{did}",
        hint="Enter it exactly as in the supplier file.",
    )


def _check_lists(workspace: Workspace, runs: list[Run], lists: tuple[str, ...]) -> None:
    known = {status.list_id for run in runs for status in run.lists} | {*workspace.watchlists}
    for each in lists:
        if each not in known:
            raise NotFound(
                f"Unknown list {each!r}", hint=f"Valid lists: {', '.join(sorted(known))}."
            )


def _load_exported_run(workspace: Workspace, run_id: str) -> Run:
    run = workspace.runs.get(run_id)
    if run is None:
        ids = sorted(workspace.runs.started())[-3:]
        raise NotFound(
            f"Unknown run {run_id!r}", hint=f"The newest are: {', '.join(ids) or 'none'}."
        )
    return run


Format = Literal["csv", "xlsx", "jsonl", "ftm.json"]
FORMATS: tuple[Format, ...] = get_args(Format)


@dataclass(frozen=True, slots=True)
class Written:
    """What was written, and the hash of it; `gathered` has what is to be told beside it."""

    gathered: ExportRows
    sha256: str


def format_of(path: Path, wanted: str = "") -> Format:
    """Return the format of that name, else the one that the file's ending names. Raises
    UsageError.
    """
    for one in FORMATS:
        if wanted == one or (not wanted and path.name.lower().endswith(f".{one}")):
            return one
    said = f"{wanted!r}" if wanted else f"{path}: the ending"
    raise Invalid(
        f"{said} is not a valid export format",
        field="format",
        hint=Hint(f"Choose from {', '.join(FORMATS)}", OptionRemark(" (--format)"), "."),
    )


@use_case("export", event="export")
def export_flags(
    workspace: Workspace,
    path: Path,
    format_: Format,
    filters: ExportFilters = NO_FILTERS,
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
    found = _gather_for_format(workspace, format_, filters, run_id, people=people)
    with TemporaryDirectory(ignore_cleanup_errors=True) as scratch, replace_file(path) as temporary:
        built = Path(scratch, "export")
        _write_export(workspace, found, built, format_, filters, people, bom)
        digest = _record_flag_export(
            workspace, found, built, path.name, format_, filters, people=people
        )
        shutil.copyfile(built, temporary)
    return Written(found, digest)


@use_case("export", event="export")
def flags_as_bytes(
    workspace: Workspace,
    format_: Format,
    filters: ExportFilters = NO_FILTERS,
    *,
    file: str = "",
    run_id: str = "",
    people: bool = False,
    bom: bool = True,
) -> tuple[bytes, Written]:
    """Return what `export_flags` would write, for a download, recorded under the name `file`.

    Raises as that does.
    """
    found = _gather_for_format(workspace, format_, filters, run_id, people=people)
    name = file or f"flags.{format_}"
    with TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        built = Path(scratch, "export")
        _write_export(workspace, found, built, format_, filters, people, bom)
        digest = _record_flag_export(workspace, found, built, name, format_, filters, people=people)
        return built.read_bytes(), Written(found, digest)


def _gather_for_format(
    workspace: Workspace, format_: Format, filters: ExportFilters, run_id: str, *, people: bool
) -> ExportRows:
    # There, each source is an entity of its own.
    by_source = format_ == "ftm.json"
    return gather_export_rows(workspace, filters, run_id=run_id, people=people, by_source=by_source)


def _record_flag_export(
    workspace: Workspace,
    found: ExportRows,
    built: Path,
    name: str,
    format_: Format,
    filters: ExportFilters,
    *,
    people: bool,
) -> str:
    """Record the export that was built, under a name; its SHA-256 in hex."""
    with built.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    what: dict[str, AuditValue] = {
        "file": name,
        "sha256": digest,
        "format": format_,
        "rows": len(found.rows),
        "people": "included" if people else "in other words",
        "filters": tuple(filters.words()),
        "runs": found.runs,
    }
    workspace.record("export", what, subject="flags")
    return digest


def _write_export(
    workspace: Workspace,
    found: ExportRows,
    path: Path,
    format_: Format,
    filters: ExportFilters,
    people: bool,
    bom: bool,
) -> None:
    match format_:
        case "csv":
            from duediligence.render.flags import write_csv

            write_csv(found.rows, path, columns=EXPORT_COLUMNS, bom=bom)
        case "xlsx":
            from duediligence.render.flags_xlsx import Sheets, save_flags_workbook

            about = list(_describe_export(workspace, found, filters, people))
            lines = format_flag_rows(found.rows, EXPORT_COLUMNS)
            made = workspace.now()
            save_flags_workbook(
                path, Sheets(EXPORT_COLUMNS, len(found.rows), lines, ("Export", about, ()), made)
            )
        case "jsonl":
            from duediligence.render.exports import write_jsonl

            write_jsonl(found.rows, path)
        case "ftm.json":
            from duediligence.render.exports import write_ftm

            write_ftm(found.rows, path)


def _describe_export(
    workspace: Workspace, found: ExportRows, filters: ExportFilters, people: bool
) -> Iterator[tuple[str, str]]:
    yield "Not checked", str(found.not_checked)
    yield "Suppliers never screened", ", ".join(map(fold, found.never)) or "none"
    yield "Made (UTC)", iso(workspace.now())
    yield "Rows", str(len(found.rows))
    yield "ExportFilters", fold("; ".join(filters.words())) or "none"
    yield "People", "named" if people else "in other words"
    yield "Runs", ", ".join(found.runs)
    for line in found.scope:
        yield "Scope", fold(line)
