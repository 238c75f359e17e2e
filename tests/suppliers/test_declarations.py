"""Declarations in: every fault is named by file, row and column, and nothing is partly read."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from duediligence.errors import UsageError
from duediligence.law.declarations import find_question, load_questions
from duediligence.law.grounds import list_ground_codes
from duediligence.suppliers.declarations import DeclarationFile, read_declarations
from tests.rows import for_each
from tests.thorough import examples

TODAY = date(2026, 11, 24)
KNOWN = ("S1", "S2")
HEADER = "supplier_ref,question,answer,date,details,applies_to\n"
SOUND = "S1,insolvency_bankruptcy,no,2026-03-02,,\n"


def read(path: Path, text: str, name: str = "declared.csv") -> DeclarationFile:
    file = path / name
    file.write_text(text, encoding="utf-8")
    return read_declarations(file, known=KNOWN, today=TODAY)


def test_answers_are_read_with_the_grounds_they_are_about(tmp_path: Path) -> None:
    text = HEADER + SOUND + "S2, Theft Fraud ,YES,31/03/2026, A caution ,Connected_person\n"
    first, second = read(tmp_path, text).declarations
    assert (first.question, first.grounds, first.answer) == (
        "insolvency_bankruptcy",
        ("PA23-7-5",),
        "no",
    )
    assert (first.declared_on, first.applies_to) == (date(2026, 3, 2), "supplier")
    assert second.grounds[0] == "PA23-6-4"
    assert len(second.grounds) == 15
    assert second.declared_on == date(2026, 3, 31)
    assert (second.answer, second.details, second.applies_to) == (
        "yes",
        "A caution",
        "connected person",
    )


def test_a_ground_is_a_question_of_its_own(tmp_path: Path) -> None:
    text = "Supplier ref,Code,Answer,Date,Buyer\nS1,pa23-7-11,n,2026-01-05,Ada\n"
    found = read(tmp_path, text)
    assert found.declarations[0].question == "PA23-7-11"
    assert found.unused == ("Buyer",)


@for_each("whole", [True, False])
def test_json_holds_one_form_or_several(tmp_path: Path, whole: bool) -> None:
    form = {
        "supplier_ref": "S1",
        "date": "2026-03-02",
        "answers": [
            {"code": "tax_offences", "answer": False},
            {"code": "finding_by_HMRC", "answer": True, "details": "Settled in 2025"},
        ],
    }
    found = read(tmp_path, json.dumps(form if whole else [form]), "declared.json").declarations
    assert [(one.question, one.answer) for one in found] == [
        ("tax_offences", "no"),
        ("finding_by_HMRC", "yes"),
    ]


@for_each(
    ("row", "told"),
    [
        ("S9,insolvency_bankruptcy,no,2026-03-02,,", "column supplier_ref: unknown supplier"),
        (",insolvency_bankruptcy,no,2026-03-02,,", "column supplier_ref: is blank"),
        ("S1,insolvancy_bankrupcy,no,2026-03-02,,", "did you mean insolvency_bankruptcy?"),
        ("S1,PA23-7-99,no,2026-03-02,,", "column question: 'PA23-7-99' is not the code"),
        ("S1,professional_misconduct,,2026-03-02,,", "column answer: is blank"),
        ("S1,professional_misconduct,maybe,2026-03-02,,", "column answer: is not understood"),
        ("S1,professional_misconduct,no,,,", "column date: is blank"),
        ("S1,professional_misconduct,no,31 of March,,", "write it as 2026-03-31"),
        ("S1,professional_misconduct,no,2026-02-30,,", "does not exist"),
        ("S1,professional_misconduct,no,2026-11-25,,", "in the future"),
        ("S1,professional_misconduct,no,2026-03-02,,conected person", "mean connected person?"),
        (f"S1,professional_misconduct,no,2026-03-02,{'x' * 2_001},", "column details: 2,001"),
        ("S1,insolvency_bankruptcy,yes,2026-03-02,,", "differs from row 2"),
    ],
)
def test_a_fault_names_file_row_and_column(tmp_path: Path, row: str, told: str) -> None:
    with pytest.raises(UsageError) as error:
        read(tmp_path, HEADER + SOUND + row + "\n")
    assert error.value.message.startswith("declared.csv: row 3, column ")
    assert told in error.value.message
    assert "Nothing was imported" in error.value.hint


def test_a_name_in_place_of_a_party_is_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as error:
        read(tmp_path, HEADER + "S1,tax_offences,no,2026-03-02,,Ottoline Brackwater\n")
    assert "Brackwater" not in error.value.message


def test_the_first_few_faults_are_told_and_the_rest_counted(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as error:
        read(tmp_path, HEADER + SOUND + "S9,x,y,z,,\n" * 8)
    assert error.value.message.count("declared.csv: row") == 5
    assert error.value.message.endswith("and 3 more")


@for_each(
    ("name", "text", "told"),
    [
        ("a.csv", "supplier_ref,question,date\nS1,tax_offences,2026-01-01\n", "no column 'answer'"),
        ("a.csv", HEADER, "holds no answers"),
        ("a.csv", HEADER.replace("details", "code") + SOUND, "2 columns are headed 'question'"),
        ("a.json", "{", "is not JSON"),
        ("a.json", "[1]", "form 1 is not an object"),
        ("a.json", '{"answers": {}}', "answers is not a list"),
        ("a.json", '{"answers": [{"answr": "no"}]}', "'answr' is not known; did you mean answer?"),
        ("a.json", '{"answers": [{"code": ["x"]}]}', "holds list where a text was expected"),
        ("a.json", '{"answers": []}', "holds no answers"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(
    tmp_path: Path, name: str, text: str, told: str
) -> None:
    with pytest.raises(UsageError) as error:
        read(tmp_path, text, name)
    assert told in error.value.message


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_declarations(tmp_path / "none.csv", known=KNOWN, today=TODAY)


def test_every_question_is_about_grounds_that_there_are_and_none_is_asked_twice() -> None:
    named = [code for one in load_questions() for code in one.grounds]
    assert set(named) <= set(list_ground_codes())
    assert len(named) == len(set(named))
    # Those that no question of the form is about.
    assert set(list_ground_codes()) - set(named) == {"PA23-6-35", "PA23-7-14"}
    # The form has 24, and asks of each whether it happened in the UK.
    assert len(load_questions()) == 24 + 2


@given(
    st.lists(
        st.tuples(
            st.sampled_from(KNOWN),
            st.sampled_from([one.code for one in load_questions()]),
            st.sampled_from(["yes", "no"]),
            st.dates(date(2025, 1, 1), TODAY),
        ),
        min_size=1,
        max_size=20,
        unique_by=lambda row: (row[0], row[1], row[3]),
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=examples(40))
def test_what_is_written_is_read_again(tmp_path: Path, rows: list[tuple[str, str, str, date]]):
    lines = "".join(f"{ref},{code},{answer},{day},,\n" for ref, code, answer, day in rows)
    found = read(tmp_path, HEADER + lines).declarations
    assert [(d.supplier_ref, d.question, d.answer, d.declared_on) for d in found] == rows


@given(st.text(max_size=60))
def test_any_code_is_a_question_or_an_error_that_says_so(text: str) -> None:
    try:
        found = find_question(text)
    except UsageError:
        return
    assert found.grounds


@given(st.binary(max_size=400), st.sampled_from(["a.csv", "a.json", "a.xlsx"]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_break_the_importer(tmp_path: Path, data: bytes, name: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(UsageError):
        read_declarations(tmp_path / name, known=KNOWN, today=TODAY)


cells = st.sampled_from(["S1", "tax_offences", "no", "2026-01-05", "", "x", '"', "\u00c3\u00a9"])


@given(st.lists(st.lists(cells | st.text(max_size=8), max_size=8), max_size=6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_cells_break_the_importer(tmp_path: Path, rows: list[list[str]]) -> None:
    text = HEADER + "\n".join(",".join(row) for row in rows)
    file = tmp_path / "cells.csv"
    file.write_text(text, encoding="utf-8", errors="surrogatepass", newline="")
    try:
        found = read_declarations(file, known=KNOWN, today=TODAY)
    except UsageError:
        return
    assert {one.supplier_ref for one in found.declarations} <= set(KNOWN)
