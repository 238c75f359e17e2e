"""Sixty workbooks of suppliers as officers keep them, each with a listed party somewhere in it.

All names are invented. A workbook is made as XLSX and as ODS from one description, in the XML that
programs write, so that a formula can be without its stored value.
"""

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Literal, NamedTuple

FIRM, PERSON = "Kharg Petrotanker Company", "Dragomir Petrosyanov"
Outcome = Literal["looked up", "not read", "asked"]
Kind = Literal["xlsx", "ods"]
HEADINGS = ("Ref", "Supplier name", "Postcode", "Directors")


class Formula(NamedTuple):
    """A formula; `stored` is its stored value, None for none. `shared`: it repeats one above."""

    stored: str | int | None = None
    shared: bool = False


class Runs(NamedTuple):
    """Text in several runs, each with its own look."""

    texts: tuple[str, ...]


class Inline(NamedTuple):
    """Text that is in the cell itself, and not in the table of texts."""

    text: str


Cell = str | int | Formula | Runs | Inline | None
Rows = list[list[Cell]]
Hidden = Literal["", "hidden", "veryHidden"]


@dataclass
class Sheet:
    name: str
    rows: Rows
    hidden: Hidden = ""
    # The cells that are merged: first row and column, last row and column, from 0.
    merged: Sequence[tuple[int, int, int, int]] = ()


@dataclass
class Workbook:
    """A workbook, the name of the listed party in it, and what must become of that.

    `suppliers` are the other firms that are looked up, each once. `kinds` are the formats that can
    be so.
    """

    name: str
    sheets: list[Sheet]
    outcome: Outcome
    listed: str = FIRM
    suppliers: int = 8
    kinds: tuple[Kind, ...] = ("xlsx", "ods")
    recalculated: bool = False


@dataclass
class _Texts:
    known: dict[str, int] = field(default_factory=dict)

    def place(self, markup: str) -> int:
        return self.known.setdefault(markup, len(self.known))


def write_workbook(book: Workbook, kind: Kind, folder: Path) -> Path:
    path = folder / f"{book.name.replace(' ', '-')}.{kind}"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        members = _xlsx_members(book) if kind == "xlsx" else _ods_members(book)
        for name, body in members:
            package.writestr(name, body)
    return path


_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def _xlsx_members(book: Workbook) -> Iterator[tuple[str, str]]:
    numbers = range(1, len(book.sheets) + 1)
    parts = [f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPES}.worksheet'
             '+xml"/>' for n in numbers]  # fmt: skip
    yield (
        "[Content_Types].xml",
        (
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
            'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
            f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_TYPES}.sharedStrings+xml"/>'
            f"{''.join(parts)}</Types>"
        ),
    )
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    )
    yield (
        "_rels/.rels",
        (
            f'{relations}<Relationship Id="r1" Type="{_OFFICE}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>'
        ),
    )
    sheets = "".join(
        f'<sheet name="{escape(one.name)}" sheetId="{n}" '
        f'{f"""state="{one.hidden}" """ if one.hidden else ""}r:id="r{n}"/>'
        for n, one in enumerate(book.sheets, 1)
    )
    full = ' fullCalcOnLoad="1"' if book.recalculated else ""
    yield (
        "xl/workbook.xml",
        (
            f'<workbook {_MAIN} xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets>'
            f'<calcPr calcId="124519"{full}/></workbook>'
        ),
    )
    yield (
        "xl/_rels/workbook.xml.rels",
        (
            relations
            + "".join(
                f'<Relationship Id="r{n}" Type="{_OFFICE}/worksheet" '
                f'Target="worksheets/sheet{n}.xml"/>'
                for n in numbers
            )
            + f'<Relationship Id="r0" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
            "</Relationships>"
        ),
    )
    texts = _Texts()
    for n, one in zip(numbers, book.sheets, strict=True):
        yield f"xl/worksheets/sheet{n}.xml", _xlsx_sheet(one, texts)
    held = "".join(f"<si>{markup}</si>" for markup in texts.known)
    yield "xl/sharedStrings.xml", f"<sst {_MAIN}>{held}</sst>"


def _xlsx_sheet(sheet: Sheet, texts: _Texts) -> str:
    rows = "".join(
        f'<row r="{r}">'
        + "".join(_xlsx_cell(cell, f"{chr(65 + at)}{r}", texts) for at, cell in enumerate(cells))
        + "</row>"
        for r, cells in enumerate(sheet.rows, 1)
    )
    ranges = "".join(
        f'<mergeCell ref="{chr(65 + left)}{top + 1}:{chr(65 + right)}{bottom + 1}"/>'
        for top, left, bottom, right in sheet.merged
    )
    merged = f'<mergeCells count="{len(sheet.merged)}">{ranges}</mergeCells>' if ranges else ""
    return f"<worksheet {_MAIN}><sheetData>{rows}</sheetData>{merged}</worksheet>"


def _xlsx_cell(cell: Cell, place: str, texts: _Texts) -> str:
    match cell:
        case None | "":
            return ""
        case int():
            return f'<c r="{place}"><v>{cell}</v></c>'
        case Inline(text):
            return f'<c r="{place}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'
        case Runs(pieces):
            runs = "".join(
                f'<r><rPr><b/></rPr><t xml:space="preserve">{escape(one)}</t></r>' for one in pieces
            )
            return f'<c r="{place}" t="s"><v>{texts.place(runs)}</v></c>'
        case Formula(stored, shared):
            rule = '<f t="shared" si="0"/>' if shared else "<f>VLOOKUP(A2,Data!A:C,3,FALSE)</f>"
            kind = ' t="str"' if isinstance(stored, str) else ""
            value = "" if stored is None else escape(str(stored))
            return f'<c r="{place}" s="0"{kind}>{rule}<v>{value}</v></c>'
    return f'<c r="{place}" t="s"><v>{texts.place(f"<t>{escape(str(cell))}</t>")}</v></c>'


_URN = "urn:oasis:names:tc:opendocument:xmlns"


def _ods_members(book: Workbook) -> Iterator[tuple[str, str]]:
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    yield "mimetype", kind
    yield (
        "META-INF/manifest.xml",
        (
            f'<manifest:manifest xmlns:manifest="{_URN}:manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
            "</manifest:manifest>"
        ),
    )
    tables = "".join(
        f'<table:table table:name="{escape(one.name)}" '
        f'table:style-name="{"gone" if one.hidden else "seen"}">{_ods_rows(one)}</table:table>'
        for one in book.sheets
    )
    styles = "".join(
        f'<style:style style:name="{name}" style:family="table"><style:table-properties '
        f'table:display="{shown}"/></style:style>'
        for name, shown in (("gone", "false"), ("seen", "true"))
    )
    yield (
        "content.xml",
        (
            f'<office:document-content xmlns:office="{_URN}:office:1.0" '
            f'xmlns:table="{_URN}:table:1.0" xmlns:text="{_URN}:text:1.0" '
            f'xmlns:style="{_URN}:style:1.0"><office:automatic-styles>{styles}'
            f"</office:automatic-styles><office:body><office:spreadsheet>{tables}</office:spreadsheet>"
            "</office:body></office:document-content>"
        ),
    )


def _ods_rows(sheet: Sheet) -> str:
    spans = {(top, left): (bottom - top + 1, right - left + 1)
             for top, left, bottom, right in sheet.merged}  # fmt: skip
    found = ""
    for r, cells in enumerate(sheet.rows):
        found += "<table:table-row>"
        for at, cell in enumerate(cells):
            down, across = spans.get((r, at), (1, 1))
            span = (
                f' table:number-rows-spanned="{down}" table:number-columns-spanned="{across}"'
                if (down, across) != (1, 1)
                else ""
            )
            found += _ods_cell(cell, span)
        found += "</table:table-row>"
    return found


def _ods_cell(cell: Cell, span: str) -> str:
    start = f"<table:table-cell{span}"
    text = ' office:value-type="string"'
    match cell:
        case None | "":
            return f"{start}/>"
        case int():
            return f'{start} office:value-type="float" office:value="{cell}"/>'
        case Inline(held):
            return f"{start}{text}><text:p>{escape(held)}</text:p></table:table-cell>"
        case Runs(pieces):
            spans = "".join(f"<text:span>{escape(one)}</text:span>" for one in pieces)
            return f"{start}{text}><text:p>{spans}</text:p></table:table-cell>"
        case Formula(stored):
            start += ' table:formula="of:=VLOOKUP([.A2];[$Data.A1:.C9];3;0)"'
            if stored is None:
                return f"{start}/>"
            return f"{start}{text}><text:p>{escape(str(stored))}</text:p></table:table-cell>"
    return f"{start}{text}><text:p>{escape(str(cell))}</text:p></table:table-cell>"


_NAMES = (
    "Porthvellan Home Care Ltd", "Trewartha Roofing LLP", "Nanquoit Cleaning Limited",
    "Zennessa Nurseries Ltd", "Polrowan Taxis Ltd", "Lismellow Catering Limited",
    "Carveor Waste Services Ltd", "Boslenick Training Ltd",
)  # fmt: skip
_PEOPLE = (
    "Jane Tregaskisson", "Roman Nonamely", "Mary Otherstone", "Peter Quillbeck",
    "Anna Ferrowby", "Karl Lindqvistson", "Helen Fairweathering", "Mark Harrowgate",
)  # fmt: skip
_OWNERS = (
    "Moss Holdings Ltd", "Gull Group plc", "Dune Partners LLP", "Heron Care Group Ltd",
    "Kelp Investments Ltd", "Brine Capital Limited", "Sorrel Holdings Ltd", "Thrift Group Limited",
)  # fmt: skip


def _rows(first: int = 0, last: int = 8) -> Rows:
    """Rows of ordinary suppliers under HEADINGS."""
    return [
        [f"S{n:03}", _NAMES[n], f"ZY1 {n}AB", _PEOPLE[n] if n % 2 else ""]
        for n in range(first, last)
    ]


def _head(*more: str) -> Rows:
    return [[*HEADINGS, *more]]


_LISTED_ROW: list[Cell] = ["S900", FIRM, "ZY9 9ZZ", "Ada Ferrow"]


def _data(name: str = "Suppliers", first: int = 0, last: int = 8) -> Sheet:
    return Sheet(name, _head() + _rows(first, last))


def _with_listed(name: str, first: int = 4, last: int = 8, hidden: Hidden = "") -> Sheet:
    return Sheet(name, [*_head(), *_rows(first, last), _LISTED_ROW], hidden)


def _column(heading: str, listed: str, others: Sequence[str] = _OWNERS) -> Sheet:
    """A sheet with one column more, in which the listed party is in the fifth row."""
    rows = [[*cells, listed if n == 4 else others[n]] for n, cells in enumerate(_rows())]
    return Sheet("Suppliers", _head(heading) + rows)


def _formula(at: int, cell: Cell) -> Sheet:
    rows = _rows()
    rows[4][at] = cell
    return Sheet("Suppliers", _head() + rows)


_COVER = Sheet(
    "Cover",
    [["Contract register 2026"], ["Name:", "Contracts team"], ["Version", 3], ["Organisation:",
     "Porthmellow Council"]],
)  # fmt: skip
_PIVOT: Rows = [["Row Labels", "Sum of spend"], *[[name, 1000 + n] for n, name in
                enumerate(_NAMES)], ["Grand Total", 8028]]  # fmt: skip


def _swapped() -> Rows:
    return [["Ref", "Provider", "Directors", "Postcode"],
            ["S900", "Gwelhal Advice Ltd", PERSON, "ZY9 9ZZ"]]  # fmt: skip


def _welsh() -> list[Workbook]:
    rows = _rows()
    rows[4][3] = PERSON
    people = Sheet("Cyflenwyr", [["Cyf", "Enw'r cyflenwr", "Cod post", "Cyfarwyddwyr"], *rows])
    firms = Sheet(
        "Cyflenwyr",
        [["Enw'r cwmni", "Cod post", "Enw masnachu"], *[[*row[1:3], ""] for row in _rows()],
         ["Gwelhal Advice Ltd", "ZY9 9ZZ", FIRM]],
    )  # fmt: skip
    return [
        Workbook("Welsh headings of people", [people], "looked up", PERSON),
        Workbook("Welsh headings of firms", [firms], "looked up", suppliers=9),
    ]


def make_workbooks() -> list[Workbook]:
    """All of them: with their formats there are sixty or more."""
    titled: Rows = [["Approved suppliers"], [], ["As at 31 March 2026"], *_head(), *_rows()]
    more_columns = Sheet(
        "Children",
        [["Ref", "Supplier name", "Ofsted URN", "Postcode", "Directors"],
         *[[r[0], r[1], f"SC99{n:04}", *r[2:]] for n, r in enumerate(_rows(4))],
         ["S900", "Gwelhal Advice Ltd", "SC990090", "ZY9 9ZZ", PERSON]],
    )  # fmt: skip
    other_words = Sheet(
        "Children",
        [["Provider", "Vendor number", "Trustees", "Post code"],
         *[[r[1], r[0], r[3], r[2]] for r in _rows(4)],
         [FIRM, "S900", "Ada Ferrow", "ZY9 9ZZ"]],
    )  # fmt: skip
    lower = Sheet("Highways", [["Highways"], [], [], *_head(), _LISTED_ROW])
    merged = Sheet(
        "Suppliers",
        [[*HEADINGS, "Contract title"], *[[*r, "Services"] for r in _rows()],
         ["S900", "Gwelhal Advice Ltd", "ZY9 9ZZ", "Ada Ferrow", "Advice 1"],
         ["", "", "", PERSON, "Advice 2"]],
        merged=[(9, 0, 10, 0), (9, 1, 10, 1), (9, 2, 10, 2)],
    )  # fmt: skip
    grouped = Sheet(
        "Suppliers",
        [["Supplier", "", "", "People"], *_head(), *_rows(), _LISTED_ROW],
        merged=[(0, 0, 0, 2)],
    )
    side = Sheet(
        "Suppliers",
        [[*HEADINGS, "", "Provider", "Town"],
         *[[*r, "", FIRM if n == 4 else _OWNERS[n], "Zennessa"] for n, r in enumerate(_rows())]],
    )  # fmt: skip
    again = Sheet(
        "Suppliers",
        [[*HEADINGS, "", "Supplier name", "Town"],
         *[[*r, "", FIRM if n == 4 else "", "Zennessa"] for n, r in enumerate(_rows())]],
    )  # fmt: skip
    unnamed = Sheet(
        "Suppliers",
        [[*HEADINGS, "Notes", ""], *[[*r, "", FIRM + " Ltd" if n == 4 else ""]
                                     for n, r in enumerate(_rows())]],
    )  # fmt: skip
    form = Sheet(
        "Gwelhal",
        [["Supplier name", "Gwelhal Advice Ltd"], ["Company number", "99001234"],
         ["Postcode", "ZY9 9ZZ"], ["Directors", PERSON]],
    )  # fmt: skip
    runs = [*_head(), *_rows(), ["S900", Runs(("Kharg ", "Petro", "tanker Company")), "", ""]]
    inline = [*_head(), *_rows(), ["S900", Inline(FIRM), Inline("ZY9 9ZZ"), None]]
    return [
        Workbook("one sheet", [_with_listed("Suppliers", 0)], "looked up"),
        Workbook("cover first", [_COVER, _with_listed("Data", 0)], "looked up"),
        Workbook("two directorates", [_data("Adults"), _with_listed("Children", 8)], "looked up"),
        Workbook("a column more", [_data("Adults"), more_columns], "looked up", PERSON, 9),
        Workbook("other words", [_data("Adults", 0, 4), other_words], "looked up"),
        Workbook("third sheet, headings in row 4",
                 [_data("Adults", 0, 4), _data("Children", 4), lower], "looked up"),
        Workbook("hidden sheet", [_data(), _with_listed("Data", 8, hidden="hidden")], "asked"),
        Workbook("very hidden sheet", [_data(), _with_listed("Data", 8, hidden="veryHidden")],
                 "asked", kinds=("xlsx",)),
        Workbook("archive", [_data(), _with_listed("Archive", 8)], "asked"),
        Workbook("ended", [_data(), _with_listed("Ended 2024-25", 8)], "asked"),
        Workbook("pivot first", [Sheet("Pivot", _PIVOT), _with_listed("Data", 0)], "looked up"),
        Workbook("pivot with a heading of names",
                 [Sheet("Pivot", [["Supplier name", "Sum of spend"], *_PIVOT[1:]]),
                  _with_listed("Data", 0)], "looked up"),
        Workbook("names alone on another sheet",
                 [_data(), Sheet("Extra", [["Supplier name"], [_NAMES[0]], [FIRM]])], "asked"),
        Workbook("no headings on another sheet",
                 [_data(), Sheet("Local", [[one, 7] for one in (*_OWNERS, FIRM)])], "asked"),
        Workbook("headings in row 4",
                 [Sheet("Suppliers", [*titled, _LISTED_ROW])], "looked up"),
        Workbook("two tables, one above the other",
                 [Sheet("S", [*_head(), *_rows(0, 8), [], ["Late additions"], *_head(),
                              _LISTED_ROW])], "looked up"),
        Workbook("two tables, other columns",
                 [Sheet("S", [*_head(), *_rows(), [], *_swapped()])], "asked", PERSON, 9),
        Workbook("two tables, side by side", [side], "asked"),
        Workbook("two tables, side by side, alike", [again], "looked up"),
        Workbook("merged rows", [merged], "not read", PERSON, 9),
        Workbook("merged headings above", [grouped], "looked up"),
        Workbook("column without heading", [unnamed], "not read"),
        Workbook("a form for each supplier", [_data(), form], "asked", PERSON),
        Workbook("formula in the name", [_formula(1, Formula())], "not read", suppliers=7),
        Workbook("formula in the directors", [_formula(3, Formula())], "not read", PERSON),
        Workbook("formula with its value", [_formula(1, Formula(FIRM))], "looked up",
                 suppliers=7),
        Workbook("shared formula", [_formula(3, Formula(shared=True))], "not read", PERSON,
                 kinds=("xlsx",)),
        Workbook("formula written as nought", [_formula(3, Formula(0))], "not read", PERSON,
                 kinds=("xlsx",), recalculated=True),
        Workbook("formulas under an unknown heading",
                 [Sheet("S", [*_head("Delivered by"), *[[*r, Formula()] for r in _rows()]])],
                 "asked"),
        Workbook("runs of text", [Sheet("S", list(runs))], "looked up"),
        Workbook("text in the cell", [Sheet("S", list(inline))], "looked up", kinds=("xlsx",)),
        Workbook("people under an unknown heading",
                 [_column("Figurehead", PERSON, _PEOPLE)], "asked", PERSON),
        Workbook("firms under an unknown heading", [_column("Delivered through", FIRM)], "asked"),
        *_welsh(),
        *[Workbook(heading, [_column(heading, PERSON, _PEOPLE)], "looked up", PERSON)
          for heading in ("Registered manager", "Nominated individual")],
        *[Workbook(heading, [_column(heading, FIRM)], "looked up")
          for heading in ("Parent", "Payee", "Remit to", "Previously")],
    ]  # fmt: skip


CASES: list[tuple[Workbook, Kind]] = [
    (book, kind) for book in make_workbooks() for kind in book.kinds
]
