"""Contracts from published notices: whose they are, what is kept, and what is only said."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from duediligence.casework import contract_notices as notices
from duediligence.casework.contract_regimes import confirm_regimes, list_laws_of
from duediligence.casework.supplier_editing import edit, edit_contract
from duediligence.casework.supplier_imports import list_imports, take_back_import
from duediligence.casework.supplier_records import SupplierFields, put_record
from duediligence.casework.verifying import examine
from duediligence.errors import Conflict, NotFound
from duediligence.model import Address, Contract, Identifier, Procurement, Supplier
from duediligence.model.entries import COMPANY
from duediligence.screening.resolution import candidates
from duediligence.suppliers.facts import ContractFacts, SupplierFacts
from tests.casework.supplier_office import Office
from tests.suppliers.notice_files import (
    BUYER,
    FENMOOR,
    QUILL,
    Notice,
    change,
    document,
    notice,
    write,
)

BUYERS = (BUYER["name"],)
NUMBER = Identifier(COMPANY, "99001001")
STORED = Supplier(ref="S1", name="Quill Limited", identifiers=(NUMBER,))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path / "home")
    yield made
    made.workspace.__exit__()


def outcomes(office: Office, *of: Notice) -> list[str]:
    plan = notices.preview_contract_notices(
        office.workspace, write(office.home.parent, *of), buyers=BUYERS
    )
    return [one.outcome for one in plan.rows]


def keep(office: Office, *of: Notice, add: tuple[str, ...] = ()) -> int:
    path = write(office.home.parent, *of)
    return notices.keep_contract_notices(office.workspace, path, buyers=BUYERS, add=add)


def test_a_contract_is_kept_once_with_its_notice_and_a_sealed_change(office: Office) -> None:
    office.imported(STORED)
    assert outcomes(office, notice(QUILL)) == ["new"]
    assert office.get("S1") == STORED
    assert keep(office, notice(QUILL)) == 1
    (held,) = office.get("S1").contracts
    assert (held.title, held.start, held.end) == (
        "Pens for schools",
        date(2026, 4, 1),
        date(2028, 3, 31),
    )
    assert (held.yearly_value, held.procurement.value, len(held.notices)) == (250_000, 600_000, 1)
    assert outcomes(office, notice(QUILL)) == ["same"]
    assert keep(office, notice(QUILL)) == 0
    assert len(office.workspace.casework.supplier_changes.of("S1")) == 1
    assert examine(office.workspace).sound


def test_who_else_a_notice_names_is_behind_a_supplier_that_is_here(office: Office) -> None:
    office.imported(STORED)
    owned = {**QUILL, "beneficialOwners": [{"name": "Ada Moss"}], "comment": "Ask Bram Holt."}
    for _ in range(2):
        keep(office, notice(owned))
    now = office.get("S1")
    assert [(one.name, one.role) for one in now.people] == [("Ada Moss", "owner")]
    assert [one.text for one in now.unread] == ["Ask Bram Holt."]
    assert (now.name, now.trading_names) == ("Quill Limited", ())
    # Seen once, it is not asked again by the same notice.
    edit(office.workspace, "S1", SupplierFacts(name=now.name), clear_unread=True)
    assert keep(office, notice(owned)) == 0
    assert examine(office.workspace).sound


def test_one_id_with_two_names_is_not_accepted(office: Office) -> None:
    office.imported(STORED)
    plan = outcomes(office, notice(QUILL, {**FENMOOR, "id": QUILL["id"]}))
    assert plan == ["not accepted", "not accepted"]
    assert keep(office, notice(QUILL, {**FENMOOR, "id": QUILL["id"]})) == 0


def test_contracts_that_notices_brought_are_taken_back(office: Office) -> None:
    office.imported(STORED)
    both = notice(QUILL, FENMOOR)
    (ref,) = notices.preview_contract_notices(
        office.workspace, write(office.home.parent, both), buyers=BUYERS
    ).new
    assert keep(office, both, add=(ref,)) == 2
    kept = list_imports(office.workspace)[0]
    assert (kept.added, kept.changed, kept.file) == (1, 1, "notices.json")
    take_back_import(office.workspace, kept.number)
    assert office.workspace.suppliers.all() == [STORED]
    assert examine(office.workspace).sound


def test_a_number_of_another_name_is_not_accepted(office: Office) -> None:
    office.imported(replace(STORED, name="Bright Sands Care Ltd"))
    path = write(office.home.parent, notice(QUILL))
    plan = notices.preview_contract_notices(office.workspace, path, buyers=BUYERS)
    assert [(one.outcome, one.ref) for one in plan.rows] == [("not accepted", "")]
    assert "99001001, which is that of Bright Sands Care Ltd" in plan.rows[0].why
    assert (plan.after, plan.new) == ({}, {})
    office.imported(replace(STORED, name="Bright Sands Care Ltd", trading_names=("Quill",)))
    assert outcomes(office, notice(QUILL)) == ["new"]


def test_a_supplier_is_found_by_name_unless_its_number_differs(office: Office) -> None:
    office.imported(replace(STORED, identifiers=()))
    assert outcomes(office, notice(QUILL)) == ["new"]
    office.imported(replace(STORED, identifiers=(Identifier(COMPANY, "99777222"),)))
    assert outcomes(office, notice(QUILL)) == ["not accepted"]
    both = (replace(STORED, identifiers=()), replace(STORED, ref="S2", identifiers=()))
    office.imported(*both)
    assert outcomes(office, notice(QUILL)) == ["not accepted"]


def test_a_name_does_not_join_two_firms_that_another_fact_keeps_apart(office: Office) -> None:
    plain = {**QUILL, "id": "GB-FTS-1", "identifier": {}}
    here = replace(STORED, address=Address("Inkton", "ZY1 1AA"))
    office.imported(here)
    assert outcomes(office, notice(plain)) == ["new"]
    charity = {**QUILL, "identifier": {"scheme": "GB-CHC", "id": "9900001"}}
    assert outcomes(office, notice(charity)) == ["new"]
    elsewhere = {**plain, "id": "GB-FTS-2", "address": {"postalCode": "ZX9 9ZZ"}}
    assert outcomes(office, notice({**plain, "name": "Quill LLP"})) == ["not accepted"]
    assert outcomes(office, notice(elsewhere)) == ["not accepted"]
    office.imported(STORED)
    assert outcomes(office, notice(charity)) == ["not accepted"]
    # Two firms of one name in one award stay two, until a person adds the second.
    office.imported(replace(STORED, name="Fenmoor Haulage Ltd"))
    assert outcomes(office, notice(plain, elsewhere)) == ["to add", "not accepted"]
    both = (
        replace(here, identifiers=()),
        Supplier(ref="S2", name="Quill", address=Address("", "ZX9 9ZZ")),
    )
    office.imported(*both)
    path = write(office.home.parent, notice(plain, elsewhere))
    plan = notices.preview_contract_notices(office.workspace, path, buyers=BUYERS)
    assert [(one.outcome, one.ref) for one in plan.rows] == [("new", "S1"), ("new", "S2")]


def test_a_supplier_that_is_not_here_is_added_only_if_a_person_says_so(office: Office) -> None:
    office.imported(STORED)
    path = write(office.home.parent, notice(QUILL, FENMOOR))
    plan = notices.preview_contract_notices(office.workspace, path, buyers=BUYERS)
    assert [one.outcome for one in plan.rows] == ["new", "to add"]
    (ref,) = plan.new
    assert keep(office, notice(QUILL, FENMOOR)) == 1
    assert [one.ref for one in office.workspace.suppliers.all()] == ["S1"]
    with pytest.raises(NotFound):
        keep(office, notice(QUILL, FENMOOR), add=("S1",))
    assert keep(office, notice(QUILL, FENMOOR), add=(ref,)) == 1
    assert office.get(ref).name == "Fenmoor Haulage Limited"
    assert office.get(ref).contracts[0].notices[0].number == "000001-2026"
    assert outcomes(office, notice(QUILL, FENMOOR)) == ["same", "same"]


def test_a_new_supplier_of_two_notices_is_added_once(office: Office) -> None:
    again = notice({**QUILL, "name": "QUILL LIMITED"}, ocid="ocds-h6vhtk-2", number="000005-2026")
    path = write(office.home.parent, notice(QUILL), again)
    plan = notices.preview_contract_notices(office.workspace, path, buyers=BUYERS)
    (ref,) = plan.new
    assert keep(office, notice(QUILL), again, add=(ref,)) == 1
    assert [len({one.title for one in office.get(ref).contracts})] == [2]


def test_a_number_of_a_new_supplier_is_checked_against_the_register(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    entity = candidates.Candidate(identifier=NUMBER, name="BRIGHT SANDS CARE LIMITED")
    monkeypatch.setattr(
        candidates.LocalRegister, "by_number", lambda _, one: entity if one == NUMBER else None
    )
    assert outcomes(office, notice(QUILL)) == ["not accepted"]
    sands = notice({**QUILL, "name": "Bright Sands Care Ltd"})
    assert outcomes(office, sands) == ["to add"]
    # The supplier here has that number under a third name.
    office.imported(STORED)
    assert outcomes(office, sands) == ["not accepted"]
    office.imported(replace(STORED, former_names=("Bright Sands Care Limited",)))
    assert outcomes(office, sands) == ["new"]


def test_what_the_own_register_says_stays_and_notices_add_what_it_lacks(office: Office) -> None:
    own = Contract(title="PENS FOR SCHOOLS", end=date(2027, 3, 31), owner="Education")
    office.imported(replace(STORED, contract=own.title, contracts=(own,)))
    assert outcomes(office, notice(QUILL)) == ["changed"]
    keep(office, notice(QUILL))
    (held,) = office.get("S1").contracts
    assert (held.title, held.end, held.owner) == (
        "PENS FOR SCHOOLS",
        date(2027, 3, 31),
        "Education",
    )
    assert (held.start, held.procurement.value) == (date(2026, 4, 1), 600_000)


def test_a_later_change_finds_its_contract_without_a_supplier(office: Office) -> None:
    office.imported(STORED, Supplier(ref="S2", name="Fenmoor Haulage Ltd"))
    assert outcomes(office, change()) == ["no contract"]
    keep(office, notice(QUILL))
    assert outcomes(office, change()) == ["changed"]
    keep(office, change())
    (held,) = office.get("S1").contracts
    assert (held.title, held.end) == ("Pens for schools", date(2028, 3, 31))
    assert held.procurement.value == 600_000
    assert [one.event for one in held.notices] == ["award", "change"]
    (law,) = list_laws_of(office.workspace, office.get("S1"))
    assert law.notices[1] == (
        "UK10 contract change notice 000002-2026, 1 September 2026: contract change intended, from "
        "20 August 2026, £900,000.00, until 31 March 2029; One year more"
    )
    assert keep(office, notice(QUILL), change()) == 0


def test_a_removal_is_kept_with_a_contract_of_that_market_alone(office: Office) -> None:
    office.imported(STORED)
    tender = {"title": "Pen market", "documents": [document("UK15", "7-2026", "2026-10-01")]}
    gone = notice({**QUILL, "roles": ["removedSupplier"]}, kind="", tender=tender, contracts=[])
    gone["awards"] = []
    assert outcomes(office, gone) == ["no contract"]
    unknown = {**gone, "parties": [{**FENMOOR, "roles": ["removedSupplier"]}]}
    path = write(office.home.parent, unknown)
    assert notices.preview_contract_notices(office.workspace, path, buyers=BUYERS).new == {}
    keep(office, notice(QUILL))
    assert keep(office, gone) == 1
    assert office.get("S1").contracts[0].notices[-1].event == "removed from the market"


def test_the_law_of_a_notice_is_likely_and_what_a_person_confirmed_stays(office: Office) -> None:
    office.imported(STORED)
    keep(office, notice(QUILL))
    (law,) = list_laws_of(office.workspace, office.get("S1"))
    assert (law.found.code, law.found.certainty) == ("pa23", "likely")
    assert "Its notice 000001-2026 names that law." in law.words
    confirm_regimes(office.workspace, [("S1", law.key)], "pcr-2015")
    keep(office, change())
    assert office.get("S1").contracts[0].procurement.regime == "pcr-2015"


def test_nothing_is_kept_where_something_changed_since_it_was_seen(office: Office) -> None:
    office.imported(STORED)
    path = write(office.home.parent, notice(QUILL))
    plan = notices.preview_contract_notices(office.workspace, path, buyers=BUYERS)
    edited = Contract(title="Pens for schools", procurement=Procurement(funding="contract"))
    office.imported(replace(STORED, contract=edited.title, contracts=(edited,)))
    with pytest.raises(Conflict):
        notices.keep_contract_notices(office.workspace, path, buyers=BUYERS, seen=plan.fingerprint)
    assert office.get("S1").contracts[0].notices == ()


def test_notices_outlive_an_edit_and_the_next_import_of_the_register(office: Office) -> None:
    own = Contract(title="Pens for schools", end=date(2027, 3, 31))
    office.imported(replace(STORED, contract=own.title, contracts=(own,)))
    keep(office, notice(QUILL))
    edit_contract(office.workspace, "S1", "Pens", ContractFacts(owner="Education"))
    later = replace(own, end=date(2027, 9, 30))
    office.imported(replace(STORED, contract=own.title, contracts=(later,)))
    (held,) = office.get("S1").contracts
    assert (held.end, held.owner, len(held.notices)) == (date(2027, 9, 30), "Education", 1)


def test_a_program_changes_a_contract_and_no_notice(office: Office) -> None:
    office.imported(STORED)
    keep(office, notice(QUILL))
    (held,) = office.get("S1").contracts
    forged = replace(held.notices[0], event="termination")
    for given, kept in (
        (replace(held, owner="Education"), held.notices),
        (replace(held, owner="Highways", notices=(forged,)), ()),
    ):
        fields = SupplierFields(name="Quill Limited", contracts=(given,))
        put_record(office.workspace, "S1", fields, expected=["*"])
        (now,) = office.get("S1").contracts
        assert (now.owner, now.notices) == (given.owner, kept)


def test_types_that_were_never_tried_say_so(office: Office) -> None:
    odd = notice(FENMOOR, kind="UK11", ocid="ocds-h6vhtk-3")
    path = write(office.home.parent, notice(QUILL), odd, links={"next": "https://example.org/2"})
    plan = notices.preview_contract_notices(office.workspace, path, buyers=BUYERS)
    told = notices.list_notice_remarks(plan)
    assert "Never tried on a real notice: UK11 contract termination notice" in told
    assert "The service has more notices after this page." in told
    assert [("never tried" in one.line) for one in plan.rows] == [False, True]


def test_what_a_file_does_not_say_is_said(office: Office) -> None:
    nameless = notice(FENMOOR, ocid="ocds-h6vhtk-4", buyer={"id": "GB-PPON-X"})
    market = notice(kind="UK2", tag=["planning"], awards=[], contracts=[])
    path = write(office.home.parent, market, nameless)
    plan = notices.preview_contract_notices(office.workspace, path, buyers=BUYERS)
    told = notices.list_notice_remarks(plan)
    assert "Left out: 1 notices that name no buyer" in told
    assert "None of your own notices reports a contract." in told
