"""Alerts to decide in a spreadsheet: the workbook, and what was filled in there."""

from hashlib import sha256
from pathlib import Path

import msgspec
from starlette.responses import Response

from duediligence.casework import decision_workbooks
from duediligence.casework.decision_workbooks import DecisionPreview, preview_import, record_import
from duediligence.casework.filled_workbooks import read_filled
from duediligence.delivery.decision_workbook import decisions_as_bytes
from duediligence.errors import Conflict, Invalid
from duediligence.text.wording import count
from duediligence.web import uploads
from duediligence.web.files import download
from duediligence.web.queue_address import YES, QueueAddress
from duediligence.web.uploads import Problems
from duediligence.web.visits import Visit

_WAY = "/alerts/import"


def _preview_workbook(visit: Visit, path: Path) -> DecisionPreview:
    return preview_import(visit.ws, read_filled(path))


def _show_decisions(visit: Visit, path: Path, errors: Problems, status: int) -> Response:
    """Show what the workbook would decide; nothing is recorded."""
    found = _preview_workbook(visit, path)
    return visit.page(
        "workbook_preview.html.jinja",
        title="Check what will be recorded",
        errors=errors,
        status=status,
        name=path.name,
        people=decision_workbooks.format_preview_people(found),
        counts=list(decision_workbooks.list_preview_counts(found)),
        planned=[decision_workbooks.format_planned_decision(one) for one in found.planned],
        refused=[decision_workbooks.format_refused_row(one) for one in found.refused],
        shown=_fingerprint_preview(found),
        address=f"{_WAY}/{visit.path('key')}",
        yes=YES,
    )


def _record_decisions(visit: Visit, path: Path) -> Response:
    """Record what was shown, where it is still so."""
    filled = read_filled(path)
    now = preview_import(visit.ws, filled)
    if _fingerprint_preview(now) != visit.text("shown"):
        raise Conflict("Something changed since you looked, so nothing was recorded")
    skip = visit.text("skip") == YES
    if now.refused and not skip:
        raise Invalid(
            f"{count(len(now.refused), 'row')} cannot be recorded: select that the others are "
            "recorded all the same, or correct the workbook and import it again",
            field="skip",
        )
    record_import(visit.ws, filled, now, skip_refused=skip)
    uploads.remove_upload(path)
    told = [f"Recorded: {count(len(now.planned), 'decision')}, as {now.who}."]
    if now.waiting:
        told.append(decision_workbooks.format_waiting_count(now))
    if now.refused:
        told.append(f"Not recorded: {count(len(now.refused), 'row')}.")
    return visit.go("/alerts", " ".join(told))


def _fingerprint_preview(found: DecisionPreview) -> str:
    """Of all that a preview says, so that what is recorded is what was looked at."""
    return sha256(msgspec.json.encode(found, order="deterministic")).hexdigest()


pages = uploads.UploadReview(
    way=_WAY,
    sends=record_import,
    template="workbook_import.html.jinja",
    title="Import a workbook that is filled in",
    check=_preview_workbook,
    show=_show_decisions,
    use=_record_decisions,
).build_pages()


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
