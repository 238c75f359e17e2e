"""What the charges over a company's assets tell of its money.

Net assets, staff and the value of the contract stand in no part of a dossier, so that the size of
the supplier is not compared with the size of the contract.
"""

from functools import partial

from duediligence.checks.toolkit import CLEAR
from duediligence.checks.toolkit.companies import is_voluntary
from duediligence.checks.toolkit.wording import format_lender, is_recent, on

from duediligence.contracts import CheckContext, check
from duediligence.model import Charge, Dossier, Kind, Officer, Outcome, Owner, known
from duediligence.model.facts import Said, count, listed, say, word
from duediligence.text.names import name_words, same_firm

_OPEN = frozenset({"outstanding", "part-satisfied"})
_BANKS = frozenset(
    "bank banks banking society barclays hsbc lloyds natwest santander trustee "
    "trustees council".split()
)


finance_check = partial(check, topic="finance", needs=Dossier)


@finance_check(
    id="CH-FIN-01",
    title="New charge over all assets",
    question="there is a new charge over all assets",
    severity="medium",
    basis="Companies Act 2006 Part 25",
    params={"months": 12},
    reads=("charges",),
)
def all_assets(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """A lender took a floating charge over everything the company has, within the last year.

    If the company fails, that lender is paid before you. From a bank or its trustee it is
    ordinary finance (low); from another lender ask what it was for.
    """
    found = [
        charge
        for charge in _list_open_charges(dossier)
        if charge.floating_covers_all
        and is_recent(charge.created_on, ctx.today, _read_charge_months(ctx))
    ]
    if not found:
        return CLEAR
    ordinary = all(any(_is_bank(name) for name in charge.persons_entitled) for charge in found)
    return Outcome(
        "review",
        why=say(
            "Charge over all assets{on} to {lenders}.",
            on=on(found[0].created_on),
            lenders=_format_lenders(found, "an unnamed lender"),
        ),
        next_step="Ask what the loan was for, and look at the latest accounts.",
        severity="low" if ordinary else None,
    )


@finance_check(
    id="CH-FIN-02",
    title="Many outstanding charges",
    question="many charges are outstanding",
    severity="low",
    basis="Companies Act 2006 Part 25",
    params={"charges": 5},
    reads=("charges",),
)
def many_charges(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """At least five charges over the company's assets are outstanding.

    Look at what it owes. Property, housing and care companies borrow on each building, and old
    charges are often paid off but never marked as satisfied.
    """
    found = _list_open_charges(dossier)
    if len(found) < int(ctx.params["charges"]):
        return CLEAR
    return Outcome(
        "review",
        why=say(
            "{charges} outstanding, to {lenders}.",
            charges=count(len(found), "charge"),
            lenders=_format_lenders(found, "unnamed lenders"),
        ),
        next_step="Look at borrowings in the latest accounts.",
    )


@finance_check(
    id="CH-FIN-03",
    title="Charge in favour of its own people",
    question="there is a charge in favour of its own people",
    severity="high",
    basis="Insolvency Act 1986 s.245 (connected persons); Insolvency Service guidance",
    reads=("charges", "officers", "owners"),
)
def connected_charge(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """A director or owner holds a charge over the company's assets.

    If it fails, they come before other creditors. Ask what they lent. Family firms and groups
    lend to their companies in this way in good faith (medium for voluntary bodies).
    """
    people: list[Officer | Owner] = [o for o in known(dossier.officers) if o.active]
    people += [o for o in known(dossier.owners) if o.active and o.name]
    found = [
        say(
            "{lender} (charge{on})",
            lender=format_lender(name),
            on=on(charge.created_on) or say(" of unknown date"),
        )
        for charge in _list_open_charges(dossier)
        for name in charge.persons_entitled
        if any(_may_be(name, person, ctx) for person in people)
    ]
    if not found:
        return CLEAR
    return Outcome(
        "review",
        why=say("Those who hold charges include {lenders}.", lenders=listed(found)),
        next_step="Ask what was lent, when, and what it is secured on.",
        severity="medium" if is_voluntary(dossier) else None,
    )


def _format_lenders(charges: list[Charge], unnamed: str) -> Said:
    names = [name for charge in charges for name in charge.persons_entitled if name]
    return listed(map(format_lender, names)) if names else word(unnamed)


def _list_open_charges(dossier: Dossier) -> list[Charge]:
    return [charge for charge in known(dossier.charges) if charge.status in _OPEN]


def _is_bank(name: str) -> bool:
    return not _BANKS.isdisjoint(name_words(name))


def _may_be(name: str, person: Officer | Owner, ctx: CheckContext) -> bool:
    firm = person.corporate if isinstance(person, Officer) else not person.person
    kind: Kind = "organisation" if firm else "person"
    return same_firm(name, person.name) or ctx.may_be_same(name, person.name, kind)


def _read_charge_months(ctx: CheckContext) -> int:
    return int(ctx.params["months"])
