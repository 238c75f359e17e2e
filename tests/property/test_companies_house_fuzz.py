"""Whatever a register sends: the model's objects, or an error of ours that says what is wrong."""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duediligence.demo.server import load_demo_answers
from duediligence.errors import SourceError
from duediligence.registers.companies_house import records
from duediligence.registers.companies_house.records import company_hit as hit
from duediligence.registers.companies_house.records import parse_company_profile
from tests.rows import for_each
from tests.thorough import examples

pytestmark = pytest.mark.thorough

TODAY = date(2026, 11, 24)
HELD = load_demo_answers()
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(["", "9999-12-31", "2026-02-30", "0000-00-00", "\0", "A, B, C", "2026"])
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner),
    max_leaves=6,
)


def _items(ending: str) -> list[Any]:
    return [
        item
        for path, body in HELD.items()
        if path.endswith(ending) and ".error" not in path
        for item in body["items"]
    ]


READERS: dict[str, tuple[Callable[[Any], object], list[Any]]] = {
    "company": (
        parse_company_profile,
        [body for path, body in HELD.items() if path.count("/") == 1 and "company_name" in body],
    ),
    "hit": (hit, [{"company_number": "99000001", "title": "X", "address": {"premises": "1"}}]),
    "officer": (records.parse_officer, _items("/officers")),
    "appointments": (
        lambda found: records.parse_appointments("id", found),
        [body for path, body in HELD.items() if path.endswith("/appointments")],
    ),
    "owner": (records.parse_owner, _items("persons-with-significant-control")),
    "statement": (records.parse_owner_statement, _items("control-statements")),
    "exempt": (
        lambda found: records.has_owner_exemption(found, TODAY),
        [{"exemptions": {"psc_exempt": {"items": [{"exempt_from": "2018-01-01"}]}}}],
    ),
    "filing": (records.parse_filing, _items("filing-history")),
    "charge": (
        records.parse_charge,
        [{"status": "outstanding", "particulars": {}, "persons_entitled": [{"name": "B"}]}],
    ),
    "insolvencies": (
        records.parse_insolvencies,
        [body for path, body in HELD.items() if path.endswith("/insolvency")],
    ),
    "disqualifications": (
        records.parse_disqualifications,
        [body for path, body in HELD.items() if path.startswith("disqualified-officers/")],
    ),
}


def _places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [at, *(place for key, each in inner for place in _places(each, (*at, key)))]


@for_each("kind", READERS)
@settings(max_examples=examples(120), deadline=None)
@given(data=st.data())
def test_a_changed_record_is_read_or_refused(kind: str, data: st.DataObject) -> None:
    read, samples = READERS[kind]
    record = json.loads(json.dumps(data.draw(st.sampled_from(samples))))
    for _ in range(data.draw(st.integers(1, 3))):
        *above, last = data.draw(st.sampled_from(_places(record)[1:] or [("new",)]))
        place = record
        for key in above:
            place = place[key]
        if data.draw(st.booleans()) and isinstance(place, dict):
            place.pop(last, None)
        else:
            place[last] = data.draw(JSON)
    with suppress(SourceError):
        read(record)


@for_each("kind", READERS)
def test_the_invented_records_are_read(kind: str) -> None:
    read, samples = READERS[kind]
    assert samples
    for sample in samples:
        assert read(sample) not in (None, ())
