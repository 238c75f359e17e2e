"""How soon large companies say that they pay those who supply them."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from duediligence.watchlists.toolkit.bodies import company, names_in
from duediligence.watchlists.toolkit.entries import checked, derived_id
from duediligence.watchlists.toolkit.tables import Layout, Row, read
from duediligence.watchlists.toolkit.values import day

from duediligence.contracts import Drift, Expect, Feed, Files, watchlist
from duediligence.model import ListEntry, Record

_ID = "payment-practices"
_SITE = "https://check-payment-practices.service.gov.uk"
_FILE = "payment-practices.csv"
_WITHIN_30, _LATER_THAN_60 = "% Invoices paid within 30 days", "% Invoices paid later than 60 days"
_AVERAGE, _NOT_AGREED = "Average time to pay", "% Invoices not paid within agreed terms"
_LAYOUT = Layout(
    needed={
        "company": "Company",
        "number": "Company number",
        "end": "End date",
        "filed": "Filing date",
        "average": _AVERAGE,
        "late": _LATER_THAN_60,
    },
    wanted={
        "start": "Start date",
        "soon": _WITHIN_30,
        "not agreed": _NOT_AGREED,
        "paid": "Payments made in reporting period",
    },
    # The service's earlier export, of 2017, has neither.
    extra={"report": "Report Id", "url": "URL"},
    # Sums, terms, policies, and what contracts of construction hold back.
    passed_over=(
        "Policy Regime",
        "Financial period start date",
        "Qualifying contracts in reporting period",
        "Construction contracts have retention clauses",
        "% Invoices paid between 31 and 60 days",
        "% Invoices paid within 60 days",
        "% Invoices not paid due to dispute",
        "Shortest (or only) standard payment period",
        "Longest standard payment period",
        "Standard payment terms",
        "Payment terms",
        "Payment terms have changed",
        "Suppliers notified of changes",
        "Maximum contractual payment period",
        "Maximum contractual payment period information",
        "Other information payment terms",
        "Description of specific circumstances for retention clauses",
        "Value above which retention clauses are used",
        "Description of parity policy",
        "Description of stages for money release",
        "Dispute resolution process",
        "Dispute resolution facilities",
        "Participates in payment codes",
        "Payment codes membership",
        "E-Invoicing offered",
        "Supply-chain financing offered",
        "Policy covers charges for remaining on supplier list",
        "Charges have been made for remaining on supplier list",
    ),
    prefixes=("Retention", "Total value", "Qualifying construction"),
)
# Procurement Policy Note 018 (in effect since 1 October 2025): who bids for large contracts of the
# government pays 95 % of invoices within 60 days, and all within 45 days on average.
_MOST_LATE, _LONGEST_AVERAGE = 5, 45


@watchlist(
    id=_ID,
    title="Payment practices of large companies",
    publisher="Department for Business and Trade",
    licence="OGL-3.0",
    topic="register",
    homepage=f"{_SITE}/export",
    bring=f"Select the link to the CSV file of all reports, and save it as {_FILE}.",
    # 100 MB: each report since 2017.
    feeds=(Feed(_FILE, url=f"{_SITE}/export/csv/", max_bytes=600_000_000, weighs=100_000_000),),
    max_age=timedelta(days=62),
    expect=Expect(
        entries=(8_000, 200_000),
        filled={"names": 1.0, "record": 1.0, "identifiers": 0.9},
        weekly_loss=0.02,
    ),
    optional=True,
    known_from="header only",
    known_since="2025-12",
    powers=("other",),
)
def parse(files: Files) -> Iterator[ListEntry]:
    """The newest report of each large company on how soon it paid its own suppliers.

    Companies and partnerships above two of three limits (employees, turnover, balance sheet) must
    publish it twice a year, under the Reporting on Payment Practices and Performance Regulations
    2017. Slow is what a bidder for large government contracts may not be: more than 5 % of invoices
    paid after 60 days, or more than 45 days on average (Procurement Policy Note 018, which other
    buyers may apply). In public contracts 30 days are implied for sub-contracts (Procurement Act
    2023 s.73). Ask who would be sub-contracted, and how they are paid.

    It cannot show small and medium companies, which publish nothing, or whether a report is true:
    companies report about themselves, and there are slips. No report is no sign of anything.

    The headings are as in the export of 2025; no row of it was seen. Dates are read as 2025-06-30
    or, where they have strokes, with the month first; a file with any other is refused. A report
    that was filed before its period ended is a slip: it is left out and counted. Shares over 100
    are reported and not kept.
    """
    (path,) = files.values()
    newest: dict[str, tuple[date, date, ListEntry]] = {}
    for row in read(path, _LAYOUT, files.drift):
        end, filed = _read_report_day(row, "end"), _read_report_day(row, "filed")
        if end > filed:
            files.drift.left_out("report filed before its period ended")
            continue
        entry = _build_payment_entry(row, end, filed, files.drift)
        held = newest.get(entry.id)
        if held is None or (end, filed) >= held[:2]:
            newest[entry.id] = (end, filed, entry)
    return checked((entry for _, _, entry in newest.values()), path.name)


def _build_payment_entry(row: Row, end: date, filed: date, drift: Drift) -> ListEntry:
    name = row.filled("company")
    number = company(row["number"], "Company number", drift)
    average, late, soon, not_agreed = (
        _parse_figure(row[key], heading, drift)
        for key, heading in (
            ("average", _AVERAGE),
            ("late", _LATER_THAN_60),
            ("soon", _WITHIN_30),
            ("not agreed", _NOT_AGREED),
        )
    )
    figures = (
        "" if average is None else f"{average} days on average",
        "" if soon is None else f"{soon} % of invoices within 30 days",
        "" if late is None else f"{late} % after 60 days",
        "" if not_agreed is None else f"{not_agreed} % not within the terms agreed",
    )
    return ListEntry(
        id=number[0].id if number else derived_id(name),
        list_id=_ID,
        kind="organisation",
        names=names_in(name),
        identifiers=number,
        updated_on=filed,
        record=Record(
            type="payment_report",
            authority="Department for Business and Trade",
            reference=row["report"],
            event="Report on how soon it pays its suppliers",
            event_date=end,
            known_date=filed,
            outcome=", ".join(filter(None, figures)) or "no figures",
            low=(late or 0) > _MOST_LATE or (average or 0) > _LONGEST_AVERAGE,
        ),
        url=row["url"] if row["url"].startswith(f"{_SITE}/") else "",
    )


def _read_report_day(row: Row, key: str) -> date:
    """Return the day in `2025-06-30` or, month first, `6/30/2025`. Raises UnreadableFile.

    A file whose dates have the day first would else be read as of other days.
    """
    month, stroke, rest = row.filled(key).partition("/")
    of_month, _, year = rest.partition("/")
    found = day(f"{of_month}/{month}/{year}" if stroke else month)
    if found is None:
        raise row.error(key, f"is {row[key]!r}, not a date with the month first")
    return found


def _parse_figure(text: str, heading: str, drift: Drift) -> Decimal | None:
    """Return days or a share; None for an empty cell, or an impossible figure, which is reported.

    Both are between 0 and what fits: shares end at 100, and no average is longer than a year.
    """
    if not text:
        return None
    try:
        found = Decimal(text.rstrip("% "))
        if 0 <= found <= (100 if heading.startswith("%") else 366):
            return found
    except InvalidOperation:
        pass
    drift.unmapped(heading, text)
    return None
