"""Whether directors and owners have proved who they are, as the law has asked since 2025."""

from collections.abc import Iterable
from datetime import date

from duediligence.checks.toolkit import CLEAR
from duediligence.checks.toolkit.companies import dead
from duediligence.checks.toolkit.people import began, directing
from duediligence.checks.toolkit.wording import format_agent, party

from duediligence.contracts import CheckContext, check
from duediligence.model import (
    NOT_APPLICABLE,
    OUT_OF_SCOPE,
    Clause,
    Company,
    Dossier,
    Officer,
    Outcome,
    Owner,
    known,
)
from duediligence.model.facts import joined, listed, say

_DIRECTORS = "Companies Act 2006 s.167M: no acting while unverified; acts stay valid, s.167M(6)"
_OWNERS = "Companies Act 2006 ss.790LM-790LS, as inserted by ECCTA 2023"
_RULE_BEGAN = date(2025, 11, 18)
_DEADLINE = date(2026, 11, 17)  # end of the transition for those in office before 18 Nov 2025
_NEXT = "Ask the company to verify them with Companies House, and check the register again."


@check(
    id="CH-IDV-01",
    title="Director's identity not verified",
    question="each director's identity is verified",
    topic="people",
    needs=Dossier,
    severity="medium",
    basis=_DIRECTORS,
    reads=("officers",),
)
def directors_unverified(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """A director has not verified their identity by the date that the register gives.

    Medium where the director came since 18 November 2025, from when nobody may act unverified; low
    where the register knew them before. Never high, for what the director does stays valid
    (Companies Act 2006 s.167M(6)). Ask why. The rule is new and about a third had done it half a
    year before its end, so being late is often only neglect. Corporate directors and secretaries
    need not verify yet and are not counted; for members of an LLP, only a date on the register
    counts.
    """
    if _has_dead_company(dossier):
        return NOT_APPLICABLE
    people = [o for o in directing(known(dossier.officers)) if not o.corporate and _in_scope(o)]
    return _assess_verification(people, ctx)


@check(
    id="CH-IDV-02",
    title="Owner's identity not verified",
    question="each owner's identity is verified",
    topic="ownership",
    needs=Dossier,
    severity="low",
    basis=_OWNERS,
    reads=("owners",),
)
def owners_unverified(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """A person with significant control has not verified their identity by the date given.

    Ask why. The rule is new, their deadline depends on their month of birth, and nothing stops a
    company whose owner is late. People whose details are protected are never flagged. Of many
    people the register says nothing yet: the dossier counts them, and they are no finding.
    """
    if _has_dead_company(dossier):
        return NOT_APPLICABLE
    people = [o for o in known(dossier.owners) if o.active and o.person and not o.super_secure]
    return _assess_verification(people, ctx)


def _assess_verification(people: Iterable[Officer | Owner], ctx: CheckContext) -> Outcome:
    people = list(people)
    if not people:
        return NOT_APPLICABLE
    late = [
        (person, due)
        for person in people
        if (due := _unverified_since(person, ctx.today)) and due < ctx.today
    ]
    if late:
        first = min(due for _, due in late)
        what = say(
            "Not verified, due by {due}: {people}.",
            due=first,
            people=listed(party(person) for person, _ in late),
        )
        vouched = _describe_former_agents(person for person, _ in late)
        return Outcome(
            "adverse",
            why=joined(" ", (what, *vouched)) if vouched else what,
            next_step=_NEXT,
            severity="low" if all(map(_was_known_before, late)) else None,
        )
    # Masses have no details yet: what the register does not say is no failure of the screening.
    silent = any(person.verification is None for person in people)
    return OUT_OF_SCOPE if silent and ctx.today > _DEADLINE else CLEAR


def _was_known_before(late: tuple[Officer | Owner, date]) -> bool:
    """Return whether it is an officer who was in office before the rule began."""
    person, _ = late
    since = began(person) if isinstance(person, Officer) else None
    return since is not None and since < _RULE_BEGAN


def _unverified_since(person: Officer | Owner, today: date) -> date | None:
    """Return the day from which this person ought to be verified and is not; None where they need
    not.
    """
    proof = person.verification
    if proof is None or proof.verified(today):
        return None
    if proof.started_on and proof.ended_on and proof.ended_on <= today:
        return max(proof.ended_on, proof.due_on or proof.ended_on)
    return proof.due_on


def _describe_former_agents(people: Iterable[Officer | Owner]) -> tuple[Clause, ...]:
    """Return which agents had vouched for people who are not verified any more."""
    agents = {p.verification.agent for p in people if p.verification and p.verification.agent}
    named = listed(map(format_agent, sorted(agents)))
    return (say("Vouched for before by {agents}.", agents=named),) if agents else ()


def _in_scope(officer: Officer) -> bool:
    # Sources differ on whether members of an LLP are within the rule yet.
    return "llp" not in officer.role or officer.verification is not None


def _has_dead_company(dossier: Dossier) -> bool:
    return isinstance(dossier.company, Company) and dead(dossier.company)
