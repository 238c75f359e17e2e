"""Invented people and places: thousands of names, a few of which are frequent.

The given names and surnames are words that people bear; who bears which is drawn. Streets and
towns are made of syllables.
"""

import random
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from invented_draws import Draws, Numbers, running
from numpy.typing import NDArray

_KNOWN = Path(__file__).parents[1] / "duediligence" / "matching" / "data" / "known_names.txt"
_SYLLABLES = (
    "bar bel bor bran cal cor dal den dor dun el fal fen gar gil gor hal har hol ken kil lan lor "
    "mal mar mel mor nor oak pel per quil ral ran rol sal sel sor stan tal tor ul val ven wal wen "
    "wor yar zel thorn wick ton ley ford by ham well mere combe stead"
).split()
_MEN = (
    "david john michael paul andrew peter james robert stephen richard mark christopher simon "
    "mohammed thomas daniel matthew anthony william ian kevin philip martin nicholas alan gary "
    "jonathan graham stuart neil adam benjamin alexander joseph muhammad ali george edward samuel "
    "jason lee timothy colin charles ahmed patrick sean luke ryan craig oliver harry abdul jack"
).split()
_WOMEN = (
    "susan sarah julie karen jane helen elizabeth margaret emma nicola claire deborah jacqueline "
    "rachel laura louise alison amanda victoria rebecca jennifer joanne christine maria lisa anna "
    "catherine caroline patricia linda fiona samantha charlotte katherine hannah lucy sophie "
    "fatima priya natalie angela michelle dawn gillian ruth sandra wendy olivia amy zoe"
).split()
_SURNAMES = (
    "smith jones williams taylor brown davies evans thomas wilson johnson roberts robinson wright "
    "thompson walker white edwards hughes green hall lewis harris clarke patel jackson wood turner "
    "martin cooper hill ward morris moore clark lee king baker khan harrison morgan allen james "
    "scott phillips watson davis parker bennett price griffiths singh ahmed ali hussain begum kaur "
    "shah chowdhury murphy kelly campbell stewart macdonald reid murray young mitchell anderson"
).split()
# The shares of people who bear a given name and a surname of the lists above: Smith is borne by one
# in seventy, David by one man in thirty.
_FREQUENT_GIVEN, _FREQUENT_SURNAME = 0.6, 0.22
_NATIONALITIES = (
    ("British", 74), ("Romanian", 5), ("Indian", 3), ("Polish", 3), ("Irish", 2), ("Chinese", 2),
    ("Pakistani", 2), ("Nigerian", 2), ("Italian", 2), ("French", 1), ("German", 1),
    ("Bulgarian", 1), ("American", 1), ("Portuguese", 1),
)  # fmt: skip
_COUNTRIES = (("England", 78), ("United Kingdom", 9), ("Scotland", 6), ("Wales", 4),
              ("Northern Ireland", 2), ("Ireland", 1))  # fmt: skip
_OCCUPATIONS = (
    ("DIRECTOR", 30), ("COMPANY DIRECTOR", 25), ("MANAGER", 6), ("CONSULTANT", 6), ("BUILDER", 4),
    ("ENGINEER", 4), ("ACCOUNTANT", 3), ("DRIVER", 3), ("BUSINESSMAN", 3), ("TEACHER", 1),
    ("SOLICITOR", 1), ("NONE", 3), ("SELF EMPLOYED", 3), ("ELECTRICIAN", 2), ("CHEF", 2),
    ("IT CONSULTANT", 4),
)  # fmt: skip
_ROADS = "STREET ROAD LANE AVENUE CLOSE DRIVE WAY COURT TERRACE GARDENS PLACE GROVE".split()
_COUNTIES = ("", "", "", "FENSHIRE", "NORTH FENSHIRE", "CALDERSHIRE", "WEST MERE", "GREATER DALTON")
_AREAS = [a + b for a in "ABCDEFGHJKLMNPRSTW" for b in "ABDEHLNRST"]
_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
_TOWERS_A_STREET = 250  # one street in so many is a tower block


@dataclass(frozen=True, slots=True)
class Place:
    """An address as registers write it: `premises` is the number, and the flat where there is."""

    premises: str
    street: str
    town: str
    county: str
    postcode: str


@dataclass(slots=True)
class People:
    """Lists of one length: who each person is."""

    title: list[str]
    given: list[str]
    middle: list[str]
    surname: list[str]
    year: list[int]
    month: list[int]
    nationality: list[str]
    residence: list[str]
    occupation: list[str]


@cache
def words() -> list[str]:
    """The words that names of companies begin with; the first are the most frequent."""
    draw = random.Random(11)
    made = (
        "".join(draw.choices(_SYLLABLES, k=draw.choice((2, 2, 3, 3, 4)))) for _ in range(150_000)
    )
    return list(dict.fromkeys(word.upper() for word in made))


@cache
def _known() -> tuple[list[str], list[str]]:
    """Less frequent given names and surnames."""
    found = [
        line.title()
        for line in _KNOWN.read_text("utf-8").splitlines()
        if line.isascii() and line.isalpha() and 3 < len(line) < 12
    ]
    random.Random(5).shuffle(found)
    invented = [word.title() for word in words()[20_000:50_000]]
    return found[:6_000], found[6_000:] + invented


@cache
def towns() -> list[str]:
    """The names of towns."""
    return [word.upper() for word in words()[60_000:62_500]]


def surnames() -> list[str]:
    """All surnames, the frequent ones first."""
    return [*(name.title() for name in _SURNAMES), *_known()[1]]


class Population:
    """Who a person's number stands for, and where a street's number is."""

    def __init__(self, draws: Draws, streets: int) -> None:
        self.draws = draws
        self.streets = streets
        self.towers = max(2, streets // _TOWERS_A_STREET)
        self._given = [[name.title() for name in names] for names in (_MEN, _WOMEN)]
        self._rare_given, _ = _known()
        self._surnames = surnames()
        self._frequent = {
            name: running([1 / (rank + 7) for rank in range(len(names))])
            for name, names in (("men", _MEN), ("women", _WOMEN), ("surnames", _SURNAMES))
        }
        self._nations = [n for n, _ in _NATIONALITIES], running([w for _, w in _NATIONALITIES])
        self._lands = [n for n, _ in _COUNTRIES], running([w for _, w in _COUNTRIES])
        self._work = [n for n, _ in _OCCUPATIONS], running([w for _, w in _OCCUPATIONS])

    def surname(self, families: Numbers) -> list[str]:
        """The surname of each family: relatives have one number."""
        draws = self.draws
        frequent = draws.weighted(families, "surname", self._frequent["surnames"])
        rest = len(self._surnames) - len(_SURNAMES)
        rare = len(_SURNAMES) + draws.below(families, "rare surname", rest, 2.0)
        chosen = np.where(
            draws.even(families, "frequent surname") < _FREQUENT_SURNAME, frequent, rare
        )
        names = self._surnames
        return [names[i] for i in chosen.tolist()]

    def people(self, ids: Numbers, families: Numbers) -> People:
        """Who each person is; `families` decide the surnames."""
        draws = self.draws
        woman = draws.even(ids, "sex") < 0.33
        given = self._given_names(ids, woman, "given")
        middle = self._given_names(ids, woman, "middle")
        without = draws.even(ids, "no middle name") < 0.35
        middle = ["" if no else name for no, name in zip(without.tolist(), middle, strict=True)]
        title = draws.even(ids, "title")
        titles = [
            "" if t < 0.12 else "Dr" if t > 0.98 else "Mr" if not w else "Mrs" if t < 0.6 else "Ms"
            for t, w in zip(title.tolist(), woman.tolist(), strict=True)
        ]
        young = draws.even(ids, "born") + draws.even(ids, "born as well")
        return People(
            titles,
            given,
            middle,
            self.surname(families),
            (1940 + young * 33).astype(int).tolist(),
            (1 + draws.below(ids, "month", 12)).tolist(),
            self._pick(ids, "nationality", self._nations),
            self._pick(ids, "residence", self._lands),
            self._pick(ids, "occupation", self._work),
        )

    def _given_names(self, ids: Numbers, woman: NDArray[np.bool_], purpose: str) -> list[str]:
        draws = self.draws
        man_names, woman_names = self._given
        men = draws.weighted(ids, purpose, self._frequent["men"]).tolist()
        women = draws.weighted(ids, purpose, self._frequent["women"]).tolist()
        rare = draws.below(ids, "rare " + purpose, len(self._rare_given), 2.0).tolist()
        frequent = (draws.even(ids, "frequent " + purpose) < _FREQUENT_GIVEN).tolist()
        rare_names = self._rare_given
        return [
            (woman_names[w] if is_woman else man_names[m]) if often else rare_names[r]
            for m, w, r, often, is_woman in zip(
                men, women, rare, frequent, woman.tolist(), strict=True
            )
        ]

    def _pick(
        self, ids: Numbers, purpose: str, table: tuple[list[str], NDArray[np.float64]]
    ) -> list[str]:
        names, edges = table
        return [names[i] for i in self.draws.weighted(ids, purpose, edges).tolist()]

    def homes(self, ids: Numbers) -> list[Place]:
        """Where each household lives; one in twelve in a tower block."""
        draws = self.draws
        tower = draws.even(ids, "tower") < 0.08
        street = np.where(
            tower,
            draws.below(ids, "tower street", self.towers),
            self.towers + draws.below(ids, "street", self.streets - self.towers),
        )
        house = 1 + draws.below(ids, "house", 90)
        return self.places(street, house, tower)

    def places(
        self, street: NDArray[np.int64], house: NDArray[np.int64], tower: NDArray[np.bool_]
    ) -> list[Place]:
        """The addresses of houses of streets, in three lists of one length."""
        return [
            self.place(*one)
            for one in zip(street.tolist(), house.tolist(), tower.tolist(), strict=True)
        ]

    def place(self, street: int, house: int, tower: bool = False) -> Place:
        """The address of a house of a street. In a tower, `house` is the number of a flat."""
        names = words()
        road = f"{names[(street * 7919 + 1000) % len(names)]} {_ROADS[street % 12]}"
        premises = str(house)
        if tower:  # Three buildings share the postcode of a tower block.
            premises = f"FLAT {house} {names[street % 5000 + 3000]} HOUSE {house % 3 * 2 + 1}"
        district = street // 40
        return Place(
            premises, road, towns()[district % 2500], _COUNTIES[district % 8], postcode(street)
        )


def postcode(street: int) -> str:
    """The postcode of a street: no two of 12 million have the same."""
    last, rest = street % 400, street // 400
    inward, rest = rest % 9, rest // 9
    district, rest = rest % 20, rest // 20
    # Streets that follow each other lie in one district of one area.
    unit = f"{inward + 1}{_LETTERS[last // 20]}{_LETTERS[last % 20]}"
    return f"{_AREAS[rest % 180]}{district + 1} {unit}"
