"""Answers of the register in words: the same columns for all, and nobody named unless asked."""

from datetime import date
from typing import Any, get_args

from duediligence.extensions.whole_register.asking.answers import (
    AddressRow,
    AnswerCut,
    AnswerScope,
    BusyPersonRow,
    ChangeRow,
    CircleRow,
    CutKind,
    Handover,
    HandoverRow,
    MassAddressRow,
    NearRow,
    PhoenixRow,
    Question,
    RegisterAnswer,
    RegisterCompany,
    SharedAddressRow,
)
from duediligence.extensions.whole_register.asking.shown_answers import (
    ANSWER_COLUMNS,
    answer_document,
    answer_fields,
    answer_notes,
    answer_summary,
    answer_warnings,
)
from duediligence.model.birth_dates import without_birth_dates
from duediligence.model.networks import NetworkLink, NetworkMark, NetworkNode, NetworkPath
from duediligence.suppliers.headings import own_file
from tests.rows import for_each

ONE = RegisterCompany("99000001", "ONE LIMITED", "active", date(2026, 1, 5), None, "S1")
TWO = RegisterCompany("99000002", "TWO LIMITED", "liquidation", None, date(2026, 2, 1))
PERSON = NetworkNode(id="person:x", kind="person", label="Jo Secret", personal=True, companies=7)
ENDED = date(2020, 1, 1)
PASSED = Handover(
    before="Jo Secret",
    ceased_on=ENDED,
    after="Al Secret",
    notified_on=ENDED,
    ties=("same surname",),
)
ROWS: dict[Question, object] = {
    "near": NearRow(
        NetworkPath(
            (
                NetworkNode(id="company:1", kind="company", label="ONE LIMITED", number="99000001"),
                PERSON,
                NetworkNode(
                    id="company:2",
                    kind="company",
                    label="TWO LIMITED",
                    number="99000002",
                    marks=(NetworkMark(kind="insolvent", what="liquidation"),),
                ),
            ),
            (
                NetworkLink(one="company:1", other="person:x", kind="owner", source=""),
                NetworkLink(
                    one="company:2", other="person:x", kind="director", source="", until=ENDED
                ),
            ),
            0.5,
        )
    ),
    "address": AddressRow(
        what="officer",
        name="Jo Secret",
        company=ONE,
        personal=True,
        same_unit=None,
        until=ENDED,
        strength=0.5,
    ),
    "shared-addresses": SharedAddressRow(
        address="Jo Secret's house",
        registered=False,
        companies=2,
        suppliers=(ONE, TWO),
        uses=("letters to an owner",),
        strength=1.0,
    ),
    "phoenixes": PhoenixRow(
        new=ONE,
        old=TWO,
        people=("Jo Secret",),
        address="AB1 2CD 1",
        name_stem="one",
        sic_codes=("38110",),
        strength=0.8,
    ),
    "mass-addresses": MassAddressRow(
        address="1 Tower", companies=900, live=800, new=70, failed=60, suppliers=("S1",)
    ),
    "people": BusyPersonRow(
        name="Jo Secret", born="1970-05", companies=9, failed=3, suppliers=("S1",)
    ),
    "circles": CircleRow((ONE, TWO), 4),
    "changes": ChangeRow(company=ONE, what="name", before="OLD LIMITED", after="ONE LIMITED"),
    "handed-over": HandoverRow(
        company=ONE,
        chain=(PASSED,),
        listed="UK E-1",
        score=0.93,
        failed=TWO,
        strength=0.4,
    ),
}


def answer(question: Question, **more: Any) -> RegisterAnswer[Any]:
    scope = AnswerScope("2026-11-01", {"companies": date(2026, 11, 1)}, ("officers",))
    return RegisterAnswer(question=question, scope=scope, rows=(ROWS[question],), found=12, **more)


@for_each("question", get_args(Question))
def test_each_answer_has_its_columns_and_names_nobody_unless_asked(question: Question) -> None:
    (told,) = answer_fields(answer(question), people=False)
    assert tuple(told) == ANSWER_COLUMNS[question]
    assert own_file(ANSWER_COLUMNS[question]) == "an answer of the whole register"
    assert "Secret" not in str(told)
    assert "1970" not in str(told)
    named = str(answer_fields(answer(question), people=True))
    assert ("Secret" in named) == ("Secret" in str(ROWS[question]))
    assert answer_document(answer(question), people=False)["complete"] is False


def test_who_may_see_no_birth_date_sees_none_in_an_answer() -> None:
    (busy,) = without_birth_dates(answer("people")).rows
    assert (busy.name, busy.born) == ("Jo Secret", "")


def test_a_path_says_who_is_what_of_whom_and_since_when() -> None:
    (told,) = answer_fields(answer("near"), people=True)
    assert told["path"] == (
        "ONE LIMITED (99000001) → owned by: Jo Secret (7 companies) → "
        "director of (until 1 January 2020): TWO LIMITED (99000002)"
    )
    assert told["recorded"] == ("liquidation",)


def test_a_person_has_one_number_in_the_whole_answer() -> None:
    (told,) = answer_fields(answer("handed-over"), people=False)
    assert told["handed_over"] == (
        "from person 1 (ceased 1 January 2020) to person 2 (notified 1 January 2020): same surname",
    )


@for_each("kind", get_args(CutKind))
def test_each_bound_that_cut_an_answer_is_said(kind: CutKind) -> None:
    notes = answer_notes(answer("near", cuts=(AnswerCut(kind, 250, 1_234),)))
    assert any("250" in line for line in notes)


def test_lists_that_were_not_searched_leave_an_answer_incomplete() -> None:
    scope = AnswerScope("v1", {}, lists=("uk-sanctions",), lists_not_searched=("eu", "un"))
    told: RegisterAnswer[Any] = RegisterAnswer(question="near", scope=scope, rows=(), found=0)
    assert not told.complete
    assert answer_warnings(told) == [
        "Not searched by registers screen: eu and un. Nothing found is not clear."
    ]
    assert "Lists searched: uk-sanctions" in answer_notes(told)[0]
    assert answer_document(told, people=False)["lists_not_searched"] == ["eu", "un"]


@for_each("question", get_args(Question))
def test_the_strongest_first_is_said_where_there_is_a_strength(question: Question) -> None:
    said = answer_summary(answer(question))
    assert ("strongest" in said) is ("strength" in ANSWER_COLUMNS[question])


def test_what_is_cut_and_what_is_not_loaded_is_said() -> None:
    told = answer("near")
    assert answer_summary(told) == "The first 1 of 12 paths, the strongest first"
    (warning,) = answer_warnings(told)
    assert "Nothing found is not clear" in warning
    assert any("1 November 2026" in line for line in answer_notes(told))
