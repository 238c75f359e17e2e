"""Who can read or change what the tool keeps: the home, files of settings and of secrets."""

import shlex
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from duediligence.casework.drives import network_drive
from duediligence.errors import Hint, Step
from duediligence.permissions import (
    POSIX,
    access_of,
    account_name,
    find_exposed_files,
    group_name,
    is_shared,
)
from duediligence.settings import KEPT_IN_KEYRING, SECRET, EffectiveSettings
from duediligence.settings.system_keyring import read_keyring_secret
from duediligence.text.wording import count


@dataclass(frozen=True, slots=True)
class Exposure:
    """One thing that was looked at, and whether it is as it should be."""

    what: str
    safe: bool
    detail: str | Hint


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
    if drive := network_drive(home):
        yield Exposure(
            "drive",
            False,
            f"{home} is on a network drive ({drive}): two machines at once can damage its "
            "databases, and the server decides who may read them. Move it to a local disk",
        )
    yield from _check_settings_files(resolved)
    yield _check_keyring(resolved)


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
    answers = {name: read_keyring_secret(name) for name in missing}
    if given := [name for name, answer in answers.items() if answer.secret]:
        return Exposure(what, True, f"gives {', '.join(given)}")
    problem = next((answer.problem for answer in answers.values() if answer.problem), "")
    return Exposure(what, True, f"not used: {problem or 'it holds no secret of this tool'}")
