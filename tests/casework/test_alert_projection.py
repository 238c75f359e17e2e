"""The stored alerts: what is kept step by step is what the runs and decisions come to."""

import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from duediligence.casework import queue, retention
from duediligence.casework.alert_status import hidden, read_alert_statuses
from duediligence.casework.deciding import Choice, decide, find
from duediligence.casework.verifying import verify
from duediligence.delivery.digest import send
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.errors import UsageError
from duediligence.model import (
    Finding,
    ListEntry,
    ListStatus,
    ListVersion,
    Name,
    PartialDate,
    Party,
    Person,
    Run,
    Supplier,
)
from duediligence.model.alerts import Alert, alert_id
from duediligence.model.entries import COMPANY, Identifier
from duediligence.screening.alerts import projection
from duediligence.screening.alerts.identity import ITSELF, party_key
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from tests.thorough import examples

from ..in_use import in_use

Open = Callable[..., Workspace]
AWAY = Choice(decided="not the same", reason="OTHER", note="Another firm")
PUT_RIGHT = Choice(decided="mitigated", reason="PUT-RIGHT")
ADA = Party(names=(Name("Ada Ferrow"),), kind="person", role="director")
ANNA = replace(ADA, names=(Name("Ada Marlpit"),))
OFFICER = {ADA: "officer-1", ANNA: "officer-1"}
# Who a finding is about: the name displayed, and the identity kept; None as before it was.
PARTIES = {
    "itself": ("Quill Ltd", ITSELF),
    "trading as": ("Quill and Daughters", ITSELF),
    "ada": (ADA.names[0].text, party_key(ADA, OFFICER)),
    "married": (ANNA.names[0].text, party_key(ANNA, OFFICER)),
    "unknown to the register": (ADA.names[0].text, party_key(ADA, {})),
}
LIST = "invented"


def dump(workspace: Workspace) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(workspace.casework.path)) as db:
        return db.execute("SELECT * FROM alerts ORDER BY id").fetchall()


class Office:
    """A home whose runs are made up, and the clock on its wall."""

    def __init__(self, home: Path) -> None:
        self.home, self.day, self.numbers = home, 0, count(1)
        self.settings: dict[str, object] = {"second_decision": ()}
        self.workspace = self.opened()

    def opened(self, who: str = "Ada") -> Workspace:
        now = NOW + timedelta(days=self.day)
        workspace = Workspace(
            Settings(home=self.home, **self.settings),  # type: ignore[arg-type]
            now=lambda: now,
        )
        workspace.who = who
        return workspace

    def again(self, who: str = "Ada") -> None:
        self.workspace.__exit__()
        self.workspace = self.opened(who)

    def screened(
        self,
        found: list[tuple[str, str, str, str]],
        *,
        known: bool = True,
        listed: bool = True,
        edition: int = 0,
    ) -> Run:
        """A run of suppliers S1 and S2 that found `(ref, party, entry, outcome)`."""
        number, at = next(self.numbers), self.workspace.now()
        suppliers = [
            Supplier(
                ref=ref,
                name="Quill Ltd",
                trading_names=("Quill and Daughters",),
                people=(Person("Ada Ferrow", role="director"), Person("Ada Marlpit")),
            )
            for ref in ("S1", "S2")
        ]
        entries = {
            (LIST, one): ListEntry(
                id=one,
                list_id=LIST,
                kind="person",
                names=(Name("Ada F"),),
                reason=f"Edition {edition}." if one == "E2" else "",
            )
            for one in ("E1", "E2")
        }
        findings = tuple(
            Finding(
                run_id=f"R{number:03}",
                supplier_ref=ref,
                supplier_name="Quill Ltd",
                company_number="",
                check_id="SAN-01" if entry else "SUP-02",
                check_title="Possible asset freeze",
                topic="sanctions",
                outcome=outcome,  # type: ignore[arg-type]
                severity="critical" if entry == "E1" else "medium",
                subject_name=PARTIES[who][0],
                subject_role="supplier" if PARTIES[who][1] == ITSELF else "director",
                list_id=LIST if entry else "",
                entry_id=entry,
                score=0.9 if entry else None,
                why="Invented.",
                first_seen=at,
            )
            for ref, who, entry, outcome in dict.fromkeys(found)
        )
        version = ListVersion(
            list_id=LIST,
            version=str(edition),
            entries=2,
            names=2,
            published=None,
            retrieved_at=at,
            checked_at=at,
            sha256="",
            origin="",
        )
        run = Run(
            id=f"R{number:03}",
            started_at=at,
            finished_at=at,
            as_of=at.date(),
            supplier_file="",
            supplier_file_sha256="",
            suppliers=2,
            parties=4,
            lists=(
                ListStatus(
                    list_id=LIST,
                    title="Invented",
                    state="current" if listed else "never loaded",
                    version=version if listed else None,
                ),
            ),
            threshold=0.8,
            matcher_version="1",
            policy_sha256="",
            findings=findings,
        )
        about = tuple(PARTIES[who][1] if known else None for _, who, *_ in dict.fromkeys(found))
        with self.workspace.casework.transaction():
            self.workspace.suppliers.save(suppliers, file="invented.csv", at=at)
            hashes = self.workspace.runs.save(run, suppliers, entries, about=about)
            by_ref = {one.ref: one for one in suppliers}
            projection.run_stored(self.workspace, run, about, by_ref, entries, hashes)
        return run


findings = st.lists(
    st.tuples(
        st.sampled_from(["S1", "S2"]),
        st.sampled_from(sorted(PARTIES)),
        st.sampled_from(["E1", "E2", ""]),
        st.sampled_from(["review", "review", "adverse", "unknown"]),
    ),
    max_size=5,
)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("screen"), findings, st.booleans(), st.integers(0, 1)),
        st.tuples(st.just("decide"), st.integers(0, 9), st.sampled_from(["Ada", "Bo"])),
        st.tuples(st.just("wait"), st.sampled_from([1, 40, 200, 400])),
        st.tuples(st.just("set"), st.booleans(), st.sampled_from([1, 12])),
        st.tuples(st.just("retain"), st.booleans()),
    ),
    min_size=2,
    max_size=9,
)


@pytest.mark.thorough
@settings(max_examples=examples(60))
@given(earlier=st.lists(findings, max_size=2), steps=steps)
@example(
    [],
    [
        ("screen", [("S1", "ada", "E1", "review")], False, 0),
        (
            "screen",
            [("S1", "married", "E1", "review"), ("S1", "unknown to the register", "E1", "review")],
            False,
            0,
        ),
    ],
)
def test_what_is_kept_step_by_step_is_what_is_derived_at_once(
    earlier: list[list[tuple[str, str, str, str]]], steps: list[tuple[object, ...]]
) -> None:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        office = Office(Path(folder))
        for found in earlier:
            office.screened(found, known=False)
        for step in steps:
            match step:
                case ("screen", list(found), bool(listed), int(edition)):
                    office.screened(found, listed=listed, edition=edition)
                case ("decide", int(number), str(who)):
                    office.again(who)
                    alerts = queue.alerts(office.workspace)
                    if alerts:
                        alert = alerts[number % len(alerts)]
                        made = AWAY if alert.matched else PUT_RIGHT
                        decide(office.workspace, alert, made, after=alert.last_decision)
                case ("wait", int(days)):
                    office.day += days
                    office.again()
                case ("set", bool(two), int(months)):
                    second = ("critical",) if two else ()
                    office.settings = {"second_decision": second, "decision_months": months}
                    office.again()
                case ("retain", bool(dry)):
                    retention.run(in_use(office.workspace), dry_run=dry)
            found_now = queue.alerts(office.workspace)
            kept = dump(office.workspace)
            projection.rebuild_alerts(office.workspace)
            assert dump(office.workspace) == kept
            agrees(office.workspace, found_now)
        assert verify(office.workspace) is None
        office.workspace.__exit__()


def agrees(workspace: Workspace, found: list[Alert]) -> None:
    """The states, counts, order, pages and filters of SQL are those of the alerts themselves."""
    assert queue.count_alerts(workspace) == Counter(alert.state for alert in found)
    for state in {alert.state for alert in found}:
        some = queue.alerts(workspace, queue.Filters(states=(state,)))
        assert some == [alert for alert in found if alert.state == state]
    assert len(found) == len({alert.id for alert in found})
    assert found == sorted(
        found,
        key=lambda alert: (
            ["critical", "medium"].index(alert.severity),
            -(alert.first.score or 0.0),
            alert.first.first_seen,
            alert.first.key,
            alert.id,
        ),
    )
    paged: list[Alert] = []
    after: tuple[object, ...] = ()
    for _ in range(len(found) + 1):
        page = queue.load_alert_page(workspace, after=after, most=2)
        paged += page.alerts
        after = page.after
        if not after:
            break
    assert paged == found
    for alert in found:
        one = queue.load_alert(workspace, alert.id)
        assert one == alert
        assert one is not None
        assert one.compared == alert.compared


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    one = Office(tmp_path)
    yield one
    one.workspace.__exit__()


def test_under_another_of_its_names_a_supplier_has_the_same_alert(office: Office) -> None:
    office.screened([("S1", "itself", "E1", "review")])
    (before,) = queue.alerts(office.workspace)
    decide(office.workspace, before, AWAY)
    office.screened([("S1", "trading as", "E1", "review")])
    (after,) = queue.alerts(office.workspace)
    assert (after.id, after.state) == (before.id, "not the same")
    newest = office.workspace.runs.get(office.workspace.screened.newest_run())
    assert newest is not None
    (standing,) = read_alert_statuses(office.workspace, newest).values()
    assert (standing.alert_id, standing.news) == (before.id, "unchanged")
    assert after.first.subject_name == "Quill and Daughters"


def test_a_name_in_other_letters_and_order_is_the_same_party() -> None:
    def who(name: str, **more: object) -> str:
        return party_key(replace(ADA, names=(Name(name),), **more), {})  # type: ignore[arg-type]

    assert who("FERROW, Ada") == who("Ada Férrow") == who("Ada Ferrow")
    # Both come to be known later: then the same alert is open again.
    assert who("Ada Ferrow", kind="unknown", birth_date=PartialDate(1968, 3)) == who("Ada Ferrow")
    assert who("Ada Marlpit") != who("Ada Ferrow")
    number = (Identifier(COMPANY, "99000001"),)
    first, second = (who(name, identifiers=number) for name in ("Old Ltd", "New Ltd"))
    assert first != second
    assert first.partition(" ")[2] == second.partition(" ")[2] != ""
    assert "Ferrow" not in who("Ada Ferrow")


def test_an_officer_of_another_name_keeps_the_history_and_is_looked_at_again(
    office: Office,
) -> None:
    office.screened([("S1", "ada", "E2", "review")])
    (before,) = queue.alerts(office.workspace)
    decide(office.workspace, before, AWAY)
    office.screened([("S1", "married", "E2", "review")])
    (after,) = queue.alerts(office.workspace)
    assert after.state == "open"
    assert after.status.reopened.party_changed
    assert [decision.alert_id for decision in after.history] == [before.id]
    assert find(office.workspace, before.id).id == after.id


def test_an_id_made_of_a_name_leads_on_where_the_officer_is_named_otherwise(office: Office) -> None:
    office.screened([("S1", "married", "E1", "review")], known=False)
    office.screened([("S1", "married", "E1", "review")])
    office.screened([("S1", "ada", "E1", "review")])
    assert len(queue.alerts(office.workspace)) == 1
    assert projection.find_differing_alerts(office.workspace) == []


def test_an_id_of_long_ago_leads_to_the_alert_of_today(office: Office) -> None:
    office.screened([("S1", "ada", "E2", "review")], known=False)
    (first,) = queue.alerts(office.workspace)
    made = decide(office.workspace, first, AWAY)
    office.screened([("S1", "ada", "E2", "review")])
    office.screened([("S1", "married", "E2", "review")])
    office.screened([("S1", "ada", "E2", "review")])
    (alert,) = queue.alerts(office.workspace)
    assert alert.history == (made,)
    assert find(office.workspace, first.id).id == alert.id != first.id


def test_two_people_whom_one_run_has_apart_stay_apart(office: Office) -> None:
    office.screened([("S1", "ada", "E2", "review"), ("S1", "married", "E2", "review")])
    assert len(queue.alerts(office.workspace)) == 2


def test_ids_made_of_names_stay_valid_and_their_decisions_count(office: Office) -> None:
    """As a home of an earlier version has them: the supplier under two names, one alert each."""
    found = [("S1", "itself", "E1", "review"), ("S1", "trading as", "E1", "review")]
    office.screened([*found, ("S2", "ada", "E2", "review")], known=False)
    old = {alert.first.subject_name: alert for alert in queue.alerts(office.workspace)}
    assert {alert.id for alert in old.values()} == {
        alert_id(alert.first.key) for alert in old.values()
    }
    for alert in old.values():
        decide(office.workspace, alert, AWAY)
    office.screened([found[0], ("S2", "ada", "E2", "review")])
    itself, ada = queue.alerts(office.workspace)
    assert (itself.state, ada.state) == ("not the same", "not the same")
    assert len(itself.history) == 2
    assert len(ada.history) == 1
    for alert, names in ((itself, ["Quill Ltd", "Quill and Daughters"]), (ada, ["Ada Ferrow"])):
        for name in names:
            assert find(office.workspace, old[name].id[:12]).id == alert.id
    newest = office.workspace.runs.get(office.workspace.screened.newest_run())
    assert newest is not None
    assert {one.alert_id for one in read_alert_statuses(office.workspace, newest).values()} == {
        itself.id,
        ada.id,
    }
    assert len(hidden(office.workspace, newest).hidden) == 2
    bo = office.opened("Bo")
    with pytest.raises(UsageError, match="Ada decided"):
        decide(bo, find(bo, old["Quill Ltd"].id), Choice(decided="same", reason="SUPPLIER-SAYS"))
    bo.__exit__()


def test_the_digest_tells_nothing_again_because_ids_changed(office: Office, tmp_path: Path) -> None:
    (folder := tmp_path / "told").mkdir()
    office.settings |= {"digest_folder": folder}
    office.again()
    office.screened([("S1", "itself", "E1", "review")], known=False)
    assert send(office.workspace).message
    office.screened([("S1", "itself", "E1", "review")])
    assert send(office.workspace).message is None


def test_a_run_that_is_not_kept_leaves_no_alert(office: Office) -> None:
    office.screened([("S1", "itself", "E1", "review")])
    before = dump(office.workspace)

    def killed() -> None:
        with office.workspace.casework.transaction():
            office.screened([("S1", "ada", "E2", "review")])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        killed()
    assert dump(office.workspace) == before
    assert len(office.workspace.runs.started()) == 1
    assert len(queue.alerts(office.workspace)) == 1


def test_a_part_that_fails_is_undone_alone(office: Office) -> None:
    casework = office.workspace.casework
    supplier = Supplier(ref="S1", name="Quill Ltd")

    def failing() -> None:
        with casework.transaction():
            casework.suppliers.save([replace(supplier, ref="S2")], file="b.csv", at=NOW)
            raise ValueError("by chance")

    with casework.transaction():
        casework.suppliers.save([supplier], file="a.csv", at=NOW)
        with pytest.raises(ValueError, match="by chance"):
            failing()
    assert [one.ref for one in casework.suppliers.all()] == ["S1"]
    assert [one.event.what["file"] for one in casework.audit.records()] == ["a.csv"]


def test_a_reader_has_one_state_while_another_process_stores(office: Office) -> None:
    office.screened([("S1", "itself", "E1", "review")])
    reader = office.opened("Bo")
    with reader.casework.snapshot():
        assert len(queue.alerts(reader)) == 1
        office.screened([("S1", "ada", "E2", "review")])
        assert len(queue.alerts(reader)) == 1
    assert len(queue.alerts(reader)) == 2
    reader.__exit__()


def test_a_screening_stores_who_each_finding_is_about(open_workspace: Open, home: Path) -> None:
    workspace = open_workspace(home)
    supplier = Supplier(
        ref="S3",
        name="Bright Sands Home Care Ltd",
        people=(Person("Dragomir Petrosyanov", PartialDate(1968, 3), "director"),),
    )
    screen(workspace, Screened([supplier]))
    before = queue.alerts(workspace)
    kept = dump(workspace)
    projection.rebuild_alerts(workspace)
    assert dump(workspace) == kept
    renamed = replace(supplier, people=(replace(supplier.people[0], name="PETROSYANOV Dragomir"),))
    screen(workspace, Screened([renamed]))
    after = [alert for alert in queue.alerts(workspace) if alert.found == "yes"]
    assert {alert.id for alert in after} <= {alert.id for alert in before}
    assert any(alert.first.subject_name == "PETROSYANOV Dragomir" for alert in after)


@pytest.mark.parametrize(
    "change", ["UPDATE alerts SET state = 'not the same'", "DELETE FROM alerts"]
)
def test_an_alert_that_was_changed_by_hand_is_found(office: Office, change: str) -> None:
    office.screened([("S1", "itself", "E1", "review")])
    (alert,) = queue.alerts(office.workspace)
    assert verify(office.workspace) is None
    with closing(sqlite3.connect(office.workspace.casework.path)) as db, db:
        db.execute(change)
    problem = verify(office.workspace)
    assert problem is not None
    assert problem.what == f"alert {alert.id[:8]} does not match its runs and decisions"
    retention.run(office.workspace, dry_run=False)
    assert verify(office.workspace) is None
