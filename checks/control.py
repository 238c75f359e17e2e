"""Who stands at the end of the chain of corporate owners, and where."""

from functools import partial

from duediligence.checks.toolkit import CLEAR
from duediligence.checks.toolkit.companies import (
    dead,
    is_llp,
    is_partnership,
    is_voluntary,
    needs_no_owner,
)
from duediligence.checks.toolkit.people import (
    directing,
    every_owner,
    find_named_place,
    is_british,
    is_firm,
    registered_in,
)
from duediligence.checks.toolkit.wording import party

from duediligence.contracts import CheckContext, check
from duediligence.model import (
    NOT_APPLICABLE,
    Company,
    Dossier,
    Outcome,
    Owner,
    Parent,
    Severity,
    known,
)
from duediligence.model.facts import Value, joined, listed, say, word

# Places where neither owners nor accounts are open to the public and shell companies are sold.
# Short on purpose: an index of secrecy flags the Netherlands, Japan and the United States.
SECRECY = (
    "Virgin Islands; BVI; Tortola; Cayman Islands; Panama; Seychelles; Belize; "
    "Marshall Islands; Samoa; Vanuatu; Bahamas; Anguilla; Nevis; Liberia; Cook Islands; Dominica; "
    "Saint Vincent; St Vincent; Turks and Caicos; Labuan; Comoros"
)


ownership_check = partial(check, topic="ownership", needs=Dossier)


@ownership_check(
    id="CH-OWN-08",
    title="Corporate owner in a secrecy jurisdiction",
    question="a corporate owner is in a secrecy jurisdiction",
    severity="high",
    basis="Global Witness (2018); Transparency International UK, Partners in Crime (2022)",
    params={"jurisdictions": SECRECY},
    reads=("owners",),
)
def secrecy(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """An owner is a company registered where owners need not be made public.

    Ask for the people behind it, with proof. Listed groups and investment funds use such places
    too. The list of places is short and you can change it; countries are free text on the register.
    """
    found = [
        (owner, place)
        for owner in every_owner(dossier)
        if is_firm(owner)
        and (place := find_named_place(registered_in(owner), str(ctx.params["jurisdictions"])))
    ]
    if found:
        return Outcome(
            "review",
            why=say(
                "{owners}.",
                owners=joined(
                    "; ",
                    dict.fromkeys(
                        say("{owner}, registered in {place}", owner=party(o), place=word(place))
                        for o, place in found
                    ),
                ),
            ),
            next_step="Before you go on, ask for documents that show which people own it.",
        )
    firms = [owner for owner in known(dossier.owners) if owner.active and is_firm(owner)]
    if not firms:
        return NOT_APPLICABLE
    placeless = [party(owner) for owner in firms if not registered_in(owner)]
    return _report_placeless_firms(placeless) if placeless else CLEAR


@ownership_check(
    id="CH-OWN-09",
    title="Foreign company registered as owner",
    question="a foreign company is registered as owner",
    severity="high",
    basis="Companies Act 2006 s.790C(6)-(7): only a relevant legal entity may be entered",
    reads=("owners",),
)
def foreignfirm(dossier: Dossier, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """An owner is a company from abroad, which may be entered only if its shares are listed.

    Otherwise the people behind it must be named instead. Ask for them. Private parent companies
    abroad are often entered by mistake, and listed groups correctly: find out which it is.
    """
    firms = [o for o in known(dossier.owners) if o.active and is_firm(o)]
    firms = [o for o in firms if "beneficial-owner" not in o.kind]
    if not firms:
        return NOT_APPLICABLE
    foreign = [party(o) for o in firms if is_british(o) is False]
    if foreign:
        return Outcome(
            "review",
            why=say("Entered as owner and registered abroad: {firms}.", firms=listed(foreign)),
            next_step="Ask whether it is listed, and where; if not, which people own it.",
        )
    placeless = [party(o) for o in firms if is_british(o) is None]
    return _report_placeless_firms(placeless) if placeless else CLEAR


@ownership_check(
    id="CH-OWN-10",
    title="Ownership cannot be traced to people",
    question="ownership can be traced to people",
    severity="medium",
    basis="Procurement Act 2023 Sch 6 para 45; FATF Recommendation 24",
    reads=("owners", "parents"),
)
def untraceable(dossier: Dossier, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """A chain of owners ends in a company that no UK register says more about.

    High where no chain at all ends in a person. Ask for the structure. Chains that end in a
    charity, a public body, a plc or people whose details are protected are in order; a mistyped
    number of an owner also breaks a chain.
    """
    owners = [owner for owner in known(dossier.owners) if owner.active]
    if not any(is_firm(owner) for owner in owners):
        return NOT_APPLICABLE
    parents = known(dossier.parents)
    ends = {o: _classify_chain_step(o, p) for p in parents if (o := p.owner)}
    dead_ends = [(party(p.owner), p.why_not) for p in parents if ends[p.owner] == "nowhere"]
    above = [one for parent in parents for one in parent.owners if one.active]
    unfollowed = [party(o) for o in (*owners, *above) if is_firm(o) and o not in ends]
    dead_ends += [(name, "it was not followed further") for name in unfollowed]
    if not dead_ends:
        return CLEAR
    traced = any(not is_firm(o) for o in owners) or "in people" in ends.values()
    severity: Severity | None = None if traced else "high"
    return Outcome(
        "review",
        why=say(
            "{ends}.",
            ends=joined(
                "; ",
                [
                    say("{owner}: {why}", owner=owner, why=word(why or "no owners on record"))
                    for owner, why in dead_ends
                ],
            ),
        ),
        next_step="Ask for the ownership structure up to the people, with documents.",
        severity=severity,
    )


@ownership_check(
    id="CH-OWN-11",
    title="Circular ownership",
    question="ownership is circular",
    severity="high",
    basis="Global Witness, The Companies We Keep (2018): 328 companies; Companies Act 2006 s.136",
    reads=("owners", "parents"),
)
def circular(dossier: Dossier, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """Following the owners upward leads back to a company that is already in the chain.

    Nobody is then named at its end. Ask who decides. Often a company entered its own number as its
    owner's.
    """
    if not any(is_firm(owner) for owner in known(dossier.owners) if owner.active):
        return NOT_APPLICABLE
    found = [party(parent.owner) for parent in known(dossier.parents) if parent.circular]
    if not found:
        return CLEAR
    return Outcome(
        "adverse",
        why=say(
            "The chain of owners leads back to itself through {owners}.",
            owners=listed(found),
        ),
        next_step="Ask for documents that show which people own the company.",
    )


@ownership_check(
    id="CH-OWN-12",
    title="Opaque partnership",
    question="an opaque partnership is an owner",
    severity="high",
    basis="Transparency International UK, Partners in Crime (2022): 21,000 LLPs",
    params={"jurisdictions": SECRECY, "mass": 400, "partnerships": 24},
    reads=("company", "officers", "same_address"),
)
def opaque_partnership(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """An LLP or limited partnership shows two of the three signs of a mass-produced shell.

    Partners registered in a secrecy jurisdiction; an address of hundreds of companies; a partner
    of dozens of partnerships. Ask for the people behind it. Firms of solicitors, accountants and
    doctors are LLPs too, and show one at most.
    """
    company = known(dossier.company)
    if dead(company) or not is_partnership(company):
        return NOT_APPLICABLE
    officers = [o for o in known(dossier.officers) if o.active]
    partners = directing(officers) if is_llp(company) else officers
    places = str(ctx.params["jurisdictions"])
    signs = []
    if secret := [
        party(o)
        for o in partners
        if o.corporate
        and find_named_place(
            registered_in(Owner(kind="", registered_at=o.registered_at, address=o.address)), places
        )
    ]:
        signs.append(say("partners in a secrecy jurisdiction ({firms})", firms=listed(secret)))
    if known(dossier.same_address) >= int(ctx.params["mass"]):
        companies = known(dossier.same_address)
        signs.append(say("an address of {companies} companies", companies=companies))
    if isinstance(dossier.appointments, tuple):
        ids = {o.officer_id for o in partners if o.officer_id}
        held = [a for a in dossier.appointments if a.officer_id in ids and "llp" in a.role]
        if len(held) >= int(ctx.params["partnerships"]):
            signs.append(say("partners of {held} other partnerships", held=len(held)))
    if len(signs) < 2:
        return CLEAR
    return Outcome(
        "review",
        why=say("It has {signs}.", signs=joined("; ", signs)),
        next_step="Ask for documents that show which people own and run it.",
        severity="medium" if is_voluntary(dossier) else None,
    )


def _classify_chain_step(owner: Owner, parent: Parent) -> str:
    """Return how the chain goes on at a step: in people, in a body that nobody owns, upward,
    nowhere.
    """
    # A circle has a rule of its own, a legal person is a public body, and who consolidates accounts
    # need not be an owner: the register's own chain is what must lead to people.
    if parent.circular or not is_firm(owner) or owner.by_gleif:
        return "elsewhere"
    active = [one for one in parent.owners if one.active and not one.by_gleif]
    if any(not is_firm(one) for one in active):
        return "in people"
    if active:
        return "upward"
    company: Company | None = parent.company
    return "elsewhere" if company is not None and needs_no_owner(company) else "nowhere"


def _report_placeless_firms(firms: list[Value]) -> Outcome:
    return Outcome(
        "unknown",
        why=say(
            "The register does not say where they are registered: {firms}.", firms=listed(firms)
        ),
    )
