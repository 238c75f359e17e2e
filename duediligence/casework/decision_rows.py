"""Alerts as rows to decide on in a workbook, and the code by which each row is known again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import get_args

from duediligence.casework import alert_words
from duediligence.casework.deciding import REASONS
from duediligence.casework.queue import NO_FILTERS, Filters, allowed_decisions
from duediligence.casework.showing import AlertOfFile, AlertsOfFile, AlertView, alerts_for_file
from duediligence.casework.side_by_side import FactPair
from duediligence.law.possible_grounds import list_choosable_grounds
from duediligence.model.alerts import Alert, Factor
from duediligence.model.audit import canonical
from duediligence.render.decision_workbook import LOCKED, DecisionSheets, LockedRow, cell_of
from duediligence.render.wording import day, moment, score_words, uk_day
from duediligence.screening.workspace import Workspace
from duediligence.text.wording import count

_LEFT_OUT = {True: "on the screen only", False: ""}
# The kinds of alert by which decisions are offered.
POSSIBLE, DECIDED_BEFORE, FACT = "possible match", "match decided before", "fact about the supplier"
_CHOICES = {
    POSSIBLE: allowed_decisions("open", matched=True),
    DECIDED_BEFORE: allowed_decisions("same", matched=True),
    FACT: allowed_decisions("open", matched=False),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedThen:
    """What an alert was when its row was written: both sides, the newest decision, the state.

    `sources` are by ID the other sources of a joined alert that the row decides as well, each with
    the hash of what it was. Rows of earlier versions name none.
    """

    party_sha256: str
    entry_sha256: str
    last_decision: int
    severity: str
    state: str
    sources: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, alert: Alert, sources: Iterable[Alert] = ()) -> "ComparedThen":
        return cls(
            party_sha256=alert.party_sha256,
            entry_sha256=alert.entry_sha256,
            last_decision=alert.last_decision,
            severity=alert.severity,
            state=alert.state,
            sources={one.id: cls.of(one).short_sha256 for one in sources},
        )

    @classmethod
    def read(cls, text: str) -> "ComparedThen":
        """Return what `str` wrote. Raises ValueError for anything else."""
        party, entry, last, severity, state, *sources = text.split("/")
        return cls(
            party_sha256=party,
            entry_sha256=entry,
            last_decision=int(last),
            severity=severity,
            state=state,
            sources=dict(_read_source(one) for one in sources),
        )

    @property
    def short_sha256(self) -> str:
        """Return the first 16 hexadecimal digits of its hash: a cell has to hold many of them."""
        return sha256(str(self).encode()).hexdigest()[:16]

    def __str__(self) -> str:
        parts = (self.party_sha256, self.entry_sha256, self.last_decision, self.severity)
        sources = (f"{id_}:{was}" for id_, was in self.sources.items())
        return "/".join(map(str, (*parts, self.state, *sources)))


def _read_source(text: str) -> tuple[str, str]:
    id_, was = text.split(":")
    return id_, was


def row_code(export: str, cells: Mapping[str, str]) -> str:
    """Return the hash of all that is locked in a row, and of the export that it is of, in
    hexadecimal.

    Spaces and line breaks count as one space: each program that saves a workbook has its own.
    """
    told = [" ".join(cells.get(key, "").split()) for key in LOCKED if key != "row"]
    return sha256(canonical({"export": export, "cells": told}).encode()).hexdigest()


def rows_sha256(codes: Iterable[str]) -> str:
    """Return the hash of the codes of all rows of an export, in any order: the audit chain has
    it.
    """
    return sha256("\n".join(sorted(codes)).encode()).hexdigest()


def rows_to_decide(
    workspace: Workspace,
    export: str,
    filters: Filters = NO_FILTERS,
    *,
    everything: bool = False,
    incomplete: str = "",
) -> tuple[DecisionSheets, AlertsOfFile]:
    """Return what is to be decided in a workbook of that code, and the alerts that it is made of.
    `incomplete` says what was not checked. Raises StorageError.
    """
    found = alerts_for_file(workspace, filters, everything=everything)
    titles = workspace.list_titles
    rows = [_build_locked_row(export, one, titles) for one in found.rows]
    sheets = DecisionSheets(
        export=export,
        made=workspace.now(),
        rows=rows,
        choices=_CHOICES,
        reasons={decided: tuple(codes.items()) for decided, codes in REASONS.items()},
        grounds=_list_choosable_grounds(workspace, {one.view.supplier_ref for one in found.rows}),
        about=tuple(_list_workbook_notes(workspace, export, found, incomplete)),
    )
    return sheets, found


def _list_choosable_grounds(workspace: Workspace, refs: Set[str]) -> list[tuple[str, str]]:
    """Return codes and names of the grounds that the contracts of suppliers can have."""
    buyer, today = workspace.settings.buyer_facts, uk_day(workspace.now())
    every = [one.engagements for one in workspace.suppliers.all() if one.ref in refs] or [()]
    grounds = (one for some in every for one in list_choosable_grounds(some, today, buyer))
    return list({one.code: one.name for one in grounds}.items())


def _build_locked_row(export: str, one: AlertOfFile, titles: Mapping[str, str]) -> LockedRow:
    cells = {key: cell_of(text) for key, text in _list_alert_cells(one, titles)}
    compared = ComparedThen.of(one.stored, one.sources)
    cells |= {"alert_id": one.view.id, "compared": str(compared)}
    return LockedRow(cells={**cells, "row": row_code(export, cells)})


def _list_alert_cells(one: AlertOfFile, titles: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    view, decided_too = one.view, {source.id for source in one.sources}
    yield "alert", view.label
    yield "supplier", f"{view.supplier_name} ({view.supplier_ref})"
    yield "severity", view.severity
    yield "about", ", ".join(filter(None, (view.subject_name, view.subject_role)))
    listed = ""
    if view.entry_id and view.list_id:
        title = titles.get(view.list_id, view.list_id)
        listed = f"{view.entry_name}\n{title} ({view.list_id}/{view.entry_id})"
    yield "point", "\n".join(filter(None, (view.check_title, listed)))
    yield "kind", _classify_alert_row(view)
    facts = list(_facts_of_file(view.facts))
    yield "ours", "\n".join(f"{fact.fact}: {fact.ours}" for fact in facts if fact.ours)
    yield "theirs", "\n".join(f"{fact.fact}: {fact.theirs}" for fact in facts if fact.theirs)
    verdicts = [(fact.fact, fact.verdict) for fact in view.facts if fact.ours or fact.theirs]
    yield "agrees", _join_fact_verdicts(verdicts, {"agree": "", "agree in part": " (in part)"})
    yield (
        "differs",
        _join_fact_verdicts(verdicts, {"differ": "", "nearly agree": " (nearly agrees)"}),
    )
    yield "not_known", _join_fact_verdicts(verdicts, {"not known": ""})
    yield "before", "\n".join(_describe_alert_history(view))
    strength = score_words(view.score) if view.score is not None else ""
    why = (*(view.happened or ()), *view.why, strength, view.certainty)
    yield "why", "\n".join(dict.fromkeys(filter(None, why)))
    yield "grounds", "\n".join(view.possible_grounds)
    yield "look_back", "\n".join(view.look_back)
    yield "next_step", view.next_step
    yield "page", view.entry_url or ""
    yield (
        "also",
        "\n".join(
            f"{also.source}: {also.number}, {also.state}"
            + (
                ", decided by this row too"
                if also.alert in decided_too
                else also.differs and f"; {also.differs}"
            )
            for also in view.also or ()
        ),
    )


def _facts_of_file(facts: Sequence[FactPair]) -> Iterator[FactPair]:
    """Yield where a person is on either side, without the numbers of papers: no file needs them,
    whether they agree is said, and the screen has them (UK GDPR art 5(1)(c)).
    """
    person = any("person" in (one.ours, one.theirs) for one in facts if one.fact == "Kind")
    for one in facts:
        if person and one.fact == "Number":
            yield replace(one, ours=_LEFT_OUT[bool(one.ours)], theirs=_LEFT_OUT[bool(one.theirs)])
        else:
            yield one


def _classify_alert_row(view: AlertView) -> str:
    if not view.entry_id:
        return FACT
    return DECIDED_BEFORE if "mitigated" in view.may_become else POSSIBLE


def _join_fact_verdicts(verdicts: Iterable[tuple[str, str]], wanted: Mapping[str, str]) -> str:
    return "\n".join(f"{fact}{wanted[verdict]}" for fact, verdict in verdicts if verdict in wanted)


def _describe_alert_history(view: AlertView) -> Iterator[str]:
    yield f"{view.state}; reopened: {view.reopened}" if view.reopened else view.state
    if view.expires:
        yield f"valid until {day(view.expires)}"
    if nothing := alert_words.history(view):
        yield nothing
    for decision in view.history:
        yield alert_words.decided(decision)
        yield from (f"{label}: {value}" for label, value in alert_words.considered(decision))


def _list_workbook_notes(
    workspace: Workspace, export: str, found: AlertsOfFile, incomplete: str
) -> Iterator[tuple[str, str]]:
    yield (
        "What this is",
        f"{count(found.alerts, 'alert')} to decide, a row for each source, on the first sheet.",
    )
    yield (
        "Exported",
        f"{moment(workspace.now())}, by {workspace.who}. Code of the export: {export}.",
    )
    if incomplete:
        yield "Not all was checked", incomplete
    if found.restricted:
        yield (
            "Left out",
            f"{count(found.restricted, 'alert')} based on restricted records. Decide those in the "
            "program.",
        )
    yield "Handling", "This file names people. Delete it once it is imported."
    yield (
        "How to fill it in",
        "Fill in the yellow cells. Choose the decision first, then the reason: its list depends on "
        "the decision. A row without a decision stays undecided. You may delete rows, hide "
        "columns that you do not need, and save as Excel workbook (.xlsx).",
    )
    yield (
        "One party on several lists",
        "A row decides all the lists that 'Also in' names as decided by it too. If you fill in the "
        "row of another of them as well, each of these rows decides its own list alone.",
    )
    yield (
        "Ground, factors, days",
        f"Only if you consider exclusion. Factors: {', '.join(get_args(Factor))}.",
    )
    yield (
        "All other cells",
        "They are locked against slips, without a password. The import refuses a row in which one "
        "was changed, a row that was added or copied, a filled-in row that is hidden (clear the "
        "filter first) and a formula.",
    )
    yield (
        "Who decides",
        "Every row is decided by the account that imports this file, after a preview. The same "
        "rules apply as one by one: roles, the second person, and that a reason fits the facts.",
    )
    yield (
        "What changed meanwhile",
        "A row whose alert changed since the export is refused. Export it again, and look again.",
    )
