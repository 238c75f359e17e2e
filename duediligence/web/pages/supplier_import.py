"""A file of suppliers: what importing it would do, and importing it in a job.

The file waits in a private folder until the person who sent it says what to do with it.
"""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlencode

from starlette.responses import Response

from duediligence.casework.import_words import (
    COLUMN_HEADINGS,
    change_words,
    doubt_line,
    import_words,
    replacement_words,
)
from duediligence.errors import Conflict, Forbidden, StorageError, UsageError
from duediligence.screening.imports import (
    ImportPreview,
    Replacement,
    import_suppliers,
    plan_replacement,
    preview_suppliers,
    replace_suppliers,
)
from duediligence.suppliers.doubtful_rows import RowAnswers, text_key
from duediligence.suppliers.headings import CHOOSABLE, FileHeadings, headings_of
from duediligence.text.wording import count
from duediligence.web import job_kinds, uploads
from duediligence.web.files import download
from duediligence.web.form_fields import describe_file_error
from duediligence.web.queue_address import YES
from duediligence.web.uploads import Problems
from duediligence.web.visits import Visit

# Of lines about rows; the rest is counted.
MOST = 20
# Of cells in a list that is folded; the file has all.
MOST_LISTED = 2_000
_WAY = "/suppliers/import"
_SHEET = "sheet"
_ROW = "row-"


def _check_import_file(visit: Visit, path: Path) -> None:
    _preview_import_file(visit, path, {}, "")


def _start_import(visit: Visit, path: Path) -> Response:
    """Import the file in a job, which has it from then on."""
    mapping, sheet = _chosen(visit)
    try:
        body = path.read_bytes()
    except OSError as error:
        raise StorageError(f"{path.name}: cannot be read: {error.strerror}") from error
    job = job_kinds.import_file(
        visit.service,
        visit.viewer,
        name=path.name,
        body=body,
        mapping=mapping,
        sheet=sheet,
        then_screen=visit.text("then") == "screen",
        answers=_read_row_answers(visit),
    )
    uploads.remove_upload(path)
    return visit.go(f"/jobs/{job}")


def _chosen(visit: Visit) -> tuple[dict[str, str], str]:
    """Return the columns and the sheet that the address says were chosen."""
    mapping = {field: visit.query(field) for field in CHOOSABLE if visit.query(field)}
    return mapping, visit.query(_SHEET)


def _read_row_answers(visit: Visit) -> RowAnswers:
    """Return what the form says of rows, columns and sheets in doubt, named by their texts."""
    said = {name: visit.text(name) for name in visit.form if name.startswith(_ROW)}
    known = {name.removeprefix(_ROW): each == YES for name, each in said.items() if each}
    return RowAnswers(known=known)


def _preview_import_file(
    visit: Visit, path: Path, mapping: Mapping[str, str], sheet: str
) -> tuple[ImportPreview | None, FileHeadings, str]:
    """Return what the file would do, its headings, and why it cannot be used as it was read.

    Raises UsageError for a file in which nothing can be chosen either.
    """
    try:
        found = preview_suppliers(visit.ws, path, mapping=mapping, sheet=sheet)
    except Forbidden:
        raise
    except UsageError as error:
        there = headings_of(path, sheet)
        if "name" in mapping or not there.headings:
            raise
        return None, there, describe_file_error(error)
    return found, headings_of(path, sheet), ""


def _render_import_preview(visit: Visit, path: Path, errors: Problems, status: int) -> Response:
    """Show what importing the file would do, or which columns to choose."""
    mapping, sheet = _chosen(visit)
    found: ImportPreview | None
    try:
        found, there, wrong = _preview_import_file(visit, path, mapping, sheet)
    except Forbidden:
        raise
    except UsageError as error:
        found, there, wrong = None, headings_of(path), describe_file_error(error)
    if wrong and not errors:
        errors = [("name", wrong)]
    fields = [(name, value) for name, value in ((_SHEET, sheet), *mapping.items()) if value]
    asked = f"?{urlencode(fields)}" if fields else ""
    address = f"{_WAY}/{visit.path('key')}"
    words = import_words(found.imported) if found else None
    return visit.page(
        "supplier_import_preview.html.jinja",
        title="Check what would be imported" if found else "Choose the columns",
        errors=errors,
        status=status,
        name=path.name,
        words=words,
        columns_read=[(one, _label_column(read_as), *rest) for one, read_as, *rest in words.columns]
        if words
        else [],
        changes=change_words(found) if found else None,
        columns=[one.capitalize() for one in COLUMN_HEADINGS],
        there=there,
        fields=[(one, _label_column(one)) for one in CHOOSABLE],
        mapping=mapping,
        sheet=sheet,
        address=address,
        confirm=f"{address}{asked}",
        replace=f"{address}/replace{asked}",
        rejects=f"{address}/rejects{asked}" if found and found.rejects else "",
        cells=f"{address}/cells{asked}",
        doubts=[
            (f"{_ROW}{text_key(one.text)}", doubt_line(one))
            for one in found.imported.read.unanswered
        ]
        if found
        else [],
        most=MOST,
        most_listed=MOST_LISTED,
    )


def _label_column(field: str) -> str:
    """Return what a column is read as, as a person calls it."""
    return "Your reference" if field == "ref" else field.replace("_", " ").capitalize()


pages = uploads.UploadReview(
    way=_WAY,
    sends=import_suppliers,
    template="supplier_import.html.jinja",
    title="Import suppliers",
    check=_check_import_file,
    show=_render_import_preview,
    use=_start_import,
).build_pages()


@pages.get("/suppliers/import/{key}/rejects")
def rejects(visit: Visit) -> Response:
    """The rejected rows as a file."""
    path, found = _preview_as_chosen(visit)
    return download(found.rejects, f"{path.stem}-rejects.csv")


@pages.get("/suppliers/import/{key}/cells")
def cells(visit: Visit) -> Response:
    """Every cell that was corrected or not kept, and every row that is no supplier, as a file."""
    path, found = _preview_as_chosen(visit)
    return download(found.imported.read.cells_csv(), f"{path.stem}-cells.csv")


def _preview_as_chosen(visit: Visit) -> tuple[Path, ImportPreview]:
    path = uploads.find_upload(visit)
    mapping, sheet = _chosen(visit)
    return path, preview_suppliers(visit.ws, path, mapping=mapping, sheet=sheet)


@pages.get("/suppliers/import/{key}/replace")
def before_replacing(visit: Visit) -> Response:
    path = uploads.find_upload(visit)
    mapping, sheet = _chosen(visit)
    try:
        plan = plan_replacement(visit.ws, path, mapping=mapping, sheet=sheet)
    except UsageError as error:
        errors = [("", describe_file_error(error))]
        return _render_import_preview(visit, path, errors, error.http_status)
    return _render_replacement(visit, plan)


@pages.post("/suppliers/import/{key}/replace")
def replace(visit: Visit) -> Response:
    """Replace all suppliers by those of the file, where that would do what was shown."""
    path = uploads.find_upload(visit)
    mapping, sheet = _chosen(visit)
    plan = plan_replacement(visit.ws, path, mapping=mapping, sheet=sheet)
    if _fingerprint_replacement(plan) != visit.text("shown"):
        errors = [("", "Something changed since you looked, so nothing was replaced.")]
        return _render_replacement(visit, plan, errors, Conflict.http_status)
    end_most = visit.text("end_most") == YES
    if plan.ends_most and not end_most:
        words = "More than half of all suppliers would end: say that they have, or cancel."
        return _render_replacement(visit, plan, [("end_most", words)])
    done = replace_suppliers(visit.ws, plan, end_most=end_most)
    uploads.remove_upload(path)
    taken = done.count
    return visit.go(
        "/suppliers",
        f"Replaced: {taken.added:,} came, {count(len(plan.goes), 'supplier')} ended, "
        f"{taken.changed:,} changed, {taken.unchanged:,} unchanged.",
    )


def _render_replacement(
    visit: Visit, plan: Replacement, errors: Problems = (), status: int = 0
) -> Response:
    query = visit.request.url.query
    return visit.page(
        "supplier_replacement.html.jinja",
        title="Replace all suppliers by these?",
        errors=errors,
        status=status,
        words=replacement_words(plan),
        ends_most=plan.ends_most,
        shown=_fingerprint_replacement(plan),
        back=f"{_WAY}/{visit.path('key')}{f'?{query}' if query else ''}",
        most=MOST,
        yes=YES,
    )


def _fingerprint_replacement(plan: Replacement) -> str:
    """Of all that a plan would do, so that what is done is what was looked at."""
    of = (plan.comes, plan.goes, plan.changes, plan.on, plan.read.sha256)
    return sha256(repr(of).encode()).hexdigest()
