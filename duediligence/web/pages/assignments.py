"""Who answers for alerts."""

from collections.abc import Sequence

from starlette.responses import Response

from duediligence.casework import alert_words
from duediligence.casework.owners import ME, NOBODY, assign
from duediligence.errors import Invalid, NotFound
from duediligence.render.wording import sentence
from duediligence.web.pages.several_decisions import list_decision_forms, require_selection
from duediligence.web.visits import Pages, Visit

pages = Pages()
_OTHER = "other"


@pages.get("/alerts/assign", sends=assign)
def who(visit: Visit) -> Response:
    return _form(visit, visit.request.query_params.getlist("alert"))


@pages.post("/alerts/assign")
def record(visit: Visit) -> Response:
    ids, to = visit.texts("alert"), visit.text("to")
    if not to:
        return _form(visit, ids, [("to", "Select who answers.")])
    try:
        done = assign(visit.ws, ids, visit.text("account") if to == _OTHER else to)
    except (Invalid, NotFound) as error:
        field = "account" if to == _OTHER else ""
        return _form(visit, ids, [(field, sentence(error.message))])
    back = f"/alerts/{ids[0]}" if len(ids) == 1 else "/alerts"
    return visit.go(back, alert_words.assigned(done))


def _form(visit: Visit, ids: Sequence[str], errors: Sequence[tuple[str, str]] = ()) -> Response:
    require_selection(ids)
    accounts = [one for one in visit.ws.settings.users if one != visit.ws.who]
    options = [(ME, "Me"), (NOBODY, "Nobody"), *((one, one) for one in accounts)]
    if not accounts:
        options.append((_OTHER, "Somebody else"))
    return visit.page(
        "assign.html.jinja",
        title="Who answers for this?" if len(ids) == 1 else "Who answers for these?",
        errors=errors,
        alerts=list_decision_forms(visit, ids),
        list_titles=visit.list_titles,
        options=options,
        to=visit.text("to"),
        other=not accounts,
        account=visit.text("account"),
        back=f"/alerts/{ids[0]}" if len(ids) == 1 else "/alerts",
    )
