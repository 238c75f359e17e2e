"""The findings of a case, derived again from what it holds and nothing else."""

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

import msgspec

from duediligence.casework.pack.case import Case
from duediligence.matching import Index
from duediligence.model import Declared, Finding, ListEntry, ListStatus, Party, SharedPremises
from duediligence.model.runs import Basis
from duediligence.screening.dossiers import parties_of
from duediligence.screening.lookup.incremental import subject
from duediligence.screening.lookup.list_search import MatchCollector, Possible
from duediligence.screening.lookup.parties import once, parties
from duediligence.screening.lookup.places import shared_at
from duediligence.screening.run.findings import Assessor, check_context
from duediligence.screening.run.policy import Policy


def looked_up(case: Case, basis: Basis) -> tuple[Party, ...]:
    """Whom the run looked up for the supplier, premises apart."""
    dossier = case.compared.dossier
    if dossier is None:
        return parties(case.supplier, kind=basis.kind)
    return once(parties_of(dossier))


def derived(case: Case, basis: Basis, *, registers: bool) -> list[Finding]:
    """Every finding that follows from the case, by the program of today.

    `registers` is False where the dossier is not whole, so that nothing can be said of it. That a
    list held more matches than are shown, and that a shared address is not that of a crowd, is
    taken as the case says. Raises msgspec.DecodeError for a policy that cannot be read.
    """
    run = case.run
    policy = msgspec.json.decode(basis.policy, type=Policy)
    context = check_context(run.as_of, basis.schedule_7_years)
    assess = Assessor(run.id, policy, context)
    everyone = looked_up(case, basis)
    found: list[Finding] = []
    for status in run.lists:
        found += assess.about_list(status)
        if status.version is None:
            continue
        threshold = policy.thresholds.get(status.list_id, run.threshold)
        for possible in _possible(case, basis, status, everyone, threshold):
            found += assess.about_possible(possible, status)
    found += assess.about_supplier(case.supplier)
    if registers and case.compared.dossier is not None:
        found += assess.about_dossier(case.compared.dossier)
    if case.compared.declarations is not None:
        about = tuple(finding for finding in found if finding.supplier_ref == case.supplier.ref)
        found += assess.about_declarations(
            Declared(case.supplier, case.compared.declarations, about)
        )
    return found


def _possible(
    case: Case, basis: Basis, status: ListStatus, everyone: tuple[Party, ...], threshold: float
) -> Iterator[Possible]:
    listed = (entry for entry in case.compared.entries if entry.list_id == status.list_id)
    entries = {entry.id: entry for entry in sorted(listed, key=lambda entry: entry.id)}
    if not entries:
        return
    index = Index.build(entries.values())
    placed = status.list_id in basis.premises
    by_place = case.compared.premises if placed else ()
    said = [finding for finding in case.findings if finding.list_id == status.list_id]
    collector = MatchCollector(
        basis.topics.get(status.list_id, ""), status.title, placed, basis.limit
    )
    for position, party in enumerate((*everyone, *by_place)):
        possible = collector.collect(
            case.supplier,
            party,
            index.search(subject(party), threshold=threshold, limit=basis.limit + 1),
            entries.__getitem__,
            partial(_shared, party, entries.values(), status, said),
            by_place=position >= len(everyone),
        )
        if possible:
            names = {one.match.query_name for one in possible.matches}
            more = any(f.subject_name in names and f.more_matches for f in said)
            yield replace(possible, more=more)


def _shared(
    party: Party,
    entries: Iterable[ListEntry],
    status: ListStatus,
    said: Sequence[Finding],
    matched: Container[str],
) -> Iterator[SharedPremises]:
    """What stands at the party's addresses, of what the case says does."""
    if party.kind == "person":
        return
    name = party.names[0].text
    about = {f.entry_id for f in said if f.score is None and f.subject_name == name}
    here = [entry for entry in entries if entry.id in about]
    for address in party.addresses:
        yield from shared_at(address, party, here, matched, status.title)
