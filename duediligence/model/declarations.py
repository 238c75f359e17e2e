"""What a supplier declared about itself."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from duediligence.model.findings import Finding
from duediligence.model.suppliers import Supplier

Answer = Literal["yes", "no"]
AppliesTo = Literal["supplier", "connected person", "associated person", "sub-contractor"]
ANSWERS: tuple[Answer, ...] = get_args(Answer)
APPLIES_TO: tuple[AppliesTo, ...] = get_args(AppliesTo)

# A code of ours, or how a published list may cite the same ground.
_CODE = re.compile(r"\bPA23-[67]-\d+\b")
_CITED = re.compile(
    r"\bsch(?:edule)?\.?\s*([67])\s*,?\s*(?:\(?para(?:graph)?\.?)\s*(\d+)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """One answer of one supplier: `yes` says that a ground applies.

    `question` is its code and `grounds` the codes of the grounds that it is about, any of which
    the answer may mean. `applies_to` is whom it is about, never a name. `details` are the
    supplier's own words on one line.
    """

    supplier_ref: str
    question: str
    title: str
    grounds: tuple[str, ...]
    answer: Answer
    declared_on: date
    applies_to: AppliesTo = "supplier"
    details: str = ""

    @property
    def may_tell_of_insolvency(self) -> bool:
        """Return whether its words may tell which person was insolvent (PA23-7-5)."""
        return bool(self.details) and "PA23-7-5" in self.grounds


@dataclass(frozen=True, slots=True)
class Contradiction:
    """An answer `no`, and findings that point to a ground that it is about."""

    declaration: Declaration
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Declared:
    """What a supplier declared, beside what the same run found about it.

    `answers` are those that stand, one for each question and each whom it is about; none where
    this supplier declared nothing, though others did.
    """

    supplier: Supplier
    answers: tuple[Declaration, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def contradicted(self) -> tuple[Contradiction, ...]:
        """Return the answers `no` that a finding to review stands against.

        None where the supplier declared the same ground itself for somebody else: it told.
        """
        told = {g for one in self.answers if one.answer == "yes" for g in one.grounds}
        denied: dict[str, Declaration] = {}
        for one in self.answers:
            if one.answer == "no":
                denied.setdefault(one.question, one)
        pairs = (
            (one, tuple(f for f in self._flags() if grounds_of(f) & (set(one.grounds) - told)))
            for one in denied.values()
        )
        return tuple(Contradiction(one, found) for one, found in pairs if found)

    def _flags(self) -> Iterable[Finding]:
        return (f for f in self.findings if f.outcome in ("review", "adverse"))


def grounds_of(finding: Finding) -> frozenset[str]:
    """Return the codes of the grounds that a finding points to."""
    return find_ground_codes(finding.possible_grounds)


def find_ground_codes(texts: Iterable[str]) -> frozenset[str]:
    """Return the codes of the grounds that texts name, as we or a published list name them."""
    text = " ; ".join(texts)
    cited = (f"PA23-{schedule}-{paragraph}" for schedule, paragraph in _CITED.findall(text))
    return frozenset((*_CODE.findall(text), *cited))
