"""What registers and lists say of each thing that a supplier stated of itself."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from duediligence.model.facts import Clause, Text
from duediligence.model.suppliers import Supplier

AnswerVerdict = Literal["differs", "since then", "agrees", "cannot be known"]
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
    "birth date differs",
    "ground denied, a list shows it",
    "parent not declared",
    "company dissolved",
    "charity removed",
    "insolvency denied, register shows it",
]


@dataclass(frozen=True, slots=True)
class AnswerComparison:
    """One thing that a supplier stated, and what one source says of it.

    `kind` says how they differ; empty unless `verdict` is `differs` or `since then`, which is that
    the register changed after the form was submitted. `about` names the party. `stated` and `shown`
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
    def differs_from_register(self) -> bool:
        """Return whether a register says otherwise of who the supplier is and who is behind it.

        Grounds are compared by DCL-01 with the findings about them.
        """
        return self.verdict == "differs" and "denied" not in self.kind


@dataclass(frozen=True, slots=True)
class ComparedAnswers:
    """All comparisons of one supplier. `stated_on` is the day of its form, None where not known."""

    supplier: Supplier
    stated_on: date | None
    comparisons: tuple[AnswerComparison, ...]
