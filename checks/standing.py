"""How a firm stands with those who rate and register it: context, never a bar."""

from duediligence.checks.toolkit.records import ELSEWHERE_SCORE, counts, told, what_happened

from duediligence.contracts import CheckContext, check
from duediligence.model import NOT_APPLICABLE, Outcome, PossibleMatch, SharedPremises
from duediligence.model.facts import NOTHING, clause_of, entry_name, private, published, say, word

_PARAMS = {"elsewhere_score": ELSEWHERE_SCORE}


@check(
    id="STA-01",
    title="Poor rating",
    topic="standing",
    needs=PossibleMatch,
    severity="low",
    basis="Context: no ground in itself",
    params=_PARAMS,
)
def rating(found: PossibleMatch, ctx: CheckContext) -> Outcome:
    """A regulator rates these premises as poor under its own scheme.

    A rating is of premises on one date: it is context, not a bar. Look at the newest one,
    and whether the contract uses these premises.
    """
    record = found.entry.record
    if record is None or record.type != "rating" or not record.low or not counts(found, ctx):
        return NOT_APPLICABLE
    if found.place == "elsewhere" and not found.certain:
        return NOT_APPLICABLE
    step = "Look at the newest rating, and whether the contract uses these premises."
    return told(found, ctx, severity="low", next_step=step)


@check(
    id="STA-02",
    title="Left a register, or has a lower status on it",
    topic="standing",
    needs=PossibleMatch,
    severity="medium",
    basis="A licence or registration that the work may need; no ground in itself",
    params=_PARAMS,
)
def registration(found: PossibleMatch, ctx: CheckContext) -> Outcome:
    """A firm of this name has left a register, its registration expired, or its status is low.

    Firms leave registers for good reasons too: a sale, a closure, another licence. Ask which.
    """
    record = found.entry.record
    if record is None or record.type != "registration" or not counts(found, ctx):
        return NOT_APPLICABLE
    lapsed = record.expires is not None and record.expires < ctx.today
    if not (record.ended or record.low or lapsed):
        return NOT_APPLICABLE
    step = "Ask why, and whether the work under the contract needs this registration."
    outcome = told(found, ctx, severity="medium", next_step=step)
    entry = found.entry
    remarks = say(" {remarks}", remarks=published(entry, "remarks")) if entry.remarks else NOTHING
    left = entry.ends_on
    since = NOTHING
    if record.ended and left:
        since = say(" Not on the register since {left} at the latest.", left=left)
    elif lapsed and record.expires:
        since = say(" It expired on {expires}.", expires=record.expires)
    return Outcome(
        outcome.result,
        why=say("{why}{remarks}{since}", why=clause_of(outcome.why), remarks=remarks, since=since),
        grounds=outcome.grounds,
        next_step=outcome.next_step,
        severity=outcome.severity,
        happened=say(
            "{happened}{remarks}{since}",
            happened=clause_of(outcome.happened),
            remarks=remarks,
            since=since,
        ),
        happened_on=left or outcome.happened_on,
        look_back=outcome.look_back,
        crime_types=outcome.crime_types,
    )


@check(
    id="STA-03",
    title="Another firm's record at the same premises",
    topic="standing",
    needs=SharedPremises,
    severity="low",
    basis="Intelligence: Procurement Act 2023 Sch 6 para 45(d) describes a predecessor company",
)
def shared_premises(shared: SharedPremises, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """A firm of another name has a record at the supplier's own premises.

    It may be a landlord, a previous tenant, or the same people under a new name (a phoenix). It is
    never a match by itself: compare officers, owners and dates before you draw a conclusion.
    """
    record = shared.entry.record
    person = "person" in (shared.party.kind, shared.entry.kind)
    address = (private if person else word)(shared.address.text)
    return Outcome(
        "review",
        why=say(
            "{entry}, a different name, has a record on the {list} at {address}. "
            "That is intelligence, not a match.",
            entry=entry_name(shared.entry.name),
            list=word(shared.list_title),
            address=address,
        ),
        next_step="Compare officers, owners and dates. If the two share none, it means nothing.",
        happened=what_happened(record) if record else "",
        happened_on=record.happened_on if record else None,
    )
