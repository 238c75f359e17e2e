"""One decision about several alerts."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from duediligence.casework import alert_words, bulk
from duediligence.casework.deciding import (
    MEANINGS,
    REASONS,
    Asked,
    Choice,
    check_reason_code,
    decide_many,
    decision_of,
)
from duediligence.casework.decision_forms import DecisionForm, decision_form
from duediligence.casework.fact_groups import UnequalFacts
from duediligence.errors import Invalid, UsageError
from duediligence.model.alerts import Decided
from duediligence.render.wording import sentence
from duediligence.web.form_fields import problem, whole_number
from duediligence.web.navigation import plain_hint
from duediligence.web.visits import Pages, Visit

pages = Pages()


@dataclass(frozen=True)
class Chosen:
    """Which alerts: by their IDs, or all of a list entry that wait; and what is decided of them.
    `action` takes the form, `back` is where the person came from and goes to.
    """

    action: str
    back: str
    title: str
    ids: Sequence[str] = ()
    entry: tuple[str, str] = ("", "")
    decided: Decided = "not the same"


@pages.get("/alerts/several", sends=decide_many)
def why(visit: Visit) -> Response:
    ids, word = visit.request.query_params.getlist("alert"), visit.query("decided")
    chosen = _select_listed_alerts(ids, word)
    if visit.query("choose") and not word:
        return _render_bulk_options(visit, chosen)
    return ask_bulk_reason(visit, chosen)


@pages.post("/alerts/several")
def decide(visit: Visit) -> Response:
    return answer_bulk_form(
        visit, _select_listed_alerts(visit.texts("alert"), visit.text("decided"))
    )


def require_selection(ids: Sequence[str]) -> None:
    """Raise Invalid if no alert is selected."""
    if not ids:
        raise Invalid("No alert is selected", hint="Go back, and select alerts in the list.")


def _select_listed_alerts(ids: Sequence[str], word: str) -> Chosen:
    """Return these alerts; `word` is what is decided, empty for not the same."""
    require_selection(ids)
    decided = decision_of(word or "not the same")
    return Chosen(
        action="/alerts/several",
        back="/alerts",
        title=f"Decide these: {decided}" if word else "Decide that these are not the same",
        ids=list(dict.fromkeys(ids)),
        decided=decided,
    )


def _describe_second(alerts: Sequence[DecisionForm]) -> str:
    """Return what is to be said of a second person, and of how many alerts; empty for none."""
    found = [one.second for one in alerts if one.second]
    if not found or len(found) == len(alerts):
        return found[0] if found else ""
    return f"About {len(found)} of these {len(alerts)}: {found[0]}"


def _render_bulk_options(visit: Visit, chosen: Chosen) -> Response:
    """Return what can be decided of all of them; none is chosen yet."""
    alerts = list_decision_forms(visit, chosen.ids)
    sent = visit.query("choose") == "one"
    return visit.page(
        "several_choice.html.jinja",
        title="What do you decide of all of these?",
        errors=[("decided", "Select what you decide.")] if sent else (),
        chosen=chosen,
        alerts=alerts,
        list_titles=visit.list_titles,
        second=_describe_second(alerts),
        options=[
            (one.replace(" ", "-"), one.capitalize(), f"{meaning}.")
            for one, meaning in MEANINGS.items()
            if all(one in each.may_become for each in alerts)
        ],
    )


def list_decision_forms(visit: Visit, ids: Sequence[str]) -> Sequence[DecisionForm]:
    """Return what may be said of the alerts of a selection, whatever they are based on."""
    return [decision_form(visit.ws, one) for one in ids]


def ask_bulk_reason(
    visit: Visit, chosen: Chosen, errors: Sequence[tuple[str, str]] = ()
) -> Response:
    """Return the form: a reason and a note, for all of them."""
    return _render_bulk_form(visit, chosen, errors)


def answer_bulk_form(visit: Visit, chosen: Chosen) -> Response:
    """Return a look at what the form would decide, or recording it."""
    choice = Choice(decided=chosen.decided, reason=visit.text("reason"), note=visit.text("note"))
    try:
        if visit.text("step") in ("record", "all"):
            return _record_bulk_decision(visit, chosen, choice)
        check_reason_code(chosen.decided, choice.reason, choice.note)
        planned = bulk.plan(
            visit.ws, chosen.ids, choice, entry=chosen.entry, facts=visit.text("facts")
        )
    except UnequalFacts as unequal:
        return _render_bulk_groups(visit, chosen, unequal)
    except UsageError as error:
        field, message = problem(error, ("reason", "note"))
        hint = "" if field else f" {plain_hint(error.hint)}"
        status = error.http_status
        return _render_bulk_form(visit, chosen, [(field, message + hint)], status=status)
    if not planned.asked:
        return _render_bulk_form(
            visit, chosen, [("", "None of these alerts waits for a decision of yours.")]
        )
    return visit.page(
        "several_check.html.jinja",
        title="Check your decision",
        chosen=chosen,
        summary=alert_words.plan(planned, "/".join(filter(None, chosen.entry))),
        suppliers=planned.suppliers,
        beside=alert_words.plan_beside(planned),
        reason=REASONS[chosen.decided][choice.reason.upper()],
        note=choice.note,
        sources=len(planned.sources),
        fields=[
            *(("alert", one) for one in chosen.ids),
            ("decided", chosen.decided),
            ("reason", choice.reason),
            ("note", choice.note),
            ("asked", " ".join(f"{one.alert_id}:{one.after}" for one in planned.asked)),
            ("sources", " ".join(f"{one.alert_id}:{one.after}" for one in planned.sources)),
        ],
    )


def _record_bulk_decision(visit: Visit, chosen: Chosen, choice: Choice) -> Response:
    """Record what was shown, of exactly those alerts and after exactly what was seen."""
    all_sources = visit.text("step") == "all"
    asked = []
    for pair in f"{visit.text('asked')} {visit.text('sources') if all_sources else ''}".split():
        id_, _, after = pair.partition(":")
        if (position := whole_number(after)) is None:
            raise Invalid(f"{pair[:80]!r} is not an alert and its last decision", field="asked")
        asked.append(Asked(id_, choice, position))
    decide_many(visit.ws, asked, all_sources=all_sources)
    return visit.go(chosen.back, sentence(alert_words.act(chosen.decided, len(asked))))


def _render_bulk_form(
    visit: Visit, chosen: Chosen, errors: Sequence[tuple[str, str]] = (), status: int = 0
) -> Response:
    forms = list_decision_forms(visit, chosen.ids)
    return visit.page(
        "several.html.jinja",
        title=chosen.title,
        errors=errors,
        status=status,
        chosen=chosen,
        alerts=forms,
        list_titles=visit.list_titles,
        second=_describe_second(forms),
        reasons=list(REASONS[chosen.decided].items()),
        reason=visit.text("reason"),
        note=visit.typed("note"),
    )


def _render_bulk_groups(visit: Visit, chosen: Chosen, unequal: UnequalFacts) -> Response:
    """Return the groups for which the reason can hold, each with a form that decides it."""
    return visit.page(
        "several_groups.html.jinja",
        title="One reason does not fit all of these",
        status=unequal.http_status,
        chosen=chosen,
        message=sentence(unequal.message),
        hint=plain_hint(unequal.hint),
        groups=[
            (
                alert_words.group(one),
                one.suppliers,
                [
                    *(("alert", each) for each in (one.alert_ids if chosen.ids else ())),
                    ("decided", chosen.decided),
                    ("facts", one.facts),
                    ("reason", visit.text("reason")),
                    ("note", visit.typed("note")),
                ],
            )
            for one in unequal.groups
        ],
    )
