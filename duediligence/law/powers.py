"""The powers of a council and the Acts behind each, and who can act on a case."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from duediligence.law.grounds import read
from duediligence.model import Power
from duediligence.typed_data import convert_to


@dataclass(frozen=True, slots=True)
class CouncilPower:
    """`acts` are the main ones. `restricted` marks powers whose records are rarely public: shown to
    who may see them only.
    """

    power: Power
    title: str
    acts: tuple[str, ...]
    restricted: bool = False


_DATA = read("powers.toml")
POWERS: Mapping[Power, CouncilPower] = {
    one.power: one for one in convert_to(tuple[CouncilPower, ...], _DATA["power"])
}

assert POWERS.keys() == set(get_args(Power))


@dataclass(frozen=True, slots=True)
class Agency:
    """A body or a service of the council, by its `code`. `acts` are the main ones it acts under.

    `ours` is whether it is a service of the council itself.
    """

    code: str
    title: str
    acts: tuple[str, ...]
    ours: bool = False


# What the council's own powers rest on is said once, where records are read under them.
AGENCIES: Mapping[str, Agency] = {
    one.code: one
    for one in (
        *(
            Agency(one.power, one.title, one.acts, ours=True)
            for one in POWERS.values()
            if one.power != "other"
        ),
        *convert_to(tuple[Agency, ...], _DATA["agency"]),
    )
}
