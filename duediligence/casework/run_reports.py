"""A stored run as a page shows it, in the words of a report."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from duediligence.casework.alert_status import hidden
from duediligence.casework.disclosure import Withheld
from duediligence.casework.runs_shown import run_for, run_of
from duediligence.render import run_json
from duediligence.render.html_page import ReportParts, report_parts
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """A stored run as a page shows it: its parts, how many of its findings are `withheld`, and what
    was decided as not the same and so is not shown, in words; empty for nothing. `held` are the
    references of the suppliers that there are now: a checked name has one without being one.
    `checked` is the reference of the name, where the run is a check of one.
    """

    parts: ReportParts
    withheld: Withheld
    not_shown: str
    held: Collection[str]
    checked: str


@use_case("read")
def run_report(
    workspace: Workspace, run_id: str, *, people: bool = True, restricted: bool = False
) -> RunReport:
    """Return a stored run as it may be shown, without what was decided as not the same of just
    that.

    Raises as `run_for`.
    """
    run = run_of(workspace, run_id)
    split, is_check = hidden(workspace, run), workspace.casework.checks.holds(run_id)
    shown = run_for(
        workspace, replace(run, findings=split.shown), people=people, restricted=restricted
    )
    return RunReport(
        parts=report_parts(shown.run),
        withheld=shown.withheld,
        not_shown=split.words,
        held=workspace.suppliers.names().keys(),
        checked=min(workspace.screened.refs(run_id), default="") if is_check else "",
    )


@use_case("read")
def run_document(workspace: Workspace, run_id: str) -> dict[str, Any]:
    """Return a stored run for programs, as the JSON file of it has it for circulation: without
    people, restricted findings, and what was decided as not the same of just that.

    Raises as `run_for`.
    """
    run = run_of(workspace, run_id)
    shown = run_for(workspace, replace(run, findings=hidden(workspace, run).shown), people=False)
    document: dict[str, Any] = run_json.build_run_document(shown.run)["data"]
    return document
