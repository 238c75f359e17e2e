"""Reports of partners and the community: kept apart, and seen by one role.

Whoever has that role sees them here and nowhere else. Everyone else learns how many may concern a
supplier (`casework.disclosure`). Each look is recorded, with which text was seen.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from duediligence.casework.retention_rules import rules
from duediligence.errors import Conflict, Hint, Invalid, NotFound, Step
from duediligence.extensions.sharing import grading, intelligence_weeding
from duediligence.extensions.sharing import intelligence_files as files
from duediligence.extensions.sharing.intelligence_files import Draft, WrongField
from duediligence.extensions.sharing.intelligence_matches import (
    ComparedReports,
    compare_reports,
    keep_matches,
)
from duediligence.extensions.sharing.intelligence_weeding import Weeding
from duediligence.extensions.sharing.model.intelligence import (
    Grade,
    IntelligenceReport,
    Provenance,
    ReportedParty,
)
from duediligence.extensions.sharing.model.partners import RECEIVERS
from duediligence.extensions.sharing.store.agreements import AgreementStore
from duediligence.extensions.sharing.store.intelligence import IntelligenceStore
from duediligence.law import crimes
from duediligence.screening.access import find_refusal, use_case
from duediligence.screening.clock import refuse_removal_in_doubt
from duediligence.screening.workspace import Workspace

NEVER_A_GROUND = (
    "A report is never evidence and never a ground by itself: nothing may be decided on it alone. "
    "It says where to look. What is found there, from a source that may be shown, can be used."
)
# Crime types by which a report says that somebody may need help before anything else is done.
VICTIMS = frozenset({"child_sexual_exploitation", "slavery_trafficking"})


@dataclass(frozen=True, slots=True)
class SupplierConcerned:
    """A supplier that a report may concern, as it is named here, in what role, and how strongly."""

    ref: str
    name: str
    role: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLine:
    """One report of the register, without its text and its parties.

    `suppliers` is how many it may concern. `review_due` says that its review is due, `ended` that
    it is deleted at the next weeding.
    """

    number: int
    grade: str
    provenance: str
    received_on: date
    crimes: tuple[str, ...]
    victims: bool
    parties: int
    suppliers: int
    review_on: date
    weed_on: date
    review_due: bool
    ended: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportShown:
    """One report as the role sees it.

    `conditions` come before anything else is read; `text` is the sanitised one, or the `raw` one
    where it was asked for. `has_raw` says that there is one.
    """

    line: ReportLine
    grade: str
    conditions: str
    text: str
    raw: bool
    has_raw: bool
    agreement: str
    parties: tuple[ReportedParty, ...]
    suppliers: tuple[SupplierConcerned, ...]
    caution: str = NEVER_A_GROUND


@use_case("read")
def check_role(workspace: Workspace) -> None:
    """Raise Forbidden for whoever may not handle intelligence; nothing is shown or recorded."""
    if refused := find_refusal(workspace, "handle intelligence"):
        raise refused


@use_case("handle intelligence", event="intelligence")
def add(workspace: Workspace, draft: Draft) -> int:
    """Keep one report and match it with the stored suppliers; returns its number.

    Raises Invalid, which says which field is wrong and never quotes it, and StorageError.
    """
    return _store_reports(workspace, iter((draft,)))[0]


@use_case("handle intelligence", event="intelligence")
def import_file(workspace: Workspace, path: Path, *, sheet: str = "") -> tuple[int, ...]:
    """Keep the reports of a file, a form in TOML or a table, all or none; returns their numbers.

    The file stays where it is: whoever handed it in deletes it. Raises UsageError naming row and
    column, never quoting a cell, and StorageError.
    """
    return _store_reports(workspace, files.drafts_in(path, sheet))


@use_case("handle intelligence", event="intelligence")
def register(workspace: Workspace) -> tuple[ReportLine, ...]:
    """Return every report, the oldest first, without text and parties. That it was seen is
    recorded.

    Raises StorageError.
    """
    reports = workspace.casework.repository(IntelligenceStore).all()
    workspace.casework.repository(IntelligenceStore).record(
        "listed", workspace.now(), None, reports=len(reports), text="none"
    )
    return tuple(_build_report_lines(workspace, reports))


@use_case("handle intelligence", event="intelligence")
def show(workspace: Workspace, number: int, *, raw: bool = False) -> ReportShown:
    """Return one report, with its raw text if asked for. That it was seen, and which text, is
    recorded.

    Raises NotFound and StorageError.
    """
    return _show_report(workspace, _find_report(workspace, number), raw=raw)


@use_case("handle intelligence", event="intelligence")
def reports_for(workspace: Workspace, numbers: Collection[int]) -> tuple[ReportShown, ...]:
    """Return the reports of these numbers that are still kept, sanitised, each recorded as seen.

    Raises StorageError.
    """
    kept = (
        workspace.casework.repository(IntelligenceStore).get(one) for one in sorted(set(numbers))
    )
    return tuple(_show_report(workspace, one, raw=False) for one in kept if one)


@use_case("handle intelligence", event="intelligence")
def review(
    workspace: Workspace,
    number: int,
    *,
    review_on: str = "",
    weed_on: str = "",
    grade: str = "",
    conditions: str = "",
    sanitised: str = "",
) -> IntelligenceReport:
    """Record that a report was looked at again, with what changed, and match it again.

    Empty leaves a field as it is; without a grade the conditions stay. The days are dates as people
    write them. Without a day the next review is the usual time from today. Raises NotFound,
    Conflict for one that ended, Invalid for days that its grade does not allow, and StorageError.
    """
    report = _find_report(workspace, number)
    if report.ended_on:
        raise Conflict(
            f"Report {number} has ended", hint="It is deleted at the next weeding. Nothing changed."
        )
    try:
        code = grade or report.grade.code
        graded = files.grade_of(code, conditions or _select_kept_conditions(report, code))
        wanted = weed_on or _no_later(report, graded)
        dates = files.dates_of(
            graded, report.provenance, review_on, wanted, _build_draft_rules(workspace)
        )
    except WrongField as wrong:
        raise Invalid(str(wrong), field=wrong.field) from None
    reviewed = replace(
        report,
        grade=graded,
        sanitised=sanitised or report.sanitised,
        review_on=dates[0],
        weed_on=dates[1],
    )
    compared = compare_reports(workspace, [reviewed])
    with workspace.casework.transaction():
        _refuse_changed(workspace, report)
        kept = workspace.casework.repository(IntelligenceStore).keep(
            reviewed,
            "reviewed",
            workspace.now(),
            sanitised="changed" if sanitised else "as it was",
        )
        keep_matches(workspace, compared, [number])
    return kept


@use_case("handle intelligence", event="intelligence")
def end(workspace: Workspace, number: int) -> None:
    """End a report: it concerns nobody from now on, and is deleted at the next weeding.

    Raises NotFound, Conflict for one that ended, and StorageError.
    """
    report = _find_report(workspace, number)
    if report.ended_on:
        raise Conflict(f"Report {number} has ended already", hint="Weed to delete it now.")
    now = workspace.now()
    with workspace.casework.transaction():
        _refuse_changed(workspace, report)
        ended = replace(report, ended_on=now.date())
        workspace.casework.repository(IntelligenceStore).keep(ended, "ended", now)
        keep_matches(workspace, ComparedReports([ended], (), ()), [number])


@use_case("handle intelligence", event="retention")
def weed(workspace: Workspace) -> Weeding:
    """Delete the reports that are past their weeding date or ended, as the schedule does.

    Raises ClockInDoubt where a wrong clock may make them look old, StorageError.
    """
    refuse_removal_in_doubt(workspace)
    rule = rules(workspace.settings.retention, workspace.extensions)[intelligence_weeding.RULE]
    with workspace.casework.retention.transaction(dry_run=False):
        deleted = intelligence_weeding.delete_due_reports(workspace, rule.since(workspace.now()))
    weeding = intelligence_weeding.sweep_report_copies(workspace, deleted)
    if deleted:
        workspace.make_copy("removal")
    return weeding


def _store_reports(workspace: Workspace, drafts: Iterator[Draft]) -> tuple[int, ...]:
    reports = tuple(files.parse_reports(drafts, _build_draft_rules(workspace)))
    store, now = workspace.casework.repository(IntelligenceStore), workspace.now()
    # Before the transaction: nobody else can write while it lasts.
    compared = compare_reports(workspace, reports)
    with workspace.casework.transaction():
        numbers = tuple(store.keep(one, "added", now).number for one in reports)
        keep_matches(workspace, compared, numbers)
    return numbers


def _build_draft_rules(workspace: Workspace) -> files.DraftRules:
    def why_not(reference: str, day: date) -> str:
        agreement = workspace.casework.repository(AgreementStore).get(reference)
        if agreement is None:
            return "is not the reference of an agreement that is kept here"
        why = agreement.why_not_in_force(day)
        return f"was not in force on the day of receipt: it {why}" if why else ""

    days = rules(workspace.settings.retention, workspace.extensions)[intelligence_weeding.RULE].days
    return files.DraftRules(workspace.now().date(), days, why_not)


def _find_report(workspace: Workspace, number: int) -> IntelligenceReport:
    found = workspace.casework.repository(IntelligenceStore).get(number)
    if found is None:
        raise NotFound(
            f"Unknown intelligence report {number}",
            hint=Hint("See those there are: ", Step("list-intelligence")),
        )
    return found


def _refuse_changed(workspace: Workspace, report: IntelligenceReport) -> None:
    """Raise Conflict where somebody changed, ended or deleted the report since it was read."""
    if workspace.casework.repository(IntelligenceStore).get(report.number) != report:
        raise Conflict(
            f"Report {report.number} was changed or deleted in the meantime",
            hint="Nothing changed. Look at it again.",
        )


def _select_kept_conditions(report: IntelligenceReport, code: str) -> str:
    """Return the conditions that stay where a new grade has handling code C as well."""
    return report.grade.conditions if code.strip().upper().endswith("C") else ""


def _no_later(report: IntelligenceReport, grade: Grade) -> str:
    """Return the weeding date that stands, or an earlier one where a new grade allows no more."""
    _, longest = grading.derive_review_dates(grade, report.provenance.received_on)
    return min(report.weed_on, longest).isoformat()


def _show_report(workspace: Workspace, report: IntelligenceReport, *, raw: bool) -> ReportShown:
    if raw and not report.raw:
        raise NotFound(
            f"Report {report.number} has no raw text", hint="It came sanitised: show it so."
        )
    workspace.casework.repository(IntelligenceStore).record(
        "shown", workspace.now(), report.number, text="raw" if raw else "sanitised"
    )
    (line,) = _build_report_lines(workspace, [report])
    names = {one.ref: one.name for one in workspace.suppliers.all()}
    return ReportShown(
        line=line,
        grade=grading.in_words(report.grade),
        conditions=report.grade.conditions,
        text=report.raw if raw else report.sanitised,
        raw=raw,
        has_raw=bool(report.raw),
        agreement=report.provenance.agreement,
        parties=report.parties,
        suppliers=tuple(
            SupplierConcerned(
                one.supplier_ref, names.get(one.supplier_ref, ""), one.role, one.score
            )
            for one in workspace.casework.repository(IntelligenceStore).matches([report.number])
        ),
    )


def _build_report_lines(
    workspace: Workspace, reports: Collection[IntelligenceReport]
) -> Iterator[ReportLine]:
    today = workspace.now().date()
    matched: dict[int, int] = {}
    for match in workspace.casework.repository(IntelligenceStore).matches(
        {one.number for one in reports}
    ):
        matched[match.number] = matched.get(match.number, 0) + 1
    for one in reports:
        yield ReportLine(
            number=one.number,
            grade=one.grade.code,
            provenance=provenance_words(one.provenance),
            received_on=one.provenance.received_on,
            crimes=tuple(map(crimes.format_crime_type, one.crime_types)),
            victims=not VICTIMS.isdisjoint(one.crime_types),
            parties=len(one.parties),
            suppliers=matched.get(one.number, 0),
            review_on=one.review_on,
            weed_on=one.weed_on,
            review_due=one.review_on <= today,
            ended=one.ended_on is not None,
        )


def provenance_words(provenance: Provenance) -> str:
    """Return how a report came here, in words: `a partner (Police force)`."""
    source = files.SOURCES[provenance.source]
    body = provenance.received_from
    return f"{source} ({RECEIVERS[body]})" if body else source
