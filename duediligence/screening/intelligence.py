"""Which suppliers the reports of partners and the community may concern.

Compared in memory alone, as lists are, and kept as a number, a reference and a score: nothing of a
report comes into a run, a dossier, an index on the disk or what is remembered of look-ups.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from duediligence.matching import DEFAULT_THRESHOLD, Index
from duediligence.matching.premises import compare_places
from duediligence.model import Address, Identifier, ListEntry, Name, Party, Supplier
from duediligence.model.entries import (
    CHARITY_ENGLAND_WALES,
    CHARITY_NORTHERN_IRELAND,
    CHARITY_SCOTLAND,
    COMPANY,
    Kind,
    company_number,
)
from duediligence.model.intelligence import (
    IntelligenceMatch,
    IntelligenceReport,
    ReportedKind,
    ReportedParty,
)
from duediligence.screening.lookup.incremental import subject
from duediligence.screening.lookup.parties import deduplicate, parties
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


def match_run(
    workspace: Workspace, run_id: str, looked_up: Iterable[tuple[Supplier, Party]]
) -> None:
    """Derive again which reports may concern the suppliers of a run, from who was looked up.

    To be called in the transaction that stores the run. Nothing is shown, returned or logged.
    Raises StorageError.
    """
    reports = workspace.casework.intelligence.active(workspace.now().date())
    if not reports:
        return
    behind: dict[str, list[Party]] = {}
    for supplier, party in looked_up:
        behind.setdefault(supplier.ref, []).append(party)
    workspace.casework.intelligence.rematch(
        _matches(workspace, reports, behind), workspace.now(), refs=behind.keys(), run=run_id
    )


def match_reports(workspace: Workspace, numbers: Collection[int]) -> None:
    """Derive again which stored suppliers these reports may concern.

    The suppliers stand as their newest dossiers have them, or else as they were imported. No
    register is asked. Raises StorageError.
    """
    active = workspace.casework.intelligence.active(workspace.now().date())
    reports = [one for one in active if one.number in numbers]
    behind = _stored(workspace) if reports else {}
    workspace.casework.intelligence.rematch(
        _matches(workspace, reports, behind), workspace.now(), numbers=numbers
    )


def _stored(workspace: Workspace) -> Behind:
    suppliers = {one.ref: one for one in workspace.suppliers.all()}
    found: dict[str, Sequence[Party]] = {ref: parties(one) for ref, one in suppliers.items()}
    newest = workspace.screened.newest_of(suppliers)
    for run_id in sorted(set(newest.values())):
        of_run = {ref for ref, run in newest.items() if run == run_id}
        for ref, dossier in workspace.runs.dossiers(run_id).items():
            if ref in of_run:
                # Imported lazily: dossiers are slow to import.
                from duediligence.screening.dossiers import parties_of

                # A supplier that was edited since it was screened is looked for as both.
                found[ref] = deduplicate((*parties_of(dossier), *found[ref]))
    return found


def _matches(
    workspace: Workspace, reports: Sequence[IntelligenceReport], behind: Behind
) -> list[IntelligenceMatch]:
    """The best match of each report with each supplier."""
    best: dict[tuple[int, str], IntelligenceMatch] = {}
    found = (
        *_named(workspace, reports, behind),
        *_placed(reports, behind),
        *_stated(reports, behind),
    )
    for one in found:
        key = one.number, one.supplier_ref
        known = best.get(key)
        if known is None or (one.score, one.role) > (known.score, known.role):
            best[key] = one
    return list(best.values())


def _named(
    workspace: Workspace, reports: Sequence[IntelligenceReport], behind: Behind
) -> Iterator[IntelligenceMatch]:
    """By the names, with the numbers, birth dates and addresses beside them."""
    entries = [
        _entry(f"{report.number} {place}", party)
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


def _placed(reports: Sequence[IntelligenceReport], behind: Behind) -> Iterator[IntelligenceMatch]:
    """By reported premises at an address of the supplier's."""
    places = [
        (report.number, _address(party.address))
        for report in reports
        for party in report.parties
        if party.kind == "premises" and party.address
    ]
    if not places:
        return
    for ref, every in behind.items():
        addresses = {one for party in every if party.kind != "person" for one in party.addresses}
        for number, place in places:
            if any(compare_places(place, one) == "same premises" for one in addresses):
                yield IntelligenceMatch(number, ref, 1.0, "premises")


def _stated(reports: Sequence[IntelligenceReport], behind: Behind) -> Iterator[IntelligenceMatch]:
    """By the supplier's reference, where whoever reported knew it."""
    for report in reports:
        for party in report.parties:
            if party.ref in behind:
                yield IntelligenceMatch(report.number, party.ref, 1.0, "supplier")


def _entry(id_: str, party: ReportedParty) -> ListEntry:
    return ListEntry(
        id=id_,
        list_id="",
        kind=_KINDS[party.kind],
        names=(Name(party.name or party.number),),
        birth_dates=(party.born,) if party.born else (),
        identifiers=tuple(_identifiers(party.number)),
        addresses=(_address(party.address),) if party.address else (),
    )


def _identifiers(number: str) -> Iterator[Identifier]:
    """The number as that of a company and of a charity: a report does not say of which."""
    if not number:
        return
    if company := company_number(number):
        yield Identifier(COMPANY, company)
    for scheme in _CHARITIES:
        yield Identifier(scheme, number)


def _address(text: str) -> Address:
    return Address(text, first_postcode(text))
