"""What a person needs to decide about an alert: what can be decided, why, and what it comes to.

Nothing of a restricted record is in it: that is shown by `showing.alert_for` alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from duediligence.casework import queue
from duediligence.casework.deciding import (
    OTHER,
    REASONS,
    Choice,
    SourceShown,
    covered,
    describe_apart,
    describe_choice,
    describe_second_people,
    explain_decision_effect,
    find,
    list_sources_apart,
    list_sources_to_decide,
    refuse_later,
    status_after,
    validate_choice,
    waits_for,
)
from duediligence.casework.queue import allowed_decisions, rules_of, shown_to
from duediligence.casework.reason_facts import explain_contradiction
from duediligence.errors import Forbidden, UsageError
from duediligence.law.possible_grounds import list_choosable_grounds
from duediligence.model.alerts import Alert, Decided
from duediligence.model.audit import Action
from duediligence.render.saying import latin_first
from duediligence.render.wording import uk_day
from duediligence.screening.access import find_refusal, use_case
from duediligence.screening.workspace import Workspace
from duediligence.text.names import same_text

# Any note: a reason that the facts contradict without one may hold with one.
_SOME_NOTE = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionForm:
    """What a form for a decision shows. `check_title`, `entry_name` and `list_id` are empty where
    the alert is `withheld`, for it rests on a restricted record, the last two also without entry;
    `right` is what a role must cover to be shown that.

    `after` is the position of the last decision, 0 for none, whether it is shown or not. `label` is
    the number of the alert.
    `second` says what is to be said of a second person, empty for nothing. `refused` is why
    whoever works here cannot decide it, None where they can. `possible` and `grounds` are codes
    of exclusion grounds with their names: those that the alert names, and all
    others of the law of the contracts.
    """

    alert_id: str
    label: str
    check_title: str
    entry_name: str
    list_id: str
    supplier_ref: str
    supplier_name: str
    severity: str
    state: str
    withheld: bool
    right: Action
    may_become: Sequence[Decided]
    after: int
    second: str
    refused: Forbidden | None
    possible: Sequence[tuple[str, str]]
    grounds: Sequence[tuple[str, str]]
    contracts: Sequence[str]


@use_case("read")
def decision_form(workspace: Workspace, id_: str) -> DecisionForm:
    """Return the form for a decision about an alert, by its ID or the beginning of it.

    Raises Invalid or NotFound where the ID is not one alert's, StorageError.
    """
    alert = find(workspace, id_)
    first = alert.first
    named = () if alert.restricted else (label.split()[0] for label in first.possible_grounds)
    codes = dict.fromkeys(named)
    supplier = workspace.suppliers.get(alert.supplier_ref)
    engagements = supplier.engagements if supplier else ()
    buyer, today = workspace.settings.buyer_facts, uk_day(workspace.now())
    known = {one.code: one.name for one in list_choosable_grounds(engagements, today, buyer)}
    second = _is_second(workspace, alert)
    action: Action = alert.right if alert.restricted else "read"
    if find_refusal(workspace, action) is None:
        action = "decide second" if second else "decide"
    is_hidden = first.check_id in queue.list_hidden_checks(workspace)
    return DecisionForm(
        alert_id=alert.id,
        label=alert.label,
        check_title="" if alert.restricted else first.check_title,
        entry_name="" if alert.restricted else latin_first(first.entry_name or ""),
        list_id="" if alert.restricted else first.list_id or "",
        supplier_ref=alert.supplier_ref,
        supplier_name=alert.supplier_name,
        severity="" if is_hidden else alert.severity,
        state=alert.state,
        withheld=alert.restricted,
        right=alert.right,
        may_become=allowed_decisions(alert.status.before, matched=alert.matched),
        after=alert.last_decision,
        second=_describe_second_decision(workspace, alert),
        refused=find_refusal(workspace, action),
        possible=[(code, known[code]) for code in codes if code in known],
        grounds=[(code, name) for code, name in known.items() if code not in codes],
        contracts=[name for name, one in supplier.named_engagements if one.title]
        if supplier
        else [],
    )


def _is_second(workspace: Workspace, alert: Alert) -> bool:
    waits = alert.status.state == "awaiting second decision"
    return waits and waits_for(workspace, alert)


def _describe_second_decision(workspace: Workspace, alert: Alert) -> str:
    where, rules = alert.status, rules_of(workspace)
    if where.state == "awaiting second decision":
        first = where.decisions[0]
        if same_text(first.by, workspace.who):
            return (
                f"You decided first: {describe_choice(first.decided, first.reason)}. A second "
                "person must record the same decision. What you decide now replaces it. "
                f"{describe_second_people(workspace)}"
            )
        blind = shown_to(alert, workspace.who, rules) is not alert
        said = describe_choice(first.decided, first.reason)
        decided = "" if blind else f" {first.by} decided: {said}."
        shown = " The first decision is not shown until you have decided." if blind else ""
        return (
            f"You are the second person.{decided}{shown} The decision takes effect when you "
            "record the same one."
        )
    if alert.severity in rules.second_decision:
        return (
            f"The severity is {alert.severity}: a decision takes effect when a second person "
            f"records the same one. {describe_second_people(workspace)} 'Not sure' takes effect at "
            "once."
        )
    return ""


@use_case("read")
def find_similar_alerts(workspace: Workspace, id_: str) -> tuple[str, ...]:
    """Return the IDs of the alerts that are similar, this one first: of the same supplier and the
    same party, or by the same check, waiting for a decision of this person.

    One for each event. None are based on a restricted record. Raises as `find`.
    """
    alert = find(workspace, id_)
    asked = _question_of(alert)
    found = {alert.id} if waits_for(workspace, alert) and not alert.restricted else set()
    for event in queue.list_queue_events(workspace, queue.Filters(supplier=alert.supplier_ref)):
        about = {one.id for one in event.alerts}
        similar = _question_of(event.lead) == asked and not event.lead.restricted
        if similar and about.isdisjoint(found) and waits_for(workspace, event.lead):
            found.add(event.lead.id)
    return tuple(sorted(found, key=lambda one: (one != alert.id, one)))


def _question_of(alert: Alert) -> str:
    """Return what similar alerts share: the party that was looked up, or the check of a fact."""
    return alert.party_sha256 if alert.matched else alert.first.check_id


@dataclass(frozen=True, slots=True)
class ReasonOffer:
    """A reason for a decision: its code, what it means, and why it cannot be given (empty: it
    can). `needs_note` says why only with a note, empty where it needs none.
    """

    code: str
    meaning: str
    refused: str = ""
    needs_note: str = ""


@use_case("read")
def reasons_for(workspace: Workspace, id_: str, decided: Decided) -> Sequence[ReasonOffer]:
    """Return the reasons that a decision about the alert can have, and which the facts contradict.

    Of a restricted alert, what the facts say is checked where it is decided. Raises Invalid or
    NotFound where the ID is not one alert's, StorageError.
    """
    alert = find(workspace, id_)
    return [
        _build_reason_offer(alert, decided, code, told) for code, told in REASONS[decided].items()
    ]


def _build_reason_offer(alert: Alert, decided: Decided, code: str, told: str) -> ReasonOffer:
    if code == OTHER:
        return ReasonOffer(code, told)
    why = "" if alert.restricted else explain_contradiction(alert, decided, code)
    if why and not explain_contradiction(alert, decided, code, _SOME_NOTE):
        return ReasonOffer(code, told, needs_note=why)
    return ReasonOffer(code, told, refused=why)


@dataclass(frozen=True, slots=True)
class DecisionPlan:
    """What a choice would do: the choice as it would be kept, and where the alert would be then,
    with what that means. `state` is empty where it would tell a first decision that is not shown.
    `covers` are the IDs of alerts about further sources that it decides as well. `sources` are
    those of one listed party that can be decided so at once; where they cannot, `apart` says why.
    """

    choice: Choice
    state: str
    meaning: str
    covers: tuple[str, ...]
    sources: tuple[SourceShown, ...] = ()
    apart: str = ""


@use_case("decide")
def plan_decision(workspace: Workspace, id_: str, choice: Choice, *, after: int) -> DecisionPlan:
    """Return what `decide_alert` would record, which is checked as it would be; nothing is
    recorded.

    `after` is the position of the last decision that the person has seen. Raises Conflict where
    there is a later one; else as `decide_alert`.
    """
    alert = find(workspace, id_)
    refuse_later(workspace, alert, after)
    choice = validate_choice(workspace, alert, choice)
    covers = tuple(one.id for one in covered(workspace, alert, choice))
    state = meaning = ""
    if shown_to(alert, workspace.who, rules_of(workspace)) is alert:
        then = status_after(workspace, alert, choice)
        state, meaning = then.state, explain_decision_effect(then, choice.decided)
        if state == "awaiting second decision":
            meaning = f"{meaning} {describe_second_people(workspace)}"
    try:
        event = queue.event_of(workspace, alert)
        sources = list_sources_to_decide(workspace, alert, event)
        for one in sources:
            validate_choice(workspace, one, choice)
    except UsageError as error:
        return DecisionPlan(choice, state, meaning, covers, apart=error.message)
    shown = tuple(SourceShown(one.id, one.last_decision) for one in sources)
    apart = describe_apart(list_sources_apart(alert, event.alerts))
    return DecisionPlan(choice, state, meaning, covers, shown, apart)
