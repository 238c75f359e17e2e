"""The version that is asked: its tables as views of a connection, and what it does not hold."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from duediligence.errors import Hint, Incomplete, NotFound, Step
from duediligence.extensions.whole_register.asking.answers import (
    AnswerScope,
    RegisterCompany,
    RegisterTable,
)

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
