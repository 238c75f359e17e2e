"""Copies of the databases in the home, backups elsewhere, and bringing a copy back."""

from starlette.responses import Response

from duediligence.casework.copies import WHY, list_kept_copies
from duediligence.web.pages.set_up.start import admit
from duediligence.web.upkeep_jobs import bring_copy_back
from duediligence.web.visits import Pages, Visit

pages = Pages()


@pages.get("/set-up/copies")
def show_copies(visit: Visit) -> Response:
    admit(visit)
    return visit.page(
        "set_up_copies.html.jinja", title="Copies", kept=list_kept_copies(visit.ws), why=WHY
    )


@pages.post("/set-up/copies/{name}")
def start_bringing_back(visit: Visit) -> Response:
    job = bring_copy_back(visit.service, visit.viewer, visit.path("name"))
    return visit.go(f"/jobs/{job}")
