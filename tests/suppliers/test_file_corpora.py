"""Files as they are published: each row is what it is, and each filled cell is kept or refused."""

from dataclasses import fields
from datetime import date

import pytest

from duediligence.errors import UsageError
from duediligence.suppliers.importing import Import, read_suppliers
from tests.suppliers.corpora.judging import words_of
from tests.suppliers.corpora.supplier_files import SupplierFile, make_supplier_files
from tests.thorough import every_nth

pytestmark = pytest.mark.soak

TODAY = date(2026, 11, 29)
FILES = make_supplier_files(20261129)
# Headings of the name that must be understood without being told.
MUST_BE_KNOWN = ("spend, beneficiary", "spend, portal", "spend, supplier in brackets")


@pytest.fixture(params=every_nth(FILES, 10), ids=lambda file: file.name, scope="module")
def read(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[SupplierFile, Import]:
    """A file and its import, with the column of names told where it is not understood."""
    file: SupplierFile = request.param
    path = file.write(tmp_path_factory.mktemp("files"))
    try:
        return file, read_suppliers(path, today=TODAY)
    except UsageError:
        if file.layout in MUST_BE_KNOWN:
            raise
        return file, read_suppliers(path, mapping={"name": file.name_heading}, today=TODAY)


def _names(read: Import) -> set[frozenset[str]]:
    """The words of each name under which a supplier is looked up."""
    return {
        words_of(name)
        for supplier in read.suppliers
        for name in (supplier.name, *supplier.trading_names)
    }


def _listed(read: Import) -> set[frozenset[str]]:
    """The words of each cell of the rows that the import lists: rejects, rows in doubt."""
    rows = [
        row
        for one in fields(read)
        if one.name != "suppliers" and isinstance(getattr(read, one.name), tuple)
        for row in getattr(read, one.name)
    ]
    return {words_of(cell) for row in rows for cell in getattr(row, "cells", ())}


def test_no_footnote_total_or_redaction_is_a_supplier(read: tuple[SupplierFile, Import]) -> None:
    file, imported = read
    names = _names(imported)
    wrong = [
        (row.kind, row.text)
        for row in file.rows
        if row.kind in ("footnote", "total", "redaction", "repeated header")
        and words_of(row.text) in names
    ]
    assert not wrong


def test_no_supplier_is_lost(read: tuple[SupplierFile, Import]) -> None:
    file, imported = read
    found = _names(imported) | _listed(imported)
    lost = {row.text for row in file.rows if row.kind == "supplier"}
    lost = {name for name in lost if words_of(name) not in found}
    assert not lost


def test_each_filled_cell_is_kept_or_refused(read: tuple[SupplierFile, Import]) -> None:
    file, imported = read
    assert imported.seen
    for column in imported.seen:
        kept, refused = column.kept, column.refused
        assert kept + refused == column.filled, column
        places = [n for n, text in enumerate(file.headings) if text.strip() == column.heading]
        if len(places) != 1:
            continue
        cells = [(row.kind, values[places[0]]) for row, values in zip(file.rows, file.cells,
                                                                     strict=True)]  # fmt: skip
        assert column.filled <= sum(value not in (None, "") for _kind, value in cells), column
        spend = file.layout.startswith("spend")
        damaged = sum(kind == "supplier" and value == "9.90E+06" for kind, value in cells)
        # Of equal rows of payments only one is read.
        assert refused >= (0 if spend else damaged), column
