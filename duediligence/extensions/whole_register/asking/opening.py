"""Open the version in use to be asked, with what the stored suppliers are called in it."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date

from duediligence.errors import Incomplete
from duediligence.extensions.whole_register import engine
from duediligence.extensions.whole_register.asking.answers import RegisterTable
from duediligence.extensions.whole_register.asking.asked import AskedRegister
from duediligence.extensions.whole_register.derived_for_questions import DERIVED
from duediligence.extensions.whole_register.lookup.state import (
    FOUND,
    SCREENINGS,
    folder_digest,
    read_published_screening,
)
from duediligence.extensions.whole_register.tables import COMPANIES, SCREENED
from duediligence.extensions.whole_register.versions import (
    MANIFEST,
    MANIFESTS,
    Version,
    open_recorded,
    source,
    version_before,
)
from duediligence.model import register_number
from duediligence.model.entries import COMPANY
from duediligence.screening.lists.statuses import statuses
from duediligence.screening.workspace import Workspace

MEMORY_MB = 2_000


@contextmanager
def open_to_ask(workspace: Workspace) -> Iterator[AskedRegister]:
    """Open the version in use for questions, and close it.

    Raises NotFound where the register was never loaded, UsageError where DuckDB is not installed,
    Incomplete for a version without the tables that questions need, StorageError.
    """
    version = open_recorded(workspace)
    if version.files("companies") and any(not version.files(table) for table in DERIVED):
        raise Incomplete(
            f"Version {version.manifest.version} has no tables for questions",
            hint="Load the register again: an earlier version of this program made it.",
        )
    hits = sorted((version.folder / "screened").glob("*.parquet"))
    days: dict[RegisterTable, date | None] = {
        product: loaded.published for product, loaded in version.manifest.products.items()
    }
    screening = read_published_screening(version.folder) if hits else None
    if hits:
        days["screened"] = screening.on if screening else None
    searched = tuple(sorted(screening.rules.lists)) if screening else ()
    recorded = workspace.audit.sealed(SCREENINGS)
    if hits and recorded and folder_digest(version.folder / "screened") != recorded[FOUND]:
        raise engine.exchanged(hits[0])
    before = version_before(version)
    if before and (sealed := workspace.audit.sealed(MANIFESTS)):
        if sealed.get(before.folder.name, b"").hex() != before.sha256:
            raise engine.exchanged(before.folder / MANIFEST)
        before.check("companies")
    suppliers, unnumbered = _map_supplier_numbers(workspace)
    with (
        closing(version.connection(memory_mb=MEMORY_MB)) as db,
        engine.plain_errors(version.folder.parent),
    ):
        for table, columns in DERIVED.items():
            db.execute(f"CREATE VIEW {table} AS {source(version.files(table), columns)}")
        db.execute(f"CREATE VIEW screened AS {source(hits, SCREENED)}")
        earlier = before.files("companies") if before else []
        db.execute(f"CREATE VIEW companies_before AS {source(earlier, COMPANIES)}")
        yield AskedRegister(
            db,
            version.manifest.version,
            days,
            suppliers,
            unnumbered=unnumbered,
            version_before=_get_version_name(before) if earlier else "",
            lists=searched,
            lists_not_searched=tuple(
                one.list_id
                for one in (statuses(workspace) if screening else ())
                if one.in_use and one.list_id not in searched
            ),
        )


def _get_version_name(version: Version | None) -> str:
    return version.manifest.version if version else ""


def _map_supplier_numbers(workspace: Workspace) -> tuple[dict[str, str], int]:
    """Return the stored suppliers that have not ended by number, given or settled, and how many
    have none.

    Of several with one number the first in order stands for all.
    """
    settled = {
        ref: register_number(link.identifier.id)
        for ref, link in workspace.links.newest().items()
        if link.identifier and link.identifier.scheme == COMPANY
    }
    found: dict[str, str] = {}
    unnumbered = 0
    for supplier in sorted(workspace.suppliers.all(), key=lambda one: one.ref):
        if supplier.ended:
            continue
        numbers = {settled.get(supplier.ref, ""), supplier.company_number} - {""}
        unnumbered += not numbers
        for number in numbers:
            found.setdefault(number, supplier.ref)
    return found, unnumbered
