"""What councils and regulators did about a firm, with the legal weight that it has and no more."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from duediligence.checks.toolkit.records import (
    ELSEWHERE_SCORE,
    build_record_outcome,
    is_reportable_record,
)

from duediligence.contracts import CheckContext, check
from duediligence.model import (
    NOT_APPLICABLE,
    InsolvencyStage,
    Outcome,
    PossibleMatch,
    RecordType,
    Severity,
)
from duediligence.model.circumstances import LawPoint
from duediligence.model.facts import joined

_PARAMS = {"elsewhere_score": ELSEWHERE_SCORE}
_COMPARE = "Compare name, address and number with the record."


def _assess_enforcement(
    found: PossibleMatch,
    ctx: CheckContext,
    types: tuple[RecordType, ...],
    severity: Severity,
    next_step: str,
    law: tuple[LawPoint, ...] = (),
) -> Outcome:
    record = found.entry.record
    if record is None or record.type not in types or not is_reportable_record(found, ctx):
        return NOT_APPLICABLE
    step = joined(" ", (_COMPARE, next_step))
    return replace(build_record_outcome(found, ctx, severity=severity, next_step=step), law=law)


enforcement_check = partial(check, topic="enforcement", needs=PossibleMatch, params=_PARAMS)


@enforcement_check(
    id="ENF-01",
    title="Conviction or caution",
    severity="high",
    basis="Procurement Act 2023 Sch 6 and Sch 7 paras 4 and 11(2): convictions by a court",
    circumstances=("conviction", "caution"),
)
def conviction(found: PossibleMatch, ctx: CheckContext) -> Outcome:
    """A court convicted a firm of this name, or it accepted a caution.

    Read the judgment or the press notice. Only some offences are grounds in Schedule 6; others can
    at most support professional misconduct. A caution is an admission: no court has ruled. Ask
    what has changed since: section 58 says what counts.
    """
    step = "If it is the same firm, ask for its account and what it has changed since."
    types: tuple[RecordType, ...] = ("conviction", "caution")
    return _assess_enforcement(found, ctx, types, "high", step, law=("representations",))


@enforcement_check(
    id="ENF-02",
    title="Prosecution not yet decided",
    severity="medium",
    basis="An allegation: no ground in itself",
    circumstances=("prosecution_pending",),
)
def prosecution(found: PossibleMatch, ctx: CheckContext) -> Outcome:
    """A prosecution of a firm of this name is under way. It is only an allegation.

    Treat it as restricted. Note the date of the hearing, and check again after it.
    """
    step = "Do not act on it alone: it is an allegation. Check again after the hearing."
    return _assess_enforcement(found, ctx, ("prosecution_pending",), "medium", step)


@enforcement_check(
    id="ENF-03",
    title="Order or injunction",
    severity="high",
    basis="Procurement Act 2023 Sch 7 para 1 for some orders; else Sch 7 para 11(2) at most",
    circumstances=("order", "injunction"),
)
def order(found: PossibleMatch, ctx: CheckContext) -> Outcome:
    """A court or an authority made an order against a party of this name.

    Read what the order forbids and until when. An order that has ended says less than one in force.
    """
    step = "Read what the order forbids and until when, and ask the supplier about it."
    return _assess_enforcement(found, ctx, ("order", "injunction"), "high", step)


@enforcement_check(
    id="ENF-04",
    title="Licence refused, revoked or under review",
    severity="high",
    basis="Procurement Act 2023 Sch 7 para 11(2): that a revocation is a ruling is arguable",
    circumstances=("licence_refused", "licence_revoked", "licence_review"),
)
def licence(found: PossibleMatch, ctx: CheckContext) -> Outcome:
    """A licensing body refused, revoked or is reviewing the licence of a firm of this name.

    Find out whether the contract needs that licence, and read the reasons of the decision.
    """
    record = found.entry.record
    severity: Severity = "medium" if record and record.type == "licence_review" else "high"
    step = "Ask whether the work needs this licence, and read the reasons of the decision."
    types: tuple[RecordType, ...] = ("licence_refused", "licence_revoked", "licence_review")
    return _assess_enforcement(found, ctx, types, severity, step)


@enforcement_check(
    id="ENF-05",
    title="Civil penalty",
    severity="medium",
    basis="Procurement Act 2023 Sch 6 paras 36 and 37 for tax; Sch 7 para 11(2) where its Act "
    "says that a regulator rules",
    circumstances=("civil_penalty",),
)
def penalty(found: PossibleMatch, ctx: CheckContext) -> Outcome:
    """A public body fined a firm of this name without a court.

    A deliberate tax penalty is a ground of its own. Most others are intelligence: ask whether it
    was paid or appealed, and what led to it.
    """
    step = "Ask whether it was paid or appealed, and what was put right."
    return _assess_enforcement(found, ctx, ("civil_penalty",), "medium", step)


@enforcement_check(
    id="ENF-06",
    title="Enforcement notice",
    severity="medium",
    basis="Intelligence: no ground in itself",
    circumstances=("notice",),
)
def notice(found: PossibleMatch, ctx: CheckContext) -> Outcome:
    """A council or regulator served a notice on a firm of this name or at its premises.

    A notice that was complied with is ordinary. One still in force after its deadline, or one of
    several, is worth a question.
    """
    record = found.entry.record
    severity: Severity = "low" if record and record.status == "complied" else "medium"
    return _assess_enforcement(
        found, ctx, ("notice",), severity, "Ask whether it was complied with."
    )


@enforcement_check(
    id="ENF-07",
    title="Warning or public naming",
    severity="medium",
    basis="Intelligence: no ground in itself",
    circumstances=("warning",),
)
def warning(found: PossibleMatch, ctx: CheckContext) -> Outcome:
    """A regulator warned of a firm of this name, or named it.

    A warning of a clone firm names the honest firm whose name was stolen: read it in full.
    """
    record = found.entry.record
    clone = record is not None and "clone" in record.event.casefold()
    step = "Read everything that was published."
    if clone:
        step += " If it is about a clone, the firm named is the victim."
    return _assess_enforcement(found, ctx, ("warning",), "medium", step)


# How serious each stage of an insolvency is, and what to do about it.
_STAGES: Mapping[InsolvencyStage, tuple[Severity, str]] = {
    "petition": (
        "high",
        "A petition is a claim, mostly by a creditor, and may be paid or dismissed. Ask the "
        "supplier at once, and look for the court's decision.",
    ),
    "order": (
        "high",
        "A court has ordered the winding-up: the company is in liquidation. Stop and find out who "
        "the liquidator is before you pay or sign anything.",
    ),
    "resolution": (
        "high",
        "Its members have resolved to wind up an insolvent company. Find out who the liquidator is "
        "before you pay or sign anything.",
    ),
    "liquidator": (
        "high",
        "The company is in liquidation. Ask the liquidator named in the notice who will carry out "
        "the contract.",
    ),
    "administration": (
        "high",
        "Administrators run the company, and may rescue or sell it. Ask them whether it will carry "
        "out the contract.",
    ),
    "receivership": (
        "high",
        "A lender has put in a receiver, over the company or some of its property: read which. Ask "
        "whether it can carry out the contract.",
    ),
    "moratorium": (
        "high",
        "Its creditors must wait while it looks for a rescue. Ask what is planned, and check again "
        "when the moratorium ends.",
    ),
    "arrangement": (
        "high",
        "It has an arrangement with its creditors. Ask whether it keeps to it.",
    ),
    "step": (
        "medium",
        "This is a step in a case that began before, and no new insolvency. Read when that was, "
        "and who is in charge of the company.",
    ),
    "end": (
        "low",
        "The petition failed, or the insolvency ended. Read the notice, and check at Companies "
        "House that nothing else is under way.",
    ),
}
_ANY_STAGE: tuple[Severity, str] = (
    "high",
    "Read what the notice says, and ask the supplier at once.",
)


@check(
    id="ENF-08",
    title="Insolvency notice",
    topic="insolvency",
    needs=PossibleMatch,
    severity="high",
    basis="Procurement Act 2023 Sch 7 para 5, for the start of an insolvency alone",
    params=_PARAMS,
    circumstances=("insolvency", "insolvency_step"),
)
def insolvency(found: PossibleMatch, ctx: CheckContext) -> Outcome:
    """The official gazette has an insolvency notice about a firm of this name.

    High where an insolvency begins or is asked for. A petition is a claim by a creditor and may be
    dismissed; an order or a resolution is the beginning of the end; administrators may rescue the
    company. Medium for a later step of a case, low where a petition failed or an insolvency ended.
    Ask the supplier, and plan who would take over the service.
    """
    record = found.entry.record
    severity, step = _STAGES.get(record.stage, _ANY_STAGE) if record else _ANY_STAGE
    step = f"Compare the company number first. {step}"
    return _assess_enforcement(found, ctx, ("insolvency", "insolvency_step"), severity, step)


@check(
    id="ENF-09",
    title="Re-use of the name of a failed company",
    topic="phoenix",
    needs=PossibleMatch,
    severity="medium",
    basis="Insolvency Act 1986 s.216; Insolvency (England and Wales) Rules 2016 r.22.4",
    params=_PARAMS,
    circumstances=("prohibited_name",),
)
def prohibited_name(found: PossibleMatch, ctx: CheckContext) -> Outcome:
    """A notice says that a business goes on under the name of a company that failed.

    It is no insolvency of this firm. A director of a company in insolvent liquidation may not for
    five years use its name, or one like it, in another business, unless a court allows it or
    creditors are given this notice (section 216). To give it is lawful, and common where a business
    is bought from a liquidator. It ties the firm to a company that left debts: ask about those.
    """
    step = (
        "Read which of the two firms named is the supplier: the one that failed, or the one that "
        "goes on. Ask who sold the business, at what price, and which debts were left unpaid."
    )
    return _assess_enforcement(found, ctx, ("prohibited_name",), "medium", step)


@enforcement_check(
    id="ENF-10",
    title="Solvent winding-up",
    severity="low",
    basis="Insolvency Act 1986 ss.84, 89-91; whether a members' voluntary winding-up is within "
    "Procurement Act 2023 Sch 7 para 5(b) or (c) is arguable",
    circumstances=("winding_up",),
)
def solvent_winding_up(found: PossibleMatch, ctx: CheckContext) -> Outcome:
    """The members of a firm of this name are closing it; it is solvent and pays its debts.

    It is no insolvency. Whether the ground of insolvency reaches it, which names winding-up
    proceedings and a liquidator, is arguable. And the company ends: find out who would carry out
    the contract.
    """
    step = "If it is the supplier, ask when it closes and who will carry out the contract."
    return _assess_enforcement(found, ctx, ("winding_up",), "low", step)


@enforcement_check(
    id="ENF-11",
    title="Failure to perform a public contract",
    severity="high",
    basis="Procurement Act 2023 s.71(5), itself Sch 7 para 12(4)",
    circumstances=("contract_failure",),
)
def contract_failure(found: PossibleMatch, ctx: CheckContext) -> Outcome:
    """Another public buyer published that a supplier of this name failed to perform a contract.

    Buyers must publish that a supplier broke a contract, or did not improve after a chance to
    (section 71). What they publish is itself a discretionary ground: read the notice, and ask the
    supplier for its account and for what it has changed since (section 58).
    """
    step = "Read the notice. If it is the same firm, ask what it has changed since."
    law: tuple[LawPoint, ...] = ("representations",)
    return _assess_enforcement(found, ctx, ("contract_failure",), "high", step, law=law)


@enforcement_check(
    id="ENF-12",
    title="Public contract terminated",
    severity="medium",
    basis="Intelligence: a termination notice (Procurement Act 2023 s.80) is no ground in itself",
    circumstances=("contract_termination",),
)
def contract_termination(found: PossibleMatch, ctx: CheckContext) -> Outcome:
    """Another public buyer ended a contract with a supplier of this name before its time.

    Contracts end early for many reasons, often not the supplier's: a budget, a merger, agreement.
    Read the reason in the notice, and ask the buyer if it is not clear.
    """
    step = "Read the reason in the notice; it may not be the supplier's doing."
    return _assess_enforcement(found, ctx, ("contract_termination",), "medium", step)


@enforcement_check(
    id="ENF-13",
    title="Decision of a tribunal or an ombudsman",
    severity="low",
    basis="Intelligence: a claim or complaint that was decided is no ground in itself",
    circumstances=("decision",),
)
def decision(found: PossibleMatch, ctx: CheckContext) -> Outcome:
    """A tribunal or an ombudsman decided a claim or complaint about a firm of this name.

    Large employers and providers have many. What is published here may not say who was right: read
    the decision first. Several of one kind, such as unpaid wages or
    neglect, are worth a question about what was changed.
    """
    step = "Read what was decided, and ask about several of one kind."
    return _assess_enforcement(found, ctx, ("decision",), "low", step)
