"""Figures of accounts: loaded beside what is there, gathered with a source, judged and shown."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from duediligence.errors import ExpectationFailed, UnreadableFile, UsageError
from duediligence.model import Identifier, NotHeld, NotInScope, NotKnown, Supplier
from duediligence.model.entries import COMPANY
from duediligence.screening.registers import load_accounts, load_register, statuses
from duediligence.screening.run.screen import Screened, scope_of, screen
from duediligence.screening.workspace import Workspace
from duediligence.store.casework.suppliers import Link
from tests.registers.bulk.made_accounts import SOUND, accounts, file_name, write, zipped

Open = Callable[..., Workspace]
DEMO = Path(__file__).parents[2] / "duediligence" / "demo"
ONE, TWO, THREE = "99000001", "99000002", "99000003"


def supplier(number: str) -> Supplier:
    identifiers = (Identifier(COMPANY, number),) if number else ()
    return Supplier(ref=f"S{number}", name=f"Lanternmoor {number}", identifiers=identifiers)


def daily(folder: Path, day: str, *numbers: str, ended: str = "2026-03-31") -> Path:
    made = {
        file_name(number, ended.replace("-", "")): accounts(
            number=number,
            ended=ended,
            started=f"{int(ended[:4]) - 1}-04-01",
            before=f"{int(ended[:4]) - 1}-03-31",
        )
        for number in numbers
    }
    return write(folder, f"Accounts_Bulk_Data-{day}.zip", zipped(made))


@pytest.fixture
def workspace(open_workspace: Open) -> Workspace:
    """Two suppliers, of whom the second is known by a link alone."""
    found = open_workspace()
    found.suppliers.save([supplier(ONE), supplier("")], file="suppliers.csv", at=found.now())
    settled = Identifier(COMPANY, TWO)
    found.links.add(Link(supplier_ref="S", identifier=settled, by="Ada", at=found.now()))
    return found


def test_of_a_zip_only_suppliers_are_read(workspace: Workspace, tmp_path: Path) -> None:
    version = load_accounts(workspace, [daily(tmp_path, "2026-11-20", ONE, TWO, THREE)])
    assert (version.rows, version.published) == (4, date(2026, 11, 20))
    assert len(workspace.register.accounts(ONE) or ()) == 2
    assert len(workspace.register.accounts(TWO) or ()) == 2
    assert workspace.register.accounts(THREE) is None


def test_a_company_is_named_by_its_number(workspace: Workspace, tmp_path: Path) -> None:
    path = daily(tmp_path, "2026-11-20", THREE)
    with pytest.raises(ExpectationFailed, match="hold no accounts of a supplier"):
        load_accounts(workspace, [path])
    assert load_accounts(workspace, [path], companies=[f" {THREE} "]).rows == 2


def test_a_load_adds_to_what_is_there_and_keeps_three_dates(
    workspace: Workspace, tmp_path: Path
) -> None:
    load_accounts(workspace, [daily(tmp_path, "2026-11-20", ONE, ended="2025-03-31")])
    version = load_accounts(workspace, [daily(tmp_path, "2026-11-24", TWO)])
    assert (version.rows, version.published) == (4, date(2026, 11, 24))
    older = load_accounts(workspace, [daily(tmp_path, "2023-11-24", ONE, ended="2023-03-31")])
    assert older.published == date(2026, 11, 24)
    load_accounts(workspace, [daily(tmp_path, "2026-11-24", ONE)])
    rows = workspace.register.accounts(ONE) or ()
    # The accounts to 2025 are there themselves: what those to 2026 repeat of it does not count.
    assert [(row.figures.ended.year, row.figures.comparative) for row in rows] == [
        (2026, False), (2025, False), (2024, True),
    ]  # fmt: skip
    assert len(workspace.register.accounts(TWO) or ()) == 2


def test_a_load_that_fails_leaves_what_was_there(workspace: Workspace, tmp_path: Path) -> None:
    load_accounts(workspace, [daily(tmp_path, "2026-11-20", ONE)])
    before = workspace.register.accounts(ONE)
    damaged = daily(tmp_path, "2026-11-21", ONE, ended="2026-06-30")
    damaged.write_bytes(damaged.read_bytes()[:-40])
    bad = write(tmp_path, "bad.html", "<html/>")
    for path, error in ((damaged, UnreadableFile), (bad, UnreadableFile), (tmp_path, UsageError)):
        nowhere = path / "none" if path == tmp_path else path
        with pytest.raises(error):
            load_accounts(workspace, [nowhere])
    assert workspace.register.accounts(ONE) == before
    assert {path.name for path in (tmp_path / "empty-home" / "register").iterdir()} == {
        path.name for path in (tmp_path / "empty-home" / "register").glob("accounts-*.db")
    }


def test_the_part_is_known_not_held_not_known_or_not_in_scope(
    workspace: Workspace, tmp_path: Path
) -> None:
    def figures(number: str) -> object:
        run = screen(workspace, Screened([supplier(number)]))
        return workspace.runs.dossiers(run.id)[f"S{number}"].figures

    load_accounts(workspace, [daily(tmp_path, "2026-11-20", ONE)])
    known = figures(ONE)
    assert isinstance(known, tuple)
    assert [one.net_assets for one in known] == [100_000, 90_000]
    assert isinstance(figures(TWO), NotHeld)
    assert figures(THREE) == NotInScope("accounts-not-loaded")


@pytest.mark.parametrize("company_register", [True, False])
def test_who_is_not_settled_is_not_known_where_a_company_register_is_asked(
    workspace: Workspace, tmp_path: Path, company_register: bool
) -> None:
    load_accounts(workspace, [daily(tmp_path, "2026-11-20", ONE)])
    if company_register:
        load_register(workspace, sorted((DEMO / "companies_bulk").glob("*.csv")), "companies")
    run = screen(workspace, Screened([Supplier(ref="X", name="Zzyxvar Unheard Of")]))
    figures = workspace.runs.dossiers(run.id)["X"].figures
    assert isinstance(figures, NotKnown if company_register else NotInScope)
    unknown = [one for one in run.findings if one.supplier_ref and one.outcome == "unknown"]
    assert bool(unknown) is company_register


def test_each_balance_sheet_has_its_document_as_source(
    workspace: Workspace, tmp_path: Path
) -> None:
    load_accounts(workspace, [daily(tmp_path, "2026-11-20", ONE)])
    run = screen(workspace, Screened([supplier(ONE)]))
    dossier = workspace.runs.dossiers(run.id)[f"S{ONE}"]
    (source,) = (one for one in dossier.sources if one.part == "figures")
    assert source.address == f"accounts: {file_name(ONE)}"
    assert source.retrieved_at == workspace.now()
    assert len(source.sha256) == 64


def test_what_they_say_becomes_a_finding(workspace: Workspace, tmp_path: Path) -> None:
    money = {**SOUND, "NetAssetsLiabilities": (-50_000, -20_000)}
    path = write(tmp_path, file_name(ONE), accounts(number=ONE, money=money))
    load_accounts(workspace, [path])
    run = screen(workspace, Screened([supplier(ONE)]))
    (finding,) = (one for one in run.findings if one.check_id.startswith("FIG-"))
    assert (finding.check_id, finding.severity) == ("FIG-01", "low")
    assert finding.retrieved_at == workspace.now()


def test_what_was_not_loaded_is_out_of_scope_and_no_failure(
    workspace: Workspace, tmp_path: Path
) -> None:
    assert "accounts-not-loaded" in scope_of(workspace).gaps
    load_accounts(workspace, [daily(tmp_path, "2026-11-20", ONE)])
    scope = scope_of(workspace)
    assert "accounts-not-loaded" not in scope.gaps
    assert "accounts-file-only" in scope.gaps
    assert [one.register for one in scope.registers] == ["accounts"]
    run = screen(workspace, Screened([supplier(THREE)]))
    assert not any(one.outcome == "unknown" for one in run.findings if one.supplier_ref)


def test_they_grow_old(open_workspace: Open, tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path / "home")
    load_accounts(workspace, [daily(tmp_path, "2026-09-01", ONE)], companies=[ONE])
    (status,) = (one for one in statuses(workspace) if one.register == "accounts")
    assert status.stale
