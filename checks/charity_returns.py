"""Whether a charity sends its yearly accounts and returns, and in time."""

from duediligence.checks.toolkit import CLEAR

from duediligence.contracts import CheckContext, check
from duediligence.model import NOT_APPLICABLE, OUT_OF_SCOPE, Dossier, Outcome, known
from duediligence.model.entries import CHARITY_SCOTLAND
from duediligence.model.facts import count, days_since, say
from duediligence.text.dates import months_before


@check(
    id="CHA-05",
    title="Charity's accounts or return overdue",
    question="the charity's accounts or return are overdue",
    topic="charity",
    needs=Dossier,
    severity="medium",
    basis="Charities Act 2011 ss.162-169: within ten months of the year's end",
    params={"low_days": 90, "high_days": 365, "small_income": 25_000},
    reads=("charity",),
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
        severity="low" if low else "high" if high else None,
    )


@check(
    id="CHA-07",
    title="Charity late year after year",
    question="the charity was late year after year",
    topic="charity",
    needs=Dossier,
    severity="medium",
    basis="Charities Act 2011 ss.162-169",
    params={"late": 3, "years": 5},
    reads=("charity",),
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
