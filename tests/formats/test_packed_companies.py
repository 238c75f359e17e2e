"""Companies packed for the local register: nothing of a row is lost, whatever it holds."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from duediligence.formats.packed_companies import LOOKED_UP, REST, pack_companies
from duediligence.model import CompanyRow

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.just("],[")
cells = st.tuples(
    *[texts | st.none()] * (len(CompanyRow._fields) - 1), st.integers(0, 10**9) | st.none()
)


@given(st.lists(cells, min_size=1, max_size=5))
def test_each_company_can_be_made_from_what_was_packed(rows: list[tuple[Any, ...]]) -> None:
    made = []
    for *looked_up, rest in pack_companies(zip(*rows, strict=True)):
        fields = dict(zip(LOOKED_UP, looked_up, strict=True))
        fields |= dict(zip(REST, json.loads(rest), strict=True))
        made.append(tuple(fields[field] for field in CompanyRow._fields))
    assert made == rows
