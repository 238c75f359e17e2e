"""Decisions: kept for ever, with their audit record; of two at once one is told of the other."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from duediligence.errors import UsageError
from duediligence.model import ListEntry, Name, PartialDate, Party, PartyRole
from duediligence.model.alerts import Compared, Considered, Decision
from duediligence.store.casework.decisions import DecidedMeanwhile, DecisionStore
from duediligence.store.casework.unit_of_work import Casework
from duediligence.store.records import encode, identity

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
PARTY = Party(
    names=(Name("Ada Ferrow"),),
    kind="person",
    role=PartyRole("director"),
    birth_date=PartialDate(1968, 3),
)
ENTRY = ListEntry(id="E1", list_id="un", kind="person", names=(Name("Ada Ferrow"),))
COMPARED = Compared(parties=(PARTY,))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DecisionStore]:
    with Casework(tmp_path / "casework.db") as casework:
        opened = casework.decisions
        yield opened


def decision(alert: str = "a1", by: str = "Bo Quill") -> Decision:
    return Decision(
        alert_id=alert,
        decided="not the same",
        reason="DOB-DIFFERS",
        note="Passport seen – born 1971",
        by=by,
        at=NOW,
        run_id="R1",
        party_sha256=identity(COMPARED),
        entry_sha256="",
        considered=Considered(
            ground="PA23-7-11@2025-02-24",
            factors=("a", "d"),
            representations_invited=date(2026, 11, 1),
            contract="FTS-1",
        ),
    )


def test_a_decision_comes_back_as_it_was_made(store: DecisionStore) -> None:
    (first,) = store.decide([(decision(), COMPARED)], expected={"a1": 0})
    (second,) = store.decide([(decision(by="Cy"), COMPARED)], expected={"a1": first.position})
    (other,) = store.decide([(decision("a2"), COMPARED)], expected={"a2": 0})
    assert first == replace(decision(), position=1, salt=first.salt)
    assert len({one.salt for one in (first, second, other)}) == 3
    assert store.history() == {"a1": (first, second), "a2": (other,)}


def test_what_was_compared_is_kept_with_it(store: DecisionStore) -> None:
    (made,) = store.decide([(decision(), COMPARED)], expected={"a1": 0})
    assert store.compared(made) == COMPARED
    assert store.compared(replace(made, party_sha256="gone")) is None
    assert store.compared(replace(made, entry_sha256="gone")) is None
    assert encode(replace(COMPARED, entry=ENTRY)) == encode(COMPARED)


def test_each_decision_stands_in_the_audit_chain_without_its_words(store: DecisionStore) -> None:
    store.decide([(decision(), COMPARED), (decision("a2"), COMPARED)], expected={"a1": 0, "a2": 0})
    with Casework(store.path) as casework:
        audit = casework.audit
        records = list(audit.records())
        assert audit.verify() is None
    assert [(r.event.kind, r.event.subject, r.event.who) for r in records] == [
        ("decision", "a1", "Bo Quill"),
        ("decision", "a2", "Bo Quill"),
    ]
    told = str(records[0].event.what)
    assert "Passport" not in told
    assert "not the same" not in told
    assert records[0].event.what["decision"] == 1


def test_who_had_not_seen_the_newest_is_told_of_it_and_changes_nothing(
    store: DecisionStore,
) -> None:
    store.decide([(decision(), COMPARED)], expected={"a1": 0})
    late = [(decision("a2", by="Cy"), COMPARED), (decision(by="Cy"), COMPARED)]
    with pytest.raises(UsageError) as caught:
        store.decide(late, expected={"a2": 0, "a1": 0})
    assert isinstance(caught.value, DecidedMeanwhile)
    assert caught.value.message.startswith(
        "Bo Quill decided 'not the same' (DOB-DIFFERS) on 20 November 2026 at 09:00 UTC"
    )
    assert list(store.history()) == ["a1"], "all or none"
    with Casework(store.path) as casework:
        audit = casework.audit
        assert len(list(audit.records())) == 1


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE decisions SET body = x'00'",
        "DELETE FROM decisions",
        "INSERT OR REPLACE INTO decisions VALUES (1, 'a1', 'x', 'x', x'00')",
    ],
)
def test_a_decision_is_never_changed(store: DecisionStore, change: str) -> None:
    made = store.decide([(decision(), COMPARED)], expected={"a1": 0})
    with (
        closing(sqlite3.connect(store.path)) as other,
        pytest.raises(sqlite3.IntegrityError, match="never changed"),
    ):
        other.execute(change)
    assert store.history() == {"a1": tuple(made)}


RACE = """
import sys
from dataclasses import replace
from pathlib import Path
sys.path.insert(0, str(Path({here!r})))
from test_decisions_store import COMPARED, decision
from duediligence.store.casework.decisions import DecidedMeanwhile
from duediligence.store.casework.unit_of_work import Casework
store = Casework(Path({path!r})).decisions
print("ready", flush=True)
sys.stdin.readline()
won = 0
for number in range(40):
    alert = f"race{{number}}"
    try:
        store.decide([(decision(alert, by={by!r}), COMPARED)], expected={{alert: 0}})
        won += 1
    except DecidedMeanwhile as error:
        assert error.decision.by != {by!r}
print(won)
"""


def test_of_two_processes_at_once_one_wins_each_alert(store: DecisionStore) -> None:
    officers = [
        subprocess.Popen(
            [
                sys.executable,
                "-c",
                RACE.format(here=str(Path(__file__).parent), path=str(store.path), by=by),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for by in ("Ada", "Bo")
    ]
    for officer in officers:
        assert officer.stdout
        assert officer.stdout.readline() == "ready\n"
    for officer in officers:
        assert officer.stdin
        officer.stdin.write("go\n")
        officer.stdin.flush()
    won = [int(officer.communicate(timeout=60)[0]) for officer in officers]
    assert [officer.returncode for officer in officers] == [0, 0]
    assert sum(won) == 40, "nobody's decision is lost, and none is taken twice"
    history = store.history()
    assert len(history) == 40
    assert all(len(made) == 1 for made in history.values())
    with Casework(store.path) as casework:
        audit = casework.audit
        assert audit.verify() is None
        assert len(list(audit.records())) == 40
