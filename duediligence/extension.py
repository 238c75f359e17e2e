"""The port for an extension: a part of the service outside its core, whole in one package.

An extension says what it adds as names of parts, `module:name`, which are imported when they are
first used. So a command, a page or a screening pays only for what it uses, and `--help` for
nothing.

Ours are the packages of `duediligence.extensions`, each with an `EXTENSION`. Extensions, checks and
lists of another distribution are entry points of `GROUPS`, and are used only where the setting
`extensions` names the distribution. To write one: docs/developer/extensions.md.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from duediligence.errors import UsageError
from duediligence.version import __version__

GROUP = "duediligence.extensions"
OURS = "duediligence"
GROUPS = {GROUP: "extension", "duediligence.checks": "check", "duediligence.watchlists": "list"}


@dataclass(frozen=True, slots=True)
class CommandGroup:
    """A group of commands: new, or one of the core, which gets more. `app` is a part, a Typer.

    The name of a group below another has both words: `registers load`.
    """

    name: str
    help: str
    app: str


@dataclass(frozen=True, slots=True)
class NavigationPlace:
    """A place in the console's navigation: its address, and its words.

    `below` are the beginnings of the addresses of its pages. `needs` are actions, of which a person
    who sees it must be allowed one. It comes `after` the place of that address, or last. `pages`
    link to each other: a place has them where it has more than one to begin with.
    """

    address: str
    words: str
    below: tuple[str, ...] = ()
    needs: tuple[str, ...] = ("read",)
    after: str = ""
    pages: tuple["NavigationPlace", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """What an extension adds. Any part but the name may be missing.

    `migrations` makes its tables in `casework.db`: `sqlite_utils.Migrations` of its name. A table
    is named `NAME__TABLE`, so that a home without the extension knows whose it is; its first column
    is its key, and an event of the audit chain seals each row. Rows with a column `supplier_ref` go
    with that supplier. `forms` is a module that adds stored forms.

    `commands`, `places` and `pages` (a sequence of `web.visits.Pages`, whose templates are named
    `package:name` and lie in the folder `templates` of that package) are for people.

    `checks` is a module of checks (of other distributions: an entry point of the group
    `duediligence.checks`); `stages` a sequence of what a screening looks at beside its own
    stages (`screening.run.stages.Stage`).

    `records` answers for what is kept about people: retention, removal of a supplier and subject
    access (`casework.extension_records`). An extension with tables must have it. `restricted`
    counts restricted reports about suppliers (`casework.disclosure`), `held` lists what is held
    about suppliers for a request for information (`casework.held_records`), `sections` yields what
    is shown on the page of a supplier as well (`casework.suppliers_shown`), `people` returns, of a
    workspace and suppliers, by reference the people to look up as well (`model.Person`), and
    `readiness` yields lines of `doctor` (`casework.readiness`).

    `register` shows the register that it keeps (`screening.registers.ExtensionRegister`), and
    `files` compares its files in the home with what the audit chain recorded of them
    (`model.audit.ComparedFiles`).
    """

    name: str
    migrations: str = ""
    forms: str = ""
    commands: tuple[CommandGroup, ...] = ()
    places: tuple[NavigationPlace, ...] = ()
    pages: str = ""
    checks: str = ""
    stages: str = ""
    records: str = ""
    restricted: str = ""
    held: str = ""
    sections: str = ""
    people: str = ""
    readiness: str = ""
    register: str = ""
    files: str = ""

    def __post_init__(self) -> None:
        if self.migrations and not self.records:
            raise ValueError(f"the extension {self.name!r} has tables, so it needs `records`")


@dataclass(frozen=True, slots=True)
class InstalledExtension:
    """An extension in use, and the distribution that it comes with."""

    extension: Extension
    distribution: str
    version: str


_allowed: tuple[str, ...] = ()


@cache
def load_part(part: str) -> Any:
    """Return a part of an extension, `module:name`, or the whole `module`."""
    module, _, name = part.partition(":")
    found = import_module(module)
    return getattr(found, name) if name else found


@cache
def load_parts(extensions: tuple[Extension, ...], kind: str) -> tuple[Any, ...]:
    """Return the part of that kind of each extension that has one."""
    return tuple(load_part(part) for one in extensions if (part := getattr(one, kind)))


@cache
def find_own_extensions() -> tuple[Extension, ...]:
    """Return the extensions that come with this distribution, in the order of their names."""
    return tuple(import_module(name).EXTENSION for name in list_own_modules(GROUP))


@cache
def list_own_modules(package: str) -> tuple[str, ...]:
    """Return the public modules of a package that are ours, in order: those in the RECORD of our
    distribution. A checkout, as an editable install has it, has none: all there is ours.

    Raises UsageError for neither.
    """
    spec, root = find_spec(package), Path(__file__).parents[1]
    # Not by importlib.metadata: that takes longer than `--help`.
    records = [one.read_text("utf-8") for one in root.glob(f"{OURS}-*.dist-info/RECORD")]
    if spec and not records and not (root / "pyproject.toml").is_file():
        raise UsageError(
            f"{root} does not say which files are part of {OURS}", hint="Install it with pip."
        )
    recorded = {line.split(",")[0] for record in records for line in record.splitlines()}
    places = (spec and spec.submodule_search_locations) or ()
    found = sorted(f"{package}.{one.name}" for one in iter_modules(places) if one.name[0] != "_")
    ends = (".py", "/__init__.py")
    return tuple(
        one
        for one in found
        if not records or {one.replace(".", "/") + end for end in ends} & recorded
    )


def allow_distributions(names: tuple[str, ...]) -> None:
    """Say whose checks and lists are used in this process besides ours."""
    global _allowed
    _allowed = names


def list_allowed_distributions() -> tuple[str, ...]:
    """Return whose checks and lists are used in this process besides ours."""
    return _allowed


@cache
def find_extensions(allowed: tuple[str, ...] = ()) -> tuple[InstalledExtension, ...]:
    """Return our extensions, and all of the distributions that are allowed.

    Raises UsageError for a distribution that is not installed, has no extension, or has one that
    cannot be loaded or has a name that is taken.
    """
    found = [InstalledExtension(one, OURS, __version__) for one in find_own_extensions()]
    for distribution in allowed:
        found += _load_extensions(distribution)
    taken: dict[str, str] = {}
    for each in found:
        name = each.extension.name
        if other := taken.get(name):
            raise UsageError(
                f"{other} and {each.distribution} both have an extension {name!r}",
                hint="Take one of the two out of the setting extensions.",
            )
        taken[name] = each.distribution
    return tuple(found)


def _load_extensions(name: str) -> Iterator[InstalledExtension]:
    for point, version, extension in load_points(name, GROUP):
        if not isinstance(extension, Extension):
            raise UsageError(
                f"{point} of {name} {version} is not an Extension",
                hint="Take it out of the setting extensions, and report it to its authors.",
            )
        yield InstalledExtension(extension, name, version)


def load_points(name: str, group: str) -> Iterator[tuple[str, str, Any]]:
    """Yield each entry point of an allowed distribution in a group, the version, and what it loads:
    the only place that imports what another distribution brings.

    Raises UsageError for a distribution that is not installed, has nothing for us, or cannot be
    loaded.
    """
    # Imported lazily: it is slow to import, and our own extensions need none of it.
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        found = distribution(name)
    except (PackageNotFoundError, ValueError):  # a name that is empty is not even looked for
        raise UsageError(
            f"The setting extensions names {name!r}, which is not installed",
            hint="Install it, or take it out of the setting.",
        ) from None
    if not any(point.group in GROUPS for point in found.entry_points):
        raise UsageError(
            f"The setting extensions names {name!r}, which has no extension, check or list",
            hint="Take it out of the setting, or install a version that has one.",
        )
    for point in found.entry_points.select(group=group):
        try:
            loaded = point.load()
        except Exception as error:  # the code of others may raise anything
            raise UsageError(
                f"The {GROUPS[group]} {point.name} of {name} {found.version} cannot be loaded: "
                f"{type(error).__name__}: {error}",
                hint="Install a version that fits this one, or take it out of the setting "
                "extensions.",
            ) from error
        yield point.value, found.version, loaded


def list_ignored_extensions(allowed: Sequence[str]) -> list[tuple[str, str, str]]:
    """Return the extensions, checks and lists that are installed and not allowed, such as
    `list harbour`, each with its distribution and version.
    """
    from importlib.metadata import entry_points

    named = {_fold_name(one) for one in (*allowed, OURS)}
    return [
        (f"{kind} {point.name}", point.dist.name, point.dist.version)
        for group, kind in GROUPS.items()
        for point in entry_points(group=group)
        if point.dist and _fold_name(point.dist.name) not in named
    ]


def _fold_name(distribution: str) -> str:
    """Return the name as package indexes compare it."""
    return "-".join(part for part in distribution.lower().replace("_", "-").split("-") if part)
