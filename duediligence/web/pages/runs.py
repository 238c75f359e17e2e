"""The screenings, and one as its report: what was found, and what was not checked."""

from collections.abc import Sequence
from typing import get_args

from starlette.responses import Response

from duediligence.casework.run_reports import RunReport, run_report
from duediligence.casework.runs_shown import run_for, runs_page
from duediligence.delivery.flag_files import RunForm, run_as_bytes
from duediligence.law.grounds import FACTORS, REMINDERS
from duediligence.render import verdict
from duediligence.render.html_page import web_address
from duediligence.render.matcher_change import TITLE as NEW_MATCHER_TITLE
from duediligence.render.scope import TITLE as SCOPE_TITLE
from duediligence.render.scope import scope_lines
from duediligence.render.wording import moment
from duediligence.web import job_kinds
from duediligence.web.files import download
from duediligence.web.form_fields import whole_number
from duediligence.web.navigation import supplier_address
from duediligence.web.queue_address import YES, QueueAddress
from duediligence.web.visits import Pages, Visit

pages = Pages()
SIZE = 50
# Suppliers with something to review on a page of a run.
GROUPS = 20
_NO = "no"
_FORMS: Sequence[tuple[RunForm, str, str]] = (
    ("xlsx", "Excel (.xlsx)", "One row for each flag. What was not checked has its own rows."),
    ("csv", "CSV (.csv)", "The same rows, for other systems."),
    ("html", "The report (.html)", "It prints on A4."),
    ("json", "JSON (.json)", "The whole run, for programs."),
)


@pages.get("/runs")
def runs(visit: Visit) -> Response:
    after = _parse_number_or_zero(visit.query("after"))
    return visit.page(
        "runs.html.jinja",
        title="Runs",
        found=runs_page(visit.ws, after, SIZE),
        after=after,
    )


@pages.get("/checks")
def checks(visit: Visit) -> Response:
    """The checks of a name that are kept, apart from the screenings of suppliers."""
    after = _parse_number_or_zero(visit.query("after"))
    found = runs_page(visit.ws, after, SIZE, checks=True)
    return visit.page("checks.html.jinja", title="Checks that are kept", found=found, after=after)


@pages.post("/runs")
def screen_all(visit: Visit) -> Response:
    return visit.go(f"/jobs/{job_kinds.screen_all(visit.service, visit.viewer)}")


@pages.get("/runs/{id}/flags")
def _render_flags_form(visit: Visit, errors: Sequence[tuple[str, str]] = ()) -> Response:
    found = run_for(visit.ws, visit.path("id")).run
    return visit.page(
        "run_flags.html.jinja",
        title="Download the flags",
        errors=errors,
        run=found,
        warning=verdict.warning(found),
        forms=_FORMS,
        choices=[
            (_NO, "Leave people out", "For circulation: they stand as roles and numbers."),
            (YES, "Name the people that flags are about", "You confirm that on the next page."),
        ],
        form=visit.text("form"),
        people=visit.text("people"),
        address=f"/runs/{found.id}",
    )


@pages.post("/runs/{id}/flags")
def flags(visit: Visit) -> Response:
    """The file to save. Where it names people, once that was looked at; the use case records it."""
    form = next((one for one in get_args(RunForm) if one == visit.text("form")), None)
    people = visit.text("people")
    errors = []
    if form is None:
        errors.append(("form", "Select a kind of file."))
    if people not in (YES, _NO):
        errors.append(("people", "Select whether people are named."))
    if form is None or errors:
        return _render_flags_form(visit, errors)
    run_id = visit.path("id")
    if people == YES and visit.text("step") != "make":
        return _render_people_confirmation(visit, form)
    name = f"flags-{run_id}{'' if people == YES else '-redacted'}.{form}"
    body = run_as_bytes(visit.ws, run_id, form, people=people == YES, file=name)
    return download(body, name)


@pages.get("/runs/{id}/restricted")
def before_restricted(visit: Visit) -> Response:
    run = run_for(visit.ws, visit.path("id")).run
    return visit.page(
        "restricted_parts.html.jinja",
        title="Something here is restricted",
        caption=f"Run of {moment(run.started_at)}",
        back=f"/runs/{run.id}",
    )


@pages.post("/runs/{id}/restricted")
def restricted_run(visit: Visit) -> Response:
    """The run with what is restricted, shown this once: the use case records it."""
    return run_page(visit, run_report(visit.ws, visit.path("id"), restricted=True))


@pages.get("/runs/{id}")
def run(visit: Visit) -> Response:
    return run_page(visit, run_report(visit.ws, visit.path("id")))


def run_page(visit: Visit, report: RunReport, *, title: str = "", kept: bool = True) -> Response:
    """Show a run; one that is not `kept` has no address of its own, and is shown this once."""
    groups = report.parts.groups
    whole = visit.request.method == "POST"
    last = max(1, -(-len(groups) // GROUPS))
    # What is restricted is shown once, so that it is all on one page.
    number = 1 if whole else min(max(_parse_number_or_zero(visit.query("page")), 1), last)
    begin = (number - 1) * GROUPS
    address = f"/runs/{report.parts.run.id}"
    shown = groups if whole else groups[begin : begin + GROUPS]
    return visit.page(
        "run.html.jinja",
        title=title or f"Run of {moment(report.parts.run.started_at)}",
        kept=kept,
        checked=QueueAddress(supplier=report.checked, everything=YES).url()
        if report.checked
        else "",
        report=report,
        parts=report.parts,
        run=report.parts.run,
        groups=shown,
        places={group[0].first.supplier_ref: place for place, group in enumerate(shown, 1)},
        page=number,
        pages=1 if whole else last,
        page_url=lambda at: f"{address}?page={at}",
        facts=verdict.list_point_facts,
        web_address=web_address,
        searched=list(verdict.searched_lists(report.parts.run)),
        readings=report.parts.run.readings,
        supplier_address=supplier_address,
        scope_title=SCOPE_TITLE,
        new_matcher_title=NEW_MATCHER_TITLE,
        scope=scope_lines(report.parts.run),
        factors=(*FACTORS, *REMINDERS),
        address=address,
    )


def _render_people_confirmation(visit: Visit, form: RunForm) -> Response:
    found = run_for(visit.ws, visit.path("id")).run
    return visit.page(
        "run_flags_people.html.jinja",
        title="This file names people",
        run=found,
        kind=next(words for name, words, _ in _FORMS if name == form),
        fields=[("form", form), ("people", YES)],
        address=f"/runs/{found.id}",
    )


def _parse_number_or_zero(text: str) -> int:
    return whole_number(text) or 0
