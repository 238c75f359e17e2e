"""The made extract of the Insolvency Service's own tests, where --real-data has it."""

import os
import re
from pathlib import Path

import pytest
from duediligence.watchlists.individual_insolvency import parse as extract

from duediligence.contracts import Files
from duediligence.law.personal_insolvency import find_last_day

FOLDER = Path(os.environ["REAL_DATA"]) / "publishers" / "insolvency-personal"
MADE = FOLDER / "iir_bulk_extract_elements.made.xml"
pytestmark = pytest.mark.skipif(not MADE.is_file(), reason=f"{MADE} is not in --real-data")


def test_the_extract_is_read_whole() -> None:
    """Counted by another reading: as many entries as tags of cases and restrictions."""
    text = MADE.read_text("utf-8")
    files = Files({"iir-extract.xml": MADE})
    found = list(extract.parse(files))
    tags = r"<(?:CaseDetails|BankruptcyRestrictionsDetails|DebtReliefRestrictionsDetails)>"
    assert len(found) == len(re.findall(tags, text)) > 14
    assert files.drift.items() == ()
    assert all(find_last_day(one.record) for one in found if one.record)
