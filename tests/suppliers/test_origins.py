"""People of every origin are looked up, and no more of their names left unread than of others."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

import pytest

from duediligence.matching import Index, Subject
from duediligence.model import ListEntry, Name
from duediligence.suppliers.people import read_people
from tests.suppliers.corpora.names_of_origins import (
    BUILT_ON,
    FORMS,
    KEPT_APART,
    ORIGINS,
    ListedCell,
    list_cells,
    list_names,
)

TODAY = date(2026, 11, 29)
# Beyond British names, in points of 100 cells.
MOST_MORE_UNREAD = 1.0


def index_listed() -> Index:
    listed = [
        ListEntry(
            id=f"{given} {family}", list_id="x", kind="person", names=(Name(f"{given} {family}"),)
        )
        for origin in ORIGINS
        for given, family in list_names(origin)
    ]
    return Index.build({one.id: one for one in listed}.values())


def judge(index: Index, cell: ListedCell) -> tuple[bool, bool]:
    """Return whether the listed director is flagged, and whether anything is unread."""
    read = read_people("director", cell.text, today=TODAY)
    subjects = [
        Subject(names=(one.name,), kind="person", birth_date=one.birth_date) for one in read.people
    ]
    found = index.search_many(subjects, limit=2_000)
    flagged = any(match.entry_id == cell.listed for matches in found for match in matches)
    return flagged, bool(read.unread)


def measure(origins: Iterable[str]) -> list[tuple[ListedCell, bool, bool]]:
    index = index_listed()
    return [(cell, *judge(index, cell)) for origin in origins for cell in list_cells(origin)]


def table(found: list[tuple[ListedCell, bool, bool]]) -> str:
    unread = Counter((c.origin, c.form) for c, _, u in found if u)
    missed = Counter((c.origin, c.form) for c, f, _ in found if not f)
    silent = Counter(c.origin for c, f, u in found if not f and not u)
    lines = [
        f"{'of 40 each: unread/not flagged':14}"
        + "".join(f"{at:>8}" for at in range(1, 7))
        + "  unread %  silent"
    ]
    for origin in dict.fromkeys(c.origin for c, _, _ in found):
        cells = "".join(f"{f'{unread[origin, f]}/{missed[origin, f]}':>8}" for f in FORMS)
        share = sum(unread[origin, f] for f in FORMS) / 2.4
        lines.append(f"{origin:30}{cells}{share:10.1f}{silent[origin]:8}")
    return "\n".join(lines)


@pytest.mark.soak
@pytest.mark.parametrize("origins", [BUILT_ON, KEPT_APART], ids=["built on", "kept apart"])
def test_no_origin_is_read_worse(origins: tuple[str, ...]) -> None:
    found = measure(dict.fromkeys(("British", *origins)))
    lines = table(found)
    assert all(flagged for _, flagged, _ in found), lines
    unread = Counter(cell.origin for cell, _, unread in found if unread)
    for origin in origins:
        assert (unread[origin] - unread["British"]) / 2.4 <= MOST_MORE_UNREAD, lines
