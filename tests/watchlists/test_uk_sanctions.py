"""UK Sanctions List: what an entry keeps, and the traps of the XML."""

from collections.abc import Callable
from datetime import date
from typing import Any

from duediligence.watchlists.uk_sanctions import parse as uk_sanctions

from duediligence.model import Address, Identifier, ListEntry, Name, PartialDate

Read = Callable[..., Any]
XML = "UK-Sanctions-List.xml"
NAME = "<Names><Name><Name6>TESTOV</Name6><NameType>Primary name</NameType></Name></Names>"


def designation(inside: str = "", *, id_: str = "RUS9999", names: str = NAME) -> str:
    return (
        f"<Designation><UniqueID>{id_}</UniqueID>{names}"
        f"<IndividualEntityShip>Individual</IndividualEntityShip>{inside}</Designation>"
    )


def xml(*designations: str, date_generated: str = "20/11/2026") -> dict[str, bytes | str]:
    head = f"<DateGenerated>{date_generated}</DateGenerated>"
    return {XML: f"<Designations>{head}{''.join(designations)}</Designations>"}


# --- the sample -----------------------------------------------------------------------------


def test_an_individual_with_three_measures(read_sample: Read) -> None:
    assert read_sample(uk_sanctions)["RUS9902"] == ListEntry(
        id="RUS9902",
        list_id="uk-sanctions",
        kind="person",
        names=(
            Name("Dragomir PETROSYANOV"),
            Name("Dragomir Valentinovich PETROSYANOV", "variation"),
            Name("Dragomyr PETROSIANOV", "alias", "strong"),
            Name("Drago", "alias", "weak"),
            Name(
                "Драгомир Валентинович Петросянов", "original-script", language="Russian, Cyrillic"
            ),
        ),
        birth_dates=(PartialDate(1968, 3, 14),),
        birth_places=("Vymyselsk, Russia",),
        gender="Male",
        countries=("Russia",),
        identifiers=(
            Identifier("passport", "00990012", "Russia", "Russian. Issued on 3 March 2015"),
            Identifier("passport", "99 00 990013", "Russia", "Russia, expiry date: 18/03/2029"),
            Identifier("national-id", "990000000012", "Russia", "Russia INN"),
        ),
        addresses=(Address("12 Vymysel Street, Moscow, 990001, Russia", "990001", "Russia"),),
        positions=(
            "Director of VOLKHAR MARITIME (UK) LIMITED",
            "Chairman of Volkhar Holding AO",
        ),
        regimes=("The Russia (Sanctions) (EU Exit) Regulations 2019",),
        measures=("Asset freeze", "Travel Ban", "Director Disqualification Sanction"),
        source="UK",
        listed_on=date(2024, 6, 4),
        updated_on=date(2026, 11, 12),
        reason="Dragomir PETROSYANOV owns and directs VOLKHAR MARITIME (UK) LIMITED.",
        remarks=(
            "Invented for demonstration; no such party exists. The Director Disqualification "
            "Sanction was imposed on 09/04/2025. Title: Mr."
        ),
        references=("OFSI 99002",),
        url="https://search-uk-sanctions-list.service.gov.uk/",
    )


def test_a_firm_with_its_company_number_address_and_relations(read_sample: Read) -> None:
    firm = read_sample(uk_sanctions)["RUS9901"]
    assert firm.kind == "organisation"
    assert firm.name == "VOLKHAR MARITIME (UK) LIMITED"
    assert firm.identifiers == (Identifier("GB-COH", "99001234", label="UK Company no"),)
    assert firm.addresses[0] == Address(
        "Unit 9, Fathom Wharf, Grimsby, DN99 9ZZ, United Kingdom", "DN99 9ZZ", "United Kingdom"
    )
    assert firm.related == ("Volkhar Holding AO", "Volkhar Bunkering DMCC", "Volkhar Crewing SIA")
    assert "transport sector & supports" in firm.reason
    assert firm.remarks.endswith(
        "Type of entity: Private limited company. Phone number: +44 1632 960 001. "
        "Website: www.volkhar.example. Email address: office@volkhar.example."
    )


def test_asset_freeze_and_director_disqualification_are_told_apart(read_sample: Read) -> None:
    found = read_sample(uk_sanctions)
    assert found["RUS9903"].measures == ("Director Disqualification Sanction",)
    assert found["RUS9901"].measures == ("Asset freeze", "Trust Services Sanctions")
    assert found["GHR9913"].measures == ("Travel Ban",)


def test_a_ship(read_sample: Read) -> None:
    ship = read_sample(uk_sanctions)["RUS9905"]
    assert (ship.kind, ship.name) == ("vessel", "OBLAKOVINA")
    assert ship.identifiers == (Identifier("imo", "9999901"),)
    assert ship.countries == ("Gabon",)
    assert ship.related == ("Volkhar Bunkering DMCC", "Nullmere Tankers Inc")
    assert ship.measures == ("Shipping sanctions",)
    assert ship.remarks.endswith(
        "Previous flags: Panama, Liberia. Type of ship: Crude oil tanker. Tonnage of ship: 61991. "
        "Length of ship: 244. Year Built: 2004."
    )


def test_a_listing_of_the_united_nations_keeps_its_reference(read_sample: Read) -> None:
    foundation = read_sample(uk_sanctions)["AQD9904"]
    assert foundation.source == "UN"
    assert foundation.references == ("QDe.901", "OFSI 99004")
    assert {name.strength for name in foundation.names} == {"unstated"}


def test_enumerated_and_damaged_birth_dates(read_sample: Read) -> None:
    assert read_sample(uk_sanctions)["AFG9906"].birth_dates == (
        PartialDate(1955),
        PartialDate(1956),
        PartialDate(1957),
        PartialDate(1900, until=1999),
    )


def test_repeated_and_oddly_spaced_measures_are_one_spelling(read_sample: Read) -> None:
    found = read_sample(uk_sanctions)
    assert found["BEL9907"].measures == (
        "Asset freeze",
        "Travel Ban",
        "Trust Services Sanctions",
        "Director Disqualification Sanction",
    )
    assert found["CYB9911"].measures == (
        "Asset freeze",
        "Travel Ban",
        "Internet Services Sanctions",
        "Correspondent Banking Sanctions and processing payments",
    )
    assert found.drift == ()


def test_the_csv_gives_the_same_entries_and_date_as_the_xml(read_sample: Read) -> None:
    of_xml, of_csv = read_sample(uk_sanctions), read_sample(uk_sanctions, feeds=1)
    assert of_xml.entries == of_csv.entries
    assert of_xml.published == of_csv.published == date(2026, 11, 20)
    assert len(of_xml.entries) == 13


# --- traps ----------------------------------------------------------------------------------


def test_children_may_stand_in_any_order(read_list: Read) -> None:
    shuffled = (
        "<Designation><IndividualDetails><Individual>"
        "<BirthDetails><Location><CountryOfBirth>Nowhere</CountryOfBirth>"
        "<TownOfBirth>Testburg</TownOfBirth></Location></BirthDetails>"
        "<DOBs><DOB>dd/mm/1945</DOB></DOBs></Individual></IndividualDetails>"
        "<SanctionsImposed>Travel Ban</SanctionsImposed><Names><Name>"
        "<NameType>Primary name</NameType><Name6>TESTOV</Name6><Name2>B</Name2><Name1>A</Name1>"
        "</Name></Names><IndividualEntityShip>Individual</IndividualEntityShip>"
        "<UniqueID>RUS9999</UniqueID></Designation>"
    )
    document = f"<Designations>{shuffled}<DateGenerated>20/11/2026</DateGenerated></Designations>"
    found = read_list(uk_sanctions, {XML: document})
    (entry,) = found.entries
    assert entry.names == (Name("A B TESTOV"),)
    assert entry.birth_places == ("Testburg, Nowhere",)
    assert entry.birth_dates == (PartialDate(1945),)
    assert found.published == date(2026, 11, 20)


def test_a_namespace_changes_nothing(read_list: Read) -> None:
    document = xml(designation())[XML]
    assert isinstance(document, str)
    spaced = document.replace("<Designations>", '<Designations xmlns="urn:test">')
    assert (
        read_list(uk_sanctions, {XML: spaced}).entries
        == read_list(uk_sanctions, xml(designation())).entries
    )


def test_odd_name_types_and_two_primaries(read_list: Read) -> None:
    names = "".join(
        f"<Name><Name6>{text}</Name6><NameType>{type_}</NameType>"
        f"<AliasStrength>{strength}</AliasStrength></Name>"
        for text, type_, strength in (
            ("One", "Primary Name", ""),
            ("Two", "Primary name", ""),
            ("Three", "ALias", "Good quality a.k.a"),
            ("Four", "Nickname", "Middling quality"),
            ("", "Alias", ""),
            ("-", "Alias", ""),
        )
    )
    found = read_list(uk_sanctions, xml(designation(names=f"<Names>{names}</Names>")))
    assert found.entries[0].names == (
        Name("One"),
        Name("Two"),
        Name("Three", "alias", "strong"),
        Name("Four", "alias"),
    )
    assert sorted(found.drift) == [
        "unmapped Alias strength: Middling quality (1)",
        "unmapped Name type: Nickname (1)",
        "unmapped Name: (Alias without a name) (1)",
        "unmapped Name: - (Alias without a name) (1)",
    ]


def test_values_that_cannot_be_read_are_told_of_and_invent_nothing(read_list: Read) -> None:
    inside = (
        "<LastUpdated>soon</LastUpdated><DateDesignated>31/02/2020</DateDesignated>"
        "<UNReferenceNumber>N/A</UNReferenceNumber>"
        "<SanctionsImposed>Asset freeze|Banishment</SanctionsImposed>"
        "<IndividualDetails><Individual><DOBs><DOB>31/02/1970</DOB><DOB>unknown</DOB></DOBs>"
        "<PassportDetails><Passport><PassportNumber>not stated</PassportNumber></Passport>"
        "</PassportDetails></Individual></IndividualDetails>"
        "<ShipDetails><Ship><IMONumbers><IMONumber>IMO 99</IMONumber></IMONumbers></Ship>"
        "</ShipDetails>"
    )
    found = read_list(uk_sanctions, xml(designation(inside)))
    (entry,) = found.entries
    assert (entry.listed_on, entry.updated_on, entry.birth_dates) == (None, None, ())
    assert (entry.identifiers, entry.references) == ((), ())
    assert entry.measures == ("Asset freeze", "Banishment")
    assert sorted(found.drift) == [
        "unmapped D.O.B: 31/02/1970 (1)",
        "unmapped D.O.B: unknown (1)",
        "unmapped Date Designated: 31/02/2020 (1)",
        "unmapped IMO number: IMO 99 (1)",
        "unmapped Last Updated: soon (1)",
        "unmapped Passports: not stated (1)",
        "unmapped Sanctions Imposed: Banishment (1)",
        "unmapped UN Reference Number: N/A (1)",
    ]


def test_an_unknown_kind_is_kept_as_unknown(read_list: Read) -> None:
    document = xml(designation().replace("Individual<", "Aircraft<"))
    found = read_list(uk_sanctions, document)
    assert found.entries[0].kind == "unknown"
    assert found.drift == ("unmapped Designation Type: Aircraft (1)",)


def test_tags_that_nobody_reads_are_counted(read_list: Read) -> None:
    one = designation(
        "<RiskRating>9</RiskRating><Addresses><Address><Planet>X</Planet></Address></Addresses>"
    )
    two = designation("<RiskRating>8</RiskRating>", id_="RUS9998")
    document = xml(one, two, "<Planes><Plane>A</Plane></Planes>")
    assert read_list(uk_sanctions, document).drift == (
        "unread tag: RiskRating (2)",
        "unread tag: Plane (1)",
        "unread tag: Planes (1)",
        "unread tag: Planet (1)",
    )


def test_the_numbers_of_firms_that_a_person_controls_are_not_his_own(read_list: Read) -> None:
    inside = "<OtherInformation>Controls Testfirm (UK company number 99000001).</OtherInformation>"
    person = designation(inside)
    firm = designation(inside, id_="RUS9998").replace("Individual<", "Entity<")
    found = read_list(uk_sanctions, xml(person, firm))
    assert found["RUS9999"].identifiers == ()
    assert [number.id for number in found["RUS9998"].identifiers] == ["99000001"]


def test_a_bare_number_is_a_company_number_only_for_a_firm_in_the_uk_alone(read_list: Read) -> None:
    def firm(id_: str, *countries: str) -> str:
        addresses = "".join(
            f"<Address><AddressCountry>{country}</AddressCountry></Address>"
            for country in countries
        )
        return designation(
            f"<Addresses>{addresses}</Addresses><EntityDetails><Entity>"
            "<BusinessRegistrationNumbers><BusinessRegistrationNumber>'9900123"
            "</BusinessRegistrationNumber></BusinessRegistrationNumbers></Entity></EntityDetails>",
            id_=id_,
        )

    found = read_list(
        uk_sanctions,
        xml(firm("A1", "United Kingdom"), firm("A2", "United Kingdom", "Cyprus"), firm("A3")),
    )
    assert [(e.id, *e.identifiers) for e in found.entries] == [
        ("A1", Identifier("GB-COH", "09900123")),
        ("A2", Identifier("registration", "9900123")),
        ("A3", Identifier("registration", "9900123")),
    ]
