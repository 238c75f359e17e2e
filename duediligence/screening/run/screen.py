"""A screening from suppliers to a stored run."""

import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from secrets import token_hex

from duediligence.errors import Hint, NotAsRecorded, Step
from duediligence.extension import load_parts
from duediligence.matching import DEFAULT_THRESHOLD, MATCHER_VERSION
from duediligence.model import (
    SEVERITIES,
    Dossier,
    Finding,
    ListEntry,
    Party,
    Reading,
    Register,
    RegisterInUse,
    RejectedRow,
    Run,
    Scope,
    ScopeGap,
    Severity,
    Supplier,
)
from duediligence.model.entries import Kind
from duediligence.model.runs import Basis
from duediligence.model.suppliers import BuyerFacts
from duediligence.progress import SILENT, Progress
from duediligence.screening.access import use_case
from duediligence.screening.alerts.judgement_effects import with_judgement_effects
from duediligence.screening.alerts.matcher_effects import RunToStore, with_matcher_effects
from duediligence.screening.alerts.projection import run_stored
from duediligence.screening.audit_events import REGISTERS
from duediligence.screening.lists import statuses as lists
from duediligence.screening.lookup.list_search import open_lists
from duediligence.screening.lookup.parties import (
    deduplicate_parties,
    find_former_limit,
    parties,
    premises_of,
)
from duediligence.screening.run.findings import JUDGEMENT_VERSION, Assessor, check_context
from duediligence.screening.run.policy import find_weakenings, read_policy
from duediligence.screening.run.reading import by_supplier, overall_reading
from duediligence.screening.run.stages import GatheredRun, PartyFinding, list_stages
from duediligence.screening.workspace import Workspace
from duediligence.store.casework.runs import EntryKey, in_order
from duediligence.store.schedule import ScheduleStore
from duediligence.suppliers.rows import made_ref
from duediligence.version import __version__

_CHARITIES: Mapping[Register, tuple[ScopeGap, ScopeGap]] = {
    "charities-england-wales": (
        "charities-england-wales-not-loaded",
        "charities-england-wales-file-only",
    ),
    "charities-scotland": ("charities-scotland-not-loaded", "charities-scotland-file-only"),
    "charities-northern-ireland": (
        "charities-northern-ireland-not-loaded",
        "charities-northern-ireland-file-only",
    ),
}


def scope_of(workspace: Workspace) -> Scope:
    """Return the registers in use now, and the gaps of the set-up. Nothing is asked of the network.

    Raises UsageError for a key that cannot be one, StorageError.
    """
    registers = tuple(_list_registers_in_use(workspace))
    loaded = {one.register for one in registers if not one.online}
    online = any(one.online for one in registers)
    gaps = list(_list_scope_gaps(loaded, online=online))
    if workspace.casework.owned_rows().keys() - {one.name for one in workspace.extensions}:
        gaps.append("extension-not-installed")
    return Scope(registers=registers, gaps=tuple(gaps))


def _list_registers_in_use(workspace: Workspace) -> Iterator[RegisterInUse]:
    if workspace.settings.key_of_companies_house():
        yield RegisterInUse(register="companies-house", online=True)
    # Asked of the file first: opening the register would make one.
    if not (workspace.settings.home / "register.db").exists():
        return
    # Imported lazily: the readers of bulk files are slow to import.
    from duediligence.screening.registers import statuses

    for one in statuses(workspace):
        if one.version:
            yield RegisterInUse(register=one.register, dated=one.version.dated, stale=one.stale)


def _list_scope_gaps(loaded: set[Register], *, online: bool) -> Iterator[ScopeGap]:
    if not online and "companies-house" not in loaded:
        yield "no-company-register"
    elif not online:
        yield "company-bulk-file-only"
        if "psc" not in loaded:
            yield "owners-not-loaded"
    elif "companies-house" not in loaded:
        yield "addresses-not-counted"
    yield "accounts-file-only" if "accounts" in loaded else "accounts-not-loaded"
    for register, (not_loaded, file_only) in _CHARITIES.items():
        yield file_only if register in loaded else not_loaded


def _read_announced(workspace: Workspace) -> Mapping[str, datetime]:
    """Return when the stream of Companies House last announced a supplier, by ref."""
    path = workspace.settings.home / "schedule.db"
    # Asked of the file first: opening it would make one.
    if not path.exists():
        return {}
    with closing(ScheduleStore(path)) as schedule:
        return schedule.announced()


def gather_dossiers(
    workspace: Workspace, suppliers: Sequence[Supplier], progress: Progress
) -> dict[str, Dossier]:
    """Return a dossier for each supplier, by reference; none at all where no register is set up.

    Set up means that there is a key for Companies House, or that bulk files were loaded. Answers
    of the API are kept as evidence and used again for a day, so that a run that was stopped goes
    on where it was. A register that does not answer leaves its parts not known. Raises UsageError
    for a key that can be none, NotAsRecorded for a register that is not as it was recorded,
    StorageError.
    """
    # The chain tells a home that lost its registers from one that has none.
    if workspace.audit.sealed(REGISTERS) and (lost := workspace.register.lost()):
        raise NotAsRecorded(
            f"{workspace.register.path}: {', '.join(lost)} is missing, which the audit chain says "
            "is loaded",
            hint=Hint("Load it again: ", Step("load-registers", register=lost[0])),
        )
    if not is_set_up(workspace):
        return {}
    # Here, for a run without registers need not wait for their imports.
    from duediligence.screening.dossiers.gathering import gather_dossier
    from duediligence.screening.resolution.candidates import sources_at_hand
    from duediligence.screening.resolution.resolving import as_resolved, resolve_supplier

    sources = sources_at_hand(workspace)
    links = workspace.links.newest()
    gathered = {}
    announced = _read_announced(workspace)
    # What the API answers is kept, and used again for a day.
    asked = progress if workspace.settings.key_of_companies_house() else SILENT
    with (
        progress.task("Asking the registers", len(suppliers)) as task,
        asked.keeping("suppliers were looked up at Companies House", len(suppliers)) as keeping,
    ):
        for supplier in suppliers:
            resolved = resolve_supplier(supplier, sources=sources, link=links.get(supplier.ref))
            gathered[supplier.ref] = gather_dossier(
                as_resolved(supplier, resolved),
                api=workspace.companies_house,
                register=workspace.register,
                resolution=resolved.resolution,
                now=workspace.now(),
                since=announced.get(supplier.ref),
            )
            task.advance()
            keeping.advance()
    return gathered


def is_set_up(workspace: Workspace) -> bool:
    """Return whether there is any register to ask."""
    return bool(scope_of(workspace).registers)


_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Screened:
    """What is handed to `screen`: suppliers, and where they come from.

    `rejected` are rows of the file that could not be used: whoever they name was not screened.
    `ended` counts the suppliers that are left out because they have ended.
    """

    suppliers: Sequence[Supplier]
    file: str = ""
    sha256: str = ""
    rejected: Sequence[RejectedRow] = ()
    kind: Kind = "unknown"
    ended: int = 0


@use_case("screen", event="run stored")
def screen(
    workspace: Workspace,
    screened: Screened,
    *,
    progress: Progress = SILENT,
    store: bool = True,
) -> Run:
    """Screen every supplier against every list and store the run. Raises StorageError.

    The run is stored whole at the end: one that is interrupted leaves nothing behind. Without
    `store` nothing about the suppliers is kept.
    """
    run = partial(_run_stages, workspace, screened, progress, store=store)
    return _log_run(_run_with_whole_lists(workspace, run))


@use_case("screen", event="run stored")
@contextmanager
def check(
    workspace: Workspace,
    supplier: Supplier,
    *,
    kind: Kind = "unknown",
    keep: bool,
    progress: Progress = SILENT,
) -> Iterator[Run]:
    """Check a name that is no supplier against every list, and give the run.

    Inside it is stored, so that it is shown and written as any run is, under a reference that no
    supplier has. It stays stored only with `keep`; then it is one of the checks and changes
    nothing of the suppliers. Without, all that stays is the record of who was shown: show and
    write what was made of the run after the block. Raises StorageError.
    """
    checked = replace(supplier, ref=check_ref(supplier))
    with ExitStack() as passing:
        run = partial(
            _run_stages,
            workspace,
            Screened([checked], kind=kind),
            progress,
            is_check=True,
            passing=None if keep else passing,
        )
        yield _log_run(_run_with_whole_lists(workspace, run))


def check_ref(supplier: Supplier) -> str:
    """Return the reference of a name that is checked: no supplier has one like it."""
    return made_ref(supplier, kind="check")


def _run_with_whole_lists(workspace: Workspace, run: Callable[[], Run]) -> Run:
    """Run; a list of which an entry was changed by hand is not checked, like one that cannot be
    opened. Only where its entries are read does that show, so that all begins again without it.
    """
    while True:
        known = len(workspace.lists.changed)
        try:
            return run()
        except NotAsRecorded:
            if len(workspace.lists.changed) == known:
                raise


def _log_run(run: Run) -> Run:
    counts = {
        "run": run.id,
        "suppliers": run.suppliers,
        "parties": run.parties,
        "lists": len(run.in_use),
        "findings": len(run.findings),
        "complete": run.complete,
        "seconds": (run.finished_at - run.started_at).total_seconds(),
    }
    _log.info("screened: %s", counts, extra=counts)
    return run


def _run_stages(
    workspace: Workspace,
    screened: Screened,
    progress: Progress,
    *,
    store: bool = True,
    is_check: bool = False,
    passing: ExitStack | None = None,
) -> Run:
    """Gather what the stages look at, go through them, and store the run unless told not to."""
    if not is_check:
        screened = replace(screened, suppliers=_add_people(workspace, screened.suppliers))
    gathered = _gather(workspace, screened, progress, stores=store, is_check=is_check)
    gathered.remembers = store and not passing
    for stage in list_stages(workspace.extensions):
        found = list(stage.find(gathered))
        _log.debug("looked at %s: %s findings", stage.looks_at, len(found))
        gathered.found += found
    in_run = _sort_found(gathered)
    run = _build_run(gathered, screened, in_run)
    if not store:
        return run
    if passing:
        passing.enter_context(workspace.casework.passing())
    return _store_run(gathered, run, [one.party for one in in_run], is_check=is_check)


def _add_people(workspace: Workspace, suppliers: Sequence[Supplier]) -> list[Supplier]:
    """Return the suppliers with the people that others declare, and none whose time is over."""
    declare, since = load_parts(workspace.extensions, "people"), find_former_limit(workspace)
    declared = [find(workspace, suppliers) for find in declare]
    return [
        replace(
            one,
            people=tuple(
                person
                for some in (one.people, *(each.get(one.ref, ()) for each in declared))
                for person in some
                if person.ended is None or person.ended >= since
            ),
        )
        for one in suppliers
    ]


def _gather(
    workspace: Workspace,
    screened: Screened,
    progress: Progress,
    *,
    stores: bool,
    is_check: bool,
) -> GatheredRun:
    settings = workspace.settings
    policy = read_policy(settings.policy, workspace.watchlists)
    started = workspace.now()
    run_id = f"{started:%Y%m%dT%H%M%SZ}-{token_hex(3)}"
    dossiers = gather_dossiers(workspace, screened.suppliers, progress)
    looked_up = [
        (supplier, party)
        for supplier in screened.suppliers
        for party in _list_parties(supplier, dossiers, screened.kind)
    ]
    used, engine = open_lists(workspace, lists.statuses(workspace))
    return GatheredRun(
        workspace=workspace,
        progress=progress,
        started_at=started,
        assess=Assessor(
            run_id,
            policy,
            check_context(started.date(), settings.schedule_7_years),
            settings.buyer_facts,
        ),
        suppliers=screened.suppliers,
        rejected=screened.rejected,
        dossiers=dossiers,
        parties=looked_up,
        premises=[
            (supplier, place)
            for supplier, party in looked_up
            for place in premises_of(workspace, party, used, workspace.watchlists)
        ],
        lists=used,
        engine=engine,
        threshold=settings.threshold or DEFAULT_THRESHOLD,
        remembers=stores,
        stores=stores,
        is_check=is_check,
    )


def _list_parties(
    supplier: Supplier, dossiers: Mapping[str, Dossier], kind: Kind
) -> tuple[Party, ...]:
    if supplier.ref not in dossiers:
        return parties(supplier, kind=kind)
    # Imported lazily: dossiers are slow to import.
    from duediligence.screening.dossiers.parties import parties_of

    return deduplicate_parties(parties_of(dossiers[supplier.ref]))


def _sort_found(gathered: GatheredRun) -> list[PartyFinding]:
    """Return what the stages found in the order of a run, each dated as it was first seen."""
    found = gathered.findings
    first_seen = gathered.workspace.runs.first_seen(found)
    if any(one.event and one.event.kind == "designation" for one in found):
        # Imported lazily: few runs find who is listed.
        from duediligence.screening.lists.joins import add_listings

        found = add_listings(gathered.workspace, found)
    dated = [
        PartyFinding(
            replace(finding, first_seen=first_seen.get(finding.key, gathered.started_at)),
            one.party if finding.supplier_ref else None,
        )
        for finding, one in zip(found, gathered.found, strict=True)
    ]
    return sorted(dated, key=lambda one: _finding_sort_key(one.finding))


def _build_run(gathered: GatheredRun, screened: Screened, found: Sequence[PartyFinding]) -> Run:
    workspace, policy = gathered.workspace, gathered.assess.policy
    settings, watchlists, used = workspace.settings, workspace.watchlists, gathered.lists
    run = Run(
        id=gathered.assess.run_id,
        started_at=gathered.started_at,
        finished_at=workspace.now(),
        as_of=gathered.started_at.date(),
        supplier_file=screened.file,
        supplier_file_sha256=screened.sha256,
        suppliers=len(screened.suppliers),
        ended_suppliers=screened.ended,
        parties=len(gathered.parties),
        lists=tuple(used),
        threshold=gathered.threshold,
        matcher_version=MATCHER_VERSION,
        judgement_version=JUDGEMENT_VERSION,
        grounds_under=gathered.assess.count_regimes(screened.suppliers),
        policy_sha256=policy.sha256,
        findings=tuple(one.finding for one in found),
        basis=Basis(
            tool=__version__,
            kind=screened.kind,
            limit=settings.limit,
            schedule_7_years=settings.schedule_7_years,
            policy=policy.text,
            topics={status.list_id: watchlists[status.list_id].topic for status in used},
            premises=tuple(s.list_id for s in used if watchlists[s.list_id].premises),
            buyer=settings.buyer_facts if settings.buyer_facts != BuyerFacts() else None,
        ),
        namesakes=len(gathered.set_aside),
        set_aside=in_order(gathered.set_aside),
        scope=scope_of(workspace),
        weakenings=find_weakenings(workspace, policy, used, screened.suppliers),
    )
    return replace(run, readings=_derive_overall_readings(run, gathered.dossiers))


def _store_run(
    gathered: GatheredRun, run: Run, about: Sequence[str | None], *, is_check: bool
) -> Run:
    """Store the run with all that it compared and what stages keep beside it, and bring the alerts
    up to date. Returns it with what another matcher made of its suppliers' alerts.
    """
    workspace = gathered.workspace
    entries: dict[EntryKey, ListEntry] = {}
    matched: dict[str, set[EntryKey]] = {}
    for possible, status in gathered.possible:
        for entry in possible.entries:
            entries[status.list_id, entry.id] = entry
            matched.setdefault(possible.supplier.ref, set()).add((status.list_id, entry.id))
    premises: dict[str, list[Party]] = {}
    for supplier, party in gathered.premises:
        premises.setdefault(supplier.ref, []).append(party)
    suppliers = {one.ref: one for one in gathered.suppliers} | dict(gathered.dossiers)
    with workspace.casework.transaction():
        to_store = RunToStore(
            run=run,
            about=about,
            suppliers=suppliers,
            entries=entries,
            pairs=_collect_matched_names(gathered),
        )
        to_store = replace(to_store, run=with_judgement_effects(workspace, to_store))
        run = with_matcher_effects(workspace, to_store)
        hashes = workspace.runs.save(
            run,
            gathered.suppliers,
            entries,
            gathered.dossiers,
            matched=matched,
            premises=premises,
            declarations=gathered.declarations,
            about=about,
            links=gathered.links,
            is_check=is_check,
        )
        run_stored(workspace, run, about, suppliers, entries, hashes)
        for keep in gathered.kept_beside:
            keep(run)
    return run


def _collect_matched_names(gathered: GatheredRun) -> dict[tuple[str, str, str], set[str]]:
    """Return the names of those who were matched with an entry, or share premises with it."""
    names: dict[tuple[str, str, str], set[str]] = {}
    for possible, status in gathered.possible:
        for party, entry in possible.pairs:
            key = possible.supplier.ref, status.list_id, entry.id
            names.setdefault(key, set()).update(name.text for name in party.names)
    return names


def exit_code(run: Run, fail_on: Severity) -> int:
    """Return 3 when something was not checked, 1 when something at `fail_on` or above wants
    review.
    """
    if not run.complete:
        return 3
    level = SEVERITIES.index(fail_on)
    return int(
        any(
            finding.outcome in ("review", "adverse") and SEVERITIES.index(finding.severity) >= level
            for finding in run.findings
        )
    )


def _derive_overall_readings(run: Run, dossiers: Collection[str]) -> dict[str, Reading]:
    """Return the overall reading of each supplier that the registers were asked about.

    Only words and reasons are kept: the findings behind them stand in the run.
    """
    if not dossiers:
        return {}
    by_ref = by_supplier(run.findings, dossiers)
    return {
        ref: replace(overall_reading(findings), clusters=(), not_checked=())
        for ref, findings in by_ref.items()
    }


def _finding_sort_key(finding: Finding) -> tuple[object, ...]:
    return (
        finding.outcome == "unknown",
        -SEVERITIES.index(finding.severity),
        -(finding.score or 0.0),
        finding.supplier_name,
        finding.key,
    )
