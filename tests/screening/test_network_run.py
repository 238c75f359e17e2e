"""The network of a run among the suppliers that are stored, and as it is read afterwards."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from duediligence.casework import deciding, queue
from duediligence.contracts import Drift
from duediligence.model import (
    Address,
    CompanyRow,
    Finding,
    Identifier,
    Owner,
    OwnerRow,
    PartialDate,
    Person,
    RegisterFile,
    Supplier,
)
from duediligence.networks import find_paths
from duediligence.screening.run.network import build_portfolio_network
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.store.register.local_register import Incoming
from tests.conftest import NOW

Open = Callable[..., Workspace]
LISTED = "Korvaek Trading Corporation"
ANN = Person("Ann Noname", PartialDate(1970, 5), "director")
ONE = Supplier(ref="A", name="Dune Invented Ltd", people=(ANN,), contract="Cleaning")
OTHER = Supplier(ref="B", name=LISTED, people=(ANN,), contract="Cleaning")
APART = Supplier(ref="C", name="Moor Invented Ltd", people=(Person("Bo Vane"),))


@pytest.fixture
def office(open_workspace: Open, home: Path) -> Workspace:
    ws = open_workspace(home, second_decision=())
    ws.suppliers.save([ONE, OTHER, APART], file="suppliers.csv", at=NOW)
    return ws


def network(findings: tuple[Finding, ...]) -> dict[tuple[str, str], str]:
    return {
        (one.supplier_ref, one.check_id): one.severity
        for one in findings
        if one.check_id.startswith("NET-")
    }


def test_a_run_of_some_sees_the_others_as_they_were_screened_last(office: Workspace) -> None:
    everybody = screen(office, Screened(office.suppliers.all()))
    found = network(everybody.findings)
    assert found == {("A", "NET-01"): "high", ("B", "NET-01"): "high", ("A", "NET-02"): "medium"}
    alone = screen(office, Screened([ONE]))
    assert network(alone.findings) == {one: found[one] for one in found if one[0] == "A"}


def test_a_supplier_that_ended_or_was_never_screened_is_no_link(office: Workspace) -> None:
    assert network(screen(office, Screened([ONE])).findings) == {}
    screen(office, Screened(office.suppliers.all()))
    ended = replace(OTHER, ended=date(2026, 1, 1))
    office.suppliers.save([ended], file="suppliers.csv", at=NOW)
    assert "supplier:B" not in build_portfolio_network(office).nodes
    assert network(screen(office, Screened([ONE])).findings) == {}


def test_suppliers_that_are_not_stored_are_a_network_of_their_own(office: Workspace) -> None:
    screen(office, Screened(office.suppliers.all()))
    bidder = replace(ONE, ref="X1", name="Bidder Invented Ltd")
    assert network(screen(office, Screened([bidder])).findings) == {}
    assert sorted(build_portfolio_network(office).nodes)[-3:] == [
        "supplier:A",
        "supplier:B",
        "supplier:C",
    ]


def test_what_was_only_screened_from_a_file_has_a_portfolio(open_workspace: Open) -> None:
    ws = open_workspace()
    screen(ws, Screened([ONE]))
    assert "supplier:A" in build_portfolio_network(ws).nodes


def test_a_match_decided_to_be_another_party_marks_nobody(office: Workspace) -> None:
    screen(office, Screened(office.suppliers.all()))
    choice = deciding.Choice(decided="not the same", reason="OTHER", note="Another firm")
    matched = [one for one in queue.alerts(office) if one.matched and one.first.supplier_ref == "B"]
    assert matched
    deciding.decide_many(office, [deciding.Asked(one.id, choice) for one in matched])
    again = screen(office, Screened(office.suppliers.all()))
    assert ("A", "NET-02") not in network(again.findings)
    assert not [one for one in build_portfolio_network(office).nodes.values() if one.marks]


def test_the_portfolio_is_read_from_what_is_stored(
    office: Workspace, open_workspace: Open, home: Path
) -> None:
    assert not build_portfolio_network(office).nodes
    screen(office, Screened(office.suppliers.all()))
    later = open_workspace(home, at=NOW + timedelta(days=3))
    new = replace(APART, people=(Person("Cy Marlow"),))
    screen(later, Screened([new]))
    before = later.audit.head()
    net = build_portfolio_network(later)
    assert later.audit.head() == before
    (path,) = find_paths(net, "supplier:A", "supplier:B")
    assert [node.label for node in path.nodes] == [ONE.name, "Ann Noname", LISTED]
    assert {link.first_known for link in path.links} == {NOW.date()}
    assert [mark.kind for mark in path.nodes[-1].marks][:1] == ["listed"]
    dates = {net.nodes[link.other].label: link.first_known for link in net.links}
    assert dates["Cy Marlow"] == NOW.date() + timedelta(days=3)
    assert "Bo Vane" not in dates


def test_what_is_kept_of_links_holds_no_name(office: Workspace) -> None:
    screen(office, Screened(office.suppliers.all()))
    known = office.casework.networks.first_known()
    assert len(known) == 3
    assert set(known.values()) == {NOW.date()}
    assert all(len(key) == 16 and int(key, 16) >= 0 for key in known)


def test_without_storing_nothing_of_links_is_kept(office: Workspace) -> None:
    run = screen(office, Screened(office.suppliers.all()), store=False)
    assert network(run.findings)
    assert office.casework.networks.first_known() == {}


def _company(number: str, street: str) -> CompanyRow:
    row = dict.fromkeys(CompanyRow._fields, "")
    row |= dict.fromkeys(
        "status_detail subtype created_on ceased_on accounts_type accounts_made_up_to "
        "accounts_due_on confirmation_due_on".split()
    )
    row |= {"number": number, "name": f"FIRM {number} LTD", "status": "active", "type": "ltd"}
    row |= {"address": f"{street}, Nowhampton", "postcode": "ZY1 1AB", "charges": 0}
    return CompanyRow(**row)  # type: ignore[arg-type]


@pytest.mark.parametrize(("neighbours", "reported"), [(3, True), (30, False)])
def test_the_local_register_says_how_small_the_office_is_that_people_write_from(
    open_workspace: Open, neighbours: int, reported: bool
) -> None:
    ws = open_workspace()
    file = RegisterFile("invented.csv", "0" * 64)
    incoming = Incoming(files=(file,), published=date(2026, 11, 1), at=NOW, drift=Drift())
    numbers = ("99000001", "99000002")
    others = [_company(f"9800{n:04}", "7 Reed Row") for n in range(neighbours)]
    own = [_company(number, f"{n} Mass Street") for n, number in enumerate(numbers, 1)]
    ws.register.load_companies([*own, *others], incoming)
    owners = [
        OwnerRow(
            number,
            Owner(
                kind="individual-person-with-significant-control",
                name=name,
                birth_date=PartialDate(1970, 5),
                address=Address("7 Reed Row, Nowhampton", "ZY1 1AB"),
            ),
        )
        for number, name in zip(numbers, ("Ann Noname", "Bo Vane"), strict=True)
    ]
    ws.register.load_owners(owners, incoming)
    suppliers = [
        Supplier(
            ref=number[-1],
            name=f"Firm {number} Ltd",
            identifiers=(Identifier("GB-COH", number),),
        )
        for number in numbers
    ]
    found = network(screen(ws, Screened(suppliers)).findings)
    assert found == ({("1", "NET-06"): "low", ("2", "NET-06"): "low"} if reported else {})
