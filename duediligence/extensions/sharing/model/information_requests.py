"""Requests for information between partners: asked or received, due when, answered how."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal, get_args

from duediligence.extensions.sharing.model.partners import Receiver
from duediligence.model.entries import Identifier

Direction = Literal["asked", "received"]
RequestState = Literal["open", "answered", "refused", "withdrawn", "expired"]
RequestAnswer = Literal["hit", "no-hit", "call-us", "partly", "refused"]
ANSWERS: Mapping[RequestAnswer, str] = {
    "hit": "Hit: something is held about it",
    "no-hit": "No hit: nothing is held about it",
    "call-us": "Call us: the answer is given by telephone only",
    "partly": "Partly: some of it is answered, the rest is not",
    "refused": "Refused",
}
assert tuple(ANSWERS) == get_args(RequestAnswer)
RefusalReason = Literal[
    "no-basis", "not-agreed", "too-little", "too-much", "would-prejudice", "not-ours"
]
REFUSALS: Mapping[RefusalReason, str] = {
    "no-basis": "no lawful basis covers the answer",
    "not-agreed": "the agreement does not cover it",
    "too-little": "the request does not say enough to be answered",
    "too-much": "it asks for more than its purpose needs",
    "would-prejudice": "an answer would prejudice an investigation or a prosecution",
    "not-ours": "another body holds it",
}
assert tuple(REFUSALS) == get_args(RefusalReason)
# How long after the day it is due a request may still be answered.
OPEN_AFTER_DUE = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class InformationRequest:
    """One request, as the home of one of the two parties holds it.

    `number` is its place, 0 before it has one; `their_number` the partner's number of the same
    request, 0 where it is not known. `basis` is one of the agreement's codes; `purpose` a line,
    which may be about people. `name` and `numbers` are of the party, as they were sent;
    `supplier_ref` is the supplier that this is here, empty where none is. `exchange` is that of the
    signed files, empty where none went. `retention_days` is how long the agreement lets it be kept
    once it is closed, 0 for what we asked. `form_version` and `form_sha256` are of the referral
    form that went with it. `closed` is how somebody ended it, empty while nobody did.
    """

    number: int = 0
    direction: Direction
    agreement: str
    partner_kind: Receiver
    basis: str
    purpose: str
    name: str
    numbers: tuple[Identifier, ...] = ()
    supplier_ref: str = ""
    alert_ids: tuple[str, ...] = ()
    case: int = 0
    asked_at: datetime
    asked_by: str
    due_on: date
    exchange: str = ""
    their_number: int = 0
    retention_days: int = 0
    form_version: int = 0
    form_sha256: str = ""
    closed: Literal["", "answered", "refused", "withdrawn"] = ""
    answer: RequestAnswer | None = None
    reason: RefusalReason | None = None
    closed_at: datetime | None = None
    closed_by: str = ""

    @property
    def expires_on(self) -> date:
        """Return the last day on which it may be answered."""
        return self.due_on + OPEN_AFTER_DUE

    @property
    def ends_on(self) -> date:
        """Return when it was closed; for one that was not, when it expires."""
        return self.closed_at.date() if self.closed_at else self.expires_on

    @property
    def keep_until(self) -> date | None:
        """Return the last day on which the agreement lets it be kept; None for what we asked."""
        days = timedelta(days=self.retention_days)
        return self.ends_on + days if self.retention_days else None

    def without_people(self) -> "InformationRequest":
        """Return the request without its purpose, which may be about people."""
        return replace(self, purpose="")

    def state_on(self, day: date) -> RequestState:
        """Return what has become of it by that day."""
        return self.closed or ("expired" if day > self.expires_on else "open")

    def is_overdue(self, day: date) -> bool:
        """Return whether it is open on that day, past the day it was due."""
        return self.state_on(day) == "open" and day > self.due_on
