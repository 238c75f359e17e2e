"""How a firm stands with those who rate and register it: context, never a bar."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from functools import partial

from duediligence.checks.toolkit.records import (
    ELSEWHERE_SCORE,
    build_record_outcome,
    is_reportable_record,
    of_record,
    what_happened,
)

from duediligence.contracts import CheckContext, check
from duediligence.model import (
    NOT_APPLICABLE,
    ListEntry,
    Outcome,
    PossibleMatch,
    Severity,
    SharedPremises,
)
from duediligence.model.entries import LOWEST_GRADES
from duediligence.model.facts import (
    NOTHING,
    Clause,
    clause_of,
    entry_name,
    joined,
    say,
    tag_private,
    tag_published,
    word,
)
from duediligence.model.registrations import NumberOfAnother, OwnedRegistrations
from duediligence.text.folding import is_phrase_in
from duediligence.text.wording import count

_PARAMS = {"elsewhere_score": ELSEWHERE_SCORE}
# A company reports twice a year: where its newest report is older, it reports no more.
_NEWEST_DAYS = 730
# Registers that firms mostly leave when they merge.
_LEFT_BY_MERGER = frozenset({"social-housing-providers"})
_COMMON = frozenset(
    "requires improvement|requires improvement to be good|needs attention|"
    "inconsistent quality of service delivery".split("|")
)


standing_check = partial(check, topic="standing", needs=PossibleMatch)


@standing_check(
    id="STA-01",
    title="Poor rating",
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
    if found.entry.status.casefold() in LOWEST_GRADES:
        severity = "medium" if found.our_work is False else "high"
        step = "Read the report, and ask what has changed and who is safe there now."
    outcome = build_record_outcome(found, ctx, severity=severity, next_step=step)
    common = found.entry.status.casefold() in _COMMON
    return replace(outcome, result="review") if common else outcome


@standing_check(
    id="STA-02",
    title="Left a register, or has a lower status on it",
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
    if record.ended:
        since = (
            say(" Not on the register since {left} at the latest.", left=left)
            if left
            else say(" It left the register.")
        )
    elif lapsed and record.expires:
        since = say(" It expired on {expires}.", expires=record.expires)
    elif entry.status:
        since = say(
            " It is on the register, with a lower status: {status}.",
            status=tag_published(entry, "status", stop=False),
        )
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
    id="STA-04",
    title="Poor grades among the registrations of an owner",
    topic="standing",
    needs=OwnedRegistrations,
    severity="low",
    basis="Context: no ground in itself",
)
def owner_of_several(several: OwnedRegistrations, ctx: CheckContext) -> Outcome:
    """Of several registrations that the supplier may own, some are graded poor, suspended or ended.

    A firm has no grade, a registration has. Which place works for you is not known: no number,
    postcode or name of one is given. The lowest grade is high where the supplier's address or
    contract names the authority of the place, or where more than half of the graded ones have it;
    else medium. "Requires improvement", what is archived, and a name that is merely similar are
    low, and so is one with the number of another company, or that many people have. Of a name that
    is no more than similar, of another nation's register and of another address two say that it is
    another firm. An archived place is not a closed one: it may have been sold, or registered again
    under another number.
    """
    counting = [one for one in several.found if _may_be_of_supplier(one, several.nations)]
    entries = [one.entry for one in counting]
    held = [entry for entry in entries if not _is_registration_over(entry, ctx)]
    poor = [entry for entry in held if entry.record and entry.record.low]
    if not poor and len(held) == len(entries):
        return NOT_APPLICABLE
    named = {one.entry.id for one in counting if one.may_be_own}
    lowest = [e for e in poor if e.status.casefold() in LOWEST_GRADES and e.id in named]
    graded = [e for e in held if e.service and e.service.grade and e.id in named]
    places = several.supplier.places_named
    near = [entry for entry in lowest if entry.service and is_phrase_in(entry.service.area, places)]
    severity: Severity = "low"
    suspended = [e for e in poor if e.record and e.record.type != "rating" and e.id in named]
    if lowest or suspended:
        severity = "high" if near or 2 * len(lowest) > len(graded) else "medium"
    if severity != "low" and not any(one.our_work is not False for one in counting):
        severity = "low"
    worst = min(near or lowest or poor, key=_rank_worst_first, default=None)
    every = [*entries, *(one.entry for one in several.own)]
    how = Counter(map(_describe_likeness, (*counting, *several.own)))
    why: list[Clause] = [
        say(
            "{list} holds {several} that may be its own ({how}): {spread}. No grade of one is the "
            "firm's.",
            list=word(several.found[0].list_title),
            several=word(count(len(every), "registration")),
            how=word(next(iter(how)) if len(how) == 1 else _format_counts(how)),
            spread=word(_format_spread(every, ctx)),
        )
    ]
    if worst and worst.service and worst.record:
        why.append(
            say(
                "The worst: {number}{owner}, {what}.",
                number=word(f"{worst.service.number}, " if worst.service.number else ""),
                owner=entry_name(worst.name),
                what=tag_published(worst.record, "event", stop=False),
            )
        )
    # All of them, so that one more is news, whatever is the worst.
    gravest = [e for e in poor if e in suspended or e.status.casefold() in LOWEST_GRADES]
    if numbers := sorted(e.service.number or e.id for e in gravest if e.service):
        why.append(
            say("Of the lowest grade or suspended: {numbers}.", numbers=word(", ".join(numbers)))
        )
    return Outcome(
        "review",
        why=joined(" ", why),
        next_step=say(
            "Its own place stands apart: read the reports of the others if the contract uses them."
        )
        if several.own
        else say(
            "Ask for the number of the registration{urn} that the contract uses, and read its "
            "report.",
            urn=word(" (the URN)") if several.found[0].entry.has_urn else NOTHING,
        ),
        severity=severity,
        happened=what_happened(worst.record) if worst and worst.record else "",
        happened_on=worst.service.graded_on if worst and worst.service else None,
        signs=tuple(dict.fromkeys(sign for one in counting for sign in of_record(one))),
    )


@check(
    id="STA-05",
    title="Registration number without a name that agrees",
    topic="standing",
    needs=NumberOfAnother,
    severity="low",
    basis="Identity: a number identifies a registration only with a name that agrees",
)
def number_of_another(found: NumberOfAnother, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """A number on the supplier's record belongs to a registration in quite another name, or the
    publisher does not say who holds it.

    The number may be mistyped, or belong to a former owner or another firm of the group. Until a
    name agrees, the registration and its grade are not the supplier's. Medium where it is poor.
    """
    record = found.entry.record
    return Outcome(
        "review",
        why=say(
            "The number {number} {whose} on the {list}.",
            number=word(found.number.id),
            whose=say("is of a registration whose holder the publisher withholds")
            if found.is_holder_withheld
            else say("belongs to {entry}", entry=entry_name(found.entry.name)),
            list=word(found.list_title),
        ),
        next_step="Ask the supplier for its own number, and under which name it is registered.",
        severity="medium" if record and (record.low or record.ended) else "low",
        happened=what_happened(record) if record else "",
        happened_on=record.happened_on if record else None,
    )


@standing_check(
    id="STA-06",
    title="Slow to pay its own suppliers",
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


def _is_registration_over(entry: ListEntry, ctx: CheckContext) -> bool:
    is_over = entry.ends_on is not None and entry.ends_on < ctx.today
    return is_over or (entry.record is not None and entry.record.ended)


def _describe_likeness(one: PossibleMatch) -> str:
    if one.certain:
        return "same number"
    if one.match.undated:
        return "common name"
    if one.named:
        return "same name" if one.may_be_own else "same name with another company's number"
    return "similar name"


def _may_be_of_supplier(one: PossibleMatch, nations: Collection[str]) -> bool:
    """Return whether no more than one of name, nation and address speaks against it."""
    service = one.entry.service
    is_there = not nations or (service is not None and service.nation in nations)
    return one.certain or sum((one.may_be_own, is_there, one.place != "elsewhere")) >= 2


def _rank_worst_first(entry: ListEntry) -> tuple[bool, int, str]:
    """Return a key that puts the lowest grade first, the newest of these before the others."""
    when = entry.service.graded_on if entry.service else None
    return (
        entry.status.casefold() not in LOWEST_GRADES,
        -(when.toordinal() if when else 0),
        entry.id,
    )


def _format_spread(entries: Iterable[ListEntry], ctx: CheckContext) -> str:
    """Return how many have each grade, the poor ones first; `2 not graded, 1 archived` last."""
    found: Counter[tuple[int, str]] = Counter()
    for entry in entries:
        record, grade = entry.record, entry.service.grade if entry.service else ""
        if _is_registration_over(entry, ctx):
            found[5, "archived (which is not closed)"] += 1
        elif record and record.low and record.type != "rating":
            found[1, entry.status] += 1
        elif not grade:
            found[4, "not graded"] += 1
        elif entry.status.casefold() in LOWEST_GRADES:
            found[0, grade] += 1
        else:
            found[2 if record and record.low else 3, grade] += 1
    return _format_counts({words: number for (_, words), number in sorted(found.items())})


def _format_counts(found: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {words}" for words, number in found.items())
