"""Employers that the Home Office fined for employing people without the right to work."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from duediligence.watchlists.toolkit.bodies import kind_of, names_in, place
from duediligence.watchlists.toolkit.entries import checked, derived_id
from duediligence.watchlists.toolkit.govuk import (
    ASSETS,
    SITE,
    document,
    is_page,
    latest_update,
    locate_attachment,
    read_govuk_rows,
)
from duediligence.watchlists.toolkit.tables import Layout, Row
from duediligence.watchlists.toolkit.values import stated_pounds

from duediligence.contracts import Drift, Expect, Feed, Files, watchlist
from duediligence.model import ListEntry, Record
from duediligence.text.postcodes import last_postcode

_ID = "illegal-working-penalties"
_LINK = locate_attachment(r"penalties.*(/government/|\.(csv|ods|xlsx)$)")


def _find_penalties_update(files: Files) -> date | None:
    return latest_update(files.values())


@watchlist(
    id=_ID,
    title="Illegal working penalties",
    publisher="Home Office",
    licence="OGL-3.0",
    topic="enforcement",
    homepage=f"{SITE}/government/collections/employers-illegal-working-penalties",
    bring=(
        "Open the newest report of each region that you buy in, and save each page or table "
        "as illegal-working-REGION with the ending that it has, such as illegal-working- "
        "london.html."
    ),
    feeds=(Feed("illegal-working-{part}", locate=_LINK, hosts=(ASSETS,)),),
    max_age=timedelta(days=150),
    expect=Expect(
        entries=(1, 20_000),
        filled={"names": 1.0, "addresses": 0.9, "record": 1.0},
        weekly_loss=0.12,
    ),
    optional=True,
    labour_sign="illegal working",
    published=_find_penalties_update,
    known_from="never seen",
    crime_types=("slavery_trafficking",),
    premises=True,
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Employers with a civil penalty for illegal workers, by region and quarter.

    A penalty under section 15 of the Immigration, Asylum and Nationality Act 2006 is no conviction
    and no ground: the Home Office is no court or regulator that rules on misconduct. It may be a
    sign that workers are exploited: ask how rights to work are checked now.

    It cannot show employers who paid at once, for only penalties that were not paid in time, and
    those of repeat offenders, are published. Nor does it give the day of a penalty, an appeal
    that succeeded later, company numbers or the workers' side. Many employers are sole traders
    under the names of their takeaways and car washes: compare name and address. To employ somebody
    knowingly without the right to work is an offence, so that naming a person here is data about an
    alleged crime (UK GDPR art 10; Data Protection Act 2018 s.11(2)).

    A person brings the files, one a region and quarter: save each page or table with a name such
    as illegal-working-wales-2026-q2.html (or .csv, .ods, .xlsx), and leave those of former
    quarters in the folder. A report in PDF cannot be read: copy its table into a spreadsheet. To
    have them fetched, name the parts and the address of each in the settings of the list. Nobody
    here has seen these files; the columns are from memory: where one that is needed is missing, the
    file is refused, and a heading that is not known is reported.

    An entry is known by employer, postcode and quarter, since it has no number.
    """
    found = (
        one
        for name in sorted(files)
        for one in _read_working_penalties(files[name], _ID, files.drift)
    )
    return checked(found, " and ".join(sorted(files)))


# The Home Office's lists of employers fined over illegal workers, a region and quarter each.

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


def _read_working_penalties(path: Path, list_id: str, drift: Drift) -> Iterator[ListEntry]:
    """Yield each penalty. Raises UnreadableFile, naming file, row and column."""
    period, published = "", None
    if is_page(path):
        page = document(path)
        stated = _PERIOD.search(page.title)
        period, published = stated[0] if stated else "", page.updated
        if not stated:
            drift.unread("label", f"title without a period: {page.title}")
    seen: Counter[str] = Counter()
    for row in read_govuk_rows(path, _LAYOUT, drift):
        entry_id = _entry_id(row, path, period)
        # One employer may be fined twice in a quarter.
        seen[entry_id] += 1
        again = f".{seen[entry_id]}" if seen[entry_id] > 1 else ""
        yield _build_working_penalty(row, entry_id + again, list_id, period, published, drift)


def _entry_id(row: Row, path: Path, period: str) -> str:
    where = last_postcode(row["address"]) or row["address"]
    return derived_id(row.filled("employer"), where, period or path.stem)


def _build_working_penalty(
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
