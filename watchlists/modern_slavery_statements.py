"""Firms with a statement on slavery in the government's registry."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from duediligence.watchlists.toolkit.bodies import company, names_in, place
from duediligence.watchlists.toolkit.entries import checked, derived_id
from duediligence.watchlists.toolkit.tables import Layout, Row, read
from duediligence.watchlists.toolkit.values import stated_day

from duediligence.contracts import Drift, Expect, Feed, Files, watchlist
from duediligence.model import Identifier, ListEntry, Name, Record

_ID = "modern-slavery-statements"
_REGISTRY = "modern-slavery-statement-registry.service.gov.uk"
_FILE = "StatementSummaries{part}.csv"
# What a statement may be about (Modern Slavery Act 2015 s.54(5)), by the column that says so.
_AREAS = {
    "Statement Includes Org Structure": "the organisation and its supply chains",
    "Statement Includes Policies": "policies",
    "Statement Includes Due Diligence": "due diligence",
    "Statement Includes Risks Assessment": "risks",
    "Statement Includes Goals": "goals and their measure",
    "Statement Includes Training": "training",
}
_LAYOUT = Layout(
    needed={
        "year": "Statement Year",
        "name": "Organisation Name",
    },
    wanted={
        "company number": "Company Number",
        "parent": "Parent Name",
        "address": "Address",
        "sector": "Sector Type",
        "approved": "Date Approved",
        "ends": "Statement End Date",
        "url": "Statement URL",
        **{heading: heading for heading in _AREAS},
    },
    # Who signed it is not kept, nor what the answers say beside which areas they are about.
    passed_over=(
        "Approving Person",
        "Last Updated",
        "Turnover",
        "Organisation Sectors",
        "Statement Start Date",
        "Statement Summary URL",
        "Email Address No URL",
        "Group Submission",
        "Years Producing Statements",
        "Demonstrate Progress",
        "PDF Date",
        "PDF URL",
    ),
    prefixes=(
        "No",
        "Other ",
        "Polic",
        "Training",
        "Risk",
        "Social Audit",
        "Working",
        "Grievance",
        "ILO",
    ),
)


@watchlist(
    id=_ID,
    title="Modern slavery statements",
    publisher="Home Office",
    licence="OGL-3.0",
    topic="register",
    homepage=f"https://{_REGISTRY}/",
    feeds=(Feed(_FILE, url=f"https://downloads.{_REGISTRY}/publicdownloads/{_FILE}"),),
    max_age=timedelta(days=100),
    expect=Expect(
        # Each year has the statements of well over 10,000 firms, most with number and address.
        entries=(8_000, 200_000),
        filled={"names": 1.0, "record": 1.0, "identifiers": 0.5, "addresses": 0.7},
        weekly_loss=0.05,
    ),
    optional=True,
    known_from="never seen",
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Firms that put a statement on slavery and human trafficking into the registry, by year.

    Name the years with the setting `parts`: 2025 and 2026 are two files. A statement is what a
    firm of a turnover of 36 million pounds or more must publish each year (Modern Slavery Act 2015
    s.54). To be here is good: it gives no finding. The record tells the years, and which of the six
    areas of s.54(5) the newest statement says that it covers; the Act lets a firm leave any out.

    It cannot show that a statement is missing where one is due: publishing in the registry is
    voluntary, turnover is not on it, and a group's statement may cover a firm that is not named.
    Nor does it show that a statement is true, or anything of offences.

    Several years of one firm are one entry, known by its company number or else by its name. Where
    a number stands for the name, as in some rows of groups, the row is that of the parent named in
    it. Who approved a statement is not kept. The columns are those of the publisher's own code and
    of a program that reads its files; whether its dates begin with the day or with the month is
    told by all of them together.
    """
    rows: dict[tuple[str, tuple[Identifier, ...]], list[Row]] = {}
    for path in files.matching("*.csv"):
        for row in read(path, _LAYOUT, files.drift):
            if not re.fullmatch(r"20\d\d", row["year"]):
                raise row.error("year", f"is {row['year']!r}")
            named = _find_statement_name(row)
            if not named:
                files.drift.left_out("row with a number for its name, and no parent")
                continue
            # A number beside another name is no proof.
            numbers = (
                company(row["company number"], "company number", files.drift)
                if named == row["name"].strip('"')
                else ()
            )
            key = numbers[0].id if numbers else derived_id(named)
            rows.setdefault((key, numbers), []).append(row)
    order = _is_month_first(row[key] for of in rows.values() for row in of for key in _DAYS)
    return checked(
        (_build_statement_entry(*who, of, order, files.drift) for who, of in rows.items()), _FILE
    )


_DAYS = ("approved", "ends")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(?=\d{4}\b)", re.ASCII)


def _is_month_first(texts: Iterable[str]) -> bool:
    """Return whether some date can only begin with its month, and none only with its day."""
    parts = [(int(found[1]), int(found[2])) for text in texts if (found := _SLASHED.match(text))]
    return any(second > 12 for _, second in parts) and not any(first > 12 for first, _ in parts)


def _read_statement_day(row: Row, key: str, month_first: bool, drift: Drift) -> date | None:
    text = re.sub(r"\s+\d{1,2}:\d\d.*", "", row[key])
    return stated_day(_SLASHED.sub(r"\2/\1/", text) if month_first else text, key, drift)


def _find_statement_name(row: Row) -> str:
    """Return the name of a row, its parent's where it has a number for one; it may be empty."""
    name = row.filled("name").strip('"')
    return row["parent"].strip('"') if name.isdecimal() else name


def _describe_areas(row: Row, drift: Drift) -> str:
    """Return which areas a statement covers; empty where the file has no word on any."""
    for heading in _AREAS:
        if row[heading].casefold() not in ("", "yes", "no", "true", "false"):
            drift.unmapped(heading, row[heading])
    if not any(row[heading] for heading in _AREAS):
        return ""
    lacks = [area for head, area in _AREAS.items() if row[head].casefold() not in ("yes", "true")]
    covered = f"covers {len(_AREAS) - len(lacks)} of the {len(_AREAS)} areas of s.54(5)"
    return f"{covered}, not {', '.join(lacks)}" if lacks else covered


def _build_statement_entry(
    key: str, numbers: tuple[Identifier, ...], rows: list[Row], month_first: bool, drift: Drift
) -> ListEntry:
    rows = sorted(rows, key=lambda row: row["year"], reverse=True)
    newest = rows[0]
    years = sorted({row["year"] for row in rows})
    names = names_in(_find_statement_name(newest))
    known = {name.text.casefold() for name in names}
    before = (one for row in rows[1:] for one in names_in(_find_statement_name(row)))
    former = (Name(one.text, "former") for one in before if one.text.casefold() not in known)
    parents = dict.fromkeys(filter(None, (row["parent"].strip('"') for row in rows)))
    places = (one for row in rows for one in place(row["address"]))
    url, ends = newest["url"], _read_statement_day(newest, "ends", month_first, drift)
    said = (f"period to {ends}" if ends else "", _describe_areas(newest, drift))
    return ListEntry(
        id=key,
        list_id=_ID,
        # The duty is on bodies and partnerships alone: s.54(12).
        kind="organisation",
        names=(*names, *dict.fromkeys(former)),
        identifiers=numbers,
        addresses=tuple(dict.fromkeys(places)),
        related=tuple(parent for parent in parents if parent.casefold() not in known),
        status=years[-1],
        record=Record(
            type="registration",
            authority="Home Office",
            event=f"Modern slavery statement for {', '.join(years)}",
            event_date=_read_statement_day(newest, "approved", month_first, drift),
            outcome="; ".join(filter(None, said)),
        ),
        remarks=newest["sector"],
        url=url if re.fullmatch(r"https://\S+", url) else "",
    )
