"""Where settings come from: default < home < user's file < --config < environment < flag."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from duediligence.errors import UsageError
from duediligence.settings.checking import converted
from duediligence.settings.values import TABLES, Settings

PREFIX = "DUEDILIGENCE_"
CONFIG = PREFIX + "CONFIG"
FILENAME = "duediligence.toml"
LARGEST_FILE = 1_000_000
"""Bytes."""

# A value and where it came from, by the name of its setting.
_Layer = dict[str, tuple[Any, str]]


@dataclass(frozen=True, slots=True)
class Resolved:
    """Settings, where each value came from, and the files that were read, strongest last."""

    settings: Settings
    origins: Mapping[str, str]
    files: tuple[Path, ...] = ()


def load(
    flags: Mapping[str, Any],
    environment: Mapping[str, str],
    *,
    config: Path | None = None,
    user_folder: Path | None = None,
    default_home: Path,
) -> Resolved:
    """Resolve every setting. `flags` holds those given on the command line (None: not given).

    `duediligence.toml` is read from the home and then from `user_folder`, then `config` or the
    file that DUEDILIGENCE_CONFIG names. A later file overrides an earlier one setting by setting;
    a table is taken whole. Paths in a file count from its folder. Raises UsageError naming the
    file or variable for an unknown key, a value of the wrong kind, or a named file that is not
    there.
    """
    named, origin = config, "--config"
    if named is None and CONFIG in environment:
        named, origin = Path(environment[CONFIG]), CONFIG
    files: dict[Path, _Layer] = {}
    for path in (user_folder / FILENAME if user_folder else None, named):
        if path and path is named and not path.is_file():
            raise UsageError(f"{origin}: {str(path)!r} is not a file", hint="Check its name.")
        layer = _from_file(path) if path else None
        if path and layer is not None:
            # One file that is named twice counts where it is strongest.
            files = {other: one for other, one in files.items() if not other.samefile(path)}
            files[path.absolute()] = layer
    given = _from_environment(environment) | _from_flags(flags)

    home: Path = default_home
    for layer in (*files.values(), given):
        home, _ = layer.get("home", (home, ""))
    own = home.absolute() / FILENAME
    layer = _from_file(own)
    if layer is not None and not any(own.samefile(other) for other in files):
        if "home" in layer:
            raise UsageError(
                f"{own}: home cannot be set in the home's own file",
                hint="Delete that line. Set home with --home, DUEDILIGENCE_HOME or the "
                "duediligence.toml of your configuration folder.",
            )
        files = {own: layer, **files}

    found: _Layer = {"home": (default_home, "default")}
    for layer in (*files.values(), given):
        found |= layer
    origins = {f.name: "default" for f in fields(Settings)}
    origins |= {name: origin for name, (_, origin) in found.items()}
    values = {name: value for name, (value, _) in found.items()}
    return Resolved(Settings(**values), origins, tuple(files))


def read_document(path: Path) -> dict[str, Any] | None:
    """The TOML of a file as it is written; None where there is no such file. Raises UsageError."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            raise UsageError(f"{path}: cannot be read: it is over {LARGEST_FILE // 1_000_000} MB")
        return tomllib.loads(content.decode("utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        why = getattr(error, "strerror", None) or error
        raise UsageError(
            f"{path}: cannot be read: {why}", hint="Correct the file, or delete it."
        ) from error


def _from_file(path: Path) -> _Layer | None:
    path = path.absolute()
    document = read_document(path)
    if document is None:
        return None
    known = [f.name for f in fields(Settings)]
    layer: _Layer = {}
    for name, value in document.items():
        if name not in known:
            raise UsageError(
                f"{path}: there is no setting {name!r}",
                hint="The settings are: " + ", ".join(known) + ".",
            )
        found = converted(name, value, str(path))
        layer[name] = (path.parent / found if isinstance(found, Path) else found, str(path))
    return layer


def _from_environment(environment: Mapping[str, str]) -> _Layer:
    return {
        f.name: (converted(f.name, environment[variable], variable, strict=False), variable)
        for f in fields(Settings)
        if f.name not in TABLES and (variable := PREFIX + f.name.upper()) in environment
    }


def _from_flags(flags: Mapping[str, Any]) -> _Layer:
    layer: _Layer = {}
    for name, value in flags.items():
        if value is not None:
            flag = "--" + name.replace("_", "-")
            layer[name] = (converted(name, value, flag, strict=False), flag)
    return layer
