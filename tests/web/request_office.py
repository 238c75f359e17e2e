"""Requests in an office with alerts: one of ours, and one that a partner sent as a file."""

from datetime import timedelta
from pathlib import Path

from duediligence.casework.signing_keys import signing_key
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.model import Supplier
from duediligence.model.agreements import Agreement, Terms
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.sharing.information_requests import RequestFacts, ask
from duediligence.sharing.receiving import receive

from .alert_office import HOSTILE, Office

TERMS = Terms(
    reference="ISA-2026-01",
    parties=("Exampleshire County Council", "Example Police"),
    purpose="Keep organised crime out of contracts",
    bases=("cda-1998-s115",),
    shares=("requests",),
    retention_days=90,
    starts_on=NOW.date() - timedelta(days=99),
    review_on=NOW.date() + timedelta(days=99),
    most_items=100,
    most_exchanges=12,
    most_new_percent=25,
)
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


def agree(office: Office, police: Workspace, who: str = "Ada") -> None:
    """Both hold the agreement, with the key of the other."""
    with office.workspace(who, "administrator") as ws:
        for here, ours, other in ((ws, 0, police), (police, 1, ws)):
            agreement = Agreement(
                terms=TERMS,
                ours=TERMS.parties[ours],
                partner_kind="other" if ours else "police",
                partner_keys=(signing_key(other).public.text,),
            )
            here.casework.agreements.keep(agreement, "made", NOW)


def with_requests(office: Office, folder: Path, who: str = "Ada") -> Path:
    """Keep request 1, of ours, and 2, of the partner's; a file of another that it sent."""
    with partner(folder) as police:
        agree(office, police, who)
        files = []
        for name in ("first.ddp", "second.ddp"):
            path = folder / name
            path.write_bytes(ask(police, asked("P1"), file=name).body)
            files.append(path)
    with office.workspace(who, "administrator") as ws:
        ask(ws, asked("S1", days=0))
        receive(ws, files[0])
    return files[1]
