"""One listed party on several lists is one alert, and no source of it is silenced by another's
decision.
"""

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

import pytest

from duediligence.casework import queue
from duediligence.casework.deciding import (
    Choice,
    SourceShown,
    decide_alert,
    decide_sources,
    list_sources_to_decide,
)
from duediligence.casework.decision_forms import plan_decision
from duediligence.casework.showing import AlertRow, alert_for, alerts_for_file, queue_for
from duediligence.casework.undoing import part_entry, undo
from duediligence.casework.verifying import examine
from duediligence.casework.waiting import what_waits
from duediligence.contracts import Expect, Feed, Files, Watchlist, watchlist
from duediligence.delivery.flag_files import write_run
from duediligence.errors import Conflict, Forbidden, UsageError
from duediligence.model import ListEntry, Name, Supplier
from duediligence.model.alerts import DECIDED, Decision
from duediligence.model.entries import Record
from duediligence.render.verdict import points
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from tests.conftest import NOW, SAMPLE
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
            for id_, text, reference, measures in csv.reader(file):
                yield ListEntry(
                    id=id_,
                    list_id=name,
                    kind="organisation",
                    names=(Name(text),),
                    references=(reference,) if reference else (),
                    measures=(measures,),
                    record=Record(type="rating", handling="restricted")
                    if name == "closed"
                    else None,
                )

    return read


ACTS = ("decide", "decide", "look", "sources", "sources", "undo", "part", "load")


@pytest.fixture
def ws(open_workspace: Callable[..., Workspace]) -> Workspace:
    workspace = open_workspace(users=PEOPLE, store_restricted=True)
    workspace.__dict__["only"] = {name: make_list(name) for name in FULL}
    workspace.who = "Ada"
    workspace.suppliers.save([FIRM, FREIGHT], file="suppliers.csv", at=workspace.now())
    return workspace


Rows = list[tuple[str, str, str, str]]


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


def test_a_source_for_few_or_for_two_people_is_decided_by_itself(
    ws: Workspace, tmp_path: Path
) -> None:
    load_all(ws, tmp_path)
    row = of(ws, "Q1")
    assert row.severity == "critical"
    plan = plan_decision(ws, row.id, RISK, after=0)
    assert (plan.sources, plan.apart) == (
        (),
        "one source takes a second person, so each is decided by itself",
    )
    for ws.who in ("Ada", "Bo"):
        decide_alert(ws, row.id, SAME)
    (north,) = (one for one in queue.alerts(ws) if one.first.entry_id == "N1")
    with pytest.raises(Conflict, match="one source is restricted"):
        list_sources_to_decide(ws, north)
    assert states(ws) == {
        "U1": "same", "N1": "open", "C1": "open", "N2": "open", "S1": "open",
    }  # fmt: skip


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
                    for alert in random.sample(found, len(found)):
                        plan = plan_decision(ws, alert.id, UNSURE, after=alert.last_decision)
                        stale = (alert.id, plan.sources) if plan.sources else stale
                case "sources":
                    named[choice.note] = {one.alert_id for one in stale[1]}
                    decide_sources(ws, stale[0], choice, stale[1])
                case "undo":
                    made = [one for alert in found for one in alert.history]
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
    assert done.keys() >= {"load", "decide", "sources", "undo"}
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
