"""A screening: its basis, its scope and its findings."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal

from duediligence.model.entries import Kind
from duediligence.model.findings import Finding, Reading
from duediligence.model.judgements import GroundBasis, JudgementChange
from duediligence.model.list_states import (
    DriftItem,
    ListDoubt,
    ListState,
    StaleReason,
    reason_words,
)
from duediligence.model.matcher_effects import MatcherEffect, NewMatcher
from duediligence.model.registers import Scope
from duediligence.model.suppliers import BuyerFacts, SetAside

# What says how old a copy of a list is: the date in it, our download or reading of it at its
# source, a person who stated or confirmed it, or nothing.
AgeSource = Literal["publisher", "download", "person", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListVersion:
    """One loaded version of a list.

    `version` names it (publisher's date and the start of the hash). `published` is the date that
    the publisher puts on the file, None where it has none. `retrieved_at` is when the bytes were
    fetched, `checked_at` when the publisher last confirmed them unchanged. All times are UTC.
    `drift` is what its files held that was not understood or was left out. `doubts` are reasons for
    which it is not current, `accepted` those headings and tags that a person accepted.
    `accepted_loss` are the entries and names that are gone since the version before, where a
    person accepted more than the list's bound. `stated_at` is the time at which a person says
    that this was what the publisher had, `page_changed_at` when the page of a list that is kept
    by hand last changed, `asked_at` when the publisher of a list that accumulates was last asked
    for what is new. `not_read` is the number of rows that look like records and could not be read,
    within what the description of a register allows.
    """

    list_id: str
    version: str
    entries: int
    names: int
    published: date | None
    retrieved_at: datetime
    checked_at: datetime
    sha256: str
    origin: str
    drift: tuple[DriftItem, ...] = ()
    doubts: tuple[ListDoubt, ...] = ()
    accepted: tuple[str, ...] = ()
    accepted_loss: tuple[int, int] | None = None
    stated_at: datetime | None = None
    page_changed_at: datetime | None = None
    asked_at: datetime | None = None
    not_read: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ListStatus:
    """The state of a list: which, the reasons for it, and the version being served if any.

    `optional` says that nobody asked for it yet: it is of no account while it was never loaded.
    `age_days` is None where nothing was loaded or its age is unknown; `age_source` says which
    of its dates the age is counted from. `untried`: nobody has seen bytes of its publisher, and no
    real file has passed a test here.
    """

    list_id: str
    title: str
    state: ListState
    reasons: tuple[StaleReason, ...] = ()
    optional: bool = False
    version: ListVersion | None = None
    age_days: int | None = None
    age_source: AgeSource | None = None
    untried: bool = False

    @property
    def reason(self) -> str:
        """Return why it is not current, in one line; empty where it is."""
        return reason_words(self.reasons)

    @property
    def blocks_complete_run(self) -> bool:
        """Return whether results for this list are incomplete: not of an optional one never
        loaded.
        """
        return self.state != "current" and not (self.optional and self.state == "never loaded")

    @property
    def in_use(self) -> bool:
        """Return whether results should cover this list: it was loaded, or a complete run needs
        it.
        """
        return self.version is not None or self.blocks_complete_run


# To add a kind, name it here and word it in `render.scope`.
WeakeningKind = Literal[
    "threshold",
    "list threshold",
    "limit",
    "severity",
    "parameter",
    "look-back",
    "exit code",
    "list age",
    "list gone",
    "people not proven",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weakening:
    """One way in which a run shows or looks at less than by default, or than the last run did.

    `what` is the id of the list or check that it is about (with the name of a parameter), `title`
    its title; both are empty where it is about all. `now` is what was set, `usual` the default.
    `count` and the suppliers' references `refs` are for kinds that are about suppliers.
    """

    kind: WeakeningKind
    what: str = ""
    title: str = ""
    now: bool | int | float | str = ""
    usual: bool | int | float | str = ""
    count: int = 0
    refs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What a run was made by, beside suppliers and lists: with it, it can be derived again.

    `tool` is the version of the program, `kind` the one that was said of the suppliers, `limit`
    the most matches of one party on one list. `policy` is its text, whose sha256 the run names.
    `topics` are those of the lists by id, `premises` the lists whose addresses are of premises.
    `buyer`, if anything is known of it, is what was so of contracts that do not say under which
    law they were bought.
    """

    tool: str
    kind: Kind
    limit: int
    schedule_7_years: Literal[3, 5]
    policy: str
    topics: Mapping[str, str]
    premises: tuple[str, ...]
    buyer: BuyerFacts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One screening, immutable. `as_of` is the clock that the checks were given.

    `readings` are by the supplier's reference, their words and reasons only; there are none where
    no register was asked. `basis` and `scope` are None in runs from before they were kept.
    `namesakes` counts the matches that were set aside, which `set_aside` lists; earlier versions
    did not keep these. `new_matcher` is None where the suppliers were last screened by the same
    version; `by_matcher` is by the supplier's reference, of those alone whom another version made a
    difference to. `judgement_version` names how severities and grounds follow from facts, empty in
    earlier runs; `by_judgement` are the alerts that this version judges otherwise, by the
    supplier's reference. `grounds_under` are the regimes under which grounds are named.
    `weakenings` are ways in which it shows or looks at less than it might. `ended_suppliers` counts
    those that were not screened, because they had ended.
    """

    id: str
    started_at: datetime
    finished_at: datetime
    as_of: date
    supplier_file: str
    supplier_file_sha256: str
    suppliers: int
    parties: int
    lists: tuple[ListStatus, ...]
    threshold: float
    matcher_version: str
    policy_sha256: str
    findings: tuple[Finding, ...]
    readings: Mapping[str, Reading] = field(default_factory=dict)
    basis: Basis | None = None
    namesakes: int = 0
    scope: Scope | None = None
    new_matcher: NewMatcher | None = None
    by_matcher: Mapping[str, MatcherEffect] = field(default_factory=dict)
    weakenings: tuple[Weakening, ...] = ()
    judgement_version: str = ""
    by_judgement: Mapping[str, tuple[JudgementChange, ...]] = field(default_factory=dict)
    grounds_under: tuple[GroundBasis, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    ended_suppliers: int = 0

    @property
    def in_use(self) -> tuple[ListStatus, ...]:
        """Return the lists of account: all but optional ones that nobody asked for yet."""
        return tuple(status for status in self.lists if status.in_use)

    @property
    def not_checked(self) -> tuple[ListStatus, ...]:
        """Return lists whose absence or age makes this run incomplete."""
        return tuple(status for status in self.lists if status.blocks_complete_run)

    def weakenings_about(self, ref: str) -> tuple[Weakening, ...]:
        """Return those that a reader about one supplier is concerned with: no other is named."""
        return tuple(
            replace(one, refs=(ref,), count=1) if one.refs else one
            for one in self.weakenings
            if not one.refs or ref in one.refs
        )

    @property
    def complete(self) -> bool:
        """Return whether all that is in scope was checked. Nothing incomplete is ever shown as
        clear.
        """
        return not any(finding.outcome == "unknown" for finding in self.findings)
