"""An alert and a run as one person may see them, and what showing them records."""

from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from duediligence.casework import alert_words
from duediligence.casework.deciding import Choice, decide_alert
from duediligence.casework.entries_shown import entry_for
from duediligence.casework.queue import Filters
from duediligence.casework.runs_shown import run_for
from duediligence.casework.showing import AlertView, alert_for, queue_for
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.errors import Forbidden, Invalid, NotFound
from duediligence.model import PartialDate, Person, Supplier
from duediligence.model.audit import AuditEvent
from duediligence.screening.lists.loading import RefreshTerms
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from tests.whole_words import has_word

Open = Callable[..., Workspace]
REGISTERS = Path(__file__).parents[2] / "duediligence" / "demo" / "local_registers"
BRIGHT = Supplier(
    ref="S1",
    name="Bright Sands Home Care Ltd",
    people=(Person("Drahomir Petrosyanov", PartialDate(1968, 3), "director"),),
)
RESTRICTED = Supplier(ref="S2", name="Marrow Lane Vapes Ltd")
VOLKHAR = Supplier(ref="S3", name="Volkhar Maritime UK Ltd")
# What is said of the director (the list spells him otherwise) and of the restricted record.
OF_THE_PERSON = ("Drahomir", "1968")
OF_THE_RECORD = ("porthvellan", "Premises closed")


@pytest.fixture
def ws(open_workspace: Open, home: Path) -> Workspace:
    """As Ada, with a restricted record about S2 and a person behind S1."""
    workspace = open_workspace(
        home, local_registers=REGISTERS, store_restricted=True, second_decision=()
    )
    workspace.who = "Ada"
    terms = RefreshTerms(as_of=NOW.date())
    assert list(refresh(workspace, ["porthvellan-asb"], folder=REGISTERS, terms=terms))
    screen(workspace, Screened((BRIGHT, RESTRICTED, VOLKHAR)))
    return workspace


def events(ws: Workspace, kind: str) -> list[AuditEvent]:
    return [record.event for record in ws.audit.records() if record.event.kind == kind]


def restricted_id(ws: Workspace) -> str:
    (row,) = (row for row in queue_for(ws).rows if row.withheld)
    return row.id


def text(value: Any) -> str:
    return str(asdict(value))


def test_what_is_withheld_is_not_in_the_view(ws: Workspace) -> None:
    (row,) = (row for row in queue_for(ws).rows if row.withheld)
    assert {name for name, value in asdict(row).items() if value is not None} == {
        "withheld", "id", "state", "severity", "supplier_ref", "supplier_name", "owner", "due",
        "overdue", "number",
    }  # fmt: skip
    assert not any(word in text(queue_for(ws)) for word in OF_THE_RECORD)
    assert events(ws, "restricted shown") == []


def test_what_is_withheld_is_not_found_by_its_entry(ws: Workspace) -> None:
    first = alert_for(ws, restricted_id(ws), restricted=True)
    assert first.list_id
    assert first.entry_id
    of_entry = Filters(entry=(first.list_id, first.entry_id))
    found = queue_for(ws, of_entry)
    assert found.rows == ()
    assert "1 alert based on a restricted record is not listed" in found.not_shown
    assert [row.id for row in queue_for(ws, of_entry, restricted=True).rows] == [first.id]


def test_a_restricted_alert_is_recorded_before_it_is_shown(ws: Workspace) -> None:
    id_ = restricted_id(ws)
    with pytest.raises(Forbidden, match="restricted record") as refused:
        alert_for(ws, id_)
    assert not any(word in str(refused.value) for word in OF_THE_RECORD)
    assert events(ws, "restricted shown") == []
    assert OF_THE_RECORD[0] in text(alert_for(ws, id_, restricted=True))
    assert OF_THE_RECORD[0] in text(queue_for(ws, restricted=True))
    told = events(ws, "restricted shown")
    assert [(event.who, event.what) for event in told] == [("Ada", {"alerts": (id_,)})] * 2


def test_only_the_alerts_of_the_page_are_shown_and_recorded(ws: Workspace) -> None:
    everything = queue_for(ws)
    assert (everything.page, everything.pages) == (1, 1)
    pages = [queue_for(ws, page=n, size=2, restricted=True) for n in (1, 2)]
    assert pages[0].rows + pages[1].rows == queue_for(ws, restricted=True).rows[:4]
    assert pages[0].pages == -(-everything.listed // 2)
    assert all(page.total == everything.total for page in pages)
    shown = [row.id for page in pages for row in page.rows]
    assert (restricted_id(ws) in shown) == bool(events(ws, "restricted shown")[:-1])
    for wrong in (0, pages[0].pages + 1):
        with pytest.raises(Invalid, match=f"page {wrong} does not exist") as caught:
            queue_for(ws, page=wrong, size=2)
        assert caught.value.field == "page"
    assert queue_for(ws, Filters(states=("mitigated",))).rows == ()
    with pytest.raises(NotFound, match="Unknown supplier"):
        queue_for(ws, Filters(supplier="none"))


def test_an_entry_says_the_days_on_which_it_was_listed_and_updated(ws: Workspace) -> None:
    dated = entry_for(ws, "uk-sanctions", "RUS9901")
    assert [one for one in dated.facts if one[0].endswith(" on")] == [
        ("Listed on", ["4 June 2024"]),
        ("Updated on", ["12 November 2026"]),
    ]
    updated = entry_for(ws, "opensanctions", "NK-sampleA1")
    assert updated.facts[-1] == ("Updated on", ["2 October 2026"])
    assert not any("on" in label.split() for label, _ in entry_for(ws, "ofac-sdn", "990002").facts)


def test_without_people_a_view_holds_roles_and_numbers(ws: Workspace) -> None:
    of_ours = Filters(supplier="S1")
    named = queue_for(ws, of_ours)
    assert OF_THE_PERSON[0] in text(named)
    redacted = queue_for(ws, of_ours, people="redacted")
    assert [row.id for row in redacted.rows] == [row.id for row in named.rows]
    assert {row.subject_name for row in redacted.rows} == {"director 1"}
    for row in redacted.rows:
        note = "He is Drahomir Petrosyanov, born 1968"
        decide_alert(ws, row.id, Choice(decided="not sure", reason="ASKED", note=note))
        view = alert_for(ws, row.id, people="redacted")
        assert not any(has_word(text(view), word) for word in OF_THE_PERSON), text(view)
        assert view.facts == ()
        assert OF_THE_PERSON[0] in text(alert_for(ws, row.id))
    assert events(ws, "export") == []


def test_naming_people_beyond_the_screen_is_an_export(ws: Workspace) -> None:
    queue_for(ws, people="exported")
    alert_for(ws, queue_for(ws).rows[0].id, people="exported", restricted=True)
    told = events(ws, "export")
    assert [event.what["people"] for event in told] == ["included"] * 2
    assert told[0].what["alerts"] == sum(1 + len(row.also or ()) for row in queue_for(ws).rows)
    ws.settings = replace(ws.settings, users={"Bo": "officer"})
    shown = len(events(ws, "restricted shown"))
    with pytest.raises(Forbidden, match="'Ada' may not read"):
        queue_for(ws, people="exported", restricted=True)
    assert len(events(ws, "restricted shown")) == shown, "nothing was shown"
    with pytest.raises(Forbidden, match="'Ada' may not read: no role is given"):
        queue_for(ws)
    assert len(events(ws, "export")) == 2


def test_a_blind_second_person_is_shown_no_first_decision(ws: Workspace) -> None:
    ws.settings = replace(
        ws.settings, blind_second=True, second_decision=("critical", "high", "medium", "low")
    )
    id_ = queue_for(ws, Filters(supplier="S3")).rows[0].id
    first = Choice(decided="same", reason="SUPPLIER-SAYS", note="Phoned them")
    outcome = decide_alert(ws, id_, first)
    assert outcome.state == "awaiting second decision"
    assert "second person" in outcome.meaning
    assert "Phoned them" in text(alert_for(ws, id_))
    ws.who = "Bo"
    for view in (alert_for(ws, id_), queue_for(ws)):
        assert not any(word in text(view) for word in ("Phoned", "SUPPLIER-SAYS", "Ada"))
    waiting = alert_for(ws, id_)
    assert alert_words.history(waiting) == alert_words.FIRST_NOT_SHOWN
    assert "same" in waiting.may_become
    decide_alert(ws, id_, first)
    assert {decision.by for decision in alert_for(ws, id_).history} == {"Ada", "Bo"}


def test_a_run_is_shown_without_restricted_findings_unless_asked_for(ws: Workspace) -> None:
    run_id = max(ws.runs.started())
    shown = run_for(ws, run_id)
    assert shown.withheld.restricted == 1
    assert not any(word in text(shown.run) for word in OF_THE_RECORD[1:])
    assert events(ws, "restricted shown") == []
    assert OF_THE_RECORD[1] in text(run_for(ws, run_id, restricted=True).run)
    (event,) = events(ws, "restricted shown")
    assert (event.subject, event.what) == (run_id, {"findings": 1})
    findings = run_for(ws, run_id, people=False).run.findings
    assert "director 1" in {finding.subject_name for finding in findings}
    with pytest.raises(NotFound, match="Unknown run 'r1'"):
        run_for(ws, "r1")


def test_an_alert_is_worded_as_labels_and_values(ws: Workspace) -> None:
    view = alert_for(ws, queue_for(ws, Filters(supplier="S3")).rows[0].id)
    assert isinstance(view, AlertView)
    labels = [label for label, _ in alert_words.describe_alert(view)]
    assert labels[0] == "State"
    assert {"Supplier", "About", "Entry", "Match strength", "Why", "Next step"} <= set(labels)
    assert all(value for _, value in alert_words.describe_alert(view))
    assert alert_words.format_alert_title(view).startswith(view.label)
    assert alert_words.history(view) == alert_words.NO_DECISION
    first, what, *_ = alert_words.format_alert_row(view, withheld="restricted")
    assert first.startswith(f"{view.label}: {view.severity}, open, ")
    assert str(view.entry_name) in what
