"""Documents on the protection of people, filled from what is set and used here."""

from starlette.responses import Response

from duediligence.delivery.governance import governance_document
from duediligence.errors import NotFound
from duediligence.law.governance import load_governance
from duediligence.web.files import download
from duediligence.web.visits import Pages, Visit

pages = Pages()


@pages.get("/settings/documents", sends=governance_document)
def list_documents(visit: Visit) -> Response:
    return visit.page(
        "governance.html.jinja",
        title="Policy document, impact assessment and equality note",
        documents=load_governance().document,
    )


@pages.post("/settings/documents/{kind}")
def save_document(visit: Visit) -> Response:
    asked = visit.path("kind")
    for one in load_governance().document:
        if one.id == asked:
            return download(governance_document(visit.ws, one.id), f"{one.id}.html")
    raise NotFound(f"Unknown document {asked[:40]!r}")
