"""What the company declares of who controls it, and what it does not."""

from functools import partial

from duediligence.checks.toolkit import CLEAR
from duediligence.checks.toolkit.companies import (
    NO_INCORPORATION,
    dead,
    declares_owners,
    is_voluntary,
)
from duediligence.checks.toolkit.wording import on, plain

from duediligence.contracts import CheckContext, check
from duediligence.model import NOT_APPLICABLE, Dossier, Outcome, Statement, known
from duediligence.model.facts import joined, say

_BASIS = "Companies Act 2006 Part 21A"
# Production data has this misspelling; the enumeration has it too.
_NOBODY = ("no-individual-or-entity-with-signficant", "no-individual-or-entity-with-significant")
_RESTRICTIONS = "restrictions-notice-issued-to-psc"
_TROUBLE_HIGH = (
    "psc-exists-but-not-identified",
    "psc-contacted-but-no-response",
    "psc-has-failed-to-confirm-changed-details",
)
_TROUBLE = ("psc-details-not-confirmed",)
_UNIDENTIFIED = (
    "no-beneficial-owner-identified",
    "at-least-one-beneficial-owner-unidentified",
    "information-not-provided-for-at-least-one-beneficial-owner",
)


ownership_check = partial(check, topic="ownership", needs=Dossier)


@ownership_check(
    id="CH-OWN-01",
    title="Says that nobody controls it",
    question="the company says that nobody controls it",
    severity="low",
    basis=_BASIS,
    reads=("company", "owners", "statements", "psc_exempt"),
)
def nobody(dossier: Dossier, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """The company declares that no person or firm holds more than a quarter of it or controls it.

    About 6 in 100 companies say so, and the law asks them to: it is information. Ask for the list
    of shareholders. Four or more equal owners are a good reason; guarantee companies, charities,
    CICs and plcs normally have none and are not flagged.
    """
    company = known(dossier.company)
    if dead(company) or not declares_owners(company) or _rightly_none(dossier):
        return NOT_APPLICABLE
    said = _active(dossier, _NOBODY)
    if not said or _has_active_owner(dossier):
        return CLEAR
    return Outcome(
        "review",
        why=say("It declared{on} that nobody has significant control.", on=on(said[0].notified_on)),
        next_step="Ask for the list of shareholders, and who decides.",
    )


@ownership_check(
    id="CH-OWN-02",
    title="No owners declared at all",
    question="the company has declared its owners",
    severity="high",
    basis=_BASIS,
    params={"days": 28},
    reads=("company", "owners", "statements", "psc_exempt"),
)
def undeclared(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """The register has no owner, no statement that there is none, and no exemption.

    The law asks for one of the three. Ask who owns it. English limited partnerships, societies
    and CIOs are outside the rule; a company under 28 days old still has time.
    """
    company = known(dossier.company)
    if dead(company) or not declares_owners(company) or company.partial:
        return NOT_APPLICABLE
    if known(dossier.psc_exempt) or _has_active_owner(dossier):
        return CLEAR
    if any(statement.ceased_on is None for statement in known(dossier.statements)):
        return CLEAR
    if company.created_on is None:
        return NO_INCORPORATION
    if (ctx.today - company.created_on).days <= int(ctx.params["days"]):
        return CLEAR
    return Outcome(
        "adverse",
        why="The register names no owner, holds no statement about them, and no exemption.",
        next_step="Ask for proof of who owns and controls the company.",
        severity="medium" if is_voluntary(dossier) else None,
    )


@ownership_check(
    id="CH-OWN-03",
    title="Owner not found or not answering",
    question="every owner was found and answers",
    severity="medium",
    basis="Companies Act 2006 ss.790CB-790EC",
    params={"steps_days": 90, "awaiting_days": 28},
    reads=("statements",),
)
def trouble(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """The company says that it has an owner that it cannot name, reach or confirm.

    High where one exists and is not identified or does not answer. Ask who it is. Old statements
    that nobody ended are common: check the date.
    """
    allowed = {
        "steps-to-find-psc-not-yet-completed": int(ctx.params["steps_days"]),
        "awaiting-confirmation-from-psc": int(ctx.params["awaiting_days"]),
    }
    found = [
        *_active(dossier, (*_TROUBLE_HIGH, *_TROUBLE)),
        *(
            said
            for code, days in allowed.items()
            for said in _active(dossier, (code,))
            if said.notified_on is None or (ctx.today - said.notified_on).days > days
        ),
    ]
    if not found:
        return CLEAR
    return Outcome(
        "review",
        why=say(
            "{codes}.",
            codes=joined(
                "; ",
                [say("{code}{on}", code=plain(one.code), on=on(one.notified_on)) for one in found],
            ),
        ),
        next_step="Ask who the owner is and what the company has done to find out.",
        severity="high" if any(s.code.startswith(_TROUBLE_HIGH) for s in found) else None,
    )


@ownership_check(
    id="CH-OWN-04",
    title="Restrictions notice on an owner",
    question="an owner has a restrictions notice",
    severity="high",
    basis="Companies Act 2006 Sch 1B para 1",
    reads=("statements",),
)
def restrictions(dossier: Dossier, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """The company has frozen someone's shares because they would not say who they are.

    Very rare. Ask who holds those shares and how it ended. The company itself did its duty here:
    the doubt is about the owner.
    """
    found = _active(dossier, (_RESTRICTIONS,))
    if not found:
        return CLEAR
    return Outcome(
        "adverse",
        why=say("A restrictions notice is in force, notified{on}.", on=on(found[0].notified_on)),
        next_step="Ask who holds the restricted shares, and read the filing.",
    )


@ownership_check(
    id="CH-OWN-05",
    title="Says two things about its owners",
    question="the company says two things about its owners",
    severity="low",
    basis=_BASIS,
    reads=("owners", "statements"),
)
def contradiction(dossier: Dossier, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """The register names an owner and also holds the statement that there is none.

    One of the two is wrong. Ask which. Usually someone forgot to end the old statement, which hides
    nobody: the owner is named.
    """
    said = _active(dossier, _NOBODY)
    if not said or not _has_active_owner(dossier):
        return CLEAR
    return Outcome(
        "review",
        why=say(
            "It named an owner, but has said since{on} that there is none.",
            on=on(said[0].notified_on) or say(" a date not given"),
        ),
        next_step="Ask who owns it, and ask the company to correct the register.",
    )


@ownership_check(
    id="CH-OWN-06",
    title="Overseas entity without known owners",
    question="the owners of the overseas entity are known",
    severity="high",
    basis="Economic Crime (Transparency and Enforcement) Act 2022 s.4 and Sch 1",
    reads=("company", "statements"),
)
def overseas_unidentified(dossier: Dossier, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """The overseas entity says that some or all of its beneficial owners are not identified.

    Ask for proof of who they are. A listed or widely held parent abroad may honestly have none
    above the threshold.
    """
    if known(dossier.company).type != "registered-overseas-entity":
        return NOT_APPLICABLE
    found = _active(dossier, _UNIDENTIFIED)
    if not found:
        return CLEAR
    return Outcome(
        "adverse",
        why=say(
            "It declared{on}: {code}.",
            on=on(found[0].notified_on),
            code=plain(found[0].code),
        ),
        next_step="Ask for proof of who the beneficial owners are.",
    )


def _has_active_owner(dossier: Dossier) -> bool:
    return any(owner.active for owner in known(dossier.owners))


def _rightly_none(dossier: Dossier) -> bool:
    plc = known(dossier.company).type in ("plc", "old-public-company")
    return plc or is_voluntary(dossier) or known(dossier.psc_exempt)


def _active(dossier: Dossier, codes: tuple[str, ...]) -> list[Statement]:
    """Return statements in force of these codes, and of the same for partnerships
    (`…-partnership`).
    """
    return [
        statement
        for statement in known(dossier.statements)
        if statement.ceased_on is None and statement.code.startswith(codes)
    ]
