"""A starter for a description, guessed from a sample of the register."""

import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

from duediligence.contracts.files import natural_order
from duediligence.council_registers.description import Allowance, Format, RegisterSource
from duediligence.council_registers.entries import OF_INDIVIDUALS
from duediligence.council_registers.fields import BY_NAME
from duediligence.council_registers.guesses import (
    MOST_WORDS,
    Found,
    find_header,
    guess_column_content,
    guess_columns,
    guess_dates,
    is_day_order_unclear,
    like_a_header,
    likely_columns,
    list_unreadable_dates,
    meaning,
    unread,
)
from duediligence.council_registers.reading import Examined, examine_register, files_in, rows_named
from duediligence.council_registers.rules import parse_description
from duediligence.council_registers.tables import (
    Grid,
    TableLine,
    find_row_kind,
    format_of,
    read_grid,
)
from duediligence.council_registers.values import drop_placeholder, has_short_year, word
from duediligence.errors import Invalid, UnreadableFile, UsageError
from duediligence.formats import html
from duediligence.formats.cells import clean

if TYPE_CHECKING:
    from bs4 import Tag

_CALLED = re.compile(r"\W*next\b", re.IGNORECASE)


def next_selector(path: Path) -> str:
    """Return a CSS selector of that link alone; empty where the page has none. Raises
    UnreadableFile.
    """
    page = html.page(path)
    if page.select_one("a[rel~=next][href]"):
        return "a[rel~=next]"
    for link in page.select("a[href]"):
        if any(
            _CALLED.match(told)
            for told in (html.text(link), _read_tag_attribute(link, "aria-label"))
        ):
            target = {_read_tag_attribute(link, "href")}
            for way in _list_next_selectors(link):
                # A page often has the link twice, above the table and below.
                if {_read_tag_attribute(one, "href") for one in page.select(way)} == target:
                    return way
    return ""


def _list_next_selectors(link: "Tag") -> Iterator[str]:
    """Yield selectors of the link that can fit no other: a class that only says `pager` would."""
    for tag, way in ((link, "a.{}"), (link.parent, ".{} > a")):
        for one in tag.get_attribute_list("class") if tag else ():
            if one and re.fullmatch(r"(?i)(?:[a-z][\w-]*-)?next(?:-[\w-]*)?", one):
                yield way.format(one)
    if re.fullmatch(r"[\w ]+", told := _read_tag_attribute(link, "aria-label")):
        yield f'a[aria-label="{told}"]'
    if word := re.search(r"next\b", html.text(link), re.IGNORECASE):
        yield f'a:-soup-contains("{word[0]}")'


def _read_tag_attribute(tag: "Tag", name: str) -> str:
    value = tag.get(name)
    return value if isinstance(value, str) else ""


_MOST_ROWS = 100_000
_MOST_TABLES = 20


@dataclass(frozen=True, slots=True)
class Sample:
    """What was read. `pattern` is that of the names in a folder, empty of a file.

    `table` is the number of the table on a page that has several, else 0; `next` the selector of
    the link to the next page, empty where the page has none. `rows` are those of the first file,
    and of others in the folder that have its header.
    """

    path: Path
    pattern: str
    form: Format
    header: tuple[str, ...]
    rows: tuple[TableLine, ...]
    table: int
    next: str

    @property
    def cells(self) -> dict[str, list[str]]:
        """Return the cells below each heading."""
        return {
            heading: [clean(row.cells[at]) for row in self.rows if at < len(row.cells)]
            for at, heading in reversed(tuple(enumerate(self.header)))
        }


def read_sample(path: Path) -> Sample:
    """Read a file, or those of a folder. Raises UsageError where the first holds no table."""
    first, pattern, files = path, "", [path]
    if path.is_dir():
        names = sorted((p.name for p in path.iterdir() if p.is_file()), key=natural_order)
        endings = Counter(Path(name).suffix for name in names if not name.startswith("."))
        if not endings:
            raise UsageError(f"{path}: the folder holds no files", hint="Save the pages into it.")
        pattern = f"*{endings.most_common(1)[0][0]}"
        files = [path / name for name in names if Path(name).suffix == pattern[1:]]
        first = files[0]
    elif str(path).startswith(("http:", "https:")):
        raise UsageError(
            f"{path}: a sample is a file", hint="Save the page as a file, and name that."
        )
    try:
        form = format_of(first)
        grid, table = _read_sample_grid(first, form)
        others = (row for file in files[1:] for row in _rows_of(file, table, grid.header))
        rows = tuple(_filter_record_rows(islice(chain(grid.rows, others), _MOST_ROWS), grid.header))
        link = next_selector(first) if form == "html" else ""
    except UnreadableFile as error:
        raise UsageError(error.message, hint=error.hint) from error
    return Sample(path, pattern, form, grid.header, rows, table, link)


def _filter_record_rows(rows: Iterable[TableLine], header: tuple[str, ...]) -> Iterator[TableLine]:
    """Return the rows without those that are surely no records, whatever the columns mean."""
    places = range(len(header))
    return (row for row in rows if find_row_kind(row, header, places, places) is None)


def _rows_of(path: Path, table: int, header: tuple[str, ...]) -> Iterator[TableLine]:
    """Yield the rows of another file of the folder; none where it is not as the first."""
    try:
        grid = read_grid(path, RegisterSource(table=table or ""), _score_header_row, find_header)
        if grid.header == header:
            yield from grid.rows
    except UnreadableFile:
        return


def _score_header_row(row: Sequence[str]) -> int:
    return 2 * len(guess_columns(row)) + like_a_header(row)


def _read_sample_grid(path: Path, form: Format) -> tuple[Grid, int]:
    """Return the table of the sample, and its number on a page that has several, else 0."""
    try:
        return read_grid(path, RegisterSource(), _score_header_row, find_header), 0
    except UnreadableFile:
        if form != "html":
            raise
        grids: Mapping[int, Grid] = dict(_read_page_grids(path))
        if not grids:
            raise
        best = max(grids, key=lambda number: _score_header_row(grids[number].header))
        return grids[best], best


def _read_page_grids(path: Path) -> Iterator[tuple[int, Grid]]:
    for number in range(1, _MOST_TABLES + 1):
        try:
            yield number, read_grid(path, RegisterSource(table=number), _score_header_row)
        except UnreadableFile:
            return


# A larger share of rows that cannot be read is never proposed to be left so, in per cent.
MOST_PROPOSED = 5


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """A column of the sample: the field it was guessed for (empty: none), and examples of cells.

    `likely` says that the guess rests on part of the heading or on the cells alone.
    """

    heading: str
    field: str
    likely: bool
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DateForm:
    """A form in which dates of a column are written, how often, and one of them."""

    heading: str
    form: str
    count: int
    example: str


@dataclass(frozen=True, slots=True)
class Starter:
    """The text of a description, and what a person has to settle in it, one line each.

    `found` is what the sample holds as it describes it, None where it cannot be tried yet.
    `words` are the register's words that are not ours, by field.
    """

    text: str
    unsure: tuple[str, ...]
    columns: tuple[ColumnGuess, ...]
    dates: tuple[DateForm, ...]
    found: Examined | None
    words: Mapping[str, tuple[str, ...]]


def draft_description(
    sample: Path, out: Path, power: str = "", columns: Found | None = None
) -> Starter:
    """Return a description of the register of which `sample` is a file, to stand in the file `out`.

    `sample` may be the folder of all its pages. `power` is a council power, guessed where it is
    empty; `columns` are the headings of each field, guessed where it is None. Raises UsageError
    where the sample is no table, or `power` is none.
    """
    power = word(power)
    if power and power not in BY_NAME["power"].words:
        raise Invalid(
            "unknown power",
            field="power",
            given=power,
            hint=f"Valid powers: {', '.join(BY_NAME['power'].words)}.",
        )
    held = read_sample(sample)
    found = _try_first_guess(held, power) if columns is None else None
    guess = _Guess(held, out, power, found, columns)
    text = "\n".join(guess.lines()) + "\n"
    return Starter(
        text,
        tuple(guess.unsure),
        tuple(guess.columns_seen()),
        tuple(guess.dates_seen()),
        found,
        guess.list_strange_words(),
    )


def _try_first_guess(sample: Sample, power: str) -> Examined | None:
    """Return what the sample holds by the first guess, in which every row is allowed to fail."""
    beside = sample.path.absolute().parent / "register.toml"
    text = "\n".join(_Guess(sample, beside, power, None).lines())
    try:
        description = replace(parse_description(text, beside), allowance=Allowance(share=1.0))
        return examine_register(description, files_in(description))
    except UsageError:
        return None


class _Guess:
    def __init__(
        self,
        sample: Sample,
        out: Path,
        power: str,
        found: Examined | None,
        columns: Found | None = None,
    ) -> None:
        self.unsure: list[str] = []
        self._sample, self._out, self._power, self._found = sample, out, power, found
        self._cells = sample.cells
        held = {heading: guess_column_content(cells) for heading, cells in self._cells.items()}
        known = guess_columns(sample.header, held)
        self._columns, self._likely = likely_columns(sample.header, known, self._cells, held)
        if columns is not None:
            self._columns, self._likely = columns, ()
        self._left = unread(sample.header, self._columns)
        self._title = clean(re.sub(r"[-_.]+", " ", sample.path.stem)) or "Register"
        self._about = f"{self._title} {' '.join(sample.header)}"

    def lines(self) -> Iterator[str]:
        """Yield the lines of the starter. What is unsure is told as they are made."""
        yield from self._register()
        yield from self._source()
        yield from self._fields()
        yield from self._dates()
        yield from self._words()
        yield from self._defaults()

    def _register(self) -> Iterator[str]:
        sample = self._sample
        name = "-".join(re.findall(r"[a-z0-9]+", self._title.casefold()))[:60].strip("-")
        count = len(sample.rows)
        power = self._power or meaning("power", self._about)
        yield (
            f"# A starter, guessed from {_shorten_comment(sample.path.name)}. Check the lines "
            "marked CHECK."
        )
        yield f"id = {_quoted(name or 'register')}"
        yield f"title = {_quoted(self._title[:1].upper() + self._title[1:])}"
        yield 'authority = "Name of the council"  # CHECK'
        if not self._power and "power" not in self._columns:
            yield f"# One of {', '.join(BY_NAME['power'].words)}."
        yield f"power = {_quoted(power or 'other')}{'' if self._power else '  # CHECK'}"
        yield '# Who may see its records: "public", "internal" or "restricted". Restricted ones are'
        yield "# left out unless the setting store_restricted is on."
        yield 'handling = "restricted"  # CHECK'
        yield "max_age_days = 35  # how old a copy may be before it is called stale: CHECK"
        least, most = max(1, count // 2), max(10, count * 3)
        yield f"expected = [{least}, {most}]  # smallest and largest number of records: CHECK"
        yield from self._allowance()
        if self._left:
            listed = ", ".join(map(_quoted, self._left[:50]))
            yield "# Columns that were not guessed and that you do not need:"
            yield f"# ignore = [{listed}]"
        self.unsure.append("authority, handling, max_age_days, expected: no file gives them")
        if not self._power and "power" not in self._columns:
            self.unsure.append("power: " + (f"guessed to be {power}" if power else "not guessed"))

    def _allowance(self) -> Iterator[str]:
        """Yield how many rows may be left unread, by what cannot be read of the sample."""
        found = self._found
        if found is None:
            return
        # Words that a person has yet to explain are no fault of the row.
        words = any(problem.theirs for problem in found.unread)
        lost, rows = len(found.not_read), found.rows
        if not lost or words:
            yield '# How many rows may be left unread: a number, or a share such as "2 %".'
            yield "# allowance = 0"
            return
        share = ceil(1000 * lost / rows) / 10
        told = f"{lost:,} of {rows:,} rows of the sample could not be read"
        yield f"# {told} ({share:g} %): {_shorten_comment(rows_named(found.not_read))}."
        if share <= MOST_PROPOSED:
            yield f'allowance = "{share:g} %"  # look at those rows first: CHECK'
            self.unsure.append(f"allowance: {told}; look at them before you leave them unread")
        else:
            yield f"# That is more than {MOST_PROPOSED} %: correct the description or the file."
            yield "# allowance = 0"
            self.unsure.append(f"{told}: `lists test` shows which and why")

    def columns_seen(self) -> Iterator[ColumnGuess]:
        """Yield each column, in the order of the file."""
        fields = {heading: name for name, many in self._columns.items() for heading in many}
        for heading in dict.fromkeys(filter(None, self._sample.header)):
            filled = dict.fromkeys(cell for cell in self._cells[heading] if drop_placeholder(cell))
            name = fields.get(heading, "")
            yield ColumnGuess(heading, name, name in self._likely, tuple(islice(filled, 3)))

    def dates_seen(self) -> Iterator[DateForm]:
        """Yield the forms in which dates are written, column by column, the most frequent first."""
        for name in self._columns:
            if BY_NAME[name].kind != "date":
                continue
            for heading in self._columns[name]:
                shapes: dict[str, list[str]] = {}
                for cell in self._cells[heading]:
                    if drop_placeholder(cell):
                        shapes.setdefault(_describe_date_shape(cell), []).append(cell)
                for form, cells in sorted(shapes.items(), key=lambda one: -len(one[1])):
                    yield DateForm(heading, form, len(cells), cells[0])

    def _source(self) -> Iterator[str]:
        sample = self._sample
        try:
            place = os.path.relpath(sample.path, self._out.absolute().parent)
        except ValueError:  # another drive
            place = str(sample.path.absolute())
        yield "\n[source]"
        yield f"{'folder' if sample.pattern else 'file'} = {_quoted(Path(place).as_posix())}"
        if sample.pattern:
            yield f"files = {_quoted(sample.pattern)}"
        yield f"format = {_quoted(sample.form)}"
        if sample.table:
            yield f"table = {sample.table}  # the number of the table on the page: CHECK"
        if sample.next and sample.pattern:
            yield f"next = '{sample.next}'  # the link to the next page: CHECK"
        elif sample.next:
            yield "# This is one page of several, and the others are not read. Save all of them"
            yield "# into a folder, and start again with the name of the folder."
            self.unsure.append(
                "source: the page links to a next one. Save all pages into a folder, and start "
                "again with the name of the folder"
            )

    def _fields(self) -> Iterator[str]:
        yield "\n[columns]"
        for name in (name for name in BY_NAME if name in self._columns):
            headings = self._columns[name]
            texts = [_quoted(heading) for heading in headings]
            listed = texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
            yield f"{name} = {listed}{'  # CHECK' if name in self._likely else ''}"
        for heading in self._left:
            yield f"# not guessed: {_shorten_comment(heading)}"
        if not {"subject_name", "premises_address"} & self._columns.keys():
            yield '# subject_name = "Heading of the column with the name"  # CHECK: it is needed'
            self.unsure.append("subject_name: no heading was recognised; give it under [columns]")
        if self._likely:
            self.unsure.append(
                "columns guessed from part of the heading, or from what they hold: "
                + ", ".join(f"{n} ({_shorten_comment(self._columns[n][0])})" for n in self._likely)
            )
        if self._left:
            self.unsure.append(
                f"columns not guessed: {', '.join(map(_shorten_comment, self._left[:20]))}"
            )

    def _dates(self) -> Iterator[str]:
        named = [name for name in self._columns if BY_NAME[name].kind == "date"]
        cells = [cell for name in named for cell in self._of(name) if drop_placeholder(cell)]
        if not cells:
            return
        dates, _ = guess_dates(cells)
        yield "\n[dates]"
        if dates is None:
            yield '# format = "%d/%m/%Y"  # CHECK: most could not be read'
            self.unsure.append(
                f"dates: most could not be read, such as {_shorten_comment(cells[0])!r}"
            )
            return
        forms = [_quoted(form) for form in dates.formats]
        if len(forms) == 1 and dates.day_first is None:
            yield f"format = {forms[0]}  # CHECK"
            self.unsure.append(f"dates.format: guessed to be {dates.formats[0]}, from {cells[0]!r}")
        elif forms:
            yield "# Several forms in one column, tried in this order: the first that fits wins."
            yield f"formats = [{', '.join(forms)}]  # CHECK"
            self.unsure.append(f"dates.formats: guessed to be {', '.join(dates.formats)}")
        if dates.day_first is not None:
            doubtful = is_day_order_unclear(cells, dates)
            yield f"day_first = {str(dates.day_first).lower()}{'  # CHECK' if doubtful else ''}"
            if doubtful:
                self.unsure.append("dates.day_first: 01/02/2026 could be February or January")
        if dates.serial:
            yield "serial = true  # five digits are a date as a spreadsheet counts days: CHECK"
            self.unsure.append("dates.serial: some cells hold the number of a day, not its date")
        if any(map(has_short_year, dates.formats)):
            yield "year_pivot = 50  # years of two digits: 00 to 49 are 2000 to 2049: CHECK"
        if wrong := list_unreadable_dates(cells, dates):
            self.unsure.append(
                f"dates: {len(wrong):,} of {len(cells):,} could not be read, such as "
                f"{_shorten_comment(wrong[0])!r}; `lists test` shows where"
            )

    def list_strange_words(self) -> Mapping[str, tuple[str, ...]]:
        """Return the words of the register that are not ours, by the field that they are of."""
        found = {}
        for name in self._columns:
            words = BY_NAME[name].words
            met = sorted({cell for cell in self._of(name) if words and drop_placeholder(cell)})
            if strange := tuple(cell for cell in met if word(cell) not in words):
                found[name] = strange
        return found

    def _words(self) -> Iterator[str]:
        for name, strange in self.list_strange_words().items():
            yield f"\n# What its words mean: one of {', '.join(BY_NAME[name].words)}."
            yield f"[values.{name}]"
            for cell in strange[:MOST_WORDS]:
                yield value_line(name, cell)
            if len(strange) > MOST_WORDS:
                yield f"# and {len(strange) - MOST_WORDS} more"
            unknown = sum(not meaning(name, cell) for cell in strange)
            self.unsure.append(
                f"values.{name}: what {len(strange)} {'word' if len(strange) == 1 else 'words'} "
                f"mean{'s' if len(strange) == 1 else ''}"
                + (f", {unknown} of them not guessed" if unknown else "")
            )

    def _defaults(self) -> Iterator[str]:
        yield "\n# What an empty cell or a missing column means."
        yield "[defaults]"
        types = {
            meaning("record_type", cell)
            for cell in self._of("record_type")
            if drop_placeholder(cell)
        }
        if "record_type" not in self._columns:
            guess = meaning("record_type", self._about)
            types.add(guess)
            yield f"# One of {', '.join(BY_NAME['record_type'].words)}."
            yield f"{'' if guess else '# '}record_type = {_quoted(guess or 'notice')}  # CHECK"
            self.unsure.append(
                "record_type: " + (f"guessed to be {guess}" if guess else "not guessed")
            )
        if "subject_type" not in self._columns:
            yield '# subject_type = "organisation"  # only if no record is of an individual'
            if types & OF_INDIVIDUALS.keys():
                self.unsure.append(
                    "subject_type: whether a subject is an organisation or an individual; "
                    "convictions and cautions need it"
                )

    def _of(self, name: str) -> list[str]:
        return [cell for heading in self._columns.get(name, ()) for cell in self._cells[heading]]


def _describe_date_shape(text: str) -> str:
    """Return how a date is written: `12/05/2026` is 99/99/9999, `3 May 26` is 9 Month 99."""
    return re.sub(r"[0-9]", "9", re.sub(r"[^\W\d_]{3,}", "Month", text))[:40]


def value_line(field: str, theirs: str) -> str:
    """Return the line of `[values.field]` that says what a word means; a comment where none is
    guessed.
    """
    if ours := meaning(field, theirs):
        return f"{_quoted(theirs)} = {_quoted(ours)}  # CHECK"
    return f'# {_quoted(theirs)} = ""  # CHECK: not guessed'


def _quoted(text: str) -> str:
    """Return the text as a TOML basic string."""
    return json.dumps(clean(text), ensure_ascii=False)


def _shorten_comment(text: str) -> str:
    return clean(text)[:80]
