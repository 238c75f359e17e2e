"""What suppliers declared of themselves, beside what was found."""

from collections.abc import Iterable
from typing import Final

from duediligence.checks.toolkit import CLEAR

from duediligence.contracts import CheckContext, check
from duediligence.law.declarations import may_be_investigation
from duediligence.model import (
    NOT_APPLICABLE,
    Contradiction,
    Declaration,
    Declared,
    Feature,
    Outcome,
)
from duediligence.model.answer_comparisons import (
    AnswerComparison,
    ComparedAnswers,
    DifferenceKind,
)
from duediligence.model.circumstances import Circumstance
from duediligence.model.declarations import grounds_of
from duediligence.model.facts import (
    NOTHING,
    Clause,
    clause_of,
    joined,
    listed,
    say,
    tag_quote,
    word,
)

# With these, the questions of the law were not asked of everyone, or of another company.
_GRAVE: Final[frozenset[DifferenceKind]] = frozenset(
    ("owner not declared", "parent not declared", "another number", "company dissolved")
)


@check(
    id="DCL-01",
    title="None stated, a finding points to one",
    topic="declarations",
    needs=Declared,
    severity="medium",
    basis="Procurement Act 2023 ss.26, 27 and 30; the supplier's own declaration",
    circumstances=("declaration",),
)
def contradicted(declared: Declared, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """The supplier stated nothing about a ground it was asked about, and a finding points to it.

    Read the finding first: it may be about somebody else, or too long ago to have been asked about.
    Then ask the supplier; it may be a misunderstanding. High where a number or the register itself
    makes the finding certain.
    """
    found = declared.contradicted
    if not found:
        return CLEAR if declared.answers else NOT_APPLICABLE
    certain = any(f.outcome == "adverse" for one in found for f in one.findings)
    codes = {code for one in found for f in one.findings for code in grounds_of(f)}
    return Outcome(
        "review",
        why=joined(" ", map(_format_contradiction, found)),
        circumstances=tuple(
            _describe_declared(one.declaration, codes & set(one.declaration.grounds))
            for one in found
        ),
        next_step="Read the finding, then ask the supplier: it may be a misunderstanding.",
        law=("misstatements",),
        severity="high" if certain else None,
    )


@check(
    id="DCL-02",
    title="Stated something about an exclusion question",
    topic="declarations",
    needs=Declared,
    severity="high",
    basis="Procurement Act 2023 s.58; Procurement Regulations 2024 reg.12; the supplier's own "
    "declaration",
    circumstances=("declaration",),
)
def declared_itself(declared: Declared, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """The supplier answered yes about itself, or about somebody it is responsible for.

    It may be an investigation only (Procurement Regulations 2024 reg.12): no finding, and no
    admission. Medium where each yes may be. Work through the points of s.58: evidence that it was
    taken seriously, steps taken, commitments, which its form may hold (reg.12(13A)), time passed.
    That it was open may be weighed under s.58(1)(e). Let the supplier make representations before
    you decide anything, and record what you weighed with `alerts decide --factors`.
    """
    told = [one for one in declared.answers if one.answer == "yes"]
    if not told:
        return CLEAR if declared.answers else NOT_APPLICABLE
    return Outcome(
        "review",
        why=joined(
            " ",
            [
                say(
                    "Declared on {day}: {about}.",
                    day=one.declared_on,
                    about=_describe_declaration(one),
                )
                for one in told
            ],
        ),
        facts=tuple(_in_its_words(one) for one in told if one.details),
        circumstances=tuple(_describe_declared(one, one.grounds) for one in told),
        next_step="It may be an investigation only: no finding, no admission. Invite the supplier "
        "to say what it has put right (write a letter), and record what you weighed; officer to "
        "decide.",
        law=("representations",),
        severity="medium" if all(may_be_investigation(one.grounds) for one in told) else None,
    )


@check(
    id="DCL-03",
    title="No declaration on file",
    topic="declarations",
    needs=Declared,
    severity="low",
    basis="Procurement Act 2023 ss.26-27; Procurement Regulations 2024 regs 6 and 12",
)
def nothing_on_file(declared: Declared, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """A supplier with a contract declared nothing, though the declarations of others are on file.

    It may only not have been imported. Ask for it, or import it with `suppliers declare`. Not
    raised where no declarations are kept here at all.
    """
    if not declared.supplier.contract:
        return NOT_APPLICABLE
    if declared.answers:
        return CLEAR
    return Outcome(
        "review",
        why=say(
            "Contract {contract}, and no declaration of this supplier on file.",
            contract=word(declared.supplier.contract),
        ),
        next_step="Look for the declaration with the contract, or ask the supplier for one, with "
        "its confirmation that the information is up to date.",
    )


@check(
    id="DCL-04",
    title="Stated otherwise than the register",
    topic="declarations",
    needs=ComparedAnswers,
    severity="medium",
    basis="Procurement Act 2023 s.30 and Sch 6 para 45; Procurement Regulations 2024 reg.11",
)
def stated_otherwise(answers: ComparedAnswers, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """Compare what the supplier stated on the Central Digital Platform with the register.

    Open the page of its answers, which shows all of them, and ask the supplier: the register may be
    late or wrong, or the form may be old. High where an owner or a parent is missing, the number is
    another one, or the company is dissolved; low where only the address or the first day differs.
    What the register changed after the form was submitted is no difference, and what cannot be
    known is none.
    """
    differing = [one for one in answers.comparisons if one.verdict == "differs"]
    if not differing:
        return CLEAR
    kinds = {one.kind for one in differing}
    is_low = kinds <= {"another address", "another incorporation day"}
    day = answers.stated_on
    return Outcome(
        "review",
        why=say(
            "The form{day} and the registers differ: {differences}.",
            day=say(" of {day}", day=day) if day else NOTHING,
            differences=listed(map(_format_difference, differing)),
        ),
        next_step="Ask the supplier: it may be a misunderstanding, or the register may be late.",
        law=("misstatements",),
        severity="high" if kinds & _GRAVE else "low" if is_low else None,
    )


def _format_difference(one: AnswerComparison) -> Clause:
    # A birth date was given for one tender, and does not outlive it in a run.
    details = NOTHING
    if one.kind != "birth date differs":
        # A list that has lost its only item is dropped with the word before it.
        shown = say(": {it}", it=listed([clause_of(one.shown)]))
        stated = say("; stated: {it}", it=listed([clause_of(one.stated)]))
        details = say("{shown}{stated}", shown=shown, stated=stated)
    source, kind = word(one.source), word(one.words)
    return say(
        "{about}: {kind} ({source}{details})",
        about=one.about,
        kind=kind,
        source=source,
        details=details,
    )


def _format_contradiction(one: Contradiction) -> Clause:
    # No names: what is told here must not give away more than the findings themselves may.
    flags = [
        say(
            "{title} ({check}{list})",
            title=word(f.check_title),
            check=word(f.check_id),
            list=say(", list {id}", id=word(f.list_id)) if f.list_id else NOTHING,
        )
        for f in one.findings
    ]
    return say(
        "{about}: none stated on {day}; {flags}.",
        about=_describe_declaration(one.declaration),
        day=one.declaration.declared_on,
        flags=listed(flags),
    )


def _describe_declaration(one: Declaration) -> Clause:
    if one.applies_to == "supplier":
        return say("{title}", title=word(one.title))
    return say("{title} (about its {role})", title=word(one.title), role=word(one.applies_to))


def _in_its_words(one: Declaration) -> Feature:
    # In its own words a supplier may name anybody. Who was insolvent, not everyone may see.
    if one.may_tell_of_insolvency:
        about = _describe_declaration(one)
        words = say("Its own words about {about} are with its declarations only.", about=about)
        return Feature("declared words", "", "", 0.0, "not known", said=words)
    words = say(
        'In its own words, about {about}: "{details}"',
        about=_describe_declaration(one),
        details=tag_quote(one.details),
    )
    return Feature("declared words", "", one.details, 0.0, "not known", personal=True, said=words)


def _describe_declared(one: Declaration, codes: Iterable[str]) -> Circumstance:
    return Circumstance(kind="declaration", whom=one.applies_to, stated=tuple(sorted(set(codes))))
