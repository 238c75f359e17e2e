"""What of a run is shown and written: people and restricted findings only on purpose, recorded."""

from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.globals import note, warn
from duediligence.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from duediligence.model import Run
    from duediligence.model.casework.alerts import Alert
    from duediligence.reports.disclosure import Withheld
    from duediligence.screening.workspace import Workspace

PeopleOption = Annotated[
    bool,
    typer.Option(
        "--include-people", help="Name people; otherwise each is a role and a number. Recorded."
    ),
]
RedactOption = Annotated[
    bool,
    typer.Option(
        "--redact-people",
        help="Make a copy for circulation: in files and JSON each person is a role and a number.",
    ),
]
NamedAlreadyOption = Annotated[
    bool,
    typer.Option("--include-people", help="The default: files and JSON name people."),
]
NoBomOption = Annotated[
    bool,
    typer.Option("--no-bom", help="Leave the byte-order mark out of a CSV, for other programs."),
]
# What Excel needs is written without being asked for.
ExcelOption = Annotated[bool, typer.Option("--excel", hidden=True)]
RestrictedOption = Annotated[
    bool,
    typer.Option(
        "--restricted", help="Show restricted findings too, on this screen only. Recorded."
    ),
]


def named(*, redact: bool, include: bool) -> bool:
    """Whether files name people: unless they are to be redacted. Raises UsageError for both."""
    if redact and include:
        raise UsageError(
            "--redact-people and --include-people exclude each other", hint="Leave one out."
        )
    if include:
        note("--include-people is the default of this command; --redact-people redacts people")
    return not redact


def note_excel(excel: bool) -> None:
    """Say that --excel is not needed any more, where it was given."""
    if excel:
        note("--excel is the default now; --no-bom leaves the byte-order mark out")


def for_screen(ws: "Workspace", run: "Run", *, restricted: bool) -> "tuple[Run, Withheld]":
    """The run as the officer at work sees it, people named. Raises StorageError."""
    from duediligence.model.casework.audit import AuditEvent
    from duediligence.reports.disclosure import disclosed

    held = sum(finding.handling == "restricted" for finding in run.findings)
    if restricted and held:
        event = AuditEvent("restricted shown", ws.now(), ws.who, {"findings": held}, subject=run.id)
        ws.audit.add(event)
    return disclosed(run, {}, people=True, restricted=restricted)


def record_shown(ws: "Workspace", alerts: "Iterable[Alert]") -> None:
    """Record that restricted alerts are shown, before they are. Raises StorageError."""
    from duediligence.model.casework.audit import AuditEvent

    if restricted := tuple(alert.id for alert in alerts if alert.restricted):
        ws.audit.add(AuditEvent("restricted shown", ws.now(), ws.who, {"alerts": restricted}))


def tell_withheld(withheld: "Withheld") -> None:
    """Say that restricted findings are not on the screen, where there are any."""
    if withheld.restricted == 1:
        warn("1 restricted finding is not shown; --restricted shows it")
    elif withheld.restricted:
        warn(f"{withheld.restricted:,} restricted findings are not shown; --restricted shows them")
