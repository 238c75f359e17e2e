"""Releases of the Open Contracting Data Standard 1.1, as the services of the UK publish them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from warnings import catch_warnings, simplefilter
from zoneinfo import ZoneInfo

from duediligence.errors import UnreadableFile
from duediligence.formats import json

Json = Mapping[str, Any]
FETCH_AGAIN = "Fetch the page again, or save the whole answer of the service."

_UK = ZoneInfo("Europe/London")
_LINES = (".jsonl", ".ndjson")


def open_releases(path: Path) -> tuple[Iterator[Json], str]:
    """Return the releases of a file, and the address of the page after it, empty for none.

    The file is a release package, a page of a service, a record package, one release or record, or
    one of these in each line (`.jsonl`). Raises UnreadableFile, also while it is read.
    """
    if path.suffix.casefold() in _LINES:
        lines = json.read_json_lines(path)
        return (
            one
            for at, document in lines
            for one in _list_releases(document, f"{path.name}: line {at}")
        ), ""
    document = json.load(path)
    links = find_object(document, "links") if isinstance(document, dict) else {}
    following = json.text(links.get("next"), f"{path.name}: next")
    return _list_releases(document, path.name), following


def _list_releases(document: object, where: str) -> Iterator[Json]:
    if not isinstance(document, dict):
        raise UnreadableFile(f"{where}: is not a package of contract notices", hint=FETCH_AGAIN)
    if isinstance(records := document.get("records"), list):
        for at, one in enumerate(records, 1):
            yield from _list_record_releases(one, f"{where}: record {at}")
    elif isinstance(releases := document.get("releases"), list):
        for at, one in enumerate(releases, 1):
            yield check_release(one, f"{where}: release {at}")
    else:
        yield from _list_record_releases(document, where)


def _list_record_releases(record: object, where: str) -> Iterator[Json]:
    """Yield the releases of a record; where it only links to them, what they amount to."""
    if not isinstance(record, dict):
        raise UnreadableFile(f"{where}: is not a record", hint=FETCH_AGAIN)
    embedded = list_objects(record, "releases")
    if embedded and all("ocid" in one for one in embedded):
        for at, one in enumerate(embedded, 1):
            yield check_release(one, f"{where}: release {at}")
    else:
        yield check_release(record.get("compiledRelease", record), where)


def check_release(one: object, where: str) -> Json:
    """Return what has an ocid and a date that can be read. Raises UnreadableFile."""
    if not isinstance(one, dict) or not isinstance(one.get("ocid"), str) or not one["ocid"]:
        raise UnreadableFile(f"{where}: is not a release (it has no ocid)", hint=FETCH_AGAIN)
    try:
        parse_release_time(one).astimezone(UTC)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise UnreadableFile(f"{where}: has no date that can be read", hint=FETCH_AGAIN) from error
    return one


def parse_release_time(release: Json) -> datetime:
    """Return the time of a release; UK time where it has no zone, midnight where it has no time."""
    found = datetime.fromisoformat(release["date"])
    return found if found.tzinfo else found.replace(tzinfo=_UK)


def merge_releases(releases: Sequence[Json]) -> Json:
    """Return the process as its releases leave it, in order of time (OCDS 1.1, "Merging").

    Raises UnreadableFile.
    """
    # Imported lazily: few need it.
    from ocdsmerge import Merger  # type: ignore[import-untyped]

    ocid = releases[0]["ocid"]
    if len(releases) == 1:
        return releases[0]
    dated = [
        # Times of several zones are put in order as texts there.
        {
            **one,
            "date": parse_release_time(one).astimezone(UTC).isoformat(),
            "id": str(one.get("id") or ""),
        }
        for one in releases
    ]
    try:
        with catch_warnings():
            simplefilter("ignore")  # several objects with one id
            merged: Json = Merger(merge_rules={}).create_compiled_release(dated)
    except Exception as error:
        raise UnreadableFile(
            f"the releases of {ocid[:60]} cannot be merged: {type(error).__name__}",
            hint="The publisher may have changed the format; this tool may need an update.",
        ) from error
    return merged


def list_objects(of: Json, name: str) -> list[Json]:
    """Return the objects of a list; of an object in its place each that it holds, or itself."""
    found = of.get(name)
    if isinstance(found, dict):
        held = [*found.values()]
        found = held if all(isinstance(one, dict) for one in held) else [found]
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def find_object(of: Json, name: str) -> Json:
    """Return an object, empty where it is none."""
    found = of.get(name)
    return found if isinstance(found, dict) else {}


def list_contract_failures(contract: Json) -> list[Json]:
    """Return the failures to perform (UK extension; Procurement Act 2023 s.71)."""
    return list_objects(find_object(contract, "implementation"), "performanceFailures")


def list_termination_reasons(contract: Json) -> list[Json]:
    """Return why a contract was terminated; before January 2026 there was one reason at most."""
    several = list_objects(contract, "terminationRationaleClassifications")
    one = find_object(contract, "terminationRationaleClassification")
    return several or ([one] if one else [])
