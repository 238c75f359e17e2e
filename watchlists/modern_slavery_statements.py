"""Firms with a statement on slavery in the government's registry."""

import re
from collections.abc import Iterator
from datetime import timedelta

from duediligence.watchlists.toolkit.bodies import company, names_in, place
from duediligence.watchlists.toolkit.entries import checked, derived_id
from duediligence.watchlists.toolkit.tables import Layout, Row, read

from duediligence.contracts import Drift, Expect, Feed, Files, watchlist
from duediligence.model import Identifier, ListEntry, Name, Record

_ID = "modern-slavery-statements"
_REGISTRY = "modern-slavery-statement-registry.service.gov.uk"
_FILE = "StatementSummaries{part}.csv"
_LAYOUT = Layout(
    needed={
        "year": "Statement Year | Year",
        "name": "Organisation Name | Organisation",
    },
    wanted={
        "company number": "Company Number | Companies House Number",
        "parent": "Parent Name | Parent Organisation | Group Organisation Name",
        "address": "Address | Organisation Address",
        "sector": "Sector Type | Sector",
        "approved": "Date Approved | Approval Date | Statement Approval Date",
        "ends": "Statement End Date | Period End Date",
        "url": "Statement URL | Link To Statement",
    },
    # Who signed it is not kept, nor are the answers about policies, training and risk.
    passed_over=(
        "Approving Person",
        "Last Updated",
        "Turnover",
        "Sectors",
        "Statement Start Date",
        "Statement Email",
        "Group Submission",
        "Submission Type",
    ),
    prefixes=(
        "Includes",
        "Statement Includes",
        "Other ",
        "Polic",
        "Training",
        "Risk",
        "Highest",
        "Due Diligence",
        "Social Audit",
        "Working",
        "Grievance",
        "Partner",
        "Goal",
        "Progress",
        "Indicator",
        "Remediation",
        "Forced Labour",
        "Structure",
        "Statement Years",
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
    s.54). To be here is good: it gives no finding, and the record tells the last year.

    It cannot show that a statement is missing where one is due: publishing in the registry is
    voluntary, turnover is not on it, and a group's statement may cover a firm that is not named.
    Nor does it show that a statement is true, or anything of offences.

    Several years of one firm are one entry, known by its company number or else by its name. Who
    approved a statement is not kept. The format is from memory and notes.
    """
    rows: dict[tuple[str, tuple[Identifier, ...]], list[Row]] = {}
    for path in files.matching("*.csv"):
        for row in read(path, _LAYOUT, files.drift):
            if not re.fullmatch(r"20\d\d", row["year"]):
                raise row.error("year", f"is {row['year']!r}")
            numbers = company(row["company number"], "company number", files.drift)
            key = numbers[0].id if numbers else derived_id(row.filled("name"))
            rows.setdefault((key, numbers), []).append(row)
    return checked(
        (_build_statement_entry(*who, of, files.drift) for who, of in rows.items()), _FILE
    )


def _build_statement_entry(
    key: str, numbers: tuple[Identifier, ...], rows: list[Row], drift: Drift
) -> ListEntry:
    rows = sorted(rows, key=lambda row: row["year"], reverse=True)
    newest = rows[0]
    years = sorted({row["year"] for row in rows})
    names = names_in(newest["name"])
    known = {name.text.casefold() for name in names}
    before = (one for row in rows[1:] for one in names_in(row["name"]))
    former = (Name(one.text, "former") for one in before if one.text.casefold() not in known)
    places = (one for row in rows for one in place(row["address"]))
    url = newest["url"]
    return ListEntry(
        id=key,
        list_id=_ID,
        # The duty is on bodies and partnerships alone: s.54(12).
        kind="organisation",
        names=(*names, *dict.fromkeys(former)),
        identifiers=numbers,
        addresses=tuple(dict.fromkeys(places)),
        related=tuple(dict.fromkeys(filter(None, (row["parent"] for row in rows)))),
        status=years[-1],
        record=Record(
            type="registration",
            authority="Home Office",
            event=f"Modern slavery statement for {', '.join(years)}",
            event_date=newest.day("approved", drift),
            outcome=f"period to {ends}" if (ends := newest.day("ends", drift)) else "",
        ),
        remarks=newest["sector"],
        url=url if re.fullmatch(r"https://\S+", url) else "",
    )
