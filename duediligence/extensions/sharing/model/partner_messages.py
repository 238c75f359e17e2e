"""Messages of a partner that name hits of a blind matching, and what the partner asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

from duediligence.model.suppliers import Supplier

PartnerAsk = Literal["call-us", "pause-award", "no-action"]
"""What a partner asks a buyer to do about the parties that it names."""
PARTNER_ASKS: Mapping[PartnerAsk, str] = {
    "call-us": "call them before you act",
    "pause-award": "award nothing to the supplier before you have spoken to them",
    "no-action": "do nothing about it",
}
assert tuple(PARTNER_ASKS) == get_args(PartnerAsk)

NamedKind = Literal["", "organisation", "person", "address"]
MessageState = Literal["open", "closed"]
MessageOutcome = Literal["hit", "no-hit", "we-will-call"]
"""How a message is answered."""
MESSAGE_OUTCOMES: Mapping[MessageOutcome, str] = {
    "hit": "it is the same party",
    "no-hit": "it is another party",
    "we-will-call": "you have called, or will call",
}
assert tuple(MESSAGE_OUTCOMES) == get_args(MessageOutcome)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageParty:
    """A party that a message names: what the partner tells of it, and nothing else.

    The fields are those of an item of a blind matching (`AskedItem`), without the partner's own
    reference of it.
    """

    kind: NamedKind
    name: str = ""
    number: str = ""
    charity: str = ""
    born: str = ""
    address: str = ""
    postcode: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedAs:
    """A party that a message names and that is a supplier or behind one: `role` is what it is to
    the supplier, empty for the supplier itself.
    """

    party: MessageParty
    role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerMessage:
    """What a message of a partner says about one supplier.

    `number` is that of the message: about several suppliers, each has one of these. `exchange` is
    the blind matching that it follows. `remove_on` is the day from which it may not be kept: the
    agreement says how long. `outcome` is how it was answered; empty while it is open.
    """

    number: int
    supplier_ref: str
    agreement: str
    exchange: str
    partner: str
    ask: PartnerAsk
    named: tuple[NamedAs, ...]
    received_at: datetime
    remove_on: date
    state: MessageState = "open"
    outcome: MessageOutcome | Literal[""] = ""

    @property
    def identity(self) -> str:
        """Return who a finding about it is about, from run to run: each message has an alert."""
        return f"message:{self.number}:{self.supplier_ref}"


@dataclass(frozen=True, slots=True)
class OpenMessage:
    """A message that nobody answered yet, beside the supplier that it is about.

    `contacts` are the roles, and how to reach them, that the agreement names.
    """

    supplier: Supplier
    message: PartnerMessage
    contacts: tuple[str, ...] = ()
