"""The rules that say how long each kind of record is kept."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Literal

from duediligence.errors import Invalid
from duediligence.extension import Extension, find_own_extensions, load_parts
from duediligence.text.wording import count
from duediligence.typed_data import convert_to

YEAR = 365
_ENDS = {
    "a person": "removed by hand",
    "refresh": "replaced",
    "retention run": "its time, by kind",
}
_MOST = 100 * YEAR


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionRule:
    """One rule. `days` count from what `runs_from` says; `basis` is why (statute and section).

    `least` and `most` are the days that may be set; `by` who applies it.
    """

    id: str
    title: str
    days: int
    runs_from: str
    does: str
    basis: str
    by: Literal["retention run", "refresh", "a person"]
    least: int = 1
    most: int = _MOST

    @property
    def period(self) -> str:
        """Return `90 days`, `5 years`; `none` where a newer version ends it."""
        if not self.days:
            return "none"
        years, rest = divmod(self.days, YEAR)
        return count(self.days, "day") if rest else count(years, "year")

    @property
    def kept(self) -> str:
        """Return `90 days`; of a rule without days what ends it, `until replaced`."""
        return self.period if self.days else f"until {_ENDS[self.by]}"

    def since(self, now: datetime) -> datetime:
        """Return the moment; what is older is past its retention period."""
        return now - timedelta(days=self.days)


def rules(
    days: Mapping[str, int], extensions: tuple[Extension, ...] | None = None
) -> dict[str, RetentionRule]:
    """Return every rule by its id, with the `days` that the settings give some of them.

    The core's come first, then the extensions': unless given, of our own.

    Raises UsageError for a rule that there is not, and for a time that is too short.
    """
    extensions = find_own_extensions() if extensions is None else extensions
    every = (_load_core_rules(), *(one.RULES for one in load_parts(extensions, "records")))
    own = {rule.id: rule for some in every for rule in some}
    for name, value in days.items():
        rule = own.get(name)
        if rule is None or not rule.days:
            known = ", ".join(one.id for one in own.values() if one.days)
            raise Invalid(
                f"retention: unknown rule {name!r}",
                field="retention",
                hint=f"Valid rules: {known}.",
            )
        if not rule.least <= value <= rule.most:
            raise Invalid(
                f"retention: {name} must be {rule.least:,} to {rule.most:,} days, not {value:,}",
                field="retention",
                hint=rule.basis,
            )
    return {name: replace(rule, days=days.get(name, rule.days)) for name, rule in own.items()}


def render_retention_table() -> Iterator[str]:
    """Yield the rules as a table for the docs, line by line."""
    yield "| rule | what | kept | counted from | then | why |\n|---|---|---|---|---|---|\n"
    for rule in rules({}).values():
        yield f"| `{rule.id}` | {rule.title} | {rule.kept} | {rule.runs_from} | {rule.does} "
        yield f"| {rule.basis} |\n"


@cache
def _load_core_rules() -> tuple[RetentionRule, ...]:
    return read_retention_rules("duediligence.casework")


def read_retention_rules(package: str) -> tuple[RetentionRule, ...]:
    """Return the rules that the file `retention_rules.toml` of a package has."""
    text = files(package).joinpath("retention_rules.toml").read_text("utf-8")
    return convert_to(tuple[RetentionRule, ...], tomllib.loads(text)["rule"])


@dataclass(frozen=True, slots=True)
class Removed:
    """What one rule came to: how many of what (`screenings`), and the runs that it touched."""

    rule: RetentionRule
    records: int
    of: str
    runs: tuple[str, ...] = ()
