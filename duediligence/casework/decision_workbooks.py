"""Decisions that were filled in in a workbook: what they would do, and recording them.

The workbook comes back from wherever it was. A row counts only where the export that the audit
chain knows had it, nothing that is locked was changed in it, the person could see it, and the
alert is what it was then. Everything else is as for one decision: `deciding` says who may decide
what.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from duediligence.casework import alert_words
from duediligence.casework.deciding import (
    Asked,
    Choice,
    covered,
    decide_many,
    decision_of,
    factors_of,
    find,
    list_sources_to_decide,
    status_after,
    validate_choice,
)
from duediligence.casework.decision_rows import ComparedThen, row_code, rows_sha256
from duediligence.casework.differences import list_compared_changes
from duediligence.casework.filled_workbooks import EXPORT_AGAIN, FilledRow, FilledWorkbook
from duediligence.casework.queue import rules_of, shown_to
from duediligence.errors import Conflict, DuediligenceError, Hint, Invalid, OptionRemark
from duediligence.model.alerts import Alert, Compared, Considered, Decision
from duediligence.model.audit import AuditEvent, AuditValue
from duediligence.render.decision_workbook import COLUMNS, LOCKED, WORKINGS, code_of
from duediligence.render.wording import change_words, fold
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace
from duediligence.text.dates import parse_day
from duediligence.text.wording import count, listed

_LAST_DAY = 2_958_465  # 31 December 9999, as spreadsheets count
_AND = re.compile(r"[;,\s]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedDecision:
    """What a row would decide, and where its alert is then. `numbers` has the number of each alert
    by its id.

    `covers` are the alerts about further sources of the same event that it decides as well, those
    that have no row of their own, each with its state then. Of these `sources` are on other lists,
    as the row names them, each with the position of its newest decision.
    """

    row: int
    alert_id: str
    numbers: Mapping[str, str]
    supplier: str
    choice: Choice
    after: int
    becomes: str
    covers: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that cannot be recorded, and why. `alert` is as the row has it, shortened."""

    row: int
    alert: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionPreview:
    """What an import would record, all of it decided by `who`.

    `already`: rows whose decision this account recorded before. `undecided`: rows of the export
    without a decision. `deleted`: those that are not in the file any more.
    """

    who: str
    exported_by: str
    planned: tuple[PlannedDecision, ...] = ()
    refused: tuple[RefusedRow, ...] = ()
    already: int = 0
    undecided: int = 0
    deleted: int = 0
    ignored: tuple[str, ...] = ()

    @property
    def waiting(self) -> int:
        """Return how many alerts would wait for a second person."""
        states = (state for one in self.planned for state in (one.becomes, *one.covers.values()))
        return sum(state == "awaiting second decision" for state in states)

    @property
    def covered(self) -> int:
        """Return how many alerts are decided by the row of another source of the same event."""
        return sum(len(one.covers) for one in self.planned)

    @property
    def counts(self) -> Mapping[str, int]:
        return Counter(one.choice.decided for one in self.planned)


@use_case("decide")
def preview_import(workspace: Workspace, filled: FilledWorkbook) -> DecisionPreview:
    """Return what recording the workbook would decide now, and which rows it would refuse.

    Nothing is recorded. Raises Invalid for a workbook of which the audit chain of this home does
    not know the export, StorageError.
    """
    return _Import(workspace, filled).preview()


@use_case("decide", event="decisions imported")
def record_import(
    workspace: Workspace,
    filled: FilledWorkbook,
    shown: DecisionPreview,
    *,
    skip_refused: bool = False,
) -> list[Decision]:
    """Record what `shown` says, all in one transaction. Returns the decisions; what they cover of
    further sources of the same event is recorded beside them.

    Raises Conflict, and records nothing, where rows are refused and are not to be skipped, and
    where something changed since the preview; else as `preview_import`.
    """
    if shown.refused and not skip_refused:
        raise Conflict(
            f"{count(len(shown.refused), 'row')} of {filled.name} cannot be recorded, so nothing "
            "was recorded",
            hint=Hint(
                "Correct them and import the file again, or record only the others",
                OptionRemark(" (--skip-refused)"),
                ".",
            ),
        )
    with workspace.casework.transaction():
        now = _Import(workspace, filled).preview()
        if now != shown:
            raise Conflict(
                f"Something changed since the preview of {filled.name}, so nothing was recorded",
                hint="Import the file again, and look at the new preview.",
            )
        if not shown.planned:
            return []
        act = decide_many(
            workspace,
            [
                Asked(id_, one.choice, after)
                for one in shown.planned
                for id_, after in ((one.alert_id, one.after), *one.sources.items())
            ],
            apart=_find_filled_alert_ids(filled, shown.planned),
        )
        what: dict[str, AuditValue] = {
            "workbook": filled.export,
            "sha256": filled.sha256,
            "rows": len(shown.planned),
            "refused": len(shown.refused),
        }
        workspace.record("decisions imported", what, subject="alerts")
    own = {one.alert_id for one in shown.planned}
    return [one for one in act.decisions if one.alert_id in own]


def _find_filled_alert_ids(
    filled: FilledWorkbook, planned: Sequence[PlannedDecision]
) -> frozenset[str]:
    """Return the alerts that somebody filled in a row for, also where that row is refused."""
    rows = (row.text("alert_id") for row in filled.rows if row.filled)
    return frozenset((*rows, *(one.alert_id for one in planned)))


@dataclass
class _Import:
    """One look at a workbook, row by row."""

    workspace: Workspace
    filled: FilledWorkbook
    planned: list[PlannedDecision] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)
    already: int = 0
    exported_by: str = ""
    times: Mapping[str, int] = field(default_factory=dict)
    by_alert: dict[str, int] = field(default_factory=dict)
    filled_ids: frozenset[str] = frozenset()

    def preview(self) -> DecisionPreview:
        self.exported_by = self._export_event().who
        rows = self.filled.rows
        of_export = [row for row in rows if row.text("row") in self.filled.codes]
        filled = [row for row in rows if row.filled]
        self.times = Counter(row.text("row") for row in filled)
        self.filled_ids = _find_filled_alert_ids(self.filled, ())
        for row in filled:
            try:
                self._take(row)
            except _Refused as error:
                self._refuse(row, str(error))
            except DuediligenceError as error:
                self._refuse(row, error.message)
        own = _find_filled_alert_ids(self.filled, self.planned)
        self.planned = [
            replace(one, covers={id_: one.covers[id_] for id_ in one.covers if id_ not in own})
            for one in self.planned
        ]
        present = {row.text("row") for row in of_export}
        done = {row.text("row") for row in filled}
        return DecisionPreview(
            who=self.workspace.who,
            exported_by=self.exported_by,
            planned=tuple(self.planned),
            refused=tuple(self.refused),
            already=self.already,
            undecided=len(present - done),
            deleted=len(self.filled.codes - present),
            ignored=self.filled.ignored,
        )

    def _export_event(self) -> AuditEvent:
        name = self.filled.name
        for record in self.workspace.audit.records(kind="export"):
            event = record.event
            if self.filled.export and event.what.get("workbook") == self.filled.export:
                if event.what.get("rows_sha256") == rows_sha256(self.filled.codes):
                    return event
                raise Invalid(
                    f"{name}: the sheet {WORKINGS!r} was changed", field="file", hint=EXPORT_AGAIN
                )
        raise Invalid(
            f"{name}: was not exported from this home, or its export is not in the audit chain",
            field="file",
            hint=EXPORT_AGAIN,
        )

    def _refuse(self, row: FilledRow, why: str) -> None:
        self.refused.append(RefusedRow(row.number, fold(row.text("alert"))[:12], why))

    def _take(self, row: FilledRow) -> None:
        """Plan what the row decides. Raises _Refused, and what `deciding` raises."""
        self._check_untouched(row)
        choice = self._choice(row)
        alert = find(self.workspace, row.text("alert_id"))
        if alert.restricted:
            raise _Refused("it is based on a restricted record by now: decide it in the program")
        if (other := self.by_alert.setdefault(alert.id, row.number)) != row.number:
            raise _Refused(f"row {other} is about the same alert")
        then = _compared_then(row)
        if replace(then, sources={}) != ComparedThen.of(alert):
            if self._is_recorded(alert, then, choice):
                self.already += 1
                return
            raise _Refused(
                f"alert {alert.label} changed since the export ({self._changes(alert, then)}): "
                "export it again"
            )
        sources = self._list_named_sources(alert, then)
        for one in (alert, *sources):
            if self._shows_first_decision(one):
                raise _Refused(
                    "the second decision is blind, and another account exported the workbook: "
                    "export it yourself"
                )
            validate_choice(self.workspace, one, choice)
        named = {one.id for one in sources}
        covers = (one for one in covered(self.workspace, alert, choice) if one.id not in named)
        also = (*sources, *covers)
        self.planned.append(
            PlannedDecision(
                row=row.number,
                alert_id=alert.id,
                numbers={one.id: one.label for one in (alert, *also)},
                supplier=row.text("supplier"),
                choice=choice,
                after=alert.last_decision,
                becomes=self._becomes(alert, choice),
                covers={one.id: self._becomes(one, choice) for one in also},
                sources={one.id: one.last_decision for one in sources},
            )
        )

    def _list_named_sources(self, alert: Alert, then: ComparedThen) -> list[Alert]:
        """Return the sources on other lists that the row decides as well: those that wait and that
        it names, or none where the row of one is filled in. Raises _Refused, Conflict, NotFound.
        """
        if not self.filled_ids.isdisjoint(then.sources):
            return []
        for id_, was in then.sources.items():
            one = find(self.workspace, id_)
            if ComparedThen.of(one).short_sha256 != was:
                raise _Refused(
                    f"alert {one.label}, another source of it, changed since the export: export "
                    "it again"
                )
        waiting = list_sources_to_decide(self.workspace, alert) if then.sources else ()
        sources = [one for one in waiting if one.id != alert.id]
        if not {one.id for one in sources} <= then.sources.keys():
            raise _Refused(f"another source of alert {alert.label} came since: export it again")
        return sources

    def _shows_first_decision(self, alert: Alert) -> bool:
        """Return whether the row may show a first decision that this account may not see."""
        blind = shown_to(alert, self.workspace.who, rules_of(self.workspace)) is not alert
        return blind and not self.workspace.is_me(self.exported_by)

    def _check_untouched(self, row: FilledRow) -> None:
        if row.hidden:
            raise _Refused("it is hidden: clear the filter or show the row, and look at it")
        for key in row.filled:
            heading = COLUMNS[key].heading
            if key in row.hidden_cells:
                raise _Refused(f"its {heading.lower()!r} is in a hidden column: show that column")
            if row.cells[key].formula:
                raise _Refused(f"{heading!r} holds a formula: type the value instead")
            if row.cells[key].error:
                raise _Refused(f"{heading!r} holds an error value")
        if row.text("row") not in self.filled.codes:
            raise _Refused("it was not in the export: it was added, or its row code was changed")
        if self.times[row.text("row")] > 1:
            raise _Refused("the same row is filled in more than once: it was copied")
        if any(row.cells[key].formula for key in LOCKED if key in row.cells):
            raise _Refused("a locked cell holds a formula: export it again")
        cells = {key: row.text(key) for key in LOCKED}
        if row_code(self.filled.export, cells) != row.text("row"):
            raise _Refused("a locked cell was changed: export it again")

    def _choice(self, row: FilledRow) -> Choice:
        """Return what the row says. Raises _Refused, Invalid."""
        if "decision" not in row.filled:
            filled = listed(COLUMNS[key].heading for key in row.filled)
            raise _Refused(f"it has no decision, but: {filled}")
        factors = _AND.sub(",", row.text("factors"))
        return Choice(
            decided=decision_of(fold(row.text("decision"))),
            reason=code_of(fold(row.text("reason"))).upper(),
            note=fold(row.text("note")),
            considered=Considered(
                ground=code_of(fold(row.text("ground"))).upper(),
                factors=factors_of(factors),
                representations_invited=self._day(row, "invited"),
                representations_received=self._day(row, "received"),
                notice_sent=self._day(row, "notice"),
                contract=fold(row.text("contract")),
            ),
        )

    def _day(self, row: FilledRow, key: str) -> date | None:
        cell = row.cells.get(key)
        if cell is None:
            return None
        if cell.number:
            days = float(cell.text)
            if 1 <= days <= _LAST_DAY - 1462:
                start = date(1904, 1, 1) if self.filled.from_1904 else date(1899, 12, 30)
                return start + timedelta(days=int(days))
        elif found := parse_day(cell.text):
            return found
        raise _Refused(
            f"{COLUMNS[key].heading!r}: {fold(cell.text)[:40]!r} is not a date: write 24/11/2026"
        )

    def _is_recorded(self, alert: Alert, then: ComparedThen, choice: Choice) -> bool:
        """Return whether this account recorded the choice after the export, about the same two
        sides.
        """
        own = [
            one
            for one in alert.history
            if one.position > then.last_decision and self.workspace.is_me(one.by)
        ]
        return bool(
            own
            and _is_choice(own[-1], choice)
            and (own[-1].party_sha256, own[-1].entry_sha256)
            == (then.party_sha256, then.entry_sha256)
        )

    def _changes(self, alert: Alert, then: ComparedThen) -> str:
        """Return what is not as it was, in words, as this account may see it."""
        told = []
        if alert.entry_sha256 != then.entry_sha256:
            told.append(self._entry_changes(alert, then))
        if alert.party_sha256 != then.party_sha256:
            told.append("the supplier's side changed")
        shown = shown_to(alert, self.workspace.who, rules_of(self.workspace))
        if alert.last_decision != then.last_decision:
            seen = shown.history[-1:] if shown.last_decision == alert.last_decision else ()
            told += [f"{one.by} decided {one.decided!r}" for one in seen] or ["somebody decided"]
        if alert.severity != then.severity:
            told.append(f"the severity was {then.severity} and is {alert.severity}")
        if not told:
            told.append(f"it was {then.state!r} and is {alert.state!r}")
        return "; ".join(told)

    def _entry_changes(self, alert: Alert, then: ComparedThen) -> str:
        before = self.workspace.screened.entries([then.entry_sha256]).get(then.entry_sha256)
        now = alert.compared.entry
        if before is None or now is None:
            return "the list entry changed"
        changes = list_compared_changes(Compared(entry=before), Compared(entry=now))
        return "; ".join(map(change_words, changes[:3])) or "the list entry changed"

    def _becomes(self, alert: Alert, choice: Choice) -> str:
        """Return the state of the alert once the choice is recorded; of a blind second decision
        what was chosen, because where it ends would tell what the first one was.
        """
        if shown_to(alert, self.workspace.who, rules_of(self.workspace)) is not alert:
            return choice.decided
        return status_after(self.workspace, alert, choice).state


class _Refused(Exception):
    """Why a row is refused."""


def _compared_then(row: FilledRow) -> ComparedThen:
    try:
        return ComparedThen.read(row.text("compared"))
    except ValueError:
        raise _Refused("another version of the program exported it: export it again") from None


def _is_choice(decision: Decision, choice: Choice) -> bool:
    """Return whether the decision is what was chosen, as it is kept."""
    kept, wanted = decision.considered, choice.considered
    return (
        decision.decided == choice.decided
        and decision.reason == choice.reason
        and decision.note == choice.note
        and kept.ground.partition("@")[0] == wanted.ground
        and kept.factors == tuple(sorted(set(wanted.factors)))
        and kept.representations_invited == wanted.representations_invited
        and kept.representations_received == wanted.representations_received
        and kept.notice_sent == wanted.notice_sent
        and kept.contract == wanted.contract[:200]
    )


def format_planned_decision(one: PlannedDecision) -> tuple[str, str]:
    """Return which row decides what, and with whom and why."""
    choice = one.choice
    then = f", then {one.becomes}" if one.becomes != choice.decided else ""
    parts = [
        one.supplier,
        f"also covers {listed(one.numbers[id_] for id_ in one.covers)}" if one.covers else "",
        f"note: {choice.note}" if choice.note else "",
        *(f"{label} {value}" for label, value in alert_words.considered(choice)),
    ]
    start = f"row {one.row}: {one.numbers[one.alert_id]} {choice.decided} ({choice.reason}){then}"
    return start, "; ".join(filter(None, parts))


def format_refused_row(one: RefusedRow) -> tuple[str, str]:
    """Return which row cannot be recorded, and why."""
    return f"row {one.row}: {one.alert}", one.why


def format_preview_people(preview: DecisionPreview) -> str:
    """Return who exported it, and who decides."""
    return f"exported by {preview.exported_by}, decided by {preview.who}"


def list_preview_counts(preview: DecisionPreview) -> Iterator[tuple[str, str]]:
    """Yield what it comes to, a line each."""
    decisions = [f"{number:,} {decided!r}" for decided, number in preview.counts.items()]
    yield f"{count(len(preview.planned), 'decision')} to record", listed(decisions)
    if preview.covered:
        yield f"{count(preview.covered, 'further source')} of the same events covered by them", ""
    if preview.waiting:
        yield f"{count(preview.waiting, 'alert')} then waiting for a second person", ""
    if preview.already:
        yield f"{count(preview.already, 'row')} decided so already", ""
    if preview.refused:
        yield f"{count(len(preview.refused), 'row')} refused", ""
    if preview.undecided:
        yield f"{count(preview.undecided, 'row')} without a decision", ""
    if preview.deleted:
        yield f"{count(preview.deleted, 'row')} of the export not in the file", ""
    if preview.ignored:
        yield "ignored columns", ", ".join(preview.ignored)


def format_waiting_count(preview: DecisionPreview) -> str:
    """Return how many alerts a second person has to decide, once it is recorded."""
    alerts = count(preview.waiting, "alert")
    return f"{alerts} decided only once a second person decides the same."
