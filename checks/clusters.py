"""Signs that mean little one by one and much together."""

from duediligence.checks.toolkit import CLEAR
from duediligence.checks.toolkit.companies import (
    NO_INCORPORATION,
    dead,
    has_directors,
    is_voluntary,
)
from duediligence.checks.toolkit.people import directing

from duediligence.contracts import CheckContext, check
from duediligence.model import NOT_APPLICABLE, Dossier, Outcome, known
from duediligence.model.facts import say, word
from duediligence.text.dates import months_before


@check(
    id="CH-ADR-08",
    title="New one-person company at a mass address",
    question="it is a new one-person company at a mass address",
    topic="address",
    needs=Dossier,
    severity="high",
    basis="Transparency International UK, Hiding in Plain Sight (2017); FATF (2018)",
    params={"mass": 400, "months": 12},
    reads=("company", "officers", "owners", "same_address"),
)
def new_shell(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """A company under a year old at a mass address, whose one director is its only owner.

    Each of these is ordinary by itself; together they are typical of shell companies. Meet the
    person, and see where the work is done. A sole trader who became a company and uses a mail
    service to protect a home address looks the same.
    """
    company = known(dossier.company)
    if dead(company) or is_voluntary(dossier) or not has_directors(company):
        return NOT_APPLICABLE
    if company.created_on is None:
        return NO_INCORPORATION
    directors = directing(known(dossier.officers))
    owners = [owner for owner in known(dossier.owners) if owner.active]
    alone = len(directors) == 1 and len(owners) <= 1
    new = company.created_on > months_before(ctx.today, int(ctx.params["months"]))
    companies = known(dossier.same_address)
    if not (alone and new and companies >= int(ctx.params["mass"])):
        return CLEAR
    return Outcome(
        "review",
        why=say(
            "Formed on {created}, one director, {owners}, at an address of {companies} companies.",
            created=company.created_on,
            owners=word("one owner" if owners else "no owner"),
            companies=companies,
        ),
        next_step="Meet the director, and see where the work is done and who does it.",
    )
