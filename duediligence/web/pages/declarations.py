"""What suppliers declared, imported from a file or a share code: all of it, or nothing.

The form of a share code fills the supplier as well, so that it waits for a look at what it would
do. A printed one waits for a person who confirms each field of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

from starlette.responses import Response

from duediligence.casework import printed_forms
from duediligence.casework import supplier_information as stated
from duediligence.casework.import_words import declaration_lines, information_lines
from duediligence.errors import Conflict, Invalid, NotFound
from duediligence.formats.attached import is_printed
from duediligence.request_fields import RequestField
from duediligence.screening.imports import import_declarations
from duediligence.suppliers import stated_fields
from duediligence.suppliers.printed_forms import PrintedForm
from duediligence.web import uploads
from duediligence.web.files import download, safe_name
from duediligence.web.form_fields import (
    describe_file_error,
    number_of,
    problem_with_hint,
    whole_number,
)
from duediligence.web.navigation import supplier_address
from duediligence.web.uploads import Problems
from duediligence.web.visits import Visit

_WAY = "/suppliers/declarations"
# Of forms whose supplier is named at the end; a file may hold many.
_MOST_SAID = 5
# A form of a page has at most 1,000 fields.
_MOST_FIELDS = 900
# What a person adds to a form that is read as it is.
_SAID_OF_IT = ("ref", "submitted_on")


def _check_file(visit: Visit, path: Path) -> Response | None:
    """Import the file at once, unless a person is to look at it first."""
    if is_printed(path.name):
        _read_printed(visit, path)
        return None
    if stated.read_information(visit.ws, path):
        return None
    lines = declaration_lines(import_declarations(visit.ws, path))
    return visit.go("/suppliers", _join_lines(lines))


def _show_file(visit: Visit, path: Path, errors: Problems, status: int) -> Response:
    show = _show_printed if is_printed(path.name) else _show_stated
    return show(visit, path, errors, status)


def _use_file(visit: Visit, path: Path) -> Response:
    return (_keep_printed if is_printed(path.name) else _keep_stated)(visit, path)


def _read_stated(visit: Visit, path: Path) -> stated.StatedForms:
    """Return what the form states: of an answer of the platform, as it was read on coming."""

    def read() -> stated.StatedForms:
        if (forms := stated.read_information(visit.ws, path)) is None:
            raise NotFound("The form is no longer here", hint="Choose its file again.")
        return forms

    return uploads.read_once(path, stated.StatedForms, read)


def _show_stated(visit: Visit, path: Path, errors: Problems, status: int) -> Response:
    """Show what keeping the form would do, once its day is known."""
    forms = _read_stated(visit, path)
    asks_day = any(one.submitted_on is None for one in forms.forms)
    ref, day = map(visit.query, _SAID_OF_IT)
    said: tuple[stated.StatedSupplier, ...] = ()
    try:
        if not errors and (day or not asks_day):
            on = stated_fields.read_submission_day(day)
            said = stated.preview_supplier_information(visit.ws, forms, ref=ref, submitted_on=on)
    except (Conflict, Invalid) as error:
        errors, status = [problem_with_hint(error, _SAID_OF_IT)], error.http_status
    return visit.page(
        "declarations_preview.html.jinja",
        title="Check what would be kept of the form",
        groups=[information_lines(one) for one in said],
        several=len(forms.forms) > 1,
        ref=ref,
        day=stated_fields.FIELDS["submitted_on"] if asks_day else None,
        sent={"submitted_on": day},
        address=f"{_WAY}/{visit.path('key')}",
        errors=errors,
        status=status,
    )


def _keep_stated(visit: Visit, path: Path) -> Response:
    """Keep what the form states, where that was shown for the same reference and day."""
    said = {name: visit.text(name) for name in _SAID_OF_IT}
    if any(text != visit.query(name) for name, text in said.items()):
        return visit.go(f"{_WAY}/{visit.path('key')}?{urlencode(said)}")
    forms, on = _read_stated(visit, path), stated_fields.read_submission_day(said["submitted_on"])
    kept = stated.import_supplier_information(visit.ws, forms, ref=said["ref"], submitted_on=on)
    uploads.remove_upload(path)
    return visit.go(
        supplier_address(kept[0].ref) if len(kept) == 1 else "/suppliers",
        _join_lines(information_lines(one)[0] for one in kept[:_MOST_SAID]),
    )


def _read_printed(visit: Visit, path: Path) -> printed_forms.PrintedUpload:
    read = partial(printed_forms.read_printed, visit.ws, path)
    return uploads.read_once(path, printed_forms.PrintedUpload, read)


def _show_printed(visit: Visit, path: Path, errors: Problems, status: int) -> Response:
    """Show each field with what was read, and one more block of fields where that was asked for."""
    upload = _read_printed(visit, path)
    number = _number_of_form(visit)
    form = printed_forms.find_printed(upload, number)
    typed = _read_texts(visit)
    sent = typed or form.texts
    blocks = [
        (title, [(one, _describe_read_field(form, one)) for one in paths])
        for title, paths in stated_fields.list_field_blocks(
            sent, () if typed else form.unsure, visit.text("add")
        )
    ]
    if sum(len(paths) for _, paths in blocks) > _MOST_FIELDS:
        raise Conflict(
            "The form names more people and organisations than a page can hold",
            hint="Ask the supplier for its share code, and import the answer of the service.",
        )
    several = f": {number} of {len(upload.forms)}" if len(upload.forms) > 1 else ""
    return visit.page(
        "printed_form.html.jinja",
        title=f"Confirm what the form says{several}",
        errors=errors,
        status=status,
        remark=upload.remark,
        target=_describe_target(visit, sent),
        address=f"{_WAY}/{visit.path('key')}",
        files=upload.files,
        blocks=blocks,
        unsure=form.unsure,
        sent=defaultdict(str, sent),
        ref=visit.text("ref"),
        lists=[(name, about["title"].lower()) for name, about in stated_fields.LISTS.items()],
    )


def _keep_printed(visit: Visit, path: Path) -> Response:
    """Keep what was confirmed, or show the form with one more block of fields."""
    if visit.text("add") in stated_fields.LISTS:
        return _show_printed(visit, path, (), 0)
    upload = _read_printed(visit, path)
    number = _number_of_form(visit)
    form = printed_forms.find_printed(upload, number)
    kept = printed_forms.import_printed(
        visit.ws, path, form, _read_texts(visit), ref=visit.text("ref")
    )
    more = number < len(upload.forms)
    if not more:
        uploads.remove_upload(path)
    return visit.go(
        f"{_WAY}/{visit.path('key')}?form={number + 1}" if more else supplier_address(kept.ref),
        _join_lines(information_lines(kept)),
    )


def _join_lines(lines: Iterable[str]) -> str:
    """Return the lines as sentences; one may begin with a reference or the name of a file."""
    return " ".join(f"{line.rstrip('.')}." for line in lines)


def _number_of_form(visit: Visit) -> int:
    return whole_number(visit.query("form") or "1") or 0


def _read_texts(visit: Visit) -> dict[str, str]:
    return {name: visit.text(name) for name in visit.form if stated_fields.is_field(name)}


def _describe_target(visit: Visit, texts: Mapping[str, str]) -> str:
    """Return which supplier the form goes to, or why to none; empty where that is not known yet."""
    try:
        kept = printed_forms.preview_printed(visit.ws, texts, ref=visit.text("ref"))
    except Conflict as error:
        return describe_file_error(error)
    except Invalid:
        return ""
    return information_lines(kept)[0]


def _describe_read_field(form: PrintedForm, path: str) -> RequestField:
    about, source = stated_fields.find_field(path), printed_forms.describe_source(form, path)
    return replace(about, hint=f"{source} {about.hint}".strip())


pages = uploads.UploadReview(
    way=_WAY,
    sends=import_declarations,
    template="declarations.html.jinja",
    title="Import declarations",
    check=_check_file,
    show=_show_file,
    use=_use_file,
    instead="share_code",
    fetch=lambda visit, code: stated.fetch_information(visit.ws, code),
).build_pages()


@pages.get("/suppliers/files/{number}/{ref:path}")
def save_file(visit: Visit) -> Response:
    """Send a file that a supplier attached."""
    number = number_of(visit, "a file")
    file, body = printed_forms.read_attached_file(visit.ws, visit.path("ref"), number)
    return download(body, safe_name(file.name, "file"))
