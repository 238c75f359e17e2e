"""Who may read the home: its owner alone, a group of the machine that it is shared with; and who
can read or change what the tool keeps.
"""

import os
import shlex
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from duediligence import permissions
from duediligence.casework.home_storage import Exposure
from duediligence.casework.setting_changes import BY_FORM, describe_settings, refuse_changed
from duediligence.errors import Forbidden, Hint, NotFound, Step, UsageError
from duediligence.model.audit import AuditKind
from duediligence.permissions import (
    POSIX,
    access_of,
    account_name,
    find_exposed_files,
    group_name,
    is_shared,
)
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace
from duediligence.settings import KEPT_IN_KEYRING, SECRET, EffectiveSettings
from duediligence.settings.system_keyring import read_keyring_secret
from duediligence.text.wording import count
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
def share(workspace: Workspace, group: str, *, seen: str | None = None) -> HomeAccess:
    """Let a group of this machine read and change everything in the home, now and later.

    `seen` names the roles that a form showed. Raises Unconfirmed where they have changed,
    NotFound for a group that there is not, Forbidden where this account does not own the
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
        roles = describe_settings(workspace, ["users"])
        refuse_changed(workspace, seen, roles, {}, "setting changed", BY_FORM)
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
    workspace.record(kind, what)


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


def check_exposure(resolved: EffectiveSettings) -> Iterator[Exposure]:
    """Look at the home and at each file that settings or secrets came from. Raises OSError."""
    home = resolved.settings.home
    yield _check_home_access(home)
    if found := list(find_exposed_files(home)):
        remedy = Step("share-home") if is_shared(home) else Step("close-home")
        files = count(len(found), "file or folder", "files and folders")
        yield Exposure(
            "loose files",
            False,
            Hint(f"{files} more open than the home, such as {found[0]}. To correct: ", remedy),
        )
    yield from _check_settings_files(resolved)
    yield _check_keyring(resolved)
    for name in KEPT_IN_KEYRING:
        try:
            _ = resolved.settings.describe_other_address(name) and resolved.settings.secret(name)
        except UsageError as error:
            yield Exposure(name, False, Hint(f"{error.message}. ", error.hint))


def _check_home_access(home: Path) -> Exposure:
    what = "who can read the home"
    if not POSIX:
        return Exposure(what, True, f"as the properties of {home} say, under Security")
    access = access_of(home)
    owner, group = account_name(access.owner), group_name(access.group)
    if not access.mode & (stat.S_IRWXG | stat.S_IRWXO):
        return Exposure(what, True, f"{access.mode:04o}: only {owner}")
    if access.by_everyone:
        who = "every account of this machine"
    elif is_shared(home):
        return Exposure(what, True, f"{access.mode:04o}: {owner} and the group {group}")
    else:
        who = f"{owner} and the group {group}, but new files only {owner}"
    return Exposure(
        what,
        False,
        Hint(
            f"{access.mode:04o}: {who}. To close it: `",
            Step("close-home"),
            "`. To share it with a group: ",
            Step("share-home"),
        ),
    )


def _check_settings_files(resolved: EffectiveSettings) -> Iterator[Exposure]:
    """Yield files of secrets that others can read, and files of settings that others can change."""
    settings, secrets = resolved.settings, set[Path]()
    for name in KEPT_IN_KEYRING:
        if path := getattr(settings, f"{name}_file"):
            secrets.add(path)
    for name in SECRET:
        secrets |= {path for path in resolved.files if str(path) == resolved.origins[name]}
    for path in sorted({*secrets, *resolved.files}):
        try:
            access = access_of(path)
            shared = is_shared(path.parent)
        except OSError:
            continue  # what needs it says so
        others = stat.S_IRWXO if shared else stat.S_IRWXO | stat.S_IRWXG
        can_read = access.mode & others & (stat.S_IRGRP | stat.S_IROTH) and path in secrets
        can_change = access.mode & others & (stat.S_IWGRP | stat.S_IWOTH)
        quoted = shlex.quote(str(path))
        what = "secret file" if path in secrets else "settings file"
        if POSIX and can_read:
            detail = f"{path} holds a secret that other accounts can read. Run: chmod go= {quoted}"
            yield Exposure(what, False, detail)
        elif POSIX and can_change:
            detail = f"{path} can be changed by other accounts. Run: chmod go-w {quoted}"
            yield Exposure(what, False, detail)


def _check_keyring(resolved: EffectiveSettings) -> Exposure:
    what, settings = "keyring", resolved.settings
    missing = [
        name
        for name in KEPT_IN_KEYRING
        if not (getattr(settings, name) or getattr(settings, f"{name}_file"))
    ]
    if not missing:
        return Exposure(what, True, "not needed")
    entries = {one: name for name in missing for one in (name, settings.keyring_entry(name))}
    answers = {one: read_keyring_secret(one) for one in entries}
    if given := dict.fromkeys(entries[one] for one, answer in answers.items() if answer.secret):
        return Exposure(what, True, f"gives {', '.join(given)}")
    problem = next((answer.problem for answer in answers.values() if answer.problem), "")
    return Exposure(what, True, f"not used: {problem or 'it holds no secret of this tool'}")
