"""Ask the registers anew about every supplier, and keep of whom they say something else."""

from collections.abc import Mapping
from contextlib import closing
from datetime import timedelta

from duediligence.errors import SourceError, UsageError
from duediligence.model import Dossier, NotKnown
from duediligence.progress import Progress
from duediligence.screening.run.behind import dossiers, is_set_up
from duediligence.screening.workspace import Workspace
from duediligence.store.records import fingerprint, identity
from duediligence.store.schedule import ScheduleStore

# Young enough that yesterday's answers are asked for again, and old enough that a job that was
# stopped or is retried goes on where it was.
_ANSWERS_AGE = timedelta(hours=12)


def refresh(workspace: Workspace, progress: Progress) -> str:
    """Gather the dossier of every supplier, and say how many changed.

    The answers are kept as evidence, from which the next screening takes them. Raises UsageError
    where no register is set up, SourceError where a register did not answer (what it did answer
    is kept), StorageError.
    """
    if not is_set_up(workspace):
        raise UsageError(
            "no register is set up to be asked",
            hint="Set companies_house_key, or load the bulk files: duediligence registers load.",
        )
    workspace.answers_age = _ANSWERS_AGE
    suppliers = workspace.suppliers.all()
    gathered = dossiers(workspace, suppliers, progress)
    silent = {ref: why for ref, one in gathered.items() if (why := _not_answered(workspace, one))}
    prints = {ref: fingerprint(one) for ref, one in gathered.items() if ref not in silent}
    with closing(ScheduleStore(workspace.settings.home / "schedule.db")) as store:
        store.forget_dossiers_but(gathered)
        older = {
            ref
            for ref, held in store.dossiers().items()
            if ref in prints and _form(held) != _form(prints[ref])
        }
        same = _as_screened(workspace, {ref: gathered[ref] for ref in older})
        changed = store.keep_dossiers(prints, workspace.now(), same=same)
    if silent:
        ref, why = next(iter(silent.items()))
        raise SourceError(
            f"the register did not answer about {len(silent):,} of {len(gathered):,} suppliers, "
            f"such as {ref}: {why}",
            hint="What was answered is kept; only the rest is asked again.",
        )
    return f"asked about {len(gathered):,} suppliers: {changed:,} new or changed"


def _form(fingerprint: str) -> str:
    """The version of the form behind a fingerprint; empty before there were any."""
    return fingerprint.rpartition(" ")[0]


def _as_screened(workspace: Workspace, dossiers: Mapping[str, Dossier]) -> frozenset[str]:
    """Whose dossier says the same as in the newest run, for fingerprints of different forms."""
    newest = workspace.screened.newest() if dossiers else {}
    return frozenset(
        ref
        for ref, dossier in dossiers.items()
        if ref in newest
        and isinstance(then := workspace.screened.supplier(newest[ref], ref), Dossier)
        and identity(then) == identity(dossier)
    )


def _not_answered(workspace: Workspace, dossier: Dossier) -> str:
    """Why nothing is known of a company that was asked about at the API; empty otherwise."""
    if workspace.companies_house and isinstance(dossier.company, NotKnown):
        return dossier.company.reason if dossier.supplier.company_number else ""
    return ""
