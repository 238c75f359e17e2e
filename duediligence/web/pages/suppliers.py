"""The suppliers, and one supplier: what is known, what was checked, and what to do with it."""

from collections.abc import Mapping, Sequence
from typing import get_args
from urllib.parse import urlencode

from starlette.responses import Response

from duediligence.casework import alert_words
from duediligence.casework.answers_shown import VERDICT_WORDS, answers_of
from duediligence.casework.deciding import find_numbered_alert
from duediligence.casework.import_words import NEVER_TRIED
from duediligence.casework.printed_forms import list_attached_files
from duediligence.casework.showing import AlertRow, coverage
from duediligence.casework.supplier_checks import CheckLine, State
from duediligence.casework.supplier_history import ChangeShown
from duediligence.casework.supplier_words import NOT_PROVEN
from duediligence.casework.suppliers_shown import SupplierView, supplier_for, suppliers_page
from duediligence.delivery.pack import making
from duediligence.delivery.pack.making import PackRequest
from duediligence.delivery.report_file import ReportForm
from duediligence.errors import Step
from duediligence.render.dossier_section import PartState
from duediligence.render.saying import format_text
from duediligence.render.scope import TITLE as SCOPE_TITLE
from duediligence.render.wording import change_words, day, moment
from duediligence.screening.resolution.resolving import supplier_of
from duediligence.web import job_kinds
from duediligence.web.navigation import address_of, supplier_address
from duediligence.web.queue_address import YES, QueueAddress
from duediligence.web.visits import Pages, Visit

pages = Pages()
SIZE = 50
_NO = "no"
WITHHELD = "Rests on a restricted record"

PARTS: Mapping[PartState, tuple[str, str]] = {
    "known": ("Known", "green"),
    "in part": ("Known in part", "yellow"),
    "not known": ("Not known", "red"),
    "does not apply": ("Not held: does not apply", "grey"),
    "not looked at": ("Not looked at", "grey"),
}
CHECKS: Mapping[State, tuple[str, str]] = {
    "to review": ("To review", "red"),
    "could not be checked": ("Could not be checked", "yellow"),
    "nothing found": ("Nothing found", "green"),
    "does not apply": ("Does not apply", "grey"),
    "not looked at": ("Not looked at", "grey"),
}
FILES: Mapping[str, tuple[str, str]] = {
    "zip": (
        "An evidence pack (.zip)",
        "The report, the records behind it and a signature. Anyone can verify it later.",
    ),
    "html": ("The report alone, to open in a browser (.html)", "It prints on A4."),
    "pdf": ("The report alone, as PDF", "Only where the PDF extra is installed."),
}


@pages.get("/suppliers")
def suppliers(visit: Visit) -> Response:
    q, after = visit.query("q").strip(), visit.query("after")
    everything = visit.query("everything")
    if numbered := find_numbered_alert(visit.ws, q):
        return visit.go(f"/alerts/{numbered}")
    found = suppliers_page(visit.ws, q, after, SIZE, everything=everything == YES)
    incomplete, covered = coverage(visit.ws)

    def at(**changes: str) -> str:
        asked = {"q": q, "everything": everything, **changes}
        values = [(name, value) for name, value in asked.items() if value]
        return f"/suppliers?{urlencode(values)}" if values else "/suppliers"

    return visit.page(
        "suppliers.html.jinja",
        title="Suppliers",
        incomplete=alert_words.incomplete(incomplete, covered),
        found=found,
        q=q,
        after=after,
        everything=everything,
        first=at(),
        following=at(after=found.after),
        all_of_them=at(everything=YES),
        address=supplier_address,
        queue=lambda ref: QueueAddress(supplier=ref).url(),
        yes=YES,
    )


@pages.post("/suppliers/resolve")
def resolve(visit: Visit) -> Response:
    return _redirect_to_job(visit, job_kinds.start_resolution(visit.service, visit.viewer))


@pages.post("/suppliers/{ref:path}/screen")
def screen(visit: Visit) -> Response:
    ref = supplier_of(visit.ws, visit.path("ref")).ref
    return _redirect_to_job(visit, job_kinds.screen_one(visit.service, visit.viewer, ref))


@pages.get("/suppliers/{ref:path}/pack", sends=making.make)
def _render_supplier_pack_form(visit: Visit, errors: Sequence[tuple[str, str]] = ()) -> Response:
    view = supplier_for(visit.ws, visit.path("ref"))
    screened = view.screened
    return visit.page(
        "supplier_pack.html.jinja",
        title="Make a pack or a report",
        errors=errors,
        view=view,
        back=supplier_address(view.supplier.ref),
        form=visit.text("form"),
        people=visit.text("people"),
        files=[(form, words, hint) for form, (words, hint) in FILES.items()],
        choices=[
            (_NO, "Leave people out", "They stand as roles and numbers, such as director 1."),
            (YES, "Name people", "That they are named is recorded. Keep the file safe."),
        ],
        screened=moment(screened.run.started_at) if screened else "",
        warning=screened.warning if screened else "",
    )


@pages.post("/suppliers/{ref:path}/pack")
def make(visit: Visit) -> Response:
    """Make the file in a job; that it was made is recorded, and whom it names."""
    form, people = visit.text("form"), visit.text("people")
    errors = []
    if form not in FILES:
        errors.append(("form", "Select what to make."))
    if people not in (YES, _NO):
        errors.append(("people", "Select whether people are named."))
    if errors:
        return _render_supplier_pack_form(visit, errors)
    ref = supplier_of(visit.ws, visit.path("ref")).ref
    asked = PackRequest(supplier=ref, people=people == YES)
    if form == "zip":
        return _redirect_to_job(visit, job_kinds.make_pack(visit.service, visit.viewer, asked))
    (report,) = (one for one in get_args(ReportForm) if one == form)
    return _redirect_to_job(
        visit, job_kinds.make_report(visit.service, visit.viewer, asked, report)
    )


@pages.get("/suppliers/{ref:path}/answers")
def show_answers(visit: Visit) -> Response:
    """Show what the supplier stated, compared with registers and lists."""
    found = answers_of(visit.ws, visit.path("ref"))
    groups = [
        (words, [one for one in found.comparisons if one.verdict == verdict])
        for verdict, words in VERDICT_WORDS.items()
    ]
    return visit.page(
        "supplier_answers.html.jinja",
        title="What it stated, compared",
        found=found,
        never_tried=NEVER_TRIED,
        queue=QueueAddress(supplier=found.ref).url(),
        groups=[(words, rows) for words, rows in groups if rows],
        at=lambda *below: supplier_address(found.ref, *below),
        say=format_text,
    )


@pages.get("/suppliers/{ref:path}/restricted")
def before_restricted(visit: Visit) -> Response:
    supplier = supplier_of(visit.ws, visit.path("ref"))
    return visit.page(
        "restricted_parts.html.jinja",
        title="Something here is restricted",
        caption=f"{supplier.name} ({supplier.ref})",
        back=supplier_address(supplier.ref),
    )


@pages.post("/suppliers/{ref:path}/restricted")
def restricted_supplier(visit: Visit) -> Response:
    """The supplier with what is restricted, shown this once: the use case records it."""
    return _render_supplier(visit, supplier_for(visit.ws, visit.path("ref"), restricted=True))


@pages.get("/suppliers/{ref:path}")
def supplier(visit: Visit) -> Response:
    return _render_supplier(visit, supplier_for(visit.ws, visit.path("ref")))


def _render_supplier(visit: Visit, view: SupplierView) -> Response:
    ref, screened = view.supplier.ref, view.screened
    return visit.page(
        "supplier.html.jinja",
        title=view.supplier.name,
        view=view,
        not_proven=NOT_PROVEN if view.supplier.unproven else "",
        at=lambda *below: supplier_address(ref, *below),
        address=supplier_address,
        alerts=[alert_line(row, visit.list_titles) for row in view.alerts],
        parts=[
            (part.title, *PARTS[part.state], part.why)
            for part in (screened.parts if screened else ())
        ],
        checks=_group_checks_by_state(screened.checks if screened else ()),
        contracts=[
            (
                one.line,
                urlencode([("title", one.title)]) if one.title else "",
                one.words,
                one.notices,
            )
            for one in view.contracts
        ],
        files=list_attached_files(visit.ws, ref),
        law=address_of(Step("confirm-regime", supplier=ref)),
        imports=view.history.imports,
        history=[_build_change_entry(one) for one in reversed(view.history.changes)],
        scope_title=SCOPE_TITLE,
        withheld_point=WITHHELD,
    )


def alert_line(row: AlertRow, titles: Mapping[str, str]) -> dict[str, object]:
    """Return what a page about a supplier says of one of its alerts."""
    return {
        "id": row.id,
        "point": WITHHELD if row.withheld else alert_words.point(row, titles),
        "about": alert_words.format_alert_subject(row),
        "severity": row.severity,
        "state": row.state,
        "due": alert_words.format_alert_due(row)
        if row.overdue
        else day(row.due)
        if row.due
        else "",
    }


def _group_checks_by_state(
    lines: Sequence[CheckLine],
) -> list[tuple[str, list[tuple[str, str, str, str]]]]:
    """Return the checks by what came of them, what needs somebody first: words, and a task for
    each.
    """
    found: list[tuple[str, list[tuple[str, str, str, str]]]] = []
    for state, (words, colour) in CHECKS.items():
        tasks = [
            (one.title, words, colour, " ".join(one.why)) for one in lines if one.state == state
        ]
        if tasks:
            found.append((state, tasks))
    return found


def _build_change_entry(one: ChangeShown) -> dict[str, object]:
    what = f"{one.act} {one.undoes}" if one.undoes else one.act
    others = f" ({', '.join(one.suppliers)})" if len(one.suppliers) > 1 else ""
    return {
        "title": f"{one.number}. {what.capitalize()}{others}{', taken back' if one.undone else ''}",
        "by": one.by,
        "at": one.at,
        "changes": [change_words(each) for each in one.changes],
        "note": one.note,
        "undo": str(one.number) if one.act != "undone" and not one.undone else "",
    }


def _redirect_to_job(visit: Visit, job_id: str) -> Response:
    return visit.go(f"/jobs/{job_id}")
