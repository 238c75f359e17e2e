"""The modules of the yardstick (benchmarks/), and the invented parties that tests measure with."""

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

from duediligence.model import ListEntry, Name

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
PARTIES = Path(__file__).with_name("invented_parties.tsv")


def module(name: str) -> ModuleType:
    """A module of benchmarks/, whose modules import each other as a program's do."""
    if str(BENCHMARKS) not in sys.path:
        sys.path.append(str(BENCHMARKS))
    return import_module(name)


def invented() -> list[ListEntry]:
    """The invented parties, as entries of a list."""
    entries = []
    for line in PARTIES.read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        kind, script, *latin = line.split("\t")
        names = [Name(text) for text in latin]
        if script != "-":
            names.append(Name(script, "original-script"))
        assert kind in ("person", "organisation")
        entries.append(
            ListEntry(id=f"E{len(entries)}", list_id="invented", kind=kind, names=tuple(names))
        )
    return entries
