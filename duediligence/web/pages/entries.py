"""A list entry, and all alerts about it."""

from urllib.parse import quote

from starlette.responses import Response

from duediligence.casework.deciding import decide_many
from duediligence.casework.entries_shown import EntryView, entry_for
from duediligence.web.pages.several_decisions import Chosen, answer_bulk_form, ask_bulk_reason
from duediligence.web.visits import Pages, Visit

pages = Pages()
_ENTRY = "/entries/{list}/{entry:path}"


@pages.get("/entries/{list}/{entry:path}/decision", sends=decide_many)
def why(visit: Visit) -> Response:
    return ask_bulk_reason(visit, _select_entry_alerts(visit))


@pages.post("/entries/{list}/{entry:path}/decision")
def decide(visit: Visit) -> Response:
    return answer_bulk_form(visit, _select_entry_alerts(visit))


@pages.get(_ENTRY)
def entry(visit: Visit) -> Response:
    view = _load_entry_view(visit)
    return visit.page(
        "entry.html.jinja",
        title=view.name,
        view=view,
        address=_build_entry_address(view),
        rows=view.alerts,
    )


def _load_entry_view(visit: Visit) -> EntryView:
    return entry_for(visit.ws, visit.path("list"), visit.path("entry"))


def _build_entry_address(view: EntryView) -> str:
    return f"/entries/{quote(view.list_id, safe='')}/{quote(view.entry_id, safe='')}"


def _select_entry_alerts(visit: Visit) -> Chosen:
    view = _load_entry_view(visit)
    return Chosen(
        action=f"{_build_entry_address(view)}/decision",
        back=_build_entry_address(view),
        title=f"Decide that nobody is the same as {view.name}",
        entry=(view.list_id, view.entry_id),
    )
