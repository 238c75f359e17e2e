"""Changes of name: how often, when, and whether the name is that of a company that failed."""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import partial

from duediligence.checks.toolkit import CLEAR
from duediligence.checks.toolkit.companies import (
    NETWORK,
    describe_failed_company,
    failed,
    is_voluntary,
    people,
)
from duediligence.checks.toolkit.events import find_single_event, of_sister
from duediligence.checks.toolkit.wording import is_recent, on, party, plain

from duediligence.contracts import CheckContext, check
from duediligence.model import (
    NOT_APPLICABLE,
    Appointment,
    Clause,
    Dossier,
    Event,
    Outcome,
    known,
)
from duediligence.model.circumstances import Circumstance
from duediligence.model.facts import firm, listed, say
from duediligence.text.names import firm_words

phoenix_check = partial(check, topic="phoenix", needs=Dossier)


@phoenix_check(
    id="CH-PHX-02",
    title="Name similar to that of a company in liquidation",
    question="its name is similar to that of a company in liquidation",
    severity="high",
    basis="Insolvency Act 1986 ss.216-217",
    params={"alike": 0.8, "years": 5},
    reads=NETWORK,
    circumstances=("possible predecessor",),
)
def prohibited_name(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """A director here also directed a company, now in liquidation, of a similar name.

    Such a name may be forbidden to that director for five years. Refer it for a legal view: leave
    of the court, a sale by the liquidator with notice to creditors, or a name in use for a year
    before are lawful exceptions. This does not imply fault.
    """
    company = known(dossier.company)
    if not people(dossier, ctx.today):
        return NOT_APPLICABLE
    names = [company.name, *(former.name for former in company.former_names)]
    found = [
        (officer, a)
        for officer, a in failed(dossier, ctx.today, _read_renaming_months(ctx))
        if a.company_status == "liquidation"
        and any(_is_similar_firm_name(a.company_name, name, ctx) for name in names)
    ]
    if not found:
        return CLEAR
    predecessor = describe_failed_company(found[0][1], "name")
    return Outcome(
        "review",
        why=say(
            "{directors}, which is in liquidation.",
            directors=listed(
                say(
                    "{director} was a director of {company}",
                    director=party(officer),
                    company=firm(a.company_name),
                )
                for officer, a in found
            ),
        ),
        next_step="Ask on which exception the director relies, and ask your legal team.",
        law=("predecessor",),
        circumstances=(predecessor,),
        event=find_single_event(of_sister(a) for _, a in found),
    )


@phoenix_check(
    id="CH-PHX-04",
    title="Name changed often",
    question="its name was changed often",
    severity="medium",
    basis="Global Witness (2018): more than five names; SEPA, Procuring waste services (2015)",
    params={"recent": 2, "months": 24, "ever": 4, "high": 5},
    reads=("company",),
)
def renamed(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """Two changes of name in two years or four ever; high above five (one company in 10,000).

    Search under every earlier name. Rebrands and acquisitions are the ordinary reasons (low for
    voluntary bodies).
    """
    former = known(dossier.company).former_names
    recent = [
        f for f in former if f.until and is_recent(f.until, ctx.today, int(ctx.params["months"]))
    ]
    often = len(former) >= int(ctx.params["ever"])
    if not often and len(recent) < int(ctx.params["recent"]):
        return CLEAR
    high = len(former) > int(ctx.params["high"])
    return Outcome(
        "review",
        why=say("Former names: {names}.", names=listed(firm(f.name) for f in former)),
        next_step="Search for it under every earlier name, and ask why it changed.",
        severity="low" if is_voluntary(dossier) else "high" if high else None,
    )


@phoenix_check(
    id="CH-PHX-05",
    title="Name changed around an insolvency",
    question="its name was changed around an insolvency",
    severity="high",
    basis="Insolvency Act 1986 s.216; Insolvency Service, Phoenix companies guidance (2017)",
    params={"days": 180, "years": 5, "alike": 0.8},
    reads=(*NETWORK, "insolvencies"),
    circumstances=(
        "insolvency of a company",
        "failed company of a director",
        "possible predecessor",
    ),
)
def renamed_around_insolvency(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """The name changed within half a year of an insolvency of its own or of a sister company.

    For a sister company, the date on which the director left it counts. Ask why it changed. Firms
    that were sold by an administrator must often change their name.
    """
    changes = [f for f in known(dossier.company).former_names if f.until]
    if not changes:
        return NOT_APPLICABLE
    names = [known(dossier.company).name, *(former.name for former in changes)]
    events: list[tuple[date, Clause, Event | None, Circumstance]] = [
        (
            when,
            say("{kind}", kind=plain(case.type)),
            None,
            Circumstance(kind="insolvency of a company", happened_on=when, known_on=when),
        )
        for case in known(dossier.insolvencies)
        for _, when in case.dates
    ]
    events += [
        (
            a.resigned_on,
            say(
                "a director left {company}, now in {status}",
                company=firm(a.company_name),
                status=plain(a.company_status),
            ),
            of_sister(a),
            _describe_sister(a, names, ctx),
        )
        for _, a in failed(dossier, ctx.today, _read_renaming_months(ctx))
        if a.resigned_on
    ]
    span = timedelta(days=int(ctx.params["days"]))
    for former in changes:
        for when, what, event, happened in events:
            if former.until and abs(former.until - when) <= span:
                return Outcome(
                    "review",
                    why=say(
                        "It dropped the name {name}{until}; {what}{on}.",
                        name=firm(former.name),
                        until=on(former.until),
                        what=what,
                        on=on(when),
                    ),
                    circumstances=(happened,),
                    next_step="Ask why the name changed, and search under the old one.",
                    event=event,
                )
    return CLEAR


def _describe_sister(other: Appointment, names: Iterable[str], ctx: CheckContext) -> Circumstance:
    """Return what a failed company of a director is: a name like its own is what came over."""
    same_name = any(_is_similar_firm_name(other.company_name, name, ctx) for name in names)
    return describe_failed_company(other, *(("name",) if same_name else ()))


def _is_similar_firm_name(one: str, other: str, ctx: CheckContext) -> bool:
    """Return whether two names of firms are alike, or the telling words of one are all in the
    other.
    """
    ours, theirs = firm_words(one), firm_words(other)
    shorter, longer = sorted((set(ours), set(theirs)), key=len)
    if len(shorter) >= 2 and shorter <= longer:
        return True
    alike = ctx.similarity(" ".join(ours), " ".join(theirs), "organisation")
    return alike >= float(ctx.params["alike"])


def _read_renaming_months(ctx: CheckContext) -> int:
    return 12 * int(ctx.params["years"])
