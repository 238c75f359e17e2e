"""Each alert has a number that people name it by, and that no other alert ever gets."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from duediligence.casework import queue, removing
from duediligence.casework import supplier_merging as merging
from duediligence.casework.deciding import find, find_numbered_alert
from duediligence.casework.supplier_history import undo
from duediligence.casework.verifying import verify
from duediligence.delivery.backup import making
from duediligence.delivery.backup.restoring import restore_backup
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.errors import Invalid, NotFound
from duediligence.model import Person, Supplier
from duediligence.screening.alerts import projection
from tests.casework.supplier_office import Office
from tests.in_use import in_use

QUILL = Supplier(ref="S1", name="Quill Ltd")
FERROW = Supplier(ref="S2", name="Marl Haulage Ltd", people=(Person("Ada Ferrow"),))
TWIN = Supplier(ref="S3", name="Quill Limited")
FIRST = 1001


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path / "home")
    office.imported(QUILL, FERROW)
    office.screened()
    return office


def numbers(office: Office) -> dict[str, int]:
    return {one.id: one.number for one in queue.alerts(office.workspace)}


def number_of(office: Office, ref: str) -> int:
    (found,) = {one.number for one in queue.alerts(office.workspace) if one.supplier_ref == ref}
    return found


def test_each_has_its_own_and_keeps_it(office: Office) -> None:
    before = numbers(office)
    assert sorted(before.values()) == list(range(FIRST, FIRST + len(before)))
    office.imported(TWIN)
    office.day = 1
    office.screened()
    projection.rebuild_alerts(office.workspace)
    after = numbers(office)
    assert after.items() > before.items()
    assert len(set(after.values())) == len(after)
    assert min(after[one] for one in after.keys() - before.keys()) > max(before.values())
    assert projection.find_differing_alerts(office.workspace) == []
    assert verify(office.workspace) is None


def test_it_is_found_however_it_is_written_and_never_as_the_reference_of_a_supplier(
    office: Office,
) -> None:
    workspace, number = office.workspace, number_of(office, "S1")
    for written in (
        f"A-{number}",
        f"a-{number}",
        f" A {number} ",
        f"A\u2013{number}",
        f"a{number}",
    ):
        assert find(workspace, written).number == number
    found = find(workspace, f"A-{number}")
    assert find(workspace, found.id[:12]).label == f"A-{number}"
    with pytest.raises(NotFound):
        find(workspace, "A-999999")
    assert find_numbered_alert(workspace, f"A-{number}") == found.id
    office.imported(Supplier(ref=f"A-{number}", name="Tern Supplies Ltd"))
    assert find_numbered_alert(workspace, f"A-{number}") == ""


def test_of_joined_alerts_the_lowest_counts_and_each_has_its_own_again_afterwards(
    office: Office,
) -> None:
    office.imported(TWIN)
    office.screened()
    first, second = number_of(office, "S1"), number_of(office, "S3")
    assert first < second
    merging.merge(office.workspace, "S3", "S1")
    office.day = 1
    office.screened()
    joined = find(office.workspace, f"A-{first}")
    assert (joined.supplier_ref, joined.number) == ("S3", first)
    assert find(office.workspace, f"A-{second}").id == joined.id
    assert projection.find_differing_alerts(office.workspace) == []
    undo(office.workspace, "S3")
    assert (number_of(office, "S1"), number_of(office, "S3")) == (first, second)


def test_none_is_given_again_after_its_supplier_was_removed(office: Office) -> None:
    gone = number_of(office, "S2")
    removing.remove(office.workspace, ["S2"], rule=removing.UPHELD, dry_run=False)
    with pytest.raises(NotFound):
        find(office.workspace, f"A-{gone}")
    office.imported(FERROW)
    office.day = 1
    office.screened()
    assert number_of(office, "S2") > gone
    assert verify(office.workspace) is None


def test_a_check_that_is_not_kept_uses_none_up(office: Office) -> None:
    workspace = in_use(office.workspace)
    before = numbers(office)
    with workspace.casework.passing():
        office.imported(TWIN)
        office.screened("S3")
        (alert,) = [one for one in queue.alerts(workspace) if one.supplier_ref == "S3"]
        assert (alert.number, alert.label) == (0, alert.id[:8])
    assert numbers(office) == before
    office.imported(TWIN)
    office.screened()
    assert number_of(office, "S3") == max(before.values()) + 1


def test_a_home_from_a_backup_counts_on_far_beyond_it(office: Office, tmp_path: Path) -> None:
    backed_up = numbers(office)
    made = tmp_path / "a.backup"
    making.make(in_use(office.workspace), made, "four random words", work_factor=4)
    office.imported(TWIN)
    office.screened()
    lost = number_of(office, "S3")
    there = tmp_path / "there" / "home"
    restore_backup(made, there, "four random words", at=NOW, who="Bo")
    again = Office(there)
    again.numbers = count(100)
    assert numbers(again) == backed_up
    with pytest.raises(NotFound):
        find(again.workspace, f"A-{lost}")
    again.imported(TWIN)
    again.day = 1
    again.screened()
    (record,) = again.workspace.audit.records(kind="restored")
    assert number_of(again, "S3") == record.event.what["alert_numbers_from"] > lost + 9_000


def test_homes_of_one_backup_made_on_different_days_give_different_numbers(
    office: Office, tmp_path: Path
) -> None:
    made, given = tmp_path / "a.backup", set[int]()
    making.make(in_use(office.workspace), made, "four random words", work_factor=4)
    for days in range(2):
        there = tmp_path / str(days) / "home"
        restore_backup(made, there, "four random words", at=NOW + timedelta(days), who="Bo")
        again = Office(there)
        again.numbers = count(100)
        again.imported(TWIN)
        again.screened()
        given.add(number_of(again, "S3"))
    assert max(given) - min(given) == 10_000


def test_numbers_go_on_where_the_database_lost_how_far_it_had_counted(office: Office) -> None:
    before = numbers(office)
    removing.remove(office.workspace, ["S2"], rule=removing.UPHELD, dry_run=False)
    with closing(sqlite3.connect(office.workspace.casework.path)) as db, db:
        db.execute("DELETE FROM sqlite_sequence WHERE name = 'alert_numbers'")
    office.imported(TWIN)
    office.day = 1
    office.screened()
    assert number_of(office, "S3") == max(before.values()) + 1
    assert verify(office.workspace) is None


def test_what_is_a_number_and_the_beginning_of_another_id_names_neither(office: Office) -> None:
    first, second = sorted(queue.alerts(office.workspace), key=lambda one: one.number)
    written = f"a{first.number}"
    earlier = written.ljust(64, "0")
    office.workspace.casework.alerts.add_aliases([(earlier, second.id)], NOW)
    with pytest.raises(Invalid, match="2 alerts are known as") as refused:
        find(office.workspace, written)
    assert refused.value.hint
    assert find(office.workspace, first.label).id == first.id
    assert find(office.workspace, earlier[:8]).id == second.id


def test_a_number_that_was_changed_is_found(office: Office) -> None:
    path = office.workspace.casework.path
    with closing(sqlite3.connect(path)) as db, db:
        with pytest.raises(sqlite3.DatabaseError):
            db.execute("UPDATE alert_numbers SET number = 7")
        db.execute("DROP TRIGGER alert_numbers_kept_UPDATE")
        db.execute("UPDATE alert_numbers SET number = 7 WHERE position = 1")
    problem = verify(office.workspace)
    assert problem is not None
    assert problem.table == "alert_numbers"
