"""Chains of moves: people who went from one dead company to the next, and then to the supplier."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Literal

from duediligence.model import Company, Dossier
from duediligence.model.networks import ChainOfMoves, Move, NetworkLink, NetworkNode
from duediligence.networks.marks import INSOLVENT
from duediligence.networks.walking import Graph
from duediligence.text.dates import months_after, months_before
from duediligence.text.names import firm_words, same_firm

# Who left longer ago than this before the next company began did not move there from it; nor did
# who came that long after.
_MONTHS = 24
_DEAD = INSOLVENT | {"dissolved"}
_MOST_MOVES = 10


def map_company_statuses(dossiers: Collection[Dossier]) -> dict[str, str]:
    """Return the status of each company that a dossier names, by the id of its node."""
    found: dict[str, str] = {}
    for dossier in dossiers:
        if isinstance(dossier.appointments, tuple):
            for one in dossier.appointments:
                found.setdefault(f"company:{one.company_number}", one.company_status)
    for dossier in dossiers:
        # Its own record says more than what is said of it elsewhere.
        if isinstance(dossier.company, Company):
            found[f"company:{dossier.company.number}"] = dossier.company.status
    return found


def find_move_chains(
    graph: Graph, node: NetworkNode, dossier: Dossier, status: Mapping[str, str]
) -> tuple[ChainOfMoves, ...]:
    """Return the chains that end at this supplier, of two moves or with the name or address kept.

    `status` is what `map_company_statuses` gives. A chain has a company that became insolvent,
    unless name or address was kept. Whoever moved owns the supplier, or is half of its board. Where
    the register gives no day, no move is seen.
    """
    company = dossier.company
    if not isinstance(company, Company) or company.created_on is None:
        return ()
    found: dict[tuple[str, ...], tuple[tuple[Move, ...], dict[str, NetworkNode]]] = {}
    for link in graph.links[node.id]:
        person = graph.node(link.other)
        if not _directs_now(link, node.id) or person.kind != "person":
            continue
        if not graph.weight(person.id):
            continue
        begun = max(filter(None, (company.created_on, link.since)))
        moves = tuple(_trace_director_moves(graph, person.id, node.id, begun, status))
        if moves:
            key = tuple(move.node.id for move in moves)
            found.setdefault(key, (moves, {}))[1][person.id] = person
    told = []
    board = {link.other for link in graph.links[node.id] if _directs_now(link, node.id)}
    owners = {
        link.other
        for link in graph.links[node.id]
        if link.one == node.id and link.kind == "owner" and not link.ended
    }
    for key in sorted(found):
        moves, by_id = found[key]
        if 2 * len(by_id) < len(board) and owners.isdisjoint(by_id):
            continue
        kept = tuple(_find_kept_details(graph, node, company, moves[-1]))
        failed = any(move.status in INSOLVENT for move in moves)
        if kept or (len(moves) > 1 and failed):
            who = tuple(by_id[one] for one in sorted(by_id))
            told.append(ChainOfMoves(people=who, moves=moves, kept=kept))
    return tuple(told)


def _directs_now(link: NetworkLink, id_: str) -> bool:
    return link.one == id_ and link.kind == "director" and not link.ended


def _trace_director_moves(
    graph: Graph, person: str, supplier: str, begun: date, status: Mapping[str, str]
) -> Iterator[Move]:
    """Yield the dead companies that one director came through, the oldest first."""
    directed = {
        link.one: link
        for link in graph.links[person]
        if link.kind == "director"
        and link.one != supplier
        and link.since
        and status.get(link.one) in _DEAD
    }
    chain: list[NetworkLink] = []
    while len(chain) < _MOST_MOVES:
        before = [link for link in directed.values() if _leads_to(link, begun)]
        if not before:
            break
        last = max(before, key=lambda link: (str(link.since), link.one))
        del directed[last.one]
        chain.append(last)
        assert last.since is not None
        begun = last.since
    for link in reversed(chain):
        yield Move(graph.node(link.one), status[link.one], link.since, link.until)


def _leads_to(link: NetworkLink, begun: date) -> bool:
    """Return whether somebody left it for what began that day: not long before, and not long after.

    Of a dissolved company few directors ever resign: without a day of leaving they must have come
    within three years.
    """
    assert link.since is not None
    if link.since >= begun:
        return False
    if link.until is None:
        return link.since >= months_before(begun, 36)
    return months_before(begun, _MONTHS) <= link.until <= months_after(begun, _MONTHS)


def _find_kept_details(
    graph: Graph, node: NetworkNode, company: Company, last: Move
) -> Iterator[Literal["name", "address"]]:
    names = (company.name, *(former.name for former in company.former_names))
    if any(_resembles_name(name, last.node.label) for name in names):
        yield "name"
    if _list_sole_addresses(graph, node.id) & _list_sole_addresses(graph, last.node.id):
        yield "address"


def _resembles_name(one: str, other: str) -> bool:
    """Return whether two names are the same or begin with the same word, of five letters or
    more.
    """
    if same_firm(one, other):
        return True
    ours, theirs = firm_words(one)[:1], firm_words(other)[:1]
    return bool(ours) and ours == theirs and len(ours[0]) > 4


def _list_sole_addresses(graph: Graph, id_: str) -> set[str]:
    return {
        link.other
        for link in graph.links[id_]
        if link.kind == "address" and graph.weight(link.other) == 1
    }
