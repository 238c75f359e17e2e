"""Alerts, the decisions about them, and what changed since."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Literal

from duediligence.model.audit import Action
from duediligence.model.entries import EntryKey, ListEntry, Party
from duediligence.model.facts import Text
from duediligence.model.findings import PERSONAL_INSOLVENCY, SEVERITIES, Finding, Severity

ChangeSide = Literal["supplier", "list entry", "finding"]
ChangeKind = Literal["added", "removed", "replaced", "other"]
# Against the supplier's run before: never seen, seen though not in that run, or seen there too.
News = Literal["", "new", "back", "changed", "unchanged"]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What is not as it was in one field of one side, its values as text.

    `field` is the name of the field of the party, of the entry or (`of_record`) of its record;
    for a finding that rests on no list entry it is `facts`. `replaced` has one value before and
    one after, or neither where they are not shown (a person's address); `other` is another order
    or form of the same values. `personal`: it may say something about a natural person, and is
    left out for a reader who may not see people.
    """

    side: ChangeSide
    field: str
    kind: ChangeKind
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    personal: bool = True
    of_record: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened:
    """Why an alert is open again: what changed since the last decision, when that expired, or when
    the last decision that counted was undone.

    `stronger` are the scores when it was decided and now, where the match is stronger by a word.
    """

    entry_changed: bool = False
    party_changed: bool = False
    expired_on: date | None = None
    changes: tuple[FieldChange, ...] = ()
    undone_on: date | None = None
    stronger: tuple[float, float] | None = None

    def without_people(self) -> "Reopened":
        """Return the same without the changes that may be about people."""
        return replace(self, changes=tuple(one for one in self.changes if not one.personal))


Decided = Literal["same", "not the same", "not sure", "confirmed risk", "mitigated"]
State = Literal[
    "open",
    "awaiting second decision",
    "same",
    "not the same",
    "not sure",
    "confirmed risk",
    "mitigated",
]
# What a decision says: what was decided, or that it takes back an earlier one.
Recorded = Literal["same", "not the same", "not sure", "confirmed risk", "mitigated", "withdrawn"]
# How the newest screening of the supplier ended for an alert: it has it, it looked and has not, it
# could not look, or another matcher than before does not match what is the same on both sides.
Found = Literal["yes", "no", "not checked", "not matched"]
DECIDED: tuple[Decided, ...] = ("same", "not the same", "not sure", "confirmed risk", "mitigated")
# The points of Procurement Act 2023 s.58(1), by the letters that stand there.
Factor = Literal["a", "b", "c", "d", "e"]


def alert_id(key: Iterable[str]) -> str:
    """Return the id of an alert, of supplier, check, party, list and entry: sha256 in hex.

    In ids from before parties had an identity, the displayed name stands for the party.
    """
    return sha256("\x1f".join(key).encode()).hexdigest()


def format_alert_number(number: int, id_: str) -> str:
    """Return `A-1042`, by which people name an alert; of one that has no number, as in a check that
    is not kept, the first characters of its id.
    """
    return f"A-{number}" if number else id_[:8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered:
    """What an authority that considers exclusion has to be able to show (Procurement Act 2023).

    `ground` is its code with the day of its text (`PA23-7-11@2025-02-24`); `factors` the points of
    s.58(1) that were weighed; `representations_invited` and `representations_received` the days
    under s.58(2); `notice_sent` the day of a notice under s.59; `contract` the procurement or
    contract that it is about.
    """

    ground: str = ""
    factors: tuple[Factor, ...] = ()
    representations_invited: date | None = None
    representations_received: date | None = None
    notice_sent: date | None = None
    contract: str = ""


NOTHING_CONSIDERED = Considered()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One word of one person about one alert, never changed.

    `position` counts up over all decisions (0: not stored yet). `reason` is a code of the table
    for what was decided, `at` in UTC. `run_id` is the screening that the person looked at;
    `party_sha256` and `entry_sha256` are what was compared there (see `Compared`).

    `act` is the position of the first of the decisions that were recorded together, 0 where this
    one was recorded alone. Where it is `withdrawn`, it takes back the decision in the position
    `withdraws`: neither of the two counts.

    `salt` are 32 bytes of chance, in hexadecimal, that keep the hash of a decision in the audit
    chain from being tried out. It is empty in decisions of earlier versions.
    """

    alert_id: str
    decided: Recorded
    reason: str
    note: str = ""
    by: str
    at: datetime
    run_id: str
    party_sha256: str
    entry_sha256: str
    considered: Considered = NOTHING_CONSIDERED
    position: int = 0
    act: int = 0
    withdraws: int = 0
    salt: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """What one person wrote about an alert, never changed. `position` counts up over all comments;
    `at` is in UTC.
    """

    position: int
    by: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class JoinedLine:
    """Decisions of another supplier that count for an alert, by the `ids` they are recorded under.

    `merged`: that supplier was merged into the one of the alert. Else the one of the alert was
    split from it, and only what was decided of exactly the same facts counts, up to `until`: the
    position of the newest decision when that was done.

    `ref` is that supplier. `under` is the line, counted from 1, through which it counts, 0 for the
    alert itself: of two suppliers that were merged before, the second counts through the first.
    What counts through a line of which one was split counts up to `until`, too; `since` is the
    position of the newest decision when that line got it.
    """

    ids: tuple[str, ...]
    until: int
    merged: bool
    ref: str = ""
    under: int = 0
    since: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartedEntry:
    """What a person said of a list entry: that it is another party than the `others`.

    That counts where it is `alone`: of one person who needs no second one, or of that second one.
    """

    entry: EntryKey
    others: tuple[EntryKey, ...]
    alone: bool
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What stood on both sides of an alert.

    `parties` are those looked up (one, except where two of one name were), `facts` what a check
    read where no list entry is behind, `entry` the listed party. Ours is `parties` and `facts`.
    """

    parties: tuple[Party, ...] = ()
    facts: tuple[Text, ...] = ()
    entry: ListEntry | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertStatus:
    """Where an alert stands: worked out from its decisions, what is compared now, and the day.

    `decisions` are those that make the state: none while open, two where a second person agreed
    or disagreed. `before` is the state without a first decision that waits for a second one.
    `reopened` says why earlier decisions no longer hold, `expires` the day on which these end.
    """

    state: State = "open"
    decisions: tuple[Decision, ...] = ()
    before: State = "open"
    reopened: Reopened | None = None
    expires: date | None = None

    @property
    def decided_by(self) -> str:
        return " and ".join(dict.fromkeys(decision.by for decision in self.decisions))

    @property
    def decided_at(self) -> datetime | None:
        return self.decisions[-1].at if self.decisions else None

    @property
    def reason(self) -> str:
        """Return the reason codes, each once."""
        return ", ".join(dict.fromkeys(decision.reason for decision in self.decisions))


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """What a check says of one supplier's party and one list entry, from run to run.

    `id` contains no name that is displayed: see `screening.alerts.identity`. `load` reads what
    stands on both sides, while the workspace that it came from is open. `findings` are those of the
    newest run that has them: one, or several where parties have one name. `last_seen` is when
    that run started (UTC). `found` says how the newest screening of the supplier ends: it has them
    (`yes`), it looked and has not (`no`), it could not look (`not checked`), or both sides are the
    same and another matcher does not match them (`not matched`). `history` is every
    decision, oldest first; `joined` says which of them were about another supplier's alert.
    `holder` is the reference and name of the supplier where that is another by now than when it was
    screened. `ended`: nothing is bought from the supplier any more. `taken_back`: it was found of
    what an import said that was taken back since. `number` is its number, 0 where it has none.
    """

    id: str
    findings: tuple[Finding, ...]
    load: Callable[[], Compared] = field(compare=False, repr=False)
    party_sha256: str
    entry_sha256: str
    last_seen: datetime
    found: Found = "yes"
    history: tuple[Decision, ...] = ()
    status: AlertStatus = field(default_factory=AlertStatus)
    joined: tuple[JoinedLine, ...] = ()
    holder: tuple[str, str] | None = None
    ended: bool = False
    taken_back: bool = False
    number: int = 0

    @property
    def label(self) -> str:
        """Return its number as people write it."""
        return format_alert_number(self.number, self.id)

    @property
    def compared(self) -> Compared:
        """Return what stands on both sides. Raises StorageError."""
        return self.load()

    @property
    def first(self) -> Finding:
        """Return the finding to show: of several the most severe, then the most similar."""
        return max(self.findings, key=lambda f: (SEVERITIES.index(f.severity), f.score or 0.0))

    @property
    def severity(self) -> Severity:
        return self.first.severity

    @property
    def matched(self) -> bool:
        """Return whether it asks if two parties are the same; else it is a fact about the
        supplier.
        """
        return bool(self.first.entry_id)

    @property
    def restricted(self) -> bool:
        """Return whether it rests on a restricted record, so that it is shown on purpose only."""
        return any(finding.handling == "restricted" for finding in self.findings)

    @property
    def right(self) -> Action:
        """Return what a role must cover to be shown what a restricted alert rests on."""
        own = any(finding.topic == PERSONAL_INSOLVENCY for finding in self.findings)
        return "see personal insolvency" if own else "see restricted records"

    @property
    def state(self) -> str:
        """Return the state for people: `import taken back` where it is about what a wrong import
        said and is not decided, `resolved` where the newest screening no longer finds it, and
        `supplier ended` where it would wait for somebody.
        """
        if self.taken_back and self.status.state == "open":
            return "import taken back"
        if self.found == "no":
            return "resolved"
        waits = self.status.state not in ("not the same", "mitigated")
        return "supplier ended" if self.ended and waits else self.status.state

    @property
    def supplier_ref(self) -> str:
        """Return the reference of the supplier that it is about by now."""
        return self.holder[0] if self.holder else self.first.supplier_ref

    @property
    def supplier_name(self) -> str:
        return self.holder[1] if self.holder else self.first.supplier_name

    @property
    def last_decision(self) -> int:
        """Return the position of the newest decision, 0 without one: what the next one must
        follow.
        """
        return self.history[-1].position if self.history else 0
