"""Settings changed by form: checked, written to the home's file, and recorded."""

from collections.abc import Mapping
from dataclasses import fields, replace
from threading import Lock
from typing import Any

from duediligence.errors import Conflict, Invalid, StorageError, UsageError
from duediligence.model.audit import AuditEvent
from duediligence.reading import regular
from duediligence.screening.access import record_settings, use_case
from duediligence.screening.workspace import Workspace
from duediligence.settings import (
    FILENAME,
    KEPT_IN_KEYRING,
    PREFIX,
    TABLES,
    EffectiveSettings,
    Settings,
    convert_setting,
)
from duediligence.settings.editing import edit_settings_toml
from duediligence.settings.system_keyring import store_keyring_secret
from duediligence.writing import write_text

# Two who save at once must not lose what the other saved: a home has one console.
_ONE_AT_A_TIME = Lock()


@use_case("change settings", event="setting changed")
def change_settings(
    workspace: Workspace, changes: Mapping[str, Any], *, dry_run: bool = False
) -> EffectiveSettings:
    """Write settings to the home's own file, and return all as they are from now on; with `dry_run`
    as they would be.

    A value is a text as a person typed it, or one of the setting's kind; None sets the default
    again. Raises Invalid with the setting as its `field`, Conflict where a variable, an option or
    another file decides a setting, UsageError for a file that cannot be read, StorageError.
    """
    before = workspace.resolved or EffectiveSettings(workspace.settings, {})
    own = workspace.settings.home.absolute() / FILENAME
    values = {name: _check_setting(before, name, value) for name, value in changes.items()}
    changed = {n: v for n, v in values.items() if v != getattr(before.settings, n)}
    if dry_run or not changed:
        return replace(before, settings=replace(before.settings, **changed))
    defaults = Settings(home=workspace.home)
    written = {
        name: None if value == getattr(defaults, name) else value for name, value in changed.items()
    }
    try:
        with _ONE_AT_A_TIME:
            text = regular(own).read_text(encoding="utf-8-sig") if own.exists() else ""
            write_text(own, edit_settings_toml(text, written))
    except (OSError, ValueError) as error:
        why = f"{own}: cannot be read: {error}"
        raise StorageError(why, hint="Correct the file.") from error
    origins = {each.name: before.origins.get(each.name, "default") for each in fields(defaults)}
    origins |= {n: "default" if v is None else str(own) for n, v in written.items()}
    files = before.files if own in before.files else (own, *before.files)
    after = EffectiveSettings(replace(before.settings, **changed), origins, files)
    record_settings(workspace, after)
    return after


def find_other_place(resolved: EffectiveSettings, name: str) -> str:
    """Return the variable, option or file that counts before the home's own file for a setting;
    empty where that file decides.
    """
    origin = resolved.origins.get(name, "default")
    home = resolved.settings.home.absolute()
    others = {str(path) for path in resolved.files if path.parent != home}
    return origin if origin.startswith((PREFIX, "--")) or origin in others else ""


def _check_setting(before: EffectiveSettings, name: str, value: Any) -> Any:
    if place := find_other_place(before, name):
        raise Conflict(
            f"The setting {name} is set in {place}, which counts before what is entered here",
            hint="Ask your IT team to remove it there.",
        )
    if value is None or value == "":
        return getattr(Settings(home=before.settings.home), name)
    try:
        return convert_setting(name, value, "This", strict=name in TABLES)
    except UsageError as error:
        raise Invalid(error.message, field=name, hint=error.hint) from error


@use_case("change settings", event="setting changed")
def keep_secret(workspace: Workspace, name: str, secret: str) -> None:
    """Keep a secret setting in the keyring of this computer; empty removes it from there.

    Only that it changed is recorded. Raises Invalid for what is no secret of one line, Conflict
    where there is no keyring.
    """
    assert name in KEPT_IN_KEYRING
    if not (secret.isascii() and secret.isprintable() and len(secret) <= 200) or " " in secret:
        raise Invalid("It is one line of letters, digits and signs: copy it again", field=name)
    if problem := store_keyring_secret(name, secret):
        raise Conflict(
            f"It cannot be kept in the keyring of this computer: {problem}",
            hint="Ask your IT team to set it up, or to keep it in a file.",
        )
    what = {name: f"{'set' if secret else 'removed'} in the keyring of this computer"}
    event = AuditEvent("setting changed", workspace.now(), workspace.who, what, name)
    workspace.audit.add(event)
