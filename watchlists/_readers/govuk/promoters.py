"""Tax avoidance promoters named by HMRC: a table a party under its heading, or one for several."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from duediligence.watchlists._readers.fields.bodies import (
    derived_id,
    kind_of,
    names_in,
    place,
)
from duediligence.watchlists._readers.fields.dates import stated_day
from duediligence.watchlists._readers.govuk.documents import document

from duediligence.contracts import Drift
from duediligence.errors import UnreadableFile
from duediligence.formats import html
from duediligence.model import ListEntry, Record
from duediligence.text.postcodes import last_postcode

# What a label or heading of a table tells, by the words in it; the first that fits.
_WORDS = {
    "published": r"date.*published|published.*date|date first|date added|^published",
    "address": r"address",
    "scheme": r"scheme|arrangement",
    "name": r"\bname\b|promoter|enabler|supplier|person|business|company|entity",
    "about": r"how it works|description|detail|why|reason|what|advice|further|role|type",
}
_NEEDS_A_LOOK = "The publisher may have changed the page; the list needs a look."
Cells = Mapping[str, str]


def entries(path: Path, list_id: str, drift: Drift) -> Iterator[ListEntry]:
    """Each party named. Raises UnreadableFile, naming the table, for one that names nobody."""
    page = document(path)
    both = zip(page.body.select("table"), html.tables(page.body), strict=True)
    for number, (element, table) in enumerate(both, 1):
        where = f"{path.name}: table {number}"
        heading = html.text(element.find_previous("h3"))
        for cells in _parties(table, drift, where):
            yield _entry({"heading": heading, **cells}, where, list_id, page.url, drift)


def _parties(table: html.HtmlTable, drift: Drift, where: str) -> Iterator[Cells]:
    """The cells by what they tell: of each row, or of the whole where labels stand at the left."""
    rows = [tuple(cell.text for cell in cells) for _, cells in table.rows]
    keys = [_key(heading) for heading in table.header]
    if len(table.header) > 2 or {"name", "address"} <= set(keys):
        if "name" not in keys:
            raise UnreadableFile(f"{where}: no column names anybody", hint=_NEEDS_A_LOOK)
        for cells in rows:
            if len(cells) != len(keys):
                raise UnreadableFile(
                    f"{where}: a row has {len(cells)} columns where the header has {len(keys)}",
                    hint="The page may be cut short; fetch it again.",
                )
            yield _told(table.header, cells, drift)
        return
    pairs = [cells for cells in (table.header, *rows) if cells]
    if any(len(cells) != 2 for cells in pairs):
        raise UnreadableFile(
            f"{where}: is neither labels and values nor a list of parties", hint=_NEEDS_A_LOOK
        )
    # `Detail | Information` is a header and tells nothing.
    labelled = [pair for pair in pairs if _key(pair[0]) != "about" or pair is not pairs[0]]
    yield _told([label for label, _ in labelled], [value for _, value in labelled], drift)


def _told(labels: Sequence[str], values: Sequence[str], drift: Drift) -> Cells:
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


def _entry(cells: Cells, where: str, list_id: str, url: str, drift: Drift) -> ListEntry:
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
