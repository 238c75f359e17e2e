"""The orders in which the queue is listed, the filter by list, and what a place does not tell."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from duediligence.casework.owners import assign
from duediligence.casework.queue import Filters, alerts
from duediligence.casework.queue_order import SORTS, Sort
from duediligence.casework.showing import AlertRow, queue_for
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.errors import NotFound
from duediligence.model import SEVERITIES, PartialDate, Person, Supplier
from duediligence.screening.lists.loading import RefreshTerms
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from tests.conftest import MadeHome
from tests.homes import copy_home

REGISTERS = Path(__file__).parents[2] / "duediligence" / "demo" / "local_registers"
BRIGHT = Supplier(
    ref="S1",
    name="Bright Sands Home Care Ltd",
    people=(Person("Drahomir Petrosyanov", PartialDate(1968, 3), "director"),),
)
RESTRICTED = Supplier(ref="S2", name="Marrow Lane Vapes Ltd")
VOLKHAR = Supplier(ref="S3", name="Volkhar Maritime UK Ltd")


LATER = NOW + timedelta(days=3)


def opened(home: Path, at: datetime) -> Workspace:
    settings = Settings(home=home, local_registers=REGISTERS, store_restricted=True)
    return Workspace(settings, now=lambda: at, who="Ada")


def screened(home: Path) -> None:
    with opened(home, NOW) as first:
        terms = RefreshTerms(as_of=NOW.date())
        assert list(refresh(first, ["porthvellan-asb"], folder=REGISTERS, terms=terms))
        first.suppliers.save([BRIGHT, RESTRICTED, VOLKHAR], file="s.csv", at=NOW)
        screen(first, Screened((BRIGHT, RESTRICTED)))
    with opened(home, LATER) as later:
        screen(later, Screened((VOLKHAR,)))


@pytest.fixture
def ws(made_home: MadeHome, tmp_path: Path) -> Iterator[Workspace]:
    """As Ada: S3 was screened three days after the others, and S2 is on a restricted record."""
    with opened(copy_home(made_home(screened), tmp_path / "home"), LATER) as workspace:
        yield workspace


def rows(ws: Workspace, sort: Sort, **how: bool) -> tuple[AlertRow, ...]:
    return queue_for(ws, sort=sort, **how).rows


def value(row: AlertRow, sort: Sort) -> object:
    return {
        "severity": -SEVERITIES.index(row.severity),
        "due": row.due,
        "newest": -row.first_seen.timestamp() if row.first_seen else None,
        "supplier": row.supplier_name.casefold(),
        "score": -row.score if row.score else None,
    }[sort]


@pytest.mark.parametrize("sort", SORTS)
def test_the_queue_is_in_the_order_asked_for_either_way(ws: Workspace, sort: Sort) -> None:
    usual = [row.id for row in queue_for(ws, restricted=True).rows]
    for backwards in (False, True):
        found = rows(ws, sort, backwards=backwards, restricted=True)
        assert sorted(row.id for row in found) == sorted(usual), "none twice, none left out"
        values = [value(row, sort) for row in found]
        known = [each for each in values if each is not None]
        assert values == known + [None] * (len(values) - len(known)), "those without come last"
        assert known == sorted(known, reverse=backwards)
        assert len(set(known)) > 1, "they differ, or the order proves nothing"
        for (one, of_one), (two, of_two) in pairwise(zip(found, values, strict=True)):
            if of_one == of_two:
                assert usual.index(one.id) < usual.index(two.id)
    if sort == "severity":
        assert [row.id for row in rows(ws, sort, restricted=True)] == usual


def test_a_page_is_a_part_of_the_order(ws: Workspace) -> None:
    every = rows(ws, "due", backwards=True)
    pages = [queue_for(ws, sort="due", backwards=True, page=n, size=2) for n in (1, 2)]
    assert pages[0].rows + pages[1].rows == every[:4]
    assert pages[0].pages == -(-len(every) // 2)


@pytest.mark.parametrize("sort", ["newest", "score"])
def test_the_place_of_what_is_withheld_tells_nothing_of_it(ws: Workspace, sort: Sort) -> None:
    (withheld,) = (row.id for row in queue_for(ws).rows if row.withheld)

    def places(restricted: bool) -> set[int]:
        found = (rows(ws, sort, backwards=each, restricted=restricted) for each in (False, True))
        return {[row.id for row in each].index(withheld) for each in found}

    assert len(places(restricted=True)) == 2, "its value puts it in a place of its own"
    (place,) = places(restricted=False)
    assert all(value(row, sort) is None for row in rows(ws, sort)[place:])


def test_only_the_alerts_of_a_list_are_listed(ws: Workspace) -> None:
    every = queue_for(ws).rows
    lists = {alert.first.list_id for alert in alerts(ws) if not alert.restricted} - {""}
    assert len(lists) > 1
    for each in lists:
        found = queue_for(ws, Filters(list_id=each)).rows
        assert {row.id for row in found} >= {row.id for row in every if row.list_id == each}
        assert all(
            row.list_id == each or any(one.source for one in row.also or ()) for row in found
        )


def test_a_filter_by_list_does_not_tell_which_list_a_restricted_record_is_on(
    ws: Workspace,
) -> None:
    queues = [queue_for(ws, Filters(list_id=each)) for each in ("porthvellan-asb", "uk-sanctions")]
    assert queues[0].rows == ()
    assert not any(row.withheld for row in queues[1].rows)
    left_out = "1 alert based on a restricted record is not listed, because its list is restricted"
    assert all(left_out in each.not_shown for each in queues)
    (row,) = queue_for(ws, Filters(list_id="porthvellan-asb"), restricted=True).rows
    assert row.supplier_ref == "S2"
    of_another = Filters(list_id="uk-sanctions", supplier="S3")
    assert queue_for(ws, of_another).not_shown == ""


def test_a_list_that_does_not_exist_is_not_taken_for_one_without_alerts(ws: Workspace) -> None:
    with pytest.raises(NotFound, match="Unknown list 'un-sanctionz'"):
        queue_for(ws, Filters(list_id="un-sanctionz"))
    assert queue_for(ws, Filters(list_id="uk-debarment", states=("mitigated",))).rows == ()


def test_a_list_and_an_owner_filter_together(ws: Workspace) -> None:
    ws.settings = replace(ws.settings, users={"Ada": "officer"})
    mine = next(row for row in queue_for(ws).rows if row.list_id == "uk-sanctions")
    assign(ws, [mine.id], "me")
    found = queue_for(ws, Filters(list_id="uk-sanctions", owner="Ada")).rows
    assert [row.id for row in found] == [mine.id]
    assert mine.id not in {row.id for row in queue_for(ws, Filters(owner="")).rows}
