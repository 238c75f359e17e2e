"""Partnership cases: the list, one case, and the forms by which it goes on."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Literal, NamedTuple

from starlette.responses import Response

from duediligence.errors import Conflict, Forbidden, Invalid, UsageError
from duediligence.extensions.sharing import cases
from duediligence.extensions.sharing.cases_shown import CaseRow, case_for, case_row, cases_for
from duediligence.extensions.sharing.meeting_pack import LEVELS, pack_as_bytes
from duediligence.extensions.sharing.model.cases import CLOSE_REASONS, OUTCOMES
from duediligence.law.powers import AGENCIES
from duediligence.law.victims import VICTIM_SIGNS
from duediligence.render.network_drawing import network_svg
from duediligence.render.wording import day
from duediligence.web.files import download
from duediligence.web.form_fields import DAY_PARTS, day_of, number_of, problem, whole_number
from duediligence.web.navigation import plain_hint, supplier_address
from duediligence.web.visits import Pages, Visit

pages = Pages()
_YES = "yes"
_AGENCIES = [(code, one.title) for code, one in AGENCIES.items()]
_NAMELESS = "Write no names of people: it is shown to partners too."


class CaseField(NamedTuple):
    """A field of a form about a case: how it is filled in, and what can be chosen."""

    kind: Literal["text", "area", "date", "choose", "radios"]
    name: str
    label: str
    hint: str = ""
    options: Sequence[tuple[str, str]] = ()


# What a form is called, the words of its button, and its fields.
CaseForm = tuple[str, str, Sequence[CaseField]]


@pages.get("/cases")
def every(visit: Visit) -> Response:
    text, closed = visit.query("q"), visit.query("all") == _YES
    return visit.page(
        f"{__package__}:cases.html.jinja",
        title="Cases",
        rows=[_build_case_list_row(one) for one in cases_for(visit.ws, closed=closed, text=text)],
        q=text,
        closed=closed,
    )


def _build_case_list_row(row: CaseRow) -> dict[str, object]:
    return {
        "link": (f"/cases/{row.number}", f"{row.number}. {row.title}"),
        "lead": row.lead,
        "state": row.state,
        "review": _format_deadline(row.review_on, overdue=row.review_overdue),
        "to_do": f"{row.waiting}, {row.overdue} overdue" if row.overdue else row.waiting,
    }


def _format_deadline(on: date | None, *, overdue: bool) -> str:
    return f"{day(on)}{', overdue' if overdue else ''}" if on else "not set"


@pages.get("/cases/new", sends=cases.new)
def which_case(visit: Visit) -> Response:
    return _form(visit, _NEW)


@pages.post("/cases/new")
def new(visit: Visit) -> Response:
    try:
        case = cases.new(
            visit.ws,
            title=visit.text("title"),
            notes=visit.text("notes"),
            lead=visit.text("lead") or "me",
            review_on=day_of(visit, "review", "The day of the review"),
            agreement=visit.text("agreement"),
        )
    except Forbidden:
        raise
    except UsageError as error:
        return _reject_case_form(visit, _NEW, error)
    return visit.go(f"/cases/{case.number}", "Case opened.")


@pages.get("/cases/{number}")
def one(visit: Visit) -> Response:
    return _render_case(visit, restricted=False)


@pages.post("/cases/{number}")
def with_restricted(visit: Visit) -> Response:
    """The case with what is restricted, shown this once: the use case records it."""
    return _render_case(visit, restricted=True)


def _render_case(visit: Visit, *, restricted: bool) -> Response:
    # A text of intelligence is looked at on its own page, by a form: a link records nothing.
    view = case_for(
        visit.ws,
        number_of(visit, "a case"),
        restricted=restricted,
        report_texts=False,
        cache=visit.service.networks,
    )
    return visit.page(
        f"{__package__}:case.html.jinja",
        title=f"Case {view.number}",
        view=view,
        facts=[
            ("State", view.state),
            ("Lead", view.lead),
            ("Opened", day(view.opened_on)),
            ("Review", _format_deadline(view.review_on, overdue=view.review_overdue)),
            ("Agreement", view.agreement or "none"),
        ],
        due=[_format_deadline(one.due, overdue=one.overdue) for one in view.actions],
        address=supplier_address,
        withheld=view.withheld > 0,
        picture=network_svg(view.network) if view.network.paths else "",
    )


@pages.get("/cases/{number}/edit")
def which_words(visit: Visit) -> Response:
    view = case_for(
        visit.ws, number_of(visit, "a case"), report_texts=False, cache=visit.service.networks
    )
    known = {name: getattr(view, name) for _, name, *_ in _CASE}
    return _form(visit, _EDIT, known=known)


@pages.post("/cases/{number}/edit")
def edit(visit: Visit) -> Response:
    changes = {name: visit.text(name) for _, name, *_ in _CASE}
    return _sent(
        visit, _EDIT, lambda number: cases.edit(visit.ws, number, **changes), "Case changed."
    )


@pages.get("/cases/{number}/add")
def which_items(visit: Visit) -> Response:
    asked = {name: visit.query(name) for name in ("supplier", "alert")}
    return _form(visit, _ADD, known=asked)


@pages.post("/cases/{number}/add")
def add(visit: Visit) -> Response:
    path = (visit.text("from"), visit.text("to"))
    wanted = cases.NewItems(
        suppliers=visit.text("supplier").split(),
        alerts=visit.text("alert").split(),
        reports=[whole_number(one) or 0 for one in visit.text("report").split()],
        paths=[path] if any(path) else [],
    )

    def record(number: int) -> Response:
        added = cases.add(visit.ws, number, wanted)
        return visit.go(_build_case_address(visit), f"Added to the case: {len(added)}.")

    return _sent(visit, _ADD, record)


@pages.post("/cases/{number}/remove")
def remove(visit: Visit) -> Response:
    item = cases.remove(visit.ws, number_of(visit, "a case"), whole_number(visit.text("item")) or 0)
    return visit.go(_build_case_address(visit), f"Taken out of the case: {item.kind}.")


@pages.post("/cases/{number}/action")
def add_action(visit: Visit) -> Response:
    def record(number: int) -> object:
        return cases.add_action(
            visit.ws,
            number,
            what=visit.text("what"),
            agency=visit.text("agency"),
            owner=visit.text("owner"),
            power=visit.text("power"),
            due=day_of(visit, "due", "The day by which it is due"),
            supplier=visit.text("supplier"),
        )

    return _sent(visit, _ACTION, record, "Action recorded.")


@pages.post("/cases/{number}/actions/{action}")
def record_outcome(visit: Visit) -> Response:
    action = whole_number(visit.path("action")) or 0
    return _sent(
        visit,
        _OUTCOME,
        lambda number: cases.record_outcome(
            visit.ws, number, action, visit.text("outcome"), visit.text("line")
        ),
        "Outcome recorded.",
    )


@pages.post("/cases/{number}/sign")
def sign(visit: Visit) -> Response:
    present = visit.text("present") != "no"
    return _sent(
        visit,
        _SIGN,
        lambda number: cases.sign(visit.ws, number, visit.text("sign"), present=present),
        "Sign recorded." if present else "Sign removed.",
    )


@pages.post("/cases/{number}/review")
def review(visit: Visit) -> Response:
    def record(number: int) -> object:
        on = day_of(visit, "review", "The day of the next review")
        if on is None:
            raise Invalid("Enter the day of the next review", field="review-day")
        return cases.review(visit.ws, number, on)

    return _sent(visit, _REVIEW, record, "Review recorded.")


@pages.post("/cases/{number}/close")
def close(visit: Visit) -> Response:
    return _sent(
        visit,
        _CLOSE,
        lambda number: cases.close(visit.ws, number, visit.text("reason"), visit.text("note")),
        "Case closed.",
    )


@pages.post("/cases/{number}/reopen")
def reopen(visit: Visit) -> Response:
    cases.reopen(visit.ws, number_of(visit, "a case"))
    return visit.go(_build_case_address(visit), "The case is open again.")


@pages.post("/cases/{number}/pack")
def pack(visit: Visit) -> Response:
    """The pack to save; recorded."""
    number, form = number_of(visit, "a case"), "pdf" if visit.text("form") == "pdf" else "html"
    try:
        body, made = pack_as_bytes(visit.ws, number, visit.text("level"), form)  # type: ignore[arg-type]
    except UsageError as error:
        return _reject_case_form(visit, _PACK, error)
    return download(body, f"case-{number}-{made.level}.{form}")


_CASE = (
    CaseField("text", "title", "Title", _NAMELESS),
    CaseField("area", "notes", "Notes", "They stay here, and leave with no pack for partners."),
    CaseField("text", "lead", "Who leads it", "An account, or me."),
    CaseField(
        "text",
        "agreement",
        "Agreement",
        "Reference of the one under which partners may be given papers of it, if any.",
    ),
)
_NEW = (
    "Open a case",
    "Open it",
    (*_CASE, CaseField("date", "review", "First review", "Leave it empty for 28 days.")),
)
_EDIT = ("Edit the case", "Save", _CASE)
_ADD = (
    "Add to the case",
    "Add",
    (
        CaseField("text", "supplier", "Suppliers", "References with blanks between them."),
        CaseField("text", "alert", "Alerts", "IDs with blanks between them."),
        CaseField("text", "from", "Path: from the supplier", "A reference."),
        CaseField(
            "text",
            "to",
            "Path: to",
            "The reference of another supplier, or words of the name of a party near it.",
        ),
        CaseField(
            "text",
            "report",
            "Reports of intelligence",
            "Numbers with blanks between them, for whoever has the role.",
        ),
    ),
)
_ACTION = (
    "Add an action",
    "Add it",
    (
        CaseField("text", "what", "What is to be done", _NAMELESS),
        CaseField("choose", "agency", "Who acts", "", [("", "Select who acts"), *_AGENCIES]),
        CaseField("text", "owner", "Owner", "An account here, me, or a role at the agency."),
        CaseField("choose", "power", "Power", "", [("", "That of who acts"), *_AGENCIES]),
        CaseField("date", "due", "Due"),
        CaseField("text", "supplier", "Supplier", "Reference of the one it is about, if any."),
    ),
)
_OUTCOME = (
    "Record what came of it",
    "Record it",
    (
        CaseField("radios", "outcome", "Outcome", "", list(OUTCOMES.items())),
        CaseField("text", "line", "A line about it (optional)", _NAMELESS),
    ),
)
_SIGN = (
    "Signs of victims",
    "Record it",
    (
        CaseField(
            "radios", "sign", "Sign", "", [(one, f"Of {w}") for one, w in VICTIM_SIGNS.items()]
        ),
        CaseField(
            "radios",
            "present",
            "Is it there?",
            "",
            [("yes", "Yes: show the steps to help first"), ("no", "No, it is not after all")],
        ),
    ),
)
_REVIEW = (
    "Record a review",
    "Record it",
    (CaseField("date", "review", "Next review"),),
)
_CLOSE = (
    "Close the case",
    "Close it",
    (
        CaseField("radios", "reason", "Why", "", list(CLOSE_REASONS.items())),
        CaseField("text", "note", "A note (optional)"),
    ),
)
_PACK = (
    "Make the pack for a meeting",
    "Make it",
    (
        CaseField(
            "radios",
            "level",
            "Level of access of the whole pack",
            "",
            [(one, f"{one.capitalize()}: {words}") for one, words in LEVELS.items()],
        ),
        CaseField("radios", "form", "File", "", [("html", "HTML"), ("pdf", "PDF")]),
    ),
)


def _build_case_address(visit: Visit) -> str:
    return f"/cases/{number_of(visit, 'a case')}"


def _sent(
    visit: Visit,
    form: CaseForm,
    do: Callable[[int], object],
    said: str = "",
) -> Response:
    """Do what the form asks of the case and go on to it, or where `do` says; or show the form again
    with what is wrong.
    """
    number = number_of(visit, "a case")
    try:
        done = do(number)
    except Forbidden:
        raise
    except UsageError as error:
        return _reject_case_form(visit, form, error)
    return done if isinstance(done, Response) else visit.go(f"/cases/{number}", said)


def _reject_case_form(visit: Visit, form: CaseForm, error: UsageError) -> Response:
    names = [
        name
        for kind, field, *_ in form[2]
        for name in ([f"{field}-{part}" for part in DAY_PARTS] if kind == "date" else [field])
    ]
    field, message = problem(error, names)
    told = f"{message} {plain_hint(error.hint)}".strip()
    status = error.http_status if isinstance(error, Conflict | Forbidden) else 0
    return _form(visit, form, [(field, told)], status)


def _form(
    visit: Visit,
    form: CaseForm,
    errors: Sequence[tuple[str, str]] = (),
    status: int = 0,
    known: Mapping[str, str] | None = None,
) -> Response:
    title, words, fields = form
    row = (
        case_row(visit.ws, number_of(visit, "a case"))
        if "number" in visit.request.path_params
        else None
    )
    values = visit.form if visit.form else known or {}
    return visit.page(
        f"{__package__}:case_form.html.jinja",
        title=title,
        errors=errors,
        status=status,
        row=row,
        fields=fields,
        button_words=words,
        typed=lambda name: str(values.get(name) or ""),
        back=f"/cases/{row.number}" if row else "/cases",
    )


for _address, _shown in {
    "action": _ACTION,
    "actions/{action}": _OUTCOME,
    "sign": _SIGN,
    "review": _REVIEW,
    "close": _CLOSE,
    "pack": _PACK,
}.items():
    pages.get(f"/cases/{{number}}/{_address}")(partial(_form, form=_shown))
