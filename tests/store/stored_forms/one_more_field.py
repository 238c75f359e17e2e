"""Run by a test: what is stored, by a program whose every model class has one more optional field.

Prints, by the name of each sample, its identity and its document.
"""

import dataclasses
import json
import runpy
import sys
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
for name, sample in samples.items():
    assert sample.one_more == ""
    found[name] = [records.identity(sample), records.encode(sample).decode()]
sys.stdout.write(json.dumps(found))
