"""Alerts to decide in a spreadsheet: the workbook, and what was filled in there."""

from collections.abc import Sequence
from hashlib import sha256

import msgspec
from starlette.responses import Response

from duediligence.casework import decision_workbooks
from duediligence.casework.decision_workbooks import DecisionPreview, preview_import, record_import
from duediligence.casework.filled_workbooks import read_filled
from duediligence.delivery.decision_workbook import decisions_as_bytes
from duediligence.errors import Conflict, Invalid
from duediligence.render.wording import sentence
from duediligence.text.wording import count
from duediligence.web import uploads
from duediligence.web.files import download
from duediligence.web.form_fields import problem_with_hint
from duediligence.web.queue_address import YES, QueueAddress
from duediligence.web.visits import Pages, Visit

pages = Pages()


@pages.get("/alerts/workbook", sends=decisions_as_bytes)
def before_it_is_made(visit: Visit) -> Response:
    asked = QueueAddress.of(visit)
    asked.filters(visit.ws.who)
    return visit.page(
        "workbook.html.jinja",
        title="Download alerts to decide in",
        address=asked.url("/alerts/workbook"),
        selected=asked.selected(visit.list_titles),
    )


@pages.post("/alerts/workbook")
def make(visit: Visit) -> Response:
    """The workbook to save; recorded, for it names people."""
    asked = QueueAddress.of(visit)
    name = f"alerts-{visit.ws.now():%Y-%m-%d}.xlsx"
    body, _ = decisions_as_bytes(
        visit.ws, asked.filters(visit.ws.who), file=name, everything=asked.everything == YES
    )
    return download(body, name)


@pages.get("/alerts/import", sends=record_import)
def which_file(visit: Visit) -> Response:
    return _render_workbook_form(visit)


@pages.post("/alerts/import")
def preview(visit: Visit) -> Response:
    """What the workbook would decide; nothing is recorded."""
    sent = visit.upload("file")
    if sent is None:
        return _render_workbook_form(visit, [("file", "Choose a workbook.")])
    try:
        key, path = uploads.store_upload(visit.ws.home, visit.viewer.account, sent)
        try:
            found = preview_import(visit.ws, read_filled(path))
        except BaseException:
            uploads.remove_upload(path)
            raise
    except Invalid as error:
        return _render_workbook_form(visit, [("file", problem_with_hint(error)[1])])
    return _render_workbook_preview(visit, found, key, path.name)


@pages.post("/alerts/import/record")
def record(visit: Visit) -> Response:
    """Record what was shown, where it is still so."""
    path = uploads.find_upload(visit.ws.home, visit.viewer.account, visit.text("key"))
    filled = read_filled(path)
    now = preview_import(visit.ws, filled)
    if _fingerprint_preview(now) != visit.text("shown"):
        errors = [("", "Something changed since you looked, so nothing was recorded.")]
        return _render_workbook_preview(
            visit, now, visit.text("key"), path.name, errors, Conflict.http_status
        )
    try:
        record_import(visit.ws, filled, now, skip_refused=visit.text("skip") == YES)
    except Conflict as error:
        errors = [("skip" if now.refused else "", sentence(error.message))]
        return _render_workbook_preview(
            visit, now, visit.text("key"), path.name, errors, error.http_status
        )
    uploads.remove_upload(path)
    told = [f"Recorded: {count(len(now.planned), 'decision')}, as {now.who}."]
    if now.waiting:
        told.append(decision_workbooks.format_waiting_count(now))
    if now.refused:
        told.append(f"Not recorded: {count(len(now.refused), 'row')}.")
    return visit.go("/alerts", " ".join(told))


def _render_workbook_form(visit: Visit, errors: Sequence[tuple[str, str]] = ()) -> Response:
    return visit.page(
        "workbook_import.html.jinja", title="Import a workbook that is filled in", errors=errors
    )


def _render_workbook_preview(
    visit: Visit,
    found: DecisionPreview,
    key: str,
    name: str,
    errors: Sequence[tuple[str, str]] = (),
    status: int = 0,
) -> Response:
    return visit.page(
        "workbook_preview.html.jinja",
        title="Check what will be recorded",
        errors=errors,
        status=status,
        name=name,
        people=decision_workbooks.format_preview_people(found),
        counts=list(decision_workbooks.list_preview_counts(found)),
        planned=[decision_workbooks.format_planned_decision(one) for one in found.planned],
        refused=[decision_workbooks.format_refused_row(one) for one in found.refused],
        fields=[("key", key), ("shown", _fingerprint_preview(found))],
        yes=YES,
    )


def _fingerprint_preview(found: DecisionPreview) -> str:
    """Of all that a preview says, so that what is recorded is what was looked at."""
    return sha256(msgspec.json.encode(found, order="deterministic")).hexdigest()
