"""What an installation looks at, and what it does not: stated once a run, never a finding."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from duediligence.model.registers.register import Register

# A register, or something in it, that the set-up does not look at. Kept with runs: a code stays.
ScopeGap = Literal[
    "no-company-register",
    "company-bulk-file-only",
    "owners-not-loaded",
    "addresses-not-counted",
    "charities-england-wales-not-loaded",
    "charities-england-wales-file-only",
    "charities-scotland-not-loaded",
    "charities-scotland-file-only",
    "charities-northern-ireland-not-loaded",
    "charities-northern-ireland-file-only",
]

# What else is not looked at where there is such a gap.
_IMPLIED: Mapping[ScopeGap, tuple[ScopeGap, ...]] = {
    "no-company-register": (
        "company-bulk-file-only",
        "owners-not-loaded",
        "addresses-not-counted",
    ),
    "charities-england-wales-not-loaded": ("charities-england-wales-file-only",),
    "charities-scotland-not-loaded": ("charities-scotland-file-only",),
    "charities-northern-ireland-not-loaded": ("charities-northern-ireland-file-only",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterInUse:
    """A register that was asked: its bulk file and the day of that, or `online` by its API.

    `dated` is the day of the snapshot, or of its loading where no day is known; None online.
    `stale`: a newer file is published.
    """

    register: Register
    online: bool = False
    dated: date | None = None
    stale: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The registers that a run asked, and what the set-up never looks at.

    The lists in use are those of the run. None of this makes a run incomplete: what was in scope
    and failed does.
    """

    registers: tuple[RegisterInUse, ...] = ()
    gaps: tuple[ScopeGap, ...] = ()


def not_looked_at(gaps: tuple[ScopeGap, ...]) -> frozenset[ScopeGap]:
    """The gaps with all that they imply, so that two scopes can be compared as sets."""
    return frozenset(gaps).union(*(_IMPLIED.get(gap, ()) for gap in gaps))
