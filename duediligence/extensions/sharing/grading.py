"""The grades of reports (3x5x2), in words, and how long a report of each grade is kept.

From memory: get the force's own form, and the council's own policy on keeping intelligence. What
stands here is data with a day on which to look at it again (`REVIEW_BY`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from duediligence.extensions.sharing.model.intelligence import (
    Assessment,
    Grade,
    HandlingCode,
    SourceGrade,
)

REVIEW_BY = date(2027, 11, 30)

SOURCES: Mapping[SourceGrade, str] = {"1": "reliable", "2": "untested", "3": "not reliable"}
ASSESSMENTS: Mapping[Assessment, str] = {
    "A": "known directly",
    "B": "known indirectly, corroborated",
    "C": "known indirectly",
    "D": "not known",
    "E": "suspected false",
}
HANDLING: Mapping[HandlingCode, str] = {
    "P": "lawful sharing permitted",
    "C": "permitted with conditions",
}
# The three parts of a form, each with its title and what can be ticked.
FORM: tuple[tuple[str, tuple[str, ...]], ...] = tuple(
    (title, tuple(f"{code} {words}" for code, words in grades.items()))
    for title, grades in (
        ("Source", SOURCES),
        ("Intelligence", ASSESSMENTS),
        ("Handling", HANDLING),
    )
)


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long a report is kept, in days from its receipt: until the first review, and at most."""

    review: int
    weed: int


# The longest that any report is kept, whatever its grade: six years.
MOST_DAYS = 2190
# By assessment. What nobody knows to be so is looked at sooner, and goes sooner.
KEEPING: Mapping[Assessment, Keeping] = {
    "A": Keeping(review=365, weed=MOST_DAYS),
    "B": Keeping(review=365, weed=MOST_DAYS),
    "C": Keeping(review=365, weed=1095),
    "D": Keeping(review=180, weed=365),
    "E": Keeping(review=30, weed=90),
}
# What a source that is not reliable said is kept no longer than this, whatever its assessment.
NOT_RELIABLE = Keeping(review=180, weed=365)


def derive_report_retention(grade: Grade) -> Keeping:
    """Return how long a report of this grade is kept where nobody sets a day; no longer may be
    set.
    """
    found = KEEPING[grade.assessment]
    if grade.source != "3":
        return found
    return Keeping(min(found.review, NOT_RELIABLE.review), min(found.weed, NOT_RELIABLE.weed))


def derive_review_dates(grade: Grade, received_on: date) -> tuple[date, date]:
    """Return the day of the first review and the first day of weeding, by the grade."""
    kept = derive_report_retention(grade)
    return received_on + timedelta(days=kept.review), received_on + timedelta(days=kept.weed)


def in_words(grade: Grade) -> str:
    """Return a grade for people: `2 untested, B known indirectly, corroborated, P lawful …`."""
    return "; ".join(
        (
            f"source {grade.source} {SOURCES[grade.source]}",
            f"assessment {grade.assessment} {ASSESSMENTS[grade.assessment]}",
            f"handling {grade.handling} {HANDLING[grade.handling]}",
        )
    )
