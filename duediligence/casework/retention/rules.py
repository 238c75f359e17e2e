"""The rules of retention, as data: how long each kind of record is kept, and why."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

from duediligence.errors import Invalid
from duediligence.text.wording import count

YEAR = 365
_MOST = 100 * YEAR


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. `days` count from what `runs_from` says; `basis` is why (statute and section).

    `least` is the fewest days that may be set; `by` who applies it.
    """

    id: str
    title: str
    days: int
    runs_from: str
    does: str
    basis: str
    by: Literal["retention run", "refresh", "a person"]
    least: int = 1

    @property
    def period(self) -> str:
        """`90 days`, `5 years`; `none` where a newer version ends it."""
        if not self.days:
            return "none"
        years, rest = divmod(self.days, YEAR)
        return count(self.days, "day") if rest else count(years, "year")

    def since(self, now: datetime) -> datetime:
        """What is older than this moment is over its time."""
        return now - timedelta(days=self.days)


def rules(days: Mapping[str, int]) -> dict[str, Rule]:
    """Every rule by its id, with the `days` that the settings give some of them.

    Raises UsageError for a rule that there is not, and for a time that is too short.
    """
    own = _own()
    for name, value in days.items():
        rule = own.get(name)
        if rule is None or not rule.days:
            known = ", ".join(one.id for one in own.values() if one.days)
            raise Invalid(
                f"retention: unknown rule {name!r}",
                field="retention",
                hint=f"Valid rules: {known}.",
            )
        if not rule.least <= value <= _MOST:
            raise Invalid(
                f"retention: {name} must be {rule.least:,} to {_MOST:,} days, not {value:,}",
                field="retention",
                hint=rule.basis,
            )
    return {name: replace(rule, days=days.get(name, rule.days)) for name, rule in own.items()}


def markdown() -> Iterator[str]:
    """The rules as a table for the docs, line by line."""
    yield "| rule | what | kept | counted from | then | why |\n|---|---|---|---|---|---|\n"
    for rule in _own().values():
        kept = rule.period if rule.days else "until replaced"
        yield f"| `{rule.id}` | {rule.title} | {kept} | {rule.runs_from} | {rule.does} "
        yield f"| {rule.basis} |\n"


@cache
def _own() -> Mapping[str, Rule]:
    text = files("duediligence.casework.retention").joinpath("rules.toml").read_text("utf-8")
    found = msgspec.convert(tomllib.loads(text)["rule"], tuple[Rule, ...])
    return {rule.id: rule for rule in found}
