"""The hash of a decision in the chain cannot be tried out; its salt is opened when nobody waits."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from itertools import product
from pathlib import Path

import pytest

from duediligence.casework import queue
from duediligence.casework.deciding import REASONS, Choice, decide
from duediligence.casework.undoing import undo
from duediligence.casework.verifying import verify
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.model import Supplier
from duediligence.model.alerts import DECIDED, Alert, Decision
from duediligence.model.audit import AuditEvent
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.store.records import decode, encode

Open = Callable[..., Workspace]
As = Callable[[str], Workspace]
ANOTHER = Choice(decided="not the same", reason="OTHER-NAME")


@pytest.fixture
def as_(open_workspace: Open, home: Path) -> As:
    """Opens the home as somebody; the second decision is blind."""

    def one(who: str) -> Workspace:
        ws = open_workspace(home, second_decision=("critical",), blind_second=True)
        ws.who = who
        return ws

    screen(one("Ada"), Screened((Supplier(ref="S1", name="Volkhar Maritime UK Ltd"),)))
    return one


def freeze(ws: Workspace) -> Alert:
    return next(
        one
        for one in queue.alerts(ws)
        if (one.first.check_id, one.first.list_id) == ("SAN-01", "uk-sanctions")
    )


def events(ws: Workspace) -> list[AuditEvent]:
    return [one.event for one in ws.audit.records(kind="decision")]


def candidates(event: AuditEvent) -> Iterator[Decision]:
    """Every decision without a note that the event may be of, but for its salt."""
    for decided, table in REASONS.items():
        for reason in table:
            yield Decision(
                alert_id=event.subject,
                decided=decided,
                reason=reason,
                by=event.who,
                at=event.at,
                run_id=str(event.what["run"]),
                party_sha256=str(event.what["party_sha256"]),
                entry_sha256=str(event.what["entry_sha256"]),
            )


def test_the_chain_does_not_tell_what_a_waiting_decision_is(as_: As) -> None:
    decide(as_("Ada"), freeze(as_("Ada")), ANOTHER)
    (event,) = events(as_("Bo"))
    assert "opened" not in event.what
    hashes = {sha256(encode(one)).hexdigest() for one in candidates(event)}
    assert event.what["sha256"] not in hashes
    (stored,) = as_("Bo").decisions.of({event.subject})
    # Without its salt it would have been found.
    assert sha256(encode(replace(stored, salt=""))).hexdigest() in hashes
    whole = "".join(record.line() for record in as_("Bo").audit.records())
    assert (len(stored.salt), stored.salt in whole) == (64, False)


def test_it_is_opened_by_the_second_person_and_verifies(as_: As) -> None:
    made = decide(as_("Ada"), freeze(as_("Ada")), ANOTHER)
    # What its author undoes or decides once more says nothing of either.
    undo(as_("Ada"), made.position)
    first = decide(as_("Ada"), freeze(as_("Ada")), ANOTHER)
    decide(as_("Ada"), freeze(as_("Ada")), ANOTHER)
    assert all("opened" not in one.what for one in events(as_("Bo")))
    decide(as_("Bo"), freeze(as_("Bo")), ANOTHER)
    *_, sealed, _, opening = events(as_("Bo"))
    opened = dict(text.split(" ") for text in opening.what["opened"])
    assert opened[str(first.position)] == first.salt
    # Whoever has the chain can now tell which decision was sealed.
    found = [
        one
        for one in candidates(sealed)
        if sha256(encode(replace(one, salt=first.salt))).hexdigest() == sealed.what["sha256"]
    ]
    assert [(one.decided, one.reason) for one in found] == [("not the same", "OTHER-NAME")]
    assert verify(as_("Bo")) is None


def changed(db: sqlite3.Connection, **fields: object) -> bytes:
    """Edit the first decision by hand: these fields, or without those of None. Returns it."""
    ((body,),) = db.execute("SELECT body FROM decisions WHERE position = 1")
    document = {**json.loads(body), **fields}
    kept = {name: value for name, value in document.items() if value is not None}
    put(db, json.dumps(kept, separators=(",", ":")).encode())
    return bytes(body)


def put(db: sqlite3.Connection, body: bytes) -> None:
    with db:
        db.execute("UPDATE decisions SET body = ? WHERE position = 1", (body,))


def test_an_altered_salt_or_decision_is_found(as_: As, home: Path) -> None:
    decide(as_("Ada"), freeze(as_("Ada")), ANOTHER)
    with closing(sqlite3.connect(home / "casework.db")) as db:
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?"
        for (name,) in db.execute(triggers, ("decisions",)).fetchall():
            db.execute(f"DROP TRIGGER {name}")
        for fields in ({"salt": "0" * 64}, {"salt": None}, {"decided": "same"}):
            before = changed(db, **fields)
            problem = verify(as_("Bo"))
            assert problem
            assert "decision 1 was changed after it was made" in problem.what
            put(db, before)


def test_a_wrong_salt_in_a_later_record_is_found(as_: As) -> None:
    made = decide(as_("Ada"), freeze(as_("Ada")), ANOTHER)
    ws, wrong = as_("Bo"), replace(made, salt="f" * 64)
    second = replace(made, by="Bo", at=NOW, position=0)
    alert, compared = freeze(ws), freeze(ws).compared
    ws.decisions.decide(
        [(second, compared)],
        expected={alert.id: made.position},
        opened={alert.id: [wrong]},
    )
    problem = verify(ws)
    assert problem
    assert "decision 1 does not have the salt with which a later record opened it" in problem.what


def test_a_decision_of_before_has_no_salt_and_the_same_bytes() -> None:
    for decided, salt in product(DECIDED, ("", "a" * 64)):
        one = Decision(
            alert_id="a", decided=decided, reason="OTHER", by="Ada", at=NOW, run_id="r",
            party_sha256="p", entry_sha256="e", salt=salt,
        )  # fmt: skip
        assert (b"salt" in encode(one)) == bool(salt)
        assert decode(Decision, encode(one)) == one
