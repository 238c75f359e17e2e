"""The grades of reports and how long each is kept: one table, which the docs and forms say too."""

from datetime import date
from itertools import product
from pathlib import Path
from typing import get_args

from duediligence.extensions.sharing import grading
from duediligence.extensions.sharing.model.intelligence import (
    Assessment,
    Grade,
    HandlingCode,
    SourceGrade,
)
from duediligence.render.wording import day
from tests.rows import for_each

DOCS = (Path(__file__).parents[2] / "docs" / "officer" / "intelligence.md").read_text(
    encoding="utf-8"
)
EVERY = [
    Grade(source=source, assessment=assessment, handling=handling)
    for source, assessment, handling in product(
        get_args(SourceGrade), get_args(Assessment), get_args(HandlingCode)
    )
]


@for_each("grade", EVERY, ids=lambda one: one.code)
def test_every_grade_has_words_and_a_time_within_the_longest(grade: Grade) -> None:
    kept = grading.derive_report_retention(grade)
    assert 0 < kept.review <= kept.weed <= grading.MOST_DAYS
    assert kept.review <= 365
    words = grading.in_words(grade)
    assert f"source {grade.source} " in words
    assert grading.HANDLING[grade.handling] in words
    review, weed = grading.derive_review_dates(grade, date(2026, 11, 20))
    assert (weed - review).days == kept.weed - kept.review


@for_each(
    ("source", "assessment", "kept"),
    [
        ("1", "A", (365, 2190)),
        ("1", "C", (365, 1095)),
        ("1", "D", (180, 365)),
        ("2", "E", (30, 90)),
        ("3", "A", (180, 365)),
        ("3", "C", (180, 365)),
        ("3", "E", (30, 90)),
    ],
)
def test_a_grade_sets_the_days_to_the_review_and_to_the_deletion(
    source: SourceGrade, assessment: Assessment, kept: tuple[int, int]
) -> None:
    grade = Grade(source=source, assessment=assessment, handling="P")
    assert grading.derive_report_retention(grade) == grading.Keeping(*kept)


def test_who_is_less_sure_is_kept_no_longer() -> None:
    times = [grading.KEEPING[one].weed for one in get_args(Assessment)]
    assert times == sorted(times, reverse=True)
    for one in EVERY:
        unreliable = Grade(source="3", assessment=one.assessment, handling=one.handling)
        assert (
            grading.derive_report_retention(unreliable).weed
            <= grading.derive_report_retention(one).weed
        )


def test_the_docs_say_the_same_words_and_the_day_of_the_next_look() -> None:
    for title, table in (
        ("source", grading.SOURCES),
        ("assessment", grading.ASSESSMENTS),
        ("handling", grading.HANDLING),
    ):
        (row,) = (
            line
            for line in DOCS.splitlines()
            if line.startswith(f"| {title} | {next(iter(table))} ")
        )
        for code, words in table.items():
            assert f"{code} {words}" in row
    assert day(grading.REVIEW_BY) in DOCS
