"""The UK debarment list, kept by hand from the page on which the Cabinet Office publishes it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from duediligence.watchlists.toolkit import values
from duediligence.watchlists.toolkit.govuk import SITE, updated_at
from duediligence.watchlists.toolkit.values import usable

from duediligence.contracts import Drift, Expect, Feed, Files, KeptByHand, watchlist
from duediligence.errors import Hint, Step, UnreadableFile, UsageError
from duediligence.formats import delimited
from duediligence.formats.textfile import detect_encoding
from duediligence.model import Address, Identifier, ListEntry, Name, company_number
from duediligence.model.entries import COMPANY, REGISTRATION
from duediligence.text.postcodes import first_postcode

_FILE = "debarment.csv"
_PAGE = "government/publications/debarment-list"
_CHECKED_ON = "Checked on"
_COLUMNS = (
    "reference supplier_name other_names company_number address mandatory_or_discretionary ground "
    "contracts_described date_added expiry source_url"
).split()
_TEMPLATE = f"{_CHECKED_ON},\r\n{','.join(_COLUMNS)}\r\n"
_INVESTIGATED = ("investigation", "investigation paused")
_STATUSES = ("mandatory", "discretionary", *_INVESTIGATED)
_DAMAGED_NUMBER = re.compile(r"\d+(?:[.,]\d+)?e\+?\d+", re.IGNORECASE)


def read_comparison_day(files: Files) -> date | None:
    """Return the day on which a person last compared the file with the publisher's page."""
    return _day_checked(files[_FILE])


def _build_empty_file(day: date) -> str:
    """Return the text of the file while the page names nobody."""
    return _TEMPLATE.replace(",", f",{day.isoformat()}", 1)


@watchlist(
    id="uk-debarment",
    title="UK debarment list",
    publisher="Cabinet Office, Procurement Review Unit",
    licence="OGL-3.0",
    topic="debarment",
    homepage=f"{SITE}/{_PAGE}",
    bring=(
        "Read the page. Where it names nobody, nothing has to be saved: say so with `lists "
        "confirm uk-debarment`. Where it names somebody, `lists template uk-debarment` writes "
        "debarment.csv to fill in."
    ),
    feeds=(Feed(_FILE),),
    max_age=timedelta(days=30),
    expect=Expect(entries=(0, 5_000), filled={"grounds": 1.0, "listed_on": 1.0}, weekly_loss=0.25),
    template=_TEMPLATE,
    by_hand=KeptByHand(
        page=Feed("debarment-page.json", url=f"{SITE}/api/content/{_PAGE}"),
        changed_at=updated_at,
        empty=_build_empty_file,
    ),
    published=read_comparison_day,
    known_from="never seen",
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Suppliers barred from covered procurement under section 62 of the Procurement Act 2023.

    The list is published as a PDF on a page, so a person compares it. Look at the page. If it
    names nobody, or what your file already holds, `duediligence lists confirm uk-debarment`
    records that you looked; an empty list is a good list. You are asked to look again when the page
    has changed, and after 30 days (setting `max_age_days`).

    If the page names a supplier that your file lacks: `duediligence lists template debarment`
    writes an empty file. Its first line is `Checked on` and the day on which you last compared it
    with the page, which counts as the list's own date. Load it with `duediligence lists refresh
    uk-debarment --from DIR`.

    The second line is the header, then one row a supplier:

    - reference: the publisher's reference, if it gives one. Without one a row is known by its name
      and date_added, so do not reword those.
    - supplier_name: as published. Needed.
    - other_names: trading and former names, separated by |.
    - company_number: Companies House number. Lost leading zeros are put back.
    - address: on one line.
    - mandatory_or_discretionary: one of the two words. Needed. One that is not on the list
      but under an investigation by the Cabinet Office (section 60) has `investigation`
      here, or `investigation paused`.
    - ground: the exclusion ground in Schedule 6 or 7 of the Act, of an investigation the one that
      is looked into; several separated by |. Needed.
    - contracts_described: the contracts that the entry bars, where it is for national security (Sch
      6 para 35) and so bars only those (section 57(3)).
    - date_added: day of entry on the list or of the notice of investigation, 2026-11-20 or
      20/11/2026. Needed.
    - expiry: day on which the entry is to end. An entry stays in the file after it.
    - source_url: address of the page or notice.

    It cannot show suppliers that an authority excluded from one contract, nor investigations that
    are not in your file.
    """
    seen: dict[str, int] = {}
    for row in _read_supplier_rows(files[_FILE], files.drift):
        entry = _build_debarment_entry(row, files.drift)
        if entry.id in seen:
            raise UnreadableFile(
                f"{_FILE}: lines {seen[entry.id]} and {row.line} are the same entry ({entry.id})",
                hint="Remove one, or give each its own reference.",
            )
        seen[entry.id] = row.line
        yield entry


# The file: a line with the day it was checked, a header, one row a supplier.
#
# Spreadsheets rewrite such a file when they save it: another delimiter, another encoding, dates
# as dd/mm/yyyy, empty cells and rows at the end. All of that is read; anything else is an error
# that names the line and the column, since a row that is passed over is a supplier that is not
# found.

_NEEDED = frozenset("supplier_name mandatory_or_discretionary ground date_added expiry".split())
_FIRST_LINE = re.compile(rf'\s*"?\s*{_CHECKED_ON}\s*"?\s*([,;\t])', re.IGNORECASE)
_START_OVER = Hint(
    "For a file in the right form: ", Step("write-list-template", list="uk-debarment")
)


@dataclass(frozen=True, slots=True)
class _SupplierRow:
    """One supplier's cells by column, trimmed; a column that is not in the file is empty."""

    cells: Mapping[str, str]
    line: int
    filename: str

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def several(self, column: str) -> tuple[str, ...]:
        """Return the parts of a cell that holds several, separated by `|`."""
        return tuple(part for text in self[column].split("|") if (part := text.strip()))

    def day(self, column: str) -> date | None:
        """Return the cell's date, None where it is empty. Raises UnreadableFile for anything
        else.
        """
        text = self[column]
        found = values.day(text)
        if text and found is None:
            raise self.error(column, f"is {text!r}", "Write it as 2026-11-20 or 20/11/2026.")
        return found

    def error(self, column: str, what: str, hint: str) -> UnreadableFile:
        """Return the error for a cell that cannot be used."""
        return UnreadableFile(f"{self.filename}: line {self.line}: {column} {what}", hint=hint)


def _day_checked(path: Path) -> date:
    """Return the day in the first line. Raises UnreadableFile."""
    return _checked_on(path, next(_read_debarment_lines(path))[1])


def _read_supplier_rows(path: Path, drift: Drift) -> Iterator[_SupplierRow]:
    """Yield each row that is not blank; columns are reported to `drift` where nobody reads them."""
    rows = _read_debarment_lines(path)
    _checked_on(path, next(rows)[1])
    line, header = next(rows, (2, []))
    columns = _read_debarment_header(path, header)
    for column in columns:
        if column and column not in _COLUMNS:
            drift.unread("column", column)
    for line, cells in rows:
        texts = [" ".join(cell.split()) for cell in cells]
        if not any(texts):
            continue
        if any(texts[len(columns) :]):
            raise UnreadableFile(
                f"{path.name}: line {line} has more cells than the header has columns",
                hint="Put double quotes around text that contains the delimiter.",
            )
        yield _SupplierRow(dict(zip(columns, texts, strict=False)), line, path.name)


def _read_debarment_lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield every row, the one that starts with `Checked on` first."""
    try:
        encoding = detect_encoding(path)
    except UsageError as error:
        raise UnreadableFile(error.message, hint=error.hint) from error
    with path.open(encoding=encoding) as file:
        first = file.readline(1000)
    found = _FIRST_LINE.match(first)
    # The shared reader names a web page for what it is before a missing first line is blamed.
    rows = delimited.rows(
        path, encoding=encoding, delimiter=found[1] if found else ",", strict=True
    )
    row = next(rows, None)
    if not found or row is None:
        raise UnreadableFile(
            f"{path.name}: line 1 must be `{_CHECKED_ON}` and a date", hint=_START_OVER
        )
    yield row
    yield from rows


def _checked_on(path: Path, cells: list[str]) -> date:
    text = cells[1].strip() if len(cells) > 1 else ""
    found = values.day(text)
    if found is None:
        raise UnreadableFile(
            f"{path.name}: line 1: {_CHECKED_ON} is {text!r}"
            if text
            else f"{path.name}: line 1: {_CHECKED_ON} has no date",
            hint="Write the day on which you last compared the file with the published page, "
            "as 2026-11-20 or 20/11/2026.",
        )
    return found


def _read_debarment_header(path: Path, header: list[str]) -> list[str]:
    columns = ["_".join(cell.casefold().split()) for cell in header]
    missing = sorted(_NEEDED.difference(columns))
    named = [column for column in columns if column]
    if missing or len(set(named)) != len(named):
        what = f"has no column {', '.join(missing)}" if missing else "names a column twice"
        raise UnreadableFile(f"{path.name}: line 2: the header {what}", hint=_START_OVER)
    return columns


# Entries.


def _build_debarment_entry(row: _SupplierRow, drift: Drift) -> ListEntry:
    name = row["supplier_name"]
    if not usable(name):
        raise row.error("supplier_name", "is empty", "Write the supplier's name as published.")
    status = row["mandatory_or_discretionary"].casefold()
    if status not in _STATUSES:
        raise row.error(
            "mandatory_or_discretionary",
            f"is {status!r}" if status else "is empty",
            "Write mandatory or discretionary, as the published entry says; of a supplier that is "
            f"not on the list but investigated, {' or '.join(_INVESTIGATED)}.",
        )
    grounds = row.several("ground")
    if not grounds:
        raise row.error("ground", "is empty", "Write the exclusion ground of the published entry.")
    added = row.day("date_added")
    if added is None:
        raise row.error("date_added", "is empty", "Write the day as 2026-11-20 or 20/11/2026.")
    identifiers = _read_debarred_number(row, drift)
    postcode = first_postcode(row["address"])
    others = (Name(text, "alias") for text in row.several("other_names") if usable(text))
    return ListEntry(
        id=row["reference"] or _derived_id(name, added),
        list_id="uk-debarment",
        # A supplier may be a sole trader; only a company number tells that it is not.
        kind="organisation" if identifiers else "unknown",
        names=tuple(dict.fromkeys((Name(name), *others))),
        identifiers=identifiers,
        addresses=((Address(row["address"], postcode),) if row["address"] else ()),
        measures=(_format_measure(status, row["contracts_described"]),),
        grounds=grounds,
        status=status,
        listed_on=added,
        ends_on=row.day("expiry"),
        url=_check_source_url(row),
    )


def _format_measure(status: str, contracts: str) -> str:
    if status in _INVESTIGATED:
        return "Investigated for the debarment list, not on it"
    return f"Debarred from {contracts or 'covered procurement'}"


def _read_debarred_number(row: _SupplierRow, drift: Drift) -> tuple[Identifier, ...]:
    text = row["company_number"]
    if not text:
        return ()
    if _DAMAGED_NUMBER.fullmatch(text):
        raise row.error(
            "company_number",
            f"is {text}: a spreadsheet has rounded it",
            "Format the column as text and type the number again.",
        )
    if number := company_number(text):
        return (Identifier(COMPANY, number),)
    drift.unmapped("company_number", text)
    return (Identifier(REGISTRATION, text),)


def _check_source_url(row: _SupplierRow) -> str:
    url = row["source_url"]
    if url and not re.fullmatch(r"https?://\S+", url):
        raise row.error("source_url", f"is {url!r}", "Write an address that starts with https://.")
    return url


def _derived_id(name: str, added: date) -> str:
    words = re.findall(r"\w+", name.casefold())
    return "-".join((*words, added.isoformat()))
