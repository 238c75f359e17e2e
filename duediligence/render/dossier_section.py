"""The section of a page about one supplier."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Literal

from markupsafe import Markup

from duediligence.model import (
    AccountsFigures,
    Address,
    Charity,
    CharityFigures,
    Company,
    Dossier,
    NotHeld,
    NotInScope,
    NotKnown,
    Officer,
    Owner,
    PartialDate,
    Source,
)
from duediligence.render import ownership_graph
from duediligence.render.ownership_drawing import ownership_list, ownership_svg
from duediligence.render.ownership_graph import People
from duediligence.render.templating import fill
from duediligence.render.verdict import PointLine
from duediligence.render.wording import day, sentence
from duediligence.text.dates import month_and_year
from duediligence.text.legal_forms import has_legal_form
from duediligence.text.names import strip_titles
from duediligence.text.wording import count

# More rows than this are read by nobody on one page; the rest is counted.
MOST_PEOPLE = 60

PARTS = {
    "company": "Company record",
    "charity": "Charity record",
    "officers": "Directors and other officers",
    "owners": "People with significant control",
    "statements": "Statements about control",
    "psc_exempt": "Exemption from naming owners",
    "filings": "Filings",
    "charges": "Charges over assets",
    "insolvencies": "Insolvency cases",
    "appointments": "Other appointments of directors",
    "disqualifications": "Disqualified directors",
    "parents": "Owners of the owners",
    "same_address": "Companies at the same address",
    "figures": "Figures of the accounts",
}
_HOW = {
    "number": "By the number that the buyer gave",
    "name": "By its name",
    "person": "Settled by a person",
    "none": "Not identified",
}


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody behind the supplier, in the words of the table."""

    name: str
    flag: str
    role: str
    born: str
    since: str


PartState = Literal["known", "in part", "not known", "does not apply", "not looked at"]
"""What there is of a part of a dossier: all, what was read before it was cut short, nothing for the
reason given, nothing because it does not apply, or nothing because this installation never looks.
"""


@dataclass(frozen=True, slots=True)
class PartLine:
    """A part of a dossier: what there is of it, and why that is not all; `why` may be empty."""

    title: str
    state: PartState
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierParts:
    """What is shown of a dossier. `facts` are what the registers say, `gaps` what could not be
    checked, by the title of the part, with the reason; `left_out_parts` were left out with people.

    `rows` are officers and owners, `more` of them are not shown; where there are none, `nobody`
    says what that means, and without `with_people` nobody looked. `sources` are a part, its address
    and where it came from; `graph` is the drawing of the ownership, `graph_list` the same as a
    list. `partly` says that some parts are not looked at.
    """

    dossier: Dossier
    facts: Sequence[PointLine]
    gaps: Sequence[tuple[str, str]]
    left_out: str
    left_out_parts: Sequence[str]
    sources: Sequence[tuple[str, str, Source]]
    partly: bool
    with_people: bool
    nobody: str
    rows: Sequence[PersonRow]
    more: int
    people: People
    graph: Markup
    graph_list: Markup


def render_section(
    dossier: Dossier,
    flagged: Mapping[str, str],
    people: People = "redacted",
    *,
    left_out: str = "",
) -> Markup:
    """Return a `<div class="dossier">` with headings of level 4; its style is
    `templates/dossier.css`.

    What was not retrieved has a heading as large as what is known. What it shows is that of
    `dossier_parts`.
    """
    parts = dossier_parts(dossier, flagged, people, left_out=left_out)
    return fill(
        "dossier.html.jinja", **{each.name: getattr(parts, each.name) for each in fields(parts)}
    )


def dossier_parts(
    dossier: Dossier,
    flagged: Mapping[str, str],
    people: People = "redacted",
    *,
    left_out: str = "",
) -> DossierParts:
    """Return what is shown of a dossier, part by part.

    People are shown by initials and without a birth date unless `people` is `shown`, or `flagged`
    and they are marked, and then by month and year at most. `flagged` gives the word that marks a
    party by its name, as in `ownership_svg`. `left_out` says that everybody was left out of the
    dossier: it is the reason of the parts left out altogether.
    """
    marks = {strip_titles(name): ownership_graph.capital(word) for name, word in flagged.items()}
    rows = sorted(_list_person_rows(dossier, marks, people), key=lambda row: not row.flag)
    return DossierParts(
        dossier=dossier,
        facts=list(_list_dossier_facts(dossier, people)),
        gaps=[
            (PARTS[part], sentence(ownership_graph.without_query(reason, people)))
            for part, reason in dossier.not_known()
            if not (left_out and reason == left_out)
        ],
        left_out=left_out,
        left_out_parts=[
            PARTS[part] for part, reason in dossier.not_known() if left_out and reason == left_out
        ],
        sources=[
            (
                PARTS.get(source.part, source.part),
                ownership_graph.without_query(source.address, people),
                source,
            )
            for source in dossier.sources
        ],
        partly=bool(dossier.not_in_scope()),
        with_people=_people_looked_at(dossier),
        nobody="No firm is on record." if left_out else _explain_empty_people(dossier),
        rows=rows[:MOST_PEOPLE],
        more=max(0, len(rows) - MOST_PEOPLE),
        people=people,
        graph=ownership_svg(dossier, flagged, people),
        graph_list=ownership_list(dossier, flagged, people),
    )


def part_lines(dossier: Dossier, people: People = "redacted") -> Iterator[PartLine]:
    """Yield each part of a dossier, and whether it is known, in the order of a page."""
    cut_short = dict(dossier.cut_short)
    for part, title in PARTS.items():
        match getattr(dossier, part):
            case NotHeld():
                yield PartLine(title, "does not apply", "")
            case NotInScope():
                yield PartLine(title, "not looked at", "")
            case NotKnown(reason):
                why = sentence(ownership_graph.without_query(reason, people))
                yield PartLine(title, "not known", why)
            case _ if part in cut_short:
                yield PartLine(title, "in part", sentence(cut_short[part]))
            case _:
                yield PartLine(title, "known", "")


def _people_looked_at(dossier: Dossier) -> bool:
    """Return whether anything that names people or owners is in scope, so that there is a table."""
    trustees = isinstance(dossier.charity, Charity) and dossier.charity.trustees
    parts = (dossier.officers, dossier.owners)
    return bool(trustees) or not all(isinstance(part, NotInScope) for part in parts)


def _explain_empty_people(dossier: Dossier) -> str:
    """Return what an empty table of people means: nobody is on record only where all was looked
    at.
    """
    parts = [getattr(dossier, part) for part in ("officers", "owners")]
    if all(isinstance(part, tuple) for part in parts):
        return "None is on record."
    if all(isinstance(part, NotHeld) for part in parts):
        return "This supplier has no record of officers or owners at Companies House."
    unseen = [
        PARTS[name]
        for name in ("officers", "owners")
        if not isinstance(getattr(dossier, name), tuple | NotHeld)
    ]
    return f"Nothing is known about these, because they were not looked at: {'; '.join(unseen)}."


def _list_dossier_facts(dossier: Dossier, people: People) -> Iterator[PointLine]:
    resolution = dossier.resolution
    how = [_HOW[resolution.how]]
    if resolution.name_score is not None:
        how.append(f"The names are {resolution.name_score:.0%} similar")
    if resolution.reason:
        how.append(sentence(resolution.reason))
    if isinstance(dossier.company, Company):
        yield from _describe_company(dossier.company)
    if entity := dossier.legal_entity:
        lines = ownership_graph.describe_legal_entity(entity, top=_has_no_group_parent(dossier))
        yield PointLine("Group", tuple(lines))
    if isinstance(dossier.charity, Charity):
        yield from _describe_charity(dossier.charity)
    yield PointLine("Identified", tuple(how))
    yield from _describe_identity_proofs(dossier, people)
    if isinstance(cases := dossier.insolvencies, tuple):
        types = tuple(ownership_graph.capital(case.type.replace("-", " ")) for case in cases)
        yield PointLine("Insolvency cases", types or ("None",))
    if isinstance(charges := dossier.charges, tuple):
        standing = sum("satisfied" not in c.status or "part" in c.status for c in charges)
        told = f"{len(charges)}, {standing} outstanding" if charges else "None"
        yield PointLine("Charges over assets", (told,))
    if isinstance(dossier.same_address, int):
        living = count(dossier.same_address, "live company", "live companies")
        yield PointLine("At the registered office", (living,))
    if isinstance(dossier.figures, tuple):
        for one in dossier.figures:
            yield PointLine(f"Accounts to {day(one.ended)}", tuple(_describe_accounts(one)))
    apart = [PARTS[part] for part in PARTS if isinstance(getattr(dossier, part), NotHeld)]
    if apart:
        yield PointLine("Does not apply", tuple(apart))


def _describe_identity_proofs(dossier: Dossier, people: People) -> Iterator[PointLine]:
    """Yield how many of its people have proved who they are, and which agents vouched for them."""
    officers = dossier.officers if isinstance(dossier.officers, tuple) else ()
    owners = dossier.owners if isinstance(dossier.owners, tuple) else ()
    asked: list[Officer | Owner] = [
        *(one for one in officers if one.active and one.director and not one.corporate),
        *(one for one in owners if one.active and one.person),
    ]
    proofs = [one.verification for one in asked]
    if not asked:
        return
    today = dossier.taken_at.date()
    verified = [proof for proof in proofs if proof and proof.verified(today)]
    told = [f"Verified: {len(verified)} of {len(proofs)}"]
    if silent := proofs.count(None):
        told.append(f"The register does not say: {silent}")
    agents = Counter((proof.agent, proof.supervisors) for proof in proofs if proof and proof.agent)
    for (agent, supervisors), number in sorted(agents.items()):
        # An agent without a legal form may be a person in business alone.
        shown = agent if people == "shown" or has_legal_form(agent) else "an agent"
        under = f", supervised by {', '.join(supervisors)}" if supervisors else ""
        told.append(f"Vouched for by {shown}{under}: {number}")
    yield PointLine("Identity of directors and owners", tuple(told))


def _describe_company(company: Company) -> Iterator[PointLine]:
    yield PointLine("Legal name", (company.name,))
    yield PointLine("Company number", (company.number,))
    state = [ownership_graph.capital(ownership_graph.status(company.status))]
    if company.status_detail:
        state.append(ownership_graph.capital(company.status_detail.replace("-", " ")))
    yield PointLine("Status", tuple(state))
    if company.created_on:
        closed = f", closed on {day(company.ceased_on)}" if company.ceased_on else ""
        yield PointLine("Registered", (f"{day(company.created_on)}{closed}",))
    if company.address:
        yield PointLine("Registered office", (_format_address_line(company.address),))
    if company.former_names:
        yield PointLine("Former names", tuple(former.name for former in company.former_names))
    if company.accounts_due_on:
        yield PointLine(
            "Next accounts",
            (_format_filing_due(company.accounts_due_on, company.accounts_overdue),),
        )
    if company.confirmation_due_on:
        told = _format_filing_due(company.confirmation_due_on, company.confirmation_overdue)
        yield PointLine("Confirmation statement", (told,))


_SUMS = {
    "net_assets": "Net assets",
    "total_assets": "Total assets",
    "current_assets": "Current assets",
    "creditors_within_one_year": "Due within one year",
    "cash": "Cash",
    "turnover": "Turnover",
    "profit": "Profit",
}
_REGIMES = {"micro": "Micro-entity", "small": "Small company"}
_AUDITS = {
    "exempt": "Not audited: exempt",
    "unqualified": "Audited",
    "qualified": "Auditor’s report qualified, by its wording",
}


def _describe_accounts(one: AccountsFigures) -> Iterator[str]:
    for field, title in _SUMS.items():
        amount = getattr(one, field)
        if amount is not None:
            yield f"{title} {_format_pounds(amount)}"
    if one.employees is not None:
        yield count(one.employees, "employee")
    if one.dormant:
        yield "Dormant"
    yield from filter(None, (_REGIMES.get(one.regime), _AUDITS.get(one.audit)))
    if one.comparative:
        yield "As repeated in the accounts of the year after"


def _describe_charity(charity: Charity) -> Iterator[PointLine]:
    yield PointLine("Charity", (charity.name, f"Number {charity.identifier.id}"))
    state = [ownership_graph.capital(charity.status.lower())]
    if charity.insolvent:
        state.append("Insolvent")
    if charity.in_administration:
        state.append("In administration")
    if charity.accounts_late:
        state.append("Accounts late")
    if charity.removed_on:
        state.append(f"Removed on {day(charity.removed_on)}")
    yield PointLine("Charity status", tuple(state))
    if charity.inquiry:
        yield PointLine("Regulator’s inquiry", (charity.inquiry,))
    if qualified := [r.year_end for r in charity.returns if r.accounts_qualified]:
        told = tuple(f"Year to {day(end)}" for end in qualified)
        yield PointLine("Qualified opinion on accounts", told)
    for part in charity.figures:
        yield PointLine("Annual return", tuple(_describe_annual_return(part)))


def _describe_annual_return(part: CharityFigures) -> Iterator[str]:
    yield f"Year to {day(part.year_end)}"
    for amount, what in (
        (part.government_contracts, "Income from government contracts"),
        (part.government_grants, "Income from government grants"),
        (part.reserves, "Free reserves"),
        (part.net_assets, "Assets less liabilities"),
    ):
        if amount is not None:
            yield f"{what} {_format_pounds(amount)}"
    for answer, what in (
        (part.high_salaries, "Staff with £60,000 or more"),
        (part.trustees_paid, "Trustees paid for acting as trustees"),
    ):
        if answer is not None:
            yield f"{what}: {'yes' if answer else 'no'}"


def _format_pounds(amount: int) -> str:
    return f"{'-' if amount < 0 else ''}£{abs(amount):,}"


def _list_person_rows(
    dossier: Dossier, marks: Mapping[str, str], people: People
) -> Iterator[PersonRow]:
    """Yield officers and owners of today, and theirs, and whoever is marked of those that have
    gone.
    """
    officers = dossier.officers if isinstance(dossier.officers, tuple) else ()
    owners = dossier.owners if isinstance(dossier.owners, tuple) else ()
    everybody: tuple[Officer | Owner, ...] = (*officers, *owners)
    for one in everybody:
        mark = marks.get(strip_titles(one.name), "")
        if one.active or mark:
            yield _build_person_row(one, mark, people)
    for parent in dossier.parents if isinstance(dossier.parents, tuple) else ():
        if parent.owner.by_gleif:
            mark = marks.get(strip_titles(parent.owner.name), "")
            yield _build_person_row(parent.owner, mark, people, of=parent.child)
        for owner in parent.owners:
            if owner.by_gleif:
                continue
            mark = marks.get(strip_titles(owner.name), "")
            if owner.active or mark:
                yield _build_person_row(owner, mark, people, of=parent.owner.name)


def _has_no_group_parent(dossier: Dossier) -> bool:
    """Return whether GLEIF was asked for parents, and has none."""
    parents = dossier.parents
    return isinstance(parents, tuple) and not any(parent.legal_entity for parent in parents)


def _build_person_row(one: Officer | Owner, mark: str, people: People, of: str = "") -> PersonRow:
    if isinstance(one, Officer):
        role, since, until = (
            ownership_graph.format_officer_role(one.role),
            one.appointed_on,
            one.resigned_on,
        )
        human, name = not one.corporate, one.name
    else:
        role = "; ".join(
            (
                f"{'Parent' if one.by_gleif else 'Owner'} of {of}" if of else "Owner",
                *ownership_graph.format_control_natures(one.natures),
            )
        )
        since, until = one.notified_on, one.ceased_on
        human = one.person
        name = "Protected by law" if one.super_secure else one.name
    dates = day(since) if since else "not known"
    return PersonRow(
        name=ownership_graph.format_person_name(name, people, flagged=bool(mark))
        if human
        else name or "No name given",
        flag=mark,
        role=role,
        born=_format_person_birth(one, people, mark) if human else "",
        since=f"{dates} to {day(until)}" if until else dates,
    )


def _format_person_birth(one: Officer | Owner, people: People, mark: str) -> str:
    return (
        _format_known_month(one.birth_date)
        if ownership_graph.is_named(people, flagged=bool(mark))
        else "left out"
    )


def _format_known_month(born: PartialDate | None) -> str:
    if born is None:
        return "not known"
    if born.month is None:
        return str(born.year)
    return month_and_year(born.year, born.month)


def _format_filing_due(on: date, overdue: bool | None) -> str:
    return f"Overdue since {day(on)}" if overdue else f"Due by {day(on)}"


def _format_address_line(address: Address) -> str:
    held = [address.text]
    held += [p for p in (address.postcode, address.country) if p and p not in address.text]
    return ", ".join(part for part in held if part)
