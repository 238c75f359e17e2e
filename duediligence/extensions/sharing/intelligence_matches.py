"""Which suppliers the reports of partners and the community may concern.

Compared in memory alone, as lists are, and kept as a number, a reference and a score: nothing of a
report comes into a run, a dossier, an index on the disk or what is remembered of look-ups.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from duediligence.extensions.sharing.model.intelligence import (
    IntelligenceMatch,
    IntelligenceReport,
    ReportedKind,
    ReportedParty,
)
from duediligence.extensions.sharing.store.intelligence import IntelligenceStore
from duediligence.matching import DEFAULT_THRESHOLD, Index
from duediligence.matching.premises import compare_places, postcode
from duediligence.model import Address, Identifier, ListEntry, Name, Party, Supplier
from duediligence.model.entries import (
    CHARITY_ENGLAND_WALES,
    CHARITY_NORTHERN_IRELAND,
    CHARITY_SCOTLAND,
    COMPANY,
    Kind,
    company_number,
)
from duediligence.screening.lookup.incremental import subject
from duediligence.screening.lookup.parties import deduplicate_parties, parties
from duediligence.screening.workspace import Workspace
from duediligence.text.postcodes import first_postcode

# Those behind a supplier, by its reference.
Behind = Mapping[str, Sequence[Party]]

_KINDS: Mapping[ReportedKind, Kind] = {
    "person": "person",
    "organisation": "organisation",
    "premises": "organisation",
}
_CHARITIES = (CHARITY_ENGLAND_WALES, CHARITY_SCOTLAND, CHARITY_NORTHERN_IRELAND)


@dataclass(frozen=True, slots=True)
class ComparedReports:
    """Reports as they were compared, and the suppliers: `found` has the place of each report."""

    reports: Sequence[IntelligenceReport]
    refs: Collection[str]
    found: Sequence[IntelligenceMatch]


def compare_run(
    workspace: Workspace, looked_up: Iterable[tuple[Supplier, Party]]
) -> ComparedReports:
    """Compare the active reports with the suppliers of a run, from who was looked up.

    Only with those that are stored just so: else whoever checks a name in passing would learn
    whether it is in a report. To be called before the transaction that stores the run, and kept by
    `keep_matches` within it. Raises StorageError.
    """
    reports = workspace.casework.repository(IntelligenceStore).active(workspace.now().date())
    if not reports:
        return ComparedReports((), (), ())
    stored = {one.ref: one for one in workspace.suppliers.all()}
    behind: dict[str, list[Party]] = {}
    for supplier, party in looked_up:
        if stored.get(supplier.ref) == supplier:
            behind.setdefault(supplier.ref, []).append(party)
    return _compare_with_parties(workspace, reports, behind)


def compare_reports(workspace: Workspace, reports: Sequence[IntelligenceReport]) -> ComparedReports:
    """Compare reports, kept or still to be kept, with every stored supplier.

    The suppliers stand as their newest dossiers have them, or else as they were imported. No
    register is asked. To be called before the transaction that keeps the reports. Raises
    StorageError.
    """
    today = workspace.now().date()
    any_active = any(one.deleted_from > today for one in reports)
    return _compare_with_parties(
        workspace, reports, _load_supplier_parties(workspace) if any_active else {}
    )


def keep_matches(
    workspace: Workspace, compared: ComparedReports, numbers: Sequence[int], *, run_id: str = ""
) -> None:
    """Keep what was found for the reports, which have these numbers by now, in a transaction.

    With `run_id`, it replaces only what was found for the suppliers of that run. A report or a
    supplier that went in the meantime is left out. Nothing is shown, returned or logged. Raises
    StorageError.
    """
    store, today = workspace.casework.repository(IntelligenceStore), workspace.now().date()
    active = {one.number: one.parties for one in store.active(today)}
    as_compared = dict(zip(numbers, compared.reports, strict=True))
    if run_id:
        # One that changed since was compared with all suppliers by whoever changed it.
        as_compared = {
            number: one for number, one in as_compared.items() if active.get(number) == one.parties
        }
    stored = workspace.suppliers.names()
    found = (replace(one, number=numbers[one.number]) for one in compared.found)
    store.rematch(
        [
            one
            for one in found
            if one.number in as_compared and one.number in active and one.supplier_ref in stored
        ],
        workspace.now(),
        numbers=as_compared.keys(),
        refs=compared.refs if run_id else None,
        run_id=run_id,
    )


def _compare_with_parties(
    workspace: Workspace, reports: Sequence[IntelligenceReport], behind: Behind
) -> ComparedReports:
    placed = [replace(one, number=place) for place, one in enumerate(reports)]
    return ComparedReports(
        reports, behind.keys(), _find_best_report_matches(workspace, placed, behind)
    )


def _load_supplier_parties(workspace: Workspace) -> Behind:
    suppliers = {one.ref: one for one in workspace.suppliers.all()}
    found: dict[str, Sequence[Party]] = {ref: parties(one) for ref, one in suppliers.items()}
    newest = workspace.screened.newest_of(suppliers)
    for run_id in sorted(set(newest.values())):
        of_run = {ref for ref, run in newest.items() if run == run_id}
        for ref, dossier in workspace.runs.dossiers(run_id).items():
            if ref in of_run:
                # Imported lazily: dossiers are slow to import.
                from duediligence.screening.dossiers.parties import parties_of

                # A supplier that was edited since it was screened is looked for as both.
                found[ref] = deduplicate_parties((*parties_of(dossier), *found[ref]))
    return found


def _find_best_report_matches(
    workspace: Workspace, reports: Sequence[IntelligenceReport], behind: Behind
) -> list[IntelligenceMatch]:
    """Return the best match of each report with each supplier."""
    best: dict[tuple[int, str], IntelligenceMatch] = {}
    found = (
        *_match_reported_names(workspace, reports, behind),
        *_match_reported_premises(reports, behind),
        *_match_reported_refs(workspace, reports, behind),
    )
    for one in found:
        key = one.number, one.supplier_ref
        known = best.get(key)
        if known is None or (one.score, one.role) > (known.score, known.role):
            best[key] = one
    return list(best.values())


def _match_reported_names(
    workspace: Workspace, reports: Sequence[IntelligenceReport], behind: Behind
) -> Iterator[IntelligenceMatch]:
    """Yield by the names, with the numbers, birth dates and addresses beside them."""
    entries = [
        _build_reported_entry(f"{report.number} {place}", party)
        for report in reports
        for place, party in enumerate(report.parties)
        if party.name or party.number
    ]
    if not entries:
        return
    asked = [(ref, party) for ref, every in behind.items() for party in every]
    results = Index.build(entries).search_many(
        (subject(party) for _, party in asked),
        threshold=workspace.settings.threshold or DEFAULT_THRESHOLD,
        limit=len(entries),
        # More processes would be handed the index in a file.
        workers=1,
    )
    for (ref, party), matches in zip(asked, results, strict=True):
        for match in matches:
            number = int(match.entry_id.partition(" ")[0])
            yield IntelligenceMatch(number, ref, round(match.score, 4), party.role.kind)


def _match_reported_premises(
    reports: Sequence[IntelligenceReport], behind: Behind
) -> Iterator[IntelligenceMatch]:
    """Yield by reported premises at an address of the supplier's."""
    places: dict[str, list[tuple[int, Address]]] = {}
    for report in reports:
        for party in report.parties:
            if party.kind == "premises" and party.address:
                place = _parse_reported_address(party.address)
                if within := postcode(place):
                    places.setdefault(within, []).append((report.number, place))
    if not places:
        return
    for ref, every in behind.items():
        addresses = {one for party in every if party.kind != "person" for one in party.addresses}
        for address in addresses:
            for number, place in places.get(postcode(address), ()):
                if compare_places(place, address) == "same premises":
                    yield IntelligenceMatch(number, ref, 1.0, "premises")


def _match_reported_refs(
    workspace: Workspace, reports: Sequence[IntelligenceReport], behind: Behind
) -> Iterator[IntelligenceMatch]:
    """Yield by the supplier's reference, where whoever reported knew it."""
    merged = workspace.suppliers.merged()
    for report in reports:
        for party in report.parties:
            ref = merged.get(party.ref, party.ref)
            if ref in behind:
                yield IntelligenceMatch(report.number, ref, 1.0, "supplier")


def _build_reported_entry(id_: str, party: ReportedParty) -> ListEntry:
    return ListEntry(
        id=id_,
        list_id="",
        kind=_KINDS[party.kind],
        names=(Name(party.name or party.number),),
        birth_dates=(party.born,) if party.born else (),
        identifiers=tuple(_list_reported_identifiers(party.number)),
        addresses=(_parse_reported_address(party.address),) if party.address else (),
    )


def _list_reported_identifiers(number: str) -> Iterator[Identifier]:
    """Yield the number as that of a company and of a charity: a report does not say of which."""
    if not number:
        return
    if company := company_number(number):
        yield Identifier(COMPANY, company)
    for scheme in _CHARITIES:
        yield Identifier(scheme, number)


def _parse_reported_address(text: str) -> Address:
    return Address(text, first_postcode(text))
