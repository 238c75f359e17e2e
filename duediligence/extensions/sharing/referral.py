"""A referral to another body about one alert."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from duediligence.casework.deciding import find
from duediligence.casework.disclosure import redact_run
from duediligence.casework.queue import rules_of, shown_to
from duediligence.casework.runs_shown import people_known
from duediligence.errors import Conflict, Forbidden, Hint, Invalid, OptionRemark, StorageError
from duediligence.extensions.sharing.agreements import find as find_agreement
from duediligence.extensions.sharing.information_requests import RequestFacts, record_referral
from duediligence.extensions.sharing.model.partners import RECEIVERS
from duediligence.extensions.sharing.render.referral_page import (
    FORM_VERSION,
    Referral,
    Referred,
    render_referral_page,
)
from duediligence.model import Run
from duediligence.model.alerts import Alert
from duediligence.model.audit import AuditEvent
from duediligence.render.wording import fold, moment
from duediligence.screening.access import permit, use_case
from duediligence.screening.workspace import Workspace

# More than a page or two is no form but a file, which `alerts flags` writes.
MOST = 10
_LONGEST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralRequest:
    """What somebody wants to share, who receives it and why.

    `to` is one of RECEIVERS. `unit` is its name, such as the force and the unit: it may be that of
    a person, and is on the form only. It and `purpose` may stay open, for the officer to write in.
    `people`: name people. `restricted`: restricted findings may be among them. `case` is the number
    of the case that it comes from, 0 for none. With `agreement`, a reference, the form is recorded
    as a request to the partner about each supplier in it: `basis` is a code of that agreement,
    which may be left out where it has one only, `due_on` the day by which an answer is needed. Of
    a whole case no `alerts` are named.
    """

    alerts: Sequence[str] = ()
    to: str
    unit: str = ""
    purpose: str = ""
    people: bool = False
    restricted: bool = False
    case: int = 0
    agreement: str = ""
    basis: str = ""
    due_on: date | None = None


@use_case("export", event="export")
def make(workspace: Workspace, wanted: ReferralRequest, *, file: str) -> str:
    """Return the form as HTML, recorded in the audit chain as made for `file` (its name).

    Raises UsageError for an alert that is not there, that was decided as not the same, or that is
    restricted without `restricted`; and for an unknown receiver. With an agreement, raises as
    `information_requests.drafted`, and Invalid for a receiver of another kind than the partner.
    Raises StorageError.
    """
    to = next((code for code in RECEIVERS if code == wanted.to), None)
    if to is None:
        raise Invalid(
            f"Unknown receiver {wanted.to!r}",
            field="to",
            hint=Hint(
                f"Valid receivers: {', '.join(RECEIVERS)}. Enter its name as well",
                OptionRemark(': --to police --unit "Economic Crime Unit, Example Police"'),
                ".",
            ),
        )
    unit, purpose = fold(wanted.unit), fold(wanted.purpose)
    if max(len(unit), len(purpose)) > _LONGEST:
        raise Invalid(
            f"the unit and the purpose take a line of up to {_LONGEST} characters", field="unit"
        )
    found = [find(workspace, id_) for id_ in wanted.alerts]
    chosen = list({alert.id: alert for alert in found}.values())
    if not 0 < len(chosen) <= MOST:
        raise Invalid(f"a form takes 1 to {MOST} alerts, not {len(chosen)}", field="alerts")
    for alert in chosen:
        _check_referral_allowed(workspace, alert, restricted=wanted.restricted)
    page = render_referral_page(
        Referral(
            items=tuple(_group_referred_alerts(workspace, chosen, people=wanted.people)),
            to=RECEIVERS[to],
            unit=unit,
            purpose=purpose,
            officer=workspace.who,
            made_at=workspace.now(),
            people=wanted.people,
        )
    )
    digest = sha256(page.encode()).hexdigest()
    # Before it is there: nothing leaves without a record. The unit is free text, and stays out.
    with workspace.casework.transaction():
        workspace.audit.add(
            AuditEvent(
                "export",
                workspace.now(),
                workspace.who,
                {
                    "file": file,
                    "form_version": FORM_VERSION,
                    "to": to,
                    "sha256": digest,
                    "alerts": tuple(alert.id for alert in chosen),
                    "people": "included" if wanted.people else "left out",
                    "restricted": sum(alert.restricted for alert in chosen),
                    **({"case": wanted.case} if wanted.case else {}),
                },
                subject="referral",
            )
        )
        if wanted.agreement:
            _record_requests(workspace, wanted, chosen, digest)
    return page


def _record_requests(
    workspace: Workspace, wanted: ReferralRequest, chosen: Sequence[Alert], digest: str
) -> None:
    """One for each supplier, so that what is kept of it goes when that supplier is removed."""
    agreement = find_agreement(workspace, wanted.agreement)
    if agreement.partner_kind != wanted.to:
        raise Invalid(
            f"Agreement {wanted.agreement} is with {RECEIVERS[agreement.partner_kind]}, and the "
            f"form goes to {wanted.to!r}",
            field="to",
            hint=f"Use {agreement.partner_kind}, or another agreement.",
        )
    for ref in dict.fromkeys(alert.supplier_ref for alert in chosen):
        facts = RequestFacts(
            agreement=wanted.agreement,
            supplier=ref,
            purpose=wanted.purpose,
            due_on=wanted.due_on,
            basis=wanted.basis,
            alerts=[alert.id for alert in chosen if alert.supplier_ref == ref],
            case=wanted.case,
        )
        record_referral(workspace, facts, FORM_VERSION, digest)


def _check_referral_allowed(workspace: Workspace, alert: Alert, *, restricted: bool) -> None:
    if alert.state == "not the same":
        raise Conflict(
            f"alert {alert.label} was decided as not the same: it is about somebody else",
            hint="If that was wrong, decide again first.",
        )
    if alert.restricted and restricted:
        permit(workspace, alert.right)
    elif alert.restricted:
        raise Forbidden(
            f"alert {alert.label} is based on a restricted record",
            hint=Hint(
                "If sharing it is lawful and whoever gave it agrees, allow restricted records",
                OptionRemark(" (--restricted)"),
                ".",
            ),
        )


def _group_referred_alerts(
    workspace: Workspace, chosen: Sequence[Alert], *, people: bool
) -> Iterator[Referred]:
    """Yield one for each point: the alerts of one match stand together."""
    runs: dict[str, tuple[Run, Run]] = {}
    points: dict[tuple[str, ...], list[Alert]] = {}
    for alert in chosen:
        first = alert.first
        match = () if first.entry_id else (first.check_id,)
        point = (first.run_id, first.supplier_ref, *first.key[2:], *match)
        points.setdefault(point, []).append(alert)
    for (run_id, *_), group in points.items():
        if run_id not in runs:
            runs[run_id] = _load_disclosed_run(workspace, run_id, people=people)
        whole, shown = runs[run_id]
        yield Referred(
            run=shown,
            findings=tuple(shown.findings[whole.findings.index(alert.first)] for alert in group),
            alert_ids=tuple(alert.id for alert in group),
            standing=tuple(
                dict.fromkeys(_describe_decision_state(workspace, alert) for alert in group)
            ),
        )


def _load_disclosed_run(workspace: Workspace, run_id: str, *, people: bool) -> tuple[Run, Run]:
    """Return the run and what of it may be shown: whole, so that people have the numbers that they
    have in its other files.
    """
    whole = workspace.runs.get(run_id)
    if whole is None:
        raise StorageError(f"run {run_id} no longer exists", hint="Screen the supplier again.")
    known = {} if people else people_known(workspace, run_id)
    return whole, redact_run(whole, known, people=people, restricted=True)[0]


def _describe_decision_state(workspace: Workspace, alert: Alert) -> str:
    """Return a first decision that waits for a blind second one is shown to nobody."""
    where = shown_to(alert, "", rules_of(workspace)).status
    if where.decided_at is None:
        return "Nobody has decided yet"
    words = "awaiting a second decision" if alert.state.startswith("awaiting") else where.state
    return f"{words[:1].upper()}{words[1:]}, {moment(where.decided_at)}"
