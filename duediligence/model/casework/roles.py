"""What part a person has in the work, and what it covers."""

from collections.abc import Mapping
from os.path import normcase
from typing import Literal, get_args

Role = Literal["officer", "approver", "auditor", "administrator"]
ROLES: tuple[Role, ...] = get_args(Role)

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
ACTIONS: tuple[Action, ...] = get_args(Action)
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
    "administrator": frozenset(ACTIONS),
}


def allowed(role: Role | None, action: Action) -> bool:
    """Whether the role covers the action. None is a person whom nobody gave a role."""
    return action in _MAY[role]


def role_of(users: Mapping[str, Role], who: str) -> Role | None:
    """The role of an account; accounts of Windows are the same in capitals and small letters."""
    return {normcase(name): role for name, role in users.items()}.get(normcase(who))
