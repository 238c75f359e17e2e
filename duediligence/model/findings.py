"""What a check says of a supplier, and how the findings of one are read together."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import combinations
from typing import Literal, Protocol, TypeVar

from duediligence.model.dates import PartialDate
from duediligence.model.entries import EntryKey, Handling
from duediligence.model.events import Event, same_events
from duediligence.model.facts import Text
from duediligence.model.matches import Feature
from duediligence.model.parties import PartyRole

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

    `grounds` are legal grounds this could touch, for the officer to decide; often none. `severity`
    stands in for the check's own where it depends on the amount (days late, say). `happened` and
    `happened_on` say what happened whatever the ground, `look_back` how each ground's look-back
    was worked out, `crime_types` what the law or the wording supports; often none. `facts` are
    said after `why`, each marked personal or not. `missing` are the reasons for which parts that
    it needs are not known: an outcome that says no more than them is reported once for all checks.
    `event` is what happened, where other sources may tell of the same; None where it is about
    several things, or a state. `signs` are the kinds of sign of labour exploitation that it could
    be, beside others: one of a single thing, several of what was found together.
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
    stands beside a finding may be seen by whoever may see that. Nor is what needs no review, nor
    what rests on two entries of a pair that is `parted`, for that alone.
    """
    parts: dict[tuple[str, ...], list[int]] = {}
    for place, one in enumerate(findings):
        if one.event and one.outcome in ("review", "adverse"):
            whose = (one.supplier_ref, one.supplier_name, one.handling)
            parts.setdefault(whose, []).append(place)
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
    event, entry = finding.event, finding.key[-2:]
    if event is None or not event.listed_as or len(entry) < 2:
        return ()
    own = (entry[0], entry[1])
    kept = tuple(
        one for one in event.listed_as if frozenset((own, tuple(one.split(" ", 1)))) not in parted
    )
    return kept if len(kept) > 1 else ()


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
    """Return the event of a finding; of an entry that was parted from others it has no number but
    its own, for it may give theirs.
    """
    entry = finding.key[-2:]
    if any(entry in pair for pair in parted):
        event = replace(event, numbers=(" ".join(entry),))
    return replace(event, listed_as=listings_of(finding, parted))


def gravest_first(finding: OfEvent) -> tuple[float | bool | tuple[str, ...], ...]:
    """Return which of the findings about one event leads: the gravest, a fact before what may be
    one.
    """
    return (
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
