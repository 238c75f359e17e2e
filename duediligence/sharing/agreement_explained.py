"""The page that explains an agreement to those who sign for it."""

from duediligence.render.agreement_page import render
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace
from duediligence.sharing.agreements import find, record_export
from duediligence.sharing.exchanges.sizes import most_elements
from duediligence.sharing.fingerprints import spoken_terms


@use_case("export", event="export")
def explain(workspace: Workspace, reference: str, *, file: str) -> str:
    """The page as HTML, recorded as made for `file` (its name). Raises NotFound, StorageError."""
    agreement = find(workspace, reference)
    page = render(
        agreement,
        words=spoken_terms(agreement.terms.digest),
        most_keys=most_elements(agreement.terms),
        made_at=workspace.now(),
    )
    record_export(workspace, reference, page, file, "agreement explained")
    return page
