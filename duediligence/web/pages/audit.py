"""The audit chain: what was recorded, whether it holds, and a copy of it."""

import re
from urllib.parse import urlencode

from starlette.responses import Response

from duediligence.casework import verifying
from duediligence.casework.examination import ChainVerification
from duediligence.model.audit import AUDIT_KINDS, AuditRecord
from duediligence.render.wording import sentence
from duediligence.screening.clock import clock_doubt, put_clock_right
from duediligence.text.wording import listed
from duediligence.web.files import download
from duediligence.web.form_fields import whole_number
from duediligence.web.upkeep_jobs import VERIFICATION, load_job_result, verify_chain
from duediligence.web.visits import Pages, Visit

pages = Pages()

_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
ON_A_PAGE = 25


@pages.get("/audit")
def _render_audit_page(visit: Visit, *errors: tuple[str, str]) -> Response:
    kind, subject = visit.query("kind"), visit.query("subject").strip()
    before = visit.query("before")
    found = verifying.log_page(
        visit.ws, limit=ON_A_PAGE, before=_parse_audit_position(before), kind=kind, subject=subject
    )
    records, head = verifying.head(visit.ws)
    filters = {name: value for name, value in (("kind", kind), ("subject", subject)) if value}
    return visit.page(
        "audit.html.jinja",
        title="Audit",
        errors=errors,
        events=list(map(_build_timeline_event, found.records)),
        records=records,
        head=head,
        doubt=sentence(clock_doubt(visit.ws)),
        now=visit.ws.now(),
        noted=visit.text("head"),
        kinds=AUDIT_KINDS,
        kind=kind,
        subject=subject,
        selected=[
            (
                name.capitalize(),
                value,
                _build_audit_address({n: v for n, v in filters.items() if n != name}),
            )
            for name, value in filters.items()
        ],
        newest=_build_audit_address(filters) if before else "",
        older=_build_audit_address({**filters, "before": str(found.older)}) if found.older else "",
    )


def _parse_audit_position(text: str) -> int | None:
    if not text:
        return None
    # What is no number is no position either.
    return whole_number(text) or 0


def _build_audit_address(values: dict[str, str]) -> str:
    return f"/audit?{urlencode(values)}" if values else "/audit"


def _build_timeline_event(record: AuditRecord) -> tuple[str, str, object, str]:
    """Return a record for the timeline: what, by whom, when, and the details."""
    position, _, who, kind, subject, details = verifying.cells_of(record)
    title = f"{kind}: {subject}" if subject else kind
    return sentence(title).rstrip("."), who, record.event.at, f"Record {position}. {details}"


@pages.post("/audit/verify")
def verify(visit: Visit) -> Response:
    head = visit.text("head").lower()
    if head and not _FINGERPRINT.fullmatch(head):
        return _render_audit_page(
            visit,
            ("head", "Enter 64 characters: digits and letters from a to f, or nothing"),
        )
    return visit.go(f"/jobs/{verify_chain(visit.service, visit.viewer, head)}")


@pages.post("/audit/clock-right")
def clock_right(visit: Visit) -> Response:
    again = put_clock_right(visit.ws)
    more = f" Fetch, confirm or load again: {listed(again)}." if again else ""
    return visit.go("/audit", f"Recorded: the clock is right.{more}")


@pages.get("/audit/verified/{job}")
def verified(visit: Visit) -> Response:
    found = load_job_result(
        visit.service, visit.viewer, visit.path("job"), VERIFICATION, ChainVerification
    )
    return visit.page(
        "verification.html.jinja",
        title="The chain is sound" if found.sound else "Something was changed by hand",
        found=found,
        lines=list(verifying.format_chain_lines(found)),
        job=visit.service.jobs.get(visit.path("job")),
    )


@pages.post("/audit/export")
def export(visit: Visit) -> Response:
    text = "".join(f"{line}\n" for line in verifying.export_chain(visit.ws, None))
    return download(text, f"audit-{visit.ws.now():%Y-%m-%d}.jsonl")
