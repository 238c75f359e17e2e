"""What a partner asks about a supplier: a pointer to somebody to call, and no evidence."""

from duediligence.contracts import CheckContext, check
from duediligence.extensions.sharing.model.partner_messages import (
    PARTNER_ASKS,
    NamedAs,
    OpenMessage,
    PartnerAsk,
)
from duediligence.model import Outcome, PartialDate, Severity
from duediligence.model.facts import (
    NOTHING,
    Clause,
    firm,
    joined,
    listed,
    say,
    tag_birth_date,
    tag_person,
    word,
)

_SEVERITY: dict[PartnerAsk, Severity] = {
    "call-us": "high",
    "pause-award": "high",
    "no-action": "medium",
}
_FIRST: dict[PartnerAsk, str] = {
    "call-us": "Before you do anything about the supplier, call",
    "pause-award": "Award nothing to the supplier before you have called",
    "no-action": "Take no step because of this message. If you must act for another reason, first "
    "call",
}
_ALWAYS = (
    "Do not tell the supplier, or anybody who does not need to know. A hit is a pointer and no "
    "evidence: decide nothing on it alone, and check that both of you mean the same party."
)


@check(
    id="SHR-01",
    title="A partner asks you to call",
    topic="partners",
    needs=OpenMessage,
    severity="high",
    basis="The sharing agreement that the alert names; no ground in itself",
)
def partner_message(found: OpenMessage, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """A partner under a sharing agreement names this supplier, or somebody behind it.

    The partner found it by blind matching, and says what you should do: call first, award nothing
    before you have spoken, or do nothing. Why is not in the message: call the contact that the
    agreement names. Medium where you should do nothing.

    Do not tell the supplier and write to nobody about it: a person who is warned can hide assets,
    evidence or victims. The names agreed by keys that are made of them, so the hit may be another
    party with the same name and birth month: check that with the partner. It is a pointer and no
    evidence, is never a ground by itself, and is left out of the overall reading. It is shown until
    somebody answers the message.
    """
    message = found.message
    return Outcome(
        "review",
        why=say(
            "{partner} asks you to {ask} (message {number} of {day}, agreement {agreement}). It "
            "names {named}.",
            partner=firm(message.partner),
            ask=word(PARTNER_ASKS[message.ask]),
            number=message.number,
            day=message.received_at.date(),
            agreement=word(message.agreement),
            named=listed(_describe_asked_party(one) for one in message.named),
        ),
        next_step=joined(
            " ",
            (
                say(
                    "{first} {partner}{contacts}.",
                    first=word(_FIRST[message.ask]),
                    partner=firm(message.partner),
                    contacts=say(
                        " ({contacts})", contacts=listed(word(one) for one in found.contacts)
                    )
                    if found.contacts
                    else NOTHING,
                ),
                _ALWAYS,
            ),
        ),
        severity=_SEVERITY[message.ask],
    )


def _describe_asked_party(one: NamedAs) -> Clause:
    party = one.party
    if party.kind == "address":
        if not one.role:
            return say("an address of the supplier itself")
        return say("an address of somebody behind it ({role})", role=word(one.role))
    if not one.role:
        return say("the supplier itself")
    if party.kind == "organisation":
        return say("{name} ({role})", name=firm(party.name), role=word(one.role))
    return say(
        "{name}{born} ({role})",
        name=tag_person(party.name, one.role),
        born=say(", born {month}", month=tag_birth_date(PartialDate.parse(party.born)))
        if party.born
        else NOTHING,
        role=word(one.role),
    )
