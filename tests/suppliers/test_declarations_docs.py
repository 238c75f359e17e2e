"""The pages on declarations and exports tell what the code does."""

import re
from pathlib import Path

from duediligence.delivery.exports import FORMATS
from duediligence.law.declarations import load_questions
from duediligence.law.grounds import FACTORS
from duediligence.render.flags import COLUMNS as FLAG_COLUMNS
from duediligence.render.flags import EXPORT_COLUMNS as COLUMNS
from duediligence.suppliers import declarations
from duediligence.suppliers.declarations import LONGEST_DETAILS

DOCS = Path(__file__).parents[2] / "docs" / "officer"
DECLARATIONS = (DOCS / "declarations.md").read_text(encoding="utf-8")
EXPORTS = (DOCS / "exports.md").read_text(encoding="utf-8")


def cells(page: str) -> dict[str, list[str]]:
    """The rows of the page's tables by what stands in their first cell, without its marks."""
    found = {}
    for line in page.splitlines():
        if line.startswith("| "):
            first, *rest = (cell.strip() for cell in line.strip("|").split("|"))
            found[first.split("`")[1] if "`" in first else first] = rest
    return found


def test_every_question_is_there_with_its_grounds() -> None:
    table = cells(DECLARATIONS)
    for one in load_questions():
        title, grounds = table[one.code]
        assert title == one.title
        named = re.findall(r"PA23-[67]-\d+", grounds)
        if " to " in grounds:
            (schedule, first), (_, last) = (code.split("-")[1:] for code in named)
            named = [f"PA23-{schedule}-{number}" for number in range(int(first), int(last) + 1)]
        assert tuple(named) == one.grounds


def test_the_columns_of_a_file_and_the_points_of_section_58_are_those_of_the_code() -> None:
    assert set(declarations.COLUMNS) <= set(cells(DECLARATIONS))
    assert f"{LONGEST_DETAILS:,} characters" in DECLARATIONS
    for factor in FACTORS[:-1]:
        assert factor.question in DECLARATIONS


def test_the_formats_and_columns_of_exports_are_those_of_the_code() -> None:
    table = cells(EXPORTS)
    assert {*FORMATS, *set(COLUMNS) - set(FLAG_COLUMNS)} <= set(table)
