"""Who the directors are: their age, what else they direct, and for whom they act."""

from collections import defaultdict
from datetime import date, timedelta
from functools import partial

from duediligence.checks.toolkit import CLEAR
from duediligence.checks.toolkit.companies import is_voluntary
from duediligence.checks.toolkit.people import began, directing
from duediligence.checks.toolkit.wording import derive_age_range, party

from duediligence.contracts import CheckContext, check
from duediligence.model import NOT_APPLICABLE, Dossier, Officer, Outcome, known
from duediligence.model.facts import joined, listed, say, tag_birth_date, tag_private

people_check = partial(check, topic="people", needs=Dossier)


@people_check(
    id="CH-PPL-05",
    title="Director under age",
    question="a director is under age",
    severity="high",
    basis="Companies Act 2006 s.157: a director is at least 16",
    reads=("officers",),
)
def under_age(dossier: Dossier, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """A director was under 16 when appointed, which the law forbids, or 16 to 17 (low).

    Ask for proof of age. Most often the date of appointment was typed as the birth date.
    """
    people = [d for d in directing(known(dossier.officers)) if not d.corporate]
    if not people:
        return NOT_APPLICABLE
    ages = [
        (d, derive_age_range(d.birth_date, start)[1])
        for d in people
        if d.birth_date and (start := began(d))
    ]
    young = [(d, years) for d, years in ages if years < 18]
    if young:
        illegal = any(years < 16 for _, years in young)
        return Outcome(
            "adverse" if illegal else "review",
            why=say(
                "{directors}.",
                directors=joined(
                    "; ",
                    [
                        say(
                            "{director} was at most {age} when appointed",
                            director=party(d),
                            age=tag_private(max(years, 0)),
                        )
                        for d, years in young
                    ],
                ),
            ),
            next_step="Ask for proof of age and see the filing.",
            severity=None if illegal else "low",
        )
    return CLEAR if len(ages) == len(people) else _report_undated_directors(people)


@people_check(
    id="CH-PPL-06",
    title="Director of an implausible age",
    question="the age of each director is plausible",
    severity="high",
    basis="Global Witness, The Companies We Keep (2018)",
    params={"years": 100},
    reads=("officers",),
)
def too_old(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """A director in office would be more than 100 years old.

    The birth date is wrong, or the person has died and nobody reported it, or an identity was made
    up. Ask who it is. A mistyped year is the usual innocent reason.
    """
    people = [d for d in directing(known(dossier.officers)) if not d.corporate]
    if not people:
        return NOT_APPLICABLE
    old = [
        d
        for d in people
        if d.birth_date and derive_age_range(d.birth_date, ctx.today)[0] > int(ctx.params["years"])
    ]
    if old:
        return Outcome(
            "review",
            why=say(
                "{directors}.",
                directors=joined(
                    "; ",
                    [
                        say(
                            "{director}, born {born}",
                            director=party(d),
                            born=tag_birth_date(d.birth_date),
                        )
                        for d in old
                        if d.birth_date
                    ],
                ),
            ),
            next_step="Ask for proof of who this is and that they still direct the company.",
        )
    return CLEAR if all(d.birth_date for d in people) else _report_undated_directors(people)


@people_check(
    id="CH-PPL-07",
    title="Director of very many companies",
    question="a director has very many companies",
    severity="medium",
    basis="Global Witness, The Companies We Keep (2018): over 100 appointments",
    params={"appointments": 100},
    reads=("officers", "appointments"),
)
def very_many(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """A director in office holds more than a hundred other appointments.

    Nobody can really direct that many firms. Ask what this person's role is. Accountants, property
    groups, academy trusts and housing groups have such officers for good reason (low for
    voluntary bodies).
    """
    directors = [d for d in directing(known(dossier.officers)) if d.officer_id]
    if not directors:
        return NOT_APPLICABLE
    held: defaultdict[str, set[str]] = defaultdict(set)
    for other in known(dossier.appointments):
        if other.resigned_on is None:
            held[other.officer_id].add(other.company_number)
    busy = [d for d in directors if len(held[d.officer_id]) > int(ctx.params["appointments"])]
    if not busy:
        return CLEAR
    return Outcome(
        "review",
        why=say(
            "{directors}.",
            directors=joined(
                "; ",
                [
                    say(
                        "{director} holds {appointments} others",
                        director=party(d),
                        appointments=len(held[d.officer_id]),
                    )
                    for d in busy
                ],
            ),
        ),
        next_step="Ask what this person's role in the work is, and who else decides.",
        severity="low" if is_voluntary(dossier) else None,
    )


@people_check(
    id="CH-PPL-08",
    title="Nominee in office",
    question="a nominee is in office",
    severity="medium",
    basis="FATF and Egmont Group (2018): nominee directors",
    params={"days": 30},
    reads=("officers",),
)
def nominee(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """An officer is registered as nominee and is still in office after a month.

    A nominee acts for someone who is not named. Ask who that is. Old registrations by agents who
    formed the company are common and mostly harmless.
    """
    before = ctx.today - timedelta(days=int(ctx.params["days"]))
    officers = known(dossier.officers)
    found = [
        o for o in officers if o.active and "nominee" in o.role and (began(o) or date.min) < before
    ]
    if not officers:
        return NOT_APPLICABLE
    if not found:
        return CLEAR
    return Outcome(
        "review",
        why=say(
            "Registered as nominee and in office: {officers}.", officers=listed(map(party, found))
        ),
        next_step="Ask who the nominee acts for.",
    )


def _report_undated_directors(people: list[Officer]) -> Outcome:
    without = [party(d) for d in people if not d.birth_date or not began(d)]
    return Outcome(
        "unknown",
        why=say("No birth date or date of appointment: {directors}.", directors=listed(without)),
    )
