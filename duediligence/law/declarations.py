"""What suppliers are asked about exclusion, and which grounds each question is about."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache

from duediligence.errors import UsageError
from duediligence.law.grounds import (
    list_ground_codes,
    list_ground_versions,
    list_like_codes,
    read,
)
from duediligence.model import Finding
from duediligence.typed_data import convert_to

# How similar a code must be to be offered for another one.
_ALIKE = 0.5


@dataclass(frozen=True, slots=True)
class DeclarationQuestion:
    """One question by its code: one of the Central Digital Platform, or that of a ground.

    `grounds` are the codes of every ground that the question is about.
    """

    code: str
    title: str
    grounds: tuple[str, ...]


def find_question(code: str) -> DeclarationQuestion:
    """Return the question of that code, such as `theft_fraud` or `PA23-7-5`, in capitals or not.

    Raises UsageError, with the nearest code, for one that there is not.
    """
    known = _by_folded_code()
    folded = _fold_question_code(code)
    if folded in known:
        return known[folded]
    near = get_close_matches(folded, known, 1, _ALIKE)
    did = f"; did you mean {known[near[0]].code}?" if near else ""
    raise UsageError(
        f"{code[:80]!r} is not the code of a question{did}",
        hint="Valid codes are those of the Central Digital Platform's exclusion questions, such as "
        "theft_fraud, or of grounds, such as PA23-7-5: see the guide to declarations.",
    )


def find_stated_grounds(code: str, *, in_uk: bool | None) -> tuple[str, ...]:
    """Return the grounds that a yes to a question may be of, by whether it happened in the UK.

    What is like an offence or event of Schedule 6 but happened elsewhere is of its paragraph 34 or
    42 (Procurement Regulations 2024 reg.12(2)(i) and (3)(g)); paragraph 2 of Schedule 7 is about
    conduct outside the UK alone. Raises UsageError, as `find_question`.
    """
    here = find_question(code).grounds
    if in_uk:
        return tuple(one for one in here if one != "PA23-7-2") or here
    elsewhere = tuple(dict.fromkeys(map(_find_ground_abroad, here)))
    return elsewhere if in_uk is False else tuple(dict.fromkeys((*here, *elsewhere)))


def _find_ground_abroad(code: str) -> str:
    _, schedule, paragraph = code.split("-")
    number = int(paragraph) if schedule == "6" else 0
    return "PA23-6-34" if 2 <= number <= 33 else "PA23-6-42" if 36 <= number <= 41 else code


def may_be_investigation(grounds: Iterable[str]) -> bool:
    """Return whether a yes about those grounds may be about an investigation only: no finding, and
    no admission (Procurement Regulations 2024 reg.12).
    """
    return not _load_investigated().isdisjoint(grounds)


@cache
def _load_investigated() -> frozenset[str]:
    return frozenset(read("declarations.toml")["under_investigation"])


def add_asked_grounds(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings, each with the grounds of the Procurement Act 2023 that its grounds under
    other laws are like: suppliers are asked about these.
    """
    return tuple(
        replace(one, possible_grounds=(*one.possible_grounds, *asked)) if asked else one
        for one in findings
        for asked in [
            [
                code
                for label in one.possible_grounds
                for code in list_like_codes(label.partition(" ")[0])
            ]
        ]
    )


@cache
def load_questions() -> tuple[DeclarationQuestion, ...]:
    """Return the questions of the Central Digital Platform."""
    return convert_to(tuple[DeclarationQuestion, ...], read("declarations.toml")["question"])


@cache
def _by_folded_code() -> Mapping[str, DeclarationQuestion]:
    of_grounds = (
        DeclarationQuestion(code, list_ground_versions(code)[-1].name, (code,))
        for code in list_ground_codes()
    )
    return {_fold_question_code(one.code): one for one in (*load_questions(), *of_grounds)}


def _fold_question_code(code: str) -> str:
    return "_".join(code.casefold().replace("-", " ").replace("_", " ").split())
