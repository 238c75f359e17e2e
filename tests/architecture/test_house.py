"""The house only gets smaller and plainer: each figure of `benchmarks/house.toml` may only fall."""

import ast
import shutil
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import util
from inspect import CO_OPTIMIZED
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
SHARED = ROOT.parent / "shared"
needs_git = pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")


def _load() -> ModuleType:
    spec = util.spec_from_file_location("house", ROOT / "benchmarks" / "house.py")
    assert spec
    assert spec.loader
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


house = _load()
FIGURES = house.read_figures((ROOT / house.FILE).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def found() -> dict[str, float]:
    return dict(house.measure(ROOT))


def test_no_figure_is_passed(found: dict[str, float]) -> None:
    assert list(FIGURES)[:3] == list(house.CEILINGS)
    over = {name: figure for name, figure in found.items() if not figure <= FIGURES[name]}
    assert not over, f"above {house.FILE}: take away elsewhere what was added"


@pytest.mark.soak
def test_tokens_are_counted_as_they_were_asked(found: dict[str, float]) -> None:
    if not (counter := SHARED / "count.py").is_file():
        pytest.skip(f"{counter} is not here: house.py alone counts")
    if sys.version_info >= (3, 12):
        pytest.skip("since Python 3.12 count.py counts the parts of an f-string")
    done = subprocess.run([sys.executable, counter], cwd=ROOT, capture_output=True, check=True)
    assert done.stdout.decode().splitlines()[-1].split() == [f"{found['tokens']:,}", "all"]


def test_no_figure_is_above_what_was_asked() -> None:
    if not (asked := SHARED / "ceilings.toml").is_file():
        pytest.skip(f"{asked} is not here: house.toml alone is compared")
    ceilings = tomllib.loads(asked.read_text(encoding="utf-8"))
    assert ceilings.keys() == set(house.CEILINGS)
    assert not house.find_raised(FIGURES, [ceilings])


def test_no_figure_is_above_an_earlier_one() -> None:
    try:
        earlier = house.read_earlier_figures(ROOT)
    except house.UnknownHistory as problem:  # which `.ci/run` says
        pytest.skip(f"not known if a figure has risen: {problem}")
    assert not house.find_raised(FIGURES, earlier)


def _version(tokens: int, modules: int = 7) -> str:
    return f"tokens = {tokens}\ncode_lines = 9\ntest_lines = 9\n[shape]\nmodules = {modules}\n"


def _commit(root: Path, *versions: tuple[str, list[int]]) -> None:
    """Make a repository of commits, each a text of house.toml and its parents: 1 is the first."""
    commits = ""
    for number, (text, parents) in enumerate(versions, 1):
        commits += f"commit refs/heads/main\nmark :{number}\ncommitter A <a@b> {number} +0000\n"
        commits += "data 0\n"
        for word, parent in zip(("from", "merge"), parents, strict=False):
            commits += f"{word} :{parent}\n"
        commits += f"M 644 inline {house.FILE}\ndata {len(text)}\n{text}\n"
    root.mkdir()
    for command in ("init -q -b main", "fast-import --quiet --force"):
        subprocess.run(["git", *command.split()], cwd=root, input=commits.encode(), check=True)


@pytest.mark.soak  # in `make check` too
@needs_git
def test_a_figure_is_compared_with_every_earlier_one(tmp_path: Path) -> None:
    root = tmp_path / "house"
    _commit(
        root,
        ('[figures]\n"code lines" = 1\nmodules = 1\n', []),  # before there were ceilings
        (_version(100), [1]),
        ("<<<<<<< broken", [2]),
        (_version(80), [2]),
        (_version(100, modules=6), [3]),
        (_version(100, modules=6), [5, 4]),  # a merge that drops the lower figure of a branch
    )
    earlier = house.read_earlier_figures(root)
    for now, raised in (
        (_version(80, modules=6), []),
        (_version(100, modules=6), ["tokens: 100, was 80"]),
        (_version(80), ["modules: 7, was 6"]),
        (_version(80).partition("modules")[0], ["modules: gone, was 6"]),
    ):
        assert house.find_raised(house.read_figures(now), earlier) == raised

    # As `.ci/run` asks, in a checkout of its own.
    place = root / "benchmarks"
    place.mkdir()
    shutil.copy(ROOT / "benchmarks" / "house.py", place)
    (place / "house.toml").write_text(_version(81, modules=6))
    command = [sys.executable, place / "house.py", "--history"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (1, "tokens: 81, was 80\n", "")


@pytest.mark.soak  # in `make check` too
@needs_git
def test_an_unknown_history_is_no_history_without_a_rise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    whole, shallow, bare = (tmp_path / name for name in ("whole", "shallow", "bare"))
    _commit(whole, (_version(80), []), (_version(100), [1]))
    clone = ["git", "clone", "-q", "--depth", "1", whole.as_uri(), shallow]
    subprocess.run(clone, check=True)
    with pytest.raises(house.UnknownHistory, match="git fetch --unshallow"):
        house.read_earlier_figures(shallow)
    bare.mkdir()
    with pytest.raises(house.UnknownHistory, match="not a git repository"):
        house.read_earlier_figures(bare)
    monkeypatch.setenv("PATH", str(bare))
    assert house.main(["--history"]) == 3
    assert "not known if a figure of benchmarks/house.toml has risen" in capsys.readouterr().out


HOUSE = {
    "duediligence/a.py": "from duediligence import b\n\nclass Row:\n    '''A row.'''\n",
    "duediligence/b.py": "from duediligence import a\ndef told():\n    '''The x.'''\n",
    "duediligence/store/c.py": "# said anew\nclass Row:\n    pass\n\ndef told(): pass\n",
    "duediligence/web/d.html.jinja": "<p>{# no #}{{ row.name }}</p>{% if a %}b{% endif %}\n",
    "watchlists/d.py": "def list_rows():\n    '''Return rows.'''\n",
    "tests/test_a.py": "import a\n\n# One.\n",
    ".venv/tests/test_b.py": "import b\n",
    "benchmarks/speed.py": "import c\n",
}


def _build(root: Path, files: dict[str, str]) -> dict[str, float]:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return dict(house.measure(root))


def test_the_figures_of_a_house_are_counted(tmp_path: Path) -> None:
    assert _build(tmp_path, HOUSE) == {
        "tokens": 22,
        "code_lines": 8,
        "test_lines": 3,
        "modules": 4,
        "modules that one other uses": 2,
        "class names with two meanings": 1,
        "function names in several modules": 1,
        "circles of imports": 1,
        "percent of functions named by one word": 66.7,
        "docstrings without a verb first": 1,
        "turns of style": 3,
    }


def test_moving_a_file_changes_no_figure(tmp_path: Path) -> None:
    moved = {
        "duediligence/store/c.py": "extensions/sharing/source/c.py",
        "duediligence/web/d.html.jinja": "extensions/sharing/d.html.jinja",
        "watchlists/d.py": "checks/d.py",
        "tests/test_a.py": "extensions/sharing/tests/deeper/test_a.py",
    }
    files = {moved.get(name, name): text for name, text in HOUSE.items()}
    assert _build(tmp_path / "after", files) == _build(tmp_path / "before", HOUSE)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("total = 1", 3),
        ("'''A module.'''\n\n# A comment.\nimport a\nfrom b import (\n    c,\n)\n", 0),
        ("def add(one, two):\n    '''Add.'''\n    return one + two\n", 9),
        ("total = [\n    (1,),\n    {2: 3},\n]\n", 6),
        (f"name = '{'five words and no more ' * 1}'", 3),
        (f"name = '{'five words and no more ' * 2}'", 12),
        ("name = f'{a + b} and {c}'", 3),
        (f"name = f'''{{a + b}}\n{'one more ' * 5}{{f\"{{c}}\"}}'''\n", 2 + 1 + 2 + 10 + 2),
    ],
    ids="code documents function layout short long short-f-string long-f-string".split(),
)
def test_tokens_are_counted(text: str, tokens: int) -> None:
    assert house.count_tokens(text, list(ast.walk(ast.parse(text)))) == tokens


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
