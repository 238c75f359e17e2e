"""What is said of a supplier on the whole."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace

from duediligence.law.crimes import format_crime_type as crime_title
from duediligence.model import Finding, ListStatus, Run, Severity
from duediligence.model.entries import EntryKey
from duediligence.model.findings import by_event, find_first_connected, gravest_first
from duediligence.render.flags import sort_findings
from duediligence.render.saying import explain, format_text, latin_first
from duediligence.render.wording import (
    LIST_STATES,
    day,
    format_ended_count,
    score_words,
    sentence,
    source_words,
)
from duediligence.text.wording import count, listed

_SHOWN_REASONS = 3
HANDLING = {
    "internal": "Internal: the council's own record, not public",
    "restricted": "Restricted: only for those who need it for this decision",
}
# The check of the one finding that tells what was left out of a file (see `disclosure`).
WITHHELD = "WITHHELD"
# Its topic where only what is no part of any run is kept apart.
KEPT_APART = "intelligence"


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that was not, or not fully, checked, and the reason: `state` is that of a list, in
    words, and empty where `what` tells it.
    """

    what: str
    state: str
    why: str

    @property
    def line(self) -> str:
        """Return all of it as one line."""
        return f"{self.what}{self.state and ': '}{self.state}. {self.why}".strip()


@dataclass(frozen=True, slots=True)
class SearchedList:
    """A list beside what it held about a supplier, in words."""

    status: ListStatus
    state: str
    result: str


@dataclass(frozen=True, slots=True)
class PointLine:
    """One line about a point: a label, and one or several values."""

    label: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """One thing to review: a possible match with every finding that it led to, most severe
    first, or a single finding that no match is behind. `also` are the further sources of the
    event that it is about.
    """

    findings: tuple[Finding, ...]
    also: tuple["Point", ...] = ()

    @property
    def first(self) -> Finding:
        return self.findings[0]

    @property
    def severity(self) -> Severity:
        return self.first.severity

    @property
    def title(self) -> str:
        """Return the name on the list, or what the check is called; of a record, both."""
        name = latin_first(self.first.entry_name)
        if self.first.happened:
            return f"{self.first.check_title}: {name}"
        return name or self.first.check_title


def points(run: Run, parted: Collection[frozenset[EntryKey]] = ()) -> list[Point]:
    """Return what a person should look at, in the order of the findings. List entries of a pair
    that is `parted` are not one party.
    """
    to_review = [
        one
        for one in sort_findings(run)
        if one.outcome in ("review", "adverse") and one.check_id != WITHHELD
    ]
    found: dict[tuple[str, ...], list[Finding]] = {}
    for finding in to_review:
        found.setdefault(_build_match_key(finding), []).append(finding)
    place = {key: at for at, key in enumerate(found)}
    links = [[place[_build_match_key(one)] for one in flag] for flag in by_event(to_review, parted)]
    by_first: dict[int, list[Point]] = {}
    for first, findings in zip(
        find_first_connected(links, len(found)), found.values(), strict=True
    ):
        by_first.setdefault(first, []).append(Point(tuple(findings)))
    flags = (sorted(some, key=lambda one: gravest_first(one.first)) for some in by_first.values())
    return [replace(lead, also=tuple(also)) for lead, *also in flags]


def _build_match_key(finding: Finding) -> tuple[str, ...]:
    """Return the possible match behind the finding, or what the check is about."""
    check = "" if finding.entry_id else finding.check_id
    return (*_get_supplier_key(finding), check, *finding.key[2:])


def further_sources(run: Run, point: Point) -> tuple[str, ...]:
    """Return the further sources of the event that a point is about, in words."""
    titles = {status.list_id: status.title for status in run.lists}
    return tuple(source_words(one, titles) for also in point.also for one in also.findings)


def by_supplier(points: list[Point]) -> list[list[Point]]:
    """Return the points, those of one supplier together, the most severe supplier first."""
    groups: dict[tuple[str, str], list[Point]] = {}
    for point in points:
        groups.setdefault(_get_supplier_key(point.first), []).append(point)
    return list(groups.values())


def find_current_lists(run: Run) -> list[ListStatus]:
    """Return the lists that were searched in a copy that is fresh enough."""
    return [status for status in run.lists if status.state == "current"]


def format_unused_lists(run: Run) -> str:
    """Return the optional lists that nobody asked for, in one line; empty where there is none."""
    used = {status.list_id for status in run.in_use}
    titles = [status.title for status in run.lists if status.list_id not in used]
    return f"Not in use, so not searched: {'; '.join(titles)}." if titles else ""


def gaps(run: Run) -> list[Gap]:
    """Return what makes the run incomplete: lists missing or stale, and checks that could not be
    made.

    Unknown findings about a list that stands here already are not repeated; those of one check
    stand together, with their first reasons.
    """
    # What is wrong with the clock is said once, not of each list.
    clock = [s for s in run.not_checked if [r.kind for r in s.reasons] == ["clock in doubt"]]
    found = [
        Gap(s.title, _format_list_state(s), sentence(s.reason))
        for s in run.not_checked
        if s not in clock
    ]
    if clock:
        of = f"{count(len(clock), 'list')} of unknown age"
        found.insert(0, Gap(f"{of}, because {clock[0].reason}", "", ""))
    others: dict[str, list[str]] = {}
    for finding in _other_unknown(run):
        named = finding.supplier_ref and run.suppliers > 1
        about = f"{finding.supplier_name}: " if named else ""
        others.setdefault(finding.check_title, []).append(about + sentence(explain(finding)))
    for title, reasons in others.items():
        why = " ".join(reasons[:_SHOWN_REASONS])
        if len(reasons) > _SHOWN_REASONS:
            why += f" And {len(reasons) - _SHOWN_REASONS:,} more, all in the flags file."
        times = f" ({len(reasons):,} times)" if len(reasons) > 1 else ""
        found.append(Gap(title + times, "", why))
    if not found and not find_current_lists(run):
        found.append(Gap("All lists", "not checked", "No list was loaded."))
    return found


def warning(run: Run) -> str:
    """Return the line that stands before everything else in an incomplete run; empty in a complete
    one.
    """
    missing = not_checked(run)
    return f"Incomplete: {missing}" if missing else ""


def not_checked(run: Run) -> str:
    """Return how much could not be checked: `2 of 9 lists were not fully checked`; empty where all
    was.
    """
    lists, others = len(run.not_checked), len(_other_unknown(run))
    parts = []
    if lists:
        were = "was" if lists == 1 else "were"
        parts.append(f"{lists} of {count(len(run.in_use), 'list')} {were} not fully checked")
    if others:
        parts.append(f"{count(others, 'other thing' if lists else 'thing')} could not be checked")
    if not parts and not find_current_lists(run):
        parts.append("no list was checked")
    return " and ".join(parts)


def headline(run: Run, parted: Collection[frozenset[EntryKey]] = ()) -> str:
    """Return what was found and how many suppliers were left out because they had ended, in one
    line. Never a clean result for a run that is incomplete.
    """
    return "; ".join(filter(None, (_format_result(run, parted), format_ended_count(run))))


def _format_result(run: Run, parted: Collection[frozenset[EntryKey]]) -> str:
    if not run.suppliers:
        return "No supplier was screened"
    if groups := by_supplier(points(run, parted)):
        where = f", at {len(groups):,} of {run.suppliers:,} suppliers" if run.suppliers > 1 else ""
        return f"{_format_point_counts(groups)} to review{where}"
    if any(f.check_id == WITHHELD and f.outcome == "review" for f in run.findings):
        return "Nothing else to review apart from what is left out here"
    if gaps(run):
        return "No possible match in what was checked, which was not everything"
    return "No possible match was found"


def format_withheld_note(run: Run) -> str:
    """Return what was left out of this copy of the run, in a sentence; empty where nothing was."""
    return next((format_text(f.why) for f in run.findings if f.check_id == WITHHELD), "")


def searched_lists(run: Run) -> Iterator[SearchedList]:
    """Yield each list in use and what was found on it: of each it is said where nothing was."""
    hidden = any(f.check_id == WITHHELD and f.topic != KEPT_APART for f in run.findings)
    for status in run.in_use:
        found = {
            (f.subject_name, f.entry_id)
            for f in run.findings
            if f.list_id == status.list_id and f.entry_id and f.outcome in ("review", "adverse")
        }
        if found:
            result = count(len(found), "possible match", "possible matches")
        elif status.version is None:
            result = "Not searched: nothing is known"
        elif hidden:
            result = "Nothing found apart from what is left out here"
        else:
            result = "Nothing found"
        if status.version and status.state == "stale":
            result += ", in a copy that is out of date"
        yield SearchedList(status, LIST_STATES[status.state], result)


def format_run_coverage(run: Run) -> str:
    """Return what was compared with what, and when. Copies that are out of date are searched
    too.
    """
    searched = sum(status.version is not None for status in run.lists)
    old = searched - len(find_current_lists(run))
    return (
        f"{count(run.suppliers, 'supplier')} ({count(run.parties, 'party', 'parties')} looked up) "
        f"compared with {searched} of {count(len(run.in_use), 'list')}"
        f"{f', {old} of them out of date,' if old else ''} as of {day(run.as_of)}."
    )


def list_title(run: Run, finding: Finding) -> str:
    """Return the title of the finding's list, or its id where the run does not know the list."""
    titles = {status.list_id: status.title for status in run.lists}
    return titles.get(finding.list_id, finding.list_id)


def list_point_facts(run: Run, point: Point) -> list[PointLine]:
    """Return what an officer reads about one point, in order; what it does not have is left out."""
    first = point.first
    listing = ""
    if first.list_id:
        listing = list_title(run, first)
        listing += f", entry {first.entry_id}" if first.entry_id else ""
    no_ground = ("none suggested",) if first.entry_id else ()
    lines = [
        ("About", _each(point, lambda f: (", ".join(filter(None, _get_finding_subject(f))),))),
        ("Finding", _each(point, lambda f: (f.check_title,))),
        ("List", (listing,)),
        ("Measures", _each(point, lambda f: f.measures)),
        ("What happened", _each(point, lambda f: (format_text(f.happened),))),
        ("Kind of crime", _each(point, lambda f: tuple(map(crime_title, f.crime_types)))),
        ("Match strength", (_format_finding_strength(first),)),
        ("Why", _each(point, lambda f: (explain(f),))),
        (
            "Possible grounds, officer to decide",
            _each(point, lambda f: f.possible_grounds) or no_ground,
        ),
        ("Handling", _each(point, lambda f: (HANDLING.get(f.handling, ""),))),
        ("Look-back", _each(point, lambda f: f.look_back)),
        # One row has one step, of the gravest finding: the others might contradict it.
        ("Next step", (format_text(first.next_step),)),
        ("Also in", further_sources(run, point)),
        ("First seen", () if first.first_seen is None else (day(first.first_seen),)),
    ]
    return [PointLine(label, values) for label, values in lines if any(values)]


def _format_finding_strength(finding: Finding) -> str:
    strength = "" if finding.score is None else score_words(finding.score)
    return ", ".join(filter(None, (strength, finding.certainty)))


def _each(point: Point, values: Callable[[Finding], tuple[str, ...]]) -> tuple[str, ...]:
    """Return the values of all findings of the point, in order, without repeats or empty ones."""
    return tuple(dict.fromkeys(v for finding in point.findings for v in values(finding) if v))


def _get_finding_subject(finding: Finding) -> tuple[str, str]:
    return finding.subject_name, finding.subject_role


def _get_supplier_key(finding: Finding) -> tuple[str, str]:
    """Return what tells suppliers apart: the reference, or the name of one that has none."""
    return finding.supplier_ref, "" if finding.supplier_ref else finding.supplier_name


def _other_unknown(run: Run) -> list[Finding]:
    listed = {status.list_id for status in run.not_checked}
    return [f for f in run.findings if f.outcome == "unknown" and f.list_id not in listed]


def _format_list_state(status: ListStatus) -> str:
    if status.version is None:
        return LIST_STATES["never loaded"]
    published, retrieved = status.version.published, status.version.retrieved_at
    copy = f"the copy of {day(published or retrieved)}"
    if status.age_source == "unknown":
        copy = f"a copy of unknown age, loaded on {day(retrieved)},"
    return f"{LIST_STATES[status.state]}, only {copy} was searched"


def _format_point_counts(groups: list[list[Point]]) -> str:
    scores = [point.first.score for group in groups for point in group]
    matches = sum(score is not None for score in scores)
    parts = [count(matches, "possible match", "possible matches")] if matches else []
    if others := len(scores) - matches:
        parts.append(count(others, "other point" if matches else "point"))
    return listed(parts)
