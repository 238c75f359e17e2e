"""The policy document, the impact assessment and the equality note say what the home uses."""

import re
from collections.abc import Callable
from pathlib import Path

from lxml import html

from duediligence.delivery.governance import governance_document, write_governance
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.law.governance import load_governance
from duediligence.model import Contract, PartialDate, Person, Procurement, Supplier
from duediligence.screening.workspace import Workspace

from ..sharing.agreements_made import made

ROOT = Path(__file__).parents[2]
Open = Callable[..., Workspace]
PEOPLE = (Person("Jo Invented", PartialDate(1970, 4), "director"), Person("Al Pretended"))


def text_of(page: str) -> str:
    return " ".join(html.fromstring(page).find("body").text_content().split())


def test_the_policy_document_has_the_periods_the_roles_and_the_rules_that_are_set(
    open_workspace: Open, home: Path
) -> None:
    ws = open_workspace(
        home,
        council_name="Example <b>Council</b>",
        retention={"cleared": 33},
        second_decision=("high",),
        decision_months=7,
    )
    page = governance_document(ws, "policy")
    said = text_of(page)
    assert "Example <b>Council</b>" in said
    assert "<b>Council" not in page
    assert "33 days" in said
    assert "expires after 7 months" in said
    assert "where an alert is high" in said
    assert "What suppliers declared 5 years" in said
    assert "bankruptcy ended 3 months end" in said
    assert "](" not in said
    assert "Data Protection Act 2018 Sch 1 para 12" in said
    (row,) = re.findall(r"auditor (\d+ (?:(?:yes|no) ?)+)", said)
    assert row.split() == ["0", "yes", "no", "no", "yes", "no", "no"]
    (event,) = (one.event for one in ws.audit.records(kind="report made"))
    assert (event.subject, event.what["document"]) == ("governance", "policy")


def test_the_impact_assessment_follows_the_lists_and_what_is_shared(
    open_workspace: Open, home: Path
) -> None:
    ws = open_workspace(home)
    ws.suppliers.save([Supplier(ref="S1", name="Quill Ltd", people=PEOPLE)], file="s.csv", at=NOW)
    before = text_of(governance_document(ws, "impact"))
    assert "Suppliers stored: 1. People in the buyer's own files: 2;" in before
    assert "UK Sanctions List" in before
    assert "Sharing with partners: not in use" in before
    assert "A partner asks or tells more" not in before
    assert "How likely How severe What remains" in before
    assert "People are screened without knowing it" in before
    assert not {"Quill", "Invented", "Pretended"} & set(before.split())
    made(ws)
    restricted = open_workspace(home, store_restricted=True, webhook_url="https://example.org/h")
    after = text_of(governance_document(restricted, "impact"))
    assert "Sharing with partners: in use" in after
    assert "A partner asks or tells more" in after
    assert "Messages leave the building" in after


def test_restricted_records_are_those_that_the_home_has_whatever_is_set(
    open_workspace: Open, tmp_path: Path, home: Path
) -> None:
    risk = "Restricted records are read by too many"
    none = text_of(governance_document(open_workspace(tmp_path / "new"), "impact"))
    assert "those of personal insolvency included: 0. Alerts that rest on one: 0." in none
    assert risk not in none
    ws = open_workspace(home, store_restricted=False)
    lists = ws.lists.current()
    kept = [lists[one.id].version.entries for one in ws.watchlists.values() if one.kept_apart]
    assert sum(kept) > 0
    said = text_of(governance_document(ws, "impact"))
    assert f"those of personal insolvency included: {sum(kept)}. Alerts" in said
    assert risk in said


def test_the_bases_are_those_of_the_law_of_the_contracts(
    open_workspace: Open, tmp_path: Path
) -> None:
    act, other = "where the Procurement Act 2023 applies in full", "Screening before award under"
    scotland = open_workspace(tmp_path / "a", buyer_nation="Scotland")
    said = text_of(governance_document(scotland, "policy"))
    assert act not in said
    assert other in said
    ws = open_workspace(tmp_path / "b", buyer_nation="England")
    care = Contract(title="Care", procurement=Procurement(regime="pa23"))
    ws.suppliers.save([Supplier(ref="S1", name="Quill Ltd", contracts=(care,))], file="s", at=NOW)
    said = text_of(governance_document(ws, "policy"))
    assert act in said
    assert other not in said
    assert "as far as their facts say: the Procurement Act 2023 (1)." in said


def test_the_equality_note_is_of_the_law_of_the_nation(open_workspace: Open, home: Path) -> None:
    ws = open_workspace(home, buyer_nation="Northern Ireland")
    ws.suppliers.save([Supplier(ref="S1", name="Quill Ltd", people=PEOPLE)], file="s.csv", at=NOW)
    said = text_of(governance_document(ws, "equality"))
    assert "Between people of different religious belief" in said
    assert "To eliminate discrimination" not in said
    assert "own files here: 2; with a month of birth: 1." in said
    england = text_of(governance_document(open_workspace(home, buyer_nation="England"), "equality"))
    assert "To eliminate discrimination" in england
    assert "Between people of different religious belief" not in england


def test_the_false_alarms_are_those_that_were_measured() -> None:
    """The table of the note is the one that `benchmarks/origins.py` printed."""
    text = (ROOT / "docs" / "developer" / "matching.md").read_text("utf-8")
    rows = text.partition("| origin of name | no birth date |")[2].splitlines()[2:]
    measured = {}
    for row in rows:
        if not row.startswith("|"):
            break
        origin, unknown, month, *_ = (cell.strip() for cell in row.strip("|").split("|"))
        measured[origin] = (float(unknown), float(month))
    assert measured
    assert {
        one.origin: (one.no_birth_date, one.birth_month) for one in load_governance().alarm
    } == measured


def test_all_three_are_written_into_a_folder(open_workspace: Open, tmp_path: Path) -> None:
    ws = open_workspace()
    written = write_governance(ws, tmp_path / "new" / "folder")
    assert [one.name for one in written] == ["policy.html", "impact.html", "equality.html"]
    for path, one in zip(written, load_governance().document, strict=True):
        said = text_of(path.read_text("utf-8"))
        assert one.title in said
        assert one.source in said
    assert len(list(ws.audit.records(kind="report made"))) == 3
