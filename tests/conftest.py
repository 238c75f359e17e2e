"""A home with the invented sample lists loaded, as the demo has it."""

import gc
import logging
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, is_hypothesis_test, settings

from duediligence.demo import SAMPLE_SCALE
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.errors import UsageError
from duediligence.formats import workbook
from duediligence.logs import configure_logging
from duediligence.screening.lists.loading import RefreshTerms
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings

from .costs import Costs
from .homes import copy_home
from .thorough import examples

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# What only `make browser` installs, and only its tests import.
collect_ignore = [] if find_spec("axe_playwright_python") else ["browser", "render/test_pdf.py"]

SAMPLE = RefreshTerms(scale=SAMPLE_SCALE, as_of=NOW.date())

SAMPLES = Path(__file__).parents[1] / "duediligence" / "demo" / "lists"

# A home is hundreds of small files: to make and remove one costs a tenth in memory.
IN_MEMORY, ROOM = Path("/dev/shm"), 4 << 30

Open = Callable[..., Workspace]
MadeHome = Callable[..., Path]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--real-data",
        metavar="DIR",
        default=Path(__file__).parents[2] / "shared" / "data",
        help="folder of real data; a test whose files are not there skips",
    )
    parser.addoption(
        "--thorough",
        action="store_true",
        help="try all examples, as make soak does (tests/thorough.py)",
    )


def pytest_configure(config: pytest.Config) -> None:
    workbook.read_lines = read_workbook_here
    config.pluginmanager.register(Costs())
    # The tests of power cuts are about a disk.
    if config.option.markexpr != "long" and _can_hold_homes(IN_MEMORY):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(IN_MEMORY))
    # No test may look into the keyring of whoever runs it.
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
    # In the environment, for modules ask for it while they are collected.
    os.environ["REAL_DATA"] = str(Path(config.getoption("--real-data")).absolute())
    if config.getoption("--thorough"):
        os.environ["THOROUGH"] = "yes"
    # How long a test takes is the machine's matter: a busy one must not fail it. How many random
    # texts a rule leaves out differs from run to run.
    settings.register_profile(
        "any",
        max_examples=examples(100),
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    settings.load_profile("any")


def read_workbook_here(path: Path, wanted: str, most_rows: int) -> Iterator[Any]:
    """Read a workbook in this process; what would end another is the same error as there."""
    try:
        yield from workbook.read_here(path, wanted, most_rows)
    except Exception as error:
        raise UsageError(f"{path.name}: the reader stopped: {type(error).__name__}") from error


def _can_hold_homes(folder: Path) -> bool:
    """Whether the homes of tests fit there, and programs in them may run."""
    if not os.access(folder, os.W_OK):
        return False
    state = os.statvfs(folder)
    return state.f_bavail * state.f_frsize >= ROOM and not state.f_flag & os.ST_NOEXEC


def pytest_collection() -> None:
    # Tens of thousands of tests and their parameters live to the end: no use to search them.
    gc.disable()


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent / "real"):
            item.add_marker(pytest.mark.soak)
        if isinstance(item, pytest.Function) and is_hypothesis_test(item.function):
            item.add_marker(pytest.mark.thorough)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    apart = item.get_closest_marker("apart")
    workbook.read_lines = workbook.read_apart if apart else read_workbook_here


@pytest.fixture(autouse=True)
def _log_is_closed() -> Iterator[None]:
    """A command that shows or keeps the log leaves nothing of that to the next test."""
    yield
    logger = logging.getLogger("duediligence")
    if logger.level:
        configure_logging(verbose=False, file=None)
        logger.setLevel(logging.NOTSET)


@pytest.fixture(scope="session")
def loaded_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample lists, loaded once; copy it, never write to it."""
    home = tmp_path_factory.mktemp("loaded-home")
    with Workspace(Settings(home=home), now=lambda: NOW) as workspace:
        for one in refresh(workspace, folder=SAMPLES, terms=SAMPLE):
            assert one.result == "loaded", one
    return home


@pytest.fixture(scope="session")
def made_home(loaded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> MadeHome:
    """Gives a home with the sample lists in which a function has worked, once; copy it, never
    write to it.
    """

    @cache
    def make(work: Callable[..., None], *more: str) -> Path:
        home = copy_home(loaded_home, tmp_path_factory.mktemp("made") / "home")
        work(home, *more)
        return home

    return make


@pytest.fixture
def home(loaded_home: Path, tmp_path: Path) -> Path:
    """A home of the test's own with every sample list loaded."""
    return copy_home(loaded_home, tmp_path / "home")


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """The Chromium of this machine; a test opens pages in a context of its own."""
    from .chromium import chromium

    with chromium() as started:
        yield started


@pytest.fixture
def samples(tmp_path: Path) -> Path:
    """A copy of the folder of sample lists that a test may damage."""
    return Path(shutil.copytree(SAMPLES, tmp_path / "lists"))


@pytest.fixture
def open_workspace(tmp_path: Path) -> Iterator[Open]:
    """Open workspaces (by default on an empty home, at a fixed time) and close them at the end."""
    opened: list[Workspace] = []

    def open_one(home: Path | None = None, *, at: datetime = NOW, **settings: object) -> Workspace:
        # A server of a test is on this machine, which a person would have to allow, too.
        if "addresses" in settings:
            settings = {"private_hosts": ("127.0.0.1", "localhost"), **settings}
        if "companies_house_url" in settings or "cqc_url" in settings:
            settings = {"key_hosts": ("127.0.0.1",), **settings}
        workspace = Workspace(
            Settings(home=home or tmp_path / "empty-home", **settings),  # type: ignore[arg-type]
            now=lambda: at,
        )
        opened.append(workspace)
        return workspace

    yield open_one
    for workspace in opened:
        workspace.__exit__()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the tests counted that damage files, cut the power or kill commands."""
    _cut_lists(terminalreporter)
    _power_cuts(terminalreporter)


def _recorded(terminalreporter: pytest.TerminalReporter, name: str) -> Iterator[dict[str, Any]]:
    for report in (*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")):
        yield from (value for key, value in report.user_properties if key == name)


def _power_cuts(terminalreporter: pytest.TerminalReporter) -> None:
    write = terminalreporter.write_line
    cuts, kills = Counter[str](), Counter[str]()
    lines = []
    for one in _recorded(terminalreporter, "power cuts"):
        counts = {key: one[key] for key in ("tried", "distinct", "acknowledged")}
        counts |= {key: len(one[key]) for key in ("lost", "damaged")}
        lines.append(
            f"   {one['act']}: " + ", ".join(f"{n:,} {what}" for what, n in counts.items())
        )
        # A database that was made less careful, to show that this is noticed.
        if "=" not in one["act"]:
            cuts.update(counts)
    for one in _recorded(terminalreporter, "kills"):
        kills.update(one)
    if lines:
        terminalreporter.section("power cuts, and different states that they left")
        write(", ".join(f"{n:,} {what}" for what, n in cuts.items()))
        for line in sorted(lines):
            write(line)
    if kills:
        terminalreporter.section("kills of living commands")
        write(", ".join(f"{n:,} {what}" for what, n in sorted(kills.items())) + ", 0 acts lost")


def _cut_lists(terminalreporter: pytest.TerminalReporter) -> None:
    figures: Counter[str] = Counter()
    unnoticed: Counter[str] = Counter()
    for value in _recorded(terminalreporter, "cut lists"):
        counts = {k: n for k, n in value.items() if isinstance(n, int)}
        figures.update(counts)
        undetectable = (n for k, n in counts.items() if k.startswith("undetectable"))
        unnoticed[str(value["list"])] += sum(undetectable)
    if not figures:
        return
    write = terminalreporter.write_line
    terminalreporter.section("damages to the files of lists")
    write(f"{figures['tried']:,} tried, {figures['missed']:,} detectable ones that ended current")
    write(f"{figures['not current']:,} not current, {figures['nothing lost']:,} lost nothing")
    write(f"{unnoticed.total():,} undetectable: a first load, or a detail other than a name")
    write("   by list: " + ", ".join(f"{i} {n}" for i, n in sorted(unnoticed.items()) if n))
