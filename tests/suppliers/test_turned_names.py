"""A name turned by directional characters is unread or read as it shows; others are read."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from duediligence.suppliers.importing import Import
from tests.suppliers.corpora.judging import words_of
from tests.suppliers.corpora.turned import WAYS, read_ordinary_names

pytestmark = pytest.mark.soak

ReadText = Callable[..., Import]
LISTED = "Dragomir Petrosyanov"
COLUMNS = ("Supplier name", "Trading as", "Former name", "Directors", "Address", "Contract title")
NAMES = Path(__file__).parent / "corpora" / "right_to_left_names.tsv"


def _write(rows: list[dict[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, ("Ref", *COLUMNS), restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


@pytest.fixture(scope="module")
def turned() -> list[tuple[str, str, str]]:
    return [(way, column, turn(LISTED)) for way, turn in WAYS.items() for column in COLUMNS]


def test_a_turned_name_leaves_its_supplier_unread_or_reads_as_it_shows(
    read_text: ReadText, turned: list[tuple[str, str, str]]
) -> None:
    rows = [
        {"Ref": f"S{n}", "Supplier name": f"Gull Cafe {n} Ltd", column: text}
        for n, (_way, column, text) in enumerate(turned)
    ]
    suppliers = {supplier.ref: supplier for supplier in read_text(_write(rows)).suppliers}
    clear = []
    for n, (way, column, _text) in enumerate(turned):
        supplier = suppliers.get(f"S{n}")
        assert supplier, f"the supplier of {column}, {way} is lost"
        address = supplier.address.text if supplier.address else ""
        shown = {
            "Supplier name": (supplier.name,),
            "Trading as": supplier.trading_names,
            "Former name": supplier.former_names,
            "Directors": tuple(person.name for person in supplier.people),
            "Address": (address,),
            "Contract title": (supplier.contract,),
        }[column]
        if not supplier.unread and words_of(LISTED) not in map(words_of, shown):
            clear.append((column, way, shown))
    assert not clear, "\n".join(map(str, clear))


def test_an_ordinary_name_from_right_to_left_is_read(read_text: ReadText) -> None:
    names = read_ordinary_names(NAMES)
    assert len(names) == 200
    rows = []
    for n, (kind, name) in enumerate(names):
        row = {"Ref": f"S{n}", "Supplier name": f"Gull Cafe {n} Ltd"}
        if kind == "person":
            row["Directors"] = name
        else:
            row |= {"Supplier name": name, "Trading as": name}
        rows.append(row)
    read = read_text(_write(rows))
    unread = [(one.name, one.unread) for one in read.suppliers if one.unread]
    assert not unread, "\n".join(map(str, unread))
    assert len(read.suppliers) == len(names)
    for supplier, (kind, _name) in zip(read.suppliers, names, strict=True):
        assert bool(supplier.people) == (kind == "person"), supplier
