"""The queue: from the newest screening of each supplier, and what became of decisions."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from duediligence.casework import queue
from duediligence.casework.alert_status import hidden, read_alert_statuses
from duediligence.casework.deciding import Choice, decide, decide_entry, find
from duediligence.casework.side_by_side import side_by_side
from duediligence.casework.verifying import verify
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.errors import Hint, NotFound, UsageError
from duediligence.model import Address, ListEntry, PartialDate, Person, Repair, Run, Supplier
from duediligence.model.alerts import Alert, Considered, Decision, Reopened
from duediligence.model.facts import days_since, say
from duediligence.render.wording import news_words, reopened_words
from duediligence.screening import audit_events
from duediligence.screening.alerts.earlier_form import in_words
from duediligence.screening.alerts.identity import gather_compared
from duediligence.screening.alerts.status import Rules
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.settings import load_settings
from duediligence.store.records import identity

Open = Callable[..., Workspace]
VOLKHAR = Supplier(ref="S1", name="Volkhar Maritime UK Ltd")
CLEAN = Supplier(ref="S2", name="Little Acorns Youth Project CIO")
BRIGHT = Supplier(
    ref="S3",
    name="Bright Sands Home Care Ltd",
    people=(Person("Dragomir Petrosyanov", PartialDate(1968, 3), "director"),),
)
NOT_THE_SAME = Choice(decided="not the same", reason="OTHER", note="Rang them")


@pytest.fixture
def ws(open_workspace: Open, home: Path) -> Workspace:
    """As Ada, at the time of the sample lists; what is critical needs no second person."""
    return open_one(open_workspace, home)


def open_one(
    open_workspace: Open, home: Path, who: str = "Ada", days: int = 0, **settings: object
) -> Workspace:
    workspace = open_workspace(
        home, at=NOW + timedelta(days=days), **{"second_decision": (), **settings}
    )
    workspace.who = who
    return workspace


def run(workspace: Workspace, *suppliers: Supplier) -> Run:
    return screen(workspace, Screened(suppliers))


def states(found: Sequence[Alert]) -> set[tuple[str, str]]:
    return {(alert.first.supplier_ref, alert.state) for alert in found}


def freeze(workspace: Workspace, ref: str = "S1") -> Alert:
    """The alert about the asset freeze."""
    return next(
        alert
        for alert in queue.alerts(workspace)
        if (alert.first.supplier_ref, alert.first.check_id, alert.first.list_id)
        == (ref, "SAN-01", "uk-sanctions")
    )


def test_alerts_come_most_severe_first_then_most_alike(ws: Workspace) -> None:
    number = Supplier(ref="S4", name=CLEAN.name, repairs=(Repair("no", "1.2E+07", "", "lost"),))
    run(ws, VOLKHAR, CLEAN, BRIGHT, number)
    found = queue.alerts(ws)
    assert states(found) == {("S1", "open"), ("S3", "open"), ("S4", "open")}
    assert found[0].severity == "critical"
    assert found[-1].first.check_id == "SUP-02"
    assert [a.first.score or 0 for a in found if a.severity == "critical"] == sorted(
        (a.first.score or 0 for a in found if a.severity == "critical"), reverse=True
    )
    assert {a.severity for a in queue.alerts(ws, queue.Filters(severity="critical"))} == {
        "critical"
    }
    assert states(queue.alerts(ws, queue.Filters(supplier="S3"))) == {("S3", "open")}


def test_a_screening_of_others_closes_nothing(ws: Workspace) -> None:
    run(ws, VOLKHAR, BRIGHT)
    run(ws, CLEAN, BRIGHT)
    assert states(queue.alerts(ws)) == {("S1", "open"), ("S3", "open")}


def test_what_the_newest_screening_no_longer_finds_is_resolved(ws: Workspace) -> None:
    run(ws, VOLKHAR)
    run(ws, replace(VOLKHAR, name=CLEAN.name))
    found = queue.alerts(ws)
    assert states(found) == {("S1", "resolved")}
    assert queue.not_shown(found) == "1 no longer found is not shown."


def test_a_list_that_was_not_searched_resolves_nothing(
    ws: Workspace, open_workspace: Open, home: Path
) -> None:
    run(ws, VOLKHAR)
    with closing(sqlite3.connect(home / "lists.db")) as db, db:
        db.execute("DELETE FROM entries WHERE list_id = 'uk-sanctions'")
    run(ws, VOLKHAR)
    alert = freeze(ws)
    assert (alert.state, alert.found) == ("open", "not checked")


def test_a_check_that_could_not_be_made_again_resolves_nothing(ws: Workspace) -> None:
    """What could not be checked can have the key of what was found before."""
    first = run(ws, VOLKHAR)
    alert = freeze(ws)
    unknown = replace(alert.first, outcome="unknown", why="The register did not answer.")
    ws.runs.save(
        replace(first, id="later", findings=(replace(unknown, run_id="later"),)), [VOLKHAR], {}
    )
    assert (freeze(ws).state, freeze(ws).found) == ("open", "not checked")


def test_a_stale_list_that_no_longer_finds_it_resolves_nothing(
    ws: Workspace, open_workspace: Open, home: Path
) -> None:
    run(ws, VOLKHAR)
    later = open_one(open_workspace, home, days=100)
    run(later, replace(VOLKHAR, name=CLEAN.name))
    assert freeze(later).found == "not checked"
    fresh = open_one(open_workspace, home, days=100, max_age_days={"uk-sanctions": 200})
    run(fresh, replace(VOLKHAR, name=CLEAN.name))
    assert freeze(fresh).state == "resolved"


def test_a_decision_holds_over_screenings_and_is_hidden_but_never_lost(ws: Workspace) -> None:
    run(ws, VOLKHAR, BRIGHT)
    alert = freeze(ws)
    decide(ws, alert, NOT_THE_SAME)
    again = run(ws, VOLKHAR, BRIGHT)
    assert freeze(ws).state == "not the same"
    split = hidden(ws, again)
    assert [finding.key for finding in split.hidden] == [alert.first.key]
    assert set(split.shown) | set(split.hidden) == set(again.findings)
    assert split.words == "1 decided as not the same is not shown."
    assert again.findings == ws.runs.get(again.id).findings  # type: ignore[union-attr]


def test_another_fact_of_the_supplier_leaves_the_decision(ws: Workspace) -> None:
    run(ws, BRIGHT)
    decide(ws, freeze(ws, "S3"), NOT_THE_SAME)
    run(ws, replace(BRIGHT, contract="FTS-2", address=Address("2 Quay, ZZ1 1ZZ", "ZZ1 1ZZ")))
    assert freeze(ws, "S3").state == "not the same", "the director is the same"


def test_a_changed_party_opens_it_again_and_shows_the_difference(ws: Workspace) -> None:
    run(ws, BRIGHT)
    decide(ws, freeze(ws, "S3"), NOT_THE_SAME)
    run(ws, replace(BRIGHT, people=(replace(BRIGHT.people[0], birth_date=None),)))
    alert = freeze(ws, "S3")
    assert alert.state == "open"
    assert reopened_words(alert.status.reopened) == (
        "the supplier's details changed: supplier's date of birth removed: 1968-03"
    )
    assert len(alert.history) == 1


def test_a_changed_entry_opens_it_again_and_shows_the_difference(ws: Workspace) -> None:
    run(ws, VOLKHAR)
    decide(ws, freeze(ws), NOT_THE_SAME)
    entry = freeze(ws).compared.entry
    assert entry is not None
    _publish(ws, replace(entry, measures=(*entry.measures, "Charge of invented things")))
    run(ws, VOLKHAR)
    alert = freeze(ws)
    assert alert.state == "open"
    assert reopened_words(alert.status.reopened) == (
        "the list entry changed: list entry's measure added: Charge of invented things"
    )
    standing = read_alert_statuses(ws, _newest(ws))[alert.first.key]
    assert news_words(standing.news, standing.changes, people=True) == (
        "changed: list entry's measure added: Charge of invented things"
    )


def _publish(workspace: Workspace, entry: ListEntry) -> None:
    """Another text of an entry of the list that is in service, as a refresh brings it."""
    lists = workspace.lists
    loaded = lists.current()["uk-sanctions"]
    entries = [entry if one.id == entry.id else one for one in lists.entries(loaded.version)]
    assert entry in entries
    with lists.transaction():
        lists.swap(loaded.version, entries, loaded.index_folder, loaded.compiled_with)
        event = audit_events.list_refreshed(workspace, loaded.version)
        workspace.audit.add(event, audit_events.list_seals(workspace, "uk-sanctions", content=True))


def _newest(workspace: Workspace) -> Run:
    found = workspace.runs.get(workspace.screened.newest()["S1"])
    assert found is not None
    return found


def test_how_long_ago_it_was_is_no_news(ws: Workspace) -> None:
    run(ws, Supplier(ref="S4", name=CLEAN.name, repairs=(Repair("no", "1E+7", "", "lost"),)))
    (alert,) = queue.alerts(ws)

    def told(today: date, due: date = date(2026, 5, 1)) -> object:
        ago = say(", {days} days ago", days=days_since(due, today))
        why = say("Accounts were due on {due}{ago}.", due=due, ago=ago)
        return gather_compared([replace(alert.first, why=why)], (), None)

    assert told(date(2026, 6, 10)) == told(date(2029, 3, 7))
    assert told(date(2026, 6, 10)) != told(date(2026, 6, 10), due=date(2026, 5, 2))


def test_a_decision_about_words_holds_where_the_facts_say_the_same(ws: Workspace) -> None:
    """Earlier versions kept, and hashed, what a check said in words."""
    run(ws, Supplier(ref="S4", name=CLEAN.name, repairs=(Repair("no", "1E+7", "", "lost"),)))
    (alert,) = queue.alerts(ws)
    then = in_words(alert.compared)
    assert then != alert.compared
    assert all(isinstance(fact, str) for fact in then.facts)
    for other, state in ((then, "mitigated"), (replace(then, facts=("Otherwise.",)), "open")):
        made = Decision(
            alert_id=alert.id,
            decided="mitigated",
            reason="CORRECTED",
            by="Ada",
            at=ws.now(),
            run_id=alert.first.run_id,
            party_sha256=identity(other),
            entry_sha256="",
        )
        newest = queue.alerts(ws)[0].last_decision
        ws.decisions.decide([(made, other)], expected={alert.id: newest})
        assert queue.alerts(ws)[0].state == state


def test_a_decision_ends_after_its_months(ws: Workspace, open_workspace: Open, home: Path) -> None:
    run(ws, VOLKHAR)
    decide(ws, freeze(ws), NOT_THE_SAME)
    later = open_one(open_workspace, home, days=200, decision_months=6)
    assert freeze(later).status.reopened == Reopened(expired_on=date(2027, 5, 20))


def test_a_second_person_of_another_name_must_agree(
    ws: Workspace, open_workspace: Open, home: Path
) -> None:
    run(ws, VOLKHAR)
    two = {"second_decision": ("critical",)}
    ada, bo = (open_one(open_workspace, home, who, **two) for who in ("Ada", "Bo"))
    decide(ada, freeze(ada), NOT_THE_SAME)
    assert freeze(ada).state == "awaiting second decision"
    newest = _newest(ws)
    assert hidden(ada, newest).hidden == ()
    decide(ada, freeze(ada), NOT_THE_SAME)
    assert freeze(ada).state == "awaiting second decision"
    decide(bo, freeze(bo), NOT_THE_SAME)
    assert freeze(bo).state == "not the same"
    assert len(hidden(ada, newest).hidden) == 1
    standing = read_alert_statuses(bo, newest)[freeze(bo).first.key]
    assert (standing.status, standing.decided_by, standing.reason) == (
        "not the same",
        "Ada and Bo",
        "OTHER",
    )


def test_a_blind_first_decision_is_told_to_no_report(open_workspace: Open, home: Path) -> None:
    ada = open_one(open_workspace, home, second_decision=("critical",), blind_second=True)
    newest = run(ada, VOLKHAR)
    decide(ada, freeze(ada), NOT_THE_SAME)
    standing = read_alert_statuses(ada, newest)[freeze(ada).first.key]
    assert standing.status == "awaiting second decision"
    assert (standing.decided_by, standing.decided_at, standing.reason) == ("", None, "")


def test_roles_say_who_is_a_second_person(open_workspace: Open, home: Path) -> None:
    users = {"Ada": "officer", "Bo": "officer", "Cy": "approver", "Dee": "auditor"}
    ada, bo, cy, dee = (
        open_one(open_workspace, home, who, users=users, second_decision=("critical",))
        for who in users
    )
    run(ada, VOLKHAR)
    with pytest.raises(UsageError, match="'Dee' may not decide"):
        decide(dee, freeze(dee), NOT_THE_SAME)
    decide(ada, freeze(ada), NOT_THE_SAME)
    with pytest.raises(UsageError, match="'Bo' may not decide second"):
        decide(bo, freeze(bo), NOT_THE_SAME)
    decide(cy, freeze(cy), NOT_THE_SAME)
    assert freeze(cy).state == "not the same"


def test_what_a_colleague_settled_is_not_overruled_in_passing(
    ws: Workspace, open_workspace: Open, home: Path
) -> None:
    run(ws, VOLKHAR)
    (made,) = (decide(ws, freeze(ws), NOT_THE_SAME),)
    bo = open_one(open_workspace, home, "Bo")
    same = Choice(decided="same", reason="SUPPLIER-SAYS")
    with pytest.raises(UsageError, match="Ada decided 'not the same'") as caught:
        decide(bo, freeze(bo), same)
    assert isinstance(hint := caught.value.hint, Hint)
    assert f"--after {made.position}" in hint.worded(str)
    with pytest.raises(UsageError, match="nothing was recorded"):
        decide(bo, freeze(bo), same, after=0)
    decide(bo, freeze(bo), same, after=made.position)
    assert freeze(bo).state == "same"
    decide(bo, freeze(bo), Choice(decided="confirmed risk", reason="LISTED"))
    assert freeze(bo).state == "confirmed risk"


def test_of_two_who_looked_at_once_one_is_told(
    ws: Workspace, open_workspace: Open, home: Path
) -> None:
    run(ws, VOLKHAR, BRIGHT)
    for ref, blind, told in (
        ("S1", False, "Ada decided 'not the same'"),
        ("S3", True, "^Ada decided on "),
    ):
        bo = open_one(open_workspace, home, "Bo", blind_second=blind)
        both_saw = freeze(bo, ref)
        decide(ws, freeze(ws, ref), NOT_THE_SAME)
        with pytest.raises(UsageError, match=told):
            decide(bo, both_saw, NOT_THE_SAME)


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        (
            Choice(decided="not the same", reason="NUMBER-SAME"),
            "not a valid reason",
        ),
        (Choice(decided="not the same", reason=""), "a reason is needed for"),
        (Choice(decided="not sure", reason="other", note=" \n"), "needs a note"),
        (Choice(decided="mitigated", reason="CONDITIONS"), "cannot become 'mitigated'"),
        (Choice(decided="not sure", reason="ASKED", note="x" * 2001), "2,001 characters"),
        (
            Choice(decided="not sure", reason="ASKED", considered=Considered(ground="PA23-9-9")),
            "PA23-9-9",
        ),
    ],
)
def test_a_decision_that_cannot_be_made(ws: Workspace, choice: Choice, told: str) -> None:
    run(ws, VOLKHAR)
    with pytest.raises(UsageError, match=told):
        decide(ws, freeze(ws), choice)
    assert ws.decisions.history() == {}


def test_a_fact_about_the_supplier_is_nobody_elses(ws: Workspace) -> None:
    run(ws, Supplier(ref="S4", name=CLEAN.name, repairs=(Repair("no", "1E+7", "", "lost"),)))
    (alert,) = queue.alerts(ws)
    with pytest.raises(UsageError, match="cannot become 'not the same'") as caught:
        decide(ws, alert, NOT_THE_SAME)
    assert "link supplier" in str(caught.value.hint)
    decide(ws, alert, Choice(decided="mitigated", reason="PUT-RIGHT"))
    assert queue.alerts(ws)[0].state == "mitigated"


def test_what_the_act_asks_to_record_is_kept_with_the_text_of_the_ground(ws: Workspace) -> None:
    run(ws, VOLKHAR)
    made = decide(
        ws,
        freeze(ws),
        Choice(
            decided="confirmed risk",
            reason="ground",
            note="two\nlines \ud800",
            considered=Considered(ground="pa23-7-11", factors=("d", "a")),
        ),
    )
    assert made.reason == "GROUND"
    assert made.note == "two lines \ufffd"
    assert made.considered.ground == "PA23-7-11@2025-02-24"
    assert made.considered.factors == ("a", "d")
    assert freeze(ws).history == (made,)


def test_bulk_stays_within_one_entry_and_leaves_what_others_settled(
    ws: Workspace, open_workspace: Open, home: Path
) -> None:
    suppliers = [replace(VOLKHAR, ref=f"S{number}") for number in range(1, 5)]
    run(ws, *suppliers, replace(BRIGHT, ref="S9"))
    settled = freeze(ws, "S2")
    decide(ws, settled, Choice(decided="same", reason="SUPPLIER-SAYS"))
    entry_id = settled.first.entry_id
    bo = open_one(open_workspace, home, "Bo")
    decisions, left = decide_entry(bo, "uk-sanctions", entry_id, NOT_THE_SAME)
    assert [alert.id for alert in left] == [settled.id]
    about = queue.Filters(entry=("uk-sanctions", entry_id))
    assert {a.state for a in queue.alerts(bo, about) if a.id != settled.id} == {"not the same"}
    assert len(decisions) == len(queue.alerts(bo, about)) - 1
    others = [a for a in queue.alerts(bo) if (a.first.list_id, a.first.entry_id) != about.entry]
    assert {a.state for a in others} == {"open"}
    assert others
    for wrong in (("uk-sanctions", "nobody"), ("uk-sanctions", ""), ("", "")):
        with pytest.raises(UsageError, match="No alert is about the entry"):
            decide_entry(bo, *wrong, NOT_THE_SAME)


def test_both_sides_stand_beside_each_other(ws: Workspace) -> None:
    run(ws, BRIGHT)
    facts = {fact.fact: fact for fact in side_by_side(freeze(ws, "S3"))}
    assert facts["Name"].verdict == "agree"
    born = facts["Date of birth"]
    assert (born.ours, born.verdict) == ("1968-03", "agree")
    assert all(part.count("-") <= 1 for part in born.theirs.split("; ")), "no day of birth"
    # An invented name, which no country has: it may be a firm's.
    assert facts["Kind"].verdict == "not known"
    assert facts["Kind"].ours == "person or organisation"
    assert "Address" not in facts, "of people no home address"
    assert facts["Country"].verdict == "not known"


def test_new_back_and_unchanged(ws: Workspace, open_workspace: Open, home: Path) -> None:
    def change(workspace: Workspace, newest: Run) -> str:
        return read_alert_statuses(workspace, newest)[freeze(workspace).first.key].news

    assert change(ws, run(ws, VOLKHAR)) == "new"
    second = open_one(open_workspace, home, days=1)
    assert change(second, run(second, VOLKHAR)) == "unchanged"
    run(second, replace(VOLKHAR, name=CLEAN.name))
    third = open_one(open_workspace, home, days=2)
    assert change(third, run(third, VOLKHAR)) == "back"


def test_what_a_newer_version_stores_otherwise_keeps_its_decision(ws: Workspace) -> None:
    """A field that is added to the model changes every hash, and nothing that was compared."""
    run(ws, VOLKHAR)
    decide(ws, freeze(ws), NOT_THE_SAME)
    (made,) = ws.decisions.history()[freeze(ws).id]
    with closing(sqlite3.connect(ws.decisions.path)) as db:
        (body,) = db.execute(
            "SELECT body FROM contents WHERE sha256 = ?", (made.party_sha256,)
        ).fetchone()
        db.execute("DROP TRIGGER decisions_kept_UPDATE")
        db.execute(
            "INSERT INTO contents VALUES ('older', ?)",
            (body.replace(b'"connected":false', b'"x":1'),),
        )
        db.execute(
            "UPDATE decisions SET body = CAST(replace(CAST(body AS TEXT), ?, 'older') AS BLOB)",
            (made.party_sha256,),
        )
        db.commit()
    assert freeze(ws).state == "not the same"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            "UPDATE decisions SET body = CAST(body || ' ' AS BLOB)",
            "1 was changed after it was made",
        ),
        ("DELETE FROM decisions", "decision 1 is missing"),
        (
            "INSERT INTO decisions (alert_id, made_by, made_at, body) SELECT alert_id, made_by, "
            "made_at, body FROM decisions",
            "decision 2 was never recorded: inserted by hand",
        ),
    ],
)
def test_a_decision_that_was_tampered_with_is_found(ws: Workspace, change: str, told: str) -> None:
    assert verify(ws) is None
    run(ws, VOLKHAR)
    decide(ws, freeze(ws), NOT_THE_SAME)
    assert verify(ws) is None
    with closing(sqlite3.connect(ws.decisions.path)) as db:
        for trigger in ("decisions_kept_UPDATE", "decisions_kept_DELETE"):
            db.execute(f"DROP TRIGGER {trigger}")
        db.execute(change)
        db.commit()
    problem = verify(ws)
    assert problem is not None
    assert told in problem.what


def test_an_id_is_found_by_how_it_begins(ws: Workspace) -> None:
    run(ws, VOLKHAR, BRIGHT)
    alert = freeze(ws)
    assert find(ws, alert.id[:8].upper()).id == alert.id
    for wrong in ("abc", "zzzz", "", "f" * 64):
        with pytest.raises(UsageError):
            find(ws, wrong)


def test_the_rules_are_set_in_the_file(open_workspace: Open, tmp_path: Path) -> None:
    file = tmp_path / "duediligence.toml"
    file.write_text('decision_months = 6\nsecond_decision = ["high"]\nblind_second = true\n')
    settings = load_settings({}, {}, user_folder=tmp_path, default_home=tmp_path / "home").settings
    rules = queue.rules_of(Workspace(settings))
    assert rules == Rules(decision_months=6, second_decision=("high",), blind_second=True)
    for wrong in ("decision_months = 0", "decision_months = 121", 'second_decision = ["dire"]'):
        file.write_text(wrong)
        with pytest.raises(UsageError):
            load_settings({}, {}, user_folder=tmp_path, default_home=tmp_path)


def test_an_unknown_owner_is_refused_and_one_without_alerts_is_not(
    open_workspace: Open, home: Path
) -> None:
    ws = open_one(open_workspace, home, users={"Ada": "officer", "Bo": "approver"})
    run(ws, VOLKHAR)
    for owner in ("Ada", "Bo", ""):
        queue.list_event_outlines(ws, queue.Filters(owner=owner, severity="low"))
    with pytest.raises(NotFound, match="Unknown owner 'Boo'"):
        queue.list_event_outlines(ws, queue.Filters(owner="Boo"))
    # Whoever left keeps what they answer for.
    ws.casework.assignments.assign([queue.alerts(ws)[0].id], "Cy", NOW)
    assert queue.list_event_outlines(ws, queue.Filters(owner="Cy"))
    assert not queue.list_event_outlines(ws, queue.Filters(owner="Cy", states=("mitigated",)))
