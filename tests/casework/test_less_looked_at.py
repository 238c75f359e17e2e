"""Where a key is removed, what it had found is not resolved: it is not looked at any more."""

from collections.abc import Callable
from pathlib import Path

from duediligence.casework.queue import alerts
from duediligence.delivery.digest import preview, send
from duediligence.demo.server import serve_demo_api
from duediligence.model import Identifier, NotInScope, Supplier
from duediligence.model.entries import COMPANY
from duediligence.screening.registers import load_register
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace

Open = Callable[..., Workspace]
BULK = Path(__file__).parents[2] / "duediligence" / "demo" / "companies_bulk"
# An owner of its owner is on a sanctions list.
LANTERNFISH = Supplier(
    ref="S013",
    name="Lanternfish Facilities Management Limited",
    identifiers=(Identifier(COMPANY, "99002101"),),
)


def open_alerts(workspace: Workspace) -> dict[tuple[str, str], str]:
    return {(one.first.check_id, one.first.entry_id): one.state for one in alerts(workspace)}


def test_an_alert_about_a_person_stays_where_people_are_out_of_scope(
    open_workspace: Open, home: Path, tmp_path: Path
) -> None:
    told = {"digest_folder": tmp_path / "told"}
    (tmp_path / "told").mkdir()
    with serve_demo_api() as base:
        keyed = open_workspace(home, companies_house_url=base, companies_house_key="any", **told)
        load_register(keyed, sorted(BULK.glob("*.csv")), "companies")
        keyed.suppliers.save([LANTERNFISH], file="s.csv", at=keyed.now())
        screen(keyed, Screened([LANTERNFISH]))
        before = open_alerts(keyed)
        assert any(check == "SAN-01" for check, _ in before)
        assert send(keyed).message
    without = open_workspace(home, **told)
    run = screen(without, Screened([LANTERNFISH]))
    assert run.complete, "a smaller scope is no failure"
    dossier = without.runs.dossiers(run.id)["S013"]
    assert dossier.officers == NotInScope("company-bulk-file-only")
    assert not any(finding.check_id == "SAN-01" for finding in run.findings)
    assert open_alerts(without) == before, "not looked at is not resolved"
    message = preview(without)
    assert message is None or "resolved" not in message.subject
