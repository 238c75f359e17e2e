"""What a list must hold before it is loaded."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import date

import pytest

from duediligence import registry
from duediligence.contracts import Expect
from duediligence.errors import ExpectationFailed
from duediligence.model import ListEntry, Name
from duediligence.screening.lists.wholeness import check_expectations
from tests.rows import for_each

TODAY = date(2026, 11, 24)


@for_each(("entries", "enough"), [(9, False), (10, True)])
def test_a_list_is_expected_at_its_full_size_unless_a_share_is_given(
    entries: int, enough: bool
) -> None:
    expected = replace(registry.find_watchlists()["un"], expect=Expect(entries=(10, 20)), feeds=())
    held = [
        ListEntry(id=str(n), list_id="un", kind="person", names=(Name(f"Ada Quillen {n}"),))
        for n in range(entries)
    ]
    with nullcontext() if enough else pytest.raises(ExpectationFailed, match="between 10 and 20"):
        check_expectations(expected, held, TODAY, None, today=TODAY)
