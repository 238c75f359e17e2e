"""A decision about one alert: what is decided, why, a look at it, and recording it; taking it back.

Without a script, so that the reasons, which depend on the decision, are on a page after it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import get_args

from starlette.responses import Response

from duediligence.casework import alert_words, undoing
from duediligence.casework.deciding import (
    MEANINGS,
    Choice,
    SourceShown,
    decide_alert,
    decide_sources,
    decision_of,
)
from duediligence.casework.decision_forms import (
    DecisionForm,
    DecisionPlan,
    decision_form,
    plan_decision,
    reasons_for,
)
from duediligence.casework.queue import label_alerts
from duediligence.casework.showing import alert_for
from duediligence.errors import Conflict, Forbidden, Invalid, NotFound, UsageError
from duediligence.law.grounds import FACTORS
from duediligence.model.alerts import Considered, Decided, Factor
from duediligence.render.wording import moment, sentence
from duediligence.text.wording import count
from duediligence.web.form_fields import DAY_PARTS, day_of, problem, whole_number
from duediligence.web.navigation import plain_hint
from duediligence.web.pages.alerts import RECORDED
from duediligence.web.visits import Pages, Visit

pages = Pages()
_DAYS = {
    "invited": "The day representations were invited",
    "received": "The day representations were received",
    "notice": "The day of the exclusion notice",
}
_TEXTS = ("reason", "note", "ground", "contract")
_DAY_FIELDS = tuple(f"{name}-{part}" for name in _DAYS for part in DAY_PARTS)
_FIELDS = (*_TEXTS, "factors", *_DAY_FIELDS)
_CONSIDERED = (*_DAY_FIELDS, "ground", "contract")
# What is decided in these is about exclusion: what the Act asks to be considered is shown at once.
_EXCLUDING: tuple[Decided, ...] = ("confirmed risk", "mitigated")


@dataclass
class _Sent:
    """What a person typed and chose so far, and what is wrong with it."""

    decided: Decided
    after: int
    texts: Mapping[str, str] = field(default_factory=dict)
    factors: Sequence[str] = ()
    errors: list[tuple[str, str]] = field(default_factory=list)

    def typed(self, name: str) -> str:
        return self.texts.get(name, "")


@pages.get("/alerts/{id}/decision")
def what_is_decided(visit: Visit) -> Response:
    """The first page, and once something is chosen on it the second."""
    form = decision_form(visit.ws, visit.path("id"))
    if form.refused is None and "chosen" in visit.request.query_params:
        try:
            decided = _parse_chosen_decision(visit.query("decided"), form)
        except UsageError as error:
            return _render_decision_options(
                visit, form, errors=[("decided", sentence(error.message))]
            )
        return _render_decision_form(
            visit, form, _Sent(decided, _parse_number_or_default(visit.query("after"), form.after))
        )
    return _render_decision_options(visit, form)


@pages.post("/alerts/{id}/decision")
def decide(visit: Visit) -> Response:
    """Look at what was filled in, change it, or record it."""
    form = decision_form(visit.ws, visit.path("id"))
    sent = _Sent(
        decided=_parse_chosen_decision(visit.text("decided"), None),
        after=_parse_number_or_default(visit.text("after"), form.after),
        texts={name: visit.typed(name) for name in (*_TEXTS, *_DAY_FIELDS)},
        factors=visit.texts("factors"),
    )
    choice = _read_decision_choice(visit, sent)
    if sent.errors or visit.text("step") == "change":
        return _render_decision_form(visit, form, sent)
    try:
        if visit.text("step") == "all":
            act = decide_sources(visit.ws, form.alert_id, choice, _read_sources(visit))
            told = alert_words.act(choice.decided, len(act.decisions))
            return visit.go(f"/alerts/{form.alert_id}?{RECORDED}=yes", f"Recorded. {told}")
        if visit.text("step") == "record":
            outcome = decide_alert(visit.ws, form.alert_id, choice, after=sent.after)
            told = " ".join(map(sentence, alert_words.outcome(outcome)))
            return visit.go(f"/alerts/{form.alert_id}?{RECORDED}=yes", f"Recorded. {told}")
        plan = plan_decision(visit.ws, form.alert_id, choice, after=sent.after)
    except (Conflict, Forbidden) as error:
        return _render_refused_decision(visit, sent, error)
    except UsageError as error:
        sent.errors.append(problem(error, _FIELDS))
        return _render_decision_form(visit, form, sent)
    return _render_decision_check(visit, form, sent, plan)


def _read_sources(visit: Visit) -> list[SourceShown]:
    """Return the sources that were shown, as the form has them: alert and newest decision."""
    pairs = (one.partition(" ") for one in visit.texts("source"))
    return [SourceShown(id_, _parse_number_or_default(after, 0)) for id_, _, after in pairs]


def _render_refused_decision(visit: Visit, sent: _Sent, error: UsageError) -> Response:
    """Return the form again, with what was typed: after what is shown now, it can be sent again."""
    form = decision_form(visit.ws, visit.path("id"))
    seen, sent.after = sent.after, form.after
    sent.errors.append(("", sentence(error.message)))
    if not isinstance(error, Conflict) or seen == form.after:
        sent.errors.append(("", plain_hint(error.hint)))
    return _render_decision_form(visit, form, sent, status=error.http_status)


def _parse_chosen_decision(word: str, form: DecisionForm | None) -> Decided:
    """Return the decision that was chosen. Raises Invalid for none, and for one that cannot be
    now.
    """
    if not word:
        raise Invalid("select what you decide", field="decided")
    decided = decision_of(word)
    if form and decided not in form.may_become:
        raise Invalid(f"{decided!r} cannot be decided now", field="decided")
    return decided


def _parse_number_or_default(text: str, otherwise: int) -> int:
    found = whole_number(text)
    return otherwise if found is None else found


def _read_decision_choice(visit: Visit, sent: _Sent) -> Choice:
    """Return what was filled in; what is wrong with its dates goes to the errors."""
    days = {}
    for name, what in _DAYS.items():
        try:
            days[name] = day_of(visit, name, what)
        except Invalid as error:
            days[name] = None
            sent.errors.append(problem(error, _DAY_FIELDS))
    return Choice(
        decided=sent.decided,
        reason=visit.text("reason"),
        note=visit.text("note"),
        considered=Considered(
            ground=visit.text("ground"),
            factors=tuple(one for one in get_args(Factor) if one in sent.factors),
            representations_invited=days["invited"],
            representations_received=days["received"],
            notice_sent=days["notice"],
            contract=visit.text("contract"),
        ),
    )


def _render_decision_options(
    visit: Visit, form: DecisionForm, errors: Sequence[tuple[str, str]] = ()
) -> Response:
    return visit.page(
        "decision_choice.html.jinja",
        title="What do you decide?",
        errors=errors,
        form=form,
        options=[
            (one.replace(" ", "-"), one.capitalize(), f"{MEANINGS[one]}.")
            for one in form.may_become
        ],
    )


def _render_decision_form(
    visit: Visit, form: DecisionForm, sent: _Sent, status: int = 0
) -> Response:
    offers = reasons_for(visit.ws, form.alert_id, sent.decided)
    return visit.page(
        "decision.html.jinja",
        title=f"Decide: {sent.decided}",
        errors=sent.errors,
        status=status,
        form=form,
        sent=sent,
        reasons=[
            (
                one.code,
                one.meaning,
                f"Only with a note: {one.needs_note}." if one.needs_note else "",
            )
            for one in offers
            if not one.refused
        ],
        refused=[one for one in offers if one.refused],
        factors=[(one.reference[-2], one.title, one.question) for one in FACTORS],
        grounds=[(code, f"{code} {name}") for code, name in (*form.possible, *form.grounds)],
        days=_DAYS,
        excluding=sent.decided in _EXCLUDING,
        considering=bool(sent.factors)
        or any(map(sent.typed, (*_DAY_FIELDS, "ground", "contract"))),
    )


def _render_decision_check(
    visit: Visit, form: DecisionForm, sent: _Sent, plan: DecisionPlan
) -> Response:
    reasons = {one.code: one.meaning for one in reasons_for(visit.ws, form.alert_id, sent.decided)}
    choice = plan.choice
    pairs = [
        ("Decision", choice.decided),
        ("Reason", reasons[choice.reason]),
        ("Note", choice.note or "none"),
        *((label.capitalize(), value) for label, value in alert_words.considered(choice)),
    ]
    if plan.covers:
        pairs.append(("Also decides", ", ".join(label_alerts(visit.ws, plan.covers))))
    if plan.state:
        pairs.append(("The alert is then", plan.state))
    if plan.sources:
        view = alert_for(visit.ws, form.alert_id)
        titles = {one.alert: one.source for one in view.also or ()}
        this = f"{view.check_title} (this alert)"
        shown = (titles.get(one.alert_id, this) for one in plan.sources)
        pairs.append(("Sources that wait", "; ".join(shown)))
    if plan.apart:
        pairs.append(("Further sources", f"not decided with it: {plan.apart}"))
    return visit.page(
        "decision_check.html.jinja",
        title="Check your decision",
        form=form,
        pairs=pairs,
        meaning=plan.meaning or form.second,
        sent=sent,
        sources=len(plan.sources),
        fields=[
            ("decided", sent.decided),
            ("after", str(sent.after)),
            *sent.texts.items(),
            *(("factors", one) for one in sent.factors),
            *(("source", f"{one.alert_id} {one.after}") for one in plan.sources),
        ],
    )


@pages.get("/alerts/{id}/undo/{number}")
def _undo_page(visit: Visit, errors: Sequence[tuple[str, str]] = ()) -> Response:
    planned = undoing.undo(visit.ws, _read_act_number(visit), dry_run=True)
    if not any(one.startswith(visit.path("id")) for one in planned.alert_ids):
        raise NotFound(f"Decision {visit.path('number')} is about another alert")
    first = planned.withdrawn[0]
    return visit.page(
        "undo.html.jinja",
        title=f"Undo {count(len(planned.withdrawn), 'decision')}?",
        errors=errors,
        alert_id=visit.path("id"),
        note=visit.text("note"),
        by=first.by,
        at=moment(first.at),
        decided=alert_words.what_was_decided(first),
        others=label_alerts(visit.ws, planned.alert_ids),
    )


@pages.post("/alerts/{id}/undo/{number}")
def undo(visit: Visit) -> Response:
    try:
        undone = undoing.undo(visit.ws, _read_act_number(visit), note=visit.text("note"))
    except Invalid as error:
        return _undo_page(visit, [problem(error, ("note",))])
    return visit.go(f"/alerts/{visit.path('id')}", alert_words.undone(undone))


@pages.post("/alerts/{id}/part")
def part_joined_entry(visit: Visit) -> Response:
    done = undoing.part_entry(visit.ws, visit.path("id"))
    return visit.go(f"/alerts/{visit.path('id')}", alert_words.describe_parting(done))


def _read_act_number(visit: Visit) -> int:
    number = _parse_number_or_default(visit.path("number"), 0)
    if not number:
        raise NotFound(f"{visit.path('number')!r} is not the number of a decision")
    return number
