"""A supplier that is removed is gone for good, and the audit chain says under which rule."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from duediligence.casework import examination, queue, removing, retention
from duediligence.casework.comments import add_comment
from duediligence.casework.deciding import Choice, decide
from duediligence.casework.subject_access import held
from duediligence.casework.verifying import examine, export_chain
from duediligence.delivery import digest
from duediligence.delivery.pack import making, verifying
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.demo.server import serve_demo_api
from duediligence.errors import Conflict, Invalid, NotFound
from duediligence.model import ContactKey, Declaration, PartialDate, Person, Supplier
from duediligence.model.supplier_information import SupplierInformation
from duediligence.model.suppliers import PartOf
from duediligence.screening.alerts import projection
from duediligence.screening.resolution import resolving
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.store.casework.erasure import DERIVED, owned_tables
from duediligence.store.casework.retention import NO_TEXT
from duediligence.store.casework.schema import migrations
from duediligence.store.copies import delete_old_copies, list_copies, make_copy, open_copy

from ..homes import read_as_another_program
from ..in_use import in_use
from .supplier_office import Office

TOTAL = Supplier(
    ref="S9",
    name="Quibblethorpe Total Ltd",
    trading_names=("Quibblethorpe Sums",),
    people=(
        Person("Dragomir Petrosyanov", PartialDate(1968, 3), "director"),
        Person("Zebedee Wrothwick", PartialDate(1970, 5), "director"),
    ),
    contact_keys=(ContactKey("phone", "00c0ffee11"),),
)
KEPT = Supplier(ref="S1", name="Volkhar Maritime UK Ltd")
CHILD = Supplier(ref="S2", name="Jolly Otter Crafts", part_of=(PartOf("S9", "sub-contractor"),))
NEVER = removing.NEVER
AWAY = Choice(decided="not the same", reason="OTHER", note="Rang Quibblethorpe")


class House:
    """One home, looked at on several days."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.opened: list[Workspace] = []
        self.more: dict[str, object] = {}

    def on(self, day: float, **settings: object) -> Workspace:
        settings = {"second_decision": (), **self.more, **settings}
        workspace = Workspace(
            Settings(home=self.home, **settings),  # type: ignore[arg-type]
            now=lambda: NOW + timedelta(days=day),
            backoff=0.01,
            who="Ada",
        )
        self.opened.append(workspace)
        return workspace

    def imported(self, day: float, *suppliers: Supplier) -> Workspace:
        workspace = self.on(day)
        workspace.suppliers.save(suppliers, file="s.csv", at=workspace.now())
        return workspace

    def screened(self, day: float, *suppliers: Supplier) -> Workspace:
        workspace = self.imported(day, *suppliers)
        screen(workspace, Screened(suppliers))
        return workspace

    def decided(self, day: float, ref: str) -> None:
        workspace = self.on(day)
        (alert, *_) = [
            one for one in queue.alerts(workspace, queue.Filters(supplier=ref)) if one.matched
        ]
        decide(workspace, alert, AWAY)

    def removed(self, day: float, *refs: str, rule: str = "") -> removing.Removal:
        workspace = in_use(self.on(day))
        would = removing.remove(workspace, refs, rule=rule, dry_run=True)
        return removing.remove(workspace, refs, rule=rule, dry_run=False, expected=would)

    def shown(self, day: float = 1) -> list[str]:
        return [one.what for one in examine(self.on(day)).problems]

    def bytes(self) -> bytes:
        """Of every file in the home but the lists that were published."""
        paths = [
            path
            for path in sorted(self.home.rglob("*"))
            if path.is_file() and "snapshots" not in path.parts and ".merged" not in path.parts
            and path.parent.parent.parent.name != "indexes" and not path.name.startswith("lists.db")
        ]  # fmt: skip
        return b"".join(read_as_another_program(*paths).values())

    def attack(self, *statements: tuple[str, tuple[object, ...]]) -> None:
        """Change rows as somebody does who can write to the file, guards out of the way."""
        with closing(sqlite3.connect(self.home / "casework.db")) as db:
            made = db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
            guards = made.fetchall()
            for name, _ in guards:
                db.execute(f"DROP TRIGGER {name}")
            for statement, values in statements:
                db.execute(statement, values)
            for _, sql in guards:
                db.execute(sql)
            db.commit()

    def close(self) -> None:
        while self.opened:
            self.opened.pop().__exit__()


@pytest.fixture
def house(home: Path) -> Iterator[House]:
    made = House(home)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examination, "MOMENT_SECONDS", 0)


def counts(home: Path) -> dict[str, int]:
    with closing(sqlite3.connect(home / "casework.db")) as db:
        tables = db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        return {t: db.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for (t,) in tables}


def test_nothing_of_a_supplier_is_left_anywhere_in_the_home(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the registers asked, look-ups remembered, a digest sent, and a name that was another."""
    monkeypatch.setattr("duediligence.screening.lookup.incremental._MANY", 1)
    (house.home / "told").mkdir()
    house.imported(0, Supplier(ref="S9", name="Quibblethorpe Before Ltd"))
    before = make_copy(house.home, "import", NOW)
    with serve_demo_api() as url:
        house.more = {
            "companies_house_url": url,
            "companies_house_key": "demonstration",
            "key_hosts": ("127.0.0.1",),
            "digest_folder": house.home / "told",
        }
        house.screened(0, TOTAL, KEPT)
        house.screened(1, TOTAL, KEPT)
        digest.send(house.on(1))
        resolving.settle(house.on(1), "S9", "none", by="Ada", note="Quibblethorpe is no company")
        house.decided(1, "S9")
    # The file that a channel wrote has left the home.
    shutil.rmtree(house.home / "told")
    assert house.bytes().lower().count(b"quibblethorpe") > 20
    assert b"00c0ffee11" in house.bytes()
    done = house.removed(2, "S9", rule=removing.UPHELD)
    assert done.decisions > 0
    assert done.alerts
    assert done.screenings == 2
    assert done.answers
    assert done.copies == 1
    assert done.digests == 1
    # Packed, so that no byte shows: it is there for a week, and then no more.
    assert [one.why for one in list_copies(house.home)] == ["removal", "import"]
    delete_old_copies(house.home, NOW + timedelta(days=7.5))
    assert before.path.exists()
    delete_old_copies(house.home, NOW + timedelta(days=9))
    (after,) = list_copies(house.home)
    open_copy(after, "casework.db", house.home / "after.unpacked")
    house.close()
    assert b"quibblethorpe" not in house.bytes().lower()
    assert b"wrothwick" not in house.bytes().lower()
    assert b"00c0ffee11" not in house.bytes()
    # He is on a list; that he was looked up is not known any more.
    stored = b"".join(path.read_bytes() for path in house.home.glob("casework.db*"))
    assert b"petrosyanov" not in stored.lower()
    assert house.shown(3) == []
    assert examine(house.on(3)).removed[removing.UPHELD] > 10
    texts = house.on(3).outbox.deliveries(sent=9)
    assert {one.message.text for one in texts} == {NO_TEXT}


def test_what_others_have_stays_and_alerts_are_as_derived_again(house: House) -> None:
    house.screened(0, TOTAL, KEPT)
    before = {one.id for one in queue.alerts(house.on(0), queue.Filters(supplier="S1"))}
    assert before
    house.removed(1, "S9")
    workspace = house.on(1)
    assert {one.id for one in queue.alerts(workspace)} == before
    assert projection.find_differing_alerts(workspace) == []
    assert [one.ref for one in workspace.suppliers.all()] == ["S1"]
    assert house.shown() == []
    # Imported again it is new, and nobody decided anything about it.
    house.screened(2, TOTAL, KEPT)
    assert {one.first.supplier_ref for one in queue.alerts(house.on(2))} == {"S1", "S9"}
    assert house.shown(2) == []


def test_a_dry_run_changes_nothing_and_counts_right(house: House) -> None:
    workspace = house.screened(0, TOTAL, KEPT)
    head, rows = workspace.audit.head(), counts(house.home)
    would = removing.remove(house.on(0), ["S9"], dry_run=True)
    assert (workspace.audit.head(), counts(house.home)) == (head, rows)
    done = removing.remove(house.on(0), ["S9"], dry_run=False, expected=would)
    left = counts(house.home)
    for table, count in done.rows.items():
        assert rows[table] - left[table] == count, table
    assert rows["contents"] - left["contents"] == done.contents
    assert rows["alerts"] - left["alerts"] == done.alerts


def test_each_row_put_back_is_seen_and_so_is_another_that_goes_missing(house: House) -> None:
    house.screened(0, TOTAL, KEPT)
    resolving.settle(house.on(0), "S9", "none", by="Ada")
    house.decided(0, "S9")
    house.close()
    old = Path(shutil.copytree(house.home, house.home.with_name("old")))
    house.removed(1, "S9", rule=removing.UPHELD)
    house.close()
    with closing(sqlite3.connect(house.home / "casework.db")) as db:
        tables = {one.name for one in owned_tables(Database(db))} | {"contents"}
    assert tables >= {"suppliers", "links", "decisions", "findings", "run_suppliers"}
    sound = Path(shutil.copytree(house.home, house.home.with_name("sound")))
    tried = 0
    for table in tables:
        with closing(sqlite3.connect(old / "casework.db")) as db:
            then = set(db.execute(f"SELECT * FROM {table}").fetchall())
        with closing(sqlite3.connect(sound / "casework.db")) as db:
            now = set(db.execute(f"SELECT * FROM {table}").fetchall())
        for statement, rows in (
            (f"INSERT INTO {table} VALUES", then - now),
            (f"DELETE FROM {table} WHERE", now),
        ):
            for row in list(rows)[:1]:
                marks = ", ".join("?" for _ in row)
                names = [one[1] for one in sqlite3.connect(sound / "casework.db").execute(
                    f"PRAGMA table_info({table})")]  # fmt: skip
                how = f"({marks})" if "INSERT" in statement else " AND ".join(
                    f"{name} IS ?" for name in names)  # fmt: skip
                house.attack((f"{statement} {how}", row))
                assert house.shown(), (table, statement)
                if table in ("suppliers", "links", "decisions") and "INSERT" in statement:
                    said = f"was removed under the rule {removing.UPHELD}, and was put back by hand"
                    assert any(said in one for one in house.shown()), table
                house.close()
                tried += 1
                for end in ("", "-wal", "-shm"):
                    (house.home / f"casework.db{end}").unlink(missing_ok=True)
                shutil.copyfile(sound / "casework.db", house.home / "casework.db")
    assert tried > 10


def test_what_goes_missing_without_a_removal_is_still_called_missing(house: House) -> None:
    house.screened(0, TOTAL, KEPT)
    house.close()
    house.attack(("DELETE FROM suppliers WHERE ref = 'S9'", ()))
    (said,) = house.shown()
    assert "is missing: deleted by hand" in said
    assert examine(house.on(1)).removed == {}


def test_a_row_with_a_decision_was_a_supplier_and_is_kept_as_long_as_the_decision(
    house: House,
) -> None:
    house.screened(0, TOTAL, KEPT)
    house.decided(10, "S9")
    for rule in ("", NEVER, removing.OVER):
        with pytest.raises(Conflict, match="decisions must be kept until then") as refused:
            removing.remove(house.on(900), ["S9"], rule=rule, dry_run=False)
        assert f"{NOW + timedelta(days=10 + 1095):%Y}" in refused.value.message
        assert "ended" in str(refused.value.hint)
    assert house.removed(10 + 1095, "S9").rule.id == removing.OVER
    assert house.on(1106).decisions.history() == {}
    assert house.shown(1106) == []


def test_decisions_that_a_council_keeps_longer_are_kept_longer(house: House) -> None:
    house.screened(0, TOTAL, KEPT)
    house.decided(0, "S9")
    house.more = {"retention": {"decisions": 2000}}
    with pytest.raises(Conflict):
        removing.remove(house.on(1999), ["S9"], dry_run=True)
    assert removing.remove(house.on(2000), ["S9"], dry_run=True).decisions


def test_what_was_declared_makes_a_supplier(house: House) -> None:
    workspace = house.imported(0, TOTAL)
    declared = Declaration(
        supplier_ref="S9",
        question="tax_offences",
        title="Tax offences",
        grounds=(),
        answer="no",
        declared_on=NOW.date(),
    )
    workspace.declarations.save([declared], file="d.csv", file_sha256="0", at=NOW)
    form = SupplierInformation(origin="file", name="Stated Ltd")
    workspace.supplier_information.save("S9", form, at=NOW, file="f", file_sha256="0")
    with pytest.raises(Conflict, match="declared answers must be kept"):
        removing.remove(house.on(1), ["S9"], rule=NEVER, dry_run=True)
    removed = house.removed(1, "S9", rule=removing.UPHELD).rows
    assert (removed["declarations"], removed["supplier_information"]) == (1, 1)
    assert house.shown() == []


def test_what_is_needed_elsewhere_is_refused(house: House) -> None:
    house.screened(0, TOTAL, CHILD)
    with pytest.raises(Conflict, match="S2 works under S9"):
        removing.remove(house.on(0), ["S9"], dry_run=True)
    digest.send(house.on(0, digest_folder=house.home / "nowhere"))
    with pytest.raises(Conflict, match="still to be sent"):
        removing.remove(house.on(0), ["S9", "S2"], dry_run=True)


TABLES = """
CREATE TABLE IF NOT EXISTS supplier_changes (
    position INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, refs TEXT NOT NULL,
    undoes INTEGER NOT NULL, made_by TEXT NOT NULL, made_at TEXT NOT NULL,
    body BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS supplier_ties (
    ref TEXT NOT NULL, kind TEXT NOT NULL, other_ref TEXT NOT NULL, run_id TEXT NOT NULL,
    decision INTEGER NOT NULL, PRIMARY KEY (ref, kind)) STRICT, WITHOUT ROWID;
INSERT INTO supplier_changes VALUES (1, 'merged', '["S9","S8"]', 0, 'Ada', '', x'51756962626c65');
INSERT INTO supplier_changes VALUES (2, 'edited', '["S1"]', 0, 'Ada', '', x'4B657074');
INSERT INTO supplier_ties VALUES ('S8', 'merged', 'S9', '', 0);
"""


def test_a_supplier_goes_with_what_was_changed_and_with_those_merged_into_it(house: House) -> None:
    house.screened(0, TOTAL, KEPT, Supplier(ref="S8", name="Quibblethorpe Twin Ltd"))
    house.close()
    with closing(sqlite3.connect(house.home / "casework.db")) as db:
        db.execute("DELETE FROM suppliers WHERE ref = 'S8'")
        db.executescript(TABLES)
    with pytest.raises(Conflict, match="S8 and S9 were one supplier"):
        removing.remove(house.on(1), ["S8"], dry_run=True)
    done = house.removed(1, "S9")
    assert done.refs == ("S9", "S8")
    assert done.rows["supplier_changes"] == 1
    assert done.rows["supplier_ties"] == 1
    left = counts(house.home)
    assert (left["supplier_changes"], left["supplier_ties"]) == (1, 0)
    assert left["run_suppliers"] == 1
    house.close()
    assert b"Quibblethorpe" not in house.bytes()


def test_what_cannot_be_is_refused(house: House) -> None:
    house.imported(0, TOTAL)
    for refs in (["S7"], ["S9", "S7"], [""]):
        with pytest.raises(NotFound, match="Unknown supplier"):
            removing.remove(house.on(0), refs, dry_run=False)
    with pytest.raises(Invalid, match="not a rule under which"):
        removing.remove(house.on(0), ["S9"], rule="cleared", dry_run=False)
    would = removing.remove(house.on(0), ["S9"], dry_run=True)
    house.screened(0, TOTAL)
    with pytest.raises(Conflict, match="has changed since you looked"):
        removing.remove(house.on(0), ["S9"], dry_run=False, expected=would)
    assert [one.ref for one in house.on(0).suppliers.all()] == ["S9"]


def test_a_removal_that_was_cut_short_is_finished_by_the_same_command(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.screened(0, TOTAL, KEPT)
    (house.home / "upgrades").mkdir()
    copy = house.home / "upgrades" / "casework.db.before-1.bak"
    copy.write_bytes(b"Quibblethorpe")  # as an earlier version kept copies
    with monkeypatch.context() as killed:
        killed.setattr(removing, "_sweep_removed_traces", Callable)
        with pytest.raises(TypeError):
            removing.remove(house.on(1), ["S9"], dry_run=False)
    assert copy.exists()
    again = house.removed(2, "S9")
    assert again.before == NOW + timedelta(days=1)
    assert not copy.exists()
    house.close()
    assert b"Quibblethorpe" not in house.bytes()
    assert house.shown(2) == []


def test_a_pack_of_before_still_verifies_and_so_does_one_of_another_supplier(
    house: House, tmp_path: Path
) -> None:
    house.screened(0, TOTAL, KEPT)
    for ref in ("S9", "S1"):
        making.make(house.on(0), making.PackRequest(supplier=ref), tmp_path / f"{ref}.zip")
    house.removed(1, "S9")
    making.make(house.on(1), making.PackRequest(supplier="S1"), tmp_path / "after.zip")
    export_chain(house.on(1), tmp_path / "chain.jsonl")
    for name in ("S9", "S1", "after"):
        found = verifying.verify_pack(tmp_path / f"{name}.zip", chain=tmp_path / "chain.jsonl")
        assert found.answer == "same but of unknown origin", name


def test_each_table_says_whose_its_rows_are_or_is_known_to_be_about_nobody() -> None:
    """A new table fails this until it has such a column, or stands here."""
    about_nobody = {
        "audit", "seals", "runs", "contents", "digests", "digested_runs", "told", "deliveries",
        "alerts_state", "_sqlite_migrations", "sqlite_sequence", "agreements", "cases",
        "exchanges", "exchange_hits", "intelligence", "checks",
        "parted_entries", *DERIVED,
    }  # fmt: skip
    with closing(sqlite3.connect(":memory:")) as memory:
        made = Database(memory)
        migrations.apply(made)
        names = {n for (n,) in memory.execute("SELECT name FROM sqlite_schema WHERE type='table'")}
        assert names == about_nobody | {one.name for one in owned_tables(made)}


def test_what_was_decided_and_written_goes_with_its_supplier_after_its_screenings_went(
    tmp_path: Path,
) -> None:
    office = Office(tmp_path / "home")
    office.imported(Supplier(ref="S1", name="Quill Ltd"), Supplier(ref="S2", name="Quill Limited"))
    office.screened()
    workspace = in_use(office.workspace)
    for alert in queue.alerts(workspace):
        add_comment(workspace, alert.id, f"Rang the director of {alert.supplier_ref}")
        decide(workspace, alert, AWAY)
    office.entries = {}
    for office.day in (1, 5_900, 6_000):
        office.screened()
    retention.run(workspace, dry_run=False)
    assert not workspace.screened.of_supplier("S1")
    assert not queue.alerts(workspace), "no screening holds one any more"
    removing.remove(workspace, ["S1"], rule=removing.UPHELD, dry_run=False)
    assert [one.reference for one in held(workspace, "Rang the director of S1")] == []
    assert [one.where for one in held(workspace, "Rang the director of S2")] == ["comment"]
    assert len(workspace.decisions.history()) == 1
    assert not examine(workspace).problems
