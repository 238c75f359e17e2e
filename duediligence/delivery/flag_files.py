"""Files of flags, and the audit event of each."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, TypeVar

from duediligence.casework.alert_status import hidden
from duediligence.casework.disclosure import count_reports_about_run, redact_run, with_least
from duediligence.casework.queue import (
    EventAlerts,
    EventOutline,
    Parted,
    alerts_of_run,
    by_key,
    in_events,
    is_by_itself,
    outlines_of_run,
    parted_entries,
    rank_alert_state,
    rules_of,
    shown_to,
    state_of_event,
)
from duediligence.casework.queue_order import event_due
from duediligence.casework.runs_shown import people_known, run_of
from duediligence.errors import Invalid
from duediligence.model import Finding, Run, Supplier
from duediligence.model.alerts import Alert
from duediligence.model.findings import by_event
from duediligence.render import matcher_change, set_aside
from duediligence.render.flags import (
    COLUMNS,
    FLAG_COLUMNS,
    Columns,
    Flag,
    FlagsFormat,
    QueuedAlert,
    rank_finding,
)
from duediligence.render.scope import (
    SCOPE,
    TITLE,
    in_short,
    row_of_run,
    scope_row,
    weakenings_by_kind,
)
from duediligence.render.verdict import WITHHELD, list_title, not_checked
from duediligence.render.wording import format_ended_count, sentence, source_words
from duediligence.screening.access import use_case
from duediligence.screening.run.reading import by_supplier, overall_reading
from duediligence.screening.workspace import Workspace
from duediligence.store.casework.alerts import AlertOutline
from duediligence.text.wording import count
from duediligence.writing import refuse_existing_file, replace_file, write_text

RunForm = Literal["csv", "xlsx", "json", "html"]
NOT_CHECKED = "not checked"
FORMATS = (".csv", ".xlsx", ".json", ".html")
# The check of the row that proves of one supplier that it was screened.
SCREENED = "SCREENED"
# The check of the rows that list what was set aside.
SET_ASIDE = "SET-ASIDE"


@dataclass(frozen=True, slots=True)
class FlagFile:
    """What a file holds: the run, its restricted findings left out, and its rows in order.

    `flags` are the rows of format 1, `details` those of the second file or sheet: the same, and
    what was set aside. `alerts` are the rows of format 2: how complete the run is, one row for each
    alert as the queue counts it, then what was not checked.
    """

    run: Run
    flags: tuple[Flag, ...]
    details: tuple[Flag, ...]
    alerts: tuple[Flag, ...]

    def rows(self, format_: FlagsFormat) -> tuple[tuple[Flag, ...], Columns]:
        """Return the rows and columns of the first file or sheet in a format."""
        return (self.alerts, FLAG_COLUMNS) if format_ == 2 else (self.flags, COLUMNS)


def flag_file(
    workspace: Workspace,
    run: Run,
    file: str,
    *,
    people: bool,
    all_suppliers: bool = False,
    details: str = "",
) -> FlagFile:
    """Return the run as it may be written to `file` (its name), and to `details` if there is such a
    second file. Raises StorageError.

    With `people`, those whom a finding is about are named: that is recorded first, and a record
    that cannot be made stops it. `all_suppliers` adds a row for each supplier, also where nothing
    was found. The last row states the scope.
    """
    known = {} if people else people_known(workspace, run.id)
    reports = count_reports_about_run(workspace, run.id)
    shown, withheld = redact_run(run, known, people=people, restricted=False, reports=reports)
    if people:
        shown = with_least(shown)
        for name in filter(None, (file, details)):
            workspace.record(
                "export",
                {
                    "people": "included",
                    "file": name,
                    "findings": len(run.findings) - withheld.restricted,
                },
                subject=run.id,
            )
    suppliers = {one.ref: one for one in workspace.screened.suppliers(run.id)}
    raised = _RaisedAlerts(workspace, run)
    built = _build_flags(run, shown, suppliers, raised)
    flags = [flag for flag, _ in built]
    screened = [*_build_screened_rows(run, shown, suppliers)] if all_suppliers else []
    last = _last_rows(shown)
    return FlagFile(
        shown,
        (*flags, *screened, *last),
        (*flags, *screened, *_set_aside(shown, suppliers), *last),
        (*_list_alert_rows(shown, built, raised), *screened, _build_short_scope_row(shown)),
    )


def flags_of(run: Run, suppliers: Mapping[str, Supplier]) -> tuple[Flag, ...]:
    """Return the rows of a run that is not stored, whose suppliers are given by reference. They
    name people, and leave restricted findings out.
    """
    shown, _ = redact_run(run, {}, people=True, restricted=False)
    built = _build_flags(run, with_least(shown), suppliers, None)
    return (*(flag for flag, _ in built), *_last_rows(run))


def _last_rows(run: Run) -> tuple[Flag, ...]:
    """Return what a new matcher changed, if it is one, then the scope."""
    changed = matcher_change.build_matcher_finding(run)
    rows = (changed, scope_row(run)) if changed else (scope_row(run),)
    return tuple(Flag(finding=one) for one in rows)


class _RaisedAlerts:
    """The alerts that a run raised, and the events that the queue counts, as a report may show
    them: a first decision that waits for a blind second one is shown to nobody.
    """

    def __init__(self, workspace: Workspace, run: Run) -> None:
        self._workspace = workspace
        self._run_id = run.id
        rules, self.parted = rules_of(workspace), parted_entries(workspace)
        alerts = [shown_to(one, "", rules) for one in alerts_of_run(workspace, run.id)]
        self._by_key: dict[tuple[str, ...], list[Alert]] = {}
        for key, alert in by_key(alerts).items():
            self._by_key[key] = [alert]
        for alert in alerts:
            some = self._by_key[alert.first.key]
            if alert is not some[0]:
                some.append(alert)
        self._event_of = {
            alert.id: event for event in in_events(alerts, self.parted) for alert in event.alerts
        }

    def find(self, finding: Finding | None, key: tuple[str, ...]) -> Alert | None:
        """Return the alert of a finding: of several with one key, those of people of one name, the
        one that has just this finding.
        """
        some = self._by_key.get(key, [])
        return next((one for one in some if finding in one.findings), some[0] if some else None)

    def event(self, alert: Alert) -> EventAlerts:
        """Return the event that the queue counts the alert in."""
        return self._event_of[alert.id]

    @cached_property
    def _outlines(self) -> Mapping[str, AlertOutline]:
        return outlines_of_run(self._workspace, self._run_id)

    def queued(self, event: EventAlerts) -> QueuedAlert:
        """Return the event as the queue has it; without a due day where a newer run raised it
        again.
        """
        found = (self._outlines.get(one.id) for one in event.alerts)
        outlines = tuple(one for one in found if one)
        due = event_due(self._workspace, EventOutline(outlines)) if outlines else None
        lead = event.lead
        return QueuedAlert(lead.label if lead.number else "", due)


_Built = list[tuple[Flag, Alert | None]]


def _build_flags(
    run: Run, shown: Run, suppliers: Mapping[str, Supplier], raised: _RaisedAlerts | None
) -> _Built:
    """Return the flags of a run, each with its alert, in the order of every report."""
    found: dict[tuple[tuple[str, ...], Finding], Alert | None] = {}
    # An entry that has the same premises twice is found twice there, and is one alert.
    for stored, key, told in _pair_findings(run, shown):
        is_checked = told.outcome != "unknown" and raised is not None
        found[key, told] = raised.find(stored, key) if raised and is_checked else None

    def state(beside: tuple[Finding, Alert | None]) -> str:
        told, alert = beside
        return NOT_CHECKED if told.outcome == "unknown" else alert.state if alert else ""

    def state_of_flag(beside: tuple[Finding, Alert | None]) -> str:
        # As in the queue: a restricted source counts, though the file leaves it out.
        return raised.event(beside[1]).state if raised and beside[1] else state(beside)

    flags = [
        (
            Flag(
                **row_of(run, flag, suppliers.get(flag[0].supplier_ref)),
                status=state_of_flag(beside),
            ),
            beside[1],
        )
        for flag, beside in in_flags(
            [(told, (told, alert)) for (_, told), alert in found.items()],
            state,
            raised.parted if raised else (),
        )
    ]
    return sorted(flags, key=lambda one: rank_finding(one[0].finding))


def _list_alert_rows(shown: Run, built: _Built, raised: _RaisedAlerts) -> Iterator[Flag]:
    """Yield how complete a run is, a row for each alert as the queue counts it, and what was not
    checked or is left out.
    """
    yield from _build_completeness_rows(shown)
    by_event: dict[int, list[Flag]] = {}
    events: dict[int, EventAlerts] = {}
    others: list[Flag] = []
    for flag, alert in built:
        if alert is None or flag.finding.check_id == WITHHELD:
            others.append(flag)
            continue
        event = raised.event(alert)
        events[id(event)] = event
        by_event.setdefault(id(event), []).append(flag)
    for at, (lead, *further) in by_event.items():
        lists = dict.fromkeys(title for flag in (lead, *further) for title in flag.lists)
        yield replace(
            lead,
            status=events[at].state,
            lists=tuple(lists),
            queued=raised.queued(events[at]),
        )
    yield from others


def _build_completeness_rows(run: Run) -> Iterator[Flag]:
    for words in weakenings_by_kind(run.weakenings).values():
        yield Flag(finding=row_of_run(run, SCOPE, "Weakened: less is shown than usual", [words]))
    missing = not_checked(run)
    title = "Incomplete" if missing else "Complete"
    why = f"{missing}." if missing else "All that this installation looks at was checked."
    ended = sentence(format_ended_count(run))
    yield Flag(finding=row_of_run(run, SCOPE, title, filter(None, [why, ended])))
    if words := matcher_change.headline(run):
        yield Flag(finding=row_of_run(run, matcher_change.MATCHER, matcher_change.TITLE, [words]))


def _build_short_scope_row(run: Run) -> Flag:
    return Flag(finding=row_of_run(run, SCOPE, TITLE, [f"{in_short(run)}."]))


def find_event_states(
    findings: Sequence[Finding], states: Mapping[tuple[str, ...], str], parted: Parted
) -> dict[tuple[str, ...], str]:
    """Return the state of the event of each finding of a run, by `Finding.key`, as in the queue: a
    restricted source counts, though files leave it out.
    """
    found = [(one, states.get(one.key, "")) for one in findings if one.outcome != "unknown"]
    return {
        one.key: state_of_event((each, states.get(each.key, "")) for each in flag)
        for flag, _ in in_flags(found, lambda state: state, parted)
        for one in flag
    }


T = TypeVar("T")


def in_flags(
    found: Sequence[tuple[Finding, T]], state: Callable[[T], str], parted: Parted = ()
) -> Iterator[tuple[tuple[Finding, ...], T]]:
    """Yield the findings of each flag, the gravest first, and what stands beside the least settled.

    What was decided as not the same is about another party: it is a flag of its own, unless other
    lists have the same party.
    """
    by_place = {id(one): beside for one, beside in found}
    alone = {id(one): is_by_itself(state(beside), one, parted) for one, beside in found}
    apart = [one for one, _ in found if alone[id(one)]]
    others = [one for one, _ in found if not alone[id(one)]]
    for flag in (*by_event(others, parted), *((one,) for one in apart)):
        yield (
            flag,
            min((by_place[id(one)] for one in flag), key=lambda it: rank_alert_state(state(it))),
        )


@use_case("export")
def write_run(
    workspace: Workspace,
    run: Run,
    path: Path,
    *,
    people: bool,
    all_suppliers: bool = False,
    bom: bool = True,
    escape: bool = True,
    format_: FlagsFormat = 2,
) -> list[Path]:
    """Write a stored run in the format that the file's ending names, CSV for another ending, and
    return the files that were written: beside a CSV file a second one, which also lists what was
    set aside.

    Unless `people`, nobody behind a supplier is named; restricted findings are left out in any
    case. `bom` and `escape` are for CSV, `format_` for CSV and Excel. Raises StorageError.
    """
    from duediligence.render.flags import write_csv

    second = details_file(path)
    made = flag_file(
        workspace,
        run,
        path.name,
        people=people,
        all_suppliers=all_suppliers,
        details=second.name if second else "",
    )
    if second is None:
        _write_flag_file(
            workspace, run, made, path, people=people, bom=bom, escape=escape, format_=format_
        )
        return [path]
    rows, columns = made.rows(format_)
    with replace_file(path) as flags, replace_file(second) as details:
        write_csv(rows, flags, columns=columns, bom=bom, escape=escape)
        write_csv(made.details, details, bom=bom, escape=escape)
    return [path, second]


def details_file(path: Path) -> Path | None:
    """Return the second file that is written beside a CSV file; None beside another one."""
    is_csv = path.suffix.lower() == ".csv" and not path.is_char_device()
    return path.with_suffix(".details.csv") if is_csv else None


@use_case("export")
def run_as_bytes(
    workspace: Workspace,
    run: Run | str,
    form: RunForm,
    *,
    people: bool,
    file: str = "",
    all_suppliers: bool = False,
    bom: bool = True,
    escape: bool = True,
    format_: FlagsFormat = 2,
) -> bytes:
    """Return a stored run as `write_run` would write it, for a download, recorded under the name
    `file` or else one made of the run. By its ID, it is without what was decided as not the same of
    just that, as `screen` writes it.

    Raises NotFound for an unknown run, StorageError.
    """
    if isinstance(run, str):
        run = run_of(workspace, run)
        run = replace(run, findings=hidden(workspace, run).shown)
    name = file or f"flags-{run.id}.{form}"
    made = flag_file(workspace, run, name, people=people, all_suppliers=all_suppliers)
    with TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        path = Path(scratch, f"flags.{form}")
        _write_flag_file(
            workspace, run, made, path, people=people, bom=bom, escape=escape, format_=format_
        )
        return path.read_bytes()


def _write_flag_file(
    workspace: Workspace,
    run: Run,
    made: FlagFile,
    path: Path,
    *,
    people: bool,
    bom: bool,
    escape: bool,
    format_: FlagsFormat,
) -> None:
    match path.suffix.lower():
        case ".xlsx":
            from duediligence.render.flags_xlsx import write_xlsx

            rows, columns = made.rows(format_)
            write_xlsx(made.run, rows, path, made.details, columns=columns)
        case ".json":
            from duediligence.render import run_json

            write_text(path, run_json.dump_run_json(made.run))
        case ".html":
            from duediligence.casework.networks_shown import networks_of_run
            from duediligence.render import html_page

            whole, _ = redact_run(run, {}, people=True, restricted=False)
            page = html_page.render_run_page(
                made.run,
                workspace.runs.dossiers(run.id),
                people="flagged" if people else "redacted",
                flagged=html_page.find_match_marks(whole),
                networks=networks_of_run(workspace, whole, people=people),
            )
            write_text(path, page)
        case _:
            from duediligence.render.flags import write_csv

            rows, columns = made.rows(format_)
            write_csv(rows, path, columns=columns, bom=bom, escape=escape)


@use_case("export")
def run_as_json(workspace: Workspace, run: Run, *, people: bool) -> str:
    """Return a stored run as JSON, as it would be written to a file. Raises StorageError."""
    from duediligence.render import run_json

    return run_json.dump_run_json(flag_file(workspace, run, "standard output", people=people).run)


def check_output(path: Path) -> None:
    """Refuse, before any work, a file that cannot be written at the end. Raises Invalid."""
    if path.suffix.lower() not in FORMATS and not path.is_char_device():
        raise Invalid(
            f"{path}: the file name sets the format, and must end in one of " + ", ".join(FORMATS),
            field="out",
        )
    check_folder(path)


def check_folder(path: Path) -> None:
    """Refuse a file whose folder does not exist. Raises Invalid."""
    if not path.parent.is_dir():
        raise Invalid(
            f"{path.parent} is not a folder", field="out", hint="Create it first, or name another."
        )


def check_new_file(path: Path) -> None:
    """Refuse a file that is there, or whose folder is not. Raises Conflict, Invalid."""
    check_folder(path)
    refuse_existing_file(path)


def pair_findings_with_keys(run: Run, shown: Run) -> Iterator[tuple[tuple[str, ...], Finding]]:
    """Yield each finding as it may be shown, with the key that it has in the stored run."""
    for _, key, told in _pair_findings(run, shown):
        yield key, told


def _pair_findings(
    run: Run, shown: Run
) -> Iterator[tuple[Finding | None, tuple[str, ...], Finding]]:
    """Yield each finding as it is stored, None for one that is not, its key, and as it may be
    shown.
    """
    kept = [finding for finding in run.findings if finding.handling != "restricted"]
    for position, told in enumerate(shown.findings):
        # After those that are kept comes the one that says what was left out.
        stored = kept[position] if position < len(kept) else None
        yield stored, (stored or told).key, told


def row_of(run: Run, flag: Sequence[Finding], supplier: Supplier | None) -> dict[str, Any]:
    """Return what a row tells of an event, and of the supplier beside it."""
    lead, *also = flag
    titles = {status.list_id: status.title for status in run.lists}
    return {
        "finding": lead,
        "also": tuple(also),
        "also_in": tuple(source_words(one, titles) for one in also),
        "list_title": list_title(run, lead),
        "lists": tuple(dict.fromkeys(filter(None, (list_title(run, one) for one in flag)))),
        **_build_supplier_columns(supplier),
    }


def _build_supplier_columns(supplier: Supplier | None) -> dict[str, Any]:
    """Return what a row tells of the supplier beside its finding."""
    if supplier is None:
        return {}
    postcode = supplier.address.postcode if supplier.address else ""
    return {"postcode": postcode, "contract": supplier.contract}


def _set_aside(shown: Run, suppliers: Mapping[str, Supplier]) -> Iterator[Flag]:
    """Yield a row for each match that was set aside and may be listed, and one that counts the
    others.
    """
    versions = {one.list_id: one.version.version for one in shown.lists if one.version}
    hidden = shown.namesakes - len(shown.set_aside)
    for one in shown.set_aside:
        if one.hidden:
            hidden += 1
            continue
        supplier = suppliers.get(one.supplier_ref)
        finding = Finding(
            run_id=shown.id,
            supplier_ref=one.supplier_ref,
            supplier_name=one.supplier_name,
            company_number=supplier.company_number if supplier else "",
            check_id=SET_ASIDE,
            check_title=set_aside.TITLE,
            topic="coverage",
            outcome="not_applicable",
            severity="low",
            subject_role=one.subject_role,
            list_id=one.list_id,
            list_version=versions.get(one.list_id, ""),
            entry_id=one.entry_id,
            score=one.score,
            why=set_aside.explain_set_aside(one),
            next_step=set_aside.NEXT_STEP,
            handling=one.handling,
        )
        title = list_title(shown, finding)
        yield Flag(
            finding=finding, list_title=title, set_aside=True, **_build_supplier_columns(supplier)
        )
    if hidden > 0:
        counted = row_of_run(
            shown, SET_ASIDE, set_aside.TITLE, [set_aside.format_set_aside_count(shown)]
        )
        yield Flag(finding=counted, set_aside=True)


def _build_screened_rows(run: Run, shown: Run, suppliers: Mapping[str, Supplier]) -> Iterator[Flag]:
    """Yield a row for each supplier: that it was screened, when, against what, and what came of
    it.
    """
    by_ref = by_supplier(run.findings, suppliers)
    titles = [status.title for status in run.lists if status.version]
    looked_at, searched = "; ".join(titles), count(len(titles), "list")
    for ref, supplier in suppliers.items():
        found = by_ref[ref]
        hidden = any(finding.handling == "restricted" for finding in found)
        reading = overall_reading(found)
        flagged = any(finding.outcome in ("review", "adverse") for finding in found)
        unknown = any(finding.outcome == "unknown" for finding in found)
        if hidden:
            why, status = "Something about it is left out of this file.", "left out in part"
        else:
            why = f"Overall reading: {', '.join(reading.words)}. {reading.why}"
            status = "flagged" if flagged else "nothing found"
        if unknown:
            status = f"{status}, incomplete" if flagged or hidden else "incomplete"
        yield Flag(
            finding=Finding(
                run_id=shown.id,
                supplier_ref=ref,
                supplier_name=supplier.name,
                company_number=supplier.company_number,
                check_id=SCREENED,
                check_title="Screened",
                topic="screening",
                outcome="not_applicable",
                severity="low",
                why=why,
                happened="Screened",
                happened_on=run.as_of,
            ),
            list_title=looked_at,
            lists=(searched,),
            status=status,
            **_build_supplier_columns(supplier),
        )
