"""Registers as councils and the HSE publish them, from a starter alone, where they are at hand."""

from pathlib import Path

import pytest

from duediligence.local_registers import Description, examine, files_in
from duediligence.local_registers.description import described
from duediligence.local_registers.guessing import starter

SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "enforcement"
pytestmark = pytest.mark.skipif(
    not SHARED.is_dir(), reason=f"the real registers are not at hand ({SHARED})"
)


def started(sample: Path, folder: Path, *settled: tuple[str, str]) -> Description:
    """The starter of a sample, with lines of it settled as a person would."""
    out = folder / "starter.toml"
    text = starter(sample, out, "other").text
    for before, after in settled:
        assert before in text
        text = text.replace(before, after)
    return described(text, out)


def test_a_page_of_hse_notices_needs_nothing_settled(tmp_path: Path) -> None:
    description = started(SHARED / "hse" / "notice_list_excerpt.html", tmp_path)
    files = files_in(description)
    found = examine(description, files)
    assert found.problems == ()
    assert len(found.entries) == 6
    assert all(e.record and e.record.type == "notice" for e in found.entries)
    assert "left out: row that is no record: Page: 1 2 (1)" in files.drift.lines()


def test_a_slip_of_the_publisher_is_told_and_the_mended_copy_is_read(tmp_path: Path) -> None:
    sample = tmp_path / "hmo register.csv"
    published = (SHARED / "hmo" / "oxford_hmo_simplified_register.csv").read_bytes()
    sample.write_bytes(published)
    settled = ('# record_type = "notice"', 'record_type = "registration"')
    description = started(sample, tmp_path, settled)
    found = examine(description, files_in(description))
    assert [str(problem) for problem in found.problems] == [
        "hmo register.csv: row 1727: column 'Licence Commenced' (decision_date) is "
        "'02/03/3017': no year between 1900 and 2100"
    ]
    assert found.entries == ()
    sample.write_bytes(published.replace(b"02/03/3017", b"02/03/2017"))
    files = files_in(description)
    found = examine(description, files)
    assert found.problems == ()
    assert found.rows > 3_000
    # Premises alone: the register names no holder.
    assert all(entry.addresses and entry.kind == "unknown" for entry in found.entries)
    left_out = sum(count for kind, _, count in files.drift.counts() if kind == "left out")
    assert len(found.entries) + left_out == found.rows
