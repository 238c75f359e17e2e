"""Words of status: each that a list knows does what it says, and no other passes for a licence.

Each word that a list declares in `statuses` is written into the sample in place of the status of a
record, wherever the sample has that heading: in a column of a table (CSV, workbook, web page), a
member of a JSON object, a tag or attribute of XML, or beside a label of a page.
"""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from lxml import etree

from duediligence import registry
from duediligence.contracts import Feed, Files, StatusMeaning, Watchlist
from duediligence.errors import UnreadableFile
from duediligence.fetch.feeds import fitting
from duediligence.formats.headings import same_heading
from duediligence.model import ListEntry
from tests.rows import for_each

SAMPLES = Path(__file__).parents[2] / "duediligence" / "demo" / "lists"
UNKNOWN = "zorvanised"
# Of a heading's places in a sample no more are tried: a workbook takes a while to read.
MOST_PLACES = 6
# Words that say of a licence that its holder has it no more, or not now.
LOST = (
    "revoked refused surrendered withdrawn suspended cancelled expired lapsed terminated"
).split()
PREFIXES = ("", "lsts_")
OF_LICENCES = {
    "registration", "licence_refused", "licence_revoked", "licence_review", "rating", "warning",
}  # fmt: skip
TAKEN_AWAY = {"licence_revoked", "licence_refused"}
HARMLESS = {"registration", "rating"}

# Where a cell holds more than the word: how it is written there, by list and heading.
WRITTEN: dict[tuple[str, str], Callable[[str], str]] = {}

# The statuses of its entries say which years have a statement: no licence is lost by them.
NO_WORDS = frozenset({"modern-slavery-statements"})
# Headings that no sample has, and why.
WITHOUT_SAMPLE = {
    ("ea-waste-carriers", "status"): "the publisher's newest file has no such column",
    ("ico-enforcement", "Type"): "its page gives the type without a heading",
}
# Where a word that says nothing against anybody leaves an entry out, and why.
LEFT_OUT = {
    ("cqc-archived", "Location Status"): "a place that is active is on another list",
    ("cqc-ratings", "Latest Rating"): "without a rating there is nothing to say",
    ("cqc-ratings", "Location Latest Overall Rating"): "without a rating there is nothing to say",
}
# Headings of a file of the set that is read for other columns only.
UNREAD = {("cqc-ratings", "Location Latest Overall Rating"): "Latest_ratings"}

# Writes a text at one place of a file.
Place = Callable[[str], bytes]
Entries = dict[str, ListEntry]


def lists() -> list[Watchlist]:
    return list(registry.find_watchlists().values())


def sample(watchlist: Watchlist, feeds: tuple[Feed, ...]) -> dict[str, Path]:
    folder = SAMPLES / watchlist.folder
    held = [path.name for path in folder.iterdir()]
    return {
        name: folder / there for f in feeds for name, there in fitting(f.filename, held).items()
    }


def read(watchlist: Watchlist, paths: Mapping[str, Path]) -> Entries:
    return {entry.id: entry for entry in watchlist.parse(Files(paths))}


# The places of a heading in a file, by format.


def places(data: bytes, heading: str) -> Iterator[Place]:
    """Each place at which the file has a value under the heading, in the order of the file."""
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"PK"):
        yield from _of_workbook(data, heading)
    elif start.startswith((b"{", b"[")):
        yield from _of_json(data, heading)
    elif b"<html" in start[:2048].lower():
        yield from _of_page(data, heading)
    elif start.startswith(b"<"):
        yield from _of_xml(data, heading)
    else:
        yield from _of_table(data, heading)


def _named(found: str, heading: str) -> bool:
    return same_heading(found) == same_heading(heading)


def _of_table(data: bytes, heading: str) -> Iterator[Place]:
    bom = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
    encoding = "utf-8"
    try:
        text = data.removeprefix(bom).decode()
    except UnicodeDecodeError:
        encoding = "cp1252"
        text = data.decode(encoding)
    end = "\r\n" if "\r\n" in text else "\n"
    rows = list(csv.reader(io.StringIO(text, newline="")))
    column, head = _column(rows, heading)

    def place(at: int) -> Place:
        def write(word: str) -> bytes:
            out = io.StringIO()
            csv.writer(out, lineterminator=end).writerows(
                [*cells[:column], word, *cells[column + 1 :]] if number == at else cells
                for number, cells in enumerate(rows)
            )
            return bom + out.getvalue().encode(encoding)

        return write

    if column >= 0:
        yield from (place(at) for at in range(head + 1, len(rows)) if len(rows[at]) > column)


def _column(rows: list[list[str]], heading: str) -> tuple[int, int]:
    """The column of the heading, and the row that it is in; -1 where there is none."""
    for number, cells in enumerate(rows[:20]):
        for column, cell in enumerate(cells):
            if _named(cell, heading):
                return column, number
    return -1, -1


def _of_json(data: bytes, heading: str) -> Iterator[Place]:
    lined = data[: data.find(b"\n")].rstrip().endswith(b"}")
    texts = data.splitlines() if lined else [data]
    for line, text in enumerate(texts):
        for number in range(len(list(_members(json.loads(text), heading)))):

            def write(
                word: str, line: int = line, text: bytes = text, number: int = number
            ) -> bytes:
                document = json.loads(text)
                held, key = list(_members(document, heading))[number]
                held[key] = _replaced(held[key], word)
                changed = json.dumps(document, indent=None if lined else 1).encode()
                return b"\n".join([*texts[:line], changed, *texts[line + 1 :]]) + b"\n"

            yield write


def _members(value: object, heading: str, path: str = "") -> Iterator[tuple[Any, Any]]:
    """Each object and key at which something is under the heading: its name, or its whole path."""
    if isinstance(value, dict):
        for key, one in value.items():
            inner = f"{path}.{key}"
            if _named(key, heading) or ("." in heading and _named(inner[-len(heading) :], heading)):
                yield value, key
            else:
                yield from _members(one, heading, inner)
    elif isinstance(value, list):
        for one in value:
            yield from _members(one, heading, path)


def _replaced(value: object, word: str) -> object:
    """The value with the word in it: in an object, each text, and the end of each address."""
    if isinstance(value, dict):
        return {key: _replaced(one, word) for key, one in value.items()}
    if isinstance(value, list):
        return [_replaced(one, word) for one in value]
    if isinstance(value, str) and value.startswith("http"):
        return value.rpartition("/")[0] + "/" + word.replace(" ", "-")
    return word


def _of_xml(data: bytes, heading: str) -> Iterator[Place]:
    tag, _, attribute = heading.partition("@")

    def found(root: etree._Element) -> list[etree._Element]:
        return [
            one
            for one in root.iter("*")
            if _named(etree.QName(one).localname, tag)
            and (one.get(attribute) is not None if attribute else not len(one))
        ]

    for at in range(len(found(etree.fromstring(data)))):

        def write(word: str, at: int = at) -> bytes:
            root = etree.fromstring(data)
            if attribute:
                found(root)[at].set(attribute, word)
            else:
                found(root)[at].text = word
            return etree.tostring(root, xml_declaration=True, encoding="utf-8") + b"\n"

        yield write


def _of_page(data: bytes, heading: str) -> Iterator[Place]:
    for at in range(len(_values(BeautifulSoup(data, "lxml"), heading))):

        def write(word: str, at: int = at) -> bytes:
            soup = BeautifulSoup(data, "lxml")
            _values(soup, heading)[at].string = word
            return str(soup).encode()

        yield write


def _values(soup: Any, heading: str) -> list[Any]:
    """The cells below a heading of a table, and what is beside or below a label."""
    found = []
    for table in soup.select("table"):
        rows = [row.find_all(["td", "th"]) for row in table.select("tr")]
        for column, cell in enumerate(rows[0] if rows else []):
            if _named(cell.get_text(), heading):
                found += [cells[column] for cells in rows[1:] if len(cells) > column]
    for label in soup.select("dt, th, td, strong, span, label"):
        if _named(label.get_text().strip().rstrip(":"), heading):
            beside = label.find_next_sibling(["dd", "td", "span"])
            if beside is not None and beside not in found:
                found.append(beside)
    return found


def _workbook_parts(data: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for name in package.namelist():
            yield name, package.read(name)


def _of_workbook(data: bytes, heading: str) -> Iterator[Place]:
    """The cells below the heading in the tables of an ODS; in an XLSX, those of each sheet."""
    parts = dict(_workbook_parts(data))
    names = [
        name
        for name in parts
        if name == "content.xml" or re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name)
    ]
    shared: list[str] = []
    if "xl/sharedStrings.xml" in parts:
        texts = etree.fromstring(parts["xl/sharedStrings.xml"])
        shared = ["".join(one.itertext()) for one in texts.iterchildren("{*}si")]
    for name in names:
        for at in range(len(_cells(etree.fromstring(parts[name]), heading, shared))):

            def write(word: str, name: str = name, at: int = at) -> bytes:
                root = etree.fromstring(parts[name])
                _fill(_cells(root, heading, shared)[at], word)
                out = io.BytesIO()
                with zipfile.ZipFile(out, "w") as package:
                    for other, content in parts.items():
                        changed = etree.tostring(root, xml_declaration=True, encoding="utf-8")
                        package.writestr(other, changed if other == name else content)
                return out.getvalue()

            yield write


def _cells(root: etree._Element, heading: str, shared: list[str]) -> list[etree._Element]:
    found = []
    sheets = list(root.iter("{*}table")) or list(root.iter("{*}sheetData"))
    for sheet in sheets:
        column = -1
        for row in sheet.iter("{*}table-row", "{*}row"):
            cells = list(_by_column(row))
            if column < 0:
                named = (n for n, cell in cells if _named(_text(cell, shared), heading))
                column = next(named, -1)
            else:
                found += [cell for n, cell in cells if n == column]
    return found


def _by_column(row: etree._Element) -> Iterator[tuple[int, etree._Element]]:
    """The cells of a row with the numbers of their columns, of repeated ones the first."""
    column = 0
    for cell in row.iterchildren("{*}table-cell", "{*}covered-table-cell", "{*}c"):
        if reference := cell.get("r"):
            column = 0
            for letter in re.sub(r"\d", "", reference):
                column = column * 26 + ord(letter) - 64
        yield column, cell
        repeated = next((v for k, v in cell.attrib.items() if "columns-repeated" in str(k)), 1)
        column += int(repeated)


def _text(cell: etree._Element, shared: list[str]) -> str:
    text = "".join(map(str, cell.itertext()))
    return shared[int(text)] if cell.get("t") == "s" else text


def _fill(cell: etree._Element, word: str) -> None:
    if etree.QName(cell).localname == "c":
        for child in list(cell):
            cell.remove(child)
        cell.set("t", "inlineStr")
        space = etree.QName(cell).namespace
        inner = etree.SubElement(cell, f"{{{space}}}is")
        etree.SubElement(inner, f"{{{space}}}t").text = word
        return
    office = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
    text = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
    for child in list(cell):
        cell.remove(child)
    cell.set(f"{{{office}}}value-type", "string")
    etree.SubElement(cell, f"{{{text}}}p").text = word


# What becomes of a record whose status is a word.


def means(watchlist: Watchlist, entry: ListEntry | None, meaning: StatusMeaning) -> bool:
    """Whether the entry is what a word of that meaning makes it; None is one that is left out."""
    record = entry.record if entry else None
    register = watchlist.topic == "register"
    if meaning == "ended":
        if entry is None:
            return True
        return record is not None and (
            record.ended
            or record.type in TAKEN_AWAY
            or record.status in ("complied", "withdrawn", "quashed")
        )
    if entry is None:
        return False
    if meaning == "adverse":
        return not register or (record is not None and (record.low or record.type not in HARMLESS))
    if record is None:
        return True
    return not record.low and not record.ended and (not register or record.type in HARMLESS)


class Trial:
    """One heading of one feed set: writes words at its places, and reads the list each time."""

    def __init__(
        self, watchlist: Watchlist, paths: Mapping[str, Path], heading: str, folder: Path
    ) -> None:
        self.watchlist, self.paths, self.heading, self.folder = watchlist, paths, heading, folder
        self.written = WRITTEN.get((watchlist.id, heading), str)
        self.may_leave_out = (watchlist.id, heading) in LEFT_OUT
        self.places = [
            (name, place)
            for name, path in paths.items()
            for spelling in heading.split(" | ")
            for place in places(path.read_bytes(), spelling)
        ]

    def read(self, name: str, place: Place, word: str) -> Entries:
        changed = self.folder / name
        changed.write_bytes(place(self.written(word)))
        return read(self.watchlist, {**self.paths, name: changed})

    def wrong(self, name: str, place: Place, words: Mapping[str, StatusMeaning]) -> list[str]:
        """What the words at the place did not do, of those that it is about."""
        found = {}
        for word in words:
            try:
                found[word] = self.read(name, place, word)
            except UnreadableFile as error:
                return [f"{word!r} is declared, and refused: {error.message}"]
        ids = {key for entries in found.values() for key in entries}
        about = {k for k in ids if len({entries.get(k) for entries in found.values()}) > 1}
        if not about:
            if len(words) == 1 or set(words.values()) == {"neutral"}:
                return []
            return [f"no entry depends on {self.heading}"]
        return [
            f"{word!r} is {meaning}, and entry {key} is {_shown(found[word].get(key))}"
            for word, meaning in words.items()
            for key in about
            if not means(self.watchlist, found[word].get(key), meaning)
            and not (meaning == "neutral" and key not in found[word] and self.may_leave_out)
        ]

    def refused(self, name: str, place: Place) -> str | None:
        """Why the word that nobody knows was not refused as it must be; None where it was.

        Empty where nothing depends on the place: its record is left out.
        """
        try:
            found = self.read(name, place, UNKNOWN)
        except UnreadableFile as error:
            said = error.message.casefold()
            spellings = self.heading.casefold().split(" | ")
            lacking = [part for part in (name.casefold(), UNKNOWN) if part not in said]
            if not any(spelling in said for spelling in spellings):
                lacking.append(self.heading)
            return f"the error does not name {', '.join(lacking)}: {said}" if lacking else None
        if found == read(self.watchlist, self.paths):
            return ""
        return f"{UNKNOWN!r} under {self.heading} was read as if it was known"


def _shown(entry: ListEntry | None) -> str:
    if entry is None:
        return "left out"
    if entry.record is None:
        return "without a record"
    record = entry.record
    return f"{record.type}{', low' if record.low else ''}{', ended' if record.ended else ''}"


def declared() -> list[Any]:
    return [
        pytest.param(
            one,
            feeds,
            heading,
            id=f"{one.id}:{feeds[0].filename}:{heading}",
            # A workbook is read by a process of its own, each time.
            marks=[pytest.mark.soak] if feeds[0].filename.endswith(".ods") else [],
        )
        for one in lists()
        for feeds in one.feed_sets
        for heading in one.statuses
        if (unread := UNREAD.get((one.id, heading))) is None or unread not in feeds[0].filename
    ]


every_heading = pytest.mark.parametrize(("watchlist", "feeds", "heading"), declared())


@every_heading
def test_every_word_of_status_does_what_it_says(
    watchlist: Watchlist, feeds: tuple[Feed, ...], heading: str, tmp_path: Path
) -> None:
    words = watchlist.statuses[heading]
    assert words, f"{watchlist.id} declares no word under {heading}"
    assert all(word == word.casefold() == " ".join(word.split()) for word in words), (
        "words are declared in lower case, with single blanks"
    )
    trial = Trial(watchlist, sample(watchlist, feeds), heading, tmp_path)
    if not trial.places:
        pytest.skip(f"this sample has no {heading}")
    # The status of some records says nothing: another row or field of theirs decides.
    best: list[str] = []
    for name, place in trial.places[:MOST_PLACES]:
        wrong = trial.wrong(name, place, words)
        if not wrong:
            return
        best = min(best or wrong, wrong, key=len)
    pytest.fail("\n".join(best[:20]), pytrace=False)


@every_heading
def test_a_word_of_status_that_nobody_knows_is_refused(
    watchlist: Watchlist, feeds: tuple[Feed, ...], heading: str, tmp_path: Path
) -> None:
    trial = Trial(watchlist, sample(watchlist, feeds), heading, tmp_path)
    if not trial.places:
        pytest.skip(f"this sample has no {heading}")
    said = [trial.refused(name, place) for name, place in trial.places[:MOST_PLACES]]
    assert None in said, f"{UNKNOWN!r} under {heading} is refused in no record of the sample"
    wrong = list(filter(None, said))
    assert not wrong, "\n".join(wrong[:5])


@for_each("watchlist", [one for one in lists() if one.statuses], ids=lambda w: w.id)
def test_every_declared_heading_is_in_some_sample(watchlist: Watchlist, tmp_path: Path) -> None:
    for heading in watchlist.statuses:
        assert (watchlist.id, heading) in WITHOUT_SAMPLE or any(
            Trial(watchlist, sample(watchlist, feeds), heading, tmp_path).places
            for feeds in watchlist.feed_sets
        ), f"no sample of {watchlist.id} has {heading}: spell it as the publisher does"


def _carries_statuses(watchlist: Watchlist) -> list[str]:
    """Statuses in the sample of which a licence, rating or registration has one."""
    return [
        entry.status
        for feeds in watchlist.feed_sets
        for entry in read(watchlist, sample(watchlist, feeds)).values()
        if entry.status and entry.record and entry.record.type in OF_LICENCES
    ]


@for_each("watchlist", lists(), ids=lambda w: w.id)
def test_a_list_whose_entries_have_a_status_declares_its_words(watchlist: Watchlist) -> None:
    found = _carries_statuses(watchlist)
    assert watchlist.statuses or not found or watchlist.id in NO_WORDS, (
        f"entries of {watchlist.id} have statuses that a licence can lose, such as "
        f"{', '.join(sorted(set(found))[:5])}: declare each word in `statuses`, by heading, and "
        "look it up with toolkit.values.status"
    )


@every_heading
def test_no_word_of_loss_leaves_a_licence_held(
    watchlist: Watchlist, feeds: tuple[Feed, ...], heading: str, tmp_path: Path
) -> None:
    words = [prefix + word for prefix in PREFIXES for word in LOST]
    neutral = [w for w in words if watchlist.statuses[heading].get(w) == "neutral"]
    assert not neutral, f"{', '.join(neutral)}: a licence that is lost is not neutral"
    trial = Trial(watchlist, sample(watchlist, feeds), heading, tmp_path)
    for name, place in trial.places[:1]:
        for word in words:
            with suppress(UnreadableFile):
                _check_not_held(trial.read(name, place, word), word)


def _check_not_held(entries: Entries, word: str) -> None:
    for entry in entries.values():
        said = f"{entry.status} {entry.record.event if entry.record else ''}".casefold()
        if entry.record and word in said and entry.record.type == "registration":
            assert entry.record.low or entry.record.ended, f"{entry.id} is {word}, and held"
