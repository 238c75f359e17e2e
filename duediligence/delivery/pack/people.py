"""Who stands behind the bidders of a pack, and what of them may be in it.

Firms that only seem to compete may share directors, owners or an office (Competition and Markets
Authority, Bid-rigging: advice for public sector procurers). Most that do are groups of companies,
clients of one accountant, or people of one name. Procurement Act 2023 Sch 7 paras 7 to 10 are
about agreements between competitors, of which sharing somebody is no proof.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal, TypeVar

from duediligence import registry
from duediligence.casework.disclosure import collect_known_names, redact_run, without_people
from duediligence.delivery.pack.case import LEFT_OUT, PARTS_WITH_PEOPLE, Case, CaseAlert
from duediligence.delivery.pack.comparing import to_withhold
from duediligence.matching import Index
from duediligence.matching.premises import compare_places
from duediligence.model import (
    Charity,
    Declaration,
    Declared,
    Dossier,
    Filing,
    Finding,
    ListEntry,
    Match,
    Missing,
    NotKnown,
    Officer,
    Owner,
    Parent,
    Party,
)
from duediligence.model.alerts import Reopened
from duediligence.render.saying import explain_match
from duediligence.screening.lookup.incremental import subject

# Names that agree in every word that counts, and birth dates or numbers that do not differ.
LEAST = 0.9
# A bidder has at most so many people and firms that any of another may be.
_MOST = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """Something that two bidders, by their references, may share, and how the two compare.

    `what` is the name on the first side, `roles` what it is to each, `why` in plain words;
    `score` 0.0 … 1.0, None for a place. `person` says that it is, or may be, a natural person.
    """

    between: tuple[str, str]
    kind: Literal["person or firm", "address"]
    what: str
    roles: tuple[str, str]
    why: str
    score: float | None = None
    person: bool = False


def find_shared_between_bidders(bidders: Mapping[str, Sequence[Party]]) -> list[Shared]:
    """Return what any two bidders share, by their references: the surest first.

    `bidders` are, by reference, the parties behind each, itself among them.
    """
    found = [*_find_shared_parties(bidders), *_find_shared_addresses(bidders)]
    return sorted(found, key=lambda one: (one.between, one.kind, -(one.score or 0), one.what))


def _find_shared_parties(bidders: Mapping[str, Sequence[Party]]) -> Iterator[Shared]:
    """Yield what bidders share, by the one matcher that looks parties up on lists, each bidder a
    list to all others.
    """
    told: set[tuple[object, ...]] = set()
    by_id = {
        f"{ref}\x1f{number}": (ref, party)
        for ref, everyone in bidders.items()
        for number, party in enumerate(everyone)
    }
    index = Index.build(_build_bidder_entry(id_, party) for id_, (_, party) in by_id.items())
    for ref, party in by_id.values():
        for match in index.search(subject(party), threshold=LEAST, limit=_MOST * len(bidders)):
            other, theirs = by_id[match.entry_id]
            between = (ref, other)
            key = (between, match.query_name.casefold(), match.listed_name.casefold())
            if ref >= other or key in told or _is_of_two_parties(match):
                continue
            told.add(key)
            yield _build_shared_party(between, party, theirs, match)


def _is_of_two_parties(match: Match) -> bool:
    """Return whether a birth date or a number speaks for two parties of one name."""
    number = match.feature("identifier")
    return match.otherwise_born or (number is not None and number.verdict == "differ")


def _build_shared_party(
    between: tuple[str, str], party: Party, theirs: Party, match: Match
) -> Shared:
    return Shared(
        between=between,
        kind="person or firm",
        what=match.query_name,
        roles=(str(party.role), str(theirs.role)),
        why=explain_match(match),
        score=match.score,
        person="organisation" not in (party.kind, theirs.kind),
    )


def _find_shared_addresses(bidders: Mapping[str, Sequence[Party]]) -> Iterator[Shared]:
    told: set[tuple[object, ...]] = set()
    for (ref, ours), (other, theirs) in combinations(sorted(bidders.items()), 2):
        for party in ours:
            for address in party.addresses:
                for their in theirs:
                    key = (ref, other, address.text.casefold(), party.role, their.role)
                    same = any(
                        compare_places(address, one) == "same premises" for one in their.addresses
                    )
                    if same and key not in told:
                        told.add(key)
                        yield Shared(
                            between=(ref, other),
                            kind="address",
                            what=address.text,
                            roles=(str(party.role), str(their.role)),
                            why="The same postcode and building.",
                            person="person" in (party.kind, their.kind),
                        )


def _build_bidder_entry(id_: str, party: Party) -> ListEntry:
    return ListEntry(
        id=id_,
        list_id="bidders",
        kind=party.kind,
        names=party.names,
        birth_dates=(party.birth_date,) if party.birth_date and not party.unproven else (),
        countries=party.countries,
        identifiers=party.identifiers,
        addresses=party.addresses,
    )


# Whoever these may be is not told without people: sole traders are listed as of unknown kind.
_FIRMS = ("organisation", "vessel", "aircraft")
T = TypeVar("T")


def as_disclosed(case: Case, *, people: bool, reports: int = 0) -> Case:
    """Return the case for a pack. `reports` of partners and the community may concern the supplier:
    their number is shown, and nothing else of them.

    Without `people`, a person is a role and a number in what was found, and is left out of what
    was compared; what can then not be derived again is marked as withheld.
    """
    compared = case.compared
    known = collect_known_names(compared.supplier, compared.dossier, compared.entries)
    run, _ = redact_run(
        case.run,
        {case.supplier.ref: known},
        people=people,
        restricted=False,
        reports=reports,
    )
    restricted = [finding for finding in case.findings if finding.handling == "restricted"]
    secret = {(finding.check_id, finding.list_id, finding.entry_id) for finding in restricted}
    # Beside fewer findings, the answers would tell otherwise than they did.
    declarations = None if any(map(_of_declarations, restricted)) else compared.declarations
    if declarations:
        declarations = tuple(
            _redact_answer_details(one) if one.may_tell_of_insolvency else one
            for one in declarations
        )
    shown = replace(
        case,
        run=run,
        compared=replace(
            compared,
            entries=tuple(filter(_is_unrestricted_entry, compared.entries)),
            declarations=declarations,
        ),
        alerts=tuple(
            alert
            for alert in case.alerts
            if (alert.check_id, alert.list_id, alert.entry_id) not in secret
        ),
    )
    return shown if people else _without_people(shown)


def redact_shared(shared: Shared, *, people: bool) -> Shared:
    """Return something that bidders share, a person only by the roles where people are left out."""
    if people or not shared.person:
        return shared
    what = "an address of people behind both" if shared.kind == "address" else "a person"
    return replace(shared, what=what, why=LEFT_OUT)


def _without_people(case: Case) -> Case:
    compared, dossier = case.compared, case.compared.dossier
    bare = replace(
        case,
        compared=replace(
            compared,
            supplier=without_people(compared.supplier),
            dossier=_firms_of(dossier) if dossier else None,
            entries=tuple(_remove_related_people(e) for e in compared.entries if e.kind in _FIRMS),
            declarations=compared.declarations
            and tuple(map(_redact_answer_details, compared.declarations)),
        ),
        answers=case.answers and replace(case.answers, comparisons=()),
        alerts=tuple(map(_without_notes, case.alerts)),
    )
    return replace(bare, withheld=to_withhold(bare))


def _firms_of(dossier: Dossier) -> Dossier:
    """Return what the registers say of firms, and that the rest was left out: never as if it were
    none.
    """
    charity = dossier.charity
    if isinstance(charity, Charity):
        charity = replace(charity, trustees=None, events=(), inquiry="")
    return replace(
        dossier,
        supplier=without_people(dossier.supplier),
        charity=charity,
        officers=_keep_firms(dossier.officers, _select_corporate_officers),
        owners=_keep_firms(dossier.owners, _firms_own),
        parents=_keep_firms(dossier.parents, _select_parent_firms),
        appointments=_omit_part(dossier.appointments),
        disqualifications=_omit_part(dossier.disqualifications),
        filings=_keep_firms(dossier.filings, _bare_filings),
        charges=_omit_part(dossier.charges),
        sources=tuple(one for one in dossier.sources if one.part not in PARTS_WITH_PEOPLE),
    )


def _keep_firms(
    part: tuple[T, ...] | Missing, firms: Callable[[tuple[T, ...]], tuple[T, ...]]
) -> tuple[T, ...] | Missing:
    return firms(part) if isinstance(part, tuple) else part


def _omit_part(part: tuple[T, ...] | Missing) -> Missing:
    return NotKnown(LEFT_OUT) if isinstance(part, tuple) else part


def _select_corporate_officers(officers: tuple[Officer, ...]) -> tuple[Officer, ...]:
    return tuple(officer for officer in officers if officer.corporate)


def _firms_own(owners: tuple[Owner, ...]) -> tuple[Owner, ...]:
    # One that is protected by law has no name, and is no firm.
    return tuple(owner for owner in owners if not owner.person and not owner.super_secure)


def _bare_filings(filings: tuple[Filing, ...]) -> tuple[Filing, ...]:
    """Return what was filed and when, without the names that stand in it."""
    return tuple(replace(filing, values=()) for filing in filings)


def _select_parent_firms(parents: tuple[Parent, ...]) -> tuple[Parent, ...]:
    return tuple(
        replace(
            parent,
            owners=_firms_own(parent.owners),
            officers=_select_corporate_officers(parent.officers),
        )
        for parent in parents
        if not parent.owner.person
    )


def _remove_related_people(entry: ListEntry) -> ListEntry:
    """Return a listed firm without what its publisher says of people around it."""
    return replace(entry, related=(), positions=(), remarks="")


def _redact_answer_details(declaration: Declaration) -> Declaration:
    """Return the answer alone: in its own words a supplier may name anybody."""
    return replace(declaration, details=LEFT_OUT if declaration.details else "")


def _of_declarations(finding: Finding) -> bool:
    check = registry.checks().get(finding.check_id)
    return check is not None and check.needs is Declared


def _is_unrestricted_entry(entry: ListEntry) -> bool:
    return entry.record is None or entry.record.handling != "restricted"


def _without_notes(alert: CaseAlert) -> CaseAlert:
    # With its salt, the hash of a decision would show which note it is of to whoever tries notes.
    decisions = tuple(
        replace(one, note=LEFT_OUT, salt="") if one.note else one for one in alert.decisions
    )
    reopened = alert.reopened
    if isinstance(reopened, Reopened):
        reopened = reopened.without_people()
    elif reopened:
        reopened = LEFT_OUT
    return replace(alert, decisions=decisions, reopened=reopened)
