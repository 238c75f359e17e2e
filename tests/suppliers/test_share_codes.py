"""The form of a share code: what it states is read, and whatever is not understood is said."""

import json
import os
from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest

from duediligence.errors import UnreadableFile
from duediligence.formats.cells import TURNED
from duediligence.formats.json import load
from duediligence.law.declarations import find_stated_grounds, load_questions
from duediligence.model import Address, Identifier, PartialDate
from duediligence.model.supplier_information import (
    StatedMember,
    StatedParty,
    StatedValue,
    SupplierInformation,
)
from duediligence.store.records import encode
from duediligence.suppliers.declarations import MOST_BYTES
from duediligence.suppliers.share_codes import (
    is_share_code_answer,
    list_stated_answers,
    list_unread_cells,
    read_share_codes,
)
from tests.rows import for_each
from tests.share_codes.oversized_answers import build_large_answer, build_nested_answer

from .forms_made import DIRECTOR, PARENT, entity, exclusion, form, person

SAMPLES = Path(__file__).parent.parent / "share_codes" / "answers"
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
    assert not found.is_postal_only
    postal = read(form(address={"streetAddress": "2 Depot Road", "type": "Postal"}))
    assert postal.is_postal_only
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
        answers = list_stated_answers(read(form(**sections)), "S1")
        assert {one.question for one in answers} == every
        assert {one.answer for one in answers} == {"no"}
        assert {one.declared_on for one in answers} == {date(2026, 7, 1)}
    assert list_stated_answers(read(form(asked=False)), "S1") == ()


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
            answers = list_stated_answers(found, "S1")
            (yes,) = (each for each in answers if each.answer == "yes")
            assert yes.question == question.code
            assert yes.applies_to == ("supplier" if not id_ else "connected person")
            assert yes.details == "Told Ended on 3 February 2025."


def test_what_happened_outside_the_uk_is_of_the_grounds_abroad() -> None:
    abroad = {"PA23-6-34", "PA23-6-42"}
    at_home = {f"PA23-6-{number}" for number in (*range(2, 34), *range(36, 42))}
    for question in load_questions():
        of = {
            in_uk: set(find_stated_grounds(question.code, in_uk=in_uk))
            for in_uk in (True, False, None)
        }
        # Conduct outside the UK alone (Schedule 7, paragraph 2).
        assert of[True] == set(question.grounds) - {"PA23-7-2"}
        assert not of[False] & at_home
        assert of[None] == of[True] | of[False]
        stated = exclusion(question.code)
        stated["answers"] = [
            {**one, "boolValue": False} if one["questionName"] == "_Exclusion07" else one
            for one in stated["answers"]
        ]
        answers = list_stated_answers(read(form(exclusions=[stated])), "S1")
        own = [one for one in answers if one.applies_to == "supplier"]
        (yes,) = (one for one in own if one.answer == "yes")
        assert set(yes.grounds) == of[False]
        assert yes.details.startswith("Outside the UK.")
        # A no covers what happened abroad, except where that was stated.
        denied = {one.question for one in own if one.answer == "no"}
        assert abroad & denied == abroad - of[False]
    assert find_stated_grounds("competition_law_infringements", in_uk=False) == ("PA23-6-42",)
    assert find_stated_grounds("organised_crime", in_uk=False) == ("PA23-6-34",)


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
    assert found.exclusions_asked
    assert not found.is_rest_denied
    answers = list_stated_answers(found, "S1")
    assert [(one.question, one.answer) for one in answers] == [("tax_offences", "yes")]
    assert "bad_manners" in reasons(found).values()


def test_whatever_may_be_an_exclusion_and_is_not_read_leaves_no_ground_denied() -> None:
    """The platform may rename, add and repeat: what is not known is never a no."""
    twice = exclusion("tax_offences")
    twice["answers"].append({"questionName": "_Exclusion08", "optionValue": ["cartels"]})
    renamed = exclusion("tax_offences")
    renamed["sectionName"] = "Exclusions (Wales)"
    moved = exclusion("tax_offences")
    moved["sectionName"] = "Grounds"
    for one in renamed["answers"]:
        one["questionName"] = one["questionName"].replace("_", "_Welsh")
    for one in moved["answers"]:
        one["questionName"] = one["questionName"].replace("_Exclusion", "_Ground")
    whose = exclusion("tax_offences", whom="martian")
    for one in (twice, renamed, moved, whose):
        found = read(form(exclusions=[one]))
        assert (found.exclusions, found.is_rest_denied) == ((), False)
        assert list_stated_answers(found, "S1") == ()


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
        ("the form has no name", form(name=" ")),
        ("the form has a name of 600 characters", form(name="x" * 600)),
        ("name " + TURNED, form(name="Ferrow\u202eby Ltd")),
        ("name is not a text", form(name=7)),
        ("associatedPersons is not a list", form(associatedPersons={})),
        ("associatedPersons[1] is not an object", form(associatedPersons=["Ada"])),
        (
            "associatedPersons[1] has no name",
            form(associatedPersons=[person(firstName="", lastName="")]),
        ),
        ("the form is a draft", form(form={"submissionState": "Draft"})),
        (
            "handed in on 1 January 2027: that is in the future",
            form(form={"submittedAt": "2027-01-01"}),
        ),
        ("form 2 has no name", [form(), form(name=None)]),
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
    folder = Path(os.environ["REAL_DATA"], "publishers", "cdp-share-code", "made")
    path = folder / "share_code_example.made.json"
    if not path.exists():
        pytest.skip("the example is not on this machine")
    found = read(json.loads(path.read_text("utf-8")))
    assert [(one.question, bool(one.party_id)) for one in found.exclusions] == [
        ("labour_market_misconduct", True),
        ("tax_offences", True),
        ("insolvency_bankruptcy", False),
    ]
    # What its maker says of it, in a member that the platform does not have.
    assert set(reasons(found)) == {"_note"}


def load_sample(name: str) -> SupplierInformation:
    path = SAMPLES / name
    (found,) = read_share_codes(load(path), path.name, origin="file", today=TODAY)
    return found


def number_of(party: StatedParty) -> str:
    return party.company_number or party.overseas_number


@for_each("name", sorted(one.name for one in SAMPLES.glob("*.expected.json")))
def test_each_sample_is_read_as_expected(name: str) -> None:
    """They were written from the published tables alone, without sight of the reader."""
    expected = json.loads((SAMPLES / name).read_text("utf-8"))
    name = name.replace(".expected", "")
    if not expected["read"]:
        with pytest.raises(UnreadableFile) as refused:
            load_sample(name)
        assert refused.value.message.startswith(f"{name}: ")
        return
    found = load_sample(name)
    supplier = expected["supplier"]
    assert found.name == supplier["name"]
    numbers = {(one["scheme"], one["id"]) for one in supplier["identifiers"]}
    assert {(one.scheme, one.id) for one in found.identifiers} == numbers
    assert found.addresses[0].postcode == (supplier["postcode"] or "")
    names = {one.id: one.name for one in found.parties}
    people = [one for one in found.parties if one.kind != "organisation"]
    firms = [one for one in found.parties if one.kind == "organisation"]
    assert [
        {"name": one.name, "birth": _as_text(one.birth_date), "relationship": one.relationship}
        for one in people
    ] == expected["people"]
    assert [(one.name, number_of(one), one.relationship, list(one.control)) for one in firms] == [
        (one["name"], one["number"] or "", one["category"], one["control"])
        for one in expected["organisations"]
    ]
    assert [{"name": one.name, "share_code": one.share_code} for one in found.members] == expected[
        "members"
    ]
    assert [
        {"code": one.question, "about": names.get(one.party_id, "supplier")}
        for one in found.exclusions
    ] == expected["exclusions"]
    assert found.exclusions_asked == expected["asked"]
    trusts = [one.name for one in found.parties if one.kind == "trust"]
    assert trusts == expected.get("trusts", trusts)
    ended = {one.name: one.ended_on.isoformat() for one in found.parties if one.ended_on}
    assert ended == expected.get("ended", ended)
    kept = [one.text for one in found.kept]
    assert [
        text for text in expected.get("not_read", ()) if not any(text in one for one in kept)
    ] == []


def test_a_form_that_is_wholly_known_has_nothing_unread() -> None:
    whole = [
        path for path in SAMPLES.glob("[01]*.json") if path.name < "13" and ".e" not in path.name
    ]
    folder = SAMPLES.parent / "differences"
    answers = [json.loads(path.read_text("utf-8"))["answer"] for path in folder.glob("*.json")]
    found = [*(load_sample(path.name) for path in whole), *map(read, answers)]
    assert len(found) == 12 + 60
    assert [(one.name, cell) for one in found for cell in list_unread_cells(one)] == []


@for_each(
    "value, named",
    [
        ("Ada Quill", True),
        ("Quill", True),
        ({"share": 100, "of": ["Quill Ltd"]}, True),
        ({"Ada Quill": 100}, True),
        ("Ад Квил", True),
        (True, False),
        (7.5, False),
        ("2026-07-01T09:00:00Z", False),
        ("00000000-0000-4000-8000-0000000000a1", False),
        ("https://example.org/ada", False),
        ("ada@example.org", False),
        ({"at": "2026-07-01", "by": [1, None]}, False),
    ],
)
def test_an_unknown_member_that_can_hold_a_name_is_not_read(value: Any, named: bool) -> None:
    found = read(form(newMember=value))
    assert [one.column for one in list_unread_cells(found)] == ["form: newMember"] * named
    assert StatedValue in map(type, found.kept)


def test_no_day_of_birth_is_in_what_was_not_read() -> None:
    (cell,) = list_unread_cells(read(form(owner={"name": "Ada Quill", "born": "1970-06-30"})))
    assert "Ada Quill" in cell.text
    assert "1970" not in cell.text


def test_other_names_are_read_of_the_supplier_and_of_those_behind_it() -> None:
    registered = {"scheme": "GB-COH", "id": "9912345", "legalName": "Gullmere Trading Ltd"}
    found = read(
        form(
            identifier=registered,
            tradingNames=["Gull Cafe"],
            associatedPersons=[person(formerNames=["Ada Plover"], alias="Ada Q")],
        )
    )
    assert found.other_names == ("Gullmere Trading Ltd", "Gull Cafe")
    assert found.parties[0].other_names == ("Ada Plover", "Ada Q")
    assert found.kept == ()


def _as_text(born: PartialDate | None) -> str | None:
    return str(born) if born else None


def test_an_answer_too_deep_or_too_large_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "f.json"
    # Deep enough to be read, and too deep to be written again.
    deep = json.loads(build_nested_answer(500))
    for _ in range(100_000):
        deep = {"details": {"legalForm": deep}}
    with pytest.raises(UnreadableFile, match="nested deeper"):
        read_share_codes({**form(), "new": deep}, "f.json", origin="file", today=TODAY)
    for text in (build_nested_answer(100_000), build_large_answer(2), build_large_answer(21)):
        path.write_text(text, "utf-8")
        with pytest.raises(UnreadableFile) as refused:
            read_share_codes(load(path, MOST_BYTES), path.name, origin="file", today=TODAY)
        assert "\n" not in refused.value.message


def test_a_form_with_any_value_in_any_place_is_read_or_refused_in_one_line() -> None:
    chance, hostile = (
        Random(7),
        [None, True, 7, 1e309, "\u202e", "\x00", "\ud800", [], {}, [[]], "9999-12-31T23:59:59Z"],
    )
    whole = form(exclusions=[exclusion("tax_offences")], additionalParties=[{"name": "Mill Ltd"}])
    for _ in range(300):
        changed = deepcopy(whole)
        held = chance.choice(list(list_holders(changed)))
        place = chance.choice(list(held) if isinstance(held, dict) else range(len(held)))
        held[place] = chance.choice(hostile)
        said = []
        try:
            said.append(encode(read(changed)).decode())
        except UnreadableFile as refused:
            said.append(refused.message)
        assert "\n" not in said[0]


def list_holders(value: Any) -> Iterator[Any]:
    """Yield each object and list of a document that holds anything."""
    if isinstance(value, (dict, list)) and value:
        yield value
        for one in value.values() if isinstance(value, dict) else value:
            yield from list_holders(one)


def test_the_answers_beside_registers_are_read_whole() -> None:
    for path in sorted((SAMPLES.parent / "differences").glob("*.json")):
        (found,) = read_share_codes(load(path)["answer"], path.name, origin="file", today=TODAY)
        assert [one for one in found.kept if one.reason] == []
