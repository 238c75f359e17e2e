"""The stream of Companies House says what to ask again, and nothing else."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from duediligence.demo.server import load_demo_answers, serve_demo_api
from duediligence.errors import SourceError, UsageError
from duediligence.model import Company, Dossier, Identifier, Supplier
from duediligence.model.entries import COMPANY
from duediligence.progress import SILENT
from duediligence.registers.companies_house.stream import STREAMS
from duediligence.scheduling.rescreening import follow_streams, list_due_suppliers
from duediligence.screening.run.screen import Screened, gather_dossiers, screen
from duediligence.screening.workspace import Workspace
from duediligence.store.schedule import ScheduleStore
from tests.conftest import NOW
from tests.homes import read_as_another_program
from tests.registers.companies_house.stream_server import KEY, Streams, event, serve_streams

OWNED, OTHER = "99002101", "99002201"
SUPPLIERS = [
    Supplier(ref="S1", name="Owned Invented Ltd", identifiers=(Identifier(COMPANY, OWNED),)),
    Supplier(ref="S2", name="Other Invented Ltd", identifiers=(Identifier(COMPANY, OTHER),)),
]


@pytest.fixture
def streams() -> Streams:
    return Streams({name: [event(1, "/company/99009999")] for name in STREAMS})


@pytest.fixture
def office(
    open_workspace: Callable[..., Workspace], home: Path, streams: Streams
) -> Iterator[Callable[..., Workspace]]:
    """A home with two suppliers, opened so many minutes after the usual time."""
    held = load_demo_answers()
    with serve_demo_api(held, limit=100_000) as base, serve_streams(streams) as stream:

        def open_at(minutes: int, **settings: object) -> Workspace:
            usual: dict[str, object] = {
                "companies_house_url": base,
                "companies_house_key": "any",
                "companies_house_stream_url": stream,
                "companies_house_stream_key": KEY,
            }
            at = NOW + timedelta(minutes=minutes)
            return open_workspace(home, at=at, **{**usual, **settings})

        open_at(0).suppliers.save(SUPPLIERS, file="suppliers.csv", at=NOW)
        open_at.held = held  # type: ignore[attr-defined]
        yield open_at


def due(ws: Workspace) -> dict[str, str | None]:
    return {one.ref: why for one, why in list_due_suppliers(ws, ws.suppliers.all())}


def status(dossier: Dossier) -> str:
    assert isinstance(dossier.company, Company)
    return dossier.company.status


def test_a_company_that_the_stream_names_is_asked_again_and_its_supplier_is_due(
    office: Callable[..., Workspace], streams: Streams
) -> None:
    screen(office(0), Screened(SUPPLIERS))
    assert due(office(1)) == {"S1": None, "S2": None}
    for number in (OWNED, OTHER):
        office.held[f"company/{number}"]["company_status"] = "liquidation"  # type: ignore[attr-defined]
    streams.held["officers"] = [event(7, f"/company/{OWNED}/appointments/x")]
    assert follow_streams(office(2)) == "1 supplier to ask about again"
    later = office(3)
    assert due(later) == {"S1": "register record changed", "S2": None}
    found = gather_dossiers(later, SUPPLIERS, SILENT)
    # What is kept of the other one is used for a day: no stream said that it changed.
    assert {ref: status(one) for ref, one in found.items()} == {
        "S1": "liquidation",
        "S2": "active",
    }
    screen(office(4), Screened(SUPPLIERS))
    assert due(office(5)) == {"S1": None, "S2": None}


def test_each_stream_goes_on_where_it_was_and_one_that_fails_does_not_stop_the_others(
    office: Callable[..., Workspace], streams: Streams, home: Path
) -> None:
    streams.held["filings"] = 503
    with pytest.raises(SourceError, match=r"not read: .*filings "):
        follow_streams(office(0))
    streams.held["filings"] = [event(4)]
    streams.held["charges"] = [event(1), event(5, f"/company/{OTHER}/charges/x")]
    said = follow_streams(office(1))
    assert said == "2 suppliers to ask about again; charges lacks 3 events"
    assert f"/{STREAMS[0]}?timepoint=1" in streams.asked
    with closing(ScheduleStore(home / "schedule.db")) as store:
        assert store.timepoints() == dict.fromkeys(STREAMS, 1) | {"filings": 4, "charges": 5}
        assert b"NEVER READ" not in b"".join(read_as_another_program(home).values())


def test_where_a_stream_goes_no_further_back_every_supplier_is_asked_about(
    office: Callable[..., Workspace], streams: Streams, home: Path
) -> None:
    follow_streams(office(0))
    streams.oldest = 100
    assert "2 suppliers to ask about again; companies goes no further back" in follow_streams(
        office(1)
    )
    with closing(ScheduleStore(home / "schedule.db")) as store:
        assert (store.timepoints(), store.announced().keys()) == ({}, {"S1", "S2"})


def test_without_a_key_nothing_is_asked(office: Callable[..., Workspace], streams: Streams) -> None:
    with pytest.raises(UsageError, match="no key"):
        follow_streams(office(0, companies_house_stream_key=""))
    assert streams.asked == []
