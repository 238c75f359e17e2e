"""What of a run is shown and written: people and restricted findings only on purpose, recorded."""

from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.globals import warn

if TYPE_CHECKING:
    from collections.abc import Iterable

    from duediligence.model import Run
    from duediligence.model.casework.alerts import Alert
    from duediligence.reports.disclosure import Withheld
    from duediligence.screening.workspace import Workspace

PeopleOption = Annotated[
    bool,
    typer.Option(
        "--include-people",
        help="Name people in files and JSON; else each is a role and a number. Recorded.",
    ),
]
RestrictedOption = Annotated[
    bool,
    typer.Option(
        "--restricted", help="Show restricted findings too, on this screen only. Recorded."
    ),
]


def for_file(ws: "Workspace", run: "Run", file: str, *, people: bool) -> "Run":
    """The run as it may be written to `file` (its name). Raises StorageError.

    That people are named in it is recorded first: a record that cannot be made stops it.
    """
    from duediligence.casework.known_people import people_known
    from duediligence.model.casework.audit import AuditEvent
    from duediligence.reports.disclosure import disclosed

    known = {} if people else people_known(ws, run.id)
    shown, withheld = disclosed(run, known, people=people, restricted=False)
    if people:
        held = len(run.findings) - withheld.restricted
        event = AuditEvent(
            "export",
            ws.now(),
            ws.who,
            {"people": "included", "file": file, "findings": held},
            subject=run.id,
        )
        ws.audit.add(event)
    return shown


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
