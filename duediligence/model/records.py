"""What a public body did about a party: one record of enforcement, of a rating or of a licence."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar, Literal

Power = Literal[
    "trading_standards",
    "planning",
    "licensing",
    "environmental_health",
    "asb",
    "safeguarding",
    "housing",
    "other",
]
RecordType = Literal[
    "conviction",
    "caution",
    "prosecution_pending",
    "notice",
    "civil_penalty",
    "licence_refused",
    "licence_revoked",
    "licence_review",
    "injunction",
    "order",
    "rating",
    "warning",
    "insolvency",
    "registration",
]
RecordStatus = Literal["live", "complied", "withdrawn", "quashed", "under_appeal", "unstated"]
Handling = Literal["public", "internal", "restricted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record, in the canonical form that every register is read into.

    `power` is the council power (or that of the national body) it comes from. `event` says what
    happened, in the publisher's words. `event_date` is when it happened, `decision_date` when it
    was decided, `known_date` when a buyer could first have known of it: Procurement Act 2023
    Sch 7 para 15 runs from that day. `low` marks a rating that its own scheme calls poor.
    A `registration` is a place on a register that a supplier should be on: being there is good,
    having left it (`ended`) or standing on a lower footing (`low`) is worth a question.
    `penalty_gbp` is in pounds.
    """

    # Texts of the publisher that never name a person.
    NOT_PERSONAL: ClassVar = frozenset(("authority", "act_section"))

    type: RecordType
    power: Power = "other"
    authority: str = ""
    reference: str = ""
    act_section: str = ""
    event: str = ""
    event_date: date | None = None
    decision_date: date | None = None
    known_date: date | None = None
    expires: date | None = None
    status: RecordStatus = "unstated"
    outcome: str = ""
    penalty_gbp: Decimal | None = None
    crime_types: tuple[str, ...] = ()
    handling: Handling = "public"
    source_date: date | None = None
    low: bool = False
    ended: bool = False

    @property
    def happened_on(self) -> date | None:
        """The day to show: of the event, else of the decision, else when it became known."""
        return self.event_date or self.decision_date or self.known_date
