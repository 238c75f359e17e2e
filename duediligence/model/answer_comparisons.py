"""What registers and lists say of each thing that a supplier stated of itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from duediligence.model.facts import Clause, Text
from duediligence.model.suppliers import Supplier

AnswerVerdict = Literal["differs", "to look at", "since then", "agrees", "cannot be known"]
DifferenceKind = Literal[
    "",
    "owner not declared",
    "owner declared and gone",
    "owner declared, not on the register",
    "director resigned",
    "director not declared",
    "control not on the register",
    "control not declared",
    "another number",
    "another name",
    "another address",
    "another incorporation day",
    "birth date differs",
    "ground denied, a list shows it",
    "parent not declared",
    "company dissolved",
    "charity removed",
    "insolvency denied, register shows it",
]

# Words for kinds: what is not on a form was not for that reason declared falsely.
_WORDS: Mapping[DifferenceKind, str] = {
    "owner not declared": "owner not named on the form",
    "owner declared and gone": "owner named; the register shows that it ended",
    "owner declared, not on the register": "owner named, not on the register",
    "director not declared": "director not named on the form",
    "parent not declared": "parent not named on the form",
    "control not declared": "control not stated on the form",
    "ground denied, a list shows it": "ground not stated; a possible match points to it",
    "insolvency denied, register shows it": "insolvency not stated; a register points to it",
}


@dataclass(frozen=True, slots=True)
class AnswerComparison:
    """One thing that a supplier stated, and what one source says of it.

    `kind` says how they differ; empty unless `verdict` is `differs`, `to look at`, which is that a
    finding points to a ground that was not stated, or `since then`, which is that the register
    changed after the form was submitted. `about` names the party. `stated` and `shown`
    are what either side says, `shown` also why nothing can be known here. `source` names the
    register or list, `on` the day on which it was read; empty and None where nothing was.
    """

    verdict: AnswerVerdict
    kind: DifferenceKind
    about: Clause
    stated: Text
    shown: Text
    source: str = ""
    on: date | None = None

    @property
    def words(self) -> str:
        """Return how they differ, in words; empty where they do not."""
        return _WORDS.get(self.kind, self.kind)


@dataclass(frozen=True, slots=True)
class ComparedAnswers:
    """All comparisons of one supplier. `stated_on` is the day of its form, None where not known."""

    supplier: Supplier
    stated_on: date | None
    comparisons: tuple[AnswerComparison, ...]
