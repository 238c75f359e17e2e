"""What is held about a supplier, sorted for a person who answers a request for information."""

from starlette.responses import Response

from duediligence.casework.copies import list_kept_copies
from duediligence.casework.held_records import SortedRecords, sort_held_records
from duediligence.delivery.disclosure_file import disclosure_as_bytes
from duediligence.law.exemptions import list_access_remarks, list_exemptions, load_exemptions
from duediligence.screening.resolution.resolving import supplier_of
from duediligence.web.files import download, safe_name
from duediligence.web.navigation import supplier_address
from duediligence.web.queue_address import YES
from duediligence.web.visits import Pages, Visit

pages = Pages()


@pages.get("/suppliers/{ref:path}/disclosure", sends=sort_held_records)
def _render_sorted_records(visit: Visit, found: SortedRecords | None = None) -> Response:
    table, supplier = load_exemptions(), supplier_of(visit.ws, visit.path("ref"))
    return visit.page(
        "disclosure.html.jinja",
        title="What is held, sorted for a decision",
        supplier=supplier,
        found=found,
        kinds=dict.fromkeys(one.kind for one in found.records) if found else (),
        remarks=list_access_remarks(visit.ws.settings.buyer_nation),
        labelled=lambda traits: [one.label for one in table.trait if one.id in traits],
        engaged=list_exemptions,
        exemptions=[(str(one), one.why) for one in table.exemption],
        at=lambda *below: supplier_address(supplier.ref, *below),
        kept=list_kept_copies(visit.ws).remark,
        yes=YES,
    )


@pages.post("/suppliers/{ref:path}/disclosure")
def show_what_is_held(visit: Visit) -> Response:
    """Show it this once: the use case records it."""
    restricted = visit.text("restricted") == YES
    return _render_sorted_records(
        visit, sort_held_records(visit.ws, visit.path("ref"), restricted=restricted)
    )


@pages.post("/suppliers/{ref:path}/disclosure/file")
def save_workbook(visit: Visit) -> Response:
    name = safe_name(f"disclosure-{visit.path('ref')}.xlsx", "disclosure")
    return download(disclosure_as_bytes(visit.ws, visit.path("ref"), file=name).body, name)
