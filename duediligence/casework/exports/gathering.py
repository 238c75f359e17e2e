"""The findings that an export holds, and where each of them stands."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches

from duediligence.casework.alerts.standings import Standing, standings
from duediligence.casework.exports.filters import NO_FILTERS, Filters
from duediligence.casework.flag_files import NOT_CHECKED, beside, twins
from duediligence.casework.known_people import people_known
from duediligence.errors import UsageError
from duediligence.model import Finding, Kind, Run, Supplier
from duediligence.reports.changes import news_words
from duediligence.reports.disclosure import disclosed
from duediligence.reports.exports.rows import Exported
from duediligence.reports.rows import place
from duediligence.reports.scope import scope_lines
from duediligence.reports.verdict import WITHHELD, list_title
from duediligence.screening.workspace import Workspace

_NO_STANDING = Standing(alert_id="", status="")


@dataclass(frozen=True, slots=True)
class Gathered:
    """The rows of an export in the order of every report, the runs they are of, and the references
    of stored suppliers that `never` were screened, of whom nothing can be told. `scope` is what
    the newest of the runs looked at, in words.
    """

    rows: tuple[Exported, ...]
    runs: tuple[str, ...]
    never: tuple[str, ...] = ()
    scope: tuple[str, ...] = ()

    @property
    def not_checked(self) -> int:
        return sum(one.finding.outcome == "unknown" for one in self.rows)


def gather(
    workspace: Workspace, filters: Filters = NO_FILTERS, *, run_id: str = "", people: bool = False
) -> Gathered:
    """The findings of one stored run, else of the newest run of each stored supplier.

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
    runs = [_run(workspace, each) for each in sorted(by_run)]
    if not runs:
        raise UsageError("nothing was screened yet", hint="Run: duediligence screen")
    _check_lists(workspace, runs, filters.lists)
    found = [
        one for run in runs for one in _rows(workspace, run, by_run[run.id], filters, people=people)
    ]
    return Gathered(
        rows=tuple(sorted(found, key=lambda one: place(one.finding))),
        runs=tuple(run.id for run in runs),
        never=() if run_id else tuple(ref for ref in wanted if ref not in newest),
        scope=tuple(scope_lines(max(runs, key=lambda run: run.started_at))),
    )


def _rows(
    workspace: Workspace, run: Run, refs: list[str], filters: Filters, *, people: bool
) -> Iterator[Exported]:
    about = {"", *refs}
    part = replace(run, findings=tuple(f for f in run.findings if f.supplier_ref in about))
    known = {} if people else people_known(workspace, run.id)
    shown, _ = disclosed(part, known, people=people, restricted=False)
    where = standings(workspace, run)
    known_beside = _Beside(workspace, run)
    for key, told in twins(part, shown):
        standing = where.get(key, _NO_STANDING)
        if told.outcome == "unknown":
            # It may have the key of a finding to review, and is none.
            standing = replace(_NO_STANDING, status=NOT_CHECKED)
        if told.check_id == WITHHELD or filters.admits(told, standing):
            yield known_beside.exported(told, standing, key[3:], people=people)


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
        self, told: Finding, standing: Standing, entry: tuple[str, ...], *, people: bool
    ) -> Exported:
        return Exported(
            finding=told,
            status=standing.status,
            decided_by=standing.decided_by,
            decided_at=standing.decided_at,
            reason=standing.reason,
            last_seen=standing.last_seen,
            change=news_words(standing.news, standing.changes, people=people),
            list_title=list_title(self._run, told),
            list_topic=self._topics.get(told.list_id, ""),
            entry_kind=self._kinds.get(entry, "unknown"),
            **beside(self._suppliers.get(told.supplier_ref)),
        )


def _of_contract(suppliers: list[Supplier], contract: str) -> list[Supplier]:
    if not contract:
        return suppliers
    by_contract: dict[str, list[Supplier]] = {}
    for one in suppliers:
        if one.contract:
            by_contract.setdefault(one.contract.casefold(), []).append(one)
    if contract.casefold() in by_contract:
        return by_contract[contract.casefold()]
    near = get_close_matches(contract.casefold(), by_contract, 1)
    did = f" Did you mean {by_contract[near[0]][0].contract!r}?" if near else ""
    raise UsageError(
        f"no supplier has the contract {contract!r}.{did}",
        hint="It must be as it stands in the supplier file.",
    )


def _check_lists(workspace: Workspace, runs: list[Run], lists: tuple[str, ...]) -> None:
    known = {status.list_id for run in runs for status in run.lists} | {*workspace.watchlists}
    for each in lists:
        if each not in known:
            raise UsageError(
                f"there is no list {each!r}", hint=f"The lists are: {', '.join(sorted(known))}."
            )


def _run(workspace: Workspace, run_id: str) -> Run:
    run = workspace.runs.get(run_id)
    if run is None:
        ids = sorted(workspace.runs.started())[-3:]
        raise UsageError(
            f"there is no run {run_id!r}", hint=f"The newest are: {', '.join(ids) or 'none'}."
        )
    return run
