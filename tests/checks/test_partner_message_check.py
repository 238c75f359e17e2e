"""What the alert about a message of a partner says."""

from dataclasses import replace
from datetime import UTC, date, datetime

from duediligence import registry
from duediligence.extensions.sharing.model.partner_messages import (
    PARTNER_ASKS,
    MessageParty,
    NamedAs,
    OpenMessage,
    PartnerAsk,
    PartnerMessage,
)
from duediligence.extensions.sharing.stages import assess_message
from duediligence.model import Outcome, Supplier
from duediligence.model.facts import clause_of, map_clause_values
from duediligence.render.saying import format_text
from duediligence.screening.run.findings import Assessor, check_context
from duediligence.screening.run.policy import Policy
from tests.rows import for_each

TODAY = date(2026, 11, 24)
ANN = MessageParty(kind="person", name="Ann Noname", born="1970-05")
MESSAGE = PartnerMessage(
    number=3,
    supplier_ref="S1",
    agreement="ISA-2026-01",
    exchange="ab" * 16,
    partner="Example Police",
    ask="call-us",
    named=(NamedAs(party=ANN, role="director"),),
    received_at=datetime(2026, 11, 24, 9, 0, tzinfo=UTC),
    remove_on=date(2027, 2, 22),
)
SUPPLIER = Supplier(ref="S1", name="Mill Ltd")


def outcome(message: PartnerMessage, *contacts: str) -> Outcome:
    found = OpenMessage(SUPPLIER, message, contacts)
    return registry.checks()["SHR-01"].run(found, check_context(TODAY))


@for_each(
    ("named", "words"),
    [
        (NamedAs(party=ANN), "the supplier itself"),
        (NamedAs(party=ANN, role="director"), "Ann Noname, born 1970-05 (director)"),
        (NamedAs(party=replace(ANN, born=""), role="owner"), "Ann Noname (owner)"),
        (
            NamedAs(party=MessageParty(kind="organisation", name="Top Ltd"), role="parent company"),
            "Top Ltd (parent company)",
        ),
        (
            NamedAs(party=MessageParty(kind="address", address="1 Mill Lane"), role="director"),
            "an address of somebody behind it (director)",
        ),
        (
            NamedAs(party=MessageParty(kind="address", address="1 Mill Lane")),
            "an address of the supplier itself",
        ),
    ],
)
def test_it_says_who_is_named_and_what_they_are_to_the_supplier(named: NamedAs, words: str) -> None:
    why = format_text(outcome(replace(MESSAGE, named=(named,))).why)
    assert why.endswith(f"It names {words}.")


@for_each("ask", PARTNER_ASKS)
def test_each_request_has_its_first_step_and_no_ground(ask: PartnerAsk) -> None:
    found = outcome(replace(MESSAGE, ask=ask), "duty desk: 0000 000000", "analyst: a@b.example")
    step = format_text(found.next_step)
    assert "Example Police (duty desk: 0000 000000 and analyst: a@b.example)." in step
    assert "Do not tell the supplier" in step
    assert "no evidence" in step
    assert (found.result, found.grounds, found.event, found.signs) == ("review", (), None, ())
    assert "Example Police." in format_text(outcome(replace(MESSAGE, ask=ask)).next_step)


def test_who_may_not_see_people_is_not_told_of_them() -> None:
    why = outcome(MESSAGE).why
    redacted = map_clause_values(why, lambda value: None if value.personal else value)
    assert "Noname" in format_text(why)
    assert redacted is None or "Noname" not in format_text(clause_of(redacted))


def test_a_finding_is_restricted_and_known_by_its_message() -> None:
    assess = Assessor("r", Policy(), check_context(TODAY))
    (one,) = assess_message(assess, OpenMessage(SUPPLIER, MESSAGE))
    (other,) = assess_message(assess, OpenMessage(SUPPLIER, replace(MESSAGE, number=4)))
    assert one.handling == "restricted"
    assert one.person
    assert one.key != other.key
    assert (one.entry_id, one.list_id) == ("", "")
