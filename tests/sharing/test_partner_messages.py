"""A partner names hits of an exchange; the council receives it, and is alerted."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from duediligence.casework import queue
from duediligence.casework.signing_keys import signing_key
from duediligence.casework.verifying import examine
from duediligence.model import Identifier, PartialDate, Person, Supplier
from duediligence.model.agreements import Agreement, Contact, Terms
from duediligence.model.exchanges import AskedItem, Exchange, Hit
from duediligence.screening.workspace import Workspace
from duediligence.sharing.partner_messages import ReceivedMessage, receive
from duediligence.sharing.referring import refer
from tests.conftest import NOW

Open = Callable[..., Workspace]
COUNCIL, POLICE = "Example Council", "Example Police"
EXCHANGE = "ab" * 16
ANN = Person("Ann Marisol Quillfeather", PartialDate(1970, 5), "director")
FIRM = Supplier(
    ref="S1", name="Dunmarrow Cleaning Ltd", identifiers=(Identifier("GB-COH", "99000001"),)
)
HERS = Supplier(ref="S2", name="Reedwater Homes Ltd", people=(ANN,))
OTHER = Supplier(ref="S3", name="Moor Lantern Ltd", people=(Person("Bo Vane"),))
ITEMS = (
    AskedItem(
        reference="OP-1",
        kind="organisation",
        name="DUNMARROW CLEANING LIMITED",
        number="99000001",
        address="9 Secret Yard, Ferrowby",
        postcode="FE1 1AA",
    ),
    AskedItem(reference="OP-2", kind="person", name="QUILLFEATHER, Ann Marisol", born="1970-05"),
    AskedItem(reference="OP-3", kind="person", name="Zebulon Nowhereman Tarn", born="1981-02"),
)


class Partners:
    """A council and a police force, each with a home, under one agreement."""

    def __init__(self, open_workspace: Open, council: Path, police: Path, folder: Path) -> None:
        self._open = open_workspace
        self.council_home, self.police_home, self.folder = council, police, folder
        keys = {}
        for home, who in ((council, "council"), (police, "police")):
            keys[who] = signing_key(self._at(home, who)).public.text
        self.terms = Terms(
            reference="ISA-2026-01",
            parties=(COUNCIL, POLICE),
            purpose="Find suppliers that both hold",
            bases=("cda-1998-s115",),
            shares=("blind-matching: organisations", "blind-matching: people", "hits"),
            retention_days=90,
            starts_on=date(2026, 11, 1),
            review_on=date(2027, 10, 31),
            most_items=1000,
            most_exchanges=12,
            most_new_percent=50,
        )
        contacts = (Contact(role="duty officer", reach="duty@police.example"),)
        self.keep(self.council(), ours=COUNCIL, key=keys["police"], contacts=contacts)
        self.keep(self.police(), ours=POLICE, key=keys["council"], contacts=contacts)
        self.exchange(self.council(), "answering")
        self.exchange(
            self.police(), "asking", hits=[Hit(item=one, by=("person",)) for one in ITEMS]
        )

    def keep(self, ws: Workspace, *, ours: str, key: str, contacts: tuple[Contact, ...]) -> None:
        agreement = Agreement(
            terms=self.terms,
            ours=ours,
            partner_kind="police",
            partner_keys=(key,),
            contacts=contacts,
        )
        ws.casework.agreements.keep(agreement, "made", ws.now())

    def exchange(self, ws: Workspace, side: str, *, hits: list[Hit] | None = None) -> None:
        made = Exchange(
            id=EXCHANGE,
            agreement=self.terms.reference,
            terms_sha256=self.terms.digest,
            purpose="Cleaning contracts",
            side=side,  # type: ignore[arg-type]
            state="opened" if hits else "answered",
            at=ws.now(),
            expires_at=ws.now() + timedelta(days=14),
            items=3,
            elements=64,
            new_percent=100,
            ask_sha256="0" * 64,
        )
        ws.casework.exchanges.keep(
            made, {}, ws.now(), hits=hits or [], remove_on=date(2027, 2, 1) if hits else None
        )

    def _at(self, home: Path, who: str, days: int = 0) -> Workspace:
        ws = self._open(home, at=NOW + timedelta(days=days), second_decision=())
        ws.who = who
        return ws

    def council(self, days: int = 0) -> Workspace:
        return self._at(self.council_home, "council", days)

    def police(self, days: int = 0) -> Workspace:
        return self._at(self.police_home, "police", days)

    def message(self, *references: str, ask: str = "call-us", days: int = 0) -> Path:
        path = self.folder / f"{'-'.join(references)}-{ask}-{days}.ddx"
        refer(self.police(days), EXCHANGE, references, ask, path)  # type: ignore[arg-type]
        return path

    def received(self, *references: str, ask: str = "call-us", days: int = 0) -> ReceivedMessage:
        return receive(
            self.council(days), read(self.message(*references, ask=ask, days=days))
        )


@pytest.fixture
def partners(open_workspace: Open, home: Path, tmp_path: Path) -> Partners:
    made = Partners(open_workspace, home, tmp_path / "police", tmp_path)
    made.council().suppliers.save([FIRM, HERS, OTHER], file="suppliers.csv", at=NOW)
    return made


def of_partners(ws: Workspace) -> list[queue.Alert]:
    return [one for one in queue.alerts(ws) if one.first.check_id == "SHR-01"]


def test_a_message_becomes_an_alert_at_once(partners: Partners) -> None:
    found = partners.received("OP-1", "OP-2", "OP-3")
    assert (found.number, found.named, found.held, found.suppliers) == (1, 3, 2, ("S1", "S2"))
    ws = partners.council()
    alerts = of_partners(ws)
    for one in alerts:
        print(one.first)
    assert {one.supplier_ref for one in alerts} == {"S1", "S2"}
    assert all(one.restricted and one.severity == "high" and not one.matched for one in alerts)
    assert not examine(ws).problems
