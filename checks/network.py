"""What the network of all suppliers shows about one: intelligence to ask about, no proof."""

from collections.abc import Iterable, Mapping
from functools import partial

from duediligence.checks.toolkit import CLEAR
from duediligence.checks.toolkit.companies import ENDED
from duediligence.checks.toolkit.wording import on, plain

from duediligence.contracts import CheckContext, check
from duediligence.model import SEVERITIES, Clause, Outcome, Severity
from duediligence.model.circumstances import Circumstance, Handover
from duediligence.model.facts import (
    NOTHING,
    Value,
    count,
    firm,
    joined,
    listed,
    say,
    tag_person,
    tag_private,
    word,
)
from duediligence.model.networks import (
    ChainOfMoves,
    ControlledAlike,
    LinkKind,
    NearMarked,
    NetworkLink,
    NetworkMark,
    NetworkNode,
    NetworkPath,
    NetworkPosition,
    SharedContact,
)

_LINKED = (Circumstance(kind="link between suppliers"),)
# A contract in common is said by its title.
_SIGNS = {
    "trade": "both are of one trade",
    "young": "one of them is less than two years old",
    "alone": "by the register only suppliers of yours are there",
    "letters": "neither is registered there",
}
_RECORDED = {
    "listed": "on the list",
    "disqualified": "disqualified",
    "insolvent": "insolvent",
    "enforcement": "named in enforcement",
}

_ROLES = {
    "director": "director",
    "secretary": "secretary",
    "owner": "owner",
    "trustee": "trustee",
    "named person": "named person",
    "charge holder": "lender",
}


network_check = partial(check, topic="network", needs=NetworkPosition)


@network_check(
    id="NET-01",
    title="Controlled by the same people as another supplier",
    question="another supplier is controlled by the same people",
    severity="low",
    basis="CMA, Cheating or competing? (bid rigging): no ground in itself, for Procurement Act "
    "2023 Sch 7 paras 7-10 ask for an agreement or a decision",
    circumstances=("link between suppliers",),
)
def controlled_alike(position: NetworkPosition, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """Another of your suppliers has the same owner, or half of the same board.

    High where you have both for the same contract: each may set its price knowing the other's, or
    one may be there so that there are enough bids. Low where you have them for different work:
    many people own two small companies, and that is no fault. Companies that the register shows in
    one group are reported only for the same contract, and low; suppliers that you know to work
    together likewise.

    Ask each who decides its bids and prices, and whether it knew of the other. Compare the bids:
    wording, mistakes, who wrote the documents, prices that move together. Innocent: families,
    franchises, a joint venture, a director who sits on several small boards. What is shown is what
    the registers and your file say; they may be out of date.
    """
    found = [(one, severity) for one in position.alike if (severity := _of_alike(one)) is not None]
    if not found:
        return CLEAR
    gravest = max((severity for _, severity in found), key=SEVERITIES.index)
    same = any(one.contracts for one, _ in found)
    return Outcome(
        "review",
        why=joined(
            " ",
            [
                *(_format_controlled_alike(one) for one, _ in found),
                _format_more_suppliers(position.left_out),
            ],
        ),
        circumstances=_LINKED,
        next_step="Compare the bids of both, and ask each who decides its bids and prices."
        if same
        else "Bear it in mind where both bid for one contract, and ask who decides.",
        severity=gravest,
    )


def _of_alike(one: ControlledAlike) -> Severity | None:
    if one.group or one.together:
        return "low" if one.contracts else None
    return "high" if one.contracts else "low"


def _format_controlled_alike(one: ControlledAlike) -> Clause:
    return say(
        "{other}{ref}: {ways}{group}{together}{contracts}.",
        other=named(one.other),
        ref=say(" ({ref})", ref=word(one.other.supplier_ref)),
        ways=_format_network_paths(one.paths),
        group=say("; of one group, under {name}", name=firm(one.group)) if one.group else NOTHING,
        together=say("; you know that they work together") if one.together else NOTHING,
        contracts=say("; you have both for {titles}", titles=_format_contract_titles(one.contracts))
        if one.contracts
        else NOTHING,
    )


@check(
    id="NET-02",
    title="Near a party that something is recorded about",
    question="it is near a party that something is recorded about",
    topic="network",
    needs=NearMarked,
    severity="medium",
    basis="Procurement Act 2023 s.26 and Sch 6 para 45 (connected persons): no ground in itself",
)
def near_marked(found: NearMarked, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """Within two steps of the supplier stands somebody listed, disqualified, insolvent or enforced
    against.

    A step leads from one firm or person to the next that is named beside it. What the supplier's
    own records say is in its own flags and not repeated here: this is what other suppliers' records
    add. Open each step first, and check that it is still so. High where a number says that the
    party is the one on a sanctions or debarment list, medium where the name does or somebody is
    disqualified, low for an insolvency or enforcement; one step lower where what joins them also
    joins others.

    To be near somebody is no fault and no ground. A shared office, an earlier colleague or a
    common landlord joins firms that have never heard of each other. Ask the supplier what its
    relation is, and whether that party has a part in the contract, its money or its decisions.
    """
    gravest = max((_of_near(path) for path in found.near), key=SEVERITIES.index)
    return Outcome(
        "review",
        why=joined(
            " ",
            [
                *(_format_near_path(path) for path in found.near),
                say("There are {more} more.", more=found.left_out) if found.left_out else NOTHING,
            ],
        ),
        next_step="Open each step and check that it still holds. Then ask the supplier what its "
        "relation to that party is, and whether it has a part in the contract.",
        severity=gravest,
    )


def _of_near(path: NetworkPath) -> Severity:
    levels: list[Severity] = []
    for mark in path.nodes[-1].marks:
        if mark.kind == "listed":
            levels.append("high" if mark.sure == "a number is the same" else "medium")
        else:
            levels.append("medium" if mark.kind == "disqualified" else "low")
    highest = max(levels, key=SEVERITIES.index)
    lower = path.strength < 1
    return SEVERITIES[max(0, SEVERITIES.index(highest) - lower)]


def _format_near_path(path: NetworkPath) -> Clause:
    end = path.nodes[-1]
    return say(
        "{end}: {marks}. The way there: {way}.",
        end=named(end),
        marks=joined("; ", [_format_network_mark(mark) for mark in end.marks]),
        way=_format_network_path(path),
    )


def _format_network_mark(mark: NetworkMark) -> Clause:
    return say(
        "{recorded}{what}{on}{sure}",
        recorded=word(_RECORDED[mark.kind]),
        what=say(" {what}", what=word(mark.what))
        if mark.kind == "listed"
        else say(" ({what})", what=word(mark.what)),
        on=on(mark.on),
        sure=say(", {sure}", sure=word(mark.sure)) if mark.sure else NOTHING,
    )


@network_check(
    id="NET-03",
    title="Circle of control",
    question="it is part of a circle of control",
    severity="medium",
    basis="Global Witness, The Companies We Keep (2018); Companies Act 2006 ss.136 and 155",
)
def ring(position: NetworkPosition, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """Companies own or direct one another, so that the way upward leads back to the supplier.

    Nobody stands at the end of such a circle who answers for it. Circles of owners alone that the
    supplier's own records show are reported as circular ownership and not again. Ask which people
    decide, with documents. Innocent: a company that entered its own group in the wrong field, and
    joint ventures whose partners sit on each other's boards.
    """
    if not position.rings:
        return CLEAR
    return Outcome(
        "review",
        why=say("{ways}.", ways=_format_network_paths(position.rings)),
        next_step="Ask which people decide for these companies, with documents.",
    )


@network_check(
    id="NET-04",
    title="Director of a competitor for the same contract",
    question="a director is a director of a competitor for the same contract",
    severity="medium",
    basis="Competition Act 1998 s.2; CMA, Cheating or competing? (bid rigging): no ground in "
    "itself, for Procurement Act 2023 Sch 7 paras 7-10 ask for an agreement or a decision",
    params={"many": 20},
    circumstances=("link between suppliers",),
)
def shared_director(position: NetworkPosition, ctx: CheckContext) -> Outcome:
    """A director here is also a director of another supplier that you have for the same contract.

    This is intelligence, not proof: it says that somebody could know both sides, not that anything
    was arranged. Suppliers on one framework are not always competitors: low where you have twenty
    suppliers or more under the title. Read what the contract is first. Innocent: non-executive
    directors, trade bodies, a small trade in one town. If both bid
    for the same lot, ask each how it kept its bid apart from the other's, and compare the bids. Do
    not tell either what you suspect before you have asked the Competition and Markets Authority,
    where there is more than this: a warning destroys evidence.
    """
    if not position.shared_directors:
        return CLEAR
    many = int(ctx.params["many"])
    return Outcome(
        "review",
        why=joined(
            " ",
            [
                say(
                    "You have this supplier and {other}{ref} for {titles}: {way}.",
                    other=named(one.other),
                    ref=say(" ({ref})", ref=word(one.other.supplier_ref)),
                    titles=_format_contract_titles(one.contracts),
                    way=_format_network_path(one.path),
                )
                for one in position.shared_directors
            ],
        ),
        circumstances=_LINKED,
        next_step="Intelligence, not proof. Find out whether both bid for the same lot, and then "
        "how each kept its bid apart.",
        severity="low" if all(one.suppliers >= many for one in position.shared_directors) else None,
    )


@network_check(
    id="NET-05",
    title="Chain of moves from dead companies",
    question="its directors came from one dead company after another",
    severity="medium",
    basis="Insolvency Service, Phoenix companies guidance (2017); Procurement Act 2023 Sch 6 para "
    "45 (predecessor company)",
    params={"people": 2},
    circumstances=("failed company of a director", "possible predecessor"),
)
def moves(position: NetworkPosition, ctx: CheckContext) -> Outcome:
    """The same people went from a company that died to the next, and then to this supplier.

    Two such companies in turn, one of them insolvent; or one, whose name or address the supplier
    has. High where two people or more went the same way. The business may have been carried on
    without its debts, more than once. Ask what became of staff, debts and contracts each time, and
    look up each company's notices in the Gazette.

    Innocent: developers and film makers form a company for each job, founders fail and try again,
    and an administrator may lawfully sell a business to its old board. The register gives the days
    on which people came and left, and only today's status: not when a company failed.
    """
    if not position.moves:
        return CLEAR
    several = any(len(one.people) >= int(ctx.params["people"]) for one in position.moves)
    return Outcome(
        "review",
        why=joined(" ", [_format_move_chain(one) for one in position.moves]),
        circumstances=tuple(map(_describe_move_chain, position.moves)),
        next_step="Ask what became of staff, debts and contracts at each step, and look the "
        "companies up in the Gazette.",
        severity="high" if several else None,
    )


def _describe_move_chain(one: ChainOfMoves) -> Circumstance:
    """Return what the last company of a chain may be to the supplier: its predecessor only with
    what it kept of it.
    """
    over: Mapping[str, Handover] = {"name": "name", "address": "premises"}
    return Circumstance(
        kind="possible predecessor" if one.kept else "failed company of a director",
        whom="predecessor",
        continues=True,
        ended=one.moves[-1].status in ENDED,
        went_over=tuple(over[kept] for kept in one.kept),
    )


def _format_move_chain(one: ChainOfMoves) -> Clause:
    return say(
        "{people} went by way of {companies} to this supplier{kept}.",
        people=listed(named(person, "director") for person in one.people),
        companies=joined(
            "; ",
            [
                say(
                    "{company} ({status}, director{since}{until})",
                    company=named(move.node),
                    status=plain(move.status),
                    since=say(" from {day}", day=move.since) if move.since else NOTHING,
                    until=say(" until {day}", day=move.until) if move.until else NOTHING,
                )
                for move in one.moves
            ],
        ),
        kept=say(", which has its {kept}", kept=listed(word(what) for what in one.kept))
        if one.kept
        else NOTHING,
    )


@network_check(
    id="NET-06",
    title="Same bank account, phone number or small office as another supplier",
    question="it shares a bank account, a phone number or a small office with another supplier",
    severity="low",
    basis="National Fraud Initiative, duplicate creditors by bank account; CMA, Cheating or "
    "competing? (bid rigging): no ground in itself",
    params={"several": 3, "many": 20},
    circumstances=("link between suppliers",),
)
def shared_contacts(position: NetworkPosition, ctx: CheckContext) -> Outcome:
    """Another supplier, of other owners, is paid into the same account or is reached in one place.

    A bank account in common is medium, and high for the same contract: one may be a front for the
    other, or somebody changed the details of one to be paid in its place. First rule out a mistake
    in your own payment records, and confirm the account by a number that you have from elsewhere. A
    phone number in common is low, and medium for the same contract; so are an e-mail domain and an
    office together. A title under which you have twenty suppliers or more is a list of them and no
    contest: there it is low. Where three other suppliers or more share it, it is a bookkeeper's or
    an agent's, and low.

    An office alone is not reported. Low where few companies are there and something else agrees:
    you have both for one contract, they are of one trade, one of them is less than two years old,
    the register has no company there but your suppliers, or people of both have their letters sent
    there while neither is registered there.

    Innocent: a factoring company that collects for both, a bookkeeper's number, a family, a shared
    workshop, health centre or community building. Ask each who its people are at that place.
    """
    if not position.shared_contacts:
        return CLEAR
    found = position.shared_contacts
    many = int(ctx.params["many"])
    gravest = max((_of_contact(one, many) for one in found), key=SEVERITIES.index)
    several = len(found) + position.contacts_left_out >= int(ctx.params["several"])
    if several and gravest == "medium" and not any(map(_has_account, found)):
        gravest = "low"
    account = any(_has_account(one) for one in found)
    return Outcome(
        "review",
        why=joined(
            " ",
            [
                *(_format_shared_contact(one) for one in found),
                _format_more_suppliers(position.contacts_left_out),
            ],
        ),
        circumstances=_LINKED,
        next_step="Check your own payment records first. Then confirm the account with each, by a "
        "number that you have from elsewhere."
        if account
        else "Find out who works there for each, and compare their bids where both bid for one "
        "contract.",
        severity=gravest,
    )


def _has_account(one: SharedContact) -> bool:
    return any(link.kind == "bank account" for path in one.paths for link in path.links)


def _of_contact(one: SharedContact, many: int) -> Severity:
    if _has_account(one):
        return "high" if one.contracts else "medium"
    return "medium" if one.contracts and not one.signs and one.suppliers < many else "low"


def _format_shared_contact(one: SharedContact) -> Clause:
    signs = [word(_SIGNS[sign]) for sign in one.signs if sign in _SIGNS]
    return say(
        "{other}{ref}: {ways}{signs}{contracts}.",
        other=named(one.other),
        ref=say(" ({ref})", ref=word(one.other.supplier_ref)),
        ways=_format_network_paths(one.paths),
        signs=say("; {signs}", signs=listed(signs)) if signs else NOTHING,
        contracts=say("; you have both for {titles}", titles=_format_contract_titles(one.contracts))
        if one.contracts
        else NOTHING,
    )


def _format_more_suppliers(others: int) -> Clause:
    if not others:
        return NOTHING
    return say("There are {more} more.", more=count(others, "other supplier", "other suppliers"))


def named(node: NetworkNode, role: str = "person") -> Value:
    """Return a node as it is shown: a person's name and a person's address are personal."""
    if node.kind == "person":
        return tag_person(node.label, role)
    if node.personal:
        return tag_private(node.label) if node.kind == "address" else tag_person(node.label, role)
    return word(node.label) if node.kind == "address" else firm(node.label)


def _format_network_path(path: NetworkPath) -> Clause:
    """Return `A Ltd has the director B (from 1 May 2020), who is a director of C Ltd`, with
    sources.
    """
    parts: list[Clause] = []
    for place, link in enumerate(path.links):
        start, end = path.nodes[place], path.nodes[place + 1]
        forward = link.one == start.id
        text = (_format_forward_link if forward else _format_backward_link)(link, end)
        parts.append(say("{text}{dates}", text=text, dates=_format_link_details(link)))
    return say(
        "{start} {way}",
        start=named(path.nodes[0]),
        way=joined(", ", parts),
    )


def _format_network_paths(paths: Iterable[NetworkPath]) -> Clause:
    """Return several ways after one another."""
    return joined("; ", [_format_network_path(path) for path in paths])


def _format_forward_link(link: NetworkLink, end: NetworkNode) -> Clause:
    role = _ROLES.get(link.kind, "")
    match link.kind:
        case "address":
            return say("is at {place}", place=named(end))
        case "correspondence address":
            return say("has somebody with letters sent to {place}", place=named(end))
        case "phone" | "e-mail domain" | "bank account":
            return _format_contact_link(link.kind)
        case "former name":
            return say("was or is called {name}", name=named(end))
        case "sub-contractor":
            return say("works as a sub-contractor of {end}", end=named(end))
        case _:
            return say("has the {role} {end}", role=word(role), end=named(end, role))


def _format_backward_link(link: NetworkLink, end: NetworkNode) -> Clause:
    match link.kind:
        case "address":
            return say("where {end} is as well", end=named(end))
        case "correspondence address":
            return say("where somebody of {end} has letters sent", end=named(end))
        case "phone" | "e-mail domain" | "bank account":
            return say("which {end} gives as well", end=named(end))
        case "former name":
            return say("as {end} was or is called", end=named(end))
        case "sub-contractor":
            return say("has the sub-contractor {end}", end=named(end))
        case "owner":
            return say("owner of {end}", end=named(end))
        case _:
            role = _ROLES[link.kind]
            return say("{role} of {end}", role=word(role), end=named(end))


def _format_contact_link(kind: LinkKind) -> Clause:
    article = "an" if kind == "e-mail domain" else "a"
    return say("gives {article} {kind}", article=word(article), kind=word(kind))


def _format_link_details(link: NetworkLink) -> Clause:
    """In brackets what the source is, what it dates, and since when it is known here."""
    told = [
        say("from {day}", day=link.since) if link.since else NOTHING,
        say("until {day}", day=link.until) if link.until else NOTHING,
        say("{source}", source=word(link.source)),
        say("first known here on {day}", day=link.first_known) if link.first_known else NOTHING,
    ]
    return say(" ({told})", told=joined(", ", told))


def _format_contract_titles(titles: Iterable[str]) -> Value:
    """Return the contracts under which the buyer has both."""
    return listed(word(title) for title in titles)
