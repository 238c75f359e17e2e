"""Where settings come from: default < TOML file < environment < flag."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from duediligence.errors import UsageError
from duediligence.settings.checking import converted
from duediligence.settings.values import TABLES, Settings

PREFIX = "DUEDILIGENCE_"
FILENAME = "duediligence.toml"


@dataclass(frozen=True, slots=True)
class Resolved:
    """Settings, and where each value came from."""

    settings: Settings
    origins: Mapping[str, str]


def load(
    flags: Mapping[str, Any],
    environment: Mapping[str, str],
    *,
    folders: tuple[Path, ...] = (),
    default_home: Path,
) -> Resolved:
    """Resolve every setting. `flags` holds those given on the command line (None: not given).

    `folders` are searched in order for `duediligence.toml`; the first one found is used. Raises
    UsageError naming the file or variable for an unknown key or a value of the wrong kind.
    """
    values: dict[str, Any] = {"home": default_home}
    origins = {f.name: "default" for f in fields(Settings)}
    path = next((p for folder in folders if (p := folder / FILENAME).is_file()), None)
    if path is not None:
        values |= _from_file(path, origins)
    for name in origins:
        variable = PREFIX + name.upper()
        if variable in environment and name not in TABLES:
            values[name] = converted(name, environment[variable], variable, strict=False)
            origins[name] = variable
    for name, value in flags.items():
        if value is not None:
            values[name] = converted(name, value, "--" + name.replace("_", "-"), strict=False)
            origins[name] = "--" + name.replace("_", "-")
    return Resolved(Settings(**values), origins)


def _from_file(path: Path, origins: dict[str, str]) -> dict[str, Any]:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path}: cannot be read: {error}") from error
    values = {}
    for name, value in document.items():
        if name not in origins:
            raise UsageError(
                f"{path}: there is no setting {name!r}",
                hint="The settings are: " + ", ".join(origins) + ".",
            )
        values[name] = converted(name, value, str(path))
        origins[name] = str(path)
    return values
