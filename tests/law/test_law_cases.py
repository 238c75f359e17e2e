"""Cases of law, written from the texts of the law without sight of this code: see cases.toml.

What is compared: the regime, the kind of ground, that nothing is cited which does not reach the
case, and whether a letter may go out.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

from duediligence.delivery.letters import check_letter_law, choose_letter_parts
from duediligence.errors import Forbidden
from duediligence.law.grounds import Reach, list_grounds_of_family
from duediligence.law.lookback import SHORTER, Sch7Years
from duediligence.law.possible_grounds import (
    PossibleGround,
    assume_regime,
    find_possible_grounds,
    list_named_codes,
)
from duediligence.law.regimes import ContractRegime, find_regime
from duediligence.model import Contract, Procurement
from duediligence.model.circumstances import Circumstance, CircumstanceKind, Whom
from duediligence.model.suppliers import (
    BuyerKind,
    ContractSubject,
    Nation,
    ProcedureCode,
    RegimeCode,
)
from duediligence.render.letter_page import parse_letter_template, read_letter_template

Case = Mapping[str, Any]
CASES: list[Case] = tomllib.loads((Path(__file__).parent / "cases.toml").read_text("utf-8"))["case"]

REGIMES: Mapping[str, RegimeCode] = {
    "procurement-act-2023": "pa23",
    "utilities-2016": "ucr-2016",
    "concession-2016": "ccr-2016",
}
BUYERS: Mapping[str, BuyerKind] = {
    "council": "council",
    "nhs": "NHS body",
    "department": "other public body",
    "UK government department": "central government",
    "private utility (water company)": "private utility",
    "council as port authority": "utility",
}
NATIONS: Mapping[str, Nation] = {
    "england": "England",
    "scotland": "Scotland",
    "wales": "Wales",
    "northern-ireland": "Northern Ireland",
}
PROCEDURES: Mapping[str, ProcedureCode] = {
    "open": "open",
    "competitive-flexible": "competitive flexible",
    "direct-award": "direct award",
    "call-off": "call-off",
    "dynamic-market": "dynamic market",
    "light-touch": "light touch",
    "below-threshold": "other competition",
    "modification": "modification",
}
TEMPLATE = parse_letter_template(
    read_letter_template("representations"), "representations", name="representations"
)
WHOM: Mapping[str, Whom] = {
    "supplier": "supplier",
    "director": "connected person",
    "connected person": "connected person",
    "other company of a director": "supplier",
    "subcontractor": "sub-contractor",
    "associated person": "associated person",
}
# The words of a finding to what the engine calls it, the first that is there.
KINDS: Mapping[str, CircumstanceKind | None] = {
    "predecessor company": "possible predecessor",
    "no sign of assets": "failed company of a director",
    "another company that became insolvent": "failed company of a director",
    "conviction": "conviction",
    "administration": "insolvency",
    "voluntary arrangement": "insolvency",
    "winding-up": "insolvency",
    "bankruptcy order": "insolvency",
    "debarment list": "debarment",
    "rated": "rating",
    "improvement notice": "notice",
    "enforcement order": "order",
    "enforcement undertaking": "warning",
    "GAAR": "civil_penalty",
    "infringed by a cartel": "order",
    "penalty": "civil_penalty",
    "not performed": "contract_failure",
    # Of accounts that are late no check says that anything of the law happened.
    "late accounts": None,
}
# The provision that a finding names, in the words of a record.
_ACT = re.compile(r"(?:, |\bunder (?:the )?)([A-Z][^,;]*?\bAct\b[^,;]*)")
_IN_RECORDS = {
    "Competition Act 1998 that the Chapter I prohibition was infringed by a cartel": "Competition "
    "Act 1998 s.2",
    "(NI)": "(Northern Ireland)",
}
_SHORT = {
    "Procurement Act 2023": "PA 2023",
    "Public Contracts Regulations 2015": "PCR 2015",
    "Concession Contracts Regulations 2016": "CCR 2016",
    "Public Contracts (Scotland) Regulations 2015": "SSI 2015/446",
    "Procurement (Scotland) Regulations 2016": "SSI 2016/145",
}


def contract_of(case: Case) -> Contract:
    """Return the contract of a case, in the words of a contract register."""
    told = case["contract"]
    notes = told.get("transitional_notes", "")
    subject: ContractSubject = "goods or other services"
    if told.get("health_care_services"):
        subject = "health care services"
    elif told["procedure"] == "light-touch":
        subject = "light-touch services"
    elif "concession" in told["subject"]:
        subject = "concession"
    elif re.search("works|demolition|resurfacing", told["subject"]):
        subject = "works"
    dynamic = "Dynamic purchasing" in notes or told["procedure"] == "dynamic-market"
    procedure = "dynamic market" if dynamic else PROCEDURES.get(told["procedure"], "")
    value = told.get("value_gbp_with_vat")
    return Contract(
        title=case["title"],
        start=told.get("awarded"),
        procurement=Procurement(
            begun=told.get("procedure_began"),
            procedure=cast("ProcedureCode", procedure),
            framework_begun=told.get("framework_began")
            or (told["procedure_began"] if dynamic else None),
            framework_regime=cast("RegimeCode", FRAMEWORKS.get(case["id"], "")),
            buyer=BUYERS[told["buyer"]],
            # Of a department of the United Kingdom the place of work is no nation of its own.
            nation="England"
            if told["buyer"] == "UK government department"
            else NATIONS[told["nation"]],
            subject=subject,
            value=None if value is None else Decimal(value),
            funding=told["funding"],
        ),
    )


# What the title says of a framework, and the facts do not.
FRAMEWORKS: Mapping[str, RegimeCode] = {
    "sc-council-calloff-uk-framework": "pa23",
    "sc-council-calloff-uk-framework-running": "pa23",
    "en-council-calloff-scottish-framework": "scotland",
}


def happened_of(case: Case) -> tuple[Circumstance, ...]:
    """Return what happened in a case, as a check would say it."""
    finding = case["finding"]
    what = finding["what"]
    kind = next(kind for words, kind in KINDS.items() if words in what)
    if kind is None:
        return ()
    act = _ACT.search(what)
    section = act[1].strip() if act else ""
    if "labour market enforcement order" in what:
        section = "Immigration Act 2016 s.18"
    for words, ours in _IN_RECORDS.items():
        section = section.replace(words, ours)
    predecessor = kind == "possible predecessor"
    return (
        Circumstance(
            kind=kind,
            whom="predecessor" if predecessor else WHOM[finding["to"]],
            happened_on=finding["happened"],
            known_on=finding["happened"],
            day_of="conviction" if kind == "conviction" else "event",
            act_section=section,
            wording=what,
            stated=("PA23-7-5",) if kind == "debarment" else (),
            ended=predecessor,
            went_over=("premises", "staff") if predecessor else (),
        ),
    )


def grounds_of(case: Case, law: ContractRegime, years: Sch7Years = 5) -> list[PossibleGround]:
    found = find_possible_grounds(happened_of(case), [law], case["as_of"], sch7_years=years)
    return [one for one in found if not one.set_aside]


def cited(found: Iterable[PossibleGround]) -> list[str]:
    told = [one.ground.provision for one in found]
    for title, short in _SHORT.items():
        told = [one.replace(title, short) for one in told]
    return told


def write_letter(case: Case, law: ContractRegime, found: Iterable[PossibleGround]) -> str | None:
    """Return the text of a letter of that kind, where a person has confirmed the law; None where
    it is refused. Of a plain question, which cites no law, it is empty.
    """
    if case["letter"]["kind"] == "explanation":
        return ""
    running = case["letter"]["kind"] == "termination-notice"
    law = law if running else replace(law, awarded=None)
    what = case["finding"]["what"]
    convicted = case["finding"]["happened"] if what.startswith("conviction") else None
    for one in found:
        about = "connected person" if one.whom == "predecessor" else one.whom
        reach = cast("Reach", about)
        with suppress(Forbidden):
            check_letter_law(law, one.ground, reach, running=running, convicted=convicted)
            parts = choose_letter_parts(law, one.ground, reach, running=running)
            parts |= {"running" if running else "tender": "yes"}
            parts |= {"subcontractor": "yes"} if reach == "sub-contractor" else {}
            return fill_parts(parts)
    return None


def fill_parts(parts: Mapping[str, object]) -> str:
    """Return the text of the blocks that a letter with these parts has."""
    shown = [
        block.text
        for block in TEMPLATE
        if all(bool(parts.get(place)) == has for place, has in block.needs)
    ]
    return "\n".join(shown)


def list_cited_in_text(law: ContractRegime, text: str) -> list[str]:
    """Return the provisions that the text of a letter names."""
    places = re.findall(r"\b(sections?|regulations?) (\d+[A-Z]*)", text)
    named = "PSR 2023" if law.code == "psr-england" else "PCR 2015"
    return [
        f"PA 2023 s.{number}" if word.startswith("section") else f"{named} reg {number}"
        for word, number in places
    ]


def judge(case: Case) -> dict[str, str]:
    """Return what differs from a case, by what it is about; nothing where all agrees."""
    told: dict[str, str] = {}
    law = find_regime(contract_of(case), case["as_of"])
    regime = REGIMES.get(case["regime"], case["regime"])
    # Which of the three Scottish sets of rules it is, the ground says.
    if law.code != regime and not law.code.startswith(f"{regime}-"):
        told["regime"] = f"{law.code}, not {regime}: {law.reason}"
    found = grounds_of(case, law)
    kinds = {one.ground.kind for one in found}
    ground = "mandatory" if "mandatory" in kinds else "discretionary" if kinds else "none"
    wanted = case["expected"]["ground"]
    if ground != wanted and not (ground == "discretionary" and case["expected"].get("also")):
        told["ground"] = f"{ground} {cited(found)}, not {wanted}"
    letter = write_letter(case, law, grounds_of(case, law, SHORTER))
    names = cited(found) + list_cited_in_text(law, letter or "")
    for never in case["expected"]["must_not_cite"]:
        wrong = [one for one in names if re.match(re.escape(never) + r"(?![\w-])", one)]
        if wrong:
            told["cited"] = f"{wrong}, never {never}"
    if (letter is not None) != (case["letter"]["expected"] == "allowed"):
        told["letter"] = f"{'is refused' if letter is None else 'goes out'}"
    return told


UNREAD = "The text of what hears or ends was in no copy that could be read: no letter goes out."
# Where a case and this code differ, and why that stays: by what differs.
KNOWN: Mapping[str, tuple[set[str], str]] = {
    "psr-dac-notice-before": (
        {"ground"},
        "By the head of the cases a ground says nothing of the stage, and the conviction comes "
        "after the award. Grave professional misconduct (SI 2015/102 reg 57(8)(c)) holds a fraud "
        "whoever lost by it, reg 57(1)(e) one against the European Communities alone. No letter "
        "goes out.",
    ),
    "psr-wales-competitive": ({"letter"}, UNREAD),
    "psr-wales-running": ({"letter"}, UNREAD),
    "ccr-at-award": ({"letter"}, UNREAD),
    "ucr-public-utility": ({"letter"}, UNREAD),
    "sc-council-above": ({"letter"}, UNREAD),
    "sc-council-regulated-below": ({"letter"}, UNREAD),
}
# By regime, the law whose grounds it has.
LAWS: Mapping[str, tuple[str, ...]] = {
    "procurement-act-2023": ("PA 2023",),
    # Before 24 February 2025 it took over those of the Public Contracts Regulations.
    "psr-england": ("PA 2023", "PCR 2015"),
    "psr-wales": ("PA 2023",),
    "pcr-2015": ("PCR 2015",),
    "utilities-2016": ("PCR 2015",),
    "concession-2016": ("CCR 2016",),
    "scotland": ("SSI 2015/446", "SSI 2016/145"),
}


def test_each_case_of_law_is_judged_as_the_law_has_it_or_its_difference_is_known() -> None:
    differ = {case["id"]: told for case in CASES if (told := judge(case)) and "open" not in case}
    assert {id_: set(told) for id_, told in differ.items()} == {
        id_: what for id_, (what, _) in KNOWN.items()
    }, differ


def test_no_law_is_cited_but_that_of_the_contract() -> None:
    wrong = {
        case["id"]
        for case in CASES
        for one in cited(grounds_of(case, find_regime(contract_of(case), case["as_of"])))
        if "open" not in case and not one.startswith(LAWS.get(case["regime"], ()))
    }
    assert wrong == set()


def test_fraud_is_a_mandatory_ground_of_the_older_regulations_against_the_union_alone() -> None:
    labels = ("PA23-6-15 Fraud, officer to decide",)
    act, older = (assume_regime(code, date(2026, 11, 20)) for code in ("pa23", "pcr-2015"))
    private = "Sentenced for fraud on a bank"
    assert list_named_codes(labels, older, private) == ("PCR15-misconduct",)
    for told in ("Fraud on the European Social Fund", "Fraud on an EU grant"):
        assert list_named_codes(labels, older, told) == ("PCR15-fraud", "PCR15-misconduct")
    assert list_named_codes(labels, act, private) == ("PA23-6-15",)


def test_a_letter_names_what_sets_aside_a_mandatory_ground_of_the_older_regulations() -> None:
    law = assume_regime("pcr-2015", date(2026, 11, 20))
    for ground in list_grounds_of_family("PCR15"):
        parts = choose_letter_parts(law, ground, "supplier", running=False) | {"tender": "yes"}
        said = fill_parts(parts)
        assert ("57(6)" in said) == (ground.kind == "mandatory"), ground.code
        assert "likely to occur again" not in said
