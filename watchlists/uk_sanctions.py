"""UK Sanctions List (FCDO): everyone designated under UK sanctions regulations."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from duediligence.watchlists._uk_sanctions import Record, read_designations, read_uk_sanctions_date
from duediligence.watchlists.toolkit.entries import checked, distinct
from duediligence.watchlists.toolkit.govuk import ASSETS, SITE, locate_attachment
from duediligence.watchlists.toolkit.values import (
    birth_date,
    clean,
    document_number,
    imo_number,
    joined,
    stated_country,
    stated_day,
    un_reference,
    usable,
)

from duediligence.contracts import Drift, Expect, Feed, Files, watchlist
from duediligence.model import (
    Address,
    Identifier,
    Kind,
    ListEntry,
    Name,
    NameType,
    PartialDate,
    Strength,
    company_number,
)
from duediligence.model.entries import (
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

_ID = "uk-sanctions"
_XML, _CSV = "UK-Sanctions-List.xml", "UK-Sanctions-List.csv"
_HOST = "sanctionslist.fcdo.gov.uk"
_DOCS = f"https://{_HOST}/docs/"
_PUBLICATION = "government/publications/the-uk-sanctions-list"


def _find_uk_sanctions_date(files: Files) -> date:
    return read_uk_sanctions_date(files[_XML if _XML in files else _CSV])


@watchlist(
    id=_ID,
    title="UK Sanctions List",
    publisher="Foreign, Commonwealth and Development Office",
    licence="OGL-3.0",
    topic="sanctions",
    homepage=f"{SITE}/{_PUBLICATION}",
    feeds=(Feed(_XML, url=_DOCS + _XML, weighs=18_800_000),),
    alternates=(
        (Feed(_CSV, url=_DOCS + _CSV, weighs=32_700_000),),
        # Where the files have moved, the publication says where they are.
        (
            Feed(
                _XML,
                url=f"{SITE}/api/content/{_PUBLICATION}",
                locate=locate_attachment(r"sanctions[-_ ]list[^/]*\.xml$"),
                hosts=(_HOST, ASSETS),
            ),
        ),
    ),
    max_age=timedelta(days=2),
    expect=Expect(
        entries=(5_800, 20_000),
        further_names=0.55,
        names=(1.5, 8.0),
        filled={
            "names": 1.0,
            "regimes": 1.0,
            "measures": 0.99,
            "listed_on": 0.99,
            "source": 0.99,
            "addresses": 0.35,
            "birth_dates": 0.35,
            "countries": 0.30,
            "identifiers": 0.20,
            "references": 0.10,
        },
    ),
    published=_find_uk_sanctions_date,
    known_from="code that reads it",
    known_since="2026-08",
)
def parse(files: Files) -> Iterator[ListEntry]:
    """The UK's sanctioned parties: since 28 January 2026, when OFSI's list closed, all are here.

    `measures` says what was imposed: an asset freeze (nobody may deal with the party's funds) and
    a director disqualification sanction (the person may not act as a director, Company Directors
    Disqualification Act 1986 s.11A) are separate, and an entry may have one without the other.
    Firms owned or controlled by a listed party are frozen too, yet mostly not listed. Company
    numbers are rare and in free text. The search service has no confirmed address for a single
    designation, so an entry links to the search; look there for its id.

    It cannot show those firms, nor who was taken off: those have left the file. Nor can it show the
    few banks and firms named for financial and investment restrictions on Russia: they stand on a
    list of their own on GOV.UK, which is not read.
    """
    name = _XML if _XML in files else _CSV
    found = read_designations(files[name], files.drift)
    return checked((_build_uk_entry(record, files.drift) for record in found), name)


# From a designation's cells to a list entry, whichever file they came from.

_KINDS: dict[str, Kind] = {"individual": "person", "entity": "organisation", "ship": "vessel"}
_NAME_TYPES: dict[str, NameType] = {
    "primary name": "primary",
    "primary name variation": "variation",
    "alias": "alias",
}
# Blank is most of the list (7 of 8 names): the UK has graded few but the UN's, so unstated.
_STRENGTHS: dict[str, Strength] = {"": "unstated", "good quality": "strong", "low quality": "weak"}
# Kept for the reader where the entry has no field of its own for it.
_REMARKS = (
    "Title",
    "Type of entity",
    "Phone number",
    "Website",
    "Email address",
    "Previous flags",
    "Type of ship",
    "Tonnage of ship",
    "Length of ship",
    "Year Built",
)
# The search has no address of its own for one designation that a published page confirms.
_SEARCH = "https://search-uk-sanctions-list.service.gov.uk/"
_OWN_NUMBER = re.compile(
    r"\b(?:[\w ]{0,30}\b)?company (?:registration )?(?:number|no\.?)\W{0,3}[A-Z]{0,2}\d{5,8}\b",
    re.I,
)


def _build_uk_entry(record: Record, drift: Drift) -> ListEntry:
    """Return the entry; without an id or names where the record has none. Never raises for
    content.
    """
    kind = _map_designation_type(_first(record, "Designation Type"), drift)
    addresses = tuple(_read_uk_addresses(record))
    return ListEntry(
        id=_first(record, "Unique ID"),
        list_id=_ID,
        kind=kind,
        names=distinct(_read_uk_names(record, drift)),
        birth_dates=distinct(_birth_dates(record, drift)),
        birth_places=distinct(joined(*row, by=", ") for row in record.get("Births", ())),
        gender=_first(record, "Gender"),
        countries=distinct(
            (*_all(record, "Nationality(/ies)"), *_all(record, "Current believed flag of ship"))
        ),
        identifiers=distinct(_read_uk_identifiers(record, kind, addresses, drift)),
        addresses=distinct(addresses),
        positions=_all(record, "Position"),
        related=distinct(
            party
            for column in (
                "Parent company",
                "Subsidiaries",
                "Current owner/operator (s)",
                "Previous owner/operator (s)",
            )
            for party in _all(record, column)
        ),
        regimes=_all(record, "Regime Name"),
        measures=distinct(
            measure
            for text in _all(record, "Sanctions Imposed")
            for measure in _split_uk_measures(text, drift)
        ),
        source=_first(record, "Designation source"),
        listed_on=stated_day(_first(record, "Date Designated"), "Date Designated", drift),
        updated_on=stated_day(_first(record, "Last Updated"), "Last Updated", drift),
        reason=" ".join(_all(record, "UK Statement of Reasons")),
        remarks=" ".join(_list_uk_remarks(record)),
        references=distinct(_read_uk_references(record, drift)),
        url=_SEARCH,
    )


def _map_designation_type(text: str, drift: Drift) -> Kind:
    kind = _KINDS.get(text.casefold())
    if kind is None:
        drift.unmapped("Designation Type", text)
    return kind or "unknown"


def _read_uk_names(record: Record, drift: Drift) -> Iterator[Name]:
    for *parts, type_text, strength_text in record.get("Names", ()):
        type_ = _NAME_TYPES.get(type_text.casefold())
        grade = re.sub(r"\s*a\.?k\.?a\.?$", "", strength_text.casefold())
        strength = _STRENGTHS.get(grade)
        if type_ is None:
            drift.unmapped("Name type", type_text)
        if strength is None:
            drift.unmapped("Alias strength", strength_text)
        text = joined(*parts)
        if usable(text):
            yield Name(text, type_ or "alias", strength or "unstated")
        else:
            drift.unmapped("Name", f"{text} ({type_text} without a name)")
    for text, script, language in record.get("Non-Latin names", ()):
        if usable(text):
            yield Name(text, "original-script", language=joined(language, script, by=", "))
        else:
            drift.unmapped("Name non-latin script", text)


def _birth_dates(record: Record, drift: Drift) -> Iterator[PartialDate]:
    for text in _all(record, "D.O.B"):
        found = birth_date(text)
        if found is None:
            drift.unmapped("D.O.B", text)
        else:
            yield found


def _read_uk_addresses(record: Record) -> Iterator[Address]:
    for *lines, postcode, country in record.get("Addresses", ()):
        yield Address(joined(*lines, postcode, country, by=", "), postcode, country)


def _read_uk_identifiers(
    record: Record, kind: Kind, addresses: tuple[Address, ...], drift: Drift
) -> Iterator[Identifier]:
    for scheme, group in ((PASSPORT, "Passports"), (NATIONAL_ID, "National identifiers")):
        for text, information in record.get(group, ()):
            number, words = document_number(text)
            label = joined(words, information, by="; ")
            if number:
                yield Identifier(scheme, number, stated_country(label), label)
            else:
                drift.unmapped(group, label)
    uk_only = {address.country for address in addresses} == {"United Kingdom"}
    for text in _all(record, "Business registration number (s)"):
        numbers = tuple(parse_registration_cell(text, uk_only=uk_only))
        if not numbers:
            drift.unmapped("Business registration number (s)", text)
        yield from numbers
    if kind == "organisation":
        # An individual's remarks give the numbers of companies that he controls, not his own.
        for text in _all(record, "Other Information"):
            for own in _OWN_NUMBER.findall(text):
                yield from parse_registration_cell(own, uk_only=uk_only)
    for text in _all(record, "IMO number"):
        if number := imo_number(text):
            yield Identifier(IMO, number)
        else:
            drift.unmapped("IMO number", text)
    for text in _all(record, "Hull identification number (HIN)"):
        yield Identifier(OTHER, text, label="Hull identification number (HIN)")


def _read_uk_references(record: Record, drift: Drift) -> Iterator[str]:
    for text in _all(record, "UN Reference Number"):
        reference = un_reference(text)
        if reference:
            yield reference
        else:
            drift.unmapped("UN Reference Number", text)
    for text in _all(record, "OFSI Group ID"):
        yield f"OFSI {text}"


def _list_uk_remarks(record: Record) -> Iterator[str]:
    yield from _all(record, "Other Information")
    for column in _REMARKS:
        if values := _all(record, column):
            yield f"{column}: {', '.join(values)}."


def _all(record: Record, group: str) -> tuple[str, ...]:
    return tuple(row[0] for row in record.get(group, ()))


def _first(record: Record, group: str) -> str:
    return next((row[0] for row in record.get(group, ())), "")


# What a designation imposes, one spelling a measure.

# The publisher's own words, as it most often spells them.
_MEASURES = (
    "Arms embargo",
    "Asset freeze",
    "Chartering of Ships",
    "Closure of representative offices",
    "Correspondent Banking Sanctions and processing payments",
    "Crew servicing of ships and aircraft",
    "De-flag",
    "Director Disqualification Sanction",
    "Internet Services Sanctions",
    "Prevention of business arrangements",
    "Prevention of chartering of ships and aircraft",
    "Prohibition of port entry",
    "Prohibition on correspondent banking and clearing",
    "Prohibition on correspondent banking and sterling clearing",
    "Prohibition on correspondent banking relationships and processing payments",
    "Shipping & Trade Sanctions",
    "Shipping sanctions",
    "Targeted arms embargo",
    "Technical assistance related to aircraft",
    "Transport sanctions",
    "Travel Ban",
    "Trust Services Sanctions",
)
_SPELLING = {measure.casefold(): measure for measure in _MEASURES}
# `Shipping sanctions: (see "Other information")` points to a text that the entry keeps as remarks.
_POINTER = re.compile(r"\W*see\W+other information\W*$", re.I)


def _split_uk_measures(text: str, drift: Drift) -> Iterator[str]:
    """Yield the measures in a `|`-separated text. One that is not known is told of, and kept."""
    for part in text.split("|"):
        published = clean(part)
        measure = _POINTER.sub("", published)
        if not measure:
            continue
        spelling = _SPELLING.get(measure.casefold())
        if spelling is None:
            drift.unmapped("Sanctions Imposed", published)
        yield spelling or measure


# Business registration numbers out of free text.
#
# One cell can hold several numbers of several registers, labelled before or behind, glued to each
# other: `Tax ID No. 7700000001 (Russia); OGRN: 1020000000001KPP: 770000001`.

_REGISTERS = (
    "OGRNIP|OGRN|INN|KPP|PPC|TIN|SRN|BIN|BIK|OKPO|OKTMO|USCC|UEN|BRN|CRN|BR No|CR No|SWIFT|BIC|"
    "BvD|ISN|VAT|Tax|Acuris|Cedar|IP identification|Russia|Kyrgyzstan|India|UK Company"
)
_BEFORE_READING = (
    (re.compile(rf"(?<=[0-9])(?=(?:{_REGISTERS})\b)", re.I), " "),  # …0000001KPP: 77…
    (re.compile(rf"\b({_REGISTERS})[-–—:.]+", re.I), r"\1 "),  # INN-77…
    (re.compile(r"\bno\.(?=\S)", re.I), "no. "),
    (re.compile(r"\b(?:dated )?\d\d/\d\d/\d{4}\b", re.A), " "),
    (re.compile(r"\b(\d{10})\s*/\s*(\d{9})\b", re.A), r"\1 KPP \2"),  # INN/KPP
    (re.compile(r"(?<![\w/.-])(\d{1,6}) (?=\d{1,6}(?![\w/.-]))", re.A), r"\1"),  # 1 020 …
)
_SWIFT = re.compile(
    r"\b(?:SWIFT\W*(?:BIC|BIN|CODE)?|BIC)\W*([A-Z]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?)\b", re.I
)
_TOKEN = re.compile(r"[^\W_][\w./\-]*")
_BRACKET = re.compile(r"\s*\(([^)]*)\)?")

# The first that the label names decides. `other` are numbers of a branch, a bank, a permit or a
# commercial database: true of the party, but no proof of identity.
_NUMBER_SCHEMES = (
    (LEI, re.compile(r"\bLEI\b|legal entity (?:identifier|number)", re.I)),
    (
        OTHER,
        re.compile(
            r"\b(?:KPP|PPC|OKPO|OKTMO|BIK|BvD|Acuris|Cedar Rose|IP identification|SPARK|ISN|OFAC|"
            r"licen[cs]e|gazette|bank (?:no|identification)|account|ICP|organisation code|charity|"
            r"FCA|FRN)\b",
            re.I,
        ),
    ),
    (TAX, re.compile(r"\b(?:INN|TIN|VAT|PAN|NIP|УНН|ИНН|tax\w*|fiscal)\b", re.I)),
)
_UNITED_KINGDOM = re.compile(
    r"\b(?:UK|United Kingdom|Great Britain|England|Scotland|Compan(?:y|ies) House)\b", re.I
)
# Forms that only Companies House issues: LLPs, limited partnerships, Scottish and Northern Irish
# companies, overseas companies and overseas entities.
_CERTAIN_FORM = re.compile(r"(?:OC|SO|NC|SC|NI|SL|LP|NL|OE|FC|SF|NF)\d{6}", re.A)
_PLAIN_FORM = re.compile(r"\d{7,8}", re.A)


def parse_registration_cell(text: str, *, uk_only: bool = False) -> Iterator[Identifier]:
    """Yield the numbers in one cell, each with the kind, country and label that the text gives it.

    A Companies House number is recognised where the text says so, or its form does, or where
    `uk_only` (every address of the party is in the United Kingdom) and it is a bare seven or
    eight digits. Without any digit in the text there is no number.
    """
    for part in clean(text).split(";"):
        yield from _in_part(part.strip(" '’‘\""), uk_only=uk_only)


def _in_part(text: str, *, uk_only: bool) -> Iterator[Identifier]:
    for swift in _SWIFT.finditer(text):
        yield Identifier(SWIFT, swift[1].upper(), label="SWIFT/BIC")
    remaining = _SWIFT.sub(" ", text)
    for pattern, replacement in _BEFORE_READING:
        remaining = pattern.sub(replacement, remaining)
    found = list(_find_labelled_numbers(remaining))
    for number, label, behind in found:
        yield _build_uk_registration(number, label, behind, uk_only=uk_only)
    if not found and any(character.isdigit() for character in remaining):
        number, label = document_number(remaining)
        yield _build_uk_registration(
            number or clean(remaining), label if number else "", "", uk_only=False
        )


def _find_labelled_numbers(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield (number, label, what stands behind it: in brackets, or as the last words of the
    text).
    """
    tokens = [token for token in _TOKEN.finditer(text) if _is_number(token[0].strip("./-"))]
    ends = [*(token.start() for token in tokens), len(text)]
    start, label = 0, ""
    for token, (_, following) in zip(tokens, pairwise(ends), strict=True):
        before = text[start : token.start()]
        bracket = _BRACKET.match(text, token.end(), following)
        start = bracket.end() if bracket else token.end()
        if _has_letters(before):
            label = before
        elif "," not in before:  # a comma goes on counting under the same label
            label = ""
        behind = bracket[1] if bracket else ""
        if not label and not behind and following == len(text):
            behind = text[start:]
        yield token[0].strip("./-"), _strip_number_label(label or behind), behind


def _strip_number_label(label: str) -> str:
    label = clean(label).strip(" ,;:.-–—·/")
    return label[1:-1] if label.startswith("(") and label.endswith(")") else label


def _is_number(token: str) -> bool:
    digits = sum(character.isdigit() for character in token)
    return digits >= 4 or (digits > 0 and re.fullmatch(r"[A-Z0-9]{12}", token) is not None)


def _has_letters(text: str) -> bool:
    return any(character.isalpha() for character in text)


def _build_uk_registration(number: str, label: str, behind: str, *, uk_only: bool) -> Identifier:
    country = stated_country(behind) or stated_country(label)
    scheme = next((name for name, words in _NUMBER_SCHEMES if words.search(label)), REGISTRATION)
    if scheme == REGISTRATION and country in ("", "United Kingdom"):
        at_companies_house = (
            _UNITED_KINGDOM.search(f"{label} {behind}")
            or _CERTAIN_FORM.fullmatch(number.upper())
            or (uk_only and _PLAIN_FORM.fullmatch(number))
        )
        if at_companies_house and (company := company_number(number)):
            return Identifier(COMPANY, company, label=label)
    return Identifier(scheme, number, country, label)
