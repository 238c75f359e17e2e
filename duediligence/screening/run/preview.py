"""What another threshold would show and hide, over the suppliers already imported."""

from dataclasses import dataclass

from duediligence.errors import Conflict, Hint, Invalid, Step
from duediligence.matching import DEFAULT_THRESHOLD
from duediligence.model import ListStatus
from duediligence.progress import SILENT, Progress
from duediligence.render.saying import explain_match
from duediligence.screening.access import use_case
from duediligence.screening.lists import statuses as lists
from duediligence.screening.lookup.incremental import subject
from duediligence.screening.lookup.list_search import open_lists
from duediligence.screening.lookup.parties import parties
from duediligence.screening.run.policy import read_policy
from duediligence.screening.workspace import Workspace
from duediligence.text.wording import count


@dataclass(frozen=True, slots=True)
class Change:
    """A possible match that the other threshold would show or hide, and why it has its score.

    `shown_up_to` is the highest threshold at which it is shown.
    """

    supplier_ref: str
    supplier_name: str
    subject_name: str
    list_id: str
    entry_id: str
    entry_name: str
    score: float
    why: str
    shown_up_to: float

    @property
    def about(self) -> str:
        """Return `Supplier (S001), party: entry (list)`; a party only where it is not the
        supplier.
        """
        party = "" if self.subject_name == self.supplier_name else f", {self.subject_name}"
        supplier = f"{self.supplier_name} ({self.supplier_ref}){party}"
        return f"{supplier}: {self.entry_name} ({self.list_id})"


@dataclass(frozen=True, slots=True)
class Preview:
    """The two thresholds, the possible matches at each, and what changes, nearest to both first.

    `fixed` are lists whose threshold a policy sets and that do not change. `not_checked` are lists
    that say nothing here because they are not loaded.
    """

    suppliers: int
    threshold_now: float
    threshold_then: float
    matches_now: int
    matches_then: int
    appear: tuple[Change, ...]
    vanish: tuple[Change, ...]
    fixed: tuple[str, ...]
    not_checked: tuple[ListStatus, ...]

    @property
    def warnings(self) -> tuple[str, ...]:
        """For each list that is not current, that its matches are not fully counted, and why."""
        return tuple(
            f"Not fully counted: {status.list_id} is {status.state}: {status.reason}."
            for status in self.not_checked
        )

    @property
    def summary(self) -> str:
        """Return how many possible matches there are now, and how many there would be."""
        return (
            f"{count(self.suppliers, 'supplier')}: "
            f"{count(self.matches_now, 'possible match', 'possible matches')} at "
            f"{self.threshold_now:g} now, {self.matches_then:,} at {self.threshold_then:g}."
        )

    @property
    def not_counted(self) -> str:
        """Return lists that do not change, in a sentence; empty where there is none."""
        if not self.fixed:
            return ""
        return f"Your policy sets a threshold of its own for {', '.join(self.fixed)}: not counted."


def check_threshold(threshold: float) -> None:
    """Raise Invalid where this is no threshold."""
    if not 0 < threshold <= 1:
        raise Invalid(f"a threshold is above 0 and at most 1, not {threshold:g}", field="threshold")


@use_case("read")
def preview(workspace: Workspace, threshold: float, *, progress: Progress = SILENT) -> Preview:
    """Look every supplier up at the lower of both thresholds, and tell the two apart.

    Nothing is stored. Raises UsageError where there are no suppliers or the threshold is not
    above 0 and at most 1.
    """
    check_threshold(threshold)
    suppliers = workspace.suppliers.active(workspace.now().date())
    if not suppliers:
        raise Conflict(
            "No supplier has been imported",
            hint=Hint("Import some first: ", Step("import-suppliers")),
        )
    settings = workspace.settings
    now = settings.threshold or DEFAULT_THRESHOLD
    fixed = read_policy(settings.policy, workspace.watchlists).thresholds
    looked_up = [(supplier, party) for supplier in suppliers for party in parties(supplier)]
    statuses, engine = open_lists(workspace, lists.statuses(workspace))
    versions = {
        s.list_id for s in statuses if s.version and s.list_id in engine.lists - fixed.keys()
    }
    results = engine.search_many(
        (subject(party) for _, party in looked_up),
        dict.fromkeys(versions, min(now, threshold)),
        limit=settings.limit + 1,
        workers=settings.workers,
    )
    found: list[Change] = []
    with progress.task(f"Screening against {len(versions)} lists", len(looked_up)) as task:
        for (supplier, _), by_list in zip(looked_up, results, strict=True):
            task.advance()
            for list_id, matches in by_list.items():
                found += [
                    Change(
                        supplier.ref,
                        supplier.name,
                        match.query_name,
                        list_id,
                        match.entry_id,
                        match.listed_name,
                        match.score,
                        explain_match(match),
                        match.shown_up_to,
                    )
                    for match in matches[: settings.limit]
                ]
    between = (now + threshold) / 2
    found.sort(key=lambda c: (abs(c.shown_up_to - between), c.supplier_ref, c.list_id, c.entry_id))
    return Preview(
        suppliers=len(suppliers),
        threshold_now=now,
        threshold_then=threshold,
        matches_now=sum(change.shown_up_to >= now for change in found),
        matches_then=sum(change.shown_up_to >= threshold for change in found),
        appear=tuple(change for change in found if threshold <= change.shown_up_to < now),
        vanish=tuple(change for change in found if now <= change.shown_up_to < threshold),
        fixed=tuple(sorted(fixed)),
        not_checked=tuple(status for status in statuses if status.blocks_complete_run),
    )
