"""What suppliers stated for a tender: the newest form counts, and nothing is changed."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from duediligence.model import PartialDate
from duediligence.model.supplier_information import StatedParty, SupplierInformation
from duediligence.store.casework.unit_of_work import Casework

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
PERSON = StatedParty(id="p1", kind="person", name="Ada Invented", birth_date=PartialDate(1970, 5))
FORM = SupplierInformation(
    origin="file", name="Northwick Hall Ltd", parties=(PERSON,), submitted_on=date(2026, 10, 1)
)


@pytest.fixture
def casework(tmp_path: Path) -> Iterator[Casework]:
    with Casework(tmp_path / "casework.db", who="ada") as opened:
        yield opened


def save(casework: Casework, form: SupplierInformation, *, ref: str = "S1", days: int = 0) -> bool:
    at = NOW + timedelta(days=days)
    return casework.supplier_information.save(ref, form, at=at, file="f", file_sha256="ab" * 32)


def test_the_form_handed_in_last_counts_whenever_it_is_read(casework: Casework) -> None:
    older = replace(FORM, name="Northwick Ltd", submitted_on=date(2026, 9, 1))
    assert save(casework, FORM)
    assert save(casework, older, days=1)
    assert not save(casework, replace(FORM, origin="service"), days=2)
    store = casework.supplier_information
    assert store.current("S1") == replace(FORM, read_at=NOW)
    assert [one.name for one in store.history("S1")] == ["Northwick Ltd", "Northwick Hall Ltd"]
    assert store.current("S2") is None
    kinds = [one.event.kind for one in casework.audit.records()]
    assert kinds.count("supplier information read") == 2


def test_a_form_opens_that_was_stored_with_more_about_persons(
    casework: Casework, tmp_path: Path
) -> None:
    save(casework, FORM)
    with closing(sqlite3.connect(tmp_path / "casework.db")) as by_hand, by_hand:
        by_hand.execute("DROP TRIGGER supplier_information_kept_UPDATE")
        more = (
            '"parties":[{"nationality":"Exish","country":"XX","addresses":[{"text":"1 Mill Lane"}],'
        )
        change = (
            "UPDATE supplier_information SET body = CAST(replace(CAST(body AS TEXT), ?, ?) AS BLOB)"
        )
        by_hand.execute(change, ('"parties":[{', more))
        assert by_hand.execute("SELECT instr(body, 'Exish') FROM supplier_information").fetchone()[
            0
        ]
    assert casework.supplier_information.current("S1") == replace(FORM, read_at=NOW)


def test_a_form_is_never_changed_by_hand(casework: Casework, tmp_path: Path) -> None:
    save(casework, FORM)
    with closing(sqlite3.connect(tmp_path / "casework.db")) as by_hand:
        for act in (
            "UPDATE supplier_information SET supplier_ref = 'S2'",
            "DELETE FROM supplier_information",
            "INSERT OR REPLACE INTO supplier_information "
            "SELECT position, 'S2', sha256, stated_on, read_at, file_sha256, body "
            "FROM supplier_information",
        ):
            with pytest.raises(sqlite3.IntegrityError, match="never changed"):
                by_hand.execute(act)
