"""What the network adds about a supplier: what fires, what must not, and what it says."""

from dataclasses import replace
from datetime import date
from typing import Any

from duediligence import registry
from duediligence.model import (
    Appointment,
    Charity,
    Company,
    ContactKey,
    Disqualification,
    Dossier,
    Feature,
    Finding,
    Identifier,
    NotHeld,
    Parent,
    PartialDate,
    PartOf,
    Person,
    RegisteredAt,
)
from duediligence.model.facts import clause_of, map_clause_values
from duediligence.networks import build_network, find_network_positions
from duediligence.render.saying import format_text
from duediligence.screening.run.findings import Assessor, check_context
from duediligence.screening.run.policy import Policy
from tests.networks.given import (
    TODAY,
    dossier,
    elsewhere,
    firm_owner,
    officer,
    owner,
    place,
)
from tests.rows import for_each

A, B, C = 99000001, 99000002, 99000003
ANN = officer("Ann Noname", officer_id="ann")
BO = officer("Bo Vane", officer_id="bo")
CY = officer("Cy Marlow", officer_id="cy")
DI = officer("Di Quill", officer_id="di")
SAME = {"contract": "School cleaning"}
ACCOUNT = {"contact_keys": (ContactKey("bank account", "ab" * 16),)}
PHONE, DOMAIN = ContactKey("phone", "1" * 32), ContactKey("e-mail domain", "2" * 32)
BARRED = Disqualification(name="Bo Vane", birth_date=PartialDate(1970, 5), until=date(2030, 1, 1))
BOTH_SAID = {"contact_keys": (DOMAIN,), **SAME}
PARENT = firm_owner("Group Holdings Ltd", "99000009")


def flags(*dossiers: Dossier, findings: tuple[Finding, ...] = ()) -> dict[str, list[Finding]]:
    """What is found of each supplier, by reference."""
    suppliers = [one.supplier for one in dossiers]
    by_ref = {one.supplier.ref: one for one in dossiers}
    network = build_network(
        suppliers, by_ref, today=TODAY, findings=findings, titles={"un": "UN list"}
    ).network
    assess = Assessor("r", Policy(), check_context(TODAY))
    found: dict[str, list[Finding]] = {}
    for position in find_network_positions(network, suppliers, by_ref, by_ref):
        for one in assess.about_network(position):
            found.setdefault(one.supplier_ref, []).append(one)
    return found


def told(*dossiers: Dossier, **more: Any) -> set[tuple[str, str, str]]:
    return {
        (ref, one.check_id, one.severity)
        for ref, some in flags(*dossiers, **more).items()
        for one in some
    }


def both(check: str, severity: str) -> set[tuple[str, str, str]]:
    return {("A", check, severity), ("B", check, severity)}


def two(first: dict[str, Any], second: dict[str, Any]) -> tuple[Dossier, Dossier]:
    return dossier("A", A, **first), dossier("B", B, **second)


def listed(ref: str, name: str, **changes: Any) -> Finding:
    features = (Feature("agreeing words", name, name, 1.0, "agree"),)
    one = Finding(
        run_id="r",
        supplier_ref=ref,
        supplier_name=f"Firm {ref} Ltd",
        company_number="",
        check_id="SAN-01",
        check_title="On a sanctions list",
        topic="sanctions",
        outcome="review",
        severity="critical",
        subject_name=name,
        about="supplier",
        list_id="un",
        entry_id="e1",
        score=1.0,
        certainty="same name",
        features=features,
    )
    return replace(one, **changes)


NUMBER = (Feature("identifier", "1", "1", 0.1, "agree"),)
CASES: list[Any] = [
    # NET-01: the same sole director, the same owner, a director here who owns there.
    ("NET-01", two({"officers": (ANN,)}, {"officers": (ANN,)}), both("NET-01", "low")),
    (
        "NET-01",
        two(
            {"officers": (ANN,), "supplier": SAME},
            {"officers": (ANN,), "supplier": {"contract": "school  CLEANING"}},
        ),
        both("NET-01", "high"),
    ),
    (
        "NET-01",
        two({"owners": (owner("Ann Noname"),)}, {"owners": (owner("Ann Noname"),)}),
        both("NET-01", "low"),
    ),
    (
        "NET-01",
        two({"officers": (ANN,)}, {"owners": (owner("Ann Noname"),)}),
        both("NET-01", "low"),
    ),
    # A group that says so, and suppliers that work together: for the same contract alone, and low.
    (
        "NET-01",
        two({"owners": (PARENT,), "supplier": SAME}, {"owners": (PARENT,), "supplier": SAME}),
        both("NET-01", "low"),
    ),
    (
        "NET-01",
        two(
            {"officers": (ANN,), "supplier": SAME},
            {"officers": (ANN,), "supplier": {**SAME, "part_of": (PartOf("A", "sub-contractor"),)}},
        ),
        both("NET-01", "low"),
    ),
    # NET-02: at the address of somebody listed or disqualified; a sister of one in liquidation.
    (
        "NET-02",
        two(
            {"company": {"address": place(1)}},
            {"company": {"address": place(1)}, "officers": (BO,), "disqualifications": (BARRED,)},
        ),
        {("A", "NET-02", "medium")},
    ),
    (
        "NET-02",
        two({"owners": (PARENT,)}, {"owners": (PARENT,), "company": {"status": "liquidation"}}),
        {("A", "NET-02", "low")},
    ),
    # NET-03: a circle with a corporate director in it.
    (
        "NET-03",
        two(
            {"owners": (firm_owner("Firm B Ltd", f"{B:08}"),)},
            {
                "officers": (
                    officer(
                        "Firm A Ltd",
                        None,
                        role="corporate-director",
                        registered_at=RegisteredAt(number=f"{A:08}", country="England"),
                    ),
                )
            },
        ),
        both("NET-03", "medium"),
    ),
    # NET-06: an account, a phone number, two marks; for one contract it weighs more.
    ("NET-06", two(*2 * ({"supplier": ACCOUNT},)), both("NET-06", "medium")),
    ("NET-06", two(*2 * ({"supplier": {**ACCOUNT, **SAME}},)), both("NET-06", "high")),
    ("NET-06", two(*2 * ({"supplier": {"contact_keys": (PHONE,)}},)), both("NET-06", "low")),
    (
        "NET-06",
        two(*2 * ({"supplier": {"contact_keys": (PHONE,), **SAME}},)),
        both("NET-06", "medium"),
    ),
    (
        "NET-06",
        two(*2 * ({"company": {"address": place(1)}, "supplier": {"contact_keys": (DOMAIN,)}},)),
        both("NET-06", "low"),
    ),
    # A small office and something else: contract, trade, a young company, nobody else there.
    (
        "NET-06",
        two(*2 * ({"company": {"address": place(1)}, "same_address": 3, "supplier": SAME},)),
        both("NET-06", "low"),
    ),
    (
        "NET-06",
        two(*2 * ({"company": {"address": place(1), "sic_codes": ("80100",)}, "same_address": 3},)),
        both("NET-06", "low"),
    ),
    (
        "NET-06",
        two(
            {"company": {"address": place(1)}, "same_address": 3},
            {"company": {"address": place(1), "created_on": date(2026, 1, 5)}, "same_address": 3},
        ),
        both("NET-06", "low"),
    ),
    (
        "NET-06",
        two(*2 * ({"company": {"address": place(1)}, "same_address": 2},)),
        both("NET-06", "low"),
    ),
    # The office of one is where a director of the other has letters sent.
    (
        "NET-06",
        two(
            {"officers": (replace(ANN, address=place(1)),), "supplier": SAME},
            {"company": {"address": place(1)}, "same_address": 2, "supplier": SAME},
        ),
        both("NET-06", "low"),
    ),
    # NET-04: one of several directors, where others own the two.
    (
        "NET-04",
        two(
            {"officers": (ANN, BO, CY), "supplier": SAME},
            {"officers": (DI, CY, officer("Ed Tor")), "supplier": SAME},
        ),
        both("NET-04", "medium"),
    ),
]


@for_each(("check", "given", "expected"), CASES)
def test_what_fires(
    check: str, given: tuple[Dossier, ...], expected: set[tuple[str, str, str]]
) -> None:
    assert told(*given) == expected
    assert {one[1] for one in expected} == {check}


ORDINARY: list[Any] = [
    # Companies of one group, for different work.
    two({"owners": (PARENT,)}, {"owners": (PARENT,)}),
    # One of many on two boards; a director of a firm that others own.
    two({"officers": (ANN, BO, CY)}, {"officers": (ANN, DI)}),
    two(
        {"officers": (ANN,), "owners": (owner("Di Quill"),)},
        {"officers": (ANN,), "owners": (owner("Ed Tor"),)},
    ),
    # A namesake, and one who left.
    two({"officers": (ANN,)}, {"officers": (officer("Ann Noname", PartialDate(1981, 2)),)}),
    two({"officers": (ANN,)}, {"officers": (replace(ANN, resigned_on=date(2020, 1, 1)), BO)}),
    # An accountant's office, by the register's count; and its telephone.
    two(
        {"company": {"address": place(1), "status": "liquidation"}, "same_address": 60},
        {"company": {"address": place(1)}, "same_address": 60},
    ),
    two(*2 * ({"company": {"address": place(1)}, "same_address": 60, "supplier": BOTH_SAID},)),
    # Small offices: with other companies in it, one that two people write from, of homes that
    # nobody counts, of other activities, and of a group.
    two(*2 * ({"company": {"address": place(1)}, "same_address": 3},)),
    two(
        {"company": {"address": place(1)}, "same_address": 3},
        {"officers": (officer("Bo Vane", officer_id="bo", address=place(1)),)},
    ),
    two(
        {"officers": (replace(ANN, address=place(1)),)},
        {"officers": (replace(BO, address=place(1)),)},
    ),
    two(*2 * ({"company": {"address": place(1), "sic_codes": ("82990",)}, "same_address": 3},)),
    two(
        *2
        * (
            {
                "company": {"address": place(1)},
                "same_address": 2,
                "owners": (PARENT,),
                "supplier": ACCOUNT,
            },
        )
    ),
    # An e-mail domain alone, and an office of which one has moved out.
    two(*2 * ({"supplier": {"contact_keys": (DOMAIN,)}},)),
    two(
        {"officers": (replace(ANN, address=place(1), resigned_on=date(2020, 1, 1)),)},
        {"company": {"address": place(1)}, "same_address": 2, "supplier": SAME},
    ),
    # A professional director of sixty companies.
    two(
        {
            "officers": (ANN,),
            "appointments": tuple(elsewhere("ann", 98000000 + n) for n in range(60)),
        },
        {"officers": (ANN,)},
    ),
    # A failed company of a director: the supplier's own flag.
    two(
        {"officers": (ANN,), "appointments": (elsewhere("ann", 98000001, "liquidation"),)},
        {"officers": (BO,)},
    ),
]


@for_each("given", ORDINARY)
def test_what_is_ordinary_fires_nothing(given: tuple[Dossier, ...]) -> None:
    assert told(*given) == set()


def written_from(companies: int | None) -> set[tuple[str, str, str]]:
    """What is found where people of two suppliers have letters sent to an office of so many."""
    some = two(
        {"officers": (replace(ANN, address=place(1)),), "company": {"address": place(8)}},
        {"owners": (owner("Di Quill", address=place(1)),), "company": {"address": place(9)}},
    )
    by_ref = {one.supplier.ref: one for one in some}
    suppliers = [one.supplier for one in some]
    net = build_network(suppliers, by_ref, today=TODAY, companies_at=lambda _: companies).network
    assess = Assessor("r", Policy(), check_context(TODAY))
    return {
        (one.supplier_ref, one.check_id, one.severity)
        for position in find_network_positions(net, suppliers, by_ref, by_ref)
        for one in assess.about_network(position)
    }


@for_each("companies", [0, 3, 5])
def test_letters_of_two_suppliers_to_one_small_office_are_reported(companies: int) -> None:
    assert written_from(companies) == both("NET-06", "low")


@for_each("companies", [None, 6, 400])
def test_letters_to_an_office_of_many_or_that_nobody_counted_are_not(companies: int | None) -> None:
    assert written_from(companies) == set()


@for_each(("number", "reported"), [(4, True), (5, False)])
def test_an_account_of_many_suppliers_is_a_factors(number: int, reported: bool) -> None:
    some = [dossier(f"S{n}", 99000010 + n, supplier=ACCOUNT) for n in range(number)]
    found = {(one[1], one[2]) for one in told(*some)}
    assert found == ({("NET-06", "medium")} if reported else set())


def test_the_addresses_of_people_are_left_out_of_copies_without_people() -> None:
    some = two(
        {"officers": (replace(ANN, address=place(1)),), "supplier": SAME},
        {"officers": (replace(BO, address=place(1)),), "supplier": SAME},
    )
    (one,) = flags(*some)["A"]
    why = format_text(one.why)
    assert "has somebody with letters sent to 1 Quillen Street" in why
    without = map_clause_values(one.why, lambda value: None if value.personal else value)
    assert without is None or "Quillen" not in format_text(without)


def test_the_insolvent_owner_of_an_owner_is_the_suppliers_own_flag() -> None:
    owners = [firm_owner("Middle Ltd", "98000001"), firm_owner("Top Ltd", "98000002")]
    companies = [
        Company(number=f"9800000{n}", name=one.name, status=status, type="ltd")
        for n, one, status in zip((1, 2), owners, ("active", "liquidation"), strict=True)
    ]
    some = dossier(
        "A",
        A,
        owners=(owners[0],),
        parents=(
            Parent(
                child=f"{A:08}", owner=owners[0], depth=1, company=companies[0], owners=(owners[1],)
            ),
            Parent(child="98000001", owner=owners[1], depth=2, company=companies[1]),
        ),
    )
    assert told(some) == set()
    # Another supplier, of which nobody followed the owners, is near it all the same.
    other = dossier("B", B, owners=(owners[0],))
    assert told(some, other) == {("B", "NET-02", "low")}


def test_trustees_of_two_charities_are_no_sign() -> None:
    def charity(number: str) -> Charity:
        return Charity(
            identifier=Identifier("GB-CHC", number),
            name="Aid",
            status="Registered",
            trustees=("Ann Noname",),
        )

    some = (
        dossier("A", A, officers=(ANN,), charity=charity("1"), supplier=SAME),
        dossier("B", B, officers=(ANN,), charity=charity("2"), supplier=SAME),
    )
    assert told(*some) == set()


def test_what_the_own_dossier_reports_is_not_repeated() -> None:
    one = dossier("A", A, officers=(BO,), disqualifications=(BARRED,))
    assert told(one) == set()
    other = dossier("B", B, owners=(firm_owner("Firm A Ltd", f"{A:08}"),))
    # Two steps above, where no dossier of its own has gone.
    assert told(one, other) == {("B", "NET-02", "medium")}


@for_each(
    ("changes", "severity"),
    [
        ({}, "medium"),
        ({"features": NUMBER, "certainty": "a number is the same"}, "high"),
        ({"topic": "enforcement", "severity": "medium"}, "low"),
        # Nothing follows from a similar name, a low finding or shared premises.
        ({"features": (Feature("near words", "a", "b", 0.88, "nearly agree"),)}, None),
        ({"severity": "low"}, None),
        ({"score": None, "features": ()}, None),
        ({"outcome": "unknown"}, None),
        ({"topic": "standing"}, None),
    ],
)
def test_a_finding_marks_whom_it_is_about(changes: dict[str, Any], severity: str | None) -> None:
    some = two({"owners": (PARENT,)}, {"owners": (PARENT,)})
    found = told(*some, findings=(listed("B", "Firm B Ltd", **changes),))
    assert found == ({("A", "NET-02", severity)} if severity else set())


def test_a_finding_is_held_as_closely_as_what_it_rests_on() -> None:
    some = two({"owners": (PARENT,)}, {"owners": (PARENT,)})
    finding = listed("B", "Firm B Ltd", topic="enforcement", severity="high", handling="restricted")
    ((one,),) = flags(*some, findings=(finding,)).values()
    assert one.handling == "restricted"


def test_a_path_is_said_with_its_sources_and_without_the_people() -> None:
    some = (
        dossier("A", A, officers=(ANN,)),
        dossier("B", B, officers=(ANN,), company={"status": "liquidation"}),
    )
    found = {one.check_id: one for one in flags(*some)["A"]}
    why = format_text(found["NET-02"].why)
    assert why == (
        "Firm B Ltd: insolvent (liquidation). The way there: Firm A Ltd has the director Ann "
        "Noname (from 1 March 2015, Companies House officers), director of Firm B Ltd (from 1 "
        "March 2015, Companies House officers)."
    )
    without = map_clause_values(
        found["NET-02"].why, lambda value: None if value.personal else value
    )
    assert without is None or "Noname" not in format_text(without)


def moved(
    *moves: tuple[int, str, date, date | None], name: str = "Dead"
) -> tuple[Appointment, ...]:
    return tuple(
        elsewhere(
            who,
            number,
            status,
            company_name=f"{name} {number} Ltd",
            appointed_on=since,
            resigned_on=until,
        )
        for number, status, since, until in moves
        for who in ("ann", "bo")
    )


FIRST = (98000001, "liquidation", date(2014, 1, 1), date(2017, 5, 1))
SECOND = (98000002, "dissolved", date(2017, 3, 1), date(2019, 12, 1))
NEW = {"created_on": date(2020, 1, 4)}


@for_each(
    ("officers", "appointments", "company", "severity"),
    [
        ((ANN,), moved(FIRST, SECOND), NEW, "medium"),
        ((ANN, BO), moved(FIRST, SECOND), NEW, "high"),
        # One move, with the name kept.
        (
            (ANN,),
            moved(SECOND, name="Firmament Roofing"),
            {**NEW, "name": "Firmament 2020 Ltd"},
            "medium",
        ),
        # One move; two of which none failed; in reverse; long before; beside one another.
        ((ANN,), moved(SECOND), NEW, None),
        ((ANN,), moved((*FIRST[:1], "dissolved", *FIRST[2:]), SECOND), NEW, None),
        ((ANN,), moved(FIRST, SECOND), {"created_on": date(2012, 1, 1)}, None),
        ((ANN,), moved(FIRST, SECOND), {"created_on": date(2024, 1, 1)}, None),
        ((ANN,), moved(FIRST, (98000002, "active", *SECOND[2:])), NEW, None),
    ],
)
def test_net_05_a_chain_of_moves(
    officers: tuple[Any, ...], appointments: Any, company: dict[str, Any], severity: str | None
) -> None:
    came = tuple(replace(one, appointed_on=company["created_on"]) for one in officers)
    one = dossier("A", A, officers=came, appointments=appointments, company=company)
    assert told(one) == ({("A", "NET-05", severity)} if severity else set())


def test_net_05_says_who_directed_which_when() -> None:
    came = (replace(ANN, appointed_on=NEW["created_on"]),)
    still = (*SECOND[:3], None)
    one = dossier("A", A, officers=came, appointments=moved(FIRST, still), company=NEW)
    ((found,),) = flags(one).values()
    assert format_text(found.why) == (
        "Ann Noname went by way of Dead 98000001 Ltd (liquidation, director from 1 January 2014 "
        "until 1 May 2017); Dead 98000002 Ltd (dissolved, director from 1 March 2017) to this "
        "supplier."
    )


def test_net_05_the_address_kept() -> None:
    came = (replace(ANN, appointed_on=NEW["created_on"]),)
    at = {"address": place(1)}
    dead = dossier("B", 98000002, company={**at, "status": "dissolved"})
    new = dossier("A", A, officers=came, appointments=moved(SECOND), company={**NEW, **at})
    ((one,),) = flags(new, dead).values()
    assert (one.check_id, one.supplier_ref) == ("NET-05", "A")
    assert "which has its address" in format_text(one.why)


def test_a_supplier_of_very_many_alike_says_how_many_more() -> None:
    some = [dossier(f"S{n:02}", 99000100 + n, officers=(ANN,)) for n in range(30)]
    found = flags(*some)
    assert len(found) == 30
    ((one,), *_) = found.values()
    assert format_text(one.why).endswith("There are 9 other suppliers more.")


def test_people_named_by_the_buyer_alone_are_enough() -> None:
    people = {"people": (Person("Ann Noname", PartialDate(1970, 5), "director"),)}
    none = NotHeld("no company")
    some = [
        dossier(ref, number, officers=none, supplier=people) for ref, number in (("A", A), ("B", B))
    ]
    assert told(*some) == both("NET-01", "low")


def test_every_check_of_the_network_is_in_a_table_here() -> None:
    ids = {one for one in registry.checks() if one.startswith("NET-")}
    assert ids == {case[0] for case in CASES} | {"NET-05"}


def test_next_steps_and_guidance_say_what_may_be_innocent() -> None:
    for check_id, check in registry.checks().items():
        if check_id.startswith("NET-"):
            assert "nnocent" in check.guidance or "no fault" in check.guidance
    assert clause_of(registry.checks()["NET-04"].title)
