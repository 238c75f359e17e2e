"""What the changes that a company files, and their timing, may show."""

from datetime import date, timedelta

from duediligence.checks.toolkit import CLEAR
from duediligence.checks.toolkit.companies import dead, files_accounts, is_voluntary
from duediligence.checks.toolkit.wording import is_recent

from duediligence.contracts import CheckContext, check
from duediligence.model import NOT_APPLICABLE, Clause, Dossier, Outcome, known
from duediligence.model.facts import count, joined, say, word
from duediligence.text.dates import months_before

_ACCOUNTS = "accounts-with-accounts-type-"
_CHANGES = {
    "officers": "officers",
    "persons-with-significant-control": "owners",
    "address": "address",
    "change-of-name": "name",
}


@check(
    id="CH-FIL-10",
    title="Many changes in one week",
    question="many changes were filed in one week",
    topic="filing",
    needs=Dossier,
    severity="medium",
    basis="Companies House guidance on company hijack",
    params={"filings": 5, "kinds": 2, "days": 7, "months": 24},
    reads=("filings",),
)
def burst(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """Officers, owners, address or name changed in five filings or more within one week.

    A takeover looks like this, and so does the theft of a company's identity. Low where the owners
    changed in the same week and the name did not, as when a company is sold, else medium: whoever
    steals one changes the board and the address. Verify it through a contact that you had before.
    An annual meeting that elects trustees changes only officers, and is not counted.
    """
    dated = _list_filed_changes(dossier, ctx)
    week = timedelta(days=int(ctx.params["days"]))
    for start, _ in reversed(dated):
        within = [kind for when, kind in dated if start <= when < start + week]
        if len(within) >= int(ctx.params["filings"]) and len(set(within)) >= int(
            ctx.params["kinds"]
        ):
            return Outcome(
                "review",
                why=say(
                    "{filings} filings from {start} on changed {kinds}.",
                    filings=len(within),
                    start=start,
                    kinds=_format_change_kinds(set(within)),
                ),
                next_step="Speak to someone you knew there before the change, on the old number.",
                severity="low" if "owners" in within and "name" not in within else None,
            )
    return CLEAR


@check(
    id="CH-FIL-11",
    title="Events filed late",
    question="events were filed late",
    topic="filing",
    needs=Dossier,
    severity="low",
    basis="Companies Act 2006 ss.167G and 790LA: 14 days",
    params={"days": 90, "filings": 2, "months": 24},
    reads=("filings",),
)
def told_late(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """Changes of directors or owners reached the register more than three months after the event.

    Who ran the company may not be who the register named. Small bodies are often slow: read this
    beside other flags only.
    """
    late = [
        filing
        for filing in known(dossier.filings)
        if filing.type.startswith(("AP01", "TM01", "PSC"))
        and filing.filed_on
        and filing.action_on
        and is_recent(filing.filed_on, ctx.today, int(ctx.params["months"]))
        and (filing.filed_on - filing.action_on).days > int(ctx.params["days"])
    ]
    if len(late) < int(ctx.params["filings"]):
        return CLEAR
    return Outcome(
        "review",
        why=say(
            "{changes} reported more than {days} days late, last on {last}.",
            changes=count(len(late), "change"),
            days=int(ctx.params["days"]),
            last=max(f.filed_on for f in late if f.filed_on),
        ),
        next_step="Ask who directed and owned the company at the time of your dealings.",
    )


@check(
    id="CH-EXI-08",
    title="Shelf company brought to life",
    question="it is a shelf company brought to life",
    topic="existence",
    needs=Dossier,
    severity="high",
    basis="FATF and Egmont Group (2018): shelf companies",
    params={"months": 12, "days": 90, "kinds": 3},
    reads=("company", "filings"),
)
def shelf(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """A company that never traded has recently changed name, officers, owners or address together.

    An old number may give a new firm the look of years. Judge it by the date of the changes. A
    group that puts a spare company to use looks the same: ask for the parent.
    """
    company = known(dossier.company)
    if dead(company) or not files_accounts(company):
        return NOT_APPLICABLE
    if company.accounts_type is None or company.created_on is None:
        return Outcome("unknown", why="The source does not give the kind of accounts or the age.")
    filed = {
        filing.description.removeprefix(_ACCOUNTS)
        for filing in known(dossier.filings)
        if filing.description.startswith(_ACCOUNTS)
    }
    old = company.created_on <= months_before(ctx.today, 12)
    if not old or company.accounts_type != "dormant" or filed - {"dormant"}:
        return CLEAR
    changes = _list_filed_changes(dossier, ctx)
    span = timedelta(days=int(ctx.params["days"]))
    for start, _ in changes:
        kinds = {kind for when, kind in changes if start <= when <= start + span}
        if len(kinds) >= int(ctx.params["kinds"]):
            return Outcome(
                "review",
                why=say(
                    "Only dormant accounts since {created}; from {start} on it changed {kinds}.",
                    created=company.created_on,
                    start=start,
                    kinds=_format_change_kinds(kinds),
                ),
                next_step="Judge the company by the date of these changes. Ask who is behind it.",
                severity="medium" if is_voluntary(dossier) else None,
            )
    return CLEAR


def _format_change_kinds(kinds: set[str]) -> Clause:
    return joined(", ", [say("{kind}", kind=word(kind)) for kind in sorted(kinds)])


def _list_filed_changes(dossier: Dossier, ctx: CheckContext) -> list[tuple[date, str]]:
    return sorted(
        (filing.filed_on, _CHANGES[filing.category])
        for filing in known(dossier.filings)
        if filing.category in _CHANGES
        and filing.filed_on
        and is_recent(filing.filed_on, ctx.today, int(ctx.params["months"]))
    )
