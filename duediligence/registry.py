"""Finds every list in `watchlists/` and every check in `checks/` and of extensions."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from itertools import chain
from pkgutil import iter_modules
from types import ModuleType
from typing import TypeVar

import duediligence.checks as checks_package
import duediligence.watchlists as watchlists_package
from duediligence.contracts import Check, Watchlist
from duediligence.contracts.checks import AnyCheck
from duediligence.errors import UsageError
from duediligence.extension import find_own_extensions, load_parts

Declared = TypeVar("Declared", Watchlist, AnyCheck)
_read_entry_points = cache(entry_points)  # of all that is installed, for both lists and checks


@cache
def find_watchlists() -> Mapping[str, Watchlist]:
    """Return every list by its id, in the order of ids. Raises UsageError for a duplicate id."""
    return _collect_declared(Watchlist, _load_package_modules(watchlists_package))


@cache
def checks() -> Mapping[str, AnyCheck]:
    """Return every check by its id, in the order of ids. Raises UsageError for a duplicate id."""
    modules = _load_package_modules(checks_package)
    return _collect_declared(Check, chain(modules, load_parts(find_own_extensions(), "checks")))


def get_watchlist(list_id: str) -> Watchlist:
    """Return the list of that id. Raises UsageError naming those there are."""
    try:
        return find_watchlists()[list_id]
    except KeyError:
        known = ", ".join(find_watchlists())
        raise UsageError(f"Unknown list {list_id!r}", hint=f"Valid lists: {known}.") from None


def _collect_declared(
    declared: type[Declared], modules: Iterable[ModuleType]
) -> Mapping[str, Declared]:
    found: dict[str, Declared] = {}
    where: dict[str, str] = {}
    for module in modules:
        for item in vars(module).values():
            if isinstance(item, declared) and found.setdefault(item.id, item) is not item:
                raise UsageError(
                    f"{module.__name__} and {where[item.id]} both declare {item.id!r}",
                    hint="Remove one of the two: an id always names one thing.",
                )
            if isinstance(item, declared):
                where[item.id] = module.__name__
    return dict(sorted(found.items()))


def _load_package_modules(package: ModuleType) -> Iterator[ModuleType]:
    for module in iter_modules(package.__path__):
        if not module.name.startswith("_"):
            yield import_module(f"{package.__name__}.{module.name}")
    for entry_point in _read_entry_points().select(group=package.__name__):
        yield entry_point.load()
