"""A screening sets what was declared beside what it finds."""

from collections.abc import Callable
from pathlib import Path

import pytest

from duediligence.errors import UsageError
from duediligence.model import Supplier
from duediligence.screening.imports import import_declarations
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace

Open = Callable[..., Workspace]
BARRED = Supplier(
    ref="S1", name="Harrowgate & Penwith Security Services Ltd", contract="Guarding, 2026"
)
CLEAN = Supplier(ref="S2", name="Little Acorns Youth Project CIO", contract="Youth clubs")
HEADER = "supplier_ref,question,answer,date\n"


def kept(workspace: Workspace, path: Path, rows: str) -> None:
    workspace.suppliers.save([BARRED, CLEAN], file="suppliers.csv", at=workspace.now())
    (path / "declared.csv").write_text(HEADER + rows, encoding="utf-8")
    import_declarations(workspace, path / "declared.csv")


def raised(workspace: Workspace) -> set[tuple[str, str]]:
    run = screen(workspace, Screened([BARRED, CLEAN]))
    return {(f.supplier_ref, f.check_id) for f in run.findings if f.check_id.startswith("DCL")}


def test_without_any_declaration_nothing_is_missed(open_workspace: Open, home: Path) -> None:
    assert raised(open_workspace(home)) == set()


def test_a_debarred_supplier_that_declared_nothing_of_it(
    open_workspace: Open, home: Path, tmp_path: Path
) -> None:
    workspace = open_workspace(home)
    kept(workspace, tmp_path, "S1,professional_misconduct,no,2026-03-02\n")
    assert raised(workspace) == {("S1", "DCL-01"), ("S2", "DCL-03")}
    kept(workspace, tmp_path, "S1,professional_misconduct,yes,2026-10-02\n")
    assert raised(workspace) == {("S1", "DCL-02"), ("S2", "DCL-03")}


def test_a_finding_under_older_law_stands_against_what_was_declared(
    open_workspace: Open, home: Path, tmp_path: Path
) -> None:
    """Suppliers are asked about grounds of the Act; those of other laws are like them."""
    workspace = open_workspace(home, contract_regime="pcr-2015")
    tipped = Supplier(ref="S1", name="Skuamere Skip Hire Limited", contract="Skips")
    workspace.suppliers.save([tipped], file="suppliers.csv", at=workspace.now())
    rows = "S1,professional_misconduct,no,2026-03-02\nS1,insolvency_bankruptcy,no,2026-03-02\n"
    (tmp_path / "declared.csv").write_text(HEADER + rows, encoding="utf-8")
    import_declarations(workspace, tmp_path / "declared.csv")
    found = screen(workspace, Screened([tipped])).findings
    labels = {one.split()[0] for f in found for one in f.possible_grounds if f.list_id}
    assert labels == {"PCR15-misconduct", "PCR15-obligations"}
    (told,) = [f for f in found if f.check_id == "DCL-01"]
    assert "rofessional misconduct" in str(told.why)
    assert "nsolvency" not in str(told.why)
    assert [one.split()[0] for one in told.possible_grounds] == ["PCR15-misconduct"]


def test_a_file_with_a_fault_leaves_nothing_behind(
    open_workspace: Open, home: Path, tmp_path: Path
) -> None:
    workspace = open_workspace(home)
    with pytest.raises(UsageError):
        kept(workspace, tmp_path, "S1,tax_offences,no,2026-03-02\nS1,tax,no,2026-03-02\n")
    assert workspace.declarations.standing() == {}
