"""The supplier reader on a real list of care providers, where one is at hand."""

import os
from pathlib import Path

import pytest

from duediligence.suppliers.importing import read_suppliers

FILE = Path(os.environ["REAL_DATA"]) / "suppliers" / "care_providers.csv"


@pytest.mark.skipif(not FILE.is_file(), reason=f"no real suppliers: {FILE}")
def test_every_care_provider_is_read() -> None:
    read = read_suppliers(FILE)
    assert len(read.suppliers) == read.rows == 8_442
    assert (read.rejects, read.duplicates, read.unused, read.notes) == ((), 0, (), ())
    assert all(s.address and s.address.postcode and not s.repairs for s in read.suppliers)
