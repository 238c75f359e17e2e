"""The scores of nomenklatura's LogicV2, by an interpreter that has it (`make .venv/clients`).

nomenklatura needs other versions of packages than the project, so it runs as a process: this
file is read by both sides.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from multiprocessing import Pool
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Comparison:
    """A name and the names of each party that it may be."""

    query: str
    kind: str
    parties: tuple[tuple[str, ...], ...]


def installed(python: Path) -> str:
    """The version of nomenklatura that an interpreter has, or an empty text."""
    code = "from importlib.metadata import version as v; print(v('nomenklatura'))"
    try:
        done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip()


def scores(python: Path, comparisons: Sequence[Comparison]) -> list[list[float]]:
    """The score of each party of each comparison."""
    if not comparisons:
        return []
    asked = json.dumps([asdict(one) for one in comparisons])
    done = subprocess.run(
        [python, __file__], input=asked, check=True, stdout=subprocess.PIPE, encoding="utf-8"
    )
    found: list[list[float]] = json.loads(done.stdout)
    return found


def _compared(asked: dict[str, Any]) -> list[float]:
    """The scores of one comparison; runs in the other interpreter."""
    logic = import_module("nomenklatura.matching").LogicV2
    entity = import_module("followthemoney").EntityProxy.from_dict
    schema = "Person" if asked["kind"] == "person" else "Organization"
    config = logic.default_config()

    def named(*names: str) -> Any:
        # It remembers what it made of an entity by the id.
        return entity({"id": "\n".join(names), "schema": schema, "properties": {"name": names}})

    query = named(asked["query"])
    return [logic.compare(query, named(*names), config).score for names in asked["parties"]]


def main() -> None:
    with Pool() as pool:
        json.dump(pool.map(_compared, json.load(sys.stdin), chunksize=4), sys.stdout)


if __name__ == "__main__":
    main()
