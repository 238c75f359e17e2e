"""Orders that the National Crime Agency watches over: serious crime prevention and the like."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from duediligence.watchlists._readers.nca import TEMPLATE

from duediligence.contracts import Drift, Expect, Feed, Files, watchlist
from duediligence.model import ListEntry, Name, PartialDate, Record

if TYPE_CHECKING:
    from duediligence.watchlists._readers.nca.sheet import Row

_ID = "nca-ancillary-orders"
_FILE = "nca-ancillary-orders.*"
_PAGE = (
    "https://www.nationalcrimeagency.gov.uk/what-we-do/how-we-work/"
    "providing-specialist-capabilities-for-law-enforcement/lifetime-management"
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
    feeds=(Feed(_FILE),),
    max_age=timedelta(days=180),
    expect=Expect(entries=(20, 5_000), filled={"names": 1.0, "record": 1.0}, weekly_loss=0.10),
    optional=True,
    template=TEMPLATE,
    known_from="memory",
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
    NCA must confirm it before anybody is told.

    All of them are named individuals. That is data about crime (UK GDPR art 10): load the list only
    where your data protection officer has agreed to it, and screen only directors, owners and
    partners. Findings are for internal use. Offences, convictions, sentences and addresses that the
    spreadsheet may hold are not kept, and of a birth date only month and year.

    A person brings the file: the spreadsheet linked from the homepage as "Ancillary Orders", saved
    as nca-ancillary-orders with its own ending (.xlsx, .xls, .ods, .csv). Nobody here has seen its
    columns: they are told by words in their headings, each sheet is read, and where no name or no
    order is found the file is refused. Then write the rows into the template. An entry is known by
    its reference, else by name, month of birth, order and day.
    """
    from duediligence.watchlists._readers.fields.records import checked
    from duediligence.watchlists._readers.nca.sheet import read

    paths = files.matching(_FILE)
    found = (_entry(row, files.drift) for path in paths for row in read(path, files.drift))
    return checked(found, " and ".join(path.name for path in paths))


def _entry(row: "Row", drift: Drift) -> ListEntry:
    from duediligence.watchlists._readers.fields.bodies import derived_id
    from duediligence.watchlists._readers.fields.dates import birth_date, stated_day
    from duediligence.watchlists._readers.fields.names import usable

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
    """`SURNAME, Forenames` as forenames and surname."""
    surname, comma, forenames = name.partition(",")
    return f"{forenames.strip()} {surname.strip()}".strip() if comma else name
