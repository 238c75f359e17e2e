"""The port for a check: a rule that turns something known into an outcome."""

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from datetime import date
from inspect import cleandoc
from typing import Any, Generic, Literal, TypeVar

from duediligence.contracts.declared import make_decorator
from duediligence.model import Kind, Outcome, Severity
from duediligence.model.circumstances import CircumstanceKind

Subject = TypeVar("Subject")
Param = int | float | str | bool


@dataclass(frozen=True, slots=True)
class CheckContext:
    """What a check may know beside its subject: the day it is run for, and its parameters.

    Time is given, never read, so that a run can be derived again. `schedule_7_years` is how Sch 7
    para 15(2) is read where it is unsettled: see `duediligence.law.lookback`.

    `similarity` compares two names by the matcher that compares with lists, 0.0 … 1.0; from
    `threshold` on they may be of one party.
    """

    today: date
    params: Mapping[str, Param] = field(default_factory=dict)
    schedule_7_years: Literal[3, 5] = 5
    similarity: Callable[[str, str, Kind], float] = field(kw_only=True)
    threshold: float = field(kw_only=True)

    def may_be_same(self, one: str, other: str, kind: Kind) -> bool:
        """Return whether two names may be of one person or firm. Birth dates are not compared."""
        return self.similarity(one, other, kind) >= self.threshold


@dataclass(frozen=True, slots=True)
class Check(Generic[Subject]):
    """A rule, declared with `@check(id=…, …)` over it. Ids are stable for ever.

    `needs` is the class of its subject; `basis` the statute or guide behind it.

    `reads` are the parts of a dossier that it reads. Where one of them is not known the outcome is
    `unknown`, where one is not held `not_applicable`, and the rule is not run.

    `circumstances` are the kinds of what happened that it can tell of. Which grounds those can go
    to is judged in `law.possible_grounds`, and documented from there: a check holds no ground. A
    check of version 1 gives none, and names grounds in `Outcome.grounds`.

    `question` ends the title of a check that could not be made: "Could not check whether …". It is
    empty where the title accuses nobody. Every check of a dossier has one.

    `guidance` is the docstring of the rule: what an officer reads and does.
    """

    run: Callable[[Subject, CheckContext], Outcome]
    _: KW_ONLY
    id: str
    title: str
    topic: str
    needs: type[Subject]
    severity: Severity
    basis: str
    params: Mapping[str, Param] = field(default_factory=dict)
    reads: tuple[str, ...] = ()
    question: str = ""
    circumstances: tuple[CircumstanceKind, ...] = ()

    @property
    def guidance(self) -> str:
        return cleandoc(self.run.__doc__ or "")


check = make_decorator(Check)
AnyCheck = Check[Any]
