"""A supplier at the premises of a listed party of another name."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from duediligence.contracts import Drift, Expect, Feed, Files, watchlist
from duediligence.model import Address, CompanyRow, ListEntry, Name, RegisterFile, Supplier
from duediligence.model.entries import Record
from duediligence.screening.lists.loading import RefreshTerms
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.store.register.local_register import Incoming
from tests.rows import for_each

FILE = "made.txt"
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
HERE = "7 Quillen Street, Nowhampton"
SUPPLIER = Supplier(ref="S1", name="Vexholm Bakers Ltd", address=Address(HERE, "ZY1 1AB"))


@watchlist(
    id="made",
    title="Made list",
    publisher="Test",
    licence="none",
    topic="enforcement",
    homepage="https://lists.example.org",
    feeds=(Feed(FILE),),
    max_age=timedelta(days=9999),
    expect=Expect(entries=(0, 1000), weekly_loss=1.0),
    premises=True,
)
def made(files: Files) -> Iterator[ListEntry]:
    """A list of names, each at the same premises."""
    for name in files[FILE].read_bytes().decode().splitlines():
        yield ListEntry(
            id=name,
            list_id="made",
            kind="organisation",
            names=(Name(name),),
            addresses=(Address(HERE, "ZY1 1AB"),),
            record=Record(type="conviction", event="Fraud", status="live"),
        )


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    (tmp_path / FILE).write_text("Osperdale Scaffolding Ltd\n", encoding="utf-8")
    with Workspace(Settings(home=tmp_path / "home", workers=1), now=lambda: NOW) as opened:
        opened.__dict__["watchlists"] = {"made": made}
        list(refresh(opened, folder=tmp_path, terms=RefreshTerms(as_of=NOW.date())))
        yield opened


def names_found(workspace: Workspace) -> list[str]:
    run = screen(workspace, Screened([SUPPLIER]))
    return [finding.entry_id for finding in run.findings if finding.list_id == "made"]


def test_another_name_at_the_same_premises_is_found_and_makes_no_register(
    workspace: Workspace,
) -> None:
    assert names_found(workspace) == ["Osperdale Scaffolding Ltd"]
    assert not (workspace.settings.home / "register.db").exists()


@for_each(("companies", "found"), [(5, True), (6, False)])
def test_an_address_of_more_than_five_companies_tells_nothing(
    workspace: Workspace, companies: int, found: bool
) -> None:
    row = CompanyRow(**dict.fromkeys(CompanyRow._fields))._replace(
        status="active", type="ltd", address=HERE, postcode="ZY1 1AB", country="",
        sic_codes="", former_names="", former_until="",
    )  # fmt: skip
    rows = [row._replace(number=f"9900{n:04}", name=f"Crowd {n} Ltd") for n in range(companies)]
    file = RegisterFile("invented.csv", "0" * 64)
    incoming = Incoming(files=(file,), published=date(2026, 11, 1), at=NOW, drift=Drift())
    workspace.register.load_companies(rows, incoming)
    assert bool(names_found(workspace)) == found
