"""Businesses and people that HMRC names as deliberate tax defaulters."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from duediligence.watchlists.toolkit.bodies import kind_of, names_in, place
from duediligence.watchlists.toolkit.entries import checked, derived_id
from duediligence.watchlists.toolkit.govuk import (
    ASSETS,
    SITE,
    latest_update,
    locate_attachment,
    read_govuk_rows,
)
from duediligence.watchlists.toolkit.tables import Layout, Row
from duediligence.watchlists.toolkit.values import stated_pounds

from duediligence.contracts import Drift, Expect, Feed, Files, watchlist
from duediligence.model import ListEntry, Record
from duediligence.text.money import in_pounds
from duediligence.text.postcodes import last_postcode

_ID = "hmrc-deliberate-defaulters"
_PAGE = "government/publications/publishing-details-of-deliberate-tax-defaulters-pddd"
_API = f"{SITE}/api/content/{_PAGE}"
_SHEET, _HTML = "deliberate-tax-defaulters.ods", "deliberate-tax-defaulters.html"


def _find_defaulters_update(files: Files) -> date | None:
    return latest_update(files.matching(_HTML))


@watchlist(
    id=_ID,
    title="HMRC deliberate tax defaulters",
    publisher="HM Revenue and Customs",
    licence="OGL-3.0",
    topic="enforcement",
    homepage=f"{SITE}/{_PAGE}",
    bring=(
        "Select the link to the current list of deliberate tax defaulters. Where it is a "
        "page, save it as a web page, HTML only (Ctrl+S), under the name deliberate-tax- "
        "defaulters.html; where it is a spreadsheet, as deliberate-tax-defaulters.ods."
    ),
    feeds=(Feed(_HTML, url=_API, locate=locate_attachment(rf"/{_PAGE}/[\w-]*default")),),
    alternates=((Feed(_SHEET, url=_API, locate=locate_attachment(r"\.ods$"), hosts=(ASSETS,)),),),
    max_age=timedelta(days=120),
    expect=Expect(
        entries=(5, 1_000),
        filled={"names": 1.0, "addresses": 0.9, "positions": 0.5},
        # Each name is taken off after a year, and a quarter's names go together.,
        weekly_loss=0.12,
    ),
    optional=True,
    published=_find_defaulters_update,
    known_from="code that reads it",
    known_since="2026-11",
    crime_types=("fraud_financial",),
    grounds=("PA23-6-37",),
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Parties that HMRC charged penalties for deliberate errors in their tax, and named.

    Being here is close to a ground of its own: a penalty for a deliberate error or failure that
    has become final (Procurement Act 2023 Sch 6 para 37). HMRC names those whose errors were
    deliberate and cost more than 25,000 pounds in tax, once they can no longer appeal, under
    section 94 of the Finance Act 2009. Ask for the penalty notice, and what was paid and changed.

    It cannot show who was named over a year ago, for HMRC takes each name off after twelve months,
    while the ground looks back five years: ask the supplier as well. Nor does it name those who
    told HMRC everything early enough, or show the Act of a single penalty, which may be Schedule 41
    to the Finance Act 2008 instead of the one that is given here.

    Many of those named are sole traders and partners, by their own names and home addresses: treat
    a match on the name alone as no match. No company numbers are given and no birth dates. The
    list's columns are known from what others wrote of them and not from a file that was seen.
    An entry is known by name, postcode and period, since HMRC gives none a number.
    """
    name = _HTML if _HTML in files else _SHEET
    return checked(_read_defaulters(files[name], _ID, files.drift), name)


# HMRC's list of deliberate tax defaulters: one table, as a page or a spreadsheet.

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


def _read_defaulters(path: Path, list_id: str, drift: Drift) -> Iterator[ListEntry]:
    """Yield each defaulter. Raises UnreadableFile, naming file, row and column."""
    for row in read_govuk_rows(path, _LAYOUT, drift):
        yield _build_defaulter_entry(row, list_id, drift)


def _build_defaulter_entry(row: Row, list_id: str, drift: Drift) -> ListEntry:
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
