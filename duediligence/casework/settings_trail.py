"""The settings that commands ran under, in the audit chain: recorded whenever they are others."""

import re

import msgspec

from duediligence.errors import UsageError
from duediligence.model.casework.audit import AuditEvent, AuditValue
from duediligence.screening.run.policy import load
from duediligence.screening.workspace import Workspace
from duediligence.settings import FILENAME, PERSONAL, SECRET, Resolved

# An address without user, query and fragment: those may hold a key, and nothing leaves the chain.
_ADDRESS = re.compile(r'(https?://)(?:[^/"\s]*@)?([^"?#\s]*)(?:[?#][^"\s]*)?')


def record_settings(workspace: Workspace, resolved: Resolved) -> bool:
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


def _in_effect(resolved: Resolved) -> dict[str, AuditValue]:
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


def _policy(workspace: Workspace, resolved: Resolved) -> str:
    try:
        return load(resolved.settings.policy, workspace.watchlists).sha256
    except UsageError:
        return "cannot be read"
