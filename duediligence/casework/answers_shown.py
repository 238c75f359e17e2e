"""What one supplier stated, compared with the registers and lists of its newest screening."""

from dataclasses import dataclass, replace
from datetime import date

from duediligence.model.answer_comparisons import AnswerComparison, AnswerVerdict
from duediligence.model.findings import PERSONAL_INSOLVENCY
from duediligence.model.registers import Resolution
from duediligence.screening.access import may_see_personal_insolvency, use_case
from duediligence.screening.dossiers.gathering import gather_dossier
from duediligence.screening.resolution.resolving import supplier_of
from duediligence.screening.run.answer_comparison import compare_with_registers
from duediligence.screening.workspace import Workspace

# In the order in which they are shown, with their words.
VERDICT_WORDS: dict[AnswerVerdict, str] = {
    "differs": "Differs",
    "to look at": "To look at",
    "since then": "Changed since the form",
    "cannot be known": "Cannot be known here",
    "agrees": "Agrees",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersView:
    """The comparisons of a supplier, what differs first; none where it handed in no form.

    `stated_on` is the day of the form, `read_on` that on which it came here; None where not known.
    `is_screened`: registers and lists were asked; where not, no comparison says why it is not
    known. What is restricted is left out.
    """

    ref: str
    name: str
    has_form: bool
    stated_on: date | None
    read_on: date | None
    is_screened: bool
    comparisons: tuple[AnswerComparison, ...]


@use_case("read")
def answers_of(workspace: Workspace, ref: str) -> AnswersView:
    """Return what a supplier stated, compared. Raises NotFound, StorageError."""
    supplier = supplier_of(workspace, ref)
    form = workspace.supplier_information.current(supplier.ref)
    run_id = workspace.screened.newest_of([supplier.ref]).get(supplier.ref, "")
    compared = workspace.runs.compared(run_id, supplier.ref) if run_id else None
    dossier = (compared.dossier if compared else None) or gather_dossier(
        supplier, api=None, register=None, resolution=Resolution("none"), now=workspace.now()
    )
    hidden = () if may_see_personal_insolvency(workspace) else (PERSONAL_INSOLVENCY,)
    found = workspace.screened.about(run_id, [supplier.ref]) if run_id else ()
    findings = [one for one in found if one.handling != "restricted" and one.topic not in hidden]
    titles = workspace.list_titles
    comparisons = compare_with_registers(form, dossier, findings, titles) if form else ()
    if not run_id:
        comparisons = tuple(replace(one, shown="") for one in comparisons)
    order = list(VERDICT_WORDS)
    return AnswersView(
        ref=supplier.ref,
        name=supplier.name,
        has_form=form is not None,
        stated_on=form.submitted_on if form else None,
        read_on=form.read_at.date() if form and form.read_at else None,
        is_screened=bool(run_id),
        comparisons=tuple(sorted(comparisons, key=lambda one: order.index(one.verdict))),
    )
