"""OFAC's two lists share their formats: sets of headerless CSV files, and one XML file."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from duediligence.watchlists.toolkit.entries import distinct
from duediligence.watchlists.toolkit.values import usable

from duediligence.contracts import Drift, Feed, Files
from duediligence.errors import UnreadableFile, UsageError
from duediligence.formats import delimited
from duediligence.formats.textfile import detect_encoding
from duediligence.formats.xml import Element, children, list_xml_texts, local, stream, value
from duediligence.model import Address, Identifier, Kind, ListEntry, Name, NameType, Strength
from duediligence.model.entries import OTHER
from duediligence.text.postcodes import first_postcode

if TYPE_CHECKING:
    from duediligence.watchlists._ofac_remarks import RemarkFacts

_SERVICE = "https://sanctionslistservice.ofac.treas.gov/api/"
_EXPORTS = f"{_SERVICE}PublicationPreview/exports/"
_DOWNLOADS = f"{_SERVICE}download/"
# The service answers with a redirect to its bucket in Amazon's US government region.
_HOSTS = (
    "wc2h-sls-prod-public-published.s3.us-gov-west-1.amazonaws.com",
    "wc2h-sls-prod-public-published.s3.us-gov-east-1.amazonaws.com",
)
# As they were in November 2026, rounded.
_WEIGHS = {
    "SDN.CSV": 3_900_000,
    "ALT.CSV": 1_100_000,
    "ADD.CSV": 1_700_000,
    "SDN_COMMENTS.CSV": 44_000,
    "CONS_PRIM.CSV": 239_000,
    "CONS_ALT.CSV": 68_000,
    "CONS_ADD.CSV": 45_000,
    "CONS_COMMENTS.CSV": 2_800,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """Names of the files, and the rule for what the programmes of a party impose."""

    list_id: str
    primary: str
    aliases: str
    addresses: str
    comments: str
    xml: str
    measures: Callable[[Sequence[str], Drift], tuple[str, ...]]

    @property
    def csv_feeds(self) -> tuple[Feed, ...]:
        """Return the CSV set.

        Names stand in the primary file, the aliases and (quoted, in remarks that were cut) the
        comments; addresses tell parties apart. All are needed, and none of them is ever empty.
        """
        return (
            _build_ofac_feed(self.primary),
            *(
                _build_ofac_feed(name, rows_of=self.primary)
                for name in (self.aliases, self.addresses, self.comments)
            ),
        )

    @property
    def alternates(self) -> tuple[tuple[Feed, ...], ...]:
        """Return the same list as one XML file, and that at the service's other address."""
        return (_build_ofac_feed(self.xml),), (_build_ofac_feed(self.xml, at=_DOWNLOADS),)


def _build_ofac_feed(filename: str, *, at: str = _EXPORTS, rows_of: str = "") -> Feed:
    return Feed(
        filename,
        at + filename,
        hosts=_HOSTS,
        rows_of=rows_of,
        weighs=_WEIGHS.get(filename, 0),
    )


# One entry out of what either format tells of one party.

_KINDS: dict[str, Kind] = {
    "": "organisation",  # the CSV leaves the type of an entity blank
    "entity": "organisation",
    "individual": "person",
    "vessel": "vessel",
    "aircraft": "aircraft",
}
_NAME_TYPES: dict[str, NameType] = {"aka": "alias", "nka": "alias", "fka": "former"}
_STRENGTHS: dict[str, Strength] = {"": "unstated", "strong": "strong", "weak": "weak"}


@dataclass(frozen=True, slots=True)
class _Vessel:
    """A ship as the list describes it; empty strings where it does not."""

    call_sign: str = ""
    type: str = ""
    flag: str = ""
    owner: str = ""
    tonnage: str = ""
    gross_tonnage: str = ""


def _kind_of(sdn_type: str, drift: Drift) -> Kind:
    """Return person, organisation, vessel or aircraft; a type that is not known is reported."""
    kind = _KINDS.get(sdn_type.lower())
    if kind is None:
        drift.unmapped("SDN type", sdn_type)
    return kind or "unknown"


def _build_ofac_alias(text: str, alias_type: str, kind: Kind, category: str, drift: Drift) -> Name:
    """Return a name other than the first. `category` is `strong`, `weak` or empty (CSV does not
    say).
    """
    from duediligence.watchlists._ofac_remarks import reading_order

    name_type = _NAME_TYPES.get(alias_type.lower().replace(".", ""))
    if name_type is None:
        drift.unmapped("alias type", alias_type)
    strength = _STRENGTHS.get(category)
    if strength is None:
        drift.unmapped("alias category", category)
    return Name(reading_order(text, kind), name_type or "alias", strength or "unstated")


def _build_ofac_address(street: str, city: str, country: str, postcode: str = "") -> Address | None:
    """Return one address, or None where nothing is stated. A region stands where a country
    would.
    """
    from duediligence.watchlists._ofac_remarks import UNITED_KINGDOM

    text = ", ".join(part for part in (street, city) if part) or country
    if not text:
        return None
    if country == UNITED_KINGDOM and not postcode:
        postcode = first_postcode(text)
    return Address(text, postcode, "" if country.startswith("Region:") else country)


def _build_ofac_entry(
    *,
    list_id: str,
    uid: str,
    name: str,
    aliases: Iterable[Name],
    programs: Sequence[str],
    measures: Sequence[str],
    titles: str,
    addresses: Iterable[Address],
    vessel: _Vessel,
    facts: "RemarkFacts",
) -> ListEntry:
    """Put together what the columns, or the XML elements, and the remarks tell of one party."""
    from duediligence.watchlists._ofac_remarks import reading_order

    names = (Name(reading_order(name, facts.kind)), *aliases, *facts.names)
    identifiers = list(facts.identifiers)
    if vessel.call_sign:
        identifiers.append(Identifier(OTHER, vessel.call_sign, label="Call sign"))
    described = {
        "Vessel type": vessel.type,
        "Tonnage": vessel.tonnage,
        "Gross registered tonnage": vessel.gross_tonnage,
    }
    remarks = [*facts.remarks, *(f"{label} {text}" for label, text in described.items() if text)]
    flag = () if vessel.flag in ("", "None Identified") else (vessel.flag,)
    owner = (vessel.owner,) if vessel.owner else ()
    return ListEntry(
        id=uid,
        list_id=list_id,
        kind=facts.kind,
        names=distinct(names),
        birth_dates=distinct(facts.birth_dates),
        birth_places=distinct(facts.birth_places),
        gender=facts.gender,
        countries=distinct((*facts.countries, *flag)),
        identifiers=distinct(identifiers),
        addresses=distinct(addresses),
        positions=distinct((*(t for t in titles.split("; ") if t), *facts.positions)),
        related=distinct((*owner, *facts.related)),
        regimes=distinct(programs),
        measures=distinct((*measures, *facts.measures)),
        listed_on=facts.listed_on,
        remarks="; ".join(dict.fromkeys(remarks)),
        url=f"https://sanctionssearch.ofac.treas.gov/Details.aspx?id={uid}",
    )


# The CSV sets: four headerless files that hang together by the number of the party.
#
# Columns are those of OFAC's data specification. Null is `-0- `, several programmes stand in one
# cell as `IRAN] [SDGT`, and a lone 0x1A ends each file.

# A remark of the primary file is cut at this many characters, and the comments file continues it.
_REMARK_LIMIT = 1000
_PRIMARY, _ALIASES, _ADDRESSES, _COMMENTS = 12, 5, 6, 2

_Rows = dict[str, list[list[str]]]


def read_ofac_entries(files: Files, publication: Publication) -> Iterator[ListEntry]:
    """Yield one entry a party, out of the CSV set or the XML file. Raises UnreadableFile."""
    reader = _read_csv if publication.primary in files else _read_xml
    return reader(files, publication)


def _read_csv(files: Files, publication: Publication) -> Iterator[ListEntry]:
    """Yield one entry a row of the primary file, with what the other files add to it.

    Rows of parties that the primary file does not hold (files of different days) are counted
    and reported, not guessed at. Raises UnreadableFile, also for an empty file of
    aliases or addresses.
    """
    from duediligence.watchlists._ofac_remarks import RemarkFacts

    drift = files.drift
    aliases = _by_party(files, publication.aliases, _ALIASES)
    addresses = _by_party(files, publication.addresses, _ADDRESSES)
    for filename, rows in ((publication.aliases, aliases), (publication.addresses, addresses)):
        if not rows:
            raise UnreadableFile(f"{filename}: holds no rows", hint="Fetch it again.")
    comments = _by_party(files, publication.comments, _COMMENTS)
    read_any = False
    for uid, row in _read_ofac_rows(files[publication.primary], _PRIMARY):
        read_any = True
        name, sdn_type, program, titles, sign, ship, tonnage, gross, flag, owner, remark = row
        if not usable(name):
            raise UnreadableFile(f"{publication.primary}: party {uid} has no name in column 2")
        if len(remark) >= _REMARK_LIMIT and uid not in comments:
            drift.unread("rows", f"{publication.comments} lacks the rest of remarks that were cut")
        facts = RemarkFacts(_kind_of(sdn_type, drift), drift)
        facts.read(_join_comments(remark, comments.pop(uid, [])))
        programs = program.split("] [") if program else []
        yield _build_ofac_entry(
            list_id=publication.list_id,
            uid=uid,
            name=name,
            aliases=_list_ofac_aliases(aliases.pop(uid, []), facts, drift),
            programs=programs,
            measures=publication.measures(programs, drift),
            titles=titles,
            addresses=_csv_addresses(addresses.pop(uid, []), facts),
            vessel=_Vessel(sign, ship, flag, owner, tonnage, gross),
            facts=facts,
        )
    if not read_any:
        raise UnreadableFile(f"{publication.primary}: holds no entries", hint="Fetch it again.")
    for filename, orphans in (
        (publication.aliases, aliases),
        (publication.addresses, addresses),
        (publication.comments, comments),
    ):
        if orphans:
            what = f"{filename} has rows of parties not in {publication.primary}"
            drift.unread("rows", what, sum(map(len, orphans.values())))


def _by_party(files: Files, filename: str, columns: int) -> _Rows:
    found: _Rows = {}
    for uid, row in _read_ofac_rows(files[filename], columns):
        found.setdefault(uid, []).append(row)
    return found


def _read_ofac_rows(path: Path, columns: int) -> Iterator[tuple[str, list[str]]]:
    """Yield (number of the party, the other cells); a null cell is an empty string."""
    _check_end(path)
    for line, row in delimited.rows(path, encoding=_detect_ofac_encoding(path), columns=columns):
        uid, *cells = ("" if cell.strip() == "-0-" else cell for cell in row)
        uid = uid.strip()
        if not (uid.isascii() and uid.isdecimal()):
            raise UnreadableFile(
                f"{path.name}: line {line}, column 1: {uid[:40]!r} is not the number of a party",
                hint="OFAC's CSV files have no header; this may be another file.",
            )
        yield uid, cells


def _detect_ofac_encoding(path: Path) -> str:
    # Windows-1252 by the specification; a file that is wholly UTF-8 can only be that.
    try:
        return detect_encoding(path)
    except UsageError as error:
        raise UnreadableFile(error.message, hint="Fetch it again.") from error


def _check_end(path: Path) -> None:
    """Each file ends with a mark: one that was cut short, even after a whole line, lacks it."""
    with path.open("rb") as file:
        file.seek(max(0, file.seek(0, 2) - 16))
        tail = file.read()
    if not tail.rstrip(b" \r\n").endswith(b"\x1a"):
        raise UnreadableFile(
            f"{path.name}: has no end mark (0x1A): the file is cut short",
            hint="Fetch it again. A program that saved the file again may have dropped the mark.",
        )


def _join_comments(remark: str, comments: list[list[str]]) -> str:
    """Return a comment continues a remark that was cut, in the middle of a word.

    A remark that is short and whole was not cut: its comment is of another day, and stands apart.
    """
    for (comment,) in comments:
        cut = len(remark) >= _REMARK_LIMIT or not remark.rstrip().endswith(".")
        remark = remark + comment if cut else f"{remark.rstrip()[:-1]}; {comment}"
    return remark


def _list_ofac_aliases(rows: list[list[str]], facts: "RemarkFacts", drift: Drift) -> list[Name]:
    return [
        _build_ofac_alias(text.strip(), alias_type, facts.kind, "", drift)
        for _, alias_type, text, _ in rows
        if usable(text)
    ]


def _csv_addresses(rows: list[list[str]], facts: "RemarkFacts") -> list[Address]:
    found = []
    for _, street, city, country, remark in rows:
        if place := _build_ofac_address(street.strip(), city.strip(), country.strip()):
            found.append(place)
        if remark:
            facts.remarks.append(f"Address: {remark}")
    return found


# SDN.XML and CONSOLIDATED.XML: one file a list, with names and numbers in elements.
#
# Their schema is OFAC's sdnList; its namespace has changed over the years and is not looked at.
# Numbers, dates and places come under the very labels that the CSV remarks use, so both formats
# are read by the same rules.

_ROOT = "sdnList"
# Every tag within an entry.
_KNOWN = frozenset(
    "uid firstName lastName title sdnType remarks programList program idList id idType idNumber "
    "idCountry issueDate expirationDate akaList aka type category addressList address address1 "
    "address2 address3 city region stateOrProvince postalCode country nationalityList nationality "
    "citizenshipList citizenship mainEntry dateOfBirthList dateOfBirthItem dateOfBirth "
    "placeOfBirthList placeOfBirthItem placeOfBirth vesselInfo callSign vesselType vesselFlag "
    "vesselOwner tonnage grossRegisteredTonnage".split()
)


def _read_xml(files: Files, publication: Publication) -> Iterator[ListEntry]:
    """Yield one entry an `sdnEntry`, whatever the order of its children. Raises UnreadableFile."""
    path = files[publication.xml]
    stated, count = "", 0
    for element in stream(path, _ROOT, "publshInformation", "sdnEntry"):
        if local(element) == "publshInformation":
            stated = value(element, "Record_Count")
            continue
        count += 1
        yield _xml_entry(element, path, publication, files)
    if not count:
        raise UnreadableFile(f"{path.name}: holds no entries", hint="Fetch it again.")
    if stated and stated != str(count):
        raise UnreadableFile(
            f"{path.name}: says that it has {stated} records and holds {count}",
            hint="The file is cut short. Fetch it again.",
        )


def read_ofac_date(files: Files, publication: Publication) -> date | None:
    """Return the publisher's date (`Publish_Date`, mm/dd/yyyy), None where it has none that is a
    date.

    The CSV set has none at all.
    """
    if publication.xml not in files:
        return None
    for element in stream(files[publication.xml], _ROOT, "publshInformation", "sdnEntry"):
        if local(element) == "sdnEntry":
            break
        parts = value(element, "Publish_Date").split("/")
        try:
            month, day, year = (int(part) for part in parts)
            return date(year, month, day)
        except ValueError:
            break
    return None


def _xml_entry(element: Element, path: Path, publication: Publication, files: Files) -> ListEntry:
    from duediligence.watchlists._ofac_remarks import RemarkFacts

    drift = files.drift
    for tag in map(local, element.iterdescendants("*")):
        if tag not in _KNOWN:
            drift.unread("tag", tag)
    uid, name = value(element, "uid"), _join_ofac_name(element)
    if not uid or not usable(name):
        raise UnreadableFile(
            f"{path.name}: line {element.sourceline}: <sdnEntry> has no "
            + ("<uid>" if not uid else f"<lastName> (uid {uid})")
        )
    facts = RemarkFacts(_kind_of(value(element, "sdnType"), drift), drift)
    for segment in _list_remark_segments(element):
        facts.read_segment(segment)
    remarks = value(element, "remarks")
    facts.read(remarks[1:-1] if remarks.startswith("(") and remarks.endswith(")") else remarks)
    programs = list_xml_texts(element, "programList", "program")
    return _build_ofac_entry(
        list_id=publication.list_id,
        uid=uid,
        name=name,
        aliases=[
            _build_ofac_alias(text, value(aka, "type"), facts.kind, value(aka, "category"), drift)
            for aka in children(element, "akaList", "aka")
            if usable(text := _join_ofac_name(aka))
        ],
        programs=programs,
        measures=publication.measures(programs, drift),
        titles=value(element, "title"),
        addresses=list(_xml_addresses(element)),
        vessel=_read_vessel(element),
        facts=facts,
    )


def _join_ofac_name(element: Element) -> str:
    parts = (value(element, "lastName"), value(element, "firstName"))
    return ", ".join(part for part in parts if part)


def _list_remark_segments(element: Element) -> Iterator[str]:
    """Yield what the CSV remark of the same party would say of its dates, places and numbers."""
    for label, path in (
        ("DOB", ("dateOfBirthList", "dateOfBirthItem", "dateOfBirth")),
        ("POB", ("placeOfBirthList", "placeOfBirthItem", "placeOfBirth")),
        ("nationality", ("nationalityList", "nationality", "country")),
        ("citizen", ("citizenshipList", "citizenship", "country")),
    ):
        for text in list_xml_texts(element, *path):
            yield f"{label} {text}"
    for item in children(element, "idList", "id"):
        segment = f"{value(item, 'idType')} {value(item, 'idNumber')}".strip()
        for form, tag in ((" ({})", "idCountry"), (" issued {}", "issueDate")):
            segment += form.format(text) if (text := value(item, tag)) else ""
        expires = value(item, "expirationDate")
        yield f"{segment} expires {expires}" if expires else segment


def _xml_addresses(element: Element) -> Iterator[Address]:
    for item in children(element, "addressList", "address"):
        lines = [value(item, f"address{number}") for number in (1, 2, 3)]
        postcode = value(item, "postalCode")
        state = f"{value(item, 'stateOrProvince')} {postcode}".strip()
        city = value(item, "city")
        # As the CSV writes it: `Mumbai, Maharashtra 40051`, but `Moscow 117420`.
        place = (
            f"{city} {state}"
            if city and state == postcode
            else ", ".join(filter(None, (city, state)))
        )
        street = ", ".join(filter(None, lines))
        if found := _build_ofac_address(street, place.strip(), value(item, "country"), postcode):
            yield found


def _read_vessel(element: Element) -> _Vessel:
    for info in children(element, "vesselInfo"):
        return _Vessel(
            call_sign=value(info, "callSign"),
            type=value(info, "vesselType"),
            flag=value(info, "vesselFlag"),
            owner=value(info, "vesselOwner"),
            tonnage=value(info, "tonnage"),
            gross_tonnage=value(info, "grossRegisteredTonnage"),
        )
    return _Vessel()
