"""A machine that dies at any moment of a step: no file without its record, nothing lost, and the
step can be taken again or says why not.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from duediligence.casework.verifying import verify
from duediligence.errors import Conflict
from duediligence.extensions.sharing.exchanges import pending
from duediligence.extensions.sharing.exchanges.answering import answer, plan_answer
from duediligence.extensions.sharing.exchanges.asking import ask, plan_ask
from duediligence.extensions.sharing.exchanges.hits import hits_of
from duediligence.extensions.sharing.exchanges.opening import open_answer
from duediligence.extensions.sharing.information_requests import RequestFacts
from duediligence.extensions.sharing.information_requests import answer as answer_request
from duediligence.extensions.sharing.information_requests import ask as ask_request
from duediligence.extensions.sharing.partner_files import read_partner_file
from duediligence.extensions.sharing.receiving import receive
from duediligence.extensions.sharing.referring import refer
from duediligence.extensions.sharing.store.exchanges import ExchangeStore
from duediligence.extensions.sharing.store.information_requests import InformationRequestStore
from duediligence.extensions.sharing.store.partner_messages import PartnerMessageStore
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from tests.thorough import is_thorough

from .homes import NOW, TERMS, TwoHomes, as_items, as_suppliers, firms, written
from .killed_steps import HOMES

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.skipif(os.name == "nt", reason="POSIX signals"),
]
# Of the moments of a step, each n-th in `make test`.
EVERY = 1 if is_thorough() else 9
BOTH = replace(TERMS, shares=("blind-matching: organisations", "hits", "requests"))
ROOT = Path(__file__).parents[3]


@dataclass
class Copy:
    """One copy of both homes, in which a command was killed or, if `ended`, was not."""

    folder: Path
    ended: bool
    opened: ExitStack

    def home(self, name: str) -> Workspace:
        return self.opened.enter_context(
            Workspace(Settings(home=self.folder / name), now=lambda: NOW, who=HOMES[name])
        )

    def file(self, name: str) -> Path:
        return self.folder / name

    @property
    def exchange(self) -> str:
        return read_partner_file(self.file("ask.dde")).header.exchange


Killed = Callable[..., Iterator[Copy]]


@pytest.fixture
def killed(tmp_path: Path, start: Path) -> Iterator[Killed]:
    """The copies after a command was killed at each moment, the chain of each verified."""
    with ExitStack() as opened:

        def copies(home: str, *arguments: str) -> Iterator[Copy]:
            code = [sys.executable, "-m", f"{__package__}.killed_steps", str(tmp_path)]
            done = subprocess.run(
                [*code, str(EVERY), NOW.isoformat(), home, *arguments],
                capture_output=True,
                text=True,
                check=False,
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
            )
            assert done.returncode == 0, done.stderr
            count = int(done.stdout)
            assert count > 5
            for at in range(1, count + 1, EVERY):
                one = Copy(tmp_path / str(at), at == count, opened)
                assert verify(one.home(home)) is None
                yield one

        yield copies


@pytest.fixture
def start(tmp_path: Path) -> Path:
    """Two homes with an agreement, suppliers and a list to ask, in `start`."""
    folder = tmp_path / "start"
    folder.mkdir()
    two = TwoHomes(folder, BOTH)
    two.suppliers(as_suppliers(firms(3, 1)))
    written(folder / "list.csv", as_items(firms(3, 1)))
    two.close()
    return folder


def begun(start: Path, *steps: str) -> None:
    """Take these steps of an exchange in `start`."""
    with ExitStack() as opened:
        one = Copy(start, True, opened)
        council, police = one.home("council"), one.home("police")
        for step in steps:
            match step:
                case "ask":
                    plan = plan_ask(police, one.file("list.csv"), BOTH.reference)
                    ask(police, plan, one.file("ask.dde"))
                case "answer":
                    plan_ = plan_answer(council, one.file("ask.dde"))
                    answer(council, plan_, one.file("answer.dde"))
                case "open":
                    open_answer(police, one.file("answer.dde"))
                case "refer":
                    refer(police, one.exchange, ["N00001"], "call-us", one.file("refer.ddp"))
                case "request":
                    facts = RequestFacts(
                        agreement=BOTH.reference,
                        supplier="S00001",
                        purpose="Renewal",
                        due_on=NOW.date() + timedelta(days=9),
                    )
                    made = ask_request(council, facts, file="request.ddp")
                    one.file("request.ddp").write_bytes(made.body)
                case "received":
                    receive(police, one.file("request.ddp"))
                case "reply":
                    reply = answer_request(police, 1, "hit", file="reply.ddp")
                    one.file("reply.ddp").write_bytes(reply.body)


def holds_nothing_unrecorded(one: Copy, name: str, *, recorded: bool) -> None:
    """The file, or what was to become it, is there only with its record."""
    if one.file(name).exists():
        assert recorded
        read_partner_file(one.file(name))
    for left in one.folder.glob(f".{name}.*.tmp"):
        assert recorded or not left.read_bytes().strip(b"\0")
    if one.ended:
        assert one.file(name).exists()


def sent(ws: Workspace, kind: str) -> int:
    records = ws.audit.records(kind="partner message")
    return sum(
        one.event.what["act"] == "sent" and one.event.what["kind"] == kind for one in records
    )


@pytest.mark.soak
def test_asking(killed: Killed) -> None:
    arguments = ("sharing", "exchange", "ask", "list.csv", "--agreement", BOTH.reference)
    for one in killed("police", *arguments, "--out", "ask.dde", "--yes"):
        police, council = one.home("police"), one.home("council")
        rows = police.casework.repository(ExchangeStore).all()
        holds_nothing_unrecorded(one, "ask.dde", recorded=bool(rows))
        for row in rows:
            pending.load_pending(police.home, row.id)
        if not one.file("ask.dde").exists():
            ask(police, plan_ask(police, one.file("list.csv"), BOTH.reference), one.file("ask.dde"))
        answer(council, plan_answer(council, one.file("ask.dde")), one.file("answer.dde"))
        assert len(open_answer(police, one.file("answer.dde")).hits) == 3
        asked = {
            row.id
            for row in police.casework.repository(ExchangeStore).all()
            if row.state == "asked"
        }
        assert set(pending.list_pending_ids(police.home)) == asked


@pytest.mark.soak
def test_answering(killed: Killed, start: Path) -> None:
    begun(start, "ask")
    for one in killed(
        "council", "sharing", "exchange", "answer", "ask.dde", "--out", "answer.dde", "--yes"
    ):
        police, council = one.home("police"), one.home("council")
        rows = council.casework.repository(ExchangeStore).all()
        holds_nothing_unrecorded(one, "answer.dde", recorded=bool(rows))
        if rows:
            with pytest.raises(Conflict, match="each is answered once"):
                plan_answer(council, one.file("ask.dde"))
        else:
            answer(council, plan_answer(council, one.file("ask.dde")), one.file("answer.dde"))
        if one.file("answer.dde").exists():
            assert len(open_answer(police, one.file("answer.dde")).hits) == 3


@pytest.mark.soak
def test_opening(killed: Killed, start: Path) -> None:
    begun(start, "ask", "answer")
    for one in killed("police", "sharing", "exchange", "open", "answer.dde", "--out", "hits.csv"):
        police = one.home("police")
        (row,) = police.casework.repository(ExchangeStore).all()
        exports = len(list(police.audit.records(kind="export")))
        assert exports or not one.file("hits.csv").exists()
        if row.state == "asked":
            open_answer(police, one.file("answer.dde"))
        else:
            with pytest.raises(Conflict, match="an answer is opened once"):
                open_answer(police, one.file("answer.dde"))
        assert len(hits_of(police, row.id)) == 3
        # What unblinds goes with the next step at the latest, and what was asked is known.
        plan = plan_ask(police, one.file("list.csv"), BOTH.reference)
        assert plan.notice.new_percent == 0
        ask(police, plan, one.file("again.dde"))
        assert row.id not in set(pending.list_pending_ids(police.home))


@pytest.mark.soak
def test_naming_hits(killed: Killed, start: Path) -> None:
    begun(start, "ask", "answer", "open")
    exchange = read_partner_file(start / "ask.dde").header.exchange
    arguments = ("sharing", "exchange", "refer", exchange, "--hit", "N00001", "--do", "call-us")
    for one in killed("police", *arguments, "--out", "refer.ddp", "--yes"):
        police, council = one.home("police"), one.home("council")
        holds_nothing_unrecorded(one, "refer.ddp", recorded=sent(police, "refer") > 0)
        if not one.file("refer.ddp").exists():
            refer(police, exchange, ["N00001"], "call-us", one.file("refer.ddp"))
        receive(council, one.file("refer.ddp"))


@pytest.mark.soak
def test_receiving_named_hits(killed: Killed, start: Path) -> None:
    begun(start, "ask", "answer", "open", "refer")
    for one in killed("council", "sharing", "receive", "refer.ddp"):
        council = one.home("council")
        if council.casework.repository(PartnerMessageStore).all():
            with pytest.raises(Conflict, match=r"received on .* already"):
                receive(council, one.file("refer.ddp"))
        else:
            receive(council, one.file("refer.ddp"))
        assert len(council.casework.repository(PartnerMessageStore).all()) == 1


@pytest.mark.soak
def test_requesting(killed: Killed) -> None:
    day = (NOW.date() + timedelta(days=9)).isoformat()
    arguments = ("sharing", "request", "new", "--agreement", BOTH.reference, "--supplier", "S00001")
    more = ("--purpose", "Renewal", "--due", day, "--out", "request.ddp", "--yes")
    for one in killed("council", *arguments, *more):
        council = one.home("council")
        rows = council.casework.repository(InformationRequestStore).all()
        assert len(rows) == sent(council, "request")
        holds_nothing_unrecorded(one, "request.ddp", recorded=bool(rows))
        if one.file("request.ddp").exists():
            receive(one.home("police"), one.file("request.ddp"))


@pytest.mark.soak
def test_replying(killed: Killed, start: Path) -> None:
    begun(start, "request", "received")
    arguments = ("sharing", "reply", "1", "--answer", "hit", "--out", "reply.ddp", "--yes")
    for one in killed("police", *arguments):
        police, council = one.home("police"), one.home("council")
        (row,) = police.casework.repository(InformationRequestStore).all()
        assert bool(row.closed) == bool(sent(police, "reply"))
        holds_nothing_unrecorded(one, "reply.ddp", recorded=bool(row.closed))
        if not row.closed:
            made = answer_request(police, 1, "hit", file="reply.ddp")
            one.file("reply.ddp").write_bytes(made.body)
        if one.file("reply.ddp").exists():
            receive(council, one.file("reply.ddp"))


@pytest.mark.soak
@pytest.mark.parametrize("name", ["request", "reply"])
def test_receiving_requests_and_replies(killed: Killed, start: Path, name: str) -> None:
    begun(start, "request", *(("received", "reply") if name == "reply" else ()))
    home = "council" if name == "reply" else "police"
    for one in killed(home, "sharing", "receive", f"{name}.ddp"):
        ws = one.home(home)
        with suppress(Conflict):
            receive(ws, one.file(f"{name}.ddp"))
        (row,) = ws.casework.repository(InformationRequestStore).all()
        assert bool(row.closed) == (name == "reply")
        with pytest.raises(Conflict, match=r"received on .* already"):
            receive(ws, one.file(f"{name}.ddp"))
