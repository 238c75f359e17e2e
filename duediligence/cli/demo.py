"""The main job on invented data: no network, no key, nothing of yours touched."""

import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from duediligence.cli.globals import progress, say
from duediligence.cli.screen import print_run
from duediligence.errors import StorageError

NEXT = """
All of the above is invented. To use real lists and your own suppliers:

  1. {command} lists refresh
     (no internet here? put the publishers' files in a folder and add --from FOLDER)
  2. {command} lists confirm uk-debarment
     (read its official page first: it has no file to fetch)
  3. {command} doctor
  4. {command} screen YOUR-SUPPLIERS.xlsx --out flags.csv
"""


def run_demo(
    out_dir: Annotated[Path, typer.Option(help="Folder for flags.csv and report.html.")] = Path(
        "duediligence-demo"
    ),
) -> None:
    """Try it out: screen invented suppliers against invented lists.

    It writes flags.csv and report.html. Needs no network and no key, and keeps only these files and
    flags.details.csv.

    Examples:

        duediligence demo

        duediligence demo --out-dir /tmp/demo
    """
    from duediligence.delivery.flag_files import write_run
    from duediligence.demo.office import invented_office
    from duediligence.text.wording import listed
    from duediligence.writing import make_folder

    try:
        make_folder(out_dir)
    except OSError as error:
        raise StorageError(
            f"{out_dir}: {error.strerror}", hint="Name another --out-dir."
        ) from error
    with invented_office(progress(), say, rejects_folder=out_dir) as (ws, run):
        say()
        print_run(run)
        files = write_run(ws, run, out_dir / "flags.csv", people=True)
        files += write_run(ws, run, out_dir / "report.html", people=True)
    say(f"\nWrote {listed(map(str, files))}")
    say(
        "They name the people that flags are about. "
        "For a copy to circulate, screen with --redact-people."
    )
    say(NEXT.format(command=_find_program_command()).rstrip())


def _find_program_command() -> str:
    """Return how this program can be called from here: by name, or by the path it was called by."""
    called = Path(sys.argv[0])
    found = shutil.which("duediligence")
    if called.name != "duediligence" or (found and Path(found).resolve() == called.resolve()):
        return "duediligence"
    here = Path.cwd()
    return str(called.relative_to(here) if called.is_relative_to(here) else called)
