"""A firm has no grade, a registration has; and a number alone identifies nothing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from duediligence import Screener, registry
from duediligence.contracts import Files
from duediligence.model import Address, Contract, Finding, Identifier, ListEntry, Supplier
from duediligence.model.entries import CARE, COMPANY
from duediligence.render.saying import format_text
from tests.conftest import SAMPLES

CHILDREN = registry.get_watchlist("ofsted-social-care")


@pytest.fixture(scope="module")
def entries() -> dict[str, ListEntry]:
    path: Path = SAMPLES / CHILDREN.folder / "provider_level.csv"
    return {entry.id: entry for entry in CHILDREN.parse(Files({path.name: path}))}


def screened(entries: Sequence[ListEntry], supplier: Supplier) -> list[Finding]:
    """What the check finds of a supplier on this list, gravest first."""
    with Screener(lists={CHILDREN.id: list(entries)}, as_of=date(2026, 11, 20)) as screener:
        found = screener.screen([supplier]).run.findings
    return [one for one in found if one.check_id.startswith("STA") and one.supplier_ref]


OWNER = Supplier(ref="S1", name="Quillfern Homes Limited")


def test_an_owner_of_several_gets_one_finding_with_the_spread(
    entries: dict[str, ListEntry],
) -> None:
    (found,) = screened(list(entries.values()), OWNER)
    assert (found.check_id, found.entry_id) == ("STA-04", "")
    said = format_text(found.why)
    assert (
        "6 registrations that may be its own: 1 Inadequate, 1 Inconsistent quality of service "
        "delivery, 1 Requires improvement to be good, 1 Good, 1 Outstanding, 1 not graded"
    ) in said
    assert "2990003" in said
    assert found.severity == "medium"
    assert found.happened_on == date(2025, 1, 28)


def test_the_worst_in_the_authority_of_the_contract_is_high(entries: dict[str, ListEntry]) -> None:
    supplier = replace(OWNER, contracts=(Contract(title="Children's homes in Mossbury"),))
    (found,) = screened(list(entries.values()), supplier)
    assert found.severity == "high"


def test_the_place_whose_number_a_supplier_gives_stands_for_itself(
    entries: dict[str, ListEntry],
) -> None:
    supplier = replace(OWNER, identifiers=(Identifier(CARE, "2990003"),))
    found = {one.check_id: one for one in screened(list(entries.values()), supplier)}
    assert found["STA-01"].entry_id == "2990003"
    assert (found["STA-01"].severity, found["STA-01"].outcome) == ("high", "adverse")
    assert "5 registrations" in format_text(found["STA-04"].why)


def test_a_number_of_the_commission_is_no_urn_without_its_hyphen(
    entries: dict[str, ListEntry],
) -> None:
    one = entries["2990003"]
    assert one.service
    urn = replace(one, id="1990003", service=replace(one.service, number="1990003"))
    for given, expected in (("1-990003", []), ("1990003", ["1990003"])):
        supplier = replace(OWNER, identifiers=(Identifier(CARE, given),))
        found = screened([*_without(entries, one), urn], supplier)
        assert [one.entry_id for one in found if one.check_id == "STA-01"] == expected


def test_a_place_at_the_postcode_of_the_supplier_stands_for_itself(
    entries: dict[str, ListEntry],
) -> None:
    at = Address("7 Sorrel Street, Tarvit", "ZY20 1AA")
    here = replace(entries["2990003"], addresses=(at,))
    supplier = replace(OWNER, address=at)
    found = {one.check_id: one for one in screened([*_without(entries, here), here], supplier)}
    assert found["STA-01"].entry_id == here.id


def _without(entries: dict[str, ListEntry], one: ListEntry) -> list[ListEntry]:
    return [entry for entry in entries.values() if entry.id != one.id]


def test_a_firm_with_one_registration_has_its_grade(entries: dict[str, ListEntry]) -> None:
    (found,) = screened(list(entries.values()), Supplier(ref="S2", name="Pennywort Family Centres"))
    assert (found.check_id, found.entry_id) == ("STA-01", "2990012")


def test_every_registration_of_an_owner_counts_however_many_there_are(
    entries: dict[str, ListEntry],
) -> None:
    good = entries["2990001"]
    assert good.service
    many = [
        replace(good, id=f"29902{n:02}", service=replace(good.service, number=f"29902{n:02}"))
        for n in range(40)
    ]
    (found,) = screened([*many, entries["2990003"]], OWNER)
    assert "41 registrations" in format_text(found.why)
    assert "1 Inadequate, 40 Good" in format_text(found.why)


def test_the_registrations_of_a_firm_with_a_similar_name_are_low(
    entries: dict[str, ListEntry],
) -> None:
    similar = Supplier(ref="S5", name="Quillfern Family Homes Limited")
    (found,) = screened(list(entries.values()), similar)
    assert (found.check_id, found.severity) == ("STA-04", "low")


def test_an_archived_registration_is_apart_and_no_grade_of_it_counts(
    entries: dict[str, ListEntry],
) -> None:
    bad = entries["2990003"]
    assert bad.record
    gone = replace(bad, record=replace(bad.record, type="registration", ended=True, low=False))
    (found,) = screened([gone, entries["2990001"]], OWNER)
    assert "1 Good, 1 archived (which is not closed)" in format_text(found.why)
    assert found.severity == "low"


def test_a_number_with_another_name_is_said_to_belong_to_another(
    entries: dict[str, ListEntry],
) -> None:
    """By the regulator's number, and by a company's number that stands behind an owner's name."""
    for number in (Identifier(CARE, "SC990009"), Identifier(COMPANY, "09900128")):
        supplier = Supplier(ref="S3", name="Osprey Tarmac Ltd", identifiers=(number,))
        (found,) = screened(list(entries.values()), supplier)
        assert found.check_id == "STA-05"
        assert f"The number {number.id} belongs to Larkmere Fostering Ltd" in format_text(found.why)


def test_a_number_with_the_name_of_the_place_identifies_it(entries: dict[str, ListEntry]) -> None:
    weak = entries["2990006"]
    supplier = Supplier(
        ref="S4", name="Quillfern Pathways", identifiers=(Identifier(CARE, "2990006"),)
    )
    found = screened([weak], supplier)
    assert [(one.check_id, one.outcome) for one in found] == [("STA-01", "review")]
    assert found[0].certainty == "a number is the same"
