"""A question at the terminal: nothing is done unless the answer is yes."""

import sys
from pathlib import Path

import pytest

from tests.cli.terminal import on_terminal

from .conftest import Run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no such terminal")


@pytest.mark.parametrize(
    ("typed", "code", "words"),
    [
        (b"y\r", 0, "Removed"),
        (b"n\r", 2, "Nothing was removed."),
        pytest.param(b"\x04", 130, "Nothing was removed.", marks=pytest.mark.soak),
        pytest.param(b"\x03", 130, "Stopped.", marks=pytest.mark.soak),
    ],
    ids=["yes", "no", "end of input", "interrupted"],
)
def test_only_a_yes_is_one(run: Run, tmp_path: Path, typed: bytes, code: int, words: str) -> None:
    assert run("suppliers", "add", "Quayle Ferrow Ltd", "--ref", "S1").code == 0
    answers = [typed]

    def answer(came: str) -> bytes:
        return answers.pop() if answers and "[y/N]" in came else b""

    command = ("suppliers", "remove", "S1", "--rule", "never-a-supplier")
    done, came = on_terminal(*command, home=tmp_path / "home", folder=tmp_path, when=answer)
    assert not answers, came
    assert done == code, came
    assert words in came
    assert "Abort" not in came
    assert (run("suppliers", "show", "S1").code == 2) == (code == 0)


def test_a_short_company_number_is_asked_about(run: Run, tmp_path: Path) -> None:
    command = ("check", "Moss Ltd", "--number", "12")
    refused = run(*command)
    assert refused.code == 2
    assert "is it 00000012?" in refused.err
    answers = [b"n\r"]

    def answer(came: str) -> bytes:
        return answers.pop() if answers and "company 00000012? [y/N]" in came else b""

    done, came = on_terminal(*command, home=tmp_path / "home", folder=tmp_path, when=answer)
    assert (done, answers) == (2, []), came
    assert "Nothing was checked." in came
