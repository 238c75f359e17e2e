"""Who asks: the person at a browser, or the program that a person made a token for."""

from dataclasses import dataclass

from duediligence.model.audit import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """A person: the account that the audit chain names and the name that is shown.

    `role` is what sign-in says of them, None where it says nothing: then the setting `users`
    decides.
    """

    account: str
    name: str
    role: Role | None = None
