"""On a terminal of 80 × 24 the end of each long command fits, and a bar takes one line."""

import os
import re
import shutil
from pathlib import Path

import pytest

from duediligence.cli import progress
from tests.cli.terminal import COLUMNS, last_screen, on_terminal, rows

pytestmark = pytest.mark.skipif(os.name != "posix", reason="a terminal of this kind is Unix")
DEMO = Path(__file__).parents[2] / "duediligence" / "demo"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """No list is loaded, so that all that is wrong with each is said."""
    shutil.copyfile(DEMO / "suppliers.csv", tmp_path / "suppliers.csv")
    return tmp_path / "home"


@pytest.mark.soak
def test_a_screening_with_no_list_ends_with_what_it_came_to(home: Path, tmp_path: Path) -> None:
    code, text = on_terminal("screen", "suppliers.csv", home=home, folder=tmp_path)
    assert code == 3
    end = last_screen(text)
    for said in (
        "Not checked:",
        "lists not checked: ",
        "duediligence doctor",
        "What this run looked at",
        "Incomplete: ",
        "\nRun 2",
    ):
        assert said in end
    assert max(map(len, rows(text))) <= COLUMNS


@pytest.mark.soak
def test_a_refresh_of_every_list_and_the_doctor_end_with_what_to_do(
    home: Path, tmp_path: Path
) -> None:
    command = ("lists", "refresh", "--from", str(DEMO / "lists"))
    code, text = on_terminal(*command, home=home, folder=tmp_path)
    assert code == 3
    end = last_screen(text)
    assert re.search(r"\d+ lists: \d+ ", end)
    assert "    Failed: care-inspectorate, " in end
    assert "duediligence doctor" in end
    code, text = on_terminal("doctor", home=home, folder=tmp_path)
    assert code == 3
    end = last_screen(text)
    assert "Not ready for a complete run: " in end
    assert "- Never loaded: care-inspectorate" in end
    assert "duediligence doctor | more" in end


STOPPED = """
import sys
from time import sleep
from duediligence.cli import main, progress
from duediligence.screening import registers

def load(ws, files, product, *, accept_fewer, progress):
    with progress.task("Loading a file of a name that is far too long for it.zip", 2_000_000_000,
                       unit="bytes") as task, progress.keeping("files were read", 3) as keeping:
        keeping.advance()
        task.advance(1_204_000_000)
        while True:
            sleep(0.05)

progress._LEAST_SECONDS = 0.0
registers.load_register = load
main(sys.argv[1:])
"""


def test_a_bar_is_one_line_with_the_time_left_and_ctrl_c_says_what_is_kept(
    home: Path, tmp_path: Path
) -> None:
    """With a job that waits where it is, so that nothing rests on how fast this machine is."""
    typed = []

    def when(came: str) -> bytes:
        if "left" in came and not typed:
            typed.append(came)
            return b"\x03"
        return b""

    command = ("registers", "load", "companies-house", "x.zip")
    program = ("-c", STOPPED)
    code, text = on_terminal(*command, home=home, folder=tmp_path, program=program, when=when)
    assert code == 130
    (drawn,) = typed
    bar = next(one for one in reversed(rows(drawn)) if " left" in one)
    assert re.search(r"Loading a file of .*… .*1,204 of 2,000 MB +0:00:0\d 10 s left$", bar)
    assert len(bar) <= COLUMNS - 4
    said = "Stopped. 1 of 3 files were read. That is kept; run the same command again to go on."
    assert last_screen(text).replace("\n", "").replace(" ", "") == said.replace(" ", "")


def test_time_left_is_as_rough_as_it_is_known() -> None:
    words = [progress.left_words(n) for n in (0, 14, 44, 70, 3500, 3600, 5000, 90_000)]
    assert words == [
        *("10 s left", "10 s left", "40 s left", "1 min left", "58 min left"),
        *("1 h 00 min left", "1 h 30 min left", "25 h 00 min left"),
    ]
    assert progress.time_left(60, 100, 300) == "2 min left"
    for elapsed, done, total in (
        (1, 9, 10),
        (60, 0, 10),
        (60, 10, 10),
        (60, 5, None),
        (None, 1, 2),
    ):
        assert not progress.time_left(elapsed, done, total)


def test_how_much_is_done() -> None:
    assert progress.done_words(1204, 3000, "") == "1,204 of 3,000"
    assert progress.done_words(1204, None, "") == "1,204"
    assert progress.done_words(12e6, 340e6, "bytes") == "12 of 340 MB"
    assert progress.done_words(12e3, 34e3, "bytes") == "12 of 34 kB"
    assert progress.done_words(12e6, None, "bytes") == "12 MB"


def test_a_log_has_a_line_now_and_then(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = [100.0]
    monkeypatch.setattr(progress, "monotonic", lambda: now[0])
    with progress.LogLines().task("Screening against 12 lists", 400) as task:
        for _ in range(100):
            now[0] += 1
            task.advance()
    said = capsys.readouterr().err.splitlines()
    assert said == [
        "Screening against 12 lists: 10 of 400, 6 min left",
        "Screening against 12 lists: 40 of 400, 6 min left",
        "Screening against 12 lists: 70 of 400, 6 min left",
        "Screening against 12 lists: 100 of 400, 5 min left",
    ]
    with progress.Watching().task("Screening against 12 lists", 400) as task:
        now[0] += 60
        task.advance()
    assert not capsys.readouterr().err


def test_what_is_kept_of_several_pieces_of_work_is_said_in_their_order() -> None:
    watching = progress.Watching()
    assert not progress.kept_words()
    with watching.keeping("suppliers were looked up", 3000) as task:
        task.advance(3000)
    with watching.keeping("parties were looked up", 9000):
        pass
    said = "Stopped. 3,000 of 3,000 suppliers were looked up. That is kept; "
    assert progress.kept_words().startswith(said)
    progress.Watching()
    assert not progress.kept_words()
