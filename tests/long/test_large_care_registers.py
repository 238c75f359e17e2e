"""The files of the Care Quality Commission at their published size load in bounded memory.

Invented rows under the published headings: 57,000 places of 122 cells, 323,673 ratings of 28 and
65,000 places that have left. The largest process is measured, with the entries held as a refresh
holds them.
"""

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest

from duediligence.formats import workbook

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(sys.platform != "linux", reason="the size is read from /proc"),
]

SAMPLES = Path(__file__).parents[2] / "duediligence" / "demo" / "lists" / "cqc"
MOST_MEGABYTES = 400
ACTIVE, LATEST, DEACTIVATED = (
    "HSCA_Active_Locations.ods",
    "Latest_ratings.ods",
    "Deactivated_Locations.ods",
)
_URN = "urn:oasis:names:tc:opendocument:xmlns"
_LOAD = """
import json, re, resource, sys
from pathlib import Path
from duediligence import registry
from duediligence.contracts import Files
list_id, *paths = sys.argv[1:]
files = Files({Path(path).name: Path(path) for path in paths})
entries = list(registry.get_watchlist(list_id).parse(files))
# A process inherits the largest size of the one that it was forked from, but not in VmHWM.
own = int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
numbered = sum(bool(one.identifiers) for one in entries)
print(json.dumps([len(entries), numbered, own, child]))
"""
Make = Callable[[int, dict[str, str]], dict[str, str]]


def sheet(name: str) -> tuple[list[str], list[str]]:
    """The headings of a sample and its first row."""
    for _, group in workbook.read_workbook_sheets(SAMPLES / name):
        rows = [cells for _, cells in group]
        for at, row in enumerate(rows[:3]):
            if "Location ID" in row:
                return row, rows[at + 1]
    raise AssertionError(name)


def write(folder: Path, name: str, rows: int, make: Make) -> Path:
    """A workbook with the sample's headings and that many invented rows."""
    header, first = sheet(name)
    like = dict(zip(header, first, strict=True))
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        with package.open("content.xml", "w") as document:
            document.write(
                f'<office:document-content xmlns:office="{_URN}:office:1.0" '
                f'xmlns:table="{_URN}:table:1.0" xmlns:text="{_URN}:text:1.0">'
                "<office:body><office:spreadsheet>"
                '<table:table table:name="README"><table:table-row>'
                f"{_cell('Invented')}</table:table-row></table:table>"
                f'<table:table table:name="data">{_row(header)}'.encode()
            )
            for number in range(rows):
                cells = {**like, **make(number, like)}
                document.write(_row([cells[heading] for heading in header]).encode())
            document.write(
                b"</table:table></office:spreadsheet></office:body></office:document-content>"
            )
    return path


def _row(cells: list[str]) -> str:
    return f"<table:table-row>{''.join(map(_cell, cells))}</table:table-row>"


def _cell(text: str) -> str:
    if not text:
        return "<table:table-cell/>"
    paragraph = f"<text:p>{escape(text)}</text:p>"
    return f'<table:table-cell office:value-type="string">{paragraph}</table:table-cell>'


def place(number: int, like: dict[str, str]) -> dict[str, str]:
    ticks = {
        heading: "Y" if (number + at) % 7 == 0 else ""
        for at, heading in enumerate(like)
        if heading.startswith(("Service type", "Service user", "Regulated"))
    }
    provider = number // 2
    return ticks | {
        "Location ID": f"1-{990_000_000 + number}",
        "Location Name": f"Invented House {number}",
        "Location Street Address": f"{number} Figment Road",
        "Location Postal Code": f"ZY{number % 90 + 1} {number % 9 + 1}AB",
        "Provider ID": f"1-{980_000_000 + provider}",
        "Provider Name": f"Figment Care {provider} Limited",
        "Provider Companies House Number": str(9_000_000 + provider),
    }


def rating(number: int, like: dict[str, str]) -> dict[str, str]:
    domains = ("Overall", "Safe", "Effective", "Caring", "Responsive", "Well-led")
    of = {key: text for key, text in place(number // 6, like).items() if key in like}
    return of | {"Domain": domains[number % 6], "Location Post Code": "ZY1 1AB"}


def load(list_id: str, *paths: Path) -> Iterator[Any]:
    done = subprocess.run(
        [sys.executable, "-c", _LOAD, list_id, *map(str, paths)], check=True, stdout=subprocess.PIPE
    )
    yield from json.loads(done.stdout)


@pytest.mark.parametrize(
    ("list_id", "files", "entries"),
    [
        ("cqc", {ACTIVE: (57_000, place)}, 57_000),
        ("cqc-ratings", {LATEST: (323_673, rating), ACTIVE: (57_000, place)}, 53_946),
        ("cqc-archived", {DEACTIVATED: (65_000, place)}, 65_000),
    ],
)
def test_a_list_of_its_published_size_needs_little_memory(
    list_id: str,
    files: dict[str, tuple[int, Make]],
    entries: int,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    paths = [write(tmp_path, name, rows, make) for name, (rows, make) in files.items()]
    found, numbered, own, child = load(list_id, *paths)
    assert (found, numbered) == (entries, entries)
    unit = 1 if sys.platform == "darwin" else 1024
    megabytes = [peak * unit // 1_000_000 for peak in (own, child)]
    record_property("memory in MB of parser and reader", megabytes)
    assert sum(megabytes) < MOST_MEGABYTES, megabytes
