"""The published lists: fetched, brought as files, or confirmed by a person."""

from starlette.responses import Response

from duediligence.errors import Invalid
from duediligence.screening.lists.loading import RefreshTerms
from duediligence.screening.lists.shown import list_views
from duediligence.web.form_fields import problem
from duediligence.web.guards import LARGE_UPLOADS
from duediligence.web.job_kinds import refresh_lists
from duediligence.web.pages.lists import (
    LIST_FILE_FIELDS,
    address,
    read_published_day,
    read_sent_files,
)
from duediligence.web.pages.set_up.start import admit
from duediligence.web.upkeep_jobs import load_files_of_lists
from duediligence.web.visits import Pages, Visit

pages = Pages()
_HERE = "/set-up/lists"


@pages.get("/set-up/lists")
def show_list_step(visit: Visit) -> Response:
    admit(visit)
    return _render_lists(visit)


def _render_lists(visit: Visit, *errors: tuple[str, str]) -> Response:
    used = [one for one in list_views(visit.ws).lists if one.in_use]
    by_hand = [one for one in used if visit.ws.watchlist(one.status.list_id).by_hand]
    return visit.page(
        "set_up_lists.html.jinja",
        title="Lists",
        errors=errors,
        typed=visit.text,
        used=used,
        waiting=[one for one in used if one.status.blocks_complete_run],
        by_hand=[one for one in by_hand if one.status.blocks_complete_run],
        most=f"{LARGE_UPLOADS[f'{_HERE}/files'] // 2**20} MB",
        address=address,
    )


@pages.post("/set-up/lists/fetch")
def fetch_lists(visit: Visit) -> Response:
    admit(visit)
    return visit.go(f"/jobs/{refresh_lists(visit.service, visit.viewer, link=_HERE)}")


@pages.post("/set-up/lists/files")
def bring_list_files(visit: Visit) -> Response:
    admit(visit)
    try:
        brought = read_sent_files(visit, "Choose the files of one list or of several")
        terms = RefreshTerms(as_of=read_published_day(visit))
    except Invalid as error:
        return _render_lists(visit, problem(error, LIST_FILE_FIELDS))
    job = load_files_of_lists(visit.service, visit.viewer, brought, terms, _HERE)
    return visit.go(f"/jobs/{job}")
