"""The Provider Selection Regime for health services: what it takes over and where it differs."""

from dataclasses import dataclass
from datetime import date
from functools import cache

import msgspec

from duediligence.law.grounds import Ground, Sureness, grounds, read


@dataclass(frozen=True, slots=True)
class Rule:
    """What one regulation says, in our words, and how sure we are of it."""

    reference: str
    title: str
    says: str
    sure: Sureness


@dataclass(frozen=True, slots=True)
class Regime:
    """A regime that takes over the grounds of `schedules` of the Procurement Act 2023."""

    title: str
    since: date
    schedules: tuple[int, ...]
    rules: tuple[Rule, ...]

    def grounds(self, on: date) -> tuple[Ground, ...]:
        """The grounds that it takes over, as they stand on that day, under their own codes."""
        if on < self.since:
            return ()
        return tuple(one for one in grounds(on) if one.schedule in self.schedules)


@cache
def provider_selection_regime() -> Regime:
    """SI 2023/1348, for councils' public health and substance misuse services among others."""
    return msgspec.convert(read("provider_selection_regime_2023.toml"), Regime)
