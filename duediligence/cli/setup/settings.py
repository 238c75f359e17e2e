"""Settings: what they are and where each value came from."""

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

import typer

from duediligence.cli.globals import resolve, say, say_json
from duediligence.cli.options import JsonOption

app = typer.Typer(help="What can be set.", no_args_is_help=True)


@app.command()
def show(as_json: JsonOption = False) -> None:
    """Show each setting, its value, and where the value came from.

    Examples:

        duediligence settings show

        duediligence settings show --json
    """
    from duediligence.cli.tables import table
    from duediligence.settings import FILENAME, SECRET

    resolved = resolve()
    values = {f.name: getattr(resolved.settings, f.name) for f in fields(resolved.settings)}
    values |= {name: "set" if values[name] else "not set" for name in SECRET}
    if as_json:
        say_json(
            [
                {
                    "name": name,
                    "value": str(value) if isinstance(value, Path) else value,
                    "origin": resolved.origins[name],
                }
                for name, value in values.items()
            ]
        )
        return
    table(
        ["setting", "value", "from"],
        [[n, _as_written(v), resolved.origins[n]] for n, v in values.items()],
    )
    if resolved.files:
        say("Files read, each overrides the one before: " + ", ".join(map(str, resolved.files)))
    else:
        say(f"No settings file was found. It belongs at {resolved.settings.home / FILENAME}")


def _as_written(value: object) -> str:
    """The value as a person would write it; an unset one and an empty table are blank."""
    if value is None or (isinstance(value, Mapping) and not value):
        return ""
    if isinstance(value, str | Path):
        return str(value)
    import msgspec

    return msgspec.json.encode(value).decode()
