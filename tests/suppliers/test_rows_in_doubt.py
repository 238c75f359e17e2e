"""Footnotes, redactions, totals and group headings: never suppliers and never gone unsaid."""

from collections.abc import Callable

import pytest

from duediligence.suppliers.doubtful_rows import RowAnswers, row_answers, text_key
from duediligence.suppliers.importing import Import
from tests.rows import for_each

ReadText = Callable[..., Import]
HEADER = "ref,name,town,amount\n"
ROWS = "".join(f"S{n},Quay Inn {n} Ltd,Truro,{n}.50\n" for n in range(1, 9))
SUM = sum(n + 0.5 for n in range(1, 9))


@for_each(
    "row",
    [
        ",* On hold = no new orders,,",
        ",† Framework suppliers of the county,,",
        ",Amounts marked so may change,,",
        ",Adult Social Care,,",
        "Adult Social Care,,,",
        "S9,REDACTED PERSONAL DATA,Truro,5.00",
        ",Redacted - personal information,,5.00",
        ",[redacted],,5.00",
        ",Name withheld,,5.00",
        ",Private individual payment,,5.00",
        ",Individual (redacted),,5.00",
        ",Third party suppliers,,5.00",
        ",Supplier Name,Town,Amount (£)",
        ",Grand total to date,All,12.00",
        f",Whole of the quarter,,{SUM}",
        ",NB: Moss Ltd,,",
    ],
)
def test_a_row_that_may_be_no_supplier_is_in_doubt(read_text: ReadText, row: str) -> None:
    read = read_text(HEADER + ROWS + row + "\nS10,Moss Ltd,Truro,1.00\n")
    assert len(read.suppliers) == 9
    assert [one.rows for one in read.in_doubt] == [(10,)]
    assert read.rejects == ()
    (reported,) = read.not_read
    assert (reported.row, "may be no supplier" in reported.reason) == (10, True)
    included = read_text(HEADER + ROWS + row, answers=row_answers(include="10"))
    assert included.not_read == included.rejects
    assert len(included.suppliers) + len(included.rejects) == 9
    left_out = read_text(HEADER + ROWS + row, answers=row_answers(leave_out="10"))
    assert (len(left_out.suppliers), left_out.not_read) == (8, ())


@for_each(
    "row",
    [
        "S9,Redactive Events,Truro,5.00",
        "S9,Total Care,Truro,5.00",
        "S9,Personal Best Ltd,Truro,5.00",
        ",Gull Ltd,,",
        ",Ann Smith,,",
        "S9,Exclusive Cars,,",
        "S9,Third Party Logistics Ltd,,5.00",
        "S9,Sundry & Sons,Truro,",
        f"S9,Moss Ltd,,{SUM}",
        "S9,Heads & Tails,,5.00",
    ],
)
def test_a_supplier_that_looks_a_little_like_one_is_read(read_text: ReadText, row: str) -> None:
    read = read_text(HEADER + ROWS + row + "\n")
    assert (len(read.suppliers), read.in_doubt) == (9, ())


def test_where_names_stand_alone_they_are_suppliers(read_text: ReadText) -> None:
    alone = "".join(f",Quay Inn {n},,\n" for n in range(20))
    assert read_text(HEADER + alone + ROWS).in_doubt == ()


def test_rows_of_one_text_are_one_question_and_the_answer_is_remembered(
    read_text: ReadText,
) -> None:
    content = HEADER + ROWS + ",REDACTED,,1\nS10,Moss Ltd,,2\n,redacted,,3\n,REDACTED,,4\n"
    read = read_text(content)
    assert [one.rows for one in read.in_doubt] == [(10, 13), (12,)]
    known = RowAnswers(known={text_key("[Redacted]"): False})
    assert [one.answer for one in read_text(content, answers=known).in_doubt] == [False, False]
    included = read_text(content, answers=row_answers(include="13"))
    assert [one.answer for one in included.in_doubt] == [True, None]
    assert [one.name for one in included.suppliers][-2:] == ["REDACTED", "Moss Ltd"]


@pytest.mark.parametrize(
    ("total", "said"),
    [
        (f",Total,,{SUM}", f"its total of £{SUM:.2f} agrees with the rows above it"),
        (",Total,,99.00", f"differs from the £{SUM:.2f} of the rows above it"),
        (f",,,{SUM}", f"its total of £{SUM:.2f} agrees with the rows above it"),
        (",8 suppliers,,", "the file counts 8, which agrees"),
        (",Total suppliers: 12,,", "the file counts 12, which differs"),
    ],
)
def test_what_the_file_states_of_its_total_is_compared(
    read_text: ReadText, total: str, said: str
) -> None:
    read = read_text(HEADER + ROWS + total + "\n")
    assert (len(read.suppliers), read.skipped, read.in_doubt) == (8, 1, ())
    assert any(said in note and note.startswith("Row 10") for note in read.notes), read.notes
    assert read.skipped_rows[0][0] == 10


def test_a_part_is_compared_with_its_own_rows(read_text: ReadText) -> None:
    rows = ROWS.splitlines(keepends=True)
    read = read_text(
        HEADER + "".join(rows[:3]) + ",Sub-total,,7.50\n" + "".join(rows[3:]) + f",Total,,{SUM}\n"
    )
    assert sum("agrees with" in note for note in read.notes) == 2
