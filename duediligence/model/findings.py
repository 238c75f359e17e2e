"""What a check came to, and the row that an officer reads."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Result = Literal["clear", "review", "adverse", "unknown", "not_applicable"]
Severity = Literal["low", "medium", "high", "critical"]
SEVERITIES: tuple[Severity, ...] = ("low", "medium", "high", "critical")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one check found. `unknown` means that it could not be checked, and says why.

    `grounds` are legal grounds this could touch, for the officer to decide; often none. `severity`
    stands in for the check's own where it depends on the amount (days late, say).
    """

    result: Result
    why: str = ""
    measures: tuple[str, ...] = ()
    grounds: tuple[str, ...] = ()
    next_step: str = ""
    severity: Severity | None = None

    def __post_init__(self) -> None:
        if self.result in ("review", "adverse", "unknown") and not self.why:
            raise ValueError(f"an outcome of {self.result!r} must say why")


NOT_APPLICABLE = Outcome("not_applicable")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One flag: who, on which list, how sure, why, and what to do next.

    `score` is 0.0 … 1.0, or None where no match is involved. `retrieved_at` is when the list's
    bytes were fetched, `first_seen` when a run first raised this same finding (both UTC).
    """

    run_id: str
    supplier_ref: str
    supplier_name: str
    company_number: str
    check_id: str
    check_title: str
    topic: str
    outcome: Result
    severity: Severity
    subject_name: str = ""
    subject_role: str = ""
    list_id: str = ""
    list_version: str = ""
    entry_id: str = ""
    entry_name: str = ""
    score: float | None = None
    why: str = ""
    measures: tuple[str, ...] = ()
    possible_grounds: tuple[str, ...] = ()
    next_step: str = ""
    entry_url: str = ""
    retrieved_at: datetime | None = None
    first_seen: datetime | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """What makes this the same finding from one run to the next."""
        return (self.supplier_ref, self.check_id, self.subject_name, self.list_id, self.entry_id)
