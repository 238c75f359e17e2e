"""A search worker: `python -m duediligence.matching.index.worker DIR` over stdin and stdout."""

import sys
from contextlib import suppress
from pathlib import Path

from duediligence.matching.index.workers import serve

if __name__ == "__main__":
    # Whoever asked may have been stopped: nobody is left to be told.
    with suppress(BrokenPipeError):
        serve(Path(sys.argv[1]), sys.stdin.buffer, sys.stdout.buffer)
