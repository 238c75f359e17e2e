"""One value as its setting has it, or what is wrong with it."""

import re
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import msgspec

from duediligence.errors import UsageError
from duediligence.settings.values import SECRET, Settings

# What may stand for `{part}` in the name and the address of a file.
PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,119}", re.ASCII)
# One exact name: no pattern, no port, and no number, which no certificate of a publisher is for.
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?=.{{4,253}}\Z)(?:{_LABEL}\.)+(?![0-9]+\Z)(?=[a-z]){_LABEL}", re.ASCII)
_AT_LEAST_ONE = frozenset({"limit", "workers", "keep_snapshots", "review_months"})


def converted(name: str, value: Any, origin: str, *, strict: bool = True) -> Any:
    """The value as the setting's own kind. `strict`: it is no text that stands for another kind.

    Raises UsageError naming `origin`, the file, variable or flag, for one that cannot be.
    """
    kind = next(f.type for f in fields(Settings) if f.name == name)
    if isinstance(value, Path):
        return value
    if kind in (Path, Path | None) and value == "":
        # It would be the working folder.
        raise UsageError(f"{origin}: {name} cannot be empty", hint="Name a path, or leave it out.")
    try:
        found = msgspec.convert(value, kind, strict=strict, dec_hook=lambda t, v: t(v))
    except msgspec.ValidationError as error:
        shown = "what it is" if name in SECRET else repr(value)
        raise UsageError(f"{origin}: {name} cannot be {shown}: {error}") from error
    if name == "threshold" and found is not None and not 0 < found <= 1:
        raise UsageError(f"{origin}: threshold must be above 0 and at most 1, not {found:g}")
    if name == "decision_months" and not 1 <= found <= 120:
        raise UsageError(f"{origin}: decision_months must be 1 to 120, not {found}")
    if name == "parts":
        _check_parts(found, origin)
    if name == "hosts":
        _check_hosts(found, origin)
    if name in _AT_LEAST_ONE and found is not None and found < 1:
        raise UsageError(f"{origin}: {name} must be 1 or more, not {found}")
    return found


def _check_parts(parts: Mapping[str, tuple[str, ...]], origin: str) -> None:
    for list_id, names in parts.items():
        for number, part in enumerate(names):
            if not PART.fullmatch(part):
                raise UsageError(
                    f"{origin}: parts of {list_id} cannot be {part[:120]!r}",
                    hint="A part is 1 to 120 letters, digits, spaces, dots, hyphens or "
                    "underscores.",
                )
            if part.casefold() in {other.casefold() for other in names[:number]}:
                raise UsageError(f"{origin}: parts of {list_id} has {part!r} twice")


def _check_hosts(hosts: Mapping[str, tuple[str, ...]], origin: str) -> None:
    for list_id, names in hosts.items():
        for host in names:
            if not _HOST.fullmatch(host) or host.endswith((".localhost", ".local")):
                raise UsageError(
                    f"{origin}: hosts of {list_id} cannot be {host[:120]!r}",
                    hint="Write the whole name of one host in small letters, such as "
                    "files.example.org: no *, no https://, no port and no number.",
                )
