"""GLEIF's golden copy by its real headings and values, and real stream events, if they are here."""

import json
import os
from pathlib import Path

import pytest

from duediligence.contracts import Drift
from duediligence.model import LegalEntity
from duediligence.registers.bulk.gleif import read_gleif_rows
from duediligence.registers.companies_house.stream import StreamRead
from tests.registers.bulk.golden_copies import (
    ENTITY_COLUMNS,
    RELATIONSHIP_COLUMNS,
    write_golden_copy,
)

DATA = Path(os.environ["REAL_DATA"]) / "publishers"
GLEIF, STREAM = DATA / "gleif", DATA / "companies-house-stream"
pytestmark = pytest.mark.skipif(
    not GLEIF.is_dir(), reason=f"the publishers' samples are not in --real-data ({GLEIF})"
)


def _value(found: object) -> str:
    return str(found.get("$", "")) if isinstance(found, dict) else ""


def test_a_copy_with_the_real_headings_and_values_is_read_whole(tmp_path: Path) -> None:
    headings = [
        line
        for line in (GLEIF / "golden_copy_lei2.columns.txt").read_text().splitlines()
        if line and not line.startswith("#")
    ]
    assert set(ENTITY_COLUMNS) <= set(headings)
    path = next(GLEIF.glob("*lei2*.cut.json"))
    rows = []
    for record in json.loads(path.read_text())["records"]:
        cells = {"LEI": _value(record["LEI"])}
        for name in headings[1:]:
            found = record
            for part in name.split("."):
                found = found.get(part, {}) if isinstance(found, dict) else {}
            cells[name] = _value(found)
        rows.append({name: text for name, text in cells.items() if text})
    drift = Drift()
    paths = write_golden_copy(tmp_path, rows, [], [], columns=headings)
    read = [row for row in read_gleif_rows(paths, drift) if isinstance(row, LegalEntity)]
    assert len(read) == len(rows)
    assert all(one.company_number and one.name and one.address for one in read)
    assert {one.registration for one in read} == {"ISSUED", "LAPSED"}
    assert drift.lines() == ()


def test_the_headings_of_relationships_are_the_publishers() -> None:
    lines = (GLEIF / "rr-cdf-2.1.header.txt").read_text().splitlines()
    assert set(RELATIONSHIP_COLUMNS) <= set(lines)


def test_real_events_name_their_companies() -> None:
    lines = [
        line for path in sorted(STREAM.glob("*.jsonl")) for line in path.read_bytes().splitlines()
    ]
    for line in lines:
        read = StreamRead(None)
        read.add_line(line)
        assert (read.missed, bool(read.timepoint)) == (0, True)
        assert bool(read.companies) != (b"disqualified-officer" in line)
