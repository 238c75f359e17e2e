"""Judge what was read from a cell of people against the people who truly stand in it."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from duediligence.suppliers.people import PeopleRead

Words = frozenset[str]
TITLES = frozenset("mr mrs ms miss dr drs sir doctors councillor alderman professor".split())
Birth = tuple[int, int | None] | None  # year and month, or year alone


def words_of(text: str) -> Words:
    """The words of a text without case, accents and marks: `O’Neill-Été` is oneill, ete."""
    return frozenset(list_words(text))


def list_words(text: str) -> list[str]:
    """The same in their order."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return re.findall(r"[^\W_]+", re.sub(r"['’`]", "", plain.replace("ı", "i")))


@dataclass(frozen=True)
class Someone:
    """A person or a firm of a cell: its words, those it cannot do without, and its birth date.

    A person of whom the cell has the family name alone, or a firm, need not be read as a person,
    but must not be lost.
    """

    words: Words
    needed: Words
    birth: Birth = None


@dataclass(frozen=True)
class Cell:
    """A cell with several people, in which form it was written, and whom it names.

    In a damaged one a careful reader cannot be sure either: to leave it unread is right.
    """

    form: str
    role: str
    text: str
    people: tuple[Someone, ...]
    damaged: bool = False


@dataclass
class Verdict:
    """What was wrong with one cell as read, each by the name concerned.

    `invented` are names that are nobody's: words of two people, or of none. `stray` are names of
    one person with words that are no name (`Jane Green - Registered Manager`). `missed` are people
    who were neither read nor left unread. `undated` are people whose date was dropped without a
    word: no fault of what was read, for it excludes nobody.
    """

    wrong: list[str] = field(default_factory=list)
    invented: list[str] = field(default_factory=list)
    stray: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    undated: list[str] = field(default_factory=list)
    unknown: bool = False

    @property
    def sound(self) -> bool:
        return not (self.wrong or self.invented or self.stray or self.missed)


def judge(cell: Cell, read: PeopleRead) -> Verdict:
    """Compare what was read with who is in the cell."""
    verdict = Verdict(unknown=bool(read.unread))
    found: list[tuple[Words, Birth, list[Someone]]] = []
    for person in read.people:
        words = words_of(person.name)
        owners = [one for one in cell.people if words <= one.words]
        if words == words_of(cell.text) and not person.birth_date:
            continue  # a cell that may be one name is looked up as one, too
        if not owners:
            owners = [one for one in cell.people if _is_about(words, one, cell.people)]
            (verdict.stray if owners else verdict.invented).append(person.name)
        born = person.birth_date
        birth = (born.year, born.month) if born else None
        if owners:
            found.append((words, birth, owners))
        if owners and birth and not any(_agrees(birth, one.birth) for one in owners):
            verdict.wrong.append(f"{person.name} {birth[1]}/{birth[0]}")
    for one in cell.people:
        own = [birth for words, birth, owners in found if one in owners and one.needed <= words]
        name = " ".join(sorted(one.needed))
        if not own and not verdict.unknown:
            verdict.missed.append(name)
        if one.birth and own and not any(own) and not verdict.unknown:
            verdict.undated.append(name)
    return verdict


def _is_about(words: Words, one: Someone, people: Sequence[Someone]) -> bool:
    """Whether they are the name of this person with words that are nobody's name."""
    others = frozenset().union(*(other.words for other in people if other is not one))
    return one.needed <= words and not words & (others - one.words)


def _agrees(birth: Birth, own: Birth) -> bool:
    """Whether a date that was read says no more than the person's own, and nothing else."""
    if birth is None or own is None:
        return birth is None
    return birth[0] == own[0] and birth[1] in (own[1], None)


@dataclass
class Tally:
    """Counts over the cells of one form."""

    cells: int = 0
    wrong: int = 0
    invented: int = 0
    stray: int = 0
    missed: int = 0
    undated: int = 0
    undamaged: int = 0
    unknown: int = 0
    example: str = ""


class Report:
    """The verdicts on many cells, counted by form."""

    def __init__(self, judged: Iterable[tuple[Cell, Verdict]]) -> None:
        self.forms: dict[str, Tally] = {}
        self.total = Tally()
        self.names: Counter[str] = Counter()
        for cell, verdict in judged:
            for tally in (self.forms.setdefault(cell.form, Tally()), self.total):
                tally.cells += 1
                tally.wrong += bool(verdict.wrong)
                tally.invented += bool(verdict.invented)
                tally.stray += bool(verdict.stray)
                tally.missed += bool(verdict.missed)
                tally.undated += bool(verdict.undated)
                tally.undamaged += not cell.damaged
                tally.unknown += verdict.unknown and not cell.damaged
                if not tally.example and not verdict.sound:
                    what = {k: v for k, v in vars(verdict).items() if v and k != "unknown"}
                    tally.example = f"{cell.text!r}: {what}"
            for kind in ("wrong", "invented", "stray", "missed", "undated"):
                self.names[kind] += len(getattr(verdict, kind))

    @property
    def unknown_share(self) -> float:
        """The share of undamaged cells that were left unread, wholly or in part."""
        return self.total.unknown / max(1, self.total.undamaged)

    def table(self) -> str:
        """A line per form with its counts of cells, and below it its first fault."""
        head = (
            "form", "cells", "wrong", "invented", "stray", "missed", "undated",
            "unknown/undamaged",
        )  # fmt: skip
        rows: list[Sequence[object]] = [head]
        examples = [""]
        for form, one in [*sorted(self.forms.items()), ("all", self.total)]:
            rows.append(
                (form, one.cells, one.wrong, one.invented, one.stray, one.missed,
                 one.undated, f"{one.unknown}/{one.undamaged}")
            )  # fmt: skip
            examples.append(one.example if form != "all" else "")
        return "\n".join(
            "{:36}{:>6}{:>7}{:>10}{:>7}{:>8}{:>9}{:>19}".format(*row)
            + (f"\n    {example}" if example else "")
            for row, example in zip(rows, examples, strict=True)
        )


def read_register_cells(path: Path) -> list[Cell]:
    """Read the cells of the table: a person is `words [needed words] year-month`."""
    cells = []
    with path.open(encoding="utf-8") as table:
        next(table)
        for line in table:
            layout, role, unsure, text, people = line.rstrip("\n").split("\t")
            who = [_read_someone(one) for one in people.split(" ; ")]
            plain = text.replace("\\n", "\n").replace("\\t", "\t")
            cells.append(Cell(layout, role, plain, tuple(who), bool(unsure)))
    return cells


def _read_someone(text: str) -> Someone:
    found = re.fullmatch(r"([^\[]+) \[([^\]]+)\](?: (\d{4})-(\d\d))?", text)
    assert found, text
    words, needed, year, month = found.groups()
    birth = (int(year), int(month)) if year else None
    return Someone(frozenset(words.split()) | TITLES, frozenset(needed.split()), birth)
