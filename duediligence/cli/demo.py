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
    out_dir: Annotated[
        Path | None, typer.Option(help="Write flags.csv and report.html into this folder.")
    ] = None,
) -> None:
    """Try it out: screen invented suppliers against invented lists.

    Needs no network and no key, and keeps nothing but the files that --out-dir asks for.

    Examples:

        duediligence demo

        duediligence demo --out-dir demo
    """
    from duediligence.delivery.flag_files import write_run
    from duediligence.demo.office import invented_office
    from duediligence.text.wording import listed
    from duediligence.writing import make_folder

    files: list[Path] = []
    command = _find_program_command()
    try:
        if out_dir:
            make_folder(out_dir)
    except OSError as error:
        raise StorageError(
            f"{out_dir}: {error.strerror}", hint="Name another --out-dir."
        ) from error
    with invented_office(progress(), say) as (ws, run):
        say()
        print_run(run)
        for name in ("flags.csv", "report.html") if out_dir else ():
            files += write_run(ws, run, Path(out_dir or "", name), people=True)
    if files:
        say(f"\nWrote {listed(map(str, files))}")
        say(
            "They name the people that flags are about. "
            "For a copy to circulate, screen with --redact-people."
        )
    else:
        say(f"\nTo keep flags.csv and report.html of it: {command} demo --out-dir demo")
    say(NEXT.format(command=command).rstrip())


def _find_program_command() -> str:
    """Return how this program can be called from here: by name, or by the path it was called by."""
    called = Path(sys.argv[0])
    found = shutil.which("duediligence")
    if called.name != "duediligence" or (found and Path(found).resolve() == called.resolve()):
        return "duediligence"
    here = Path.cwd()
    return str(called.relative_to(here) if called.is_relative_to(here) else called)
