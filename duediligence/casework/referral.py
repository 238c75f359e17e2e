"""A form to share chosen alerts with a partner: made by a person, on purpose, on record."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from duediligence.casework.alerts.deciding import find
from duediligence.casework.alerts.queue import rules_of
from duediligence.casework.alerts.rules import shown_to
from duediligence.casework.known_people import people_known
from duediligence.errors import StorageError, UsageError
from duediligence.model import Run
from duediligence.model.alerts import Alert
from duediligence.model.audit import AuditEvent
from duediligence.reports.disclosure import disclosed
from duediligence.reports.referral_page import Referral, Referred, render
from duediligence.reports.rows import fold
from duediligence.reports.wording import moment
from duediligence.screening.workspace import Workspace

# More than a page or two is no form but a file, which `export flags` writes.
MOST = 10
_LONGEST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody wants to share, with whom and why. `purpose` may stay open, for the pen.

    `people`: name people. `restricted`: restricted findings may be among them.
    """

    alerts: Sequence[str]
    to: str
    purpose: str = ""
    people: bool = False
    restricted: bool = False


def make(workspace: Workspace, wanted: Wanted, *, file: str) -> str:
    """The form as HTML, recorded in the audit chain as made for `file` (its name).

    Raises UsageError for an alert that is not there, that was decided as not the same, or that is
    restricted without `restricted`; and where there is nobody to send it to. Raises StorageError.
    """
    to, purpose = fold(wanted.to), fold(wanted.purpose)
    if not to or max(len(to), len(purpose)) > _LONGEST:
        raise UsageError(
            f"--to and --purpose take a line of up to {_LONGEST} characters, and --to needs one",
            hint='Name the receiver: --to "Economic Crime Unit, Example Police".',
        )
    chosen = list(
        {alert.id: alert for alert in (find(workspace, id_) for id_ in wanted.alerts)}.values()
    )
    if not 0 < len(chosen) <= MOST:
        raise UsageError(f"a form takes 1 to {MOST} alerts, not {len(chosen)}")
    for alert in chosen:
        _permit(alert, restricted=wanted.restricted)
    page = render(
        Referral(
            items=tuple(_items(workspace, chosen, people=wanted.people)),
            to=to,
            purpose=purpose,
            officer=workspace.who,
            made_at=workspace.now(),
            people=wanted.people,
        )
    )
    # Before it is there: nothing leaves without a record. To whom is free text, and stays out.
    workspace.audit.add(
        AuditEvent(
            "export",
            workspace.now(),
            workspace.who,
            {
                "file": file,
                "sha256": sha256(page.encode()).hexdigest(),
                "alerts": tuple(alert.id for alert in chosen),
                "people": "included" if wanted.people else "left out",
                "restricted": sum(map(_restricted, chosen)),
            },
            subject="referral",
        )
    )
    return page


def _restricted(alert: Alert) -> bool:
    return any(finding.handling == "restricted" for finding in alert.findings)


def _permit(alert: Alert, *, restricted: bool) -> None:
    if alert.state == "not the same":
        raise UsageError(
            f"alert {alert.id[:8]} was decided as not the same: it is about somebody else",
            hint="If that was wrong, decide again first.",
        )
    if _restricted(alert) and not restricted:
        raise UsageError(
            f"alert {alert.id[:8]} rests on a restricted record",
            hint="Where sharing it is lawful and whoever gave it agrees, add --restricted.",
        )


def _items(workspace: Workspace, chosen: Sequence[Alert], *, people: bool) -> Iterator[Referred]:
    runs: dict[str, tuple[Run, Run]] = {}
    for alert in chosen:
        first = alert.first
        if first.run_id not in runs:
            whole = workspace.runs.get(first.run_id)
            if whole is None:
                raise StorageError(f"run {first.run_id} is gone", hint="Screen again.")
            known = {} if people else people_known(workspace, whole.id)
            # The whole of it, so that people have the numbers that they have in its other files.
            shown, _ = disclosed(whole, known, people=people, restricted=True)
            runs[first.run_id] = (whole, shown)
        whole, shown = runs[first.run_id]
        finding = shown.findings[whole.findings.index(first)]
        yield Referred(
            alert_id=alert.id, run=shown, finding=finding, standing=_standing(workspace, alert)
        )


def _standing(workspace: Workspace, alert: Alert) -> str:
    """A first decision that waits for a blind second one is told to nobody."""
    where = shown_to(alert, "", rules_of(workspace)).status
    if where.decided_at is None:
        return "Nobody has decided yet"
    words = "awaiting a second decision" if alert.state.startswith("awaiting") else where.state
    return f"{words[:1].upper()}{words[1:]}, {moment(where.decided_at)}"
