"""What the figures of a company's accounts say, and what they leave open.

Accounts at Companies House are up to two years old, small companies file little of them, and most
that say something unusual have an ordinary reason. So each of these is a question to the supplier.
Net liabilities by themselves are no flag: about one small company in ten has them (from experience,
not measured). The page of a supplier shows its figures whether or not there is a flag. The guide of
the Cabinet Office is cited from memory.
"""

from datetime import date
from decimal import Decimal
from functools import partial

from duediligence.checks.toolkit import CLEAR
from duediligence.checks.toolkit.companies import dead, is_quiet_trade, is_voluntary
from duediligence.checks.toolkit.wording import pounds

from duediligence.contracts import CheckContext, check
from duediligence.model import NOT_APPLICABLE, AccountsFigures, Company, Dossier, Outcome, known
from duediligence.model.facts import count, say
from duediligence.text.dates import months_before

_STANDING = (
    "Procurement Act 2023 s.22; Cabinet Office, Assessing and monitoring the economic and "
    "financial standing of bidders and suppliers"
)
_ASK_SUPPORT = (
    "Ask for management accounts since that date, and whether a parent, a lender or a funder "
    "supports it."
)


finance_check = partial(check, topic="finance", needs=Dossier, reads=("figures",))


@finance_check(
    id="FIG-01",
    title="Growing net liabilities",
    question="its net liabilities grow",
    severity="low",
    basis=_STANDING,
    params={"months": 24, "ratio": 0.5},
)
def net_liabilities(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """It owed more than it owned at two balance sheet dates running, and more at the second.

    Medium where what it must pay within a year is over twice what it could pay with. Ask what
    carries it. Loans of directors or of a parent count as debts, young firms invest before they
    earn, and voluntary bodies are paid in arrears: none of this shows that it will fail. Do not ask
    for audited accounts of a supplier that need have none (Procurement Act 2023 s.22).
    """
    now, before = _years(dossier, ctx)
    if now is None or now.net_assets is None:
        return NOT_APPLICABLE
    if before is None or before.net_assets is None:
        return NOT_APPLICABLE if now.net_assets < 0 else CLEAR
    if not now.net_assets < before.net_assets < 0:
        return CLEAR
    ratio = _current_ratio(now)
    short = ratio is not None and ratio < float(ctx.params["ratio"]) and not is_voluntary(dossier)
    return Outcome(
        "review",
        why=say(
            "Its liabilities exceeded its assets by {now} on {day}, and by {before} on {earlier}.",
            now=pounds(-now.net_assets),
            day=now.ended,
            before=pounds(-before.net_assets),
            earlier=before.ended,
        ),
        next_step=_ASK_SUPPORT,
        severity="medium" if short else None,
    )


@finance_check(
    id="FIG-02",
    title="Little to pay its bills with",
    question="it has little to pay its bills with",
    severity="low",
    basis=_STANDING,
    params={"months": 24, "ratio": 0.5, "ratio_before": 1.0, "least": 25_000},
)
def current_ratio(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """Its current assets are less than half of what it must pay within a year, and it has net
    liabilities, or could pay its bills a year before.

    Ask how it pays what is due. Directors' loans that nobody calls in stand among these debts,
    deferred income is no debt in cash, and firms that own their premises or are paid at once need
    less. Debts under £25,000 are not judged.
    """
    now, before = _years(dossier, ctx)
    ratio, ratio_before = _current_ratio(now), _current_ratio(before)
    if now is None or ratio is None:
        return NOT_APPLICABLE
    fell = ratio_before is not None and ratio_before >= float(ctx.params["ratio_before"])
    owes = now.net_assets is not None and now.net_assets < 0
    due = now.creditors_within_one_year or 0
    if ratio >= float(ctx.params["ratio"]) or due < int(ctx.params["least"]) or not (fell or owes):
        return CLEAR
    return Outcome(
        "review",
        why=say(
            "On {day} it had {assets} of current assets to pay {due} due within a year.",
            day=now.ended,
            assets=pounds(now.current_assets or 0),
            due=pounds(due),
        ),
        next_step="Ask how it pays what falls due, and agree prompt payment if that helps it.",
    )


@finance_check(
    id="FIG-03",
    title="Contract large for the supplier",
    question="the contract is large for it",
    severity="low",
    basis=_STANDING,
    params={"months": 24, "turnover": 0.5, "assets": 10.0, "per_person": 150_000},
)
def large_contract(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """What your contracts with it are worth in a year is over half its turnover, or more than all
    of it (medium).

    Most small companies file no turnover: there it is a question where the contracts are over ten
    times all that it owns, and over £150,000 for each employee. Ask how it will staff and fund the
    work. New firms, and voluntary bodies that one council funds, rightly live on one contract: of
    a voluntary body only contracts above its turnover are asked about, and are never medium. A
    condition on turnover must be proportionate (Procurement Act 2023 s.22).
    """
    worth = sum(
        contract.yearly_value
        for contract in dossier.supplier.contracts
        if contract.yearly_value is not None and not contract.over(ctx.today)
    )
    now, _ = _years(dossier, ctx)
    if now is None or not worth:
        return NOT_APPLICABLE
    if now.turnover is not None and now.turnover > 0:
        yearly = _in_a_year(now.turnover, now)
        over_all = worth > yearly
        share = Decimal(str(ctx.params["turnover"]))
        if not over_all and (is_voluntary(dossier) or worth <= share * yearly):
            return CLEAR
        return Outcome(
            "review",
            why=say(
                "Contracts worth {worth} a year; its turnover in the accounts to {day} was "
                "{turnover}.",
                worth=pounds(worth),
                day=now.ended,
                turnover=pounds(now.turnover),
            ),
            next_step="Ask how it will staff and fund the work, and who would step in.",
            severity="medium" if over_all and not is_voluntary(dossier) else None,
        )
    if now.total_assets is None or now.employees is None:
        return NOT_APPLICABLE
    much = worth > Decimal(str(ctx.params["assets"])) * max(now.total_assets, 0)
    if not much or worth <= int(ctx.params["per_person"]) * max(now.employees, 1):
        return CLEAR
    return Outcome(
        "review",
        why=say(
            "Contracts worth {worth} a year; on {day} it owned {assets} in all and had {people}.",
            worth=pounds(worth),
            day=now.ended,
            assets=pounds(now.total_assets),
            people=count(now.employees, "employee"),
        ),
        next_step="Ask how it will staff and fund the work, and for its turnover, which it need "
        "not file.",
    )


@finance_check(
    id="FIG-04",
    title="Sudden growth or collapse",
    question="it grew or shrank suddenly",
    severity="medium",
    basis=_STANDING,
    params={"months": 24, "fall": 3.0, "growth": 5.0, "pounds": 100_000, "people": 10},
)
def sudden_change(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """Its net assets or its staff fell to a third within a year, or grew fivefold.

    Medium where both fell, or it now owes more than it owns; else low, for one alone is mostly a
    dividend or a contract that went to another firm. Changes of under £100,000 or ten people are
    not judged. Ask what happened: a dividend, a sale
    of premises, a merger within a group or a lost grant are ordinary reasons, and growth is mostly
    good news. Sudden growth of a firm that was small also precedes some frauds.
    """
    now, before = _years(dossier, ctx)
    if now is None or before is None:
        return NOT_APPLICABLE
    least_pounds, least_people = int(ctx.params["pounds"]), int(ctx.params["people"])
    changes = [
        (before.net_assets, now.net_assets, least_pounds),
        (before.employees, now.employees, least_people),
    ]
    told = [(a, b, least) for a, b, least in changes if a is not None and b is not None]
    if not told:
        return NOT_APPLICABLE
    fall, growth = float(ctx.params["fall"]), float(ctx.params["growth"])
    fell = [a > 0 and a - b >= least and b * fall <= a for a, b, least in told]
    owes = now.net_assets is not None and now.net_assets < 0
    grew = [a > 0 and b - a >= least and b >= a * growth for a, b, least in told]
    if not any(fell) and not any(grew):
        return CLEAR
    which = (fell if any(fell) else grew).index(True)
    first, second, least = told[which]
    sums = least == least_pounds and told[which] == changes[0]
    return Outcome(
        "review",
        why=say(
            "Net assets were {before} on {earlier} and {now} on {day}.",
            before=pounds(first),
            earlier=before.ended,
            now=pounds(second),
            day=now.ended,
        )
        if sums
        else say(
            "On average it had {before} in the year to {earlier} and {now} in that to {day}.",
            before=count(first, "employee"),
            earlier=before.ended,
            now=count(second, "employee"),
            day=now.ended,
        ),
        next_step="Ask what happened in that year, and whether it bears on the contract.",
        severity=None if sum(fell) > 1 or (any(fell) and owes) else "low",
    )


@finance_check(
    id="FIG-05",
    title="Dormant accounts of a firm that trades",
    question="its accounts are those of a dormant company",
    severity="high",
    basis="Companies Act 2006 s.1169; FATF and Egmont Group (2018), shell company signs",
    params={"months": 24},
)
def dormant(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """Its accounts say that it had no transactions in a year, and it is a supplier.

    Ask which entity does the work and is paid. It may have begun to trade since, and holding,
    name-protection and voluntary bodies are normally dormant (low). Where the register itself calls
    the accounts dormant, CH-FIL-06 asks this already.
    """
    now, _ = _years(dossier, ctx)
    if now is None or now.dormant is None:
        return NOT_APPLICABLE
    company = dossier.company
    on_register = isinstance(company, Company) and company.accounts_type == "dormant"
    if not now.dormant or on_register:
        return CLEAR
    is_quiet = is_voluntary(dossier) or (isinstance(company, Company) and is_quiet_trade(company))
    return Outcome(
        "review",
        why=say("Its accounts to {day} are those of a dormant company.", day=now.ended),
        next_step="Ask which entity has traded, and see its accounts and references.",
        severity="low" if is_quiet else None,
    )


@finance_check(
    id="FIG-06",
    title="Qualified report of the auditor",
    question="the auditor's report is qualified",
    severity="medium",
    basis="Companies Act 2006 s.495",
    params={"months": 24},
)
def qualified_audit(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """The auditor's report has words of a qualified or adverse opinion, or of none at all.

    Read the report: this is known from its wording, not from a code, and the words may be about
    another year. Companies House leaves accounts with such a report out of its data, so that no
    flag here does not mean that the report was clean. Most small companies have no audit at all,
    and rightly.
    """
    now, _ = _years(dossier, ctx)
    if now is None or now.audit in ("", "exempt"):
        return NOT_APPLICABLE
    if now.audit != "qualified":
        return CLEAR
    return Outcome(
        "review",
        why=say(
            "By its wording, the auditor's report on the accounts to {day} is qualified.",
            day=now.ended,
        ),
        next_step="Read the auditor's report at Companies House, and ask what was put right.",
    )


_Year = AccountsFigures | None


def _years(dossier: Dossier, ctx: CheckContext) -> tuple[_Year, _Year]:
    """Return the last accounts and those a year before; None where there are none to judge by."""
    if isinstance(dossier.company, Company) and dead(dossier.company):
        return None, None
    kept = sorted(known(dossier.figures), key=_get_period_end, reverse=True)
    oldest = months_before(ctx.today, int(ctx.params["months"]))
    if not kept or kept[0].comparative or not oldest <= kept[0].ended <= ctx.today:
        return None, None
    earliest = months_before(kept[0].ended, 18)
    before = kept[1] if len(kept) > 1 and kept[1].ended >= earliest else None
    return kept[0], before


def _get_period_end(figures: AccountsFigures) -> date:
    return figures.ended


def _in_a_year(amount: int, figures: AccountsFigures) -> Decimal:
    """Return a sum of the accounting period as of a year: the first period is often shorter or
    longer.
    """
    days = (figures.ended - figures.started).days + 1 if figures.started else 365
    whole = 350 <= days <= 380 or days < 1
    return Decimal(amount) if whole else Decimal(amount) * 365 / days


def _current_ratio(figures: _Year) -> float | None:
    if figures is None:
        return None
    assets, due = figures.current_assets, figures.creditors_within_one_year
    return None if assets is None or not due else assets / due
