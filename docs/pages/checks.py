"""The page of checks: each with its guidance, its basis, its parameters and how often it fires."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from duediligence import registry
from duediligence.contracts.checks import AnyCheck
from duediligence.law.grounds import find_circumstance_rule, list_ground_codes
from duediligence.law.possible_grounds import list_grounds_of_kind

# Written by benchmarks/base_rates.py: one row a check and population, or one that says why not.
FIGURES = Path(__file__).parents[1] / "figures" / "base_rates.tsv"
_POPULATIONS = {
    "care": "care providers",
    "charity": "charities",
    "builder": "small builders",
    "taxi": "taxi firms",
}
INTRO = """# Checks

Every flag carries the id of the check that raised it. Ids never change.

A check that fires on more than 1 in 20 ordinary suppliers is information: its severity is low, and
what it finds is above low in 1 in 20 at most, whatever grounds it can go to. Below each check is
how often it fires, how often above low, and what that was measured on; and which grounds what it
tells of can go to, which one table decides ([grounds](grounds.md)).
`python benchmarks/base_rates.py` measures the rates on invented care providers, charities, small
builders and taxi firms. How common each thing is among them, with its
source or the reason why it had to be assumed, is in `benchmarks/base_rates.toml`: many are assumed,
so read a figure as an order of size. Each has one contract for work of its trade. Every list
that shows a registration is in use, no register of a council is: with one of private hire, `REQ-04`
has less to ask of taxi firms. The figures of real care providers are counts alone: names and
addresses of 8,442 care locations, looked up on the sanctions lists, the World Bank's list and the
register of sponsors.

"""

Row = Mapping[str, str]


def page() -> Iterator[str]:
    measured = figures()
    yield INTRO
    yield "| id | check | topic | severity | fires on, of 1,000 |\n|---|---|---|---|---|\n"
    for one in registry.checks().values():
        span = _span(measured.get(one.id, ()))
        yield f"| [`{one.id}`](#{one.id.lower()}) | {one.title} | {one.topic} | {one.severity} "
        yield f"| {span} |\n"
    for one in registry.checks().values():
        yield f"\n## {one.id}\n\n**{one.title}** · severity {one.severity}\n\n{one.guidance}\n\n"
        yield f"Basis: {one.basis}.\n\n{_grounds(one)}\n"
        for name, value in one.params.items():
            yield f"\nParameter `{name}`, {value} unless a policy sets it.\n"
        yield f"\n{_told(measured.get(one.id, ()))}\n"


def _grounds(check: AnyCheck) -> str:
    """Say which grounds what it tells of can go to, as the one table of them has it."""
    if not check.circumstances:
        return "Possible grounds: none."
    stated = [kind for kind in check.circumstances if find_circumstance_rule(kind).stated]
    codes = {code for kind in check.circumstances for code in list_grounds_of_kind(kind)}
    if stated:
        return "Possible grounds: those that its source states."
    named = ", ".join(
        f"[{one}](grounds.md#{one.lower()})" for one in list_ground_codes() if one in codes
    )
    if len(codes) > 6:
        named = "those that the Act cited leads to ([grounds](grounds.md))"
    return f"Possible grounds: {named or 'none'}."


def figures() -> dict[str, list[Row]]:
    """Return the measured rows of each check."""
    found: dict[str, list[Row]] = {}
    with FIGURES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            found.setdefault(row["check"], []).append(row)
    return found


def _span(rows: Sequence[Row]) -> str:
    shares = [_of_1000(row, "fires") for row in rows if row["population"] in _POPULATIONS]
    if not shares:
        return "not measured"
    least, most = min(shares), max(shares)
    return f"{least}" if least == most else f"{least} to {most}"


def _told(rows: Sequence[Row]) -> str:
    """Say in a sentence or two how often the check fires, or why that is not known."""
    invented = [row for row in rows if row["population"] in _POPULATIONS]
    sentences = []
    if invented:
        shares = ", ".join(map(_share, invented))
        sentences.append(f"Of 1,000 ordinary suppliers of a kind (invented) it fires on: {shares}.")
    for row in rows:
        if row["population"] == "real":
            sentences.append(
                f"Of {int(row['suppliers']):,} real care providers: {int(row['fires']):,}."
            )
    reason = next((row["why_not"] for row in rows if row["why_not"]), "")
    return " ".join(sentences) or f"How often it fires is not measured: {reason or 'a new check'}."


def _share(row: Row) -> str:
    """Return the count, and how many of them are above low where only some are."""
    some = 0 < int(row["above_low"]) < int(row["fires"])
    above = f" ({_of_1000(row, 'above_low')} above low)" if some else ""
    return f"{_POPULATIONS[row['population']]} {_of_1000(row, 'fires')}{above}"


def _of_1000(row: Row, count: str) -> int:
    return round(1000 * int(row[count]) / int(row["suppliers"]))
