"""One answer out of the cells of a row; what cannot be understood is wrong, never guessed."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from typing import Any

from duediligence.errors import UsageError
from duediligence.formats.cells import clean, ungarbled
from duediligence.law.declarations import question
from duediligence.model import Declaration
from duediligence.model.casework.declarations import ANSWERS, APPLIES_TO, Answer, AppliesTo
from duediligence.suppliers.declarations.rows import COLUMNS, NEEDED

LONGEST_DETAILS = 2_000
_ANSWERS: Mapping[str, Answer] = {"y": "yes", "true": "yes", "n": "no", "false": "no"}
_PARTIES: Mapping[str, AppliesTo] = {
    "": "supplier",
    "organisation": "supplier",
    "subcontractor": "sub-contractor",
    "sub contractor": "sub-contractor",
}
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ][\d:.]+Z?)?", re.ASCII)
_BRITISH = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)


class Wrong(Exception):
    """What is wrong with one cell."""

    def __init__(self, column: str, fault: str) -> None:
        super().__init__(column, fault)
        self.column = column
        self.fault = fault


def answer_of(cells: Mapping[str, str], known: Collection[str], today: date) -> Declaration:
    """The answer, of one of the `known` suppliers, made on `today` or before. Raises Wrong."""
    held = {name: ungarbled(clean(cells.get(name, ""))) for name in COLUMNS}
    for name in NEEDED:
        if not held[name]:
            raise Wrong(name, "is blank")
    if held["supplier_ref"] not in known:
        raise Wrong(
            "supplier_ref",
            f"there is no supplier {_shown(held['supplier_ref'])}; import suppliers first",
        )
    try:
        asked = question(held["question"])
    except UsageError as error:
        raise Wrong("question", error.message) from None
    if len(held["details"]) > LONGEST_DETAILS:
        raise Wrong("details", f"{len(held['details']):,} characters; at most {LONGEST_DETAILS:,}")
    return Declaration(
        supplier_ref=held["supplier_ref"],
        question=asked.code,
        title=asked.title,
        grounds=asked.grounds,
        answer=_one_of("answer", held["answer"], ANSWERS, _ANSWERS),
        declared_on=_day(held["date"], today),
        applies_to=_one_of("applies_to", held["applies_to"], APPLIES_TO, _PARTIES),
        details=held["details"],
    )


def _one_of(column: str, text: str, words: Sequence[Any], same: Mapping[str, Any]) -> Any:
    folded = text.casefold().replace("_", " ")
    word = same.get(folded, folded)
    if word in words:
        return word
    near = get_close_matches(folded, words, 1)
    did = f"; did you mean {near[0]}?" if near else f"; it is one of {', '.join(words)}"
    # Not shown: somebody may have put a person's name here.
    raise Wrong(column, f"is not understood{did}")


def _day(text: str, today: date) -> date:
    if found := _ISO.fullmatch(text):
        year, month, day = map(int, found.groups())
    elif found := _BRITISH.fullmatch(text):
        day, month, year = map(int, found.groups())
    else:
        raise Wrong("date", f"{_shown(text)} is no date: write it as 2026-03-31 or 31/03/2026")
    try:
        declared = date(year, month, day)
    except ValueError:
        raise Wrong("date", f"{_shown(text)} is a day that no calendar has") from None
    if declared > today:
        raise Wrong("date", f"{_shown(text)} is in the future")
    return declared


def _shown(text: str) -> str:
    return repr(text[:80])
