"""Rows are recognised as suppliers that are stored: the index follows every change of theirs."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.matching import Subject
from duediligence.model import Address, Identifier, Supplier
from duediligence.model.entries import COMPANY, OTHER
from duediligence.screening.lookup.own_suppliers import SupplierIndexCache, own_suppliers
from duediligence.screening.workspace import Workspace

Open = Callable[..., Workspace]
SANDS = Supplier(
    ref="S001",
    name="Bright Sands Home Care Ltd",
    trading_names=("Bright Sands",),
    identifiers=(Identifier(COMPANY, "99001001"),),
    address=Address("4 Dune Row", "ZY1 4DR"),
)
CAFE = Supplier(ref="S002", name="Ann Noname t/a Gull Café")
ENDED = Supplier(ref="X-9", name="Brightwater Pools Ltd", ended=date(2025, 1, 31))


@pytest.fixture
def ws(open_workspace: Open) -> Workspace:
    workspace = open_workspace()
    workspace.suppliers.save([SANDS, CAFE, ENDED], file="s.csv", at=NOW)
    return workspace


def refs(ws: Workspace, *names: str, cache: SupplierIndexCache | None = None) -> list[str]:
    (found,) = own_suppliers(ws, cache or SupplierIndexCache()).search([Subject(names)])
    return [match.entry_id for match in found]


@pytest.mark.parametrize(
    ("name", "ref"),
    [
        ("BRIGHT SANDS HOMECARE LIMITED", "S001"),
        ("Bright Sands", "S001"),
        ("Gull Cafe", "S002"),
        ("Ann Noname", "S002"),
        ("Brightwater Pools", "X-9"),
    ],
)
def test_a_supplier_is_found_by_each_of_its_names(ws: Workspace, name: str, ref: str) -> None:
    assert refs(ws, name) == [ref]


def test_another_name_finds_nobody(ws: Workspace) -> None:
    assert refs(ws, "Kestrel Joinery Ltd") == []


def test_a_number_alone_finds_its_supplier(ws: Workspace) -> None:
    subject = Subject(("",), identifiers=(Identifier(OTHER, "99001001"),))
    ((match,),) = own_suppliers(ws, SupplierIndexCache()).search([subject])
    assert (match.entry_id, match.certain) == ("S001", True)


def test_a_change_is_seen_at_once_and_nothing_is_built_again_without_one(ws: Workspace) -> None:
    cache = SupplierIndexCache()
    before = own_suppliers(ws, cache)
    assert own_suppliers(ws, cache) is before
    renamed = replace(SANDS, name="Kestrel Joinery Ltd", trading_names=())
    ws.suppliers.save([renamed], file="t.csv", at=NOW)
    assert refs(ws, "Kestrel Joinery", cache=cache) == ["S001"]
    assert refs(ws, "Bright Sands Home Care", cache=cache) == []
    ws.suppliers.save([renamed], file="t.csv", at=NOW)
    assert own_suppliers(ws, cache) is own_suppliers(ws, cache)


def test_somebody_types_the_beginning_of_a_name_or_a_reference(ws: Workspace) -> None:
    index = own_suppliers(ws, SupplierIndexCache())

    def found(prefix: str) -> list[str]:
        return [one.ref for one in index.beginning(prefix)]

    assert found("BRIGHT") == ["S001", "X-9"]
    assert found("sand") == ["S001"]
    assert found("gull caf") == ["S002"]
    assert found("x-") == ["X-9"]
    assert found("ands") == []
    assert found("  ") == []
