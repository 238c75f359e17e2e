"""What kind of accounts the company files, who audits them, and what else its filings show."""

from datetime import date, timedelta

from checks._register import CLEAR
from checks._register.dates import day, months_before, on, since
from checks._register.forms import dead, files_accounts, voluntary
from checks._register.wording import count
from duediligence.contracts import CheckContext, check
from duediligence.model import NOT_APPLICABLE, Dossier, Filing, Outcome, known

_DORMANT_SIC = "99999"
# Holding companies, head offices and residents' management companies are rightly dormant.
_QUIET_SIC = ("64202", "64203", "64204", "64205", "64209", "70100", "98000")
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
_CHANGES = {
    "officers": "officers",
    "persons-with-significant-control": "owners",
    "address": "address",
    "change-of-name": "name",
}


@check(
    id="CH-FIL-06",
    title="Dormant on paper",
    topic="filing",
    needs=Dossier,
    severity="high",
    basis="Companies Act 2006 s.1169; FATF and Egmont Group (2018), shell company signs",
    params={"months": 24},
    reads=("company",),
)
def dormant(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """Its last accounts say that it did not trade, or its trade code says dormant (medium).

    A company that did nothing is now bidding for work. Ask what it has delivered and through
    which entity. Holding, name-protection and residents' companies are rightly dormant (low).
    """
    company = known(dossier.company)
    if dead(company) or not files_accounts(company):
        return NOT_APPLICABLE
    if company.accounts_type is None:
        return Outcome("unknown", why="The source does not tell what kind of accounts were filed.")
    coded = _DORMANT_SIC in company.sic_codes
    filed = company.accounts_type == "dormant" and since(
        company.accounts_made_up_to, ctx.today, int(ctx.params["months"])
    )
    if not (coded or filed):
        return CLEAR
    quiet = voluntary(dossier) or any(code in _QUIET_SIC for code in company.sic_codes)
    return Outcome(
        "review",
        why=f"Dormant accounts{_made_up(company.accounts_made_up_to)}."
        if filed
        else f"The company gives its trade as {_DORMANT_SIC}, dormant company.",
        next_step="Ask which entity has traded, and see its accounts and references.",
        severity="low" if quiet else None if filed else "medium",
    )


@check(
    id="CH-FIL-07",
    title="Smaller accounts than before",
    topic="filing",
    needs=Dossier,
    severity="low",
    basis="Companies Act 2006 Part 15: what a company files goes with its size",
    params={"months": 36},
    reads=("filings",),
)
def downgraded(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """The company has gone from fuller accounts to micro-entity or dormant ones.

    It may have shrunk, or be showing less. Ask for the full accounts. A quiet year, or new size
    limits, are common and innocent reasons.
    """
    sizes = [
        (filing.filed_on or date.min, _SIZES[kind])
        for filing in known(dossier.filings)
        if (kind := filing.description.removeprefix(_ACCOUNTS)) in _SIZES
        and since(filing.filed_on, ctx.today, int(ctx.params["months"]))
    ]
    sizes.sort(key=lambda filed: filed[0])
    if len(sizes) < 2:
        return NOT_APPLICABLE
    if sizes[-1][1] >= 2 or sizes[-1][1] >= max(size for _, size in sizes):
        return CLEAR
    return Outcome(
        "review",
        why="Fuller accounts were filed before; the last are those of a "
        f"{'dormant company' if sizes[-1][1] == 0 else 'micro-entity'}.",
        next_step="Ask for the full accounts of the last two years.",
    )


@check(
    id="CH-FIL-08",
    title="Accounting date moved again and again",
    topic="filing",
    needs=Dossier,
    severity="medium",
    basis="Companies Act 2006 s.392",
    params={"changes": 2, "years": 5},
    reads=("filings",),
)
def moved_year_end(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """The company has lengthened its accounting period twice or more in five years.

    Each time the accounts come later. Ask why. Aligning the dates of a group is an ordinary
    reason, usually once.
    """
    found = [
        filing
        for filing in known(dossier.filings)
        if filing.description.startswith("change-account-reference-date")
        and filing.description.endswith("extended")
        and since(filing.filed_on, ctx.today, 12 * int(ctx.params["years"]))
    ]
    if len(found) < int(ctx.params["changes"]):
        return CLEAR
    return Outcome(
        "review",
        why=f"The accounting period was lengthened {len(found)} times in "
        f"{count(int(ctx.params['years']), 'year')}, last{_latest(found)}.",
        next_step="Ask for management accounts for the time since the last accounts.",
    )


@check(
    id="CH-FIL-09",
    title="Auditor resigned",
    topic="filing",
    needs=Dossier,
    severity="high",
    basis="Companies Act 2006 ss.516-519A",
    params={"months": 24},
    reads=("filings",),
)
def auditor_resigned(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """An auditor has resigned in the last two years.

    Read the auditor's statement on the register: it must give the reasons. Many only say that
    the firm left the market or the fee (medium for voluntary bodies). Whether the audit opinion
    is qualified is not checked here: that stands only in the accounts themselves.
    """
    found = [
        filing
        for filing in known(dossier.filings)
        if filing.description.startswith("auditors-resignation")
        and since(filing.filed_on, ctx.today, int(ctx.params["months"]))
    ]
    if not found:
        return CLEAR
    return Outcome(
        "review",
        why=f"{count(len(found), 'resignation')} of an auditor, last{_latest(found)}.",
        next_step="Read the auditor's statement of reasons and the audit opinion in the accounts.",
        severity="medium" if voluntary(dossier) else None,
    )


@check(
    id="CH-FIL-10",
    title="Many changes in one week",
    topic="filing",
    needs=Dossier,
    severity="medium",
    basis="Companies House guidance on company hijack",
    params={"filings": 5, "kinds": 2, "days": 7, "months": 24},
    reads=("filings",),
)
def burst(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """Officers, owners, address or name changed in five filings or more within one week.

    A takeover looks like this, and so does the theft of a company's identity. Verify by a
    contact that you had before. A yearly meeting that elects trustees changes officers only, and
    is not counted.
    """
    dated = sorted(
        (filing.filed_on, _CHANGES[filing.category])
        for filing in known(dossier.filings)
        if filing.category in _CHANGES
        and filing.filed_on
        and since(filing.filed_on, ctx.today, int(ctx.params["months"]))
    )
    week = timedelta(days=int(ctx.params["days"]))
    for start, _ in reversed(dated):
        within = [kind for when, kind in dated if start <= when < start + week]
        if len(within) >= int(ctx.params["filings"]) and len(set(within)) >= int(
            ctx.params["kinds"]
        ):
            return Outcome(
                "review",
                why=f"{len(within)} filings from {day(start)} on changed "
                f"{', '.join(sorted(set(within)))}.",
                next_step="Speak to someone you knew there before the change, by the old number.",
            )
    return CLEAR


@check(
    id="CH-FIL-11",
    title="Events filed late",
    topic="filing",
    needs=Dossier,
    severity="low",
    basis="Companies Act 2006 ss.167 and 790VA: 14 days",
    params={"days": 90, "filings": 2, "months": 24},
    reads=("filings",),
)
def told_late(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """Changes of directors or owners reached the register more than three months after they were.

    Who ran the company may not be who the register named. Small bodies are often slow: read this
    beside other flags only.
    """
    late = [
        filing
        for filing in known(dossier.filings)
        if filing.type.startswith(("AP01", "TM01", "PSC"))
        and filing.filed_on
        and filing.action_on
        and since(filing.filed_on, ctx.today, int(ctx.params["months"]))
        and (filing.filed_on - filing.action_on).days > int(ctx.params["days"])
    ]
    if len(late) < int(ctx.params["filings"]):
        return CLEAR
    return Outcome(
        "review",
        why=f"{count(len(late), 'change')} told more than {ctx.params['days']} days late, "
        f"last{_latest(late)}.",
        next_step="Ask who directed and owned the company at the time of your dealings.",
    )


@check(
    id="CH-FIL-12",
    title="Shelf company brought to life",
    topic="existence",
    needs=Dossier,
    severity="high",
    basis="FATF and Egmont Group (2018): shelf companies",
    params={"months": 12, "days": 90, "kinds": 3},
    reads=("company", "filings"),
)
def shelf(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """A company that never traded has lately changed name, officers, owners or address together.

    An old number may give a new firm the look of years. Judge it by the date of the changes. A
    group that puts a spare company to use looks the same: ask for the parent.
    """
    company = known(dossier.company)
    if dead(company) or not files_accounts(company):
        return NOT_APPLICABLE
    if company.accounts_type is None or company.created_on is None:
        return Outcome("unknown", why="The source does not tell the kind of accounts or the age.")
    filed = {
        filing.description.removeprefix(_ACCOUNTS)
        for filing in known(dossier.filings)
        if filing.description.startswith(_ACCOUNTS)
    }
    old = company.created_on <= months_before(ctx.today, 12)
    if not old or company.accounts_type != "dormant" or filed - {"dormant"}:
        return CLEAR
    changes = sorted(
        (filing.filed_on, _CHANGES[filing.category])
        for filing in known(dossier.filings)
        if filing.category in _CHANGES
        and filing.filed_on
        and since(filing.filed_on, ctx.today, int(ctx.params["months"]))
    )
    span = timedelta(days=int(ctx.params["days"]))
    for start, _ in changes:
        kinds = {kind for when, kind in changes if start <= when <= start + span}
        if len(kinds) >= int(ctx.params["kinds"]):
            return Outcome(
                "review",
                why=f"Only dormant accounts since {day(company.created_on)}; from {day(start)} "
                f"on it changed {', '.join(sorted(kinds))}.",
                next_step="Judge the company by the date of these changes, and ask who is behind.",
                severity="medium" if voluntary(dossier) else None,
            )
    return CLEAR


def _made_up(value: date | None) -> str:
    return f" made up to {day(value)}" if value else ""


def _latest(filings: list[Filing]) -> str:
    return on(max((f.filed_on for f in filings if f.filed_on), default=None))
