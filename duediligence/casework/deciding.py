"""Decisions about alerts, and the reasons there are for them."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import get_args

from duediligence.casework import queue
from duediligence.casework.fact_groups import refuse_unequal
from duediligence.casework.queue import allowed_decisions
from duediligence.casework.reason_facts import explain_contradiction
from duediligence.errors import Conflict, Hint, Invalid, NotFound, OptionRemark, Step, UsageError
from duediligence.matching.joined_entries import list_differences
from duediligence.model.alerts import (
    DECIDED,
    NOTHING_CONSIDERED,
    Alert,
    AlertStatus,
    Compared,
    Considered,
    Decided,
    Decision,
    Factor,
)
from duediligence.model.audit import ROLES, is_action_allowed
from duediligence.render.wording import day, fold, moment
from duediligence.screening.access import permit, use_case
from duediligence.screening.alerts import projection
from duediligence.screening.alerts.carried_over import carried_over
from duediligence.screening.alerts.status import status
from duediligence.screening.workspace import Workspace
from duediligence.store.casework.decisions import DecidedMeanwhile
from duediligence.text.wording import count, listed

OTHER = "OTHER"
_OTHER = {OTHER: "Another reason, given in the note"}

# Codes are stable for ever: they stand in decisions that are never changed.
REASONS: Mapping[Decided, Mapping[str, str]] = {
    "same": {
        "NUMBER-SAME": "A number that only one party can have is the same",
        "DOB-SAME": "Name and date of birth are the same",
        "NAME-PLACE-SAME": "Name and address are the same",
        "SUPPLIER-SAYS": "The supplier says so",
        **_OTHER,
    },
    "not the same": {
        "DOB-DIFFERS": "The dates of birth differ",
        "NUMBER-DIFFERS": "The company, charity or passport numbers differ",
        "OTHER-PLACE": "The addresses or countries cannot be the same party's",
        "OTHER-KIND": "One is a person and the other a firm, or they do quite different things",
        "OTHER-NAME": "The names are only similar",
        **_OTHER,
    },
    "not sure": {
        "TOO-LITTLE": "Too little is known on one side",
        "ASKED": "More was requested from the supplier or the publisher",
        **_OTHER,
    },
    "confirmed risk": {
        "GROUND": "An exclusion ground may apply, and is being considered",
        "LISTED": "Dealing with the party may be unlawful or need a licence",
        "RISK": "It is a risk to the contract, without a ground",
        **_OTHER,
    },
    "mitigated": {
        "SELF-CLEANED": "Evidence that it put things right was accepted",
        "CONDITIONS": "Conditions or monitoring of the contract address it",
        "PUT-RIGHT": "What was wrong has been put right",
        "LICENSED": "A licence or an exception covers the dealing",
        "LONG-AGO": "It was long ago and is not likely to recur",
        **_OTHER,
    },
}
_WORDS: Mapping[tuple[str, str], str] = {
    (decided, code): words for decided, known in REASONS.items() for code, words in known.items()
}


def describe_choice(decided: str, reason: str) -> str:
    """Return a decision with its reason in words: `not the same (the dates of birth differ)`."""
    words = _WORDS.get((decided, reason), "")
    return f"{decided} ({words[:1].lower()}{words[1:]})" if words else decided


# When each decision is the right one.
MEANINGS: Mapping[Decided, str] = {
    "same": "The supplier's party is the listed one. What that means is decided after",
    "not the same": "It is another party. The alert leaves the queue and the reports",
    "not sure": "You need to know more, or wait for the supplier's answer. The alert stays in the "
    "queue",
    "confirmed risk": "It is a risk to the contract, or a ground for exclusion may apply, and the "
    "supplier could respond. The alert stays in the queue",
    "mitigated": "Evidence, conditions or time answer the risk. The alert leaves the queue",
}


@dataclass(frozen=True, slots=True)
class ReasonCode:
    """A reason that can be given: for which decision, by which code, and in words."""

    decision: Decided
    code: str
    meaning: str


def list_reason_codes() -> tuple[ReasonCode, ...]:
    """Return every reason that can be given, by decision."""
    return tuple(
        ReasonCode(decided, code, meaning)
        for decided, table in REASONS.items()
        for code, meaning in table.items()
    )


def decision_of(word: str) -> Decided:
    """Return `not-the-same` or `not the same` as the decision it names. Raises UsageError."""
    plain = " ".join(word.casefold().replace("-", " ").split())
    for decided in DECIDED:
        if plain == decided:
            return decided
    words = ", ".join(each.replace(" ", "-") for each in DECIDED)
    raise Invalid(
        f"{word!r} is not a valid decision", field="decided", hint=f"Choose from {words}."
    )


def check_reason_code(decided: Decided, code: str, note: str) -> str:
    """Return the reason code in capitals, where it stands in the table of that decision.

    Raises UsageError where it does not, or where the code tells nothing without a note.
    """
    upper = code.strip().upper()
    table = REASONS[decided]
    if upper not in table:
        wrong = f"{code!r} is not a valid reason" if upper else "a reason is needed"
        raise Invalid(
            f"{wrong} for {decided!r}",
            field="reason",
            hint="\n".join(f"  {one}: {meaning}" for one, meaning in table.items()),
        )
    if upper == OTHER and not note.strip():
        raise Invalid(f"the reason {OTHER} needs a note", field="note", hint="Say why in the note.")
    return upper


def factors_of(text: str) -> tuple[Factor, ...]:
    """Return the points of s.58(1) that `text` names, as `a,b,d`. Raises Invalid for another
    letter.
    """
    letters = [each.strip().lower() for each in text.split(",") if each.strip()]
    for letter in letters:
        if letter not in get_args(Factor):
            raise Invalid(
                f"s.58(1) has no point {letter!r}",
                field="factors",
                hint="The points are a, b, c, d and e.",
            )
    return tuple(factor for factor in get_args(Factor) if factor in letters)


LONGEST_NOTE = 2_000
# Decided for good: changing it takes a look at what a colleague decided.
_CLOSED = ("same", "not the same", "confirmed risk", "mitigated")
_UNDECIDED = ("open", "awaiting second decision", "not sure")
_ID = re.compile(r"[0-9a-f]{4,64}")
# As people write or dictate it: `A-1042`, with any dash, a space or nothing between.
_NUMBER = re.compile(r"a[\s\u2010-\u2015-]?(\d{1,9})")
_LIST = Step("list-alerts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What somebody wants to decide, and why. `considered.ground` is the bare code, if any."""

    decided: Decided
    reason: str
    note: str = ""
    considered: Considered = NOTHING_CONSIDERED


@use_case("read")
def find_numbered_alert(workspace: Workspace, text: str) -> str:
    """Return the id of the alert of which a text is the number (`A-1042`); empty where it is none's
    or the reference of a supplier. Raises StorageError.
    """
    number = _NUMBER.fullmatch(text.strip().lower())
    if not number or workspace.suppliers.get(text.strip()):
        return ""
    with projection.current(workspace) as store:
        return next(iter(store.numbered(int(number[1]))), "")


def find(workspace: Workspace, id_: str) -> Alert:
    """Return the alert of that number (`A-1042`), or whose id begins so, or did before it changed.

    Raises UsageError where none does, or several.
    """
    prefix = id_.strip().lower()
    number = _NUMBER.fullmatch(prefix)
    if not number and not _ID.fullmatch(prefix):
        raise Invalid(
            f"{id_!r} is not a valid alert number",
            field="alert",
            hint=Hint("Enter it as A-1042. To see them: ", _LIST),
        )
    with projection.current(workspace) as store:
        ids = store.numbered(int(number[1])) if number else []
        if _ID.fullmatch(prefix):
            # Without its dash a number can also be the beginning of an ID.
            ids = sorted({*ids, *store.beginning(prefix)})
        if len(ids) > 1:
            known = ", ".join(store.labels(ids[:5]).values())
            raise Invalid(
                f"{len(ids)} alerts are known as {id_}",
                field="alert",
                hint=f"Enter one of {known}.",
            )
        alert = queue.load_alert(workspace, ids[0]) if ids else None
    if alert is None:
        raise NotFound(
            f"Unknown alert {id_!r}", hint=Hint("To see all of them: ", Step("show-all-alerts"))
        )
    return alert


@use_case("decide", event="decision")
def decide(
    workspace: Workspace,
    alert: Alert,
    choice: Choice,
    *,
    after: int | None = None,
) -> Decision:
    """Record a decision about an alert as it stands, by whoever runs this.

    What is decided of an event (`not sure`, `confirmed risk`, `mitigated`) covers its further
    sources that stand as this one does, or wait. Whether two parties are the same is decided of
    that comparison alone, whatever the checks that it led to. So is all that is decided of a
    designation: another list may know another party, and `decide_sources` is for several.

    `after` is the position of the newest decision that the person has seen; None where they need
    none. Raises UsageError where the reason or the step is not one of those that there are, where
    the role does not cover it, and where somebody else decided meanwhile.
    """
    choice = _prepare_choice(workspace, choice)
    after = _check_choice_position(workspace, alert, choice, after)
    others = covered(workspace, alert, choice)
    expected = {alert.id: after, **{one.id: one.last_decision for one in others}}
    return _store_decisions(workspace, [(one, choice) for one in (alert, *others)], expected)[0]


@dataclass(frozen=True, slots=True)
class Asked:
    """One of several decisions to record at once: of which alert, by its ID or the beginning of
    it, and what. `after` is as for `decide`.
    """

    alert_id: str
    choice: Choice
    after: int | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """What one person recorded at once. `id` is the position of the first of its decisions, and 0
    where nothing was recorded.
    """

    id: int
    decisions: tuple[Decision, ...]


class NotAllDecided(Conflict):
    """Several decisions were to be recorded together and some are refused: nothing is recorded.

    `refusals` says why, by the ID of the alert as it was given.
    """

    code = "not-all-decided"

    def __init__(self, refusals: Mapping[str, UsageError], of: int) -> None:
        id_, first = next(iter(refusals.items()))
        super().__init__(
            f"{len(refusals):,} of {count(of, 'decision')} cannot be recorded, so nothing was "
            f"recorded. {id_}: {first.message}",
            hint=first.hint,
        )
        self.refusals = refusals


@use_case("decide", event="decision")
def decide_many(
    workspace: Workspace,
    asked: Sequence[Asked],
    *,
    apart: Collection[str] = (),
    all_sources: bool = False,
    dry_run: bool = False,
) -> Act:
    """Record several decisions as one act: each checked as `decide` does, all or none.

    `apart` are the IDs of alerts that no decision about another source of their event may cover.
    With `all_sources` they are to be all sources of joined alerts that wait: Conflict where others
    came since the person saw them.

    With `dry_run` nothing is recorded, and the decisions are as they would be. Raises NotAllDecided
    where some are refused; UsageError where the only one is, or none is asked for.
    """
    if not asked:
        raise Invalid("No alert is given", field="alert", hint=Hint("To see them: ", _LIST))
    wanted: dict[str, tuple[Alert, Choice]] = {}
    expected: dict[str, int] = {}
    refusals: dict[str, UsageError] = {}
    with projection.current(workspace):
        for one in asked:
            try:
                alert = find(workspace, one.alert_id)
                if alert.id in wanted:
                    raise Invalid(f"alert {alert.label} is given twice", field="alert")
                choice = _prepare_choice(workspace, one.choice)
                expected[alert.id] = _check_choice_position(workspace, alert, choice, one.after)
            except UsageError as error:
                if len(asked) == 1:
                    raise
                refusals[one.alert_id] = error
            else:
                wanted[alert.id] = alert, choice
        if refusals:
            raise NotAllDecided(refusals, len(asked))
        if all_sources:
            _refuse_other_sources(workspace, wanted)
        for alert, choice in tuple(wanted.values()):
            for other in covered(workspace, alert, choice):
                if other.id not in wanted and other.id not in apart:
                    wanted[other.id] = other, choice
                    expected[other.id] = other.last_decision
    if dry_run:
        return Act(0, tuple(_build_decision(workspace, *one) for one in wanted.values()))
    stored = _store_decisions(workspace, tuple(wanted.values()), expected)
    return Act(stored[0].position, tuple(stored))


def _check_choice_position(
    workspace: Workspace, alert: Alert, choice: Choice, after: int | None
) -> int:
    """Return the position of the newest decision that the choice follows. Raises UsageError."""
    _check_choice_allowed(workspace, alert, choice)
    if after is None:
        _seen_by(workspace, alert)
        after = alert.last_decision
    return after


def validate_choice(workspace: Workspace, alert: Alert, choice: Choice) -> Choice:
    """Return the choice as it would be kept, where whoever works here may make it now.

    Nothing is recorded. Raises as `decide`.
    """
    choice = _prepare_choice(workspace, choice)
    _check_choice_allowed(workspace, alert, choice)
    return choice


def covered(workspace: Workspace, alert: Alert, choice: Choice) -> list[Alert]:
    """Return the alerts about further sources of the event that the decision covers as well."""
    here = (alert.state, alert.status.decided_by)
    event = alert.first.event
    alone = choice.decided in ("same", "not the same") or (event and event.kind == "designation")
    return [
        one
        for one in queue.event_of(workspace, alert).alerts
        if one.id != alert.id
        and (one.state in ("open", "not sure") or (one.state, one.status.decided_by) == here)
        and (not alone or _same_comparison(one, alert))
        and choice.decided in allowed_decisions(one.status.before, matched=one.matched)
    ]


@dataclass(frozen=True, slots=True)
class SourceShown:
    """A source of a joined alert as a person saw it: the ID of its alert, and the position of the
    newest decision about it.
    """

    alert_id: str
    after: int


def list_sources_to_decide(
    workspace: Workspace, alert: Alert, event: queue.EventAlerts | None = None
) -> tuple[Alert, ...]:
    """Return the alerts about the sources of one listed party that wait, or have the state of this
    alert, so that one person can decide them at once; none if there is only one. One whose list
    entry differs from another's is decided by itself.

    Where the second decision is blind, the first person decides those alone that take a second one:
    what is settled at once would show it. `event` spares reading it. Raises Conflict, with why, if
    a waiting source is restricted.
    """
    sources = (event or queue.event_of(workspace, alert)).alerts
    if alert.state in queue.DONE or not queue.is_joined(one.first for one in sources):
        return ()
    if any(one.restricted and one.state in _UNDECIDED for one in sources):
        raise Conflict(
            f"one source of alert {alert.label} is restricted, so each is decided by itself"
        )
    states = (*_UNDECIDED, alert.state)
    apart = {one.id for one in list_sources_apart(alert, sources)}
    found = [
        one for one in sources if not one.restricted and one.state in states and one.id not in apart
    ]
    rules = queue.rules_of(workspace)
    two = [one for one in found if one.severity in rules.second_decision]
    if rules.blind_second and not all(queue.is_second_wanted(workspace, one) for one in two):
        found = two
    return tuple(found) if len(found) > 1 and any(one.id == alert.id for one in found) else ()


def list_sources_apart(alert: Alert, sources: Sequence[Alert]) -> list[Alert]:
    """Return the sources that are not decided with an alert: no two entries of a group differ."""
    if not queue.is_joined(one.first for one in sources):
        return []
    groups: list[list[Alert]] = []
    for one in sorted(sources, key=lambda one: one.first.key[-2:]):
        if one.restricted and one.id != alert.id:
            continue
        for group in groups:
            if not any(list_source_differences(one, other) for other in group):
                group.append(one)
                break
        else:
            groups.append([one])
    return [
        one for group in groups if all(other.id != alert.id for other in group) for one in group
    ]


def describe_apart(sources: Iterable[Alert]) -> str:
    """Return which sources are not decided with an alert, and why; empty without any."""
    numbers = listed(dict.fromkeys(one.label for one in sources))
    return numbers and f"{numbers}: birth dates, numbers or countries on the lists differ"


def list_source_differences(one: Alert, other: Alert) -> Sequence[str]:
    """Return which facts two list entries state differently, as they were compared; what is no
    longer stored may differ.
    """
    if one.entry_sha256 == other.entry_sha256:
        return ()
    ours, theirs = one.compared.entry, other.compared.entry
    return list_differences(ours, theirs) if ours and theirs else ("entry",)


@use_case("decide", event="decision")
def decide_sources(
    workspace: Workspace, id_: str, choice: Choice, shown: Sequence[SourceShown]
) -> Act:
    """Record one decision about each source of a joined alert that waits, as one act.

    `shown` are the sources that the person saw: these are decided and no others. A source that
    takes two people waits for the second one. Raises Conflict where others wait by now, or one is
    restricted; else as `decide_many`.
    """
    alert = find(workspace, id_)
    waiting = {one.id for one in list_sources_to_decide(workspace, alert)}
    if not waiting or waiting != {one.alert_id for one in shown}:
        raise _build_source_conflict(alert)
    asked = [Asked(one.alert_id, choice, one.after) for one in shown]
    return decide_many(workspace, asked)


def _refuse_other_sources(workspace: Workspace, wanted: Mapping[str, tuple[Alert, Choice]]) -> None:
    """Raise Conflict where a source waits that is joined with one of these and is none of them."""
    known: set[str] = set()
    for alert, _ in wanted.values():
        if alert.id not in known:
            known |= {one.id for one in list_sources_to_decide(workspace, alert)}
            if not known <= wanted.keys():
                raise _build_source_conflict(alert)


def _build_source_conflict(alert: Alert) -> Conflict:
    return Conflict(
        f"alert {alert.label}: other sources wait than those that you saw; nothing was recorded",
        hint=Hint("Look at it again: ", Step("show-alert", alert=alert.label)),
    )


def _same_comparison(one: Alert, other: Alert) -> bool:
    return bool(one.entry_sha256) and (one.party_sha256, one.entry_sha256) == (
        other.party_sha256,
        other.entry_sha256,
    )


@dataclass(frozen=True, slots=True)
class DecisionOutcome:
    """Where the alert stands after a decision, and in a sentence what that means; may be empty.
    `position` is that of the decision, `number` that of the alert. `further` are the numbers of
    the alerts about sources on other lists that wait for this person and do not differ.
    """

    alert_id: str
    number: str
    state: str
    meaning: str
    position: int
    further: tuple[str, ...] = ()


@use_case("decide", event="decision")
def decide_alert(
    workspace: Workspace, id_: str, choice: Choice, *, after: int | None = None
) -> DecisionOutcome:
    """Return `decide` for an alert of which the caller has the ID, or the beginning of it."""
    alert = find(workspace, id_)
    recorded = decide(workspace, alert, choice, after=after)
    after_it = find(workspace, alert.id)
    where = after_it.status
    told = explain_decision_effect(where, choice.decided)
    event = queue.event_of(workspace, after_it)
    waiting = [one for one in event.alerts if one.state == "open"]
    if waiting and where.state != "open":
        ids = listed(one.label for one in waiting)
        told = f"{told} Further sources of the same event are open: {ids}.".strip()
    further: tuple[str, ...] = ()
    if queue.is_joined(one.first for one in event.alerts):
        known = {alert.id, *(one.id for one in list_sources_apart(alert, event.alerts))}
        others = (one for one in event.alerts if one.id not in known and not one.restricted)
        further = tuple(one.label for one in others if waits_for(workspace, one))
    return DecisionOutcome(alert.id, alert.label, where.state, told, recorded.position, further)


def explain_decision_effect(where: AlertStatus, decided: Decided) -> str:
    """Return what it means that an alert is there once `decided` is recorded; may be empty."""
    if where.state == "awaiting second decision":
        return "It takes effect when a second person records the same decision."
    if where.state != decided:
        told = " and ".join(f"{one.by}: {one.decided}" for one in where.decisions)
        return f"You disagree, so nothing is settled ({told})."
    if where.expires:
        return f"It is valid until {day(where.expires)}, or until what was compared changes."
    return ""


def status_after(workspace: Workspace, alert: Alert, choice: Choice) -> AlertStatus:
    """Return where the alert would be once the choice is recorded now. Raises StorageError."""
    compared = (alert.party_sha256, alert.entry_sha256)
    evidence = projection.AlertEvidence(workspace.casework)
    before = carried_over(workspace.casework, evidence, alert, alert.history)
    new = replace(_build_decision(workspace, alert, choice), position=alert.last_decision + 1)
    return status(
        (*before.decisions, new),
        *compared,
        workspace.now().date(),
        queue.rules_of(workspace),
        severity=alert.severity,
        joined=alert.joined,
        weaker=before.weaker,
    )


@use_case("decide", event="decision")
def decide_entry(
    workspace: Workspace, list_id: str, entry_id: str, choice: Choice
) -> tuple[list[Decision], list[Alert]]:
    """Record one decision about every alert of one list entry that waits for one, all or none.

    Returns the decisions, and the alerts left as they are, for somebody decided them already.
    Raises UsageError as `decide` does, and where the entry has no alert.
    """
    choice = _prepare_choice(workspace, choice)
    found = queue.alerts(workspace, queue.Filters(entry=(list_id, entry_id)))
    standing = [alert for alert in found if alert.state != "resolved"]
    if not standing or not entry_id:
        raise NotFound(
            f"No alert is about the entry {list_id}/{entry_id}",
            hint=Hint("Write it as LIST/ENTRY, as on the alert: ", Step("show-alert")),
        )
    waiting = [alert for alert in standing if waits_for(workspace, alert)]
    refuse_unequal(waiting, choice.decided, choice.reason)
    for alert in waiting:
        _check_choice_allowed(workspace, alert, choice)
    expected = {alert.id: alert.last_decision for alert in waiting}
    return (
        _store_decisions(workspace, [(one, choice) for one in waiting], expected)
        if waiting
        else [],
        [alert for alert in standing if alert not in waiting],
    )


def waits_for(workspace: Workspace, alert: Alert) -> bool:
    """Return whether an alert waits for a decision of whoever works here."""
    return alert.state in ("open", "not sure") or queue.is_second_wanted(workspace, alert)


def describe_second_people(workspace: Workspace) -> str:
    """Return which other people can record a second decision: names where the settings give them,
    else roles.
    """
    users = workspace.settings.users
    may = [one for one, role in users.items() if is_action_allowed(role, "decide second")]
    if others := [one for one in may if not workspace.is_me(one)]:
        return f"It can be made by {' or '.join(others)}."
    if workspace.signed_in and workspace.signed_in.role:
        roles = [one for one in ROLES if is_action_allowed(one, "decide second")]
        return f"It can be made by another person with the role {' or '.join(roles)}."
    if not workspace.needs_role:
        return "It can be made by anybody else who works here, under an account of their own."
    return "Nobody else here can make it yet: it needs a second person with the role approver."


def _prepare_choice(workspace: Workspace, choice: Choice) -> Choice:
    """Return the choice as it is kept: reason in capitals, note on one line, ground with its
    text.
    """
    note = fold(choice.note)
    if len(note) > LONGEST_NOTE:
        raise Invalid(
            f"the note has {len(note):,} characters; the maximum is {LONGEST_NOTE:,}", field="note"
        )
    considered = choice.considered
    return replace(
        choice,
        reason=check_reason_code(choice.decided, choice.reason, note),
        note=note,
        considered=replace(
            considered,
            ground=_add_ground_version(workspace, considered.ground),
            factors=tuple(sorted(set(considered.factors))),
            contract=fold(considered.contract)[:200],
        ),
    )


def _add_ground_version(workspace: Workspace, code: str) -> str:
    """Return the code with the day of its text; empty for none. Raises UsageError."""
    if not code.strip():
        return ""
    # Imported lazily: the law is slow to import, and few decisions name a ground.
    from duediligence.law.grounds import text_version

    return text_version(code.strip().upper(), workspace.now().date())


def _check_choice_allowed(workspace: Workspace, alert: Alert, choice: Choice) -> None:
    if alert.restricted:
        permit(workspace, alert.right)
    # A reason that the facts contradict is refused here, by what `alert.compared` holds.
    where = alert.status
    if queue.is_second_wanted(workspace, alert):
        permit(workspace, "decide second")
    possible = allowed_decisions(where.before, matched=alert.matched)
    if choice.decided not in possible:
        advice = (
            ("First decide that it is the same party.",)
            if alert.matched
            else (
                "It is a fact about the supplier. If it is about another company, settle that: ",
                Step("link-supplier", supplier=alert.supplier_ref),
            )
        )
        raise Conflict(
            f"alert {alert.label} is {where.before!r} and cannot become {choice.decided!r}",
            hint=Hint(f"It can become {', '.join(possible)}. ", *advice),
        )
    if why := explain_contradiction(alert, choice.decided, choice.reason, choice.note):
        raise Invalid(
            f"alert {alert.label}: the reason {choice.reason} cannot be given: {why}",
            field="reason",
            hint="Choose a reason that the facts support, or add what you know to the supplier's "
            f"details and screen again. {OTHER} with a note takes what is not compared.",
        )


def _seen_by(workspace: Workspace, alert: Alert) -> None:
    """Refuse to overrule in passing what another person decided."""
    where = alert.status
    if where.state in _CLOSED and not workspace.is_me(where.decisions[-1].by):
        assert where.decided_at is not None
        raise Conflict(
            f"alert {alert.label}: {where.decided_by} decided {where.state!r} ({where.reason}) on "
            f"{moment(where.decided_at)}",
            hint=Hint(
                "To decide otherwise, look at it (",
                Step("show-alert", alert=alert.label),
                f") and decide again after decision {alert.last_decision}",
                OptionRemark(f" (--after {alert.last_decision})"),
            ),
        )


def _build_decision(workspace: Workspace, alert: Alert, choice: Choice) -> Decision:
    return Decision(
        alert_id=alert.id,
        decided=choice.decided,
        reason=choice.reason,
        note=choice.note,
        by=workspace.who,
        at=workspace.now(),
        run_id=alert.first.run_id,
        party_sha256=alert.party_sha256,
        entry_sha256=alert.entry_sha256,
        considered=choice.considered,
    )


def _store_decisions(
    workspace: Workspace, choices: Sequence[tuple[Alert, Choice]], expected: dict[str, int]
) -> list[Decision]:
    made = [
        (_build_decision(workspace, alert, choice), alert.compared) for alert, choice in choices
    ]
    opened = {alert.id: _list_later_decisions(workspace, alert) for alert, _ in choices}
    try:
        return _commit_decisions(workspace, made, expected, opened)
    except DecidedMeanwhile as error:
        raise _build_decision_conflict(workspace, error.decision) from None


def _list_later_decisions(workspace: Workspace, alert: Alert) -> list[Decision]:
    """Return what other people decided since this person did: none of it waits for them now."""
    return list(takewhile(lambda one: not workspace.is_me(one.by), reversed(alert.history)))[::-1]


def _build_decision_conflict(workspace: Workspace, newest: Decision) -> Conflict:
    """Say that somebody decided after what this person had seen, and unless it is blind what."""
    conflict = DecidedMeanwhile(newest)
    if not workspace.settings.blind_second:
        return conflict
    return Conflict(
        f"{newest.by} decided on {moment(newest.at)}, after the decision that you saw; "
        "nothing was recorded",
        hint=conflict.hint,
    )


def refuse_later(workspace: Workspace, alert: Alert, after: int) -> None:
    """Raise Conflict where somebody decided about the alert after the decision in that position."""
    if alert.last_decision != after and alert.history:
        raise _build_decision_conflict(workspace, alert.history[-1])


def _commit_decisions(
    workspace: Workspace,
    made: Sequence[tuple[Decision, Compared]],
    expected: dict[str, int],
    opened: Mapping[str, Sequence[Decision]],
) -> list[Decision]:
    with workspace.casework.transaction():
        stored = workspace.decisions.decide(made, expected=expected, opened=opened)
        projection.update_decided_alerts(workspace, expected)
    return stored
