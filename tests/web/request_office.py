"""Requests in an office with alerts: one of ours, and one that a partner sent as a file."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.extensions.sharing.information_requests import RequestFacts, ask
from duediligence.extensions.sharing.receiving import receive
from duediligence.model import Supplier
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings

from ..sharing.exchanges import homes
from .alert_office import HOSTILE, Office

TERMS = replace(homes.TERMS, reference="ISA-2026-REQUESTS", shares=("requests",))
PURPOSE = "After what Zebedee <Quorn> said"


def asked(supplier: str, days: int = 9) -> RequestFacts:
    return RequestFacts(
        agreement=TERMS.reference,
        supplier=supplier,
        purpose=PURPOSE,
        due_on=NOW.date() + timedelta(days=days),
    )


def partner(folder: Path) -> Workspace:
    """The workspace of the force, with a supplier that the office holds as well."""
    ws = Workspace(Settings(home=folder / "police"), now=lambda: NOW, who="Bo")
    ws.suppliers.save([Supplier(ref="P1", name=HOSTILE)], file="s.csv", at=NOW)
    return ws


def with_requests(office: Office, folder: Path, who: str = "Ada") -> Path:
    """Keep request 1, of ours, and 2, of the partner's; a file of another that it sent."""
    with partner(folder) as police:
        with office.workspace(who, "administrator") as ws:
            homes.agree(TERMS, {homes.COUNCIL: ws, homes.POLICE: police})
        files = []
        for name in ("first.ddp", "second.ddp"):
            path = folder / name
            path.write_bytes(ask(police, asked("P1"), file=name).body)
            files.append(path)
    with office.workspace(who, "administrator") as ws:
        ask(ws, asked("S1", days=0))
        receive(ws, files[0])
    return files[1]
