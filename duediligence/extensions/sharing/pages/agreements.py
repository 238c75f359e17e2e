"""Agreements with partners: which there are, one in full, making one, its key, and its end."""

from collections.abc import Mapping, Sequence
from datetime import date
from urllib.parse import quote

from starlette.responses import Response

from duediligence.errors import Conflict, DuediligenceError, Invalid, UsageError
from duediligence.extensions.sharing.agreement_files import (
    LARGEST,
    AgreementFile,
    parse_agreement_file,
)
from duediligence.extensions.sharing.agreement_terms import contact_of, shares_of
from duediligence.extensions.sharing.agreements import (
    accept,
    compare_key,
    drop_partner_keys,
    end,
    export,
    make,
    state_of,
    take_partner_key,
)
from duediligence.extensions.sharing.agreements_shown import agreement, agreements, explain
from duediligence.extensions.sharing.model.agreements import AgreementState, Contact, Terms
from duediligence.extensions.sharing.model.partners import RECEIVERS
from duediligence.extensions.sharing.render.agreement_words import SHARED_WORDS
from duediligence.extensions.sharing.sharing_bases import PARTS, sharing_bases
from duediligence.screening.access import permit
from duediligence.web.files import download
from duediligence.web.form_fields import DAY_PARTS, day_of, problem_with_hint, whole_number
from duediligence.web.visits import Pages, Visit

pages = Pages()

COLOURS: Mapping[AgreementState, str] = {
    "in force": "green",
    "review soon": "yellow",
    "not started": "blue",
    "review missed": "red",
    "ended": "grey",
}
_KINDS = [("", "Choose one"), *RECEIVERS.items()]
# The fields of numbers, with what they begin with.
_NUMBERS = {
    "retention_days": "90",
    "most_items": "256",
    "most_hits": "64",
    "most_held": "20000",
    "most_exchanges": "2",
    "most_new_percent": "25",
}
_FIELDS = (
    *("reference", "ours", "partner", "partner_kind", "purpose", "bases", "shares"),
    *(f"{name}-{part}" for name in ("starts", "review") for part in DAY_PARTS),
    *(*_NUMBERS, "auditor", "without_auditor", "contacts"),
)
# Terms name their fields as they are; these stand elsewhere in the form.
_ELSEWHERE = {"parties": "partner", "starts_on": "starts-day", "review_on": "review-day"}


def address(reference: str, *below: str) -> str:
    """Return the address of an agreement's page, or of one below it."""
    return "/".join(("/agreements", quote(reference, safe=""), *below))


@pages.get("/agreements")
def listed(visit: Visit) -> Response:
    return visit.page(
        f"{__package__}:agreements.html.jinja",
        title="Agreements with partners",
        agreements=agreements(visit.ws),
        colours=COLOURS,
        address=address,
    )


@pages.get("/agreements/new")
def new(visit: Visit) -> Response:
    return _render_agreement_form(visit, first=True)


@pages.post("/agreements/new")
def keep(visit: Visit) -> Response:
    permit(visit.ws, "make agreements")
    try:
        kept = make(
            visit.ws,
            _read_terms(visit),
            ours=visit.text("ours"),
            partner_kind=visit.text("partner_kind"),
            contacts=_read_contacts(visit),
            without_auditor=bool(visit.text("without_auditor")),
        )
    except UsageError as error:
        return _render_agreement_form(visit, [_problem(error, _FIELDS)])
    reference = kept.terms.reference
    return visit.go(address(reference), f"Agreement {reference} is kept. Save the file, next.")


@pages.get("/agreements/from-file")
def _take_form(visit: Visit, errors: Sequence[tuple[str, str]] = ()) -> Response:
    return visit.page(
        f"{__package__}:agreement_take.html.jinja",
        title="Take an agreement from the partner’s file",
        errors=errors,
        typed=visit.text,
        kinds=_KINDS,
    )


@pages.post("/agreements/from-file")
def take(visit: Visit) -> Response:
    permit(visit.ws, "make agreements")
    try:
        ours = visit.text("ours")
        kept = accept(
            visit.ws,
            _read_sent_agreement(visit),
            ours=ours,
            partner_kind=visit.text("partner_kind"),
            contacts=_read_contacts(visit),
            without_auditor=bool(visit.text("without_auditor")),
        )
    except UsageError as error:
        fields = ("file", "ours", "partner_kind", "without_auditor", "contacts")
        if isinstance(error, Invalid) and error.field == "auditor":
            error.field = "without_auditor"
        return _take_form(visit, [_problem(error, fields)])
    reference = kept.terms.reference
    return visit.go(address(reference), f"Agreement {reference} is kept. Compare the words, next.")


@pages.get("/agreements/{reference}")
def _render_agreement(visit: Visit, errors: Sequence[tuple[str, str]] = ()) -> Response:
    shown = agreement(visit.ws, visit.path("reference"))
    return visit.page(
        f"{__package__}:agreement.html.jinja",
        title=f"Agreement {shown.reference}",
        errors=errors,
        shown=shown,
        stored_state=state_of(shown.agreement),
        colours=COLOURS,
        address=address(shown.reference),
    )


@pages.post("/agreements/{reference}/key")
def key(visit: Visit) -> Response:
    """Take the partner's key, or drop it."""
    permit(visit.ws, "make agreements")
    reference = visit.path("reference")
    if visit.text("drop"):
        drop_partner_keys(visit.ws, reference)
        return visit.go(address(reference), "Every file of the partner is refused now.")
    agreement(visit.ws, reference)
    try:
        take_partner_key(visit.ws, reference, _read_sent_agreement(visit), seen=visit.seen)
    except UsageError as error:
        return _render_agreement(visit, [_problem(error, ("file",))])
    return visit.go(address(reference), "The key of the partner is taken. Compare the words, next.")


@pages.post("/agreements/{reference}/compared")
def compared(visit: Visit) -> Response:
    """Record that the words of the partner's key were compared."""
    permit(visit.ws, "make agreements")
    reference = visit.path("reference")
    try:
        compare_key(visit.ws, reference, visit.text("words"))
    except (Invalid, Conflict) as error:
        return _render_agreement(visit, [_problem(error, ("words",))])
    return visit.go(address(reference), "It is recorded that you compared the words.")


@pages.post("/agreements/{reference}/file")
def file(visit: Visit) -> Response:
    """The file for the partner, to save; recorded."""
    reference = visit.path("reference")
    name = f"agreement-{reference}.json"
    return download(export(visit.ws, reference, file=name), name)


@pages.post("/agreements/{reference}/explanation")
def explanation(visit: Visit) -> Response:
    """The page for those who sign, to save; recorded."""
    reference = visit.path("reference")
    name = f"agreement-{reference}.html"
    return download(explain(visit.ws, reference, file=name), name)


@pages.get("/agreements/{reference}/end")
def _end_form(visit: Visit, errors: Sequence[tuple[str, str]] = ()) -> Response:
    shown = agreement(visit.ws, visit.path("reference"))
    return visit.page(
        f"{__package__}:agreement_end.html.jinja",
        title="End an agreement",
        errors=errors,
        shown=shown,
        stored_state=state_of(shown.agreement),
        typed=visit.text,
        address=address(shown.reference),
    )


@pages.post("/agreements/{reference}/end")
def stop(visit: Visit) -> Response:
    reference = visit.path("reference")
    permit(visit.ws, "make agreements")
    try:
        end(visit.ws, reference, day_of(visit, "on", "The day"), seen=visit.seen)
    except (Invalid, Conflict) as error:
        return _end_form(visit, [_problem(error, [f"on-{part}" for part in DAY_PARTS])])
    return visit.go(address(reference), agreement(visit.ws, reference).line)


def _render_agreement_form(
    visit: Visit, errors: Sequence[tuple[str, str]] = (), *, first: bool = False
) -> Response:
    def typed(name: str) -> str:
        return _NUMBERS.get(name, "") if first else visit.text(name)

    return visit.page(
        f"{__package__}:agreement_form.html.jinja",
        title="Keep an agreement",
        errors=errors,
        typed=typed,
        chosen={name: visit.texts(name) for name in ("bases", "shares")},
        kinds=_KINDS,
        bases=[
            (code, f"{PARTS[basis.part]}: {basis.law}", f"{basis.permits}. {basis.only_if}")
            for code, basis in sharing_bases().items()
        ],
        shares=[(share, words.title, words.learns) for share, words in SHARED_WORDS.items()],
    )


def _read_terms(visit: Visit) -> Terms:
    """Return the terms that the form says. Raises Invalid."""
    starts = day_of(visit, "starts", "The first day") or visit.ws.now().date()
    return Terms(
        reference=visit.text("reference"),
        parties=(visit.text("ours"), visit.text("partner")),
        purpose=visit.text("purpose"),
        bases=tuple(visit.texts("bases")),
        shares=shares_of(visit.texts("shares")),
        starts_on=starts,
        review_on=_read_review_day(visit),
        auditor=visit.text("auditor").strip(),
        **{name: _read_whole_number(visit, name) for name in _NUMBERS},
    )


def _read_review_day(visit: Visit) -> date:
    if (day := day_of(visit, "review", "The day of review")) is None:
        raise Invalid("Enter the day of review", field="review_on")
    return day


def _read_whole_number(visit: Visit, name: str) -> int:
    if (number := whole_number(visit.text(name))) is None:
        raise Invalid("Enter a whole number", field=name)
    return number


def _read_contacts(visit: Visit) -> list[Contact]:
    """Return one a line."""
    lines = (line.strip() for line in visit.text("contacts").splitlines())
    return [contact_of(line, "") for line in lines if line]


def _read_sent_agreement(visit: Visit) -> AgreementFile:
    """Return the file of the partner. Raises UsageError."""
    sent = visit.upload("file")
    if sent is None:
        raise Invalid("Choose the file that the partner gave you", field="file")
    try:
        return parse_agreement_file(sent.file.read(LARGEST + 1), sent.filename or "file")
    except UsageError as error:
        raise Invalid(error.message, field="file", hint=error.hint) from error


def _problem(error: DuediligenceError, fields: Sequence[str]) -> tuple[str, str]:
    """Return the field of the form that an error is about, and what it says with what to do."""
    if isinstance(error, Invalid):
        error.field = _ELSEWHERE.get(error.field, error.field)
    return problem_with_hint(error, fields)
