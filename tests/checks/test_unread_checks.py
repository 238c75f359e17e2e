"""What could not be read: cells of the buyer's file, rows of a list."""

from typing import Any

from duediligence import registry
from duediligence.model import (
    InUnreadRows,
    NotReadRow,
    Party,
    PartyRole,
    Unread,
    UnreadCell,
    UnreadCells,
)
from duediligence.render.saying import format_text
from duediligence.screening.run.findings import check_context
from tests.checks.conftest import TODAY
from tests.rows import for_each

CONTEXT = check_context(TODAY)


@for_each(
    ("looks_like", "check_id", "result"),
    [
        ("person", "SUP-03", "unknown"),
        ("number", "SUP-03", "unknown"),
        ("name", "SUP-03", "unknown"),
        ("text", "SUP-03", "unknown"),
        ("birth date", "SUP-04", "review"),
        ("contract", "SUP-05", "review"),
    ],
)
def test_a_cell_is_told_by_one_check(looks_like: Any, check_id: str, result: str) -> None:
    cells = UnreadCells((UnreadCell("Col", "Ottoline ???", looks_like, "cannot be read"),))
    outcomes = {
        each.id: each.run(cells, CONTEXT)
        for each in registry.checks().values()
        if each.needs is UnreadCells
    }
    assert {i: one.result for i, one in outcomes.items() if one.result != "not_applicable"} == {
        check_id: result
    }
    assert "Ottoline ???" in str(outcomes[check_id].facts)


def test_a_row_that_was_not_read_is_quoted_to_those_who_may_see_people() -> None:
    rows = tuple(NotReadRow("r.csv", n, "Name", f"'Peregrin {n}' twice") for n in (7, 9))
    party = Party(names=(), kind="person", role=PartyRole("director"))
    found = registry.checks()["LST-03"].run(InUnreadRows(party, rows, "taxi register"), CONTEXT)
    assert found.result == "unknown"
    assert format_text(found.why).startswith("Row 7 of r.csv and 1 more of the taxi register")
    assert [(one.personal, "Peregrin" in format_text(one.said)) for one in found.facts] == [
        (True, True)
    ] * 2


@for_each(("number", "named"), [(12, True), (13, False)])
def test_the_checks_that_a_register_stopped_are_named_where_they_are_few(
    number: int, named: bool
) -> None:
    stopped = Unread(("filings",), "it is down.", tuple(f"X-{n:02}" for n in range(number)))
    why = format_text(registry.checks()["REG-01"].run(stopped, CONTEXT).why)
    assert f"(it is down). {number} checks not made" in why
    assert ("X-11" in why) == named
