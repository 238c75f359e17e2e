"""SDN.XML and CONSOLIDATED.XML: one file a list, with names and numbers in elements.

Their schema is OFAC's sdnList; its namespace has changed over the years and is not looked at.
Numbers, dates and places come under the very labels that the CSV remarks use, so both formats
are read by the same rules.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from duediligence.watchlists._readers.fields.names import usable
from duediligence.watchlists._readers.ofac import entries
from duediligence.watchlists._readers.ofac.publication import Publication
from duediligence.watchlists._readers.ofac.remarks import Facts

from duediligence.contracts import Files
from duediligence.errors import UnreadableFile
from duediligence.formats.xml import Element, children, local, stream, value, values
from duediligence.model import Address, ListEntry

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


def read(files: Files, publication: Publication) -> Iterator[ListEntry]:
    """Yield one entry an `sdnEntry`, whatever the order of its children. Raises UnreadableFile."""
    path = files[publication.xml]
    stated, count = "", 0
    for element in stream(path, _ROOT, "publshInformation", "sdnEntry"):
        if local(element) == "publshInformation":
            stated = value(element, "Record_Count")
            continue
        count += 1
        yield _entry(element, path, publication, files)
    if not count:
        raise UnreadableFile(f"{path.name}: holds no entries", hint="Fetch it again.")
    if stated and stated != str(count):
        raise UnreadableFile(
            f"{path.name}: says that it has {stated} records and holds {count}",
            hint="The file is cut short. Fetch it again.",
        )


def published(files: Files, publication: Publication) -> date | None:
    """The publisher's date (`Publish_Date`, mm/dd/yyyy), None where it has none that is a date.

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


def _entry(element: Element, path: Path, publication: Publication, files: Files) -> ListEntry:
    drift = files.drift
    for tag in map(local, element.iterdescendants("*")):
        if tag not in _KNOWN:
            drift.unread("tag", tag)
    uid, name = value(element, "uid"), _name(element)
    if not uid or not usable(name):
        raise UnreadableFile(
            f"{path.name}: line {element.sourceline}: <sdnEntry> has no "
            + ("<uid>" if not uid else f"<lastName> (uid {uid})")
        )
    facts = Facts(entries.kind_of(value(element, "sdnType"), drift), drift)
    for segment in _segments(element):
        facts.read_segment(segment)
    remarks = value(element, "remarks")
    facts.read(remarks[1:-1] if remarks.startswith("(") and remarks.endswith(")") else remarks)
    programs = values(element, "programList", "program")
    return entries.entry(
        list_id=publication.list_id,
        uid=uid,
        name=name,
        aliases=[
            entries.alias(text, value(aka, "type"), facts.kind, value(aka, "category"), drift)
            for aka in children(element, "akaList", "aka")
            if usable(text := _name(aka))
        ],
        programs=programs,
        measures=publication.measures(programs, drift),
        titles=value(element, "title"),
        addresses=list(_addresses(element)),
        vessel=_vessel(element),
        facts=facts,
    )


def _name(element: Element) -> str:
    parts = (value(element, "lastName"), value(element, "firstName"))
    return ", ".join(part for part in parts if part)


def _segments(element: Element) -> Iterator[str]:
    """What the CSV remark of the same party would say of its dates, places and numbers."""
    for label, path in (
        ("DOB", ("dateOfBirthList", "dateOfBirthItem", "dateOfBirth")),
        ("POB", ("placeOfBirthList", "placeOfBirthItem", "placeOfBirth")),
        ("nationality", ("nationalityList", "nationality", "country")),
        ("citizen", ("citizenshipList", "citizenship", "country")),
    ):
        for text in values(element, *path):
            yield f"{label} {text}"
    for item in children(element, "idList", "id"):
        segment = f"{value(item, 'idType')} {value(item, 'idNumber')}".strip()
        for form, tag in ((" ({})", "idCountry"), (" issued {}", "issueDate")):
            segment += form.format(text) if (text := value(item, tag)) else ""
        expires = value(item, "expirationDate")
        yield f"{segment} expires {expires}" if expires else segment


def _addresses(element: Element) -> Iterator[Address]:
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
        if found := entries.address(street, place.strip(), value(item, "country"), postcode):
            yield found


def _vessel(element: Element) -> entries.Vessel:
    for info in children(element, "vesselInfo"):
        return entries.Vessel(
            call_sign=value(info, "callSign"),
            type=value(info, "vesselType"),
            flag=value(info, "vesselFlag"),
            owner=value(info, "vesselOwner"),
            tonnage=value(info, "tonnage"),
            gross_tonnage=value(info, "grossRegisteredTonnage"),
        )
    return entries.Vessel()
