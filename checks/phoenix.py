"""Whether companies of the people here have failed, and whether this one carries on for them."""

from datetime import date
from functools import partial

from duediligence.checks.toolkit import CLEAR
from duediligence.checks.toolkit.companies import (
    NETWORK,
    NO_INCORPORATION,
    dead,
    describe_failed_company,
    directed_elsewhere,
    failed,
    is_voluntary,
    people,
)
from duediligence.checks.toolkit.events import find_single_event, of_sister
from duediligence.checks.toolkit.wording import is_recent, party, plain

from duediligence.contracts import CheckContext, check
from duediligence.model import NOT_APPLICABLE, Appointment, Dossier, Officer, Outcome, known
from duediligence.model.facts import count, firm, joined, listed, say
from duediligence.text.dates import months_before

phoenix_check = partial(check, topic="phoenix", needs=Dossier, reads=NETWORK)


@phoenix_check(
    id="CH-PHX-01",
    title="Directors with insolvent companies",
    question="its directors have insolvent companies",
    severity="low",
    basis="Insolvency Service, Phoenix companies guidance (2017): no ground in itself",
    params={"medium": 3, "years": 5},
    circumstances=("failed company of a director",),
)
def failed_before(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """Directors here direct, or recently directed, other companies that are insolvent.

    Low, and medium from three of them. Another company of a director failed: that is no ground,
    unless its business and assets came to the supplier (Procurement Act 2023 Sch 6 para 45), of
    which other checks look for signs: its name, its board, its address. Ask what happened.
    Turnaround professionals, serial founders and those hit by the pandemic have such companies
    through no fault of their own. A company that was only dissolved is not counted: most are
    solvent.
    """
    if not people(dossier, ctx.today):
        return NOT_APPLICABLE
    others = {a.company_number: a for _, a in failed(dossier, ctx.today, _read_phoenix_months(ctx))}
    if not others:
        return CLEAR
    return Outcome(
        "review",
        why=say(
            "{companies} of its directors: {others}.",
            companies=count(len(others), "other company", "other companies"),
            others=listed(
                say("{name} ({status})", name=firm(a.company_name), status=plain(a.company_status))
                for a in others.values()
            ),
        ),
        circumstances=tuple(map(describe_failed_company, others.values())),
        next_step="Ask what happened to them, who was owed money, and what has changed.",
        severity="medium" if len(others) >= int(ctx.params["medium"]) else None,
        event=find_single_event(map(of_sister, others.values())),
    )


@phoenix_check(
    id="CH-PHX-03",
    title="New company of a board that failed",
    question="it is a new company of a board that failed",
    severity="high",
    basis="Procurement Act 2023 Sch 6 para 45 (predecessor company); Insolvency Service (2017): no "
    "ground in itself",
    params={"people": 2, "months": 12, "years": 5},
    circumstances=("failed company of a director",),
)
def same_board(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """Two or more directors came here together from an insolvent company when this one was formed.

    The business may have moved over without its debts. Ask whether it took over staff, assets or
    contracts. A sale by an administrator to the old board is lawful and common; its address and
    trade are not compared here.
    """
    company = known(dossier.company)
    if dead(company) or len(people(dossier, ctx.today)) < int(ctx.params["people"]):
        return NOT_APPLICABLE
    if company.created_on is None:
        return NO_INCORPORATION
    if company.created_on < months_before(ctx.today, _read_phoenix_months(ctx)):
        return CLEAR
    shared: dict[str, tuple[Appointment, dict[str, Officer]]] = {}
    for officer, other in failed(dossier, ctx.today, _read_phoenix_months(ctx)):
        joined_before = other.appointed_on is None or other.appointed_on < company.created_on
        left = other.resigned_on
        still = left is None or left >= months_before(company.created_on, int(ctx.params["months"]))
        if joined_before and still:
            shared.setdefault(other.company_number, (other, {}))[1][officer.name] = officer
    found = [
        (other, [officer for _, officer in sorted(officers.items())])
        for other, officers in shared.values()
        if len(officers) >= int(ctx.params["people"])
    ]
    if not found:
        return CLEAR
    return Outcome(
        "review",
        why=say(
            "{boards}.",
            boards=joined(
                "; ",
                [
                    say(
                        "{directors} were directors of {company} ({status}) when this company was "
                        "formed, or left it in the {months} months before",
                        directors=listed(map(party, officers)),
                        company=firm(other.company_name),
                        status=plain(other.company_status),
                        months=int(ctx.params["months"]),
                    )
                    for other, officers in found
                ],
            ),
        ),
        circumstances=tuple(describe_failed_company(other) for other, _ in found),
        next_step="Ask whether staff, assets or contracts came over, and who sold them.",
        law=("predecessor",),
        severity="medium" if is_voluntary(dossier) else None,
        event=find_single_event(of_sister(other) for other, _ in found),
    )


@phoenix_check(
    id="CH-PHX-06",
    title="Many dissolved companies behind the directors",
    question="many dissolved companies are behind its directors",
    severity="low",
    basis="Insolvency Service, Phoenix companies guidance (2017)",
    params={"companies": 5, "years": 5},
)
def many_dissolved(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """Directors here directed five or more companies, in the last five years, now dissolved.

    Whether any was insolvent is not reported. Ask. Property and film companies are made for one job
    and dissolved; group reorganisations dissolve dozens.
    """
    if not people(dossier, ctx.today):
        return NOT_APPLICABLE
    gone = {
        a.company_number: a.company_name
        for _, a in directed_elsewhere(dossier, ctx.today)
        if a.company_status == "dissolved"
        and is_recent(_find_last_known_day(a), ctx.today, _read_phoenix_months(ctx))
    }
    if len(gone) < int(ctx.params["companies"]):
        return CLEAR
    return Outcome(
        "review",
        why=say(
            "{count}: {companies}.",
            count=count(len(gone), "dissolved company", "dissolved companies"),
            companies=listed(map(firm, gone.values())),
        ),
        next_step="Ask why they were dissolved and whether creditors were paid.",
    )


def _find_last_known_day(appointment: Appointment) -> date | None:
    # Of a dissolved company's directors few ever resign: what is left open may be old.
    return appointment.resigned_on or appointment.appointed_on


def _read_phoenix_months(ctx: CheckContext) -> int:
    return 12 * int(ctx.params["years"])
