"""Options that every command takes, and what they make: settings and a workspace."""

import os
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duediligence.progress import Progress

if TYPE_CHECKING:
    from duediligence.casework.roles import Action
    from duediligence.screening.workspace import Workspace
    from duediligence.settings import Resolved
    from duediligence.settings.working_folder import IgnoredFile

WITH_VALUE = ("--home", "--config")
WITHOUT_VALUE = ("--quiet", "-q")
# What these do, settings decide that somebody may believe to be in effect.
REFUSED_BESIDE_IGNORED_SETTINGS: "frozenset[Action]" = frozenset({"screen", "decide"})


class Globals:
    """What stood among the global options. One instance, filled by the root command."""

    def __init__(self) -> None:
        self.home: Path | None = None
        self.config: Path | None = None
        self.quiet = False
        self.only_help = False


GLOBALS = Globals()


def hoist(arguments: Sequence[str]) -> list[str]:
    """Move the global options to the front, so that they may stand anywhere on the line."""
    front: list[str] = []
    rest: list[str] = []
    remaining = iter(arguments)
    for argument in remaining:
        if argument == "--":
            rest += [argument, *remaining]
        elif argument in WITH_VALUE:
            front += [argument, *([value] if (value := next(remaining, None)) is not None else [])]
        elif argument in WITHOUT_VALUE or argument.startswith(tuple(f"{o}=" for o in WITH_VALUE)):
            front.append(argument)
        else:
            rest.append(argument)
    return front + rest


def resolve(**flags: Any) -> "Resolved":
    """The settings for this command. Flags that were not given are None."""
    from platformdirs import user_config_path, user_data_path

    from duediligence.settings import load

    return load(
        {"home": GLOBALS.home, **flags},
        os.environ,
        config=GLOBALS.config,
        user_folder=user_config_path("duediligence"),
        default_home=user_data_path("duediligence"),
    )


def ignored_settings() -> "IgnoredFile | None":
    """The `duediligence.toml` in the working folder, where it is not one that settings come from.

    Raises UsageError as `resolve`.
    """
    # Tried first: nothing is imported, and no settings are read, where there is none.
    if not os.path.isfile("duediligence.toml"):  # noqa: PTH113  (no error, whatever is there)
        return None
    from platformdirs import user_config_path

    from duediligence.settings.working_folder import ignored_file

    return ignored_file(Path.cwd(), resolve(), user_config_path("duediligence"))


def refuse_beside_ignored_settings(action: "Action") -> None:
    """Raise UsageError where the working folder holds settings for `action` that are not read."""
    if action in REFUSED_BESIDE_IGNORED_SETTINGS and (ignored := ignored_settings()):
        ignored.refuse()


def workspace(
    now: Callable[[], datetime] | None = None, *, action: "Action" = "read", **flags: Any
) -> "Workspace":
    """Open the workspace that the settings name, to do `action` in it.

    Raises UsageError where the user's role does not cover that, and before a screening or a
    decision where the working folder holds settings for it that are not read. Before anything is
    changed, the settings are recorded if they are others than before.
    """
    from duediligence.screening.workspace import Workspace

    refuse_beside_ignored_settings(action)

    settings = resolve(**flags).settings
    ws = Workspace(settings, now) if now else Workspace(settings)
    if action != "read":
        require(ws, action)
    return ws


def require(ws: "Workspace", action: "Action") -> None:
    """As `workspace(action=…)`, for one that is open. On an error it is closed."""
    from duediligence.casework.roles import READING
    from duediligence.casework.roles import require as require_role
    from duediligence.casework.settings_trail import record_settings

    try:
        require_role(ws.settings.users, ws.who, action)
        if action not in READING:
            # Flags belong to this one command, whose own event tells what they changed.
            record_settings(ws, resolve())
    except BaseException:
        ws.__exit__()
        raise


def progress() -> Progress:
    """Bars on stderr where it is a terminal and `--quiet` was not given; else silence."""
    from duediligence.progress import SILENT

    if GLOBALS.quiet or not sys.stderr.isatty():
        return SILENT
    from duediligence.cli.progress import Bars

    return Bars()


def say(message: str = "") -> None:
    """A result, to stdout."""
    print(message)  # noqa: T201


def note(message: str) -> None:
    """Something beside the result, to stderr; not with `--quiet`."""
    if not GLOBALS.quiet:
        print(message, file=sys.stderr)  # noqa: T201


def warn(message: str) -> None:
    """Something that must be seen, to stderr, `--quiet` or not."""
    print(message, file=sys.stderr)  # noqa: T201


def say_json(data: object) -> None:
    """Data in the envelope `{"version": 1, "data": …}`, to stdout."""
    import msgspec

    document = msgspec.json.encode({"version": 1, "data": data})
    say(msgspec.json.format(document, indent=2).decode())
