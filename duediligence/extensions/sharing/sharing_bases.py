"""Powers and conditions under which information is shared, as data: `data/sharing_bases.toml`."""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal

from duediligence.law.grounds import Sureness
from duediligence.typed_data import convert_to

_DATA = files(__package__).joinpath("data", "sharing_bases.toml")

BasisPart = Literal["power", "duty", "lawful", "offence", "exemption"]
PARTS: Mapping[BasisPart, str] = {
    "power": "Power to share",
    "duty": "Duty that it serves",
    "lawful": "Lawful basis",
    "offence": "Condition for data about offences",
    "exemption": "Exemption",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SharingBasis:
    """One provision on which an agreement may rest: see the head of the data file.

    `permits` and `only_if` are in our words; `sure` says how sure we are of them.
    """

    code: str
    part: BasisPart
    law: str
    permits: str
    only_if: str
    source: str
    sure: Sureness
    reviewed: date
    review_by: date

    def why_to_read_it(self, today: date) -> str:
        """Return why its text must be read before it is relied on; empty where it was, and
        lately.
        """
        if self.sure != "verified":
            return "from memory: read it before you rely on it"
        if today > self.review_by:
            return f"not compared with the law since {self.reviewed.isoformat()}"
        return ""


@cache
def sharing_bases() -> Mapping[str, SharingBasis]:
    """Return every basis by its code, in the order of the file."""
    found = convert_to(tuple[SharingBasis, ...], tomllib.loads(_DATA.read_text("utf-8"))["basis"])
    return {one.code: one for one in found}


def missing_parts(codes: Collection[str], *, people: bool) -> tuple[str, ...]:
    """Return which questions the bases leave open, in words: a power, a lawful basis and, where
    data are about people, a condition for data about offences. Whether the rest applies is for a
    lawyer.
    """
    needed: tuple[BasisPart, ...] = ("power", "lawful", *(("offence",) if people else ()))
    held = {sharing_bases()[code].part for code in codes}
    return tuple(PARTS[part].lower() for part in needed if part not in held)
