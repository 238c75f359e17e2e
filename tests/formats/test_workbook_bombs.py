"""Workbooks made to fill the memory: each is read, or refused in words, within half a gigabyte."""

import json
import resource
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from duediligence.errors import UsageError
from duediligence.formats import filetype
from duediligence.formats.table import read_table
from tests.rows import for_each

pytestmark = pytest.mark.apart

HALF_A_GIGABYTE = 512 << 20
_URN = "urn:oasis:names:tc:opendocument:xmlns"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = f'<worksheet xmlns="{_MAIN}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>'
TAIL = "</t></is></c></row></sheetData></worksheet>"
SHEET = f"{HEAD}name{TAIL}"
WORKBOOK = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
    f'Type="{_RELATED}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATED}"><sheets>'
    '<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{_RELATED}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="r2" Type="{_RELATED}/sharedStrings" Target="sharedStrings.xml"/>'
    f'<Relationship Id="r3" Type="{_RELATED}/styles" Target="styles.xml"/></Relationships>',
}
DTD = "<!DOCTYPE x [" + "".join(
    f'<!ENTITY e{n} "{"ha" if not n else f"&e{n - 1};" * 20}">' for n in range(12)
)


class Much:
    """`head`, `times` megabytes of what is repeated, and `tail`, deflated without making them.

    Each block begins afresh, so that one deflated megabyte can be written as often as wanted.
    """

    def __init__(self, head: str, repeated: str, times: int, tail: str) -> None:
        self.head, self.tail, self.times = head.encode(), tail.encode(), times
        self.block = repeated.encode() * max(1, 2**20 // len(repeated.encode()))

    @property
    def size(self) -> int:
        return len(self.head) + len(self.block) * self.times + len(self.tail)

    def crc(self, most: int | None = None) -> int:
        if most is not None:
            return zlib.crc32((self.head + self.block)[:most])
        crc = zlib.crc32(self.head)
        for _ in range(self.times):
            crc = zlib.crc32(self.block, crc)
        return zlib.crc32(self.tail, crc)

    def deflated(self) -> bytes:
        made = zlib.compressobj(9, zlib.DEFLATED, -15)
        head = made.compress(self.head) + made.flush(zlib.Z_FULL_FLUSH)
        block = made.compress(self.block) + made.flush(zlib.Z_FULL_FLUSH)
        return head + block * self.times + made.compress(self.tail) + made.flush()


def packed(path: Path, files: dict[str, str | Much], *, stated: int | None = None) -> Path:
    """A ZIP file; what is deflated by hand may state another size than it has."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            if isinstance(content, str):
                made.writestr(name, content)
                continue
            # The body is written as it is, and listed as deflated.
            member = zipfile.ZipInfo(name)
            made.writestr(member, content.deflated())
            member.compress_type = zipfile.ZIP_DEFLATED
            member.file_size = content.size if stated is None else stated
            member.CRC = content.crc(stated)
    return path


def xlsx(path: Path, stated: int | None = None, **files: str | Much) -> Path:
    parts = {"sheet": SHEET, **files}
    places = {"sheet": "worksheets/sheet1", "strings": "sharedStrings", "styles": "styles"}
    named = {f"xl/{places[name]}.xml": content for name, content in parts.items()}
    return packed(path.with_suffix(".xlsx"), {**WORKBOOK, **named}, stated=stated)


def ods(path: Path, content: str | Much, stated: int | None = None) -> Path:
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = f'<manifest:manifest xmlns:manifest="{_URN}:manifest:1.0"/>'
    files = {"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest}
    return packed(path.with_suffix(".ods"), files, stated=stated)


OPEN = (
    f'<office:document-content xmlns:office="{_URN}:office:1.0" xmlns:table="{_URN}:table:1.0" '
    f'xmlns:text="{_URN}:text:1.0"><office:body><office:spreadsheet>'
    '<table:table table:name="S">'
)
CLOSE = "</table:table></office:spreadsheet></office:body></office:document-content>"
CELL = '<table:table-cell office:value-type="string" {}><text:p>name</text:p></table:table-cell>'


def cell(columns: int) -> str:
    return CELL.format(f'table:number-columns-repeated="{columns}"')


def row(cells: str, rows: int = 1) -> str:
    repeated = f'table:number-rows-repeated="{rows}"'
    return f"<table:table-row {repeated}>{cells}</table:table-row>"


SST = f'<sst xmlns="{_MAIN}" count="{{0}}" uniqueCount="{{0}}">'
ROWS = f'<worksheet xmlns="{_MAIN}"><sheetData>'
END = "</sheetData></worksheet>"
BOMBS: dict[str, Callable[[Path], Path]] = {
    "a gigabyte of zeros in a sheet": lambda p: xlsx(p, sheet=Much(HEAD, "0", 1000, TAIL)),
    "a gigabyte of nothing in a sheet": lambda p: xlsx(p, sheet=Much(ROWS, " ", 1000, END)),
    "400 MB of zeros in a sheet": lambda p: xlsx(p, sheet=Much(HEAD, "0", 400, TAIL)),
    "100 MB of cells": lambda p: xlsx(p, sheet=Much(ROWS, "<row><c><v>1</v></c></row>", 100, END)),
    "100 MB of rows": lambda p: xlsx(p, sheet=Much(ROWS, "<row/>", 100, END)),
    "400 MB of attributes": lambda p: xlsx(
        p, sheet=Much(f"{ROWS}<row ", "a='1' ", 400, "/>" + END)
    ),
    "400 MB of one shared string": lambda p: xlsx(
        p, strings=Much(SST.format(1) + "<si><t>", "0", 400, "</t></si></sst>")
    ),
    "400 MB of shared strings": lambda p: xlsx(
        p, strings=Much(SST.format(1), "<si><t/></si>", 400, "</sst>")
    ),
    "shared strings by word alone": lambda p: xlsx(p, strings=SST.format(4294967295) + "</sst>"),
    "100 MB of styles": lambda p: xlsx(
        p,
        styles=Much(
            f'<styleSheet xmlns="{_MAIN}"><cellXfs>', "<xf/>", 100, "</cellXfs></styleSheet>"
        ),
    ),
    "a sheet as large as can be, by word alone": lambda p: xlsx(
        p, sheet=SHEET.replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')
    ),
    "two cells far apart": lambda p: xlsx(
        p, sheet=f'{ROWS}<row><c r="A1"><v>1</v></c><c r="CV1048576"><v>1</v></c></row>{END}'
    ),
    "a size that is a lie": lambda p: xlsx(p, 1000, sheet=Much(HEAD, "0", 1000, TAIL)),
    "a size that is a lie, in ODS": lambda p: ods(
        p, Much(OPEN + row(cell(1)), " ", 1000, CLOSE), stated=1000
    ),
    "a document type in a sheet": lambda p: xlsx(p, sheet=DTD + "]>" + HEAD + "&e11;" + TAIL),
    "a document type in ODS": lambda p: ods(
        p, DTD + "]>" + OPEN + row(CELL.replace("name", "&e11;").format("")) + CLOSE
    ),
    "columns repeated": lambda p: ods(p, OPEN + row(cell(4_000_000_000)) + CLOSE),
    "rows repeated": lambda p: ods(p, OPEN + row(cell(1), 4_000_000_000) + CLOSE),
    "a whole sheet repeated": lambda p: ods(p, OPEN + row(cell(16_384), 1_048_576) + CLOSE),
    "nothing repeated, then a cell": lambda p: ods(
        p, OPEN + row("<table:table-cell/>", 300) + row(cell(16_000)) + CLOSE
    ),
    "streamed, a gigabyte of zeros": lambda p: ods(
        p, Much(OPEN + row(CELL)[:-90], "0", 1000, CLOSE)
    ),
    "streamed, a gigabyte of cells in one row": lambda p: ods(
        p,
        Much(OPEN + "<table:table-row>", "<table:table-cell/>", 1000, "</table:table-row>" + CLOSE),
    ),
    "streamed, a gigabyte outside rows": lambda p: ods(
        p, Much(OPEN + row(cell(1)), "<text:p>0</text:p>", 1000, CLOSE)
    ),
    "streamed, rows repeated": lambda p: ods(
        p, Much(OPEN, row(cell(1_000), 1_000_000), 100, CLOSE)
    ),
    "a name of 300 MB": lambda p: ods(p, Much(OPEN[:-3], "0", 300, '">' + row(cell(1)) + CLOSE)),
}
READ = """
import json, resource, sys
from itertools import islice
from pathlib import Path
from duediligence.errors import UsageError
from duediligence.formats.table import read_table
try:
    ended = sum(1 for _ in islice(read_table(Path(sys.argv[1])).rows, 20_000))
except UsageError as error:
    ended = error.message
# What `getrusage` says of this process counts the one that started it, too.
(peak,) = (one for one in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in one)
mine, child = int(peak.split()[1]), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps([ended, (mine + child) * 1024]))
"""


@pytest.mark.soak
@pytest.mark.skipif(sys.platform != "linux", reason="no other system limits a process's memory")
@for_each("what", BOMBS)
def test_a_bomb_is_read_or_refused_within_half_a_gigabyte(what: str, tmp_path: Path) -> None:
    path = BOMBS[what](tmp_path / "list")
    assert path.stat().st_size < 30_000_000
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, ""), what
    ended, memory = json.loads(done.stdout)
    assert memory < HALF_A_GIGABYTE, ended
    assert isinstance(ended, int) or ended.startswith(path.name), ended


def test_a_size_that_is_a_lie_is_refused(tmp_path: Path) -> None:
    # The first thousand bytes have the check sum that is stated: only counting tells.
    path = xlsx(tmp_path / "list", 1000, sheet=Much(HEAD, "0", 2, TAIL))
    with pytest.raises(UsageError, match=r"list\.xlsx: the workbook holds 'xl/worksheets/sheet1"):
        read_table(path)


def test_more_than_can_be_laid_out_is_refused_by_its_size(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "list", 600_000_000, sheet=Much(HEAD, "0", 1, TAIL))
    with pytest.raises(UsageError, match=r"the workbook unpacks to over 500,000,000 bytes"):
        read_table(path)


def test_a_list_of_contents_without_end_is_refused_unread(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "list")
    content = path.read_bytes()
    at = content.index(b"PK\x01\x02")
    entry = content[at : content.index(b"PK\x01\x02", at + 1)]
    path.write_bytes(content[:at] + entry * (filetype.MAX_MEMBERS + 1) + content[at:])
    with pytest.raises(UsageError, match="lists over 10,000 files"):
        read_table(path)


def test_what_the_bombs_are_made_of_is_read(tmp_path: Path) -> None:
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for path in (xlsx(tmp_path / "list"), ods(tmp_path / "list", OPEN + row(cell(1)) + CLOSE)):
        assert read_table(path).header == ("name",)
