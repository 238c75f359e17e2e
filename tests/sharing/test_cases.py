"""A partnership case: who sees what of it, what it never shows, and how it ends."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from duediligence.casework import removing, retention, subject_access
from duediligence.casework.deciding import Choice, decide
from duediligence.casework.queue import Filters, alerts
from duediligence.casework.verifying import examine
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.errors import Conflict, Forbidden, Invalid, NotFound
from duediligence.extensions.sharing import cases
from duediligence.extensions.sharing.cases_shown import LEFT_OUT, case_for, cases_for
from duediligence.extensions.sharing.store.cases import CaseStore
from duediligence.model.audit import AuditEvent
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings

from ..homes import copy_home, read_as_another_program
from ..in_use import in_use
from .case_office import OF_THE_RECORD, SETTINGS, alert, screened

Open = Callable[..., Workspace]
TODAY = NOW.date()


@pytest.fixture(scope="module")
def home_with_suppliers(loaded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = copy_home(loaded_home, tmp_path_factory.mktemp("cases") / "home")
    with Workspace(Settings(home=home, **SETTINGS), now=lambda: NOW, who="Ada") as ws:  # type: ignore[arg-type]
        screened(ws)
    return home


@pytest.fixture
def on(home_with_suppliers: Path, tmp_path: Path) -> Iterator[Open]:
    """Opens the home some days after NOW."""
    home = copy_home(home_with_suppliers, tmp_path / "home")
    with ExitStack() as opened:

        def one(days: int = 0, who: str = "Ada", **settings: Any) -> Workspace:
            return opened.enter_context(
                Workspace(
                    Settings(home=home, **{**SETTINGS, **settings}),
                    now=lambda: NOW + timedelta(days=days),
                    who=who,
                )
            )

        yield one


@pytest.fixture
def ws(on: Open) -> Workspace:
    return on()


def opened(ws: Workspace, **facts: Any) -> int:
    return cases.new(ws, **{"title": "Care homes and shops", **facts}).number


def gathered(ws: Workspace, **facts: Any) -> int:
    """A case with one of everything."""
    number = opened(ws, **facts)
    items = cases.NewItems(
        suppliers=["S1", "S2"],
        alerts=[alert(ws, "S1").id[:12], alert(ws, "S2", restricted=True).id],
        paths=[("S1", "S3"), ("S1", "petrosyanov")],
    )
    cases.add(ws, number, items)
    return number


def events(ws: Workspace, kind: str = "case") -> list[AuditEvent]:
    return [record.event for record in ws.audit.records() if record.event.kind == kind]


def as_json(view: object) -> str:
    return msgspec.json.encode(view, enc_hook=str).decode()


def test_a_case_shows_what_it_gathers(ws: Workspace) -> None:
    view = case_for(ws, gathered(ws, notes="Seen by the team"))
    assert [one.ref for one in view.suppliers] == ["S1", "S2", "S3"]
    shown, withheld = view.alerts
    assert shown.view
    assert shown.view.subject_name == "Drahomir Petrosyanov"
    assert withheld.view is None
    assert withheld.row
    assert withheld.row.supplier_ref == "S2"
    to_supplier, to_person = view.paths
    assert to_supplier.to == "S3"
    assert to_person.to == "Drahomir Petrosyanov"
    assert all("director" in one.ways[0] for one in view.paths)
    assert view.lead == "Ada"
    assert view.review_on == TODAY + timedelta(days=28)
    told = " ".join(view.missing)
    assert "1 alert not shown" in told
    assert "No action is agreed" in told
    assert view.help is None


def test_a_restricted_record_is_shown_where_it_is_asked_for_and_recorded(ws: Workspace) -> None:
    number = gathered(ws)
    assert OF_THE_RECORD not in as_json(case_for(ws, number))
    assert events(ws, "restricted shown") == []
    assert OF_THE_RECORD in as_json(case_for(ws, number, restricted=True))
    assert len(events(ws, "restricted shown")) == 1


def test_without_people_nobody_is_named_and_notes_are_left_out(ws: Workspace) -> None:
    number = gathered(ws, title="About Mr Petrosyanov", notes="He was seen")
    for what in ("Visit Drahomir Petrosyanov", "Visit the shop"):
        action = cases.add_action(ws, number, what=what, agency="licensing")
    cases.record_outcome(ws, number, action.position, "done", "Dr Petrosyanov was away")
    view = case_for(ws, number, people="redacted")
    assert (view.title, view.notes) == (LEFT_OUT, LEFT_OUT)
    assert [one.what for one in view.actions] == [LEFT_OUT, "Visit the shop"]
    text = as_json(view)
    # The list spells him otherwise, and is public.
    assert "Drahomir" not in text
    assert "Mr Petro" not in text
    assert "He was seen" not in text
    assert cases_for(ws, people="redacted")[0].title == LEFT_OUT
    named = as_json(case_for(ws, number, people="exported"))
    assert "Drahomir Petrosyanov" in named
    # The ids under which the network has people are for this home alone.
    ids = [
        one.reference
        for one in ws.casework.repository(CaseStore).items(number)
        if one.kind == "path"
    ]
    assert not [one for one in filter(None, ids) if one in named]
    assert events(ws, "export")[-1].what["people"] == "included"


def test_the_chain_has_numbers_and_codes_and_no_words(ws: Workspace) -> None:
    number = gathered(ws, title="Quibblethorpe", notes="Wrothwick")
    action = cases.add_action(
        ws,
        number,
        what="Ask Quibblethorpe",
        agency="fire",
        owner="Zebedee",
        due=TODAY,
        supplier="S1",
    )
    cases.record_outcome(ws, number, action.position, "notice-served", "Wrothwick")
    cases.sign(ws, number, "child-exploitation")
    cases.edit(ws, number, title="Wrothwick", lead="Zebedee")
    cases.review(ws, number, TODAY + timedelta(days=7))
    cases.close(ws, number, "passed-on", "Zebedee")
    cases.reopen(ws, number)
    text = "\n".join(record.line() for record in ws.audit.records())
    for word in ("Quibblethorpe", "Wrothwick", "Zebedee", "Drahomir", "Petrosyanov"):
        assert word not in text
    told = [event.what["act"] for event in events(ws)]
    assert told == [
        "opened", "items added", "action added", "outcome", "sign set", "changed", "reviewed",
        "closed", "reopened",
    ]  # fmt: skip
    assert events(ws)[2].what["due"] == TODAY.isoformat()
    assert not examine(ws).problems


def test_a_case_is_searched_in_title_notes_and_actions(ws: Workspace) -> None:
    first, second = opened(ws, title="Car washes", notes="Mill Road"), opened(ws, title="Shops")
    cases.add_action(ws, second, what="Inspect Mill House", agency="housing")
    assert [one.number for one in cases_for(ws, text="mill")] == [first, second]
    assert [one.number for one in cases_for(ws, text="MILL road")] == [first]
    cases.close(ws, first, "opened-in-error", "Twice")
    assert [one.number for one in cases_for(ws)] == [second]
    assert [one.number for one in cases_for(ws, closed=True, text="twice")] == [first]


def test_what_cannot_be_is_refused_in_words(ws: Workspace, on: Open) -> None:
    number = opened(ws)
    with pytest.raises(NotFound, match="Unknown supplier"):
        cases.add(ws, number, cases.NewItems(suppliers=["S9"]))
    with pytest.raises(NotFound, match="no supplier, firm or person 'Nobody'"):
        cases.add(ws, number, cases.NewItems(paths=[("S1", "Nobody")]))
    with pytest.raises(Invalid, match="Nothing to add"):
        cases.add(ws, number, cases.NewItems())
    cases.add(ws, number, cases.NewItems(suppliers=["S1"]))
    with pytest.raises(Conflict, match="has that already"):
        cases.add(ws, number, cases.NewItems(suppliers=["S1"]))
    with pytest.raises(Invalid, match="Unknown agency 'army'"):
        cases.add_action(ws, number, what="Ask", agency="army")
    with pytest.raises(Invalid, match="has passed"):
        cases.review(ws, number, TODAY - timedelta(days=1))
    with pytest.raises(NotFound, match="Unknown agreement"):
        opened(ws, agreement="ISA-1")
    with pytest.raises(Invalid, match="title takes a line"):
        opened(ws, title=" ")
    with pytest.raises(NotFound, match="Unknown case 99"):
        case_for(ws, 99)
    cases.add_action(ws, number, what="Ask", agency="fair-work-agency")
    with pytest.raises(Conflict, match="without an outcome: 1"):
        cases.close(ws, number, "no-risk-found")
    cases.record_outcome(ws, number, 1, "not-done")
    cases.close(ws, number, "no-risk-found")
    for change in (
        lambda: cases.add(ws, number, cases.NewItems(suppliers=["S2"])),
        lambda: cases.remove(ws, number, 1),
        lambda: cases.record_outcome(ws, number, 1, "done"),
        lambda: cases.sign(ws, number, "slavery"),
    ):
        with pytest.raises(Conflict, match="was closed on"):
            change()
    with pytest.raises(Forbidden, match="may not work on cases"):
        case_for(on(who="Cy", users={"Cy": "auditor"}), number)
    with pytest.raises(Forbidden, match="may not work on cases"):
        cases_for(on(who="Di", users={"Di": "reader"}))


def test_a_late_review_and_a_late_action_are_told(ws: Workspace, on: Open) -> None:
    number = opened(ws, review_on=TODAY + timedelta(days=5))
    cases.add_action(ws, number, what="Ask", agency="police", due=TODAY + timedelta(days=3))
    (row,) = cases_for(on(5))
    assert (row.review_overdue, row.waiting, row.overdue) == (False, 1, 1)
    assert cases_for(on(6))[0].review_overdue
    view = case_for(on(6), number)
    assert view.review_overdue
    assert view.actions[0].overdue


def test_a_path_is_what_the_network_says_on_the_day(ws: Workspace) -> None:
    number = gathered(ws)
    held = ws.suppliers.get("S3")
    assert held
    removing.remove(ws, ["S3"], rule=removing.UPHELD, dry_run=False)
    view = case_for(ws, number)
    assert [bool(one.ways) for one in view.paths] == [True], "the path to S3 went with it"


def test_a_supplier_of_an_open_case_is_not_removed_but_where_erasure_is_upheld(
    ws: Workspace, on: Open
) -> None:
    number = gathered(ws, title="Bright Sands and the shop", notes="Bright Sands again")
    for what, ref in (("Visit Bright Sands", "S1"), ("Call Bright Sands", ""), ("Look", "S2")):
        cases.add_action(ws, number, what=what, agency="planning", supplier=ref)
    later = on(1200)
    with pytest.raises(Conflict, match=f"case {number} is open"):
        removing.remove(later, ["S1"], dry_run=False)
    removing.remove(later, ["S1"], rule=removing.UPHELD, dry_run=False)
    text = as_json(case_for(later, number))
    assert "Bright Sands" not in text
    assert [one.supplier_ref for one in case_for(later, number).actions] == ["", "S2"]
    assert case_for(later, number).actions[1].what == "Look"
    assert not examine(later).problems


def test_a_closed_case_goes_after_its_time_and_the_chain_names_it(ws: Workspace, on: Open) -> None:
    gone, kept = gathered(ws, notes="Wrothwick"), opened(ws)
    cases.add_action(ws, gone, what="Wrothwick", agency="fire")
    cases.record_outcome(ws, gone, 1, "done")
    cases.close(ws, gone, "risk-dealt-with")

    def removed(days: int, *, dry_run: bool) -> int:
        done = retention.run(in_use(on(days, retention={"cases": 400})), dry_run=dry_run)
        return next(one.records for one in done.removed if one.rule.id == "cases")

    assert removed(400, dry_run=False) == 0
    assert removed(401, dry_run=True) == 1
    assert removed(401, dry_run=False) == 1
    assert [one.number for one in cases_for(ws, closed=True)] == [kept]
    (event,) = [one for one in events(ws, "retention") if one.subject == "cases"]
    assert event.what["cases"] == (str(gone),)
    held = read_as_another_program(*ws.settings.home.glob("casework.db*"))
    assert not [path for path, body in held.items() if b"Wrothwick" in body]
    assert opened(ws) == kept + 1, "a number is never given out again"
    assert not examine(ws).problems


def test_who_asks_what_is_held_about_them_is_told_of_cases(ws: Workspace) -> None:
    number = gathered(ws, title="About Wilfred Ashcombe", notes="Ashcombe, Wilfred")
    action = cases.add_action(ws, number, what="Ask Wilfred Ashcombe", agency="police")
    found = {
        (one.where, one.reference): one.fields
        for one in subject_access.held(ws, "Wilfred Ashcombe")
    }
    assert found["case", str(number)] == "title, notes"
    assert found["action of a case", f"{number} {action.position}"] == "what"


def test_signs_of_victims_in_alerts_show_help_first(ws: Workspace) -> None:
    number = opened(ws)
    labour = alert(ws, "L5", "LAB-01")
    cases.add(ws, number, cases.NewItems(alerts=[labour.id]))
    view = case_for(ws, number)
    assert view.help
    assert labour.label in view.help.because[0]
    steps = [one.id for one in view.help.steps]
    assert steps[:2] == ["danger", "do-not-tell"]
    assert steps[-1] == "contract"


def test_a_match_with_somebody_else_is_no_sign(ws: Workspace) -> None:
    number = opened(ws)
    order = next(one for one in alerts(ws, Filters(supplier="L5")) if one.matched)
    cases.add(ws, number, cases.NewItems(alerts=[order.id]))
    assert case_for(ws, number).help
    decide(ws, order, Choice(decided="not the same", reason="OTHER", note="Another person"))
    assert case_for(ws, number).help is None


def test_a_sign_in_a_restricted_alert_is_told_only_where_that_is_shown(ws: Workspace) -> None:
    number = opened(ws)
    secret = alert(ws, "S2", restricted=True)
    cases.add(ws, number, cases.NewItems(alerts=[secret.id]))
    assert case_for(ws, number).help is None
    assert any("may be signs of victims" in one for one in case_for(ws, number).missing)


def test_a_sign_that_a_person_sees_shows_help_until_it_is_taken_back(ws: Workspace) -> None:
    number = opened(ws)
    cases.sign(ws, number, "child-exploitation")
    view = case_for(ws, number)
    assert view.help
    assert "set by a person" in view.help.because[0]
    shown = {one.id for one in view.help.steps}
    assert {"child", "nrm-child"} <= shown
    assert not shown & {"adult", "nrm-adult", "duty-to-notify"}
    cases.sign(ws, number, "child-exploitation", present=False)
    assert case_for(ws, number).help is None
    with pytest.raises(Invalid, match="Unknown sign"):
        cases.sign(ws, number, "arson")


def test_where_referrals_go_is_what_the_council_set(on: Open) -> None:
    number = opened(on())
    cases.sign(on(), number, "slavery")
    plain = case_for(on(), number).help
    assert plain
    assert "ask the safeguarding lead" in plain.front_door_words
    told = case_for(on(safeguarding_contact="Front door, 01632 960001"), number).help
    assert told
    assert "Front door, 01632 960001" in told.front_door_words


def test_no_view_of_a_case_has_a_score_or_an_order_of_people(ws: Workspace) -> None:
    view = case_for(ws, gathered(ws))
    names = set(msgspec.json.decode(as_json(view))) | {
        name for one in cases_for(ws) for name in msgspec.json.decode(as_json(one))
    }
    assert not [name for name in names if re.search("score|sever|rank|total|risk", name)]
