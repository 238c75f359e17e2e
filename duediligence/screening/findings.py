"""Run the checks over what is known, and turn their outcomes into findings."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from duediligence import registry
from duediligence.contracts import CheckContext
from duediligence.contracts.checks import AnyCheck
from duediligence.model import (
    Finding,
    ListStatus,
    Outcome,
    PossibleMatch,
    RejectedRow,
    Supplier,
)
from duediligence.screening.policy import Policy

ALL = "(all suppliers)"


@dataclass(frozen=True)
class Assessor:
    """Applies every check to a subject of the kind that it needs."""

    run_id: str
    policy: Policy
    context: CheckContext

    def about_list(self, status: ListStatus) -> list[Finding]:
        version = status.version
        return [
            replace(
                self._finding(check, outcome),
                supplier_name=ALL,
                subject_name=status.title,
                subject_role="list",
                list_id=status.list_id,
                list_version=version.version if version else "",
                retrieved_at=version.retrieved_at if version else None,
            )
            for check, outcome in self._outcomes(status)
        ]

    def about_row(self, row: RejectedRow) -> list[Finding]:
        return [
            replace(
                self._finding(check, outcome),
                supplier_name=f"(row {row.row})",
                subject_name=f"row {row.row}",
                subject_role="supplier file",
            )
            for check, outcome in self._outcomes(row)
        ]

    def about_supplier(self, supplier: Supplier) -> list[Finding]:
        return [
            replace(
                self._finding(check, outcome, supplier),
                subject_name=supplier.name,
                subject_role="supplier",
            )
            for check, outcome in self._outcomes(supplier)
        ]

    def about_match(
        self, supplier: Supplier, found: PossibleMatch, more: bool, status: ListStatus
    ) -> list[Finding]:
        """`more` says that the list holds more possible matches than are shown."""
        assert status.version is not None
        unshown = " More possible matches on this list are not shown." if more else ""
        return [
            replace(
                self._finding(check, outcome, supplier),
                subject_name=found.match.query_name,
                subject_role=found.subject_role,
                list_id=status.list_id,
                list_version=status.version.version,
                entry_id=found.entry.id,
                entry_name=found.match.listed_name,
                score=found.match.score,
                why=f"{found.match.explain()} {outcome.why}{unshown}",
                entry_url=found.entry.url,
                retrieved_at=status.version.retrieved_at,
            )
            for check, outcome in self._outcomes(found)
        ]

    def _outcomes(self, subject: Any) -> Iterator[tuple[AnyCheck, Outcome]]:
        for check in registry.checks().values():
            if check.needs is not type(subject):
                continue
            context = replace(self.context, params=self.policy.params_of(check))
            outcome = check.run(subject, context)
            if outcome.result not in ("clear", "not_applicable"):
                yield check, outcome

    def _finding(
        self, check: AnyCheck, outcome: Outcome, supplier: Supplier | None = None
    ) -> Finding:
        return Finding(
            run_id=self.run_id,
            supplier_ref=supplier.ref if supplier else "",
            supplier_name=supplier.name if supplier else "",
            company_number=supplier.company_number if supplier else "",
            check_id=check.id,
            check_title=check.title,
            topic=check.topic,
            outcome=outcome.result,
            severity=self.policy.severity(check),
            why=outcome.why,
            measures=outcome.measures,
            possible_grounds=outcome.grounds,
            next_step=outcome.next_step,
        )
