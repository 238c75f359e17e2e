"""The pack for a meeting about a case: one level of access, file and event together."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

from duediligence.casework import alert_words
from duediligence.casework.choices import code_of
from duediligence.casework.networks_shown import for_a_file
from duediligence.casework.showing import AlertView
from duediligence.errors import Conflict, Hint, Invalid, OptionRemark
from duediligence.extensions.sharing import agreements
from duediligence.extensions.sharing.cases import find_case
from duediligence.extensions.sharing.cases_shown import CaseView, ShownAction, case_for
from duediligence.extensions.sharing.render.meeting_page import (
    MeetingAction,
    MeetingAlert,
    MeetingHelp,
    MeetingPage,
    render_meeting_page,
)
from duediligence.extensions.sharing.victims_first import HelpFirst
from duediligence.model.audit import AuditEvent, AuditValue
from duediligence.render import pdf
from duediligence.render.wording import day
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace
from duediligence.text.wording import count, listed
from duediligence.writing import write_bytes

MeetingForm = Literal["html", "pdf"]
Level = Literal["partners", "people", "restricted"]
LEVELS: Mapping[Level, str] = {
    "partners": "People behind suppliers are numbers or left out; an entry of a public list keeps "
    "its name. Notes and restricted records are left out.",
    "people": "People are named. Restricted records are left out.",
    "restricted": "People are named, and restricted records are shown: for those alone whose work "
    "needs them.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingResult:
    """What was made: its hash, its level, and how many alerts are not in it, 0 for none."""

    sha256: str
    level: Level
    withheld: int


def form_of(path: Path) -> MeetingForm:
    """Return what a file is to be, by how its name ends. Raises Invalid."""
    ending = path.suffix.lower()
    if ending == ".html":
        return "html"
    if ending == ".pdf":
        return "pdf"
    raise Invalid(f"{path}: the name must end in .html or .pdf", field="out")


@use_case("work on cases", event="export")
def make(workspace: Workspace, number: int, level: str, path: Path) -> MeetingResult:
    """Write the pack of a case, all of it at one level of access (one of LEVELS), whole or not at
    all, and record it first: nothing leaves without its event.

    Raises Invalid for an unknown level or ending, NotFound, Conflict and Forbidden where the
    agreement of the case is not in force or does not allow case papers, Conflict where the level is
    for partners and the case names no agreement, UsageError where no PDF can be made here,
    StorageError.
    """
    body, made, what = _build_meeting_pack(workspace, number, level, form_of(path))
    # First: there is no file without its record.
    _record_meeting_pack(workspace, what)
    write_bytes(path, body)
    return made


@use_case("work on cases", event="export")
def pack_as_bytes(
    workspace: Workspace, number: int, level: str, form: MeetingForm
) -> tuple[bytes, MeetingResult]:
    """Return what `make` would write, for a download, recorded in the same way. Raises as that
    does.
    """
    body, made, what = _build_meeting_pack(workspace, number, level, form)
    _record_meeting_pack(workspace, what)
    return body, made


def _record_meeting_pack(workspace: Workspace, what: Mapping[str, AuditValue]) -> None:
    event = AuditEvent("export", workspace.now(), workspace.who, what, subject="meeting pack")
    workspace.audit.add(event)


def _build_meeting_pack(
    workspace: Workspace, number: int, asked: str, form: MeetingForm
) -> tuple[bytes, MeetingResult, Mapping[str, AuditValue]]:
    level = code_of("level", asked, tuple(LEVELS))
    if form == "pdf":
        pdf.require_library()
    case = find_case(workspace, number)
    for_whom = _for_whom(workspace, number, case.agreement, level)
    view = case_for(
        workspace,
        number,
        restricted=level == "restricted",
        people="redacted" if level == "partners" else "on screen",
        for_file=True,
    )
    text = render_meeting_page(_build_meeting_page(workspace, view, level, for_whom))
    body = pdf.render_pdf(text) if form == "pdf" else text.encode()
    digest = sha256(body).hexdigest()
    what: dict[str, AuditValue] = {
        "sha256": digest,
        "form": form,
        "case": number,
        "level": level,
        "people": "left out" if level == "partners" else "included",
        "agreement": case.agreement,
        "suppliers": tuple(one.ref for one in view.suppliers),
        "alerts": sum(one.view is not None for one in view.alerts),
        "withheld": view.withheld,
        "actions": len(view.actions),
    }
    return body, MeetingResult(sha256=digest, level=level, withheld=view.withheld), what


def _for_whom(workspace: Workspace, number: int, reference: str, level: Level) -> str:
    """Return who may be given the pack, in a sentence. Raises as `make`."""
    if reference:
        agreement = agreements.in_force(workspace, reference, "case papers")
        return (
            f"For {agreement.partner} and {agreement.ours}, under agreement {reference}. Nobody "
            "else may be given it."
        )
    if level == "partners":
        raise Conflict(
            f"Case {number} names no agreement under which partners may be given papers of it",
            hint=Hint(
                "Name one",
                OptionRemark(" (sharing case edit --agreement)"),
                ", or make the pack at the level `people` for the council alone.",
            ),
        )
    return "For this council alone: no agreement with a partner is named."


def _build_meeting_page(
    workspace: Workspace, view: CaseView, level: Level, for_whom: str
) -> MeetingPage:
    at_length = [one.view for one in view.alerts if one.view is not None]
    return MeetingPage(
        number=view.number,
        title=view.title,
        level=level,
        access=LEVELS[level],
        for_whom=for_whom,
        made_at=workspace.now(),
        made_by=workspace.who,
        facts=[
            ("State", view.state),
            ("Lead", view.lead),
            ("Opened", day(view.opened_on)),
            ("Next review", day(view.review_on) if view.review_on else "not set"),
        ],
        help=_format_meeting_help(view.help) if view.help else None,
        decide=list(_to_decide(view)),
        notes=view.notes.splitlines(),
        suppliers=[(one.name, one.ref, one.unknown) for one in view.suppliers],
        alerts=[_format_meeting_alert(one) for one in at_length],
        withheld=list(_list_withheld_records(view)),
        paths=[(f"From {one.supplier_ref} to {one.to}", one.ways) for one in view.paths],
        # Of those under another agreement, the partner must learn nothing.
        requests=[one.words for one in view.requests if one.agreement == view.agreement],
        # Where people are left out, everything is numbered already.
        network=view.network if level == "partners" else for_a_file(view.network),
        actions=[_format_meeting_action(one) for one in view.actions],
        missing=view.missing,
    )


def _to_decide(view: CaseView) -> Iterator[str]:
    if view.help:
        yield f"Help for people who may be victims: {view.help.steps[0].title}."
    if waiting := [one.view for one in view.alerts if one.view and one.view.state == "open"]:
        ids = listed([one.label for one in waiting])
        yield f"What to do about {count(len(waiting), 'alert')} not decided yet: {ids}."
    for one in view.actions:
        if one.overdue and one.due:
            yield f"Action {one.number} ({one.agency}) was due on {day(one.due)}: what came of it?"
        elif not one.outcome and not one.due:
            yield f"By when action {one.number} ({one.agency}) is done."
    if not view.actions:
        yield "Who acts, under which power, and by when."
    elif view.is_open and all(one.outcome for one in view.actions):
        yield "Each action has an outcome: further actions, or to close the case?"
    if view.is_open:
        yield "The day of the next review."


def _format_meeting_help(help_: HelpFirst) -> MeetingHelp:
    lines = (f"{one.name}: {one.number} ({one.for_what})." for one in help_.helplines)
    notes = [help_.front_door_words, *lines, help_.responder_words, help_.caution]
    return MeetingHelp(
        headline=help_.headline,
        lines=help_.because,
        steps=help_.steps,
        notes=[*notes, f"{help_.not_reviewed}."] if help_.not_reviewed else notes,
    )


# What a meeting reads of an alert: grounds and next steps are the buyer's own business.
_KNOWN = ("What happened", "Match strength", "Why", "Measures", "Official page")


def _format_meeting_alert(view: AlertView) -> MeetingAlert:
    found = [part for part in alert_words.describe_alert_finding(view) if part[0] in _KNOWN]
    return MeetingAlert(
        title=f"{view.label}: {alert_words.point(view)}",
        supplier=f"{view.supplier_name} ({view.supplier_ref})",
        known=[("State", [alert_words.format_alert_state(view)]), *found],
        unknown=list(_list_alert_unknowns(view)),
    )


def _list_alert_unknowns(view: AlertView) -> Iterator[str]:
    facts = [one.fact.lower() for one in view.facts if one.verdict == "not known"]
    if facts:
        yield f"Not known of one side or both, so not compared: {listed(facts)}."
    if gone := alert_words.newest_screening(view):
        yield f"{gone[:1].upper()}{gone[1:]}."
    if not view.history:
        yield "Whether it is so: nobody has decided about it."
    elif view.state in ("not sure", "awaiting second decision", "open"):
        yield f"Whether it is so: {view.state}."
    else:
        yield "What the decision does not say: read the source again before acting on it."


def _list_withheld_records(view: CaseView) -> Iterator[str]:
    if view.restricted:
        yield view.restricted
    if withheld := view.withheld:
        yield f"{count(withheld, 'alert')} on restricted records: not in this pack."


def _format_meeting_action(one: ShownAction) -> MeetingAction:
    about = f" ({one.supplier_ref})" if one.supplier_ref else ""
    due = day(one.due) if one.due else ""
    return MeetingAction(
        number=one.number,
        what=f"{one.what}{about}",
        who=", ".join(filter(None, (one.agency, one.owner))),
        power=f"{one.power}: {one.acts}" if one.acts else one.power,
        due=f"{due}, overdue" if one.overdue else due,
        outcome=one.outcome,
    )
