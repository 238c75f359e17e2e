"""Everyone behind a supplier is screened, where a register is set up: a real server on loopback."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.demo.server import serve_demo_api
from duediligence.model import Company, Finding, Identifier, Run, Supplier
from duediligence.model.entries import COMPANY
from duediligence.render.saying import format_text
from duediligence.screening.registers import load_register
from duediligence.screening.resolution.resolving import settle
from duediligence.screening.run.screen import Screened, exit_code, screen
from duediligence.screening.workspace import Workspace

Open = Callable[..., Workspace]
BULK = Path(__file__).parents[2] / "duediligence" / "demo" / "companies_bulk"


@pytest.fixture
def workspace(open_workspace: Open, home: Path) -> Iterator[Workspace]:
    """Every invented list and company at hand."""
    with serve_demo_api() as base:
        opened = open_workspace(home, companies_house_url=base, companies_house_key="any")
        opened.backoff = 0.02
        load_register(opened, sorted(BULK.glob("*.csv")), "companies")
        yield opened


def company(ref: str, name: str, number: str) -> Supplier:
    return Supplier(ref=ref, name=name, identifiers=(Identifier(COMPANY, number),))


def checks(run: Run, ref: str) -> dict[str, Finding]:
    return {finding.check_id: finding for finding in run.findings if finding.supplier_ref == ref}


def test_each_story_is_told(workspace: Workspace) -> None:
    run = screen(
        workspace,
        Screened(
            [
                company("S013", "Lanternfish Facilities Management Limited", "99002101"),
                company("S014", "Kittiwake Grounds Maintenance Ltd", "99002201"),
                company("S015", "Saltmarsh Scaffolding (2025) Ltd", "99002301"),
                company("S016", "Oakhanger Catering Ltd", "99002401"),
                company("S018", "Wrenfield Transport Services Ltd", "99002601"),
                company("S009", "Moorhen Supported Living CIC", "99001555"),
            ]
        ),
    )
    owner = checks(run, "S013")["SAN-01"]
    assert "Petrosyanov" in owner.subject_name
    assert "owner of" in owner.subject_role
    assert checks(run, "S014")["CH-DSQ-01"].severity == "critical"
    assert any(i.startswith("CH-PHX") for i in checks(run, "S015"))
    assert {"CH-FIL-01", "CH-FIL-02"} & set(checks(run, "S016"))
    down = checks(run, "S018")
    assert {finding.outcome for finding in down.values()} == {"unknown"}
    assert "500" in format_text(down["REG-01"].why)
    assert checks(run, "S009") == {}
    assert run.readings["S009"].words == ("standard",)
    assert run.readings["S014"].words == ("stop and verify",)
    assert run.readings["S018"].words == ("incomplete",)
    assert exit_code(run, "low") == 3


def test_the_dossiers_are_kept_with_the_run(workspace: Workspace) -> None:
    run = screen(workspace, Screened([company("S014", "Kittiwake Grounds", "99002201")]))
    dossier = workspace.runs.dossiers(run.id)["S014"]
    assert isinstance(dossier.company, Company)
    assert dossier.company.number == "99002201"
    assert all(source.retrieved_at and source.address for source in dossier.sources)


def test_a_link_by_hand_beats_the_number_of_the_buyer(workspace: Workspace) -> None:
    wrong = company("S9", "Moorhen Supported Living CIC", "99002201")
    workspace.suppliers.save([wrong], file="s.csv", at=NOW)
    settle(workspace, "S9", "GB-COH-99001555", by="A. Officer")
    run = screen(workspace, Screened([wrong]))
    assert workspace.runs.dossiers(run.id)["S9"].company.number == "99001555"  # type: ignore[union-attr]


def test_without_a_register_nothing_is_asked_and_nothing_is_missing(
    open_workspace: Open, home: Path
) -> None:
    run = screen(open_workspace(home), Screened([company("S1", "Moorhen", "99001555")]))
    assert run.readings == {}
    assert run.complete
    assert not (home / "register.db").exists()


def test_a_key_that_is_refused_leaves_everything_not_known(
    open_workspace: Open, home: Path
) -> None:
    with serve_demo_api({}) as base:
        refused = open_workspace(
            home, companies_house_url=base + "/nowhere", companies_house_key="k"
        )
        refused.backoff = 0.02
        run = screen(refused, Screened([company("S1", "Moorhen", "99001555")]))
    assert run.readings["S1"].words != ("standard",)
    assert all("k@" not in format_text(finding.why) for finding in run.findings)
