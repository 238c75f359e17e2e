"""Whoever edits, deletes or invents a row or a file behind the tool's back is found, and where.

The changes are generated from the schema: a new table or column is attacked without a word here.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from duediligence.casework import (
    comments,
    deciding,
    examination,
    owners,
    retention,
    supplier_editing,
    supplier_imports,
    supplier_merging,
    undoing,
)
from duediligence.casework.examination import ChainVerification
from duediligence.casework.queue import alerts
from duediligence.casework.verifying import examine
from duediligence.delivery import digest, letters
from duediligence.delivery.pack import making
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.demo.server import serve_demo_api
from duediligence.errors import Incomplete, StorageError
from duediligence.extensions.sharing import (
    agreements,
    cases,
    information_requests,
    intelligence,
    partner_messages,
)
from duediligence.extensions.sharing.information_requests import RequestFacts
from duediligence.extensions.sharing.intelligence_files import Draft
from duediligence.extensions.sharing.partner_files import read_partner_file
from duediligence.formats.attached import AttachedFile
from duediligence.model import Supplier
from duediligence.model.findings import listings_of
from duediligence.model.supplier_information import StatedParty, SupplierInformation
from duediligence.screening import duplicates, imports, registers
from duediligence.screening.lists import refresh
from duediligence.screening.resolution import resolving
from duediligence.screening.run import screen
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.store.casework import seals
from duediligence.suppliers.facts import SupplierFacts
from tests.conftest import SAMPLE
from tests.extensions.ownership.statements import keep_ownership
from tests.homes import copy_home
from tests.sharing.agreements_made import made
from tests.sharing.exchanges import homes
from tests.sharing.messages_made import message_to

DEMO = Path(__file__).parents[2] / "duediligence" / "demo"
DATABASES = ("casework.db", "lists.db", "register.db")
LISTS = ("un", "uk-sanctions", "cqc", "fhrs", "eu")

A_REQUEST = RequestFacts(
    agreement="ISA-1",
    supplier="",
    purpose="Renewal",
    due_on=NOW.date() + timedelta(days=9),
    basis="cda-1998-s115",
)
# A person of a listed name who was born otherwise: the match is set aside.
NAMESAKE = "Dragomir Petrosyanov,1990-05"
RENAMED = SupplierFacts(name="Invented Ltd", people=(NAMESAKE,))
# It has one supplier as it was, and a new one.
WRONG = "ref,name\nV1,Dune Ltd\nW1,Wrong Ltd\n"
STATED = StatedParty(id="p1", kind="person", name="Jo Stated")
SPLIT = supplier_merging.SplitRequest(ref="S901", facts=SupplierFacts(name="Invented Two Ltd"))

# What may be changed unseen, by table and column ("" for a row), and why that bends no output.
EXCEPTIONS = {
    ("alerts_state", ""): "how far the alerts are derived: they are derived again whole anyway",
    ("_sqlite_migrations", "id"): "a number that nothing reads",
    ("_sqlite_migrations", "applied_at"): "when the schema was upgraded: nothing reads it",
    ("_sqlite_migrations", "migration_set"): "of another program's steps; ours would be missing",
    ("sqlite_sequence", ""): "the last numbers given out; those of the audit chain are compared",
}
# Of a message that is still queued: what changes between two attempts, and no evidence shows.
WHILE_QUEUED = {"attempts", "last_error", "next_try", "claimed_at"}


@pytest.fixture(scope="session")
def rich_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which everything was done once."""
    folder = tmp_path_factory.mktemp("rich")
    (folder / "sent").mkdir()
    (folder / "lists").mkdir()
    for one in LISTS:
        shutil.copytree(DEMO / "lists" / one, folder / "lists" / one)
    home = folder / "home"
    with serve_demo_api() as companies_house:

        def opened(hours: int, **settings: object) -> Workspace:
            return Workspace(
                Settings(
                    home=home,
                    companies_house_url=companies_house,
                    companies_house_key="demonstration",
                    key_hosts=("127.0.0.1",),
                    **settings,  # type: ignore[arg-type]
                ),
                now=lambda: NOW + timedelta(hours=hours),
                backoff=0.05,
                who="Ada",
            )

        with opened(0) as ws:
            refresh.add(ws, _register(folder / "own"))
        with opened(0) as ws:
            refresh.add(ws, next((DEMO / "local_registers").glob("*.toml")))
            list(refresh.refresh(ws, ["licences"]))
            list(refresh.refresh(ws, LISTS, folder=folder / "lists", terms=SAMPLE))
            registers.load_register(
                ws, sorted((DEMO / "companies_bulk").glob("*.csv")), "companies"
            )
            suppliers = folder / "suppliers.csv"
            lines = (DEMO / "suppliers.csv").read_text(encoding="utf-8").splitlines()[:10]
            suppliers.write_text("\n".join(lines) + "\n", encoding="utf-8")
            imports.import_suppliers(ws, suppliers, mapping={}, sheet="", rejects_folder=folder)
            duplicates.keep_apart(ws, "S001", "S004")
            named = folder / "named.csv"
            for text in ("name,postcode\nDune Ltd,ZY1 1AA\n", "ref,name\nV1,Dune Ltd\n", WRONG):
                named.write_text(text, encoding="utf-8")
                imports.import_suppliers(ws, named, mapping={}, sheet="", rejects_folder=folder)
            answers = folder / "d.csv"
            answers.write_text(
                "supplier_ref,question,answer,date\nS001,tax_offences,no,2026-03-31\n"
            )
            imports.import_declarations(ws, answers)
            stated = SupplierInformation(origin="file", name="Stated Ltd", parties=(STATED,))
            ws.supplier_information.save("S001", stated, at=NOW, file="f", file_sha256="ab" * 32)
            ws.casework.attachments.save("S001", [AttachedFile("f.pdf", b"%PDF-")], at=NOW)
            resolving.settle(ws, "S004", "none", by="Ada")
            supplier_editing.edit(ws, "S005", RENAMED, note="Misspelt")
            supplier_merging.merge(ws, "S006", "S007")
            supplier_merging.split(ws, "S008", SPLIT)
            screen.screen(ws, screen.Screened(ws.suppliers.all()))
            supplier_imports.take_back_import(ws, supplier_imports.list_imports(ws)[0].number)
            with screen.check(ws, Supplier(ref="", name="Nobody Invented Ltd"), keep=True):
                pass
            matched = [one for one in alerts(ws) if one.matched][:2]
            choice = deciding.Choice(decided="not the same", reason="OTHER", note="Another firm")
            for alert in matched:
                deciding.decide(ws, alert, choice)
            owners.assign(ws, [one.id for one in matched], "me")
            comments.add_comment(ws, matched[0].id, "Rang the director")
            joined = next(one for one in alerts(ws) if listings_of(one.first))
            undoing.part_entry(ws, joined.id)
            ws.casework.alerts.add_aliases([("0" * 64, matched[0].id)], ws.now())
            case = cases.new(ws, title="Car washes", notes="Seen")
            items = cases.NewItems(
                suppliers=["S001", "S002"], alerts=[matched[0].id], paths=[("S001", "S004")]
            )
            cases.remove(ws, case.number, cases.add(ws, case.number, items)[0].position)
            for what in ("Inspect", "Ask"):
                action = cases.add_action(
                    ws, case.number, what=what, agency="fire", supplier="S002"
                )
                cases.record_outcome(ws, case.number, action.position, "notice-served", "Shut")
            cases.new(ws, title="Nail bars")
            cases.sign(ws, case.number, "slavery")
            cases.close(ws, case.number, "passed-on", "Police lead")
            making.make(ws, making.PackRequest(supplier="S001"), folder / "pack.zip")
            made(ws, reference="ISA-1", shares=("requests",))
            for ref in ("S001", "S004"):
                information_requests.ask(ws, replace(A_REQUEST, supplier=ref))
            information_requests.answer(ws, 1, "no-hit")
            agreements.end(ws, made(ws))
            made(ws, reference="ISA-2026-02")
            homes.opened_in(ws, folder)
            (folder / "message").mkdir()
            partner_messages.receive(ws, read_partner_file(message_to(ws, folder / "message")))
            keep_ownership(ws, folder, "S001")
        named = dict.fromkeys(("council_name", "council_contact", "privacy_contact"), "Example")
        with opened(0, **named) as ws:
            open_ = next(one for one in alerts(ws) if one.matched and one.state == "open")
            for kind in ("details-wanted", "privacy-notice"):
                wanted = letters.LetterRequest(kind=kind, alert=open_.id)
                letters.make(ws, wanted, file="l.html")
        with opened(0, users={"Ada": "intelligence", "Bo": "administrator"}) as ws:
            supplier = ws.suppliers.all()[0]
            fields = {
                "grade": "2BP",
                "source": "community",
                "received_on": f"{NOW:%Y-%m-%d}",
                "sanitised": "Invented",
            }
            for party in ({"name": supplier.name}, {"name": "Jo Invented"}):
                draft = Draft("here", fields, [{"kind": "organisation", **party}])
                number = intelligence.add(ws, draft)
            intelligence.end(ws, intelligence.add(ws, draft))
            intelligence.review(ws, number, grade="1AP")
        with opened(1, digest_folder=folder / "sent") as ws:
            digest.send(ws, at_once=True)
        for path in (folder / "lists" / "eu").iterdir():
            path.write_bytes(b"<html>moved</html>")
        with opened(2, digest_folder=folder / "gone") as ws:
            list(refresh.refresh(ws, LISTS, folder=folder / "lists", terms=SAMPLE))
            screen.screen(ws, screen.Screened(ws.suppliers.all()))
            digest.send(ws, at_once=True)
        with opened(24 * 40, retention={"screenings": 30}) as ws, suppress(Incomplete):
            retention.run(ws, dry_run=False)
    for name in DATABASES:
        with closing(sqlite3.connect(home / name)) as db:
            db.execute("PRAGMA journal_mode = DELETE")
    return home


def _register(folder: Path) -> Path:
    """A register of which one row cannot be read, and may be left so."""
    folder.mkdir()
    (folder / "licences.csv").write_text(
        "Ref,Name,On\nL/1,Quay Inn Ltd,2026-05-12\nL/2,Moss Hall Ltd,when it rained\n"
    )
    path = folder / "licences.toml"
    path.write_text(
        'id = "licences"\ntitle = "Licences"\nauthority = "Porthvellan Council"\n'
        'power = "licensing"\nhandling = "public"\nmax_age_days = 99\nexpected = [1, 9]\n'
        'allowance = 1\n[source]\nfile = "licences.csv"\n[columns]\nrecord_ref = "Ref"\n'
        'subject_name = "Name"\ndecision_date = "On"\n[defaults]\nrecord_type = "registration"\n'
    )
    return path


def verified(home: Path) -> ChainVerification:
    settings = Settings(
        home=home, local_registers=home / "local-registers", retention={"screenings": 30}
    )
    with Workspace(settings, now=lambda: NOW + timedelta(days=41), who="Bo") as ws:
        return examine(ws)


def test_a_home_in_which_everything_was_done_is_sound_and_all_of_it_is_covered(
    rich_home: Path,
) -> None:
    found = verified(rich_home)
    assert not found.problems
    assert not [one for one in found.not_covered if one.what != "answers of registers"]
    kinds = "records runs decisions alerts suppliers links declarations digests deliveries"
    assert found.verified.keys() >= {
        *kinds.split(),
        "items reported",
        "files of lists",
        "answers of registers",
    }


@dataclass(frozen=True)
class Attack:
    """One change to one row: `column` is empty for a row deleted or invented."""

    database: str
    table: str
    change: str
    column: str = ""
    last: bool = False

    def __str__(self) -> str:
        end = "last" if self.last else "first"
        return f"{self.database} {self.table} {self.change} {self.column} {end}"


def attacks(home: Path) -> Iterator[Attack]:
    """Every change there is, by the schema."""
    for database in DATABASES:
        with closing(sqlite3.connect(home / database)) as db:
            tables = db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1")
            for (table,) in tables.fetchall():
                columns = [one[1] for one in db.execute(f"PRAGMA table_info({table})")]
                for last in (False, True):
                    queued = table == "deliveries" and is_queued(db, last=last)
                    for column in columns:
                        beside = queued and column in WHILE_QUEUED
                        if not excepted(table, column) and not beside:
                            yield Attack(database, table, "edit", column, last)
                            if is_blob(db, table, column):
                                yield Attack(database, table, "edit within", column, last)
                    if not excepted(table, ""):
                        yield Attack(database, table, "delete", "", last)
                if not excepted(table, ""):
                    yield Attack(database, table, "invent")


def excepted(table: str, column: str) -> bool:
    return (table, column) in EXCEPTIONS or (table, "") in EXCEPTIONS


def is_queued(db: sqlite3.Connection, *, last: bool) -> bool:
    """Whether the first or last delivery waits; the keys of messages are random."""
    order = "message_key DESC, channel DESC" if last else "message_key, channel"
    found = db.execute(f"SELECT state FROM deliveries ORDER BY {order} LIMIT 1").fetchone()
    return bool(found == ("queued",))


def is_blob(db: sqlite3.Connection, table: str, column: str) -> bool:
    found = db.execute(f"SELECT typeof({column}) FROM {table} LIMIT 1").fetchone()
    return bool(found and found[0] == "blob")


def changed(value: object, *, within: bool) -> object:
    match value:
        case None:
            return "x"
        case int() | float():
            return value + 1000
        case str():
            return value + "x"
        # Digests of a table without rows are empty.
        case bytes() if within and value:
            at = next(at for at in range(len(value) // 2, len(value)) if chr(value[at]).isalnum())
            other = b"7" if value[at : at + 1] != b"7" else b"8"
            return value[:at] + other + value[at + 1 :]
        case bytes():
            return value + b" "
    raise AssertionError


def carry_out(home: Path, attack: Attack) -> None:
    """As somebody who can write to the file does it, guards and all out of the way for a moment."""
    with closing(sqlite3.connect(home / attack.database)) as db:
        db.execute("PRAGMA ignore_check_constraints = ON")
        made = db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for name, _ in made:
            db.execute(f"DROP TRIGGER {name}")
        info = db.execute(f"PRAGMA table_info({attack.table})").fetchall()
        columns = [one[1] for one in info]
        keys = [one[1] for one in info if one[5]] or columns[:1]
        order = ", ".join(f"{key} {'DESC' if attack.last else 'ASC'}" for key in keys)
        row = db.execute(f"SELECT * FROM {attack.table} ORDER BY {order} LIMIT 1").fetchone()
        where = " AND ".join(f"{key} IS ?" for key in keys)
        this = [row[columns.index(key)] for key in keys]
        if attack.change == "delete":
            db.execute(f"DELETE FROM {attack.table} WHERE {where}", this)
        elif attack.change == "invent":
            new = list(row)
            indexes = db.execute(f"PRAGMA index_list({attack.table})").fetchall()
            for index in (one[1] for one in indexes if one[2] and one[3] != "pk"):
                keys.append(db.execute(f"PRAGMA index_info({index})").fetchall()[-1][2])
            for key in {keys[0 if len(keys) == 1 else len(this) - 1], *keys[len(this) :]}:
                biggest = db.execute(f"SELECT max({key}) FROM {attack.table}").fetchone()[0]
                new[columns.index(key)] = changed(biggest, within=True)
            marks = ", ".join("?" for _ in new)
            db.execute(f"INSERT INTO {attack.table} VALUES ({marks})", new)
        else:
            value = row[columns.index(attack.column)]
            other = changed(value, within=attack.change == "edit within")
            if value is None and info[columns.index(attack.column)][2] == "BLOB":
                other = b"x"
            set_ = f"UPDATE {attack.table} SET {attack.column} = ? WHERE {where}"
            db.execute(set_, [other, *this])
        for _, sql in made:
            db.execute(sql)
        db.commit()


def is_located(home: Path, attack: Attack) -> str:
    """Empty where `audit verify` names the table; else what it says."""
    try:
        found = verified(home)
    except StorageError as error:
        # Some files cannot be opened at all any more, which is said before anything else.
        return "" if attack.database in str(error) else str(error)
    for one in found.problems:
        if attack.table in f"{one.table} {one.what}" or attack.table == "audit":
            return ""
    return f"not located: {[one.what for one in found.problems]}"


def tried(home: Path, folder: Path, chosen: list[Attack]) -> list[str]:
    """What was not located."""
    unseen = []
    copy = folder / "home"
    shutil.copytree(home, copy)
    for attack in chosen:
        carry_out(copy, attack)
        if said := is_located(copy, attack):
            unseen.append(f"{attack}: {said}")
        for end in ("", "-wal", "-shm"):
            (copy / f"{attack.database}{end}").unlink(missing_ok=True)
        shutil.copyfile(home / attack.database, copy / attack.database)
    return unseen


def shown(home: Path) -> str:
    return "\n".join(f"{one.table} {one.what}" for one in verified(home).problems)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examination, "MOMENT_SECONDS", 0)


def test_every_table_has_rows_to_attack(rich_home: Path) -> None:
    empty = []
    for database in DATABASES:
        with closing(sqlite3.connect(rich_home / database)) as db:
            for (table,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'"):
                if not db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]:
                    empty.append(f"{database} {table}")
    assert empty == []


@pytest.mark.soak
def test_every_change_of_every_row_is_located(rich_home: Path, tmp_path: Path) -> None:
    every = list(attacks(rich_home))
    assert len(every) > 250
    assert tried(rich_home, tmp_path, every) == []


def test_one_change_of_each_sort_to_each_table_is_located(rich_home: Path, tmp_path: Path) -> None:
    chosen: dict[tuple[str, str, str], Attack] = {}
    for attack in attacks(rich_home):
        chosen[attack.database, attack.table, attack.change] = attack
    some = [one for number, one in enumerate(chosen.values()) if number % 7 == 0]
    assert tried(rich_home, tmp_path, some) == []


@pytest.fixture
def own_home(rich_home: Path, tmp_path: Path) -> Path:
    return copy_home(rich_home, tmp_path / "home")


FILES = {
    "snapshots": "snapshots/un/*/*.xml",
    "register.files": "register/*.db",
    "companies-house": "companies-house/*/*.json",
    "local-registers": "local-registers/*.toml",
}


@pytest.mark.parametrize("place", FILES)
def test_a_file_that_is_edited_is_located(own_home: Path, place: str) -> None:
    for path in own_home.glob(FILES[place]):
        path.write_bytes(changed(path.read_bytes(), within=True))  # type: ignore[arg-type]
    assert place.split(".")[0] in shown(own_home)


@pytest.mark.parametrize("place", ["snapshots", "register.files", "companies-house"])
def test_a_file_that_is_deleted_is_located(own_home: Path, place: str) -> None:
    for path in own_home.glob(FILES[place]):
        path.unlink()
    assert place.split(".")[0] in shown(own_home)


def test_a_file_or_a_snapshot_that_is_invented_is_located(own_home: Path) -> None:
    (snapshot,) = (path.parent for path in own_home.glob("snapshots/un/*/manifest.json"))
    (snapshot / "other.xml").write_text("<invented/>", encoding="utf-8")
    assert "other.xml: was never fetched" in shown(own_home)
    (snapshot / "other.xml").unlink()
    invented = snapshot.with_name("20261120T100000Z-0123456789ab")
    shutil.copytree(snapshot, invented)
    manifest = (invented / "manifest.json").read_text(encoding="utf-8")
    manifest = manifest.replace(snapshot.name, invented.name)
    (invented / "manifest.json").write_text(manifest, encoding="utf-8")
    assert f"un {invented.name}: was never recorded" in shown(own_home)


def test_what_came_from_where_cannot_be_edited(own_home: Path) -> None:
    (path,) = own_home.glob("snapshots/un/*/manifest.json")
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace('"retrieved_at": "2026', '"retrieved_at": "2025'), encoding="utf-8"
    )
    assert "snapshots" in shown(own_home)


def edited(home: Path, *statements: tuple[str, tuple[object, ...]]) -> None:
    with closing(sqlite3.connect(home / "casework.db")) as db:
        made = db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for name, _ in made:
            db.execute(f"DROP TRIGGER {name}")
        for statement, values in statements:
            db.execute(statement, values)
        for _, sql in made:
            db.execute(sql)
        db.commit()


def test_a_document_with_its_hash_and_all_that_refers_to_it_made_again_is_located(
    own_home: Path,
) -> None:
    with closing(sqlite3.connect(own_home / "casework.db")) as db:
        key, body = db.execute(
            "SELECT sha256, body FROM contents JOIN run_suppliers USING (sha256) LIMIT 1"
        ).fetchone()
    other = changed(body, within=True)
    assert isinstance(other, bytes)
    new = sha256(other).hexdigest()
    tables = ("run_suppliers", "run_entries", "run_dossiers")
    edited(
        own_home,
        ("UPDATE contents SET sha256 = ?, body = ? WHERE sha256 = ?", (new, other, key)),
        *((f"UPDATE {t} SET sha256 = ? WHERE sha256 = ?", (new, key)) for t in tables),
    )
    assert "run_suppliers" in shown(own_home)


def test_a_row_with_its_seal_made_again_is_located(own_home: Path) -> None:
    with closing(sqlite3.connect(own_home / "casework.db")) as db:
        row = db.execute("SELECT * FROM suppliers LIMIT 1").fetchone()
    other = ("suppliers", (row[0], "Another Ltd", *row[2:]))
    edited(
        own_home,
        ("UPDATE suppliers SET name = 'Another Ltd' WHERE ref = ?", (row[0],)),
        (
            "UPDATE seals SET sha256 = ? WHERE name = 'suppliers' AND key = ?",
            (seals.seal(*other).sha256, row[0]),
        ),
    )
    assert "what this record seals was edited" in shown(own_home)


def test_a_guard_that_is_gone_and_one_that_was_added_are_located(own_home: Path) -> None:
    with closing(sqlite3.connect(own_home / "casework.db")) as db:
        db.execute("DROP TRIGGER audit_appended")
        db.execute("CREATE TRIGGER other AFTER INSERT ON links BEGIN DELETE FROM links; END")
        db.commit()
    assert "trigger audit_appended" in shown(own_home)
    assert "trigger other" in shown(own_home)


def test_several_problems_are_all_named_up_to_a_number(own_home: Path) -> None:
    edited(own_home, ("UPDATE told SET body = CAST('{}' AS BLOB)", ()))
    found = verified(own_home)
    assert len(found.problems) == examination.MOST_PROBLEMS < found.found


def test_data_that_did_not_come_back_with_a_backup_is_not_called_deleted(own_home: Path) -> None:
    for folder in ("snapshots", "indexes", "register", "companies-house"):
        shutil.rmtree(own_home / folder)
    for name in ("lists.db", "register.db"):
        (own_home / name).unlink()
    found = verified(own_home)
    assert not found.problems
    why = " ".join(one.why for one in found.not_covered)
    assert "lists.db is not here" in why
    assert "register.db is not here" in why
    later = NOW + timedelta(days=42)
    with Workspace(Settings(home=own_home), now=lambda: later) as ws:
        list(refresh.refresh(ws, ["un"], folder=DEMO / "lists", terms=SAMPLE))
        registers.load_register(ws, sorted((DEMO / "companies_bulk").glob("*.csv")), "companies")
        kinds = [one.event.kind for one in ws.audit.records()]
    assert "list data missing" in kinds
    assert not verified(own_home).problems
