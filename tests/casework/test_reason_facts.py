"""A reason code claims something about facts; where they contradict it, it is refused."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from duediligence.casework.deciding import OTHER, REASONS
from duediligence.casework.reason_facts import CLAIMS, explain_contradiction
from duediligence.model import Address, Finding, Identifier, ListEntry, Name, PartialDate, Party
from duediligence.model.alerts import Alert, Compared, Decided
from tests.rows import for_each

NAME = "Juno Marlowe"
MARCH = PartialDate(1968, 3)
OURS = {"kind": "person", "names": (Name(NAME),)}
COMPANY = Identifier("GB-COH", "01234567")


def alert(ours: dict[str, Any], theirs: dict[str, Any], listed_as: str = "Juno Marlow") -> Alert:
    party = Party(**{"role": "director", **OURS, **ours})
    entry = ListEntry(
        **{
            "list_id": "un",
            "id": "E1",
            "kind": "person",
            "names": (Name(listed_as),),
            **theirs,
        }
    )
    finding = Finding(
        run_id="r1",
        supplier_ref="S1",
        supplier_name="Marlowe Ltd",
        company_number="",
        check_id="SAN-01",
        check_title="On a sanctions list",
        topic="sanctions",
        outcome="review",
        severity="high",
        subject_name=NAME,
        entry_id="E1",
        entry_name=listed_as,
    )
    return Alert(
        id="ab" * 32,
        findings=(finding,),
        load=lambda: Compared(parties=(party,), entry=entry),
        party_sha256="1",
        entry_sha256="2",
        last_seen=datetime(2026, 11, 20, tzinfo=UTC),
    )


BORN = {"birth_date": MARCH}
LISTED_BORN = {"birth_dates": (MARCH,)}
CASES: Sequence[tuple[str, dict[str, Any], dict[str, Any], str]] = (
    ("not the same DOB-DIFFERS", {}, {}, "no date of birth is known on either side"),
    ("not the same DOB-DIFFERS", BORN, {}, "known on the list entry's side"),
    ("not the same DOB-DIFFERS", {}, LISTED_BORN, "known on the supplier's side"),
    ("not the same DOB-DIFFERS", BORN, LISTED_BORN, "agree, as far as both are known"),
    ("not the same DOB-DIFFERS", BORN, {"birth_dates": (PartialDate(1968),)}, "agree, as far"),
    ("not the same DOB-DIFFERS", BORN, {"birth_dates": (PartialDate(1950, 1),)}, ""),
    ("same DOB-SAME", {}, LISTED_BORN, "known on the supplier's side"),
    ("same DOB-SAME", BORN, {"birth_dates": (PartialDate(1950, 1),)}, "dates of birth differ"),
    ("same DOB-SAME", BORN, LISTED_BORN, ""),
    ("not the same NUMBER-DIFFERS", {}, {}, "no number is known on either side"),
    (
        "not the same NUMBER-DIFFERS",
        {"identifiers": (COMPANY,)},
        {"identifiers": (COMPANY,)},
        "a number is the same",
    ),
    (
        "not the same NUMBER-DIFFERS",
        {"identifiers": (COMPANY,)},
        {"identifiers": (replace(COMPANY, id="09876543"),)},
        "",
    ),
    ("same NUMBER-SAME", {"identifiers": (COMPANY,)}, {}, "known on the list entry's side"),
    (
        "same NUMBER-SAME",
        {"identifiers": (COMPANY,)},
        {"identifiers": (replace(COMPANY, id="09876543"),)},
        "the numbers differ",
    ),
    (
        "same NUMBER-SAME",
        {"identifiers": (COMPANY,)},
        {"identifiers": (COMPANY,)},
        "",
    ),
    ("not the same OTHER-PLACE", {}, {"countries": ("FR",)}, "known on the supplier's side"),
    ("not the same OTHER-PLACE", {"countries": ("GB",)}, {"countries": ("FR",)}, ""),
    # Of people no address is shown; that one is known is enough to say that it differs.
    (
        "not the same OTHER-PLACE",
        {"addresses": (Address("1 Quay Street, Porthvellan"),)},
        {"countries": ("FR",)},
        "",
    ),
    ("same NAME-PLACE-SAME", {}, {}, "no address or country is known on either side"),
    (
        "same NAME-PLACE-SAME",
        {"countries": ("GB",)},
        {"countries": ("FR",)},
        "the countries differ",
    ),
    ("same NAME-PLACE-SAME", {"countries": ("GB",)}, {"countries": ("GB",)}, ""),
    ("not the same OTHER-KIND", {}, {}, "both sides are of the kind 'person', and no note"),
    ("not the same OTHER-KIND", {"kind": "unknown"}, {}, "the kind of one side is not known"),
    ("not the same OTHER-KIND", {}, {"kind": "organisation"}, ""),
    ("not the same OTHER-NAME", {}, {}, ""),
    ("same SUPPLIER-SAYS", {}, {}, ""),
    ("not sure TOO-LITTLE", {}, {}, ""),
)


def of(words: str) -> tuple[Decided, str]:
    decided, _, reason = words.rpartition(" ")
    assert reason in REASONS[decided]  # type: ignore[index]
    return decided, reason  # type: ignore[return-value]


@for_each(("words", "ours", "theirs", "expected"), CASES)
def test_a_reason_is_compared_with_the_facts(
    words: str, ours: dict[str, Any], theirs: dict[str, Any], expected: str
) -> None:
    found = explain_contradiction(alert(ours, theirs), *of(words))
    assert expected in found if expected else not found, found


def test_only_similar_names_are_not_the_same() -> None:
    assert explain_contradiction(alert({}, {}, "JUNO  marlowe"), "not the same", "OTHER-NAME") == (
        "the names are the same"
    )


def test_a_note_says_what_makes_two_of_one_kind_different() -> None:
    one = alert({}, {})
    assert not explain_contradiction(one, "not the same", "OTHER-KIND", "A dentist, and a general")


def test_every_claim_is_of_a_reason_that_exists_and_is_tried_here() -> None:
    tried = {of(words) for words, *_ in CASES}
    for decided, reason in CLAIMS:
        assert reason in REASONS[decided]
        assert reason != OTHER
        assert (decided, reason) in tried


def test_where_the_facts_are_not_kept_any_more_nothing_contradicts() -> None:
    gone = replace(alert({}, {}), load=Compared)
    assert not explain_contradiction(gone, "not the same", "DOB-DIFFERS")
