"""Ask the registers anew about every supplier, and keep of whom they say something else."""

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from duediligence.errors import Hint, SourceError, Step, UsageError
from duediligence.model import Dossier, NotKnown
from duediligence.progress import Progress
from duediligence.screening.run.behind import dossiers, is_set_up
from duediligence.screening.workspace import Workspace
from duediligence.store.runs.dossiers import encode
from duediligence.store.schedule import ScheduleStore

# Young enough that yesterday's answers are asked for again, and old enough that a job that was
# stopped or is retried goes on where it was.
_ANSWERS_AGE = timedelta(hours=12)
_SOME_TIME = datetime(2000, 1, 1, tzinfo=UTC)


def refresh(workspace: Workspace, progress: Progress) -> str:
    """Gather the dossier of every supplier, and say how many changed.

    The answers are kept as evidence, from which the next screening takes them. Raises UsageError
    where no register is set up, SourceError where a register did not answer (what it did answer
    is kept), StorageError.
    """
    if not is_set_up(workspace):
        raise UsageError(
            "no register is set up to be asked",
            hint=Hint("Set companies_house_key, or load the bulk files: ", Step("load-registers")),
        )
    workspace.answers_age = _ANSWERS_AGE
    suppliers = workspace.suppliers.all()
    gathered = dossiers(workspace, suppliers, progress)
    silent = {ref: why for ref, one in gathered.items() if (why := _not_answered(workspace, one))}
    prints = {ref: fingerprint(one) for ref, one in gathered.items() if ref not in silent}
    with closing(ScheduleStore(workspace.settings.home / "schedule.db")) as store:
        store.forget_dossiers_but(gathered)
        changed = store.keep_dossiers(prints, workspace.now())
    if silent:
        ref, why = next(iter(silent.items()))
        raise SourceError(
            f"the register did not answer about {len(silent):,} of {len(gathered):,} suppliers, "
            f"such as {ref}: {why}",
            hint="What was answered is kept; only the rest is asked again.",
        )
    return f"asked about {len(gathered):,} suppliers: {changed:,} new or changed"


def fingerprint(dossier: Dossier) -> str:
    """The hash of what a dossier says, whenever and from wherever it was taken."""
    return sha256(encode(replace(dossier, taken_at=_SOME_TIME, sources=()))).hexdigest()


def _not_answered(workspace: Workspace, dossier: Dossier) -> str:
    """Why nothing is known of a company that was asked about at the API; empty otherwise."""
    if workspace.companies_house and isinstance(dossier.company, NotKnown):
        return dossier.company.reason if dossier.supplier.company_number else ""
    return ""
