"""The page of exclusion grounds: what each rests on, and which lists and checks can point to it."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import chain
from types import CodeType, FunctionType, ModuleType
from typing import Any

from duediligence.contracts import Watchlist
from duediligence.contracts.checks import AnyCheck
from duediligence.law.crimes import CrimeAct, grounds_for, load_crime_acts
from duediligence.law.grounds import (
    FACTORS,
    REMINDERS,
    Ground,
    Limb,
    list_ground_codes,
    list_ground_versions,
    provider_selection_regime,
)
from duediligence.law.lookback import UNSETTLED

CODE = re.compile(r"PA23-\d+-\d+")
INTRO = f"""# Grounds

The tool names a ground as a possibility; the officer decides. Only an entry on the debarment list
is a status in itself. For every other ground the authority considers whether it applies and whether
the circumstances are continuing or likely to occur again (Procurement Act 2023 s.57), and lets the
supplier respond first (s.58). The wording is ours: the Act is at
<https://www.legislation.gov.uk/ukpga/2023/54>. Each text and note says how sure we are: *verified*
in a copy, *inference*, *memory*, or *unresolved*. Each provision that is cited, and what it
says, is in [legislation](legislation.md).

Schedule 6 looks back from the event, Schedule 7 from when the authority could first have been
aware. Nothing before the floor counts; 24 February 2022 is our interpretation of "three years
before" the Act.

Paragraphs 5 to 11, 12(1), (2) and (4) for a breach, and 13 of Schedule 7 are not settled.
{UNSETTLED} The setting `schedule_7_years` takes 3 or 5. Five, the wider, is the default.

"""


def grounds_page(lists: Iterable[Watchlist], checks: Iterable[AnyCheck]) -> str:
    """The whole page, in Markdown."""
    checks = tuple(checks)
    pointing = _pointing(lists, checks)
    parts = (_by_act(checks), *_table(pointing), *_details(pointing), *_hearing(), *_health())
    return "".join((INTRO, *parts))


def codes_named(rule: Callable[..., Any]) -> set[str]:
    """Return the codes in a check's rule, in what it calls in `checks`, and in their constants."""
    return {code for one in _reached(rule) if isinstance(one, str) for code in CODE.findall(one)}


def goes_by_the_act(rule: Callable[..., Any]) -> bool:
    """Whether a rule points to whichever ground the Act and section of a record lead to."""
    return any(one is grounds_for for one in _reached(rule))


def _reached(rule: Callable[..., Any]) -> Iterator[Any]:
    seen: set[int] = set()
    todo: list[Any] = [rule]
    while todo:
        one = todo.pop()
        if id(one) in seen or isinstance(one, ModuleType):
            continue
        seen.add(id(one))
        yield one
        if isinstance(one, tuple | list | frozenset | set):
            todo += one
        elif isinstance(one, dict):
            todo += one.values()
        elif isinstance(one, CodeType):
            todo += one.co_consts
        elif isinstance(one, FunctionType) and one.__module__.startswith("duediligence.checks."):
            todo += one.__code__.co_consts
            names = set(_names(one.__code__))
            todo += [value for name, value in one.__globals__.items() if name in names]


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _names(inner)


def _pointing(lists: Iterable[Watchlist], checks: Iterable[AnyCheck]) -> dict[str, list[str]]:
    pointing: dict[str, list[str]] = {code: [] for code in list_ground_codes()}
    for one in lists:
        for code in sorted(one.grounds):
            pointing[code].append(f"[`{one.id}`](lists.md#{one.id})")
    for check in checks:
        for code in sorted(codes_named(check.run)):
            pointing[code].append(_linked(check))
    return pointing


def _by_act(checks: Iterable[AnyCheck]) -> str:
    by_act = [_linked(check) for check in checks if goes_by_the_act(check.run)]
    if not by_act:
        return ""
    return (
        "These checks read records, and point to the ground that the Act and section a record "
        f"cites lead to: {', '.join(by_act)}. Each ground below lists its Acts.\n\n"
    )


def _linked(check: AnyCheck) -> str:
    return f"[`{check.id}`](checks.md#{check.id.lower()})"


def _table(pointing: dict[str, list[str]]) -> Iterator[str]:
    yield "| code | ground | kind | look-back | floor | lists and checks that can point to it |\n"
    yield "|---|---|---|---|---|---|\n"
    for code, by in pointing.items():
        one = list_ground_versions(code)[-1]
        floors = dict.fromkeys(_said(part.floor) for part in one.limbs or (one,))
        years = dict.fromkeys(_years(part) for part in one.limbs or (one,))
        yield f"| [`{code}`](#{code.lower()}) | {one.name} | {one.kind} | {', '.join(years)} | "
        yield f"{' or '.join(floors)} | {', '.join(by)} |\n"


def _details(pointing: dict[str, list[str]]) -> Iterator[str]:
    for code in pointing:
        texts = list_ground_versions(code)
        yield f"\n## {code}\n\n**{texts[-1].name}** · Schedule {texts[-1].schedule} paragraph "
        yield f"{texts[-1].paragraph}, {texts[-1].kind} · about: {', '.join(texts[-1].reaches)}\n\n"
        for text in texts:
            until = f" to {_said(text.until)}" if text.until else ""
            yield f"- From {_said(text.since)}{until} ({text.sure}): {text.law}.\n"
        if leading := [act.title for act in load_crime_acts().values() if _leads(act, code)]:
            yield f"- Records lead to it if they cite: {'; '.join(leading)}.\n"
        for part in texts[-1].limbs:
            yield f"- Limb {part.limb}, {part.name}: {_years(part)}, floor {_said(part.floor)}.\n"
        for note in dict.fromkeys(note for text in texts for note in text.notes):
            yield f"- {note}\n"


def _leads(act: CrimeAct, code: str) -> bool:
    return any(
        code in (*(offence.grounds or ()), *chain.from_iterable(offence.records.values()))
        for offence in act.offences
    )


def _hearing() -> Iterator[str]:
    yield "\n## Before you decide\n\n"
    for one in (*FACTORS, *REMINDERS):
        yield f"- {one.reference} **{one.title}.** {one.question}\n"


def _health() -> Iterator[str]:
    regime = provider_selection_regime()
    yield f"\n## Health services\n\n{regime.title}, in England from {_said(regime.since)}.\n\n"
    for rule in regime.rules:
        yield f"- {rule.reference} **{rule.title}.** {rule.says} ({rule.sure})\n"


def _years(part: Ground | Limb) -> str:
    return "3 or 5 years" if part.unsettled else f"{part.years} years"


def _said(day: date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else "none"
