"""Establishments as texts by name of field, out of the XML or the JSON form of a file."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from duediligence.watchlists._readers.fields.dates import day
from duediligence.watchlists._readers.fields.records import Unread

from duediligence.contracts import Drift
from duediligence.errors import UnreadableFile
from duediligence.formats import json
from duediligence.formats.xml import Element, local, stream, text

_ROOT, _RECORD, _HEADER = "FHRSEstablishment", "EstablishmentDetail", "Header"
_COLLECTION = "EstablishmentCollection"
_SCORES = ("Hygiene", "Structural", "ConfidenceInManagement")
READ = frozenset(
    "FHRSID BusinessName BusinessType AddressLine1 AddressLine2 AddressLine3 AddressLine4 PostCode "
    "RatingValue RatingDate LocalAuthorityName SchemeType NewRatingPending".split()
)
# Keys of the agency and the authority, and where on the map it is.
_PASSED_OVER = frozenset(
    "LocalAuthorityBusinessID BusinessTypeID RatingKey LocalAuthorityCode LocalAuthorityWebSite "
    "LocalAuthorityEmailAddress RightToReply Geocode Longitude Latitude Distance".split()
)
_KNOWN = {tag: frozenset[str]() for tag in (*READ, *_PASSED_OVER, *_SCORES, "Scores", _RECORD)}
_AROUND = (_COLLECTION, _HEADER, "ExtractDate", "ItemCount", "ReturnCode")
_NEEDED = ("FHRSID", "RatingValue", "SchemeType", "LocalAuthorityName")
_HINT = "The publisher may have changed the format; the list needs a look."


def establishments(path: Path, drift: Drift) -> Iterator[Mapping[str, str]]:
    """The fields of each establishment, scores among them; empty where not given.

    Raises UnreadableFile for a file that is not one of ratings, and for an establishment without
    its number, rating, scheme or authority.
    """
    records = _from_json(path, drift) if path.suffix == ".json" else _from_xml(path, drift)
    empty = dict.fromkeys((*READ, *_SCORES), "")
    number = 0
    for number, record in enumerate(records, 1):
        fields = empty | record
        for name in _NEEDED:
            if not fields[name]:
                raise UnreadableFile(
                    f"{path.name}: establishment {number}: {name} is missing", hint=_HINT
                )
        if not fields["FHRSID"].isdecimal():
            raise UnreadableFile(
                f"{path.name}: establishment {number}: FHRSID is {fields['FHRSID'][:40]!r}",
                hint=_HINT,
            )
        yield fields
    if not number:
        raise UnreadableFile(f"{path.name}: holds no establishment", hint="Fetch it again.")


def extracted(path: Path) -> date | None:
    """The day of the file, where it says so. Raises UnreadableFile."""
    if path.suffix == ".json":
        header = _document(path).get(_HEADER)
        stated = header.get("ExtractDate") if isinstance(header, dict) else None
        return day(json.text(stated, f"{path.name}: ExtractDate"))
    for element in stream(path, _ROOT, _HEADER, _RECORD):
        # It stands before the establishments, where it stands at all.
        named = {local(child): text(child) for child in element}
        return day(named.get("ExtractDate", ""))
    return None


def _from_xml(path: Path, drift: Drift) -> Iterator[dict[str, str]]:
    unread = Unread(_KNOWN, outside=_AROUND)
    for record in stream(path, _ROOT, _RECORD, outside=unread.tags):
        unread.look(record)
        yield {local(child): text(child) for child in _leaves(record)}
    unread.report(drift)


def _leaves(record: Element) -> Iterator[Element]:
    for child in record:
        yield child
        if local(child) == "Scores":
            yield from child


def _from_json(path: Path, drift: Drift) -> Iterator[dict[str, str]]:
    records = _document(path).get(_COLLECTION)
    if isinstance(records, dict):
        records = records.get(_RECORD)
    if not isinstance(records, list):
        raise UnreadableFile(f"{path.name}: holds no {_ROOT}.{_COLLECTION}", hint=_HINT)
    for number, record in enumerate(records, 1):
        where = f"{path.name}: establishment {number}"
        if not isinstance(record, dict):
            raise UnreadableFile(f"{where} is no object", hint=_HINT)
        scores = record.get("Scores")
        fields = {**record, **(scores if isinstance(scores, dict) else {})}
        for name in fields.keys() - _KNOWN.keys():
            drift.unread("field", name)
        yield {name: json.text(fields.get(name), f"{where}: {name}") for name in (*READ, *_SCORES)}


def _document(path: Path) -> dict[str, Any]:
    document = json.load(path)
    inner = document.get(_ROOT) if isinstance(document, dict) else None
    if not isinstance(inner, dict):
        raise UnreadableFile(f"{path.name}: holds no {_ROOT}", hint=_HINT)
    return inner
