"""The job of backups: made, verified, and only then are older ones removed."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from duediligence.delivery.backup import making, restoring
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.errors import Conflict, DamagedBackup, Invalid, UsageError
from duediligence.progress import SILENT
from duediligence.scheduling.actions import ACTIONS
from duediligence.scheduling.jobs import KEEP, Job, load_jobs
from tests.rows import for_each

Open = Callable[..., object]
WORDS = "four random words here"
TEXT = """
[[job]]
name = "nightly"
action = "backup"
every = "day"
at = "23:00"
folder = "../backups"
"""


def job(home: Path, text: str = TEXT) -> Job:
    home.mkdir(mode=0o700, exist_ok=True)
    (home / "schedule.toml").write_text(text)
    (one,) = load_jobs(home / "schedule.toml", ())
    return one


@pytest.fixture
def run(open_workspace: Open, tmp_path: Path) -> Callable[..., str]:
    (tmp_path / "backups").mkdir()

    def run_one(day: int = 0, text: str = TEXT, words: str = WORDS) -> str:
        home = tmp_path / "home"
        one = job(home, text)
        ws = open_workspace(home, at=NOW + timedelta(day), backup_passphrase=words)
        return ACTIONS["backup"](ws, one, SILENT)  # type: ignore[arg-type]

    return run_one


def names(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "backups").iterdir())


def test_the_newest_are_kept(run: Callable[..., str], tmp_path: Path) -> None:
    text = TEXT + "keep = 2\n"
    told = [run(day, text) for day in range(3)]
    assert names(tmp_path) == [
        "duediligence-20261121T090000Z.backup",
        "duediligence-20261122T090000Z.backup",
    ]
    assert told[0].startswith("made and verified duediligence-20261120T090000Z.backup, ")
    assert [one.rpartition("; ")[2] for one in told] == [
        "0 older removed",
        "0 older removed",
        "1 older removed",
    ]
    for name in names(tmp_path):
        assert restoring.verify_backup(tmp_path / "backups" / name, WORDS).problem is None


def test_what_was_not_verified_removes_nothing(
    run: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(0)
    whole = making.write_chunks

    def spoilt(chunks: object, into: Path) -> tuple[str, int]:
        """A disk that gives back something else than was written."""
        told = whole(chunks, into)  # type: ignore[arg-type]
        into.write_bytes(into.read_bytes()[:-1] + b"x")
        return told

    monkeypatch.setattr(making, "write_chunks", spoilt)
    with pytest.raises(DamagedBackup):
        run(1, TEXT + "keep = 1\n")
    assert names(tmp_path) == ["duediligence-20261120T090000Z.backup"]


def test_it_says_what_it_needs(run: Callable[..., str], tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no passphrase is set for backups"):
        run(words="")
    with pytest.raises(Invalid, match="must have 14"):
        run(words="short")
    with pytest.raises(Invalid, match="is not a folder"):
        run(text=TEXT.replace("../backups", "../nowhere"))
    with pytest.raises(Invalid, match="would be lost with it"):
        run(text=TEXT.replace("../backups", "."))
    assert names(tmp_path) == []
    run()
    with pytest.raises(Conflict, match="already exists"):
        run()


@for_each(
    ("text", "words"),
    [
        (TEXT.replace('folder = "../backups"', ""), "job 'nightly': folder is missing"),
        (TEXT + "keep = 0\n", "keep must be a number, 1 or more"),
        (TEXT + "keep = true\n", "keep must be a number"),
        (TEXT + 'keep = "2"\n', "keep must be a number"),
        (TEXT + 'from = "x"\n', "from is for the action 'refresh lists' only"),
        (TEXT.replace('"backup"', '"digest"'), "folder is for the action 'backup' only"),
    ],
)
def test_a_slip_is_found_at_once(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        job(tmp_path / "home", text)


def test_a_fortnight_is_kept_where_nothing_is_said(tmp_path: Path) -> None:
    assert job(tmp_path / "home").keep == KEEP == 14
    assert job(tmp_path / "home").into == tmp_path / "home" / ".." / "backups"


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """With less work for scrypt."""
    encrypt = making.encrypt_chunks
    monkeypatch.setattr(
        making,
        "encrypt_chunks",
        lambda chunks, words, work_factor: encrypt(chunks, words, work_factor=4),
    )
