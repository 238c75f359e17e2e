"""What is said of a register that was just loaded."""

from datetime import UTC, date, datetime

from duediligence.model import DriftItem, RegisterVersion
from duediligence.screening.registers import report_loaded_register
from tests.rows import for_each

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


@for_each(
    ("items", "day", "first", "details"),
    [
        (0, date(2026, 11, 1), "companies-house: loaded: 7 rows of 2026-11-01", 0),
        (5, date(2026, 11, 1), "companies-house: loaded: 7 rows of 2026-11-01", 5),
        (6, date(2026, 11, 1), "companies-house: loaded: 7 rows of 2026-11-01", 6),
        (9, None, "companies-house: loaded: 7 rows", 7),
    ],
)
def test_the_first_of_what_was_not_understood_is_listed(
    items: int, day: date | None, first: str, details: int
) -> None:
    drift = tuple(DriftItem("unread", "column", f"c{n}") for n in range(items))
    version = RegisterVersion(
        register="companies-house", files=(), published=day, rows=7, loaded_at=NOW, drift=drift
    )
    head, *rest = report_loaded_register(version)
    assert (head.text, head.is_detail) == (first, False)
    assert [(line.level, line.is_detail) for line in rest] == [("note", True)] * details
    assert (items > 5) == any(f"and {items - 5} more" in str(line.text) for line in rest)
    assert (day is None) == any("its age is counted from today" in str(one.text) for one in rest)
