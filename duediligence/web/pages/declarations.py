"""What suppliers declared, imported from a file or a share code: all of it, or nothing.

The form of a share code fills the supplier as well, so that it waits for a look at what it would
do, in a private folder.
"""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from urllib.parse import urlencode

from starlette.datastructures import UploadFile
from starlette.responses import Response

from duediligence.casework.import_words import declaration_lines, information_lines
from duediligence.casework.supplier_information import (
    StatedForms,
    StatedSupplier,
    fetch_information,
    import_supplier_information,
    preview_supplier_information,
    read_information,
)
from duediligence.errors import Conflict, Forbidden, Invalid, NotFound, SourceError, UsageError
from duediligence.formats.attached import is_printed
from duediligence.model.supplier_information import Origin
from duediligence.screening.access import permit
from duediligence.screening.imports import import_declarations
from duediligence.web import uploads
from duediligence.web.form_fields import describe_file_error
from duediligence.web.navigation import supplier_address
from duediligence.web.pages.printed_forms import bring_printed
from duediligence.web.queue_address import YES
from duediligence.web.visits import Pages, Visit

pages = Pages()
_WAY = "/suppliers/declarations"
# Of forms whose supplier is named at the end; a file may hold many.
_MOST_SAID = 5


@pages.get("/suppliers/declarations", sends=import_declarations)
def which_file(visit: Visit) -> Response:
    return _file(visit)


@pages.post("/suppliers/declarations")
def bring(visit: Visit) -> Response:
    permit(visit.ws, "import declarations")
    sent, code = visit.upload("file"), visit.text("share_code").strip()
    if sent is None and not code:
        return _file(visit, [("file", "Choose a file.")])
    try:
        if code:
            forms = fetch_information(visit.ws, code)
            sent = UploadFile(BytesIO(forms.body), filename=forms.file)
        assert sent is not None
        if is_printed(sent.filename or ""):
            return bring_printed(visit, sent)
        key, path = uploads.store_upload(visit.ws.home, visit.viewer.account, sent)
        waits = False
        try:
            waits = read_information(visit.ws, path) is not None
            imported = None if waits else import_declarations(visit.ws, path)
        finally:
            if not waits:
                uploads.remove_upload(path)
    except Forbidden:
        raise
    except (UsageError, SourceError) as error:
        field = "share_code" if code else "file"
        return _file(visit, [(field, describe_file_error(error))], error.http_status)
    if imported is None:
        return visit.go(f"{_WAY}/{key}{'?asked=yes' if code else ''}")
    return visit.go(
        "/suppliers", " ".join(f"{line.rstrip('.')}." for line in declaration_lines(imported))
    )


@pages.get("/suppliers/declarations/{key}")
def preview_form(visit: Visit) -> Response:
    """Show what keeping the form would do; nothing is written."""
    return _render_preview(visit)


@pages.post("/suppliers/declarations/{key}")
def keep_form(visit: Visit) -> Response:
    """Keep what the form states, where that was shown for the same reference."""
    ref = visit.text("ref").strip()
    if ref != visit.query("ref"):
        asked = {"ref": ref, "asked": visit.query("asked")}
        return visit.go(f"{_WAY}/{visit.path('key')}?{urlencode(asked)}")
    path, forms = _find_stated_forms(visit)
    try:
        kept = import_supplier_information(
            visit.ws, forms.forms, file=forms.file, file_sha256=forms.file_sha256, ref=ref
        )
    except (Conflict, Invalid) as error:
        return _render_preview(visit, [("ref", describe_file_error(error))], error.http_status)
    uploads.remove_upload(path)
    return visit.go(
        supplier_address(kept[0].ref) if len(kept) == 1 else "/suppliers",
        " ".join(f"{information_lines(one)[0]}." for one in kept[:_MOST_SAID]),
    )


@pages.post("/suppliers/declarations/{key}/discard")
def discard_form(visit: Visit) -> Response:
    uploads.remove_upload(
        uploads.find_upload(visit.ws.home, visit.viewer.account, visit.path("key"))
    )
    return visit.go("/suppliers", "The form was removed. Nothing was kept of it.")


def _find_stated_forms(visit: Visit) -> tuple[Path, StatedForms]:
    """Return the file that waits, and what it states. Raises NotFound."""
    path = uploads.find_upload(visit.ws.home, visit.viewer.account, visit.path("key"))
    origin: Origin = "service" if visit.query("asked") == YES else "file"
    forms = read_information(visit.ws, path, origin=origin)
    if forms is None:
        raise NotFound("The form is no longer here", hint="Choose its file again.")
    return path, forms


def _render_preview(
    visit: Visit, errors: Sequence[tuple[str, str]] = (), status: int = 0
) -> Response:
    _, forms = _find_stated_forms(visit)
    ref = visit.query("ref")
    said: Sequence[StatedSupplier] = ()
    try:
        if not errors:
            said = preview_supplier_information(
                visit.ws, forms.forms, file=forms.file, file_sha256="", ref=ref
            )
    except (Conflict, Invalid) as error:
        errors, status = [("ref", describe_file_error(error))], error.http_status
    return visit.page(
        "declarations_preview.html.jinja",
        title="Check what would be kept of the form",
        groups=[information_lines(one) for one in said],
        several=len(forms.forms) > 1,
        ref=ref,
        address=f"{_WAY}/{visit.path('key')}",
        errors=errors,
        status=status,
    )


def _file(visit: Visit, errors: Sequence[tuple[str, str]] = (), status: int = 0) -> Response:
    return visit.page(
        "declarations.html.jinja",
        title="Import declarations",
        errors=errors,
        status=status,
        share_code=visit.text("share_code"),
    )
