"""Settings changed by form: checked, written to the home's file, and recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from threading import Lock
from typing import Any

from duediligence.casework import queue
from duediligence.errors import Conflict, Invalid, StorageError, UsageError
from duediligence.matching import DEFAULT_THRESHOLD
from duediligence.model import Severity
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
from duediligence.store.casework.alerts import AlertOutline
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


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesPreview:
    """What other rules would change of the alerts that there are. Nothing is changed.

    `states` holds each state whose number changes: how many alerts are in it, and would be. Of the
    alerts to decide `below` have a match under the new threshold; `by_two` would need two people
    that need one now, and `by_one` the other way round. `is_lower`: the new threshold is lower, so
    that a screening may find more.
    """

    states: Mapping[str, tuple[int, int]]
    below: int
    by_two: int
    by_one: int
    is_lower: bool


@use_case("read")
def preview_rules(workspace: Workspace, changes: Mapping[str, Any]) -> RulesPreview:
    """Return what these settings would change at once, or at the next screening.

    Raises as `change_settings`.
    """
    now, then = workspace.settings, change_settings(workspace, changes, dry_run=True).settings
    before, after = (queue.count_states_by(workspace, one) for one in (now, then))
    waiting = [one.lead for one in queue.list_waiting_events(workspace)]
    threshold = then.threshold or DEFAULT_THRESHOLD
    return RulesPreview(
        states={
            state: (before[state], after[state])
            for state in queue.STATES
            if before[state] != after[state]
        },
        below=sum(0 < one.score < threshold for one in waiting),
        by_two=_count_severities(waiting, then.second_decision, now.second_decision),
        by_one=_count_severities(waiting, now.second_decision, then.second_decision),
        is_lower=threshold < (now.threshold or DEFAULT_THRESHOLD),
    )


def _count_severities(
    alerts: Sequence[AlertOutline], those: Sequence[Severity], others: Sequence[Severity]
) -> int:
    """Return how many alerts have a severity among those and not among the others."""
    return sum(one.severity in those and one.severity not in others for one in alerts)


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
