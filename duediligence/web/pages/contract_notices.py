"""A file of published notices: which of the council's own contracts it holds, and keeping them.

The file waits in a private folder until the person who sent it says what to do with it.
"""

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlencode

from starlette.responses import Response

from duediligence.casework.contract_notices import (
    NoticePlan,
    format_kept,
    keep_contract_notices,
    list_notice_buyers,
    list_notice_remarks,
    preview_contract_notices,
)
from duediligence.errors import Forbidden, UsageError
from duediligence.screening.access import permit
from duediligence.web import uploads
from duediligence.web.form_fields import describe_file_error
from duediligence.web.visits import Pages, Visit

pages = Pages()
_WAY = "/suppliers/contract-notices"
# Of contracts in one group; the rest is counted.
_MOST = 200


@pages.get("/suppliers/contract-notices", sends=keep_contract_notices)
def which_notices(visit: Visit) -> Response:
    return _render_notice_form(visit)


@pages.post("/suppliers/contract-notices")
def bring_notices(visit: Visit) -> Response:
    """Keep the file for its preview, where it can be read at all."""
    permit(visit.ws, "change suppliers")
    sent = visit.upload("file")
    if sent is None:
        return _render_notice_form(visit, [("file", "Choose a file.")])
    try:
        key, path = uploads.store_upload(visit.ws.home, visit.viewer.account, sent)
        try:
            preview_contract_notices(visit.ws, path)
        except BaseException:
            uploads.remove_upload(path)
            raise
    except UsageError as error:
        return _render_notice_form(visit, [("file", describe_file_error(error))], error.http_status)
    return visit.go(f"{_WAY}/{key}")


@pages.post("/suppliers/contract-notices/{key}/discard")
def discard_notices(visit: Visit) -> Response:
    uploads.remove_upload(_find_notice_file(visit))
    return visit.go("/suppliers", "The file was removed. Nothing was kept.")


@pages.get("/suppliers/contract-notices/{key}")
def preview_notices(visit: Visit) -> Response:
    """Show what keeping the contracts would do; nothing is written."""
    return _render_notice_preview(visit)


@pages.post("/suppliers/contract-notices/{key}")
def keep_notices(visit: Visit) -> Response:
    path = _find_notice_file(visit)
    try:
        changed = keep_contract_notices(
            visit.ws,
            path,
            buyers=_read_buyers(visit),
            add=visit.texts("add"),
            seen=visit.text("seen"),
        )
    except Forbidden:
        raise
    except UsageError as error:
        return _render_notice_preview(visit, [("", error.message)], error.http_status)
    if not changed and preview_contract_notices(visit.ws, path, buyers=_read_buyers(visit)).new:
        return _render_notice_preview(visit, [("add", "Select a supplier to add, or cancel.")], 400)
    uploads.remove_upload(path)
    return visit.go("/suppliers", format_kept(changed))


def _find_notice_file(visit: Visit) -> Path:
    return uploads.find_upload(visit.ws.home, visit.viewer.account, visit.path("key"))


def _read_buyers(visit: Visit) -> list[str]:
    return visit.request.query_params.getlist("buyer")


def _render_notice_preview(
    visit: Visit, errors: Sequence[tuple[str, str]] = (), status: int = 0
) -> Response:
    chosen = _read_buyers(visit)
    plan: NoticePlan = preview_contract_notices(visit.ws, _find_notice_file(visit), buyers=chosen)
    address = f"{_WAY}/{visit.path('key')}"
    return visit.page(
        "contract_notices_preview.html.jinja",
        title="Check which contracts would be kept",
        errors=errors,
        status=status,
        name=plan.read.file,
        remarks=list_notice_remarks(plan),
        groups=plan.groups,
        buyers=list_notice_buyers(plan.read)[:_MOST],
        chosen=chosen,
        to_add=[(ref, f"{one.name} ({ref})") for ref, one in plan.new.items()],
        does_something=bool(plan.after),
        added=visit.texts("add"),
        seen=plan.fingerprint,
        address=address,
        confirm=f"{address}?{urlencode([('buyer', one) for one in chosen])}",
        most=_MOST,
    )


def _render_notice_form(
    visit: Visit, errors: Sequence[tuple[str, str]] = (), status: int = 0
) -> Response:
    return visit.page(
        "contract_notices.html.jinja",
        title="Import your contracts from published notices",
        errors=errors,
        status=status,
    )
