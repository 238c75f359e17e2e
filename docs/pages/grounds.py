"""The page of exclusion grounds: what each rests on, and which lists and checks can point to it."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import chain

from duediligence.contracts import Watchlist
from duediligence.contracts.checks import AnyCheck
from duediligence.law.crimes import CrimeAct, load_crime_acts
from duediligence.law.grounds import (
    FACTORS,
    REMINDERS,
    Ground,
    Limb,
    find_circumstance_rule,
    list_ground_codes,
    list_ground_versions,
    list_grounds_of_family,
    load_circumstance_rules,
    load_ground_families,
    provider_selection_regime,
)
from duediligence.law.lookback import UNSETTLED
from duediligence.law.possible_grounds import list_grounds_of_kind, list_regimes_without_grounds
from duediligence.law.regimes import RuleKind, list_regimes

_BEFORE: tuple[RuleKind, ...] = (
    "mandatory grounds",
    "discretionary grounds",
    "connected persons",
    "associated persons",
    "sub-contractors",
    "representations",
    "replacement",
    "overriding public interest",
)
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
    parts = (
        *_by_circumstance(checks),
        *_table(pointing),
        *_details(pointing),
        *_hearing(),
        *_health(),
        *_regimes(),
    )
    return "".join((INTRO, *parts))


def codes_named(check: AnyCheck) -> set[str]:
    """Return the codes that what a check tells of can go to; of what states a ground, none."""
    return {
        code
        for kind in check.circumstances
        if not find_circumstance_rule(kind).stated
        for code in list_grounds_of_kind(kind)
    }


def _pointing(lists: Iterable[Watchlist], checks: Iterable[AnyCheck]) -> dict[str, list[str]]:
    pointing: dict[str, list[str]] = {code: [] for code in list_ground_codes()}
    for one in lists:
        for code in sorted(one.grounds):
            pointing[code].append(f"[`{one.id}`](lists.md#{one.id})")
    for check in checks:
        for code in sorted(codes_named(check)):
            pointing[code].append(_linked(check))
    return pointing


def _by_circumstance(checks: Iterable[AnyCheck]) -> Iterator[str]:
    """Yield what each kind of circumstance can go to, and which checks tell of it."""
    checks = tuple(checks)
    yield "## What happened, and what it can go to\n\n"
    yield "A check says what happened, and one table judges it (`law/data/circumstances.toml`). "
    yield "Where an Act is cited, it decides before the kind does: see the Acts of each ground."
    yield "\n\n| what happened | can go to | why not further | source | how sure | checks |\n"
    yield "|---|---|---|---|---|---|\n"
    for kind, rule in load_circumstance_rules().items():
        codes = ", ".join(f"[`{code}`](#{code.lower()})" for code in rule.grounds)
        to = "what its source states" if rule.stated else codes or "none"
        ruling = f", as ruled by {rule.ruling}" if rule.ruling else ""
        told = ", ".join(_linked(one) for one in checks if kind in one.circumstances)
        weigh = f". [`{rule.weigh}`](#{rule.weigh.lower()}) may be considered" if rule.weigh else ""
        yield f"| {kind.replace('_', ' ')} | {to}{ruling} | {rule.none}{weigh} | {rule.source} | "
        yield f"{rule.sure} | {told} |\n"
    yield "\n"


def _regimes() -> Iterator[str]:
    yield "\n## By regime\n\n"
    yield "What a contract is bought under decides which grounds there are, about which people, "
    yield "and what a buyer may and must do before it decides (`law/data/regimes.toml`).\n"
    without = {one.regime: one for one in list_regimes_without_grounds()}
    for regime in list_regimes():
        if not regime.rules:
            continue
        yield f"\n### {regime.short[:1].upper()}{regime.short[1:]}\n\n"
        if one := without.get(regime.code):
            yield f"It has no grounds. A buyer can still use {one.can_use} ({one.source}, "
            yield f"{one.sure}).\n\n"
        if family := load_ground_families().get(regime.grounds):
            yield f"It has the grounds of the {family.title}.\n\n"
        yield from (
            f"- {rule.what.capitalize()}: {rule.says} ({rule.at or regime.source}, {rule.sure})\n"
            for rule in regime.rules
            if rule.what in _BEFORE
        )
    for family in load_ground_families().values():
        yield f"\n### Grounds of the {family.title}\n\n"
        yield f"How sure: {family.sure}. Whose conviction counts beside the supplier's: "
        yield f"{family.connected}.\n\n"
        yield from _family_table(family.code)


def _family_table(family: str) -> Iterator[str]:
    yield "| code | ground | kind | where | look-back | about |\n|---|---|---|---|---|---|\n"
    for one in list_grounds_of_family(family):
        years = f"{one.years} years, {one.look_back_by}" if one.years else "none"
        yield f"| `{one.code}` | {one.name} | {one.kind} | {one.place} | {years} | "
        yield f"{', '.join(one.reaches)} |\n"
    yield "\n"


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
