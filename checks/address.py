"""What the registered office and the service addresses tell."""

import re
from functools import partial

from duediligence.checks.toolkit import CLEAR, not_told
from duediligence.checks.toolkit.companies import dead, is_voluntary
from duediligence.checks.toolkit.wording import is_recent, on

from duediligence.contracts import CheckContext, check
from duediligence.model import (
    NOT_APPLICABLE,
    Address,
    Dossier,
    Filing,
    Outcome,
    known,
    list_known,
)
from duediligence.model.facts import NOTHING, count, listed, say, tag_person, word

# The registrar's own address for companies whose office was not theirs to use (Cardiff).
_DEFAULT = re.compile(r"companies house default address|\bpo box 4385\b|\bcf14 ?8lh\b")
_BOX = re.compile(r"\bp ?o box\b|\bpobox\b|\bpost office box\b")
_OFFICE_DEFAULT = "default-companies-house-registered-office-address-applied"
_SERVICE_DEFAULT = "default-companies-house-service-address-applied"
_OFFICE_CHANGE = "change-registered-office-address"
_NO_ADDRESS = "The source gives no registered office."


address_check = partial(check, topic="address", needs=Dossier)


@address_check(
    id="CH-ADR-01",
    title="No proven registered office",
    question="its registered office is proven",
    severity="critical",
    basis="Companies Act 2006 s.1097A; Registered Office Address (Rectification of Register) "
    "Regulations 2024",
    params={"months": 24},
    reads=("company",),
)
def default_office(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """The registrar has put its own address in place of the company's registered office.

    The company could not show that it may use the address it gave. It must give an appropriate
    address within 28 days, or it is struck off. Do not send letters or payments until you know
    where it is. Firms that moved or fell out with their landlord usually correct it soon (medium
    where they have).
    """
    company = known(dossier.company)
    if dead(company):
        return NOT_APPLICABLE
    if company.address is not None and _DEFAULT.search(_fold_address(company.address)):
        return Outcome(
            "adverse",
            why="Its registered office is the registrar's default address.",
            next_step="Ask for proof of where it works, and check the register again in 28 days.",
        )
    applied = [
        f
        for f in _list_known_filings(dossier)
        if f.description.startswith(_OFFICE_DEFAULT)
        and is_recent(f.filed_on, ctx.today, int(ctx.params["months"]))
    ]
    if applied:
        return Outcome(
            "review",
            why=say(
                "The registrar put in its default address{on}; it has moved since.",
                on=on(applied[0].filed_on),
            ),
            next_step="Ask for proof of where the company works from.",
            severity="medium",
        )
    return CLEAR if company.address is not None else Outcome("unknown", why=_NO_ADDRESS)


@address_check(
    id="CH-ADR-02",
    title="Registered office in dispute",
    question="its registered office is in dispute",
    severity="high",
    basis="Companies Act 2006 s.1097A (form RP07)",
    reads=("company",),
)
def in_dispute(dossier: Dossier, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """Someone says that the company has no right to use its registered office.

    Usually it is the person who lives or works there. Ask the company for a lease or the landlord's
    confirmation. A dispute with a landlord can be the reason.
    """
    company = known(dossier.company)
    if dead(company):
        return NOT_APPLICABLE
    if company.office_in_dispute is None:
        return not_told(dossier, "The source does not report disputes over the office.")
    if not company.office_in_dispute:
        return CLEAR
    return Outcome(
        "adverse",
        why="The register marks the registered office as in dispute.",
        next_step="Ask for proof that it may use the address, and ask where it works from.",
    )


@address_check(
    id="CH-ADR-03",
    title="Registered office cannot be reached",
    question="letters reach its registered office",
    severity="high",
    basis="Companies Act 2006 s.86: an office where documents come to its attention",
    reads=("company",),
)
def undeliverable(dossier: Dossier, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """Letters to the registered office have come back to the registrar.

    Ask where the company works from and visit if the contract is large. A recent move that was
    not yet filed is the usual innocent reason.
    """
    company = known(dossier.company)
    if dead(company):
        return NOT_APPLICABLE
    if company.office_undeliverable is None:
        return not_told(dossier, "The source does not report returned letters.")
    if not company.office_undeliverable:
        return CLEAR
    return Outcome(
        "adverse",
        why="The register marks the registered office as undeliverable.",
        next_step="Ask where the company works from, and write to it there.",
    )


@address_check(
    id="CH-ADR-04",
    title="Director or owner without a proven address",
    question="a director or owner has no proven address",
    severity="high",
    basis="Companies Act 2006 s.1097B (service addresses)",
    params={"months": 12},
    reads=("filings",),
)
def default_service_address(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """The registrar has replaced the service address of a director, member or owner with its own.

    That person could not be reached at the address they gave. Ask the company who and where they
    are. A person who moved and did not update it is the usual innocent reason.
    """
    found = [
        f
        for f in known(dossier.filings)
        if f.description.startswith(_SERVICE_DEFAULT)
        and is_recent(f.filed_on, ctx.today, int(ctx.params["months"]))
    ]
    if not found:
        return CLEAR
    names = [value for f in found for key, value in f.values if key.endswith("_name")]
    who = say(": {people}", people=listed(map(tag_person, names))) if names else NOTHING
    return Outcome(
        "adverse",
        why=say(
            "The registrar's default service address was applied{on}{who}.",
            on=on(found[0].filed_on),
            who=who,
        ),
        next_step="Ask the company how to reach this person and what their role is.",
    )


@address_check(
    id="CH-ADR-05",
    title="Registered office is a PO box",
    question="its registered office is a PO box",
    severity="medium",
    basis="Companies Act 2006 s.86(2): an appropriate address, since 4 March 2024",
    reads=("company",),
)
def po_box(dossier: Dossier, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """The registered office is a PO box, which the law has not allowed since 4 March 2024.

    Ask where the company works from. Old entries that nobody has changed yet are common.
    """
    company = known(dossier.company)
    if dead(company):
        return NOT_APPLICABLE
    if company.address is None:
        return Outcome("unknown", why=_NO_ADDRESS)
    text = _fold_address(company.address)
    if _DEFAULT.search(text):
        return NOT_APPLICABLE
    if not _BOX.search(text):
        return CLEAR
    return Outcome(
        "review",
        why=say("The registered office is {address}.", address=word(company.address.text)),
        next_step="Ask for the address where the company works.",
    )


@address_check(
    id="CH-ADR-06",
    title="Address shared by many companies",
    question="many companies share its address",
    severity="low",
    basis="Global Witness, The Companies We Keep (2018); Transparency International UK",
    params={"many": 50},
    reads=("same_address",),
)
def shared_address(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """At least fifty live companies have this registered office.

    This is context: it matters beside other flags. About one company in nine is at an address of
    400 or more. Accountants, solicitors, managed offices, voluntary-sector hubs and councils house
    hundreds of honest companies.
    """
    companies = known(dossier.same_address)
    if companies < int(ctx.params["many"]):
        return CLEAR
    return Outcome(
        "review",
        why=say(
            "{companies} have this registered office.",
            companies=count(companies, "live company", "live companies"),
        ),
        next_step="Ask where the work is done and who does it.",
    )


@address_check(
    id="CH-ADR-07",
    title="Registered office moved often",
    question="its registered office has moved often",
    severity="medium",
    basis="FATF and Egmont Group (2018), Concealment of Beneficial Ownership",
    params={"moves": 3, "medium": 5, "months": 24},
    reads=("filings",),
)
def moved_often(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """The registered office has moved three times or more in two years.

    Medium from five times, else low: an office is moved by a form, often to a new accountant, and
    it counts beside other signs. Ask why, and where the records are kept. A body run from its
    secretary's home moves with every election, so for the voluntary sector it is low.
    """
    moves = [
        f
        for f in known(dossier.filings)
        if f.description.startswith(_OFFICE_CHANGE)
        and is_recent(f.filed_on, ctx.today, int(ctx.params["months"]))
    ]
    if len(moves) < int(ctx.params["moves"]):
        return CLEAR
    latest = max((f.filed_on for f in moves if f.filed_on), default=None)
    return Outcome(
        "review",
        why=say(
            "The office moved {times} in {months} months, last{latest}.",
            times=count(len(moves), "time"),
            months=int(ctx.params["months"]),
            latest=on(latest),
        ),
        next_step="Ask why it moved, and where the company works.",
        severity=None
        if len(moves) >= int(ctx.params["medium"]) and not is_voluntary(dossier)
        else "low",
        signs=("many moves",),
    )


def _fold_address(address: Address) -> str:
    text = f"{address.text} {address.postcode}".casefold()
    return " ".join(re.sub(r"[.,]", " ", text).replace("p o ", "po ").split())


def _list_known_filings(dossier: Dossier) -> tuple[Filing, ...]:
    # The address itself tells the grave case; filings only add the history.
    return list_known(dossier.filings)
