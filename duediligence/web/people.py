"""Who asks: the person at a browser, or the program that a person made a token for."""

from dataclasses import dataclass

from duediligence.model.audit import Role
from duediligence.settings import Settings
from duediligence.settings.identities import Identities


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """A person: the account that the audit chain names and the name that is shown.

    `role` is what the sign-in service says of them; where it says nothing, `users` may give one.
    `by_program` says that a program asks with their token.
    """

    account: str
    name: str
    role: Role | None = None
    by_program: bool = False


def viewer_for(
    settings: Settings, login: str, *, name: str = "", role: Role | None = None
) -> Viewer:
    """Return the person behind a login. `name` and `role` are what the sign-in service says of
    them.
    """
    person = Identities(settings.identities).person(login)
    shown = person if person != login else name or login
    return Viewer(account=person, name=shown, role=role)
