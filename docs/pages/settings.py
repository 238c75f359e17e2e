"""The page of settings."""

from collections.abc import Iterator
from dataclasses import fields

from duediligence import settings

INTRO = """# Settings

Each is taken from the first place that has it: flag, environment variable, `duediligence.toml` in
the working folder or in the platform's configuration folder, default. `duediligence settings show`
prints each value and where it came from.

| setting | environment | default | what it is |
|---|---|---|---|
"""


def page() -> Iterator[str]:
    yield INTRO
    for f in fields(settings.Settings):
        default = "the platform's data folder" if f.name == "home" else _default(f.default)
        table = f.name in settings.TABLES
        variable = "" if table else f"`{settings.PREFIX}{f.name.upper()}`"
        yield f"| `{f.name}` | {variable} | {default} | {settings.HELP[f.name]} |\n"


def _default(value: object) -> str:
    return f"`{value}`" if isinstance(value, str | int | float) and value != "" else "none"
