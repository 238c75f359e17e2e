"""What all findings about one supplier come to, read together."""

from dataclasses import dataclass
from typing import Literal

from duediligence.model.findings import Finding, Severity

Word = Literal["stop and verify", "enhanced checks", "standard", "incomplete"]


@dataclass(frozen=True, slots=True)
class Cluster:
    """The flags of one topic, most severe first."""

    topic: str
    findings: tuple[Finding, ...]

    @property
    def severity(self) -> Severity:
        return self.findings[0].severity


@dataclass(frozen=True, slots=True)
class Reading:
    """The overall reading of one supplier: words and the reasons for them, never a number.

    `words` are one or two, to be shown side by side with the same weight: what was found calls
    for, and `incomplete` where something was not checked. `standard` never stands beside it.
    """

    words: tuple[Word, ...]
    why: str
    clusters: tuple[Cluster, ...] = ()
    not_checked: tuple[Finding, ...] = ()
