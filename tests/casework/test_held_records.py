"""What is held about a supplier is sorted by what it is; what somebody may not see is counted."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from lxml import etree

from duediligence.casework.comments import add_comment
from duediligence.casework.deciding import Choice, decide_alert
from duediligence.casework.held_records import HeldRecord, sort_held_records
from duediligence.delivery.disclosure_file import disclosure_as_bytes
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.errors import Forbidden, Invalid
from duediligence.extensions.sharing import cases, partner_messages
from duediligence.extensions.sharing.partner_files import read_partner_file
from duediligence.law.exemptions import list_exemptions
from duediligence.model.supplier_information import SupplierInformation
from duediligence.screening.imports import import_declarations
from duediligence.screening.lists.loading import RefreshTerms
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from tests.homes import copy_home

from ..sharing.case_office import OF_THE_RECORD, REGISTERS, SUPPLIERS, alert, screened
from ..sharing.messages_made import message_to
from ..sharing.planted_reports import markers_in, plant

NOTE = "Counsel thinks otherwise (Wexbourne)"


@pytest.fixture(scope="module")
def held_home(loaded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Suppliers with a decision, a comment, a declaration, a case and a report; trading standards
    keeps its register to itself.
    """
    folder = tmp_path_factory.mktemp("held")
    home = Path(shutil.copytree(loaded_home, folder / "home"))
    own = Path(shutil.copytree(REGISTERS, home / "local-registers"))
    described = own / "trading_standards.toml"
    described.write_text(
        described.read_text("utf-8").replace('handling = "public"', 'handling = "internal"'),
        "utf-8",
    )
    with opened(home, "intelligence") as ws:
        terms = RefreshTerms(as_of=NOW.date())
        assert list(refresh(ws, ["porthvellan-trading-standards"], folder=REGISTERS, terms=terms))
        screened(ws)
        matched = alert(ws, "S1", "SAN-01")
        decide_alert(ws, matched.id, Choice(decided="not sure", reason="OTHER", note=NOTE))
        add_comment(ws, alert(ws, "S2").id, NOTE)
        declared = folder / "d.csv"
        declared.write_text(
            f"supplier_ref,question,answer,date,details\nS1,tax_offences,yes,2026-03-31,{NOTE}\n"
        )
        import_declarations(ws, declared)
        stated = SupplierInformation(origin="file", name="Marrow Lane Vapes Ltd")
        ws.supplier_information.save("S1", stated, at=NOW, file="f", file_sha256="ab" * 32)
        case = cases.new(ws, title="Vapes")
        cases.add(ws, case.number, cases.NewItems(suppliers=["S2"]))
        plant(ws, "Marrow Lane Vapes Ltd")
    return home


def opened(home: Path, role: str) -> Workspace:
    settings = Settings(
        home=home,
        local_registers=home / "local-registers",
        store_restricted=True,
        second_decision=(),
        users={"Ada": role},  # type: ignore[dict-item]
    )
    return Workspace(settings, now=lambda: NOW, who="Ada")


@pytest.fixture
def office(held_home: Path, tmp_path: Path) -> Path:
    return copy_home(held_home, tmp_path / "home")


def of_kind(records: Sequence[HeldRecord], kind: str) -> list[HeldRecord]:
    return [one for one in records if one.kind == kind]


def places(record: HeldRecord) -> list[str]:
    return [
        one.place
        for one in (*list_exemptions(record.traits, "FOIA"), *list_exemptions(record.traits, "EIR"))
    ]


def test_each_record_is_sorted_by_what_it_is(office: Path) -> None:
    with opened(office, "officer") as ws:
        first = sort_held_records(ws, "S1").records
        second = sort_held_records(ws, "S2").records
    sanctions = next(one for one in of_kind(first, "Findings") if "UK Sanctions" in one.source)
    assert {"published", "personal", "unfinished"} <= set(sanctions.traits)
    assert "section 21" in places(sanctions)
    assert not {"restricted", "consumer", "received"} & set(sanctions.traits)
    decision, _ = of_kind(first, "Decisions")  # of both sources of one designation
    assert {"section 36", "section 42", "regulation 12(4)(e)"} <= set(places(decision))
    assert decision.where == sanctions.where
    declared, form = of_kind(first, "Declarations")
    assert "section 41" in places(form)
    assert {"section 41", "section 43", "regulation 12(5)(f)"} <= set(places(declared))
    (consumer,) = (one for one in second if "Trading standards" in one.source and not one.withheld)
    assert {"consumer", "restricted"} <= set(consumer.traits)
    assert any("Enterprise Act" in one for one in places(consumer))
    assert "published" not in consumer.traits
    (comment,) = of_kind(second, "Decisions")
    assert {"consumer", "restricted", "views"} <= set(comment.traits)
    people = of_kind(first, "People")
    assert [one.traits for one in people] == [("personal",)]
    assert not {"section 31", "section 41"} & set(places(people[0]))
    (named,), (unnamed,) = (of_kind(some, "Screenings") for some in (first, second))
    assert (named.traits, unnamed.traits) == (("commercial", "personal"), ("commercial",))
    assert named.source == "written here, from the supplier file"
    assert of_kind(second, "People") == []


def test_no_record_says_what_an_officer_or_a_supplier_wrote(office: Path) -> None:
    with opened(office, "officer") as ws:
        for ref in ("S1", "S2"):
            for restricted in (False, True):
                said = str(sort_held_records(ws, ref, restricted=restricted).records)
                assert "Wexbourne" not in said
                assert not markers_in(said.encode())


def test_what_somebody_may_not_see_is_counted_and_nothing_else(office: Path) -> None:
    with opened(office, "officer") as ws:
        found = sort_held_records(ws, "S2").records
        assert "restricted shown" not in {one.event.kind for one in ws.audit.records()}
    withheld = [one for one in found if one.withheld]
    assert [one.what.partition(" withheld")[0] for one in withheld] == [
        "1 restricted finding",
        "1 partnership case",
        "1 intelligence report",
    ]
    assert all(not (one.traits or one.day or one.source or one.alert) for one in withheld)
    assert OF_THE_RECORD not in str(found)
    assert "asb" not in str(found).lower()


def test_who_asks_for_restricted_records_sees_those_of_the_role_and_it_is_recorded(
    office: Path,
) -> None:
    with opened(office, "officer") as ws:
        shown = sort_held_records(ws, "S2", restricted=True).records
        events = [one.event for one in ws.audit.records()]
    assert [one.what for one in shown if one.withheld] == [
        "1 intelligence report withheld from you here. It needs restricted records to be asked "
        "for, and the right to handle intelligence."
    ]
    assert any("Partnership case 1" in one.what for one in shown)
    assert len([one for one in events if one.kind == "restricted shown"]) == 1
    (report,) = (one for one in events if one.kind == "report made")
    assert (report.subject, report.what["supplier"], report.what["restricted"]) == (
        "disclosure",
        "S2",
        "shown",
    )
    with opened(office, "intelligence") as ws:
        shown = sort_held_records(ws, "S2", restricted=True).records
        listed = [one.event.what for one in ws.audit.records(kind="intelligence")]
    assert not [one for one in shown if one.withheld]
    assert any("Intelligence report 1" in one.what for one in shown)
    assert listed[-1] == {"act": "listed", "reports": 1, "text": "none"}
    with opened(office, "auditor") as ws:
        assert sort_held_records(ws, "S2").records
        with pytest.raises(Forbidden):
            sort_held_records(ws, "S2", restricted=True)


def test_a_message_of_a_partner_is_received_in_confidence(home: Path, tmp_path: Path) -> None:
    with Workspace(Settings(home=home), now=lambda: NOW, who="Ada") as ws:
        ws.suppliers.save(
            [replace(SUPPLIERS[0], ref="S001"), replace(SUPPLIERS[1], ref="S002")],
            file="s.csv",
            at=NOW,
        )
        partner_messages.receive(ws, read_partner_file(message_to(ws, tmp_path)))
        (message,) = (
            one
            for one in sort_held_records(ws, "S001", restricted=True).records
            if one.what.startswith("Message")
        )
        others = sort_held_records(ws, "S002", restricted=True).records
    assert {one.place for one in list_exemptions(message.traits, "FOIA")} >= {
        "section 31",
        "section 40",
        "section 41",
    }
    assert of_kind(others, "From partners") == []


def test_the_file_names_nobody_counts_what_is_restricted_and_leaves_the_decision_empty(
    office: Path,
) -> None:
    with opened(office, "officer") as ws:
        made = disclosure_as_bytes(ws, "S1")
        named = disclosure_as_bytes(ws, "S1", people=True)
        restricted = disclosure_as_bytes(ws, "S2")
        (event, *_) = (one.event for one in ws.audit.records(kind="export"))
        with pytest.raises(Invalid, match=r"must end in \.xlsx"):
            disclosure_as_bytes(ws, "S1", file="d.pdf")
    assert (event.subject, event.what["sha256"]) == ("disclosure", made.sha256)
    heading, warning, *records = cells_of(made.body)
    assert warning["C"].startswith("Whoever knows or suspects")
    assert len(records) == made.records
    filled_in = next(column for column, words in heading.items() if words == "Decision")
    assert not any(record.get(filled_in) for record in records)
    assert "Petrosyanov" in str(cells_of(named.body))
    assert "Petrosyanov" not in str(records)
    assert OF_THE_RECORD not in str(cells_of(restricted.body))
    assert "1 restricted finding" in str(cells_of(restricted.body))


def cells_of(body: bytes) -> list[dict[str, str]]:
    """The cells of the first sheet, row by row; none may hold a formula."""
    with ZipFile(BytesIO(body)) as book:
        tree = etree.fromstring(book.read("xl/worksheets/sheet1.xml"))
        assert not tree.findall(".//{*}f")
        return [
            {
                str(cell.get("r")).rstrip("0123456789"): "".join(map(str, cell.itertext()))
                for cell in row.iterfind("{*}c")
            }
            for row in tree.iter("{*}row")
        ]


def test_a_supplier_without_anything_has_a_sort_too(office: Path) -> None:
    with opened(office, "officer") as ws:
        screen(ws, Screened(SUPPLIERS[:1]))
        found = sort_held_records(ws, "S3")
    assert {one.kind for one in found.records} >= {"The supplier", "Screenings"}
