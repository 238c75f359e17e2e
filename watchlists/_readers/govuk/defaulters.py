"""HMRC's list of deliberate tax defaulters: one table, as a page or a spreadsheet."""

from collections.abc import Iterator
from pathlib import Path

from duediligence.watchlists._readers.fields.bodies import (
    derived_id,
    kind_of,
    names_in,
    place,
)
from duediligence.watchlists._readers.fields.money import stated_pounds
from duediligence.watchlists._readers.fields.tables import Layout, Row
from duediligence.watchlists._readers.govuk.rows import rows

from duediligence.contracts import Drift
from duediligence.model import ListEntry, Record
from duediligence.text.money import in_pounds
from duediligence.text.postcodes import last_postcode

_AUTHORITY = "HM Revenue and Customs"
_BASIS = "Total amount of tax{}duty on which penalties are based"
_LAYOUT = Layout(
    needed={
        "name": "Name",
        "address": "Address",
        "period": "Period of default",
        "tax": f"{_BASIS.format('/')} | {_BASIS.format(' or ')} | {_BASIS.format(' and ')}",
        "penalty": "Total amount of penalties charged",
    },
    wanted={"trade": "Business trade or occupation | Business, trade or occupation"},
)


def entries(path: Path, list_id: str, drift: Drift) -> Iterator[ListEntry]:
    """Each defaulter. Raises UnreadableFile, naming file, row and column."""
    for row in rows(path, _LAYOUT, drift):
        yield _entry(row, list_id, drift)


def _entry(row: Row, list_id: str, drift: Drift) -> ListEntry:
    name, period = row.filled("name"), row.filled("period")
    names = names_in(name)
    if not names:
        raise row.error("name", f"is {name!r}: no name that can be searched for")
    trade, tax = row["trade"], stated_pounds(row["tax"], "tax", drift)
    return ListEntry(
        id=derived_id(name, last_postcode(row["address"]) or row["address"], period),
        list_id=list_id,
        kind=kind_of(names[0].text),
        names=names,
        addresses=place(row["address"]),
        positions=(trade,) if trade else (),
        record=Record(
            type="civil_penalty",
            authority=_AUTHORITY,
            # Only inaccuracies that were deliberate are published: Finance Act 2009 s.94.
            act_section="Finance Act 2007 Sch 24",
            event=f"Named as a deliberate tax defaulter; period of default {period}",
            outcome=f"Penalties on {in_pounds(tax)} of tax or duty" if tax is not None else "",
            penalty_gbp=stated_pounds(row["penalty"], "penalty", drift),
            crime_types=("fraud_financial",),
        ),
    )
