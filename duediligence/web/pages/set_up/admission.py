"""Who may set up, and a change of settings that counts from the next request on."""

from collections.abc import Mapping
from typing import Any

from duediligence.casework.setting_changes import change_settings
from duediligence.web.visits import Visit


def admit(visit: Visit) -> None:
    """Raise Forbidden unless the person may change settings. Nothing is recorded otherwise."""
    change_settings(visit.ws, {}, dry_run=True)


def save_settings(visit: Visit, changes: Mapping[str, Any]) -> None:
    """Change settings, from the next request on. Raises as `change_settings`."""
    visit.service.take_over(change_settings(visit.ws, changes))
