"""What is said of a contract rests on its own law: no provision of another, in any output.

Which provisions a law has is asked of the engine (regimes, families of grounds) and of the table of
provisions (`data/citations.toml`).
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from typing import get_args

from pages.citations import OWN_ACT, load_statutes

from duediligence.law.grounds import (
    list_family_codes,
    list_ground_codes,
    list_grounds_of_family,
    load_circumstance_rules,
    load_ground_families,
)
from duediligence.law.possible_grounds import assume_regime, judge_grounds
from duediligence.law.regimes import ContractRegime, Regime, RegimeCertainty, list_regimes
from duediligence.model.circumstances import CIRCUMSTANCE_KINDS, Circumstance, LawPoint, Whom
from tests.rows import for_each

TODAY = date(2026, 11, 24)
TEXTS = [one for one in list_regimes() if one.code != "unknown"]
# Which statutes are about buying; that of grants is none.
PROCURES = re.compile(r"Procurement|Provider Selection|Contracts Regulations|Public Contracts")
_NUMBER = r"(?!20[0-9]{2}\b)[0-9]+[A-Z]*(?:\([0-9a-zA-Z]+\))*(?:-[0-9]+)?"
PLACE = re.compile(rf"\b(ss?\.|regs? |Sch )((?:{_NUMBER}(?:, | and | or )?)+)")
TAKEN: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset((OWN_ACT,)))
CODE = re.compile(r"\b(?:PA23|PCR15|CCR16|SCO1[56])-[0-9a-z-]*[0-9a-z]")
# What a kind of event can be at its worst, and at its best.
FACTS = (
    {"continues": True, "ended": True, "went_over": ("name",), "stated": ("PA23-6-15",)},
    {"act_section": "Fraud Act 2006 s.2", "happened_on": date(2024, 5, 3), "day_of": "conviction"},
    {"happened_on": date(2010, 5, 3)},
    {},
)


@cache
def map_procurement_laws() -> dict[str, str]:
    """The title of each procurement law by the names that texts have for it: those of the table of
    provisions, of regimes and of families of grounds.
    """
    titles = {family.title for family in load_ground_families().values()}
    titles |= {part for one in TEXTS for part in one.title.split(" and ") if PROCURES.search(part)}
    titles |= {one.title for one in load_statutes().values() if PROCURES.search(one.title)}
    titles = {one.partition(", Part")[0] for one in titles}
    names = {one: one for one in titles}
    for title in titles & set(load_statutes()):
        names |= dict.fromkeys(load_statutes()[title].names, title)
    return names


@cache
def list_own_laws(text: Regime) -> frozenset[str]:
    """The law of a regime, and that of the grounds that it takes over."""
    laws = map_procurement_laws()
    found = {title for name, title in laws.items() if name in f"{text.title} {text.short}"}
    family = load_ground_families().get(text.grounds)
    return frozenset(found | ({family.title} if family else set()) | TAKEN[text.grounds == "pa23"])


@cache
def list_own_places(text: Regime) -> frozenset[str]:
    """The provisions of a regime's law, as `s.58` or `reg 57`, of the engine and of the table."""
    family = load_ground_families().get(text.grounds)
    words = [rule.at for rule in text.rules]
    words += [one.provision for one in list_grounds_of_family(family.code)] if family else []
    words += [family.mandatory_by, family.discretionary_by] if family else []
    places = {place for each in words for place in list_places(each)}
    rows = [
        row.at
        for law in list_own_laws(text) & set(load_statutes())
        for row in load_statutes()[law].provisions
    ]
    return frozenset(places | {one for row in rows for one in list_places(row)})


def list_places(words: str) -> set[str]:
    """`ss.26, 27 and 30` as `s.26`, `s.27`, `s.30`; `Schedule 7` as `Sch 7`."""
    for long, short in (
        ("[Ss]ections?", "s."),
        ("[Rr]egulations?", "reg "),
        ("Schedules?", "Sch "),
    ):
        words = re.sub(rf"\b{long} (?=[0-9])", short, words)
    found: set[str] = set()
    for one in PLACE.finditer(words):
        kind = {"s": "s.", "r": "reg ", "S": "Sch "}[one[1][0]]
        for part in re.finditer(r"(?<![(0-9])([0-9]+)([A-Z]?)(?:-([0-9]+))?", one[2]):
            last = int(part[3] or part[1])
            found |= {f"{kind}{n}{part[2]}" for n in range(int(part[1]), last + 1)}
    return found


def list_foreign(said: str, text: Regime) -> list[str]:
    """The grounds, laws and provisions of procurement law that some words name, and a regime has
    not. Provisions of other statutes, which hold under any regime, are no procurement law.
    """
    own, laws = list_own_laws(text), map_procurement_laws()
    family = load_ground_families().get(text.grounds)
    prefix = f"{family.code}-" if family else "PA23-" if text.grounds == "pa23" else "none"
    codes = {*list_ground_codes(), *list_family_codes()}
    found = [one for one in CODE.findall(said) if one in codes and not one.startswith(prefix)]
    statutes = {name: one.title for one in load_statutes().values() for name in one.names}
    statutes |= {title: title for title in load_statutes()} | laws
    longest = sorted(statutes, key=len, reverse=True)
    named = re.split(rf"\b({'|'.join(map(re.escape, longest))})(?![a-z])", said)
    for name, words in zip(["", *named[1::2]], named[::2], strict=True):
        law = statutes.get(name, "")
        if law in laws.values() and law not in own:
            found.append(law)
        elif not law:
            found += sorted(list_places(words) - list_own_places(text))
    return found


def judge_every_event(law: ContractRegime) -> Iterator[tuple[str, str]]:
    """Each kind of event, with a sentence or label that it leads to under a law."""
    for kind in CIRCUMSTANCE_KINDS:
        for whom in get_args(Whom):
            for facts in FACTS:
                one = Circumstance(kind=kind, whom=whom, **facts)  # type: ignore[arg-type]
                found = judge_grounds([one], [law], TODAY, points=get_args(LawPoint))
                for said in (*found.labels, *found.working, *found.steps):
                    yield kind, said


@for_each("text", TEXTS, ids=lambda one: f"{one.code} {one.since}")
def test_no_event_leads_to_a_sentence_of_another_law(text: Regime) -> None:
    for certainty in get_args(RegimeCertainty):
        law = replace(assume_regime(text.code, TODAY), regime=text, certainty=certainty)
        said = list(judge_every_event(law))
        assert {kind for kind, _ in said} == set(CIRCUMSTANCE_KINDS)
        wrong = {
            (kind, one, *list_foreign(one, text)) for kind, one in said if list_foreign(one, text)
        }
        assert not wrong, sorted(wrong)[:3]


def test_a_sentence_of_another_law_would_be_found() -> None:
    scotland = next(one for one in TEXTS if one.code == "scotland")
    act = next(one for one in TEXTS if one.code == "pa23")
    for said in (
        "Procurement Act 2023 Sch 7 para 11(1) leaves it to you",
        "Ask what it has changed since (s.58)",
        "PA23-7-5: Sch 7 looks back 5 years",
        "Under the Procurement Act 2023: an entry counts",
    ):
        assert list_foreign(said, scotland), said
        assert not list_foreign(said, act), said
    for said in ("Public Contracts (Scotland) Regulations 2015 reg 58(8) leaves it to you",):
        assert list_foreign(said, act)
        assert not list_foreign(said, scotland)
    assert not list_foreign("Modern Slavery Act 2015 s.52", scotland)


def test_why_no_ground_is_suggested_holds_under_every_law() -> None:
    for kind, rule in load_circumstance_rules().items():
        assert not list_places(rule.none), kind
        assert not [name for name in map_procurement_laws() if name in rule.none], kind
        assert "{it}" in rule.weighed


def test_where_the_law_is_not_known_the_sentence_says_for_which_it_holds() -> None:
    law = assume_regime("pa23", TODAY)
    found = judge_grounds([Circumstance(kind="caution")], [law], TODAY, points=["misstatements"])
    assert found.working == (
        "We suggest no ground: it is an admission, and no court has ruled. Procurement Act 2023 "
        "Sch 7 para 11 leaves it to you, where that law applies.",
    )
    assert found.steps[0].startswith(
        "If the contract is under the Procurement Act 2023: Section 30"
    )
    known = replace(law, certainty="likely")
    (said,) = judge_grounds([Circumstance(kind="caution")], [known], TODAY).working
    assert said.endswith("Sch 7 para 11 leaves it to you.")
