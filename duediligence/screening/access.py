"""Who may do what. Each use case says what it does, and is refused before it does anything.

A use case is a function of a workspace that a front end calls: the command line, a console, or a
Python program. `@use_case` checks the role of whoever works there, where a role is needed, refuses
beside a settings file that is not read, records the settings in effect and each refusal, and drops
the birth dates of people for whoever may not see them. No front end repeats that, and none can
leave it out.

It guards against slips and is no lock: whoever can write to the home folder can write there by
other means too. Who that is, is for the machine's own permissions to say.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import MISSING, dataclass, fields
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

import msgspec

from duediligence.errors import Forbidden, StorageError, UsageError
from duediligence.model.audit import (
    ACTIONS,
    NEEDS_A_ROLE,
    READING,
    ROLES,
    WITHOUT_DATABASE,
    Action,
    AuditEvent,
    AuditKind,
    AuditValue,
    Role,
    is_action_allowed,
)
from duediligence.model.birth_dates import without_birth_dates
from duediligence.screening.run.policy import read_policy
from duediligence.screening.workspace import Workspace
from duediligence.settings import FILENAME, PERSONAL, SECRET, EffectiveSettings, Settings

P = ParamSpec("P")
T = TypeVar("T")

# What these do, settings decide that somebody may believe to be in effect.
REFUSED_BESIDE_IGNORED_SETTINGS: frozenset[Action] = frozenset({"screen", "decide"})

# A person is shown these on purpose, which is recorded; no program is.
NOT_BY_PROGRAMS: frozenset[Action] = frozenset(
    {"see restricted records", "see personal insolvency", "bring copies back"}
)

# An address without user, query and fragment: those may hold a key, and nothing leaves the chain.
_ADDRESS = re.compile(r'(https?://)(?:[^/"\s]*@)?([^"?#\s]*)(?:[?#][^"\s]*)?')


@dataclass(frozen=True, slots=True)
class UseCase:
    """What a front end may call: the action that a role must cover, and the audit event that it
    leaves (None for one that only reads, or leaves one only where it shows or names somebody).
    """

    action: Action
    event: AuditKind | None
    function: Callable[..., object]


# By module and name. A front end calls nothing else with a workspace (tests/architecture).
USE_CASES: dict[str, UseCase] = {}


def use_case(
    action: Action, *, event: AuditKind | None = None
) -> Callable[[Callable[Concatenate[Workspace, P], T]], Callable[Concatenate[Workspace, P], T]]:
    """Declare a function of a workspace as a use case that does `action`.

    Called with `dry_run=True`, it needs the same role and records nothing; with `restricted=True`,
    it also needs the right to see restricted records. Calling it raises Forbidden where the role
    does not cover the action, and UsageError beside settings that are not read, before anything is
    done. What it returns has no birth dates for whoever may not see them.
    """

    def declare(
        function: Callable[Concatenate[Workspace, P], T],
    ) -> Callable[Concatenate[Workspace, P], T]:
        @wraps(function)
        def permitted(workspace: Workspace, /, *args: P.args, **kwargs: P.kwargs) -> T:
            try:
                if kwargs.get("dry_run"):
                    permit(workspace, "read")
                    require_action(workspace, action)
                else:
                    permit(workspace, action)
                if kwargs.get("restricted"):
                    permit(workspace, "see restricted records")
                return hide_birth_dates(workspace, function(workspace, *args, **kwargs))
            except Forbidden as refused:
                # Once more: what was recorded within a transaction went with it.
                record_refusal(workspace, refused)
                raise

        USE_CASES[f"{function.__module__}.{function.__name__}"] = UseCase(action, event, permitted)
        return permitted

    return declare


def action_of(function: Callable[..., object]) -> Action:
    """Return what a role must cover for a use case."""
    return USE_CASES[f"{function.__module__}.{function.__name__}"].action


def permit(workspace: Workspace, action: Action) -> None:
    """Raise unless whoever works here may do `action`; before a change, record the settings.

    A home that an earlier version left open is closed then, too. Raises Forbidden, saying which
    role is needed; UsageError where the working folder holds settings for the action that are not
    read; StorageError. One person who works alone may do everything (`Workspace.needs_role`),
    but for what NEEDS_A_ROLE names.
    """
    refuse_beside_ignored_settings(workspace, action)
    require_action(workspace, action)
    if action not in READING | WITHOUT_DATABASE:
        workspace.close_earlier_home()
        resolved = workspace.resolved or _of_a_program(workspace.settings)
        if workspace.recorded != (workspace.who, resolved):
            record_settings(workspace, resolved)
            workspace.recorded = (workspace.who, resolved)


def require_action(workspace: Workspace, action: Action) -> None:
    """Raise unless whoever works here may do `action`; only a refusal is recorded.

    Raises Forbidden, StorageError.
    """
    if refused := find_refusal(workspace, action):
        record_refusal(workspace, refused)
        raise refused


def find_refusal(workspace: Workspace, action: Action) -> Forbidden | None:
    """Return why the role of whoever works here does not cover `action`, saying which role is
    needed; None where it does. Nothing is recorded. Raises StorageError.
    """
    role = workspace.role
    if _role_covers(workspace, role, action):
        return None
    if workspace.by_program and is_action_allowed(role, action):
        return Forbidden(
            f"A program may not {action}",
            hint="Use the console or the command line.",
            action=action,
        )
    elsewhere = "gives roles where you sign in, or " if workspace.signed_in else ""
    ask = f"Ask whoever {elsewhere}maintains the table [users] of the settings"
    users = workspace.settings.users.items()
    if named := sorted(name for name, given in users if given == "administrator"):
        ask += f"; administrators are {', '.join(named)}"
    *others, last = (each for each in ROLES if is_action_allowed(each, action))
    needed = f"{', '.join(others)} or {last}" if others else last
    return Forbidden(
        f"{workspace.who!r} may not {action}: "
        + (f"the role is {role}" if role else "no role is given"),
        hint=f"It needs the role {needed}. {ask}.",
        action=action,
    )


def _role_covers(workspace: Workspace, role: Role | None, action: Action) -> bool:
    if workspace.by_program and action in NOT_BY_PROGRAMS:
        return False
    return not (workspace.needs_role or action in NEEDS_A_ROLE) or is_action_allowed(role, action)


def list_allowed_actions(workspace: Workspace) -> frozenset[Action]:
    """Return every action that whoever works here may do. Raises StorageError."""
    role = workspace.role
    return frozenset(one for one in ACTIONS if _role_covers(workspace, role, one))


def may_see_personal_insolvency(workspace: Workspace) -> bool:
    """Return whether whoever works here may see who is or was insolvent as a person."""
    return find_refusal(workspace, "see personal insolvency") is None


def hide_birth_dates(workspace: Workspace, value: T) -> T:
    """Return what whoever works here may see of the value: birth dates only with that right."""
    if find_refusal(workspace, "see birth dates") is None:
        return value
    return without_birth_dates(value)


def record_refusal(workspace: Workspace, refused: Forbidden) -> None:
    """Record that a role did not cover an action, once for each person, action and day. That it
    cannot be recorded is no other error: the refusal itself counts.
    """
    with suppress(StorageError):
        if refused.action and not workspace.casework.is_in_transaction:
            what: dict[str, AuditValue] = {"action": refused.action, "role": workspace.role}
            workspace.audit.add_refusal(
                AuditEvent(
                    "access refused", workspace.now(), workspace.who, what, subject=workspace.who
                )
            )


def refuse_beside_ignored_settings(workspace: Workspace, action: Action) -> None:
    """Raise UsageError where the working folder holds settings for `action` that are not read."""
    if action in REFUSED_BESIDE_IGNORED_SETTINGS and workspace.ignored:
        workspace.ignored.refuse()


def record_settings(workspace: Workspace, resolved: EffectiveSettings) -> bool:
    """Record the settings in effect, unless the newest record for this account says the same.

    `resolved` holds none of the flags of one command: what those change is told by the run itself.
    Each setting that is not a default is recorded with where it came from; of a secret and of a
    mailbox, only that it is set. Returns whether something had changed.
    """
    return workspace.audit.add_news(
        AuditEvent(
            "setting changed",
            workspace.now(),
            workspace.who,
            {"policy_sha256": _hash_policy(workspace, resolved), **_in_effect(resolved)},
            subject=workspace.who,
        )
    )


def _of_a_program(settings: Settings) -> EffectiveSettings:
    """Return the settings that a program made itself: what is no default came from there."""
    defaults = {
        each.name: each.default_factory() if each.default_factory is not MISSING else each.default
        for each in fields(settings)
    }
    origins = {
        name: "default" if getattr(settings, name) == default else "a program"
        for name, default in defaults.items()
    }
    return EffectiveSettings(settings, origins)


def _in_effect(resolved: EffectiveSettings) -> dict[str, AuditValue]:
    """Without `home` and its address: that is where the chain itself lies, and it may be moved."""
    settings: dict[str, AuditValue] = {}
    own = str(resolved.settings.home.absolute() / FILENAME)
    for name, origin in resolved.origins.items():
        if origin != "default" and name != "home":
            where = f"{FILENAME} in the home" if origin == own else origin
            value = getattr(resolved.settings, name)
            # Nothing can be taken out of the chain again.
            told = "set" if name in SECRET | PERSONAL else _encode_setting_value(value)
            settings[name] = _ADDRESS.sub(r"\1\2", told) + f" from {where}"
    return settings


def _encode_setting_value(value: object) -> str:
    """Return the same text for the same value, however a set or a table is ordered."""
    return msgspec.json.encode(value, enc_hook=str, order="deterministic").decode()


def _hash_policy(workspace: Workspace, resolved: EffectiveSettings) -> str:
    policy = resolved.settings.policy
    try:
        # What lists there are is slow to find out, and asked of a policy alone.
        return read_policy(policy, workspace.watchlists if policy else None).sha256
    except UsageError:
        return "cannot be read"
