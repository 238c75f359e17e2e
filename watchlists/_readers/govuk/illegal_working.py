"""The Home Office's lists of employers fined over illegal workers, a region and quarter each."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from duediligence.watchlists._readers.fields.bodies import (
    derived_id,
    kind_of,
    names_in,
    place,
)
from duediligence.watchlists._readers.fields.money import stated_pounds
from duediligence.watchlists._readers.fields.tables import Layout, Row
from duediligence.watchlists._readers.govuk.documents import document
from duediligence.watchlists._readers.govuk.rows import is_page, rows

from duediligence.contracts import Drift
from duediligence.model import ListEntry, Record
from duediligence.text.postcodes import last_postcode

_LAYOUT = Layout(
    needed={
        "employer": "Liable party | Employer | Employer name | Name of employer | Name"
        " | Business name | Name of business | Company name | Name of liable party",
        "address": "Address | Business address | Address of business | Trading address",
        "penalty": "Penalty | Civil penalty | Penalty amount | Amount of penalty | Penalty value"
        " | Value of penalty | Civil penalty amount | Total penalty | Penalty issued",
    },
    wanted={
        "trading": "Trading name | Trading as",
        "workers": "Number of illegal workers | Number of workers | Illegal workers | Workers"
        " | Number of illegal workers found | Number of workers found",
    },
    passed_over=("Region", "No", "Number"),
)
_DAY = r"\d{1,2} [A-Z][a-z]+ \d{4}"
_PERIOD = re.compile(rf"{_DAY} to {_DAY}")


def entries(path: Path, list_id: str, drift: Drift) -> Iterator[ListEntry]:
    """Each penalty. Raises UnreadableFile, naming file, row and column."""
    period, published = "", None
    if is_page(path):
        page = document(path)
        stated = _PERIOD.search(page.title)
        period, published = stated[0] if stated else "", page.updated
        if not stated:
            drift.unread("label", f"title without a period: {page.title}")
    seen: Counter[str] = Counter()
    for row in rows(path, _LAYOUT, drift):
        entry_id = _id(row, path, period)
        # One employer may be fined twice in a quarter.
        seen[entry_id] += 1
        again = f".{seen[entry_id]}" if seen[entry_id] > 1 else ""
        yield _entry(row, entry_id + again, list_id, period, published, drift)


def _id(row: Row, path: Path, period: str) -> str:
    where = last_postcode(row["address"]) or row["address"]
    return derived_id(row.filled("employer"), where, period or path.stem)


def _entry(
    row: Row, entry_id: str, list_id: str, period: str, published: date | None, drift: Drift
) -> ListEntry:
    employer, workers = row.filled("employer"), row["workers"]
    names = names_in(employer, row["trading"])
    if not names:
        raise row.error("employer", f"is {employer!r}: no name that can be searched for")
    if workers and not workers.isdecimal():
        drift.unmapped("workers", workers)
    event = "Civil penalty for employing people without the right to work"
    if workers:
        event += f" ({workers} worker{'' if workers == '1' else 's'})"
    return ListEntry(
        id=entry_id,
        list_id=list_id,
        kind=kind_of(names[0].text),
        names=names,
        addresses=place(row["address"]),
        record=Record(
            type="civil_penalty",
            authority="Home Office",
            act_section="Immigration, Asylum and Nationality Act 2006 s.15",
            event=event,
            outcome=f"Published for {period}" if period else "",
            # The day of a penalty is not given; nobody could know of it before it was published.
            known_date=published,
            penalty_gbp=stated_pounds(row.filled("penalty"), "penalty", drift),
            source_date=published,
        ),
    )
