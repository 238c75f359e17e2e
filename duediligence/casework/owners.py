"""Who answers for an alert."""

from collections.abc import Sequence
from dataclasses import dataclass

from duediligence.casework import queue
from duediligence.casework.deciding import find
from duediligence.errors import Invalid, NotFound
from duediligence.screening.access import use_case
from duediligence.screening.alerts import projection
from duediligence.screening.workspace import Workspace
from duediligence.text.names import same_text

ME, NOBODY = "me", "nobody"


@dataclass(frozen=True, slots=True)
class Assigned:
    """The alerts that somebody answers for by now, and who; an empty owner is nobody."""

    alert_ids: tuple[str, ...]
    owner: str


@use_case("decide", event="alerts assigned")
def assign(workspace: Workspace, ids: Sequence[str], to: str) -> Assigned:
    """Record who answers for alerts, and for the further sources of their events: all or none.

    `ids` are their IDs or the beginnings of these. `to` is the account, `me` or `nobody`. Raises
    NotFound for an account that has no role, where the settings give any; Invalid, NotFound where
    an ID is not one alert's.
    """
    owner = account_of(workspace, to)
    if not ids:
        raise Invalid("No alert is given", field="alert")
    with workspace.casework.transaction(), projection.current(workspace):
        alerts = [find(workspace, one) for one in ids]
        every = dict.fromkeys(
            one.id for alert in alerts for one in queue.event_of(workspace, alert).alerts
        )
        workspace.casework.assignments.assign(every, owner, workspace.now())
    return Assigned(tuple(every), owner)


def account_of(workspace: Workspace, to: str) -> str:
    """Return the account that `to` names, as the settings write it; empty for nobody.

    Raises Invalid where none is given, NotFound for one without a role where the settings give any.
    """
    name = to.strip()
    if not name:
        raise Invalid("No owner is given", field="owner", hint="Name an account, me or nobody.")
    if name in (ME, NOBODY):
        return workspace.who if name == ME else ""
    users = workspace.settings.users
    name = workspace.identities.person(name)
    known = next((one for one in users if same_text(one, name)), "")
    if users and not known:
        raise NotFound(
            f"Unknown account {to!r}",
            hint=f"Accounts with a role: {', '.join(users)}.",
        )
    return (known or name)[:200]
