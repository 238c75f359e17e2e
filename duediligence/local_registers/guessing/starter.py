"""Writes the starter: what could be guessed as TOML, what could not as a comment that says so."""

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from duediligence.errors import UnreadableFile, UsageError
from duediligence.formats.cells import clean
from duediligence.local_registers.description import Source
from duediligence.local_registers.fields import BY_NAME
from duediligence.local_registers.guessing.columns import guess_columns, guess_dates, unread
from duediligence.local_registers.guessing.words import meaning
from duediligence.local_registers.rows.values import given, word
from duediligence.local_registers.tables import Grid, Line, Score, format_of, read_grid

_MOST_ROWS = 100_000
_MOST_WORDS = 30


@dataclass(frozen=True, slots=True)
class Starter:
    """The text of a description, and what a person has to settle in it, one line each."""

    text: str
    unsure: tuple[str, ...]


def starter(sample: Path, out: Path, power: str = "") -> Starter:
    """A description of the register of which `sample` is a file, to stand in the file `out`.

    `power` is a council power, guessed where it is empty. Raises UsageError where the sample is
    no table, or `power` is none.
    """
    if power and power not in BY_NAME["power"].words:
        raise UsageError(
            f"--power {power}: there is no such power",
            hint=f"Powers: {', '.join(BY_NAME['power'].words)}.",
        )
    try:
        grid, table = _grid(sample)
        lines = list(islice(grid.rows, _MOST_ROWS))
    except UnreadableFile as error:
        raise UsageError(error.message, hint=error.hint) from error
    guess = _Guess(sample, out, grid, lines, table, power)
    return Starter("\n".join(guess.lines()) + "\n", tuple(guess.unsure))


class _Guess:
    def __init__(
        self,
        sample: Path,
        out: Path,
        grid: Grid,
        lines: Sequence[Line],
        table: int,
        power: str,
    ) -> None:
        self.unsure: list[str] = []
        self._sample, self._out, self._table = sample, out, table
        self._header, self._rows = grid.header, lines
        self._columns = guess_columns(grid.header)
        self._about = f"{clean(re.sub(r'[-_.]+', ' ', sample.stem))} {' '.join(grid.header)}"
        self._power = power

    def lines(self) -> Iterator[str]:
        """The lines of the starter. What is unsure is told as they are made."""
        yield from self._register()
        yield from self._source()
        yield from self._fields()
        yield from self._dates()
        yield from self._words()
        yield from self._defaults()

    def _register(self) -> Iterator[str]:
        words = re.findall(r"[a-z0-9]+", self._sample.stem.casefold())
        name = "-".join(words)[:60].strip("-") or "register"
        count = len(self._rows)
        power = self._power or meaning("power", self._about)
        yield f"# A starter, guessed from {_comment(self._sample.name)}. Lines with CHECK need you."
        yield f"id = {_quoted(name)}"
        yield f"title = {_quoted(' '.join(words).capitalize() or 'Register')}"
        yield 'authority = "Name of the council"  # CHECK'
        if not self._power and "power" not in self._columns:
            yield f"# One of {', '.join(BY_NAME['power'].words)}."
        yield f"power = {_quoted(power or 'other')}{'' if self._power else '  # CHECK'}"
        yield '# Who may see its records: "public", "internal" or "restricted".'
        yield 'handling = "restricted"  # CHECK'
        yield 'licence = "not stated"  # CHECK'
        yield "max_age_days = 35  # how old a copy may be before it is called stale: CHECK"
        yield f"expected = [{count // 2}, {max(10, count * 3)}]  # fewest and most records: CHECK"
        self.unsure.append("authority, handling, licence, max_age_days: no file tells them")
        if not self._power and "power" not in self._columns:
            self.unsure.append("power: " + (f"guessed to be {power}" if power else "not guessed"))

    def _source(self) -> Iterator[str]:
        try:
            place = os.path.relpath(self._sample, self._out.absolute().parent)
        except ValueError:  # another drive
            place = str(self._sample.absolute())
        yield "\n[source]"
        yield f"file = {_quoted(Path(place).as_posix())}"
        form = format_of(self._sample)
        yield f"format = {_quoted(form)}"
        if form != "html":
            return
        if self._table:
            yield f"table = {self._table}  # the number of the table on the page: CHECK"
        yield "# A register of several pages: save them into a folder, and in place of `file` write"
        yield '# folder = "pages"'
        yield '# files = "*.html"'
        yield '# next = "a[rel=next]"  # the link to the next page, as a CSS selector'

    def _fields(self) -> Iterator[str]:
        yield "\n[columns]"
        for name, headings in self._columns.items():
            texts = [_quoted(heading) for heading in headings]
            yield f"{name} = {texts[0] if len(texts) == 1 else '[' + ', '.join(texts) + ']'}"
        for heading in unread(self._header, self._columns):
            yield f"# not guessed: {_comment(heading)}"
        if not {"subject_name", "premises_address"} & self._columns.keys():
            yield '# subject_name = "Heading of the column with the name"  # CHECK: it is needed'
            self.unsure.append("subject_name: no heading was understood; give it under [columns]")
        if left := unread(self._header, self._columns):
            self.unsure.append(f"columns not guessed: {', '.join(map(_comment, left[:20]))}")

    def _dates(self) -> Iterator[str]:
        named = [name for name in self._columns if BY_NAME[name].kind == "date"]
        cells = [cell for name in named for cell in self._cells(name)]
        if not cells:
            return
        dates, sure = guess_dates(cells)
        yield "\n[dates]"
        if dates is None:
            yield '# format = "%d/%m/%Y"  # CHECK: they could not be read'
            self.unsure.append("dates: some could not be read; `lists test` shows which")
        elif dates.format:
            yield f"format = {_quoted(dates.format)}  # CHECK"
            self.unsure.append(f"dates.format: guessed to be {dates.format}")
        else:
            yield f"day_first = {str(dates.day_first).lower()}{'' if sure else '  # CHECK'}"
            if not sure:
                self.unsure.append("dates.day_first: 01/02/2026 could be February or January")

    def _words(self) -> Iterator[str]:
        for name in self._columns:
            words = BY_NAME[name].words
            if not words:
                continue
            met = sorted({cell for cell in self._cells(name) if given(cell)})
            strange = [cell for cell in met if word(cell) not in words]
            if not strange:
                continue
            yield f"\n# What its words mean: one of {', '.join(words)}."
            yield f"[values.{name}]"
            for cell in strange[:_MOST_WORDS]:
                ours = meaning(name, cell)
                if ours:
                    yield f"{_quoted(cell)} = {_quoted(ours)}  # CHECK"
                else:
                    yield f'# {_quoted(cell)} = ""  # CHECK: not guessed'
            if len(strange) > _MOST_WORDS:
                yield f"# and {len(strange) - _MOST_WORDS} more"
            self.unsure.append(f"values.{name}: what {len(strange)} words mean")

    def _defaults(self) -> Iterator[str]:
        yield "\n# What stands for an empty cell, or for a column that there is not."
        yield "[defaults]"
        if "record_type" not in self._columns:
            guess = meaning("record_type", self._about)
            yield f"# One of {', '.join(BY_NAME['record_type'].words)}."
            yield f"{'' if guess else '# '}record_type = {_quoted(guess or 'notice')}  # CHECK"
            self.unsure.append(
                "record_type: " + (f"guessed to be {guess}" if guess else "not guessed")
            )
        if "subject_type" not in self._columns:
            yield '# subject_type = "organisation"  # only if no record is of an individual'
            self.unsure.append(
                "subject_type: whether a subject is an organisation or an individual; "
                "convictions and cautions need it"
            )

    def _cells(self, name: str) -> list[str]:
        if not BY_NAME[name].words and BY_NAME[name].kind != "date":
            return []
        positions = [self._header.index(heading) for heading in self._columns[name]]
        return [
            clean(line.cells[at]) for line in self._rows for at in positions if at < len(line.cells)
        ]


def _grid(sample: Path) -> tuple[Grid, int]:
    """The table of the sample, and its number on a page that has several, else 0."""

    def score(row: Sequence[str]) -> int:
        return len(guess_columns(row))

    try:
        return read_grid(sample, Source(), score), 0
    except UnreadableFile:
        if format_of(sample) != "html":
            raise
        grids: Mapping[int, Grid] = dict(_tables(sample, score))
        if not grids:
            raise
        best = max(grids, key=lambda number: score(grids[number].header))
        return grids[best], best


def _tables(sample: Path, score: Score) -> Iterator[tuple[int, Grid]]:
    for number in range(1, 21):
        try:
            yield number, read_grid(sample, Source(table=number), score)
        except UnreadableFile:
            return


def _quoted(text: str) -> str:
    """The text as a TOML basic string."""
    return json.dumps(clean(text), ensure_ascii=False)


def _comment(text: str) -> str:
    return clean(text)[:80]
