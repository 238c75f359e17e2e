"""A file of lists that was exchanged for another valid one hides nobody: it is made again, which is
said once, or its list is not checked.
"""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from duediligence.casework import deciding, queue, readiness
from duediligence.casework.verifying import verify
from duediligence.demo import SAMPLE_SCALE
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.errors import NotAsRecorded, UsageError
from duediligence.matching import Index
from duediligence.matching.engine import merge_list_indexes
from duediligence.model import Finding, NotReadRow, Run, Supplier
from duediligence.registry import find_watchlists
from duediligence.screening import audit_events
from duediligence.screening.lists import refresh as refresh_module
from duediligence.screening.lists.loading import RefreshTerms
from duediligence.screening.lists.refresh import Refreshed, add, drop, refresh
from duediligence.screening.lists.statuses import statuses
from duediligence.screening.lookup import incremental
from duediligence.screening.lookup.public_lists import public_lists
from duediligence.screening.run.screen import Screened, check, exit_code, screen
from duediligence.screening.workspace import Workspace
from duediligence.settings import EffectiveSettings, Settings
from duediligence.writing import write_text
from tests.conftest import SAMPLES
from tests.homes import copy_home
from tests.thorough import first_of

Open = Callable[..., Workspace]
LOCAL_REGISTERS = SAMPLES.parent / "local_registers"
SAMPLE = RefreshTerms(scale=SAMPLE_SCALE, as_of=NOW.date())
UK, ENTRY = "uk-sanctions", "RUS9901"
VOLKHAR = Supplier(ref="S1", name="Volkhar Maritime UK Ltd")
KNOWN = {list_id: find_watchlists()[list_id] for list_id in (UK, "un", "illegal-working-penalties")}


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("duediligence.screening.lists.statuses.MOMENT_SECONDS", 0)


class Home:
    """A home, each command in a workspace of its own, and what was said in each."""

    def __init__(self, open_workspace: Open, path: Path) -> None:
        self.path = path
        self._open = open_workspace
        self.said: list[str] = []
        self.hours = 0

    def open(self) -> Workspace:
        workspace = self._open(self.path, at=NOW + timedelta(hours=self.hours))
        workspace.only = KNOWN
        workspace.warn = lambda line: self.said.append(str(line))
        return workspace

    def screen(self) -> tuple[Run, list[Finding]]:
        self.said.clear()
        run = screen(self.open(), Screened([VOLKHAR]))
        return run, [replace(one, run_id="", first_seen=None) for one in run.findings]

    def index(self, list_id: str) -> Path:
        return self.open().lists.current()[list_id].index_folder / "names.index"

    def sql(self, *statements: str) -> None:
        with closing(sqlite3.connect(self.path / "lists.db")) as db, db:
            for statement in statements:
                db.execute(statement)

    def says_problem(self) -> bool:
        """Return whether `doctor` says that the index of the UK list was exchanged."""
        found = readiness.examine_readiness(
            EffectiveSettings(Settings(home=self.path), {}), opened=self.open
        )
        (line,) = (one for one in found.lines if one.list_id == UK)
        return line.state == "problem" and "indexes" in str(line.detail)

    def refresh(self, list_id: str, folder: Path) -> Refreshed:
        self.hours += 1
        (one,) = refresh(self.open(), [list_id], folder=folder, terms=SAMPLE)
        return one


@pytest.fixture(scope="module")
def three_lists(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("three-lists")
    with Workspace(Settings(home=home), now=lambda: NOW, only=KNOWN) as workspace:
        list(refresh(workspace, folder=SAMPLES, terms=SAMPLE))
    return home


@pytest.fixture
def office(open_workspace: Open, three_lists: Path, tmp_path: Path) -> Home:
    return Home(open_workspace, copy_home(three_lists, tmp_path / "home"))


def another_list(office: Home) -> None:
    shutil.copy(office.index("un"), office.index(UK))


def empty(office: Home) -> None:
    Index.build([]).save(office.index(UK).parent)


def one_entry_fewer(office: Home) -> None:
    lists = office.open().lists
    entries = lists.entries(lists.current()[UK].version)
    Index.build(one for one in entries if one.id != ENTRY).save(office.index(UK).parent)


def cut_short(office: Home) -> None:
    office.index(UK).write_bytes(office.index(UK).read_bytes()[:-9])


def gone(office: Home) -> None:
    shutil.rmtree(office.index(UK).parent)


def merged_without_it(office: Home) -> None:
    (folder,) = (office.path / "indexes" / ".merged").iterdir()
    lists = office.open().lists
    parts = []
    for list_id, loaded in sorted(lists.current().items()):
        entries = (one for one in lists.entries(loaded.version) if (list_id, one.id) != (UK, ENTRY))
        parts.append(Index.build(entries).arrays)
    Index(merge_list_indexes(parts)).save(folder, made_of=folder.name)


def merged_of_another_list(office: Home) -> None:
    (folder,) = (office.path / "indexes" / ".merged").iterdir()
    shutil.copy(office.index("un"), folder / "names.index")


SWAPS = [merged_without_it, another_list, empty, one_entry_fewer, cut_short, merged_of_another_list]


@pytest.mark.parametrize("swap", first_of(SWAPS))
@pytest.mark.parametrize("alone", first_of([True, False]))
def test_an_index_that_was_exchanged_is_made_again(
    office: Home, swap: Callable[[Home], None], alone: bool
) -> None:
    untouched = office.screen()[1]
    assert any(finding.entry_id == ENTRY for finding in untouched)
    swap(office)
    if alone:
        shutil.rmtree(office.path / "indexes" / ".merged")
    for _ in range(2):
        run, findings = office.screen()
        assert (run.complete, findings) == (True, untouched)
    assert office.said == [], "said once"
    # With the merged index as it was made, that of the list is not opened.
    assert (verify(office.open()) is None) == (alone or "merged" in swap.__name__)
    assert office.says_problem() == (verify(office.open()) is not None)


@pytest.mark.parametrize("swap", [gone, one_entry_fewer])
def test_what_was_made_again_is_said_once_and_is_the_very_file(
    office: Home, swap: Callable[[Home], None]
) -> None:
    before = office.index(UK).read_bytes()
    swap(office)
    if swap is one_entry_fewer:
        shutil.rmtree(office.path / "indexes" / ".merged")
        assert "is not the index that was recorded" in str(verify(office.open()))
    run, _ = office.screen()
    assert run.complete
    (line,) = office.said
    assert f"The index of {UK} was not the one" in line
    assert office.index(UK).read_bytes() == before
    built = office.open().audit.records(kind="index built", subject=UK)
    assert len(list(built)) == 1, "the same file needs no second record"


def test_an_unchanged_list_gets_its_index_back_at_a_refresh(office: Home, samples: Path) -> None:
    before = office.index(UK).read_bytes()
    another_list(office)
    assert office.says_problem()
    assert verify(office.open())
    assert office.refresh(UK, samples).result == "loaded"
    assert not office.says_problem()
    assert verify(office.open()) is None
    assert office.index(UK).read_bytes() == before
    gone(office)
    assert office.refresh(UK, samples).result == "unchanged"
    assert office.index(UK).read_bytes() == before


def test_an_index_of_another_matcher_is_built_again_and_recorded(
    office: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    untouched = office.screen()[1]
    monkeypatch.setattr("duediligence.matching.index.index.MATCHER_VERSION", "99")
    for said in (1, 0):
        run, findings = office.screen()
        assert (run.complete, findings, len(office.said)) == (True, untouched, said)
    assert verify(office.open()) is None


ENTRY_GONE = f"DELETE FROM entries WHERE entry_id = '{ENTRY}'"
LISTS = {
    "an entry": [ENTRY_GONE],
    "the row that says which version is in service": [
        f"DELETE FROM current_versions WHERE list_id = '{UK}'"
    ],
    "a key of an entry": ["DELETE FROM entry_keys WHERE key = (SELECT min(key) FROM entry_keys)"],
    "all": ["DELETE FROM current_versions", "DELETE FROM entries", "DELETE FROM list_versions"],
    "the name in an entry": [
        "UPDATE entries SET body = CAST(replace(CAST(body AS TEXT), 'Volkhar', 'Another') AS BLOB)"
    ],
    "the digests": ["UPDATE row_digests SET body = substr(body, 25) WHERE of_table = 'entries'"],
    "an entry for another": [
        ENTRY_GONE,
        f"INSERT INTO entries SELECT list_id, version, 'other', body FROM entries "
        f"WHERE list_id = '{UK}' LIMIT 1",
    ],
}


@pytest.mark.parametrize("what", first_of([*LISTS][1:]))
def test_a_list_from_which_something_was_deleted_is_not_checked(
    office: Home, samples: Path, what: str
) -> None:
    untouched = office.screen()[1]
    office.sql(*LISTS[what])
    run, _ = office.screen()
    assert exit_code(run, "critical") == 3
    missing = [f for f in run.findings if f.outcome == "unknown"]
    assert missing
    lists = {one.list_id for one in missing}
    assert all("lists.db" in one.reason for one in run.lists if one.list_id in lists)
    assert "lists.db" in str(verify(office.open()))
    doctor = readiness.examine_readiness(
        EffectiveSettings(Settings(home=office.path), {}), opened=office.open
    )
    states = {one.list_id: one.state for one in doctor.lines}
    assert {one for one in lists if states[one] != "problem"} == set()
    for list_id in KNOWN:
        office.refresh(list_id, samples)
    run, findings = office.screen()
    assert (run.complete, findings) == (True, untouched)


READ = {
    "entries": ("body = (SELECT max(body) FROM entries)", lambda lists, of: lists.entry(of, ENTRY)),
    "entry_keys": ("entry_id = 'RUS'", lambda lists, of: lists.found_by(of, "k")),
    "unread_rows": ("body = CAST('{}' AS BLOB)", lambda lists, of: lists.unread_rows(of)),
}


@pytest.mark.parametrize("table", READ)
def test_no_row_is_read_that_was_changed_by_hand(office: Home, table: str) -> None:
    edit, read = READ[table]
    workspace = office.open()
    loaded = workspace.lists.current()[UK]
    with workspace.lists.transaction():
        entries = list(workspace.lists.entries(loaded.version))
        unread = [NotReadRow("rows.csv", 7, "no date", "Ostrava Ltd")]
        workspace.lists.swap(
            loaded.version, entries, loaded.index_folder, "", [("k", ENTRY)], unread
        )
        audit_events.record_index(workspace, UK, loaded.version.version, "00" * 32)
    read(workspace.lists, loaded.version)
    office.sql(f"UPDATE {table} SET {edit} WHERE list_id = '{UK}'")
    with pytest.raises(NotAsRecorded, match=rf"lists\.db: {UK} is not as .* recorded it \({table}"):
        read(office.open().lists, loaded.version)


def test_yesterdays_lists_are_not_checked_until_they_are_refreshed(
    office: Home, samples: Path
) -> None:
    with closing(sqlite3.connect(office.path / "lists.db")) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    shutil.copy(office.path / "lists.db", office.path.parent / "yesterday.db")
    path = samples / "un" / "consolidated.xml"
    path.write_bytes(path.read_bytes() + b"\n")
    assert office.refresh("un", samples).result == "loaded"
    with (
        closing(sqlite3.connect(office.path.parent / "yesterday.db")) as yesterday,
        closing(sqlite3.connect(office.path / "lists.db")) as today,
    ):
        yesterday.backup(today)
    run, _ = office.screen()
    assert [one.list_id for one in run.lists if one.blocks_complete_run] == ["un"]
    # A refresh of another list does not record what it finds.
    assert office.refresh(UK, samples).result == "unchanged"
    assert not office.screen()[0].complete
    assert office.refresh("un", samples).result == "loaded"
    assert office.screen()[0].complete


def test_a_list_in_which_an_entry_is_missing_is_loaded_again(office: Home, samples: Path) -> None:
    office.sql(ENTRY_GONE)
    assert {one.list_id for one in office.screen()[0].lists if one.blocks_complete_run} == {UK}
    lists = public_lists(office.open())
    assert [one.list_id for one in lists.not_checked([UK, "un"])] == [UK]
    assert office.refresh(UK, samples).result == "loaded"
    assert office.screen()[0].complete
    assert verify(office.open()) is None


def test_a_home_whose_indexes_were_never_recorded_records_them_once(
    open_workspace: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = Home(open_workspace, tmp_path / "earlier")
    with monkeypatch.context() as earlier:
        earlier.setattr(audit_events, "record_index", lambda *_: None)
        earlier.setattr(refresh_module, "open_lists", lambda _: None)
        list(refresh(office.open(), folder=SAMPLES, terms=SAMPLE))
    one_entry_fewer(office)
    run, findings = office.screen()
    assert run.complete
    assert any(finding.entry_id == ENTRY for finding in findings)
    (line,) = office.said
    assert line.startswith("3 indexes of lists built again, once")
    assert office.screen()[1] == findings
    assert office.said == []
    assert verify(office.open()) is None


class Office:
    """Ordinary work in a home, one step after the other, in a workspace of its own each."""

    def __init__(self, office: Home, folder: Path, random: Random) -> None:
        self.office, self.folder, self.random = office, folder, random

    def refresh_one(self) -> None:
        list_id = self.random.choice([*KNOWN])
        for path in (self.folder / list_id).iterdir():
            if self.random.random() < 0.5:
                path.write_bytes(path.read_bytes() + b"\n")
        self.office.refresh(list_id, self.folder)

    def fail_to_refresh(self) -> None:
        held = (self.folder / "un" / "consolidated.xml").read_bytes()
        (self.folder / "un" / "consolidated.xml").write_bytes(b"<html>moved</html>")
        self.office.refresh("un", self.folder)
        (self.folder / "un" / "consolidated.xml").write_bytes(held)

    def drop_one(self) -> None:
        drop(self.office.open(), self.random.choice([*KNOWN]))

    def import_some(self) -> None:
        names = self.random.sample(["Volkhar Maritime", "Qaswar Wahmi", "Tarnmoor Care"], k=2)
        some = [Supplier(ref=f"S{at}", name=name) for at, name in enumerate(names)]
        workspace = self.office.open()
        workspace.suppliers.save(some, file="s.csv", at=workspace.now())

    def screen_all(self) -> None:
        workspace = self.office.open()
        screen(workspace, Screened(workspace.suppliers.all()))

    def check_one(self) -> None:
        with check(self.office.open(), VOLKHAR, keep=self.random.random() < 0.5):
            pass

    def decide_one(self) -> None:
        workspace = self.office.open()
        if waiting := queue.alerts(workspace):
            choice = deciding.Choice(decided="not the same", reason="OTHER", note="Another firm")
            with suppress(UsageError):
                deciding.decide_alert(workspace, waiting[0].id, choice)

    def remove_caches(self) -> None:
        shutil.rmtree(
            self.office.path / "indexes" / self.random.choice([".merged", ".parties"]),
            ignore_errors=True,
        )

    def step(self) -> None:
        self.office.said.clear()
        self.random.choice(
            [self.refresh_one, self.fail_to_refresh, self.drop_one, self.import_some,
             self.screen_all, self.screen_all, self.check_one, self.decide_one, self.remove_caches]
        )()  # fmt: skip


@pytest.mark.parametrize("steps", [10, pytest.param(500, marks=pytest.mark.soak)])
def test_ordinary_work_never_raises_a_false_alarm(
    office: Home,
    samples: Path,
    steps: int,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(incremental, "_MANY", 0)
    monkeypatch.setattr(incremental, "_MOST_CHANGED", 1_000)
    work = Office(office, samples, Random(steps))
    for number in range(steps):
        work.step()
        reasons = [one.reason for one in statuses(office.open())]
        assert not any("recorded" in line for line in (*office.said, *caplog.messages, *reasons))
        if number % 50 == 9:
            assert verify(office.open()) is None


def test_a_register_whose_description_is_gone_is_not_checked(
    open_workspace: Open, tmp_path: Path
) -> None:
    registers, asb = tmp_path / "home" / "local-registers", "porthvellan-asb"
    for name in ("asb", "housing"):
        add(open_workspace(tmp_path / "home"), LOCAL_REGISTERS / f"{name}.toml")
    list(refresh(open_workspace(tmp_path / "home"), [asb, "porthvellan-housing"]))

    def not_checked() -> dict[str, str]:
        workspace = open_workspace(tmp_path / "home")
        run = screen(workspace, Screened([VOLKHAR]))
        return {one.list_id: one.reason for one in run.lists if one.list_id.startswith("porth")}

    assert not_checked() == {asb: "", "porthvellan-housing": ""}
    text = (registers / f"{asb}.toml").read_text(encoding="utf-8")
    (registers / f"{asb}.toml").unlink()
    reasons = not_checked()
    assert reasons.pop("porthvellan-housing") == ""
    assert "the file that describes this register is gone" in reasons[asb]
    shutil.rmtree(registers)
    assert all(not_checked().values())
    registers.mkdir()
    write_text(registers / f"{asb}.toml", text)
    assert not_checked()[asb] == ""
    workspace = open_workspace(tmp_path / "home")
    drop(workspace, "porthvellan-housing")
    assert not_checked() == {asb: ""}
