"""People and their roles, and how a second person gets in."""

import os
from collections.abc import Mapping, Sequence
from typing import Final

from starlette.responses import Response

from duediligence.casework import home_access
from duediligence.casework.setting_changes import describe_settings
from duediligence.errors import Conflict, Forbidden, Invalid, UsageError
from duediligence.model.audit import ROLES, Role
from duediligence.render.wording import sentence
from duediligence.settings import Settings
from duediligence.web.form_fields import problem_with_hint
from duediligence.web.pages.set_up.start import admit, save_settings
from duediligence.web.visits import Pages, Visit

pages = Pages()
_HERE: Final = "/set-up/people"
_MEANINGS: Final[Mapping[Role, str]] = {
    "reader": "looks, and changes nothing",
    "officer": "imports, screens and decides",
    "approver": "does what an officer does, and makes the second decision",
    "intelligence": "does what an officer does, and handles reports of partners",
    "auditor": "looks, and reads the audit chain",
    "administrator": "does everything but handle reports of partners, and sets up",
}


@pages.get("/set-up/people")
def show_people(visit: Visit) -> Response:
    users = admit(visit).users
    return _render_people(visit, [*(users.items() or [(visit.viewer.account, "administrator")])])


@pages.post("/set-up/people")
def save_people(visit: Visit) -> Response:
    typed = [
        (account, visit.text(f"role-{name.removeprefix('account-')}"))
        for name in visit.form
        if name.startswith("account-") and (account := visit.text(name))
    ]
    try:
        save_settings(visit, {"users": _check_users(visit, admit(visit), typed)})
    except (Invalid, Conflict) as error:
        field = "account-0" if isinstance(error, Invalid) else ""
        return _render_people(visit, typed, (field, sentence(error.message)))
    return visit.go("/set-up", "Saved: people and roles.")


def _check_users(visit: Visit, stored: Settings, typed: list[tuple[str, str]]) -> dict[str, str]:
    """Return the role of each account that has one; none where one person works alone.

    Raises Invalid for an account that is there twice.
    """
    if len(dict(typed)) < len(typed):
        raise Invalid("An account is there twice: give it one role", field="account-0")
    me, users = visit.viewer.account, {account: role for account, role in typed if role}
    # Where no roles were given, one person who works alone needs none. Given once, they stay:
    # without any, whoever can open the folder may do everything.
    alone = visit.service.sign_in.alone and not stored.users
    return {} if alone and users == {me: "administrator"} else users


@pages.post("/set-up/people/group")
def share_with_group(visit: Visit) -> Response:
    """Let the accounts of a group of this computer work here, or its owner alone."""
    group, users = visit.text("group"), [*admit(visit).users.items()]
    closes = visit.text("step") == "close"
    if not (group or closes):
        return _render_people(visit, users, ("group", "Enter the name of the group."))
    if not (users or closes):
        words = "Give each person a role first: without roles, everybody in it may do everything."
        return _render_people(visit, [(visit.viewer.account, "administrator")], ("group", words))
    try:
        _ = (
            home_access.close(visit.ws)
            if closes
            else home_access.share(visit.ws, group, seen=visit.seen)
        )
    except (Forbidden, UsageError) as error:
        _, words = problem_with_hint(error)
        return _render_people(visit, users, ("group", words))
    if closes:
        return visit.go(_HERE, "Only the owner of the folder can open it now.")
    return visit.go(_HERE, f"Everybody in the group {group} can open it now, with a role.")


def _render_people(
    visit: Visit, users: Sequence[tuple[str, str]], *errors: tuple[str, str]
) -> Response:
    return visit.page(
        "set_up_people.html.jinja",
        title="People and roles",
        errors=errors,
        users=[*users, ("", "")],
        roles=[("", "No role"), *((one, one.capitalize()) for one in ROLES)],
        meanings=_MEANINGS,
        fixed=bool(visit.service.resolved.find_other_place("users")),
        stored_state=describe_settings(visit.ws, ["users"]),
        alone=visit.service.sign_in.alone,
        shares=os.name == "posix",
        second=visit.service.settings.second_decision,
        group=visit.text("group"),
    )
