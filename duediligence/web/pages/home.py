"""What waits: alerts to decide, what could not be checked, and what happens next."""

from starlette.responses import Response

from duediligence.casework.showing import coverage
from duediligence.web.visits import Pages, Visit

pages = Pages()


@pages.get("/")
def what_waits(visit: Visit) -> Response:
    incomplete, covered = coverage(visit.ws)
    return visit.page("home.html.jinja", title="What waits", incomplete=incomplete, covered=covered)
