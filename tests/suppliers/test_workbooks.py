"""No workbook hides a listed party: each is looked up, not read, or asked about."""

import sys
from datetime import date
from pathlib import Path
from typing import Any

from duediligence.suppliers.doubtful_rows import RowAnswers, row_answers, text_key
from duediligence.suppliers.importing import Import, read_suppliers
from tests.rows import for_each
from tests.suppliers.corpora.judging import words_of
from tests.suppliers.workbooks import CASES, FIRM, PERSON, Kind, Outcome, Workbook, write_workbook

TODAY = date(2026, 11, 29)


def _looked_up(read: Import) -> list[frozenset[str]]:
    return [
        words_of(name)
        for one in read.suppliers
        for name in (
            *(one.name, *one.trading_names, *one.former_names),
            *(person.name for person in one.people),
        )
    ]


def _outcome(read: Import, listed: str) -> Outcome | None:
    """What became of the listed party; None where it is passed over in silence."""
    if words_of(listed) in _looked_up(read):
        return "looked up"
    if read.rejects or any(one.unread for one in read.suppliers):
        return "not read"
    return "asked" if read.not_read else None


def test_there_are_sixty() -> None:
    assert len(CASES) >= 60


@for_each(("book", "kind"), CASES)
def test_no_listed_party_is_passed_over(book: Workbook, kind: Kind, tmp_path: Path) -> None:
    read = read_suppliers(write_workbook(book, kind, tmp_path), today=TODAY)
    assert _outcome(read, book.listed) == book.outcome, read.notes


def _read(name: str, folder: Path, kind: Kind = "xlsx", **options: Any) -> Import:
    (book,) = (book for book, made in CASES if book.name == name and made == kind)
    return read_suppliers(write_workbook(book, kind, folder), today=TODAY, **options)


def test_a_sheet_is_read_or_left_out_as_a_person_says(tmp_path: Path) -> None:
    read = _read("hidden sheet", tmp_path, answers=row_answers("2000001", ""))
    assert words_of(FIRM) in _looked_up(read)
    assert not read.not_read
    left = _read("hidden sheet", tmp_path, answers=row_answers("", "2000001"))
    assert words_of(FIRM) not in _looked_up(left)
    assert not left.not_read
    again = RowAnswers(known={text_key("Sheet Data"): True})
    assert words_of(FIRM) in _looked_up(_read("hidden sheet", tmp_path, answers=again))


def test_a_sheet_without_a_heading_of_names_stays_in_doubt_whatever_is_said(tmp_path: Path) -> None:
    for yes in ("", "all"):
        read = _read("no headings on another sheet", tmp_path, answers=row_answers(yes, ""))
        assert [one.text for one in read.unanswered] == ["Sheet Local"]
    assert not _read(
        "no headings on another sheet", tmp_path, answers=row_answers("", "all")
    ).not_read


def test_a_column_in_doubt_is_read_for_people_if_a_person_says_so(tmp_path: Path) -> None:
    for name, listed in (
        ("people under an unknown heading", PERSON),
        ("firms under an unknown heading", FIRM),
    ):
        read = _read(name, tmp_path, answers=row_answers("1", ""))
        assert words_of(listed) in _looked_up(read)
        assert not read.not_read


def test_a_supplier_of_two_sheets_has_what_either_says_of_it(tmp_path: Path) -> None:
    read = _read("a column more", tmp_path)
    assert not read.not_read
    assert len(read.suppliers) == 9
    (one,) = (one for one in read.suppliers if one.ref == "S005")
    assert [number.id for number in one.identifiers] == ["SC990001"]
    assert [person.name for person in one.people] == ["Karl Lindqvistson"]


def test_a_pivot_of_the_names_that_are_read_is_no_question(tmp_path: Path) -> None:
    for name in ("pivot first", "pivot with a heading of names", "cover first"):
        read = _read(name, tmp_path)
        assert (len(read.suppliers), read.not_read) == (9, ())


def test_the_note_says_which_sheets_are_read(tmp_path: Path) -> None:
    note = _read("two directorates", tmp_path).notes[0]
    assert "'Adults', 'Children' (rows from 2,000,000); not read: none" in note


def _print_all(folder: Path) -> None:
    """Print what becomes of each: the raw output that is kept as evidence."""
    silent = 0
    for book, kind in CASES:
        try:
            read = read_suppliers(write_workbook(book, kind, folder), today=TODAY)
            found = _outcome(read, book.listed) or "SILENT"
            said = f"{len(read.suppliers)} suppliers, {len(read.not_read)} not read"
        except Exception as error:
            found, said = "refused", str(error)
        silent += found == "SILENT"
        print(f"{found:10} (wanted {book.outcome:10}) {kind:4} {book.name}: {said}")  # noqa: T201
    print(f"{silent} silent of {len(CASES)}")  # noqa: T201


if __name__ == "__main__":
    _print_all(Path(sys.argv[1]))
