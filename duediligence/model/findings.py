"""What a check says of a supplier, which findings are of one event, and how they read together."""

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import combinations, pairwise
from typing import Literal, Protocol, TypeVar

from duediligence.model.circumstances import Circumstance, LawPoint
from duediligence.model.dates import PartialDate
from duediligence.model.entries import EntryKey, Handling, PartyRole
from duediligence.model.facts import Text
from duediligence.model.matches import Feature

EventKind = Literal["insolvency", "disqualification", "designation", "sister company", "warning"]

# The supplier itself, by whichever of its names and numbers a source knows it.
THE_SUPPLIER = "itself"
# As a regulator is named in records of its warnings.
CHARITY_COMMISSION = "Charity Commission"
# The topic of findings about insolvent individuals, which have a right of their own.
PERSONAL_INSOLVENCY = "personal insolvency"
# How a party begins that is a person, or may be, and known by name.
PERSON = "person:"

# How far apart the dates of one event can be. Of a kind that has none here, dates join nothing:
# its numbers do.
WINDOWS: Mapping[EventKind, timedelta] = {
    # From the petition, or an administration of a year (Insolvency Act 1986 Sch B1 para 76) that
    # ends in liquidation, to the last notice about the same failure. Two failures of a firm that
    # was rescued are further apart: a bound of 18 months never joins two of three years.
    "insolvency": timedelta(days=548),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What one source says has happened, as far as it tells one event from another.

    `party` is whom it happened to: `THE_SUPPLIER`, a company number, or somebody known by name,
    hashed. `on` is the day, for a kind with a window. `numbers` are those by which its source
    knows it (of a notice, a case, a listing), and those of others that it gives. `authority` is
    whose event it is, where several act alike. `listed_as` are the entries of the lists that are
    one party, as `LIST ENTRY`, the entry of its source among them: who is listed by several
    authorities is one event. Those that may be seen by fewer than the source are not among them.
    """

    kind: EventKind
    party: str
    on: date | None = None
    numbers: tuple[str, ...] = ()
    authority: str = ""
    listed_as: tuple[str, ...] = ()

    @property
    def personal(self) -> bool:
        """Return whether it happened to somebody who is known by name."""
        return self.party.startswith(PERSON)


def same_events(events: Sequence[Event]) -> list[tuple[int, ...]]:
    """Return the positions of the events that are one and the same, in whatever order they come.

    They are of one kind, authority and party, and share a number, or lie within the window of
    their kind; of all that are joined by date alone no two are further apart than that. What has
    neither date nor number is one with the others only where it can be no second event. Of several
    authorities they are one where the listed party is.
    """
    alike: dict[Hashable, list[int]] = {}
    for position, event in enumerate(events):
        alike.setdefault((event.kind, event.authority, event.party), []).append(position)
    groups = [
        [position for one in group for position in one.members]
        for positions in alike.values()
        for group in _group_same_events(events, positions)
    ]
    links: dict[Hashable, list[int]] = {}
    for place, group in enumerate(groups):
        for position in group:
            for entry in events[position].listed_as:
                whose = (events[position].kind, events[position].party)
                links.setdefault((*whose, entry), []).append(place)
    joined: dict[int, list[int]] = {}
    for group, first in zip(groups, find_first_connected(links.values(), len(groups)), strict=True):
        joined.setdefault(first, []).extend(group)
    return [tuple(sorted(group)) for group in joined.values()]


def find_first_connected(links: Iterable[Iterable[int]], count: int) -> list[int]:
    """For each of `count` things the first that it is connected with by any chain of links."""
    first = list(range(count))

    def root(one: int) -> int:
        while first[one] != one:
            one = first[one]
        return one

    for link in links:
        roots = sorted({root(one) for one in link})
        for other in roots[1:]:
            first[other] = roots[0]
    return [root(one) for one in range(count)]


@dataclass(frozen=True, slots=True)
class _Joined:
    """Events that are one by their numbers; the first and last of the days that count."""

    members: tuple[int, ...]
    days: tuple[date, date] | None
    numbered: bool


_Group = list[_Joined]


def _group_same_events(events: Sequence[Event], positions: Sequence[int]) -> list[_Group]:
    """Return those of one kind and party, apart by what happened."""
    window = WINDOWS.get(events[positions[0]].kind)
    joined = _by_number(events, positions, dated=window is not None)
    dated = sorted((one for one in joined if one.days), key=lambda one: one.days or ())
    groups: list[_Group] = _by_date(dated, window) if window else []
    undated: list[_Group] = [[one] for one in joined if one.numbered and not one.days]
    # What says neither when nor which is all about what stands now.
    bare = [one for one in joined if not one.numbered and not one.days]
    rest = [*undated, *([bare] if bare else [])]
    if groups:
        return (
            [[*groups[0], *(one for group in rest for one in group)]]
            if len(groups) == 1
            else [*groups, *rest]
        )
    if len(undated) == 1:
        return [[*undated[0], *bare]]
    return rest


def _by_number(events: Sequence[Event], positions: Sequence[int], *, dated: bool) -> list[_Joined]:
    holders: dict[str, list[int]] = {}
    for place, position in enumerate(positions):
        for number in events[position].numbers:
            holders.setdefault(number, []).append(place)
    sets: dict[int, list[int]] = {}
    for place, first in enumerate(find_first_connected(holders.values(), len(positions))):
        sets.setdefault(first, []).append(positions[place])
    found = []
    for members in sets.values():
        days = [day for one in members if (day := events[one].on)] if dated else []
        found.append(
            _Joined(
                tuple(members),
                (min(days), max(days)) if days else None,
                any(events[one].numbers for one in members),
            )
        )
    return found


def _by_date(dated: Sequence[_Joined], window: timedelta) -> list[_Group]:
    """Join neighbours, the nearest first, while all lie within the window.

    `dated` is in the order of their days. What numbers join may be longer than the window.
    """
    days = [one.days for one in dated if one.days]
    groups = [[place] for place in range(len(days))]

    def span(places: Sequence[int]) -> timedelta:
        return max(days[one][1] for one in places) - min(days[one][0] for one in places)

    gaps = sorted(
        (max(days[after][0] - days[before][1], timedelta()), days[before], days[after], before)
        for before, after in pairwise(range(len(days)))
    )
    for *_, before in gaps:
        left = next(group for group in groups if before in group)
        right = next(group for group in groups if before + 1 in group)
        if span([*left, *right]) <= max(window, span(left), span(right)):
            left += right
            groups.remove(right)
    return [[dated[place] for place in group] for group in groups]


Result = Literal["clear", "review", "adverse", "unknown", "not_applicable", "out_of_scope"]
# What the subject of a finding is: the supplier itself under one of its names, a party behind it,
# or a thing.
About = Literal["supplier", "party", "list", "register", "row"]
Severity = Literal["low", "medium", "high", "critical"]
SEVERITIES: tuple[Severity, ...] = ("low", "medium", "high", "critical")
# What can be a sign that workers are exploited, beside other signs: see `model.labour`.
LabourSign = Literal[
    "slavery",
    "illegal working",
    "minimum wage",
    "gangmaster licence",
    "sponsor licence",
    "poor rating",
    "new owner",
    "many moves",
]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one check found. `unknown` means that it could not be checked, and says why.
    `out_of_scope` means that this installation never looks at what it needs: not a failure.

    `circumstances` say what happened as the law asks, and which grounds that can go to is judged
    from them alone (`law.possible_grounds`). `grounds` and `look_back` are of checks of version 1,
    which named grounds themselves: the codes in their texts are taken, and judged likewise.
    `severity` stands in for the check's own where it depends on the amount (days late, say).
    `happened` and `happened_on` say what happened whatever the ground, `crime_types` what the law
    or the wording supports; often none. `facts` are
    said after `why`, each marked personal or not. `missing` are the reasons for which parts that
    it needs are not known: an outcome that says no more than them is reported once for all checks.
    `event` is what happened, where other sources may tell of the same; None where it is about
    several things, or a state. `signs` are the kinds of sign of labour exploitation that it could
    be, beside others: one of a single thing, several of what was found together. `law` is what
    the next step adds from the law of each contract.
    """

    result: Result
    why: Text = ""
    measures: tuple[str, ...] = ()
    grounds: tuple[str, ...] = ()
    next_step: Text = ""
    severity: Severity | None = None
    happened: Text = ""
    happened_on: date | None = None
    look_back: tuple[str, ...] = ()
    crime_types: tuple[str, ...] = ()
    facts: tuple[Feature, ...] = ()
    missing: tuple[str, ...] = ()
    event: Event | None = None
    signs: tuple[LabourSign, ...] = ()
    circumstances: tuple[Circumstance, ...] = ()
    law: tuple[LawPoint, ...] = ()

    def __post_init__(self) -> None:
        if self.result in ("review", "adverse", "unknown") and not self.why:
            raise ValueError(f"an outcome of {self.result!r} must say why")


NOT_APPLICABLE = Outcome("not_applicable")
OUT_OF_SCOPE = Outcome("out_of_scope")
# Results that no finding is made of.
NO_FINDING: tuple[Result, ...] = ("clear", "not_applicable", "out_of_scope")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One flag: who, on which list, how sure, why, and what to do next.

    Three things stand apart: what happened (`happened`), which ground it could go to
    (`possible_grounds`, often none), and how sure the match is (`score`, and `certainty` in words).
    `score` is 0.0 … 1.0, or None where no match is involved. `retrieved_at` is when the list's
    bytes were fetched, `first_seen` when a run first raised this same finding (both UTC).
    `about` says what the subject is, `person` that it or the entry is, or may be, a natural person.
    `why` is what the check says; the facts of the match, and those that the check adds, are
    `features`, each marked personal or not. `more_matches`: the list holds further matches of
    this party that are not shown. `subject_born` is the month and year of birth of a person,
    never the day. `party_role` is the role of which `subject_role` is the words, where the subject
    is a party.
    """

    run_id: str
    supplier_ref: str
    supplier_name: str
    company_number: str
    check_id: str
    check_title: str
    topic: str
    outcome: Result
    severity: Severity
    subject_name: str = ""
    subject_role: str = ""
    about: About = "party"
    list_id: str = ""
    list_version: str = ""
    entry_id: str = ""
    entry_name: str = ""
    score: float | None = None
    why: Text = ""
    measures: tuple[str, ...] = ()
    possible_grounds: tuple[str, ...] = ()
    next_step: Text = ""
    entry_url: str = ""
    retrieved_at: datetime | None = None
    first_seen: datetime | None = None
    certainty: str = ""
    power: str = ""
    crime_types: tuple[str, ...] = ()
    happened: Text = ""
    happened_on: date | None = None
    look_back: tuple[str, ...] = ()
    handling: Handling = "public"
    person: bool = False
    features: tuple[Feature, ...] = ()
    more_matches: bool = False
    subject_born: PartialDate | None = None
    party_role: PartyRole | None = None
    event: Event | None = None
    signs: tuple[LabourSign, ...] = ()

    @property
    def role(self) -> PartyRole:
        """Return what the subject is to the supplier; of a finding from before roles were stored,
        as far as its words are those of a known role.
        """
        return self.party_role or PartyRole.recorded(self.subject_role)

    @property
    def key(self) -> tuple[str, ...]:
        """Return what makes this the same finding from one run to the next."""
        return (self.supplier_ref, self.check_id, self.subject_name, self.list_id, self.entry_id)


class OfEvent(Protocol):
    """What tells whether two findings are about one event, and which of them leads."""

    @property
    def supplier_ref(self) -> str: ...
    @property
    def supplier_name(self) -> str: ...
    @property
    def handling(self) -> Handling: ...
    @property
    def outcome(self) -> Result: ...
    @property
    def severity(self) -> Severity: ...
    @property
    def score(self) -> float | None: ...
    @property
    def event(self) -> Event | None: ...
    @property
    def key(self) -> tuple[str, ...]: ...


AboutEvent = TypeVar("AboutEvent", bound=OfEvent)


def by_event(
    findings: Sequence[AboutEvent], parted: Collection[frozenset[EntryKey]] = ()
) -> list[tuple[AboutEvent, ...]]:
    """Return the findings, those about one event of one supplier together, the gravest first.

    In the order of the first of each. What is to be handled differently is never together: what
    stands beside a finding may be seen by whoever may see that. Only the sources of one listed
    party are, and there what is not restricted leads. Nor is what needs no review together, nor
    what rests on two entries of a pair that is `parted`, for that alone.
    """
    parts: dict[tuple[str, ...], list[int]] = {}
    for place, one in enumerate(findings):
        if one.event and one.outcome in ("review", "adverse"):
            handling = "" if one.event.listed_as else one.handling.removeprefix("public")
            parts.setdefault((one.supplier_ref, one.supplier_name, handling), []).append(place)
    groups: dict[int, tuple[int, ...]] = {}
    for places in parts.values():
        events = [
            _without_parted(event, findings[place], parted)
            for place in places
            if (event := findings[place].event)
        ]
        for same in _split_parted(findings, places, same_events(events), parted):
            groups |= dict.fromkeys((places[one] for one in same), tuple(places[i] for i in same))
    found: list[tuple[AboutEvent, ...]] = []
    for place, one in enumerate(findings):
        group = groups.get(place)
        if group is None or len(group) == 1:
            found.append((one,))
        elif place == group[0]:
            found.append(tuple(sorted((findings[one] for one in group), key=gravest_first)))
    return found


def listings_of(finding: OfEvent, parted: Collection[frozenset[EntryKey]] = ()) -> tuple[str, ...]:
    """Return the entries of the listed party that a finding is about, those parted from its own
    left out; empty where it is on one list only.
    """
    kept = _list_unparted(finding, parted)
    return kept if len(kept) > 1 else ()


def _list_unparted(finding: OfEvent, parted: Collection[frozenset[EntryKey]]) -> tuple[str, ...]:
    every, own = finding.event.listed_as if finding.event else (), finding.key[-2:]
    if not parted:
        return every
    return tuple(one for one in every if frozenset((own, tuple(one.split(" ", 1)))) not in parted)


def _split_parted(
    findings: Sequence[OfEvent],
    places: Sequence[int],
    events: Iterable[tuple[int, ...]],
    parted: Collection[frozenset[EntryKey]],
) -> Iterator[tuple[int, ...]]:
    """Yield the events; of one in which a third entry joins a pair that was parted, each entry by
    itself.
    """
    for event in events:
        if not parted:
            yield event
            continue
        by_entry: dict[tuple[str, ...], list[int]] = {}
        for one in event:
            by_entry.setdefault(findings[places[one]].key[-2:], []).append(one)
        if any(frozenset(pair) in parted for pair in combinations(by_entry, 2)):
            yield from map(tuple, by_entry.values())
        else:
            yield event


def _without_parted(
    event: Event, finding: OfEvent, parted: Collection[frozenset[EntryKey]]
) -> Event:
    """Return the event of a finding, with only its own number if it names the entries of its party
    or its entry was parted from others: its further numbers may be theirs.
    """
    entry = finding.key[-2:]
    if event.listed_as or any(entry in pair for pair in parted):
        event = replace(event, numbers=event.numbers[:1])
    return replace(event, listed_as=_list_unparted(finding, parted))


def gravest_first(finding: OfEvent) -> tuple[float | bool | tuple[str, ...], ...]:
    """Return which of the findings about one event leads: what is not restricted, then the gravest,
    a fact before what may be one.
    """
    return (
        finding.handling == "restricted",
        -SEVERITIES.index(finding.severity),
        finding.outcome != "adverse",
        -(finding.score or 0.0),
        finding.key,
    )


Word = Literal["stop and verify", "enhanced checks", "standard", "incomplete"]


@dataclass(frozen=True, slots=True)
class Cluster:
    """The flags of one topic, most severe first."""

    topic: str
    findings: tuple[Finding, ...]

    @property
    def severity(self) -> Severity:
        return self.findings[0].severity


@dataclass(frozen=True, slots=True)
class Reading:
    """The overall reading of one supplier: words and the reasons for them, never a number.

    `words` are one or two, to be shown side by side with the same weight: what was found calls
    for, and `incomplete` where something was not checked. `standard` never stands beside it.
    """

    words: tuple[Word, ...]
    why: str
    clusters: tuple[Cluster, ...] = ()
    not_checked: tuple[Finding, ...] = ()
