"""The invented council: its home folder with lists, registers and suppliers, screened once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.resources import as_file, files
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from duediligence.demo import SAMPLE_SCALE
from duediligence.demo.server import serve_demo_api
from duediligence.model import Run
from duediligence.progress import Progress
from duediligence.screening.imports import import_suppliers
from duediligence.screening.lists.loading import RefreshTerms
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.registers import load_accounts, load_register
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.text.wording import count

# The invented lists carry dates just before this one; on any other day they would be stale.
DEMO_TIME = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
BACKOFF_SECONDS = 0.05


@contextmanager
def invented_office(
    progress: Progress, tell: Callable[[str], None]
) -> Iterator[tuple[Workspace, Run]]:
    """Provide a workspace in a home of its own, which goes when the block ends. Tells what it
    loads.

    Raises SourceError, StorageError.
    """
    with (
        TemporaryDirectory(prefix="duediligence-demo-") as home,
        as_file(files("duediligence") / "demo") as data,
        serve_demo_api() as companies_house,
        Workspace(
            Settings(
                home=Path(home),
                companies_house_url=companies_house,
                companies_house_key="demonstration",
                key_hosts=("127.0.0.1",),
                local_registers=data / "local_registers",
                # Invented, so that nothing is left out which a council would rather not keep.
                store_restricted=True,
            ),
            now=lambda: DEMO_TIME,
            backoff=BACKOFF_SECONDS,
        ) as ws,
    ):
        _load_demo_data(ws, data, progress, tell)
        imported = import_suppliers(
            ws, data / "suppliers.csv", mapping={}, sheet="", rejects_folder=None
        )
        read = imported.read
        screened = Screened(read.suppliers, file=read.file, sha256=read.sha256)
        yield ws, screen(ws, screened, progress=progress)


def _load_demo_data(
    ws: Workspace, data: Path, progress: Progress, tell: Callable[[str], None]
) -> None:
    terms = RefreshTerms(scale=SAMPLE_SCALE, as_of=DEMO_TIME.date())
    tell("Loading invented lists and registers, as of 20 November 2026:")
    entries: list[int] = []
    for one in refresh(ws, folder=data / "lists", terms=terms, progress=progress):
        if one.error:
            raise one.error
        entries.append(one.version.entries if one.version else 0)
    tell(f"  {count(len(entries), 'list')}, all read: {count(sum(entries), 'entry', 'entries')}")
    for country in sorted((data / "charities").iterdir()):
        if country.is_dir():
            version = load_register(ws, sorted(country.iterdir()), "charities", progress=progress)
            tell(f"  {version.register}: {count(version.rows, 'charity', 'charities')}")
    bulk = sorted((data / "companies_bulk").glob("*.csv"))
    version = load_register(ws, bulk, "companies", progress=progress)
    tell(f"  {version.register}: {version.rows} companies in bulk")
    if find_spec("ixbrl_parse"):
        version = load_accounts(ws, [data / "accounts"], progress=progress)
        tell(f"  {version.register}: {count(version.rows, 'balance sheet')}")
    else:
        tell("  accounts: not loaded, for ixbrl-parse is not installed")
    tell("  companies-house: its API, simulated on this machine")
