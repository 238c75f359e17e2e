"""Whether a run found just what the run before it found."""

from collections import Counter
from collections.abc import Iterable

from duediligence.model import Finding, Run
from duediligence.screening.access import use_case
from duediligence.screening.alerts.content import content_of
from duediligence.screening.workspace import Workspace


@use_case("read")
def unchanged_since(workspace: Workspace, run: Run) -> Run | None:
    """The run before of the same suppliers, where nothing differs; None where anything does.

    The same findings, whatever day it is, from the same lists in the same state and the same
    registers. A newer version of a list that led to no other finding is no difference. `run` is
    whole, as it was stored. Raises StorageError.
    """
    refs = workspace.screened.refs(run.id)
    before_id = workspace.screened.run_before(run.id, min(refs)) if refs else ""
    if not before_id or workspace.screened.refs(before_id) != refs:
        return None
    before = workspace.runs.get(before_id)
    if before is None or before.scope is None or run.scope is None:
        return None
    same = (
        before.scope.gaps == run.scope.gaps
        and before.namesakes == run.namesakes
        and _lists(before) == _lists(run)
        and len(before.findings) == len(run.findings)
        and _contents(before.findings) == _contents(run.findings)
    )
    return before if same else None


def _lists(run: Run) -> set[tuple[str, str]]:
    return {(status.list_id, status.state) for status in run.in_use}


def _contents(findings: Iterable[Finding]) -> Counter[tuple[tuple[str, ...], str]]:
    return Counter((finding.key, content_of(finding)) for finding in findings)
