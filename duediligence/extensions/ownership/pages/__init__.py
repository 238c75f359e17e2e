"""Who owns a supplier, as others declare it: shown, imported, and exported."""

from collections.abc import Sequence

from starlette.responses import Response

from duediligence.casework.choices import date_of
from duediligence.errors import Conflict, UnreadableFile, UsageError
from duediligence.extensions.ownership.exporting import STANDARDS, export_ownership
from duediligence.extensions.ownership.importing import (
    format_import,
    import_ownership,
    list_declared_ownership,
)
from duediligence.screening.access import permit
from duediligence.web import uploads
from duediligence.web.files import download, safe_name
from duediligence.web.form_fields import describe_file_error
from duediligence.web.navigation import supplier_address
from duediligence.web.visits import Pages, Visit

pages = Pages()
_YES = "yes"
MOST_ROWS = 200


@pages.get("/suppliers/{ref:path}/ownership", sends=import_ownership)
def show_ownership(visit: Visit) -> Response:
    return _render_ownership(visit)


@pages.post("/suppliers/{ref:path}/ownership")
def import_sent_file(visit: Visit) -> Response:
    permit(visit.ws, "import declarations")
    ref, sent = visit.path("ref"), visit.upload("file")
    if sent is None:
        return _render_ownership(visit, [("file", "Choose a file.")])
    try:
        with uploads.while_read(visit.ws.home, visit.viewer.account, sent) as path:
            imported = import_ownership(
                visit.ws,
                path,
                supplier=ref,
                declared_by=visit.text("declared_by"),
                declared_on=date_of("declared_on", visit.text("declared_on").strip()),
            )
    except (UsageError, UnreadableFile) as error:
        field = getattr(error, "field", "")
        field = field if field in ("declared_by", "declared_on") else "file"
        return _render_ownership(visit, [(field, describe_file_error(error))], error.http_status)
    return visit.go(supplier_address(ref, "ownership"), format_import(imported))


@pages.post("/suppliers/{ref:path}/ownership/file")
def export_supplier(visit: Visit) -> Response:
    """Send the file; that it was made is recorded, and whether it names people."""
    ref, ending = visit.path("ref"), visit.text("form")
    if ending not in {one["ending"] for one in STANDARDS.values()}:
        return _render_ownership(visit, [("form", "Select which standard.")])
    name = f"{safe_name(ref, 'supplier')}{ending}"
    try:
        exported = export_ownership(visit.ws, name, refs=[ref], people=visit.text("people") == _YES)
    except Conflict as error:
        return _render_ownership(visit, [("form", error.message)], error.http_status)
    return download(exported.body, name)


def _render_ownership(
    visit: Visit, errors: Sequence[tuple[str, str]] = (), status: int = 0
) -> Response:
    supplier, declared = list_declared_ownership(visit.ws, visit.path("ref"))
    return visit.page(
        f"{__package__}:ownership.html.jinja",
        title="Ownership as others declare it",
        supplier=supplier,
        declared=declared,
        most=MOST_ROWS,
        at=supplier_address(supplier.ref),
        forms=[(one["ending"], one["words"], one["not_held"]) for one in STANDARDS.values()],
        people=[(_YES, "Yes", ""), ("no", "No: leave them out", "")],
        errors=errors,
        status=status,
    )


PAGES = (pages,)
