"""Parties that HMRC names as promoting, enabling or supplying tax avoidance schemes."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

from duediligence.watchlists.toolkit.bodies import kind_of, names_in, place
from duediligence.watchlists.toolkit.entries import checked, derived_id
from duediligence.watchlists.toolkit.govuk import SITE, document, latest_update, locate_attachment
from duediligence.watchlists.toolkit.values import stated_day

from duediligence.contracts import Drift, Expect, Feed, Files, watchlist
from duediligence.errors import UnreadableFile
from duediligence.formats import html
from duediligence.model import ListEntry, Record
from duediligence.text.postcodes import last_postcode

_ID = "hmrc-avoidance-promoters"
_PUBLICATION = (
    "government/publications/named-tax-avoidance-schemes-promoters-enablers-and-suppliers"
)
_PAGE = "avoidance-promoters.html"


def _find_promoters_update(files: Files) -> date | None:
    return latest_update(files.matching(_PAGE))


@watchlist(
    id=_ID,
    title="HMRC named avoidance promoters",
    publisher="HM Revenue and Customs",
    licence="OGL-3.0",
    topic="enforcement",
    homepage=f"{SITE}/{_PUBLICATION}",
    bring=(
        "Select the link to the current list of named promoters, enablers and suppliers, and "
        "save that page as a web page, HTML only (Ctrl+S), under the name avoidance- "
        "promoters.html."
    ),
    feeds=(
        Feed(
            _PAGE,
            url=f"{SITE}/api/content/{_PUBLICATION}",
            locate=locate_attachment(rf"/{_PUBLICATION}/[\w-]*(?:current|named)"),
        ),
    ),
    max_age=timedelta(days=90),
    expect=Expect(
        entries=(10, 3_000),
        filled={"names": 1.0, "addresses": 0.5, "record": 1.0},
        weekly_loss=0.10,
    ),
    optional=True,
    published=_find_promoters_update,
    known_from="code that reads it",
    known_since="2026-11",
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Promoters, enablers and suppliers of avoidance schemes, with their schemes.

    Many are umbrella companies and payroll firms: a supplier of agency workers that uses one may
    owe tax that it does not know of. To be named is a warning and no ground in itself. Where tax
    arrangements of the supplier were undone, or a notifiable arrangement was defeated, Schedule 6
    paras 38 and 40 of the Procurement Act 2023 may come in: ask the supplier.

    It cannot show who used a scheme, or what a court or tribunal decided; HMRC says itself that
    being named is no finding that a scheme fails. A party is listed for 12 months and then taken
    off: one that is not on the list is not cleared. Some of those named are individuals, which is
    data about alleged crime where an offence is meant (UK GDPR art 10; Data Protection Act 2018
    s.11(2)), and some are abroad. No company numbers are kept as such: where the page gives one it
    is among the remarks.

    The page is known from what others wrote of it: under the heading of a party one or two tables,
    of which the first is about the party, and tables of evidence after them; or a table with a row
    for each party. The tables after the first are left out and counted, except those that list
    parties themselves. A table that names nobody stops the file. An entry is known by name,
    postcode and scheme.
    """
    return checked(_read_promoters(files[_PAGE], _ID, files.drift), _PAGE)


# Tax avoidance promoters named by HMRC: a table a party under its heading, or one for several.

# What a label or heading of a table tells, by the words in it; the first that fits.
_WORDS = {
    "published": r"date.*published|published.*date|date first|date added|^published",
    "address": r"address",
    "scheme": r"scheme|arrangement",
    "name": r"\bname\b|promoter|enabler|supplier|person|business|company|entity",
    "about": r"how it works|description|detail|why|reason|what|advice|further|role|type",
}
_NEEDS_A_LOOK = "The publisher may have changed the page; this tool may need an update."
Cells = Mapping[str, str]


def _read_promoters(path: Path, list_id: str, drift: Drift) -> Iterator[ListEntry]:
    """Yield each party named. Raises UnreadableFile, naming the table, for one that names
    nobody.
    """
    page = document(path)
    both = zip(page.body.select("table"), html.read_html_tables(page.body), strict=True)
    described: set[int] = set()
    for number, (element, table) in enumerate(both, 1):
        where = f"{path.name}: table {number}"
        heading = element.find_previous(["h2", "h3"])
        if heading is not None and heading.name == "h2":
            # Nothing between a section's heading and its tables says what party they are about.
            heading = None
        if heading is not None and id(heading) in described and not _lists_parties(table):
            drift.left_out("table after the first of a party")
            continue
        described.add(id(heading))
        named = {"heading": html.text(heading)}
        for cells in _read_promoter_cells(table, drift, where):
            yield _build_promoter_entry({**named, **cells}, where, list_id, page.url, drift)


def _lists_parties(table: html.HtmlTable) -> bool:
    """Return whether each row is a party: a column holds names and another their addresses."""
    return {"name", "address"} <= {_key(heading) for heading in table.header}


def _read_promoter_cells(table: html.HtmlTable, drift: Drift, where: str) -> Iterator[Cells]:
    """Yield the cells by what they tell: of each row, or of the whole where labels stand at the
    left.
    """
    rows = [tuple(cell.text for cell in cells) for _, cells in table.rows]
    keys = [_key(heading) for heading in table.header]
    if len(table.header) > 2 or _lists_parties(table):
        if "name" not in keys:
            raise UnreadableFile(f"{where}: no column names anybody", hint=_NEEDS_A_LOOK)
        for cells in rows:
            if len(cells) != len(keys):
                raise UnreadableFile(
                    f"{where}: a row has {len(cells)} columns where the header has {len(keys)}",
                    hint="The page may be cut short; fetch it again.",
                )
            yield _map_promoter_cells(table.header, cells, drift)
        return
    pairs = [cells for cells in (table.header, *rows) if cells]
    if any(len(cells) != 2 for cells in pairs):
        raise UnreadableFile(
            f"{where}: is neither labels and values nor a list of parties", hint=_NEEDS_A_LOOK
        )
    # `Detail | Information` is a header and tells nothing.
    labelled = [pair for pair in pairs if _key(pair[0]) != "about" or pair is not pairs[0]]
    yield _map_promoter_cells(
        [label for label, _ in labelled], [value for _, value in labelled], drift
    )


def _map_promoter_cells(labels: Sequence[str], values: Sequence[str], drift: Drift) -> Cells:
    found: dict[str, str] = {}
    for label, value in zip(labels, values, strict=True):
        key = _key(label)
        if not key or key in found:
            drift.unread("column", label)
        else:
            found[key] = value
    return found


def _key(label: str) -> str:
    words = label.casefold()
    if "name" in words and "scheme" not in words:
        return "name"
    return next((key for key, fits in _WORDS.items() if re.search(fits, words)), "")


def _build_promoter_entry(
    cells: Cells, where: str, list_id: str, url: str, drift: Drift
) -> ListEntry:
    name = cells.get("name") or cells["heading"]
    names = names_in(name)
    if not names:
        raise UnreadableFile(f"{where}: names nobody", hint=_NEEDS_A_LOOK)
    address, scheme = cells.get("address", ""), cells.get("scheme", "")
    published = stated_day(cells.get("published", ""), "published", drift)
    return ListEntry(
        id=derived_id(name, last_postcode(address) or address, scheme),
        list_id=list_id,
        kind=kind_of(names[0].text),
        names=names,
        addresses=place(address),
        listed_on=published,
        record=Record(
            type="warning",
            authority="HM Revenue and Customs",
            act_section="Finance Act 2022 s.86",
            event="Named by HMRC over a tax avoidance scheme" + (f": {scheme}" if scheme else ""),
            known_date=published,
        ),
        remarks=cells.get("about", ""),
        url=url,
    )
