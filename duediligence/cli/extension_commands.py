"""Commands of extensions: their names are known at once, their code is imported when used."""

from collections.abc import Iterable, MutableMapping
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

from duediligence.extension import CommandGroup, Extension, load_part


class _ExtensionGroup(TyperGroup):
    """A group with commands of the core, if it has any, and of extensions."""

    parts: tuple[str, ...] = ()
    _core: MutableMapping[str, Any]
    _all: MutableMapping[str, Any] | None

    @property
    def commands(self) -> MutableMapping[str, Any]:
        if self._all is None:
            self._all = {**self._core}
            for part in self.parts:
                found = load_part(part)
                found.rich_markup_mode = None
                # None takes the place of a command that there is.
                self._all = {**self._all, **get_group(found).commands, **self._all}
        return self._all

    @commands.setter
    def commands(self, value: MutableMapping[str, Any]) -> None:
        self._core, self._all = value, None


def add_extension_commands(app: typer.Typer, extensions: Iterable[Extension]) -> None:
    """Add the commands of the extensions, without importing them, after those that there are."""
    for extension in extensions:
        for group in extension.commands:
            _add_command_group(app, group)


def _add_command_group(app: typer.Typer, group: CommandGroup) -> None:
    *above, name = group.name.split()
    for noun in above:
        below = [one.typer_instance for one in app.registered_groups if one.name == noun]
        if not below or below[0] is None:
            # What it would be added to is no group: its commands are nobody's.
            return
        app = below[0]
    for known in app.registered_groups:
        if known.name == name:
            before = getattr(known.cls, "parts", ())
            known.cls = _build_group_class((*before, group.app))
            return
    made = typer.Typer(help=group.help, no_args_is_help=True)
    app.add_typer(made, name=name, cls=_build_group_class((group.app,)))


def _build_group_class(parts: tuple[str, ...]) -> type[_ExtensionGroup]:
    return type("_ExtensionGroup", (_ExtensionGroup,), {"parts": tuple(dict.fromkeys(parts))})
