"""Bulk files of any content: read as the format says, or refused in plain words."""

import csv
import io
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from duediligence.contracts import Drift
from duediligence.errors import DuediligenceError
from duediligence.matching.premises import parse_building
from duediligence.model import Address, register_number
from duediligence.progress import SILENT
from duediligence.registers.bulk.charities import read_charities
from duediligence.registers.bulk.companies import COLUMNS, read_company_rows
from duediligence.registers.bulk.owners import read_owner_rows
from duediligence.registers.files import table
from duediligence.store.register.names import name_key, postcode_key

CELL = st.text(
    st.characters(codec="utf-8", exclude_characters="\0"), max_size=12
) | st.sampled_from(['"', '""', ",", '","', '",""', "\n", "\r\n", "31/02/2020", "SC1", "\t"])
VALUE: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


@given(
    rows=st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=5),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    ends=st.sampled_from(["\n", "\r\n"]),
)
@example(rows=[['x"', ',"y', "z"]], quoting=csv.QUOTE_ALL, ends="\n")
def test_a_table_reads_as_the_csv_module_does(
    rows: list[list[str]], quoting: Any, ends: str
) -> None:
    # The csv module leaves a lone CR unquoted, and then reads it as the end of a row.
    assume(quoting == csv.QUOTE_ALL or not any("\r" in cell for row in rows for cell in row))
    out = io.StringIO(newline="")
    csv.writer(out, quoting=quoting, lineterminator=ends).writerows([["a", "b", "c"], *rows])
    expected = [row for row in csv.reader(io.StringIO(out.getvalue(), newline="")) if row][1:]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        path.write_bytes(out.getvalue().encode())
        with (
            SILENT.task("") as task,
            table(path, required=["a", "b", "c"], drift=Drift(), task=task) as found,
        ):
            assert [cells for _, cells in found.rows] == expected


@given(cells=st.lists(CELL, min_size=len(COLUMNS), max_size=len(COLUMNS)))
def test_any_cells_are_a_company_or_are_refused(cells: list[str]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([COLUMNS, cells])
    for row in _read("b.csv", out.getvalue().encode(), read_company_rows):
        assert row.number
        assert row.name
        assert all(isinstance(part, str | int | None) for part in row)
        "".join(map(str, row)).encode()


@given(data=st.binary(max_size=300))
@example(data=b"PK\x03\x04")
@example(data=b"\xff\xfe")
@example(data=b"[")
def test_any_bytes_are_refused_in_plain_words(data: bytes) -> None:
    head = ",".join(COLUMNS).encode() + b"\n"
    for content in (data, head + data):
        assert not _read("b.csv", content, read_company_rows)
    assert not _read("p.txt", data, lambda path, drift: read_owner_rows([path], drift))
    for name in ("publicextract.charity.json", "publicextract.charity.txt", "x.csv"):
        _read(name, data, lambda path, drift: read_charities([path], drift))


@given(
    data=st.dictionaries(
        st.sampled_from(
            "kind name address date_of_birth notified_on ceased_on natures_of_control "
            "identification identity_verification_details statement exemptions".split()
        ),
        VALUE,
    ),
    kind=st.sampled_from(
        [
            "individual-person-with-significant-control",
            "exemptions",
            "odd",
            "persons-with-significant-control-statement",
            "super-secure-person-with-significant-control",
        ]
    ),
)
def test_any_record_of_an_owner_is_kept_or_refused(data: dict[str, Any], kind: str) -> None:
    record = {"company_number": "99000001", "data": {**data, "kind": kind}}
    totals = {"data": {"kind": "totals#persons-of-significant-control-snapshot"}}
    content = b"".join(json.dumps(line).encode() + b"\n" for line in (record, totals))
    for row in _read("p.txt", content, lambda path, drift: read_owner_rows([path], drift)):
        assert row.number == "99000001"


@given(text=st.text(max_size=40))
def test_keys_are_made_of_any_text_and_stay_as_they_are(text: str) -> None:
    assert postcode_key(postcode_key(text)) == postcode_key(text)
    assert register_number(register_number(text)) == register_number(text)
    assert "  " not in name_key(text)
    parse_building(Address(text).text)


@settings(deadline=None)
@given(records=st.lists(VALUE, max_size=4))
def test_any_json_is_charities_or_refused(records: list[Any]) -> None:
    content = json.dumps(records).encode()
    _read("publicextract.charity.json", content, lambda path, drift: read_charities([path], drift))


def _read(name: str, content: bytes, reader: Any) -> list[Any]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        try:
            return list(reader(path, Drift()))
        except DuediligenceError:
            return []
