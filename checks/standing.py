"""How a firm stands with those who rate and register it: context, never a bar."""

from dataclasses import replace

from duediligence.checks.toolkit.records import (
    ELSEWHERE_SCORE,
    build_record_outcome,
    is_reportable_record,
    what_happened,
)

from duediligence.contracts import CheckContext, check
from duediligence.model import NOT_APPLICABLE, Outcome, PossibleMatch, Severity, SharedPremises
from duediligence.model.facts import (
    NOTHING,
    clause_of,
    entry_name,
    say,
    tag_private,
    tag_published,
    word,
)

_PARAMS = {"elsewhere_score": ELSEWHERE_SCORE}
# A company reports twice a year: where its newest report is older, it reports no more.
_NEWEST_DAYS = 730
# Registers that firms mostly leave when they merge.
_LEFT_BY_MERGER = frozenset({"social-housing-providers"})
_COMMON = "requires improvement"
# The lowest grade of each scheme.
_LOWEST = frozenset({"inadequate", "unsatisfactory", "0"})


@check(
    id="STA-01",
    title="Poor rating",
    topic="standing",
    needs=PossibleMatch,
    severity="low",
    basis="Context: no ground in itself",
    circumstances=("rating",),
    params=_PARAMS,
)
def rating(found: PossibleMatch, ctx: CheckContext) -> Outcome:
    """A regulator rates these premises as poor under its own scheme.

    A rating is of premises on one date. Look at the newest one, and whether the contract uses these
    premises. The lowest grade ("Inadequate", in Scotland "Unsatisfactory", or 0 for food hygiene)
    is high for a supplier that does such work for you, and where it is not known what it does;
    medium for one that does other work. Every other poor grade is low: "Requires improvement" is
    common among honest providers, 95 of 747 rated locations had it, about one in eight, and 6 were
    rated "Inadequate" (999 active care locations, all but a few of them adult social care, CQC file
    of late summer 2025). It is never more than a question to review.
    """
    record = found.entry.record
    if (
        record is None
        or record.type != "rating"
        or not record.low
        or not is_reportable_record(found, ctx)
    ):
        return NOT_APPLICABLE
    if found.place == "elsewhere" and not found.certain:
        return NOT_APPLICABLE
    step = "Look at the newest rating, and whether the contract uses these premises."
    if not found.entry.addresses:
        step = "Look at the newest rating, and ask what has changed since."
    severity: Severity = "low"
    if found.entry.status.casefold() in _LOWEST:
        severity = "medium" if found.our_work is False else "high"
        step = "Read the report, and ask what has changed and who is safe there now."
    outcome = build_record_outcome(found, ctx, severity=severity, next_step=step)
    common = found.entry.status.casefold() == _COMMON
    return replace(outcome, result="review") if common else outcome


@check(
    id="STA-02",
    title="Left a register, or has a lower status on it",
    topic="standing",
    needs=PossibleMatch,
    severity="low",
    basis="A licence or registration that the work may need; no ground in itself",
    circumstances=("registration",),
    params=_PARAMS,
)
def registration(found: PossibleMatch, ctx: CheckContext) -> Outcome:
    """A firm of this name has left a register, its registration expired, or its status is low.

    Firms leave registers for good reasons: a sale, a move, a closure, another licence. A care home
    that is sold is registered again under its new owner; the CQC's files of autumn 2026 have some
    65,000 locations that left and 57,000 that are active: to have left a register of care is low.
    Landlords leave their register mostly by a merger: low as well.
    It is low, too, where your contracts tell what work the supplier does for you: if that needs the
    registration, another check sets all that the supplier holds beside it, and is high where none
    is left. Everything else is medium. Ask which it was.
    """
    record = found.entry.record
    if record is None or record.type != "registration" or not is_reportable_record(found, ctx):
        return NOT_APPLICABLE
    lapsed = record.expires is not None and record.expires < ctx.today
    if not (record.ended or record.low or lapsed):
        return NOT_APPLICABLE
    step = "Ask why, and whether the work under the contract needs this registration."
    often = record.power == "safeguarding" or found.entry.list_id in _LEFT_BY_MERGER
    often = often and not (record.low or lapsed)
    severity: Severity = "low" if often or found.our_work is not None else "medium"
    outcome = build_record_outcome(found, ctx, severity=severity, next_step=step)
    entry = found.entry
    remarks = (
        say(" {remarks}", remarks=tag_published(entry, "remarks")) if entry.remarks else NOTHING
    )
    left = entry.ends_on
    since = NOTHING
    if record.ended and left:
        since = say(" Not on the register since {left} at the latest.", left=left)
    elif lapsed and record.expires:
        since = say(" It expired on {expires}.", expires=record.expires)
    return replace(
        outcome,
        why=say("{why}{remarks}{since}", why=clause_of(outcome.why), remarks=remarks, since=since),
        happened=say(
            "{happened}{remarks}{since}",
            happened=clause_of(outcome.happened),
            remarks=remarks,
            since=since,
        ),
        happened_on=left or outcome.happened_on,
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
    address = (tag_private if person else word)(shared.address.text)
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


@check(
    id="STA-06",
    title="Slow to pay its own suppliers",
    topic="standing",
    needs=PossibleMatch,
    severity="low",
    basis="Context: Procurement Policy Note 018 of central government; no ground in itself",
    circumstances=("payment_report",),
    params={**_PARAMS, "newest_days": _NEWEST_DAYS},
)
def slow_payment(found: PossibleMatch, ctx: CheckContext) -> Outcome:
    """The company reported that it pays more than 5 % of invoices after 60 days, or takes over 45
    days on average.

    That is what central government does not accept from bidders for large contracts. It says how
    sub-contractors may fare: small firms and charities that wait for their money may not keep a
    service going. In public contracts payment within 30 days is implied for sub-contracts
    (Procurement Act 2023 s.73). A report of a period that ended over two years ago is not used.
    """
    record = found.entry.record
    if (
        record is None
        or record.type != "payment_report"
        or not record.low
        or record.event_date is None
        or (ctx.today - record.event_date).days > int(ctx.params.get("newest_days", _NEWEST_DAYS))
        or not is_reportable_record(found, ctx)
    ):
        return NOT_APPLICABLE
    step = "Ask who will be sub-contracted, and how soon they will be paid."
    return build_record_outcome(found, ctx, severity="low", next_step=step)
