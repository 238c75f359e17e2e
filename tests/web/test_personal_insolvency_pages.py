"""An insolvent individual in the console: who is shown what, and where a person looks."""

import pytest

from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.model import Address, PartialDate, Person, Supplier
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace

from .alert_office import Office, Opener, get, post

BORN = PartialDate(1971, 3)
NAME = "Thaddeus Quillfeather"
TRADER = Supplier(
    ref="P1",
    name=NAME,
    address=Address("12 Vetch Lane, Trevannick, ZY2 7PP", "ZY2 7PP"),
    people=(Person(NAME, BORN, "owner"),),
)
ELSEWHERE = Supplier(
    ref="P2",
    name="Porthvellan Joinery Ltd",
    address=Address("Unit 8, Quay Road, Porthvellan, ZY1 9ZZ", "ZY1 9ZZ"),
    people=(Person(NAME, BORN, "director"),),
)
LOOK = "Look it up on the register"


@pytest.fixture
def office(open_office: Opener) -> Office:
    office = open_office()
    with Workspace(office.settings, now=lambda: NOW) as ws:
        ws.suppliers.save((TRADER, ELSEWHERE), file="suppliers.csv", at=NOW)
        screen(ws, Screened((TRADER, ELSEWHERE)))
    return office


def test_without_the_right_nobody_learns_how_grave_it_is(office: Office) -> None:
    reader, officer = office.person("Rea", "reader"), office.person("Ada", "officer")
    for client, shown in ((reader, False), (officer, True)):
        for address in ("/suppliers/P1", "/alerts?supplier=P1", "/alerts?supplier=P1&sort=due"):
            page = get(client, address)
            rows = [row for row in page.rows() if "Rests on a restricted record" in " ".join(row)]
            assert rows, (address, page.text)
            assert all(("High" in row) is shown for row in rows), rows
        high = get(client, "/alerts?supplier=P1&severity=high")
        assert ("Rests on a restricted record" in high.text) is shown
        ask = get(client, f"/alerts/{office.alerts(supplier='P1')[0].id}")
        assert ("High severity" in ask.text) is shown


def test_a_look_up_record_is_shown_with_its_link_to_who_may_see_it(office: Office) -> None:
    officer, reader = office.person("Ada", "officer"), office.person("Rea", "reader")
    before = get(officer, "/suppliers/P2")
    assert "/suppliers/P2/restricted" in before.links()
    assert LOOK not in before.text
    assert office.events("restricted shown") == []
    shown = post(officer, "/suppliers/P2/restricted")
    assert LOOK in shown.text
    (address,) = {link for link in shown.links() if "insolvencydirect" in link}
    assert address.startswith("https://")
    assert len(office.events("restricted shown")) == 1
    assert "/suppliers/P2/restricted" not in get(reader, "/suppliers/P2").links()
    assert LOOK not in post(reader, "/suppliers/P2/restricted").text
