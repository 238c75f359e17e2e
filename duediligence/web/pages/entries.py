"""A list entry, and all alerts about it."""

from urllib.parse import quote

from starlette.responses import Response

from duediligence.casework.entries_shown import EntryView, entry_for
from duediligence.web.pages.several_decisions import Chosen, answer, ask
from duediligence.web.visits import Pages, Visit

pages = Pages()
_ENTRY = "/entries/{list}/{entry:path}"


@pages.get("/entries/{list}/{entry:path}/decision")
def why(visit: Visit) -> Response:
    return ask(visit, _chosen(visit))


@pages.post("/entries/{list}/{entry:path}/decision")
def decide(visit: Visit) -> Response:
    return answer(visit, _chosen(visit))


@pages.get(_ENTRY)
def entry(visit: Visit) -> Response:
    view = _view(visit)
    return visit.page(
        "entry.html.jinja", title=view.name, view=view, address=_address(view), rows=view.alerts
    )


def _view(visit: Visit) -> EntryView:
    return entry_for(visit.ws, visit.path("list"), visit.path("entry"))


def _address(view: EntryView) -> str:
    return f"/entries/{quote(view.list_id, safe='')}/{quote(view.entry_id, safe='')}"


def _chosen(visit: Visit) -> Chosen:
    view = _view(visit)
    return Chosen(
        action=f"{_address(view)}/decision",
        back=_address(view),
        title=f"Decide that nobody is the same as {view.name}",
        entry=(view.list_id, view.entry_id),
    )
