"""The table of who may do what, and how the audit chain records each action."""

import importlib
import pkgutil
from collections.abc import Iterator

from duediligence.model.audit import ACTIONS, ROLES, is_action_allowed
from duediligence.screening.access import USE_CASES


def load_all(*packages: str) -> None:
    """Import every module of the packages, so that what registers itself is known."""
    for package in packages:
        inside = importlib.import_module(package)
        for module in pkgutil.walk_packages(inside.__path__, f"{package}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)


def table() -> str:
    load_all(
        "duediligence.screening",
        "duediligence.casework",
        "duediligence.delivery",
        "duediligence.scheduling",
        "duediligence.extensions",
    )
    return "".join(_rows())


def _rows() -> Iterator[str]:
    headings = ("may", "no role", *ROLES, "recorded in the audit chain as")
    yield f"| {' | '.join(headings)} |\n"
    yield f"|{'---|' * len(headings)}\n"
    for action in ACTIONS:
        cells = ("yes" if is_action_allowed(role, action) else "no" for role in (None, *ROLES))
        events = {one.event for one in USE_CASES.values() if one.action == action and one.event}
        yield f"| {action} | {' | '.join(cells)} | {', '.join(sorted(events))} |\n"
