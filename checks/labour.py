"""Signs that workers may be exploited: each is ordinary by itself, together they are a question."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from duediligence.checks.toolkit import CLEAR
from duediligence.checks.toolkit.wording import on, party

from duediligence.contracts import CheckContext, check
from duediligence.model import Company, Dossier, Finding, Outcome, Owner
from duediligence.model.facts import NOTHING, Clause, clause_of, count, joined, listed, say, word
from duediligence.model.findings import LabourSign
from duediligence.model.labour import SIGNS, LabourSigns, UnseenSign
from duediligence.text.dates import months_before

# What to do, for the people first: a question to the employer can put them in danger.
FOR_PEOPLE = (
    "For people who may be victims, first: if somebody is in danger call 999. Do not confront the "
    "supplier or tell it of this, and hold back the questions to it that other flags suggest. Ask "
    "your safeguarding lead today. A council is a first responder: it refers an adult who agrees, "
    "and every child, to the National Referral Mechanism, and in England and Wales must notify the "
    "Home Office of an adult who does not (Modern Slavery Act 2015 s.52). For an adult with care "
    "needs: safeguarding enquiry (Care Act 2014 s.42); for a child: children's social care. Modern "
    "Slavery Helpline: 08000 121 700; labour abuse: Fair Work Agency; crime: police."
)
FOR_CONTRACT = (
    "For the contract, once they agree that it does no harm: ask for a sample of the payroll and "
    "of right-to-work checks, where workers live and which agencies supply them; visit "
    "unannounced; read what the contract lets you audit."
)


@check(
    id="LAB-01",
    title="Signs of labour exploitation together",
    question="signs of labour exploitation are found together",
    topic="labour",
    needs=LabourSigns,
    severity="medium",
    basis="Modern Slavery Act 2015 ss.1, 2 and 52; Care Act 2014 s.42; Procurement Act 2023 Sch 7 "
    "paras 1-3 only with an order or evidence: no ground in itself",
    params={"months": 12, "years": 5},
)
def signs_together(signs: LabourSigns, ctx: CheckContext) -> Outcome:
    """Two kinds of sign or more are found of one supplier, and one is about how it employs people.

    Signs about employing people: a sponsor licence lowered or gone, a gangmaster's licence revoked,
    refused, limited, or needed and not found, naming for the minimum wage, a penalty for illegal
    working, an order or conviction for slavery or trafficking. Beside one of them count a poor
    rating, a new owner and many moves of the office. High with three kinds or with slavery.
    Each has ordinary causes, which the finding says: it is a reason to ask the right people, and
    no evidence of a crime. Records older than five years are left out, slavery apart.

    First think of the people. If somebody is in danger call 999. Do not confront the supplier or
    tell it: workers can be moved or threatened. Speak to your safeguarding lead; councils, police,
    the Fair Work Agency and some charities are first responders, who refer to the National Referral
    Mechanism (an adult must agree, a child need not) or must notify the Home Office. The Modern
    Slavery Helpline, 08000 121 700, advises at any hour. A care worker may be a victim as well as
    the person cared for: Care Act 2014 s.42 is for adults with care needs.

    Then the contract: payroll, right to work, housing and agencies of the workers, an unannounced
    visit. `sharing referral` writes a form for the Fair Work Agency, the police or another first
    responder.
    """
    said = _describe_labour_signs(signs, ctx)
    unseen = [one for one in signs.unseen if one.sign not in said]
    labour = [sign for sign in said if SIGNS[sign].labour]
    failed = [one for one in unseen if one.failed]
    if labour and len(said) == 1 and failed:
        return Outcome(
            "unknown",
            why=say(
                "{sign} is one sign. {failed}",
                sign=_format_sign_titles(labour),
                failed=_not_seen(signs, failed),
            ),
            next_step="Refresh the lists and screen again.",
        )
    if not labour or len(said) < 2:
        return CLEAR
    kinds = tuple(said)
    return Outcome(
        "review",
        why=joined(
            " ",
            [
                say(
                    "{kinds}: {titles}.",
                    kinds=count(len(kinds), "kind of sign", "kinds of sign"),
                    titles=_format_sign_titles(kinds),
                ),
                *said.values(),
                _not_seen(signs, unseen),
            ],
        ),
        next_step=joined(" ", (FOR_PEOPLE, FOR_CONTRACT)),
        severity="high" if len(kinds) > 2 or "slavery" in kinds else "medium",
        signs=kinds,
        law=("labour",),
    )


def _describe_labour_signs(signs: LabourSigns, ctx: CheckContext) -> Mapping[LabourSign, Clause]:
    """Return each kind of sign, with its sources and what it could and could not mean."""
    since = months_before(ctx.today, 12 * int(ctx.params["years"]))
    sources: dict[LabourSign, list[Clause]] = {}
    for finding in signs.findings:
        for sign in finding.signs:
            if sign == "slavery" or finding.happened_on is None or finding.happened_on >= since:
                sources.setdefault(sign, []).append(_format_sign_source(finding))
    owners = list(_new_owners(signs.dossier, months_before(ctx.today, int(ctx.params["months"]))))
    if owners:
        sources["new owner"] = [
            say("{owner}{on}.", owner=party(owner), on=on(owner.notified_on)) for owner in owners
        ]
    return {
        sign: say(
            "{title}: {sources} {meaning}",
            title=word(meaning.title),
            sources=joined(" ", dict.fromkeys(sources[sign])),
            meaning=word(meaning.meaning),
        )
        for sign, meaning in SIGNS.items()
        if sign in sources
    }


def _format_sign_source(finding: Finding) -> Clause:
    """Return what a finding says happened, how sure it is, and where it can be read."""
    return say(
        "{what} Source: {check} {title}{list}{certainty}.",
        what=clause_of(finding.happened or finding.why),
        check=word(finding.check_id),
        title=word(finding.check_title),
        list=say(", list {id}", id=word(finding.list_id)) if finding.list_id else NOTHING,
        certainty=say(", {how}", how=word(finding.certainty)) if finding.certainty else NOTHING,
    )


def _new_owners(dossier: Dossier | None, since: date) -> Iterator[Owner]:
    """Yield owners who came since that day, of a company that is older."""
    company = dossier.company if dossier else None
    if dossier is None or not isinstance(company, Company) or not isinstance(dossier.owners, tuple):
        return
    if company.created_on is None or company.created_on >= since:
        return
    for owner in dossier.owners:
        if owner.active and owner.notified_on and owner.notified_on >= since:
            yield owner


def _format_sign_titles(signs: Iterable[LabourSign]) -> Clause:
    return say("{titles}", titles=listed(word(SIGNS[sign].title) for sign in signs))


def _not_seen(signs: LabourSigns, unseen: Iterable[UnseenSign]) -> Clause:
    """Return the signs that were looked for and could not be seen, and why."""
    failed = [one for one in unseen if one.failed]
    unused = [one for one in unseen if not one.failed]
    registers: list[LabourSign] = []
    if signs.dossier is None or not isinstance(signs.dossier.owners, tuple):
        registers.append("new owner")
    if signs.dossier is None or not isinstance(signs.dossier.filings, tuple):
        registers.append("many moves")
    return joined(
        " ",
        [
            say(
                "Not known, for a list is not current: {signs}.",
                signs=listed(map(_format_unseen_sign, failed)),
            )
            if failed
            else NOTHING,
            say(
                "Not looked for, for no list is in use: {signs}.",
                signs=listed(map(_format_unseen_sign, unused)),
            )
            if unused
            else NOTHING,
            say(
                "Not seen, for the register was not read: {signs}.",
                signs=_format_sign_titles(registers),
            )
            if registers
            else NOTHING,
        ],
    )


def _format_unseen_sign(one: UnseenSign) -> Clause:
    return say(
        "{title} ({lists})",
        title=word(SIGNS[one.sign].title),
        lists=listed(map(word, one.lists)),
    )
