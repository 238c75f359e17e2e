"""A remark segment, and the field that it becomes."""

from datetime import date

from duediligence.watchlists._ofac_remarks import RemarkFacts, reading_order

from duediligence.contracts import Drift
from duediligence.model import Identifier, Kind, Name, PartialDate
from tests.rows import for_each

FIELDS = {
    # Dates of birth
    "DOB 10 Dec 1948": ("birth_dates", PartialDate(1948, 12, 10)),
    "DOB 1 Jan 1955": ("birth_dates", PartialDate(1955, 1, 1)),
    "DOB Oct 1965": ("birth_dates", PartialDate(1965, 10)),
    "DOB 1965": ("birth_dates", PartialDate(1965)),
    "alt. DOB 1936": ("birth_dates", PartialDate(1936)),
    "DOB circa 1951": ("birth_dates", PartialDate(1951, circa=True)),
    "DOB circa 07 Jul 1966": ("birth_dates", PartialDate(1966, 7, 7, circa=True)),
    "DOB 1960 to 1965": ("birth_dates", PartialDate(1960, until=1965)),
    "DOB circa 1951-1955": ("birth_dates", PartialDate(1951, until=1955, circa=True)),
    "DOB 01 Jan 1961 to 31 Dec 1962": ("birth_dates", PartialDate(1961, until=1962)),
    "DOB 01 Jan 1973 to 31 Dec 1973": ("birth_dates", PartialDate(1973)),
    "DOB 01 Feb 1960 to 29 Feb 1960": ("birth_dates", PartialDate(1960, 2)),
    "DOB Nov 1969 to Feb 1970": ("birth_dates", PartialDate(1969, until=1970)),
    # Where from
    "POB Qarn al-Wahm, Yemen": ("birth_places", "Qarn al-Wahm, Yemen"),
    "alt. POB Aden": ("birth_places", "Aden"),
    "nationality Congo, Democratic Republic of the": (
        "countries",
        "Congo, Democratic Republic of the",
    ),
    "citizen Mexico": ("countries", "Mexico"),
    "Nationality of Registration Man, Isle of": ("countries", "Man, Isle of"),
    # Numbers
    "Passport 990012345 (Russia)": (
        "identifiers",
        Identifier("passport", "990012345", "Russia", "Passport"),
    ),
    "alt. Passport RL 1794999": (
        "identifiers",
        Identifier("passport", "RL 1794999", "", "Passport"),
    ),
    "National ID No. 99-40 (Yemen)": (
        "identifiers",
        Identifier("national-id", "99-40", "Yemen", "National ID No."),
    ),
    "Tax ID No. AABA 990850 Y": (
        "identifiers",
        Identifier("tax", "AABA 990850 Y", "", "Tax ID No."),
    ),
    "NIT # 990018928-0 (Colombia)": (
        "identifiers",
        Identifier("tax", "990018928-0", "Colombia", "NIT #"),
    ),
    "Registration Number HRA 990099 (Stuttgart) (Germany)": (
        "identifiers",
        Identifier("registration", "HRA 990099 (Stuttgart)", "Germany", "Registration Number"),
    ),
    "Unified Social Credit Code (USCC) 9911010SAMPLE (China)": (
        "identifiers",
        Identifier("registration", "9911010SAMPLE", "China", "Unified Social Credit Code (USCC)"),
    ),
    "Vessel Registration Identification IMO 9990001": (
        "identifiers",
        Identifier("imo", "9990001", "", "Vessel Registration Identification"),
    ),
    "Identification Number IMO 5999883": (
        "identifiers",
        Identifier("other", "5999883", "", "IMO company number"),
    ),
    "SWIFT/BIC ZZZZRU2X": ("identifiers", Identifier("swift", "ZZZZRU2X", "", "SWIFT/BIC")),
    "Legal Entity Number 9900SAMPLE0000000099": (
        "identifiers",
        Identifier("lei", "9900SAMPLE0000000099", "", "Legal Entity Number"),
    ),
    "Website www.sample.example": (
        "identifiers",
        Identifier("other", "www.sample.example", "", "Website"),
    ),
    "alt. Email Address a@sample.example": (
        "identifiers",
        Identifier("other", "a@sample.example", "", "Email Address"),
    ),
    "Digital Currency Address - XBT 1Sample": (
        "identifiers",
        Identifier("other", "1Sample", "", "Digital Currency Address - XBT"),
    ),
    "Aircraft Tail Number ZZ-ABC": (
        "identifiers",
        Identifier("other", "ZZ-ABC", "", "Aircraft Tail Number"),
    ),
    # UK numbers
    "Company Number 99004330 (United Kingdom)": (
        "identifiers",
        Identifier("GB-COH", "99004330", "United Kingdom", "Company Number"),
    ),
    "UK Company Number 99004330": (
        "identifiers",
        Identifier("GB-COH", "99004330", "", "UK Company Number"),
    ),
    "alt. Registration ID 123456 (United Kingdom)": (
        "identifiers",
        Identifier("GB-COH", "00123456", "United Kingdom", "Registration ID"),
    ),
    "Commercial Registry Number OC990099 (United Kingdom)": (
        "identifiers",
        Identifier("GB-COH", "OC990099", "United Kingdom", "Commercial Registry Number"),
    ),
    "Company Number 990433 (Hong Kong)": (
        "identifiers",
        Identifier("registration", "990433", "Hong Kong", "Company Number"),
    ),
    "Registered Charity No. 1999999 (United Kingdom)": (
        "identifiers",
        Identifier("GB-CHC", "1999999", "United Kingdom", "Registered Charity No."),
    ),
    "Registered Charity No. 9155/99 (United Kingdom)": (
        "identifiers",
        Identifier("registration", "9155/99", "United Kingdom", "Registered Charity No."),
    ),
    "Registered Charity No. 1999999": (
        "identifiers",
        Identifier("registration", "1999999", "", "Registered Charity No."),
    ),
    "Registered Charity No. 99004331 (United Kingdom)": (
        "identifiers",
        Identifier("GB-COH", "99004331", "United Kingdom", "Registered Charity No."),
    ),
    # Names, people and firms
    "a.k.a. 'THE SAMPLE'": ("names", Name("THE SAMPLE", "alias", "weak")),
    "a.k.a. 'ABU-'UMAR'": ("names", Name("ABU-'UMAR", "alias", "weak")),
    "a.k.a. 'SAMPLE, Given'": ("names", Name("Given SAMPLE", "alias", "weak")),
    "f.k.a. 'OLD SAMPLE'": ("names", Name("OLD SAMPLE", "former", "weak")),
    "d.b.a. 'SAMPLE TRADING'": ("names", Name("SAMPLE TRADING", "trading", "weak")),
    "Linked To: SAMPLE HOLDINGS, S.A. DE C.V.": ("related", "SAMPLE HOLDINGS, S.A. DE C.V."),
    "half-brother of Sample Person": ("related", "half-brother of Sample Person"),
    "Aircraft Operator Mirage Air": ("related", "Mirage Air"),
    "Brigadier General": ("positions", "Brigadier General"),
    "Former Minister of Samples": ("positions", "Former Minister of Samples"),
    # What is imposed
    "Secondary sanctions risk: See Section 11 of Executive Order 14024.": (
        "measures",
        "Secondary sanctions risk: See Section 11 of Executive Order 14024.",
    ),
    "Executive Order 13662 Directive Determination - Subject to Directive 1": (
        "measures",
        "Executive Order 13662 Directive Determination - Subject to Directive 1",
    ),
    # Kept as text
    "Organization Established Date 12 May 2011": (
        "remarks",
        "Organization Established Date 12 May 2011",
    ),
    "All offices worldwide": ("remarks", "All offices worldwide"),
}


def facts(kind: Kind = "person") -> RemarkFacts:
    return RemarkFacts(kind, Drift())


def kept(found: RemarkFacts) -> dict[str, object]:
    names = (n for n in RemarkFacts.__slots__ if n not in ("kind", "drift", "listed_on", "gender"))
    return {name: getattr(found, name) for name in names if getattr(found, name)}


@for_each(("segment", "expected"), FIELDS.items())
def test_segment_becomes_field(segment: str, expected: tuple[str, object]) -> None:
    found = facts()
    found.read_segment(segment)
    field, value = expected
    assert kept(found) == {field: [value]}
    assert found.drift.lines() == ()


@for_each(
    "segment",
    [
        "DOB unknown",
        "DOB 31 Feb 1960",
        "DOB 1965 to 1960",
        "Passport issued in Sampleville",
        "Vessel Registration Identification IMO",
        "a.k.a. 'UNCLOSED",
        "SAMPLE FRONT - Sampleville",
    ],
)
def test_what_is_not_understood_is_kept_and_reported(segment: str) -> None:
    found = facts()
    found.read_segment(segment)
    assert kept(found) == {"remarks": [segment]}
    (line,) = found.drift.lines()
    assert line.startswith("unmapped remark: ")


def test_positions_are_of_people_only() -> None:
    found = facts("organisation")
    found.read_segment("General Sample Bureau")
    assert found.positions == []
    assert found.remarks == ["General Sample Bureau"]


def test_dates_of_a_document_stay_in_the_remarks() -> None:
    found = facts()
    found.read_segment("Passport 9901 (Yemen) issued 31 Jul 2000 expires 30 Jul 2010")
    assert found.identifiers == [Identifier("passport", "9901", "Yemen", "Passport")]
    assert found.remarks == ["Passport 9901 (Yemen) issued 31 Jul 2000 expires 30 Jul 2010"]


def test_earliest_listing_date_is_the_one() -> None:
    found = facts("organisation")
    found.read("Listing Date (EO 1 Directive 3): 03 Mar 2022; Listing Date (CMIC) 24 Feb 2022.")
    assert found.listed_on == date(2022, 2, 24)


def test_only_the_last_full_stop_ends_a_remark() -> None:
    found = facts("organisation")
    found.read("Linked To: A, S.A. DE C.V.; Gender Male; Linked To: B LTD..")
    assert found.related == ["A, S.A. DE C.V.", "B LTD."]
    assert found.gender == "Male"


@for_each(
    ("published", "kind", "read"),
    [
        ("SAMPLE, Given Middle", "person", "Given Middle SAMPLE"),
        ("DE SAMPLE, Given, Jr.", "person", "Given DE SAMPLE, Jr."),
        ("SAMPLE, Given, of Somewhere", "person", "SAMPLE, Given, of Somewhere"),
        ("SAMPLE", "person", "SAMPLE"),
        ("SAMPLE CO., LTD.", "organisation", "SAMPLE CO., LTD."),
    ],
)
def test_names_of_people_are_put_in_reading_order(published: str, kind: Kind, read: str) -> None:
    assert reading_order(published, kind) == read
