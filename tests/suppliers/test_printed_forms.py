"""The form that the platform prints of a supplier: each field read, or asked for; none invented."""

from datetime import date

import pytest

from duediligence.errors import Invalid
from duediligence.formats.pdf import PdfText
from duediligence.model import PartialDate
from duediligence.suppliers.printed_forms import PrintedForm, read_printed_forms
from duediligence.suppliers.stated_fields import (
    build_stated_information,
    is_field,
    list_field_blocks,
)
from tests.printed_forms import DETAILS, LEFT, MIDDLE, Line
from tests.rows import for_each

PEOPLE = "People connected to organisation"


def lines(*rows: Line | tuple[str, ...], page: int = 1) -> list[list[PdfText]]:
    """The lines of a page: a heading, or a label with what is on its right; "" is a gap."""
    found, y = [[PdfText(page, 230, 815, "Supplier information")]], 780.0
    for row in rows:
        if isinstance(row, str):
            y -= 14 if not row else 28
            if row:
                found.append([PdfText(page, LEFT, y, row)])
            continue
        y -= 14
        left = [PdfText(page, LEFT, y, row[0])] if row[0] else []
        found.append(
            [*left, *(PdfText(page, MIDDLE + 60 * at, y, one) for at, one in enumerate(row[1:]))]
        )
    return [*found, [PdfText(page, 430, 20, "Generated on 01 December 2026")]]


def read(*rows: Line | tuple[str, ...]) -> PrintedForm:
    (form,) = read_printed_forms(lines(*DETAILS, *rows), "Bcdf6789")
    return form


def test_an_organisation_its_people_and_its_exclusions() -> None:
    form = read(
        ("Supplier type", "Organisation"),
        ("Registered address", "2 Mill Lane, Ambleford, ZZ1 1AA, UK"),
        ("VAT number", "GB999000111"),
        ("Registered legal form", "Limited company"),
        ("Registration date", "05 March 2011"),
        "Other registries",
        "",
        ("Registry", "Companies House number"),
        ("Number", "99001234"),
        "",
        ("Registry", "Scottish Charity Register"),
        ("Number", "SC990012"),
        PEOPLE,
        ("First name", "Jo"),
        ("Last name", "Ashdown"),
        ("Date of birth", "03 April 1970"),
        ("Type", "Individual"),
        ("Category", "Person with significant control"),
        ("Control conditions", "Owns shares, Has voting rights"),
        ("Individual trust Information:",),
        ("First name", "Jo"),
        ("Last name", "Ashdown"),
        ("Date of birth", "03 April 1970"),
        "",
        ("Connected organisation information:",),
        ("Organisation name", "Ferrow Holdings Limited"),
        ("Companies House number", "99005678"),
        ("Type", "Organisation"),
        ("Category", "Parent or subsidiary company"),
        "Exclusions",
        ("UK exclusion", "yes"),
        ("Exclusion applies", "Theft, fraud and bribery"),
        ("Exclusion applies to", "Jo Ashdown"),
        ("Exclusion in detail", "A fine"),
        ("", "of 2024"),
        ("Date circumstances ended", "01 May 2024"),
        "",
        ("UK exclusion", "no"),
        ("Exclusion applies", "Tax offences"),
        ("Exclusion applies to", "Ferrow Fencing Limited"),
    )
    assert form.unsure == {"submitted_on": ""}
    assert [(one.path, one.text) for one in form.kept] == [
        ("Organisation details: supplier type", "Organisation")
    ]
    known = build_stated_information(form.texts)
    assert (known.name, known.share_code, known.legal_form, known.registered_on) == (
        "Ferrow Fencing Limited",
        "Bcdf6789",
        "Limited company",
        date(2011, 3, 5),
    )
    assert [str(one) for one in known.identifiers] == [
        "GB999000111",
        "GB-COH-99001234",
        "GB-SC-SC990012",
    ]
    assert (known.addresses[0].postcode, known.addresses[0].country) == (
        "ZZ1 1AA",
        "United Kingdom",
    )
    person, owner = known.parties
    assert (person.kind, person.name, person.birth_date) == (
        "person",
        "Jo Ashdown",
        PartialDate(1970, 4),
    )
    assert person.relationship == "PersonWithSignificantControlForIndividual"
    assert person.control == ("OwnsShares", "HasVotingRights")
    assert (owner.kind, owner.relationship) == ("organisation", "ParentOrSubsidiaryCompany")
    assert known.exclusions_asked
    assert [(one.question, one.party_id, one.in_uk) for one in known.exclusions] == [
        ("theft_fraud", person.id, True),
        ("tax_offences", "", False),
    ]
    assert (known.exclusions[0].details, known.exclusions[0].ended_on) == (
        "A fine of 2024",
        date(2024, 5, 1),
    )


def test_a_form_without_exclusions_denies_them_only_where_it_has_the_heading() -> None:
    assert read("Exclusions").texts["exclusions_asked"] == "yes"
    form = read()
    assert "exclusions_asked" not in form.texts
    assert "exclusions_asked" in form.unsure


ASKED = {
    "a ground that the platform prints for two": (
        "Exclusions",
        [("Exclusion applies", "Potential competition and competition law infringements")],
        "exclusions.0.question",
    ),
    "an exclusion without a ground": (
        "Exclusions",
        [("Exclusion in detail", "x")],
        "exclusions.0.question",
    ),
    "an answer that may be a no": (
        "Exclusions",
        [("UK exclusion", "Not specified")],
        "exclusions.0.in_uk",
    ),
    "a name that nobody has": (
        "Exclusions",
        [("Exclusion applies to", "A. Else")],
        "exclusions.0.about",
    ),
    "an address of the web in two lines": (
        "Exclusions",
        [("Recorded on a website", "https://a.example/"), ("", "decision")],
        "exclusions.0.decision_url",
    ),
    "a day that is none": (
        PEOPLE,
        [("Date of birth", "31 February 1970")],
        "parties.0.birth_date.year",
    ),
    "a category of a later form": (
        PEOPLE,
        [("Type", "Individual"), ("Category", "New")],
        "parties.0.relationship",
    ),
    "a condition of a later form": (
        PEOPLE,
        [("Control conditions", "Owns shares, New")],
        "parties.0.control",
    ),
    "a name in two pieces": (PEOPLE, [("First name", "Jo", "anna")], "parties.0.name"),
    "a name that ends its line with a hyphen": (
        PEOPLE,
        [("Last name", "Ash-"), ("", "down")],
        "parties.0.name",
    ),
    "a name that is given twice otherwise": (
        PEOPLE,
        [("First name", "Jo"), ("Individual trust Information:",), ("First name", "Joe")],
        "parties.0.name",
    ),
    "the number of a firm of another country": (
        PEOPLE,
        [("Connected organisation information:",), ("Organisation name", "Ferrow AS")],
        "parties.0.overseas_number",
    ),
    "a register of a later form": (
        "Other registries",
        [("Registry", "New")],
        "identifiers.1.scheme",
    ),
    "an address without a postcode": (
        "",
        [("Registered address", "2 Mill Lane, Ambleford, UK")],
        "addresses.0.postcode",
    ),
}


@for_each("case", list(ASKED))
def test_what_is_not_certain_is_asked_for_and_not_filled_in(case: str) -> None:
    heading, rows, path = ASKED[case]
    form = read(heading, *rows)
    assert path in form.unsure
    assert path not in form.texts


def test_an_exclusion_of_an_unknown_ground_denies_none() -> None:
    texts = {"name": "Ferrow Ltd", "exclusions.0.question": "not known"}
    texts |= {"exclusions.0.details": "See the letter.", "exclusions.1.question": "tax_offences"}
    known = build_stated_information(texts, exclusions_asked=True)
    assert [one.question for one in known.exclusions] == ["tax_offences"]
    assert [one.text for one in known.kept] == ["See the letter."]
    assert not known.is_rest_denied


def test_what_a_supplier_wrote_never_passes_for_a_label_or_a_heading() -> None:
    form = read(
        ("", "Exclusions"),
        ("", "VAT number"),
        PEOPLE,
        ("First name", "Jo"),
        ("", "Exclusions"),
        ("Last name", "Category"),
    )
    assert form.texts["name"] == "Ferrow Fencing Limited Exclusions VAT number"
    assert "exclusions_asked" not in form.texts
    assert form.texts["parties.0.name"] == "Jo Exclusions Category"


def test_a_label_on_two_lines_and_a_value_on_two_pages() -> None:
    first = lines(
        *DETAILS,
        "Exclusions",
        ("Have the circumstances that led to the", "01 May"),
        ("exclusion ended?",),
        ("Exclusion in detail", "one"),
    )
    second = lines(("", "two"), ("Exclusion being managed", "three"), page=2)
    (form,) = read_printed_forms([*first, *second], "")
    assert form.unsure["exclusions.0.ended_on"] == "01 May"
    assert form.texts["exclusions.0.details"] == "one two"
    assert form.texts["exclusions.0.managed"] == "three"


def test_a_consortium_and_the_forms_of_its_members() -> None:
    consortium = lines(
        "Consortium details",
        ("Consortium name", "Ambleford Together"),
        ("Organisation type", "Supplier"),
        "Organisations in the consortium",
        ("Organisation1", "Bcdf6788"),
        ("Share code", "01 November 2026"),
        ("Organisation2", "Bcdf6787"),
        ("Share code", "02 November 2026"),
    )
    one = lines("Organisation details", ("Organisation name", "Rill Roofing Ltd"), page=2)
    two = lines("Organisation details", ("Organisation name", "Sorrel Survey Ltd"), page=3)
    whole, *members = read_printed_forms([*consortium, *one, *two], "Bcdf6789")
    known = build_stated_information({**whole.texts, "exclusions_asked": "no"})
    assert (known.consortium, known.share_code) == (True, "Bcdf6789")
    assert [(each.name, each.share_code) for each in known.members] == [
        ("Rill Roofing Ltd", "Bcdf6788"),
        ("Sorrel Survey Ltd", "Bcdf6787"),
    ]
    assert [each.texts["share_code"] for each in members] == ["Bcdf6788", "Bcdf6787"]
    (whole, _) = read_printed_forms([*consortium, *one], "Bcdf6789")
    assert "members.0.name" in whole.unsure


def test_pages_without_the_heading_are_no_form() -> None:
    assert read_printed_forms(lines("Annual report", ("Organisation name", "Else Ltd")), "") == []


WRONG = {
    "name": ({"name": ""}, "name"),
    "day": ({"registered_on": "31 February 2020"}, "registered_on"),
    "choice": ({"scale": "huge"}, "scale"),
    "month": (
        {"parties.0.kind": "person", "parties.0.name": "J", "parties.0.birth_date.month": "13"},
        "parties.0.birth_date.month",
    ),
    "ground": ({"exclusions.0.details": "x"}, "exclusions.0.question"),
    "whom": (
        {"exclusions.0.question": "tax_offences", "exclusions.0.about": "Nemo"},
        "exclusions.0.about",
    ),
    "number": ({"identifiers.0.id": "1"}, "identifiers.0.scheme"),
    "long": ({"legal_form": "x" * 5_001}, "legal_form"),
}


@for_each("case", list(WRONG))
def test_a_field_that_cannot_be_kept_is_named(case: str) -> None:
    texts, path = WRONG[case]
    with pytest.raises(Invalid) as caught:
        build_stated_information({"name": "Ferrow", **texts})
    assert caught.value.field == path


def test_a_block_has_each_field_that_it_may_have_once() -> None:
    texts = {"name": "F", "parties.3.kind": "person", "parties.3.name": "A"}
    blocks = dict(list_field_blocks(texts, ["exclusions.0.question"], add="parties"))
    assert set(blocks) == {
        "",
        "Connected person or organisation 1",
        "Connected person or organisation 2",
        "Exclusion 1",
    }
    paths = [path for each in blocks.values() for path in each]
    assert len(paths) == len(set(paths))
    assert all(map(is_field, paths))
    assert "parties.3.law" not in paths
    assert "parties.4.law" in paths
    assert not is_field("parties.0.1.name")
    assert not is_field("kept.0.text")
