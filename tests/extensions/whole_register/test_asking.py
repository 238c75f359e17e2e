"""Each question on invented rows with known answers; what would be endless or huge is bounded."""

from dataclasses import replace
from datetime import date

import pytest

from duediligence.errors import Incomplete, Invalid, NotFound
from duediligence.extensions.whole_register.asking import (
    addresses,
    changes,
    circles,
    handed_over,
    people,
    phoenixes,
)
from duediligence.extensions.whole_register.asking.shown_answers import answer_fields
from duediligence.extensions.whole_register.tables import COMPANIES
from tests.rows import for_each

from .invented import InventedRegister, create

RECENT = date(2026, 3, 1)
TOWER = "1 Invented Tower, AB1 2CD"


def test_those_in_the_same_unit_come_first_and_the_postcode_alone_is_only_counted() -> None:
    made = InventedRegister()
    made.company("99000001", "MINE LIMITED", at="Unit 3, 71 Invented Street, AB1 2CD")
    made.company("99000002", "SAME UNIT LIMITED", at="Unit 3, 71 Invented Street, AB1 2CD")
    made.company("99000003", "OTHER UNIT LIMITED", at="Unit 9, 71 Invented Street, AB1 2CD")
    made.company("99000004", "NEXT DOOR LIMITED", at="73 Invented Street, AB1 2CD")
    made.officer("99000005", "Jo Invented", at="71 Invented Street, AB1 2CD")
    answer = addresses.find_address_sharers(made.ask({"99000002": "S2"}), 10, number="99000001")
    assert [(row.what, row.name, row.same_unit) for row in answer.rows] == [
        ("company", "SAME UNIT LIMITED", True),
        ("officer", "Jo Invented", True),
        ("company", "OTHER UNIT LIMITED", False),
    ]
    assert answer.rows[0].company.supplier_ref == "S2"
    assert answer.rows[0].strength == pytest.approx(2 / 3)
    assert answer.counts["companies at this building"] == 3
    assert answer.counts["companies with this postcode alone"] == 1


def test_an_address_given_as_text() -> None:
    made = InventedRegister()
    made.company("99000001", "MINE LIMITED", at="71 Invented Street, AB1 2CD")
    asked = made.ask()
    found = addresses.find_address_sharers(asked, 10, text="71 invented street", postcode="ab12cd")
    assert [row.name for row in found.rows] == ["MINE LIMITED"]
    with pytest.raises(Invalid):
        addresses.find_address_sharers(asked, 10, text="71 Invented Street")
    with pytest.raises(NotFound):
        addresses.find_address_sharers(asked, 10, number="12345678")


def test_a_crowd_at_one_address_is_weak_and_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "SHORTLIST", 50)
    made = InventedRegister()
    for at in range(120):
        made.company(f"98{at:06}", at=TOWER)
    answer = addresses.find_address_sharers(made.ask(), 10, number="98000000")
    assert len(answer.rows) == 10
    assert answer.rows[0].strength == pytest.approx(2 / 120)
    assert [(cut.kind, cut.kept) for cut in answer.cuts] == [("shortlist", 50)]


def phoenix() -> InventedRegister:
    made = InventedRegister()
    made.company(
        "99000001", "QUILLEN WASTE LIMITED", at=TOWER, status="liquidation", sic_codes="38110"
    )
    made.company(
        "99000002",
        "QUILLEN RECYCLING LIMITED",
        at=TOWER,
        created_on=RECENT,
        sic_codes="38110 49410",
    )
    made.owner("99000001", "Jo Invented")
    made.owner("99000002", "Jo Invented")
    return made


def test_a_phoenix_is_found_with_what_it_took_over() -> None:
    answer = phoenixes.find_phoenix_companies(phoenix().ask({"99000002": "S2"}), 10)
    (row,) = answer.rows
    assert (row.new.number, row.old.number) == ("99000002", "99000001")
    assert row.people == ("Jo Invented",)
    assert row.address == "1, AB1 2CD"
    assert row.name_stem == "quillen"
    assert row.sic_codes == ("38110",)
    assert row.new.supplier_ref == "S2"
    assert row.strength > 0.9


@for_each("kept", ["people", "address", "stem", "sic"])
def test_one_thing_alone_makes_no_phoenix(kept: str) -> None:
    made = InventedRegister()
    made.company("99000001", "QUILLEN LIMITED", at=TOWER, status="liquidation", sic_codes="38110")
    made.company(
        "99000002",
        "QUILLEN LIMITED" if kept == "stem" else "OTHER LIMITED",
        at=TOWER if kept == "address" else "2 Elsewhere, ZZ1 1ZZ",
        created_on=RECENT,
        sic_codes="38110" if kept == "sic" else "01110",
    )
    made.owner("99000001", "Jo Invented")
    made.owner("99000002", "Jo Invented" if kept == "people" else "Al Other")
    assert not phoenixes.find_phoenix_companies(made.ask(), 10).rows


def test_an_old_company_and_one_of_a_hub_are_no_phoenixes() -> None:
    made = phoenix()
    made.rows["companies"][1]["created_on"] = date(2015, 1, 1)
    assert not phoenixes.find_phoenix_companies(made.ask(), 10).rows
    made = InventedRegister()
    made.company("99000001", "OLD LIMITED", at=TOWER, status="liquidation", sic_codes="38110")
    made.company("99000002", "NEW LIMITED", at=TOWER, created_on=RECENT, sic_codes="38110")
    for at in range(60):
        made.company(f"98{at:06}", f"NAME{at} LIMITED", at=TOWER)
    assert not phoenixes.find_phoenix_companies(made.ask(), 10).rows


def test_a_phoenix_of_a_company_that_only_the_officers_file_names() -> None:
    made = InventedRegister()
    made.dissolved("99000001", "QUILLEN WASTE LIMITED")
    made.officer("99000001", "Jo Invented", resigned_on=date(2025, 12, 1))
    made.company("99000002", "QUILLEN RECYCLING LIMITED", created_on=RECENT)
    made.officer("99000002", "Jo Invented")
    asked = made.ask({"99000009": "S9"})
    (row,) = phoenixes.find_phoenix_companies(asked, 10).rows
    assert row.old.name == "QUILLEN WASTE LIMITED"
    assert (row.people, row.name_stem, row.address) == (("Jo Invented",), "quillen", "")
    assert not phoenixes.find_phoenix_companies(asked, 10, suppliers=True).rows
    assert not phoenixes.find_phoenix_companies(asked, 10, months=6).rows
    with pytest.raises(Invalid):
        phoenixes.find_phoenix_companies(asked, 10, months=37)


def test_a_new_office_at_the_address_of_the_failed_companys_people() -> None:
    made = InventedRegister()
    made.dissolved("99000001", "QUILLEN WASTE LIMITED")
    made.officer("99000001", "Jo Invented", at="5 Yard, AB1 2CD")
    made.company("99000002", "OTHER LIMITED", at="5 Yard, AB1 2CD", created_on=RECENT)
    made.owner("99000002", "Jo Invented", at="9 Far Road, CD3 4EF")
    (row,) = phoenixes.find_phoenix_companies(made.ask(), 10).rows
    assert (row.people, row.address, row.name_stem) == (("Jo Invented",), "5, AB1 2CD", "")


def test_suppliers_that_share_an_office_or_where_letters_go() -> None:
    made = InventedRegister()
    made.company("99000001", at=TOWER)
    made.company("99000002", at="2 Elsewhere, ZZ1 1ZZ")
    made.company("99000003", at=TOWER)
    made.officer("99000001", "Jo Invented", at="5 Yard, AB1 2CD")
    made.owner("99000002", "Al Other", at="5 Yard, AB1 2CD")
    made.owner("99000003", "Bo Past", at="5 Yard, AB1 2CD", ceased_on=date(2020, 1, 1))
    for at in range(40):
        made.company(f"98{at:06}", at=TOWER)
    mine = {"99000001": "S1", "99000002": "S2", "99000003": "S3"}
    answer = addresses.shared_addresses(made.ask(mine), 10)
    told = [([one.supplier_ref for one in row.suppliers], row.companies) for row in answer.rows]
    assert told == [(["S1", "S2"], 3), (["S1", "S3"], 42)]
    assert answer.rows[0].uses == ("letters to an officer", "letters to an owner")
    assert [row.registered for row in answer.rows] == [False, True]


def test_mass_addresses_and_busy_people() -> None:
    made = InventedRegister()
    for at in range(12):
        failed = {"status": "liquidation"} if at < 4 else {}
        made.company(f"98{at:06}", at=TOWER, **failed)
        made.owner(f"98{at:06}", "Nora Nominee", birth_year=1960, birth_month=5)
    made.company("99000001", at="2 Elsewhere, ZZ1 1ZZ", created_on=RECENT)
    made.owner("99000001", "Jo Invented")
    asked = made.ask({"98000003": "S3", "99000001": "S1"})
    (crowd,) = addresses.mass_addresses(asked, 10, least=5).rows
    assert (crowd.address, crowd.companies, crowd.live, crowd.new, crowd.failed) == (
        TOWER,
        12,
        12,
        0,
        4,
    )
    assert crowd.suppliers == ("S3",)
    assert addresses.mass_addresses(asked, 10, least=5, suppliers=True).found == 1
    assert addresses.mass_addresses(asked, 10).found == 0
    (busy,) = people.find_busy_people(asked, 10).rows
    assert (busy.name, busy.born, busy.companies, busy.failed) == ("Nora Nominee", "1960-05", 12, 4)
    assert busy.suppliers == ("S3",)
    with pytest.raises(Invalid):
        people.find_busy_people(asked, 10, least=1)
    with pytest.raises(Invalid):
        addresses.mass_addresses(asked, 10, least=1)


def test_circles_of_owners_are_found_whatever_their_length() -> None:
    made = InventedRegister()
    ring = [f"9900{at:04}" for at in range(60)]
    for owner, owned in zip(ring, [*ring[1:], ring[0]], strict=True):
        made.owned_by(owned, owner)
    made.company("98000001", "SELFISH LIMITED")
    made.owned_by("98000001", "98000001")
    made.owned_by("98000002", "98000003")
    made.owned_by("98000003", "98000002", ceased_on=date(2020, 1, 1))
    made.owned_by("97000001", ring[0])
    answer = circles.find_owner_circles(made.ask(), 10)
    assert [(len(row.companies), row.entwined) for row in answer.rows] == [(60, 60), (1, 1)]
    assert answer.rows[1].companies[0].name == "SELFISH LIMITED"
    assert circles.find_owner_circles(made.ask({"98000001": "S1"}), 10, suppliers=True).found == 1


def test_a_vast_circle_ends_and_names_the_first_of_its_companies() -> None:
    made = InventedRegister()
    ring = [f"{at:08}" for at in range(10_000_000, 10_060_000)]
    asked = made.ask()
    pairs = list(zip(ring, [*ring[1:], ring[0]], strict=True))
    asked.connection.execute(
        "INSERT INTO owners (owner_number, number) SELECT unnest(?::VARCHAR[]), "
        "unnest(?::VARCHAR[])",
        [[one for one, _ in pairs], [other for _, other in pairs]],
    )
    answer = circles.find_owner_circles(asked, 10)
    assert [len(row.companies) for row in answer.rows] == [len(ring)]
    (row,) = answer_fields(answer, people=False)
    circle = str(row["circle"])
    assert circle.count(" owns ") == 51
    assert circle.endswith("owns 59,950 more companies owns not known (10000000)")


def test_a_short_circle_within_a_knot_and_too_many_links() -> None:
    made = InventedRegister()
    knot = [f"9900{at:04}" for at in range(12)]
    for owner in knot:
        for owned in knot:
            if owner != owned:
                made.owned_by(owned, owner)
    asked = made.ask()
    (row,) = circles.find_owner_circles(asked, 10).rows
    assert (len(row.companies), row.entwined) == (2, 12)
    cut = circles.find_owner_circles(asked, 10, most_links=100)
    assert [(one.kind, one.kept, one.of) for one in cut.cuts] == [("circles", 100, 132)]
    made.loaded.remove("owners")
    with pytest.raises(Incomplete):
        circles.find_owner_circles(made.ask(), 10)


def test_what_came_and_went_and_changed() -> None:
    made = InventedRegister()
    made.company("99000001", "STAYED LIMITED", status="liquidation", content=2)
    made.company("99000002", "CAME LIMITED", content=1)
    made.company("99000003", "GONE LIMITED", gone_since=date(2026, 11, 1), content=1)
    made.company("99000004", "FORGOTTEN LIMITED", gone_since=date(2026, 10, 9), content=1)
    made.company("99000005", "LONG GONE LIMITED", gone_since=date(2026, 5, 1), content=1)
    asked = made.ask({"99000001": "S1", "99000004": "S4"})
    before = InventedRegister()
    before.company("99000001", "STAYED LIMITED", content=1)
    before.company("99000003", "GONE LIMITED", content=1)
    before.company("99000004", "FORGOTTEN LIMITED", content=1)
    before.company("99000005", "LONG GONE LIMITED", gone_since=date(2026, 5, 1), content=1)
    with pytest.raises(Incomplete):
        changes.find_register_changes(asked, 10)
    create(asked.connection, "companies_before", COMPANIES, before.rows["companies"])
    asked = replace(asked, version_before="2026-10-01")
    answer = changes.find_register_changes(asked, 10)
    assert [(row.what, row.company.name) for row in answer.rows] == [
        ("went", "FORGOTTEN LIMITED"),
        ("went", "GONE LIMITED"),
        ("came", "CAME LIMITED"),
    ]
    assert answer.counts == {"went": 2, "came": 1}
    assert answer.scope.compared_with == "2026-10-01"
    mine = changes.find_register_changes(asked, 10, suppliers=True)
    assert [(row.what, row.company.supplier_ref, row.before, row.after) for row in mine.rows] == [
        ("went", "S4", "", ""),
        ("status", "S1", "active", "liquidation"),
    ]
    recent = changes.find_register_changes(asked, 10, since=date(2026, 10, 8))
    assert [row.company.name for row in recent.rows] == ["FORGOTTEN LIMITED", "GONE LIMITED"]
    later = changes.find_register_changes(asked, 10, since=date(2009, 1, 1))
    assert later.counts == {"went": 3, "came": 2}


def straw_man() -> InventedRegister:
    made = InventedRegister()
    made.company("99000001", "FRONT LIMITED", at="5 Yard, AB1 2CD")
    made.owner("99000001", "Al Banned", at="7 Home Road, CD3 4EF", ceased_on=date(2026, 2, 1))
    made.owner(
        "99000001",
        "Bea Banned",
        at="7 Home Road, CD3 4EF",
        notified_on=date(2026, 2, 20),
        ceased_on=date(2026, 6, 1),
    )
    made.owner("99000001", "Cy Other", at="9 Far Road, CD3 4EF", notified_on=date(2026, 6, 2))
    return made


def test_control_that_passed_from_a_listed_person_within_the_family_and_on() -> None:
    made = straw_man()
    made.officer("97000001", "Bea Banned")
    made.officer("97000001", "Cy Other")
    made.hit("person:Al Banned", "99000001", "owners", 0.95)
    answer = handed_over.handed_over(made.ask({"99000001": "S1"}), 10, suppliers=True)
    (row,) = answer.rows
    assert row.listed == "UK E-1"
    assert [(one.before, one.after, one.ties) for one in row.chain] == [
        ("Al Banned", "Bea Banned", ("same address", "same surname")),
        ("Bea Banned", "Cy Other", ("former co-director",)),
    ]
    assert row.strength == pytest.approx((1 - 0.5 * 0.7 * 0.6) * 0.95**4)
    assert not handed_over.handed_over(made.ask({"98": "S1"}), 10, suppliers=True).rows


def test_control_that_passed_from_somebody_behind_an_insolvent_company() -> None:
    made = straw_man()
    made.company("98000001", "FALLEN LIMITED", status="liquidation")
    made.officer("98000001", "Al Banned")
    answer = handed_over.handed_over(made.ask(), 10)
    (row,) = answer.rows
    assert row.failed is not None
    assert row.failed.name == "FALLEN LIMITED"
    assert answer.scope.missing == ("screened",)


def test_nobody_listed_nobody_tied_or_too_long_between_is_no_handover() -> None:
    assert not handed_over.handed_over(straw_man().ask(), 10).rows
    made = straw_man()
    made.hit("person:Bea Banned", "99000001", "owners", 0.95)
    assert not handed_over.handed_over(made.ask(), 10).rows
    made = straw_man()
    made.rows["owners"][1]["notified_on"] = date(2026, 4, 3)
    made.hit("person:Al Banned", "99000001", "owners", 0.95)
    assert not handed_over.handed_over(made.ask(), 10).rows


def test_letters_to_the_companys_own_office_and_its_own_board_are_no_tie() -> None:
    made = InventedRegister()
    made.company("99000001", "FRONT LIMITED", at="5 Yard, AB1 2CD")
    made.owner("99000001", "Al Banned", at="5 Yard, AB1 2CD", ceased_on=date(2026, 2, 1))
    made.owner("99000001", "Cy Other", at="5 Yard, AB1 2CD", notified_on=date(2026, 2, 2))
    made.officer("99000001", "Al Banned")
    made.officer("99000001", "Cy Other")
    made.hit("person:Al Banned", "99000001", "owners", 1.0)
    assert not handed_over.handed_over(made.ask(), 10).rows


def test_a_crowd_of_owners_and_a_nominee_of_many_companies_tie_nobody() -> None:
    made = straw_man()
    made.hit("person:Al Banned", "99000001", "owners", 0.95)
    assert len(handed_over.handed_over(made.ask(), 10).rows) == 1
    for at in range(100):
        made.owner("99000001", f"P{at} Crowd", notified_on=date(2015, 1, 1))
    assert not handed_over.handed_over(made.ask(), 10).rows

    made = InventedRegister()
    made.company("99000001", "FRONT LIMITED")
    made.owner("99000001", "Al Nominee", ceased_on=date(2026, 2, 1))
    made.owner("99000001", "Bea Buyer", notified_on=date(2026, 2, 2))
    made.officer("97000001", "Al Nominee")
    made.officer("97000001", "Bea Buyer")
    made.hit("person:Al Nominee", "99000001", "owners", 0.95)
    assert len(handed_over.handed_over(made.ask(), 10).rows) == 1
    for at in range(60):
        made.officer(f"960000{at:02}", "Al Nominee")
    assert not handed_over.handed_over(made.ask(), 10).rows


def test_owners_who_pass_control_in_a_circle_end() -> None:
    made = InventedRegister()
    made.company("99000001")
    for month in range(1, 12):
        name = ("Al Same", "Bo Same")[month % 2]
        made.owner(
            "99000001", name, notified_on=date(2025, month, 1), ceased_on=date(2025, month, 28)
        )
    made.hit("person:Al Same", "99000001", "owners", 1.0, certain=True)
    answer = handed_over.handed_over(made.ask(), 100)
    assert answer.rows
    assert all(len(row.chain) == 1 for row in answer.rows)
    assert answer.rows[0].score is None
