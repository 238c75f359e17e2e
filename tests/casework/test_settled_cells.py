"""Cells of people that were not read: a person says what they hold, once for every import."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from duediligence.casework.supplier_editing import edit
from duediligence.casework.supplier_history import history
from duediligence.errors import Invalid
from duediligence.model import PartialDate, Person, Supplier
from duediligence.screening.imports import import_suppliers
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.suppliers import people
from duediligence.suppliers.facts import SupplierFacts
from tests.rows import for_each


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(Settings(home=tmp_path / "home")) as workspace:
        yield workspace


def take_in(ws: Workspace, cell: str, name: str = "Moss Ltd") -> Supplier:
    """Import one supplier with this cell of directors."""
    path = ws.settings.home.parent / "suppliers.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("Ref", "Name", "Directors"), ("S1", name, cell)])
    import_suppliers(ws, path, mapping={}, sheet="", rejects_folder=None)
    return stored(ws)


def stored(ws: Workspace) -> Supplier:
    (supplier,) = ws.suppliers.all()
    return supplier


@for_each(
    ("cell", "shown", "person", "expected"),
    [
        # A name of one word, and a text that the reader takes for no name, are whole names.
        ("Zorkin", "Zorkin", "", {Person("Zorkin", role="director")}),
        ("the Zorkin", "the Zorkin", "", {Person("the Zorkin", role="director")}),
        # Written otherwise, it is read again.
        (
            "Green, Hall and West",
            "Green, Hall and West",
            "Jo Green; Bo Hall (b. 04/1965)",
            {
                Person("Jo Green", role="director"),
                Person("Bo Hall", PartialDate(1965, 4), "director"),
            },
        ),
    ],
)
def test_what_a_person_says_of_a_cell_holds_for_every_import_of_it(
    tmp_path: Path, cell: str, shown: str, person: str, expected: set[Person]
) -> None:
    with Workspace(Settings(home=tmp_path / f"home of {cell}")) as ws:
        read = take_in(ws, cell)
        assert {one.text for one in read.unread} == {shown}
        facts = SupplierFacts(people=[person] if person else [])
        edit(ws, "S1", facts, settle=shown, note="They wrote")
        settled = take_in(ws, cell, name="Moss and Son Ltd")
        assert (settled.name, settled.unread) == ("Moss and Son Ltd", ())
        assert set(settled.people) >= expected
        (change,) = history(ws, "S1").changes
        assert change.by
        assert change.note == "They wrote"
        assert ("unread", "removed") in {(one.field, one.kind) for one in change.changes}


def test_another_text_or_another_version_of_the_reader_asks_again(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in(ws, "Zorkin")
    edit(ws, "S1", SupplierFacts(), settle="Zorkin")
    assert not take_in(ws, "Zorkin").unread
    monkeypatch.setattr(people, "READER_VERSION", people.READER_VERSION + 1)
    assert [one.text for one in take_in(ws, "Zorkin").unread] == ["Zorkin"]
    edit(ws, "S1", SupplierFacts(), settle="Zorkin")
    assert [one.text for one in take_in(ws, "Zorka").unread] == ["Zorka"]


def test_what_is_not_read_of_a_corrected_cell_is_asked_in_turn(ws: Workspace) -> None:
    take_in(ws, "Green, Hall and West")
    edit(ws, "S1", SupplierFacts(people=["Jo Green; Zorkin"]), settle="Green, Hall and West")
    assert [one.text for one in stored(ws).unread] == ["Jo Green; Zorkin"]
    edit(ws, "S1", SupplierFacts(), settle="Jo Green; Zorkin")
    assert not stored(ws).unread
    assert {"Jo Green", "Zorkin"} <= {one.name for one in stored(ws).people}


@for_each("cell", ["Green", "…jo@moss.test", ""])
def test_a_cell_that_was_read_or_has_lost_its_digits_is_not_settled(
    tmp_path: Path, cell: str
) -> None:
    with Workspace(Settings(home=tmp_path / f"home of {cell}")) as ws:
        before = take_in(ws, "47jo@moss.test")
        assert {one.text for one in before.unread} == {"…jo@moss.test"}
        if cell:
            with pytest.raises(Invalid):
                edit(ws, "S1", SupplierFacts(), settle=cell)
        else:
            edit(ws, "S1", SupplierFacts(), settle=cell)
        assert stored(ws) == before


def test_a_name_that_was_not_read_is_settled_for_every_import(ws: Workspace) -> None:
    (cell,) = take_in(ws, "", name="Zap!Quill Ltd").unread
    edit(ws, "S1", SupplierFacts(), settle=cell.text, note="It is the name of the firm")
    assert stored(ws).unread == ()
    assert take_in(ws, "", name="Zap!Quill Ltd").unread == ()
    assert [one.text for one in take_in(ws, "", name="Zap!Moss Ltd").unread] == ["Zap!Moss Ltd"]
