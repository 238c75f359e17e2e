"""Make the network of all suppliers from what dossiers, the supplier file and findings say."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from duediligence.model import Address, Dossier, Finding, Match, PartialDate, Supplier
from duediligence.model.networks import (
    LinkKind,
    MarkKind,
    Network,
    NetworkLink,
    NetworkMark,
    NetworkNode,
)
from duediligence.networks.collecting import FILE, Collector, End, Told

TOPICS: Mapping[str, MarkKind] = {
    "sanctions": "listed",
    "debarment": "listed",
    "enforcement": "enforcement",
    "insolvency": "insolvent",
    "disqualification": "disqualified",
}
# Checks of the topic of enforcement that are about an insolvency.
_OF_INSOLVENCY = ("ENF-08",)


def link_key(link: NetworkLink) -> str:
    """Return what makes a link the same from run to run: a hash of both ends and its kind."""
    return _hash_link(link.one, link.other, link.kind)


def _hash_link(one: str, other: str, kind: LinkKind) -> str:
    return sha256(f"{one}\x1f{other}\x1f{kind}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Built:
    """A network, and by the reference of each supplier the keys of the links that it tells of."""

    network: Network
    told_by: Mapping[str, frozenset[str]]


def build_network(
    suppliers: Iterable[Supplier],
    dossiers: Mapping[str, Dossier],
    *,
    today: date,
    findings: Iterable[Finding] = (),
    titles: Mapping[str, str] | None = None,
    known: Mapping[str, date] | None = None,
    companies_at: Callable[[Address], int | None] | None = None,
) -> Built:
    """Return the network of these suppliers, whatever their order, and who tells of its links.

    `dossiers` are by the reference of the supplier; one without is linked by the supplier file
    alone. `findings` of the run mark the parties that they are about; `titles` are those of lists
    by id. `known` says by `link_key` since when a link is known here: one that it has not is first
    known today. Without `known` no link has that date. `companies_at` says how many companies a
    register has at an address, None where it does not know; it is asked of addresses that join
    several and that no dossier counts.
    """
    collector = Collector(today)
    for dossier in dossiers.values():
        collector.expect(dossier)
    for supplier in sorted(suppliers, key=lambda one: one.ref):
        collector.add(supplier, dossiers.get(supplier.ref))
    if companies_at:
        collector.count_offices(companies_at)
    collector.people.settle()
    _collect_marks(collector, findings, titles or {})
    ends = {told.other for told in collector.told} | {end for end, _ in collector.marks}
    ids = {end: _node_id(collector, end) for end in ends}
    nodes = _build_network_nodes(collector)
    links, told_by = _build_network_links(collector, ids, known)
    return Built(Network(dict(sorted(nodes.items())), links), told_by)


def _node_id(collector: Collector, end: End) -> str:
    return end if isinstance(end, str) else collector.people.node_id(end)


def _collect_marks(
    collector: Collector, findings: Iterable[Finding], titles: Mapping[str, str]
) -> None:
    for finding, mark in of_findings(findings, titles):
        if finding.about == "supplier" and finding.supplier_ref in collector.by_ref:
            collector.marks.append((collector.by_ref[finding.supplier_ref], mark))
        elif end := _find_marked_party(collector, finding):
            collector.marks.append((end, mark))


def _find_marked_party(collector: Collector, finding: Finding) -> End | None:
    """Return who behind the supplier a finding is about; None where two may be meant."""
    ends = collector.aliases.get(finding.supplier_ref, {}).get(finding.subject_name.casefold(), {})
    if finding.subject_born:
        born = finding.subject_born
        ends = {end: theirs for end, theirs in ends.items() if _same_month(theirs, born)}
    ids = {_node_id(collector, end): end for end in ends}
    return next(iter(ids.values())) if len(ids) == 1 else None


def _same_month(one: PartialDate | None, other: PartialDate) -> bool:
    return one is not None and (one.year, one.month) == (other.year, other.month)


def _build_network_nodes(collector: Collector) -> dict[str, NetworkNode]:
    people, drafts = collector.people, collector.nodes
    marks: dict[str, dict[NetworkMark, None]] = {
        id_: dict(draft.marks) for id_, draft in drafts.items()
    }
    for end, mark in collector.marks:
        marks.setdefault(_node_id(collector, end), {})[mark] = None
    elsewhere: dict[str, set[str]] = {}
    for mention, numbers in collector.elsewhere.items():
        elsewhere.setdefault(people.node_id(mention), set()).update(numbers)
    nodes = {
        id_: NetworkNode(
            id=id_,
            kind=draft.kind,
            label=draft.label,
            personal=draft.personal,
            companies=draft.companies,
            supplier_ref=draft.supplier_ref,
            number=draft.number,
            marks=_sort_marks(marks[id_]),
        )
        for id_, draft in drafts.items()
    }
    for id_, label in people.nodes():
        nodes[id_] = NetworkNode(
            id=id_,
            kind="person",
            label=label,
            personal=True,
            companies=len(elsewhere[id_]) if id_ in elsewhere else None,
            marks=_sort_marks(marks.get(id_, {})),
        )
    return nodes


def _sort_marks(marks: Iterable[NetworkMark]) -> tuple[NetworkMark, ...]:
    return tuple(sorted(marks, key=lambda mark: (mark.kind, mark.what, mark.sure, str(mark.on))))


def _build_network_links(
    collector: Collector, ids: Mapping[End, str], known: Mapping[str, date] | None
) -> tuple[tuple[NetworkLink, ...], dict[str, frozenset[str]]]:
    """Return each statement once: of one that several sources make, that with its end, or the
    first.
    """
    found: dict[tuple[str, str, LinkKind, str], NetworkLink] = {}
    told_by: dict[str, set[str]] = {}
    for told in (
        *collector.told,
        *_link_former_names(collector),
        *_link_sub_contractors(collector),
    ):
        other = ids.get(told.other) or _node_id(collector, told.other)
        if other == told.one:
            continue
        key = (told.one, other, told.kind, str(told.since))
        hashed = _hash_link(told.one, other, told.kind)
        told_by.setdefault(told.ref, set()).add(hashed)
        link = NetworkLink(
            one=told.one,
            other=other,
            kind=told.kind,
            source=told.source,
            since=told.since,
            until=told.until,
            first_known=None if known is None else known.get(hashed, collector.today),
        )
        if key not in found or _rank_link(link) < _rank_link(found[key]):
            found[key] = link
    links = tuple(found[key] for key in sorted(found))
    return links, {ref: frozenset(keys) for ref, keys in told_by.items()}


def _rank_link(link: NetworkLink) -> tuple[bool, str, str]:
    return link.until is None, str(link.until), link.source


def _link_former_names(collector: Collector) -> Iterator[Told]:
    """Yield former names, and who bears one now or bore it as well."""
    for words, several in collector.former.items():
        yield from several
        bore = {told.one for told in several}
        for here, ref in collector.current.get(words, {}).items():
            if here not in bore:
                yield Told(here, several[0].other, "former name", FILE, ref=ref)


def _link_sub_contractors(collector: Collector) -> Iterator[Told]:
    for here, main, ref in collector.part_of:
        if main in collector.by_ref:
            yield Told(here, collector.by_ref[main], "sub-contractor", FILE, ref=ref)


def of_findings(
    findings: Iterable[Finding], titles: Mapping[str, str]
) -> Iterator[tuple[Finding, NetworkMark]]:
    """Yield the findings that say something of a party, with the mark that each is.

    Only where a number is the same, or the name and nothing else differs: what is merely similar
    would follow a namesake from supplier to supplier. Low findings are no marks. `titles` are those
    of lists, by id.
    """
    for one in findings:
        kind = TOPICS.get(one.topic)
        if kind is None or one.outcome not in ("review", "adverse") or one.severity == "low":
            continue
        # What stands at the same premises under another name is no match.
        if not one.list_id or one.score is None or not _may_be(one):
            continue
        yield (
            one,
            NetworkMark(
                kind="insolvent" if one.check_id in _OF_INSOLVENCY else kind,
                what=titles.get(one.list_id, one.list_id),
                sure=one.certainty,
                on=one.happened_on,
                handling=one.handling,
            ),
        )


def _may_be(finding: Finding) -> bool:
    match = Match(tuple(one for one in finding.features if not one.said))
    if match.certain:
        return True
    differs = match.otherwise_born or match.undated or match.feature("identifier") is not None
    return match.same_name and not differs
