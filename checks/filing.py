"""Whether the company files what it must, and when."""

from functools import partial

from duediligence.checks.toolkit import CLEAR
from duediligence.checks.toolkit.companies import (
    INSOLVENT,
    NO_INCORPORATION,
    dead,
    files_accounts,
    has_directors,
    is_voluntary,
)
from duediligence.checks.toolkit.wording import is_recent, on

from duediligence.contracts import CheckContext, check
from duediligence.model import NOT_APPLICABLE, Company, Dossier, Filing, Missing, Outcome, known
from duediligence.model.circumstances import Circumstance
from duediligence.model.facts import NOTHING, count, days_since, joined, say
from duediligence.text.dates import months_before

# The register's keys, with the misspelling that it also uses.
_COMPULSORY = ("gazette-notice-compulsory", "gazette-notice-compulsary")
_VOLUNTARY = ("gazette-notice-voluntary", "dissolution-application-strike-off")
_ENDED = (
    "gazette-filings-brought-up-to-date",
    "dissolution-voluntary-strike-off-discontinued",
    "dissolution-withdrawal-application-strike-off",
)
_SUSPENDED = (
    "dissolved-compulsory-strike-off-suspended",
    "dissolution-voluntary-strike-off-suspended",
)
_NEVER_FILED = frozenset({"", "null"})
_PROPOSED = "active-proposal-to-strike-off"


filing_check = partial(check, topic="filing", needs=Dossier)


@filing_check(
    id="CH-FIL-01",
    title="Being struck off",
    question="the company is being struck off",
    severity="high",
    basis="Companies Act 2006 ss.1000 and 1003",
    reads=("company",),
    circumstances=("ceased business",),
)
def being_struck_off(dossier: Dossier, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """There is a proposal to strike the company off the register, by the registrar or by itself.

    Once struck off it cannot hold a contract and its property goes to the Crown. The most common
    cause is late filing, soon put right (medium where the register says that it was). A suspended
    strike-off often means that a creditor or the tax authority objected.
    """
    company = known(dossier.company)
    if dead(company) or company.status in INSOLVENT:
        return NOT_APPLICABLE
    if company.status_detail is None:
        return Outcome("unknown", why="The source does not report proposals to strike off.")
    if company.status_detail != _PROPOSED:
        return CLEAR
    last = _last_of(dossier, (*_COMPULSORY, *_VOLUNTARY, *_ENDED, *_SUSPENDED))
    kind, when = (last.description, on(last.filed_on)) if last else ("", NOTHING)
    told = NOTHING
    if kind.startswith(_COMPULSORY):
        told = say(", by the registrar, notice{when}", when=when)
    elif kind.startswith(_VOLUNTARY):
        told = say(", asked for by the company itself{when}", when=when)
    elif kind.startswith(_SUSPENDED):
        told = say(", suspended{when}: someone objected", when=when)
    elif kind.startswith(_ENDED):
        told = say(", which the last notice{when} says has ended", when=when)
    asked_for = kind.startswith(_VOLUNTARY)
    return Outcome(
        "adverse",
        why=say(
            "The register shows an active proposal to strike the company off{told}.", told=told
        ),
        circumstances=(Circumstance(kind="ceased business", continues=True),) if asked_for else (),
        next_step="Ask why, and check the register again before you sign or pay.",
        severity="medium" if kind.startswith(_ENDED) else None,
    )


@filing_check(
    id="CH-FIL-02",
    title="Accounts overdue",
    question="accounts are overdue",
    severity="medium",
    basis="Companies Act 2006 ss.441 and 451",
    params={"medium_days": 30, "high_days": 180},
    reads=("company",),
)
def accounts_overdue(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """The accounts are past their due date: low below 30 days, medium to 180, then high.

    Ask for the accounts or management accounts. Small charities and clubs run by volunteers are
    often late, so for them it is never more than medium.
    """
    company = known(dossier.company)
    if dead(company) or not files_accounts(company):
        return NOT_APPLICABLE
    due = company.accounts_due_on
    overdue = company.accounts_overdue
    if overdue is None:
        if due is None:
            return Outcome("unknown", why="The source does not say when accounts are due.")
        overdue = due < ctx.today
    if not overdue:
        return CLEAR
    days = (ctx.today - due).days if due else None
    high = days is not None and days > int(ctx.params["high_days"])
    low = days is not None and days < int(ctx.params["medium_days"])
    return Outcome(
        "adverse",
        why=say(
            "Accounts were due on {due}{ago}.",
            due=due,
            ago=say(", {days} days ago", days=days_since(due, ctx.today)),
        )
        if due
        else "The register says that accounts are overdue, but not since when.",
        next_step="Ask for the accounts, or for management accounts and the reason for the delay.",
        severity="low" if low else "high" if high and not is_voluntary(dossier) else "medium",
    )


@filing_check(
    id="CH-FIL-03",
    title="Confirmation statement overdue",
    question="the confirmation statement is overdue",
    severity="medium",
    basis="Companies Act 2006 ss.853A and 853L",
    params={"medium_days": 90},
    reads=("company",),
)
def confirmation_overdue(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """The yearly statement of officers, owners and address is late: low below 90 days, then medium.

    What follows from it, a proposal to strike the company off, is a check of its own and high. What
    the register says of this company may be out of date. Since 18 November 2025 it cannot be filed
    while a director's identity is unverified, which may be the cause.
    """
    company = known(dossier.company)
    if dead(company) or not has_directors(company) or company.partial:
        return NOT_APPLICABLE
    due = company.confirmation_due_on
    overdue = company.confirmation_overdue
    if overdue is None:
        if due is None:
            return Outcome("unknown", why="The source does not say when the statement is due.")
        overdue = due < ctx.today
    if not overdue:
        return CLEAR
    days = (ctx.today - due).days if due else 0
    low = due is not None and days < int(ctx.params["medium_days"])
    return Outcome(
        "adverse",
        why=say(
            "The confirmation statement was due on {due}{ago}.",
            due=due,
            ago=say(", {days} days ago", days=days_since(due, ctx.today)),
        )
        if due
        else "The register says that the confirmation statement is overdue.",
        next_step="Ask who the directors and owners are now, and why it is late.",
        severity="low" if low else None,
    )


@filing_check(
    id="CH-FIL-04",
    title="Repeated strike-off notices",
    question="there were repeated notices to strike it off",
    severity="medium",
    basis="Companies House enforcement policy, 27 September 2024",
    params={"notices": 2, "months": 36},
    reads=("filings",),
)
def repeated_notices(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """The registrar has given notice to strike the company off twice or more in three years.

    It files only when it is forced to. Medium where something is late again now, or it is being
    struck off, or that is not known; low where all that was late has been filed. Ask who keeps its
    books. A volunteer-run body that changed treasurer may have an innocent reason.
    """
    found = [
        filing
        for filing in known(dossier.filings)
        if filing.description.startswith(_COMPULSORY)
        and is_recent(filing.filed_on, ctx.today, int(ctx.params["months"]))
    ]
    if len(found) < int(ctx.params["notices"]):
        return CLEAR
    days = [say("{day}", day=f.filed_on) if f.filed_on else "undated" for f in found]
    return Outcome(
        "review",
        why=say(
            "{notices} of compulsory strike-off: {days}.",
            notices=count(len(found), "notice"),
            days=joined(", ", days),
        ),
        next_step="Ask who is responsible for filing and what has changed.",
        severity="low" if is_voluntary(dossier) or _is_up_to_date(dossier.company) else None,
    )


@filing_check(
    id="CH-FIL-05",
    title="No accounts ever filed",
    question="accounts were ever filed",
    severity="medium",
    basis="Companies Act 2006 s.442: first accounts within 21 months",
    params={"months": 21},
    reads=("company",),
)
def never_filed(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """The company is older than 21 months and has never filed accounts.

    There is nothing to judge its size by. Ask for accounts. A first period that was lawfully
    extended can explain a few months.
    """
    company = known(dossier.company)
    if dead(company) or not files_accounts(company):
        return NOT_APPLICABLE
    if company.accounts_made_up_to is not None:
        return CLEAR
    if company.created_on is None:
        return NO_INCORPORATION
    if company.created_on > months_before(ctx.today, int(ctx.params["months"])):
        return CLEAR
    if company.accounts_type in (None, "no-accounts-type-available"):
        return Outcome("unknown", why="The source does not say whether accounts were ever filed.")
    if company.accounts_type not in _NEVER_FILED:
        return CLEAR
    return Outcome(
        "adverse",
        why=say(
            "Incorporated on {created}, and no accounts on the register.",
            created=company.created_on,
        ),
        next_step="Ask for accounts, or for management accounts signed by a director.",
    )


def _is_up_to_date(company: Company | Missing) -> bool:
    """Return whether the register says that nothing is late, and of no proposal to strike off."""
    return (
        isinstance(company, Company)
        and company.accounts_overdue is False
        and company.confirmation_overdue is False
        and company.status_detail is not None
        and company.status_detail != _PROPOSED
    )


def _last_of(dossier: Dossier, keys: tuple[str, ...]) -> Filing | None:
    if isinstance(dossier.filings, Missing):
        return None
    found = [f for f in dossier.filings if f.filed_on and f.description.startswith(keys)]
    # Of two on one day the graver counts.
    return max(
        found, key=lambda f: (str(f.filed_on), not f.description.startswith(_ENDED)), default=None
    )
