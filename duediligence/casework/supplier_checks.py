"""Every check of a supplier's registers and what came of it, those that found nothing included."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

from duediligence import registry
from duediligence.contracts.checks import AnyCheck
from duediligence.model import Dossier, Finding, Outcome, Run, Severity
from duediligence.model.findings import Result
from duediligence.render.saying import explain, format_text
from duediligence.screening.run.findings import (
    check_context,
    format_finding_title,
    run_dossier_checks,
)
from duediligence.screening.run.policy import Policy
from duediligence.typed_data import decode_json

State = Literal[
    "to review", "nothing found", "could not be checked", "does not apply", "not looked at"
]
_STATES: dict[Result, State] = {
    "review": "to review",
    "adverse": "to review",
    "clear": "nothing found",
    "unknown": "could not be checked",
    "not_applicable": "does not apply",
    "out_of_scope": "not looked at",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLine:
    """A check and what came of it. `why` may be empty, and `severity` is None, where nothing is to
    be reviewed.
    """

    check_id: str
    title: str
    topic: str
    state: State
    severity: Severity | None
    why: tuple[str, ...]


def check_lines(run: Run, dossier: Dossier | None) -> list[CheckLine]:
    """Return the checks of one supplier, by topic and ID: each of the registers, where a register
    was asked, and of the others those that have something to say.

    `run` holds the findings about the supplier as they may be shown. What was found stands as it
    was kept; that a check found nothing, or was not made, is worked out again from the dossier, by
    the policy and on the day of the run. Without a policy that can be read, it is left out.
    """
    found: dict[str, list[Finding]] = {}
    for finding in run.findings:
        if finding.supplier_ref and not finding.list_id:
            found.setdefault(finding.check_id, []).append(finding)
    checks = registry.checks()
    lines = [_build_check_line(id_, some) for id_, some in found.items() if id_ in checks]
    for check, outcome in _list_applied_checks(run, dossier):
        if check.id not in found:
            lines.append(_not_found(check, outcome))
    return sorted(lines, key=lambda line: (line.topic, line.check_id))


def _list_applied_checks(run: Run, dossier: Dossier | None) -> Iterator[tuple[AnyCheck, Outcome]]:
    if dossier is None or run.basis is None:
        return
    try:
        policy = decode_json(run.basis.policy, Policy)
    except msgspec.MsgspecError:
        return
    context = check_context(run.as_of, run.basis.schedule_7_years)
    yield from run_dossier_checks(registry.checks().values(), dossier, context, policy)


def _build_check_line(check_id: str, findings: Sequence[Finding]) -> CheckLine:
    to_review = [one for one in findings if one.outcome in ("review", "adverse")]
    first = (to_review or findings)[0]
    return CheckLine(
        check_id=check_id,
        title=first.check_title,
        topic=first.topic,
        state=_STATES[first.outcome],
        severity=first.severity if to_review else None,
        why=_deduplicate_texts(map(explain, to_review or findings)),
    )


def _not_found(check: AnyCheck, outcome: Outcome) -> CheckLine:
    """Return a check without a finding. That an unknown one has none is because its reason is told
    with another; one that would find something by now says nothing of what it found then.
    """
    changed = outcome.result in ("review", "adverse")
    why = "Its rule has changed since: screen again." if changed else format_text(outcome.why)
    return CheckLine(
        check_id=check.id,
        title=format_finding_title(check, outcome),
        topic=check.topic,
        state="could not be checked" if changed else _STATES[outcome.result],
        severity=None,
        why=_deduplicate_texts([why if outcome.result != "clear" else ""]),
    )


def _deduplicate_texts(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, texts)))
