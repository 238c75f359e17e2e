"""The queue of alerts, and one alert."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from starlette.responses import Response

from duediligence.casework import alert_words
from duediligence.casework.comments import add_comment
from duediligence.casework.deciding import find_numbered_alert
from duediligence.casework.decision_forms import decision_form, find_similar_alerts
from duediligence.casework.queue import STATES, Filters
from duediligence.casework.showing import AlertRow, AlertView, Queue, alert_for, coverage, queue_for
from duediligence.errors import Invalid, NotFound, UsageError
from duediligence.model import SEVERITIES
from duediligence.model.alerts import Comment, Decision
from duediligence.render.html_page import web_address
from duediligence.render.wording import day, score_words, sentence
from duediligence.text.names import same_text
from duediligence.web.form_fields import problem
from duediligence.web.navigation import supplier_address
from duediligence.web.queue_address import ME, NOBODY, YES, QueueAddress
from duediligence.web.visits import Pages, Visit

pages = Pages()
SIZE = 50
_SORTS = [
    ("", "Most severe first"),
    ("due", "Due first"),
    ("newest", "Newest first"),
    ("supplier", "By supplier, A to Z"),
    ("score", "Strongest match first"),
]
# In the address of an alert that was just decided: its page leads on to the next one.
RECORDED = "recorded"
_WITHHELD = "Rests on a restricted record"


@pages.get("/alerts")
def queue(visit: Visit) -> Response:
    asked = QueueAddress.of(visit)
    if numbered := find_numbered_alert(visit.ws, asked.supplier):
        return visit.go(f"/alerts/{numbered}")
    found, errors = None, []
    try:
        found = _page_of(visit, asked)
    except UsageError as error:
        about = "filter-supplier" if isinstance(error, NotFound) and asked.supplier else ""
        errors = [(about, sentence(error.message))]
    incomplete, covered = (found.incomplete, found.covered) if found else coverage(visit.ws)
    titles = visit.list_titles
    return visit.page(
        "alerts.html.jinja",
        title="Alerts",
        errors=errors,
        asked=asked,
        incomplete=alert_words.incomplete(incomplete, covered),
        found=found,
        listed=alert_words.page(found) if found else "",
        rows=[_build_queue_row(row, titles) for row in found.rows] if found else [],
        selected=asked.selected(titles),
        lists=sorted(titles.items(), key=lambda one: one[1].casefold()),
        states=[(one, one.capitalize()) for one in STATES],
        severities=[(one, f"{one.capitalize()} or higher") for one in reversed(SEVERITIES[1:])],
        owners=_list_owner_options(visit),
        sorts=_SORTS,
        page_url=lambda number: asked.url(page=str(number)),
        yes=YES,
    )


def _page_of(visit: Visit, asked: QueueAddress) -> Queue:
    return queue_for(
        visit.ws,
        asked.filters(visit.ws.who),
        everything=asked.everything == YES,
        page=asked.number,
        size=SIZE,
        sort=asked.order,
        backwards=asked.backwards == YES,
    )


def _list_owner_options(visit: Visit) -> Sequence[tuple[str, str]]:
    accounts = visit.ws.settings.users
    return [("", "Any"), (ME, "Me"), (NOBODY, "Nobody"), *((one, one) for one in accounts)]


def _build_queue_row(row: AlertRow, titles: Mapping[str, str]) -> dict[str, object]:
    """Return an alert of the queue in the words of the command line, its list by its title."""
    return {
        "id": row.id,
        "short": row.label,
        "point": _WITHHELD if row.withheld else alert_words.point(row, titles),
        "about": alert_words.format_alert_subject(row),
        "further": alert_words.list_alert_sources(row),
        "supplier": row.supplier_name,
        "supplier_page": supplier_address(row.supplier_ref),
        "severity": row.severity,
        "state": row.state,
        "again": alert_words.format_alert_state(row)
        if row.reopened and row.state == "open"
        else "",
        "gone": alert_words.newest_screening(row) if row.found == "not matched" else "",
        "score": score_words(row.score) if row.score is not None else "",
        "due": alert_words.format_alert_due(row)
        if row.overdue
        else day(row.due)
        if row.due
        else "",
        "overdue": row.overdue,
        "owner": row.owner or "nobody",
        "withheld": row.withheld,
    }


@pages.get("/alerts/{id}")
def alert(visit: Visit) -> Response:
    form = decision_form(visit.ws, visit.path("id"))
    if form.withheld:
        return visit.page("restricted.html.jinja", title=_WITHHELD, form=form)
    return _render_alert(visit, alert_for(visit.ws, form.alert_id))


@pages.post("/alerts/{id}")
def restricted_alert(visit: Visit) -> Response:
    """The alert with what is restricted, shown this once: the use case records it."""
    return _render_alert(visit, alert_for(visit.ws, visit.path("id"), restricted=True), entry=False)


@pages.post("/alerts/{id}/comment")
def record_comment(visit: Visit) -> Response:
    """Record a comment; the alert again, with what was typed, where it cannot be."""
    form = decision_form(visit.ws, visit.path("id"))
    try:
        add_comment(visit.ws, form.alert_id, visit.text("comment"))
    except Invalid as error:
        errors = [problem(error, ("comment",))]
        if form.withheld:
            return visit.page(
                "restricted.html.jinja", title=_WITHHELD, form=form, errors=[("", errors[0][1])]
            )
        return _render_alert(visit, alert_for(visit.ws, form.alert_id), errors=errors)
    return visit.go(f"/alerts/{form.alert_id}", "Comment added.")


def _render_alert(
    visit: Visit, view: AlertView, *, entry: bool = True, errors: Sequence[tuple[str, str]] = ()
) -> Response:
    """Return the page; with a link to its `entry` where that has a page of its own."""
    similar = find_similar_alerts(visit.ws, view.id)
    waits = view.state == "awaiting second decision"
    return visit.page(
        "alert.html.jinja",
        title=view.check_title or "Alert",
        errors=errors,
        view=view,
        similar=similar if len(similar) > 1 else (),
        second=decision_form(visit.ws, view.id).second if waits else "",
        mine=same_text(view.owner, visit.ws.who),
        comment=visit.typed("comment"),
        following=_find_next_alert(visit, view) if visit.query(RECORDED) else None,
        standing=alert_words.describe_alert_state(view),
        found=alert_words.describe_alert_finding(view, visit.list_titles),
        beside=[one for one in alert_words.describe_alert_context(view) if one[0] != "Letters"],
        letters=[(one.position, alert_words.letter_words(one)) for one in view.letters],
        links=_build_alert_links(view, entry=entry),
        facts=[
            (one.fact, one.ours, one.theirs, one.verdict)
            for one in view.facts
            if one.ours or one.theirs
        ],
        unknown=alert_words.history(view),
        history=sorted(
            (
                *(_entry_of_history(visit, view, one) for one in reversed(view.history)),
                *map(_entry_of_comment, reversed(view.comments)),
            ),
            key=lambda one: one["at"],
            reverse=True,
        ),
    )


def _entry_of_comment(one: Comment) -> dict[str, Any]:
    entry: dict[str, Any] = {"title": "Comment", "by": one.by, "at": one.at, "note": one.text}
    return {**entry, "considered": (), "undo": 0}


def _find_next_alert(visit: Visit, view: AlertView) -> dict[str, object] | None:
    """Return the first alert of the queue that waits, other than this one; None where none does."""
    waiting = queue_for(visit.ws, Filters(states=("open", "awaiting second decision")), size=2)
    rows = (row for row in waiting.rows if row.id != view.id)
    return next((_build_queue_row(row, visit.list_titles) for row in rows), None)


def _build_alert_links(view: AlertView, *, entry: bool) -> dict[str, list[str]]:
    """Return where each value leads, by its label; empty where nowhere."""
    place = f"/entries/{quote(view.list_id or '', safe='')}/{quote(view.entry_id or '', safe='')}"
    return {
        "Supplier": [supplier_address(view.supplier_ref)],
        "Entry": [place] if entry else [],
        "Official page": [web_address(view.entry_url or "")],
        "Also in": [f"/alerts/{one.alert}" for one in view.also or ()],
    }


def _entry_of_history(visit: Visit, view: AlertView, one: Decision) -> dict[str, Any]:
    withdrawn = any(later.withdraws == one.position for later in view.history)
    own = same_text(one.by, visit.ws.who)
    return {
        "title": f"{one.position}. {sentence(alert_words.what_was_decided(one)).rstrip('.')}",
        "by": one.by,
        "at": one.at,
        "note": one.note,
        "considered": list(alert_words.considered(one)),
        "undo": own and not withdrawn and one.decided != "withdrawn" and (one.act or one.position),
    }
