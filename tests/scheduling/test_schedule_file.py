"""The jobs as a person writes them: every slip is found at once and named."""

import re
from pathlib import Path

import pytest

from duediligence.errors import UsageError
from duediligence.scheduling.jobs import ACTION_NAMES, EXAMPLE, load_jobs, path_of
from duediligence.settings import Settings
from tests.rows import for_each

LISTS = ("uk-debarment", "uk-sanctions", "un")


def write(folder: Path, text: str) -> Path:
    path = folder / "schedule.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_example_can_be_used_as_it_is(tmp_path: Path) -> None:
    lists, screening, verification = load_jobs(write(tmp_path, EXAMPLE), LISTS)
    actions = (lists.action, screening.action, verification.action)
    assert actions == ("refresh lists", "re-screen", "verify")
    assert lists.cadence.times < screening.cadence.times


def test_the_example_can_be_used_with_its_marks_off(tmp_path: Path) -> None:
    text, marks = re.subn(r"(?m)^# (?=\[\[job|\w+ = )", "", EXAMPLE)
    jobs = load_jobs(write(tmp_path, text), LISTS)
    assert marks > 10
    assert {job.action for job in jobs} == set(ACTION_NAMES)
    by_hand = next(job for job in jobs if job.ids)
    assert by_hand.ids == ("uk-debarment",)
    assert by_hand.folder == tmp_path / "incoming"


JOB = '[[job]]\nname = "night"\naction = "re-screen"\nevery = "day"\nat = "02:30"\n'


@for_each(
    ("text", "words"),
    [
        ("", "it holds no job"),
        ("[[job]\n", "cannot be read"),
        ("[job]\nname = 'night'\n", "double brackets"),
        ("job = ['night']\n", "double brackets"),
        ("[jobs]\n", "'jobs' is not known"),
        (JOB + "when = 'x'\n", "job 'night': unknown key 'when'"),
        (JOB + "ids = ['un']\n", "job 'night': ids is for the action 'refresh lists'"),
        (JOB + "from = '.'\n", "job 'night': from is for the action 'refresh lists'"),
        (JOB + JOB, "two jobs are named 'night'"),
        (JOB.replace("re-screen", "rescreen"), "job 'night': 'rescreen' is not a valid action"),
        (JOB.replace('"02:30"', "02:30:00"), "job 'night': at must be text"),
        (JOB.replace("02:30", "25:00"), "job 'night': at = '25:00'"),
        (JOB.replace("day", "daily"), "job 'night': every = 'daily'"),
        (JOB.replace('name = "night"\n', ""), "job number 1: name is missing"),
        (JOB.replace("night", " "), "name is missing"),
        (JOB.replace('every = "day"\n', ""), "job 'night': every is missing"),
        (JOB.replace("re-screen", "refresh lists") + "ids = 'un'\n", "ids must be a list"),
        (JOB.replace("re-screen", "refresh lists") + "ids = ['una']\n", "unknown list 'una'"),
    ],
)
def test_a_slip_is_named_with_the_file_and_the_job(tmp_path: Path, text: str, words: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(UsageError) as raised:
        load_jobs(path, LISTS)
    assert str(path) in raised.value.message
    assert words in raised.value.message


def test_without_a_file_the_hint_says_how_to_begin(tmp_path: Path) -> None:
    path = path_of(Settings(home=tmp_path))
    with pytest.raises(UsageError) as raised:
        load_jobs(path, LISTS)
    assert "schedule example" in str(raised.value.hint)


def test_the_file_can_be_elsewhere(tmp_path: Path) -> None:
    elsewhere = tmp_path / "jobs.toml"
    assert path_of(Settings(home=tmp_path / "home", schedule_file=elsewhere)) == elsewhere


def test_a_mark_before_the_text_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "schedule.toml"
    path.write_bytes(b"\xef\xbb\xbf" + JOB.encode())
    assert load_jobs(path, LISTS)[0].name == "night"
