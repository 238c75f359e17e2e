"""Who has which role, and what each role may do."""

from starlette.responses import Response

from duediligence.model.audit import ACTIONS, ROLES, is_action_allowed
from duediligence.web.visits import Pages, Visit

pages = Pages()


@pages.get("/accounts")
def accounts(visit: Visit) -> Response:
    settings = visit.service.settings
    return visit.page(
        "accounts.html.jinja",
        title="Who may do what",
        users=sorted(settings.users.items()),
        own_role=visit.ws.role,
        works_alone=visit.service.works_alone,
        roles=ROLES,
        actions=ACTIONS,
        allowed=is_action_allowed,
        origin=visit.service.resolved.origins["users"],
    )
