"""Registrations that the work under a contract needs, beside what their registers hold."""

import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import partial
from typing import Literal, get_args

from duediligence.checks.toolkit.records import what_happened

from duediligence.contracts import CheckContext, check
from duediligence.law.registrations import is_kind_needed
from duediligence.model import (
    NOT_APPLICABLE,
    Contract,
    ListEntry,
    ListStatus,
    Outcome,
    PossibleMatch,
    Severity,
)
from duediligence.model.facts import (
    NOTHING,
    Clause,
    Value,
    days_since,
    entry_name,
    firm,
    joined,
    listed,
    say,
    tag_person,
    tag_published,
    word,
)
from duediligence.model.findings import LabourSign
from duediligence.model.registrations import (
    NOT_FOUND,
    Need,
    NeededRegistrations,
    NumberOfAnother,
    RegistrationsToAsk,
)
from duediligence.model.suppliers import Nation

_BASIS = (
    "The Act named in the finding; where it applies to the contract, Procurement Act 2023 s.22 "
    "(legal capacity); no ground in itself"
)
# What a register shows of a need, the first that fits.
_Place = Literal["held", "lost", "another", "not found", "not current", "not to be seen"]
_ENDS = ("licence_revoked", "licence_refused")
# Registered and not at work, in the words of CQC, the Care Inspectorate, CIW and RQIA.
_STOPPED = re.compile(
    r"^(?:dormant|inactive|suspended|no longer found)$|registration (?:is )?suspended"
    r"|\b(?:no (?:new|further)|cease|stop|suspend\w*)\b.{0,30}\badmi(?:ssion|t)",
    re.IGNORECASE,
)
_LOOK_UP_COUNTS = timedelta(days=366)
# A register published within it is as if of today.
_SOON_PUBLISHED = timedelta(days=92)


standing_check = partial(check, topic="standing", needs=NeededRegistrations, basis=_BASIS)


@standing_check(
    id="REQ-01",
    title="Not found on the register that the contract's work needs",
    severity="high",
    question="the supplier has the registration that its contract needs",
)
def not_found(needed: NeededRegistrations, ctx: CheckContext) -> Outcome:
    """The contract is for work that needs a registration, and no entry of its register was found.

    It may be registered under another name or number, or be exempt: ask for the number. A pending
    application is no registration; it helps only in supported accommodation, where it was complete
    by 27 October 2023 (SI 2023/416 reg 44). Read the contract, too: not all work of its kind needs
    the registration. Medium where it is not known in which nation the work is done. Where the
    register is not current here, the result is unknown.
    """
    if missing := _of_place("not found", needed, ctx):
        return Outcome(
            "review",
            why=joined(
                " ",
                [
                    say(
                        "{need} {absence}",
                        need=_format_need(need),
                        absence=_describe_absence(need, needed, ctx),
                    )
                    for need in missing
                ],
            ),
            next_step=_format_need_question(missing),
            severity=None if all(_is_nation_known(n, needed) for n in missing) else "medium",
            signs=_list_need_signs(missing),
        )
    stale = _of_place("not current", needed, ctx)
    if not stale:
        return NOT_APPLICABLE
    return Outcome(
        "unknown",
        why=joined(
            " ",
            [
                *map(_format_need, stale),
                say("{register} is not current here.", register=_format_registers(needed)),
            ],
        ),
        next_step="Refresh the list and screen again, or look the supplier up on the register.",
    )


@standing_check(
    id="REQ-02",
    title="Registration that the contract's work needs has ended or does not cover it",
    severity="high",
)
def lost(needed: NeededRegistrations, ctx: CheckContext) -> Outcome:
    """The contract is for work that needs a registration, and the one found ended, is of a lower
    status, or is for other work.

    A new registration may have another number: ask for it. Who uses an unlicensed gangmaster may
    commit an offence, too (Gangmasters (Licensing) Act 2004 s.13). Medium where only the name is
    similar; low where another licence, which no list in use shows, does as well for this work.
    """
    return _about_entries("lost", needed, ctx, severity=_lost_severity(needed, ctx))


@standing_check(
    id="REQ-03",
    title="On the register under another name, number or address",
    severity="low",
)
def another_name(needed: NeededRegistrations, ctx: CheckContext) -> Outcome:
    """The contract is for work that needs a registration; a registered firm may be the supplier.

    Name, number or address differ. Compare them: a registration is of the one that holds it, and
    does not pass to a firm of the same group or to a buyer of the business.
    """
    return _about_entries("another", needed, ctx)


@check(
    id="REQ-04",
    title="Ask for the registration that the contract's work needs",
    topic="standing",
    needs=RegistrationsToAsk,
    severity="low",
    basis=_BASIS,
)
def to_be_asked(to_ask: RegistrationsToAsk, ctx: CheckContext) -> Outcome:
    """The contract is for work that needs a registration which no list in use here can show.

    It says nothing against the supplier. Ask for the number and look it up with whoever keeps the
    register, before the work starts and once a year. All that is to be asked of a supplier is one
    finding.
    """
    asked = [
        (need, needed)
        for needed in to_ask.parts
        for need in _of_place("not to be seen", needed, ctx)
    ]
    if not asked:
        return NOT_APPLICABLE
    return Outcome(
        "review",
        why=joined(
            " ",
            [
                say("{need}{why}", need=_format_need(n), why=_explain_missing_entry(n, needed, ctx))
                for n, needed in asked
            ],
        ),
        next_step=_format_need_question(need for need, _ in asked),
    )


def _about_entries(
    place: _Place,
    needed: NeededRegistrations,
    ctx: CheckContext,
    *,
    severity: Severity | None = None,
) -> Outcome:
    """Return the outcome for needs whose register has an entry that does not show them."""
    needs = _of_place(place, needed, ctx)
    if not needs:
        return NOT_APPLICABLE
    return Outcome(
        "review",
        why=joined(
            " ",
            [
                say(
                    "{need} {entry}",
                    need=_format_need(need),
                    entry=entry,
                )
                for need in needs
                if (entry := _describe_place(place, need, needed, ctx))
            ],
        ),
        next_step=_format_need_question(needs),
        severity=severity,
        signs=_list_need_signs(needs) if place == "lost" else (),
    )


def _describe_place(
    place: _Place, need: Need, needed: NeededRegistrations, ctx: CheckContext
) -> Clause | None:
    """Return what puts the need there: a number that the supplier gives, or the best entry."""
    if place == "another" and (numbered := _find_number_of_another(need, needed, ctx)):
        return say(
            "{register} has it under another name: the number {number} is held by {holder}.",
            register=word(numbered.list_title),
            number=word(numbered.number.id),
            holder=entry_name(numbered.entry.name),
        )
    found = _find_best_entry(place, need, needed, ctx)
    return _describe_register_entry(place, found, need) if found else None


def _find_number_of_another(
    need: Need, needed: NeededRegistrations, ctx: CheckContext
) -> NumberOfAnother | None:
    """Return the registration in force of which the supplier gives the number, whoever holds it."""
    fitting = (
        one
        for one in needed.others
        if _is_place(one.entry)
        and _is_of_service(one.entry, need)
        and _covers_need(one.entry, need, ctx)
    )
    return next(fitting, None)


def _of_place(place: _Place, needed: NeededRegistrations, ctx: CheckContext) -> tuple[Need, ...]:
    return tuple(need for need in needed.needs if _classify_need(need, needed, ctx) == place)


def _classify_need(need: Need, needed: NeededRegistrations, ctx: CheckContext) -> _Place:
    """Return what the register shows of a need. What it holds counts even where it is not
    current.
    """
    current = all(one.state == "current" for one in needed.registers)
    if not needed.registers or not need.sure:
        held = current and _find_best_entry("held", need, needed, ctx)
        return "held" if held else "not to be seen"
    if _find_best_entry("held", need, needed, ctx):
        return "held" if current else "not current"
    if numbered := _find_number_of_another(need, needed, ctx):
        return "not to be seen" if numbered.is_holder_withheld else "another"
    for place in ("lost", "not found", "another"):
        if not needed.more and _find_best_entry(place, need, needed, ctx):
            return place
    if not current:
        return "not current"
    if _is_newer_than_register(need, needed, ctx):
        return "not to be seen"
    nations = need.registration.nations
    covered = all(one is None or one in nations for one in (need.nation, needed.nation))
    return (
        "not found"
        if need.registration.whole and covered and not needed.more
        else ("not to be seen")
    )


def _is_newer_than_register(need: Need, needed: NeededRegistrations, ctx: CheckContext) -> bool:
    """Return whether the register is old, and the work or the company began after its day."""
    day = _find_register_day(needed)
    if day is None or ctx.today - day <= _SOON_PUBLISHED:
        return False
    formed = needed.formed_on is not None and needed.formed_on > day
    return formed or all(one.start is not None and one.start > day for one in need.contracts)


def _find_register_day(needed: NeededRegistrations) -> date | None:
    """Return the day that the oldest of the registers in use is of; None where none says it."""
    days = (one.version.published for one in _list_registers(needed) if one.version)
    return min(filter(None, days), default=None)


def _find_best_entry(
    place: _Place, need: Need, needed: NeededRegistrations, ctx: CheckContext
) -> PossibleMatch | None:
    """Return the best entry that puts the need there."""
    tests: dict[_Place, Callable[[PossibleMatch], bool]] = {
        "held": lambda one: _covers_need(one.entry, need, ctx) and _is_it(one, ctx),
        # Nothing but a look-up says of somebody that it is not there.
        "not found": lambda one: _is_it(one, ctx),
        "lost": lambda one: not _covers_need(one.entry, need, ctx),
        "another": lambda one: _covers_need(one.entry, need, ctx),
    }
    entries = [
        one
        for one in _list_counting_entries(need, needed, ctx, absent=place == "not found")
        if _is_place(one.entry) and _is_of_service(one.entry, need)
    ]
    # The number that a supplier gives says which registration it works under.
    given = [one for one in entries if one.numbered and _is_it(one, ctx)]
    fitting = [one for one in given or entries if tests[place](one)]
    return max(fitting, key=lambda one: (_is_it(one, ctx), one.match.score), default=None)


def _list_counting_entries(
    need: Need, needed: NeededRegistrations, ctx: CheckContext, *, absent: bool
) -> list[PossibleMatch]:
    """Return the entries that count: of look-ups those of the last year, and apart from the others
    those that did not find anybody (`absent`).
    """
    if not need.registration.looked_up:
        return [] if absent else [one for one in needed.found if not _is_place_name_alone(one)]
    oldest = ctx.today - _LOOK_UP_COUNTS
    return [
        one
        for one in needed.found
        if (one.entry.status == NOT_FOUND) == absent
        and one.entry.updated_on
        and one.entry.updated_on >= oldest
    ]


def _is_place_name_alone(found: PossibleMatch) -> bool:
    """Return whether the register has the name of a place only, and not whose it is: many places
    share one, so that it counts where the address agrees.
    """
    service = found.entry.service
    unknown = service is not None and not (service.owner or service.number)
    return unknown and found.place not in ("same premises", "same postcode")


def _describe_absence(need: Need, needed: NeededRegistrations, ctx: CheckContext) -> Clause:
    """Return what says that nobody is there: a look-up, with who looked and when, or the list."""
    if found := _find_best_entry("not found", need, needed, ctx):
        entry = found.entry
        return say(
            "{register}: not found on {day} ({who}{link}).",
            register=_format_registers(needed),
            day=entry.updated_on or ctx.today,
            who=tag_published(entry, "remarks"),
            link=say(": {url}", url=tag_published(entry, "url")) if entry.url else NOTHING,
        )
    return say(
        "No entry of {register}{as_of} has its {what}{other}.",
        register=_format_registers(needed),
        as_of=_format_register_day(needed, ctx),
        what=word("names" if needed.others else "names or numbers"),
        other=_describe_other_services(need, needed, ctx),
    )


def _is_place(entry: ListEntry) -> bool:
    """Return whether the entry says that somebody has, or had, a place on the register."""
    record = entry.record
    return record is None or (
        record.type in ("registration", "rating", "licence_review", *_ENDS)
        and record.status not in ("withdrawn", "quashed")
    )


def _is_nation_known(need: Need, needed: NeededRegistrations) -> bool:
    """Return whether the nation of the work is known, or the registration is the same in all."""
    several = len(need.registration.nations) == len(get_args(Nation))
    return bool(need.nation or needed.nation or several)


def _is_of_service(entry: ListEntry, need: Need) -> bool:
    """Return whether the entry is of the kind of service that is needed, as far as it says one."""
    return is_kind_needed(need, entry.service.kinds if entry.service else ())


def _read_stopped(entry: ListEntry) -> str:
    """Return the register's words for a service that is registered and not at work: a standing
    or a condition.
    """
    service = entry.service
    said = (service.standing, *service.conditions) if service else ()
    return next(filter(_STOPPED.search, said), "")


def _describe_other_services(need: Need, needed: NeededRegistrations, ctx: CheckContext) -> Clause:
    """Return for which other services the register has the supplier."""
    kinds = dict.fromkeys(
        kind
        for one in needed.found
        if one.entry.service and _is_it(one, ctx) and not _is_of_service(one.entry, need)
        for kind in one.entry.service.kinds
    )
    return (
        say(" for it; it has them for {kinds}", kinds=listed(map(word, kinds)))
        if kinds
        else NOTHING
    )


def _covers_need(entry: ListEntry, need: Need, ctx: CheckContext) -> bool:
    """Return whether the entry is a registration in force, for the work that is needed."""
    record = entry.record
    if (entry.ends_on and entry.ends_on < ctx.today) or _read_stopped(entry):
        return False
    if record is None:
        return True
    if record.type in _ENDS or record.ended or (record.type == "registration" and record.low):
        return False
    if record.expires and record.expires < ctx.today:
        return False
    numbers = need.registration.numbers
    return not numbers or (record.reference or entry.id).upper().startswith(numbers)


def _is_it(found: PossibleMatch, ctx: CheckContext) -> bool:
    """Return whether the entry is the supplier's own, as far as name, number and place say."""
    if found.certain:
        kind = found.party.kind
        return any(
            ctx.may_be_same(ours.text, theirs.text, kind)
            for ours in found.party.names
            for theirs in found.entry.names
        )
    number = found.match.feature("identifier")
    same = found.named and number is None and not found.match.undated
    return same and found.place != "elsewhere"


def _lost_severity(needed: NeededRegistrations, ctx: CheckContext) -> Severity:
    needs = [n for n in _of_place("lost", needed, ctx) if not n.registration.one_of_several]
    if not needs:
        return "low"
    found = (_find_best_entry("lost", need, needed, ctx) for need in needs)
    return "high" if any(one and _is_it(one, ctx) for one in found) else "medium"


def _format_need(need: Need) -> Clause:
    return say(
        "{contracts} {verb} {title} ({law}; from {registrar}{nation}).",
        contracts=listed(map(_format_contract_title, need.contracts)),
        verb=word("needs" if need.sure else "may need"),
        title=word(need.registration.title),
        law=word(need.registration.law),
        registrar=word(need.registration.registrar),
        nation=say("; the work is in {nation}", nation=word(need.nation))
        if need.nation
        else NOTHING,
    )


def _format_contract_title(contract: Contract) -> Clause:
    codes = word(", ".join(contract.cpv))
    title = contract.title or contract.category
    if not title:
        return say("The contract of CPV code {codes}", codes=codes)
    return say(
        "'{title}'{codes}",
        title=word(title),
        codes=say(" (CPV {codes})", codes=codes) if contract.cpv else NOTHING,
    )


def _format_registers(needed: NeededRegistrations) -> Value:
    """Return the registers themselves, without the lists of who has left them."""
    return listed(word(one.title) for one in _list_registers(needed))


def _list_registers(needed: NeededRegistrations) -> list[ListStatus]:
    left = {list_id for need in needed.needs for list_id in need.registration.ended_lists}
    return [one for one in needed.registers if one.list_id not in left]


def _format_register_day(needed: NeededRegistrations, ctx: CheckContext) -> Clause:
    """Return the day of the register. A newer copy that says the same is no news."""
    if (day := _find_register_day(needed)) is None:
        return NOTHING
    return say(" as of {day} ({age} days ago)", day=day, age=days_since(day, ctx.today))


def _describe_register_entry(place: _Place, found: PossibleMatch, need: Need) -> Clause:
    """Return what an entry says, and how it differs."""
    entry = found.entry
    record = entry.record
    # Who holds a registration may be one person.
    name = (firm if entry.kind == "organisation" else _format_holder)(entry.name)
    what = say(" {happened}", happened=what_happened(record)) if record else NOTHING
    numbers = need.registration.numbers
    reference = (record.reference if record else "") or entry.id
    other = place == "lost" and numbers and not reference.upper().startswith(numbers)
    stopped = _read_stopped(entry) if place == "lost" else ""
    return say(
        "{list}: {name} ({how}).{what}{stopped}{other}",
        list=word(found.list_title),
        name=name,
        how=word(found.certainty),
        what=what,
        stopped=say(' The register says: "{words}".', words=word(stopped)) if stopped else NOTHING,
        other=say(" Number {reference} is for other work.", reference=word(reference))
        if other
        else NOTHING,
    )


def _format_holder(name: str) -> Value:
    return tag_person(name, "registered holder")


def _explain_missing_entry(need: Need, needed: NeededRegistrations, ctx: CheckContext) -> Clause:
    """Return why the registers in use do not show it."""
    registration = need.registration
    if registration.proof == "declaration":
        return say(" No list shows it to this tool.")
    if numbered := _find_number_of_another(need, needed, ctx):
        return say(
            " The number {number} is on {register}, whose publisher withholds who holds it.",
            number=word(numbered.number.id),
            register=word(numbered.list_title),
        )
    if not needed.registers:
        return say(" No register of it is in use here.")
    nation = needed.nation if need.nation in (None, *registration.nations) else need.nation
    if nation and nation not in registration.nations:
        return say(
            " The {who} is in {nation}, which the register in use does not cover{other}.",
            who=word("work" if nation == need.nation else "supplier"),
            nation=word(nation),
            other=say(" ({who})", who=word(registration.elsewhere))
            if registration.elsewhere
            else NOTHING,
        )
    registers = _format_registers(needed)
    if registration.looked_up:
        return say(" {register}: nobody looked it up here within a year.", register=registers)
    if _is_newer_than_register(need, needed, ctx):
        return say(
            " {register} does not show it{as_of}: what was registered since is not on it.",
            register=registers,
            as_of=_format_register_day(needed, ctx),
        )
    return say(" {register} does not show it for certain.", register=registers)


def _list_need_signs(needs: Iterable[Need]) -> tuple[LabourSign, ...]:
    signs = (need.registration.labour_sign for need in needs)
    return tuple(dict.fromkeys(sign for sign in signs if sign))


def _format_need_question(needs: Iterable[Need]) -> Clause:
    """Return what to ask, each sentence once; which licence it is before the number of one."""
    every = list(needs)
    open_ = {(n.registration.lists, n.contracts) for n in every if n.registration.one_of_several}
    said = (
        sentence
        for one in every
        for need in [one.registration]
        if need.one_of_several or (need.lists, one.contracts) not in open_
        for sentence in (need.ask, need.exempt, need.penalty)
    )
    return joined(" ", dict.fromkeys(said))
