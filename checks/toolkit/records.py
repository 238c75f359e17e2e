"""Records of enforcement: which count, and how they are said."""

from collections.abc import Mapping
from datetime import date

from duediligence.checks.toolkit import events

from duediligence.contracts import CheckContext
from duediligence.law.crimes import crimes_of
from duediligence.law.old_convictions import OldConviction, judge_conviction
from duediligence.model import (
    SEVERITIES,
    Clause,
    InsolvencyStage,
    Outcome,
    PossibleMatch,
    Record,
    RecordType,
    Severity,
    Text,
)
from duediligence.model.circumstances import Circumstance, DayOf, whom_of
from duediligence.model.facts import (
    NOTHING,
    joined,
    say,
    tag_alternative,
    tag_money,
    tag_published,
    word,
)
from duediligence.model.findings import LabourSign

# Names that agree in every word: less, at another address, is another firm of a similar name.
ELSEWHERE_SCORE = 0.95
_TYPES = {
    "conviction": "conviction",
    "caution": "caution",
    "prosecution_pending": "prosecution that is not decided",
    "notice": "notice",
    "civil_penalty": "civil penalty",
    "licence_refused": "licence refused",
    "licence_revoked": "licence revoked",
    "licence_review": "licence under review",
    "injunction": "injunction",
    "order": "order",
    "rating": "rating",
    "warning": "warning",
    "insolvency": "insolvency notice",
    "insolvency_step": "later notice of an insolvency",
    "winding_up": "solvent winding-up",
    "prohibited_name": "re-use of a prohibited name",
    "registration": "registration",
    "contract_failure": "failure to perform a public contract",
    "contract_termination": "public contract terminated",
    "decision": "decision on a claim or complaint",
    "payment_report": "report on paying suppliers",
    "personal_insolvency": "insolvency of an individual",
}
_STAGES: Mapping[InsolvencyStage, str] = {
    "petition": "petition to wind up",
    "order": "winding-up order",
    "resolution": "resolution to wind up",
    "liquidator": "liquidation",
    "administration": "administration",
    "receivership": "receivership",
    "moratorium": "moratorium",
    "arrangement": "voluntary arrangement",
    "end": "end of an insolvency, or of a petition",
    "bankruptcy": "bankruptcy",
    "debt relief order": "debt relief order",
    "bankruptcy restrictions": "bankruptcy restrictions",
    "debt relief restrictions": "debt relief restrictions",
}
_STATUSES = {
    "live": "It is in effect.",
    "complied": "It was complied with.",
    "under_appeal": "It is under appeal and may be overturned.",
}
_ELSEWHERE = "The premises differ: find out first whether it is the same firm."

_DECIDED: tuple[RecordType, ...] = ("conviction", "caution", "order", "injunction")
_HELD: tuple[RecordType, ...] = ("registration", "rating", "licence_review")


def is_reportable_record(found: PossibleMatch, ctx: CheckContext) -> bool:
    """Return whether the record is to be told of: not where it fell, nor of a firm merely alike."""
    record = found.entry.record
    if record is None or record.status in ("withdrawn", "quashed"):
        return False
    if found.place != "elsewhere" or found.certain:
        return True
    return found.match.shown_up_to >= float(ctx.params.get("elsewhere_score", ELSEWHERE_SCORE))


def build_record_outcome(
    found: PossibleMatch, ctx: CheckContext, *, severity: Severity, next_step: Text
) -> Outcome:
    """Return the outcome of a record. Of the same name at other premises the severity is one step
    lower.
    """
    record = found.entry.record
    assert record is not None
    happened = what_happened(record)
    elsewhere = found.place == "elsewhere" and not found.certain
    if elsewhere:
        severity = SEVERITIES[max(0, SEVERITIES.index(severity) - 1)]
        next_step = joined(" ", (_ELSEWHERE, next_step))
    old = judge_conviction(record, ctx.today, person=found.entry.kind == "person")
    if old and old.state != "not spent":
        next_step = joined(" ", (next_step, _format_old_conviction(old)))
    return Outcome(
        "adverse" if found.certain else "review",
        why=say(
            "{kind}, from {list}.",
            kind=word(_describe_record_kind(record).capitalize()),
            list=word(found.list_title),
        ),
        next_step=next_step,
        severity=severity,
        happened=happened,
        happened_on=record.happened_on,
        crime_types=crimes_of(record),
        event=events.of_record(found),
        signs=of_record(found),
        circumstances=(describe_circumstance(found),),
    )


def _format_old_conviction(old: OldConviction) -> str:
    is_spent = "is spent" if old.state == "spent" else "may be spent"
    return f"The conviction of an individual {is_spent}: {old.why} It is used so: {old.use.used}"


def what_happened(record: Record) -> Clause:
    """Return what kind of record it is, in the publisher's own words, with act, who acted and
    when.
    """
    kind = _describe_record_kind(record).capitalize()
    section = NOTHING
    if record.act_section:
        section = say(" under {section}", section=tag_published(record, "act_section"))
    bare = say("{kind}{under}", kind=word(kind), under=section)
    # In brackets: `by` would make of the authority who did the wrong.
    known: list[Clause] = []
    if record.authority:
        known.append(say("{authority}", authority=tag_published(record, "authority")))
    if record.happened_on:
        known.append(say("{day}", day=record.happened_on))
    if record.event_date and record.decision_date and record.decision_date != record.event_date:
        known.append(say("decided on {day}", day=record.decision_date))
    sentences: list[Text] = [
        say(
            "{what}{acted}.",
            what=tag_alternative(_in_its_words(record, kind, section), bare)
            if record.event
            else bare,
            acted=say(" ({known})", known=joined(", ", known)) if known else NOTHING,
        )
    ]
    if record.outcome:
        sentences.append(
            say("Outcome: {outcome}.", outcome=tag_published(record, "outcome", stop=False))
        )
    if record.penalty_gbp is not None:
        sentences.append(say("Penalty: {penalty}.", penalty=tag_money(record.penalty_gbp)))
    if status := _STATUSES.get(record.status):
        sentences.append(status)
    if record.expires:
        sentences.append(say("Runs to {day}.", day=record.expires))
    return joined(" ", sentences)


def _describe_record_kind(record: Record) -> str:
    return _STAGES.get(record.stage) or _TYPES[record.type]


def _in_its_words(record: Record, kind: str, section: Clause) -> Clause:
    """Return the event as published, with the kind and the act where those words do not have
    them, in whatever form: "Registered", "Convicted", "Graded".
    """
    words = record.event.casefold()
    first, *more = kind.casefold().split()
    has_kind = (first if more else first[:6]) in words
    has_kind = has_kind or (record.type == "rating" and "grade" in words)
    has_act = record.act_section.casefold() in words
    return say(
        "{kind}{event}{under}",
        kind=NOTHING if has_kind else say("{kind}: ", kind=word(kind)),
        event=tag_published(record, "event", stop=False),
        under=NOTHING if has_act else section,
    )


def describe_circumstance(found: PossibleMatch) -> Circumstance:
    """Return what the record of an entry says has happened, as the law asks."""
    record = found.entry.record
    assert record is not None
    day, day_of = _find_record_day(record)
    return Circumstance(
        kind=record.type,
        whom=whom_of(found.party),
        happened_on=day,
        day_of=day_of,
        known_on=record.known_date,
        act_section=record.act_section,
        power=record.power,
        wording=f"{record.event} . {record.outcome}",
    )


def _find_record_day(record: Record) -> tuple[date | None, DayOf]:
    """Return the day of the record to count from, and what it is the day of."""
    if record.type == "conviction":
        if record.decision_date:
            return record.decision_date, "conviction"
        return record.event_date, "offence" if record.event_date else "conviction"
    if record.event_date is None and record.decision_date:
        return record.decision_date, "decision"
    return record.event_date, "event"


def of_record(found: PossibleMatch) -> tuple[LabourSign, ...]:
    """Return the sign that a record is; none where it is hardly the party's, or an allegation.

    Of a list's own sign (`Watchlist.labour_sign`) a place on a register or a rating counts where it
    is low; to have left counts for sponsors alone, whose workers depend on the licence.
    """
    record = found.entry.record
    if record is None or not _may_be_the_party(found):
        return ()
    if record.type in _DECIDED and "slavery_trafficking" in crimes_of(record):
        return ("slavery",)
    sign = found.labour_sign
    if sign is None or record.type == "prosecution_pending":
        return ()
    left = record.ended and sign == "sponsor licence"
    return (sign,) if record.low or left or record.type not in _HELD else ()


def _may_be_the_party(found: PossibleMatch) -> bool:
    """Return whether a number is the same, or the name, and nothing that is known differs."""
    if found.certain:
        return True
    match = found.match
    differs = match.otherwise_born or match.undated or match.feature("identifier") is not None
    return match.same_name and not differs and found.place != "elsewhere"
