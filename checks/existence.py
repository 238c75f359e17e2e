"""Whether the supplier is the legal entity that it says it is, and how long that has existed."""

from functools import partial

from duediligence.checks.toolkit import CLEAR, not_told, report_unread_parts
from duediligence.checks.toolkit.companies import (
    NO_INCORPORATION,
    dead,
    is_voluntary,
    registered_elsewhere,
    unknown_status,
)
from duediligence.checks.toolkit.wording import on, plain

from duediligence.contracts import CheckContext, check
from duediligence.model import (
    NOT_APPLICABLE,
    OUT_OF_SCOPE,
    Charity,
    Dossier,
    Missing,
    NotHeld,
    NotInScope,
    NotKnown,
    Outcome,
    Severity,
    known,
)
from duediligence.model.circumstances import Circumstance
from duediligence.model.facts import days_since, firm, say, word
from duediligence.text.dates import months_before
from duediligence.text.legal_forms import ends_in_legal_form

# Typed into a required field by someone who had no number (32 registered charities do).
_PLACEHOLDERS = frozenset({"00000000", "01234567", "12345678", "11111111", "99999999"})
_FALSE_BASIS = "strike-off-under-section-1002a"
_OVERSEAS_GONE = "overseas-entity-dissolved"
_ELSEWHERE = "Bodies with this number are on another register, which was not read."
_NO_ANNOTATIONS = "The source does not report the registrar's annotations."


existence_check = partial(check, topic="existence", needs=Dossier)


@existence_check(
    id="CH-EXI-01",
    title="Company number not on the register",
    question="the company number is on the register",
    severity="critical",
    basis="Companies Act 2006 s.1066: a registered company has a number",
)
def not_on_register(dossier: Dossier, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """Companies House has no company with the number that the supplier gave.

    Ask the supplier for its certificate of incorporation and look the number up yourself. Most
    often it is a typing error: about 4 in 100 registered charities cite a number that is not live,
    so this is medium where the supplier's charity is registered. Bodies on other registers (CIOs,
    mutuals) are not flagged; unless one of those registers was read, nothing is known about them.
    """
    number = dossier.supplier.company_number
    if not number:
        return NOT_APPLICABLE
    if isinstance(dossier.company, NotInScope):
        return OUT_OF_SCOPE
    if isinstance(dossier.company, NotKnown):
        return report_unread_parts(dossier.company, otherwise="The company was not looked up.")
    if not isinstance(dossier.company, NotHeld):
        return CLEAR
    charity = isinstance(dossier.charity, Charity)
    if registered_elsewhere(number):
        return (
            NOT_APPLICABLE
            if charity
            else report_unread_parts(dossier.company, otherwise=_ELSEWHERE)
        )
    return Outcome(
        "adverse",
        why=say("Companies House has no company {number}.", number=word(number)),
        next_step="Ask for the certificate of incorporation. Do not sign with a company that is "
        "not on the register.",
        severity="medium" if charity else None,
    )


@existence_check(
    id="CH-EXI-02",
    title="Name does not fit the number",
    question="the name fits the number",
    severity="low",
    basis="Procurement guidance: check name and number against the register first",
    params={"fits": 0.8, "differs": 0.6},
)
def name_does_not_fit(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """No name of the entity with this number, current or former, fits the supplier's.

    Everything else here is about the entity with that number. Ask which of the two you would
    contract with. Low where yours has no legal form: it is then mostly a trading name, as of most
    care homes. A name that ends in Ltd and is not on the register is medium, high where it is
    quite different: a number is mistyped, a group mixed up, or someone uses another firm's number.
    """
    resolution = dossier.resolution
    if resolution.how == "none":
        return NOT_APPLICABLE
    score = resolution.name_score
    if score is None:
        return _not_compared(dossier)
    if score >= float(ctx.params["fits"]):
        return CLEAR
    entity = next(
        (part.name for part in (dossier.company, dossier.charity) if not isinstance(part, Missing)),
        "another name",
    )
    severity: Severity | None = None
    if ends_in_legal_form(dossier.supplier.name):
        severity = "medium" if score >= float(ctx.params["differs"]) else "high"
    return Outcome(
        "review",
        why=say(
            "The buyer's record says '{ours}', the register says '{theirs}'.",
            ours=firm(dossier.supplier.name),
            theirs=firm(entity),
        ),
        next_step="Ask the supplier for its registered name and number, and correct your record.",
        severity=severity,
    )


def _not_compared(dossier: Dossier) -> Outcome:
    """Return why no name on the register could be compared; CH-EXI-01 says where there is no
    entity.
    """
    parts = (dossier.company, dossier.charity)
    if any(isinstance(part, NotInScope) for part in parts):
        return OUT_OF_SCOPE
    unknown = [part for part in parts if isinstance(part, NotKnown)]
    if not unknown and all(isinstance(part, NotHeld) for part in parts):
        return NOT_APPLICABLE
    return report_unread_parts(
        *unknown, otherwise="The name was not compared with that on the register."
    )


@existence_check(
    id="CH-EXI-03",
    title="Placeholder instead of a company number",
    question="the company number is a placeholder",
    severity="high",
    basis="Register practice: such numbers are typed where a form demands one",
)
def placeholder(dossier: Dossier, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """The company number looks typed to fill a field, such as 12345678.

    Ask for the true number; what the register says about this one may concern somebody else.
    Bodies without a company number (parish councils, clubs, sole traders) often do this in good
    faith.
    """
    number = dossier.supplier.company_number
    if not number:
        return NOT_APPLICABLE
    if number not in _PLACEHOLDERS:
        return CLEAR
    return Outcome(
        "review",
        why=say("{number} is a number that people type when they have none.", number=word(number)),
        next_step="Ask the supplier whether it is a company at all, and for its number.",
    )


@existence_check(
    id="CH-EXI-04",
    title="Dissolved, closed or removed",
    question="the company still exists",
    severity="critical",
    basis="Companies Act 2006 ss.1000-1003 and 1012",
    reads=("company",),
    circumstances=("ceased business",),
)
def gone(dossier: Dossier, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """The entity no longer exists under this number: it cannot sign, be paid or be sued.

    Ask who you would be contracting with. A conversion, such as from a company into a CIO, is often
    harmless and leaves a successor with another number.
    """
    company = known(dossier.company)
    if why := unknown_status(company):
        return Outcome("unknown", why=why)
    if not dead(company):
        return CLEAR
    converted = company.status == "converted-closed"
    return Outcome(
        "adverse",
        why=say(
            "{company} is {status}{on}.",
            company=firm(company.name),
            status=plain(company.status),
            on=on(company.ceased_on),
        ),
        circumstances=() if converted else (Circumstance(kind="ceased business", continues=True),),
        next_step="Ask for the number of the successor and check that instead."
        if converted
        else "Do not sign or pay under this number. Ask who trades now, and under which number.",
        severity="high" if converted else None,
    )


@existence_check(
    id="CH-EXI-05",
    title="Newly incorporated",
    question="the company is newly incorporated",
    severity="low",
    basis="Transparency International UK, Track and Trace (2021): firms of less than 60 days",
    params={"new_days": 60, "recent_months": 24},
    reads=("company",),
)
def newly_incorporated(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """The company is young: high below 60 days (medium for voluntary bodies), low below 24 months.

    It has no accounts to judge by. Ask for references, management accounts or a parent company
    guarantee. About one company in seven is under a year old: new special-purpose companies,
    charities that became companies, and joint ventures are ordinary.
    """
    company = known(dossier.company)
    if dead(company):
        return NOT_APPLICABLE
    if company.created_on is None:
        return NO_INCORPORATION
    days = (ctx.today - company.created_on).days
    new = days < int(ctx.params["new_days"])
    if company.created_on <= months_before(ctx.today, int(ctx.params["recent_months"])):
        return CLEAR
    severity: Severity | None = None
    if new:
        severity = "medium" if is_voluntary(dossier) else "high"
    return Outcome(
        "review",
        why=say(
            "Incorporated on {created}{ago}.",
            created=company.created_on,
            ago=say(
                ", {days} days ago",
                days=days_since(min(company.created_on, ctx.today), ctx.today),
            ),
        ),
        next_step="Ask for references and management accounts, and who ran the business before.",
        severity=severity,
    )


@existence_check(
    id="CH-EXI-06",
    title="Registered on a false basis",
    question="the company was registered on a false basis",
    severity="critical",
    basis="Companies Act 2006 s.1002A, in force 18 March 2025",
    reads=("company",),
    circumstances=("annotation of the registrar",),
)
def false_basis(dossier: Dossier, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """The registrar says that the application to register or restore it was misleading or false.

    The registrar is striking the company off for that. This is rare and official: no innocent
    pattern looks like it, but read the annotation and let the supplier respond.
    """
    company = known(dossier.company)
    if company.annotations is None:
        return not_told(dossier, _NO_ANNOTATIONS)
    found = [code for code in company.annotations if code.startswith(_FALSE_BASIS)]
    if not found:
        return CLEAR
    return Outcome(
        "adverse",
        why=say("The registrar's annotation: {annotation}.", annotation=plain(found[0])),
        circumstances=(Circumstance(kind="annotation of the registrar"),),
        next_step="Read the annotation on the register and take it to your legal team.",
    )


@existence_check(
    id="CH-EXI-07",
    title="Overseas entity that has ceased to exist at home",
    question="the overseas entity still exists at home",
    severity="high",
    basis="Economic Crime (Transparency and Enforcement) Act 2022 Part 1",
    reads=("company",),
)
def overseas_gone(dossier: Dossier, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """The registrar believes that this overseas entity was dissolved or wound up at home.

    Ask for a recent extract from its home register. A merger abroad may explain it: if so, ask who
    took its place.
    """
    company = known(dossier.company)
    if company.type != "registered-overseas-entity":
        return NOT_APPLICABLE
    if company.annotations is None:
        return not_told(dossier, _NO_ANNOTATIONS)
    if not any(code.startswith(_OVERSEAS_GONE) for code in company.annotations):
        return CLEAR
    return Outcome(
        "adverse",
        why="The registrar has reason to believe that the entity has ceased to exist at home.",
        next_step="Ask for a recent extract from the register of its home country.",
    )
