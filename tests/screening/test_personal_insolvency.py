"""Insolvent individuals: who is looked up, what makes a flag, and that all goes in time."""

import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from duediligence.casework import queue, retention
from duediligence.casework.deciding import Choice, decide
from duediligence.casework.held_records import sort_held_records
from duediligence.casework.runs_shown import run_for
from duediligence.casework.showing import alert_for
from duediligence.casework.subject_access import held as search_person
from duediligence.casework.subject_access import not_searched
from duediligence.casework.verifying import verify
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.errors import Forbidden
from duediligence.law.personal_insolvency import find_last_day, load_keeping_periods
from duediligence.model import Address, Finding, PartialDate, Person, Record, Run, Supplier
from duediligence.render.scope import scope_lines
from duediligence.render.set_aside import explain_set_aside
from duediligence.screening.lists.loading import RefreshTerms
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.run.screen import Screened, check, screen
from duediligence.screening.workspace import Workspace
from duediligence.store import database

from ..homes import read_as_another_program
from ..in_use import in_use

Open = Callable[..., Workspace]
IIR = "individual-insolvency"
LISTS = (IIR, "gazette-personal-insolvency")
SAMPLES = Path(__file__).parents[2] / "duediligence" / "demo" / "lists"
TREVANNICK = Address("12 Vetch Lane, Trevannick, ZY2 7PP", "ZY2 7PP")
ROOFER = Supplier(
    ref="P1",
    name="Thaddeus Quillfeather",
    address=TREVANNICK,
    people=(Person("Thaddeus Quillfeather", PartialDate(1971, 3), "owner"),),
)


def people(role: str, name: str, born: PartialDate | None, ref: str = "P2") -> Supplier:
    return Supplier(
        ref=ref,
        name="Porthvellan Joinery Ltd",
        address=Address("Unit 8, Quay Road, Porthvellan, ZY1 9ZZ", "ZY1 9ZZ"),
        people=(Person(name, born, role),),
    )


@pytest.fixture
def at(open_workspace: Open, tmp_path: Path) -> Iterator[Callable[..., Workspace]]:
    """Opens one home with both lists loaded, some days after."""
    home = tmp_path / "home"
    terms = RefreshTerms(scale=0.001, as_of=NOW.date())
    for one in refresh(open_workspace(home), LISTS, folder=SAMPLES, terms=terms):
        assert one.result == "loaded", one

    def on(day: int = 0, **settings: object) -> Workspace:
        return open_workspace(
            home, at=NOW + timedelta(days=day), **{"second_decision": (), **settings}
        )

    return on


def run_of(workspace: Workspace, *suppliers: Supplier) -> Run:
    workspace.suppliers.save(suppliers, file="s.csv", at=workspace.now())
    return screen(workspace, Screened(suppliers))


def flags(run: Run) -> list[Finding]:
    return [one for one in run.findings if one.check_id == "PIN-01"]


def test_a_sole_trader_is_flagged_by_month_and_postcode_on_both_lists(at: Open) -> None:
    found = flags(run_of(at(), ROOFER))
    assert {one.list_id for one in found} == set(LISTS)
    assert {one.severity for one in found} == {"high"}
    assert {one.handling for one in found} == {"restricted"}
    for one in found:
        assert one.possible_grounds == ("PA23-7-5 Insolvency, officer to decide",)
        assert "may belong to the trustee" in str(one.next_step)


def test_the_assets_of_a_company_are_not_those_of_its_bankrupt_director(at: Open) -> None:
    director = people("director", "Thaddeus Quillfeather", PartialDate(1971, 3))
    (one, *_) = flags(run_of(at(), replace(director, address=TREVANNICK)))
    assert one.severity == "high"
    assert "may not direct or manage a company without leave" in str(one.next_step)
    assert "trustee" not in str(one.next_step)


def test_month_with_the_town_flags_a_director_and_a_month_elsewhere_is_looked_up(at: Open) -> None:
    moor = PartialDate(1984, 11)
    near = people("director", "Perpetua Slingsby-Moor", moor)
    far = people("director", "Thaddeus Quillfeather", PartialDate(1971, 3), "P3")
    run = run_of(at(), near, far)
    assert [(one.supplier_ref, one.severity) for one in flags(run)] == [("P2", "medium")]
    aside = [one for one in run.set_aside if one.look_up]
    assert {one.supplier_ref for one in aside} == {"P3"}
    (said,) = {explain_set_aside(one) for one in aside if one.list_id == IIR}
    assert said.startswith("Name and month of birth agree, which many people share: look it up")
    assert all(one.look_up.startswith("https://") and one.until for one in aside)
    assert sum("proves nothing" in line for line in scope_lines(run)) == 1


def test_a_name_alone_is_looked_up_and_another_birth_date_is_somebody_else(at: Open) -> None:
    undated = people("partner", "Perpetua Slingsby-Moor", None)
    other = people("partner", "Perpetua Slingsby-Moor", PartialDate(1984, 10), "P3")
    run = run_of(at(), undated, other)
    assert flags(run) == []
    assert [one.supplier_ref for one in run.set_aside] == ["P2"]
    assert explain_set_aside(run.set_aside[0]).startswith("The name alone agrees")


def test_a_day_of_birth_that_differs_is_somebody_else(at: Open) -> None:
    day = people("owner", "Perpetua Slingsby-Moor", PartialDate(1984, 11, 29))
    same = people("owner", "Perpetua Slingsby-Moor", PartialDate(1984, 11, 30), "P3")
    far = Address("1 Far Row, Lundrey, ZY9 9AA", "ZY9 9AA")
    run = run_of(
        at(), day, Supplier(ref="P3", name="Elsewhere Ltd", address=far, people=same.people)
    )
    assert [one.supplier_ref for one in flags(run)] == ["P3"]
    assert run.set_aside == ()


def test_nobody_else_is_looked_up(at: Open) -> None:
    moor = PartialDate(1984, 11)
    named = people("named person", "Perpetua Slingsby-Moor", moor)
    secretary = people("secretary", "Perpetua Slingsby-Moor", moor, "P3")
    run = run_of(at(), named, secretary)
    assert (flags(run), run.set_aside) == ([], ())
    workspace = at()
    with check(workspace, ROOFER, keep=False) as checked:
        assert (flags(checked), checked.set_aside) == ([], ())


def test_what_was_annulled_is_no_flag(at: Open) -> None:
    vole = people("director", "Ignatius Vole", PartialDate(1979, 12, 17))
    run = run_of(at(), vole)
    assert (flags(run), run.set_aside) == ([], ())


def test_whoever_lacks_the_right_sees_that_something_is_withheld(at: Open) -> None:
    run = run_of(at(), ROOFER)
    users = {"ada": "officer", "odo": "administrator"}
    alert = queue.alerts(at())[0]
    for who, sees in (("ada", True), ("odo", False)):
        workspace = at(users=users)
        workspace.who = who
        shown = run_for(workspace, run.id, restricted=True)
        assert bool(flags(shown.run)) == sees
        assert bool(shown.withheld.restricted) != sees
        sorted_out = sort_held_records(workspace, "P1", restricted=True)
        assert ("insolvency" in repr(sorted_out.records)) == sees
        assert any(one.withheld for one in sorted_out.records) != sees
        named = {one.where: one.fields for one in search_person(workspace, "Thaddeus Quillfeather")}
        assert "supplier" in named
        assert ("list entry" in named) == sees
        assert ("insolvent" in not_searched(workspace)) != sees
        if sees:
            assert alert_for(workspace, alert.id, restricted=True).entry_name
        else:
            with pytest.raises(Forbidden, match="may not see personal insolvency"):
                alert_for(workspace, alert.id, restricted=True)
            with pytest.raises(Forbidden, match="may not see personal insolvency"):
                decide(workspace, alert, Choice(decided="same", reason="SUPPLIER-SAYS"))


def held(home: Path, *marks: str) -> list[str]:
    """Every file of the home that holds one of the texts, whatever it is."""
    pattern = re.compile("|".join(marks).encode(), re.IGNORECASE)
    every = read_as_another_program(home).items()
    return [str(path.relative_to(home)) for path, body in every if pattern.search(body)]


def test_nothing_is_left_the_day_after_its_time(at: Open) -> None:
    """Of a bankruptcy three months after discharge; of the flag, the alert and look-ups as well."""
    far = people("director", "Barnabas Thrumble", PartialDate(1958, 9), "P4")
    elsewhere = Supplier(
        ref="P4", name="Lundrey Ltd", address=Address("1 Row, Lundrey"), people=far.people
    )
    marks = ("99100001", "99101-9910001", "tad quill", "quillfeather roofing", "14 march 1971")
    workspace = at()
    home = workspace.settings.home
    run_of(workspace, ROOFER, elsewhere, people("director", "Barnabas Thrumble", None))
    (alert, *_) = queue.alerts(workspace)
    decide(workspace, alert, Choice(decided="same", reason="SUPPLIER-SAYS"))
    assert not [one for one in held(home, *marks) if "snapshots" in one]
    assert held(home, *marks)
    last = date(2027, 9, 2)
    days = (last - NOW.date()).days
    retention.run(in_use(at(days)), dry_run=False)
    assert held(home, *marks)
    assert held(home, "99100004-restrictions")
    done = retention.run(in_use(at(days + 1)), dry_run=False)
    assert {one.rule.id: one.records for one in done.removed}["personal-insolvency"] > 3
    assert held(home, *marks) == []
    assert held(home, "99100004-restrictions"), "what lasts longer stays"
    assert verify(at(days + 1)) is None
    retention.run(in_use(at((date(2029, 3, 16) - NOW.date()).days)), dry_run=False)
    assert held(home, "9910000[1-6]", "Ottoline", "Slingsby") == []


def test_a_failed_load_leaves_nobody_s_name(at: Open, tmp_path: Path) -> None:
    folder = tmp_path / "brought"
    shutil.copytree(SAMPLES / IIR, folder)
    for path in folder.iterdir():
        text = path.read_text("utf-8")
        path.write_text(re.sub("(<CaseType>)", r"\1Bankruptcy of Zenobia Quortle ", text), "utf-8")
    workspace = at(10)
    (failed,) = refresh(workspace, [IIR], folder=folder, terms=RefreshTerms(as_of=NOW.date()))
    assert failed.result == "failed"
    assert held(workspace.settings.home, "Quortle") == []


def test_weeding_says_that_another_program_reads_what_was_removed(
    at: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "PATIENCE_SECONDS", 0.01)
    run_of(at(), ROOFER)
    reader = sqlite3.connect(at().settings.home / "lists.db")
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
    done = retention.run(in_use(at(5_000)), dry_run=False)
    assert any("log of lists.db, which another program reads" in line for line in done.weeding)
    reader.close()


def test_the_table_has_a_source_for_each_row_and_bounds_every_record() -> None:
    for period in load_keeping_periods():
        assert re.search(r"r\.11|rr\.11|s\.279", period.source), period
    day = date(2026, 3, 1)
    for stage in ("bankruptcy", "arrangement", "debt relief order", "bankruptcy restrictions"):
        record = Record(type="personal_insolvency", stage=stage, event_date=day, source_date=day)
        assert find_last_day(record) == date(2026, 6, 1)
    annulled = Record(
        type="personal_insolvency",
        stage="bankruptcy",
        event_date=day,
        expires=day,
        status="quashed",
    )
    assert find_last_day(annulled) == date(2026, 3, 29)
    assert find_last_day(Record(type="personal_insolvency", stage="arrangement")) == date.min
    assert find_last_day(Record(type="insolvency", event_date=day)) is None
