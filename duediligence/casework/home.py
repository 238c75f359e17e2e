"""Who may read the home: its owner alone, or a group of the machine that it is shared with."""

import os
from dataclasses import dataclass
from pathlib import Path

from duediligence import permissions
from duediligence.errors import Forbidden, NotFound, UsageError
from duediligence.model.audit import AuditEvent, AuditKind
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace
from duediligence.writing import storing


@dataclass(frozen=True, slots=True)
class HomeAccess:
    """Who may read the home now. `group` is empty where nobody but its owner may.

    `unchanged` are files in it that are another account's, whose modes only that account can set.
    """

    home: Path
    group: str
    unchanged: tuple[Path, ...] = ()


@use_case("change settings", event="home shared")
def share(workspace: Workspace, group: str) -> HomeAccess:
    """Let a group of this machine read and change everything in the home, now and later.

    Raises NotFound for a group that there is not, Forbidden where this account does not own the
    home or is not in the group, StorageError.
    """
    home = _own_home(workspace)
    import grp

    try:
        number = grp.getgrnam(group).gr_gid
    except KeyError:
        raise NotFound(
            f"This machine has no group {group!r}",
            hint="Ask whoever administers it to make one, with the accounts that share the home.",
        ) from None
    if os.geteuid() != 0 and number not in {os.getegid(), *os.getgroups()}:
        raise Forbidden(
            f"{workspace.who!r} is not in the group {group!r}",
            hint="Ask whoever administers this machine to add the account, then sign in again.",
        )
    with workspace.casework.transaction(), storing(home):
        _record_home_event(workspace, "home shared", group)
        return HomeAccess(home, group, permissions.share_home(home, number))


@use_case("change settings", event="home closed")
def close(workspace: Workspace) -> HomeAccess:
    """Let nobody but its owner read anything in the home.

    Raises Forbidden where this account does not own the home, StorageError.
    """
    home = _own_home(workspace)
    with workspace.casework.transaction(), storing(home):
        _record_home_event(workspace, "home closed", "")
        return HomeAccess(home, "", permissions.close_home(home))


def _record_home_event(workspace: Workspace, kind: AuditKind, group: str) -> None:
    what = {"group": group} if group else {}
    workspace.audit.add(AuditEvent(kind, workspace.now(), workspace.who, what))


def _own_home(workspace: Workspace) -> Path:
    home = workspace.home
    if not permissions.POSIX:
        raise UsageError(
            "Who may read a folder is not set by this tool on Windows",
            hint=f"Set it in the properties of {home}, under Security.",
        )
    with storing(home):
        owner = permissions.access_of(home).owner
    if os.geteuid() not in (0, owner):
        raise Forbidden(
            f"{home} belongs to {permissions.account_name(owner)}, not to {workspace.who}",
            hint="Only the account that it belongs to can say who may read it.",
        )
    return home
