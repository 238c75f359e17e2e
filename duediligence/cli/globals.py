"""What every command has: its options, its workspace, tables, progress, and hints in words."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from duediligence.errors import Hint, Step, StepName
from duediligence.progress import Progress

if TYPE_CHECKING:
    from duediligence.render.output import Level, Line
    from duediligence.screening.workspace import Workspace
    from duediligence.settings import EffectiveSettings
    from duediligence.settings.working_folder import IgnoredFile


JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
RunJsonOption = Annotated[bool, typer.Option("--json", help="Print the run as JSON.")]
SeverityOption = Annotated[
    str, typer.Option(metavar="LEVEL", help="Lowest severity: low, medium, high or critical.")
]
NamesakesOption = Annotated[
    bool,
    typer.Option(
        "--namesakes", help="List the people who were set aside because their birth dates differ."
    ),
]
ThresholdOption = Annotated[
    float | None, typer.Option(help="Lowest score, 0 to 1, that shows a possible match.")
]


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows of cells under a header; columns that are empty in all are left out.

    As wide as the terminal: where the words of a row do not fit beside each other, its cells are
    below each other.
    """
    from duediligence.cli import layout

    kept = [at for at in range(len(header)) if not rows or any(row[at] for row in rows)]
    shown = [[row[at] for at in kept] for row in rows]
    for line in layout.format_table([header[at] for at in kept], shown, layout.output_width()):
        say(line)


# What follows the name of the program; in braces, what the step is about.
COMMANDS: Mapping[StepName, str] = {
    "accept-list-format": "lists refresh {list} --accept-format",
    "accept-list-loss": "lists refresh {list} --accept-shrink",
    "answer-partner-file": "sharing exchange answer FILE --out ANSWER",
    "answer-request": "sharing reply {request} --answer ANSWER --out FILE",
    "close-home": "home close",
    "compare-key": "sharing agreement compare {agreement} --words WORDS",
    "bring-copy-back": "backup bring-back",
    "bring-dated-list": "lists refresh {list} --from FOLDER --as-of YYYY-MM-DD",
    "bring-list-files": "lists refresh {list} --from DIR",
    "check-readiness": "doctor",
    "confirm-list": "lists confirm {list}",
    "confirm-people": "suppliers confirm-people {supplier}",
    "confirm-regime": "suppliers contract regimes {supplier}",
    "download-list": "lists refresh {list} --from FOLDER",
    "drop-digest": "digest drop {channel}",
    "drop-list": "lists drop {list}",
    "end-supplier": "suppliers end {supplier}",
    "import-suppliers": "suppliers import FILE",
    "link-supplier": "suppliers link {supplier}",
    "list-agreements": "sharing agreement show",
    "list-alerts": "alerts list",
    "list-cases": "sharing case list",
    "list-exchanges": "sharing exchange status",
    "list-intelligence": "sharing intelligence list",
    "list-letters": "letter list",
    "list-messages": "sharing message list",
    "list-requests": "sharing request list --all",
    "list-suppliers": "suppliers list",
    "list-tokens": "tokens list",
    "load-registers": "registers load {register} FILE",
    "load-whole-register": "registers load whole FILE",
    "make-backup": "backup make FILE",
    "record-invitation": "alerts decide {alert} not-sure --reason ASKED --ground {ground} "
    "--invited DATE",
    "make-pack": "report {supplier} --out FILE",
    "merge-suppliers": "suppliers merge {supplier} {other}",
    "offer-passphrase": "backup passphrase",
    "open-partner-file": "sharing exchange open FILE",
    "put-clock-right": "audit clock-right",
    "receive-partner-file": "sharing receive FILE",
    "reopen-case": "sharing case reopen {case}",
    "refresh-list": "lists refresh {list}",
    "refresh-lists": "lists refresh",
    "refresh-named-lists": "lists refresh {lists}",
    "screen": "screen",
    "screen-register": "registers screen",
    "send-digest": "digest send",
    "show-alert": "alerts show {alert}",
    "show-all-alerts": "alerts list --all",
    "show-audit-log": "audit log",
    "verify-audit": "audit verify",
    "show-case": "sharing case show {case}",
    "show-digest-status": "digest status",
    "show-hits": "sharing exchange hits {exchange}",
    "show-list-details": "lists status --json",
    "show-list-status": "lists status",
    "show-network": "suppliers network {supplier}",
    "show-register-details": "registers status --json",
    "show-schedule-example": "schedule example",
    "share-home": "home share --group {group}",
    "show-settings": "settings show",
    "show-supplier": "suppliers show {supplier}",
    "show-supplier-history": "suppliers history {supplier}",
    "state-list-day": "lists refresh {list} --from DIR --as-of YYYY-MM-DD",
    "test-list": "lists test {list}",
    "test-list-files": "lists test {list} --from {file}",
    "test-register-description": "lists test {file}",
    "write-download-guide": "lists guide --out to-download.html",
    "write-list-template": "lists template {list}",
}
# What stands there where a step does not say what it is about.
_ANY = {
    "list": "ID",
    "lists": "ID",
    "supplier": "REF",
    "alert": "ID",
    "case": "NUMBER",
    "exchange": "ID",
    "agreement": "REFERENCE",
    "file": "FILE",
    "register": "companies-house",
    "group": "NAME",
    "ground": "CODE",
    "channel": "CHANNEL",
    "other": "OTHER",
    "request": "NUMBER",
}


def format_command(step: Step) -> str:
    """Return the command as it is typed, without the name of the program."""
    about = {**_ANY, **step.about}
    if about["register"].startswith("charities"):
        about["register"] = "charities"
    return COMMANDS[step.name].format_map(about)


def worded(hint: str | Hint) -> str:
    """Return the hint as text for a terminal."""
    if isinstance(hint, str):
        return hint
    return hint.worded(_as_typed)


def _as_typed(step: Step) -> str:
    return f"duediligence {format_command(step)}"


WITH_VALUE = ("--home", "--config", "--log-file")
WITHOUT_VALUE = ("--quiet", "-q", "--verbose")


class Globals:
    """What stood among the global options. One instance, filled by the root command.

    `options` names the option or argument of the running command for each field of its request.
    """

    def __init__(self) -> None:
        self.home: Path | None = None
        self.config: Path | None = None
        self.quiet = False
        self.only_help = False
        self.options: dict[str, str] = {}


GLOBALS = Globals()


def split_global_options(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Split off the global options, which may be given anywhere on the line, from all else."""
    front: list[str] = []
    rest: list[str] = []
    remaining = iter(arguments)
    for argument in remaining:
        if argument == "--":
            rest += [argument, *remaining]
        elif argument in WITH_VALUE:
            front += [argument, *([value] if (value := next(remaining, None)) is not None else [])]
        elif argument in WITHOUT_VALUE or argument.startswith(tuple(f"{o}=" for o in WITH_VALUE)):
            front.append(argument)
        else:
            rest.append(argument)
    return front, rest


def split_option(arguments: Sequence[str], name: str) -> Path | None:
    """Return the path that the last option of this name has among the global options."""
    found = None
    for place, argument in enumerate(arguments):
        if argument == name and place + 1 < len(arguments):
            found = arguments[place + 1]
        elif argument.startswith(f"{name}="):
            found = argument.removeprefix(f"{name}=")
    return Path(found) if found else None


def resolve(**flags: Any) -> "EffectiveSettings":
    """Return the settings for this command. Flags that were not given are None."""
    from platformdirs import user_config_path, user_data_path

    from duediligence.logs import HOME_LOG
    from duediligence.settings import load_settings

    default_home = user_data_path("duediligence")
    # Also for settings that cannot be read.
    HOME_LOG.use_home(Path(GLOBALS.home or os.environ.get("DUEDILIGENCE_HOME") or default_home))
    found = load_settings(
        {"home": GLOBALS.home, **flags},
        os.environ,
        config=GLOBALS.config,
        user_folder=user_config_path("duediligence"),
        default_home=default_home,
    )
    HOME_LOG.use_home(found.settings.home)
    return found


def ignored_settings() -> "IgnoredFile | None":
    """Return the `duediligence.toml` in the working folder, where it is not one that settings come
    from.

    Raises UsageError as `resolve`.
    """
    # Tried first: nothing is imported, and no settings are read, where there is none.
    if not os.path.isfile("duediligence.toml"):  # noqa: PTH113  (no error, whatever is there)
        return None
    from platformdirs import user_config_path

    from duediligence.settings.working_folder import ignored_file

    return ignored_file(Path.cwd(), resolve(), user_config_path("duediligence"))


def workspace(**flags: Any) -> "Workspace":
    """Open the workspace that the settings name. What may be done in it, each use case checks."""
    from duediligence.screening.workspace import Workspace

    resolved = resolve(**flags)
    given = any(value is not None for value in flags.values())
    return Workspace(
        resolved.settings,
        # Flags belong to this one command, whose own event tells what they changed.
        resolved=resolve() if given else resolved,
        ignored=ignored_settings(),
        warn=lambda message: warn(worded(message)),
        is_command=True,
    )


def print_line(line: "Line") -> None:
    """A line of a report: what was asked for to stdout, the rest to stderr."""
    to: Mapping[Level, Callable[[str], None]] = {"result": say, "note": note, "warning": warn}
    to[line.level]("    " * line.is_detail + worded(line.text))


def progress() -> Progress:
    """Return bars on stderr where it is a terminal, else lines; nothing is shown with `--quiet`."""
    from duediligence.cli.progress import Bars, LogLines, Watching

    if GLOBALS.quiet:
        return Watching()
    return Bars() if sys.stderr.isatty() else LogLines()


def say(message: str = "") -> None:
    """A result, to stdout."""
    print_to_stream(message, sys.stdout)


def say_wrapped(
    text: str, *, first: str = "", rest: str = "", by: Callable[[str], None] = say
) -> None:
    """Print a text of others, in lines of the terminal: the first after `first`, the others after
    `rest`. `by` is `note` or `warn` for what is no result.
    """
    from duediligence.cli.layout import wrap_paragraph
    from duediligence.render.wording import visible

    for line in wrap_paragraph(visible(text), first=first, rest=rest):
        by(line)


def note(message: str) -> None:
    """Something beside the result, to stderr; not with `--quiet`."""
    if not GLOBALS.quiet:
        print_to_stream(message, sys.stderr)


def warn(message: str) -> None:
    """Something that must be seen, to stderr, `--quiet` or not."""
    print_to_stream(message, sys.stderr)


def print_to_stream(message: str, to: TextIO) -> None:
    """The text; on a terminal in lines of its width, broken between words. Raises OSError."""
    if to.isatty():
        from duediligence.cli.layout import fit_lines, terminal_width

        message = "\n".join(fit_lines(message, terminal_width()))
    print(message, file=to)


def say_json(data: object) -> None:
    """Data in the envelope `{"version": 1, "data": …}`, to stdout."""
    import msgspec

    from duediligence.render.output import encode_envelope

    document = encode_envelope(data, word=_as_typed)
    say_document(msgspec.json.format(document, indent=2).decode())


def say_document(text: str) -> None:
    """JSON to stdout; where that is not Unicode, all but ASCII as escapes of JSON."""
    if not (sys.stdout.encoding or "").lower().startswith("utf"):
        import json
        import re

        text = re.sub("[^\x00-\x7f]", lambda found: json.dumps(found[0])[1:-1], text)
    print(text)  # noqa: T201
