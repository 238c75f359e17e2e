"""What suppliers declared, imported from a file: all of it, or nothing."""

from collections.abc import Sequence

from starlette.responses import Response

from duediligence.casework.import_words import declaration_lines
from duediligence.errors import UnreadableFile, UsageError
from duediligence.formats.attached import is_printed
from duediligence.screening.access import permit
from duediligence.screening.imports import import_declarations
from duediligence.web import uploads
from duediligence.web.form_fields import describe_file_error
from duediligence.web.pages.printed_forms import bring_printed
from duediligence.web.visits import Pages, Visit

pages = Pages()


@pages.get("/suppliers/declarations", sends=import_declarations)
def which_file(visit: Visit) -> Response:
    return _file(visit)


@pages.post("/suppliers/declarations")
def bring(visit: Visit) -> Response:
    permit(visit.ws, "import declarations")
    sent = visit.upload("file")
    if sent is None:
        return _file(visit, [("file", "Choose a file.")])
    try:
        if is_printed(sent.filename or ""):
            return bring_printed(visit, sent)
        with uploads.while_read(visit.ws.home, visit.viewer.account, sent) as path:
            imported = import_declarations(visit.ws, path)
    except (UsageError, UnreadableFile) as error:
        return _file(visit, [("file", describe_file_error(error))], error.http_status)
    return visit.go(
        "/suppliers", " ".join(f"{line.rstrip('.')}." for line in declaration_lines(imported))
    )


def _file(visit: Visit, errors: Sequence[tuple[str, str]] = (), status: int = 0) -> Response:
    return visit.page(
        "declarations.html.jinja", title="Import declarations", errors=errors, status=status
    )
