"""The texts of letters by form: read, tried and changed, or set back to those that come with it."""

from collections.abc import Sequence

from starlette.responses import Response

from duediligence.delivery.letter_templates import (
    LetterTemplate,
    change_letter_template,
    letter_template,
)
from duediligence.delivery.letters import KIND_WORDS
from duediligence.errors import Invalid, NotFound, UsageError
from duediligence.model.letters import LETTER_KINDS, LetterKind
from duediligence.render.letter_page import PLACES, SampleBlock, read_letter_template
from duediligence.web.form_fields import problem_with_hint
from duediligence.web.pages.set_up.start import admit
from duediligence.web.visits import Pages, Visit

pages = Pages()


@pages.get("/set-up/letters")
def list_letter_texts(visit: Visit) -> Response:
    admit(visit)
    return visit.page(
        "set_up_letters.html.jinja",
        title="Texts of letters",
        letters=[
            (one, *KIND_WORDS[one], _load_template(visit, one)[0].own) for one in LETTER_KINDS
        ],
    )


@pages.get("/set-up/letters/{kind}")
def show_letter_text(visit: Visit) -> Response:
    admit(visit)
    kind = _parse_kind(visit)
    template, errors = _load_template(visit, kind)
    return _render_letter_text(visit, template, template.text, errors)


@pages.post("/set-up/letters/{kind}")
def change_letter_text(visit: Visit) -> Response:
    """Try, save or set back the text; what was typed is shown again where it cannot be used."""
    admit(visit)
    kind, step = _parse_kind(visit), visit.text("step")
    words, seen = KIND_WORDS[kind][0].lower(), visit.seen
    visit.labels = {"text": "Text"}
    typed = visit.typed("text")
    template, _ = _load_template(visit, kind)
    if step != "restore" and not typed.strip():
        return _render_letter_text(visit, template, typed, [("text", "Enter the text.")])
    try:
        if step == "restore":
            change_letter_template(visit.ws, kind, "", seen=seen)
            return visit.go("/set-up/letters", f"The text that comes with it is in use: {words}.")
        blocks = change_letter_template(visit.ws, kind, typed, seen=seen, dry_run=step != "save")
    except Invalid as error:
        wrong = [problem_with_hint(error, ["text"])]
        return _render_letter_text(visit, template, typed, wrong)
    if step == "save":
        return visit.go("/set-up/letters", f"Saved: {words}.")
    return _render_letter_text(visit, template, typed, blocks=blocks)


def _parse_kind(visit: Visit) -> LetterKind:
    kind = next((one for one in LETTER_KINDS if one == visit.path("kind")), None)
    if kind is None:
        raise NotFound(f"Unknown letter {visit.path('kind')[:40]!r}")
    return kind


def _load_template(
    visit: Visit, kind: LetterKind
) -> tuple[LetterTemplate, Sequence[tuple[str, str]]]:
    """Return the text in use, and what is wrong with it: then it is the text that comes with the
    tool.
    """
    try:
        return letter_template(visit.ws, kind), ()
    except UsageError as error:
        shipped = LetterTemplate(kind, read_letter_template(kind), own=True)
        return shipped, [("text", f"Your text cannot be used: {error.message}.")]


def _render_letter_text(
    visit: Visit,
    template: LetterTemplate,
    typed: str,
    errors: Sequence[tuple[str, str]] = (),
    blocks: Sequence[SampleBlock] = (),
) -> Response:
    words, hint = KIND_WORDS[template.kind]
    return visit.page(
        "set_up_letter.html.jinja",
        title=f"Text of the letter: {words[0].lower()}{words[1:]}",
        hint=hint,
        errors=errors,
        stored_state={"text": template.text},
        kind=template.kind,
        own=template.own,
        typed=typed,
        blocks=blocks,
        places=[(f"{{{name}}}", meaning) for name, meaning in PLACES[template.kind].items()],
    )
