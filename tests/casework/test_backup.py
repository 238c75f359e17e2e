"""A backup holds all that cannot be fetched again; a home restored from it goes on from there."""

import json
import os
import shutil
import sqlite3
import tomllib
import zlib
from contextlib import closing
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duediligence.casework import deciding, queue, verifying
from duediligence.casework.readiness import examine_readiness
from duediligence.casework.signing_keys import known_keys, signing_key
from duediligence.delivery.backup import making
from duediligence.delivery.backup.restoring import Restored, restore_backup, verify_backup
from duediligence.demo import SAMPLE_SCALE
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.errors import (
    Conflict,
    DamagedBackup,
    Invalid,
    NewerDatabase,
    NotFound,
    StorageError,
    UsageError,
    WrongPassphrase,
)
from duediligence.fetch.evidence import Evidence
from duediligence.fetch.locking import lock_file
from duediligence.screening import imports
from duediligence.screening.contact_keys import FILE as CONTACTS_KEY
from duediligence.screening.contact_keys import contact_hasher
from duediligence.screening.lists.loading import RefreshTerms
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.settings import EffectiveSettings, Settings, load_settings
from duediligence.settings.editing import format_settings_toml
from tests.homes import copy_home
from tests.rows import for_each
from tests.thorough import examples

DEMO = Path(__file__).parents[2] / "duediligence" / "demo"
LISTS = ("un", "uk-sanctions")
WORDS = "four random words here"
FAST = 4
MISTAKEN = deciding.Choice(decided="not the same", reason="OTHER", note="Another firm")
SETTINGS = """# companies_house_key = "an-old-key-in-a-comment"
policy = "../council/policy.toml"
companies_house_key = "key-that-nobody-may-see"
webhook_url = "https://hooks.example.org/token-that-nobody-may-see"
threshold = 0.8
second_decision = []

[users]
Ada = "administrator"

[max_age_days]
un = 9999
"uk-sanctions" = 9999
"""


def workspace(home: Path, days: int = 0, who: str = "Ada") -> Workspace:
    resolved = load_settings({}, {}, default_home=home)
    return Workspace(
        resolved.settings,
        now=lambda: NOW + timedelta(days),
        who=who,
        resolved=resolved,
        backoff=0.001,
    )


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a home in which somebody worked; copy it, never write to it."""
    folder = tmp_path_factory.mktemp("office")
    home = folder / "home"
    (home / "local-registers").mkdir(parents=True)
    (home / "local-registers" / "notes.txt").write_text("How we read this register.")
    os.utime(home / "local-registers" / "notes.txt", ns=(0, 1_600_000_000_123_456_789))
    (home / "letters").mkdir()
    (home / "letters" / "representations.txt").write_text("# Ours\n")
    (folder / "council").mkdir()
    (folder / "council" / "policy.toml").write_text("")
    (home / "duediligence.toml").write_text(SETTINGS)
    (home / "schedule.toml").write_text("# jobs\n")
    with workspace(home) as ws:
        terms = RefreshTerms(scale=SAMPLE_SCALE, as_of=NOW.date())
        list(refresh(ws, LISTS, folder=DEMO / "lists", terms=terms))
        imports.import_suppliers(
            ws, DEMO / "suppliers.csv", mapping={}, sheet="", rejects_folder=folder
        )
        screen(ws, Screened(ws.suppliers.all()))
        deciding.decide_alert(ws, queue.alerts(ws)[0].id, MISTAKEN)
        Evidence(home / "companies-house").keep("https://x/1", 200, b'{"a":1}', {}, NOW)
        signing_key(ws)
    return folder


@pytest.fixture
def home(office: Path, tmp_path: Path) -> Path:
    return copy_home(office, tmp_path) / "home"


def made(home: Path, name: str = "a.backup", **options: Any) -> Path:
    path = home.parent / name
    with workspace(home) as ws:
        making.make(ws, path, WORDS, work_factor=FAST, **options)
    return path


def restored(path: Path, to: Path, **options: Any) -> Restored:
    return restore_backup(path, to, WORDS, at=NOW + timedelta(1), who="Bo", **options)


def state(home: Path) -> object:
    """What a person sees of the casework."""
    with workspace(home) as ws:
        alerts = [(one.id, one.state, one.history, one.severity) for one in queue.alerts(ws)]
        return alerts, sorted(ws.runs.started()), ws.suppliers.all()


def files(home: Path) -> set[str]:
    return {path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file()}


def test_a_home_is_restored_as_it_was(home: Path, tmp_path: Path) -> None:
    path = made(home)
    before = state(home)
    there = tmp_path / "elsewhere" / "home"
    found = restored(path, there)
    assert found.backup.problem is None
    assert found.backup.manifest.secrets == ("companies_house_key", "webhook_url")
    shutil.rmtree(home)
    shutil.rmtree(tmp_path / "council")
    assert state(there) == before
    with workspace(there) as ws:
        assert verifying.verify(ws) is None
        # Exactly one record after those that were backed up.
        position, _ = verifying.head(ws)
        (record,) = ws.audit.records(kind="restored")
        assert record.position == position == found.backup.manifest.records + 1
        assert record.previous == found.backup.manifest.head
        assert record.event.who == "Bo"
        assert record.event.subject == found.id
        assert record.event.what["backup_sha256"] == found.backup.sha256
        assert Evidence(there / "companies-house").latest("https://x/1")
        assert ws.settings.policy == there / "elsewhere" / "policy.toml"
        assert dict(ws.settings.users) == {"Ada": "administrator"}
        # The key stayed where it was: another is made, and the chain knows both.
        old = known_keys(ws)
        assert signing_key(ws).public.id != old[-1].id
        assert len(known_keys(ws)) == 2
    assert (there / "schedule.toml").read_text() == "# jobs\n"
    assert (there / "letters" / "representations.txt").read_text() == "# Ours\n"
    note = there / "local-registers" / "notes.txt"
    assert note.stat().st_mtime_ns == 1_600_000_000_123_456_789
    if os.name == "posix":
        assert there.stat().st_mode & 0o077 == 0
    shown = {
        line.what: line.detail
        for line in examine_readiness(EffectiveSettings(Settings(home=there), {})).lines
    }
    assert (
        shown["restored"]
        == f"21 November 2026 from a backup of 20 November 2026, restoration {found.id}"
    )


def test_lists_are_loaded_again_and_suppliers_screened(home: Path, tmp_path: Path) -> None:
    found = restored(made(home), tmp_path / "new")
    shutil.rmtree(home)
    assert set(found.brought) == set(LISTS)
    with workspace(found.home) as ws:
        before = [one.id for one in queue.alerts(ws)]
        terms = RefreshTerms(scale=SAMPLE_SCALE, as_of=NOW.date())
        for list_id, folder in found.brought.items():
            (one,) = refresh(ws, [list_id], folder=folder, terms=terms)
            assert one.result == "loaded", one
    with workspace(found.home, days=1) as ws:
        run = screen(ws, Screened(ws.suppliers.all()))
        assert [one.id for one in queue.alerts(ws)] == before
        assert len(run.findings) > 0
        assert verifying.verify(ws) is None


def test_no_secret_and_nothing_that_can_be_fetched_is_in_it(home: Path, tmp_path: Path) -> None:
    path = made(home)
    there = restored(path, tmp_path / "new").home
    kept = files(there)
    assert not {"keys/signing.pem", "lists.db", "register.db", "lookups.db"} & kept
    assert {name.split("/")[0] for name in kept} == {
        "casework-head.txt",  # made with the record of the restoration
        "casework.db",
        "companies-house",
        "duediligence.toml",
        "elsewhere",
        "letters",
        "local-registers",
        "schedule.toml",
        "snapshots",
    }
    for text in (b"nobody-may-see", b"old-key", WORDS.encode()):
        assert all(text not in (there / name).read_bytes() for name in kept)
        assert text not in path.read_bytes()
    assert b"SQLite" not in path.read_bytes()


def test_the_key_is_in_it_where_it_is_asked_for(home: Path, tmp_path: Path) -> None:
    there = restored(made(home, with_key=True), tmp_path / "new").home
    with workspace(there) as ws:
        assert signing_key(ws).public.raw == known_keys(ws)[-1].raw
        assert len(known_keys(ws)) == 1


def test_the_key_of_contacts_is_backed_up_apart(home: Path, tmp_path: Path) -> None:
    contact_hasher(home).keep(home)
    before = contact_hasher(home).key("phone", "+441632960001")
    without = restored(made(home), tmp_path / "without").home
    assert not (without / CONTACTS_KEY).exists()
    assert contact_hasher(without).key("phone", "+441632960001") != before
    apart = restored(made(home, "key.backup", with_key=True), tmp_path / "apart").home
    assert contact_hasher(apart).key("phone", "+441632960001") == before
    if os.name == "posix":
        assert (apart / CONTACTS_KEY).stat().st_mode & 0o077 == 0


def test_two_restored_homes_can_be_told_apart(home: Path, tmp_path: Path) -> None:
    path = made(home)
    one, two = (restored(path, tmp_path / name) for name in ("one", "two"))
    assert one.id != two.id
    with workspace(one.home) as ws:
        head = ws.audit.head()
    with workspace(two.home) as ws:
        assert verifying.verify(ws) is None
        assert verifying.verify(ws, head=one.backup.manifest.head) is None
        assert verifying.verify(ws, head=head) is not None


def test_the_chain_names_the_backup_by_its_hash(home: Path) -> None:
    path = made(home)
    found = verify_backup(path, WORDS)
    with workspace(home) as ws:
        (record,) = ws.audit.records(kind="backup made")
        assert record.event.what["sha256"] == found.sha256
        assert record.event.what["head"] == record.previous == found.manifest.head
        assert (found.size, found.manifest.made_at) == (path.stat().st_size, NOW)
    assert not (home / making.COPIES).exists()
    assert [one.name for one in home.parent.iterdir() if "tmp" in one.name] == []


def test_the_file_is_laid_out_as_the_page_says(home: Path) -> None:
    """Read with nothing but docs/it/backup.md and common libraries."""
    pyrage = pytest.importorskip("pyrage", reason="another implementation of age, on Linux")
    plain = pyrage.passphrase.decrypt(made(home).read_bytes(), WORDS)
    stream, found = zlib.decompress(plain), {}
    while length := int.from_bytes(stream[:4]):
        about = json.loads(stream[4 : 4 + length])
        stream = stream[4 + length :]
        found[about["name"]], stream = stream[: about["size"]], stream[about["size"] :]
    assert stream == bytes(4)
    listed = json.loads(found.pop("backup.json"))["files"]
    hashes = {name: sha256(content).hexdigest() for name, content in found.items()}
    assert {one["name"]: one["sha256"] for one in listed} == hashes
    assert found["casework.db"].startswith(b"SQLite format 3")


def test_it_can_be_made_in_a_home_where_nothing_was_done(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    found = restored(made(tmp_path / "home"), tmp_path / "new")
    assert found.backup.manifest.suppliers == 0
    with workspace(found.home) as ws:
        assert verifying.verify(ws) is None


def refused(home: Path, path: Path, error: type[Exception], match: str, words: str = WORDS) -> None:
    before = files(home)
    with workspace(home) as ws, pytest.raises(error, match=match):
        making.make(ws, path, words, work_factor=FAST)
    assert files(home) - before <= {"backup.lock"}


def test_what_cannot_be_written_is_refused(home: Path, tmp_path: Path) -> None:
    path = made(home)
    whole = path.read_bytes()
    refused(home, path, Conflict, "already exists")
    assert path.read_bytes() == whole
    refused(home, home / "x.backup", Invalid, "would be lost with it")
    refused(home, tmp_path / "none" / "x", Invalid, "is not a folder")
    refused(home, tmp_path / "x", Invalid, "must have 14", words="short")
    with lock_file(home / "backup.lock"):
        refused(home, tmp_path / "x", Conflict, "another backup of")
    assert not (tmp_path / "x").exists()


@for_each("into_home", [True, False], ids=["a link into the home", "one of another home"])
def test_no_file_is_written_over_however_it_came_there(
    into_home: bool, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two homes whose jobs begin in one second give their backups one name."""
    there, whole = tmp_path / "there.backup", making.write_chunks

    def meanwhile(chunks: Any, into: Path) -> tuple[str, int]:
        there.write_text("of another home")
        return whole(chunks, into)

    if into_home:
        there.symlink_to(home / "inside.backup")
        refused(home, there, Invalid, "would be lost with it")
        return
    monkeypatch.setattr(making, "write_chunks", meanwhile)
    refused(home, there, Conflict, "already exists")
    assert there.read_text() == "of another home"
    with workspace(home) as ws:
        assert not list(ws.audit.records(kind="backup made"))


def test_what_a_killed_backup_left_is_removed_by_the_next(home: Path) -> None:
    (home / making.COPIES).mkdir()
    (home / making.COPIES / "casework.db").write_text("half")
    (home / "backup").mkdir()
    (home / "backup" / "mine.txt").write_text("of a person")
    made(home)
    assert not (home / making.COPIES).exists()
    assert (home / "backup" / "mine.txt").exists()


def test_a_home_with_something_in_it_is_never_restored_over(home: Path, tmp_path: Path) -> None:
    path = made(home)
    before = files(home)
    with pytest.raises(Conflict, match=r"is not empty: it holds backup\.lock, casework-head\.txt"):
        restored(path, home)
    assert files(home) == before
    (tmp_path / "file").write_text("x")
    with pytest.raises(Conflict, match="is not empty"):
        restored(path, tmp_path / "file")
    (tmp_path / "empty").mkdir()
    assert restored(path, tmp_path / "empty").home == tmp_path / "empty"


def test_what_is_no_backup_makes_no_home(home: Path, tmp_path: Path) -> None:
    path = made(home)
    body = path.read_bytes()
    cases: list[tuple[bytes, str, type[Exception]]] = [
        (body, "four other words here", WrongPassphrase),
        (body[:-1], WORDS, DamagedBackup),
        (body[: len(body) // 2], WORDS, DamagedBackup),
        (b"", WORDS, DamagedBackup),
        (b"x" * 500, WORDS, DamagedBackup),
    ]
    for number, (content, words, error) in enumerate(cases):
        wrong = tmp_path / f"{number}.backup"
        wrong.write_bytes(content)
        with pytest.raises(error):
            verify_backup(wrong, words)
        with pytest.raises(error):
            restore_backup(wrong, tmp_path / "new", words, at=NOW, who="Bo")
    with pytest.raises(NotFound):
        verify_backup(tmp_path / "none", WORDS)
    with pytest.raises(UsageError, match="is not a file"):
        verify_backup(tmp_path, WORDS)
    assert not (tmp_path / "new").exists()
    assert [one.name for one in tmp_path.iterdir() if "restoring" in one.name] == []


def test_what_a_killed_restoration_left_is_removed_by_the_next(home: Path, tmp_path: Path) -> None:
    path = made(home)
    left, busy = tmp_path / ".new.restoring-1", tmp_path / ".new.restoring-2"
    for folder in (left, busy):
        (folder / "new").mkdir(parents=True)
    with lock_file(busy / "lock"):
        restored(path, tmp_path / "new")
        assert not left.exists()
        assert busy.exists(), "another restoration is at work in it"


def edited(home: Path) -> None:
    """Somebody changes a decision by hand."""
    with closing(sqlite3.connect(home / "casework.db")) as db:
        triggers = db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            db.execute(f"DROP TRIGGER {name}")
        db.execute(
            "UPDATE decisions SET body = CAST(replace(body, 'OTHER', 'DOB-DIFFERS') AS BLOB)"
        )
        db.commit()


def test_a_chain_that_was_broken_is_reported_and_restored_only_on_purpose(
    home: Path, tmp_path: Path
) -> None:
    edited(home)
    path = made(home)
    found = verify_backup(path, WORDS)
    assert found.problem
    assert "decision 1 was changed" in found.problem.what
    with pytest.raises(StorageError, match="its audit chain is broken at record"):
        restored(path, tmp_path / "new")
    assert not (tmp_path / "new").exists()
    there = restored(path, tmp_path / "new", accept_broken=True).home
    with workspace(there) as ws:
        (record,) = ws.audit.records(kind="restored")
        assert record.event.what["broken_at"] == found.problem.position


def test_a_backup_of_a_newer_version_is_left_to_that(home: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(home / "casework.db")) as db:
        path = made(home)
        db.execute("INSERT INTO _sqlite_migrations VALUES (999, 'casework', 'add_more', '')")
        db.commit()
        with pytest.raises(NewerDatabase):
            made(home, "b.backup")
        db.execute("DELETE FROM _sqlite_migrations WHERE id = 999")
        db.commit()
    assert verify_backup(path, WORDS).problem is None


def test_only_backups_of_this_home_are_removed_and_the_newest_stay(home: Path) -> None:
    folder = home.parent / "backups"
    folder.mkdir()
    names = []
    for day in range(4):
        with workspace(home, days=day) as ws:
            names.append(making.name_for(ws.now()))
            making.make(ws, folder / names[-1], WORDS, work_factor=FAST)
    theirs = folder / "duediligence-20200101T000000Z.backup"
    theirs.write_text("of another home")
    whole = (folder / names[0]).read_bytes()
    with workspace(home) as ws:
        making.make(ws, folder / "by hand.backup", WORDS, work_factor=FAST)
        (folder / names[0]).write_text("of another home, under a name of ours")
        assert making.remove_older(ws, folder, keep=3) == 0
        (folder / names[0]).write_bytes(whole)
        assert making.remove_older(ws, folder, keep=2) == 2
        assert making.remove_older(ws, folder, keep=2) == 0
    assert {one.name for one in folder.iterdir()} == {*names[2:], theirs.name, "by hand.backup"}


@pytest.fixture(scope="module")
def backup_file(office: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    home = folder / "home"
    home.mkdir()
    return made(home)


@pytest.mark.thorough
@given(data=st.data())
@settings(max_examples=examples(200))
def test_any_byte_altered_in_a_backup_is_noticed(
    backup_file: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    body = bytearray(backup_file.read_bytes())
    at = data.draw(st.integers(0, len(body) - 1))
    if data.draw(st.booleans()):
        body[at] ^= data.draw(st.integers(1, 255))
    else:
        del body[at:]
    wrong = tmp_path_factory.mktemp("wrong") / "x.backup"
    wrong.write_bytes(body)
    with pytest.raises((DamagedBackup, WrongPassphrase)):
        verify_backup(wrong, WORDS)


VALUES = (
    st.text(max_size=20)
    | st.integers(-(2**62), 2**62)
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.lists(st.text(max_size=9), max_size=3)
)


@pytest.mark.thorough
@given(
    st.dictionaries(st.from_regex(r"[a-z_]{1,9}", fullmatch=True), VALUES, max_size=4),
    st.dictionaries(st.text(max_size=9), VALUES, max_size=4),
)
@settings(max_examples=examples(300))
def test_settings_are_written_as_they_were(plain: dict[str, Any], table: dict[str, Any]) -> None:
    document = {**plain, "a_table": table}
    assert tomllib.loads(format_settings_toml(document)) == document
