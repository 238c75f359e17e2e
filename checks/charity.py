"""What the charity registers say of the supplier."""

from functools import partial

from duediligence.checks.toolkit import CLEAR, report_unread_parts
from duediligence.checks.toolkit.wording import is_recent, on

from duediligence.contracts import CheckContext, check
from duediligence.model import (
    NOT_APPLICABLE,
    OUT_OF_SCOPE,
    Charity,
    Company,
    Dossier,
    Event,
    NotHeld,
    NotInScope,
    NotKnown,
    Outcome,
    company_number,
    known,
)
from duediligence.model.circumstances import Circumstance
from duediligence.model.entries import CHARITY_ENGLAND_WALES
from duediligence.model.facts import NOTHING, count, firm, say, tag_published, word
from duediligence.model.findings import CHARITY_COMMISSION, THE_SUPPLIER

_SCHEMES = frozenset({"GB-CHC", "GB-SC", "GB-NIC"})
# Its register gives no day.
_INSOLVENT = Event(kind="insolvency", party=THE_SUPPLIER)
_WARNED = Event(kind="warning", party=THE_SUPPLIER, authority=CHARITY_COMMISSION)
_FOLLOWED = ("amalgam", "merge", "transfer", "incorpor")
_REMOVED = ("removed", "dissolved", "ceased", "deregistered", "closed")


charity_check = partial(check, topic="charity", needs=Dossier)


@charity_check(
    id="CHA-01",
    title="Charity number not on the register",
    question="the charity number is on the register",
    severity="high",
    basis="Charities Act 2011 s.29 and its equivalents in Scotland and Northern Ireland",
)
def not_on_register(dossier: Dossier, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """The charity regulator has no charity with the number that the supplier gave.

    Ask for the number again and look it up yourself. Small charities need not register below an
    income of £5,000, excepted and exempt ones have no number, and typing slips are common.
    """
    numbers = [i.id for i in dossier.supplier.identifiers if i.scheme in _SCHEMES]
    if not numbers:
        return NOT_APPLICABLE
    if isinstance(dossier.charity, NotInScope):
        return OUT_OF_SCOPE
    if isinstance(dossier.charity, NotKnown):
        return report_unread_parts(dossier.charity, otherwise="The charity was not looked up.")
    if not isinstance(dossier.charity, NotHeld):
        return CLEAR
    return Outcome(
        "adverse",
        why=say("The register has no charity {number}.", number=word(numbers[0])),
        next_step="Ask the charity for its number, or why it need not register.",
    )


@charity_check(
    id="CHA-02",
    title="Removed from the charity register",
    question="the charity was removed from the register",
    severity="critical",
    basis="Charities Act 2011 s.34",
    reads=("charity",),
)
def removed(dossier: Dossier, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """The charity is no longer registered: it closed, merged, or was taken off.

    Ask who you would be contracting with. Mergers and conversions into a CIO leave a successor
    with another number (high, where the register says so).
    """
    charity = known(dossier.charity)
    if not charity.status:
        return Outcome("unknown", why="The register gives no status of the charity.")
    gone = charity.removed_on or any(word in charity.status.casefold() for word in _REMOVED)
    if not gone:
        return CLEAR
    reason = charity.removal_reason
    followed = any(word in reason.casefold() for word in _FOLLOWED)
    return Outcome(
        "adverse",
        why=say(
            "Removed from the register{on}{why}.",
            on=on(charity.removed_on),
            why=say(": {reason}", reason=tag_published(charity, "removal_reason"))
            if reason
            else NOTHING,
        ),
        next_step="Ask who carries on its work, and check that body by its own number.",
        severity="high" if followed else None,
    )


@charity_check(
    id="CHA-03",
    title="Charity marked as insolvent",
    question="the charity is marked as insolvent",
    severity="critical",
    basis="Procurement Act 2023 Sch 7 para 5",
    reads=("charity",),
    circumstances=("insolvency of a company",),
)
def insolvent(dossier: Dossier, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """The regulator's register marks the charity as insolvent.

    Find out who is in charge before you pay or sign. Read the accounts and speak to the trustees:
    the mark may lag behind events.
    """
    charity = known(dossier.charity)
    if charity.insolvent is None:
        return _not_published(charity, "The register does not report insolvency.")
    if not charity.insolvent:
        return CLEAR
    return Outcome(
        "adverse",
        why="The charity register marks it as insolvent.",
        circumstances=(Circumstance(kind="insolvency of a company", continues=True),),
        next_step="Find out who is in charge, and ask your legal team before you sign or pay.",
        event=_INSOLVENT,
    )


@charity_check(
    id="CHA-04",
    title="Charity in administration",
    question="the charity is in administration",
    severity="high",
    basis="Procurement Act 2023 Sch 7 para 5",
    reads=("charity",),
    circumstances=("insolvency of a company",),
)
def in_administration(dossier: Dossier, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """The regulator's register marks the charity as in administration.

    Administration is meant to save what can be saved. Ask the administrator whether the service
    goes on, and plan for the people who depend on it.
    """
    charity = known(dossier.charity)
    if charity.in_administration is None:
        return _not_published(charity, "The register does not report administration.")
    if not charity.in_administration:
        return CLEAR
    return Outcome(
        "adverse",
        why="The charity register marks it as in administration.",
        circumstances=(Circumstance(kind="insolvency of a company", continues=True),),
        next_step="Ask the administrator whether the contract can be performed.",
        event=_INSOLVENT,
    )


@charity_check(
    id="CHA-06",
    title="Regulator's inquiry or alert",
    question="the regulator has an inquiry or alert",
    severity="high",
    basis="Charities Act 2011 s.46 (inquiries) and s.75A (official warnings): no ground in itself",
    reads=("charity",),
    circumstances=("inquiry of a regulator",),
)
def inquiry(dossier: Dossier, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """The regulator has opened an inquiry, published a report or put an alert on the charity.

    Read it. Many inquiries end without criticism of those who run it now, and trustees often
    asked for them.
    """
    charity = known(dossier.charity)
    if not charity.inquiry:
        return CLEAR
    return Outcome(
        "review",
        why=say("On the register: {inquiry}.", inquiry=tag_published(charity, "inquiry")),
        circumstances=(Circumstance(kind="inquiry of a regulator"),),
        next_step="Read the regulator's report and ask the trustees what has changed.",
        event=_WARNED if charity.identifier.scheme == CHARITY_ENGLAND_WALES else None,
    )


@charity_check(
    id="CHA-08",
    title="Newly registered charity",
    question="the charity is newly registered",
    severity="low",
    basis="Transparency International UK, Track and Trace (2021), for young bodies in general",
    params={"months": 12},
    reads=("charity",),
)
def newly_registered(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """The charity was registered less than a year ago.

    There are no accounts yet. Ask for references. Old charities that convert into a CIO are
    registered again and have years of history under another number.
    """
    charity = known(dossier.charity)
    if charity.registered_on is None:
        return Outcome("unknown", why="The register gives no date of registration.")
    if not is_recent(charity.registered_on, ctx.today, int(ctx.params["months"])):
        return CLEAR
    return Outcome(
        "review",
        why=say("Registered on {day}.", day=charity.registered_on),
        next_step="Ask for references, and whether it carries on an older body.",
    )


@charity_check(
    id="CHA-09",
    title="Too few trustees",
    question="the charity has enough trustees",
    severity="medium",
    basis="Charity Commission guidance CC3: at least three trustees",
    params={"trustees": 2},
    reads=("charity",),
)
def few_trustees(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """The register names fewer than two trustees.

    Ask who the trustees are. Some names are withheld for safety, and one body, such as a council,
    may lawfully be the sole trustee.
    """
    charity = known(dossier.charity)
    if charity.trustees is None:
        return OUT_OF_SCOPE  # of some registers no file has them, of others it is a file of its own
    if len(charity.trustees) >= int(ctx.params["trustees"]):
        return CLEAR
    return Outcome(
        "review",
        why=say("The register names {trustees}.", trustees=count(len(charity.trustees), "trustee")),
        next_step="Ask who the trustees are and how they decide.",
    )


@charity_check(
    id="CHA-10",
    title="Charity and company do not belong together",
    question="the charity and the company belong together",
    severity="high",
    basis="Charity register: the company number that the charity gives",
    reads=("company", "charity"),
)
def other_company(dossier: Dossier, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """The charity register gives another company than the number that the supplier gave.

    One of the two numbers may belong to someone else. Ask which body signs. A charity and its
    trading subsidiary are often mixed up in good faith.
    """
    company: Company = known(dossier.company)
    charity: Charity = known(dossier.charity)
    stated = company_number(charity.company_number)
    if stated is None:
        return NOT_APPLICABLE
    if stated == company.number:
        return CLEAR
    return Outcome(
        "review",
        why=say(
            "The charity register gives company {stated}; here it is {number}, {name}.",
            stated=word(stated),
            number=word(company.number),
            name=firm(company.name),
        ),
        next_step="Ask which body would sign, and check that one.",
    )


def _not_published(charity: Charity, why: str) -> Outcome:
    """Return what is not published: only the register of England and Wales tells it: of others, no
    file ever does.
    """
    told = charity.identifier.scheme == CHARITY_ENGLAND_WALES
    return Outcome("unknown", why=why) if told else OUT_OF_SCOPE
