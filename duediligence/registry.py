"""Finds every list in `watchlists/` and every check in `checks/` and of extensions."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from itertools import chain
from types import ModuleType
from typing import TypeVar

from duediligence.contracts import Check, Watchlist
from duediligence.contracts.checks import AnyCheck
from duediligence.errors import UsageError
from duediligence.extension import (
    find_own_extensions,
    list_allowed_distributions,
    list_own_modules,
    load_parts,
    load_points,
)

Declared = TypeVar("Declared", Watchlist, AnyCheck)


def find_watchlists() -> Mapping[str, Watchlist]:
    """Return every list by its id, in the order of ids. Raises UsageError for a duplicate id."""
    return _find_watchlists(list_allowed_distributions())


@cache
def _find_watchlists(allowed: tuple[str, ...]) -> Mapping[str, Watchlist]:
    return _collect_declared(Watchlist, _load_package_modules("duediligence.watchlists", allowed))


def checks() -> Mapping[str, AnyCheck]:
    """Return every check by its id, in the order of ids. Raises UsageError for a duplicate id."""
    return _find_checks(list_allowed_distributions())


@cache
def _find_checks(allowed: tuple[str, ...]) -> Mapping[str, AnyCheck]:
    modules = _load_package_modules("duediligence.checks", allowed)
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


def _load_package_modules(package: str, allowed: Iterable[str]) -> Iterator[ModuleType]:
    yield from map(import_module, list_own_modules(package))
    for distribution in allowed:
        for _, _, module in load_points(distribution, package):
            yield module
