"""Screen suppliers: look every party up on every list, run the checks, store the run."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from secrets import token_hex

from duediligence.matching import DEFAULT_THRESHOLD, MATCHER_VERSION
from duediligence.model import (
    SEVERITIES,
    Dossier,
    Finding,
    ListEntry,
    Party,
    PossibleMatch,
    Reading,
    RejectedRow,
    Run,
    Severity,
    Supplier,
)
from duediligence.model.entries import Kind
from duediligence.model.runs import Basis
from duediligence.progress import SILENT, Progress
from duediligence.screening.access import use_case
from duediligence.screening.alerts.identity import ITSELF, party_key
from duediligence.screening.alerts.projection import run_stored
from duediligence.screening.lists import statuses as lists
from duediligence.screening.lookup.engine import open_lists
from duediligence.screening.lookup.incremental import IncrementalSearch
from duediligence.screening.lookup.list_search import ListSearch, Possible
from duediligence.screening.lookup.parties import once, parties
from duediligence.screening.lookup.places import premises_of
from duediligence.screening.run import behind, declarations
from duediligence.screening.run.findings import Assessor, check_context
from duediligence.screening.run.policy import load
from duediligence.screening.run.reading import by_supplier, overall_reading
from duediligence.screening.run.scope import scope_of
from duediligence.screening.workspace import Workspace
from duediligence.version import __version__

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


@dataclass(frozen=True, slots=True)
class Namesake:
    """A match that is counted but not shown (see `Match.set_aside`), and the party's supplier."""

    supplier: Supplier
    possible: PossibleMatch


@use_case("screen", event="run stored")
def screen(
    workspace: Workspace,
    screened: Screened,
    *,
    progress: Progress = SILENT,
    namesakes: list[Namesake] | None = None,
    store: bool = True,
) -> Run:
    """Screen every supplier against every list and store the run. Raises StorageError.

    The run is stored whole at the end: one that is interrupted leaves nothing behind. Without
    `store` nothing about the suppliers is kept. The run counts the namesakes that are set aside;
    those themselves are added to `namesakes` if given.
    """
    screening = _Screening(workspace, screened, progress, store)
    run = screening.run()
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
    if namesakes is not None:
        namesakes += screening.namesakes
    return run


@dataclass
class _Screening:
    workspace: Workspace
    screened: Screened
    progress: Progress
    store: bool
    namesakes: list[Namesake] = field(default_factory=list)
    entries: dict[tuple[str, str], ListEntry] = field(default_factory=dict)
    matched: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    about: dict[int, str] = field(default_factory=dict)
    officer_ids: dict[str, Mapping[Party, str]] = field(default_factory=dict)

    def run(self) -> Run:
        settings = self.workspace.settings
        policy = load(settings.policy, self.workspace.watchlists)
        threshold = settings.threshold or DEFAULT_THRESHOLD
        started = self.workspace.now()
        run_id = f"{started:%Y%m%dT%H%M%SZ}-{token_hex(3)}"
        context = check_context(started.date(), settings.schedule_7_years)
        assess = Assessor(run_id, policy, context)
        found: list[Finding] = []
        dossiers = behind.dossiers(self.workspace, self.screened.suppliers, self.progress)
        looked_up = [
            (supplier, party)
            for supplier in self.screened.suppliers
            for party in self._parties(supplier, dossiers)
        ]
        watchlists = self.workspace.watchlists
        statuses = lists.statuses(self.workspace)
        premises = [
            (supplier, place)
            for supplier, party in looked_up
            for place in premises_of(self.workspace, party, statuses, watchlists)
        ]
        incremental = IncrementalSearch(
            self.workspace,
            [party for _, party in [*looked_up, *premises]],
            remember=self.store,
        )
        search = ListSearch(self.workspace, incremental, looked_up, premises)
        used, engine = open_lists(self.workspace, statuses)
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
        for status in used:
            watchlist = watchlists[status.list_id]
            found += assess.about_list(status)
            if status.version is None:
                continue
            for possible in search.of(watchlist, status, matches[status.list_id]):
                for entry in possible.entries:
                    self.entries[watchlist.id, entry.id] = entry
                    ref = possible.supplier.ref
                    self.matched.setdefault(ref, set()).add((watchlist.id, entry.id))
                place, who = len(found), self._identity(possible, dossiers)
                found += assess.about_possible(possible, status)
                self.about |= dict.fromkeys(range(place, len(found)), who)
                self.namesakes += [Namesake(possible.supplier, one) for one in possible.namesakes]
        incremental.get_ready()
        for row in self.screened.rejected:
            found += assess.about_row(row)
        for supplier in self.screened.suppliers:
            found += assess.about_supplier(supplier)
        for dossier in dossiers.values():
            found += assess.about_dossier(dossier)
        declared = declarations.declared(self.workspace, self.screened.suppliers, found)
        for one in declared:
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
            namesakes=len(self.namesakes),
            scope=scope_of(self.workspace),
        )
        run = replace(run, readings=_readings(run, dossiers))
        if not self.store:
            return run
        by_place: dict[str, list[Party]] = {}
        for supplier, party in premises:
            by_place.setdefault(supplier.ref, []).append(party)
        with self.workspace.casework.transaction():
            hashes = self.workspace.runs.save(
                run,
                self.screened.suppliers,
                self.entries,
                dossiers,
                matched=self.matched,
                premises=by_place,
                declarations={one.supplier.ref: one.answers for one in declared},
                about=about,
            )
            suppliers = {supplier.ref: supplier for supplier in self.screened.suppliers}
            run_stored(self.workspace, run, about, {**suppliers, **dossiers}, self.entries, hashes)
        return run

    def _parties(self, supplier: Supplier, dossiers: Mapping[str, Dossier]) -> tuple[Party, ...]:
        if supplier.ref not in dossiers:
            return parties(supplier, kind=self.screened.kind)
        from duediligence.screening.dossiers import parties_of

        return once(parties_of(dossiers[supplier.ref]))

    def _identity(self, possible: Possible, dossiers: Mapping[str, Dossier]) -> str:
        """Who a party is, from run to run."""
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
        """The findings in their order, and for each who it is about: the supplier unless said."""
        first_seen = self.workspace.runs.first_seen(found)
        dated = [replace(f, first_seen=first_seen.get(f.key, started)) for f in found]
        order = sorted(range(len(dated)), key=lambda place: _order(dated[place]))
        about = [
            self.about.get(place, ITSELF if found[place].supplier_ref else None) for place in order
        ]
        return tuple(dated[place] for place in order), tuple(about)


def exit_code(run: Run, fail_on: Severity) -> int:
    """3 when something was not checked, 1 when something at `fail_on` or above wants review."""
    if not run.complete:
        return 3
    level = SEVERITIES.index(fail_on)
    return int(
        any(
            finding.outcome in ("review", "adverse") and SEVERITIES.index(finding.severity) >= level
            for finding in run.findings
        )
    )


def _readings(run: Run, dossiers: Iterable[str]) -> dict[str, Reading]:
    """The overall reading of each supplier that the registers were asked about.

    Only words and reasons are kept: the findings behind them stand in the run.
    """
    by_ref = by_supplier(run.findings, dossiers)
    return {
        ref: replace(overall_reading(findings), clusters=(), not_checked=())
        for ref, findings in by_ref.items()
    }


def _order(finding: Finding) -> tuple[object, ...]:
    return (
        finding.outcome == "unknown",
        -SEVERITIES.index(finding.severity),
        -(finding.score or 0.0),
        finding.supplier_name,
        finding.key,
    )
