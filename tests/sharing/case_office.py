"""Suppliers that were screened, for cases about them: one with a person on a list, one about which
a restricted record speaks, and one with signs of labour exploitation.
"""

from pathlib import Path

from duediligence.casework.queue import Filters, alerts
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.model import PartialDate, Person, Supplier
from duediligence.model.alerts import Alert
from duediligence.screening.lists.loading import RefreshTerms
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace

REGISTERS = Path(__file__).parents[2] / "duediligence" / "demo" / "local_registers"
DIRECTOR = Person("Drahomir Petrosyanov", PartialDate(1968, 3), "director")
BRIGHT = Supplier(ref="S1", name="Bright Sands Home Care Ltd", people=(DIRECTOR,))
RESTRICTED = Supplier(ref="S2", name="Marrow Lane Vapes Ltd")
# With the same director, and so linked with S1.
LINKED = Supplier(ref="S3", name="Volkhar Maritime UK Ltd", people=(DIRECTOR,))
# A director under a slavery and trafficking order, and a sponsor licence with a B rating.
PENHARGLE = Supplier(
    ref="L5",
    name="Sandpiper Pretend Care Ltd",
    people=(Person("Drusilla Penhargle", PartialDate(1979, 2), "director"),),
)
SUPPLIERS = (BRIGHT, RESTRICTED, LINKED, PENHARGLE)
# What the restricted record about S2 says.
OF_THE_RECORD = "Premises closed"
SETTINGS = {"local_registers": REGISTERS, "store_restricted": True, "second_decision": ()}


def screened(workspace: Workspace) -> None:
    """Load the restricted register, and screen the suppliers."""
    terms = RefreshTerms(as_of=NOW.date())
    assert list(refresh(workspace, ["porthvellan-asb"], folder=REGISTERS, terms=terms))
    workspace.suppliers.save(SUPPLIERS, file="s.csv", at=workspace.now())
    screen(workspace, Screened(SUPPLIERS))


def alert(workspace: Workspace, ref: str, check_id: str = "", *, restricted: bool = False) -> Alert:
    """An open alert about a supplier, of a check if one is named."""
    return next(
        one
        for one in alerts(workspace, Filters(supplier=ref))
        if one.restricted == restricted and check_id in ("", one.first.check_id)
    )
