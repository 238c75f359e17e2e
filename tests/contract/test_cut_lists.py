"""A list that lost something is not current: every part of every sample, cut, emptied, swapped.

Each sample is damaged in every way below and loaded by the real refresh: as a first load, and after
a sound version under the same and under a newer date. Where the list is then called current, what
it holds must be what the sound files hold; else the damage went unnoticed. Only one sort may: a
list that is shorter, ends as it should and was never loaded before. It is counted, by list, and
docs/reference/lists.md says so. Where a heading or tag was renamed, a list that had a sound version
keeps every name that it had.

`make test` and `make soak` try some of it, `make long` all. For the figures of one list:

    python -m pytest tests/contract/test_cut_lists.py -m long -n auto -k ID
"""

import csv
import io
import json
import re
import shutil
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from html import unescape
from itertools import islice
from pathlib import Path
from typing import Literal
from xml.sax.saxutils import escape

import pytest
from lxml import etree
from python_calamine import CalamineWorkbook

from duediligence import registry
from duediligence.contracts import Feed, Files, Watchlist
from duediligence.demo import SAMPLE_SCALE
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.fetch.feeds import fitting
from duediligence.model import ListEntry
from duediligence.screening.clock import Clock
from duediligence.screening.lists.loading import RefreshTerms
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.lists.statuses import derive_list_status
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.text.folding import fold

from ..thorough import every_nth

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "duediligence" / "demo" / "lists"
FIGURES = Path(__file__).parent / "damages"
WEEK = timedelta(days=7)
# Each damage is tried in three ways. Of these trials `make test` takes one in QUICK, `make soak`
# one in SOME: neither divides by three, so each way has its turn. Of the damages to a workbook,
# which a process of its own reads each time, one in OF_WORKBOOKS is tried at all.
QUICK = 110
SOME = 11
OF_WORKBOOKS = 11

# `always`: never current. `lost`: not current where more is gone than may go. `moved`: not current
# where a name is gone, for the id of an entry may be made from the name of its file.
Kind = Literal["always", "lost", "moved"]
Parts = dict[str, bytes]


@dataclass(frozen=True)
class Damage:
    """What was done to the files: `parts` is what is left of them."""

    what: str
    kind: Kind
    parts: Parts


def damages(
    parts: Parts, watchlist: Watchlist, feeds: tuple[Feed, ...], sound: list[ListEntry]
) -> Iterator[Damage]:
    """Every damage to the files of one feed set, whose sound copy holds the entries."""
    names_held = frozenset(name.text for entry in sound for name in entry.names)
    names = list(parts)
    of_feed = {n: f for f in feeds for n in names if fitting(f.filename, [n])}
    for name, data in parts.items():
        feed = of_feed[name]
        # One of many files that a person brings, or one that may be missing, is not missed.
        counted = feed.optional or "*" in feed.filename
        rest = {n: d for n, d in parts.items() if n != name}
        yield Damage(f"{name} missing", "lost" if counted else "always", rest)
        for change in changes(name, data, watchlist, names_held):
            yield Damage(f"{name} {change.what}", change.kind, {**parts, name: change.data})
        for other in names[names.index(name) + 1 :]:
            swapped = {**parts, name: parts[other], other: data}
            yield Damage(f"{name} and {other} swapped", "moved", swapped)
        for folder, file in foreign(watchlist, name):
            yield Damage(
                f"{name} is {folder}/{file.name}", "always", {**parts, name: file.read_bytes()}
            )
        if feed.rows_of in parts:
            # The file that the rows belong to is of another day: it lacks a party that they have.
            for fewer in without_rows(parts[feed.rows_of], data):
                older = {**parts, feed.rows_of: fewer}
                yield Damage(f"{name} of another day than {feed.rows_of}", "always", older)


@dataclass(frozen=True)
class Change:
    what: str
    kind: Kind
    data: bytes


def changes(
    name: str, data: bytes, watchlist: Watchlist, names: frozenset[str]
) -> Iterator[Change]:
    """Every damage to one file, by its format."""
    yield Change("is empty", "always", b"")
    yield Change("is blank", "always", b"\n")
    step = max(1, len(data) // 80)
    for at in range(step, len(data), step):
        yield Change(f"cut at {at}", cut_kind(data, at), data[:at])
    for at in range(1, min(24, len(data))):
        yield Change(f"cut {at} before its end", cut_kind(data, len(data) - at), data[:-at])
    if zipfile.is_zipfile(io.BytesIO(data)):
        yield from workbook_changes(data)
    elif data.lstrip()[:1] in (b"{", b"["):
        yield from json_changes(data)
    elif b"<html" in data[:2000].lower():
        yield from page_changes(data, names)
    elif data.lstrip(b"\xef\xbb\xbf \r\n").startswith(b"<"):
        yield from xml_changes(data)
    else:
        yield from table_changes(data, watchlist)


def cut_kind(data: bytes, at: int) -> Kind:
    """A file that ends between two records is whole by its looks; a blank end cuts nothing."""
    if not data[at:].strip(b" \r\n\x1a"):
        return "lost"
    lines = not data.lstrip(b"\xef\xbb\xbf \r\n").startswith((b"<", b"{", b"[", b"PK"))
    json_lines = data.startswith(b"{") and data[: data.find(b"\n")].rstrip().endswith(b"}")
    between = data[:at].endswith(b"\n") or data[at:].startswith((b"\n", b"\r\n"))
    return "lost" if (lines or json_lines) and between else "always"


def table_changes(data: bytes, watchlist: Watchlist) -> Iterator[Change]:
    lines = data.splitlines(keepends=True)
    end = [line for line in lines if line.startswith(b"\x1a")]
    rows = [line for line in lines if not line.startswith(b"\x1a")]
    header = next((n for n, line in enumerate(rows) if line.count(b",") > 1), 0)
    if not rows:
        return
    if re.match(rb"\d+,", rows[header]):
        header = -1  # as OFAC's, which have none
    # The list that a person copies from its page is rightly empty while the page names nobody.
    empty: Kind = "lost" if watchlist.by_hand else "always"
    yield Change("has no rows", empty, b"".join(rows[: header + 1] + end))
    for at in range(header + 1, len(rows)):
        yield Change(f"lacks row {at}", "lost", b"".join(rows[:at] + rows[at + 1 :] + end))
    if header < 0:
        return
    for heading in next(csv.reader([rows[header].decode("cp1252")])):
        if heading.strip():
            renamed = rows[header].replace(heading.encode("cp1252"), b"Zebra", 1)
            yield Change(
                f"has {heading!r} renamed",
                "always",
                b"".join([*rows[:header], renamed, *rows[header + 1 :]]),
            )


def xml_changes(data: bytes) -> Iterator[Change]:
    root = etree.fromstring(data)
    tags = {etree.QName(one).localname for one in root.iter("*")}
    for tag in sorted(tags):
        new = re.sub(rf"(</?(?:\w+:)?){re.escape(tag)}(?=[\s/>])".encode(), rb"\1Zebra", data)
        yield Change(f"has <{tag}> renamed", "always", new)
    for attribute in sorted({str(name) for one in root.iter("*") for name in one.attrib}):
        if not attribute.startswith("{"):
            new = re.sub(rf"(\s){re.escape(attribute)}=".encode(), rb"\1zebra=", data)
            yield Change(f"has @{attribute} renamed", "always", new)
    parents = [one for one in root.iter("*") if _repeats(one)] or [root]
    for number, parent in enumerate(parents[:3]):
        kind: Kind = "lost" if number else "always"
        yield Change(f"lacks the records of {number}", kind, _serialised(data, number, all))
        for at in range(len(parent)):
            yield Change(f"lacks record {at} of {number}", "lost", _serialised(data, number, at))


def _repeats(element: etree._Element) -> bool:
    """Whether the element holds records, each of which holds more."""
    below = [child for child in element.iterchildren("*") if len(child) > 3]
    return len(below) > 1 and len({child.tag for child in below}) == 1


def _serialised(data: bytes, number: int, which: object) -> bytes:
    root = etree.fromstring(data)
    parent = ([one for one in root.iter("*") if _repeats(one)] or [root])[number]
    for at, child in enumerate(list(parent)):
        if which is all or at == which:
            parent.remove(child)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8") + b"\n"


def json_changes(data: bytes) -> Iterator[Change]:
    lines = data.splitlines(keepends=True)
    if len(lines) > 1 and lines[0].rstrip().endswith(b"}"):
        for at in range(len(lines)):
            yield Change(f"lacks line {at}", "lost", b"".join(lines[:at] + lines[at + 1 :]))
    else:
        for number, held in enumerate(_lists(json.loads(data))):
            kind: Kind = "lost" if number else "always"
            for at in (None, *range(len(held))):
                document = json.loads(data)
                found = list(_lists(document))[number]
                if at is None:
                    found.clear()
                else:
                    del found[at]
                text = json.dumps(document, indent=1).encode()
                what = "all records" if at is None else f"record {at}"
                yield Change(f"lacks {what} of {number}", kind if at is None else "lost", text)
    for key in sorted(set(re.findall(rb'"([^"\\]+)"\s*:', data))):
        new = re.sub(rb'"' + re.escape(key) + rb'"(\s*:)', rb'"zebra"\1', data)
        yield Change(f"has {key.decode()!r} renamed", "always", new)


def _lists(value: object) -> Iterator[list[object]]:
    """The lists of objects in a document, the one that holds the records first."""
    found = list(_all_lists(value))
    yield from sorted(found, key=len, reverse=True)[:2]


def _all_lists(value: object) -> Iterator[list[object]]:
    if isinstance(value, list):
        if value and all(isinstance(one, dict) for one in value):
            yield value
        else:
            for one in value:
                yield from _all_lists(one)
    elif isinstance(value, dict):
        for one in value.values():
            yield from _all_lists(one)


def page_changes(data: bytes, names: frozenset[str]) -> Iterator[Change]:
    for tag in (b"tr", b"li", b"dd", b"p"):
        pieces = re.split(rb"(<" + tag + rb"[ >].*?</" + tag + rb">)", data, flags=re.DOTALL)
        for at in range(1, len(pieces), 2):
            yield Change(
                f"lacks <{tag.decode()}> {at // 2}",
                "lost",
                b"".join(pieces[:at] + pieces[at + 1 :]),
            )
    body = re.sub(rb"<(main|body)([^>]*)>.*</\1>", rb"<\1\2></\1>", data, flags=re.DOTALL)
    yield Change("has nothing in it", "always", body)
    for tag in (b"th", b"dt", b"h1", b"h2", b"h3", b"h4", b"strong"):
        texts = set(re.findall(rb"<" + tag + rb"(?:\s[^>]*)?>([^<>]+)</", data))
        for text in sorted(texts):
            if any(name in (words := unescape(text.decode())) or words in name for name in names):
                continue  # a value, not a heading
            yield Change(
                f"has heading {text.decode()!r} renamed",
                "always",
                data.replace(b">" + text + b"</", b">Zebra</"),
            )


def workbook_changes(data: bytes) -> Iterator[Change]:
    """The headings renamed in each sheet of a workbook."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    headings: dict[str, None] = {}
    for sheet in book.sheet_names:
        rows = [[str(c).strip() for c in row] for row in book.get_sheet_by_name(sheet).to_python()]
        for at, row in enumerate(rows[:6]):
            if sum(map(bool, row)) > 2:
                # Some headings have others below them, in a row that is mostly empty.
                below = rows[at + 1] if sum(map(bool, rows[at + 1])) < len(row) / 2 else []
                headings |= dict.fromkeys(filter(None, (*row, *below)))
                break
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        members = {name: package.read(name) for name in package.namelist()}
    for name, held in members.items():
        if not name.endswith(("content.xml", "sharedStrings.xml")):
            continue
        for heading in headings:
            text = escape(heading).encode()
            if b">" + text + b"<" in held:
                new = {**members, name: held.replace(b">" + text + b"<", b">Zebra<")}
                yield Change(f"has {heading!r} renamed", "always", _packed(new))


def _packed(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, held in members.items():
            package.writestr(name, held)
    return out.getvalue()


def foreign(watchlist: Watchlist, name: str) -> Iterator[tuple[str, Path]]:
    """A file of each of three other lists that has the same ending."""
    others = sorted(SAMPLES.glob(f"*/*{Path(name).suffix}" if Path(name).suffix else "*/*"))
    others = [
        path
        for path in others
        if path.parent.name != watchlist.folder
        # An answer that nothing was found is much the same whoever gives it.
        and (path.is_file() and b"No results" not in path.read_bytes())
    ]
    # Three however many there are, so that another list changes no figure.
    for path in others[:: max(1, len(others) // 3)][:3]:
        yield path.parent.name, path


def without_rows(parent: bytes, rows: bytes) -> Iterator[bytes]:
    """The parent file without a party that the rows belong to."""
    keys = dict.fromkeys(line.split(b",")[0] for line in rows.splitlines() if b"," in line)
    for key in keys:
        lines = parent.splitlines(keepends=True)
        yield b"".join(line for line in lines if line.split(b",")[0] != key)


@dataclass
class Bench:
    """One feed set in a home of its own, loaded again and again."""

    watchlist: Watchlist
    feeds: tuple[Feed, ...]
    folder: Path
    parts: Parts
    is_dated: bool

    def open(self, later: timedelta) -> tuple[Workspace, Watchlist]:
        """The workspace, and the list as of that much later."""
        settings = Settings(
            home=self.folder / "home",
            store_restricted=True,
            parts={self.watchlist.id: self._parts()},
        )
        workspace = Workspace(settings, now=lambda: NOW + later)
        published = self.watchlist.published

        def dated(files: Files) -> object:
            day = published(files)
            return day and day + later

        only = replace(
            self.watchlist,
            feeds=self.feeds,
            alternates=(),
            published=dated,  # type: ignore[arg-type]
        )
        workspace.__dict__["watchlists"] = {only.id: only}
        return workspace, only

    def _parts(self) -> tuple[str, ...]:
        """The parts that the sample has, as a buyer's setting names them."""
        found: dict[str, None] = {}
        for feed in self.feeds:
            if "{part}" in feed.filename and not feed.optional:
                pattern = re.escape(feed.filename).replace(r"\{part\}", "(.+)")
                pattern = pattern.replace(r"\{page\}", "[0-9]+")
                found |= {m[1]: None for n in self.parts if (m := re.fullmatch(pattern, n))}
        return tuple(found)

    def load(
        self, parts: Parts, *, scale: float = SAMPLE_SCALE, later: timedelta = timedelta(0)
    ) -> tuple[bool, list[ListEntry]]:
        """Whether the list is current after a refresh from the parts, and what it holds."""
        source = self.folder / "source"
        shutil.rmtree(source, ignore_errors=True)
        source.mkdir()
        for name, data in parts.items():
            (source / name).write_bytes(data)
        workspace, watchlist = self.open(later)
        with workspace:
            at: datetime = workspace.now()
            # A person states the day of files that carry none.
            terms = RefreshTerms(scale=scale, as_of=None if self.is_dated else at.date())
            (_,) = refresh(workspace, [watchlist.id], folder=source, terms=terms)
            loaded = workspace.lists.current().get(watchlist.id)
            found = derive_list_status(
                watchlist,
                loaded.version if loaded else None,
                workspace.lists.failures().get(watchlist.id),
                clock=Clock(now=at),
                # Whether it grew old is not asked here.
                max_age=timedelta(days=4000),
            )
            held = list(workspace.lists.entries(loaded.version)) if loaded else []
            return found.state == "current", held

    def forget(self) -> None:
        shutil.rmtree(self.folder / "home", ignore_errors=True)

    def restore(self) -> None:
        """The sound version again, as it was kept."""
        self.forget()
        shutil.copytree(self.folder / "sound", self.folder / "home")


def lost_too_much(before: list[ListEntry], after: list[ListEntry], bound: float) -> bool:
    gone = len({one.id for one in before} - {one.id for one in after})
    names = sum(len(one.names) for one in before) - sum(len(one.names) for one in after)
    return gone / len(before) > bound or names / sum(len(one.names) for one in before) > bound


def cases() -> Iterator[object]:
    for watchlist in registry.find_watchlists().values():
        for feeds in watchlist.feed_sets:
            yield pytest.param(watchlist, feeds, id=f"{watchlist.id}:{feeds[0].filename}")


def try_all(
    watchlist: Watchlist, feeds: tuple[Feed, ...], folder: Path, share: int = 1
) -> tuple[Counter[str], list[str]]:
    """Make one in `share` of the trials: the figures, and what went unnoticed and must not."""
    held = [path.name for path in (SAMPLES / watchlist.folder).iterdir()]
    paths = {
        name: SAMPLES / watchlist.folder / there
        for feed in feeds
        for name, there in fitting(feed.filename, held).items()
    }
    parts = {name: path.read_bytes() for name, path in paths.items()}
    bench = Bench(watchlist, feeds, folder, parts, watchlist.published(Files(paths)) is not None)
    current, sound = bench.load(parts)
    assert current
    shutil.copytree(folder / "home", folder / "sound")
    ways: dict[str, tuple[Callable[[], None], timedelta, float]] = {
        "first load": (bench.forget, timedelta(), 1.0),
        "same date": (bench.restore, timedelta(), 0.02),
        "newer date": (bench.restore, WEEK, watchlist.expect.weekly_loss),
    }
    figures: Counter[str] = Counter()
    missed = []
    every = OF_WORKBOOKS if feeds[0].filename.endswith((".ods", ".xlsx")) else 1
    for damage in islice(damages(parts, watchlist, feeds, sound), 0, None, every):
        for way, (prepare, later, bound) in ways.items():
            figures["trials"] += 1
            # Not the first of all: a file that is missing hardly needs a test.
            if figures["trials"] % share != share // 4:
                continue
            prepare()
            figures["tried"] += 1
            current, after = bench.load(damage.parts, later=later)
            if way != "first load" and "renamed" in damage.what and _names(sound) - _names(after):
                # Under names that were lost nobody is found, whatever is said of the list.
                missed.append(f"{way}, names lost: {damage.what}")
            elif not current:
                figures["not current"] += 1
            elif _same(after, sound) or (damage.kind == "moved" and _names(after) == _names(sound)):
                figures["nothing lost"] += 1
            elif damage.kind != "lost" or (
                way != "first load" and lost_too_much(sound, after, bound)
            ):
                missed.append(f"{way}: {damage.what}")
            else:
                figures[f"undetectable, {way}"] += 1
    return figures, missed


def _same(after: list[ListEntry], sound: list[ListEntry]) -> bool:
    return {one.id: one for one in after} == {one.id: one for one in sound}


def _names(entries: list[ListEntry]) -> Counter[str]:
    """By their words: where the kind is not known, "Noname, Ann" is not turned round, and found."""
    texts = (fold(name.text) for entry in entries for name in entry.names)
    return Counter(" ".join(sorted(text.split())) for text in texts)


every_list = pytest.mark.parametrize(("watchlist", "feeds"), every_nth(cases(), 8))


@every_list
@pytest.mark.parametrize(
    "share",
    [
        pytest.param(QUICK, id="few"),
        pytest.param(SOME, id="some", marks=pytest.mark.soak),
        pytest.param(1, id="all", marks=pytest.mark.long),
    ],
)
def test_damages_to_every_list_are_noticed(
    watchlist: Watchlist,
    feeds: tuple[Feed, ...],
    share: int,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    figures, missed = try_all(watchlist, feeds, tmp_path, share)
    record_property("cut lists", {"list": watchlist.id, "missed": len(missed), **figures})
    assert not missed, "\n".join(missed)
    assert figures["tried"], "nothing was tried"
    path = FIGURES / f"{watchlist.id}.tsv"
    rows = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    file, trials = feeds[0].filename, figures["trials"]
    if share > 1:
        assert any(row.startswith(f"{file}\t{trials}\t") for row in rows), (
            f"{path.relative_to(ROOT)} does not say that there are {trials} damages to {file}: "
            f"try all of them for its figures, as the head of this file says"
        )
        return
    unnoticed = sum(n for what, n in figures.items() if what.startswith("undetectable"))
    line = f"{file}\t{trials}\t{unnoticed}"
    assert line in rows, (
        f"docs/reference/lists.md gives these figures. Where they are right to differ, write "
        f"them to {path.relative_to(ROOT)}, below the header 'files\ttried\tunnoticed':\n{line}"
    )
