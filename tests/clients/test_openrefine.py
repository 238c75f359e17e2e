"""OpenRefine reconciles a buyer's rows with the lists and with its suppliers, end to end."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from .openrefine import HOW_TO_INSTALL, INSTALLED, LOCALIZER, OpenRefine, Project, openrefine
from .reconcile_server import reconcile_server

pytestmark = pytest.mark.browser

# Name, number, postcode; the supplier and the entry of a list that it is taken for. `?`: a person
# must look. Marrow Lane Vapes is on a register of the council's own, and nobody is told.
ROWS = """\
BRIGHT SANDS HOMECARE LIMITED,,,S001,
Harrowgate & Penwith Security Services Ltd,,,S002,uk-debarment.SAMPLE-0001
Volkhar Maritime,99001234,,S003,uk-sanctions.RUS9901
Calderbrook Construction International,99004207,ZY9 3VH,S004,world-bank.990201
Tidewater Taxis,,ZY1 1SA,S005,
Little Acorns Youth Project,9900001,,S006,
Sunnyhaven Residential Care Homes,99001402,,S007,cqc-ratings.1-990101402
Glen Tarvit Waste Haulage,SC990123,,S008,
Moorhen Supported Living C.I.C.,,,S009,
Polwithen Roofing and Guttering,,,S010,
Tidewater Tea Room Ltd,99001616,,S011,
Pennyroyal Day Centre Trust,SC990042,,S012,
Lanternfish Facilities Management,,,S013,
Kittiwake Grounds Maintenance,,ZY2 3RD,S014,
Saltmarsh Scaffolding (2025),,,S015,
Oakhanger Catering,99002401,,S016,
Heronsreach Community Trust,9900002,,S017,
Wrenfield Transport Services,,,S018,
Tidewater Taxi,,,?,
Nobody Whosoever Ltd,99001001,,?,
Kestrel Bookbinding Ltd,,,,
Pellucid Window Works,,,,
Umberfold Piano Tuning,,,,
Quincewood Bakery Ltd,,,,
Fernhollow Veterinary Group,,,,
Larkrise Upholstery,,,,
Thimblewick Haberdashers,,,,
Gannetcliff Kayak Hire,,,,
Marrow Lane Vapes Ltd,,,,
Dragomir Petrosyanov,,,,?
"""


@dataclass(frozen=True)
class Row:
    """A row, and what becomes of it."""

    name: str
    number: str
    postcode: str
    supplier: str
    entry: str


EXPECTED = [Row(*line.split(",")) for line in ROWS.splitlines()]


@pytest.fixture(scope="module")
def services() -> Iterator[dict[str, str]]:
    with reconcile_server() as addresses:
        yield addresses


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenRefine]:
    if not INSTALLED.is_dir() or not LOCALIZER.is_file():
        pytest.fail(HOW_TO_INSTALL)
    with openrefine(tmp_path_factory.mktemp("openrefine")) as running:
        yield running


@pytest.fixture
def project(client: OpenRefine) -> Project:
    assert len(EXPECTED) == 30
    rows = "".join(f"{one.name},{one.number},{one.postcode}\n" for one in EXPECTED)
    return client.project(f"Name,Number,Postcode\n{rows}")


def test_rows_are_recognised_as_suppliers(project: Project, services: dict[str, str]) -> None:
    service = services["suppliers"]
    assert project.guess_types("Name", service) == ["supplier"]
    kept = project.reconcile(
        "Name", service, "supplier", {"Number": "number", "Postcode": "postcode"}
    )
    found = {
        name: one["m"]["id"] if one["j"] == "matched" else "?" if one["c"] else ""
        for name, one in kept.items()
    }
    assert found == {one.name: one.supplier for one in EXPECTED}
    assert "S001" in {each["id"] for each in kept["Nobody Whosoever Ltd"]["c"]}
    added = project.extend("Name", service, ["reference", "alias"])
    assert added["Tidewater Taxis"] == {"Reference": ["S005"], "Other name": []}
    sunnyhaven = added["Sunnyhaven Residential Care Homes"]
    assert sunnyhaven["Other name"] == ["Sunnyhaven", "Gorse Lodge"]
    assert added["Kestrel Bookbinding Ltd"] == {"Reference": [], "Other name": []}


def test_rows_are_looked_up_on_the_lists(project: Project, services: dict[str, str]) -> None:
    service = services["lists"]
    assert project.guess_types("Name", service)[0] == "organisation"
    kept = project.reconcile("Name", service, "", {"Number": "number", "Postcode": "postcode"})
    found = {
        name: one["m"]["id"] if one["j"] == "matched" else "?" if one["c"] else ""
        for name, one in kept.items()
    }
    assert found == {one.name: one.entry for one in EXPECTED}
    added = project.extend("Name", service, ["list", "measure", "listed"])
    volkhar = added["Volkhar Maritime"]
    assert volkhar["List"] == ["UK Sanctions List"]
    assert volkhar["Listed on"][0].startswith("20")
    assert added["Tidewater Taxis"] == {"List": [], "Measure": [], "Listed on": []}
