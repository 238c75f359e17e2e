"""A firm has no grade, a registration has; and a number alone identifies nothing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from duediligence import Screener, registry
from duediligence.contracts import Files
from duediligence.model import (
    Address,
    Contract,
    Finding,
    Identifier,
    ListEntry,
    Name,
    Procurement,
    Supplier,
)
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
        "6 registrations that may be its own (same name): 1 Inadequate, 1 Inconsistent quality of "
        "service delivery, 1 Requires improvement to be good, 1 Good, 1 Outstanding, 1 not graded"
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
    # All are counted, as on the page of the supplier, and its number is not asked for again.
    assert "6 registrations" in format_text(found["STA-04"].why)
    assert "number" not in format_text(found["STA-04"].next_step)


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


def test_similar_names_of_another_nation_say_nothing(entries: dict[str, ListEntry]) -> None:
    """Of the nation of the contract they are a question."""
    similar = Supplier(ref="S5", name="Quillfern Family Homes Limited")
    said = []
    for nation in ("Scotland", "England"):
        work = Contract(title="Play", procurement=Procurement(nation=nation))
        found = screened(list(entries.values()), replace(similar, contracts=(work,)))
        said.append([format_text(one.why) for one in found])
    assert said[0] == []
    assert "6 registrations that may be its own (similar name): 1 Inadequate" in said[1][0]


def test_the_only_registration_in_its_name_speaks_for_a_firm(
    entries: dict[str, ListEntry],
) -> None:
    """Whatever firms of similar names hold, of which one number is one registration's own."""
    weak = entries["2990003"]
    other = replace(entries["2990001"], names=(Name("Quillfern Homes Tarvit Ltd"),))
    supplier = Supplier(ref="S6", name="Quillfern Homes Ltd")
    (found,) = screened([weak, other], supplier)
    assert (found.check_id, found.entry_id) == ("STA-01", weak.id)
    known = replace(OWNER, identifiers=(Identifier(CARE, "2990003"),))
    found = {one.check_id: one for one in screened(list(entries.values()), known)}["STA-04"]
    assert "(5 same name, 1 same number)" in format_text(found.why)


def test_a_register_without_numbers_is_asked_for_none_of_ofsted(
    entries: dict[str, ListEntry],
) -> None:
    unnumbered = []
    for entry in (entries["2990001"], entries["2990003"]):
        assert entry.service
        assert entry.record
        record = replace(entry.record, authority="Tarvit Inspectorate")
        service = replace(entry.service, number="")
        unnumbered.append(replace(entry, record=record, service=service))
    (found,) = screened(unnumbered, OWNER)
    assert "The worst: Quillfern Homes Ltd, Graded" in format_text(found.why)
    assert "URN" not in format_text(found.next_step)


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


def _owned_by(entry: ListEntry, number: str, owner: str, company: str, grade: str) -> ListEntry:
    assert entry.service
    assert entry.record
    return replace(
        entry,
        id=number,
        names=(Name(owner),),
        identifiers=(Identifier(COMPANY, company),) if company else (),
        status=grade,
        service=replace(entry.service, number=number, owner=owner, grade=grade),
        record=replace(entry.record, low=grade == "Inadequate"),
    )


def test_what_another_firm_holds_hides_no_grade_of_the_suppliers_own(
    entries: dict[str, ListEntry],
) -> None:
    """Neither with another company's number under the same name, nor under a similar name."""
    bad = entries["2990003"]
    own = _owned_by(bad, "2990003", "Quillfern Homes Ltd", "09900131", "Inadequate")
    supplier = replace(OWNER, identifiers=(Identifier(COMPANY, "09900131"),))
    for owner in ("Quillfern Homes Limited", "Quillfern Family Homes Ltd"):
        others = [_owned_by(bad, f"29903{n}", owner, "09900177", "Good") for n in range(10, 13)]
        (found,) = screened([own, *others], supplier)
        assert (found.check_id, found.entry_id) == ("STA-01", own.id)
        assert (found.severity, found.outcome) == ("high", "adverse")


def test_grades_of_another_company_of_the_same_name_are_low(entries: dict[str, ListEntry]) -> None:
    bad = entries["2990003"]
    supplier = replace(OWNER, identifiers=(Identifier(COMPANY, "09900131"),))
    others = [
        _owned_by(bad, f"29903{n}", "Quillfern Homes Ltd", "09900177", "Inadequate")
        for n in range(10, 13)
    ]
    (found,) = screened(others, supplier)
    assert (found.check_id, found.severity) == ("STA-04", "low")
    assert "(same name with another company's number): 3 Inadequate" in format_text(found.why)


def test_a_register_of_another_nation_says_nothing_of_a_namesake_elsewhere(
    entries: dict[str, ListEntry],
) -> None:
    there = (Address("9 Sorrel Street, Tarvit", "ZY20 1AA"),)
    homes = [replace(entries[one], addresses=there) for one in ("2990003", "2990001")]
    for country, expected in (("Scotland", []), ("England", ["STA-04"])):
        supplier = replace(OWNER, address=Address("1 Quay Road, Lundrey", "ZY1 9ZZ", country))
        assert [one.check_id for one in screened(homes, supplier)] == expected


def test_the_numbers_of_the_worst_are_told_so_that_another_one_is_news(
    entries: dict[str, ListEntry],
) -> None:
    bad = entries["2990003"]

    def tell(*grades: str) -> str:
        numbered = enumerate(grades, start=2990301)
        homes = [_owned_by(bad, str(n), "Quillfern Homes Ltd", "", one) for n, one in numbered]
        return format_text(screened(homes, OWNER)[0].why)

    assert "suspended: 2990301, 2990302." in tell("Inadequate", "Inadequate", "Good", "Good")
    assert "suspended: 2990301, 2990303." in tell("Inadequate", "Good", "Inadequate", "Good")


def test_a_holder_with_the_name_of_many_people_is_not_taken_for_the_supplier(
    entries: dict[str, ListEntry],
) -> None:
    """As everywhere where people are compared; several of them are one finding, which is low."""
    for name, severity in (("John Smith", "medium"), ("Ottoline Quillfern", "high")):
        home = _owned_by(entries["2990003"], "2990301", name, "", "Inadequate")
        home = replace(home, kind="unknown")
        supplier = Supplier(ref="S6", name=name)
        (found,) = screened([home], supplier)
        assert (found.check_id, found.severity) == ("STA-01", severity)
    two = [
        replace(_owned_by(home, f"299030{n}", "John Smith", "", "Inadequate"), kind="unknown")
        for n in (1, 2)
    ]
    (found,) = screened(two, Supplier(ref="S7", name="John Smith"))
    assert (found.check_id, found.severity) == ("STA-04", "low")
