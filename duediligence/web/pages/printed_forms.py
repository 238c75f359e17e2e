"""The printed form of a supplier: each field with what was read, for a person to confirm."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from starlette.datastructures import UploadFile
from starlette.responses import Response

from duediligence.casework.import_words import information_lines
from duediligence.casework.printed_forms import (
    describe_source,
    find_printed,
    import_printed,
    read_attached_file,
    read_printed,
)
from duediligence.casework.supplier_information import preview_supplier_information
from duediligence.errors import Conflict, Invalid, NotFound
from duediligence.render.wording import sentence
from duediligence.request_fields import RequestField
from duediligence.suppliers.stated_fields import (
    LISTS,
    build_stated_information,
    find_field,
    is_field,
    list_field_blocks,
)
from duediligence.web import uploads
from duediligence.web.files import download, safe_name
from duediligence.web.form_fields import describe_file_error, number_of, problem_with_hint
from duediligence.web.navigation import supplier_address
from duediligence.web.visits import Pages, Visit

pages = Pages()
_WAY = "/suppliers/declarations/printed"
# A form of a page has at most 1,000 fields.
_MOST_FIELDS = 900


def bring_printed(visit: Visit, sent: UploadFile) -> Response:
    """Keep the file until its fields are confirmed, where it can be read at all. Raises
    UsageError.
    """
    key, path = uploads.store_upload(visit.ws.home, visit.viewer.account, sent)
    try:
        read_printed(visit.ws, path)
    except BaseException:
        uploads.remove_upload(path)
        raise
    return visit.go(f"{_WAY}/{key}/1")


@pages.get("/suppliers/declarations/printed/{key}/{number}", sends=import_printed)
def show_fields(visit: Visit) -> Response:
    return _render_fields(visit)


@pages.post("/suppliers/declarations/printed/{key}/{number}")
def keep_fields(visit: Visit) -> Response:
    """Keep what was confirmed, or show the form with one more block of fields."""
    if visit.text("add") in LISTS:
        return _render_fields(visit)
    path = uploads.find_upload(visit.ws.home, visit.viewer.account, visit.path("key"))
    number = number_of(visit, "a form")
    try:
        kept = import_printed(visit.ws, path, number, _read_texts(visit), ref=visit.text("ref"))
    except (Conflict, Invalid, NotFound) as error:
        return _render_fields(visit, [problem_with_hint(error, [getattr(error, "field", "")])])
    more = number < len(read_printed(visit.ws, path).forms)
    if not more:
        uploads.remove_upload(path)
    return visit.go(
        f"{_WAY}/{visit.path('key')}/{number + 1}" if more else supplier_address(kept.ref),
        " ".join(map(sentence, information_lines(kept))),
    )


@pages.get("/suppliers/files/{number}/{ref:path}")
def save_file(visit: Visit) -> Response:
    """Send a file that a supplier attached."""
    file, body = read_attached_file(visit.ws, visit.path("ref"), number_of(visit, "a file"))
    return download(body, safe_name(file.name, "file"))


def _read_texts(visit: Visit) -> dict[str, str]:
    return {name: visit.text(name) for name in visit.form if is_field(name)}


def _render_fields(visit: Visit, errors: Sequence[tuple[str, str]] = ()) -> Response:
    path = uploads.find_upload(visit.ws.home, visit.viewer.account, visit.path("key"))
    upload = read_printed(visit.ws, path)
    number = number_of(visit, "a form")
    form = find_printed(upload, number)
    typed = _read_texts(visit)
    sent = typed or form.texts
    blocks = [
        (title, [(one, _describe_read_field(one, describe_source(form, one))) for one in paths])
        for title, paths in list_field_blocks(sent, () if typed else form.unsure, visit.text("add"))
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
        remark=upload.remark,
        target=_describe_target(visit, sent),
        discard=f"/suppliers/declarations/{visit.path('key')}/discard",
        files=[one.name for one in upload.files],
        blocks=blocks,
        uncertain=[
            (path, f"{title}: {find_field(path).label}".removeprefix(": "))
            for title, paths in blocks
            for path, _ in paths
            if path in form.unsure
        ],
        sent={one: sent.get(one, "") for _, paths in blocks for one, _ in paths},
        ref=visit.text("ref"),
        lists=[(name, about["title"].lower()) for name, about in LISTS.items()],
    )


def _describe_target(visit: Visit, texts: Mapping[str, str]) -> str:
    """Return which supplier the form goes to, or why to none; empty where that is not known yet."""
    try:
        stated = build_stated_information(texts, origin="printed form")
        (kept,) = preview_supplier_information(
            visit.ws, [stated], file="", file_sha256="", ref=visit.text("ref")
        )
    except Conflict as error:
        return describe_file_error(error)
    except Invalid:
        return ""
    return information_lines(kept)[0]


def _describe_read_field(path: str, source: str) -> RequestField:
    about = find_field(path)
    return replace(about, hint=f"{source} {about.hint}".strip())
