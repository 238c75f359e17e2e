"""The page of settings."""

from collections.abc import Iterator

from duediligence import settings

INTRO = """# Settings

A setting can come from these places. A later one overrides an earlier one:

1. the default below;
2. `duediligence.toml` in the home: applies to everyone who works in it;
3. `duediligence.toml` in your own configuration folder (`~/.config/duediligence` on Linux,
   `~/Library/Application Support/duediligence` on macOS,
   `%LOCALAPPDATA%\\duediligence\\duediligence` on Windows): applies to you, in every home;
4. the file that `--config FILE` or the variable `DUEDILIGENCE_CONFIG` names: applies to one
   command or one service;
5. the environment variable;
6. the flag.

`duediligence settings show` prints each value, where it came from, and which files were read. A
change is recorded in the audit chain, with its place, before the next command that changes
anything.

- A setting is overridden as a whole: a table in a later file replaces an earlier one.
- A path in a file is relative to the folder of that file; in a variable or a flag, to the working
  folder.
- A list in a variable has commas between its parts; a table has no variable.
- `companies_house_key`, `smtp_password` and `webhook_secret` may be kept in a file of their own
  (`…_file`) or in the system's keyring instead ([how](../it/home-folder.md#secrets)).
- `key_hosts` is read from the home's own file only.
- The home is found first: from its flag, its variable, the named file or your own file. Its own
  file cannot set `home`.

A `duediligence.toml` in the working folder is not read, unless that folder is one of those above:
what is screened must not depend on the folder that you are in. Every command says so, with the
command that moves the file. If the file holds a setting that decides what is screened or who must
decide (the table marks them with \\*), or cannot be read, `screen`, `check`, `alerts decide` and a
schedule with a screening in it exit 2 until you move or delete it.

| setting | environment | default | what it is |
|---|---|---|---|
"""


def page() -> Iterator[str]:
    yield INTRO
    for name, about in settings.ABOUT.items():
        decides = "" if about.harmless else " \\*"
        default = "the platform's data folder" if name == "home" else _default(name)
        variable = f"`{named}`" if (named := settings.derive_variable_name(name)) else ""
        yield f"| `{name}`{decides} | {variable} | {default} | {about.help} |\n"


def _default(name: str) -> str:
    value = settings.DEFAULTS.get(name)
    return f"`{value}`" if isinstance(value, str | int | float) and value != "" else "none"
