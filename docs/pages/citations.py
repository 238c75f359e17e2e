"""The legislation that our texts cite: what each provision says, and how that is known."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

from duediligence.law.grounds import read
from duediligence.typed_data import convert_to

OWN_ACT = "Procurement Act 2023"

# `ss.26, 27 and 30`, `Sch 7 paras 5 and 15`, `Parts III and IV`, `reg 20(1A)`, `arts 22A to 22D`
_ONE = r"(?:[0-9]+(?:\.[0-9]+)?[A-Z]{0,3}|[IVX]+)(?:\([0-9a-zA-Z]+\))*"
_RANGE = rf"{_ONE}(?:(?:-| to ){_ONE})?(?:-\([0-9]+\))?"
_LIST = rf"{_RANGE}(?:(?:, | and | or ){_RANGE})*"
_PROVISION = re.compile(
    rf"\b(?:Sch (?P<schedule>[0-9]+[A-Z]*)(?: paras? (?P<of>{_LIST}))?"
    rf"|(?P<kind>ss?\.|rr?\.|arts?\.?|regs?|Parts?|Chapters?|paras?) ?(?P<list>{_LIST}))"
)
_TITLE = re.compile(r"\b(?:Act|Regulations|Rules|Order)(?: \([A-Z][a-z ]+\))? (?:19|20)[0-9]{2}\b")
_KINDS = {
    "s": "s.",
    "r": "r.",
    "art": "art.",
    "reg": "reg ",
    "Part": "Part ",
    "Chapter": "Chapter ",
}


Known = Literal["text", "guide", "secondary", "memory"]
KNOWN: Mapping[Known, str] = {
    "text": "read in a stored copy of the text",
    "guide": "what the publisher or the regulator says of it",
    "secondary": "what others say of it",
    "memory": "not looked up: read it before you rely on it",
}
_PATHS = {
    "s": "section",
    "r": "rule",
    "reg": "regulation",
    "art": "article",
    "Sch": "schedule",
    "para": "paragraph",
    "Part": "part",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision:
    """A section or the like of a statute, as our texts cite it, and what it says in plain words.

    `at` is `s.57`, `ss.1-13`, `Sch 7 para 5`, `Part 15`, `reg 20`: never with a bracket. `status`
    is empty while it is in force without change. `starts` are the first eight words of its text,
    `guide` an address, `secondary` who says what it says: see the head of `data/citations.toml`.
    """

    at: str
    says: str
    status: str = ""
    starts: str = ""
    guide: str = ""
    secondary: str = ""

    @property
    def known(self) -> Known:
        """Return how what it says is known."""
        if self.starts:
            return "text"
        if self.guide:
            return "guide"
        return "secondary" if self.secondary else "memory"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statute:
    """An Act or instrument. `names` are other ways in which our texts write its title.

    `address` is that of the whole at legislation.gov.uk. What is known of a statute without
    provisions is said as of a provision.
    """

    title: str
    says: str
    address: str = ""
    status: str = ""
    names: tuple[str, ...] = ()
    provisions: tuple[Provision, ...] = ()
    starts: str = ""
    guide: str = ""
    secondary: str = ""

    def list_rows(self) -> tuple[Provision, ...]:
        """Return its provisions, or one without a place for the whole where it has none."""
        whole = Provision(
            at="",
            says=self.says,
            starts=self.starts,
            guide=self.guide,
            secondary=self.secondary,
        )
        return self.provisions or (whole,)

    def find_address(self, row: Provision) -> str:
        """Return the address of the row's text, of the first provision of a range."""
        if not row.at:
            return self.address
        words = re.sub(r"(?<=[a-z])s(?=[. ])", "", row.at).replace("ss.", "s.")
        parts = re.findall(r"\b(Sch|para|Part|reg|art|s|r)[. ]+([0-9A-Z]+(?:\.[0-9]+)?)", words)
        return "/".join((self.address, *(f"{_PATHS[kind]}/{n}" for kind, n in parts)))


@dataclass(frozen=True, slots=True)
class Cited:
    """One provision that a text cites: `s.57`, `s.1-13`; of the statute as a whole, empty."""

    statute: str
    at: str

    def __str__(self) -> str:
        return f"{self.statute} {self.at}".strip()


class NotRegular(ValueError):
    """A text cites what the table cannot hold: an unknown statute, or a provision without one."""


@cache
def load_statutes() -> Mapping[str, Statute]:
    """Return the table, by title: see `data/citations.toml`."""
    found = convert_to(tuple[Statute, ...], read("citations.toml")["statute"])
    return {one.title: one for one in found}


def citations_read() -> date:
    """Return the day on which the texts were read."""
    day: date = read("citations.toml")["read"]
    return day


def list_cited_provisions(text: str, of: str = "") -> tuple[Cited, ...]:
    """Return what a text of ours cites, in its order, each once.

    A provision belongs to the statute named last before it, and before any to `of`. Raises
    NotRegular for a statute that the table does not have, a paragraph without a schedule, and a
    provision of no statute.
    """
    found: dict[Cited, None] = {}
    for statute, words in _split_by_statute(text, of):
        if stray := _TITLE.search(words):
            raise NotRegular(f"{text!r}: the statute before {stray.group()!r} is not in the table")
        provisions = [
            at for match in _PROVISION.finditer(words) for at in _read_provisions(match, text)
        ]
        if provisions and not statute:
            raise NotRegular(f"{text!r}: {provisions[0]} is of no statute")
        found |= dict.fromkeys(Cited(statute, at) for at in provisions or [""])
    return tuple(one for one in found if one.statute != of or one.at)


def find_provision_rows(one: Cited) -> tuple[Provision, ...]:
    """Return the rows of the table that hold what is cited; empty where one part of it is in none.

    The whole of a statute needs no row, and gives none.
    """
    rows = load_statutes()[one.statute].provisions
    hits = [
        [row for row in rows if _row_covers_point(row.at, point)]
        for point in _list_range_points(one.at)
    ]
    return tuple(dict.fromkeys(row for hit in hits for row in hit)) if all(hits) else ()


def _split_by_statute(text: str, of: str) -> Iterator[tuple[str, str]]:
    """Yield each statute that is named, with the words up to the next one."""
    statute, start = of, 0
    for match in _compile_statute_pattern().finditer(text):
        yield statute, text[start : match.start()]
        statute, start = _by_name()[match.group()], match.end()
    yield statute, text[start:]


@cache
def _by_name() -> Mapping[str, str]:
    return {name: one.title for one in load_statutes().values() for name in (one.title, *one.names)}


@cache
def _compile_statute_pattern() -> re.Pattern[str]:
    longest = sorted(_by_name(), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest))})(?![a-z])")


def _read_provisions(match: re.Match[str], text: str) -> Iterator[str]:
    if match["schedule"]:
        schedule = f"Sch {match['schedule']}"
        yield from (
            _split_provision_list(f"{schedule} para ", match["of"]) if match["of"] else (schedule,)
        )
        return
    kind = match["kind"].rstrip(".").removesuffix("s") or "s"
    if kind == "para":
        raise NotRegular(f"{text!r}: a paragraph needs its schedule: 'Sch 7 para 11'")
    yield from _split_provision_list(_KINDS[kind], match["list"])


def _split_provision_list(prefix: str, numbers: str) -> Iterator[str]:
    for one in re.split(r", | and | or ", numbers):
        yield prefix + re.sub(r"\(\w+\)|-\(\w+\)", "", one).replace(" to ", "-")


def _list_range_points(at: str) -> tuple[str, ...]:
    """Return the places that a range must have in the table: its ends, and each number between
    them.
    """
    if not at:
        return ()
    prefix, first, last = _split_range_ends(at)
    numbers = first.isdigit() and last.isdigit()
    between = range(int(first) + 1, int(last)) if numbers else ()
    return tuple(dict.fromkeys(f"{prefix}{n}" for n in (first, *between, last)))


def _row_covers_point(row: str, point: str) -> bool:
    prefix, first, last = _split_range_ends(row)
    its, place, _ = _split_range_ends(point)
    return prefix == its and _rank_place(first) <= _rank_place(place) <= _rank_place(last)


def _split_range_ends(at: str) -> tuple[str, str, str]:
    found = re.fullmatch(
        r"(.*[. ])([^. ]+)",
        at.replace("ss.", "s.").replace("paras ", "para ").replace("regs ", "reg "),
    )
    assert found
    first, _, last = found[2].partition("-")
    return found[1], first, last or first


def _rank_place(place: str) -> tuple[int, str]:
    found = re.match(r"([0-9]*)(.*)", place)
    assert found
    return int(found[1] or 0), found[2]
