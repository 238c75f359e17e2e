"""Birth dates as OFAC writes them: as other lists do, and from one day to another."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from duediligence.watchlists.toolkit import values
from duediligence.watchlists.toolkit.values import usable

from duediligence.contracts import Drift
from duediligence.model import Identifier, Kind, Name, NameType, PartialDate, company_number
from duediligence.model.entries import (
    CHARITY_ENGLAND_WALES,
    COMPANY,
    IMO,
    LEI,
    NATIONAL_ID,
    OTHER,
    PASSPORT,
    REGISTRATION,
    SWIFT,
    TAX,
)


def _birth_date(text: str) -> PartialDate | None:
    """Read `10 Dec 1948`, `Oct 1965`, `circa 1965`, `01 Jan 1961 to 31 Dec 1962`; else None.

    A range within one month or year becomes that month or year, any other a range of years:
    wider than what is published, and so never a false conflict.
    """
    start, to, end = text.partition(" to ")
    first, last = values.birth_date(start), values.birth_date(end)
    if not to:
        return first
    if not first or not last or last.year < first.year:
        return None
    month = first.month if (first.year, first.month) == (last.year, last.month) else None
    until = last.year if last.year != first.year else None
    return PartialDate(first.year, month, until=until, circa=first.circa or last.circa)


# The words OFAC puts before a number, and the kind of number that each stands for.
#
# The labels are those of OFAC's own list of identification types, with the few more that its
# remarks use. What is in no group below is kept as a number of kind `other`, with its label.

UNITED_KINGDOM = "United Kingdom"
CHARITY = "Registered Charity No."
UK_COMPANY = "UK Company Number"

_LABELS = {
    PASSPORT: """
        Passport | Diplomatic Passport | British National Overseas Passport
        Stateless Person Passport | Travel Document Number""",
    NATIONAL_ID: """
        National ID No. | Cedula No. | C.U.R.P. | Identification Number | D.N.I.
        Electoral Registry No. | National Foreign ID Number | Personal ID Card
        Credencial electoral | C.U.I. | Residency Number | I.F.E. | SSN | Citizen's Card Number
        Numero de Identidad
        Turkish Identification Number | Kenyan ID No. | C.U.I.P. | Refugee ID Card
        Tazkira National ID Card | Bosnian Personal ID No. | Moroccan Personal ID No. | N.I.E.
        Stateless Person ID Card | UAE Identification | C.I.N. | Romanian Permanent Resident
        Birth Certificate Number""",
    TAX: """
        Tax ID No. | R.F.C. | RFC | NIT # | RUC # | RIF # | V.A.T. Number | Italian Fiscal Code
        Fiscal Code | C.U.I.T. | US FEIN | RTN | N.I.F. | C.I.F. | Romanian Tax Registration
        Paraguayan tax identification number | Numero Unico de Identificacao Tributaria (NUIT)""",
    REGISTRATION: """
        Registration Number | Registration ID | Business Registration Number | Company Number
        Folio Mercantil No. | Commercial Registry Number | Trade License No. | C.R. No.
        Unified Social Credit Code (USCC) | United Social Credit Code Certificate (USCCC)
        Matricula Mercantil No | Economic Register Number (CBLS) | Business Number
        Business Registration Document # | Istanbul Chamber of Comm. No. | Enterprise Number
        Central Registration System Number | Chamber of Commerce Number | Branch Unit Number
        Public Registration Number | UK Company Number | Certificate of Incorporation Number
        Dubai Chamber of Commerce Membership No. | LE Number | Registered Charity No.
        Romanian C.R. | MSB Registration Number | Registration Certificate Number (Dubai)
        Government Gazette Number | Organization Code
        Russian State Individual Business Registration Number Pattern (OGRNIP)""",
    LEI: "Legal Entity Number",
    IMO: "Vessel Registration Identification",
    SWIFT: "SWIFT/BIC",
    OTHER: """
        License | Driver's License No. | D-U-N-S Number | BIK (RU) | Permit Number | File Number
        Cartilla de Servicio Militar Nacional | Military Registration Number | VisaNumberID
        SRE Permit No. | Afghan Money Service Provider License Number | Immigration No.
        Pilot License Number | Public Security and Immigration No. | Tourism License No.
        Seafarer's Identification Document | Trademark number | MMSI | Other Vessel Call Sign
        Aircraft Construction Number (also called L/N or S/N or F/N) | Aircraft Tail Number
        Aircraft Manufacturer's Serial Number (MSN) | Previous Aircraft Tail Number
        Aircraft Mode S Transponder Code | ISIN | Equity Ticker | Website | Email Address
        Phone Number | Telephone | Fax | Fax Number | Chinese Commercial Code""",
}
SCHEMES = {
    label.strip(): scheme
    for scheme, labels in _LABELS.items()
    for label in labels.replace("\n", "|").split("|")
    if label.strip()
}
# Numbers that need hold no digit: addresses on a network, and codes made of letters.
WORDS_TOO = frozenset(
    {
        "Website",
        "Email Address",
        "SWIFT/BIC",
        "Equity Ticker",
        "Aircraft Tail Number",
        "Previous Aircraft Tail Number",
    }
)


def build_ofac_identifier(label: str, number: str, country: str = "") -> Identifier:
    """Return the number within its scheme.

    A registration number that OFAC says is of the United Kingdom is one of Companies House
    (padded; OFAC's remarks lose leading zeros) where it has the form of one. A charity number is
    one of the Charity Commission (from 200000, not yet 2000000); those outside are companies'.
    An IMO number is a ship's only under the label that says so: IMO numbers ship companies too,
    out of the same seven digits.
    """
    scheme = SCHEMES.get(label, OTHER)
    if number.startswith("IMO "):
        number = number.removeprefix("IMO ").strip()
        scheme = scheme if scheme == IMO else OTHER
        label = label if scheme == IMO else "IMO company number"
    british = country == UNITED_KINGDOM or (label == UK_COMPANY and not country)
    if label == CHARITY and british and re.fullmatch("[2-9][0-9]{5}|1[0-9]{6}", number):
        return Identifier(CHARITY_ENGLAND_WALES, number, country, label)
    # `1234/99` is no company number, whatever is left of it without the stroke.
    plain = len(number) >= 6 and number.isalnum()
    if scheme == REGISTRATION and british and plain and (uk := company_number(number)):
        return Identifier(COMPANY, uk, country, label)
    return Identifier(scheme, number, country, label)


# Turns of phrase in OFAC's remarks that have no label: which kind of thing each one tells.

_MEASURE = re.compile(
    r"Secondary sanctions risk:|Additional Sanctions Information|Transactions Prohibited For"
    r"|CAATSA Section 235 Information|IFCA Determination"
    r"|Executive Order \d+ (?:Directive|information)(?!.*For more information on)"
    r"|(?:United States|U\.S\.) financial institutions are prohibited"
)
_RELATION = re.compile(
    r"(?:(?:ex-|half-|step)?(?:wife|husband|son|daughter|brother|sister|father|mother|cousin|"
    r"nephew|niece|uncle|spouse|widow)(?:-in-law)?|founded by|subordinate to|affiliated with) .+",
    re.IGNORECASE,
)
# Offices, ranks and styles: what a person is, where the remark names no label for it.
_ROLE = re.compile(
    r"\b(?:members?|minister|president|presidential|(?:vice[- ])?chair(?:man|woman|person)?|"
    r"director|commander|general|colonel|major|captain|admiral|lieutenant|lt|marshal|officer|"
    r"officials?|representatives?|employee|secretary|head|deputy|governor|mayor|judge|magistrate|"
    r"rector|prosecutor|attorney|ambassador|manager|leader|chief|advis[eo]r|aide|founder|owner|"
    r"premier|speaker|senator|editor|associate|commissioner|engineer|scientist|professor|"
    r"superintendent|administrator|ceo|position|occupation|alternate title|figure|doctor|"
    r"sha?[ye]+kh?|hajj?i|mullah|m[ao]u?lana|ma[uw]la[vw]i|hojjatoleslam|ayatollah|ustadz?|imam|"
    r"coordinator|supervisor|inspector|agent|financier|counsell?or|executive|warden|constituent)\b",
    re.IGNORECASE,
)
# Told in full in the remarks of the entry, and of no use for telling one party from another.
_PLAIN = re.compile(
    r"Organization (?:Established Date|Type:)|Target Type|Aircraft (?:Model|Manufacture Date|Type)"
    r"|(?:All|and) .*(?:offices|locations|branches) .*|all offices worldwide"
    r"|for more information|Effective Date|Purchase/Sales|Listing Date|(?:Former )?Vessel (?!Reg)|"
    r"Other Vessel (?:Type|Flag)|ICTY indictee|ethnicity|Tribe:|arrested|UN/LOCODE|named in UNSCR|"
    r"(?:currently )?incarcerated|Individual's height|TELEX|Executive Order \d+ Directive Inform",
    re.IGNORECASE,
)


# OFAC's remarks: prose in segments, most of which are fields in disguise.

# OFAC marks weak aliases in CSV by quoting them in the remarks; strong ones are in ALT.CSV.
_QUOTED_NAME = re.compile(r"([afnd])\.[kb]\.a\. ['‘\"](.+)['’\"]")
_QUOTED_TYPES: dict[str, NameType] = {"a": "alias", "n": "alias", "f": "former", "d": "trading"}
_NUMBER = re.compile(
    r"(?P<number>.*?)(?: \((?P<country>[^()\d]+(?:\([^()]*\))?)\))?"
    r"(?P<validity>,? (?:issued|expires) .*)?"
)
_LISTED = re.compile(r"Listing Date \([^()]*\):? (\d{2} \w{3} \d{4})")


def reading_order(text: str, kind: Kind) -> str:
    """Return `LAST, First Middle` of a person as `First Middle LAST`, the order a reader expects.

    A third part that is a suffix stays last; anything else stands as published.
    """
    parts = text.split(", ") if kind == "person" else [text]
    if len(parts) == 2 and all(parts):
        return f"{parts[1]} {parts[0]}"
    if len(parts) == 3 and parts[2].rstrip(".") in ("Jr", "Sr", "II", "III", "IV"):
        return f"{parts[1]} {parts[0]}, {parts[2]}"
    return text


@cache
def _compile_label_pattern() -> re.Pattern[str]:
    return re.compile(
        "({})(?: - ([A-Z]+))?:? (.+)".format(
            "|".join(
                re.escape(label)
                for label in sorted((*SCHEMES, "Digital Currency Address"), key=len, reverse=True)
            )
        )
    )


@dataclass(slots=True)
class RemarkFacts:
    """What the remarks of one party tell, by field. `remarks` keeps what has no field."""

    kind: Kind
    drift: Drift
    names: list[Name] = field(default_factory=list)
    birth_dates: list[PartialDate] = field(default_factory=list)
    birth_places: list[str] = field(default_factory=list)
    gender: str = ""
    countries: list[str] = field(default_factory=list)
    identifiers: list[Identifier] = field(default_factory=list)
    positions: list[str] = field(default_factory=list)
    related: list[str] = field(default_factory=list)
    measures: list[str] = field(default_factory=list)
    listed_on: date | None = None
    remarks: list[str] = field(default_factory=list)

    def read(self, remarks: str) -> None:
        """Take the fields out of a whole remark: segments between `; `, ended by a full stop."""
        for segment in re.split(r";\s+", remarks.strip().removesuffix(".")):
            if segment:
                self.read_segment(segment.strip())

    def read_segment(self, segment: str) -> None:
        """Take the field out of one segment; what is not understood is kept and reported."""
        stated = re.sub(r"^[Aa]lt\. ", "", segment)
        if not any(rule(self, stated) for rule in _RULES):
            self.remarks.append(segment)
            self.drift.unmapped("remark", re.sub(r"\d+", "#", segment))

    def _read_personal(self, stated: str) -> bool:
        label, _, value = stated.partition(" ")
        value = value.strip()
        if label == "DOB" and (born := _birth_date(value)):
            self.birth_dates.append(born)
        elif label == "POB" and value:
            self.birth_places.append(value)
        elif label in ("nationality", "citizen") and value:
            self.countries.append(value)
        elif label == "Gender" and value:
            self.gender = value
        else:
            return False
        return True

    def _read_relation(self, stated: str) -> bool:
        label, colon, value = stated.partition(": ")
        if colon and label == "Linked To":
            self.related.append(value)
        elif stated.startswith(("Aircraft Operator ", "Issuer Name ")):
            self.related.append(stated.split(" ", 2)[2])
        elif stated.startswith(("Nationality of Registration ", "Registration Country ")):
            self.countries.append(stated.partition("Registration ")[2].removeprefix("Country "))
        elif _RELATION.fullmatch(stated):
            self.related.append(stated)
        else:
            return False
        return True

    def _read_name(self, stated: str) -> bool:
        found = _QUOTED_NAME.fullmatch(stated)
        if not found or not usable(found[2]):
            return False
        text = reading_order(found[2].strip(), self.kind)
        self.names.append(Name(text, _QUOTED_TYPES[found[1]], "weak"))
        return True

    def _read_measure(self, stated: str) -> bool:
        if found := _MEASURE.match(stated):
            self.measures.append(stated)
        return found is not None

    def _read_number(self, stated: str) -> bool:
        labelled = _compile_label_pattern().fullmatch(stated)
        found = labelled and _NUMBER.fullmatch(labelled[3])
        if not labelled or not found:
            return False
        label, number = labelled[1], found["number"].strip()
        worded = label in WORDS_TOO or label.startswith("Digital")
        if not number or not (worded or any(c.isdigit() for c in number)):
            return False
        if labelled[2]:
            label = f"{label} - {labelled[2]}"
        self.identifiers.append(build_ofac_identifier(label, number, found["country"] or ""))
        if found["validity"]:
            self.remarks.append(stated)
        return True

    def _read_plain(self, stated: str) -> bool:
        found = _PLAIN.match(stated)
        if found:
            self.remarks.append(stated)
            if listed := _LISTED.match(stated):
                self._listed(listed[1])
        return found is not None

    def _listed(self, text: str) -> None:
        day = _birth_date(text)
        if day and day.month and day.day:
            listed = date(day.year, day.month, day.day)
            self.listed_on = min(listed, self.listed_on or listed)

    def _read_role(self, stated: str) -> bool:
        found = self.kind == "person" and _ROLE.search(stated)
        if found:
            self.positions.append(stated)
        return bool(found)


# The first rule that understands a segment takes it.
_RULES: tuple[Callable[[RemarkFacts, str], bool], ...] = (
    RemarkFacts._read_personal,
    RemarkFacts._read_relation,
    RemarkFacts._read_name,
    RemarkFacts._read_measure,
    RemarkFacts._read_number,
    RemarkFacts._read_plain,
    RemarkFacts._read_role,
)
