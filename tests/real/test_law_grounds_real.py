"""Our table of grounds beside another reading of the Act, where --real-data has it."""

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from duediligence.law.grounds import list_grounds

READING = Path(os.environ["REAL_DATA"]) / "enforcement" / "pa2023_grounds.json"
pytestmark = pytest.mark.skipif(
    not READING.is_file(), reason=f"the other reading of the Act is not in --real-data ({READING})"
)


def test_codes_kinds_years_and_floors_agree_with_the_other_reading() -> None:
    theirs: list[dict[str, Any]] = json.loads(READING.read_text("utf-8"))["grounds"]
    ours = list_grounds(date(2026, 11, 24))
    assert [
        (one.code, one.kind, one.years, one.floor.isoformat() if one.floor else None)
        for one in ours
    ] == [
        (one["code"], one["type"], one["lookback_years"], one["ignore_events_before"])
        for one in theirs
    ]
