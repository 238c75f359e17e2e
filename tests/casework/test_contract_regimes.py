"""A person confirms under which law contracts were bought: one, or many at once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from duediligence.casework.contract_regimes import (
    ContractLaw,
    confirm_regimes,
    list_contract_laws,
    list_laws_of,
)
from duediligence.casework.supplier_editing import edit_contract
from duediligence.casework.supplier_history import history, undo
from duediligence.casework.verifying import examine
from duediligence.errors import Conflict, Invalid
from duediligence.model import Contract, Procurement, Supplier
from duediligence.screening.resolution.resolving import supplier_of
from duediligence.screening.workspace import Workspace
from duediligence.suppliers.facts import ContractFacts
from tests.casework.supplier_office import Office

FRAMEWORK = Procurement(
    procedure="call-off", framework="Care 2023", framework_begun=date(2023, 5, 2)
)
CARE = Contract(title="Home care", start=date(2026, 4, 1), procurement=FRAMEWORK)
TAXIS = Contract(title="Taxis", category="Travel")
OLD = Contract(title="Meals", start=date(2019, 4, 1), end=date(2022, 3, 31))
QUILL = Supplier(ref="S1", name="Quill Ltd", contract="Home care", contracts=(CARE, OLD))
MOSS = Supplier(ref="S2", name="Moss Ltd", contract="Taxis", contracts=(TAXIS,))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    made.imported(QUILL, MOSS)
    yield made
    made.workspace.__exit__()


def waiting(ws: Workspace, **asked: bool) -> list[ContractLaw]:
    return list(list_contract_laws(ws, **asked).rows)


def regimes(ws: Workspace, ref: str) -> dict[str, str]:
    return {one.title: one.procurement.regime for one in supplier_of(ws, ref).engagements}


def test_what_waits_is_what_runs_and_no_person_confirmed(office: Office) -> None:
    ws = office.workspace
    care, taxis = waiting(ws)
    assert (care.ref, care.title, care.found.code) == ("S1", "Home care", "pcr-2015")
    assert (
        "Likely bought under the Public Contracts Regulations 2015, to be confirmed" in care.words
    )
    assert (taxis.ref, taxis.found.certainty) == ("S2", "unknown")
    assert "Grounds are named as in the Procurement Act 2023" in taxis.words
    assert "Missing: day on which the procedure began" in taxis.words
    first = list_contract_laws(ws, size=1)
    assert [one.ref for one in list_contract_laws(ws, after=first.after, size=1).rows] == ["S2"]


def test_many_are_confirmed_at_once_and_the_chain_says_who(office: Office) -> None:
    ws = office.workspace
    wanted = [(one.ref, one.key) for one in waiting(ws)]
    assert confirm_regimes(ws, wanted, "pcr-2015", note="Contract register of 2026") == 2
    assert waiting(ws) == []
    assert len(waiting(ws, everything=True)) == 2
    assert regimes(ws, "S1") == {"Home care": "pcr-2015", "Meals": ""}
    assert [one.found.certainty for one in list_laws_of(ws, supplier_of(ws, "S2"))] == ["confirmed"]
    (change,) = history(ws, "S1").changes
    assert (change.act, change.by, change.note) == (
        "law confirmed",
        "Ada",
        "Contract register of 2026",
    )
    *_, last = ws.audit.records()
    event = last.event
    assert (event.kind, event.what["act"], event.subject) == (
        "supplier changed",
        "law confirmed",
        "S2",
    )
    assert not examine(ws).problems
    undo(ws, "S1")
    assert regimes(ws, "S1")["Home care"] == ""


def test_what_is_confirmed_is_what_was_seen_and_all_or_none(office: Office) -> None:
    ws = office.workspace
    seen = [(one.ref, one.key) for one in waiting(ws)]
    with pytest.raises(Conflict, match="do not say under which law"):
        confirm_regimes(ws, seen, "as found")
    assert regimes(ws, "S1")["Home care"] == ""
    edit_contract(ws, "S2", "Taxis", ContractFacts(begun="2026-03-02"))
    with pytest.raises(Conflict, match="changed since it was shown"):
        confirm_regimes(ws, seen, "pa23")
    assert regimes(ws, "S1")["Home care"] == ""
    for regime, some in (("", seen), ("nonsense", seen), ("pa23", [])):
        with pytest.raises(Invalid):
            confirm_regimes(ws, some, regime)  # type: ignore[arg-type]
    care = [(one.ref, one.key) for one in waiting(ws) if one.ref == "S1"]
    assert confirm_regimes(ws, care, "as found") == 1
    held = [(one.ref, one.key) for one in waiting(ws, everything=True) if one.ref == "S1"]
    assert confirm_regimes(ws, held, "pcr-2015") == 0
    assert confirm_regimes(ws, held, "unknown") == 1
    assert regimes(ws, "S1")["Home care"] == ""


def test_a_later_file_changes_the_contract_and_leaves_what_was_confirmed(office: Office) -> None:
    ws = office.workspace
    confirm_regimes(ws, [(one.ref, one.key) for one in waiting(ws)], "pcr-2015")
    longer = replace(CARE, end=date(2028, 3, 31))
    office.imported(replace(QUILL, contracts=(longer, OLD)), MOSS)
    assert supplier_of(ws, "S1").contracts == (
        replace(longer, procurement=replace(FRAMEWORK, regime="pcr-2015")),
        OLD,
    )
    assert regimes(ws, "S2") == {"Taxis": "pcr-2015"}


def test_contracts_of_one_title_or_of_none_change_with_a_later_file_and_never_double(
    office: Office,
) -> None:
    ws = office.workspace
    lots = tuple(replace(CARE, category=f"Lot {lot}") for lot in (1, 2))
    nameless = Contract(category="Taxis", yearly_value=Decimal(9000))
    before = replace(QUILL, contracts=(*lots, nameless))
    office.imported(before, MOSS)
    confirm_regimes(ws, [(one.ref, one.key) for one in waiting(ws)], "pcr-2015")

    def confirmed(one: Contract) -> Contract:
        return replace(one, procurement=replace(one.procurement, regime="pcr-2015"))

    longer, dearer = replace(lots[0], end=date(2028, 3, 31)), replace(nameless, owner="Bo")
    office.imported(replace(before, contracts=(longer, lots[1], dearer)), MOSS)
    found = supplier_of(ws, "S1").contracts
    assert set(found) == set(map(confirmed, (longer, lots[1], dearer)))
    # Which of two is which of two others nobody can tell: their law is asked for again.
    one_lot = tuple(replace(one, category="Lots", owner="Cy") for one in (longer, lots[1]))
    office.imported(replace(before, contracts=(*one_lot, dearer)), MOSS)
    assert set(supplier_of(ws, "S1").contracts) == {*one_lot, confirmed(dearer)}
    office.imported(replace(before, contracts=one_lot), MOSS)
    assert set(supplier_of(ws, "S1").contracts) == set(one_lot)


def test_what_was_confirmed_does_not_pass_to_a_contract_let_anew_under_the_title(
    office: Office,
) -> None:
    ws = office.workspace
    confirm_regimes(ws, [(one.ref, one.key) for one in waiting(ws)], "pcr-2015")
    again = replace(CARE, start=date(2027, 4, 1), procurement=Procurement(begun=date(2026, 9, 1)))
    office.imported(replace(QUILL, contracts=(again, OLD)), MOSS)
    assert supplier_of(ws, "S1").contracts == (again, OLD)
    known = replace(TAXIS, start=date(2026, 4, 1))
    office.imported(QUILL, replace(MOSS, contract="", contracts=(known,)))
    assert regimes(ws, "S2") == {"Taxis": "pcr-2015"}, "what was not known before is no other"
