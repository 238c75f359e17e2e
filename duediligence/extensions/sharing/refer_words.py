"""What the asking side reads before it names hits, and the council once it received them."""

from collections.abc import Iterator, Mapping

from duediligence.extensions.sharing.model.partner_messages import (
    PARTNER_ASKS,
    MessageParty,
    PartnerAsk,
)
from duediligence.extensions.sharing.partner_messages import ReceivedMessage
from duediligence.extensions.sharing.referring import ReferPlan
from duediligence.extensions.sharing.render.exchange_words import POINTER
from duediligence.text.dates import long_date
from duediligence.text.wording import count, listed

# The same as PARTNER_ASKS, in the words of the side that asks.
_ASKED: Mapping[PartnerAsk, str] = {
    "call-us": "to call you before it acts",
    "pause-award": "to award nothing to the supplier before it has spoken to you",
    "no-action": "to do nothing about it",
}
_KINDS = {
    "organisation": "Organisation",
    "person": "Person",
    "address": "Address",
    "": "Firm or person",
}


def refer_notice(message: ReferPlan) -> Iterator[str]:
    """Yield what the partner learns, row by row, before anything is written."""
    named = count(len(message.named), "party", "parties")
    yield (
        f"{message.partner} will learn that {named} of its own suppliers, or of those behind them, "
        "stood on the list that you asked about in this exchange. It reads exactly these rows:"
    )
    yield from (f"- {format_named_party(one)}" for one in message.named)
    yield (
        f"You ask it {_ASKED[message.ask]}, and not to tell the supplier. It does not learn why "
        "you asked, nor any other item of your list."
    )
    yield (
        f"It may receive the file until {long_date(message.expires_at.date())}, and keeps what it "
        f"says for as long as agreement {message.agreement} allows. {POINTER}"
    )


def format_named_party(named: MessageParty) -> str:
    """Return a row as the partner reads it: everything that it holds."""
    parts = [
        named.name,
        f"company number {named.number}" if named.number else "",
        f"charity number {named.charity}" if named.charity else "",
        f"born {named.born}" if named.born else "",
        named.address,
        named.postcode,
    ]
    return f"{_KINDS[named.kind]}: {', '.join(filter(None, parts))}"


def received_lines(received: ReceivedMessage) -> Iterator[str]:
    """Yield what came of a message, without a name: those are in its alerts."""
    yield (
        f"Message {received.number} of {received.partner}, under agreement {received.agreement}: "
        f"it asks you to {PARTNER_ASKS[received.ask]}."
    )
    others = received.named - received.held
    if not received.held:
        yield (
            f"It names {count(others, 'party', 'parties')}, none of which you hold. No name was "
            "kept."
        )
        return
    left = f" {count(others, 'other')} you do not hold: not kept." if others else ""
    yield (
        f"It names {count(received.held, 'party', 'parties')} that you hold, in "
        f"{count(len(received.suppliers), 'supplier')}: {listed(received.suppliers)}.{left}"
    )
    if received.not_screened:
        yield (
            f"The suppliers could not be screened: {received.not_screened}. The message is kept, "
            "and the next screening of them raises the alerts."
        )
    yield (
        f"The message is removed on {long_date(received.remove_on)}. Do not tell the supplier. "
        f"{POINTER}"
    )
