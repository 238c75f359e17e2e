"""The version that is asked: its tables as views of a connection, and what it does not hold."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from duediligence.errors import Hint, Incomplete, NotFound, Step
from duediligence.extensions.whole_register import engine
from duediligence.extensions.whole_register.asking.answers import (
    AnswerScope,
    RegisterCompany,
    RegisterTable,
)
from duediligence.extensions.whole_register.lookup.state import (
    FOUND,
    SCREENINGS,
    folder_digest,
    read_published_screening,
)
from duediligence.extensions.whole_register.question_tables import DERIVED
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

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# Which file of Companies House each table comes from, for a message.
FILES: Mapping[RegisterTable, str] = {
    "companies": "BasicCompanyData",
    "owners": "The PSC snapshot",
    "officers": "The officers bulk file",
}
_COMPANIES: tuple[RegisterTable, ...] = ("companies",)
# By which power: names that are 90 % similar count two thirds, those that are 70 % a quarter.
SURENESS = 4


@dataclass(frozen=True, slots=True)
class AskedRegister:
    """A connection with a view for each table of `TABLES` and `DERIVED`.

    A table that is not loaded is an empty view. `days` has the day of each file that is loaded,
    None where it is not known; `suppliers` are the references of the stored suppliers by company
    number, `unnumbered` is how many have none and so cannot be asked about. `version_before` names
    the version whose companies are the view `companies_before`; empty where none is kept. `lists`
    are those that the screening of the register searched, the others those in use that it did not.
    """

    connection: "DuckDBPyConnection"
    version: str
    days: Mapping[RegisterTable, date | None]
    suppliers: Mapping[str, str]
    unnumbered: int = 0
    version_before: str = ""
    lists: tuple[str, ...] = ()
    lists_not_searched: tuple[str, ...] = ()

    @property
    def day(self) -> date:
        """Return the day of the companies file, by which what is new is measured."""
        known = self.days.get("companies")
        return known or rows(self.connection, "SELECT current_date")[0][0]

    def scope(
        self,
        wanted: Sequence[RegisterTable],
        *,
        needed: Collection[RegisterTable] = _COMPANIES,
    ) -> AnswerScope:
        """Return what an answer from the tables `wanted` rests on.

        Raises Incomplete where one that is `needed` is not loaded: there is nothing to ask.
        """
        missing = tuple(table for table in wanted if table not in self.days)
        for table in missing:
            if table in needed:
                raise _not_there(table)
        screened = "screened" in wanted and "screened" in self.days
        return AnswerScope(
            version=self.version,
            days={table: self.days[table] for table in wanted if table in self.days},
            missing=missing,
            lists=self.lists if screened else (),
            lists_not_searched=self.lists_not_searched if screened else (),
        )

    def need_company(self, numbers: Collection[str]) -> None:
        """Raise NotFound where no file has a company of one of these numbers."""
        known = self.companies(numbers)
        if lost := [one for one in numbers if not known[one].name]:
            raise NotFound(
                f"The register holds no company {', '.join(lost)}",
                hint="Check the number. A company formed after the day of the files is not in "
                "them.",
            )

    def need_suppliers(self) -> None:
        """Raise NotFound where no stored supplier has a company number: there is nobody to ask
        about.
        """
        if not self.suppliers:
            raise NotFound(
                "No stored supplier has a company number",
                hint=Hint("Import them with their numbers: ", Step("import-suppliers")),
            )

    def not_asked_about(self) -> dict[str, int]:
        """Return how many suppliers nothing is known of: those without a number, and those whose
        number no file has.
        """
        self.set_suppliers()
        lost = rows(
            self.connection,
            "SELECT count(*) FROM suppliers "
            "ANTI JOIN (FROM nodes WHERE label <> '') known USING (node)",
        )[0][0]
        counted = {
            "suppliers without a company number": self.unnumbered,
            "suppliers whose number is in none of the files": lost,
        }
        return {words: number for words, number in counted.items() if number}

    def set_suppliers(self) -> None:
        """Make the temporary table `suppliers`: `number`, `node`, `ref`."""
        self.connection.execute(
            "CREATE OR REPLACE TEMP TABLE suppliers (number VARCHAR, node UBIGINT, ref VARCHAR)"
        )
        pairs = sorted(self.suppliers.items())
        self.connection.execute(
            "INSERT INTO suppliers SELECT number, md5_number_lower('company:' || number), ref "
            "FROM (SELECT unnest(?::VARCHAR[]) AS number, unnest(?::VARCHAR[]) AS ref)",
            [[number for number, _ in pairs], [ref for _, ref in pairs]],
        )

    def companies(self, numbers: Collection[str]) -> dict[str, RegisterCompany]:
        """Return each company by its number, as far as any file says; of others the number
        alone.
        """
        found = {number: RegisterCompany(number, "") for number in numbers}
        wanted = sorted(found)
        for number, name, status, created, gone in rows(
            self.connection,
            """
            SELECT number, max(name), coalesce(max(status), ''), min(created_on), min(gone_since)
            FROM (
              SELECT number, name, status, created_on, gone_since FROM companies
              WHERE number IN (SELECT unnest(?::VARCHAR[]))
              UNION ALL
              SELECT number, name, nullif(status, ''), NULL, NULL FROM officers_companies
              WHERE number IN (SELECT unnest(?::VARCHAR[]))
                AND number NOT IN (
                  SELECT number FROM companies WHERE number IN (SELECT unnest(?::VARCHAR[])))
            ) GROUP BY number
            """,
            wanted,
            wanted,
            wanted,
        ):
            found[number] = RegisterCompany(number, name or "", status, created, gone)
        return {
            number: RegisterCompany(
                one.number,
                one.name,
                one.status,
                one.created_on,
                one.gone_since,
                self.suppliers.get(number, ""),
            )
            for number, one in found.items()
        }


def _not_there(table: RegisterTable) -> Incomplete:
    if table == "screened":
        return Incomplete(
            "The whole register was not screened yet: who is listed is not known",
            hint=Hint("Screen it: `", Step("screen-register"), "`"),
        )
    return Incomplete(
        f"{FILES[table]} is not loaded: this cannot be asked",
        hint=Hint("Get it from Companies House, then: `", Step("load-whole-register"), "`"),
    )


def rows(connection: "DuckDBPyConnection", query: str, *values: Any) -> list[tuple[Any, ...]]:
    """Return all rows of a query with its values."""
    return connection.execute(query, list(values)).fetchall()


def insert_numbers(
    connection: "DuckDBPyConnection", table: str, found: Sequence[tuple[int, ...]]
) -> None:
    """Put rows of whole numbers into a temporary table of this package, in one statement."""
    if found:
        columns = list(map(list, zip(*found, strict=True)))
        places = ", ".join("unnest(?::UBIGINT[])" for _ in columns)
        connection.execute(f"INSERT INTO {table} SELECT {places}", columns)


def weigh_score(score: float) -> float:
    """Return how much a possible match counts: 1 where the names are the same, and little in
    doubt.
    """
    return score**SURENESS


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
                # On lists kept apart the whole register is never searched.
                if one.in_use
                and one.list_id not in searched
                and not workspace.watchlist(one.list_id).kept_apart
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
