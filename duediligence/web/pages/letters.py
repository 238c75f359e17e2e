"""Letters about an alert: which kind, what it needs, and the letter to save."""

from collections.abc import Sequence
from typing import get_args

from starlette.responses import Response

from duediligence.casework.decision_forms import DecisionForm, decision_form
from duediligence.delivery import letters
from duediligence.delivery.letters import copy
from duediligence.errors import Conflict, Forbidden, NotFound, UsageError
from duediligence.law.regimes import list_regimes
from duediligence.model.letters import LETTER_KINDS, LetterKind
from duediligence.model.suppliers import RegimeCode
from duediligence.render.wording import sentence
from duediligence.suppliers.facts import CONTRACT_FIELDS
from duediligence.web.files import download
from duediligence.web.form_fields import DAY_PARTS, day_of, problem_with_hint, whole_number
from duediligence.web.visits import Pages, Visit

pages = Pages()
_FORMATS = [("html", "HTML", "Word opens it, and a browser prints it."), ("pdf", "PDF", "")]
_FIELDS = (
    "ground",
    "contract",
    "regime",
    "to",
    "confirmed-with",
    "format",
    *(f"reply-by-{part}" for part in DAY_PARTS),
)


@pages.get("/alerts/{id}/letter", sends=letters.make)
def which_kind(visit: Visit) -> Response:
    """The kinds, and once one is chosen what it needs."""
    form = decision_form(visit.ws, visit.path("id"))
    if "chosen" not in visit.request.query_params:
        return _render_letter_kinds(visit, form)
    kind = _parse_letter_kind(visit.query("kind"))
    if kind is None:
        return _render_letter_kinds(visit, form, [("kind", "Select a letter.")])
    found = letters.letter_conditions(visit.ws, form.alert_id, kind)
    if found.refusal:
        _, message = problem_with_hint(found.refusal)
        return _render_letter_kinds(visit, form, [("kind", message)], kind)
    return _render_letter_form(visit, form, kind)


@pages.post("/alerts/{id}/letter")
def make(visit: Visit) -> Response:
    form = decision_form(visit.ws, visit.path("id"))
    kind = _parse_letter_kind(visit.text("kind"))
    if kind is None:
        return _render_letter_kinds(visit, form, [("kind", "Select a letter.")])
    format_ = visit.text("format") or "html"
    try:
        wanted = letters.LetterRequest(
            kind=kind,
            alert=form.alert_id,
            reply_by=day_of(visit, "reply-by", "The day to reply by"),
            confirmed_with=visit.text("confirmed-with"),
            ground=visit.text("ground"),
            contract=visit.text("contract"),
            to=visit.text("to"),
            running="running" in visit.texts("applies"),
            regime=next((one for one in get_args(RegimeCode) if one == visit.text("regime")), ""),
            associated="associated" in visit.texts("applies"),
        )
        made = letters.make(visit.ws, wanted, file=f"{kind}-{form.label}.{format_}")
    except (Conflict, Forbidden) as error:
        errors = [problem_with_hint(error)]
        return _render_letter_form(visit, form, kind, errors, error.http_status)
    except UsageError as error:
        return _render_letter_form(visit, form, kind, [problem_with_hint(error, _FIELDS)])
    told = [str(one) for one in letters.next_steps(made)] + list(letters.list_letter_cautions(made))
    return visit.go(f"/alerts/{form.alert_id}", " ".join(map(sentence, told)))


@pages.post("/alerts/{id}/letters/{number}")
def save(visit: Visit) -> Response:
    """A letter that was made, byte for byte; recorded."""
    number = whole_number(visit.path("number"))
    about = decision_form(visit.ws, visit.path("id")).alert_id
    known = {one.position: one for one in letters.letters(visit.ws, about)}
    if number not in known:
        raise NotFound(f"Unknown letter {visit.path('number')[:40]!r}")
    name = f"letter-{number}.{known[number].format}"
    _, body = copy(visit.ws, number, file=name)
    return download(body, name)


def _parse_letter_kind(text: str) -> LetterKind | None:
    return next((one for one in LETTER_KINDS if one == text), None)


def _render_letter_kinds(
    visit: Visit,
    form: DecisionForm,
    errors: Sequence[tuple[str, str]] = (),
    chosen: LetterKind | None = None,
) -> Response:
    return visit.page(
        "letter_kind.html.jinja",
        title="Which letter?",
        chosen=chosen or "",
        errors=errors,
        form=form,
        options=[(one, words, hint) for one, (words, hint) in letters.KIND_WORDS.items()],
    )


def _render_letter_form(
    visit: Visit,
    form: DecisionForm,
    kind: LetterKind,
    errors: Sequence[tuple[str, str]] = (),
    status: int = 0,
) -> Response:
    words, hint = letters.KIND_WORDS[kind]
    conditions = letters.letter_conditions(visit.ws, form.alert_id, kind)
    return visit.page(
        "letter.html.jinja",
        title=words,
        hint=hint,
        errors=errors,
        status=status,
        form=form,
        kind=kind,
        to_agree=conditions.to_agree,
        replies=kind != "privacy-notice",
        invites=kind == "representations",
        days=visit.ws.settings.reply_days,
        grounds=list(conditions.grounds),
        laws=CONTRACT_FIELDS["regime"].options,
        formats=_FORMATS,
        regimes=list({one.code: one.title for one in list_regimes()[:-1]}.items()),
        typed=visit.typed,
        applies=visit.texts("applies"),
    )
