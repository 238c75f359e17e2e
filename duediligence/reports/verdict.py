"""What a run comes to, in words: what was not checked, then what was found."""

from dataclasses import dataclass

from duediligence.model import Finding, ListStatus, Run
from duediligence.reports.rows import ordered
from duediligence.reports.wording import LIST_STATES, count, day, likeness


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that was not, or not fully, checked: `state` in words, and the reason."""

    what: str
    state: str
    why: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One line about a finding: a label, and one or several values."""

    label: str
    values: tuple[str, ...]


def to_review(run: Run) -> list[Finding]:
    """The findings that a person should look at, in order."""
    return [finding for finding in ordered(run) if finding.outcome in ("review", "adverse")]


def by_supplier(run: Run) -> list[list[Finding]]:
    """The findings to review, those of one supplier together, the most severe supplier first.

    A supplier without a reference (a single check) goes by its name.
    """
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in to_review(run):
        name = "" if finding.supplier_ref else finding.supplier_name
        groups.setdefault((finding.supplier_ref, name), []).append(finding)
    return list(groups.values())


def checked(run: Run) -> list[ListStatus]:
    """The lists that were searched in a copy that is fresh enough."""
    return [status for status in run.lists if status.state == "current"]


def gaps(run: Run) -> list[Gap]:
    """What makes the run incomplete: lists missing or stale, and checks that could not be made.

    Unknown findings about a list that stands here already are not repeated.
    """
    found = [Gap(status.title, _gap_state(status), status.reason) for status in run.not_checked]
    listed = {status.list_id for status in run.not_checked}
    others: dict[tuple[str, str], set[str]] = {}
    for finding in run.findings:
        if finding.outcome == "unknown" and finding.list_id not in listed:
            others.setdefault((finding.check_title, finding.why), set()).add(finding.supplier_ref)
    for (title, why), refs in others.items():
        suppliers = f" for {count(len(refs), 'supplier')}" if refs != {""} else ""
        found.append(Gap(title, f"could not be checked{suppliers}", why))
    if not found and not checked(run):
        found.append(Gap("All lists", "not checked", "No list was loaded."))
    return found


def warning(run: Run) -> str:
    """The line that stands before everything else in an incomplete run; empty in a complete one."""
    lists = len(run.not_checked)
    others = len(gaps(run)) - lists
    parts = []
    if lists:
        were = "was" if lists == 1 else "were"
        parts.append(f"{lists} of {count(len(run.lists), 'list')} {were} not fully checked")
    if others:
        parts.append(f"{count(others, 'other thing' if lists else 'thing')} could not be checked")
    return f"Incomplete: {' and '.join(parts)}" if parts else ""


def headline(run: Run) -> str:
    """What was found, in one line. Never a clean result for a run that is incomplete."""
    if not run.suppliers:
        return "No supplier was screened"
    if groups := by_supplier(run):
        return f"{_amount(groups)} to review, at {len(groups):,} of {_suppliers(run)}"
    if gaps(run):
        return "No possible match in what was checked, which was not everything"
    return "No possible match was found"


def scope(run: Run) -> str:
    """What was compared with what, and when."""
    return (
        f"{_suppliers(run)} ({count(run.parties, 'party', 'parties')} looked up) compared with "
        f"{len(checked(run))} of {count(len(run.lists), 'list')} as of {day(run.as_of)}, "
        f"at a likeness of {run.threshold:.0%} or more."
    )


def list_title(run: Run, finding: Finding) -> str:
    """The title of the finding's list, or its id where the run does not know the list."""
    titles = {status.list_id: status.title for status in run.lists}
    return titles.get(finding.list_id, finding.list_id)


def facts(run: Run, finding: Finding) -> list[Fact]:
    """What an officer reads about one finding, in order; what it does not have is left out."""
    subject = ", ".join(filter(None, (finding.subject_name, finding.subject_role)))
    listing = [
        list_title(run, finding),
        f"entry {finding.entry_id}" if finding.entry_id else "",
        f"version {finding.list_version}" if finding.list_version else "",
    ]
    lines = [
        Fact("What matched", (subject,) if subject else ()),
        Fact("List", (", ".join(filter(None, listing)),) if finding.list_id else ()),
        Fact("Measures", finding.measures),
        Fact("Likeness", (likeness(finding.score),) if finding.score is not None else ()),
        Fact("Why", (finding.why,) if finding.why else ()),
        Fact(
            "Possible grounds",
            tuple(
                f"{ground}: possible ground, officer to decide"
                for ground in finding.possible_grounds
            )
            or ("None suggested; officer to decide",),
        ),
        Fact("Next step", (finding.next_step,) if finding.next_step else ()),
        Fact("First seen", (day(finding.first_seen),) if finding.first_seen else ()),
    ]
    return [fact for fact in lines if fact.values]


def _gap_state(status: ListStatus) -> str:
    words = LIST_STATES[status.state]
    if status.version is None:
        return words if status.state != "stale" else "not checked"
    dated = day(status.version.published or status.version.retrieved_at)
    return f"{words}, only the copy of {dated} was searched"


def _suppliers(run: Run) -> str:
    return count(run.suppliers, "supplier")


def _amount(groups: list[list[Finding]]) -> str:
    scores = [finding.score for group in groups for finding in group]
    matches = sum(score is not None for score in scores)
    parts = [count(matches, "possible match", "possible matches")] if matches else []
    if others := len(scores) - matches:
        parts.append(count(others, "other point" if matches else "point"))
    return " and ".join(parts)
