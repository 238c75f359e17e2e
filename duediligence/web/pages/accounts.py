"""Who has which role, and what each role may do."""

from starlette.responses import Response

from duediligence.model.audit import ACTIONS, ROLES, allowed, role_of
from duediligence.settings import FILENAME
from duediligence.web.visits import Pages, Visit

pages = Pages()


@pages.get("/accounts")
def accounts(visit: Visit) -> Response:
    settings = visit.service.settings
    role = role_of(visit.ws.settings.users, visit.viewer.account)
    return visit.page(
        "accounts.html.jinja",
        title="Who may do what",
        users=sorted(settings.users.items()),
        own_role=role,
        roles=(*ROLES, None),
        actions=ACTIONS,
        allowed=allowed,
        file=settings.home / FILENAME,
        origin=visit.service.resolved.origins["users"],
    )
