"""A file of published notices: which of the council's own contracts it holds, and keeping them.

The file waits in a private folder until the person who sent it says what to do with it.
"""

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
from duediligence.errors import Invalid
from duediligence.web import uploads
from duediligence.web.uploads import Problems
from duediligence.web.visits import Visit

_WAY = "/suppliers/contract-notices"
# Of contracts in one group; the rest is counted.
_MOST = 200


def _check_notices(visit: Visit, path: Path) -> None:
    preview_contract_notices(visit.ws, path)


def _keep_notices(visit: Visit, path: Path) -> Response:
    buyers = _read_buyers(visit)
    changed = keep_contract_notices(
        visit.ws, path, buyers=buyers, add=visit.texts("add"), seen=visit.text("seen")
    )
    if not changed and preview_contract_notices(visit.ws, path, buyers=buyers).new:
        raise Invalid("Select a supplier to add, or cancel.", field="add")
    uploads.remove_upload(path)
    return visit.go("/suppliers", format_kept(changed))


def _read_buyers(visit: Visit) -> list[str]:
    return visit.request.query_params.getlist("buyer")


def _show_notices(visit: Visit, path: Path, errors: Problems, status: int) -> Response:
    chosen = _read_buyers(visit)
    plan: NoticePlan = preview_contract_notices(visit.ws, path, buyers=chosen)
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


pages = uploads.UploadReview(
    way=_WAY,
    sends=keep_contract_notices,
    template="contract_notices.html.jinja",
    title="Import your contracts from published notices",
    check=_check_notices,
    show=_show_notices,
    use=_keep_notices,
).build_pages()
