"""Files that this tool wrote itself, known by their headings: results are not suppliers."""

from collections.abc import Sequence
from typing import NamedTuple


class OwnFile(NamedTuple):
    """A kind of file: its name, headings that no other file has, and how many of them suffice."""

    name: str
    headings: frozenset[str]
    least: int


def _define_own_file(name: str, headings: str, least: int = 0) -> OwnFile:
    found = frozenset(headings.split("|"))
    return OwnFile(name, found, least or len(found))


OWN_FILES: tuple[OwnFile, ...] = (
    _define_own_file(
        "a file of flags",
        "subject name|subject role|subject born|entry name|check title|match strength|"
        "possible grounds|look back|crime types|run id|check id|list id|list version|entry id",
        3,
    ),
    _define_own_file(
        "a file of flags",
        "who was matched|what happened|match strength|possible ground|next step|first seen",
        3,
    ),
    _define_own_file(
        "a workbook to decide in", "alert|point|kind of alert|list entry|alert id|row code", 3
    ),
    _define_own_file(
        "a list of cells that were corrected or not read", "row|column|text|read as|reason"
    ),
    _define_own_file("a list of register rows that were not read", "file|row|column|reason"),
    _define_own_file("a file of declarations", "supplier ref|question|answer|date"),
    _define_own_file("the hits of an exchange", "reference|kind|name|same"),
    _define_own_file("an answer of the whole register", "strength|supplier ref|number|steps|path"),
    _define_own_file("an answer of the whole register", "strength|what|number|company|same unit"),
    _define_own_file("an answer of the whole register", "strength|address|companies|used as"),
    _define_own_file("an answer of the whole register", "strength|new|new number|failed|took over"),
    _define_own_file("an answer of the whole register", "address|companies|live|new within a year"),
    _define_own_file("an answer of the whole register", "person|born|companies|failed|suppliers"),
    _define_own_file("an answer of the whole register", "length|entwined|circle|suppliers"),
    _define_own_file("an answer of the whole register", "what|company|company number|before|after"),
    _define_own_file(
        "an answer of the whole register", "strength|company|handed over|behind failed"
    ),
)


def own_file(header: Sequence[str]) -> str:
    """Return which file of this tool has the headings, such as `a file of flags`; empty for none.

    Rejected rows are none: they are corrected, and imported.
    """
    held = {" ".join(cell.replace("_", " ").split()).casefold() for cell in header}
    return next((one.name for one in OWN_FILES if len(one.headings & held) >= one.least), "")
