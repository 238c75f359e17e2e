"""Who has which role, and what each role may do."""

from starlette.responses import Response

from duediligence.casework.home_access import earlier_readers, end_earlier_readers
from duediligence.model.audit import ACTIONS, ROLES, is_action_allowed
from duediligence.text.wording import count
from duediligence.web.visits import Pages, Visit

pages = Pages()


@pages.get("/accounts")
def accounts(visit: Visit) -> Response:
    settings = visit.service.settings
    return visit.page(
        "accounts.html.jinja",
        title="Who may do what",
        readers=(readers := earlier_readers(visit.ws)),
        stored_state={"readers": readers},
        users=sorted(settings.users.items()),
        own_role=visit.ws.role,
        works_alone=visit.service.works_alone,
        roles=ROLES,
        actions=ACTIONS,
        allowed=is_action_allowed,
        origin=visit.service.resolved.origins["users"],
    )


@pages.post("/accounts/readers")
def end_readers(visit: Visit) -> Response:
    ended = end_earlier_readers(visit.ws, seen=visit.seen)
    return visit.go("/accounts", f"The reading of {count(len(ended), 'account')} has ended.")
