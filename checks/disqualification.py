"""Whether someone behind the supplier is barred from directing companies."""

from functools import partial

from duediligence.checks.toolkit import CLEAR, people
from duediligence.checks.toolkit.events import find_single_event, of_somebody
from duediligence.checks.toolkit.people import (
    RecordHit,
    has_court_permission,
    hits,
    in_force,
    list_active_directors,
    list_active_owners,
)
from duediligence.checks.toolkit.wording import party, plain

from duediligence.contracts import CheckContext, check
from duediligence.model import (
    NOT_APPLICABLE,
    Clause,
    Company,
    Disqualification,
    Dossier,
    Event,
    Outcome,
)
from duediligence.model.circumstances import Circumstance, CircumstanceKind
from duediligence.model.facts import NOTHING, clause_of, joined, listed, say, tag_person, word
from duediligence.text.dates import months_before

_SANCTION = "sanction"
_KINDS: tuple[CircumstanceKind, ...] = (
    "disqualification by a court",
    "disqualification by undertaking",
    "designation",
)
_NEXT = "Compare the full birth date on the register, and ask the supplier what their role is."


people_check = partial(check, topic="people", needs=Dossier)


@people_check(
    id="CH-DSQ-01",
    title="Disqualified director in office",
    question="a director in office is disqualified",
    severity="high",
    basis="Company Directors Disqualification Act 1986 ss.1, 1A and 13",
    reads=("officers", "disqualifications"),
    circumstances=_KINDS,
)
def director(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """A director has the name and the month and year of birth of a disqualified person.

    Critical where a company or postcode agrees as well. Common names collide: compare the full
    birth date before you mention it. A director with leave of the court to direct this company is
    not flagged.
    """
    people = list_active_directors(dossier)
    return (
        _assess_barred_people(dossier, ctx, list(hits(dossier, people, ctx)))
        if people
        else NOT_APPLICABLE
    )


@check(
    id="CH-DSQ-02",
    title="Disqualified owner",
    question="an owner is disqualified",
    topic="ownership",
    needs=Dossier,
    severity="high",
    basis="Company Directors Disqualification Act 1986 s.1(1): nor manage it indirectly",
    reads=("owners", "disqualifications"),
    circumstances=_KINDS,
)
def owner(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """A person with significant control has the name and birth month of a disqualified person.

    They may own shares but must not manage: ask who decides. Critical where a postcode or company
    agrees as well. Common names collide, so compare the full birth date first.
    """
    people = list_active_owners(dossier)
    return (
        _assess_barred_people(dossier, ctx, list(hits(dossier, people, ctx)))
        if people
        else NOT_APPLICABLE
    )


@people_check(
    id="CH-DSQ-03",
    title="Disqualification that has ended",
    question="a disqualification has ended",
    severity="medium",
    basis="Company Directors Disqualification Act 1986; Procurement Act 2023 Sch 7 para 15",
    params={"years": 5},
    reads=("officers", "disqualifications"),
)
def ended(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """A director has the name and birth month of someone whose disqualification ended recently.

    They may direct companies again, and that is no fault. Ask what has changed. The register itself
    shows only disqualifications in force, so this relies on earlier copies.
    """
    people = list_active_directors(dossier)
    if not people:
        return NOT_APPLICABLE
    first = months_before(ctx.today, 12 * int(ctx.params["years"]))
    found = [
        hit
        for hit in hits(dossier, people, ctx)
        if hit.record.until and first <= hit.record.until < ctx.today
    ]
    sure = [hit for hit in found if hit.dated]
    if sure:
        return Outcome(
            "review",
            why=_format_barred_people(sure),
            next_step=_NEXT,
            event=_derive_barred_event(sure),
        )
    return _report_undated_hits(found) if found else CLEAR


@people_check(
    id="CH-DSQ-04",
    title="Barred from directing by sanctions",
    question="sanctions bar somebody from directing",
    severity="critical",
    basis="Company Directors Disqualification Act 1986 s.11A; SAMLA 2018 s.3A",
    reads=("officers", "owners", "disqualifications"),
    circumstances=_KINDS,
)
def sanctioned(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """A director or owner is on the register of those disqualified because of sanctions.

    Compare with the UK Sanctions List before you pay or award, and ask your legal team. Common
    names collide: birth date, or for a firm its number, must agree.
    """
    people = list_active_directors(dossier) + list_active_owners(dossier)
    if not people:
        return NOT_APPLICABLE
    found = [hit for hit in hits(dossier, people, ctx) if hit.record.type == _SANCTION]
    found = [hit for hit in found if in_force(hit.record, ctx.today)]
    sure = [hit for hit in found if hit.dated]
    if sure:
        return Outcome(
            "review",
            why=_format_barred_people(sure),
            next_step="Compare with the UK Sanctions List. If it is the same party, do not pay or "
            "award: ask your legal team.",
            circumstances=tuple(map(_describe_ban, sure)),
            event=_derive_barred_event(sure),
        )
    return _report_undated_hits(found) if found else CLEAR


@people_check(
    id="CH-DSQ-05",
    title="Disqualified person named by the buyer",
    question="a person named by the buyer is disqualified",
    severity="high",
    basis="Company Directors Disqualification Act 1986 ss.1, 1A, 11A and 13",
    reads=("disqualifications",),
    circumstances=_KINDS,
)
def named_person(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """A person named by you has the name and birth month of a disqualified person.

    Find out what their role is: a disqualified person may neither direct a company nor take part in
    managing one. People registered as directors or owners are checked as such. Common names
    collide, so compare the full birth date first.
    """
    named = people.list_named_people(dossier)
    if not named:
        return NOT_APPLICABLE
    company = dossier.company if isinstance(dossier.company, Company) else None
    found = [hit for hit in hits(dossier, named, ctx) if in_force(hit.record, ctx.today)]
    found = [hit for hit in found if not has_court_permission(hit.record, company, ctx.today)]
    sure = [hit for hit in found if hit.dated]
    if sure:
        grave = any(hit.more or hit.record.type == _SANCTION for hit in sure)
        return Outcome(
            "review",
            why=_format_barred_people(sure),
            circumstances=tuple(map(_describe_ban, sure)),
            next_step=_NEXT,
            severity="critical" if grave else None,
            event=_derive_barred_event(sure),
        )
    return _report_undated_hits(found) if found else CLEAR


def _assess_barred_people(dossier: Dossier, ctx: CheckContext, found: list[RecordHit]) -> Outcome:
    company = dossier.company if isinstance(dossier.company, Company) else None
    found = [
        hit
        for hit in found
        if hit.record.type != _SANCTION
        and in_force(hit.record, ctx.today)
        and not has_court_permission(hit.record, company, ctx.today)
    ]
    sure = [hit for hit in found if hit.dated]
    if sure:
        return Outcome(
            "review",
            why=_format_barred_people(sure),
            circumstances=tuple(map(_describe_ban, sure)),
            next_step=_NEXT,
            severity="critical" if any(hit.more for hit in sure) else None,
            event=_derive_barred_event(sure),
        )
    return _report_undated_hits(found) if found else CLEAR


def _describe_ban(hit: RecordHit) -> Circumstance:
    """Return what a disqualification is: an order of a court, or what somebody promised or is bound
    to without one (Company Directors Disqualification Act 1986 ss.1, 1A and 11A).
    """
    record = hit.record
    if record.type == _SANCTION:
        return Circumstance(kind="designation", whom="connected person")
    by_court = "order" in record.type
    return Circumstance(
        kind="disqualification by a court" if by_court else "disqualification by undertaking",
        whom="connected person",
        happened_on=record.from_,
        day_of="decision",
        known_on=record.from_,
    )


def _derive_barred_event(found: list[RecordHit]) -> Event | None:
    """Return the one disqualification or, where sanctions bar somebody, the designation behind
    it.
    """
    return find_single_event(
        of_somebody("designation", hit.person)
        if hit.record.type == _SANCTION
        else of_somebody("disqualification", hit.person, numbers=_derive_ban_numbers(hit.record))
        for hit in found
    )


def _derive_ban_numbers(record: Disqualification) -> tuple[str, ...]:
    return (f"{record.officer_id} {record.from_ or ''}",) if record.officer_id else ()


def _format_barred_people(found: list[RecordHit]) -> Clause:
    return joined(" ", map(_format_record_hit, found))


def _format_record_hit(hit: RecordHit) -> Clause:
    record = hit.record
    return say(
        "{person} has the name and birth month of {record}, disqualified until {until}{reason}"
        "{more}.",
        person=party(hit.person),
        record=tag_person(record.name, "disqualified person"),
        until=record.until or word("a date not given"),
        reason=say(" ({reason})", reason=plain(record.reason)) if record.reason else NOTHING,
        more=say("; {more} also agrees", more=clause_of(hit.more)) if hit.more else NOTHING,
    )


def _report_undated_hits(found: list[RecordHit]) -> Outcome:
    return Outcome(
        "unknown",
        why=say(
            "{people} has the name of a disqualified person, and there is no month of birth to "
            "compare.",
            people=listed(party(hit.person) for hit in found),
        ),
        next_step="Ask the supplier for the birth date and compare it with the register.",
    )
