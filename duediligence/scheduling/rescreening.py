"""Suppliers screened again: which are due, their dossiers, and the run.

The Procurement Act 2023, s.78, lets a buyer end a contract whose supplier becomes excluded or
excludable after award: so suppliers are screened at first, whenever what is known has changed,
and after some months all the same, six as councils do it in their own procedures.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from duediligence.errors import Hint, Incomplete, SourceError, Step, UsageError
from duediligence.matching import DEFAULT_THRESHOLD, MATCHER_VERSION
from duediligence.model import Dossier, NotKnown, Run, Supplier
from duediligence.progress import Progress
from duediligence.render.matcher_change import headline
from duediligence.render.verdict import not_checked
from duediligence.screening.run.policy import read_policy
from duediligence.screening.run.screen import Screened, gather_dossiers, is_set_up, screen
from duediligence.screening.workspace import Workspace, user_agent
from duediligence.store.casework.runs import LastRun, hash_as_screened
from duediligence.store.records import derive_fingerprint, identity
from duediligence.store.schedule import ScheduleStore
from duediligence.text.dates import months_after
from duediligence.text.wording import count

DueReason = Literal[
    "never screened",
    "details changed",
    "register record changed",
    "list changed",
    "rules changed",
    "review due",
]
_WORDS: Mapping[DueReason, str] = {
    "never screened": "never screened",
    "details changed": "its details changed",
    "register record changed": "its register record changed",
    "list changed": "a list changed",
    "rules changed": "the rules of matching changed",
    "review due": "not screened for {months} months",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """What a run would compare with now: the list versions by list id, and by which rules.

    `rules` are the matcher's version, the policy's hash and the threshold; `now` is aware.
    """

    lists: Mapping[str, str]
    rules: tuple[str, str, float]
    review_months: int
    now: datetime


def due_reason(
    coverage: LastRun | None,
    present: Present,
    *,
    sha256: str,
    dossier_changed: datetime | None = None,
) -> DueReason | None:
    """Return why a supplier is due; None where it is not.

    `sha256` is of the supplier as it is now; `dossier_changed` is when what the registers say of
    it was last seen to change.
    """
    if coverage is None:
        return "never screened"
    started = coverage.run.started_at
    if coverage.sha256 != sha256:
        return "details changed"
    if dossier_changed is not None and dossier_changed > started:
        return "register record changed"
    if lists_of(coverage.run) != present.lists:
        return "list changed"
    if rules_of(coverage.run) != present.rules:
        return "rules changed"
    if started > present.now or months_after(started, present.review_months) <= present.now:
        return "review due"
    return None


def due_words(reason: DueReason, review_months: int) -> str:
    """Return the reason for a person: `not screened for 6 months`."""
    return _WORDS[reason].format(months=review_months)


def lists_of(run: Run) -> Mapping[str, str]:
    """Return the version of each list that a run compared with, by list id."""
    return {one.list_id: one.version.version for one in run.lists if one.version}


def rules_of(run: Run) -> tuple[str, str, float]:
    """Return by which rules a run matched."""
    return run.matcher_version, run.policy_sha256, run.threshold


# Young enough that yesterday's answers are asked for again, and old enough that a job that was
# stopped or is retried goes on where it was.
_ANSWERS_AGE = timedelta(hours=12)


def refresh_all_dossiers(workspace: Workspace, progress: Progress) -> str:
    """Gather the dossier of every supplier, and say how many changed.

    The answers are kept as evidence, from which the next screening takes them. Raises UsageError
    where no register is set up, SourceError where a register did not answer (what it did answer
    is kept), StorageError.
    """
    if not is_set_up(workspace):
        raise UsageError(
            "no register is configured to be asked",
            hint=Hint("Set companies_house_key, or load the bulk files: ", Step("load-registers")),
        )
    workspace.answers_age = _ANSWERS_AGE
    suppliers = workspace.suppliers.active(workspace.now().date())
    gathered = gather_dossiers(workspace, suppliers, progress)
    silent = {ref: why for ref, one in gathered.items() if (why := _not_answered(workspace, one))}
    prints = {ref: derive_fingerprint(one) for ref, one in gathered.items() if ref not in silent}
    with closing(ScheduleStore(workspace.home / "schedule.db")) as store:
        store.forget_dossiers_but(gathered)
        older = {
            ref
            for ref, held in store.dossiers().items()
            if ref in prints and _parse_form_version(held) != _parse_form_version(prints[ref])
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


def follow_streams(workspace: Workspace) -> str:
    """Read each stream of Companies House, note which suppliers' companies changed, and say so.

    Only that is kept: their records are asked for at the next screening, which they are due for.
    Where a stream goes no further back, every supplier is. Events that are missing between two
    are counted: what they were is found when the registers are next asked about every supplier.
    Raises UsageError where there is no key, SourceError where a stream cannot be read.
    """
    settings = workspace.settings
    key = settings.secret("companies_house_stream_key")
    if not key:
        raise UsageError(
            "no key for the stream of Companies House is set",
            hint="Set companies_house_stream_key.",
        )
    # Imported lazily: requests is slow to import.
    from duediligence.registers.companies_house.stream import STREAMS, read_stream
    from duediligence.screening.registers import map_company_numbers

    ours = map_company_numbers(workspace)
    changed: set[str] = set()
    said, failed = [], []
    with closing(ScheduleStore(workspace.home / "schedule.db")) as store:
        timepoints = store.timepoints()
        for name in STREAMS:
            try:
                read = read_stream(
                    settings.address_of_key("companies_house_stream_url"),
                    name,
                    timepoints.get(name),
                    key=key,
                    user_agent=user_agent(settings),
                    verify=str(settings.ca_file) if settings.ca_file else True,
                    private_hosts=(*settings.private_hosts, *settings.key_hosts),
                )
            except SourceError as error:
                failed.append(error.message)
                continue
            found = {
                ref for ref, number in ours.items() if read.too_old or number in read.companies
            }
            changed |= found
            store.keep_stream(name, read.timepoint, found, workspace.now())
            if read.too_old:
                said.append(f"{name} goes no further back: every supplier is asked about again")
            elif read.missed:
                said.append(f"{name} lacks {count(read.missed, 'event')}")
    words = "; ".join([f"{count(len(changed), 'supplier')} to ask about again", *said])
    if failed:
        raise SourceError(f"{words}; not read: {'; '.join(failed)}")
    return words


def _parse_form_version(fingerprint: str) -> str:
    """Return the version of the form behind a fingerprint; empty before there were any."""
    return fingerprint.rpartition(" ")[0]


def _as_screened(workspace: Workspace, dossiers: Mapping[str, Dossier]) -> frozenset[str]:
    """Return whose dossier says the same as in the newest run, for fingerprints of different
    forms.
    """
    newest = workspace.screened.newest() if dossiers else {}
    return frozenset(
        ref
        for ref, dossier in dossiers.items()
        if ref in newest
        and isinstance(then := workspace.screened.supplier(newest[ref], ref), Dossier)
        and identity(then) == identity(dossier)
    )


def _not_answered(workspace: Workspace, dossier: Dossier) -> str:
    """Return why nothing is known of a company that was asked about at the API; empty otherwise."""
    if workspace.companies_house and isinstance(dossier.company, NotKnown):
        return dossier.company.reason if dossier.supplier.company_number else ""
    return ""


def re_screen(workspace: Workspace, job: str, progress: Progress) -> str:
    """Screen every supplier where any is due, and say what was done.

    An attempt at `job` that was interrupted may have stored its run and reported nothing of it:
    then what that run could not check is reported now. Raises Incomplete where something could
    not be checked: the run is stored. Raises StorageError.
    """
    today = workspace.now().date()
    suppliers = workspace.suppliers.active(today)
    if not suppliers:
        return "there are no suppliers"
    reasons = Counter(why for supplier, why in list_due_suppliers(workspace, suppliers) if why)
    if not reasons:
        said = f"none of {len(suppliers):,} suppliers was due"
        run_id = _not_reported(workspace, job, suppliers)
        if run_id and (stored := workspace.runs.get(run_id)):
            raise _build_incomplete_error(f"{said} after run {run_id}", stored)
        return said
    ended = len(workspace.suppliers.ended(today))
    run = screen(workspace, Screened(suppliers, ended=ended), progress=progress)
    months = workspace.settings.review_months
    why = ", ".join(
        f"{number:,} {due_words(each, months)}" for each, number in reasons.most_common()
    )
    said = f"screened {run.suppliers:,} suppliers ({why}): run {run.id}"
    if changed := headline(run):
        said += f". {changed.removesuffix('.')}"
    if not run.complete:
        raise _build_incomplete_error(said, run)
    return said


def _build_incomplete_error(said: str, run: Run) -> Incomplete:
    return Incomplete(f"{said}, INCOMPLETE: {not_checked(run)}")


def _not_reported(workspace: Workspace, job: str, suppliers: Sequence[Supplier]) -> str:
    """Return the incomplete run that most suppliers were last screened in, where an attempt at the
    job was interrupted since it was last done; empty otherwise.
    """
    with closing(ScheduleStore(workspace.home / "schedule.db")) as schedule:
        attempts = schedule.attempts(job)
    if not any(one.result == "interrupted" for one in attempts):
        return ""
    incomplete = workspace.screened.incomplete()
    runs = Counter(incomplete[one.ref] for one in suppliers if one.ref in incomplete)
    return runs.most_common(1)[0][0] if runs else ""


def list_due_suppliers(
    workspace: Workspace, suppliers: Sequence[Supplier]
) -> list[tuple[Supplier, DueReason | None]]:
    """Return each supplier, and why it is due; None where it is not. Raises StorageError."""
    settings = workspace.settings
    covered = workspace.casework.coverage.newest([supplier.ref for supplier in suppliers])
    with closing(ScheduleStore(settings.home / "schedule.db")) as schedule:
        changed = schedule.dossiers_changed()
        announced = schedule.announced()
    present = Present(
        lists={
            list_id: loaded.version.version
            for list_id, loaded in workspace.lists.current().items()
            if list_id in workspace.watchlists
        },
        rules=(
            MATCHER_VERSION,
            read_policy(settings.policy, workspace.watchlists).sha256,
            settings.threshold or DEFAULT_THRESHOLD,
        ),
        review_months=settings.review_months,
        now=workspace.now(),
    )
    return [
        (
            supplier,
            due_reason(
                covered.get(supplier.ref),
                present,
                sha256=hash_as_screened(supplier),
                dossier_changed=max(
                    filter(None, (changed.get(supplier.ref), announced.get(supplier.ref))),
                    default=None,
                ),
            ),
        )
        for supplier in suppliers
    ]
