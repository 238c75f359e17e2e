"""A form that shares chosen alerts with another body."""

from collections.abc import Sequence

from starlette.responses import Response

from duediligence.errors import Conflict, Forbidden, UsageError
from duediligence.extensions.sharing import referral
from duediligence.extensions.sharing.agreements_shown import agreements
from duediligence.extensions.sharing.model.partners import RECEIVERS
from duediligence.web.files import download
from duediligence.web.form_fields import DAY_PARTS, day_of, problem, problem_with_hint
from duediligence.web.pages.several_decisions import list_decision_forms, require_selection
from duediligence.web.visits import Pages, Visit

pages = Pages()
_FIELDS = ("to", "unit", "purpose", "basis", *(f"due-{part}" for part in DAY_PARTS))


@pages.get("/alerts/referral", sends=referral.make)
def to_which_body(visit: Visit) -> Response:
    return _form(visit, visit.request.query_params.getlist("alert"))


@pages.post("/alerts/referral")
def make(visit: Visit) -> Response:
    """The form to save; recorded."""
    ids = visit.texts("alert")
    if not visit.text("to"):
        return _form(visit, ids, [("to", "Select who receives it.")])
    name = "referral.html"
    try:
        wanted = referral.ReferralRequest(
            alerts=ids,
            to=visit.text("to"),
            unit=visit.text("unit"),
            purpose=visit.text("purpose"),
            people=bool(visit.text("people")),
            restricted=bool(visit.text("restricted")),
            agreement=visit.text("agreement"),
            basis=visit.text("basis"),
            due_on=day_of(visit, "due", "The day an answer is due"),
        )
        return download(referral.make(visit.ws, wanted, file=name), name)
    except (Conflict, Forbidden) as error:
        _, message = problem_with_hint(error)
        return _form(visit, ids, [("", message)], error.http_status)
    except UsageError as error:
        return _form(visit, ids, [problem(error, _FIELDS)])


def _form(
    visit: Visit, ids: Sequence[str], errors: Sequence[tuple[str, str]] = (), status: int = 0
) -> Response:
    require_selection(ids)
    alerts = list_decision_forms(visit, ids)
    return visit.page(
        f"{__package__}:referral_form.html.jinja",
        title="Make a referral",
        errors=errors,
        status=status,
        alerts=alerts,
        list_titles=visit.list_titles,
        restricted=any(one.withheld for one in alerts),
        receivers=list(RECEIVERS.items()),
        agreements=[
            (one.reference, f"{one.reference}, with {one.agreement.partner}")
            for one in agreements(visit.ws)
            if one.state in ("in force", "review soon") and "requests" in one.agreement.terms.shares
        ],
        typed=visit.text,
        back=f"/alerts/{ids[0]}" if len(ids) == 1 else "/alerts",
    )
