"""Pairs of names that must, or must not, be a possible match, each with why.

From what users of such tools complain of in public, and from reading the lists; the people and
most firms are invented. A pair is the same when it scores at or above the default threshold.
"""

import csv
from pathlib import Path

import pytest

from duediligence.matching import DEFAULT_THRESHOLD, compare, prepare
from duediligence.render.saying import explain_match
from tests.rows import for_each

with Path(__file__).with_name("golden_names.tsv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]


def test_the_table_is_as_large_as_promised():
    assert len(ROWS) >= 250
    assert len({(kind, query, listed) for _, kind, query, listed, _ in ROWS}) == len(ROWS)
    assert {expected for expected, *_ in ROWS} == {"same", "different", "same?", "different?"}


@for_each(
    ("expected", "kind", "query", "listed", "why"),
    [pytest.param(*row, id=f"{row[2]}|{row[3]}") for row in ROWS],
)
def test_golden_pair(expected, kind, query, listed, why, request):
    if expected.endswith("?"):
        # A known limit: kept in the table so that it is seen, and noticed when it is gone.
        request.applymarker(pytest.mark.xfail(strict=True, reason=why))
    match = compare(prepare(query, kind), prepare(listed, kind))
    found = "same" if match.score >= DEFAULT_THRESHOLD else "different"
    assert found == expected.rstrip("?"), f"{why}: {match.score} {explain_match(match)}"
