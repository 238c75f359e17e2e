"""The settings in effect as a person sees them: each value, and where it came from."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import msgspec

from duediligence.settings import FILENAME, KEPT_IN_KEYRING, SECRET, EffectiveSettings
from duediligence.settings.system_keyring import read_keyring_secret


@dataclass(frozen=True, slots=True)
class SettingView:
    """A setting; of a secret, `value` says only whether it is set. `origin` is where it is from."""

    name: str
    value: object
    origin: str

    @property
    def written(self) -> str:
        """Return the value as a person would write it; an unset one and an empty table are
        blank.
        """
        if self.value is None or (isinstance(self.value, Mapping) and not self.value):
            return ""
        if isinstance(self.value, str):
            return self.value
        return msgspec.json.encode(self.value).decode()


def setting_views(resolved: EffectiveSettings) -> tuple[SettingView, ...]:
    """Return each setting, in the order of the table of settings. Asks the keyring of the
    system.
    """
    values = {one.name: getattr(resolved.settings, one.name) for one in fields(resolved.settings)}
    origins = dict(resolved.origins)
    for name in KEPT_IN_KEYRING:
        entries = dict.fromkeys((resolved.settings.keyring_entry(name), name))
        given = values[name] or values[f"{name}_file"]
        if not given and any(read_keyring_secret(one).secret for one in entries):
            values[name], origins[name] = "set", "the system keyring"
    values |= {name: "set" if values[name] else "not set" for name in SECRET}
    return tuple(
        SettingView(name, str(value) if isinstance(value, Path) else value, origins[name])
        for name, value in values.items()
    )


def files_read(resolved: EffectiveSettings) -> str:
    """Return which settings files were read, in a sentence; where none was, where it belongs."""
    if resolved.files:
        read = ", ".join(map(str, resolved.files))
        return f"Files read, each overrides the one before: {read}"
    return f"No settings file was found. It belongs at {resolved.settings.home / FILENAME}"
