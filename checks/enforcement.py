"""What councils and regulators did about a firm, with the legal weight that it has and no more."""

from duediligence.checks.toolkit.records import ELSEWHERE_SCORE, counts, told

from duediligence.contracts import CheckContext, check
from duediligence.model import NOT_APPLICABLE, Outcome, PossibleMatch, RecordType, Severity
from duediligence.model.facts import joined

_PARAMS = {"elsewhere_score": ELSEWHERE_SCORE}
_COMPARE = "Compare name, address and number with the record."


def _of(
    found: PossibleMatch,
    ctx: CheckContext,
    types: tuple[RecordType, ...],
    severity: Severity,
    next_step: str,
) -> Outcome:
    record = found.entry.record
    if record is None or record.type not in types or not counts(found, ctx):
        return NOT_APPLICABLE
    return told(found, ctx, severity=severity, next_step=joined(" ", (_COMPARE, next_step)))


@check(
    id="ENF-01",
    title="Conviction or caution",
    topic="enforcement",
    needs=PossibleMatch,
    severity="high",
    basis="Procurement Act 2023 Sch 6 for the offences it lists; else Sch 7 para 11 at most",
    params=_PARAMS,
)
def conviction(found: PossibleMatch, ctx: CheckContext) -> Outcome:
    """A court convicted a firm of this name, or it accepted a caution.

    Read the judgment or the press notice. Only some offences are grounds in Schedule 6; others can
    at most support professional misconduct. Ask what has changed since: section 58 says what
    counts.
    """
    step = "If it is the same firm, ask for its account and what it has changed since (s.58)."
    return _of(found, ctx, ("conviction", "caution"), "high", step)


@check(
    id="ENF-02",
    title="Prosecution not yet decided",
    topic="enforcement",
    needs=PossibleMatch,
    severity="medium",
    basis="An allegation: no ground in itself",
    params=_PARAMS,
)
def prosecution(found: PossibleMatch, ctx: CheckContext) -> Outcome:
    """A prosecution of a firm of this name is under way. It is only an allegation.

    Treat it as restricted. Note the date of the hearing, and check again after it.
    """
    step = "Do not act on it alone: it is an allegation. Check again after the hearing."
    return _of(found, ctx, ("prosecution_pending",), "medium", step)


@check(
    id="ENF-03",
    title="Order or injunction",
    topic="enforcement",
    needs=PossibleMatch,
    severity="high",
    basis="Procurement Act 2023 Sch 7 para 1 for some orders; else Sch 7 para 11 at most",
    params=_PARAMS,
)
def order(found: PossibleMatch, ctx: CheckContext) -> Outcome:
    """A court or an authority made an order against a party of this name.

    Read what the order forbids and until when. An order that has ended says less than one in force.
    """
    step = "Read what the order forbids and until when, and ask the supplier about it."
    return _of(found, ctx, ("order", "injunction"), "high", step)


@check(
    id="ENF-04",
    title="Licence refused, revoked or under review",
    topic="enforcement",
    needs=PossibleMatch,
    severity="high",
    basis="Procurement Act 2023 Sch 7 para 11(2) is arguable where an authority so ruled",
    params=_PARAMS,
)
def licence(found: PossibleMatch, ctx: CheckContext) -> Outcome:
    """A licensing body refused, revoked or is reviewing the licence of a firm of this name.

    Find out whether the contract needs that licence, and read the reasons of the decision.
    """
    record = found.entry.record
    severity: Severity = "medium" if record and record.type == "licence_review" else "high"
    step = "Ask whether the work needs this licence, and read the reasons of the decision."
    types: tuple[RecordType, ...] = ("licence_refused", "licence_revoked", "licence_review")
    return _of(found, ctx, types, severity, step)


@check(
    id="ENF-05",
    title="Civil penalty",
    topic="enforcement",
    needs=PossibleMatch,
    severity="medium",
    basis="Procurement Act 2023 Sch 6 paras 36 and 37 for tax; else Sch 7 para 11 at most",
    params=_PARAMS,
)
def penalty(found: PossibleMatch, ctx: CheckContext) -> Outcome:
    """A public body fined a firm of this name without a court.

    A deliberate tax penalty is a ground of its own. Most others are intelligence: ask whether it
    was paid or appealed, and what led to it.
    """
    step = "Ask whether it was paid or appealed, and what was put right."
    return _of(found, ctx, ("civil_penalty",), "medium", step)


@check(
    id="ENF-06",
    title="Enforcement notice",
    topic="enforcement",
    needs=PossibleMatch,
    severity="medium",
    basis="Intelligence: no ground in itself",
    params=_PARAMS,
)
def notice(found: PossibleMatch, ctx: CheckContext) -> Outcome:
    """A council or regulator served a notice on a firm of this name or at its premises.

    A notice that was complied with is ordinary. One still in force after its deadline, or one of
    several, is worth a question.
    """
    record = found.entry.record
    severity: Severity = "low" if record and record.status == "complied" else "medium"
    return _of(found, ctx, ("notice",), severity, "Ask whether it was complied with.")


@check(
    id="ENF-07",
    title="Warning or public naming",
    topic="enforcement",
    needs=PossibleMatch,
    severity="medium",
    basis="Intelligence: Procurement Act 2023 Sch 7 para 11 at most",
    params=_PARAMS,
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
    return _of(found, ctx, ("warning",), "medium", step)


@check(
    id="ENF-08",
    title="Insolvency notice",
    topic="insolvency",
    needs=PossibleMatch,
    severity="high",
    basis="Procurement Act 2023 Sch 7 para 5",
    params=_PARAMS,
)
def insolvency(found: PossibleMatch, ctx: CheckContext) -> Outcome:
    """The official gazette has an insolvency notice about a firm of this name.

    A petition is a claim by a creditor and may be dismissed; an order or a resolution is the
    beginning of the end. Ask the supplier today, and plan who would take over the service.
    """
    step = "Open the notice, compare the company number, and ask the supplier at once."
    return _of(found, ctx, ("insolvency",), "high", step)
