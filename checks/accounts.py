"""What kind of accounts the company files, and who audits them."""

from datetime import date
from functools import partial

from duediligence.checks.toolkit import CLEAR
from duediligence.checks.toolkit.companies import dead, files_accounts, is_quiet_trade, is_voluntary
from duediligence.checks.toolkit.wording import is_recent, on

from duediligence.contracts import CheckContext, check
from duediligence.model import NOT_APPLICABLE, Clause, Dossier, Filing, Outcome, known
from duediligence.model.facts import NOTHING, count, say, word

_DORMANT_SIC = "99999"
_SIZES = {
    "group": 3,
    "full": 3,
    "medium": 3,
    "audited-abridged": 2,
    "small": 2,
    "total-exemption-full": 2,
    "total-exemption-small": 2,
    "unaudited-abridged": 2,
    "micro-entity": 1,
    "dormant": 0,
}
_ACCOUNTS = "accounts-with-accounts-type-"


filing_check = partial(check, topic="filing", needs=Dossier)


@filing_check(
    id="CH-FIL-06",
    title="Dormant on paper",
    question="the company is dormant on paper",
    severity="high",
    basis="Companies Act 2006 s.1169; FATF and Egmont Group (2018), shell company signs",
    params={"months": 24},
    reads=("company",),
)
def dormant(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """Its last accounts say that it did not trade, or its trade code says dormant (medium).

    A company that did nothing is now bidding for work. Ask what it has delivered and through
    which entity. Holding, name-protection and residents' companies are normally dormant (low).
    """
    company = known(dossier.company)
    if dead(company) or not files_accounts(company):
        return NOT_APPLICABLE
    if company.accounts_type is None:
        return Outcome("unknown", why="The source does not say which kind of accounts was filed.")
    coded = _DORMANT_SIC in company.sic_codes
    filed = company.accounts_type == "dormant" and is_recent(
        company.accounts_made_up_to, ctx.today, int(ctx.params["months"])
    )
    if not (coded or filed):
        return CLEAR
    return Outcome(
        "review",
        why=say("Dormant accounts{made_up}.", made_up=_made_up(company.accounts_made_up_to))
        if filed
        else say("The company gives its trade as {sic}, dormant company.", sic=word(_DORMANT_SIC)),
        next_step="Ask which entity has traded, and see its accounts and references.",
        severity="low"
        if is_voluntary(dossier) or is_quiet_trade(company)
        else None
        if filed
        else "medium",
    )


@filing_check(
    id="CH-FIL-07",
    title="Smaller accounts than before",
    question="it files smaller accounts than before",
    severity="low",
    basis="Companies Act 2006 Part 15: what a company files depends on its size",
    params={"months": 36},
    reads=("filings",),
)
def downgraded(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """The company has gone from fuller accounts to micro-entity or dormant ones.

    It may have shrunk, or may be disclosing less. Ask for the full accounts. A quiet year, or new
    size limits, are common and innocent reasons.
    """
    sizes = [
        (filing.filed_on or date.min, _SIZES[kind])
        for filing in known(dossier.filings)
        if (kind := filing.description.removeprefix(_ACCOUNTS)) in _SIZES
        and is_recent(filing.filed_on, ctx.today, int(ctx.params["months"]))
    ]
    # Of two filed on one day nobody knows which came last: the smaller, so that it is asked about.
    sizes.sort(key=lambda filed: (filed[0], -filed[1]))
    if len(sizes) < 2:
        return NOT_APPLICABLE
    if sizes[-1][1] >= 2 or sizes[-1][1] >= max(size for _, size in sizes):
        return CLEAR
    return Outcome(
        "review",
        why="Fuller accounts were filed before; the last are those of a dormant company."
        if sizes[-1][1] == 0
        else "Fuller accounts were filed before; the last are those of a micro-entity.",
        next_step="Ask for the full accounts of the last two years.",
    )


@filing_check(
    id="CH-FIL-08",
    title="Accounting date moved repeatedly",
    question="its accounting date was moved repeatedly",
    severity="medium",
    basis="Companies Act 2006 s.392",
    params={"changes": 2, "years": 5},
    reads=("filings",),
)
def moved_year_end(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """The company has extended its accounting period twice or more in five years.

    Each time the accounts come later. Ask why. Aligning the dates of a group is an ordinary
    reason, usually once.
    """
    found = [
        filing
        for filing in known(dossier.filings)
        if filing.description.startswith("change-account-reference-date")
        and filing.description.endswith("extended")
        and is_recent(filing.filed_on, ctx.today, 12 * int(ctx.params["years"]))
    ]
    if len(found) < int(ctx.params["changes"]):
        return CLEAR
    return Outcome(
        "review",
        why=say(
            "The accounting period was extended {times} times in {years}, last{latest}.",
            times=len(found),
            years=count(int(ctx.params["years"]), "year"),
            latest=_format_latest_filing(found),
        ),
        next_step="Ask for management accounts for the period since the last accounts.",
    )


@filing_check(
    id="CH-FIL-09",
    title="Auditor resigned",
    question="an auditor has resigned",
    severity="high",
    basis="Companies Act 2006 ss.516-519A",
    params={"months": 24},
    reads=("filings",),
)
def auditor_resigned(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """An auditor has resigned in the last two years.

    Read the auditor's statement on the register: it must give the reasons. Many only say that
    the firm left the market or the fee (medium for voluntary bodies). Whether the audit opinion
    is qualified is not checked here: only the accounts themselves state it.
    """
    found = [
        filing
        for filing in known(dossier.filings)
        if filing.description.startswith("auditors-resignation")
        and is_recent(filing.filed_on, ctx.today, int(ctx.params["months"]))
    ]
    if not found:
        return CLEAR
    return Outcome(
        "review",
        why=say(
            "{resignations} of an auditor, last{latest}.",
            resignations=count(len(found), "resignation"),
            latest=_format_latest_filing(found),
        ),
        next_step="Read the auditor's statement of reasons and the audit opinion in the accounts.",
        severity="medium" if is_voluntary(dossier) else None,
    )


def _made_up(value: date | None) -> Clause:
    return say(" made up to {day}", day=value) if value else NOTHING


def _format_latest_filing(filings: list[Filing]) -> Clause:
    return on(max((f.filed_on for f in filings if f.filed_on), default=None))
