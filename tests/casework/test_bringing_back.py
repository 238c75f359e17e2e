"""A copy is brought back: what was removed stays removed, and the chain goes on."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from duediligence.casework import queue, removing, retention, signing_keys
from duediligence.casework.deciding import Choice, decide
from duediligence.casework.subject_access import held
from duediligence.casework.tokens import end_token, make_token, token_for
from duediligence.casework.verifying import examine, format_chain_lines
from duediligence.delivery.backup import bringing_back
from duediligence.delivery.backup.bringing_back import BroughtBack, bring_back
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.errors import Conflict, DamagedBackup, Forbidden, NotFound, StorageError
from duediligence.model import PartialDate, Person, Supplier
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.store import copies
from duediligence.store.console import ConsoleStore
from duediligence.store.copies import list_copies, make_copy
from tests.homes import copy_home
from tests.in_use import in_use
from tests.rows import for_each

QUILL = Supplier(
    ref="S9",
    name="Quibblethorpe Total Ltd",
    people=(Person("Zebedee Wrothwick", PartialDate(1970, 5), "director"),),
)
VOLKHAR = Supplier(ref="S1", name="Volkhar Maritime UK Ltd")
LATER = Supplier(ref="S5", name="Later Lime Ltd")


class House:
    """A home, opened on a day by a person."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def on(self, day: float, who: str = "Ada", **settings: Any) -> Workspace:
        settings = {"second_decision": (), **settings}
        made = Settings(home=self.home, **settings)
        return Workspace(made, now=lambda: NOW + timedelta(days=day), who=who, backoff=0.01)

    def imported(self, day: float, *suppliers: Supplier) -> None:
        with self.on(day) as ws:
            ws.suppliers.save(suppliers, file="s.csv", at=ws.now())

    def copied(self, day: float) -> str:
        return make_copy(self.home, "daily", NOW + timedelta(days=day)).name

    def back(self, day: float, name: str = "", who: str = "Ada", **settings: Any) -> BroughtBack:
        with self.on(day, who, **settings) as ws:
            return bring_back(ws, name)

    def refs(self) -> list[str]:
        with self.on(9) as ws:
            return [one.ref for one in ws.suppliers.all()]

    def shown(self, day: float = 9) -> list[str]:
        with self.on(day) as ws:
            found = examine(ws)
            return [one.what for one in found.problems]

    def numbers(self, day: float) -> dict[str, int]:
        with self.on(day) as ws:
            return {one.id: one.number for one in queue.alerts(ws)}


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path / "home")


@pytest.fixture
def screened_house(loaded_home: Path, tmp_path: Path) -> House:
    return House(copy_home(loaded_home, tmp_path / "home"))


def test_suppliers_are_as_in_the_copy_and_the_chain_goes_on(house: House) -> None:
    house.imported(0, QUILL)
    name = house.copied(0.1)
    house.imported(1, VOLKHAR, LATER)
    with house.on(1) as ws:
        head = ws.audit.head()
    with house.on(1) as other:
        assert len(other.suppliers.all()) == 3
        done = house.back(2, name)
        assert [one.ref for one in other.suppliers.all()] == ["S9"], "no file was swapped"
        assert other.casework.damage() == ""
    assert (done.events, done.removed, done.asked) == (1, 0, False)
    assert house.refs() == ["S9"]
    assert house.shown() == []
    with house.on(3) as ws:
        (event,) = (one.event for one in ws.audit.records(kind="brought back"))
        assert event.what["copy"] == name
        assert event.what["last"] == head
        found = examine(ws, head=head)
        assert found.sound, "a head that was noted since is among what was set aside"
        (line,) = (one for one in map(str, found.brought_back))
        assert "was brought back on 22 November 2026" in line
        assert "1 events set aside in" in line
        assert line in [str(one.text) for one in format_chain_lines(found)]
    aside = house.home / "copies" / str(event.what["file"])
    (kept,) = map(json.loads, aside.read_text().splitlines())
    assert kept["kind"] == "suppliers imported"
    # And forward again: the state before was copied.
    assert list_copies(house.home)[0].why == "replaced"
    assert house.back(4, list_copies(house.home)[0].name).events == 1
    assert house.refs() == ["S1", "S5", "S9"]
    assert house.shown() == []
    aside.write_text("")
    assert house.back(5, name)
    assert house.shown() == [f"copies, {aside.name}: is not what was set aside"]


def test_the_newest_copy_is_brought_back_unless_one_is_named(house: House) -> None:
    with pytest.raises(NotFound):
        house.back(0)
    house.imported(0, QUILL)
    house.copied(0.1)
    house.imported(1, LATER)
    house.copied(1.1)
    house.imported(2, VOLKHAR)
    with pytest.raises(NotFound):
        house.back(3, "20260101T000000Z-daily")
    house.back(3)
    assert house.refs() == ["S5", "S9"]


def test_what_was_erased_stays_erased(screened_house: House) -> None:
    house = screened_house
    house.imported(0, QUILL, VOLKHAR)
    with house.on(0) as ws:
        screen(ws, Screened([QUILL, VOLKHAR]))
        assert held(ws, "Wrothwick")
    name = house.copied(0.1)
    with house.on(1) as ws:
        removing.remove(in_use(ws), ["S9"], dry_run=False)
    for day in (2, 3):
        assert house.back(day, name).removed == 1
        with house.on(day) as ws:
            assert held(ws, "Wrothwick") == []
            assert held(ws, "Quibblethorpe") == []
            assert [one.ref for one in ws.suppliers.all()] == ["S1"]
            assert examine(ws).problems == ()
        stored = b"".join(path.read_bytes() for path in house.home.glob("casework.db*"))
        assert b"Wrothwick" not in stored
    # Imported again later, it is a supplier like any other, also after another bringing back.
    house.imported(4, QUILL)
    again = house.copied(4.1)
    house.imported(5, LATER)
    assert house.back(6, again).removed == 0
    assert house.refs() == ["S1", "S9"]


def test_what_was_past_its_time_goes_again(screened_house: House) -> None:
    house = screened_house
    house.imported(0, VOLKHAR)
    with house.on(0) as ws:
        screen(ws, Screened([VOLKHAR]))
    with house.on(1) as ws:
        screen(ws, Screened([VOLKHAR]))
    name = house.copied(1.1)
    with house.on(500) as ws:
        screen(ws, Screened([VOLKHAR]))
        before = ws.runs.count()
        retention.run(in_use(ws), dry_run=False)
        after = ws.runs.count()
    assert after < before
    make_copy(house.home, "daily", NOW)  # kept for a week, whatever is in it
    with house.on(501) as ws:
        bring_back(ws, next(one.name for one in list_copies(house.home) if one.why == "daily"))
        assert ws.runs.count() == after
        assert examine(ws).problems == ()
    assert name


def test_rights_stay_the_narrower(house: House) -> None:
    """Tokens are in console.db and roles in the settings: a copy has neither."""
    roles = {"Ada": "administrator", "Bo": "officer"}
    house.imported(0, QUILL)
    with house.on(0) as ws:
        token_id, secret = make_token(ws, "a program", ["read"])
    name = house.copied(0.1)
    with house.on(1, users=roles) as ws:
        end_token(ws, token_id)
    house.back(2, name, users={"Ada": "administrator"})
    with house.on(3) as ws:
        with ConsoleStore(house.home / "console.db") as store:
            assert token_for(store, secret, ws.now()) is None
        assert examine(ws).problems == ()
    with pytest.raises(Forbidden):
        house.back(4, name, "Bo", users=roles)


def test_a_key_that_signed_since_stays_known(house: House) -> None:
    house.imported(0, QUILL)
    name = house.copied(0.1)
    with house.on(1) as ws:
        signing_keys.signing_key(ws)
        signing_keys.rotate(ws)
        before = [one.id for one in signing_keys.known_keys(ws)]
    house.back(2, name)
    with house.on(3) as ws:
        assert [one.id for one in signing_keys.known_keys(ws)] == before


def test_no_number_of_an_alert_is_given_out_twice(screened_house: House) -> None:
    house = screened_house
    house.imported(0, VOLKHAR)
    name = house.copied(0.1)
    given: list[set[int]] = []
    for day in (1, 2, 3):
        with house.on(day) as ws:
            screen(ws, Screened([VOLKHAR]))
        given.append(set(house.numbers(day).values()))
        if day == 2:
            # Also where the file is damaged, so that its numbers cannot be read.
            (house.home / "casework.db").write_bytes(b"no database at all" * 500)
        house.back(day, name)
        assert house.numbers(day) == {}
    assert all(given)
    assert not given[0] & given[1]
    assert not given[0] & given[2]
    assert not given[1] & given[2]


def test_a_decision_since_is_set_aside_and_lists_need_no_refresh(screened_house: House) -> None:
    house = screened_house
    house.imported(0, VOLKHAR)
    with house.on(0) as ws:
        screen(ws, Screened([VOLKHAR]))
    name = house.copied(0.1)
    with house.on(1) as ws:
        alert = next(one for one in queue.alerts(ws) if one.matched)
        decide(ws, alert, Choice(decided="not the same", reason="OTHER", note="another"))
    house.back(2, name)
    with house.on(3) as ws:
        assert {one.status.state for one in queue.alerts(ws)} == {"open"}
        alert = next(one for one in queue.alerts(ws) if one.matched)
        decide(ws, alert, Choice(decided="not the same", reason="OTHER", note="once more"))
        found = examine(ws)
        assert found.problems == ()
        assert found.verified["versions of lists"]


def damage_header(home: Path) -> None:
    (home / "casework.db").write_bytes(b"no database at all" * 500)


def damage_schema(home: Path) -> None:
    path = home / "casework.db"
    body = bytearray(path.read_bytes())
    body[100:400] = bytes([255] * 300)
    path.write_bytes(body)


def damage_page(home: Path) -> None:
    path = home / "casework.db"
    with closing(sqlite3.connect(path)) as db:
        (page,) = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'audit'").fetchone()
    body = bytearray(path.read_bytes())
    body[(page - 1) * 4096 : page * 4096] = bytes([255] * 4096)
    path.write_bytes(body)


def cut(home: Path) -> None:
    path = home / "casework.db"
    os.truncate(path, path.stat().st_size // 2)


def remove(home: Path) -> None:
    (home / "casework.db").unlink()


@for_each("damage", [damage_header, damage_schema, damage_page, cut, remove])
def test_a_damaged_database_is_brought_back(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    house = House(tmp_path / "home")
    house.imported(0, *(Supplier(ref=f"S{n}", name=f"Invented {n} Ltd") for n in range(300)))
    name = house.copied(0.1)
    damage(house.home)
    done = house.back(1, name)
    assert len(house.refs()) == 300
    assert house.shown() == []
    there = [path.name for path in (house.home / "copies").iterdir()]
    kept = [one for one in there if "-damaged." in one or "-replaced." in one]
    assert kept or damage is remove, "the damaged file is kept"
    if damage is damage_header:
        assert done.events is None
        assert "its later events could not be read" in done.said
        with house.on(2) as ws:
            assert "could not be read" in examine(ws).brought_back[0]


def test_the_hint_of_a_damaged_database_is_to_bring_a_copy_back(house: House) -> None:
    house.imported(0, QUILL)
    damage_header(house.home)
    with pytest.raises(StorageError) as error, house.on(1) as ws:
        ws.suppliers.all()
    assert "bring copy back" in str(error.value.hint)


def test_a_file_that_another_program_has_open_is_not_moved_away(house: House) -> None:
    house.imported(0, QUILL)
    name = house.copied(0.1)
    with house.on(1) as other:
        other.suppliers.all()
        code = "import sys; open(sys.argv[1], 'r+b').write(b'no database at all' * 9)"
        path = str(house.home / "casework.db")
        # Beside it, as whoever damages it is no part of this process.
        subprocess.run([sys.executable, "-W", "ignore", "-c", code, path], check=True)
        with pytest.raises(Conflict, match="open elsewhere"):
            house.back(2, name)
    assert house.back(3, name).events is None
    assert house.refs() == ["S9"]


def test_what_changes_meanwhile_is_never_lost(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.imported(0, QUILL)
    name = house.copied(0.1)
    house.imported(1, VOLKHAR)
    before = bringing_back.swap_database

    def late(*given: Any) -> None:
        house.imported(2, LATER)
        before(*given)

    monkeypatch.setattr(bringing_back, "swap_database", late)
    with pytest.raises(Conflict, match="changed something meanwhile"):
        house.back(3, name)
    assert house.refs() == ["S1", "S5", "S9"]
    assert house.shown() == []


def test_a_copy_that_is_not_sound_is_not_brought_back(house: House) -> None:
    house.imported(0, QUILL)
    with closing(sqlite3.connect(house.home / "casework.db")) as db:
        for (name,) in db.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'trigger'"
        ).fetchall():
            db.execute(f"DROP TRIGGER {name}")
        db.execute("UPDATE audit SET who = 'Eve' WHERE position = 1")
        db.commit()
    bad = house.copied(0.1)
    cut_off = house.copied(0.2)
    path = next(one.path for one in list_copies(house.home) if one.name == cut_off)
    os.truncate(path, path.stat().st_size // 2)
    for name in (bad, cut_off):
        with pytest.raises(DamagedBackup):
            house.back(1, name)
    assert house.refs() == ["S9"]
    assert not (house.home / ".backup-in-progress").exists()


def test_two_people_on_a_server(house: House) -> None:
    server = {
        "console_sign_in": "proxy",
        "users": {"ada": "administrator", "bo": "administrator", "kit": "officer"},
        "identities": {"ada@example": "ada"},
    }
    house.imported(0, QUILL)
    name, other = house.copied(0.1), house.copied(0.2)
    house.imported(1, LATER)
    damage_header(house.home)
    with pytest.raises(Forbidden):
        house.back(2, name, "kit", **server)
    assert house.back(2, name, "ada", **server).asked
    assert house.back(2, name, "ada@example", **server).asked, "one person with two logins"
    assert house.back(2.1, other, "bo", **server).asked, "another copy"
    assert house.back(2.2, name, "ada", **server).asked
    assert house.back(4, name, "bo", **server).asked, "two days later"
    assert not house.back(4.1, name, "ada", **server).asked
    assert house.refs() == ["S9"]
    assert house.back(5, name, "bo", **server).asked, "asked for anew each time"


def die(*_: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def while_it_is_written(pages: int) -> Callable[[], None]:
    """Be killed when so many pages of the database are written, of about 150."""

    def set_up() -> None:
        def swap(home: Path, by: Path, *_: Any) -> None:
            def step(_status: int, left: int, every: int) -> None:
                if every - left >= pages:
                    die()

            with closing(sqlite3.connect(by)) as source:
                source.backup(sqlite3.connect(home / "casework.db"), pages=1, progress=step)

        bringing_back.swap_database = swap

    return set_up


def before(module: Any, name: str) -> Callable[[], None]:
    return lambda: setattr(module, name, die)


def after_the_swap() -> None:
    whole = bringing_back.swap_database

    def then_die(*given: Any) -> None:
        whole(*given)
        die()

    bringing_back.swap_database = then_die


MOMENTS: dict[str, Callable[[], None]] = {
    "before the events are kept": before(bringing_back, "write_text"),
    "before the swap": before(bringing_back, "swap_database"),
    "before the copy": before(copies, "make_copy"),
    "at its first page": while_it_is_written(1),
    "at its middle": while_it_is_written(70),
    "when the head is forgotten": before(bringing_back, "unlink"),
    "after it": after_the_swap,
    "damaged: before it is moved": before(copies, "link"),
    "damaged: before the other is in its place": before(copies, "take_place"),
    "damaged: after it": after_the_swap,
}


def bring_back_and_die(home: str, moment: str) -> None:
    """What the child does."""
    MOMENTS[moment]()
    House(Path(home)).back(2)


@pytest.mark.soak
@for_each("moment", MOMENTS)
def test_a_kill_leaves_the_old_state_or_the_new(tmp_path: Path, moment: str) -> None:
    house = House(tmp_path / "home")
    house.imported(0, QUILL)
    house.copied(0.1)
    house.imported(1, LATER)
    if damaged := moment.startswith("damaged"):
        damage_header(house.home)
    code = (
        "import sys; from tests.casework.test_bringing_back import bring_back_and_die;"
        "bring_back_and_die(*sys.argv[1:])"
    )
    killed = subprocess.run(
        [sys.executable, "-c", code, house.home, moment],
        cwd=Path(__file__).parents[2],
        check=False,
        timeout=60,
    )
    assert killed.returncode == -signal.SIGKILL
    if damaged:
        with pytest.raises(StorageError):
            house.refs()
    else:
        assert house.refs() == (["S9"] if "after it" in moment else ["S5", "S9"])
        assert house.shown() == []
    with house.on(3) as ws:
        name = next(one.name for one in list_copies(house.home) if one.why == "daily")
        bring_back(ws, name)
    assert house.refs() == ["S9"]
    assert house.shown() == []
