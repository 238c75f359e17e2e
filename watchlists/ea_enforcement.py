"""Enforcement actions of the Environment Agency."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from duediligence.watchlists import _environment
from duediligence.watchlists._environment import LICENCE, read_ea_rows, split_list_cell
from duediligence.watchlists.toolkit.bodies import build_address, company, kind_of, names_in
from duediligence.watchlists.toolkit.entries import checked, distinct
from duediligence.watchlists.toolkit.tables import Layout, Row, fold, read
from duediligence.watchlists.toolkit.values import stated_pounds

from duediligence.contracts import Drift, Expect, Feed, Files, watchlist
from duediligence.errors import UnreadableFile
from duediligence.model import ListEntry, Record, RecordType

_ID = "ea-enforcement"
_SITE = "https://environment.data.gov.uk/public-register/enforcement-action/registration"
_YEAR = "enforcement-actions-{part}-{page}.json"
_OF_YEAR = re.compile(r"enforcement-actions-([0-9]{4})-[0-9]+\.json")
_FIRST_YEAR = 2000
# A query gives no more than this, and does not say what it leaves out.
_MOST = 2_000
_TOO_MANY = "The service gives no more for one query, and the rest would be missing. Ask for "
_TYPES: dict[str, RecordType] = {
    "courtcase": "conviction",
    "caution": "caution",
    "formalcaution": "caution",
    "enforcementnotice": "notice",
}


def next_page(path: Path, url: str) -> str:
    """As `_environment.next_page`; a query that may have left out actions is refused as well."""
    following = _environment.next_page(path, url)
    if following and int(parse_qs(urlsplit(following).query)["_offset"][0]) >= _MOST:
        raise UnreadableFile(
            f"{path.name}: its query found {_MOST:,} actions or more",
            hint=f"{_TOO_MANY}a shorter time.",
        )
    return following


def _list_enforcement_years(day: date) -> tuple[str, ...]:
    return tuple(str(year) for year in range(_FIRST_YEAR, day.year + 1))


@watchlist(
    id=_ID,
    title="Environment Agency enforcement actions",
    publisher="Environment Agency",
    licence=LICENCE,
    topic="enforcement",
    homepage="https://environment.data.gov.uk/public-register/view/search-enforcement-action",
    bring=(
        "Search without any word, select the download of all results as CSV, and save it as "
        "enforcement-actions.csv."
    ),
    feeds=(
        Feed(
            _YEAR,
            url=f"{_SITE}.json?after={{part}}-01-01&before={{part}}-12-31&_limit=500&_offset=0",
            next_page=next_page,
        ),
    ),
    alternates=((Feed("enforcement-actions*.csv"),),),
    max_age=timedelta(days=35),
    # Far above what one answer holds.
    expect=Expect(
        entries=(1_500, 100_000),
        filled={"names": 1.0, "record": 1.0, "identifiers": 0.2, "addresses": 0.4},
        weekly_loss=0.03,
    ),
    optional=True,
    known_from="code that reads it",
    known_since="2025-01",
    powers=("environmental_health",),
    grounds=("PA23-7-4", "PA23-7-11"),
    parts=_list_enforcement_years,
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Convictions, cautions and enforcement notices of the Environment Agency, in England.

    A conviction under the Acts on waste, water and permits can go to environmental misconduct
    (Procurement Act 2023 Sch 7 para 4), which needs significant harm, or the potential of it: the
    impacts on water, land and air are shown as published. It can support professional misconduct.
    An action of several offences is one entry, with the Act of each.

    It cannot show Wales (Natural Resources Wales), Scotland (SEPA), fly-tipping that councils
    prosecuted, civil sanctions and enforcement undertakings, which are published elsewhere, or
    cases that ended without a conviction. Where a firm gave no company number it is found by name.
    Individuals are on the register: what they were convicted of or cautioned for is not kept.

    The service gives at most 2,000 actions for one query, so each year since 2000 is asked for by
    itself; 2,000 or more in one, or an action of another year, is an error. The members are known
    from programs that read them and the fields of a page; that the service takes `after`, `before`,
    `_limit` and `_offset`, and that `before` includes its day, is from memory. A member of another
    name is reported as unread; without name, kind of action or date the list is refused. Downloads
    of the register, of fewer than 2,000 actions each, can be brought as enforcement-actions*.csv.
    """
    found = (_build_ea_action_entry(row, files.drift) for row in _read_enforcement_actions(files))
    return checked(found, "enforcement-actions")


# Enforcement actions, out of the service's answers or the register's own downloads.

# Headings as the service, its pages and its downloads are said to write them.
_LAYOUT = Layout(
    needed={
        "name": "offender.name | Offender | Offender Name",
        "type": "actionType | actionType.label | actionType.prefLabel",
        "date": "actionDate | Date of action",
    },
    wanted={
        "offence": "offence | offence.description | offence.label | offence.prefLabel",
        "act": "act | legislation.act | offence.act | offence.legislation.act",
        "section": "section | legislation.section | offence.section | offence.legislation.section",
        "number": "Company No. | companyNumber | offender.companyNumber | offender.companyNo",
        "fine": "fine | Total Fine | offence.fine",
        "address": "address | offender.address | offender.address.address | offender.siteAddress",
        "town": "town | offender.address.town",
        "county": "county | offender.address.county",
        "postcode": "postcode | offender.address.postcode | offender.postcode",
        "water": "waterImpact | impact.water",
        "land": "landImpact | impact.land",
        "air": "airImpact | impact.air",
    },
    # An action has a reference of its own, or each of its offences has one.
    extra={
        "id": "@id | Registration Number | Action ID",
        "reference": "caseReference",
        "references": "offence.caseReference",
    },
    passed_over=("type", "Industry Sector", "Event Reference", "agencyFunction", "offenceType"),
)


def _read_enforcement_actions(files: Files) -> Iterator[Row]:
    """Yield each action, by the keys of the layout. Raises UnreadableFile."""
    for path in files.matching("*.csv"):
        for count, row in enumerate(read(path, _LAYOUT, files.drift), 1):
            if count == _MOST:
                raise UnreadableFile(
                    f"{path.name}: has {_MOST:,} actions or more",
                    hint=f"{_TOO_MANY}each year by itself and bring a file of each.",
                )
            yield row
    yield from read_ea_rows(files.matching("*.json"), _LAYOUT, files.drift)


# Entries.


def _build_ea_action_entry(row: Row, drift: Drift) -> ListEntry:
    references = distinct((*split_list_cell(row["reference"]), *split_list_cell(row["references"])))
    key = row["id"].rstrip("/").rpartition("/")[2].partition("?")[0]
    name, what = row.filled("name"), row.filled("type")
    kind = fold(what.rstrip("/").rpartition("/")[2])
    if kind not in _TYPES:
        drift.unmapped("actionType", what)
    of: RecordType = _TYPES.get(kind, "notice")
    day = row.day("date", drift)
    if day is None:
        raise row.error("date", f"is {row['date']!r}, not a date")
    if (asked := _OF_YEAR.fullmatch(row.filename)) and day.year != int(asked[1]):
        raise row.error("date", f"is {row['date']!r}, where the year {asked[1]} was asked for")
    number = company(row["number"], "Company No.", drift)
    offences = _read_offences(row)
    texts = "; ".join(distinct(offence for offence, _, _, _ in offences))
    impacts = (f"{one} {row[one]}" for one in ("water", "land", "air") if row[one])
    impact = ", ".join(impacts)
    outcome = (
        f"{len(offences)} offences" if len(offences) > 1 else "",
        f"impact: {impact}" if impact else "",
    )
    return ListEntry(
        id=key or next(iter(references), ""),
        list_id=_ID,
        kind=kind_of(name, numbered=bool(number)),
        names=names_in(name),
        identifiers=number,
        addresses=build_address(
            row["address"], row["town"], row["county"], postcode=row["postcode"]
        ),
        record=Record(
            type=of,
            power="environmental_health",
            authority="Environment Agency",
            reference=_first_of(references) or key,
            act_section="; ".join(
                distinct(f"{act} {section}".strip() for _, act, section, _ in offences)
            ),
            event=": ".join(filter(None, (what, texts[:200]))),
            event_date=None if of == "conviction" else day,
            decision_date=day,
            outcome="; ".join(filter(None, outcome)),
            penalty_gbp=_sum_fines(row, drift),
        ),
        url=f"{_SITE}/{key}" if key else "",
    )


def _read_offences(row: Row) -> tuple[tuple[str, ...], ...]:
    """Return offence, Act, section and case reference of each offence, once each.

    Where the service gives one for all of them it is that of each. Where it gives neither one nor
    as many, nobody can say which belong together, and all are given as one.
    """
    cells = (row["offence"], row["act"], row["section"], row["references"])
    columns = [split_list_cell(cell) for cell in cells]
    count = max(map(len, columns))
    if any(len(column) not in (1, count) for column in columns):
        columns = [("; ".join(distinct(column)),) for column in columns]
        count = 1
    spread = (column * count if len(column) == 1 else column for column in columns)
    return distinct(zip(*spread, strict=True))


def _first_of(references: tuple[str, ...]) -> str:
    more = f" and {len(references) - 1} more" if len(references) > 1 else ""
    return f"{references[0]}{more}" if references else ""


def _sum_fines(row: Row, drift: Drift) -> Decimal | None:
    """Return the fine, or the sum of those of the offences."""
    fines = [stated_pounds(text, "fine", drift) for text in split_list_cell(row["fine"])]
    known = [fine for fine in fines if fine is not None]
    return sum(known, Decimal()) if known else None
