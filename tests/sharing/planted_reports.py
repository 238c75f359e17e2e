"""Words that are nowhere else, planted in reports, and a search for them in whatever bytes."""

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from duediligence.extensions.sharing import intelligence
from duediligence.extensions.sharing.intelligence_files import Draft
from duediligence.screening.workspace import Workspace
from tests.homes import read_as_another_program

CONDITIONS = "Quirbexal"
SANITISED = "Zwyndolph"
RAW = "Vroxtimber"
NAME = "Klarquist"
ADDRESS = "Plimmerhatch"
MARKERS = (CONDITIONS, SANITISED, RAW, NAME, ADDRESS)
# As the store and the role see them in turn; a long text is on pages of its own.
LONG = " ".join(f"{RAW} {number}" for number in range(600))


def a_report(supplier: str, **fields: str) -> Draft:
    """A report with every marker, which is about that supplier and about somebody else."""
    return Draft(
        "here",
        {
            "grade": "2BC",
            "conditions": f"Ask {CONDITIONS} first",
            "source": "partner",
            "received_from": "police",
            "sanitised": f"Workers are moved at night ({SANITISED})",
            "raw": LONG,
            "crime_types": "slavery_trafficking",
            **fields,
        },
        [
            {"kind": "organisation", "name": supplier},
            {"kind": "person", "name": f"Jo {NAME}", "born": "1970-04"},
            {"kind": "premises", "address": f"7 {ADDRESS} Lane, Exampleton EX9 9XE"},
        ],
    )


def plant(workspace: Workspace, *suppliers: str) -> list[int]:
    """Add a report about each of these suppliers, received on the workspace's day."""
    day = f"{workspace.now():%Y-%m-%d}"
    return [intelligence.add(workspace, a_report(one, received_on=day)) for one in suppliers]


def markers_in(body: bytes) -> set[str]:
    """The markers in bytes, in capitals or not, as UTF-8 or UTF-16, also within archives."""
    found: set[str] = set()
    for part in _unpacked(body):
        lowered = part.lower()
        for marker in MARKERS:
            small = marker.lower()
            ways = (small.encode(), small.encode("utf-16-le"), small.encode("utf-16-be"))
            if any(way in lowered for way in ways):
                found.add(marker)
    return found


def _unpacked(body: bytes) -> Iterator[bytes]:
    yield body
    if zipfile.is_zipfile(BytesIO(body)):
        with zipfile.ZipFile(BytesIO(body)) as archive:
            for member in archive.namelist():
                yield from _unpacked(archive.read(member))
    elif body.startswith(b"\x1f\x8b"):
        try:
            yield from _unpacked(gzip.decompress(body))
        except (OSError, EOFError, zlib.error):
            return


def files_with_markers(folder: Path) -> dict[str, set[str]]:
    """The files below a folder that hold a marker, and which."""
    found = {}
    for path, body in read_as_another_program(folder).items():
        if held := markers_in(body):
            found[path.relative_to(folder).as_posix()] = held
    return found
