"""A message in which an invented partner names a supplier of a home."""

from pathlib import Path

from duediligence.extensions.sharing.exchanges.answering import answer, plan_answer
from duediligence.extensions.sharing.exchanges.asking import ask, plan_ask
from duediligence.extensions.sharing.exchanges.opening import open_answer
from duediligence.extensions.sharing.referring import refer
from duediligence.screening.workspace import Workspace
from tests.sharing.exchanges.homes import ALONE, COUNCIL, partner_of, written


def message_to(ws: Workspace, folder: Path, ref: str = "S001") -> Path:
    """The file: the partner asked about a supplier of the home, which answered, and names it."""
    (name,) = (one.name for one in ws.suppliers.all() if one.ref == ref)
    asked = written(folder / "asked.csv", [{"reference": "OP-1", "name": name}])
    with partner_of(ws, folder, as_=COUNCIL) as partner:
        ask(partner, plan_ask(partner, asked, ALONE.reference), folder / "ask.dde")
        answer(ws, plan_answer(ws, folder / "ask.dde"), folder / "answer.dde")
        opened = open_answer(partner, folder / "answer.dde")
        refer(partner, opened.exchange.id, ["OP-1"], "call-us", folder / "message.ddp")
    return folder / "message.ddp"
