"""Run by a test: what is stored, by a program whose every model class has one more optional field.

Prints, by the name of each sample, its identity, its document, and whether the document that
version 1 wrote is read as the same. With a home as second argument, how its alerts stand as well.
"""

import dataclasses
import json
import runpy
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
_dataclass = dataclasses.dataclass


def dataclass_and_one_field(cls: Any = None, /, **options: Any) -> Any:
    def made(cls: Any) -> Any:
        if {"duediligence", "model"} <= set(cls.__module__.split(".")):
            cls.__annotations__ = {**cls.__annotations__, "one_more": str}
            cls.one_more = ""
        return _dataclass(cls, **options)

    return made if cls is None else made(cls)


dataclasses.dataclass = dataclass_and_one_field  # type: ignore[assignment]

from duediligence.store import records  # noqa: E402

samples = runpy.run_path(str(HERE / "samples.py"))["SAMPLES"]
found: dict[str, Any] = {}
version_1 = dict(
    line.split(b"\t", 1) for line in (HERE / "version_1.txt").read_bytes().splitlines()
)
for name, sample in samples.items():
    assert sample.one_more == ""
    body = version_1.get(name.encode())
    found[name] = [
        records.identity(sample),
        records.encode(sample).decode(),
        body is None or records.has_same_content(sample, sha256(body).hexdigest(), body),
    ]
if len(sys.argv) > 1:
    from duediligence.casework import queue
    from duediligence.screening.workspace import Workspace
    from duediligence.settings import Settings

    with Workspace(Settings(home=Path(sys.argv[1]))) as workspace:
        kept = workspace.suppliers.all()
        count = workspace.suppliers.save(kept, file="again.csv", at=workspace.now())
        found["suppliers"] = [count.added, count.changed, count.unchanged]
        found["reopened"] = [
            bool(why and (why.entry_changed or why.party_changed))
            for why in [a.status.reopened for a in queue.alerts(workspace) if a.history]
        ]
sys.stdout.write(json.dumps(found))
