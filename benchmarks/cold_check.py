"""What a `check` costs in a new process, against one that only imports the libraries it ends with.

    python benchmarks/cold_check.py [--turns 7]

Loads one list of the demonstration into a home and checks a name. Takes the least of each, in turn,
with bytecode compiled.
"""

import argparse
import os
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from register import machine, run

from duediligence.demo import SAMPLE_SCALE
from duediligence.demo.office import DEMO_TIME
from duediligence.screening.lists.loading import RefreshTerms
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings

LIST = "uk-sanctions"
TERMS = RefreshTerms(scale=SAMPLE_SCALE)
DEMO = Path(__file__).parents[1] / "duediligence" / "demo" / "lists" / LIST
CHECK = """
import atexit, sys
from duediligence.cli import main
if libraries:
    atexit.register(lambda: print(*(
        name for name, module in list(sys.modules.items())
        if (getattr(module, "__file__", None) or "").startswith(libraries)
    )))
sys.argv = ["duediligence", "--home", home, "check", "Volkhar Maritime (UK) Ltd"]
try:
    main()
except SystemExit:  # lists that are not loaded leave the check incomplete
    pass
"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--turns", type=int, default=7)
    turns = options.parse_args().turns
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    print(machine())
    with tempfile.TemporaryDirectory(prefix="duediligence-") as home:
        with Workspace(Settings(home=Path(home)), now=lambda: DEMO_TIME) as workspace:
            for refreshed in refresh(workspace, [LIST], folder=DEMO, terms=TERMS):
                print(refreshed.list_id, refreshed.result)
        names = libraries_of(home)
        imports = f"from importlib import import_module\nfor name in {names}: import_module(name)"
        checks = f"home, libraries = {home!r}, ''{CHECK}"
        timed = [
            tuple(run([sys.executable, "-c", code]) for code in (checks, imports))
            for _ in range(turns)
        ]
    check, alone = (
        [min(getattr(turn[side], kind) for turn in timed) for kind in ("wall", "processor")]
        for side in (0, 1)
    )
    for kind, ours, theirs in zip(("wall", "processor"), check, alone, strict=True):
        print(f"{kind}: check {ours:.2f} s, its libraries {theirs:.2f} s: {ours / theirs:.2f}")


def libraries_of(home: str) -> list[str]:
    """Return the modules of other packages that a check ends with, in the order of their import."""
    code = f"home, libraries = {home!r}, {sysconfig.get_paths()['purelib']!r}{CHECK}"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    # What the interpreter itself starts with is in both processes.
    return [
        name
        for name in ended.stdout.splitlines()[-1].split()
        if not name.startswith(("_distutils_hack", "__editable__"))
    ]


if __name__ == "__main__":
    main()
