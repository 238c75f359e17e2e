"""Reports on paying suppliers: the newest of each company, and which of them are slow."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest
from duediligence.watchlists.payment_practices import parse as reports

from duediligence.errors import UnreadableFile
from duediligence.model import Identifier
from tests.rows import for_each

Read = Callable[..., Any]
ROW = {
    "Company": "A Ltd",
    "Company number": "99000001",
    "Start date": "1/1/2026",
    "End date": "6/30/2026",
    "Filing date": "7/14/2026",
    "Average time to pay": "45",
    "% Invoices paid within 30 days": "70",
    "% Invoices paid later than 60 days": "5",
    "% Invoices not paid within agreed terms": "9",
    "Payments made in reporting period": "TRUE",
}


def table(*rows: Mapping[str, str]) -> dict[str, str]:
    lines = [",".join(ROW), *(",".join({**ROW, **row}.values()) for row in rows)]
    return {"payment-practices.csv": "\r\n".join(lines) + "\r\n"}


def test_the_newest_report_of_each_company(read_sample: Read) -> None:
    found = read_sample(reports)
    slow = found["99001201"]
    assert slow.identifiers == (Identifier("GB-COH", "99001201"),)
    assert (slow.record.event_date, slow.record.known_date) == (
        date(2026, 6, 30),
        date(2026, 7, 28),
    )
    assert slow.record.outcome == (
        "52 days on average, 41 % of invoices within 30 days, 21 % after 60 days, "
        "47 % not within the terms agreed"
    )
    assert {one.id: one.record.low for one in found.entries} == {
        "99001201": True,
        "99001202": False,
        # Nothing was paid in the time.
        "OC990121": False,
        "SC990122": True,
    }
    assert found.drift == ("left out: report filed before its period ended (1)",)


@for_each(
    ("changes", "slow"),
    [
        ({}, False),
        ({"Average time to pay": "46"}, True),
        ({"% Invoices paid later than 60 days": "6"}, True),
        ({"% Invoices paid later than 60 days": "600"}, False),
    ],
)
def test_slow_is_more_than_the_policy_note_accepts(
    changes: dict[str, str], slow: bool, read_list: Read
) -> None:
    found = read_list(reports, table(changes))
    assert found["99000001"].record.low is slow
    assert found.drift == (
        ("unmapped % Invoices paid later than 60 days: 600 (1)",)
        if "600" in changes.values()
        else ()
    )


def test_dates_with_the_day_first_are_refused(read_list: Read) -> None:
    assert read_list(reports, table({"End date": "2026-06-30"}))["99000001"]
    with pytest.raises(UnreadableFile, match=r"row 2: end is '30/6/2026'"):
        read_list(reports, table({"End date": "30/6/2026"}))


def test_the_order_of_the_file_does_not_decide_which_report_is_newest(read_list: Read) -> None:
    earlier = {"End date": "12/31/2025", "Filing date": "1/20/2026", "Average time to pay": "90"}
    corrected = {"Filing date": "8/1/2026", "Average time to pay": "50"}
    for rows in ((earlier, {}, corrected), (corrected, {}, earlier)):
        found = read_list(reports, table(*rows))
        assert found["99000001"].record.outcome.startswith("50 days")
