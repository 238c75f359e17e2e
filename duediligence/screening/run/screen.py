"""A screening from suppliers to a stored run."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import datetime
from functools import partial
from hashlib import sha256
from secrets import token_hex

from duediligence.errors import Hint, NotAsRecorded, Step
from duediligence.matching import DEFAULT_THRESHOLD, MATCHER_VERSION
from duediligence.model import (
    SEVERITIES,
    Declared,
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
    SetAside,
    Severity,
    Supplier,
)
from duediligence.model.entries import Kind
from duediligence.model.runs import Basis
from duediligence.progress import SILENT, Progress
from duediligence.screening.access import use_case
from duediligence.screening.alerts.identity import ITSELF, party_key
from duediligence.screening.alerts.matcher_effects import RunToStore, with_matcher_effects
from duediligence.screening.alerts.projection import run_stored
from duediligence.screening.audit_events import REGISTERS
from duediligence.screening.intelligence import compare_run, keep_matches
from duediligence.screening.lists import statuses as lists
from duediligence.screening.lookup.engine import open_lists
from duediligence.screening.lookup.incremental import IncrementalSearch
from duediligence.screening.lookup.list_search import ListSearch, Possible
from duediligence.screening.lookup.parties import deduplicate_parties, parties
from duediligence.screening.lookup.places import premises_of
from duediligence.screening.lookup.unread_rows import named_in
from duediligence.screening.run.findings import Assessor, check_context
from duediligence.screening.run.labour import labour_signs
from duediligence.screening.run.network import NetworkOfRun, network_of_run
from duediligence.screening.run.partner_messages import open_messages
from duediligence.screening.run.policy import read_policy
from duediligence.screening.run.reading import by_supplier, overall_reading
from duediligence.screening.run.registrations import RegistrationSearch
from duediligence.screening.run.weakenings import find_weakenings
from duediligence.screening.workspace import Workspace
from duediligence.store.casework.runs import in_order
from duediligence.store.casework.screened import Seen
from duediligence.store.records import encode
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
    return Scope(registers=registers, gaps=tuple(_list_scope_gaps(loaded, online=online)))


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
            dated = one.version.published or one.version.loaded_at.date()
            yield RegisterInUse(register=one.register, dated=dated, stale=one.stale)


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


def pair_declarations(
    workspace: Workspace, suppliers: Sequence[Supplier], found: Iterable[Finding]
) -> list[Declared]:
    """Return each supplier's answers beside its findings; none where no declaration is kept at all.

    A home without any is of a buyer who keeps them elsewhere: there a missing one says nothing.
    """
    standing = workspace.declarations.standing()
    if not standing:
        return []
    by_ref: dict[str, list[Finding]] = {}
    for finding in found:
        by_ref.setdefault(finding.supplier_ref, []).append(finding)
    return [
        Declared(supplier, standing.get(supplier.ref, ()), tuple(by_ref.get(supplier.ref, ())))
        for supplier in suppliers
    ]


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
    from duediligence.screening.dossiers import gather_dossier
    from duediligence.screening.resolution import as_resolved, resolve_supplier
    from duediligence.screening.resolution.candidates import sources_at_hand

    sources = sources_at_hand(workspace)
    links = workspace.links.newest()
    gathered = {}
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
    """

    suppliers: Sequence[Supplier]
    file: str = ""
    sha256: str = ""
    rejected: Sequence[RejectedRow] = ()
    kind: Kind = "unknown"


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
    screening = partial(_Screening, workspace, screened, progress, store, remember=store)
    return _log_run(_run_screening(screening))


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
        screening = partial(
            _Screening,
            workspace,
            Screened([checked], kind=kind),
            progress,
            remember=keep,
            is_check=True,
            passing=None if keep else passing,
        )
        yield _log_run(_run_screening(screening))


def check_ref(supplier: Supplier) -> str:
    """Return the reference of a name that is checked: no supplier has one like it."""
    return made_ref(supplier, kind="check")


def _run_screening(screening: Callable[[], "_Screening"]) -> Run:
    """Screen; a list of which an entry was changed by hand is not checked, like one that
    cannot be opened. Only where its entries are read does that show, so that all begins again
    without it.
    """
    while True:
        one = screening()
        changed = one.workspace.lists.changed
        known = len(changed)
        try:
            return one.run()
        except NotAsRecorded:
            if len(changed) == known:
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


@dataclass
class _Screening:
    workspace: Workspace
    screened: Screened
    progress: Progress
    store: bool = True
    _: KW_ONLY
    remember: bool
    is_check: bool = False
    passing: ExitStack | None = None
    aside: dict[SetAside, None] = field(default_factory=dict)
    entries: dict[tuple[str, str], ListEntry] = field(default_factory=dict)
    matched: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    pairs: dict[tuple[str, str, str], set[str]] = field(default_factory=dict)
    about: dict[int, str] = field(default_factory=dict)
    officer_ids: dict[str, Mapping[Party, str]] = field(default_factory=dict)

    def run(self) -> Run:
        settings = self.workspace.settings
        policy = read_policy(settings.policy, self.workspace.watchlists)
        threshold = settings.threshold or DEFAULT_THRESHOLD
        started = self.workspace.now()
        run_id = f"{started:%Y%m%dT%H%M%SZ}-{token_hex(3)}"
        context = check_context(started.date(), settings.schedule_7_years)
        assess = Assessor(run_id, policy, context)
        found: list[Finding] = []
        gathered = gather_dossiers(self.workspace, self.screened.suppliers, self.progress)
        looked_up = [
            (supplier, party)
            for supplier in self.screened.suppliers
            for party in self._parties(supplier, gathered)
        ]
        watchlists = self.workspace.watchlists
        statuses = lists.statuses(self.workspace)
        used, engine = open_lists(self.workspace, statuses)
        premises = [
            (supplier, place)
            for supplier, party in looked_up
            for place in premises_of(self.workspace, party, used, watchlists)
        ]
        incremental = IncrementalSearch(
            self.workspace,
            [party for _, party in [*looked_up, *premises]],
            remember=self.remember,
        )
        search = ListSearch(self.workspace, incremental, looked_up, premises)
        matches = search.matches(
            engine,
            [
                (
                    watchlists[status.list_id],
                    status.version,
                    policy.thresholds.get(status.list_id, threshold),
                )
                for status in used
                if status.version
            ],
            self.progress,
        )
        needed = RegistrationSearch(self.screened.suppliers, gathered, used, started.date())
        for status in used:
            watchlist = watchlists[status.list_id]
            found += assess.about_list(status)
            if status.version is None:
                continue
            if status.version.not_read:
                for supplier, named in named_in(
                    self.workspace.lists.unread_rows(status.version),
                    looked_up,
                    status.title,
                    threshold=policy.thresholds.get(status.list_id, threshold),
                    placed=watchlist.premises,
                ):
                    found += assess.about_unread_rows(supplier, named, status)
            for possible in search.of(watchlist, status, matches[status.list_id]):
                for entry in possible.entries:
                    self.entries[watchlist.id, entry.id] = entry
                    ref = possible.supplier.ref
                    self.matched.setdefault(ref, set()).add((watchlist.id, entry.id))
                self._add_pairs(possible, watchlist.id)
                needed.collect(possible, status)
                place, who = len(found), self._identity(possible, gathered)
                found += assess.about_possible(possible, status)
                self.about |= dict.fromkeys(range(place, len(found)), who)
                self.aside |= dict.fromkeys(_set_aside(possible))
        incremental.get_ready()
        for row in self.screened.rejected:
            found += assess.about_row(row)
        for supplier in self.screened.suppliers:
            found += assess.about_supplier(supplier)
        for dossier in gathered.values():
            found += assess.about_dossier(dossier)
        for subject in needed.subjects():
            found += assess.about_registrations(subject)
        for signs in labour_signs(self.screened.suppliers, found, gathered, used):
            found += assess.about_labour(signs)
        network = self._network(gathered, found, run_id, started)
        for position in network.positions:
            found += assess.about_network(position)
        answers = pair_declarations(self.workspace, self.screened.suppliers, found)
        for opened in open_messages(self.workspace, self.screened.suppliers):
            place, who = len(found), opened.message.identity
            found += assess.about_partner_message(opened)
            self.about |= dict.fromkeys(range(place, len(found)), who)
        for one in answers:
            found += assess.about_declarations(one)
        findings, about = self._ordered(found, started)
        run = Run(
            id=run_id,
            started_at=started,
            finished_at=self.workspace.now(),
            as_of=started.date(),
            supplier_file=self.screened.file,
            supplier_file_sha256=self.screened.sha256,
            suppliers=len(self.screened.suppliers),
            parties=len(looked_up),
            lists=tuple(used),
            threshold=threshold,
            matcher_version=MATCHER_VERSION,
            policy_sha256=policy.sha256,
            findings=findings,
            basis=Basis(
                tool=__version__,
                kind=self.screened.kind,
                limit=settings.limit,
                schedule_7_years=settings.schedule_7_years,
                policy=policy.text,
                topics={status.list_id: watchlists[status.list_id].topic for status in used},
                premises=tuple(s.list_id for s in used if watchlists[s.list_id].premises),
            ),
            namesakes=len(self.aside),
            set_aside=in_order(self.aside),
            scope=scope_of(self.workspace),
            weakenings=find_weakenings(self.workspace, policy, used, self.screened.suppliers),
        )
        run = replace(run, readings=_derive_overall_readings(run, gathered))
        if not self.store:
            return run
        by_place: dict[str, list[Party]] = {}
        for supplier, party in premises:
            by_place.setdefault(supplier.ref, []).append(party)
        suppliers = {supplier.ref: supplier for supplier in self.screened.suppliers}
        reports = compare_run(self.workspace, [*looked_up, *premises])
        if self.passing:
            self.passing.enter_context(self.workspace.casework.passing())
        with self.workspace.casework.transaction():
            run = with_matcher_effects(
                self.workspace,
                RunToStore(
                    run=run,
                    about=about,
                    suppliers={**suppliers, **gathered},
                    entries=self.entries,
                    pairs=self.pairs,
                ),
            )
            hashes = self.workspace.runs.save(
                run,
                self.screened.suppliers,
                self.entries,
                gathered,
                matched=self.matched,
                premises=by_place,
                declarations={one.supplier.ref: one.answers for one in answers},
                about=about,
                links=network.told_by,
                is_check=self.is_check,
            )
            run_stored(self.workspace, run, about, {**suppliers, **gathered}, self.entries, hashes)
            numbers = [one.number for one in reports.reports]
            keep_matches(self.workspace, reports, numbers, run_id=run.id)
        return run

    def _network(
        self,
        gathered: Mapping[str, Dossier],
        found: Sequence[Finding],
        run_id: str,
        started: datetime,
    ) -> NetworkOfRun:
        """Return the suppliers of the run among all that are stored, and what that adds about
        each.
        """
        seen = [
            Seen(finding, run_id, place, started, "", self.about.get(place, ITSELF))
            for place, finding in enumerate(found)
        ]
        return network_of_run(
            self.workspace, self.screened.suppliers, gathered, seen, started.date()
        )

    def _add_pairs(self, possible: Possible, list_id: str) -> None:
        """The names of those who were matched with an entry, or share premises with it."""
        found = [(one.party, one.entry) for one in possible.matches]
        found += [(one.party, one.entry) for one in possible.shared]
        for party, entry in found:
            names = self.pairs.setdefault((possible.supplier.ref, list_id, entry.id), set())
            names.update(name.text for name in party.names)

    def _parties(self, supplier: Supplier, dossiers: Mapping[str, Dossier]) -> tuple[Party, ...]:
        if supplier.ref not in dossiers:
            return parties(supplier, kind=self.screened.kind)
        from duediligence.screening.dossiers import parties_of

        return deduplicate_parties(parties_of(dossiers[supplier.ref]))

    def _identity(self, possible: Possible, dossiers: Mapping[str, Dossier]) -> str:
        """Return who a party is, from run to run."""
        ref = possible.supplier.ref
        if ref not in self.officer_ids and ref in dossiers:
            from duediligence.screening.dossiers.parties import officer_ids

            self.officer_ids[ref] = officer_ids(dossiers[ref])
        parties = [one.party for one in possible.matches] + [one.party for one in possible.shared]
        # What was only set aside makes no finding.
        return party_key(parties[0], self.officer_ids.get(ref, {})) if parties else ""

    def _ordered(
        self, found: Sequence[Finding], started: datetime
    ) -> tuple[tuple[Finding, ...], tuple[str | None, ...]]:
        """Return the findings in their order, and for each who it is about: the supplier unless
        said.
        """
        first_seen = self.workspace.runs.first_seen(found)
        if any(f.event and f.event.kind == "designation" for f in found):
            # Imported lazily: few runs find who is listed.
            from duediligence.screening.lists.joins import add_listings

            found = add_listings(self.workspace, found)
        dated = [replace(f, first_seen=first_seen.get(f.key, started)) for f in found]
        order = sorted(range(len(dated)), key=lambda place: _finding_sort_key(dated[place]))
        about = [
            self.about.get(place, ITSELF if found[place].supplier_ref else None) for place in order
        ]
        return tuple(dated[place] for place in order), tuple(about)


def _set_aside(possible: Possible) -> Iterator[SetAside]:
    """Return what is kept of the matches of a party that are set aside."""
    for one in possible.namesakes:
        yield SetAside(
            supplier_ref=possible.supplier.ref,
            supplier_name=possible.supplier.name,
            subject_name=one.match.query_name,
            subject_role=str(one.role),
            list_id=one.entry.list_id,
            entry_id=one.entry.id,
            entry_sha256=sha256(encode(one.entry)).hexdigest(),
            entry_name=one.match.listed_name,
            handling=one.entry.record.handling if one.entry.record else "public",
            features=one.match.features,
        )


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


def _derive_overall_readings(run: Run, dossiers: Iterable[str]) -> dict[str, Reading]:
    """Return the overall reading of each supplier that the registers were asked about.

    Only words and reasons are kept: the findings behind them stand in the run.
    """
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
