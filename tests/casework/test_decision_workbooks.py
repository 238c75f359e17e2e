"""Decisions filled in in a workbook: what is recorded, and what is refused by row."""

import csv
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from duediligence.casework.deciding import REASONS, Choice, decide_alert
from duediligence.casework.decision_workbooks import (
    DecisionPreview,
    preview_import,
    record_import,
)
from duediligence.casework.filled_workbooks import read_filled
from duediligence.casework.queue import Filters, alerts, list_waiting_events
from duediligence.casework.showing import alert_for, queue_for
from duediligence.delivery.decision_workbook import export_decisions
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.errors import Conflict, Forbidden, Invalid, NotFound, UsageError
from duediligence.model import Supplier
from duediligence.model.alerts import Decision
from duediligence.model.audit import AuditEvent, Role
from duediligence.render.decision_workbook import COLUMNS, FILLED, LOCKED
from duediligence.screening import imports
from duediligence.screening.lists.loading import RefreshTerms
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from tests.homes import copy_home
from tests.rows import for_each

from ..filled_workbook import (
    DECISIONS,
    NS,
    WORKINGS,
    cell,
    copy_row,
    edit,
    fill,
    letter,
    parts,
    put,
    rows,
    save,
)

DEMO = Path(__file__).parents[2] / "duediligence" / "demo"
REGISTERS = DEMO / "local_registers"
RESTRICTED = Supplier(ref="S2", name="Marrow Lane Vapes Ltd")
NOT_THE_SAME = {"decision": "not the same", "reason": "OTHER", "note": "Rang them"}
Open = Callable[..., Workspace]


@pytest.fixture(scope="module")
def screened_home(loaded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("decided-home")
    home = copy_home(loaded_home, folder / "home")
    with Workspace(Settings(home=home), now=lambda: NOW) as ws:
        path = DEMO / "suppliers.csv"
        imports.import_suppliers(ws, path, mapping={}, sheet="", rejects_folder=folder)
        screen(ws, Screened(ws.suppliers.all()))
    return home


@pytest.fixture(scope="module")
def exported(screened_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every alert of the home, exported by Ada; row 2 is the first."""
    path = tmp_path_factory.mktemp("exported") / "alerts.xlsx"
    with Workspace(Settings(home=screened_home), now=lambda: NOW, who="Ada") as ws:
        export_decisions(ws, path)
    return path


@pytest.fixture
def book(exported: Path, tmp_path: Path) -> Path:
    return Path(shutil.copyfile(exported, tmp_path / "alerts.xlsx"))


@pytest.fixture(scope="module")
def looking(screened_home: Path, exported: Path) -> Iterator[Workspace]:
    """As Ada, in the home that all tests share in which nothing is recorded."""
    with Workspace(Settings(home=screened_home), now=lambda: NOW, who="Ada") as ws:
        yield ws


@pytest.fixture
def own_home(screened_home: Path, exported: Path, tmp_path: Path) -> Path:
    """What is needed of it to decide."""
    return copy_home(screened_home, tmp_path / "home", "indexes", "snapshots")


@pytest.fixture
def as_(own_home: Path) -> Iterator[Open]:
    """Open the home as an account, by default Ada, where two must agree on what is critical."""
    opened: list[Workspace] = []

    def open_as(who: str = "Ada", *, days: int = 0, **settings: Any) -> Workspace:
        ws = Workspace(
            Settings(home=own_home, **settings), now=lambda: NOW + timedelta(days=days), who=who
        )
        opened.append(ws)
        return ws

    yield open_as
    for ws in opened:
        ws.__exit__()


@pytest.fixture
def ws(as_: Open) -> Workspace:
    return as_()


def preview(ws: Workspace, path: Path) -> DecisionPreview:
    return preview_import(ws, read_filled(path))


def record(ws: Workspace, path: Path, *, skip: bool = False) -> list[Decision]:
    filled = read_filled(path)
    return record_import(ws, filled, preview_import(ws, filled), skip_refused=skip)


def refused(ws: Workspace, path: Path) -> dict[int, str]:
    return {one.row: one.why for one in preview(ws, path).refused}


def texts(path: Path) -> dict[int, dict[str, str]]:
    return {row.number: {key: row.text(key) for key in COLUMNS} for row in read_filled(path).rows}


def events(ws: Workspace, kind: str) -> list[AuditEvent]:
    return [record.event for record in ws.audit.records() if record.event.kind == kind]


def decided(ws: Workspace) -> int:
    return sum(len(alert.history) for alert in alerts(ws))


# ---------------------------------------------------------------------------------------- export


def test_each_alert_is_a_row_with_both_sides_and_the_chain_names_the_workbook(
    ws: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "alerts.xlsx"
    made = export_decisions(ws, path)
    waiting = [alert for alert in alerts(ws) if alert.state == "open"]
    found = texts(path)
    assert {row["alert_id"] for row in found.values()} == {alert.id for alert in waiting}
    assert made.rows == len(waiting) == len(found)
    assert made.alerts == len(list_waiting_events(ws))
    freeze = next(row for row in found.values() if "Volkhar Maritime UK Ltd" in row["about"])
    assert "Number: company number 99001234" in freeze["ours"]
    assert "VOLKHAR MARITIME (UK) LIMITED" in freeze["theirs"]
    assert "Number" in freeze["agrees"].split("\n")
    assert "Address" in freeze["not_known"].split("\n")
    event = events(ws, "export")[-1]
    assert (event.who, event.what["people"], event.what["file"]) == ("Ada", "included", path.name)
    assert (event.what["alerts"], event.what["sha256"]) == (made.rows, made.sha256)


def test_no_day_of_birth_and_no_number_of_a_paper_leaves_the_program(book: Path) -> None:
    person = next(row for row in texts(book).values() if "Kind: person" in row["theirs"])
    assert "Number: on the screen only" in person["theirs"]
    assert "Number" in person["not_known"]
    told = "\n".join(row["ours"] + row["theirs"] for row in texts(book).values())
    assert "Date of birth: 1968-03\n" in told + "\n"
    assert not any(f"1968-03-{day:02}" in told for day in range(1, 32))


def test_filters_are_those_of_the_queue(ws: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "few.xlsx"
    before = len(events(ws, "export"))
    export_decisions(ws, path, Filters(severity="critical", supplier="S003"))
    shown = queue_for(ws, Filters(severity="critical", supplier="S003")).rows
    assert shown
    assert {row["alert_id"] for row in texts(path).values()} >= {row.id for row in shown}
    assert {row["supplier"] for row in texts(path).values()} == {"Volkhar Maritime UK Ltd (S003)"}
    with pytest.raises(NotFound, match="No alert passes the filters"):
        export_decisions(ws, tmp_path / "none.xlsx", Filters(states=("mitigated",)))
    with pytest.raises(Invalid, match=r"must end in \.xlsx"):
        export_decisions(ws, tmp_path / "alerts.csv")
    assert len(events(ws, "export")) == before + 1
    assert not (tmp_path / "none.xlsx").exists()


def test_restricted_alerts_are_left_out_and_counted(
    open_workspace: Open, home: Path, tmp_path: Path
) -> None:
    ws = open_workspace(home, local_registers=REGISTERS, store_restricted=True)
    terms = RefreshTerms(as_of=NOW.date())
    assert list(refresh(ws, ["porthvellan-asb"], folder=REGISTERS, terms=terms))
    screen(ws, Screened((RESTRICTED, Supplier(ref="S3", name="Volkhar Maritime UK Ltd"))))
    restricted = [alert for alert in alerts(ws) if alert.restricted]
    path = tmp_path / "a.xlsx"
    assert restricted
    assert export_decisions(ws, path).restricted == len(restricted)
    everything = b"".join(parts(path).values())
    assert b"porthvellan" not in everything
    assert not any(alert.id.encode() in everything for alert in restricted)
    assert events(ws, "restricted shown") == []
    with pytest.raises(NotFound, match="restricted alerts alone"):
        export_decisions(ws, tmp_path / "b.xlsx", Filters(supplier="S2"))


def test_what_became_restricted_since_the_export_is_decided_on_the_screen_alone(
    open_workspace: Open, home: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(REGISTERS, tmp_path / "registers"))
    register = folder / "asb.csv"
    restricted = register.read_text(encoding="utf-8")
    register.write_text(restricted.replace("live,restricted", "live,internal"), encoding="utf-8")
    terms = RefreshTerms(as_of=NOW.date())
    path = tmp_path / "a.xlsx"
    ws = open_workspace(home, local_registers=folder, store_restricted=True)
    assert list(refresh(ws, ["porthvellan-asb"], folder=folder, terms=terms))
    screen(ws, Screened((RESTRICTED,)))
    export_decisions(ws, path)
    fill(path, {n: {"decision": "not sure", "reason": "ASKED"} for n in texts(path)})
    assert preview(ws, path).planned
    register.write_text(restricted, encoding="utf-8")
    later = open_workspace(
        home, at=NOW + timedelta(days=1), local_registers=folder, store_restricted=True
    )
    assert list(refresh(later, ["porthvellan-asb"], folder=folder, terms=terms))
    screen(later, Screened((RESTRICTED,)))
    assert any("restricted record by now" in why for why in refused(later, path).values())


def test_a_blind_first_decision_is_in_no_workbook_of_a_second_person(
    as_: Open, tmp_path: Path
) -> None:
    two: dict[str, Any] = {"second_decision": ("critical",), "blind_second": True}
    ada, bo = as_("Ada", **two), as_("Bo", **two)
    first = next(alert for alert in alerts(ada) if alert.severity == "critical")
    choice = Choice(decided="same", reason="SUPPLIER-SAYS", note="Phoned the broker")
    decide_alert(ada, first.id, choice)
    for who, shown in ((ada, True), (bo, False)):
        path = tmp_path / f"{who.who}.xlsx"
        export_decisions(who, path)
        (row,) = (row for row in texts(path).values() if row["alert_id"] == first.id)
        assert ("Phoned the broker" in row["before"]) == shown
        assert ("the supplier says so" in row["before"]) == shown
        assert "awaiting second decision" in row["before"]
    place = next(n for n, row in texts(path).items() if row["alert_id"] == first.id)
    fill(path, {place: {"decision": "same", "reason": "SUPPLIER-SAYS"}})
    (made,) = record(bo, path)
    assert made.by == "Bo"
    assert alert_for(bo, first.id).state == "same"


def test_a_preview_does_not_tell_a_blind_second_person_whether_both_agree(
    as_: Open, tmp_path: Path
) -> None:
    two: dict[str, Any] = {"second_decision": ("critical",), "blind_second": True}
    ada, bo = as_("Ada", **two), as_("Bo", **two)
    first = next(alert for alert in alerts(ada) if alert.severity == "critical")
    decide_alert(ada, first.id, Choice(decided="same", reason="SUPPLIER-SAYS"))
    for decided in ("same", "not the same"):
        path = tmp_path / f"{decided}.xlsx"
        export_decisions(bo, path)
        place = next(n for n, row in texts(path).items() if row["alert_id"] == first.id)
        fill(path, {place: {"decision": decided, "reason": "OTHER", "note": "Looked again"}})
        preview = preview_import(bo, read_filled(path))
        (planned,) = preview.planned
        assert planned.becomes == decided
        assert preview.waiting == 0


def test_a_blind_second_person_cannot_import_what_the_first_one_exported(
    as_: Open, tmp_path: Path
) -> None:
    """It shows them what was decided first, whoever filled it in."""
    two: dict[str, Any] = {"second_decision": ("critical",), "blind_second": True}
    ada, bo = as_("Ada", **two), as_("Bo", **two)
    first = next(alert for alert in alerts(ada) if alert.severity == "critical")
    decide_alert(ada, first.id, Choice(decided="same", reason="SUPPLIER-SAYS"))
    path = tmp_path / "of-ada.xlsx"
    export_decisions(ada, path)
    found = {row["alert_id"]: place for place, row in texts(path).items()}
    other = next(alert for alert in alerts(bo) if alert.state == "open" and not alert.matched)
    fill(path, {found[first.id]: {"decision": "same", "reason": "SUPPLIER-SAYS"}})
    fill(path, {found[other.id]: {"decision": "not sure", "reason": "ASKED"}})
    told = refused(bo, path)
    assert list(told) == [found[first.id]]
    assert "another account exported the workbook: export it yourself" in told[found[first.id]]


# ---------------------------------------------------------------------------------------- import


def test_rows_are_decided_by_whoever_imports_after_a_preview(as_: Open, book: Path) -> None:
    bo = as_("Bo", second_decision=("critical",))
    places = {row["alert_id"]: place for place, row in texts(book).items()}
    critical = next(alert for alert in alerts(bo) if alert.severity == "critical")
    fact = next(alert for alert in alerts(bo) if not alert.matched)
    fill(
        book,
        {
            places[critical.id]: {
                "decision": "not the same",
                "reason": "OTHER - Another reason, given in the note",
                "note": "Another person: passport seen",
            },
            places[fact.id]: {
                "decision": "Confirmed risk",
                "reason": "ground – A ground may apply",
                "ground": "PA23-7-11 - professional misconduct",
                "factors": "a; d",
                "invited": 46000,
                "received": "24/11/2025",
                "notice": "2025-11-26",
                "contract": "Waste 2026",
            },
        },
    )
    shown = preview(bo, book)
    assert (shown.who, shown.exported_by, shown.refused) == ("Bo", "Ada", ())
    assert dict(shown.counts) == {"not the same": 1, "confirmed risk": 1}
    assert shown.waiting == 1
    assert shown.undecided == len(places) - 2
    assert decided(bo) == 0
    made = {one.alert_id: one for one in record(bo, book)}
    assert {one.by for one in made.values()} == {"Bo"}
    assert alert_for(bo, critical.id).state == "awaiting second decision"
    kept = made[fact.id].considered
    assert kept.ground.startswith("PA23-7-11@")
    assert kept.factors == ("a", "d")
    assert kept.representations_invited == date(2025, 12, 9)
    assert kept.representations_received == date(2025, 11, 24)
    assert kept.notice_sent == date(2025, 11, 26)
    assert kept.contract == "Waste 2026"
    (event,) = events(bo, "decisions imported")
    assert (event.who, event.what["rows"]) == ("Bo", 2)
    assert event.what["workbook"] == events(bo, "export")[0].what["workbook"]


def test_the_same_file_again_records_nothing_new(ws: Workspace, book: Path) -> None:
    places = [n for n, row in texts(book).items() if row["kind"] == "possible match"][:3]
    fill(book, dict.fromkeys(places, NOT_THE_SAME))
    assert len(record(ws, book)) == 3
    made = decided(ws)
    again = preview(ws, book)
    assert (again.planned, again.refused, again.already) == ((), (), 3)
    assert record(ws, book) == []
    assert decided(ws) == made
    assert len(events(ws, "decisions imported")) == 1


def test_a_second_person_cannot_import_what_the_first_one_filled_in(
    as_: Open, ws: Workspace, book: Path
) -> None:
    """They would decide without having looked: the row changed since the export."""
    critical = next(n for n, row in texts(book).items() if row["severity"] == "critical")
    fill(book, {critical: NOT_THE_SAME})
    record(ws, book)
    told = refused(as_("Bo"), book)
    assert "changed since the export (Ada decided 'not the same')" in told[critical]


def test_who_decided_meanwhile_is_not_named_where_the_second_is_blind(
    as_: Open, book: Path
) -> None:
    critical = next(n for n, row in texts(book).items() if row["severity"] == "critical")
    fill(book, {critical: NOT_THE_SAME})
    blind: dict[str, Any] = {"second_decision": ("critical",), "blind_second": True}
    record(as_("Ada", **blind), book)
    (told,) = refused(as_("Bo", **blind), book).values()
    assert "somebody decided" in told
    assert "Ada" not in told
    assert "not the same" not in told


@pytest.mark.parametrize("role", ["officer", "approver"])
def test_the_second_decision_needs_its_role_in_a_workbook_too(
    as_: Open, tmp_path: Path, role: Role
) -> None:
    users: dict[str, Role] = {"Ada": "officer", "Bo": role}
    ada, bo = as_("Ada", users=users), as_("Bo", users=users)
    first = next(alert for alert in alerts(ada) if alert.severity == "critical")
    decide_alert(ada, first.id, Choice(decided="same", reason="SUPPLIER-SAYS"))
    path = tmp_path / "second.xlsx"
    export_decisions(bo, path)
    place = next(n for n, row in texts(path).items() if row["alert_id"] == first.id)
    fill(path, {place: {"decision": "same", "reason": "SUPPLIER-SAYS"}})
    if role == "officer":
        assert "may not decide second" in refused(bo, path)[place]
    else:
        assert len(record(bo, path)) == 1


def test_an_auditor_may_export_and_not_import(as_: Open, tmp_path: Path) -> None:
    auditor = as_("Eve", users={"Eve": "auditor"})
    path = tmp_path / "a.xlsx"
    export_decisions(auditor, path)
    with pytest.raises(Forbidden, match="may not decide"):
        preview(auditor, path)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"decision": "not the same", "reason": "DOB-DIFFERS"}, "no date of birth is known"),
        ({"decision": "not the same", "reason": "NUMBER-DIFFERS"}, "a number is the same"),
        ({"decision": "not the same", "reason": "OTHER"}, "needs a note"),
        ({"decision": "not the same"}, "a reason is needed for 'not the same'"),
        ({"decision": "not the same", "reason": "DOB-SAME"}, "'DOB-SAME' is not a valid reason"),
        ({"decision": "mitigated", "reason": "LICENSED"}, "cannot become 'mitigated'"),
        ({"decision": "excluded", "reason": "OTHER"}, "'excluded' is not a valid decision"),
        ({"reason": "OTHER", "note": "Rang"}, "it has no decision, but: Reason and Note"),
        ({**NOT_THE_SAME, "ground": "PA23-9-99"}, "not the code of an exclusion ground"),
        ({**NOT_THE_SAME, "factors": "a,z"}, "s.58(1) has no point 'z'"),
        ({**NOT_THE_SAME, "invited": "soon"}, "'Representations invited': 'soon' is not a date"),
        ({**NOT_THE_SAME, "notice": -5}, "'-5' is not a date"),
        ({**NOT_THE_SAME, "note": "x" * 2001}, "2,001 characters"),
    ],
)
def test_what_could_not_be_decided_alone_is_refused_by_row(
    looking: Workspace, book: Path, answer: dict[str, Any], told: str
) -> None:
    place = next(n for n, row in texts(book).items() if "Volkhar Maritime" in row["about"])
    other = next(
        n for n, row in texts(book).items() if row["kind"] == "possible match" and n != place
    )
    fill(book, {place: answer, other: NOT_THE_SAME})
    found = refused(looking, book)
    assert list(found) == [place]
    assert told in found[place]


def test_all_rows_are_recorded_or_none_unless_the_refused_are_skipped(
    ws: Workspace, book: Path
) -> None:
    place, other, *_ = (n for n, row in texts(book).items() if row["kind"] == "possible match")
    fill(book, {place: {"decision": "not the same", "reason": "OTHER"}, other: NOT_THE_SAME})
    with pytest.raises(Conflict, match=r"1 row of alerts\.xlsx cannot be recorded, so nothing was"):
        record(ws, book)
    assert decided(ws) == 0
    (made,) = record(ws, book, skip=True)
    assert made.alert_id == texts(book)[other]["alert_id"]
    assert alert_for(ws, texts(book)[place]["alert_id"]).history == ()


def test_what_changed_since_the_preview_stops_all_of_it(ws: Workspace, book: Path) -> None:
    places = [n for n, row in texts(book).items() if row["kind"] == "possible match"]
    fill(book, dict.fromkeys(places[:2], NOT_THE_SAME))
    filled = read_filled(book)
    shown = preview_import(ws, filled)
    decide_alert(ws, shown.planned[1].alert_id, Choice(decided="not sure", reason="ASKED"))
    before = decided(ws)
    with pytest.raises(Conflict, match="changed since the preview"):
        record_import(ws, filled, shown)
    assert decided(ws) == before


def test_what_changed_since_the_export_is_refused_and_said(
    open_workspace: Open, home: Path, samples: Path, tmp_path: Path
) -> None:
    supplier = Supplier(ref="S3", name="Volkhar Maritime UK Ltd")
    ws = open_workspace(home)
    screen(ws, Screened((supplier,)))
    path = tmp_path / "a.xlsx"
    export_decisions(ws, path)
    place = next(n for n, row in texts(path).items() if row["kind"] == "possible match")
    fill(path, {place: NOT_THE_SAME})
    later = open_workspace(home, at=NOW + timedelta(days=1))
    # Nothing that was compared changed: the row is as good as before.
    screen(later, Screened((supplier,)))
    assert refused(later, path) == {}
    screen(later, Screened((replace(supplier, trading_names=("Volkhar Chartering",)),)))
    assert "changed since the export (the supplier's side changed)" in refused(later, path)[place]


def test_a_further_source_of_one_event_is_covered_or_has_its_own_row(
    as_: Open, tmp_path: Path
) -> None:
    ws = as_(second_decision=())
    path = tmp_path / "a.xlsx"
    export_decisions(ws, path)
    found = texts(path)
    lead = next(n for n, row in found.items() if row["also"])
    other = next(n for n, row in found.items() if row["alert"] in found[lead]["also"])
    risk = {"decision": "confirmed risk", "reason": "RISK"}
    fill(path, {lead: risk, other: {"decision": "not sure", "reason": "ASKED"}})
    record(ws, path)
    assert alert_for(ws, found[lead]["alert_id"]).state == "confirmed risk"
    assert alert_for(ws, found[other]["alert_id"]).state == "not sure"


def test_a_further_source_without_a_decision_of_its_own_is_covered_and_named(
    as_: Open, tmp_path: Path
) -> None:
    ws = as_(second_decision=())
    path = tmp_path / "a.xlsx"
    export_decisions(ws, path)
    found = texts(path)
    lead = next(n for n, row in found.items() if row["also"])
    other = next(n for n, row in found.items() if row["alert"] in found[lead]["also"])
    fill(path, {lead: {"decision": "confirmed risk", "reason": "RISK"}})
    (planned,) = preview(ws, path).planned
    assert found[other]["alert_id"] in planned.covers
    record(ws, path)
    assert alert_for(ws, found[other]["alert_id"]).state == "confirmed risk"


def test_both_rows_of_one_event_alike_are_recorded_once(as_: Open, tmp_path: Path) -> None:
    ws = as_(second_decision=())
    path = tmp_path / "a.xlsx"
    export_decisions(ws, path)
    found = texts(path)
    lead = next(n for n, row in found.items() if row["also"])
    other = next(n for n, row in found.items() if row["alert"] in found[lead]["also"])
    risk = {"decision": "confirmed risk", "reason": "RISK"}
    fill(path, {lead: risk, other: risk})
    record(ws, path)
    for place in (lead, other):
        assert len(alert_for(ws, found[place]["alert_id"]).history) == 1
    assert preview(ws, path).already == 2


def test_a_colleagues_settled_decision_is_overruled_by_who_saw_it(
    as_: Open, tmp_path: Path
) -> None:
    ada, bo = as_("Ada", second_decision=()), as_("Bo", second_decision=())
    first = alerts(ada)[0]
    decide_alert(ada, first.id, Choice(decided="same", reason="SUPPLIER-SAYS"))
    path = tmp_path / "a.xlsx"
    export_decisions(bo, path)
    place = next(n for n, row in texts(path).items() if row["alert_id"] == first.id)
    assert "Ada: same (the supplier says so)" in texts(path)[place]["before"]
    fill(path, {place: NOT_THE_SAME})
    record(bo, path)
    assert alert_for(bo, first.id).decided_by == "Bo"


# --------------------------------------------------------------------------------------- attacks


def test_an_inserted_row_is_refused(looking: Workspace, book: Path) -> None:
    last = max(texts(book))
    fill(book, {2: NOT_THE_SAME})
    copy_row(book, 2, last + 1)
    edit(book, lambda tree: put(cell(tree, last + 1, letter("row")), "ab" * 32))
    found = refused(looking, book)
    assert list(found) == [last + 1]
    assert "it was not in the export" in found[last + 1]


def test_a_copied_row_is_refused_with_the_one_it_was_copied_from(
    looking: Workspace, book: Path
) -> None:
    last = max(texts(book))
    fill(book, {2: NOT_THE_SAME})
    copy_row(book, 2, last + 1)
    assert set(refused(looking, book)) == {2, last + 1}
    assert all("it was copied" in why for why in refused(looking, book).values())


def test_a_copy_over_another_row_leaves_that_one_out(looking: Workspace, book: Path) -> None:
    copy_row(book, 2, 3)
    fill(book, {3: {"decision": "not sure", "reason": "ASKED"}})
    shown = preview(looking, book)
    assert (len(shown.planned), shown.deleted) == (1, 1)


def test_swapped_ids_are_refused(looking: Workspace, book: Path) -> None:
    found = texts(book)
    for key in ("alert_id", "compared"):
        edit(book, lambda tree, key=key: put(cell(tree, 2, letter(key)), found[3][key]))
        edit(book, lambda tree, key=key: put(cell(tree, 3, letter(key)), found[2][key]))
    fill(book, {2: NOT_THE_SAME, 3: NOT_THE_SAME})
    assert set(refused(looking, book)) == {2, 3}


def test_a_hidden_row_is_refused_only_where_it_is_filled_in(looking: Workspace, book: Path) -> None:
    fill(book, {2: {"decision": "not sure", "reason": "ASKED"}})
    edit(book, lambda tree: [rows(tree)[n].set("hidden", "1") for n in (2, 3)])
    assert list(refused(looking, book)) == [2]
    assert "clear the filter" in refused(looking, book)[2]


def test_a_row_without_height_is_hidden(looking: Workspace, book: Path) -> None:
    fill(book, {2: {"decision": "not sure", "reason": "ASKED"}})
    edit(book, lambda tree: rows(tree)[2].set("ht", "0"))
    assert list(refused(looking, book)) == [2]


def test_where_rows_have_no_height_by_default_they_are_hidden(
    looking: Workspace, book: Path
) -> None:
    def change(tree: Any) -> None:
        next(tree.iter(f"{NS}sheetFormatPr")).set("zeroHeight", "1")
        rows(tree)[2].attrib.pop("ht", None)

    fill(book, {2: {"decision": "not sure", "reason": "ASKED"}})
    edit(book, change)
    assert list(refused(looking, book)) == [2]


@pytest.mark.parametrize("how", ["hidden", "width"])
def test_a_decision_in_a_hidden_column_is_refused(looking: Workspace, book: Path, how: str) -> None:
    def change(tree: Any) -> None:
        place = str(list(COLUMNS).index("contract") + 1)
        for column in tree.iter(f"{NS}col"):
            if column.get("min") == place:
                column.set(how, "1" if how == "hidden" else "0")

    asked = {"decision": "not sure", "reason": "ASKED"}
    fill(book, {2: {**asked, "contract": "Waste"}, 3: asked})
    edit(book, change)
    assert refused(looking, book) == {2: "its 'contract' is in a hidden column: show that column"}


@for_each("key", [*FILLED, "supplier", "row"])
def test_a_formula_is_refused(looking: Workspace, book: Path, key: str) -> None:
    fill(book, {2: {"decision": "not sure", "reason": "ASKED"}})
    value = texts(book)[2][key] or "a"
    edit(book, lambda tree: put(cell(tree, 2, letter(key)), value, formula='"x"'))
    assert "formula" in refused(looking, book)[2]


def test_a_formula_without_a_value_is_a_decision_that_is_refused(
    looking: Workspace, book: Path
) -> None:
    edit(book, lambda tree: put(cell(tree, 2, letter("decision")), "", formula='""'))
    assert "formula" in refused(looking, book)[2]


def test_an_error_value_is_refused(looking: Workspace, book: Path) -> None:
    def change(tree: Any) -> None:
        one = cell(tree, 2, letter("note"))
        put(one, "#N/A", formula="")
        one.set("t", "e")
        for child in list(one):
            one.remove(child)
        etree.SubElement(one, f"{NS}v").text = "#N/A"

    fill(book, {2: {"decision": "not sure", "reason": "ASKED"}})
    edit(book, change)
    assert "error value" in refused(looking, book)[2]


def test_columns_of_their_own_are_ignored_and_named(looking: Workspace, book: Path) -> None:
    column = chr(ord("A") + len(COLUMNS) - 26)
    edit(book, lambda tree: put(cell(tree, 1, f"A{column}"), "My own"))
    fill(book, {2: {"decision": "not sure", "reason": "ASKED"}})
    edit(book, lambda tree: put(cell(tree, 2, f"A{column}"), "x", formula="1+1"))
    shown = preview(looking, book)
    assert (shown.ignored, shown.refused, len(shown.planned)) == (("My own",), (), 1)


def test_sorted_and_deleted_rows_are_no_matter(looking: Workspace, book: Path) -> None:
    def reverse(tree: Any) -> None:
        found = rows(tree)
        numbers = [n for n in found if n > 2]
        data = found[2].getparent()
        for row in list(data)[1:]:
            data.remove(row)
        for n, place in zip(reversed(numbers), range(2, 2 + len(numbers)), strict=True):
            found[n].set("r", str(place))
            for one in found[n]:
                one.set("r", one.get("r").rstrip("0123456789") + str(place))
            data.append(found[n])

    before = texts(book)
    fill(book, {max(before): {"decision": "not sure", "reason": "ASKED"}})
    edit(book, reverse)
    shown = preview(looking, book)
    assert (shown.deleted, shown.refused) == (1, ())
    assert [one.alert_id for one in shown.planned] == [before[max(before)]["alert_id"]]


@pytest.mark.parametrize(
    ("place", "value"), [((1, "B"), "0" * 16), ((5, "A"), "ab" * 32), ((3, "A"), "Row codes")]
)
def test_the_workings_cannot_be_changed(
    looking: Workspace, book: Path, place: tuple[int, str], value: str
) -> None:
    def change(tree: Any) -> None:
        row = place[0] + (1 if place[0] == 1 else 0)
        put(cell(tree, row if row in rows(tree) else 2, place[1]), value)

    fill(book, {2: {"decision": "not sure", "reason": "ASKED"}})
    edit(book, change, WORKINGS)
    with pytest.raises(Invalid, match=r"was not exported from this home|was changed"):
        preview(looking, book)


def test_the_export_of_another_home_is_refused(
    open_workspace: Open, home: Path, book: Path
) -> None:
    other = open_workspace(home)
    screen(other, Screened((Supplier(ref="S3", name="Volkhar Maritime UK Ltd"),)))
    with pytest.raises(Invalid, match="was not exported from this home"):
        preview(other, book)


def test_what_is_no_workbook_of_decisions_is_refused(looking: Workspace, tmp_path: Path) -> None:
    import xlsxwriter

    plain = tmp_path / "plain.xlsx"
    with xlsxwriter.Workbook(plain) as made:
        made.add_worksheet("Sheet1")
    with pytest.raises(UsageError, match="has no sheet 'Decisions'"):
        read_filled(plain)
    text = tmp_path / "a.csv"
    text.write_text("a,b\n")
    with pytest.raises(UsageError, match="is not an Excel workbook"):
        read_filled(text)
    with pytest.raises(UsageError, match="no such file"):
        read_filled(tmp_path / "none.xlsx")


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_refused(book: Path, state: str) -> None:
    edit(book, lambda tree: next(tree.iter(f"{NS}sheet")).set("state", state), "xl/workbook.xml")
    with pytest.raises(Invalid, match="the sheet 'Decisions' is hidden"):
        read_filled(book)


@pytest.mark.parametrize(
    ("heading", "told"),
    [("Verdict", "lacks the heading Decision"), ("Reason", "lacks the heading Decision")],
)
def test_headings_must_be_there_once(book: Path, heading: str, told: str) -> None:
    edit(book, lambda tree: put(cell(tree, 1, letter("decision")), heading))
    with pytest.raises(Invalid, match=told):
        read_filled(book)


def test_two_columns_of_one_heading_are_refused(book: Path) -> None:
    edit(book, lambda tree: put(cell(tree, 1, "AZ"), "Decision"))
    with pytest.raises(Invalid, match="has two columns 'Decision'"):
        read_filled(book)


def test_a_document_type_is_refused(book: Path) -> None:
    members = parts(book)
    sheet = members["xl/worksheets/sheet1.xml"]
    members["xl/worksheets/sheet1.xml"] = sheet.replace(
        b"<worksheet", b'<!DOCTYPE worksheet [<!ENTITY a "b">]><worksheet', 1
    )
    save(book, members)
    with pytest.raises(UsageError, match="declares a document type"):
        read_filled(book)


@pytest.mark.soak
def test_a_bomb_is_refused(book: Path) -> None:
    with zipfile.ZipFile(book, "a", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/media/zeros", b"0" * 120_000_000)
    with pytest.raises(UsageError, match="unpacks to over 100,000,000 bytes"):
        read_filled(book)


@pytest.mark.soak
def test_a_hundred_thousand_rows_are_refused(book: Path) -> None:
    members = parts(book)
    more = b"".join(
        b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (n, n) for n in range(1_000, 101_000)
    )
    sheet = members["xl/worksheets/sheet1.xml"]
    members["xl/worksheets/sheet1.xml"] = sheet.replace(b"</sheetData>", more + b"</sheetData>")
    save(book, members)
    with pytest.raises(UsageError, match="has over 20,000 rows"):
        read_filled(book)


@pytest.mark.parametrize(
    "forged",
    [
        b'<row r="2"><c r="A2"><v>1</v></c></row>',
        b'<row r="900"><c r="B900"><v>1</v></c><c r="A900"><v>1</v></c></row>',
        b'<row r="900"><c r="A900"><v>1</v></c><c r="A900"><v>2</v></c></row>',
        b'<row r="900"><c r="A901"><v>1</v></c></row>',
        b'<row r="900"><c r="A900" t="s"><v>999999</v></c></row>',
        b'<row r="x"><c r="A900"><v>1</v></c></row>',
    ],
)
def test_what_two_programs_would_read_differently_is_refused(book: Path, forged: bytes) -> None:
    members = parts(book)
    sheet = members["xl/worksheets/sheet1.xml"]
    members["xl/worksheets/sheet1.xml"] = sheet.replace(b"</sheetData>", forged + b"</sheetData>")
    save(book, members)
    with pytest.raises(UsageError, match=r"twice, or out of order|is damaged"):
        read_filled(book)


@given(key=st.sampled_from(LOCKED), text=st.text(max_size=20), data=st.data())
def test_no_change_of_a_locked_cell_changes_what_is_decided(
    key: str, text: str, data: st.DataObject, screened_home: Path, tmp_path_factory: Any
) -> None:
    """It is refused, or it is only of spaces and records what it would have recorded."""
    ws, path = _shared(screened_home, tmp_path_factory)
    filled = read_filled(path)
    row = data.draw(st.sampled_from(filled.rows))
    before = row.text(key)
    cells = dict(row.cells)
    cells[key] = replace(row.cells["alert"], text=text)
    changed = replace(row, cells=cells)
    rows_now = tuple(changed if one is row else one for one in filled.rows)
    was = preview_import(ws, filled)
    now = preview_import(ws, replace(filled, rows=rows_now))
    if text.split() == before.split():
        assert [one.alert_id for one in now.planned] == [one.alert_id for one in was.planned]
    else:
        assert row.number in {one.row for one in now.refused}
        assert row.number not in {one.row for one in now.planned}


_OPENED: dict[Path, tuple[Workspace, Path]] = {}


def _shared(screened: Path, factory: pytest.TempPathFactory) -> tuple[Workspace, Path]:
    """A workspace and a workbook filled in throughout, which no example changes."""
    if screened not in _OPENED:
        folder = factory.mktemp("shared")
        home = copy_home(screened, folder / "home")
        ws = Workspace(Settings(home=home), now=lambda: NOW, who="Ada")
        path = folder / "a.xlsx"
        export_decisions(ws, path, Filters(supplier="S003"))
        fill(path, {n: {"decision": "not sure", "reason": "ASKED"} for n in texts(path)})
        _OPENED[screened] = ws, path
    return _OPENED[screened]


# ------------------------------------------------------------------------- spreadsheet programs

OFFICE = shutil.which("soffice") or shutil.which("libreoffice") or ""
needs_office = pytest.mark.skipif(not OFFICE, reason="LibreOffice is not installed here")


def converted(path: Path, to: str, folder: Path) -> Path:
    """The file as LibreOffice opens it and saves it in another format, or again in its own."""
    folder.mkdir()
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [OFFICE, profile, "--headless", "--convert-to", to, "--outdir", str(folder), path]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return folder / f"{path.stem}.{to.partition(':')[0]}"


@needs_office
@pytest.mark.soak
def test_what_libreoffice_saved_has_its_lists_and_locks_and_is_imported(
    ws: Workspace, book: Path, tmp_path: Path
) -> None:
    before = texts(book)
    # A decided match offers more; a day is a number in its cells.
    fill(book, {2: {**NOT_THE_SAME, "notice": 46000}})
    saved = converted(book, "xlsx:Calc MS Excel 2007 XML", tmp_path / "saved")
    after = texts(saved)
    assert {n: {key: row[key].split() for key in LOCKED} for n, row in after.items()} == {
        n: {key: row[key].split() for key in LOCKED} for n, row in before.items()
    }
    tree = etree.fromstring(parts(saved)[DECISIONS])
    rules = {one.get("sqref"): one for one in tree.iter(f"{NS}dataValidation")}
    last = max(before)
    for key, source in (
        ("decision", f'INDIRECT("choices_"&SUBSTITUTE(${letter("kind")}2," ","_"))'),
        ("reason", f'INDIRECT("reasons_"&SUBSTITUTE(${letter("decision")}2," ","_"))'),
        ("ground", "grounds"),
    ):
        rule = rules[f"{letter(key)}2:{letter(key)}{last}"]
        assert (rule.get("type"), rule.findtext(f"{NS}formula1")) == ("list", source)
        assert rule.get("showDropDown") in (None, "0", "false")  # true would hide the arrow
    (protection,) = tree.iter(f"{NS}sheetProtection")
    assert protection.get("sheet") in ("1", "true")
    (made,) = record(ws, saved)
    assert (made.decided, made.note) == ("not the same", "Rang them")
    assert made.considered.notice_sent == date(2025, 12, 9)


@needs_office
@pytest.mark.soak
def test_libreoffice_works_out_which_decisions_and_reasons_a_row_has(
    looking: Workspace, book: Path, tmp_path: Path
) -> None:
    """The lists depend on other cells of the row: that is a formula, which has to work there."""
    kinds = {row["kind"]: place for place, row in reversed(texts(book).items())}
    match, fact = kinds["possible match"], kinds["fact about the supplier"]

    def ask(tree: Any) -> None:
        for place in (match, fact):
            for column, name, source in (("AG", "choices", "kind"), ("AH", "reasons", "decision")):
                of = f'INDIRECT("{name}_"&SUBSTITUTE(${letter(source)}{place}," ","_"))'
                put(cell(tree, place, column), "", formula=f"COUNTA({of})")
                one = cell(tree, place, column)
                one.remove(one[-1])  # no value is kept, so that it is worked out
                one.attrib.pop("t")

    fill(book, {match: {"decision": "not the same"}, fact: {"decision": "mitigated"}})
    edit(book, ask)
    table = converted(book, "csv", tmp_path / "table")
    lines = list(csv.reader(table.read_text(encoding="utf-8").splitlines(keepends=True)))
    reasons = {decided: str(len(codes)) for decided, codes in REASONS.items()}
    assert lines[match - 1][-2:] == ["4", reasons["not the same"]]
    assert lines[fact - 1][-2:] == ["3", reasons["mitigated"]]


# ----------------------------------------------------------------------------------------- story


@pytest.mark.soak
def test_two_hundred_alerts_are_decided_in_a_spreadsheet_and_confirmed_by_hand(
    open_workspace: Open, home: Path, tmp_path: Path
) -> None:
    two: dict[str, Any] = {"second_decision": ("critical",)}
    ada = open_workspace(home, **two)
    ada.who = "Ada"
    many = [Supplier(ref=f"S{n}", name="Volkhar Maritime UK Ltd") for n in range(100)]
    many += [
        Supplier(ref=f"T{n}", name="Harrowgate and Penwith Security Services Limited")
        for n in range(100)
    ]
    screen(ada, Screened(tuple(many)))
    path = tmp_path / "alerts.xlsx"
    assert export_decisions(ada, path).alerts >= 200
    answers: dict[int, dict[str, Any]] = {}
    for place, row in texts(path).items():
        if row["kind"] == "fact about the supplier":
            answers[place] = {"decision": "not sure", "reason": "ASKED"}
        else:
            answers[place] = NOT_THE_SAME
    fill(path, answers)
    shown = preview(ada, path)
    assert shown.refused == ()
    assert shown.waiting == sum(row["severity"] == "critical" for row in texts(path).values())
    assert shown.waiting >= 100
    assert len(record(ada, path)) == len(answers)
    bo = open_workspace(home, **two)
    bo.who = "Bo"
    waiting = [alert for alert in alerts(bo) if alert.state == "awaiting second decision"]
    assert len(waiting) == shown.waiting
    by_hand = Choice(decided="not the same", reason="OTHER", note="Agreed: another firm")
    assert decide_alert(bo, waiting[0].id, by_hand).state == "not the same"
    assert alert_for(bo, waiting[0].id).decided_by == "Ada and Bo"
