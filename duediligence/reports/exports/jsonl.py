"""An export as JSON Lines: one finding a line, nothing shortened or escaped for spreadsheets."""

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from duediligence.reports.exports.rows import Exported
from duediligence.reports.run_json import VERSION, finding_document


def document(one: Exported) -> dict[str, Any]:
    """`{"version": 1, "data": {…}}`: the finding's fields as in the JSON of a run, then those of
    Exported.
    """
    finding = finding_document(one.finding)
    beside = msgspec.to_builtins(replace(one, finding=None))  # type: ignore[arg-type]
    del beside["finding"]
    return {"version": VERSION, "data": {**finding, **beside}}


def write_jsonl(found: Iterable[Exported], path: Path) -> None:
    """In ASCII, so that any code page can carry it. Its OSErrors pass."""
    with path.open("w", encoding="ascii", newline="") as stream:
        stream.writelines(json.dumps(document(one)) + "\n" for one in found)
