"""The list of suppliers and one supplier at length, as one person may see them."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from duediligence.casework.deciding import Choice, decide_alert
from duediligence.casework.queue import Filters
from duediligence.casework.showing import LEFT_OUT, queue_for
from duediligence.casework.supplier_editing import edit, end
from duediligence.casework.supplier_merging import merge
from duediligence.casework.suppliers_shown import (
    HIDDEN,
    NOT_SCREENED,
    SupplierView,
    supplier_for,
    suppliers_page,
)
from duediligence.delivery.pack.case import case_of
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.errors import Invalid, NotFound
from duediligence.model import Identifier, PartialDate, PartOf, Person, Supplier
from duediligence.model.audit import AuditEvent
from duediligence.model.declarations import APPLIES_TO, Declaration
from duediligence.render import verdict
from duediligence.screening.lists.loading import RefreshTerms
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.suppliers.facts import SupplierFacts
from tests.conftest import MadeHome
from tests.homes import copy_home
from tests.rows import for_each
from tests.whole_words import has_word

REGISTERS = Path(__file__).parents[2] / "duediligence" / "demo" / "local_registers"
BRIGHT = Supplier(
    ref="S1",
    name="Bright Sands Home Care Ltd",
    trading_names=("Café Crème",),
    people=(Person("Drahomir Petrosyanov", PartialDate(1968, 3), "director"),),
    identifiers=(Identifier("GB-COH", "99000107"),),
)
RESTRICTED = Supplier(ref="S2", name="Marrow Lane Vapes Ltd")
VOLKHAR = Supplier(ref="S3", name="Volkhar Maritime UK Ltd")
CLEAN = Supplier(
    ref="S4", name="Little Acorns Youth Project", part_of=(PartOf("S1", "sub-contractor"),)
)
OF_THE_RECORD = "Premises closed"


def opened(home: Path) -> Workspace:
    settings = Settings(
        home=home, local_registers=REGISTERS, store_restricted=True, second_decision=()
    )
    return Workspace(settings, now=lambda: NOW, who="Ada")


def screened(home: Path) -> None:
    with opened(home) as workspace:
        terms = RefreshTerms(as_of=NOW.date())
        assert list(refresh(workspace, ["porthvellan-asb"], folder=REGISTERS, terms=terms))
        every = (BRIGHT, RESTRICTED, VOLKHAR, CLEAN)
        new = Supplier(ref="S5", name="Never Looked At Ltd")
        workspace.suppliers.save([*every, new], file="s.csv", at=NOW)
        screen(workspace, Screened(every))


@pytest.fixture
def ws(made_home: MadeHome, tmp_path: Path) -> Iterator[Workspace]:
    """As Ada, with a restricted record about S2 and a person behind S1; S5 was never screened."""
    with opened(copy_home(made_home(screened), tmp_path / "home")) as workspace:
        yield workspace


def events(ws: Workspace, kind: str) -> list[AuditEvent]:
    return [record.event for record in ws.audit.records() if record.event.kind == kind]


def refs(ws: Workspace, q: str = "", **how: Any) -> list[str]:
    return [row.ref for row in suppliers_page(ws, q, **how).rows]


def text(value: Any) -> str:
    return str(asdict(value))


def test_suppliers_come_by_reference_in_pages(ws: Workspace) -> None:
    first = suppliers_page(ws, size=2)
    assert ([row.ref for row in first.rows], first.total, first.after) == (["S1", "S2"], 5, "S2")
    second = suppliers_page(ws, after=first.after, size=2)
    third = suppliers_page(ws, after=second.after, size=2)
    assert [row.ref for row in (*second.rows, *third.rows)] == ["S3", "S4", "S5"]
    assert third.after == ""
    assert suppliers_page(ws, size=5).after == ""
    with pytest.raises(Invalid) as caught:
        suppliers_page(ws, size=0)
    assert caught.value.field == "size"


@for_each(
    ("q", "found"),
    [
        ("vapes", ["S2"]),
        ("LTD", ["S1", "S2", "S3", "S5"]),
        ("cafe creme", ["S1"]),
        ("s4", ["S4"]),
        ("9900 0107", ["S1"]),
        ("GB-COH-99000107", ["S1"]),
        ("Petrosyanov", []),
        ("%", []),
        ("no such", []),
    ],
)
def test_suppliers_are_found_by_name_reference_or_number(
    ws: Workspace, q: str, found: list[str]
) -> None:
    assert refs(ws, q) == found


def test_a_reference_of_the_buyer_finds_the_supplier_that_keeps_another(ws: Workspace) -> None:
    with ws.casework.transaction():
        sealed = ws.casework.supplier_refs.add_own_refs({"V-77": "S3"})
        ws.suppliers.save([], file="s.csv", at=NOW, sealed=sealed)
    assert refs(ws, "v-77") == ["S3"]
    assert supplier_for(ws, "V-77").supplier.ref == "S3"


def test_a_supplier_that_has_ended_is_left_out_and_counted(ws: Workspace) -> None:
    end(ws, ["S3"])
    page = suppliers_page(ws)
    assert "S3" not in {row.ref for row in page.rows}
    assert (page.total, page.ended) == (4, 1)
    (row,) = (row for row in suppliers_page(ws, everything=True).rows if row.ref == "S3")
    assert row.ended == NOW.date()


def test_a_row_has_the_reading_and_the_alerts_of_the_queue(ws: Workspace) -> None:
    rows = {row.ref: row for row in suppliers_page(ws).rows}
    assert rows["S5"].reading.words == NOT_SCREENED
    assert rows["S5"].run_id == ""
    assert "Stop and verify" in rows["S3"].reading.words
    for ref, row in rows.items():
        assert row.alerts == (queue_for(ws, Filters(supplier=ref)).listed if row.run_id else 0)
        assert row.reading == supplier_for(ws, ref).reading
    assert rows["S3"].alerts > 0
    for alert in queue_for(ws, Filters(supplier="S3")).rows:
        for id_ in (alert.id, *(one.alert for one in alert.also or ())):
            decide_alert(ws, id_, Choice(decided="not the same", reason="OTHER", note="Another"))
    assert {row.ref: row for row in suppliers_page(ws).rows}["S3"].alerts == 0


def test_a_reading_that_may_rest_on_a_restricted_record_is_withheld(ws: Workspace) -> None:
    (row,) = (row for row in suppliers_page(ws).rows if row.ref == "S2")
    assert (row.reading.words, row.reading.withheld) == (HIDDEN, True)
    view = supplier_for(ws, "S2")
    assert view.reading == row.reading
    assert OF_THE_RECORD not in text(view)
    assert view.screened
    assert "1 restricted finding left out" in view.screened.withheld
    assert [alert.withheld for alert in view.alerts] == [True]
    assert events(ws, "restricted shown") == []


def test_a_restricted_record_is_shown_where_asked_for_and_recorded(ws: Workspace) -> None:
    view = supplier_for(ws, "S2", restricted=True)
    assert OF_THE_RECORD in text(view)
    assert not view.reading.withheld
    told = events(ws, "restricted shown")
    assert [(event.who, sorted(event.what)) for event in told] == [
        ("Ada", ["findings", "supplier"]),
        ("Ada", ["alerts"]),
    ]
    supplier_for(ws, "S3", restricted=True)
    assert len(events(ws, "restricted shown")) == 2, "nothing restricted was shown"


def test_what_was_found_is_what_a_report_says(ws: Workspace) -> None:
    for ref in ("S1", "S3", "S4"):
        shown = supplier_for(ws, ref).screened
        assert shown
        case = case_of(ws, ref, shown.run.id)
        whole = replace(case.run, suppliers=1)
        assert shown.headline == verdict.headline(whole)
        assert shown.warning == verdict.warning(whole)
        assert list(shown.points) == verdict.points(whole)
        assert [each.result for each in shown.lists] == [
            each.result for each in verdict.searched_lists(whole)
        ]


def test_a_supplier_is_shown_with_all_that_is_stored_of_it(ws: Workspace) -> None:
    ws.declarations.save(
        [
            Declaration(
                supplier_ref=ref,
                question="tax_offences",
                title="Tax offences",
                grounds=("M-TAX",),
                answer="no",
                declared_on=date(2026, 3, day),
                applies_to=whom,
                details="As Jo Invented says",
            )
            for ref, day in (("S1", 1), ("S1", 9), ("S3", 2))
            for whom in APPLIES_TO[:2]
        ],
        file="d.csv",
        file_sha256="",
        at=NOW,
    )
    edit(ws, "S1", SupplierFacts(name="Bright Sands Care Ltd"), note="Jo Invented told us")
    view = supplier_for(ws, "S1")
    labels = {line.label: line.values for line in view.described}
    assert labels["Numbers"] == ("company number 99000107",)
    assert labels["People"] == ("Drahomir Petrosyanov (director, born March 1968)",)
    assert [line.values for line in view.under] == [("S4: Little Acorns Youth Project",)]
    assert [(one.declared_on, whom) for one, whom in view.declarations] == [
        (date(2026, 3, 9), "supplier and connected person")
    ]
    assert [one.id for one in view.runs] == [view.screened.run.id if view.screened else ""]
    assert [one.act for one in view.history.changes] == ["edited"]
    works = {line.label: line.values for line in supplier_for(ws, "S4").described}
    assert works["Works under"] == ("S1: Bright Sands Care Ltd (sub-contractor)",)
    without = supplier_for(ws, "S1", people=False)
    for name in ("Drahomir", "1968", "Jo Invented"):
        assert has_word(text(view), name)
        assert not has_word(text(without), name)
    assert without.declarations[0][0].details == LEFT_OUT
    assert [one.note for one in without.history.changes] == [LEFT_OUT]
    edit(ws, "S1", SupplierFacts(name="Bright Sands Homes Ltd"))
    notes = [one.note for one in supplier_for(ws, "S1", people=False).history.changes]
    assert notes == [LEFT_OUT, ""], "of a change without a note nothing is left out"


def test_an_unknown_supplier_and_one_merged_away_are_not_found(ws: Workspace) -> None:
    with pytest.raises(NotFound, match="Unknown supplier 'S9'"):
        supplier_for(ws, "S9")
    merge(ws, "S3", "S5")
    with pytest.raises(NotFound, match="was merged into S3"):
        supplier_for(ws, "S5")
    assert "S5" not in refs(ws)


def test_one_that_was_never_screened_says_so(ws: Workspace) -> None:
    view = supplier_for(ws, "S5")
    assert isinstance(view, SupplierView)
    assert (view.screened, view.reading.words, view.alerts, view.runs) == (
        None,
        NOT_SCREENED,
        (),
        (),
    )


def test_a_first_decision_that_waits_for_a_blind_second_is_not_shown(ws: Workspace) -> None:
    ws.settings = replace(
        ws.settings, blind_second=True, second_decision=("critical", "high", "medium", "low")
    )
    id_ = queue_for(ws, Filters(supplier="S3")).rows[0].id
    decide_alert(ws, id_, Choice(decided="same", reason="SUPPLIER-SAYS", note="Phoned them"))
    assert "SUPPLIER-SAYS" in text(supplier_for(ws, "S3"))
    ws.who = "Bo"
    assert "SUPPLIER-SAYS" not in text(supplier_for(ws, "S3"))


def test_times_are_in_utc(ws: Workspace) -> None:
    (heading,) = supplier_for(ws, "S1").runs
    assert heading.started_at == datetime.fromtimestamp(heading.started_at.timestamp(), UTC)
    assert heading.complete == (not supplier_for(ws, "S1").screened.warning)  # type: ignore[union-attr]
