"""Whether a charity sends its yearly accounts and returns in time, and what they say."""

from decimal import Decimal
from functools import partial

from duediligence.checks.toolkit import CLEAR

from duediligence.contracts import CheckContext, check
from duediligence.model import (
    NOT_APPLICABLE,
    OUT_OF_SCOPE,
    Charity,
    CharityFigures,
    Dossier,
    Outcome,
    known,
)
from duediligence.model.entries import CHARITY_SCOTLAND
from duediligence.model.facts import (
    NOTHING,
    Clause,
    count,
    days_since,
    joined,
    listed,
    say,
    tag_money,
)
from duediligence.text.dates import months_before

# Not read, or read by a version that left it out.
_NOT_LOADED = "The charity register was loaded before this was read: load it again."


charity_check = partial(check, topic="charity", needs=Dossier, reads=("charity",))


@charity_check(
    id="CHA-05",
    title="Charity's accounts or return overdue",
    question="the charity's accounts or return are overdue",
    severity="low",
    basis="Charities Act 2011 ss.162-169: within ten months of the year's end",
    params={"low_days": 90, "high_days": 365, "small_income": 25_000},
)
def overdue(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """The yearly accounts or return are late: low to 90 days, medium to a year, then high.

    Ask for the accounts. Bodies with an income up to £25,000 are run by volunteers and often late,
    so for them it is never more than medium.
    """
    charity = known(dossier.charity)
    late = [
        r.due_on
        for r in charity.returns
        if r.due_on and r.received_on is None and r.due_on < ctx.today
    ]
    if not late and charity.accounts_late is None and not charity.returns:
        if charity.identifier.scheme == CHARITY_SCOTLAND:
            return OUT_OF_SCOPE  # its file never tells
        return Outcome("unknown", why="The register does not say whether accounts are late.")
    if not late and not charity.accounts_late:
        return CLEAR
    days = (ctx.today - min(late)).days if late else None
    small = charity.income is not None and charity.income <= int(ctx.params["small_income"])
    low = days is not None and days <= int(ctx.params["low_days"])
    high = days is not None and days > int(ctx.params["high_days"]) and not small
    return Outcome(
        "adverse",
        why=say(
            "A return was due on {due}{ago}.",
            due=min(late),
            ago=say(", {days} days ago", days=days_since(min(late), ctx.today)),
        )
        if late
        else "The register says that accounts are late.",
        next_step="Ask for the accounts, and for the reason for the delay.",
        severity="low" if low else "high" if high else "medium",
    )


@charity_check(
    id="CHA-07",
    title="Charity late year after year",
    question="the charity was late year after year",
    severity="medium",
    basis="Charities Act 2011 ss.162-169",
    params={"late": 3, "years": 5},
)
def habitually_late(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """Three or more of the last five yearly returns came late.

    Ask who keeps the books. Small volunteer-run bodies are often a few weeks late every year.
    """
    charity = known(dossier.charity)
    first = months_before(ctx.today, 12 * int(ctx.params["years"]) + 12)
    returns = [r for r in charity.returns if r.due_on and first <= r.due_on < ctx.today]
    if not returns:
        return NOT_APPLICABLE
    late = [r for r in returns if r.due_on and (r.received_on or ctx.today) > r.due_on]
    if len(late) < int(ctx.params["late"]):
        return CLEAR
    return Outcome(
        "review",
        why=say(
            "{late} of {returns} came late.", late=count(len(late), "return"), returns=len(returns)
        ),
        next_step="Ask who keeps the books and what has changed.",
    )


@charity_check(
    id="CHA-11",
    title="Qualified opinion on the charity's accounts",
    question="the charity's accounts have a qualified opinion",
    severity="high",
    basis="Charities Act 2011 ss.144-145 (audit and independent examination)",
    params={"years": 5},
)
def qualified(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """The auditor or examiner qualified an opinion on accounts of the last five years.

    It is the strongest single sign that a charity register holds. Read the opinion and the
    trustees' answer in the accounts. Some are about one figure, such as cash takings or an opening
    balance, and are resolved a year later (medium, where the newest accounts are unqualified).
    """
    charity = known(dossier.charity)
    first = months_before(ctx.today, 12 * int(ctx.params["years"]))
    recent = [r for r in charity.returns if r.received_on and r.year_end >= first]
    read = [r for r in recent if r.accounts_qualified is not None]
    if not read:
        return Outcome("unknown", why=_NOT_LOADED) if recent else NOT_APPLICABLE
    found = sorted((r.year_end for r in read if r.accounts_qualified), reverse=True)
    if not found:
        return CLEAR
    newest = max(r.year_end for r in read)
    return Outcome(
        "review",
        why=joined(
            " ", [say("The accounts to {day} have a qualified opinion.", day=day) for day in found]
        ),
        next_step="Read the opinion in the accounts, and ask the trustees what has changed.",
        severity=None if found[0] == newest else "medium",
    )


@charity_check(
    id="CHA-12",
    title="Charity without reserves",
    question="the charity has reserves",
    severity="medium",
    basis="Charity Commission guidance CC19 (reserves); the charity's annual return, part B",
)
def no_reserves(dossier: Dossier, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """The charity owes more than it has, or its free reserves are below nothing.

    Ask for a cash forecast, and what the charity does if a payment is late. Only charities with an
    income over £500,000 enter it. A pension deficit, or a building in use, often explains it.
    """
    figures = _find_latest_figures(known(dossier.charity), "reserves", "net_assets")
    if figures is None:
        return NOT_APPLICABLE
    reserves, net = figures.reserves or 0, figures.net_assets or 0
    low: list[Clause] = []
    if reserves < 0:
        low.append(
            say(
                "free reserves were {pounds} below nothing",
                pounds=tag_money(_negate_pounds(reserves)),
            )
        )
    if net < 0:
        low.append(
            say("liabilities were {pounds} more than assets", pounds=tag_money(_negate_pounds(net)))
        )
    if not low:
        return CLEAR
    return Outcome(
        "review",
        why=say(
            "At the end of the year to {day}, {low}.{government}",
            day=figures.year_end,
            low=listed(low),
            government=_from_government(known(dossier.charity)),
        ),
        next_step="Ask for a cash forecast, and how the charity would bridge a late payment.",
    )


@charity_check(
    id="CHA-13",
    title="Trustees are paid for being trustees",
    question="trustees are paid for being trustees",
    severity="low",
    basis="Charities Act 2011 s.185; Charity Commission guidance CC11 (trustee payments)",
)
def paid_trustees(dossier: Dossier, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """A trustee was paid for acting as a trustee, which needs an express authority.

    Ask what allows it: the governing document, the Charity Commission or a court. Where there is
    such an authority, nothing follows from it. Pay for other services is not counted here.
    """
    figures = _find_latest_figures(known(dossier.charity), "trustees_paid")
    if figures is None:
        return NOT_APPLICABLE
    if not figures.trustees_paid:
        return CLEAR
    return Outcome(
        "review",
        why=say(
            "In the year to {day} a trustee was paid for acting as a trustee.", day=figures.year_end
        ),
        next_step="Ask what authority the charity has for it.",
    )


def _find_latest_figures(charity: Charity, *fields: str) -> CharityFigures | None:
    """Return the part of the newest return in which one of these was entered."""
    found = [
        one for one in charity.figures if any(getattr(one, name) is not None for name in fields)
    ]
    return max(found, key=lambda one: one.year_end, default=None)


def _negate_pounds(pounds: int) -> Decimal:
    return Decimal(-pounds)


def _from_government(charity: Charity) -> Clause:
    figures = _find_latest_figures(charity, "government_contracts", "government_grants")
    if figures is None:
        return NOTHING
    amount = (figures.government_contracts or 0) + (figures.government_grants or 0)
    return say(
        " Government contracts and grants gave it {amount}.", amount=tag_money(Decimal(amount))
    )
