"""Whether somebody who answers for the supplier is, or lately was, insolvent as a person."""

from collections.abc import Mapping
from dataclasses import replace

from duediligence.checks.toolkit.records import describe_circumstance, what_happened

from duediligence.contracts import CheckContext, check
from duediligence.law.personal_insolvency import is_past_its_time
from duediligence.model import NOT_APPLICABLE, InsolvencyStage, Outcome, PossibleMatch, Severity
from duediligence.model.entries import SUPPLIER
from duediligence.model.facts import joined, say, word

_RESTRICTED: tuple[Severity, str] = (
    "high",
    "Nobody under these restrictions may direct or manage a company without leave of the court: "
    "ask for that leave.",
)
# How serious each kind is while it lasts, and what to do about it.
_STAGES: Mapping[InsolvencyStage, tuple[Severity, str]] = {
    "bankruptcy": (
        "high",
        "An undischarged bankrupt may not direct or manage a company without leave of the court.",
    ),
    "bankruptcy restrictions": _RESTRICTED,
    "debt relief restrictions": _RESTRICTED,
    "debt relief order": (
        "medium",
        "Nobody may direct or manage a company without leave of the court while the moratorium of "
        "a debt relief order lasts: ask for that leave, and whether the business can carry out the "
        "contract.",
    ),
    "arrangement": ("medium", "Ask whether it keeps to the arrangement with its creditors."),
    "petition": ("medium", "A petition is a claim, and may be dismissed. Ask what came of it."),
}
# Of one whose business is no body of its own.
_TRUSTEE = (
    "Property of the business may belong to the trustee: find out who that is before you pay."
)
_SOLE_TRADER = (SUPPLIER.kind, "sole trader")


@check(
    id="PIN-01",
    title="Personal insolvency",
    topic="personal insolvency",
    needs=PossibleMatch,
    severity="high",
    basis="Procurement Act 2023 Sch 7 para 5; Insolvency Act 1986 Parts VIII and IX; "
    "Company Directors Disqualification Act 1986 s.11",
    circumstances=("personal_insolvency",),
)
def personal_insolvency(found: PossibleMatch, ctx: CheckContext) -> Outcome:
    """Somebody who answers for the supplier has the name, birth and place of an insolvent person.

    A sole trader is the supplier; a partner, director or owner in control may be a connected
    person. The day of birth agrees, or its month with a postcode or town: compare the full birth
    date all the same before you speak of it. High where a bankruptcy or restrictions last, medium
    for a debt relief order, an arrangement with creditors or a petition, low once it has ended.
    What was annulled is not reported. Insolvency is no fault: ask what it means for the contract.
    Only of a sole trader may the property of the business belong to a trustee.
    """
    record = found.entry.record
    if record is None or record.type != "personal_insolvency":
        return NOT_APPLICABLE
    if record.status == "quashed" or is_past_its_time(record, ctx.today):
        return NOT_APPLICABLE
    severity, step = _STAGES.get(record.stage, _STAGES["petition"])
    over = record.expires is not None and record.expires < ctx.today
    if over:
        severity, step = "low", "It has ended. Ask only what it means for this contract."
    elif record.stage == "bankruptcy" and found.party.role.kind in _SOLE_TRADER:
        step = f"{_TRUSTEE} {step}"
    return Outcome(
        "review",
        why=say("Insolvency of an individual, from {list}.", list=word(found.list_title)),
        next_step=joined(" ", ("Compare the full birth date with the entry first.", step)),
        severity=severity,
        happened=what_happened(record),
        happened_on=record.happened_on,
        circumstances=(replace(describe_circumstance(found), continues=not over),),
    )
