"""A search worker: `python -m duediligence.matching.index.worker DIR` over stdin and stdout."""

import sys
from pathlib import Path

from duediligence.matching.index.workers import serve

if __name__ == "__main__":
    serve(Path(sys.argv[1]), sys.stdin.buffer, sys.stdout.buffer)
