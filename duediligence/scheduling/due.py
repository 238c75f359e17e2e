"""Which suppliers are due to be screened again, and why: pure.

The Procurement Act 2023, s.78, lets a buyer end a contract whose supplier becomes excluded or
excludable after award: so suppliers are screened at first, whenever what is known has changed,
and after some months all the same, six as councils do it in their own procedures.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from duediligence.model import Run
from duediligence.store.runs.coverage import Coverage
from duediligence.text.dates import months_after

DueReason = Literal[
    "never screened",
    "details changed",
    "register record changed",
    "list changed",
    "rules changed",
    "review due",
]
_WORDS: Mapping[DueReason, str] = {
    "never screened": "never screened",
    "details changed": "its details changed",
    "register record changed": "its register record changed",
    "list changed": "a list changed",
    "rules changed": "the rules of matching changed",
    "review due": "not screened for {months} months",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """What a run would compare with now: the list versions by list id, and by which rules.

    `rules` are the matcher's version, the policy's hash and the threshold; `now` is aware.
    """

    lists: Mapping[str, str]
    rules: tuple[str, str, float]
    review_months: int
    now: datetime


def due_reason(
    coverage: Coverage | None,
    present: Present,
    *,
    sha256: str,
    dossier_changed: datetime | None = None,
) -> DueReason | None:
    """Why a supplier is due; None where it is not.

    `sha256` is of the supplier as it is now; `dossier_changed` is when what the registers say of
    it was last seen to change.
    """
    if coverage is None:
        return "never screened"
    started = coverage.run.started_at
    if coverage.sha256 != sha256:
        return "details changed"
    if dossier_changed is not None and dossier_changed > started:
        return "register record changed"
    if lists_of(coverage.run) != present.lists:
        return "list changed"
    if rules_of(coverage.run) != present.rules:
        return "rules changed"
    if started > present.now or months_after(started, present.review_months) <= present.now:
        return "review due"
    return None


def due_words(reason: DueReason, review_months: int) -> str:
    """The reason for a person: `not screened for 6 months`."""
    return _WORDS[reason].format(months=review_months)


def lists_of(run: Run) -> Mapping[str, str]:
    """The version of each list that a run compared with, by list id."""
    return {one.list_id: one.version.version for one in run.lists if one.version}


def rules_of(run: Run) -> tuple[str, str, float]:
    """By which rules a run matched."""
    return run.matcher_version, run.policy_sha256, run.threshold
