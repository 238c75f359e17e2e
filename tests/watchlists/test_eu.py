"""EU financial sanctions file: names without a main one, calendars, countries not known."""

from collections.abc import Callable
from datetime import date
from typing import Any

from duediligence.watchlists.eu import parse as eu

from duediligence.model import Address, Identifier, ListEntry, Name, PartialDate
from tests.rows import for_each

Read = Callable[..., Any]
FILE = "xmlFullSanctionsList_1_1.xml"
ACT = "https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=OJ:L_202409901"


def entity(inside: str = '<nameAlias wholeName="Test"/>', attributes: str = "") -> dict[str, str]:
    return {
        FILE: (
            '<export xmlns="http://eu.europa.ec/fpi/fsd/export" generationDate="2026-11-20T06:00Z">'
            f'<sanctionEntity euReferenceNumber="EU.1.1" logicalId="1" {attributes}>{inside}'
            '<subjectType code="person" classificationCode="P"/></sanctionEntity></export>'
        )
    }


def test_a_person(read_sample: Read) -> None:
    found = read_sample(eu)
    assert found["EU.99002.2"] == ListEntry(
        id="EU.99002.2",
        list_id="eu",
        kind="person",
        names=(
            Name("Драгомир Валентинович ПЕТРОСЯНОВ", "original-script", language="RU"),
            Name("Drago", "alias", "weak"),
            Name("Dragomir Valentinovich PETROSYANOV"),
            Name("Dragomyr PETROSIANOV", "alias", "strong"),
        ),
        birth_dates=(PartialDate(1968, 3, 14),),
        birth_places=("Vymyselsk, RUSSIAN FEDERATION",),
        gender="M",
        countries=("RUSSIAN FEDERATION",),
        identifiers=(
            Identifier(
                "passport", "00990012", "RUSSIAN FEDERATION", "National passport; knownExpired"
            ),
            Identifier("tax", "990000000012", "", "Fiscal code"),
            Identifier("national-id", "9900990012", "", "National identification card"),
        ),
        positions=("Chairman of Volkhar Holding AO",),
        regimes=("UKR",),
        source="EU",
        listed_on=date(2024, 6, 4),
        updated_on=date(2024, 6, 4),
        remarks=(
            "Invented for demonstration. Title: Mr. Drago: lo quality alias. "
            "Dragomyr PETROSIANOV: God quality alias. Regulation 2024/9901 (OJ L202409901)."
        ),
        url=ACT,
    )
    assert found.drift == ()
    assert found.published == date(2026, 11, 20)


def test_a_firm(read_sample: Read) -> None:
    firm = read_sample(eu)["EU.99001.1"]
    assert firm.kind == "organisation"
    assert firm.names == (
        Name("Brask & Lindqvist Energi AB", language="SV"),
        Name("Brask and Lindqvist Energy Ltd", "alias", language="EN"),
        Name("Браск и Линдквист Енерджи АД", "original-script", language="BG"),
        Name("Brask Olja AB", "former"),
    )
    assert firm.addresses == (
        Address("Påhittsgatan 99, Norrvala, 990 01, SWEDEN", "990 01", "SWEDEN"),
    )
    assert [(number.scheme, number.id, number.country) for number in firm.identifiers] == [
        ("registration", "559900-0001", "SWEDEN"),
        ("swift", "ZZZZSE2X", ""),
        ("tax", "SE559900000101", "SWEDEN"),
    ]
    assert "EMAIL: info@brask.example." in firm.remarks
    assert "none" not in firm.remarks


def test_a_british_registration_number_is_a_company_number(read_sample: Read) -> None:
    assert read_sample(eu)["EU.99005.5"].identifiers == (
        Identifier("GB-COH", "OC990012", label="Registration Number"),
        Identifier("imo", "9999902", label="IMO number; IMO"),
    )


def test_ranges_of_years_and_other_calendars(read_sample: Read) -> None:
    found = read_sample(eu)
    assert found["EU.99003.3"].birth_dates == (
        PartialDate(1958, until=1965),
        PartialDate(1962, circa=True),
    )
    assert found["EU.99004.4"].birth_dates == (PartialDate(1982, 4, 19), PartialDate(1968, 3))
    assert found["EU.99004.4"].birth_places == (
        "Farsan, IRAN (ISLAMIC REPUBLIC OF)",
        "Arak, IRAN (ISLAMIC REPUBLIC OF)",
    )


def test_references_ends_and_a_missing_eu_number(read_sample: Read) -> None:
    found = read_sample(eu)
    assert found["EU.99003.3"].references == ("QDi.902",)
    assert found["EU.99003.3"].names[0].text == "Qaswar Wahmi AL-MUSTANKIRI"
    last = found.entries[-1]
    assert last.id.startswith("logicalId-")
    assert last.ends_on == date(2026, 12, 31)


@for_each(
    ("attributes", "expected", "told"),
    [
        ('birthdate="1965-02-30"', (), "birthdate: 1965-02-30"),
        ('calendarType="ISLAMIC" year="1343"', (), "birthdate: ISLAMIC 1343"),
        ('yearRangeFrom="1958"', (), "birthdate: 1958-?"),
        ('yearRangeTo="1965" yearRangeFrom=""', (), "birthdate: ?-1965"),
        ('year="1965" monthOfYear="13" dayOfMonth="1"', (), "birthdate: 1/13/1965"),
        ('year="1965" monthOfYear="4"', (PartialDate(1965, 4),), ""),
        ('year="1965" monthOfYear="4" dayOfMonth="3"', (PartialDate(1965, 4, 3),), ""),
        ('circa="true" birthdate="1965-04-03"', (PartialDate(1965, 4, 3, circa=True),), ""),
        ('birthdate="" year="" city="Nowhere"', (), ""),
    ],
)
def test_birth_dates(
    read_list: Read, attributes: str, expected: tuple[PartialDate, ...], told: str
) -> None:
    birth = f'<nameAlias wholeName="Test"/><birthdate {attributes}/>'
    found = read_list(eu, entity(birth))
    assert found.entries[0].birth_dates == expected
    assert found.drift == ((f"unmapped {told} (1)",) if told else ())


def test_the_strong_mark_says_nothing_and_its_absence_does(read_list: Read) -> None:
    names = (
        '<nameAlias wholeName="A" strong="true"/><nameAlias wholeName="B" strong="false"/>'
        '<nameAlias wholeName="C"><remark>Low quality alias</remark></nameAlias>'
    )
    assert [
        (name.type, name.strength) for name in read_list(eu, entity(names)).entries[0].names
    ] == [
        ("primary", "unstated"),
        ("alias", "weak"),
        ("alias", "weak"),
    ]


def test_an_entity_of_other_scripts_alone_still_has_a_name_to_show(read_list: Read) -> None:
    found = read_list(eu, entity('<nameAlias wholeName="ТЕСТ"/>'))
    assert found.entries[0].name == "ТЕСТ"


def test_a_link_that_is_not_a_web_address_is_not_passed_on(read_list: Read) -> None:
    act = "<regulation><publicationUrl>javascript:alert(1)</publicationUrl></regulation>"
    found = read_list(eu, entity(f'<nameAlias wholeName="Test"/>{act}'))
    assert found.entries[0].url.startswith("https://data.europa.eu/")


def test_unknown_values_and_attributes_are_told_of(read_list: Read) -> None:
    inside = (
        '<subjectType code="robot" classificationCode="E"/><nameAlias wholeName="Test" rank="1"/>'
        '<nameAlias wholeName="-"/><identification number="990001" identificationTypeCode="badge"/>'
        '<identification number="-" identificationTypeCode="id"/>'
        '<identification number="A99" identificationTypeCode="imo"/>'
    )
    found = read_list(eu, entity(inside, 'unitedNationId="none" risk="9"'))
    (entry,) = found.entries
    assert entry.kind == "organisation"
    assert entry.names == (Name("Test"),)
    assert entry.identifiers == (Identifier("other", "990001", label="badge"),)
    assert entry.references == ("none",)
    assert sorted(found.drift) == [
        "unmapped identification number: id - (1)",
        "unmapped identification number: imo A99 (1)",
        "unmapped identificationTypeCode: badge (1)",
        "unmapped subjectType: robot (1)",
        "unmapped unitedNationId: none (1)",
        "unmapped wholeName: - (1)",
        "unread attribute: nameAlias@rank (1)",
        "unread attribute: sanctionEntity@risk (1)",
    ]


@for_each(
    ("attributes", "expected"),
    [
        ('countryIso2Code="00" countryDescription="Not stated"', ()),
        ('countryIso2Code="" countryDescription="UNKNOWN"', ()),
        ('countryIso2Code="SE" countryDescription=""', ("SE",)),
        ('countryIso2Code="SE" countryDescription="SWEDEN"', ("SWEDEN",)),
    ],
)
def test_countries(read_list: Read, attributes: str, expected: tuple[str, ...]) -> None:
    found = read_list(eu, entity(f'<nameAlias wholeName="Test"/><citizenship {attributes}/>'))
    assert found.entries[0].countries == expected
