"""Orders that the National Crime Agency watches over: serious crime prevention and the like."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from duediligence.watchlists.toolkit.entries import checked, derived_id
from duediligence.watchlists.toolkit.values import birth_date, stated_day, usable

from duediligence.contracts import Drift, Expect, Feed, Files, watchlist
from duediligence.errors import Hint, Step, UnreadableFile, UsageError
from duediligence.formats import workbook
from duediligence.formats.cells import clean
from duediligence.formats.filetype import detect_file_type
from duediligence.formats.table import Table, read_table
from duediligence.model import ListEntry, Name, PartialDate, Record

_ID = "nca-ancillary-orders"
_FILE = "nca-ancillary-orders.*"
_PAGE = (
    "https://www.nationalcrimeagency.gov.uk/what-we-do/how-we-work/"
    "providing-specialist-capabilities-for-law-enforcement/lifetime-management"
)
_TEMPLATE = (
    "reference,name,other_names,birth_month,nationality,order_type,made_on,ends_on,"
    "restrictions,source_url\r\n"
)
# Each order by its words or letters, and the law that it is made under.
_ORDERS = {
    r"\bSCPO\b|serious crime prevention": "Serious Crime Act 2007 s.1",
    r"\bSTPO\b|trafficking prevention": "Modern Slavery Act 2015 s.14",
    r"\bSTRO\b|trafficking risk": "Modern Slavery Act 2015 s.23",
    r"\bFRO\b|financial reporting": "Serious Organised Crime and Police Act 2005 s.76",
    r"\bTRO\b|travel restriction": "Criminal Justice and Police Act 2001 s.33",
}


@watchlist(
    id=_ID,
    title="NCA ancillary orders",
    publisher="National Crime Agency",
    licence="not stated; see the publisher's page",
    topic="enforcement",
    homepage=_PAGE,
    bring=(
        "Select the link to the spreadsheet of ancillary orders, and save it as nca- "
        "ancillary-orders with the ending that it has, such as nca-ancillary-orders.xlsx."
    ),
    feeds=(Feed(_FILE),),
    max_age=timedelta(days=180),
    expect=Expect(entries=(20, 5_000), filled={"names": 1.0, "record": 1.0}, weekly_loss=0.10),
    optional=True,
    template=_TEMPLATE,
    known_from="never seen",
    crime_types=("slavery_trafficking",),
    grounds=("PA23-7-1", "PA23-7-11"),
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Individuals under orders that limit what they may do, as the NCA chooses to publish.

    Serious crime prevention, slavery and trafficking prevention, financial reporting and travel
    restriction orders. A slavery and trafficking order is a ground of its own where it is against
    the supplier or a connected person (Procurement Act 2023 Sch 7 para 1); any other can support
    professional misconduct (para 11) at most. Read what the order forbids: some forbid directing
    a company or handling cash.

    It cannot show orders that the NCA did not publish, those of police forces, or that an order
    was varied or discharged since; the NCA publishes case by case, and no register of such orders
    is public. Never take a name alone for the person: name and month of birth must agree, and the
    NCA must confirm it before anybody is informed.

    All of them are named individuals. That is data about crime (UK GDPR art 10): load the list only
    where your data protection officer has agreed to it, and screen only directors, owners and
    partners. Findings are for internal use. Offences, convictions, sentences and addresses that the
    spreadsheet may hold are not kept, and of a birth date only month and year.

    A person brings the file: the spreadsheet linked from the homepage as "Ancillary Orders", saved
    as nca-ancillary-orders with its own ending (.xlsx, .xls, .ods, .csv). Nobody here has seen its
    columns: they are recognised by words in their headings, each sheet is read, and where no name
    or no order is found the file is refused. Then write the rows into the template. An entry is
    known by its reference, else by name, month of birth, order and day.
    """
    paths = files.matching(_FILE)
    found = (
        _build_order_entry(row, files.drift)
        for path in paths
        for row in _read_order_rows(path, files.drift)
    )
    return checked(found, " and ".join(path.name for path in paths))


# A spreadsheet whose headings nobody here has seen: columns are told by the words in them.

_KEEP_BY_HAND = Hint(
    "Copy what is needed into the template of the list, and load that: ",
    Step("write-list-template", list="nca-ancillary-orders"),
)
# The first that fits a heading names it: `Order end date` is an end before it is an order.
_WORDS = {
    # What somebody was convicted of is not kept.
    "passed_over": r"offen[cs]e|convict|crime|sentenc|court|address|custody|release|gender|sex\b",
    "reference": r"\bref\b|reference|\burn\b|\bid\b|^no\.?$",
    "link": r"url|link|web",
    "others": r"alias|\baka\b|other names?|also known",
    "surname": r"surname|last name|family name",
    "forename": r"forename|first name|given name",
    "birth": r"birth|\bdob\b|\bborn\b",
    "nationality": r"nationalit",
    "restrictions": r"restrict|condition|requirement|prohibit|\bterms\b",
    "ends": r"\bend|expir|until|terminat|discharg|\bto$",
    "length": r"length|duration|how long",
    "made": r"\bdate\b|start|commenc|\bmade\b|impos|\bfrom\b",
    "order": r"\border|ancillary",
    "name": r"\bname\b|subject|offender|individual",
}
_KEYS = tuple(key for key in _WORDS if key != "passed_over")


@dataclass(frozen=True, slots=True)
class _OrderRow:
    """The cells by our keys, on one line each; empty where there is no such column."""

    cells: Mapping[str, str]
    where: str

    def __getitem__(self, key: str) -> str:
        return self.cells.get(key, "")

    @property
    def name(self) -> str:
        whole = " ".join(filter(None, (self["forename"], self["surname"])))
        return self["name"] or whole

    def error(self, what: str) -> UnreadableFile:
        return UnreadableFile(f"{self.where}: {what}", hint=_KEEP_BY_HAND)


def _read_order_rows(path: Path, drift: Drift) -> Iterator[_OrderRow]:
    """Yield each row of every sheet with names and orders. Raises UnreadableFile where none has."""
    try:
        found = False
        for sheet in _list_order_sheets(path):
            table = read_table(path, sheet=sheet, usable=_score_order_header)
            if _score_order_header(table.header) < 2:
                # Two headings that are known show a table of orders whose others were renamed.
                known = set(map(_match_order_heading, table.header)).intersection(_KEYS)
                drift.unread("table" if len(known) > 1 else "sheet", sheet or table.name)
                continue
            found = True
            yield from _read_order_table(table, drift)
    except UsageError as error:
        raise UnreadableFile(error.message, hint=error.hint) from error
    if not found:
        raise UnreadableFile(
            f"{path.name}: has no header with a name and an order in it", hint=_KEEP_BY_HAND
        )


def _list_order_sheets(path: Path) -> tuple[str, ...]:
    if detect_file_type(path) != "workbook":
        return ("",)
    for sheet, _ in workbook.read_workbook_sheets(path, ""):
        return (sheet.name, *sheet.others)
    return ()


def _score_order_header(cells: Sequence[str]) -> int:
    """Return how many columns are told; none unless there are a name and an order among them."""
    keys = set(map(_match_order_heading, cells))
    named = "name" in keys or "surname" in keys
    return len(keys.intersection(_KEYS)) if named and "order" in keys else 0


def _match_order_heading(heading: str) -> str:
    words = clean(heading.replace("_", " ").casefold())
    return next((key for key, fits in _WORDS.items() if words and re.search(fits, words)), "")


def _read_order_table(table: Table, drift: Drift) -> Iterator[_OrderRow]:
    at: dict[str, int] = {}
    for place, heading in enumerate(table.header):
        key = _match_order_heading(heading)
        if key in _KEYS and key not in at:
            at[key] = place
        elif heading and key != "passed_over":
            drift.unread("column", heading)
    where = f"{table.name}: {f'sheet {table.sheet}: ' if table.sheet else ''}"
    width = len(table.header)
    for number, cells in table.rows:
        if len(cells) < width or any(cell.strip() for cell in cells[width:]):
            raise UnreadableFile(
                f"{where}row {number} has {len(cells)} columns where the header has {width}",
                hint="The file may be cut short; fetch it again.",
            )
        yield _OrderRow({key: clean(cells[i]) for key, i in at.items()}, f"{where}row {number}")


# Entries.


def _build_order_entry(row: _OrderRow, drift: Drift) -> ListEntry:
    name, order = _in_order(row.name), row["order"]
    if not usable(name):
        raise row.error("has no name")
    if not order:
        raise row.error("has no order")
    laws = tuple(law for fits, law in _ORDERS.items() if re.search(fits, order, re.IGNORECASE))
    if not laws:
        drift.unmapped("order", order)
    born = birth_date(row["birth"]) if row["birth"] else None
    if row["birth"] and born is None:
        # The value itself may hold a whole birth date, which is nobody's to see.
        drift.unmapped("birth", "a date that cannot be read")
    made = stated_day(row["made"], "made", drift)
    month = PartialDate(born.year, born.month, until=born.until, circa=born.circa) if born else None
    others = (_in_order(part.strip()) for part in re.split(r"[|;]", row["others"]))
    link = row["link"]
    if link and not link.startswith("https://"):
        drift.unmapped("link", link)
        link = ""
    return ListEntry(
        id=row["reference"]
        or derived_id(name, str(month or ""), order, made.isoformat() if made else row["made"]),
        list_id=_ID,
        kind="person",
        names=tuple(
            dict.fromkeys((Name(name), *(Name(one, "alias") for one in others if usable(one))))
        ),
        birth_dates=(month,) if month else (),
        countries=(row["nationality"],) if row["nationality"] else (),
        ends_on=(ends := stated_day(row["ends"], "ends", drift)),
        record=Record(
            type="order",
            authority="National Crime Agency",
            reference=row["reference"],
            act_section="; ".join(laws),
            event=order,
            event_date=made,
            expires=ends,
            outcome=f"For {row['length']}" if row["length"] else "",
            handling="internal",
        ),
        remarks=row["restrictions"],
        url=link,
    )


def _in_order(name: str) -> str:
    """Return `SURNAME, Forenames` as forenames and surname."""
    surname, comma, forenames = name.partition(",")
    return f"{forenames.strip()} {surname.strip()}".strip() if comma else name
