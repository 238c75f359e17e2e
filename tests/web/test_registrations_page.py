"""The registrations of a supplier, on its page and on the command line."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from typer.testing import CliRunner

from duediligence.casework.registrations_shown import registrations_of
from duediligence.cli.app import build_app
from duediligence.delivery.pack.making import PackRequest, make
from duediligence.delivery.pack.verifying import verify_bytes
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.model import Contract, Identifier, Supplier
from duediligence.model.entries import CARE
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from tests.conftest import SAMPLE, SAMPLES

from .alert_office import Office, get

OWNER = Supplier(
    ref="C1", name="Quillfern Homes Ltd", contracts=(Contract(title="Homes in Tarvitshire"),)
)


def screen_twice(office: Office, folder: Path, supplier: Supplier) -> None:
    """Screen the supplier, and again on a newer file in which a home was graded worse."""
    here = folder / "ofsted-social-care"
    here.mkdir(parents=True)
    text = (SAMPLES / "ofsted-social-care" / "provider_level.csv").read_bytes().decode()
    worse = text.replace("14/01/2025,10990001,Good", "14/01/2025,10990001,Inadequate", 1)
    assert worse != text
    for days, content in ((1, text), (40, worse)):
        (here / "provider_level.csv").write_bytes(content.encode())
        now = NOW + timedelta(days=days)
        with Workspace(office.settings, now=lambda now=now: now) as ws:
            (done,) = refresh(
                ws, ["ofsted-social-care"], folder=folder, terms=replace(SAMPLE, as_of=None)
            )
            assert done.error is None, done.error
            ws.suppliers.save((supplier,), file="suppliers.csv", at=now)
            screen(ws, Screened((supplier,)))


def test_each_registration_has_its_grade_and_what_it_was_before(
    office: Office, tmp_path: Path
) -> None:
    screen_twice(office, tmp_path / "lists", OWNER)
    page = get(office.person("Ada"), "/suppliers/C1")
    assert "A grade belongs to one registration, never to the firm." in page.text
    assert "Inadequate, 5 November 2024" in page.text
    assert ": Good, Active" in page.text
    grades = [row[2] for row in page.rows() if "Quillfern Homes Limited" in row[0]]
    poor = [one.startswith("Inadequate") for one in grades]
    assert any(poor)
    assert poor == sorted(poor, reverse=True)
    assert "name and address withheld by the publisher" in page.text
    assert "Ask the supplier for the number of its registration (the URN)" in page.text
    assert (
        "Children's home in Tarvitshire: Quillfern Homes Limited has 3 registrations of 3, and "
        "12 places of 12." in page.text
    )
    said = CliRunner().invoke(
        build_app(),
        ["--home", str(office.settings.home), "suppliers", "registrations", "C1", "--json"],
    )
    assert said.exit_code == 0, said.output
    for number in ("2990001", "2990006", "Inconsistent quality of service delivery"):
        assert number in said.output


def test_a_registration_on_two_lists_is_one_row_and_says_which_need_it_covers(
    office: Office,
) -> None:
    care, children = (
        Contract(title=f"{work} in Mossbury") for work in ("Home care", "Children's homes")
    )
    supplier = Supplier(ref="C2", name="Foxglove Outreach Care CIC", contracts=(care, children))
    with Workspace(office.settings, now=lambda: NOW) as ws:
        ws.suppliers.save((supplier,), file="suppliers.csv", at=NOW)
        screen(ws, Screened((supplier,)))
        found = registrations_of(ws, "C2")
    assert [(one.service.number, one.service.grade, one.standing) for one in found.rows] == [
        ("1-990102014", "Inspected but not rated", "active"),
        ("1-990102004", "Good", "active"),
        ("1-990102021", "", "Registered"),
    ]
    both = "CQC register of care providers; CQC ratings of care"
    assert {one.register for one in found.rows[:2]} == {both}
    covered, not_covered = found.needs
    assert covered.endswith("provider of care: 1-990102014, 1-990102004 and 1-990102021 cover it")
    assert not_covered.endswith(": none found covers it")
    page = get(office.person("Ada"), "/suppliers/C2")
    assert all(page.text.count(line) == 1 for line in found.needs)
    assert "Add a contract or confirm under which law" in page.text


def test_a_supplier_that_gives_a_number_is_not_asked_for_it(office: Office, tmp_path: Path) -> None:
    known = replace(OWNER, identifiers=(Identifier(CARE, "SC990004"),))
    screen_twice(office, tmp_path / "lists", known)
    page = get(office.person("Ada"), "/suppliers/C1")
    assert "By its number" in page.text
    assert "Ask the supplier for the number" not in page.text


def test_an_owner_of_a_similar_name_is_not_said_to_be_the_supplier(
    office: Office, tmp_path: Path
) -> None:
    screen_twice(office, tmp_path / "lists", replace(OWNER, name="Quillfern Home Ltd"))
    page = get(office.person("Ada"), "/suppliers/C1").text
    assert "By a number or a similar name" in page
    assert "By its owner" not in page


def test_what_is_found_of_an_owner_follows_from_its_pack(office: Office, tmp_path: Path) -> None:
    screen_twice(office, tmp_path / "lists", OWNER)
    with Workspace(office.settings, now=lambda: NOW + timedelta(days=41)) as ws:
        make(ws, PackRequest(supplier="C1", people=True), tmp_path / "pack.zip")
    verified = verify_bytes((tmp_path / "pack.zip").read_bytes(), "pack.zip")
    assert verified.answer == "same but of unknown origin", verified
