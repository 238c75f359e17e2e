"""Who may do what. Each use case says what it does, and is refused before it does anything.

A use case is a function of a workspace that a front end calls: the command line, a console, or a
Python program. `@use_case` checks the role of whoever works there, where the setting `users`
names people, refuses beside a settings file that is not read, and records the settings in effect.
No front end repeats that, and none can leave it out.

It guards against slips and is no lock: whoever can write to the home folder can write there by
other means too. Who that is, is for the machine's own permissions to say.
"""

import re
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

import msgspec

from duediligence.errors import Forbidden, UsageError
from duediligence.model.audit import (
    NEEDS_A_ROLE,
    READING,
    ROLES,
    Action,
    AuditEvent,
    AuditKind,
    AuditValue,
    allowed,
)
from duediligence.screening.run.policy import load
from duediligence.screening.workspace import Workspace
from duediligence.settings import FILENAME, PERSONAL, SECRET, EffectiveSettings, Settings

P = ParamSpec("P")
T = TypeVar("T")

# What these do, settings decide that somebody may believe to be in effect.
REFUSED_BESIDE_IGNORED_SETTINGS: frozenset[Action] = frozenset({"screen", "decide"})

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

    Called with `dry_run=True`, one only reads. Calling it raises Forbidden where the role does not
    cover the action, and UsageError beside settings that are not read, before anything is done.
    """

    def declare(
        function: Callable[Concatenate[Workspace, P], T],
    ) -> Callable[Concatenate[Workspace, P], T]:
        @wraps(function)
        def permitted(workspace: Workspace, /, *args: P.args, **kwargs: P.kwargs) -> T:
            permit(workspace, "read" if kwargs.get("dry_run") else action)
            return function(workspace, *args, **kwargs)

        USE_CASES[f"{function.__module__}.{function.__name__}"] = UseCase(action, event, permitted)
        return permitted

    return declare


def permit(workspace: Workspace, action: Action) -> None:
    """Raise unless whoever works here may do `action`; before a change, record the settings.

    A home that an earlier version left open is closed then, too. Raises Forbidden, saying which
    role is needed; UsageError where the working folder holds settings for the action that are not
    read; StorageError. One person who works alone may do everything (`Workspace.needs_role`),
    but for what NEEDS_A_ROLE names.
    """
    refuse_beside_ignored_settings(workspace, action)
    if refused := refusal(workspace, action):
        raise refused
    if action not in READING:
        workspace.close_earlier_home()
        resolved = workspace.resolved or _of_a_program(workspace.settings)
        if workspace.recorded != (workspace.who, resolved):
            record_settings(workspace, resolved)
            workspace.recorded = (workspace.who, resolved)


def refusal(workspace: Workspace, action: Action) -> Forbidden | None:
    """Why the role of whoever works here does not cover `action`, saying which role is needed; None
    where it does. Nothing is recorded.
    """
    who, role = workspace.who, workspace.role
    needs_role = workspace.needs_role or action in NEEDS_A_ROLE
    if not needs_role or allowed(role, action):
        return None
    *others, last = (each for each in ROLES if allowed(each, action))
    needed = f"{', '.join(others)} or {last}" if others else last
    elsewhere = "gives roles where you sign in, or " if workspace.signed_in else ""
    return Forbidden(
        f"{who!r} may not {action}: " + (f"the role is {role}" if role else "no role is given"),
        hint=f"It needs the role {needed}. Ask whoever {elsewhere}maintains the table [users] of "
        "the settings.",
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
            {"policy_sha256": _policy(workspace, resolved), **_in_effect(resolved)},
            subject=workspace.who,
        )
    )


def _of_a_program(settings: Settings) -> EffectiveSettings:
    """The settings that a program made itself: what is no default came from there."""
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
            told = "set" if name in SECRET | PERSONAL else _text(value)
            settings[name] = _ADDRESS.sub(r"\1\2", told) + f" from {where}"
    return settings


def _text(value: object) -> str:
    """The same text for the same value, however a set or a table is ordered."""
    return msgspec.json.encode(value, enc_hook=str, order="deterministic").decode()


def _policy(workspace: Workspace, resolved: EffectiveSettings) -> str:
    policy = resolved.settings.policy
    try:
        # What lists there are is slow to find out, and asked of a policy alone.
        return load(policy, workspace.watchlists if policy else None).sha256
    except UsageError:
        return "cannot be read"
