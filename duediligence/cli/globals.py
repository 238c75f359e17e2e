"""Options that every command takes, and what they make: settings and a workspace."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duediligence.cli.hints import worded
from duediligence.errors import Hint
from duediligence.progress import Progress

if TYPE_CHECKING:
    from duediligence.screening.workspace import Workspace
    from duediligence.settings import Resolved
    from duediligence.settings.working_folder import IgnoredFile

WITH_VALUE = ("--home", "--config", "--log-file")
WITHOUT_VALUE = ("--quiet", "-q", "--verbose")


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


def workspace(**flags: Any) -> "Workspace":
    """Open the workspace that the settings name. What may be done in it, each use case checks."""
    from duediligence.screening.workspace import Workspace

    resolved = resolve(**flags)
    given = any(value is not None for value in flags.values())
    return Workspace(
        resolved.settings,
        # Flags belong to this one command, whose own event tells what they changed.
        resolved=resolve() if given else resolved,
        ignored=ignored_settings(),
    )


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

    document = msgspec.json.encode({"version": 1, "data": data}, enc_hook=_in_words)
    say(msgspec.json.format(document, indent=2).decode())


def _in_words(value: object) -> str:
    if isinstance(value, Hint):
        return worded(value)
    raise NotImplementedError(type(value).__name__)
