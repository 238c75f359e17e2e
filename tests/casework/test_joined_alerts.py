"""One listed party on several lists is one alert, and no source of it is silenced by another's
decision.
"""

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

import pytest

from duediligence.casework import deciding, queue, showing
from duediligence.casework.alert_words import plan_beside
from duediligence.casework.bulk import plan as plan_many
from duediligence.casework.deciding import (
    Asked,
    Choice,
    SourceShown,
    decide_alert,
    decide_many,
    decide_sources,
)
from duediligence.casework.decision_forms import decision_form, plan_decision
from duediligence.casework.decision_rows import ComparedThen
from duediligence.casework.decision_workbooks import preview_import, record_import
from duediligence.casework.filled_workbooks import read_filled
from duediligence.casework.showing import AlertRow, alert_for, alerts_for_file, queue_for
from duediligence.casework.undoing import part_entry, undo
from duediligence.casework.verifying import examine
from duediligence.casework.waiting import what_waits
from duediligence.contracts import Expect, Feed, Files, Watchlist, watchlist
from duediligence.delivery.decision_workbook import export_decisions
from duediligence.delivery.flag_files import write_run
from duediligence.errors import Conflict, Forbidden, UsageError
from duediligence.model import Identifier, ListEntry, Name, PartialDate, Person, Supplier
from duediligence.model.alerts import DECIDED, Decision
from duediligence.model.entries import Record
from duediligence.render.verdict import points
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from tests.conftest import NOW, SAMPLE
from tests.filled_workbook import fill
from tests.thorough import first_of, is_thorough

pytestmark = pytest.mark.thorough

# Id, name, reference to another list, measures: one firm on three lists, and another on two.
FULL = {
    "uk-sanctions": [("U1", "Quillen Tarn Marine", "", "Asset freeze")],
    "north": [
        ("N1", "Quillen Tarn Marine", "U1", "Embargo"),
        ("N2", "Osperdale Freight", "", "Embargo"),
    ],
    "south": [("S1", "Osperdale Freight Company", "N2", "Embargo")],
    "closed": [("C1", "Quillen Tarn Marine", "U1", "Embargo")],
}
FIRM = Supplier(ref="Q1", name="Quillen Tarn Marine")
FREIGHT = Supplier(ref="Q2", name="Osperdale Freight")
PEOPLE = {"Ada": "officer", "Bo": "approver", "Cy": "reader"}
SAME = Choice(decided="same", reason="SUPPLIER-SAYS")
OTHER = Choice(decided="not the same", reason="OTHER", note="Another firm")
# However much of a list is gone.
ANY = replace(SAMPLE, accept_shrink=True, accept_format=True)
UNSURE = Choice(decided="not sure", reason="ASKED")
RISK = Choice(decided="confirmed risk", reason="LISTED")


def make_list(name: str) -> Watchlist:
    @watchlist(
        id=name,
        title=f"List of the {name}",
        publisher="Test",
        licence="none",
        topic="sanctions",
        homepage="https://lists.example.org",
        feeds=(Feed("list.csv"),),
        max_age=timedelta(days=9999),
        expect=Expect(entries=(0, 100), weekly_loss=1.0),
    )
    def read(files: Files) -> Iterator[ListEntry]:
        """A list of ids, names, references and measures."""
        with files["list.csv"].open(encoding="utf-8", newline="") as file:
            next(file)
            for id_, text, reference, measures, *facts in csv.reader(file):
                born, number, country = facts or ("", "", "")
                yield ListEntry(
                    id=id_,
                    list_id=name,
                    kind="person" if born else "organisation",
                    birth_dates=(PartialDate(*map(int, born.split("-"))),) if born else (),
                    identifiers=(Identifier("passport", number, "Malta"),) if number else (),
                    countries=(country,) if country else (),
                    names=(Name(text),),
                    references=(reference,) if reference else (),
                    measures=(measures,),
                    record=Record(type="rating", handling="restricted")
                    if name == "closed"
                    else None,
                )

    return read


IN_BOOK = {"decision": "not the same", "reason": "OTHER", "note": "Another firm"}
SAME_IN_BOOK = {"decision": "same", "reason": "SUPPLIER-SAYS"}
ACTS = (
    "decide",
    "decide",
    "look",
    "look",
    "sources",
    "sources",
    "several",
    "workbook",
    "undo",
    "part",
    "load",
)


@pytest.fixture
def ws(open_workspace: Callable[..., Workspace]) -> Workspace:
    workspace = open_workspace(users=PEOPLE, store_restricted=True)
    workspace.__dict__["only"] = {name: make_list(name) for name in FULL}
    workspace.who = "Ada"
    workspace.suppliers.save([FIRM, FREIGHT], file="suppliers.csv", at=workspace.now())
    return workspace


Rows = Sequence[tuple[str, ...]]


def load(ws: Workspace, folder: Path, **lists: Rows) -> None:
    for name, rows in ((one.replace("_", "-"), rows) for one, rows in lists.items()):
        (folder / "lists" / name).mkdir(parents=True, exist_ok=True)
        with (folder / "lists" / name / "list.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("id", "name", "reference", "measures"), *rows])
    names = [one.replace("_", "-") for one in lists]
    ended = list(refresh(ws, names, folder=folder / "lists", terms=ANY))
    assert {one.result for one in ended} <= {"loaded", "unchanged"}


def with_suffix(rows: Rows, suffix: str) -> Rows:
    return [
        (f"{one}{suffix}", name, ref and f"{ref}{suffix}", what) for one, name, ref, what in rows
    ]


def load_all(ws: Workspace, folder: Path, suffix: str = "") -> None:
    lists = {name.replace("-", "_"): with_suffix(rows, suffix) for name, rows in FULL.items()}
    load(ws, folder, **lists)
    screen(ws, Screened([FIRM, FREIGHT]))


def of(ws: Workspace, ref: str, *, restricted: bool = False) -> AlertRow:
    filters = queue.Filters(supplier=ref)
    (row,) = queue_for(ws, filters, everything=True, restricted=restricted).rows
    return row


def export(ws: Workspace, folder: Path, name: str = "a.xlsx") -> tuple[Path, dict[str, int]]:
    """The workbook of all alerts, and the number of the row of each."""
    export_decisions(ws, folder / name, everything=True)
    rows = read_filled(folder / name).rows
    return folder / name, {row.text("alert_id"): row.number for row in rows}


def record_book(ws: Workspace, path: Path, random: Random, named: dict[str, set[str]]) -> None:
    """Fill in two rows at random, and record those that are not refused."""
    rows = read_filled(path).rows
    answers = {}
    for row in random.sample(rows, min(2, len(rows))):
        note = f"Row {row.number} of {path.name}"
        answers[row.number] = {
            "decision": random.choice(DECIDED),
            "reason": "OTHER",
            "note": note,
        }
        named[note] = {row.text("alert_id"), *ComparedThen.read(row.text("compared")).sources}
    fill(path, answers)
    filled = read_filled(path)
    record_import(ws, filled, preview_import(ws, filled), skip_refused=True)


def states(ws: Workspace) -> dict[str, str]:
    return {alert.first.entry_id: alert.state for alert in queue.alerts(ws)}


def test_a_decision_counts_for_its_source_alone(ws: Workspace, tmp_path: Path) -> None:
    load_all(ws, tmp_path)
    row = of(ws, "Q2")
    (also,) = row.also or ()
    (source,) = alert_for(ws, row.id).also or ()
    assert source.joined == "by the same reference"
    assert source.differs == "listed as Osperdale Freight Company"
    decide_alert(ws, row.id, OTHER)
    assert of(ws, "Q2").state == "open", "the other list has not been looked at"
    decide_alert(ws, also.alert, SAME)
    again = of(ws, "Q2")
    assert again.state == "open"
    assert again.reopened == "the sources are decided differently: same and not the same"
    assert {one.state for one in (*(again.also or ()), alert_for(ws, row.id))} == {
        "same",
        "not the same",
    }
    decide_alert(ws, also.alert, OTHER)
    assert of(ws, "Q2").state == "not the same"


def test_all_sources_shown_are_decided_at_once_where_one_person_may(
    ws: Workspace, tmp_path: Path
) -> None:
    load_all(ws, tmp_path)
    row = of(ws, "Q2")
    plan = plan_decision(ws, row.id, SAME, after=0)
    assert len(plan.sources) == 2
    act = decide_sources(ws, row.id, plan.choice, plan.sources)
    assert sorted(one.alert_id for one in act.decisions) == sorted(
        one.alert_id for one in plan.sources
    )
    assert of(ws, "Q2").state == "same"
    undo(ws, act.id)
    assert of(ws, "Q2").state == "open"


def test_a_source_that_was_not_seen_is_never_decided(ws: Workspace, tmp_path: Path) -> None:
    load_all(ws, tmp_path)
    row = of(ws, "Q2")
    sources = plan_decision(ws, row.id, SAME, after=0).sources
    east = [("S1", *FULL["south"][0][1:]), ("S2", "Osperdale Freight Company", "N2", "Embargo")]
    load(ws, tmp_path, south=east)
    screen(ws, Screened([FREIGHT]))
    with pytest.raises(Conflict, match="other sources wait than those that you saw"):
        decide_sources(ws, row.id, SAME, sources)
    for some in ((), sources[:1], (*sources, SourceShown("0" * 64, 0))):
        with pytest.raises(Conflict, match="other sources wait"):
            decide_sources(ws, row.id, SAME, some)
    assert set(states(ws).values()) == {"open"}


def test_a_restricted_source_is_decided_by_itself(ws: Workspace, tmp_path: Path) -> None:
    load_all(ws, tmp_path)
    row = of(ws, "Q1")
    plan = plan_decision(ws, row.id, UNSURE, after=0)
    apart = f"one source of alert {row.number} is restricted, so each is decided by itself"
    assert (plan.sources, plan.apart) == ((), apart)
    with pytest.raises(Conflict, match=apart):
        plan_many(ws, [row.id], UNSURE, all_sources=True)
    assert plan_many(ws, [row.id], UNSURE).sources == ()
    book, numbers = export(ws, tmp_path)
    fill(book, {numbers[row.id]: IN_BOOK})
    assert [one.sources for one in preview_import(ws, read_filled(book)).planned] == [{}]
    for ws.who in ("Ada", "Bo"):
        decide_alert(ws, row.id, SAME)
    assert states(ws) == {
        "U1": "same", "N1": "open", "C1": "open", "N2": "open", "S1": "open",
    }  # fmt: skip


@pytest.mark.parametrize("blind", [False, True])
def test_two_people_settle_a_severe_alert_in_two_goes(
    ws: Workspace, tmp_path: Path, blind: bool
) -> None:
    ws.__dict__["settings"] = replace(ws.settings, blind_second=blind)
    uk = [(one, "Osperdale Freight", "N2", "Asset freeze") for one in ("U2", "U3")]
    load(ws, tmp_path, south=FULL["south"], north=FULL["north"], uk_sanctions=uk)
    screen(ws, Screened([FREIGHT]))
    row = of(ws, "Q2")
    assert Counter(one.severity for one in queue.alerts(ws)) == {"critical": 2, "high": 2}
    seen = []
    for ws.who in ("Ada", "Bo"):
        plan = plan_decision(ws, row.id, OTHER, after=decision_form(ws, row.id).after)
        if ws.who == "Bo" and blind:
            view = [alert_for(ws, one.id) for one in queue.alerts(ws)]
            views = [replace(one, may_become=()) for one in view]
            shown = str((plan.state, plan.meaning, of(ws, "Q2"), views))
            assert not any(word in shown for word in ("Ada", "not the same"))
        seen.append(len(plan.sources))
        decide_sources(ws, row.id, plan.choice, plan.sources)
        first = "open" if blind else "awaiting second decision"
        assert of(ws, "Q2").state == (first if ws.who == "Ada" else "not the same")
    assert seen == ([2, 4] if blind else [4, 2])


def test_a_row_of_a_workbook_decides_the_sources_that_it_names(
    ws: Workspace, tmp_path: Path
) -> None:
    load_all(ws, tmp_path)
    row = of(ws, "Q2")
    (also,) = row.also or ()
    book, numbers = export(ws, tmp_path)
    text = {one.number: one.text("also") for one in read_filled(book).rows}[numbers[row.id]]
    assert text == f"{also.source}: {also.number}, open, decided by this row too"
    fill(book, {numbers[row.id]: IN_BOOK})
    filled = read_filled(book)
    shown = preview_import(ws, filled)
    assert [one.sources for one in shown.planned] == [{also.alert: 0}]
    record_import(ws, filled, shown)
    assert of(ws, "Q2").state == "not the same"
    (act,) = {one.act for alert in queue.alerts(ws) for one in alert.history}
    assert preview_import(ws, filled).already == 1
    undo(ws, act)
    assert of(ws, "Q2").state == "open"


def test_rows_of_one_party_filled_in_each_decide_their_own(ws: Workspace, tmp_path: Path) -> None:
    east = [*FULL["south"], ("S2", "Osperdale Freight Company", "N2", "Embargo")]
    load(ws, tmp_path, south=east, north=FULL["north"])
    screen(ws, Screened([FREIGHT]))
    book, numbers = export(ws, tmp_path)
    ids = {one.first.entry_id: one.id for one in queue.alerts(ws)}
    fill(book, {numbers[ids["N2"]]: IN_BOOK, numbers[ids["S1"]]: SAME_IN_BOOK})
    filled = read_filled(book)
    record_import(ws, filled, preview_import(ws, filled))
    assert states(ws) == {"N2": "not the same", "S1": "same", "S2": "open"}


# Two people of one name, the one listed with the reference of the other by a slip; and a third
# entry that is the first one's.
DIRECTOR = Supplier(ref="Q3", name="Kelp Row Ltd", people=(Person("Dragomir Petrosyanov"),))
MISPRINTED = {
    "birth date": ("1970-5-2", "", ""),
    "number": ("1968-3-14", "990012345", ""),
    "country": ("1968-3-14", "", "Cyprus"),
}
FIRST = ("1968-3-14", "880099771", "Malta")


def load_misprinted(ws: Workspace, folder: Path, fact: str) -> None:
    name = "Dragomir Petrosyanov"
    load(
        ws,
        folder,
        uk_sanctions=[("U1", name, "", "Embargo", *FIRST)],
        north=[("N1", name, "U1", "Embargo", *FIRST)],
        south=[("S1", name, "U1", "Embargo", *MISPRINTED[fact])],
    )
    ws.suppliers.save([DIRECTOR], file="d.csv", at=ws.now())
    screen(ws, Screened([DIRECTOR]))


@pytest.mark.parametrize("fact", MISPRINTED)
@pytest.mark.parametrize("door", ["page", "all sources", "workbook"])
def test_an_entry_that_differs_keeps_its_own_decision(
    ws: Workspace, tmp_path: Path, fact: str, door: str
) -> None:
    load_misprinted(ws, tmp_path, fact)
    ids = {one.first.entry_id: one.id for one in queue.alerts(ws)}
    numbers = {one.first.entry_id: one.label for one in queue.alerts(ws)}
    (event,) = queue.list_queue_events(ws)
    assert len(event.alerts) == 3, "they stay joined"
    (south,) = (one for one in alert_for(ws, ids["N1"]).also or () if one.alert == ids["S1"])
    assert f"another {fact}" in south.differs
    redacted = alert_for(ws, ids["N1"], people="redacted").also or ()
    assert f"another {fact}" in str(redacted)
    for entry, choice in (("N1", OTHER), ("S1", SAME)):
        if door == "page":
            plan = plan_decision(ws, ids[entry], choice, after=0)
            assert numbers["N1" if entry == "S1" else "S1"] in plan.apart
            assert "birth dates, numbers or countries on the lists differ" in plan.apart
            if plan.sources:
                decide_sources(ws, ids[entry], plan.choice, plan.sources)
            else:
                decide_alert(ws, ids[entry], plan.choice)
        elif door == "all sources":
            every = plan_many(ws, [ids[entry]], choice, all_sources=True)
            assert numbers["N1" if entry == "S1" else "S1"] in str(plan_beside(every))
            decide_many(ws, every.asked, all_sources=True)
        else:
            book, rows = export(ws, tmp_path, f"{entry}.xlsx")
            text = {row.number: row.text("also") for row in read_filled(book).rows}
            assert f"another {fact}" in text[rows[ids[entry]]]
            fill(book, {rows[ids[entry]]: IN_BOOK if choice is OTHER else SAME_IN_BOOK})
            filled = read_filled(book)
            record_import(ws, filled, preview_import(ws, filled))
        assert states(ws)["S1"] == ("open" if entry == "N1" else "same")
    assert states(ws) == {"U1": "not the same", "N1": "not the same", "S1": "same"}


def test_a_row_of_an_earlier_version_decides_no_entry_that_differs(
    ws: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_misprinted(ws, tmp_path, "birth date")
    ids = {one.first.entry_id: one.id for one in queue.alerts(ws)}
    with monkeypatch.context() as earlier:
        earlier.setattr(deciding, "list_source_differences", lambda *_: ())
        book, rows = export(ws, tmp_path)
    fill(book, {rows[ids["N1"]]: IN_BOOK})
    filled = read_filled(book)
    (planned,) = preview_import(ws, filled).planned
    assert planned.sources == {ids["U1"]: 0}
    record_import(ws, filled, preview_import(ws, filled))
    assert states(ws) == {"U1": "not the same", "N1": "not the same", "S1": "open"}


def test_a_row_is_refused_where_a_source_came_or_changed(ws: Workspace, tmp_path: Path) -> None:
    load_all(ws, tmp_path)
    row = of(ws, "Q2")
    (also,) = row.also or ()
    book, numbers = export(ws, tmp_path)
    fill(book, {numbers[row.id]: IN_BOOK})
    filled = read_filled(book)
    decide_alert(ws, also.alert, UNSURE)
    (refused,) = preview_import(ws, filled).refused
    assert f"alert {also.number}, another source of it, changed" in refused.why
    book, numbers = export(ws, tmp_path, "later.xlsx")
    fill(book, {numbers[row.id]: IN_BOOK})
    east = [*FULL["south"], ("S2", "Osperdale Freight Company", "N2", "Embargo")]
    load(ws, tmp_path, south=east)
    screen(ws, Screened([FREIGHT]))
    (refused,) = preview_import(ws, read_filled(book)).refused
    assert "came since: export it again" in refused.why


def test_a_row_of_an_earlier_version_decides_its_alert_alone(
    ws: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_all(ws, tmp_path)
    row = of(ws, "Q2")
    with monkeypatch.context() as earlier:
        earlier.setattr(showing, "list_sources_to_decide", lambda *_: ())
        book, numbers = export(ws, tmp_path)
    (named,) = (one for one in read_filled(book).rows if one.number == numbers[row.id])
    assert named.text("compared").count("/") == 4
    fill(book, {numbers[row.id]: IN_BOOK})
    filled = read_filled(book)
    record_import(ws, filled, preview_import(ws, filled))
    assert sorted(states(ws).values()).count("not the same") == 1


def test_several_alerts_are_decided_with_all_their_sources(ws: Workspace, tmp_path: Path) -> None:
    load_all(ws, tmp_path)
    row = of(ws, "Q2")
    (also,) = row.also or ()
    some = plan_many(ws, [row.id], SAME)
    assert [one.alert_id for one in some.asked] == [row.id]
    assert [one.alert_id for one in some.sources] == [also.alert]
    assert "not decided with them: List of the south" in plan_beside(some)[0]
    every = plan_many(ws, [row.id], SAME, all_sources=True)
    assert f"decided too: List of the south ({also.number})" in plan_beside(every)[0]
    with pytest.raises(Conflict, match="other sources wait"):
        decide_many(ws, some.asked, all_sources=True)
    act = decide_many(ws, every.asked, all_sources=True)
    assert {one.alert_id for one in act.decisions} == {row.id, also.alert}
    assert of(ws, "Q2").state == "same"


def test_a_new_source_or_a_graver_measure_opens_it_again(ws: Workspace, tmp_path: Path) -> None:
    load(ws, tmp_path, north=FULL["north"])
    screen(ws, Screened([FREIGHT]))
    row = of(ws, "Q2")
    decide_alert(ws, row.id, SAME)
    assert of(ws, "Q2").state == "same"
    load(ws, tmp_path, south=FULL["south"])
    screen(ws, Screened([FREIGHT]))
    again = of(ws, "Q2")
    (also,) = again.also or ()
    assert (again.state, again.reopened) == ("open", f"another source: {also.source}")
    decide_alert(ws, also.alert, SAME)
    graver = [("S1", *FULL["south"][0][1:3], "Asset freeze")]
    load(ws, tmp_path, south=graver)
    screen(ws, Screened([FREIGHT]))
    assert of(ws, "Q2").state == "open"
    assert "Asset freeze" in (of(ws, "Q2").reopened or "")


def test_a_restricted_source_is_one_of_the_alert_and_shown_to_who_asks(
    ws: Workspace, tmp_path: Path
) -> None:
    load_all(ws, tmp_path)
    for who in PEOPLE:
        ws.who = who
        assert queue_for(ws).listed == 2
        row = of(ws, "Q1")
        assert not row.withheld
        shown = {one.source: one.alert for one in row.also or ()}
        assert "a restricted record" in shown
        view = alert_for(ws, row.id)
        for seen in (row, view):
            assert not any(word in str(seen) for word in ("C1", "closed"))
        with pytest.raises(Forbidden):
            alert_for(ws, shown["a restricted record"])
    ws.who = "Cy"
    with pytest.raises(Forbidden):
        of(ws, "Q1", restricted=True)
    ws.who = "Ada"
    assert "entry C1" in str(of(ws, "Q1", restricted=True).also)
    # Nothing that may be read names it, in the run either.
    run = next(iter(queue.alerts(ws))).first.run_id
    public = [one for one in ws.runs.get(run).findings if one.handling == "public"]  # type: ignore[union-attr]
    assert not any("C1" in str(one) for one in public)
    for alert in queue.alerts(ws):
        if alert.first.entry_id in ("N1", "U1"):
            decide_alert(ws, alert.id, OTHER)
    ws.who = "Bo"
    decide_alert(ws, row.id, OTHER)
    assert of(ws, "Q1").state == "open", "what few may see waits for itself"
    whole = ws.runs.get(run)
    assert whole
    write_run(ws, whole, tmp_path / "flags.csv", people=True, format_=1)
    rows = csv.DictReader((tmp_path / "flags.csv").read_text("utf-8-sig").splitlines())
    assert {one["status"] for one in rows if one["supplier_ref"] == "Q1"} == {"open"}


def test_it_is_one_wherever_it_is_counted(ws: Workspace, tmp_path: Path) -> None:
    load_all(ws, tmp_path)
    run = ws.runs.get(queue.alerts(ws)[0].first.run_id)
    assert run
    write_run(ws, run, tmp_path / "flags.csv", people=True, format_=1)
    rows = csv.DictReader((tmp_path / "flags.csv").read_text("utf-8-sig").splitlines())
    counts = {
        "queue": queue_for(ws).listed,
        "queue of who may see all": queue_for(ws, restricted=True).listed,
        "home": what_waits(ws).total,
        "workbook": alerts_for_file(ws).alerts,
        "report": len(points(run)),
        "CSV": sum(bool(one["entry_id"]) for one in rows),
    }
    assert counts == dict.fromkeys(counts, 2)


def test_two_people_part_what_is_severe_for_any_supplier(ws: Workspace, tmp_path: Path) -> None:
    load_all(ws, tmp_path)
    (north,) = (one for one in queue.alerts(ws) if one.first.entry_id == "N1")
    assert part_entry(ws, north.id).waits
    assert len(queue_for(ws).rows) == 2
    more = [*FULL["uk-sanctions"], ("U2", "Quillen Tarn Marine", "N1", "Asset freeze")]
    load(ws, tmp_path, uk_sanctions=more)
    screen(ws, Screened([FIRM]))
    ws.who = "Bo"
    done = part_entry(ws, north.id)
    assert (done.waits, done.others) == (False, (("uk-sanctions", "U1"),)), "what both said"


@pytest.mark.parametrize("seed", first_of(list(range(8))))
def test_no_source_is_silenced_by_a_decision_that_was_not_made_on_it(
    ws: Workspace, tmp_path: Path, seed: int
) -> None:
    """Two thousand steps in all, in eight homes: what each step costs grows with the decisions."""
    random, done = Random(seed), Counter[str]()
    load_all(ws, tmp_path)
    named: dict[str, set[str]] = {}
    stale: tuple[str, tuple[SourceShown, ...]] = ("", ())
    suffix = ""
    book: Path | None = None
    several: tuple[Asked, ...] = ()
    for step in range(250 if is_thorough() else 50):
        ws.who = random.choice(["Ada", "Bo"])
        found = queue.alerts(ws)
        at = NOW + timedelta(minutes=step + 1)
        ws.now = partial(datetime.fromisoformat, at.isoformat())
        act = random.choice(ACTS)
        choice = Choice(decided=random.choice(DECIDED), reason="OTHER", note=f"Seen {step}")
        with suppress(UsageError):
            match act:
                case "load":
                    name = random.choice(list(FULL))
                    rows = [
                        (*row[:3], random.choice(("Embargo", "Asset freeze")))
                        for row in FULL[name]
                        if random.random() < 0.9
                    ]
                    load(ws, tmp_path, **{name.replace("-", "_"): with_suffix(rows, suffix)})
                    screen(ws, Screened([FIRM, FREIGHT]))
                case "decide":
                    alert = random.choice(found)
                    named[choice.note] = {alert.id}
                    decide_alert(ws, alert.id, choice, after=alert.last_decision)
                case "look":
                    book, _ = export(ws, tmp_path, f"{step}.xlsx")
                    for alert in random.sample(found, len(found)):
                        plan = plan_decision(ws, alert.id, UNSURE, after=alert.last_decision)
                        stale = (alert.id, plan.sources) if plan.sources else stale
                        several = plan_many(ws, [alert.id], UNSURE, all_sources=True).asked
                case "sources":
                    named[choice.note] = {one.alert_id for one in stale[1]}
                    decide_sources(ws, stale[0], choice, stale[1])
                case "several":
                    named[choice.note] = {one.alert_id for one in several}
                    again = [replace(one, choice=choice) for one in several]
                    decide_many(ws, again, all_sources=True)
                case "workbook" if book:
                    looked, book = book, None
                    record_book(ws, looked, random, named)
                case "undo":
                    made = [alert.history[-1] for alert in found if alert.history]
                    undo(ws, (one := random.choice(made)).act or one.position) if made else None
                case "part" if random.random() < 0.2:
                    if not part_entry(ws, random.choice(found).id).waits:
                        # What is parted stays so: the lists know the parties by other ids.
                        suffix = f"-{step}"
                        load_all(ws, tmp_path, suffix)
                case _:
                    continue
            done[act] += 1
        check(ws, named)
    if is_thorough():
        assert done.keys() >= set(ACTS) - {"look", "part"}, "a look ends where one is refused"
    assert examine(ws).problems == ()


def check(ws: Workspace, named: dict[str, set[str]]) -> None:
    """Each decision is about what was named, each alert stands as its own decisions make it, and
    is in one row for everybody; no party is settled but by each of its sources.
    """
    made: list[Decision] = [one for each in ws.decisions.history().values() for one in each]
    for one in made:
        assert one.decided == "withdrawn" or one.alert_id in named[one.note]
    events = queue.list_queue_events(ws, queue.WITH_CHECKS)
    every = [alert for event in events for alert in event.alerts]
    assert sorted(one.id for one in every) == sorted(one.id for one in queue.alerts(ws))
    about = {one.alert_id for one in made}
    parted = ws.casework.parted_entries.pairs()
    for event in events:
        sources = {alert.state for alert in event.alerts}
        assert sources <= {"open", "resolved"} or any(one.id in about for one in event.alerts)
        if event.state in ("same", "confirmed risk", *queue.DONE):
            assert sources == {event.state}, "all have one, and agree"
            assert event.state == "resolved" or all(one.id in about for one in event.alerts)
        keys = [one.first.key[-2:] for one in event.alerts]
        assert not any(frozenset((a, b)) in parted for a in keys for b in keys)
    for who in ("Ada", "Cy"):
        ws.who = who
        shown = queue_for(ws, everything=True)
        ids = [id_ for row in shown.rows for id_ in (row.id, *(a.alert for a in row.also or ()))]
        assert sorted(ids) == sorted(one.id for one in every)
        assert not any("closed" in str(row) for row in shown.rows)
