"""A page with every part that pages are made of, for tests."""

import typing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import jinja2

from duediligence.model import Company, Severity, Supplier
from duediligence.model.alerts import State
from duediligence.model.findings import SEVERITIES
from duediligence.model.registers import PARTS, Dossier, NotHeld, Owner, Resolution
from duediligence.model.runs import ListState
from duediligence.render.ownership_drawing import ownership_svg
from duediligence.web.templating import build_console_environment

LONG = "Worshipful-Company-of-Extraordinarily-Long-Names-And-Sons-(Holdings)-Public-Limited"
STATES = typing.get_args(State)


@dataclass(frozen=True)
class Viewer:
    name: str
    role: str | None


@dataclass(frozen=True)
class Row:
    href: str
    supplier: str
    number: str
    severity: Severity
    state: State
    count: int


ROWS = [
    Row(f"/alerts/A-{n}", name, f"0123456{n}", SEVERITIES[n % 4], STATES[n % len(STATES)], n * 17)
    for n, name in enumerate(["Brightwater Care Ltd", LONG, "Übung & Söhne GmbH", "<b>Bold</b>"])
]
COMPARED = [
    ("Name", "Brightwater Care Ltd", "BRIGHTWATER CARE LIMITED", "agree"),
    ("Company number", "01234567", "07654321", "differ"),
    ("Country", "United Kingdom", "", "not known"),
    ("Address", LONG, "1 Example Street, Exampletown", "differ"),
]

OWNER = Owner(kind="corporate-entity-person-with-significant-control", name="Example Holdings Ltd")
KNOWN: dict[str, object] = {
    **dict.fromkeys(PARTS[2:], ()),
    "supplier": Supplier(ref="S-1", name="Brightwater Care Ltd"),
    "taken_at": datetime(2026, 11, 24, tzinfo=UTC),
    "resolution": Resolution("number", 1.0, "The buyer gave the number."),
    "company": Company(number="01234567", name="BRIGHTWATER CARE LTD", status="active", type="ltd"),
    "charity": NotHeld("The supplier is not on a charity register."),
    "owners": (OWNER,),
    "psc_exempt": False,
    "same_address": 1,
}
DOSSIER = Dossier(**KNOWN)
FLAGGED = {OWNER.name: "possible sanctions match"}


def sample(**values: object) -> str:
    """The page; `values` are those of the layout."""
    source = (Path(__file__).parent / "sample.html.jinja").read_text("utf-8")
    navigation = [
        ("/", "Home", False),
        ("/alerts", "Alerts", True),
        ("/suppliers", "Suppliers", False),
        ("/check", "Check a supplier", False),
        ("/runs", "Runs", False),
        ("/lists", "Lists", False),
        ("/audit", "Audit", False),
    ]
    whole: dict[str, object] = {
        "title": "Alerts",
        "council": "Exampleshire County Council",
        "navigation": navigation,
        "viewer": Viewer("Amara Example", "officer"),
        "alerts": ROWS,
        "sorted_by": lambda key: f"/alerts?sort={key}",
        "page_url": lambda number: f"/alerts?severity=high&page={number}",
        "compared": COMPARED,
        "supplier": LONG,
        "states": STATES,
        "severities": SEVERITIES,
        "list_states": typing.get_args(ListState),
        "decided": datetime(2026, 11, 24, 9, 30, tzinfo=UTC),
        "drawing": ownership_svg(DOSSIER, FLAGGED, "shown"),
        "note": "First line\n  second line",
    }
    template: jinja2.Template = build_console_environment().from_string(source)
    return template.render(whole | values)
