"""Food hygiene ratings, authority by authority."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from duediligence.watchlists.toolkit.bodies import build_address, kind_of, names_in
from duediligence.watchlists.toolkit.entries import checked
from duediligence.watchlists.toolkit.tables import Layout, read
from duediligence.watchlists.toolkit.values import day, stated_day, status, usable
from duediligence.watchlists.toolkit.xml import stream_records

from duediligence.contracts import Drift, Expect, Feed, Files, StatusMeaning, watchlist
from duediligence.errors import UnreadableFile
from duediligence.formats import json
from duediligence.formats.xml import Element, local, read_xml_text, stream
from duediligence.model import ListEntry, Record

_ID = "fhrs"
_SITE = "https://ratings.food.gov.uk"
_XML, _JSON = "FHRS{part}en-GB.xml", "FHRS{part}en-GB.json"
_FILES = f"{_SITE}/api/open-data-files/"
_ALL = "FHRS_All_en-GB.csv"
_NATION = 400_000
# FHRS, 0 to 5, in England, Wales and Northern Ireland; FHIS, in words, in Scotland.
_SCHEMES = ("FHRS", "FHIS")
_RATINGS: dict[str, StatusMeaning] = {
    **dict.fromkeys(("0", "1", "2", "improvement required"), "adverse"),
    **dict.fromkeys(("3", "4", "5", "pass", "pass and eat safe", "exempt"), "neutral"),
    **dict.fromkeys(("awaiting inspection", "awaiting publication"), "neutral"),
}


def _list_fhrs_files(files: Files) -> list[Path]:
    kinds = ("xml", "json", "csv")
    return [path for kind in kinds for path in files.matching(f"FHRS*en-GB*.{kind}")]


def _find_oldest_extract_day(files: Files) -> date | None:
    """Return the day of the oldest of the files."""
    return min(filter(None, map(_read_extract_day, _list_fhrs_files(files))), default=None)


@watchlist(
    id=_ID,
    title="Food hygiene ratings",
    publisher="Food Standards Agency; Food Standards Scotland",
    licence="OGL-3.0",
    topic="enforcement",
    homepage=f"{_SITE}/open-data",
    feeds=(Feed(_XML, url=f"{_SITE}/OpenDataFiles/{_XML}"),),
    alternates=(
        (Feed(_JSON, url=_FILES + _JSON),),
        (Feed(_XML, url=_FILES + _XML),),
        (
            Feed(
                _ALL,
                url=f"https://safhrsprodstorage.blob.core.windows.net/opendatafileblobstorage/{_ALL}",
                max_bytes=500_000_000,
                least=_NATION,
            ),
        ),
        # The same in several files, as a person may have saved it.
        (Feed("FHRS_All*en-GB*.csv", max_bytes=500_000_000, least=_NATION),),
    ),
    max_age=timedelta(days=14),
    expect=Expect(
        entries=(200, 800_000),
        filled={"names": 1.0, "addresses": 0.6, "record": 1.0},
        weekly_loss=0.03,
    ),
    optional=True,
    published=_find_oldest_extract_day,
    known_from="real file",
    known_since="2026-09",
    statuses={"RatingValue": _RATINGS},
    powers=("environmental_health",),
    premises=True,
)
def parse(files: Files) -> Iterator[ListEntry]:
    """The food hygiene rating of each food business, as its council gave it.

    Name the councils with the setting `parts`, by the code in the names of the publisher's files:
    `FHRS705en-GB.xml` is 705. Without it, the file of all councils is fetched, of some 600,000
    businesses and 140 MB; never in place of councils that were named. A rating of 0, 1 or 2, and
    in Scotland "Improvement Required", is poor by the scheme itself. The scores behind it are
    points for faults: fewer are better, and many for confidence in management are a sign of how
    the business is run.

    It cannot show a company: there are names over doors and addresses, without numbers, so a
    supplier is found by name or place, or through a register that ties its number to its premises.
    A rating is of one kitchen on one day. It goes to no exclusion ground. Businesses that
    sell no food to the public, and many childminders, are not rated; those run from a home have
    no address here.

    The XML form is known from real files of Scotland, the file of all councils from real rows of
    September 2026, the JSON form, read where XML fails, from notes. Where the file says that a new
    rating is pending, so do the remarks. A rating that is not known is an error.
    """
    paths = _list_fhrs_files(files)
    entries = (
        entry
        for path in paths
        for fields in _read_establishments(path, files.drift)
        if (entry := _build_hygiene_entry(fields, path.name, files.drift))
    )
    return checked(entries, paths[0].name if paths else _XML)


# Establishments as texts by name of field, out of any form of a file.

_ROOT, _RECORD, _HEADER = "FHRSEstablishment", "EstablishmentDetail", "Header"
_COLLECTION = "EstablishmentCollection"
_SCORES = ("Hygiene", "Structural", "ConfidenceInManagement")
_READ = frozenset(
    "FHRSID BusinessName BusinessType AddressLine1 AddressLine2 AddressLine3 AddressLine4 PostCode "
    "RatingValue RatingDate LocalAuthorityName SchemeType NewRatingPending".split()
)
# Keys of the agency and the authority, and where on the map it is.
_PASSED_OVER = frozenset(
    "LocalAuthorityBusinessID BusinessTypeID RatingKey LocalAuthorityCode LocalAuthorityWebSite "
    "LocalAuthorityEmailAddress RightToReply Geocode Longitude Latitude Distance".split()
)
_KNOWN = {tag: frozenset[str]() for tag in (*_READ, *_PASSED_OVER, *_SCORES, "Scores", _RECORD)}
_AROUND = (_COLLECTION, _HEADER, "ExtractDate", "ItemCount", "ReturnCode")
_NEEDED = ("FHRSID", "RatingValue", "SchemeType", "LocalAuthorityName")
_LAYOUT = Layout(
    needed={name: name for name in _NEEDED},
    wanted={name: name for name in sorted((_READ | frozenset(_SCORES)) - frozenset(_NEEDED))},
    passed_over=tuple(sorted(_PASSED_OVER)),
)
_HINT = "The publisher may have changed the format; this tool may need an update."


def _read_establishments(path: Path, drift: Drift) -> Iterator[Mapping[str, str]]:
    """Yield the fields of each establishment, scores among them; empty where not given.

    Raises UnreadableFile for a file that is not one of ratings, and for an establishment without
    its number, rating, scheme or authority.
    """
    found = _READERS[path.suffix](path, drift)
    empty = dict.fromkeys((*_READ, *_SCORES), "")
    number = 0
    for number, record in enumerate(found, 1):
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


def _read_extract_day(path: Path) -> date | None:
    """Return the day of the file, where it says so. Raises UnreadableFile."""
    if path.suffix == ".csv":
        return None
    if path.suffix == ".json":
        header = _load_fhrs_json(path).get(_HEADER)
        stated = header.get("ExtractDate") if isinstance(header, dict) else None
        return day(json.text(stated, f"{path.name}: ExtractDate"))
    for element in stream(path, _ROOT, _HEADER, _RECORD):
        # It stands before the establishments, where it stands at all.
        named = {local(child): read_xml_text(child) for child in element}
        return day(named.get("ExtractDate", ""))
    return None


def _from_xml(path: Path, drift: Drift) -> Iterator[dict[str, str]]:
    for record in stream_records(path, _ROOT, (_RECORD,), _KNOWN, drift, outside=_AROUND):
        yield {local(child): read_xml_text(child) for child in _list_fhrs_leaves(record)}


def _list_fhrs_leaves(record: Element) -> Iterator[Element]:
    for child in record:
        yield child
        if local(child) == "Scores":
            yield from child


def _from_json(path: Path, drift: Drift) -> Iterator[dict[str, str]]:
    held = _load_fhrs_json(path).get(_COLLECTION)
    if isinstance(held, dict):
        held = held.get(_RECORD)
    if not isinstance(held, list):
        raise UnreadableFile(f"{path.name}: holds no {_ROOT}.{_COLLECTION}", hint=_HINT)
    for number, record in enumerate(held, 1):
        where = f"{path.name}: establishment {number}"
        if not isinstance(record, dict):
            raise UnreadableFile(f"{where} is not an object", hint=_HINT)
        scores = record.get("Scores")
        fields = {**record, **(scores if isinstance(scores, dict) else {})}
        for name in fields.keys() - _KNOWN.keys():
            drift.unread("field", name)
        yield {name: json.text(fields.get(name), f"{where}: {name}") for name in (*_READ, *_SCORES)}


def _from_csv(path: Path, drift: Drift) -> Iterator[dict[str, str]]:
    return (dict(row.cells) for row in read(path, _LAYOUT, drift))


_READERS = {".xml": _from_xml, ".json": _from_json, ".csv": _from_csv}


def _load_fhrs_json(path: Path) -> dict[str, Any]:
    document = json.load(path)
    inner = document.get(_ROOT) if isinstance(document, dict) else None
    if not isinstance(inner, dict):
        raise UnreadableFile(f"{path.name}: holds no {_ROOT}", hint=_HINT)
    return inner


# Entries.


def _build_hygiene_entry(
    fields: Mapping[str, str], filename: str, drift: Drift
) -> ListEntry | None:
    name = fields["BusinessName"]
    if not usable(name):
        drift.left_out("establishment without a name")
        return None
    if fields["SchemeType"] not in _SCHEMES:
        drift.unmapped("SchemeType", fields["SchemeType"])
    # The files have `AwaitingInspection` beside `Awaiting Inspection`.
    rating = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", fields["RatingValue"])
    where = f"{filename}: establishment {fields['FHRSID']}"
    meaning = status(_RATINGS, rating, "RatingValue", where)
    pending = fields["NewRatingPending"].casefold() == "true"
    return ListEntry(
        id=fields["FHRSID"],
        list_id=_ID,
        kind=kind_of(name),
        names=names_in(name),
        addresses=build_address(
            *(fields[f"AddressLine{n}"] for n in range(1, 5)), postcode=fields["PostCode"]
        ),
        status=rating,
        record=Record(
            type="rating",
            power="environmental_health",
            authority=fields["LocalAuthorityName"],
            reference=fields["FHRSID"],
            event=f"Food hygiene rating {rating} out of 5"
            if rating.isdigit()
            else f"Food hygiene: {rating}",
            event_date=stated_day(fields["RatingDate"], "RatingDate", drift),
            outcome=_format_hygiene_scores(fields),
            low=meaning == "adverse",
        ),
        remarks=fields["BusinessType"] + ("; a new rating is pending" if pending else ""),
        url=f"{_SITE}/business/{fields['FHRSID']}",
    )


def _format_hygiene_scores(fields: Mapping[str, str]) -> str:
    named = {
        "hygiene": fields["Hygiene"],
        "structure": fields["Structural"],
        "confidence in management": fields["ConfidenceInManagement"],
    }
    points = ", ".join(f"{name} {score}" for name, score in named.items() if score)
    return f"Points for faults: {points}" if points else ""
