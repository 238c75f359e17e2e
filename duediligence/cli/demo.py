"""The main job on invented data: no network, no key, nothing of yours touched."""

import shutil
import sys
from datetime import UTC, datetime
from importlib.resources import as_file, files
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from duediligence.cli.globals import progress, say
from duediligence.cli.screen import show
from duediligence.errors import StorageError

# The invented lists carry dates just before this one; on any other day they would be stale.
DEMO_TIME = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)

NEXT = """
All of the above is invented. To use real lists and your own suppliers:

  1. {command} lists refresh
     (no internet here? put the publishers' files in a folder and add --from FOLDER)
  2. {command} lists confirm uk-debarment
     (read its official page first: it has no file to fetch)
  3. {command} doctor
  4. {command} screen YOUR-SUPPLIERS.xlsx --out flags.csv
"""


def demo(
    out_dir: Annotated[Path, typer.Option(help="Folder for flags.csv and report.html.")] = Path(
        "duediligence-demo"
    ),
) -> None:
    """Screen invented suppliers against invented lists, and write flags.csv and report.html.

    Needs no network and no key, and keeps only the two files.

    Examples:

        duediligence demo

        duediligence demo --out-dir /tmp/demo
    """
    from duediligence.delivery.flag_files import write_run
    from duediligence.demo import SAMPLE_SCALE
    from duediligence.demo.server import serve
    from duediligence.screening.imports import import_suppliers
    from duediligence.screening.lists.loading import Terms
    from duediligence.screening.lists.refresh import refresh
    from duediligence.screening.registers import load_accounts, load_charities, load_companies
    from duediligence.screening.run.screen import Screened, screen
    from duediligence.screening.workspace import Workspace
    from duediligence.settings import Settings
    from duediligence.text.wording import count
    from duediligence.writing import make_folder

    try:
        make_folder(out_dir)
    except OSError as error:
        raise StorageError(
            f"{out_dir}: {error.strerror}", hint="Name another --out-dir."
        ) from error
    with (
        TemporaryDirectory(prefix="duediligence-demo-") as home,
        as_file(files("duediligence") / "demo") as data,
        serve() as companies_house,
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
            backoff=0.05,
        ) as ws,
    ):
        terms = Terms(scale=SAMPLE_SCALE, as_of=DEMO_TIME.date())
        say("Loading invented lists and registers, as of 20 November 2026:")
        for one in refresh(ws, folder=data / "lists", terms=terms, progress=progress()):
            if one.error:
                raise one.error
            entries = one.version.entries if one.version else 0
            say(f"  {one.list_id}: {count(entries, 'entry', 'entries')}")
        for country in sorted((data / "charities").iterdir()):
            if country.is_dir():
                version = load_charities(ws, sorted(country.iterdir()), progress=progress())
                say(f"  {version.register}: {count(version.rows, 'charity', 'charities')}")
        bulk = sorted((data / "companies_bulk").glob("*.csv"))
        version = load_companies(ws, bulk, progress=progress())
        say(f"  {version.register}: {version.rows} companies in bulk")
        if find_spec("ixbrl_parse"):
            version = load_accounts(ws, [data / "accounts"], progress=progress())
            say(f"  {version.register}: {count(version.rows, 'balance sheet')}")
        else:
            say("  accounts: not loaded, for ixbrl-parse is not installed")
        say("  companies-house: its API, simulated on this machine")
        imported = import_suppliers(
            ws, data / "suppliers.csv", mapping={}, sheet="", rejects_folder=out_dir
        )
        read = imported.read
        run = screen(
            ws, Screened(read.suppliers, file=read.file, sha256=read.sha256), progress=progress()
        )
        say()
        show(run)
        write_run(ws, run, out_dir / "flags.csv", people=True)
        write_run(ws, run, out_dir / "report.html", people=True)
    say(f"\nWrote {out_dir / 'flags.csv'} and {out_dir / 'report.html'}")
    say(
        "They name the people that flags are about. "
        "For a copy to circulate, screen with --redact-people."
    )
    say(NEXT.format(command=_command()).rstrip())


def _command() -> str:
    """How this program can be called from here: by name, or by the path it was called by."""
    called = Path(sys.argv[0])
    found = shutil.which("duediligence")
    if called.name != "duediligence" or (found and Path(found).resolve() == called.resolve()):
        return "duediligence"
    here = Path.cwd()
    return str(called.relative_to(here) if called.is_relative_to(here) else called)
