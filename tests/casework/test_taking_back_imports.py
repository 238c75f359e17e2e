"""A wrong import is taken back: what it made is as it was, and what people did since is left."""

import csv
import os
import signal
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from duediligence.casework import comments, retention, subject_access, supplier_editing, undoing
from duediligence.casework.supplier_history import history
from duediligence.casework.supplier_imports import (
    MOST_ALONE,
    TakingBack,
    list_imports,
    show_import,
    take_back_import,
)
from duediligence.casework.supplier_merging import merge
from duediligence.casework.verifying import examine
from duediligence.errors import Conflict, Forbidden, NotFound
from duediligence.model import Supplier
from duediligence.screening import clock, imports
from duediligence.screening.imports import import_suppliers, plan_replacement, replace_suppliers
from duediligence.screening.resolution import resolving
from duediligence.suppliers.facts import SupplierFacts
from tests.casework.supplier_office import Office

HEADINGS = ("ref", "name", "postcode", "directors", "contract")
ADA, BO = "Ada Ferrow 1968-03", "Bo Marlpit"
OLD = ("S1", "Quill Ltd", "ZY1 1AA", ADA, "Cleaning")
# The same supplier, and one that is new, as a wrong file has them.
WRONG = (("S1", "Fenmoor Ltd", "ZY1 1AB", BO, "Care"), ("S2", "Quill Limited", "", BO, ""))
# One more than one person may take back alone.
MANY = [(f"M{i}", f"Many {i} Ltd", "", "", "") for i in range(MOST_ALONE + 1)]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    one = Office(tmp_path / "home")
    yield one
    one.workspace.__exit__()


def written(office: Office, rows: Sequence[Sequence[str]], name: str = "suppliers.csv") -> Path:
    path = office.home.with_name(name)
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([HEADINGS, *rows])
    return path


def imported(office: Office, *rows: Sequence[str], all_there_are: bool = False) -> int:
    """Import a file of these rows, and return the number of the import."""
    office.day += 1
    ws, path = office.workspace, written(office, rows)
    if all_there_are:
        replace_suppliers(ws, plan_replacement(ws, path, mapping={}, sheet=""), end_most=True)
    else:
        import_suppliers(ws, path, mapping={}, sheet="", rejects_folder=None)
    return list_imports(ws)[0].number


def suppliers(office: Office) -> dict[str, Supplier]:
    return {one.ref: one for one in office.workspace.suppliers.all()}


def open_alerts(office: Office) -> dict[str, str]:
    """The supplier of each open alert, by its key."""
    return {one.id: one.supplier_ref for one in office.alerts() if one.state == "open"}


def why_left(plan: TakingBack) -> dict[str, str]:
    return {ref: why for ref, _, why in plan.left}


def is_sound(office: Office) -> None:
    office.is_sound()
    assert examine(office.workspace).sound


def firms(number: int, which: str) -> Iterator[tuple[str, ...]]:
    """Rows of suppliers, a fifth without a reference and another fifth with a second contract."""
    for i in range(number):
        ref, person = f"S{i:03}" if i % 5 else "", ""
        if which == "wrong":
            name = f"Wrong {i} Ltd" if i % 3 or not ref else "Quill Ltd"
            person, postcode = BO if i % 4 == 0 else "", f"ZX{i % 9 + 1} {i // 9 % 9}AA"
        else:
            name = f"Firm {i} Ltd" if i % 6 or not ref else "Quill Limited"
            person, postcode = ADA if i % 7 == 0 else "", f"ZY{i % 9 + 1} {i // 9 % 9}AA"
        yield (ref, name, postcode, person, f"{which} {i}")
        if i % 5 == 1:
            yield (ref, name, postcode, person, f"{which} {i}, further")


def test_the_right_file_gives_what_it_would_have_given(tmp_path: Path) -> None:
    number = 250
    office, twin = Office(tmp_path / "a" / "home"), Office(tmp_path / "b" / "home")
    for one in (office, twin):
        one.home.parent.mkdir()
        imported(one, *firms(number * 3 // 5, "right"))
        one.screened()
        one.decided("S007", "E1")
    before, alerts = suppliers(office), open_alerts(office)
    rows = list(firms(number, "wrong"))
    assert len(rows) == 300
    wrong = imported(office, *rows)
    twin.day += 1
    office.screened()
    ten = sorted({ref for ref in open_alerts(office).values() if ref[1:].isdigit()})[:10]
    for ref in ten:
        entry = next(one for one in office.alerts(ref) if one.state == "open").first.entry_id
        office.decided(ref, entry)
    plan = show_import(office.workspace, wrong)
    assert why_left(plan) == dict.fromkeys(ten, "an alert was decided")
    assert len(plan.leaving) + len(plan.restored) + 10 == number
    take_back_import(office.workspace, wrong)
    given = suppliers(office)
    assert {ref: one for ref, one in given.items() if ref not in ten} == {
        ref: one for ref, one in before.items() if ref not in ten
    }
    assert {id_ for id_, ref in open_alerts(office).items() if ref not in ten} == {
        id_ for id_, ref in alerts.items() if ref not in ten
    }
    assert {one.state for one in office.alerts() if one.supplier_ref not in given} == {
        "import taken back"
    }
    is_sound(office)
    for one in (office, twin):
        imported(one, *firms(number, "right"))
    assert suppliers(office) == suppliers(twin)
    for one in (office, twin):
        one.screened()
    assert open_alerts(office) == open_alerts(twin)
    is_sound(office)


def test_it_is_listed_and_each_supplier_names_its_imports(office: Office) -> None:
    first = imported(office, OLD)
    second = imported(office, *WRONG, ("S3", "", "", "", ""))
    newest, oldest = list_imports(office.workspace)
    assert (oldest.number, newest.number) == (first, second)
    assert (oldest.added, oldest.changed, oldest.refused) == (1, 0, 0)
    assert (newest.added, newest.changed, newest.ended, newest.refused) == (1, 1, 0, 1)
    assert (newest.file, newest.by, len(newest.sha256)) == ("suppliers.csv", "Ada", 64)
    take_back_import(office.workspace, second)
    told = history(office.workspace, "S1").imports
    assert [number for number, _ in told] == [first, second, second]
    assert told[-1][1].startswith(f"Import {second}, of suppliers.csv, was taken back: ")
    with pytest.raises(Conflict, match="taken back already"):
        take_back_import(office.workspace, second)
    with pytest.raises(NotFound):
        show_import(office.workspace, second + 1)
    assert why_left(show_import(office.workspace, second)) == {
        "S1": "it was given back",
        "S2": "it was given back",
    }


def test_an_alert_closes_and_the_one_before_is_open_again(office: Office) -> None:
    imported(office, OLD)
    office.screened()
    before = open_alerts(office)
    wrong = imported(office, *WRONG)
    office.screened()
    assert not before.keys() & open_alerts(office).keys()
    numbers = {one.id: one.number for one in office.alerts()}
    take_back_import(office.workspace, wrong)
    assert open_alerts(office) == before
    assert {one.state for one in office.alerts() if one.id not in before} == {"import taken back"}
    assert {one.id: one.number for one in office.alerts()} == numbers
    is_sound(office)
    # Imported after all, and screened again: it is found again, under its number.
    imported(office, *WRONG)
    office.screened()
    assert open_alerts(office).keys() == numbers.keys() - before.keys()
    assert {one.id: one.number for one in office.alerts()} == numbers
    is_sound(office)


def test_a_later_import_must_be_taken_back_first(office: Office) -> None:
    imported(office, OLD)
    before = suppliers(office)
    wrong = imported(office, *WRONG)
    later = imported(office, ("S1", "Fenmoor Haulage Ltd", "ZY1 1AB", BO, "Care"), WRONG[1])
    # What it changed and what it has just so are both left.
    plan = show_import(office.workspace, wrong)
    assert why_left(plan) == dict.fromkeys(("S1", "S2"), f"import {later} has it")
    with pytest.raises(Conflict, match="Nothing of import"):
        take_back_import(office.workspace, wrong)
    take_back_import(office.workspace, later)
    take_back_import(office.workspace, wrong)
    assert suppliers(office) == before
    is_sound(office)


def test_the_same_file_again_confirms_nothing(office: Office) -> None:
    wrong = imported(office, *WRONG)
    imported(office, *WRONG)
    take_back_import(office.workspace, wrong)
    assert not suppliers(office)


def test_who_ended_lives_again(office: Office) -> None:
    imported(office, OLD)
    office.screened()
    before = open_alerts(office)
    wrong = imported(office, *WRONG[1:], all_there_are=True)
    assert not open_alerts(office)
    assert list_imports(office.workspace)[0].ended == 1
    take_back_import(office.workspace, wrong)
    assert suppliers(office).keys() == {"S1"}
    assert suppliers(office)["S1"].ended is None
    assert open_alerts(office) == before


def test_what_a_person_recorded_since_is_left(office: Office) -> None:
    kept = [(f"S{i}", f"Firm {i} Ltd", "", ADA, "") for i in range(1, 7)]
    imported(office, *kept)
    ws = office.workspace
    resolving.settle(ws, "S6", "none", by="Ada")
    wrong = imported(office, *[(ref, f"Wrong {ref} Ltd", "", BO, "") for ref, *_ in kept])
    office.screened()
    comments.add_comment(ws, office.alert("S1", "E3").id, "Rang them")
    resolving.settle(ws, "S2", "none", by="Ada")
    supplier_editing.edit(ws, "S3", SupplierFacts(name="Right Ltd"))
    merge(ws, "S4", "S5")
    assert why_left(show_import(ws, wrong)) == {
        "S1": "an alert was commented on",
        "S2": "it was linked to a register entry",
        "S3": "it was changed by hand",
        "S4": "it was changed by hand; it was merged or split",
        "S5": "it was changed by hand; it was merged or split",
    }
    before = suppliers(office)
    take_back_import(ws, wrong)
    now = suppliers(office)
    assert {ref for ref in now if now[ref] != before[ref]} == {"S6"}
    # A link from before is kept.
    assert "S6" in ws.links.newest()
    is_sound(office)


def test_who_is_needed_by_another_stays(office: Office) -> None:
    wrong = imported(office, *WRONG)
    supplier_editing.add(office.workspace, SupplierFacts(name="Dune Ltd", part_of="S2"), ref="S9")
    assert why_left(show_import(office.workspace, wrong)) == {"S2": "S9 works under it"}


def test_references_that_came_with_it_go(office: Office) -> None:
    imported(office, ("", "Moss Ltd", "ZY1 1AA", ADA, ""))
    (before,) = suppliers(office).items()
    wrong = imported(office, ("V1", "Moss Limited", "ZY1 1AA", ADA, ""))
    assert office.workspace.casework.supplier_refs.own_refs() == {"V1": before[0]}
    take_back_import(office.workspace, wrong)
    assert not office.workspace.casework.supplier_refs.own_refs()
    assert suppliers(office) == dict([before])
    is_sound(office)


def test_columns_that_were_chosen_for_it_are_forgotten(office: Office) -> None:
    path = written(office, [OLD])
    ws = office.workspace
    read = import_suppliers(ws, path, mapping={"name": "contract"}, sheet="", rejects_folder=None)
    assert [one.name for one in read.read.suppliers] == ["Cleaning"]
    take_back_import(ws, list_imports(ws)[0].number)
    assert not imports.read_column_maps(office.home)
    imported(office, OLD)
    assert suppliers(office)["S1"].name == "Quill Ltd"


def test_of_many_a_second_person_must_agree(office: Office) -> None:
    office.second = ("critical",)
    office.again("Ada")
    few = imported(office, *[(f"F{i}", f"Few {i} Ltd", "", "", "") for i in range(MOST_ALONE)])
    many = imported(office, *MANY)
    assert not take_back_import(office.workspace, few).second
    assert take_back_import(office.workspace, many).second
    assert len(suppliers(office)) == MOST_ALONE + 1
    with pytest.raises(Conflict, match="already asked"):
        take_back_import(office.workspace, many)
    office.again("Bo")
    assert show_import(office.workspace, many).asked_by == "Ada"
    assert not take_back_import(office.workspace, many).second
    assert not suppliers(office)
    assert examine(office.workspace).sound


def test_one_person_alone_needs_no_second(office: Office) -> None:
    many = imported(office, *MANY)
    assert not take_back_import(office.workspace, many).second
    assert not suppliers(office)


def test_the_second_person_must_be_one_who_may(office: Office) -> None:
    office.second = ("critical",)
    office.again("Ada")
    many = imported(office, *MANY)
    take_back_import(office.workspace, many)
    office.again("Bo")
    settings = office.workspace.settings
    office.workspace.settings = replace(settings, users={"Ada": "officer", "Bo": "officer"})
    with pytest.raises(Forbidden, match="decide second"):
        take_back_import(office.workspace, many)
    assert len(suppliers(office)) == MOST_ALONE + 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a fork")
def test_a_kill_in_its_midst_leaves_all_as_it_was(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported(office, OLD)
    wrong = imported(office, *WRONG)
    office.screened()
    before, alerts = suppliers(office), open_alerts(office)
    office.workspace.__exit__()
    if (child := os.fork()) == 0:
        monkeypatch.setattr(
            "duediligence.casework.supplier_imports.derive_alerts_of",
            lambda *_: os.kill(os.getpid(), signal.SIGKILL),
        )
        take_back_import(office.opened(), wrong)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    office.workspace = office.opened()
    assert (suppliers(office), open_alerts(office)) == (before, alerts)
    assert list_imports(office.workspace)[0].taken_back == ""
    take_back_import(office.workspace, wrong)
    is_sound(office)


def test_what_was_before_is_found_and_goes_in_time(office: Office) -> None:
    imported(office, OLD)
    wrong = imported(office, *WRONG)
    found = {one.where for one in subject_access.held(office.workspace, "Ada Ferrow")}
    assert "supplier before an import" in found
    office.day += 2000
    clock.put_clock_right(office.workspace)
    retention.run(office.workspace, dry_run=False)
    assert not subject_access.held(office.workspace, "Ada Ferrow")
    lost = "what it was before is no longer kept"
    assert why_left(show_import(office.workspace, wrong)) == {"S1": lost, "S2": lost}
    assert examine(office.workspace).sound


def test_undoing_a_decision_does_not_hide_that_it_was_made(office: Office) -> None:
    wrong = imported(office, *WRONG)
    office.screened()
    office.decided("S2", "E2")
    undoing.undo(office.workspace, 1)
    assert why_left(show_import(office.workspace, wrong)) == {"S2": "an alert was decided"}


def test_nobody_leaves_of_an_import_that_an_earlier_version_made(office: Office) -> None:
    imported(office, OLD)
    wrong = imported(office, *WRONG)
    with closing(sqlite3.connect(office.workspace.casework.path)) as db, db:
        db.execute("DELETE FROM supplier_imports")
    assert set(why_left(show_import(office.workspace, wrong))) == {"S1", "S2"}
