"""What one account of the machine keeps and writes, another cannot read: tried as that account.

Only root can become another account, so that elsewhere these tests skip.
"""

import grp
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from duediligence.casework import deciding, home_access, verifying
from duediligence.casework.queue import alerts
from duediligence.delivery import digest, exports, flag_files
from duediligence.delivery.pack import making
from duediligence.demo import SAMPLE_SCALE
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.errors import Forbidden, StorageError
from duediligence.extensions.sharing import referral
from duediligence.fetch.locking import lock_file
from duediligence.logs import configure_logging
from duediligence.permissions import group_name
from duediligence.screening import imports, registers
from duediligence.screening.lists.loading import RefreshTerms
from duediligence.screening.lists.refresh import add, refresh
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from tests.accounts import ONLY_ROOT, Account, cannot_read, startable_python

pytestmark = ONLY_ROOT

DEMO = Path(__file__).parents[2] / "duediligence" / "demo"
SAMPLE = RefreshTerms(scale=SAMPLE_SCALE, as_of=NOW.date())
MISTAKEN = deciding.Choice(decided="not the same", reason="OTHER", note="Another firm")
# Workbooks are read by a Python of their own, which another account may not be able to start.
LISTS = ["un", "uk-sanctions", "eu", "ofac-sdn", "world-bank", "hse-notices", "sponsors"]


# A group that the machine has, for `home share` takes a name.
GROUP = next((one for one in grp.getgrall() if one.gr_gid), grp.getgrgid(0)).gr_gid
ADA, BO, CY = Account(54_321, (GROUP,)), Account(54_322, (GROUP,)), Account(54_323)


@pytest.fixture(scope="module", autouse=True)
def _warm(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Import all that is imported late: another account may not read where Python itself is."""
    folder = tmp_path_factory.mktemp("warm")
    a_day_of_work(folder / "home", folder)
    configure_logging(verbose=False, file=None)


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that every account may look into, with one in it that belongs to Ada."""
    folder = Path(tempfile.mkdtemp(prefix="duediligence-accounts-"))
    folder.chmod(0o755)
    for reached in (folder, DEMO):
        if any(not above.stat().st_mode & 0o001 for above in reached.parents):
            shutil.rmtree(folder)
            pytest.skip(f"other accounts cannot reach {reached}: the test would show nothing")
    (folder / "scratch").mkdir()
    (folder / "scratch").chmod(0o1777)
    monkeypatch.setattr(tempfile, "tempdir", str(folder / "scratch"))
    (folder / "ada").mkdir(mode=0o755)
    os.chown(folder / "ada", ADA.number, ADA.number)
    yield folder
    shutil.rmtree(folder)


def opened(where: Path, *, at: datetime = NOW, **settings: object) -> Workspace:
    return Workspace(Settings(home=where, **settings), now=lambda: at)  # type: ignore[arg-type]


def refreshed(ws: Workspace) -> None:
    outcomes = list(refresh(ws, LISTS, folder=DEMO / "lists", terms=SAMPLE))
    assert not [one.error for one in outcomes if one.error]


def screened(ws: Workspace, rejects: Path) -> None:
    imports.import_suppliers(
        ws, DEMO / "suppliers.csv", mapping={}, sheet="", rejects_folder=rejects
    )
    screen(ws, Screened(ws.suppliers.all()))


def everything_in(*folders: Path) -> list[Path]:
    return [path for folder in folders for path in (folder, *sorted(folder.rglob("*")))]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def a_day_of_work(where: Path, out: Path) -> None:
    """All that leaves a file: in the home, and in a folder that others may look into."""
    configure_logging(verbose=False, file=out / "steps.jsonl")
    (out / "digests").mkdir()
    ws = opened(where, digest_folder=out / "digests")
    refreshed(ws)
    registers.load_register(ws, sorted((DEMO / "companies_bulk").glob("*.csv")), "companies")
    register = next((DEMO / "local_registers").glob("*.toml"))
    add(ws, register)
    imports.import_suppliers(
        ws, DEMO / "suppliers.csv", mapping={"name": "Supplier Name"}, sheet="", rejects_folder=out
    )
    run = screen(ws, Screened(ws.suppliers.all()))
    for name in ("flags.csv", "flags.xlsx", "flags.html", "flags.json"):
        flag_files.write_run(ws, run, out / name, people=True)
    alert = next(one for one in alerts(ws) if one.matched)
    deciding.decide(ws, alert, MISTAKEN)
    making.make(ws, making.PackRequest(supplier="S001"), out / "pack.zip")
    exports.export_flags(ws, out / "export.csv", "csv")
    exports.export_flags(ws, out / "export.ftm.json", "ftm.json")
    list(verifying.export_chain(ws, out / "audit.jsonl"))
    referral.make(ws, referral.ReferralRequest(alerts=[alert.id], to="police"), file="r.html")
    digest.send(ws, at_once=True)
    with lock_file(where / "schedule.lock"):
        pass


def test_nothing_new_can_be_read_by_another_account(place: Path) -> None:
    where, out = place / "ada" / "share" / "duediligence", place / "ada" / "out"

    def work() -> None:
        out.mkdir(mode=0o777)
        a_day_of_work(where, out)

    ADA.does(work)
    paths = [path for path in everything_in(place / "ada") if path.is_file()]
    names = {path.name for path in paths}
    assert {"casework.db", "casework.db-wal", "casework.db-shm", "lists.db", "steps.jsonl"} <= names
    assert {"flags.csv", "flags.xlsx", "flags.html", "flags.json", "export.csv"} <= names
    assert {"pack.zip", "audit.jsonl", "export.ftm.json", "schedule.lock"} <= names
    assert len(list((out / "digests").iterdir())) == 1
    assert len(paths) > 50, "a whole home is tried"
    assert [str(path) for path in paths if mode(path) != 0o600] == []
    folders = [path for path in everything_in(where.parent) if path.is_dir()]
    assert [str(path) for path in folders if mode(path) != 0o700] == []
    CY.does(cannot_read([*paths, *folders]))
    BO.does(cannot_read([*paths, *folders]))


def test_two_officers_work_in_one_home_and_a_third_reads_nothing(place: Path) -> None:
    if not ADA.does(startable_python):
        pytest.skip("no Python that another account may start, which sets the modes of a home")
    where = place / "ada" / "home"

    def ada_begins() -> None:
        ws = opened(where)
        home_access.share(ws, group_name(GROUP))
        refreshed(ws)
        screened(ws, place / "ada")
        deciding.decide(ws, next(one for one in alerts(ws) if one.matched), MISTAKEN)

    def bo_goes_on() -> None:
        ws = opened(where, at=NOW + timedelta(hours=1))
        with pytest.raises(Forbidden, match="belongs to uid 54321, not to uid 54322"):
            home_access.close(ws)
        refreshed(ws)
        registers.load_register(ws, sorted((DEMO / "companies_bulk").glob("*.csv")), "companies")
        screened(ws, place)
        deciding.decide(ws, [one for one in alerts(ws) if one.matched][1], MISTAKEN)

    def ada_ends() -> None:
        ws = opened(where, at=NOW + timedelta(hours=2))
        screened(ws, place / "ada")
        by = [(r.event.who, r.event.kind) for r in ws.audit.records()]
        assert ("uid 54321", "home shared") in by
        assert {who for who, kind in by if kind == "decision"} == {"uid 54321", "uid 54322"}
        assert {who for who, kind in by if kind == "run stored"} == {"uid 54321", "uid 54322"}
        assert verifying.verify(ws) is None

    # Under a strict umask: what is shared must be so all the same.
    ADA.does(ada_begins, umask=0o077)
    place.chmod(0o777)
    BO.does(bo_goes_on, umask=0o077)
    ADA.does(ada_ends, umask=0o077)
    paths = everything_in(where)
    files = [path for path in paths if path.is_file()]
    assert {path.stat().st_uid for path in files} == {ADA.number, BO.number}
    assert {path.stat().st_gid for path in paths} == {GROUP}
    assert {mode(path) for path in files} == {0o660}
    assert {mode(path) for path in paths if path.is_dir()} == {0o2770}
    CY.does(cannot_read(paths))

    def ada_closes() -> None:
        home_access.close(opened(where))

    ADA.does(ada_closes)
    assert mode(where) == 0o700
    BO.does(cannot_read(everything_in(where)))
    ADA.does(ada_ends)


def test_an_account_shares_only_its_own_home_and_with_a_group_of_its_own(place: Path) -> None:
    where = place / "ada" / "home"

    def alone() -> None:
        with pytest.raises(Forbidden, match="'uid 54321' is not in the group"):
            home_access.share(opened(where), group_name(GROUP))

    def somebody_else() -> None:
        with pytest.raises(StorageError, match="Permission denied") as refused:
            home_access.share(opened(where), group_name(GROUP))
        assert "Ask whoever this folder belongs to to share it" in str(refused.value.hint)

    Account(ADA.number).does(alone)
    BO.does(somebody_else)
    assert {mode(path) for path in everything_in(where)} == {0o700, 0o600}


def test_a_program_is_told_in_its_log_that_an_earlier_home_was_closed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    where = tmp_path / "home"
    where.mkdir(mode=0o755)
    where.chmod(0o755)
    with opened(where) as ws:
        screened(ws, tmp_path)
        screened(ws, tmp_path)
    told = [record.getMessage() for record in caplog.records if str(where) in record.getMessage()]
    assert len(told) == 1
    assert "It is closed to them now." in told[0]
    assert mode(where) == 0o700
