"""What a designation is made of, and how the XML and the CSV each spell it.

The names are those of the FCDO format guide
(https://www.gov.uk/guidance/format-guide-for-the-uk-sanctions-list). Both readers turn a
designation into the same `Record`, so that the field readers never know which file it came from.
"""

from dataclasses import dataclass

# Group → its distinct rows in published order (a dict as an ordered set); each row has one cell
# a column of the group.
Record = dict[str, dict[tuple[str, ...], None]]


@dataclass(frozen=True, slots=True)
class Group:
    """Cells that belong together and repeat together.

    `path` leads from the Designation to the element that repeats. `tags` are its children, one
    for each of `columns`; without tags the element's own text is the one cell.
    """

    name: str
    columns: tuple[str, ...]
    path: tuple[str, ...]
    tags: tuple[str, ...] = ()


def _one(column: str, path: str) -> Group:
    return Group(column, (column,), tuple(path.split("/")))


def _many(name: str, path: str, cells: dict[str, str]) -> Group:
    return Group(name, tuple(cells), tuple(path.split("/")), tuple(cells.values()))


_PERSON, _ENTITY, _SHIP = "IndividualDetails/Individual", "EntityDetails/Entity", "ShipDetails/Ship"

# `*` stands for any tag: the inner tag names of ships are not confirmed from a published file.
GROUPS = (
    _one("Unique ID", "UniqueID"),
    _one("Last Updated", "LastUpdated"),
    _one("Date Designated", "DateDesignated"),
    _one("OFSI Group ID", "OFSIGroupID"),
    _one("UN Reference Number", "UNReferenceNumber"),
    _many(
        "Names",
        "Names/Name",
        {f"Name {n}": f"Name{n}" for n in range(1, 7)}
        | {"Name type": "NameType", "Alias strength": "AliasStrength"},
    ),
    _many(
        "Non-Latin names",
        "NonLatinNames/NonLatinName",
        {
            "Name non-latin script": "NameNonLatinScript",
            "Non-latin script type": "NonLatinScriptType",
            "Non-latin script language": "NonLatinScriptLanguage",
        },
    ),
    _one("Title", "Titles/Title"),
    _one("Regime Name", "RegimeName"),
    _one("Designation Type", "IndividualEntityShip"),
    _one("Designation source", "DesignationSource"),
    _one("Sanctions Imposed", "SanctionsImposed"),
    _one("Other Information", "OtherInformation"),
    _one("UK Statement of Reasons", "UKStatementofReasons"),
    _many(
        "Addresses",
        "Addresses/Address",
        {f"Address Line {n}": f"AddressLine{n}" for n in range(1, 7)}
        | {"Address Postal Code": "AddressPostalCode", "Address Country": "AddressCountry"},
    ),
    _one("Phone number", "PhoneNumbers/PhoneNumber"),
    _one("Website", "Websites/Website"),
    _one("Email address", "EmailAddresses/EmailAddress"),
    _one("D.O.B", f"{_PERSON}/DOBs/DOB"),
    _one("Nationality(/ies)", f"{_PERSON}/Nationalities/Nationality"),
    _many(
        "National identifiers",
        f"{_PERSON}/NationalIdentifierDetails/NationalIdentifier",
        {
            "National Identifier number": "NationalIdentifierNumber",
            "National Identifier additional information": "NationalIdentifierAdditionalInformation",
        },
    ),
    _many(
        "Passports",
        f"{_PERSON}/PassportDetails/Passport",
        {
            "Passport number": "PassportNumber",
            "Passport additional information": "PassportAdditionalInformation",
        },
    ),
    _one("Position", f"{_PERSON}/Positions/Position"),
    _one("Gender", f"{_PERSON}/Genders/Gender"),
    _many(
        "Births",
        f"{_PERSON}/BirthDetails/Location",
        {"Town of birth": "TownOfBirth", "Country of birth": "CountryOfBirth"},
    ),
    _one("Type of entity", f"{_ENTITY}/TypeOfEntities/TypeOfEntity"),
    _one("Subsidiaries", f"{_ENTITY}/Subsidiaries/Subsidiary"),
    _one("Parent company", f"{_ENTITY}/ParentCompanies/ParentCompany"),
    _one(
        "Business registration number (s)",
        f"{_ENTITY}/BusinessRegistrationNumbers/BusinessRegistrationNumber",
    ),
    _one("IMO number", f"{_SHIP}/IMONumbers/IMONumber"),
    _one("Current owner/operator (s)", f"{_SHIP}/CurrentOwnerOperators/*"),
    _one("Previous owner/operator (s)", f"{_SHIP}/PreviousOwnerOperators/*"),
    _one("Current believed flag of ship", f"{_SHIP}/CurrentBelievedFlagOfShips/*"),
    _one("Previous flags", f"{_SHIP}/PreviousFlags/*"),
    _one("Type of ship", f"{_SHIP}/TypeOfShipDetails/*"),
    _one("Tonnage of ship", f"{_SHIP}/TonnageOfShipDetails/*"),
    _one("Length of ship", f"{_SHIP}/LengthOfShipDetails/*"),
    _one("Year Built", f"{_SHIP}/YearsBuilt/*"),
    _one("Hull identification number (HIN)", f"{_SHIP}/HullIdentificationNumbers/*"),
)
