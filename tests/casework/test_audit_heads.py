"""A head that was kept elsewhere tells what the chain alone cannot: that all of it was made again.

By an insider who owns the files, and the key that is in them.
"""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from duediligence.casework import signing_keys
from duediligence.casework.audit_heads import FILENAME, read_heads, write_head
from duediligence.casework.examination import NotCovered
from duediligence.casework.verifying import examine
from duediligence.demo.office import DEMO_TIME
from duediligence.errors import NotFound, StorageError, UsageError
from duediligence.model import Supplier
from duediligence.progress import SILENT
from duediligence.scheduling import jobs
from duediligence.scheduling.actions import ACTIONS
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.signing import PublicKey, make_key, read_public_keys
from tests.rows import for_each
from tests.timestamp_authority import TimeStampAuthority, time_stamp_authority

Open = Callable[..., Workspace]


def imported(home: Path, name: str = "Quill & Ferrow Ltd", days: int = 0) -> None:
    with opened(home, days) as ws:
        ws.suppliers.save([Supplier(ref="S1", name=name)], file="s.csv", at=ws.now())


def opened(home: Path, days: int = 0, **settings: object) -> Workspace:
    return Workspace(
        Settings(home=home, **settings),  # type: ignore[arg-type]
        now=lambda: DEMO_TIME + timedelta(days),
        who="Ada",
    )


def problems(home: Path, heads: Path, keys: tuple[PublicKey, ...] = ()) -> list[str]:
    with opened(home, 9) as ws:
        return [one.what for one in examine(ws, heads=read_heads(heads), keys=keys).problems]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    imported(tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def heads(home: Path, tmp_path: Path) -> Path:
    """Three days' heads, one line each, on a share; and the public keys beside them."""
    share = tmp_path / "share"
    share.mkdir()
    for day in range(3):
        with opened(home, day) as ws:
            written = write_head(ws, str(share))
            assert written.to == str(share / FILENAME)
    with opened(home, 3) as ws:
        signing_keys.export(ws, share / "keys.pem")
    return share / FILENAME


def made_again(home: Path) -> None:
    """Another history, with the key that lies in the home."""
    key = (home / "keys" / "signing.pem").read_bytes()
    shutil.rmtree(home)
    (home / "keys").mkdir(parents=True, mode=0o700)
    (home / "keys" / "signing.pem").write_bytes(key)
    imported(home, "Another Ltd")
    with opened(home) as ws:
        signing_keys.signing_key(ws)


def test_each_head_is_a_line_that_stays_and_is_in_the_chain(home: Path, heads: Path) -> None:
    read = read_heads(heads)
    assert [one.at.date() for one in read] == [(DEMO_TIME + timedelta(n)).date() for n in range(3)]
    assert len({one.position for one in read}) == 3
    assert problems(home, heads) == []
    assert problems(home, heads, read_public_keys(heads.with_name("keys.pem"))) == []
    with opened(home) as ws:
        events = [one.event for one in ws.audit.records(kind="audit head")]
    assert [event.what["to"] for event in events] == [FILENAME] * 3


@for_each(
    ("number", "said"),
    [
        (1, "table a0"),
        (5, "table a0, table a1, table a2, table a3, table a4"),
        (6, "table a0, table a1, table a2, table a3, table a4 and 1 more"),
    ],
)
def test_of_the_changes_of_a_schema_five_are_named(home: Path, number: int, said: str) -> None:
    with closing(sqlite3.connect(home / "casework.db")) as db, db:
        for each in range(number):
            db.execute(f"CREATE TABLE IF NOT EXISTS a{each} (x)")
    with opened(home) as ws:
        (problem,) = examine(ws).problems
    assert problem.what == f"casework.db: its schema is not as this program makes it: {said}"


def test_descriptions_put_into_the_folder_by_hand_are_counted_as_not_covered(home: Path) -> None:
    def not_covered() -> list[NotCovered]:
        with opened(home, local_registers=home / "local-registers") as ws:
            return [one for one in examine(ws).not_covered if "descriptions" in one.what]

    (home / "local-registers").mkdir()
    assert not_covered() == []
    for number in (1, 2):
        (home / "local-registers" / f"r{number}.toml").write_text("")
        assert not_covered() == [
            NotCovered(
                number,
                "descriptions of registers",
                "they were put into the folder without `lists add`",
            )
        ]


def test_a_chain_made_again_with_the_same_key_is_told_by_a_head_kept_elsewhere(
    home: Path, heads: Path
) -> None:
    made_again(home)
    with opened(home) as ws:
        assert examine(ws).sound
    told = problems(home, heads, read_public_keys(heads.with_name("keys.pem")))
    assert len(told) == 3
    assert all("is not in the chain" in one for one in told)


def test_a_chain_and_heads_made_again_with_a_new_key_are_told_by_the_public_key_kept_elsewhere(
    home: Path, heads: Path
) -> None:
    made_again(home)
    make_key(home / "keys" / "signing.pem", instead=True)
    shutil.rmtree(home)
    imported(home, "Another Ltd")
    for path in (heads, heads.with_name("new.jsonl")):
        path.unlink(missing_ok=True)
        with opened(home) as ws:
            write_head(ws, str(path))
    assert problems(home, heads) == []
    told = problems(home, heads, read_public_keys(heads.with_name("keys.pem")))
    assert "kept elsewhere, is not in the chain: it was made again" in told[0]
    assert "not among those that were kept elsewhere" in told[1]


def test_a_head_that_was_edited_or_signed_by_a_stranger_is_told(home: Path, heads: Path) -> None:
    first, *_ = read_heads(heads)
    heads.write_text(replace(first, at=first.at - timedelta(days=9)).line() + "\n")
    assert "does not have a valid signature" in problems(home, heads)[0]
    stranger = make_key(heads.with_name("stranger.pem"))
    other = replace(first, key_id=stranger.public.id)
    other = replace(other, signature=stranger.sign("audit head", other.signed()))
    heads.write_text(other.line() + "\n")
    assert (
        f"signed by key {stranger.public.id}, which is not in the chain" in problems(home, heads)[0]
    )
    # Another sort of thing, signed by the key of the home.
    with opened(home) as ws:
        key = signing_keys.signing_key(ws)
    pack = replace(first, signature=key.sign("evidence pack", first.signed()))
    heads.write_text(pack.line() + "\n")
    assert "does not have a valid signature" in problems(home, heads)[0]


def test_heads_of_an_old_key_hold_after_it_was_replaced(home: Path, heads: Path) -> None:
    with opened(home, 4) as ws:
        signing_keys.rotate(ws)
        write_head(ws, str(heads))
        signing_keys.export(ws, heads.with_name("keys.pem"))
    assert problems(home, heads) == []
    assert problems(home, heads, read_public_keys(heads.with_name("keys.pem"))) == []


def test_a_line_cut_by_a_full_disk_does_not_spoil_the_next(home: Path, heads: Path) -> None:
    with heads.open("a", encoding="utf-8") as file:
        file.write('{"at":"20')
    with opened(home, 4) as ws:
        write_head(ws, str(heads))
    assert len(read_heads(heads)) == 4


def test_files_without_a_head_are_mistakes(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        read_heads(tmp_path / "none")
    (tmp_path / "text").write_text("Dear auditor,\n\n{}\n")
    with pytest.raises(UsageError, match="holds no signed head"):
        read_heads(tmp_path / "text")
    (tmp_path / "text").write_text('{"audit_head":1,"position":"one"}\n')
    with pytest.raises(UsageError, match="line 1: is no signed head"):
        read_heads(tmp_path / "text")


def job(to: str) -> jobs.Job:
    cadence = jobs.parse_cadence("day", "23:30")
    return jobs.Job(name="j", action="audit head", every="day", at="23:30", cadence=cadence, to=to)


def test_the_schedule_sends_it_by_a_channel(home: Path, tmp_path: Path) -> None:
    (tmp_path / "sent").mkdir()
    with opened(home, digest_folder=tmp_path / "sent") as ws:
        assert "signed, to folder" in ACTIONS["audit head"](ws, job("folder"), SILENT)
    (sent,) = (tmp_path / "sent").iterdir()
    assert sent.read_text(encoding="utf-8").startswith("Audit chain: record ")
    assert len(read_heads(sent)) == 1
    assert problems(home, sent) == []


def test_a_channel_or_a_folder_that_is_not_there_is_named(home: Path, tmp_path: Path) -> None:
    with opened(home) as ws:
        with pytest.raises(NotFound, match="'mail' is not configured"):
            write_head(ws, "mail")
        with pytest.raises(StorageError, match=r"heads\.jsonl"):
            write_head(ws, str(tmp_path / "gone" / "heads.jsonl"))


def test_a_job_says_where_the_head_goes(tmp_path: Path) -> None:
    def load(to: str) -> str:
        path = tmp_path / "schedule.toml"
        path.write_text(f'[[job]]\nname="a"\naction="audit head"\nevery="day"\nat="23:30"\n{to}')
        (one,) = jobs.load_jobs(path, ())
        return one.to

    assert load('to = "mail"') == "mail"
    assert load('to = "heads.jsonl"') == str(tmp_path / "heads.jsonl")
    with pytest.raises(UsageError, match="to is missing"):
        load("")


@pytest.fixture(scope="module")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> TimeStampAuthority:
    return time_stamp_authority(tmp_path_factory.mktemp("tsa") / "one")


@pytest.fixture
def url(tsa: TimeStampAuthority) -> Iterator[str]:
    def answer(asked: Request) -> Response:
        return Response(tsa.answer(asked.get_data()), mimetype="application/timestamp-reply")

    with HTTPServer(host="127.0.0.1") as server:
        server.expect_request("/tsa", method="POST").respond_with_handler(answer)
        yield server.url_for("/tsa")


def test_an_authority_stamps_it_and_a_date_set_back_is_told(
    home: Path, tmp_path: Path, tsa: TimeStampAuthority, url: str
) -> None:
    heads = tmp_path / "heads.jsonl"

    def stamped(at: datetime) -> list[str]:
        settings = Settings(home=home, timestamp_url=url, timestamp_roots=tsa.roots)
        with Workspace(settings, now=lambda: at) as ws:
            heads.unlink(missing_ok=True)
            assert write_head(ws, str(heads)).no_stamp == ""
            found = examine(ws, heads=read_heads(heads))
            return [one.what for one in found.problems]

    assert stamped(datetime.now(UTC)) == []
    assert "the time-stamp of the head" in stamped(datetime.now(UTC) - timedelta(days=40))[0]


def test_without_its_stamp_the_head_is_written_all_the_same(home: Path, tmp_path: Path) -> None:
    with opened(home, timestamp_url="http://127.0.0.1:9/tsa") as ws:
        done = write_head(ws, str(tmp_path / "heads.jsonl"))
    assert done.no_stamp
    assert problems(home, tmp_path / "heads.jsonl") == []
