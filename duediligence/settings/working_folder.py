"""A `duediligence.toml` in the working folder: never read as settings, and never ignored unsaid."""

import os
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from duediligence.errors import UsageError
from duediligence.settings import ABOUT, FILENAME, PATHS, EffectiveSettings, read_document


@dataclass(frozen=True, slots=True)
class IgnoredFile:
    """A file of settings that is not read.

    `advice` is what to do about it, with the command. `deciding` says what in it would decide what
    is screened or who must decide; empty where nothing does.
    """

    path: Path
    advice: str
    deciding: str

    @property
    def notice(self) -> str:
        """Return one line for the user."""
        return (
            f"{self.path} is not used, because settings are not read from the working folder. "
            f"{self.advice}"
        )

    def refuse(self) -> None:
        """Raise UsageError where what it holds would decide what is screened or who must decide."""
        if self.deciding:
            raise UsageError(
                f"{self.path} is not used, but holds {self.deciding}: results may not be what "
                "you expect",
                hint=f"Delete it, or keep it in use. {self.advice}",
            )


def ignored_file(
    folder: Path, resolved: EffectiveSettings, user_folder: Path
) -> IgnoredFile | None:
    """Return the `duediligence.toml` in the working folder `folder`, unless it is one that was
    read.
    """
    path = folder / FILENAME
    try:
        if not path.is_file() or any(path.samefile(read) for read in resolved.files):
            return None
        document: dict[str, Any] | None = read_document(path) or {}
    except OSError:
        return None
    except UsageError:
        document = None
    deciding = (
        _format_deciding_settings(document)
        if document is not None
        else "settings that cannot be read"
    )
    # In the home's own file it would be refused.
    to = user_folder if document and "home" in document else resolved.settings.home.absolute()
    return IgnoredFile(path, _format_move_hint(path, to / FILENAME, document or {}), deciding)


def _format_deciding_settings(document: dict[str, Any]) -> str:
    known = ABOUT.keys()
    names = [name for name, about in ABOUT.items() if name in document and not about.harmless]
    # Their names are not shown: anybody may have written them.
    return ", ".join([*names, *(["unknown settings"] if document.keys() - known else [])])


def _format_move_hint(path: Path, to: Path, document: dict[str, Any]) -> str:
    if os.path.lexists(to):
        return (
            f"Copy what you need into {to}, then delete it: {_format_shell_command('delete', path)}"
        )
    relative = ", ".join(
        name
        for name, value in document.items()
        if name in PATHS and isinstance(value, str) and not Path(value).is_absolute()
    )
    first = f"Write {relative} as a full path, then move it" if relative else "Move it"
    folder = "" if to.parent.is_dir() else _format_shell_command("make", to.parent) + " && "
    return f"{first}: {folder}{_format_shell_command('move', path, to)}"


_SHELL = {"move": "mv", "delete": "rm", "make": "mkdir -p"}
_WINDOWS = {"move": "move", "delete": "del", "make": "mkdir"}


def _format_shell_command(what: str, *paths: Path) -> str:
    if os.name == "nt":
        return " ".join([_WINDOWS[what], *(f'"{path}"' for path in paths)])
    return " ".join([_SHELL[what], *(shlex.quote(str(path)) for path in paths)])
