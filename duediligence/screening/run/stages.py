"""The stages of a run, in their order: each looks at what is gathered, and yields findings."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from hashlib import sha256

from duediligence import registry
from duediligence.contracts import Watchlist
from duediligence.extension import Extension, load_parts
from duediligence.law.declarations import add_asked_grounds
from duediligence.matching import Engine
from duediligence.model import (
    Declaration,
    Declared,
    Dossier,
    Finding,
    ListStatus,
    ListVersion,
    Party,
    RejectedRow,
    Run,
    SetAside,
    Supplier,
)
from duediligence.model.answer_comparisons import ComparedAnswers
from duediligence.model.findings import LabourSign
from duediligence.model.labour import SIGNS, LabourSigns, UnseenSign
from duediligence.progress import Progress
from duediligence.screening.alerts.identity import ITSELF, party_key
from duediligence.screening.lookup.incremental import IncrementalSearch
from duediligence.screening.lookup.list_search import (
    ListSearch,
    LookedUp,
    Possible,
    named_in,
    split_owned,
)
from duediligence.screening.lookup.parties import OWN_ROLES
from duediligence.screening.run.answer_comparison import compare_with_registers
from duediligence.screening.run.findings import Assessor
from duediligence.screening.run.network import network_of_run
from duediligence.screening.run.registrations import RegistrationSearch
from duediligence.screening.workspace import Workspace
from duediligence.store.casework.screened import Seen
from duediligence.store.records import encode


@dataclass(frozen=True, slots=True)
class PartyFinding:
    """A finding of a run, and who it is about from run to run: the supplier unless said.

    None where it is about no supplier.
    """

    finding: Finding
    party: str | None = ITSELF


@dataclass
class GatheredRun:
    """What a run has gathered so far: the input of each stage.

    First what all stages look at: the suppliers with their dossiers (by reference, none where no
    register is set up), the `parties` that are looked up for them, the `premises` of these, and the
    lists in use with the engine that searches them.
    `is_check`: a name is checked that is no supplier. `remembers` says whether the search may keep
    what it found, `stores` whether anything else of the run is kept.

    Then what the stages up to now added: see `Stage`.
    """

    workspace: Workspace
    progress: Progress
    started_at: datetime
    assess: Assessor
    suppliers: Sequence[Supplier]
    rejected: Sequence[RejectedRow]
    dossiers: Mapping[str, Dossier]
    parties: Sequence[LookedUp]
    premises: Sequence[LookedUp]
    lists: list[ListStatus]
    engine: Engine
    threshold: float
    remembers: bool
    stores: bool
    is_check: bool
    found: list[PartyFinding] = field(default_factory=list)
    possible: list[tuple[Possible, ListStatus]] = field(default_factory=list)
    set_aside: dict[SetAside, None] = field(default_factory=dict)
    declarations: dict[str, Sequence[Declaration]] = field(default_factory=dict)
    links: Mapping[str, Collection[str]] = field(default_factory=dict)
    kept_beside: list[Callable[[Run], object]] = field(default_factory=list)

    @property
    def everyone(self) -> list[LookedUp]:
        """Return the parties, and after them their premises, each with its supplier."""
        return [*self.parties, *self.premises]

    @property
    def findings(self) -> list[Finding]:
        """Return the findings so far, in the order of the stages."""
        return [one.finding for one in self.found]

    def threshold_of(self, list_id: str) -> float:
        """Return the score from which a match on the list is shown, 0.0 … 1.0."""
        return self.assess.policy.thresholds.get(list_id, self.threshold)


@dataclass(frozen=True, slots=True)
class Stage:
    """A row of the table of stages: what a run looks at, and how.

    `find` is called once the stages before it are done. It yields what it found, each with who it
    is about. What else is to be stored with the run it adds to what is gathered: `possible`
    matches, matches that are `set_aside`, `declarations` and the keys of network `links` by the
    reference of the supplier. Where the run is stored (`stores`), it may add to `kept_beside` what
    stores more of its own: that is called in the transaction of the run, after the run was stored.
    """

    looks_at: str
    find: Callable[[GatheredRun], Iterator[PartyFinding]]


def assess_lists(gathered: GatheredRun) -> Iterator[PartyFinding]:
    """Yield the state of each list, and what it may hold about the parties."""
    workspace, assess = gathered.workspace, gathered.assess
    everyone = [party for _, party in gathered.everyone]
    incremental = IncrementalSearch(
        workspace,
        everyone,
        lowest=min((gathered.threshold_of(one.list_id) for one in gathered.lists), default=1.0),
        remember=gathered.remembers,
    )
    search = ListSearch(workspace, incremental, gathered.parties, gathered.premises)
    matches = search.matches(
        gathered.engine, gathered.lists, gathered.threshold_of, gathered.progress
    )
    identify = _identify_parties(gathered.dossiers)
    for status in gathered.lists:
        yield from map(PartyFinding, assess.about_list(status))
        if status.version is None or workspace.watchlists[status.list_id].kept_apart:
            continue
        yield from map(PartyFinding, _assess_unread_rows(gathered, status, status.version))
        found = list(search.of(status, matches[status.list_id]))
        for possible in found:
            gathered.set_aside |= dict.fromkeys(_list_set_aside(possible))
            gathered.possible.append((replace(possible, namesakes=()), status))
        alone, owned = split_owned(found, assess.buyer.nation)
        for possible in alone:
            findings = assess.about_possible(possible, status)
            # What was only set aside makes no finding.
            who = identify(possible) if findings else ITSELF
            yield from (PartyFinding(one, who) for one in findings)
        for several in owned:
            yield from map(PartyFinding, assess.about_owned(several, status))
    incremental.get_ready()


def assess_personal_insolvency(gathered: GatheredRun) -> Iterator[PartyFinding]:
    """Yield what lists of insolvent individuals hold of those who answer for a supplier.

    Who is meant only by name, or by name and month of birth, is set aside for a person to look up.
    """
    known = gathered.workspace.watchlists
    apart = [one for one in gathered.lists if one.version and known[one.list_id].kept_apart]
    if gathered.is_check or not apart:
        return
    # Imported lazily: few homes have such a list.
    from duediligence.screening.lookup.personal_insolvency import InsolvencySearch, look_up_record

    assess, identify = gathered.assess, _identify_parties(gathered.dossiers)
    search = InsolvencySearch(gathered.workspace, gathered.parties, assess.context.today)
    for status in apart:
        opened, found = search.on(status, gathered.threshold_of(status.list_id))
        if opened.version is None:
            gathered.lists[gathered.lists.index(status)] = opened
            yield from map(PartyFinding, assess.about_list(opened))
        for possible in found:
            gathered.set_aside |= dict.fromkeys(
                look_up_record(one, possible.supplier) for one in possible.namesakes
            )
            if possible.matches:
                kept = replace(possible, namesakes=())
                gathered.possible.append((kept, status))
                yield from (
                    PartyFinding(one, identify(kept)) for one in assess.about_possible(kept, status)
                )


def _assess_unread_rows(
    gathered: GatheredRun, status: ListStatus, version: ListVersion
) -> Iterator[Finding]:
    if version.not_read:
        for supplier, named in named_in(
            gathered.workspace.lists.unread_rows(version),
            gathered.parties,
            status.title,
            threshold=gathered.threshold_of(status.list_id),
            placed=gathered.workspace.watchlists[status.list_id].premises,
        ):
            yield from gathered.assess.about_unread_rows(supplier, named, status)


def _identify_parties(dossiers: Mapping[str, Dossier]) -> Callable[[Possible], str]:
    """Return what says who a party with a match is, from run to run."""

    @cache
    def find_officer_ids(ref: str) -> Mapping[Party, str]:
        if ref not in dossiers:
            return {}
        # Imported lazily: dossiers are slow to import.
        from duediligence.screening.dossiers.parties import officer_ids

        return officer_ids(dossiers[ref])

    def identify(possible: Possible) -> str:
        party, _ = next(possible.pairs)
        return party_key(party, find_officer_ids(possible.supplier.ref))

    return identify


def _list_set_aside(possible: Possible) -> Iterator[SetAside]:
    """Yield what is kept of the matches of a party that are set aside."""
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


def assess_rejected_rows(gathered: GatheredRun) -> Iterator[PartyFinding]:
    """Yield the rows of the supplier file that could not be used."""
    for row in gathered.rejected:
        yield from map(PartyFinding, gathered.assess.about_row(row))


def assess_suppliers(gathered: GatheredRun) -> Iterator[PartyFinding]:
    """Yield what the suppliers' own rows say."""
    for supplier in gathered.suppliers:
        yield from map(PartyFinding, gathered.assess.about_supplier(supplier))


def assess_dossiers(gathered: GatheredRun) -> Iterator[PartyFinding]:
    """Yield what the registers of companies and charities say."""
    for dossier in gathered.dossiers.values():
        yield from map(PartyFinding, gathered.assess.about_dossier(dossier))


def assess_registrations(gathered: GatheredRun) -> Iterator[PartyFinding]:
    """Yield what the contracts of a supplier need, beside what registers hold of it."""
    if not any(supplier.engagements for supplier in gathered.suppliers):
        return
    needed = RegistrationSearch(
        gathered.suppliers,
        gathered.dossiers,
        gathered.lists,
        gathered.assess.context.today,
        gathered.assess.buyer.nation,
    )
    for possible, status in gathered.possible:
        needed.collect(possible, status)
    yield from map(PartyFinding, needed.assess(gathered.assess))


def assess_labour_signs(gathered: GatheredRun) -> Iterator[PartyFinding]:
    """Yield signs of labour exploitation that were found together, by the stages before."""
    for signs in find_labour_signs(
        gathered.suppliers, gathered.findings, gathered.dossiers, gathered.lists
    ):
        yield from map(PartyFinding, gathered.assess.about_labour(signs))


def find_labour_signs(
    suppliers: Iterable[Supplier],
    findings: Iterable[Finding],
    dossiers: Mapping[str, Dossier],
    lists: Sequence[ListStatus],
) -> Iterator[LabourSigns]:
    """Yield what is to be judged of each supplier with at least one sign, from all findings so far.

    Signs are about the supplier itself; slavery and trafficking also about whoever is behind it.
    What is restricted may be an allegation, and is no sign.
    """
    found: dict[str, list[Finding]] = {}
    for one in findings:
        own = one.about == "supplier" or one.role.kind in OWN_ROLES or "slavery" in one.signs
        if one.signs and own and one.handling != "restricted":
            found.setdefault(one.supplier_ref, []).append(one)
    unseen = tuple(_find_unseen_signs(lists)) if found else ()
    for supplier in suppliers:
        if some := found.get(supplier.ref):
            yield LabourSigns(supplier, tuple(some), dossiers.get(supplier.ref), unseen)


def _find_unseen_signs(lists: Sequence[ListStatus]) -> Iterator[UnseenSign]:
    """Yield the signs that lists show, of which no list is in use, or one is not current."""
    used = {status.list_id: status for status in lists if status.in_use}
    shown: dict[LabourSign, list[Watchlist]] = {}
    for watchlist in registry.find_watchlists().values():
        if sign := sign_of(watchlist):
            shown.setdefault(sign, []).append(watchlist)
    for sign in SIGNS:
        of = shown.get(sign, [])
        failed = [w.title for w in of if w.id in used and used[w.id].state != "current"]
        if failed:
            yield UnseenSign(sign, tuple(failed), failed=True)
        elif of and not any(watchlist.id in used for watchlist in of):
            yield UnseenSign(sign, tuple(watchlist.title for watchlist in of), failed=False)


def sign_of(watchlist: Watchlist) -> LabourSign | None:
    """Return what a bad record on the list can be a sign of."""
    slavery = "slavery_trafficking" in watchlist.crime_types
    return watchlist.labour_sign or ("slavery" if slavery else None)


def assess_network(gathered: GatheredRun) -> Iterator[PartyFinding]:
    """Yield what the network of all stored suppliers adds about those of the run."""
    seen = [
        Seen(one.finding, gathered.assess.run_id, place, gathered.started_at, "", one.party)
        for place, one in enumerate(gathered.found)
    ]
    network = network_of_run(
        gathered.workspace,
        gathered.suppliers,
        gathered.dossiers,
        seen,
        gathered.assess.context.today,
    )
    gathered.links = network.told_by
    for position in network.positions:
        yield from map(PartyFinding, gathered.assess.about_network(position))


def assess_declarations(gathered: GatheredRun) -> Iterator[PartyFinding]:
    """Yield what suppliers declared, beside all that was found of each.

    A home without any declaration is of a buyer who keeps them elsewhere: there a missing one says
    nothing.
    """
    declared = gathered.workspace.declarations.standing()
    if not declared:
        return
    by_ref: dict[str, list[Finding]] = {}
    for finding in gathered.findings:
        by_ref.setdefault(finding.supplier_ref, []).append(finding)
    for one in gathered.suppliers:
        answers = gathered.declarations[one.ref] = declared.get(one.ref, ())
        beside = Declared(one, answers, add_asked_grounds(by_ref.get(one.ref, ())))
        yield from map(PartyFinding, gathered.assess.about_declarations(beside))


def assess_stated_answers(gathered: GatheredRun) -> Iterator[PartyFinding]:
    """Yield how what suppliers stated differs from what the registers said to this run."""
    forms = {} if gathered.is_check else gathered.workspace.supplier_information.all()
    for one in gathered.suppliers:
        form, dossier = forms.get(one.ref), gathered.dossiers.get(one.ref)
        if form and dossier:
            compared = compare_with_registers(form, dossier)
            answers = ComparedAnswers(one, form.submitted_on, compared)
            yield from map(PartyFinding, gathered.assess.about_answers(answers))


STAGES: tuple[Stage, ...] = (
    Stage("the lists", assess_lists),
    Stage("insolvent individuals", assess_personal_insolvency),
    Stage("rows that were rejected", assess_rejected_rows),
    Stage("the rows of suppliers", assess_suppliers),
    Stage("dossiers of registers", assess_dossiers),
    Stage("registrations that contracts need", assess_registrations),
    Stage("signs of labour exploitation", assess_labour_signs),
    Stage("the network of suppliers", assess_network),
    # After all that a declaration is compared with.
    Stage("declarations", assess_declarations),
    Stage("what suppliers stated", assess_stated_answers),
)


def list_stages(extensions: tuple[Extension, ...]) -> Iterator[Stage]:
    """Yield the stages of a run: those of the core, then those of the extensions."""
    yield from STAGES
    for stages in load_parts(extensions, "stages"):
        yield from stages
