"""The house only gets smaller and plainer: each figure of `benchmarks/house.toml` may only fall."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import util
from inspect import CO_OPTIMIZED
from itertools import pairwise
from pathlib import Path
from types import FrameType, ModuleType

import pytest

from ..cli.conftest import Run
from ..cli.conftest import run as run
from ..web.alert_office import Office
from ..web.conftest import alert_home as alert_home
from ..web.conftest import office as office
from ..web.conftest import open_office as open_office

ROOT = Path(__file__).parents[2]
FILE = "benchmarks/house.toml"
COMMITS = 30  # the latest that changed the file


def _load() -> ModuleType:
    spec = util.spec_from_file_location("house", ROOT / "benchmarks" / "house.py")
    assert spec
    assert spec.loader
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


house = _load()
FIGURES = house.figures((ROOT / FILE).read_text(encoding="utf-8"))


def test_no_figure_rises() -> None:
    found = house.measure(ROOT)
    unknown = found.keys() - FIGURES.keys()
    assert not unknown, f"not in {FILE}: {sorted(unknown)}"
    risen = [
        f"{name}: {found[name]:g}, above {FIGURES[name]:g}"
        for name in found
        if found[name] > FIGURES[name]
    ]
    assert not risen, f"say why in {FILE}, or make it less: {risen}"


def test_a_raised_figure_has_a_reason() -> None:
    versions = [*_versions(), (ROOT / FILE).read_text(encoding="utf-8")]
    for before, after in pairwise(versions):
        assert not house.raised_without_reason(before, after)


def _versions() -> Iterator[str]:
    """The file in each commit that changed it, oldest first."""
    commits = _git("log", f"-{COMMITS}", "--format=%H", "--", FILE).decode().split()
    asked = "".join(f"{commit}:{FILE}\n" for commit in reversed(commits))
    answered = _git("cat-file", "--batch", given=asked.encode())
    while answered:
        head, _, rest = answered.partition(b"\n")
        length = int(head.split()[-1])
        yield rest[:length].decode()
        answered = rest[length + 1 :]


def _git(*arguments: str, given: bytes = b"") -> bytes:
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=ROOT, input=given, capture_output=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this is no checkout of git: what the figures were is not known")
    return done.stdout


TEXT = '[figures]\n"code lines" = 100\nmodules = 7\n'
REASON = (
    '[[raised]]\nfigure = ["code lines", "code lines of web"]\nwhy = "a register of care homes"\n'
)


@pytest.mark.parametrize(
    ("before", "after", "raised"),
    [
        (TEXT, TEXT.replace("100", "90"), []),
        (TEXT, TEXT.replace("100", "101"), ["code lines"]),
        (TEXT, TEXT.replace("100", "101") + REASON, []),
        (TEXT + REASON, TEXT.replace("100", "101") + REASON, ["code lines"]),
        (
            TEXT,
            TEXT.replace("100", "101") + REASON.replace("a register of care homes", " "),
            ["code lines"],
        ),
        (TEXT, TEXT.replace("7", "8") + REASON, ["modules"]),
    ],
    ids=["falls", "rises", "says why", "a reason of before", "an empty reason", "another's reason"],
)
def test_a_raise_is_found(before: str, after: str, raised: list[str]) -> None:
    assert house.raised_without_reason(before, after) == raised


def test_the_figures_of_a_house_are_counted(tmp_path: Path) -> None:
    files = {
        "duediligence/a.py": "from duediligence import b\n\nclass Row:\n    '''A row.'''\n",
        "duediligence/b.py": "from duediligence import a\ndef told():\n    '''The x.'''\n",
        "duediligence/store/c.py": "# said anew\nclass Row:\n    pass\n\ndef told(): pass\n",
        "watchlists/d.py": "def list_rows():\n    '''Return rows.'''\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert house.measure(tmp_path) == {
        "code lines": 8,
        "code lines of duediligence": 4,
        "code lines of store": 3,
        "code lines of watchlists": 1,
        "modules": 4,
        "modules that one other uses": 2,
        "class names with two meanings": 1,
        "function names in several modules": 1,
        "circles of imports": 1,
        "percent of functions named by one word": 66.7,
        "docstrings without a verb first": 1,
        "turns of style": 3,
    }


@contextmanager
def entered() -> Iterator[set[str]]:
    """Collect the files of the house in which any function is called."""
    files: set[str] = set()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_flags & CO_OPTIMIZED:  # no body of a module or class
            files.add(frame.f_code.co_filename)

    threading.setprofile(note)
    sys.setprofile(note)
    try:
        yield files
    finally:
        sys.setprofile(None)
        threading.setprofile(None)  # type: ignore[arg-type]


def count(files: set[str]) -> int:
    own = tuple(str(ROOT / package) for package in house.PACKAGES)
    return sum(name.startswith(own) for name in files)


def test_check_enters_no_more_modules(run: Run, home: Path) -> None:
    run("check", "Volkhar Maritime")  # what is imported on the way is entered once
    with entered() as files:
        assert run("check", "Volkhar Maritime").code == 3
    assert count(files) <= FIGURES["modules entered by check"]


def test_the_page_of_an_alert_enters_no_more_modules(office: Office) -> None:
    address = f"/alerts/{office.match().id}"
    numbers = []
    with entered() as files:
        client = office.person("Ada")
        for _ in range(4):  # the look-ups thread looks for new lists beside some of them
            files.clear()
            assert client.get(address).status_code == 200
            numbers.append(count(files))
    assert min(numbers) <= FIGURES["modules entered by the page of an alert"]
