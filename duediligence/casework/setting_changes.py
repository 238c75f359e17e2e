"""Settings changed by form: checked against what it showed, written to the file, and recorded."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from types import MappingProxyType
from typing import Any

import msgspec

from duediligence.casework import queue
from duediligence.errors import Conflict, Invalid, StorageError, Unconfirmed, UsageError
from duediligence.matching import DEFAULT_THRESHOLD
from duediligence.model import Severity
from duediligence.model.audit import AuditKind, is_action_allowed
from duediligence.reading import regular
from duediligence.render.wording import moment
from duediligence.screening.access import record_settings, use_case
from duediligence.screening.workspace import Workspace
from duediligence.settings import (
    ABOUT,
    FILENAME,
    KEPT_IN_KEYRING,
    SECRET,
    TABLES,
    EffectiveSettings,
    Settings,
    convert_setting,
    reread_own_file,
)
from duediligence.settings.editing import edit_settings_toml
from duediligence.settings.system_keyring import read_keyring_secret, store_keyring_secret
from duediligence.store.casework.alerts import AlertOutline
from duediligence.writing import write_text

BY_FORM = "form"
"""The subject of the event of what was changed."""


@use_case("change settings", event="setting changed")
def change_settings(
    workspace: Workspace,
    changes: Mapping[str, Any],
    *,
    secrets: Mapping[str, str | None] = MappingProxyType({}),
    seen: str | None = None,
    confirmed: str = "",
    dry_run: bool = False,
) -> EffectiveSettings:
    """Write settings to the home's own file, and return all as they are from now on; with `dry_run`
    as they would be.

    A value is a text as a person typed it, or one of the setting's kind; None sets the default
    again. `secrets` are kept in the keyring of this computer: an empty one is removed from there,
    None stays. `seen` names what a form showed of all these (`describe_settings`), None: nothing.
    Raises Invalid with the setting as its `field`, Conflict where a variable, an option or another
    file decides a setting, or there is no keyring; Unconfirmed where what is stored is no longer
    what was shown, and where whoever works here would lose the right to change settings, unless
    `confirmed`; UsageError for a file that cannot be read, StorageError.
    """
    if dry_run:
        return _apply(reread_own_file(_known(workspace)), changes)
    # Other changes of settings, in this process or another, wait here.
    with workspace.casework.transaction():
        before = reread_own_file(_known(workspace))
        names = (*changes, *secrets)
        after = _apply(before, changes)
        refuse_changed(
            workspace,
            seen,
            _describe(workspace, before.settings, names),
            _describe(workspace, after.settings, changes)
            | {name: "another one" for name, typed in secrets.items() if typed is not None},
            "setting changed",
            BY_FORM,
        )
        _check_roles(workspace, before.settings, after.settings, confirmed)
        for name, secret in secrets.items():
            if secret is not None:
                _keep_secret(workspace, before.settings, after.settings, name, secret)
        for name in KEPT_IN_KEYRING:
            entry = before.settings.keyring_entry(name)
            if entry != after.settings.keyring_entry(name) and read_keyring_secret(entry).secret:
                store_keyring_secret(entry, "")
                workspace.record("setting changed", {name: "dropped with its address"}, name)
        _write_changes(workspace, before, after)
    return after


@use_case("read")
def describe_settings(workspace: Workspace, names: Iterable[str]) -> Mapping[str, object]:
    """Return what a form shows of settings: their values in the file now; of a secret when it was
    changed last. Raises UsageError for a file that cannot be read.
    """
    return _describe(workspace, reread_own_file(_known(workspace)).settings, names)


def _describe(workspace: Workspace, settings: Settings, names: Iterable[str]) -> dict[str, object]:
    return {
        name: _describe_kept(workspace, name) if name in SECRET else getattr(settings, name)
        for name in names
    }


def _describe_kept(workspace: Workspace, name: str) -> str:
    for record in workspace.audit.records(kind="setting changed", subject=name, last=1):
        event = record.event
        return (
            f"{event.what.get(name)} by {event.who}, {moment(event.at)} (record {record.position})"
        )
    return ""


def _known(workspace: Workspace) -> EffectiveSettings:
    return workspace.resolved or EffectiveSettings(workspace.settings, {})


def _apply(before: EffectiveSettings, changes: Mapping[str, Any]) -> EffectiveSettings:
    """Return the settings with these changed. Where a form changes what a secret is sent to, it
    stays known what that was. Raises as `change_settings`.
    """
    values = {name: _check_setting(before, name, value) for name, value in changes.items()}
    changed = {n: v for n, v in values.items() if v != getattr(before.settings, n)}
    kept = dict(before.settings.before_forms)
    for name in changed.keys() & {to for about in ABOUT.values() for to in about.sent_to}:
        kept.setdefault(name, str(getattr(before.settings, name) or ""))
        if kept[name] == str(changed[name] or ""):
            del kept[name]
    if kept != before.settings.before_forms:
        changed["before_forms"] = kept
    own = str(before.settings.home.absolute() / FILENAME)
    defaults = Settings(home=before.settings.home)
    origins = {
        **before.origins,
        **{n: "default" if v == getattr(defaults, n) else own for n, v in changed.items()},
    }
    return replace(before, settings=replace(before.settings, **changed), origins=origins)


def _write_changes(
    workspace: Workspace, before: EffectiveSettings, after: EffectiveSettings
) -> None:
    own, defaults = workspace.settings.home.absolute() / FILENAME, Settings(home=workspace.home)
    changed = {
        name: value
        for name in ABOUT
        if (value := getattr(after.settings, name)) != getattr(before.settings, name)
    }
    if not changed:
        return
    written = {n: None if v == getattr(defaults, n) else v for n, v in changed.items()}
    try:
        text = regular(own).read_text(encoding="utf-8-sig") if own.exists() else ""
        write_text(own, edit_settings_toml(text, written))
    except (OSError, ValueError) as error:
        why = f"{own}: cannot be read: {error}"
        raise StorageError(why, hint="Correct the file.") from error
    workspace.record("setting changed", {"settings": tuple(changed)}, BY_FORM)
    record_settings(workspace, after)


def _check_roles(workspace: Workspace, before: Settings, after: Settings, confirmed: str) -> None:
    """Raise Invalid where no administrator would be left, and Unconfirmed where the person at work
    would lose the right to change roles.
    """
    users = after.users
    if users == before.users:
        return
    if "administrator" not in users.values():
        raise Invalid("Keep an administrator: nobody else can set up", field="users")
    then = Workspace(after, who=workspace.who, signed_in=workspace.signed_in)
    answer = name_shown(users)
    if is_action_allowed(then.role, "change settings") or confirmed == answer:
        return
    keepers = ", ".join(one for one, role in users.items() if role == "administrator")
    raise Unconfirmed(
        f"You, {workspace.who}, would be administrator no more",
        [(workspace.who, "administrator", then.role or "no role")],
        hint=f"Then only {keepers} could change roles. If a name there is not as that person signs "
        "in, nobody could.",
        asks="confirmed",
        answer=answer,
    )


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


def _check_setting(before: EffectiveSettings, name: str, value: Any) -> Any:
    if place := before.find_other_place(name):
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


def _keep_secret(
    workspace: Workspace, before: Settings, after: Settings, name: str, secret: str
) -> None:
    """Keep a secret in the keyring, for what it is sent to after the change alone; remove it where
    it is empty. Only that it changed is recorded.
    """
    assert name in KEPT_IN_KEYRING
    if not (secret.isascii() and secret.isprintable() and len(secret) <= 200) or " " in secret:
        raise Invalid("It is one line of letters, digits and signs: copy it again", field=name)
    old = {name, before.keyring_entry(name)} - {after.keyring_entry(name)}
    for entry, text in {after.keyring_entry(name): secret, **dict.fromkeys(old, "")}.items():
        if problem := store_keyring_secret(entry, text):
            raise Conflict(
                f"It cannot be kept in the keyring of this computer: {problem}",
                hint="Ask your IT team to set it up, or to keep it in a file.",
            )
    what = {name: f"{'set' if secret else 'removed'} in the keyring of this computer"}
    workspace.record("setting changed", what, name)


def name_shown(state: object) -> str:
    """Return the digest by which a form names what it shows. A secret is never part of it."""
    text = msgspec.json.encode(state, enc_hook=str, order="deterministic")
    return sha256(text).hexdigest()[:16]


def refuse_changed(
    workspace: Workspace,
    seen: str | None,
    stored: Mapping[str, object],
    new: Mapping[str, object],
    kind: AuditKind,
    subject: str | None = None,
) -> None:
    """Raise Unconfirmed where `stored` is not what a form showed, which is named by `seen`.

    None: no form showed it, and it is read and written in one go. Call it in the transaction in
    which `new` is stored. Events of that kind and subject say who changed it.
    """
    if seen in (None, name_shown(stored)):
        return
    by = ""
    for record in workspace.audit.records(kind=kind, subject=subject, last=1):
        by = f"The last change on record is by {record.event.who}, {moment(record.event.at)}. "
    raise Unconfirmed(
        "What is stored has changed since it was shown to you",
        [*_compare(stored, new)],
        hint=f"{by}Save what you entered over it, or keep what is stored.",
        asks="seen",
        answer=name_shown(stored),
    )


def _compare(
    stored: Mapping[str, object], new: Mapping[str, object]
) -> Iterator[tuple[str, str, str]]:
    for name in dict.fromkeys((*stored, *new)):
        old, typed = stored.get(name), new.get(name, stored.get(name))
        if isinstance(old, Mapping) and isinstance(typed, Mapping):
            yield from _compare(
                {one: old.get(one) for one in (*old, *typed)}, {**dict.fromkeys(old), **typed}
            )
        elif _word(old) != _word(typed):
            yield name, _word(old), _word(typed)


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(_word, value))
    return "" if value is None else str(value)
