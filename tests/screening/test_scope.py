"""What an installation never looks at is its scope, and no failure of a run."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import msgspec

from duediligence.demo.server import serve_demo_api
from duediligence.model import (
    Identifier,
    NotInScope,
    RegisterInUse,
    Run,
    Scope,
    Supplier,
    not_looked_at,
)
from duediligence.model.entries import CHARITY_SCOTLAND, COMPANY
from duediligence.render.saying import format_text
from duediligence.render.scope import GAPS, describe_scope, scope_lines
from duediligence.screening.registers import load_register
from duediligence.screening.run.screen import Screened, exit_code, scope_of, screen
from duediligence.screening.workspace import Workspace
from tests.rows import for_each

Open = Callable[..., Workspace]
DEMO = Path(__file__).parents[2] / "duediligence" / "demo"
NOT_LOADED = (
    "accounts-not-loaded",
    "charities-england-wales-not-loaded",
    "charities-scotland-not-loaded",
    "charities-northern-ireland-not-loaded",
)
# Of the invented companies in bulk: one that is in order, and a number that is nobody's.
SOUND = Supplier(ref="S1", name="Anything", identifiers=(Identifier(COMPANY, "99009999"),))


def bulk(workspace: Workspace) -> None:
    load_register(workspace, sorted((DEMO / "companies_bulk").glob("*.csv")), "companies")


def test_nothing_set_up_is_one_gap_and_makes_no_register(open_workspace: Open, home: Path) -> None:
    workspace = open_workspace(home)
    assert scope_of(workspace) == Scope(gaps=("no-company-register", *NOT_LOADED))
    assert not (home / "register.db").exists()


def test_bulk_files_a_key_and_both(open_workspace: Open, tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path / "a")
    bulk(workspace)
    found = scope_of(workspace)
    assert found.gaps == ("company-bulk-file-only", "owners-not-loaded", *NOT_LOADED)
    (register,) = found.registers
    assert (register.register, register.online) == ("companies-house", False)
    assert register.dated is not None
    keyed = open_workspace(tmp_path / "b", companies_house_key="any")
    assert scope_of(keyed) == Scope(
        registers=(RegisterInUse(register="companies-house", online=True),),
        gaps=("addresses-not-counted", *NOT_LOADED),
    )
    bulk(keyed)
    assert scope_of(keyed).gaps == NOT_LOADED


def test_a_charity_register_that_is_loaded_still_has_limits(
    open_workspace: Open, tmp_path: Path
) -> None:
    workspace = open_workspace(tmp_path / "a")
    folder = tmp_path / "charities.csv"
    folder.write_text("Charity Number,Charity Name,Charity Status\nSC099001,Tarn Hall,Active\n")
    load_register(workspace, [folder], "charities")
    assert "charities-scotland-file-only" in scope_of(workspace).gaps
    charity = Supplier(
        ref="C1", name="Tarn Hall", identifiers=(Identifier(CHARITY_SCOTLAND, "SC099001"),)
    )
    run = screen(workspace, Screened([charity]))
    about = {finding.check_id for finding in run.findings if finding.supplier_ref}
    # Its file gives no day of registration here, which it should; the rest it never has.
    assert about == {"CHA-08"}


def test_what_no_bulk_file_has_leaves_no_finding(open_workspace: Open, home: Path) -> None:
    workspace = open_workspace(home)
    bulk(workspace)
    company = Supplier(ref="S1", name="X", identifiers=(Identifier(COMPANY, "99002401"),))
    run = screen(workspace, Screened([company]))
    assert run.complete
    assert exit_code(run, "low") == 1
    assert run.scope == scope_of(workspace)
    dossier = workspace.runs.dossiers(run.id)["S1"]
    assert dossier.officers == NotInScope("company-bulk-file-only")
    assert run.readings["S1"].words != ("incomplete",)
    stored = workspace.runs.get(run.id)
    assert stored == run


def test_a_number_that_is_not_in_the_bulk_file_is_one_line_and_incomplete(
    open_workspace: Open, home: Path
) -> None:
    workspace = open_workspace(home)
    bulk(workspace)
    run = screen(workspace, Screened([SOUND]))
    (finding,) = (f for f in run.findings if f.supplier_ref)
    assert finding.outcome == "unknown"
    assert "not among the live companies of the bulk file" in format_text(finding.why)
    assert exit_code(run, "low") == 3
    assert "incomplete" in run.readings["S1"].words


def test_who_cannot_be_resolved_is_one_line_and_incomplete(
    open_workspace: Open, home: Path
) -> None:
    workspace = open_workspace(home)
    bulk(workspace)
    run = screen(workspace, Screened([Supplier(ref="S1", name="Zzyxvar Unheard Of")]))
    (finding,) = (f for f in run.findings if f.supplier_ref)
    assert "not settled which legal entity" in format_text(finding.why)
    assert exit_code(run, "low") == 3


def test_an_answer_that_fails_is_incomplete_though_the_rest_is_out_of_scope(
    open_workspace: Open, home: Path
) -> None:
    with serve_demo_api() as base:
        workspace = open_workspace(home, companies_house_url=base, companies_house_key="any")
        workspace.backoff = 0.02
        down = Supplier(ref="S18", name="X", identifiers=(Identifier(COMPANY, "99002601"),))
        run = screen(workspace, Screened([down]))
    assert exit_code(run, "low") == 3
    assert any("500" in format_text(finding.why) for finding in run.findings)


def test_every_gap_has_words_and_a_wider_scope_lacks_less() -> None:
    for gap in GAPS:
        (line,) = (
            each for each in describe_scope([], Scope(gaps=(gap,))) if "Not looked at" in each
        )
        assert GAPS[gap] in line
    nothing = not_looked_at(("no-company-register",))
    assert not_looked_at(("company-bulk-file-only", "owners-not-loaded")) < nothing
    assert not_looked_at(()) < not_looked_at(("addresses-not-counted",)) < nothing


def test_the_scope_fits_a_screen_and_widening_it_is_one_line(
    open_workspace: Open, home: Path
) -> None:
    run = screen(open_workspace(home), Screened([SOUND]))
    lines = scope_lines(run)
    assert len(lines) <= 5
    assert sum("To look at more" in line for line in lines) == 1
    assert not any("companies_house_key" in line for line in lines)
    told = scope_lines(run, commands=True)
    assert sum("companies_house_key" in line for line in told) == 1


def test_a_run_from_before_its_scope_was_kept_still_opens(open_workspace: Open, home: Path) -> None:
    run = screen(open_workspace(home), Screened([SOUND]))
    document = msgspec.to_builtins(run)
    del document["scope"]
    older = msgspec.convert(document, Run)
    assert older.scope is None
    assert "No register of companies or charities was asked." in scope_lines(older)


@for_each("stale", [False, True])
def test_a_register_out_of_date_says_so(stale: bool) -> None:
    register = RegisterInUse(register="companies-house", dated=date(2026, 1, 1), stale=stale)
    text = " ".join(describe_scope([], Scope(registers=(register,))))
    assert "Companies House (bulk file of 1 January 2026" in text
    assert ("out of date" in text) == stale
