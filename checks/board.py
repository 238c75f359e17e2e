"""Whether anyone directs the company, and how long its directors stay."""

from datetime import date, timedelta
from functools import partial

from duediligence.checks.toolkit import CLEAR
from duediligence.checks.toolkit.companies import dead, has_directors, is_llp, is_voluntary
from duediligence.checks.toolkit.people import began, directing, formation_agent
from duediligence.checks.toolkit.wording import party

from duediligence.contracts import CheckContext, check
from duediligence.model import NOT_APPLICABLE, Company, Dossier, Officer, Outcome, known
from duediligence.model.facts import count, listed, say
from duediligence.text.dates import months_before

_VOLUNTARY_ALLOWANCE = 3  # trustees rotate yearly
_SAME_TIME = 180  # days between the changes of one take-over


people_check = partial(check, topic="people", needs=Dossier, reads=("company", "officers"))


@people_check(
    id="CH-PPL-01",
    title="No director in office",
    question="a director is in office",
    severity="high",
    basis="Companies Act 2006 s.154; Limited Liability Partnerships Act 2000 s.2",
)
def nobody_directs(dossier: Dossier, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """The register shows no director, or no member of the LLP, in office.

    Nobody can sign for it. Ask who directs it. An appointment that was not filed yet is the usual
    innocent reason. Societies, charter bodies and CIOs have their boards on other registers.
    """
    company = known(dossier.company)
    if dead(company) or not has_directors(company) or company.partial:
        return NOT_APPLICABLE
    if directing(known(dossier.officers)):
        return CLEAR
    return Outcome(
        "adverse",
        why="The register shows nobody in office as a member of the LLP."
        if is_llp(company)
        else "The register shows nobody in office as a director.",
        next_step="Ask who directs the company and may sign, with the appointment in writing.",
    )


@people_check(
    id="CH-PPL-02",
    title="No human director",
    question="at least one director is a person",
    severity="high",
    basis="Companies Act 2006 s.155: at least one director who is a natural person",
)
def only_corporate(dossier: Dossier, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """All directors in office are companies, though the law asks for at least one person.

    Ask who decides. An LLP may lawfully have companies as all its members. Roles are sometimes
    filed wrongly, so see the filing.
    """
    company = known(dossier.company)
    if dead(company) or is_llp(company) or not has_directors(company) or company.partial:
        return NOT_APPLICABLE
    directors = directing(known(dossier.officers))
    if not directors:
        return NOT_APPLICABLE
    if not all(officer.corporate for officer in directors):
        return CLEAR
    return Outcome(
        "adverse",
        why=say(
            "All directors in office are companies: {firms}.", firms=listed(map(party, directors))
        ),
        next_step="Ask which people decide for the company.",
    )


@people_check(
    id="CH-PPL-03",
    title="Directors come and go",
    question="directors come and go",
    severity="medium",
    basis="FATF and Egmont Group (2018), Concealment of Beneficial Ownership",
    params={"months": 24, "ratio": 2.0},
)
def churn(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """In two years at least twice as many directors joined and left as there are in office.

    Medium from twice as many again, else low: boards of two change for a birth, an illness or a
    sale. Ask what happened. Charity trustees rotate yearly, so voluntary bodies are allowed three
    times as many. Agents who formed the company and left the same day are not counted.
    """
    company = known(dossier.company)
    if dead(company) or not has_directors(company):
        return NOT_APPLICABLE
    directors = _list_board_directors(dossier, company.created_on)
    active = len([d for d in directors if d.active])
    if not active:
        return NOT_APPLICABLE
    start = months_before(ctx.today, int(ctx.params["months"]))
    came = [d for d in directors if (b := began(d)) and b >= start and not _is_founder(d, dossier)]
    went = [d for d in directors if d.resigned_on and d.resigned_on >= start]
    allowed = float(ctx.params["ratio"]) * (_VOLUNTARY_ALLOWANCE if is_voluntary(dossier) else 1)
    # One director who followed another is two changes for a board of one, and no churn.
    if len(came) + len(went) < max(allowed * active, 3):
        return CLEAR
    return Outcome(
        "review",
        why=say(
            "{came} and {went} of directors in {months} months, with {active} in office.",
            came=count(len(came), "appointment"),
            went=count(len(went), "resignation"),
            months=int(ctx.params["months"]),
            active=active,
        ),
        next_step="Ask why the directors changed, and who has been there throughout.",
        severity="low" if len(came) + len(went) < 2 * max(allowed * active, 3) else None,
    )


@people_check(
    id="CH-PPL-04",
    title="Whole board replaced at once",
    question="the whole board was replaced at once",
    severity="medium",
    basis="FATF and Egmont Group (2018); Companies House guidance on company hijack",
    params={"days": 30, "months": 24},
)
def board_replaced(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """Every director left, and new ones came, within one month in the last two years.

    It is then a different firm under an old number. Ask who sold and who bought. An acquisition
    looks the same, and is its ordinary cause: medium where within half a year of it the name
    changed as well, for then the firm that others knew is gone, else low. For voluntary bodies a
    merger or a new election looks the same (low).
    """
    company = known(dossier.company)
    if dead(company) or not has_directors(company):
        return NOT_APPLICABLE
    directors = _list_board_directors(dossier, company.created_on)
    now = [d for d in directors if d.active]
    went = [d for d in directors if d.resigned_on]
    if not now or not went or any(began(d) is None for d in now):
        return CLEAR
    first = min(b for d in now if (b := began(d)))
    former = [d for d in went if (began(d) or date.min) < first]
    last = max((d.resigned_on for d in former if d.resigned_on), default=None)
    if last is None or abs(last - first) > timedelta(days=int(ctx.params["days"])):
        return CLEAR
    if first < months_before(ctx.today, int(ctx.params["months"])):
        return CLEAR
    return Outcome(
        "review",
        why=say(
            "All directors now in office were appointed from {first} onwards; "
            "the last of the former board left on {last}.",
            first=first,
            last=last,
        ),
        next_step="Ask who sold the company and who bought it, and what it did before.",
        severity="low" if is_voluntary(dossier) or not _is_renamed(company, first) else None,
    )


def _is_renamed(company: Company, about: date) -> bool:
    """Return whether the name changed about that day."""
    near = timedelta(days=_SAME_TIME)
    return any(one.until and abs(one.until - about) <= near for one in company.former_names)


def _list_board_directors(dossier: Dossier, created_on: date | None) -> list[Officer]:
    return [
        officer
        for officer in known(dossier.officers)
        if officer.director and not formation_agent(officer, created_on)
    ]


def _is_founder(officer: Officer, dossier: Dossier) -> bool:
    created_on = known(dossier.company).created_on
    return created_on is not None and officer.appointed_on == created_on
