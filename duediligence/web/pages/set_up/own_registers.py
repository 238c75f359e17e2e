"""A register of the council's own: a sample, its columns named by form, and what is read of it."""

import re
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Final, get_args

from starlette.responses import Response

from duediligence.council_registers.drafts import RegisterChoices, RegisterDraft, draft_register
from duediligence.council_registers.entries import RegisterProblem
from duediligence.council_registers.fields import BY_NAME, FIELDS
from duediligence.council_registers.guesses import meaning
from duediligence.council_registers.reading import render_entry_fields
from duediligence.errors import Invalid, UsageError
from duediligence.model import ListEntry
from duediligence.model.entries import Handling
from duediligence.screening.lists.own_registers import save_register
from duediligence.screening.lists.shown import list_views
from duediligence.text.wording import count
from duediligence.web import uploads
from duediligence.web.form_fields import problem_with_hint, whole_number
from duediligence.web.pages.lists import address
from duediligence.web.pages.set_up.start import admit
from duediligence.web.queue_address import YES
from duediligence.web.upkeep_jobs import refresh_list
from duediligence.web.visits import Pages, Visit

pages = Pages()
_HERE: Final = "/set-up/own-registers"
MOST_ROWS: Final = 20
_DEFAULTS: Final = ("record_type", "subject_type")
_HANDLING: Final[Sequence[tuple[Handling, str, str]]] = [
    ("public", "Everybody: it is published", "Results and letters may name it."),
    ("internal", "The council alone", "It is shown here, and left out of what leaves the house."),
    ("restricted", "Those who may see restricted records", "Left out until the rules keep them."),
]


@pages.get("/set-up/own-registers")
def registers(visit: Visit) -> Response:
    admit(visit)
    return _render_registers(visit)


def _render_registers(visit: Visit, *errors: tuple[str, str]) -> Response:
    views = list_views(visit.ws).lists
    return visit.page(
        "set_up_registers.html.jinja",
        title="Registers of your own",
        errors=errors,
        own=[one for one in views if visit.ws.watchlist(one.status.list_id).reading],
        address=address,
    )


@pages.post("/set-up/own-registers")
def bring_sample(visit: Visit) -> Response:
    """Keep the sample for its preview, where it can be read at all."""
    admit(visit)
    sent = visit.upload("file")
    if sent is None:
        return _render_registers(visit, ("file", "Choose a file."))
    try:
        key, _ = uploads.hold_upload(visit, sent, _check_sample)
    except UsageError as error:
        _, words = problem_with_hint(error)
        return _render_registers(visit, ("file", words))
    return visit.go(f"{_HERE}/{key}")


def _check_sample(path: Path) -> None:
    """Raise UsageError for a file that holds no table, or one without rows."""
    if not any(one.examples for one in _guess_register(path).starter.columns):
        raise Invalid("It has no rows below its headings", field="file")


def _guess_register(path: Path) -> RegisterDraft:
    return uploads.read_once(path, RegisterDraft, partial(draft_register, path))


@pages.get("/set-up/own-registers/{key}")
def show_draft(visit: Visit) -> Response:
    """Show what was guessed of the sample, and its first records."""
    admit(visit)
    path = uploads.find_upload(visit)
    guessed = _guess_register(path)
    return _render_draft(visit, path.name, guessed, _guess_choices(visit, guessed))


@pages.post("/set-up/own-registers/{key}")
def read_or_save(visit: Visit) -> Response:
    admit(visit)
    path = uploads.find_upload(visit)
    if visit.text("step") == "discard":
        uploads.remove_upload(path)
        return visit.go(_HERE, "The file was removed. Nothing was saved.")
    guessed = _guess_register(path)
    choices = _read_choices(visit, guessed)
    draft = draft_register(path, choices)
    if visit.text("step") != "save":
        return _render_draft(visit, path.name, draft, choices)
    errors = list(_find_form_errors(choices, draft))
    if not (errors or draft.can_be_saved):
        errors = [("leave_out" if draft.may_leave_out else "", _describe_unread(draft))]
    if errors:
        return _render_draft(visit, path.name, draft, choices, errors)
    list_id = save_register(visit.ws, draft.document, path)
    uploads.remove_upload(path)
    return visit.go(f"/jobs/{refresh_list(visit.service, visit.viewer, list_id)}")


def _guess_choices(visit: Visit, guessed: RegisterDraft) -> RegisterChoices:
    document = guessed.document
    return RegisterChoices(
        title=document["title"],
        authority=visit.service.settings.council_name,
        handling="",
        power=document["power"],
        max_age_days=document["max_age_days"],
        columns={one.heading: one.field for one in guessed.starter.columns if one.field},
        meanings={
            field: {theirs: meaning(field, theirs) for theirs in words}
            for field, words in guessed.starter.words.items()
        },
        defaults={name: document.get("defaults", {}).get(name, "") for name in _DEFAULTS},
    )


def _read_choices(visit: Visit, guessed: RegisterDraft) -> RegisterChoices:
    columns = {
        one.heading: field
        for number, one in enumerate(guessed.starter.columns)
        if (field := visit.text(f"column-{number}")) in BY_NAME
    }
    meanings: dict[str, dict[str, str]] = {}
    for name in visit.form:
        # The word is sent with its meaning, so that another choice of columns mixes nothing up.
        if name.startswith("word-"):
            field = name.split("-")[1]
            theirs = visit.text(f"their-{name}")
            meanings.setdefault(field, {})[theirs] = visit.text(name)
    return RegisterChoices(
        title=visit.text("title"),
        authority=visit.text("authority"),
        handling=visit.text("handling"),
        power=visit.text("power") or "other",
        max_age_days=whole_number(visit.text("max_age_days")) or 0,
        columns=columns,
        meanings=meanings,
        defaults={name: visit.text(name) for name in _DEFAULTS},
        day_first=visit.text("day_first") != "no",
        leave_out=visit.text("leave_out") == YES,
    )


def _find_form_errors(choices: RegisterChoices, draft: RegisterDraft) -> Iterator[tuple[str, str]]:
    if not choices.title:
        yield "title", "Enter what the register is called."
    if not choices.authority:
        yield "authority", "Enter the name of the council."
    if choices.handling not in get_args(Handling):
        yield "handling", "Select who may see its records."
    if not 1 <= choices.max_age_days <= 3660:
        yield "max_age_days", "Enter a number of days, from 1 to 3660."
    chosen = [*choices.columns.values()]
    if not {"subject_name", "premises_address"} & {*chosen}:
        yield "column-0", "Say which column names who a record is about, or the premises."
    for name in dict.fromkeys(chosen):
        if chosen.count(name) > 1 and not BY_NAME[name].several:
            yield "column-0", f"Only one column can be read as: {label_field(name).lower()}."
    if "record_type" not in chosen and not choices.defaults["record_type"]:
        yield "record_type", "Select what kind of record it holds."
    for name, _, theirs, ours in _list_words(draft, choices):
        if not ours:
            yield name, f"Say what “{theirs}” means."


def label_field(name: str) -> str:
    """Return what a field of a record is called on a page: the first words of its meaning."""
    words = BY_NAME[name].meaning if name in BY_NAME else name.replace("_", " ").capitalize()
    return re.split(r"[.,:;]", words)[0]


def _list_words(
    draft: RegisterDraft, choices: RegisterChoices
) -> Iterator[tuple[str, str, str, str]]:
    """Yield a name for each word that is to be explained, its field, the word and its meaning."""
    for field, words in draft.starter.words.items():
        for number, theirs in enumerate(words):
            ours = choices.meanings.get(field, {}).get(theirs)
            if ours is None:  # of a column that was chosen only now
                ours = meaning(field, theirs)
            yield f"word-{field}-{number}", field, theirs, ours


_CHOICES = {"asb": "Anti-social behaviour"}


def _list_options(field: str) -> list[tuple[str, str]]:
    words = BY_NAME[field].words
    return [
        ("", "Select"),
        *((one, _CHOICES.get(one, one.replace("_", " ").capitalize())) for one in words),
    ]


def _render_draft(
    visit: Visit,
    file: str,
    draft: RegisterDraft,
    choices: RegisterChoices,
    errors: Sequence[tuple[str, str]] = (),
) -> Response:
    found, document = draft.found, draft.document
    records = list(map(_render_record, found.entries[:MOST_ROWS])) if found else []
    # What is the same for all is said once, above.
    same = {"id", "power", "authority", "handling"} - document["columns"].keys()
    held = [one for one in dict.fromkeys(chain.from_iterable(records)) if one not in same]
    unread = found.unread if found else ()
    return visit.page(
        "set_up_register.html.jinja",
        title="Name the columns",
        errors=errors,
        file=file,
        choices=choices,
        missing=[] if errors else [words for _, words in _find_form_errors(choices, draft)],
        handling=_HANDLING,
        options={one: _list_options(one) for one in ("power", *_DEFAULTS)},
        columns=draft.starter.columns,
        fields=[("", "Not read"), *((one.name, label_field(one.name)) for one in FIELDS)],
        meanings=[(label_field(one.name), one.meaning) for one in FIELDS],
        words=[
            (name, label_field(field), theirs, ours, _list_options(field))
            for name, field, theirs, ours in _list_words(draft, choices)
        ],
        asks_day_first="day_first" in document.get("dates", {}),
        headings=[label_field(one) for one in held],
        rows=[[record.get(one, "") for one in held] for record in records],
        total=len(found.entries) if found else 0,
        faults=draft.faults,
        unread=list(map(_word_register_problem, unread[:MOST_ROWS])),
        unread_words=_describe_unread(draft) if unread else "",
        more_unread=max(0, len(unread) - MOST_ROWS),
        passed_over=dict(found.by_kind) if found else {},
        may_leave_out=draft.may_leave_out,
        leave_out=[YES] if choices.leave_out else [],
        yes=YES,
    )


def _render_record(entry: ListEntry) -> dict[str, str]:
    numbers = ", ".join(one.id for one in entry.identifiers)
    shown = {**render_entry_fields(entry), "numbers": numbers}
    return {name: value.replace("_", " ") for name, value in shown.items() if value}


def _word_register_problem(one: RegisterProblem) -> str:
    if one.theirs:
        more = f", and in {count(one.more, 'more row')}" if one.more else ""
        return f"Row {one.row}{more}: say what “{one.theirs}” means, or choose another column"
    return str(one)


def _describe_unread(draft: RegisterDraft) -> str:
    if draft.found is None or not draft.found.not_read:
        return "Nothing was read of it: see what is said below, and choose other columns."
    lost = f"{count(len(draft.found.not_read), 'row')} of {draft.found.rows:,} could not be read"
    if draft.may_leave_out:
        return f"{lost}. Look at them, then say that they may be left out."
    return f"{lost}, which are too many: correct the columns, the words or the file."
