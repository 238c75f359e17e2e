"""Who has which role, and what each role may do."""

from starlette.responses import Response

from duediligence.model.audit import ACTIONS, ROLES, allowed
from duediligence.settings import FILENAME
from duediligence.web.people import with_role
from duediligence.web.visits import Pages, Visit

pages = Pages()


@pages.get("/accounts")
def accounts(visit: Visit) -> Response:
    settings = visit.service.settings
    return visit.page(
        "accounts.html.jinja",
        title="Who may do what",
        users=sorted(settings.users.items()),
        own_role=with_role(settings, visit.viewer).role,
        works_alone=visit.service.works_alone,
        roles=(*ROLES, None),
        actions=ACTIONS,
        allowed=allowed,
        file=settings.home / FILENAME,
        origin=visit.service.resolved.origins["users"],
    )
