"""A server of ours over the invented council, its registers with restricted records included."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
_SERVER = """
import json, sys
from dataclasses import replace
from duediligence.demo.office import invented_office
from duediligence.progress import SILENT
from duediligence.web.serving import create_demo_service
from duediligence.web.serving import serve_on_one_pc
from tests.web.programs import token

def say(entrance):
    site = entrance.site
    keys = {
        "lists": token(service, "match"),
        "suppliers": token(service, "match", "read"),
    }
    found = {name: f"{site}/reconcile/{key}/{name}" for name, key in keys.items()}
    print(json.dumps(found), flush=True)

with invented_office(SILENT, lambda line: None) as (ws, _):
    if origins := tuple(sys.argv[1:]):
        ws.settings = replace(ws.settings, reconcile_origins=origins)
    service = create_demo_service(ws)
    serve_on_one_pc(service, 0, say)
"""


@contextmanager
def reconcile_server(*origins: str) -> Iterator[dict[str, str]]:
    """The addresses of its two services, `lists` and `suppliers`, until the block ends.

    Pages of the `origins` may read there, where some are given.
    """
    with subprocess.Popen(
        [sys.executable, "-c", _SERVER, *origins],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout
            line = process.stdout.readline()
            assert line, "the server did not start"
            yield json.loads(line)
        finally:
            process.terminate()
