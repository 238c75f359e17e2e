"""A buyer's own contracts out of published notices."""

import copy
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from duediligence.errors import UsageError
from duediligence.model import Address, Identifier
from duediligence.suppliers.contract_notices import NoticeFile, is_name_of, read_contract_notices
from tests.suppliers.notice_files import (
    ACT,
    BUYER,
    FENMOOR,
    QUILL,
    Notice,
    change,
    contract,
    document,
    notice,
    write,
)

TODAY = date(2026, 12, 1)


def read(folder: Path, *notices: Notice, buyer: str = BUYER["name"]) -> NoticeFile:
    return read_contract_notices(write(folder, *notices), (buyer,), today=TODAY)


def test_a_contract_is_read_with_its_supplier_days_value_and_law(tmp_path: Path) -> None:
    (found,) = read(tmp_path, notice(QUILL)).contracts
    assert found.supplier is not None
    assert (found.supplier.name, found.supplier.identifiers, found.supplier.address) == (
        "Quill Ltd",
        (Identifier("GB-COH", "99001001"),),
        Address("1 Pen Row, Inkton", "ZY1 1AA"),
    )
    facts = found.facts
    assert (facts.title, facts.start, facts.end) == ("Pens for schools", "2026-04-01", "2028-03-31")
    assert (facts.value, facts.value_with_vat, facts.procedure) == (
        "500000.00",
        "600000.00",
        "open",
    )
    (told,) = found.notices
    assert (told.number, told.kind, told.event, told.regime) == (
        "000001-2026",
        "UK7",
        "award",
        "pa23",
    )
    assert (told.value, told.currency, told.published) == (
        Decimal("600000.00"),
        "GBP",
        date(2026, 3, 2),
    )


def test_a_type_is_found_in_each_of_four_places_and_documenttype_is_not_believed(
    tmp_path: Path,
) -> None:
    for place in ("planning", "tender", "awards", "contracts"):
        one = notice(QUILL, kind="")
        held = one.setdefault(place, {})
        held = held[0] if isinstance(held, list) else held
        held["documents"] = [document("UK15", "000001-2026")]
        assert read(tmp_path, one).kinds == {"UK15": 1}, place


def test_notices_of_other_buyers_are_counted_and_not_read(tmp_path: Path) -> None:
    other = notice(FENMOOR, buyer={"id": "GB-PPON-PBBB-2222-BBBB", "name": "Otherton Council"})
    for named in (BUYER["name"].upper(), "PAAA-1111-AAAA", "GB-PPON-PAAA-1111-AAAA"):
        found = read(tmp_path, notice(QUILL), other, buyer=named)
        assert (found.own, found.others, len(found.contracts)) == (1, 1, 1)
    assert found.buyers == {"Exampleshire County Council": 1, "Otherton Council": 1}
    nobody = read(tmp_path, notice(QUILL), other, buyer="")
    assert (nobody.own, nobody.contracts) == (0, [])


def test_only_a_finite_sum_is_a_value(tmp_path: Path) -> None:
    for odd in ("1e9999", "NaN", "-5", "true", '"600000"', "[1]", "1e30"):
        text = json.dumps({"releases": [notice(QUILL)]}).replace("600000", odd)
        path = tmp_path / "odd.json"
        path.write_text(text, encoding="utf-8")
        found = read_contract_notices(path, (BUYER["name"],), today=TODAY)
        (held,) = found.contracts
        assert (held.facts.value, held.facts.value_with_vat) == ("500000.00", ""), odd
        assert +found.left_out == {"values that are not a sum": 1}, odd


def test_another_currency_is_kept_with_the_notice_and_is_no_sum_in_pounds(tmp_path: Path) -> None:
    value = {"amount": 900, "currency": "EUR"}
    (held,) = read(tmp_path, notice(QUILL, contracts=contract(value=value))).contracts
    assert (held.facts.value, held.facts.value_with_vat) == ("", "")
    assert (held.notices[0].value, held.notices[0].currency) == (Decimal("900.00"), "EUR")


def test_a_change_that_is_intended_changes_no_fact_of_the_award(tmp_path: Path) -> None:
    (held,) = read(tmp_path, change(), notice(QUILL)).contracts
    assert held.supplier is not None
    assert (held.facts.title, held.facts.end) == ("Pens for schools", "2028-03-31")
    assert held.facts.value_with_vat == "600000.00"
    award, changed = held.notices
    assert (award.number, award.event) == ("000001-2026", "award")
    assert (changed.number, changed.event, changed.on, changed.said, changed.value) == (
        "000002-2026",
        "change",
        date(2026, 8, 20),
        "until 31 March 2029; One year more",
        Decimal("900000.00"),
    )
    (alone,) = read(tmp_path, change()).contracts
    assert alone.supplier is None


def test_failures_missed_indicators_and_the_termination_are_reported(tmp_path: Path) -> None:
    low = {
        "measureClassification": {"id": "significantlyBelow"},
        "period": {"endDate": "2026-06-30"},
    }
    good = {"measureClassification": {"id": "good"}}
    implementation = {
        "metrics": [{"id": "1", "title": "Pens on time", "observations": [low, good]}],
        "performanceFailures": [
            {"id": "1", "requirement": "Blue ink", "penaltyDate": "2026-07-01"}
        ],
    }
    ended = contract(
        implementation=implementation,
        terminationRationaleClassifications=[{"id": "x", "description": "Breach"}],
        documents=[
            document("UK7", "000001-2026"),
            document("UK9", "000002-2026", "2026-07-09"),
            document("UK11", "000003-2026", "2026-08-09"),
        ],
    )
    (held,) = read(tmp_path, notice(QUILL, contracts=ended)).contracts
    assert [(one.kind, one.number, one.event, one.said) for one in held.notices] == [
        ("UK7", "000001-2026", "award", ""),
        ("UK9", "000002-2026", "performance", "Blue ink"),
        ("UK9", "000002-2026", "performance", "Pens on time: significantlyBelow"),
        ("UK11", "000003-2026", "termination", "Breach"),
    ]
    assert held.notices[2].on == date(2026, 6, 30)


def test_a_termination_in_a_form_that_is_not_known_is_still_reported(tmp_path: Path) -> None:
    told = contract(documents=[document("UK11", "000003-2026")])
    (held,) = read(tmp_path, notice(QUILL, contracts=told)).contracts
    assert [(one.kind, one.event) for one in held.notices] == [("UK11", "termination")]


def test_a_removal_from_a_dynamic_market_is_about_the_supplier(tmp_path: Path) -> None:
    tender = {"title": "Pen market", "legalBasis": ACT, "documents": [document("UK15", "7-2026")]}
    gone = {**QUILL, "roles": ["removedSupplier"]}
    skeletons = [{"id": str(one), "amendments": [{"id": "7-2026"}]} for one in range(3)]
    one = notice(gone, kind="", tender=tender, awards=skeletons, contracts=[])
    (held,) = read(tmp_path, one).contracts
    assert held.supplier is not None
    assert (held.supplier.name, held.award) == ("Quill Ltd", "")
    assert held.notices[0].event == "removed from the market"


def test_a_procurement_that_ended_frees_only_the_award_that_was_cancelled(tmp_path: Path) -> None:
    tender = {"title": "Pens", "documents": [document("UK12", "9-2026")]}
    awards = [{"id": "1", "status": "cancelled"}, {"id": "2", "status": "cancelled"}]
    ended = notice(tender=tender, awards=awards, contracts=[], kind="")
    found = read(tmp_path, ended).contracts
    assert [(one.award, one.notices[0].event) for one in found] == [
        ("1", "procurement ended"),
        ("2", "procurement ended"),
    ]
    del tender["documents"]
    quiet = read(tmp_path, notice(tender=tender, awards=awards, contracts=[], kind=""))
    assert (quiet.contracts, +quiet.left_out) == ([], {"awards that were cancelled": 2})


def test_the_law_is_the_one_that_the_notice_names(tmp_path: Path) -> None:
    psr = "This is a Provider Selection Regime (PSR) intention to award notice."
    for law, region, more, expected, kind in (
        ("2023/54", "UKD11", {}, "pa23", "old form"),
        ("2023/54", "UKM10", {}, "pa23", "old form"),
        (
            "2023/54",
            "UKD11",
            {"procurementMethodDetails": "Below threshold - unknown"},
            "below-threshold",
            "old form",
        ),
        ("32014L0024", "UKD11", {}, "pcr-2015", "old form"),
        ("32014L0024", "UKM10", {}, "", "old form"),
        ("32014L0023", "UKD11", {}, "ccr-2016", "old form"),
        ("32014L0025", "UKD11", {}, "ucr-2016", "old form"),
        ("32014L0024", "UKD11", {"description": psr}, "psr-england", "PSR"),
        ("32014L0024", "UKL11", {"description": psr}, "psr-wales", "PSR"),
        ("unknown", "UKD11", {}, "", "old form"),
    ):
        one = notice(QUILL, kind="")
        one["tender"] = {"title": "Pens", "legalBasis": {"id": law}, **more}
        one["parties"][0]["address"] = {"region": region}
        (held,) = read(tmp_path, one).contracts
        assert (held.notices[0].regime, held.notices[0].kind) == (expected, kind), (law, region)
    finder = notice(QUILL, kind="", ocid="ocds-b5fd17-1")
    assert read(tmp_path, finder).kinds == {"Contracts Finder": 1}


def test_suppliers_of_one_award_share_no_value_and_no_identifier(tmp_path: Path) -> None:
    same_id = {**FENMOOR, "id": QUILL["id"]}
    again = {**notice(QUILL, same_id), "date": "2026-03-01T09:00:00Z"}
    found = read(tmp_path, notice(QUILL, same_id), again).contracts
    assert [one.supplier for one in found] == [None, None]
    assert {one.refused for one in found} == {
        "It gives the id GB-COH-99001001 to Quill Ltd and to Fenmoor Haulage Limited"
    }
    two = read(tmp_path, notice(QUILL, FENMOOR)).contracts
    assert [one.supplier.name for one in two if one.supplier] == [
        "Quill Ltd",
        "Fenmoor Haulage Limited",
    ]
    assert [(one.facts.value, one.facts.value_with_vat) for one in two] == [("", "600000.00")] * 2
    # A slip, another legal form or a trading name is no other name.
    alike = {**QUILL, "name": "QUILL LIMITED t/a Nib"}
    assert not any(one.refused for one in read(tmp_path, notice(QUILL, alike)).contracts)


def test_who_only_tendered_is_not_of_a_supplier(tmp_path: Path) -> None:
    lost = {"id": "GB-FTS-9", "name": "Gull Ltd"}
    one = notice(QUILL, bids={"details": [{"id": "1", "tenderers": [lost]}]})
    one["parties"].append({**lost, "roles": ["tenderer"]})
    one["tender"]["tenderers"] = [lost]
    (found,) = read(tmp_path, one).contracts
    assert found.supplier is not None
    assert (found.supplier.people, found.supplier.unread, found.refused) == ((), (), "")


def test_whoever_else_a_notice_names_is_behind_its_suppliers(tmp_path: Path) -> None:
    firm = {"id": "GB-FTS-9", "name": "Gull Ltd"}
    owned = {**QUILL, "beneficialOwners": [{"name": "Ada Moss"}], "comment": "Ask Bram Holt."}
    one = notice(owned, contracts=contract(subcontractors=[firm, {"name": "Quill Ltd"}]))
    one["parties"].append({**FENMOOR, "roles": ["consortiumMember"]})
    (found,) = read(tmp_path, one).contracts
    assert found.supplier is not None
    assert {one.name: one.role for one in found.supplier.people} == {
        "Ada Moss": "owner",
        "Gull Ltd": "sub-contractor",
        "Fenmoor Haulage Limited": "consortium member",
    }
    assert [one.text for one in found.supplier.unread] == ["Ask Bram Holt."]


def test_numbers_of_another_form_are_left_out_and_lost_zeros_restored(tmp_path: Path) -> None:
    for number, expected in (("RJR", ()), ("9900100", (Identifier("GB-COH", "09900100"),))):
        party = {**QUILL, "identifier": {"scheme": "GB-COH", "id": number}}
        found = read(tmp_path, notice(party))
        assert found.contracts[0].supplier
        assert found.contracts[0].supplier.identifiers == expected
        assert bool(+found.left_out) == (not expected)


def test_a_name_agrees_but_for_legal_form_marks_or_a_slip() -> None:
    held = ("QUILL & NIB (STATIONERS) LIMITED", "Inkworks Ltd")
    for name in ("Quill and Nib Stationers Ltd", "Inkworks", "Ink Works Limited"):
        assert is_name_of(name, held), name
    assert is_name_of("Quill & Nib (Stationers) Ltd t/a Penmarket", held)
    for other in ("Quill Holdings Ltd", "Inkworks 2 Ltd", "Nib Ltd", "Inkworks Services Ltd", ""):
        assert not is_name_of(other, held), other


def _list_places(document: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    items = document.items() if isinstance(document, dict) else enumerate(document)
    for key, value in items if isinstance(document, (dict, list)) else ():
        if isinstance(value, (dict, list)):
            yield from _list_places(value, (*path, key))
        else:
            yield (*path, key)


def test_no_value_of_another_kind_anywhere_is_more_than_left_out(tmp_path: Path) -> None:
    """Untrusted: whatever stands anywhere, the file is read, or refused in one line."""
    whole = notice(QUILL, contracts=contract(implementation={"performanceFailures": [{"id": "1"}]}))
    path, read_once = tmp_path / "odd.json", 0
    for place in list(_list_places(whole))[1:]:
        for odd in (None, 7, True, "x" * 9_000, "\ud800\0", [], [[]], {}, {"id": {}}):
            mutant = copy.deepcopy(whole)
            held: Any = mutant
            for key in place[:-1]:
                held = held[key]
            held[place[-1]] = odd
            path.write_text(json.dumps({"releases": [mutant]}), encoding="utf-8")
            try:
                found = read_contract_notices(path, (BUYER["name"],), today=TODAY)
            except UsageError:
                continue
            read_once += found.own
    assert read_once > 100
