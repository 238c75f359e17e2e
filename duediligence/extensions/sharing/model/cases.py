"""A partnership case: suppliers, alerts and paths between them, and who does what by when.

A case is about suppliers and premises. It has no score, no severity and no order of people.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

from duediligence.law.victims import VictimSign

ItemKind = Literal["supplier", "alert", "path", "intelligence"]
CloseReason = Literal[
    "risk-dealt-with",
    "no-risk-found",
    "passed-on",
    "in-another-case",
    "opened-in-error",
]
CLOSE_REASONS: Mapping[CloseReason, str] = {
    "risk-dealt-with": "The risk was dealt with",
    "no-risk-found": "No risk was found",
    "passed-on": "Another body carries it on",
    "in-another-case": "It goes on in another case",
    "opened-in-error": "It was opened in error",
}
OutcomeCode = Literal[
    "done",
    "nothing-found",
    "advice-given",
    "notice-served",
    "licence-reviewed",
    "penalty-or-prosecution",
    "passed-on",
    "no-power",
    "not-done",
]
OUTCOMES: Mapping[OutcomeCode, str] = {
    "done": "Done",
    "nothing-found": "Done, and nothing was found",
    "advice-given": "Advice or a warning was given",
    "notice-served": "A notice was served or an order made",
    "licence-reviewed": "A licence was reviewed",
    "penalty-or-prosecution": "A penalty was given, or a prosecution begun",
    "passed-on": "Passed to another body",
    "no-power": "There is no power to act",
    "not-done": "Not done",
}
assert tuple(CLOSE_REASONS) == get_args(CloseReason)
assert tuple(OUTCOMES) == get_args(OutcomeCode)


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """When a case was closed, by which account and why; `note` is free text."""

    on: date
    by: str
    reason: CloseReason
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnershipCase:
    """A case as it is now; what was done to it is in the audit chain.

    `number` is 0 until it is stored. `title` and `notes` are free text, for the home alone: the
    chain has neither. `lead` is an account, `opened_at` in UTC. `agreement` is the reference of
    the agreement under which partners may be given papers of it. `signs` were set by a person.
    """

    title: str
    lead: str
    opened_by: str
    opened_at: datetime
    number: int = 0
    notes: str = ""
    review_on: date | None = None
    agreement: str = ""
    signs: tuple[VictimSign, ...] = ()
    closed: Closing | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseItem:
    """Something that a case gathers: `position` counts up over all items of all cases.

    Of an alert `reference` is its ID, of a report of intelligence its number. A path leads from the
    supplier `supplier_ref` to the supplier `other_ref`, or to the party that the network has under
    the id `reference`. `supplier_ref` is the supplier that the item is about, empty for a report.
    """

    case: int
    kind: ItemKind
    added_by: str
    added_at: datetime
    supplier_ref: str = ""
    position: int = 0
    reference: str = ""
    other_ref: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionOutcome:
    """What came of an action: a code, and a line of free text."""

    code: OutcomeCode
    on: date
    by: str
    line: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAction:
    """What somebody is to do about a supplier or its premises: `position` counts up over all.

    `agency` is a code of `law.powers`: whose action it is. `owner` is an account here or a role
    there, never a partner's person. `power` is the code of the power it rests on. `supplier_ref`
    is the supplier that it is about, empty where it is about several or none. `what` is free text.
    """

    case: int
    what: str
    agency: str
    owner: str
    power: str
    added_by: str
    added_at: datetime
    position: int = 0
    supplier_ref: str = ""
    due: date | None = None
    outcome: ActionOutcome | None = None

    def overdue(self, today: date) -> bool:
        """Return whether it was to be done before that day and nothing has come of it."""
        return self.outcome is None and self.due is not None and self.due < today
