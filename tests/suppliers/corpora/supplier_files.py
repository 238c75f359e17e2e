"""Supplier files in the layouts of published spend files, registers and ledgers; all invented.

`make_supplier_files(seed)` gives 50 files, the same for the same seed, each with what its rows
truly are. Layouts are those of councils' payments over £500, contract registers, creditor ledgers
and registers of licences and care; titles, footnotes, totals and redactions stand in them as in
such files.
"""

import csv
import io
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import xlsxwriter

from .names import make_names

Random = random.Random
Kind = Literal["supplier", "footnote", "total", "redaction", "group heading", "repeated header"]
Value = str | float | date | None

# The heading of each column and what stands in it; a `*` marks the column of the name.
_LAYOUTS = {
    "spend, supplier in brackets": "Body=body|Organisation Name=council|Date=iso|"
    "Internal Ref Number=number|Invoice Number=invoice|Net Amount=sum|Irrecoverable VAT=na|"
    "*Supplier(Beneficiary) Name=name|Supplier Registered Company Number=company?|"
    "Supplier Registered Charity Number=none|Supplier ID=ref|Expense Area=area",
    "spend, first headings blank": "=inserted|=none|Directotate=area|Service=area|*Supplier=name|"
    "Transaction Number=number|Transaction Date=iso|Invoice Line Value (net of VAT)=sum|"
    "Account=area",
    "spend, county": "Body=body|Name of Body=council|Date=time|Transaction Number=number|"
    "Invoice Number=invoice|Amount=sum|*Supplier Name=capitals|Supplier ID=ref|Vat Reg No=none|"
    "Expense Area=area|Expense Type=area|Expense Code=number|Creditor Type=kind",
    "spend, amount in blanks": "Body=body|Name of Body=council|Date=day|Transaction number=number|"
    " Amount =wide|*Supplier name=capitals|Supplier ID=ref|Expense area=area|Costcuk=number",
    "spend, city": "Client=council|Service Area=area|Expenditure Catergory=area|"
    "Expenditure Code=number|Paid Date=day|Trans No=number|Amount=sum|Supplier ID=ref|"
    "*Supplier Name=capitals",
    "spend, vendor": "Authority Name=council|Date of Payment=iso|DocumentNo=number|Gross=sum|"
    "VAT=sum|Net=sum|*Vendor Name=name|Service Area=area|GL Description=area",
    "spend, cards": "Organisation Name=council|Organisation Code=number|Effective Date=iso|"
    "Service=area|*Supplier Name=name|Purpose Of Spend=area|TransNo=number|Payment Date=iso|"
    "Net Amount=sum|Irrecoverable VAT=nil|Contract=unknown",
    "spend, name first": "*Supplier Name=capitals|Supplier ID=ref|Payment Date=day|"
    "Amount=thousands|Spend Area=area| Account Code=number|Account Description=area",
    "spend, id first": "Supplier id=ref|*Supplier Name=name|Transno=number|Account=number|"
    "Description=area|Amount=thousands|Pay Date=day|Group=area",
    "spend, name alone": "Service Cost Centre=area|Account Detail=area|Description=area|"
    "HBC ref no=number|*Name=name|Payment date=words|Net Amount(£)=thousands",
    "spend, blank columns": "Department Area=area|=none|Service Area=area|=none|Line=number|=none|"
    "HBC Ref No.=number|=none|*Name:  =name|=none|=none|Payment Date=day|=none|"
    "Amount Paid=thousands",
    "spend, last column empty": "Body=body|Body name=council|Service label=area|"
    "Expenditure category=area|Date paid=hyphens|Transaction number=number|Net amount=sum|"
    "Capital or revenue=kind|*Supplier name =name|=none",
    "spend, beneficiary": "Organisation Code=body|Organisation Label=council|Effective Date=day|"
    "Purpose=area|Payment Date=day|Transaction Number=number|Amount=sum|*Beneficiary Name=name|"
    "Procurement=area",
    "spend, starred headings": "* Expenditure Category=area|* Date=day|TOTAL=sum|"
    "* SUPPLIER FINAL=capitals",
    "spend, portal": "Organisation Label=council|Payment Date=time|Payment Month=number|"
    "Financial Year=year|*Beneficiary Name=name|Purpose=area|Amount GBP=sum|"
    "Unique Identifier=number",
    "spend, month above": "Body=body|Body Name=council|Effective Date=day|"
    "Transaction Number=number|Amount=sum|*Supplier Name=name|Supplier Number=ref|"
    "Expense Area=area",
    "contracts register": "Contract Ref=number|Contract Title=title|*Supplier Name=name|"
    "Company No.=company?|Start Date=day|End Date=end|Annual Value=pounds|Contract Manager=officer|"
    "Status=status",
    "approved suppliers": "*Supplier=name|Address=address|Town=town|Postcode=postcode|"
    "Directors=people|Category=area|On hold?=star",
    "creditor ledger": "Creditor No=ref|*Creditor Name=capitals|Address 1=address|Town=town|"
    "Post Code=postcode|Telephone=phone|E-mail=mail|Sort Code=sort|Account Number=account|"
    "Status=status",
    "ledger with names cut": "Vendor ID=ref|*Vendor name=cut|Address=address|Postcode=postcode|"
    "Terms=kind|YTD spend=pounds",
    "operator licences": "GeographicRegion=area|LicenceNumber=ref|LicenceType=kind|"
    "*OperatorName=capitals|CorrespondenceAddress=address|NumberOfVehiclesAuthorised=number|"
    "DirectorOrPartner=people|CompanyRegNumber=company?",
    "care directory": "*Name=name|Address=lines|Postcode=postcode|Service types=area|"
    "Date of latest check=day|CQC Location ID=number",
    "waste carriers": "Registration Number=ref|Registration Tier=kind|Applicant Type=kind|"
    "*Business Name=name|Postcode=postcode|Registration Date=iso|Renewal Date=iso",
    "taxi operators": "Licence No=ref|*Operator=name|Proprietor=people|Base address=address|"
    "Expiry date=words",
    "children's homes": "URN=ref|*Provider\nname=name|Setting\ntype=kind|Local authority=council|"
    "Places=number|Company number=company?",
}
_TRICKY = (
    "Total Care (Zennessa) Ltd", "Redactive Events Ltd", "Notes & Quotes Stationers Ltd",
    "Averagely Good Catering CIC", "Page One Printers Ltd", "Source Catering Ltd",
    "On Hold Music Ltd", "Grand Total Theatre CIC", "Summary Legal LLP", "Count On Us Care Ltd",
    "Confidential Shredding Services Ltd", "Third Party Logistics (Nanquoit) Ltd",
    "Personal Data Protection Services Ltd", "Key Stage Tutors Ltd", "Report It Software Ltd",
    "Star * Cleaning Ltd", "2nd Chance Furniture Re-Use", "007 Zennessa Taxis Limited",
    "Subtotal Solutions Limited", "The Footnote Bookshop", "Exclude Nobody CIC",
)  # fmt: skip
_FIRST = "Gullwing Kestrelmoor Thistledown Brackenfold Sandpiper Marram Furze Lapwing Pebble Tern"
_SECOND = "Home Care|Roofing|Taxis|Training|Catering|Électrique|Waste|Nurseries|Design|Kennels"
_THIRD = "Ltd|Limited|LLP|CIC|PLC|& Sons|(UK) Ltd|Group Ltd||Partnership"
_AREAS = ("Adult Social Care", "Highways", "Children's Services", "Facilities",
          "Legal & Democratic", "Third Party Payments", "Supplies and Services")  # fmt: skip
_FOOTNOTES = (
    "* On hold = no new orders", "Note: amounts exclude VAT", "** Supplier under review",
    "Key: A = active, I = inactive", "Figures are provisional and may change.",
    "For queries contact procurement@council.example", "† Framework supplier",
    "Published under the Local Government Transparency Code 2015", "Data as at 31/03/2026",
    "N.B. payments under £500 are not included", "Prepared by Corporate Procurement",
    "# = small or medium-sized enterprise", "1 Names of individuals have been removed",
    "Rows in red have ended", "C = call-off contract, F = framework",
)  # fmt: skip
_TOTALS = ("Total", "TOTAL", "Grand Total", "Totals:", "Sub-total", "Sub Total", "TOTAL SPEND",
           "Total for Adult Social Care", "Overall total", "Total for the month", "")  # fmt: skip
_REDACTIONS = (
    "REDACTED PERSONAL DATA", "REDACTED - PERSONAL DATA", "Redacted", "REDACTED UNDER DP ACT",
    "REDACTED - Personal Information", "[REDACTED]", "Name withheld", "xxxxREDACTED",
    "Personal data - redacted", "*** REDACTED ***", "Redacted under section 40", "\nREDACTED "
    "PERSONAL DATA", "Individual (redacted)", "Personal Data",
)  # fmt: skip
_HEADINGS = ("Adult Social Care", "Lot 1 – Home care", "HIGHWAYS & TRANSPORT", "Section 2",
             "Framework suppliers")  # fmt: skip
_TITLES = ("Payments to suppliers over £500", "List of approved suppliers", "Zennessa Council",
           "Apr-26", "Period: 01/04/2026 to 30/04/2026", "")  # fmt: skip


@dataclass(frozen=True)
class TrueRow:
    """A row below the headings: what it is, and the text in the column of names."""

    kind: Kind
    text: str


@dataclass
class SupplierFile:
    """A file, its layout and how it is written, and what its rows are."""

    name: str
    layout: str
    form: str
    name_heading: str
    headings: list[str]
    rows: list[TrueRow] = field(default_factory=list)
    cells: list[list[Value]] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)

    def write(self, folder: Path) -> Path:
        """Write it into the folder and return its path."""
        path = folder / self.name
        if self.name.endswith(".xlsx"):
            _write_workbook(self, path)
        else:
            path.write_bytes(_write_text(self))
        return path


def make_supplier_files(seed: int) -> list[SupplierFile]:
    """Make 50 files, two of each layout."""
    files = []
    for at, (layout, columns) in enumerate([*_LAYOUTS.items()] * 2):
        rng = random.Random(f"{seed} {layout} {at}")
        files.append(_make_file(rng, at, layout, columns))
    return files


_FORMS = ("xlsx", "utf-8", "utf-8-sig", "cp1252", "xlsx, merged", "semicolon", "tab", "pipe",
          "utf-16", "lone CR", "xlsx, several sheets")  # fmt: skip


def _make_file(rng: Random, at: int, layout: str, columns: str) -> SupplierFile:
    headings, makers, name_at = [], [], 0
    for number, column in enumerate(columns.split("|")):
        heading, _, maker = column.rpartition("=")
        if maker in ("name", "capitals", "cut"):
            name_at = number
        named = heading.startswith("*") and not heading.startswith("* ")
        headings.append(heading[1:] if named else heading)
        makers.append(maker)
    form = _FORMS[(at * 7 + 3) % len(_FORMS)]
    name = f"{at:02} {layout.replace(',', '').replace(' ', '-')}." + (
        "xlsx" if "xlsx" in form else "csv"
    )
    file = SupplierFile(name, layout, form, headings[name_at], headings)
    file.titles = rng.sample(_TITLES, rng.choice((0, 0, 1, 2, 3)))
    suppliers = _make_suppliers(rng, rng.randint(10, 40))
    spend = layout.startswith("spend")
    for number, supplier in enumerate(suppliers):
        supplier = {"capitals": supplier.upper(), "cut": supplier[:24].strip()}.get(
            makers[name_at], supplier
        )
        for _payment in range(rng.choice((1, 1, 2)) if spend else 1):
            row: list[Value] = [_make_value(rng, maker, number) for maker in makers]
            row[name_at] = supplier
            _add(file, "supplier", supplier, row)
    _add_furniture(rng, file, makers, name_at, spend=spend)
    return file


def _make_suppliers(rng: Random, count: int) -> list[str]:
    names = set(rng.sample(_TRICKY, 4))
    while len(names) < count:
        parts = (rng.choice(_FIRST.split()), rng.choice(_SECOND.split("|")),
                 rng.choice(_THIRD.split("|")))  # fmt: skip
        names.add(" ".join(filter(None, parts)))
    return sorted(names)


def _add(
    file: SupplierFile, kind: Kind, text: str, row: list[Value], at: int | None = None
) -> None:
    place = len(file.rows) if at is None else at
    file.rows.insert(place, TrueRow(kind, text))
    file.cells.insert(place, row)


def _add_furniture(
    rng: Random, file: SupplierFile, makers: list[str], name_at: int, *, spend: bool
) -> None:
    """Put redactions, sub-totals, headings and repeated headers in, footnotes and totals below."""
    sums = [n for n, maker in enumerate(makers) if maker in ("sum", "thousands", "wide", "pounds")]
    empty: list[Value] = [None] * len(makers)

    def anywhere() -> int:
        return rng.randint(1, len(file.rows))

    for _one in range(rng.randint(1, 4) if spend else rng.randint(0, 1)):
        text = rng.choice(_REDACTIONS)
        row = [_make_value(rng, maker, 900 + _one) for maker in makers]
        row[name_at] = text
        if rng.random() < 0.3:
            row = [text if maker in ("invoice", "ref") else v
                   for v, maker in zip(row, makers, strict=True)]  # fmt: skip
        _add(file, "redaction", text, row, anywhere())
    if rng.random() < 0.3:
        for text in rng.sample(_HEADINGS, 2):
            row = list(empty)
            row[rng.choice((0, name_at))] = text
            _add(file, "group heading", text, row, anywhere())
    if rng.random() < 0.3:
        header: list[Value] = list(file.headings)
        _add(file, "repeated header", file.name_heading, header, anywhere())
    for text in rng.sample(_TOTALS, rng.randint(0, 2)):
        row = list(empty)
        # A sum without a word beside it is a total too.
        row[name_at if rng.random() < 0.6 else 0] = text or None
        for n in sums or [len(makers) - 1]:
            row[n] = f"{rng.randint(1000, 9_999_999):,}.{rng.randint(10, 99)}"
        _add(file, "total", text, row, None if text[:3].casefold() != "sub" else anywhere())
    for text in rng.sample(_FOOTNOTES, rng.randint(1, 3)):
        row = list(empty)
        row[name_at if rng.random() < 0.5 else 0] = text
        _add(file, "footnote", text, row)


def _make_value(rng: Random, maker: str, number: int) -> Value:
    return _MAKERS[maker](rng, number)


def _day(rng: Random) -> date:
    return date(2026, 4, 1) + timedelta(days=rng.randrange(200))


def _people(rng: Random, _number: int) -> Value:
    if rng.random() < 0.3:
        return None
    return "; ".join(
        f"{name.given} {name.family}" + (f" ({rng.randint(1, 12):02}/{rng.randint(1940, 2000)})"
                                         if rng.random() < 0.5 else "")
        for name in make_names(rng, rng.randint(1, 3))
    )  # fmt: skip


def _money(rng: Random) -> float:
    return rng.randint(-90_000, 9_000_000) / 100


_MAKERS: dict[str, Callable[[Random, int], Value]] = {
    "none": lambda rng, n: None,
    "name": lambda rng, n: None,
    "capitals": lambda rng, n: None,
    "cut": lambda rng, n: None,
    "body": lambda rng, n: "https://council.example/id/zennessa",
    "council": lambda rng, n: "Zennessa Council",
    "inserted": lambda rng, n: "INSERTED DETAIL",
    "iso": lambda rng, n: _day(rng).isoformat(),
    "time": lambda rng, n: f"{_day(rng)} 00:00:00",
    "day": lambda rng, n: f"{_day(rng):%d/%m/%Y}",
    "end": lambda rng, n: rng.choice((date(2030, 3, 31), "31/03/2031", "ongoing", "TBC", None)),
    "words": lambda rng, n: f"{_day(rng):%d %b %Y}",
    "hyphens": lambda rng, n: f"{_day(rng):%d-%b-%Y}",
    "year": lambda rng, n: "2026/27",
    "number": lambda rng, n: str(rng.randint(10_000, 99_999_999)),
    "invoice": lambda rng, n: f"INV{rng.randint(1000, 99999)}",
    "ref": lambda rng, n: f"V{100_000 + n}",
    "sum": lambda rng, n: _money(rng),
    "wide": lambda rng, n: f" {_money(rng):,.2f} ",
    "thousands": lambda rng, n: f"{_money(rng):,.2f}",
    "pounds": lambda rng, n: rng.choice(
        (f"£{rng.randint(1, 900):,}000", "£1.2m", "50k", "see schedule", 12000.0, "N/A", None)
    ),
    "na": lambda rng, n: "N/A",
    "nil": lambda rng, n: "Nil",
    "unknown": lambda rng, n: "Not yet available",
    "area": lambda rng, n: rng.choice(_AREAS),
    "kind": lambda rng, n: rng.choice(("LTD", "SOLE", "Revenue", "Upper")),
    "company?": lambda rng, n: rng.choice(
        (f"9900{n:04}", f"9900{n:04}", f"9900{n:04}", None, "N/A", "Sole trader", "9.90E+06")
    ),
    "title": lambda rng, n: f"Contract {n} for services",
    "officer": lambda rng, n: rng.choice(("A. Ferrow", "Adult Care Commissioning", None)),
    "status": lambda rng, n: rng.choice(("Active", "Active", "On hold", "Ended", "A", None)),
    "address": lambda rng, n: f"{n + 1} Dune Row",
    "town": lambda rng, n: rng.choice(("Porthmellow", "Zennessa")),
    "postcode": lambda rng, n: f"ZY{n % 9 + 1} {n % 10}GL",
    "lines": lambda rng, n: f"{n + 1} Dune Row\nPorthmellow\nCornwall",
    "people": _people,
    "phone": lambda rng, n: f"01632 96{n % 10_000:04}",
    "mail": lambda rng, n: f"office@firm{n}.example",
    "sort": lambda rng, n: "99-00-01",
    "account": lambda rng, n: f"9900{n:04}",
    "star": lambda rng, n: rng.choice(("*", None, None)),
}


def _as_text(value: Value) -> str:
    if value is None:
        return ""
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)


def _write_text(file: SupplierFile) -> bytes:
    sep = {"semicolon": ";", "tab": "\t", "pipe": "|", "utf-16": "\t"}.get(file.form, ",")
    end = "\r" if file.form == "lone CR" else "\r\n"
    out = io.StringIO()
    writer = csv.writer(out, delimiter=sep, lineterminator=end)
    width = len(file.headings)
    for title in file.titles:
        writer.writerow([title, *[""] * (width - 1)])
    writer.writerow(file.headings)
    for row in file.cells:
        writer.writerow([_as_text(value) for value in row])
    encoding = file.form if file.form in ("utf-8-sig", "cp1252", "utf-16") else "utf-8"
    return out.getvalue().encode(encoding, "replace")


def _write_workbook(file: SupplierFile, path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet = book.add_worksheet("Suppliers")
        line = 0
        for title in file.titles:
            if file.form == "xlsx, merged" and title:
                sheet.merge_range(line, 0, line, len(file.headings) - 1, title)
            else:
                sheet.write(line, 0, title)
            line += 1
        for row in [list(file.headings), *file.cells]:
            for column, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(line, column, value, day)
                elif value is not None:
                    sheet.write(line, column, value)
            line += 1
        if file.form == "xlsx, several sheets":
            notes = book.add_worksheet("Notes")
            notes.write_column(0, 0, ["How to read this workbook", *_FOOTNOTES[:3]])
            book.add_worksheet("Sheet3")
