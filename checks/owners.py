"""Who the owners are: their age, for whom they hold, and whether they are marked as sanctioned."""

from functools import partial

from duediligence.checks.toolkit import CLEAR
from duediligence.checks.toolkit.events import find_single_event, of_somebody
from duediligence.checks.toolkit.people import every_owner, is_british
from duediligence.checks.toolkit.wording import derive_age_range, party

from duediligence.contracts import CheckContext, check
from duediligence.model import NOT_APPLICABLE, Dossier, Outcome, known
from duediligence.model.circumstances import Circumstance
from duediligence.model.facts import joined, listed, say, tag_birth_date

ownership_check = partial(check, topic="ownership", needs=Dossier, reads=("owners",))


@ownership_check(
    id="CH-OWN-07",
    title="Owner of an implausible age",
    question="the age of each owner is plausible",
    severity="high",
    basis="Global Witness, The Companies We Keep (2018): owners aged 1, and over 138",
    params={"years": 100},
)
def owner_age(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """An owner would be more than 100 years old, or was under two when notified (low).

    An identity may be made up, or an owner has died and nobody reported it. Most often the birth
    year was mistyped, and a child may lawfully own shares.
    """
    people = [o for o in known(dossier.owners) if o.active and o.person and not o.super_secure]
    if not people:
        return NOT_APPLICABLE
    old = [
        o
        for o in people
        if o.birth_date and derive_age_range(o.birth_date, ctx.today)[0] > int(ctx.params["years"])
    ]
    infant = [
        o
        for o in people
        if o.birth_date and o.notified_on and derive_age_range(o.birth_date, o.notified_on)[1] < 2
    ]
    if old or infant:
        return Outcome(
            "review",
            why=say(
                "{owners}.",
                owners=joined(
                    "; ",
                    [
                        say(
                            "{owner}, born {born}",
                            owner=party(o),
                            born=tag_birth_date(o.birth_date),
                        )
                        for o in (*old, *infant)
                        if o.birth_date
                    ],
                ),
            ),
            next_step="Ask for proof of who the owner is.",
            severity=None if old else "low",
        )
    without = [party(o) for o in people if not o.birth_date]
    if without:
        return Outcome(
            "unknown", why=say("No birth date on the register: {owners}.", owners=listed(without))
        )
    return CLEAR


@ownership_check(
    id="CH-OWN-13",
    title="Control through a trust",
    question="control is held through a trust",
    severity="low",
    basis="Companies Act 2006 Sch 1A para 6",
)
def trust(dossier: Dossier, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """Someone controls the company as trustee or through a trust (medium if one is from abroad).

    Ask who benefits. Family companies and employee trusts are the usual case.
    """
    held = [
        owner
        for owner in known(dossier.owners)
        if owner.active
        and not owner.super_secure
        and any("-as-trust" in n or "over-trust" in n for n in owner.natures)
    ]
    if not held:
        return CLEAR
    abroad = [owner for owner in held if is_british(owner) is False]
    return Outcome(
        "review",
        why=say("Control is held through a trust by {owners}.", owners=listed(map(party, held))),
        next_step="Ask who benefits from the trust.",
        severity="medium" if abroad else None,
    )


@ownership_check(
    id="CH-OWN-14",
    title="Beneficial owner marked as sanctioned",
    question="a beneficial owner is marked as sanctioned",
    severity="critical",
    basis="Register of Overseas Entities: is_sanctioned; SAMLA 2018",
    circumstances=("designation",),
)
def marked_sanctioned(dossier: Dossier, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """The register itself marks a beneficial owner, here or further up, as sanctioned.

    Do not pay or award until you know. Compare with the UK Sanctions List and ask your legal
    team. The mark may be older than a delisting.
    """
    found = [owner for owner in every_owner(dossier) if owner.sanctioned]
    if found:
        return Outcome(
            "adverse",
            why=say(
                "Marked on the register as sanctioned: {owners}.", owners=listed(map(party, found))
            ),
            circumstances=(Circumstance(kind="designation", whom="connected person"),),
            next_step="Compare with the UK Sanctions List. Do not pay or award: ask your legal "
            "team.",
            event=find_single_event(of_somebody("designation", owner) for owner in found),
        )
    overseas = [o for o in known(dossier.owners) if o.active and "beneficial-owner" in o.kind]
    if not overseas:
        return NOT_APPLICABLE
    if any(o.sanctioned is None for o in overseas if not o.super_secure):
        return Outcome("unknown", why="The source does not say whether an owner is sanctioned.")
    return CLEAR
