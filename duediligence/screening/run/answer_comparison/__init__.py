"""What a supplier stated of itself, compared with what registers and lists say."""

from collections.abc import Iterable, Mapping

from duediligence.law.declarations import add_asked_grounds
from duediligence.model import Dossier, Finding
from duediligence.model.answer_comparisons import AnswerComparison
from duediligence.model.supplier_information import SupplierInformation
from duediligence.screening.run.answer_comparison.grounds import GroundComparison
from duediligence.screening.run.answer_comparison.parties import PartyComparison
from duediligence.screening.run.answer_comparison.supplier import SupplierComparison


def compare_with_registers(
    information: SupplierInformation,
    dossier: Dossier,
    findings: Iterable[Finding] = (),
    titles: Mapping[str, str] | None = None,
) -> tuple[AnswerComparison, ...]:
    """Return what registers and lists say of each thing that a supplier stated.

    `findings` come from the run of the dossier, `titles` of lists are by id. What is not known
    never agrees. Who is connected is said by Procurement Act 2023 Sch 6 para 45 (as such, a
    secretary is not), what is stated of them by Procurement Regulations 2024 reg.11: of control,
    which of the conditions in Part 1 of Schedule 1A to the Companies Act 2006 applies.
    """
    grounds = GroundComparison(information, dossier)
    return (
        *SupplierComparison(information, dossier).compare_supplier(),
        *PartyComparison(information, dossier).compare_parties(),
        *grounds.compare_exclusions(add_asked_grounds(findings), titles or {}),
    )
