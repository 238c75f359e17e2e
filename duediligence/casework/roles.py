"""Who may do what, where the setting `users` names people. A guard against slips, not a lock.

Whoever can write to the home folder can write there by other means too: who that is, is for the
machine's own permissions to say (docs/adr/0008-audit-chain.md).
"""

from collections.abc import Mapping
from os.path import normcase
from typing import Literal, get_args

from duediligence.errors import UsageError
from duediligence.model.casework.roles import Role

# Each ends the sentence "you may not …".
Action = Literal[
    "read",
    "refresh lists",
    "load registers",
    "import suppliers",
    "import declarations",
    "link suppliers",
    "screen",
    "decide",
    "decide second",
    "make reports",
    "send digests",
    "export",
    "audit",
    "apply retention",
    "change settings",
]
# These change nothing that is kept.
READING: frozenset[Action] = frozenset({"read", "audit"})

_READER: frozenset[Action] = frozenset({"read"})
_OFFICER: frozenset[Action] = _READER | {
    "refresh lists",
    "load registers",
    "import suppliers",
    "import declarations",
    "link suppliers",
    "screen",
    "decide",
    "make reports",
    "send digests",
    "export",
}
_MAY: Mapping[Role | None, frozenset[Action]] = {
    None: _READER,
    "officer": _OFFICER,
    "approver": _OFFICER | {"decide second"},
    "auditor": _READER | {"audit", "export"},
    "administrator": frozenset(get_args(Action)),
}


def allowed(role: Role | None, action: Action) -> bool:
    """Whether the role covers the action. None is a person whom nobody gave a role."""
    return action in _MAY[role]


def role_of(users: Mapping[str, Role], who: str) -> Role | None:
    """The role of an account; accounts of Windows are the same in capitals and small letters."""
    return {normcase(name): role for name, role in users.items()}.get(normcase(who))


def require(users: Mapping[str, Role], who: str, action: Action) -> None:
    """Raise UsageError, saying what is needed, unless this account may do it.

    Where nobody is named in `users`, one person keeps house and may do everything.
    """
    if not users:
        return
    role = role_of(users, who)
    if allowed(role, action):
        return
    needed = [each for each in get_args(Role) if allowed(each, action)]
    raise UsageError(
        f"{who!r} may not {action}: " + (f"the role is {role}" if role else "no role is given"),
        hint=f"It needs the role {' or '.join(needed)}. Ask whoever keeps the table [users] of "
        "the settings.",
    )
