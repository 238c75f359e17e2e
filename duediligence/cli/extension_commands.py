"""Commands of extensions: their names are known at once, their code is imported when used."""

from collections.abc import Iterable, MutableMapping
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

from duediligence.extension import CommandGroup, Extension, load_part


class _ExtensionGroup(TyperGroup):
    """A group with commands of the core, if it has any, and those of an extension."""

    part = ""
    _core: MutableMapping[str, Any]
    _all: MutableMapping[str, Any] | None

    @property
    def commands(self) -> MutableMapping[str, Any]:
        if self._all is None:
            found = load_part(self.part)
            found.rich_markup_mode = None
            self._all = {**self._core, **get_group(found).commands}
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
    kind = type("_ExtensionGroup", (_ExtensionGroup,), {"part": group.app})
    for known in app.registered_groups:
        if known.name == group.name:
            known.cls = kind
            return
    app.add_typer(typer.Typer(help=group.help, no_args_is_help=True), name=group.name, cls=kind)
