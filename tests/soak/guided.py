"""Fuzz one reader by the branches that its inputs reach: `python -m tests.soak.guided NAME RUNS`.

A program of its own, for atheris (libFuzzer) takes a process over and ends it when it is done.
"""

import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["duediligence"]):
    from duediligence.errors import DuediligenceError
    from tests.soak.test_every_reader_fuzzed import READERS

if __name__ == "__main__":
    read, start, _ = READERS[sys.argv[1]]
    folder = Path(tempfile.mkdtemp())
    (folder / "seeds").mkdir()
    (folder / "seeds" / "first").write_bytes(start())
    path = folder / "input.toml"

    def one(data: bytes) -> None:
        path.write_bytes(data)
        with suppress(DuediligenceError):
            read(path)

    options = [f"-runs={sys.argv[2]}", "-max_len=20000", "-seed=1", "-timeout=60"]
    atheris.Setup(
        [sys.argv[0], *options, f"-artifact_prefix={folder}/", str(folder / "seeds")], one
    )
    atheris.Fuzz()
