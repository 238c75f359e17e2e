"""Settings written as TOML by the program, in a file that a person may have written too."""

import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any

from duediligence.errors import Conflict


def format_settings_toml(document: Mapping[str, Any]) -> str:
    """Return a document of values and tables of values as TOML."""
    plain = {name: value for name, value in document.items() if not isinstance(value, Mapping)}
    tables = {name: value for name, value in document.items() if isinstance(value, Mapping)}
    lines = [f"{name} = {_format_toml_value(value)}" for name, value in plain.items()]
    for name, table in tables.items():
        lines += ["", *_format_toml_table(name, table)]
    return "\n".join(lines) + "\n"


def _format_toml_table(name: str, table: Mapping[str, Any]) -> list[str]:
    return [f"[{name}]", *(_format_toml_pair(key, value) for key, value in table.items())]


def _format_toml_pair(key: str, value: Any) -> str:
    plain = re.fullmatch(r"[a-z_]+", key)
    return f"{key if plain else _format_toml_string(key)} = {_format_toml_value(value)}"


def _format_toml_value(value: Any) -> str:
    if isinstance(value, str):
        return _format_toml_string(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_format_toml_value, value))}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(_format_toml_pair(key, one) for key, one in value.items())}}}"
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value)


def _format_toml_string(text: str) -> str:
    # A basic string of TOML is a string of JSON, but for one character that TOML escapes too.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def edit_settings_toml(text: str, changes: Mapping[str, Any]) -> str:
    """Return the text of a settings file with these settings changed, None: removed.

    Other lines stay as a person wrote them, comments too. Raises Conflict where the file is
    written in a way in which that cannot be done safely, ValueError for a text that is not TOML.
    """
    changes = {name: list(v) if isinstance(v, tuple) else v for name, v in changes.items()}
    document = tomllib.loads(text)
    wanted = {name: v for name, v in {**document, **changes}.items() if v is not None}
    # Not at every break that Unicode knows: a text may hold others.
    lines = text.split("\n")
    for name in document.keys() & changes.keys():
        lines = _remove_setting(lines, name)
    top = _find_first_table(lines)
    added = {name: value for name, value in changes.items() if value is not None}
    values = [
        f"{name} = {_format_toml_value(value)}"
        for name, value in added.items()
        if not isinstance(value, Mapping)
    ]
    tables = [
        line
        for name, value in added.items()
        if isinstance(value, Mapping)
        for line in ("", *_format_toml_table(name, value))
    ]
    edited = "\n".join([*lines[:top], *values, *lines[top:], *tables]).strip("\n") + "\n"
    try:
        done = tomllib.loads(edited) == wanted
    except ValueError:
        done = False
    if not done:
        raise Conflict(
            "The settings file is written in a way that this page cannot change safely",
            hint="Ask your IT team to make the change there.",
        )
    return edited


def _find_first_table(lines: list[str]) -> int:
    """Return the line at which the first table begins, or the comment directly above it."""
    at = next((n for n, line in enumerate(lines) if re.match(r"\s*\[", line)), len(lines))
    while at and at < len(lines) and lines[at - 1].lstrip().startswith("#"):
        at -= 1
    return at


def _remove_setting(lines: list[str], name: str) -> list[str]:
    """Return the lines without a setting; of a table its comments stay."""
    for at, line in enumerate(lines):
        if re.match(rf"\s*\[\s*{name}\s*\]", line):
            rest = lines[at + 1 :]
            end = next((n for n, one in enumerate(rest) if re.match(r"\s*\[", one)), len(rest))
            comments = [one for one in rest[:end] if one.lstrip().startswith("#")]
            return [*lines[:at], *comments, *rest[end:]]
        if re.match(rf"\s*{name}\s*=", line):
            for end in range(at + 1, len(lines) + 1):
                try:
                    tomllib.loads("\n".join(lines[at:end]))
                except ValueError:
                    continue
                return [*lines[:at], *lines[end:]]
    return lines
