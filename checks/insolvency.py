"""Whether the supplier or a firm that owns it is, or lately was, insolvent."""

from collections.abc import Iterable
from datetime import date
from functools import partial

from duediligence.checks.toolkit import CLEAR
from duediligence.checks.toolkit.companies import DEAD, INSOLVENT, dead, unknown_status
from duediligence.checks.toolkit.wording import on, party, plain

from duediligence.contracts import CheckContext, check
from duediligence.model import (
    NOT_APPLICABLE,
    Clause,
    Dossier,
    Event,
    Insolvency,
    Outcome,
    known,
    list_known,
)
from duediligence.model.circumstances import Circumstance
from duediligence.model.facts import NOTHING, Value, count, joined, listed, say, word
from duediligence.model.findings import THE_SUPPLIER
from duediligence.text.dates import months_before

_INSOLVENT = Circumstance(kind="insolvency of a company", continues=True)
_OWNER_INSOLVENT = Circumstance(
    kind="insolvency of a company", whom="connected person", continues=True
)
_SOLVENT = "members-voluntary-liquidation"
_DECLARED = "declaration-solvent-on"
_WINDING_UP = frozenset({"liquidation", "receivership", "insolvency-proceedings"})
_RESCUE = frozenset({"administration", "voluntary-arrangement"})
_ENDS = frozenset(
    "concluded-winding-up-on dissolved-on administration-ended-on administration-discharged-on "
    "moratorium-ended-on voluntary-arrangement-ended-on".split()
)


finance_check = partial(
    check, topic="finance", needs=Dossier, circumstances=("insolvency of a company",)
)


@finance_check(
    id="CH-INS-01",
    title="In liquidation or receivership",
    question="the company is in liquidation or receivership",
    severity="critical",
    basis="Procurement Act 2023 Sch 7 para 5; Insolvency Act 1986 Parts III and IV",
    reads=("company",),
)
def winding_up(dossier: Dossier, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """The register shows the company in liquidation, receivership or other insolvency proceedings.

    Find out who the office-holder is before you pay or sign anything: goods and money may belong to
    creditors. In a members' voluntary liquidation (medium) the owners close a solvent company in an
    orderly way.
    """
    company = known(dossier.company)
    if dead(company):
        return NOT_APPLICABLE
    if why := unknown_status(company):
        return Outcome("unknown", why=why)
    if company.status not in _WINDING_UP:
        return CLEAR
    open_cases = [case for case in _list_insolvency_cases(dossier) if not _find_case_end(case)]
    solvent = bool(open_cases) and all(_is_solvent_case(case) for case in open_cases)
    kinds = NOTHING
    if open_cases:
        kinds = say(
            ": {kinds}{started}",
            kinds=_format_case_types(open_cases),
            started=_format_case_start(open_cases),
        )
    return Outcome(
        "adverse",
        why=say(
            "The register gives the status {status}{kinds}.",
            status=plain(company.status),
            kinds=kinds,
        ),
        circumstances=() if solvent else (_INSOLVENT,),
        next_step="Read the notices in the Gazette, speak to the office-holder, and ask your legal "
        "team before you sign or pay.",
        severity="medium" if solvent else None,
        event=_event(open_cases),
    )


@finance_check(
    id="CH-INS-02",
    title="In administration or a voluntary arrangement",
    question="the company is in administration or a voluntary arrangement",
    severity="high",
    basis="Procurement Act 2023 Sch 7 para 5; Insolvency Act 1986 Parts I and II",
    reads=("company",),
)
def rescue(dossier: Dossier, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """The register shows the company in administration or bound by an arrangement with creditors.

    These are ways to save a business, and many go on trading well. Ask the administrator or
    supervisor whether the contract can be performed, and plan for its failure.
    """
    company = known(dossier.company)
    if dead(company):
        return NOT_APPLICABLE
    if why := unknown_status(company):
        return Outcome("unknown", why=why)
    if company.status not in _RESCUE:
        return CLEAR
    return Outcome(
        "adverse",
        why=say("The register gives the status {status}.", status=plain(company.status)),
        circumstances=(_INSOLVENT,),
        next_step="Ask the administrator or supervisor whether the contract can be performed.",
        event=_event(case for case in _list_insolvency_cases(dossier) if not _find_case_end(case)),
    )


@finance_check(
    id="CH-INS-03",
    title="Insolvency case still open",
    question="an insolvency case is still open",
    severity="high",
    basis="Procurement Act 2023 Sch 7 para 5",
    reads=("company", "insolvencies"),
)
def open_case(dossier: Dossier, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """A petition, moratorium or other insolvency case has no end date, though the status is normal.

    The company may be under a petition or a moratorium. Old cases are often left without an end
    date on the register: read the dates and ask the supplier how it ended.
    """
    company = known(dossier.company)
    if dead(company) or company.status in _WINDING_UP | _RESCUE:
        return NOT_APPLICABLE
    open_cases = [case for case in known(dossier.insolvencies) if not _find_case_end(case)]
    if not open_cases:
        return CLEAR
    solvent = all(_is_solvent_case(case) for case in open_cases)
    return Outcome(
        "review",
        why=say(
            "No end date on the register: {kinds}{started}.",
            kinds=_format_case_types(open_cases),
            started=_format_case_start(open_cases),
        ),
        circumstances=() if solvent else (_INSOLVENT,),
        next_step="Ask the supplier how the case ended, and for the order or notice that ended it.",
        severity="medium" if solvent else None,
        event=_event(open_cases),
    )


@finance_check(
    id="CH-INS-04",
    title="Insolvent in the past",
    question="the company was insolvent in the past",
    severity="medium",
    basis="Procurement Act 2023 Sch 7 paras 5 and 15 (look-back)",
    reads=("company", "insolvencies"),
)
def past_case(dossier: Dossier, ctx: CheckContext) -> Outcome:
    """The company came out of an insolvency case within the look-back of the ground.

    It survived, which counts in its favour. Look at the accounts since. The register never lets a
    case expire, so cases that ended before the look-back (five years, or three by the setting
    `schedule_7_years`) are ignored; documents of Scottish cases may be kept elsewhere.
    """
    company = known(dossier.company)
    if dead(company) or company.status in _WINDING_UP | _RESCUE:
        return NOT_APPLICABLE
    cases = known(dossier.insolvencies)
    first = months_before(ctx.today, 12 * ctx.schedule_7_years)
    recent = [case for case in cases if (end := _find_case_end(case)) and end >= first]
    if recent:
        return Outcome(
            "review",
            why=say(
                "{cases}.",
                cases=joined(
                    "; ",
                    [
                        say("{kind}, ended{on}", kind=plain(c.type), on=on(_find_case_end(c)))
                        for c in recent
                    ],
                ),
            ),
            next_step="Read the accounts since then, and ask what has changed.",
            circumstances=tuple(
                _describe_past_case(case) for case in recent if not _is_solvent_case(case)
            ),
            event=_event(recent),
        )
    if cases or company.has_insolvency_history is False:
        return CLEAR
    if company.has_insolvency_history:
        return Outcome(
            "review",
            why="The register reports a past insolvency but shows no case.",
            next_step="Ask the supplier when it was. The Accountant in Bankruptcy has the "
            "documents of Scottish cases.",
        )
    return Outcome("unknown", why="The source does not say whether the company was ever insolvent.")


@finance_check(
    id="CH-INS-05",
    title="Owner insolvent or dissolved",
    question="a firm that owns the company is insolvent or dissolved",
    severity="medium",
    basis="Procurement Act 2023 Sch 7 para 5 and Sch 6 para 45 (connected persons)",
    reads=("company", "parents"),
)
def owner_failed(dossier: Dossier, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """A firm that owns the supplier, however far above, is insolvent or no longer exists.

    The supplier may lose money, staff or systems that come from its group, and the office-holder
    may sell it. The shares of a dissolved owner belong to the Crown, and nobody can vote them. Ask
    who controls the supplier now, and whether it can perform without the firm above.

    Many subsidiaries trade on well under a new owner. Groups close firms that they need no more,
    solvent: the register's status does not tell a solvent liquidation from another. A dissolved
    owner may only mean that the register of owners is out of date.
    """
    if dead(known(dossier.company)):
        return NOT_APPLICABLE
    above = known(dossier.parents)
    if not above:
        return NOT_APPLICABLE
    failed = {
        one.company.number: (one.owner, one.company, one.depth)
        for one in reversed(above)
        if one.company and one.company.status in INSOLVENT | DEAD
    }
    if not failed:
        return CLEAR
    nearest = sorted(failed.values(), key=lambda one: (one[2], one[1].number))
    insolvent = any(company.status in INSOLVENT for _, company, _ in nearest)
    return Outcome(
        "review",
        why=say(
            "{owners}.",
            owners=joined(
                "; ",
                [
                    say(
                        "{owner} ({number}), {steps} above the supplier: {status}",
                        owner=party(owner),
                        number=word(company.number),
                        steps=count(depth, "step", "steps"),
                        status=plain(company.status),
                    )
                    for owner, company, depth in nearest
                ],
            ),
        ),
        circumstances=(_OWNER_INSOLVENT,) if insolvent else (),
        next_step="Look the owner up in the Gazette. Ask who controls the supplier now, and "
        "whether it depends on the owner for money, staff or systems.",
    )


def _describe_past_case(case: Insolvency) -> Circumstance:
    # Cases are public: an authority could have known of it on the day it ended, or before.
    ended = _find_case_end(case)
    return Circumstance(kind="insolvency of a company", happened_on=ended, known_on=ended)


def _list_insolvency_cases(dossier: Dossier) -> tuple[Insolvency, ...]:
    # The status alone is grave enough where the cases are not known.
    return list_known(dossier.insolvencies)


def _event(cases: Iterable[Insolvency]) -> Event:
    """Return the newest of the cases, which is what the register tells of now."""
    began = max((min(when for _, when in case.dates) for case in cases if case.dates), default=None)
    return Event(kind="insolvency", party=THE_SUPPLIER, on=began)


def _is_solvent_case(case: Insolvency) -> bool:
    # Insolvency Act 1986 s.90: without the directors' declaration it is a creditors' liquidation.
    return case.type == _SOLVENT and any(kind == _DECLARED for kind, _ in case.dates)


def _find_case_end(case: Insolvency) -> date | None:
    return max((when for kind, when in case.dates if kind in _ENDS), default=None)


def _format_case_types(cases: list[Insolvency]) -> Value:
    return listed(plain(case.type) for case in cases)


def _format_case_start(cases: list[Insolvency]) -> Clause:
    return on(min((when for case in cases for _, when in case.dates), default=None))
