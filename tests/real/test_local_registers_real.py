"""Registers as councils and the HSE publish them, from a starter alone, where they are at hand."""

import os
import re
import shutil
from pathlib import Path

import pytest

from duediligence.council_registers import Description, examine_register, files_in
from duediligence.council_registers.rules import parse_description
from duediligence.council_registers.starter import draft_description

SHARED = Path(os.environ["REAL_DATA"]) / "enforcement"
pytestmark = pytest.mark.skipif(
    not SHARED.is_dir(), reason=f"the real registers are not in --real-data ({SHARED})"
)


def started(sample: Path, folder: Path) -> Description:
    """The starter of a sample, as it is."""
    out = folder / "starter.toml"
    return parse_description(draft_description(sample, out, "other").text, out)


def test_a_page_of_hse_notices_needs_nothing_settled(tmp_path: Path) -> None:
    sample = shutil.copy(SHARED / "hse" / "notice_list_excerpt.html", tmp_path)
    description = started(Path(sample), tmp_path)
    files = files_in(description)
    found = examine_register(description, files)
    assert found.problems == ()
    assert len(found.entries) == 6
    assert all(e.record and e.record.type == "notice" for e in found.entries)
    assert any(line.startswith("left out: row that is no record") for line in files.drift.lines())


def test_a_slip_of_the_publisher_is_told_and_the_mended_copy_is_read(tmp_path: Path) -> None:
    sample = tmp_path / "hmo register.csv"
    published = (SHARED / "hmo" / "oxford_hmo_simplified_register.csv").read_bytes()
    sample.write_bytes(published)
    description = started(sample, tmp_path)
    found = examine_register(description, files_in(description))
    # One row of thousands: the starter proposes to leave it unread.
    assert found.problems == ()
    assert len(found.entries) > 3_000
    (problem,) = found.unread
    assert [row.row for row in found.not_read] == [problem.row]
    assert problem.row > 1_000
    slip = re.search(r"'(\d\d/\d\d/)\d{4}': not a year between", problem.what)
    assert slip
    line = re.compile(rb"(%b)\d{4}" % slip[1].encode())
    rows = re.split(rb"\r\n|\r|\n", published)
    rows[problem.row - 1] = line.sub(rb"\g<1>2017", rows[problem.row - 1])
    sample.write_bytes(b"\n".join(rows))
    files = files_in(description)
    found = examine_register(description, files)
    assert found.problems == ()
    assert found.rows > 3_000
    # Premises alone: the register names no holder.
    assert all(entry.addresses and entry.kind == "unknown" for entry in found.entries)
    left_out = sum(item.count for item in files.drift.items() if item.kind == "left out")
    assert len(found.entries) + left_out == found.rows
