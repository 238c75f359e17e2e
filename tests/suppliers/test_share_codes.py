"""The form of a share code: what it states is read, and whatever is not understood is said."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from duediligence.errors import UnreadableFile
from duediligence.law.declarations import load_questions
from duediligence.model import Address, Identifier, PartialDate
from duediligence.model.supplier_information import StatedMember, StatedValue, SupplierInformation
from duediligence.suppliers.share_codes import (
    is_share_code_answer,
    list_stated_answers,
    read_share_codes,
)
from tests.rows import for_each

from .forms_made import DIRECTOR, PARENT, entity, exclusion, form, person

TODAY = date(2026, 12, 1)


def read(document: Any) -> SupplierInformation:
    (found,) = read_share_codes(document, "f.json", origin="file", today=TODAY)
    return found


def reasons(found: SupplierInformation) -> dict[str, str]:
    return {one.path: one.text for one in found.kept if one.reason}


def test_a_form_is_read_as_it_states() -> None:
    found = read(form())
    assert (found.name, found.share_code, found.form_version) == (
        "Ferrowby Care Limited",
        "QTnhQbHM",
        "1.0",
    )
    # The day in the UK, where it was half past midnight.
    assert found.submitted_on == date(2026, 7, 1)
    assert found.identifiers == (
        Identifier("GB-COH", "09912345"),
        Identifier("VAT", "GB999000111", label="VAT"),
    )
    assert found.addresses[0] == Address("1 Mill Lane, Ferrowby", "FE1 1AA", "United Kingdom")
    assert (found.legal_form, found.scale, found.roles) == (
        "Limited company",
        "small",
        ("tenderer",),
    )
    director, parent = found.parties
    assert (director.kind, director.name, director.control) == ("person", "Ada Quillfeather", ())
    assert director.birth_date == PartialDate(1970, 7)
    assert (parent.kind, parent.overseas_number, parent.law) == (
        "organisation",
        "HRB 990",
        "Germany",
    )
    assert parent.control == ("OwnsShares", "HasVotingRights")
    assert found.kept == ()


def test_neither_days_of_birth_nor_ways_to_reach_people_are_kept() -> None:
    found = repr(read(form(exclusions=[exclusion("tax_offences", details="Fined")])))
    assert "Ann Clerk" not in found
    assert "ann@example.org" not in found
    assert "day=None" in found


def test_a_ground_that_is_not_named_is_denied_only_where_the_form_asks() -> None:
    every = {one.code for one in load_questions()}
    for sections in (
        {"asked": True},
        {"exclusions": [{"sectionName": "Exclusions", "answers": []}]},
    ):
        answers = list_stated_answers(read(form(**sections)), "S1", on=TODAY)
        assert {one.question for one in answers} == every
        assert {one.answer for one in answers} == {"no"}
        assert {one.declared_on for one in answers} == {date(2026, 7, 1)}
    assert list_stated_answers(read(form(asked=False)), "S1", on=TODAY) == ()


def test_each_ground_stated_is_a_yes_of_whom_it_is_about() -> None:
    about = (("self", ""), ("associated-persons", DIRECTOR), ("additional-entities", PARENT))
    for question in load_questions():
        for whom, id_ in about:
            stated = exclusion(
                question.code, whom=whom, id_=id_, details="Told", ended="2025-02-03"
            )
            found = read(form(exclusions=[stated]))
            (one,) = found.exclusions
            assert (one.question, one.party_id, one.in_uk) == (question.code, id_, True)
            answers = list_stated_answers(found, "S1", on=TODAY)
            (yes,) = (each for each in answers if each.answer == "yes")
            assert yes.question == question.code
            assert yes.applies_to == ("supplier" if not id_ else "connected person")
            assert yes.details == "Told Ended on 03 February 2025."


def test_what_is_not_known_is_kept_and_what_is_not_of_its_enumeration_is_not_read() -> None:
    welsh = {
        "sectionName": "WelshExclusions",
        "answers": [{"questionName": "_WelshExclusions02", "boolValue": False}],
    }
    found = read(
        form(
            type="collective",
            newField={"a": [1]},
            associatedPersons=[person(relationship="Friend", dateOfBirth="in summer")],
            additionalEntities=[entity(controlCondition=["Charm", "OwnsShares"])],
            exclusions=[welsh],
        )
    )
    assert reasons(found) == {
        "type": "collective",
        "associatedPersons[1].relationship": "Friend",
        "associatedPersons[1].dateOfBirth": "",
        "additionalEntities[1].controlCondition[1]": "Charm",
    }
    assert found.parties[0].relationship == ""
    assert found.parties[1].control == ("OwnsShares",)
    assert StatedValue("newField", '{"a": [1]}') in found.kept
    assert StatedValue("WelshExclusions/_WelshExclusions02", "false") in found.kept


def test_where_an_exclusion_cannot_be_read_no_ground_is_denied() -> None:
    found = read(form(exclusions=[exclusion("bad_manners"), exclusion("tax_offences")]))
    assert not found.exclusions_asked
    answers = list_stated_answers(found, "S1", on=TODAY)
    assert [(one.question, one.answer) for one in answers] == [("tax_offences", "yes")]
    assert "bad_manners" in reasons(found).values()


def test_a_consortium_names_its_members() -> None:
    member = {
        "id": "m",
        "name": "Mill Ltd",
        "roles": ["supplier"],
        "shareCode": {"value": "ABCD2345"},
    }
    found = read(form(type="informalConsortium", additionalParties=[member]))
    assert found.consortium
    assert found.members == (
        StatedMember(id="m", name="Mill Ltd", roles=("supplier",), share_code="ABCD2345"),
    )


@for_each(
    "place, document",
    [
        ("the form is not an object", ["text"]),
        ("name is missing", form(name=" ")),
        ("name is not a text", form(name=7)),
        ("associatedPersons is not a list", form(associatedPersons={})),
        ("associatedPersons[1] is not an object", form(associatedPersons=["Ada"])),
        (
            "associatedPersons[1] has no name",
            form(associatedPersons=[person(firstName="", lastName="")]),
        ),
        ("form.submissionState is a draft", form(form={"submissionState": "Draft"})),
        ("form.submittedAt 2027-01-01 is in the future", form(form={"submittedAt": "2027-01-01"})),
        ("form 2, name is missing", [form(), form(name=None)]),
        ("name: is not Unicode text", form(name="\ud800")),
    ],
)
def test_what_cannot_be_a_form_is_refused_naming_the_place(place: str, document: Any) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read_share_codes(document, "f.json", origin="file", today=TODAY)
    assert refused.value.message.startswith("f.json: ")
    assert place in refused.value.message
    assert "\n" not in refused.value.message


def test_only_an_answer_of_the_platform_is_taken_for_one() -> None:
    assert is_share_code_answer(form())
    assert is_share_code_answer([form(), form()])
    for other in ({"supplier_ref": "S1", "answers": []}, [], "text", 7, [[]]):
        assert not is_share_code_answer(other)


def test_the_example_that_follows_the_source_is_read() -> None:
    path = Path("/work/shared/data/publishers/cdp-share-code/made/share_code_example.made.json")
    if not path.exists():
        pytest.skip("the example is not on this machine")
    found = read(json.loads(path.read_text("utf-8")))
    assert [(one.question, bool(one.party_id)) for one in found.exclusions] == [
        ("labour_market_misconduct", True),
        ("tax_offences", True),
        ("insolvency_bankruptcy", False),
    ]
    assert reasons(found) == {}
