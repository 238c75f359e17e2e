"""UK, UN and EU files that are not what they should be: each is refused by name, none is empty."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from duediligence.watchlists import eu, uk_sanctions, un

from duediligence.contracts import Files, Watchlist
from duediligence.errors import UnreadableFile
from tests.rows import for_each

SAMPLES = Path(__file__).parents[2] / "duediligence" / "demo" / "lists"


@dataclass(frozen=True)
class Case:
    """A list, and what its records, ids, names and date are called."""

    watchlist: Watchlist
    root: str
    record: str
    id_: str
    name: str
    date: str
    first_name: str

    @property
    def filename(self) -> str:
        return self.watchlist.feeds[0].filename

    @property
    def sample(self) -> str:
        return (SAMPLES / self.watchlist.folder / self.filename).read_text("utf-8")

    def rest(self) -> str:
        """The document without any record."""
        return re.sub(rf"<({self.record})[ >].*?</\1>", "", self.sample, flags=re.S)


CASES = [
    Case(
        uk_sanctions.parse,
        "Designations",
        "Designation",
        "UniqueID",
        "Names",
        "DateGenerated",
        "VOLKHAR MARITIME (UK) LIMITED",
    ),
    Case(
        un.parse,
        "CONSOLIDATED_LIST",
        "INDIVIDUAL|ENTITY",
        "REFERENCE_NUMBER",
        "FIRST_NAME|SECOND_NAME|THIRD_NAME|FOURTH_NAME|NAME_ORIGINAL_SCRIPT|ALIAS_NAME",
        "dateGenerated",
        "AL-MUSTANKIRI",
    ),
    Case(
        eu.parse,
        "export",
        "sanctionEntity",
        "euReferenceNumber|logicalId",
        "wholeName|firstName|lastName|middleName",
        "generationDate",
        "Brask Olja AB",
    ),
]
every_list = for_each("case", CASES, ids=lambda case: case.watchlist.id)


def renamed(text: str, names: str) -> str:
    """With tags or attributes of these names called something else."""
    return re.sub(rf"(?<=[</ ])({names})(?=[ >=/])", r"New\1", text)


DAMAGE: dict[str, tuple[Callable[[Case], str | bytes], str]] = {
    "empty": (lambda case: "", "is empty"),
    "blank": (lambda case: " \n ", "is empty"),
    "web page": (lambda case: "<!DOCTYPE html><html><body>Sorry</body></html>", "is a web page"),
    "page without a type": (lambda case: "<html><p>Sorry</p></html>", "is a web page"),
    "text": (lambda case: "id,name\n1,A\n", "not well-formed"),
    "another list": (lambda case: "<sdnList/>", "starts with <sdnList>"),
    "truncated": (lambda case: case.sample[: len(case.sample) // 2], "not well-formed"),
    "wrongly encoded": (
        lambda case: case.sample.replace("Invented", "Inventé").encode(
            "latin-1", "xmlcharrefreplace"
        ),
        "not well-formed",
    ),
    "unknown encoding": (
        lambda case: re.sub("(?i)utf-8", "x-none", case.sample, count=1),
        "not well-formed",
    ),
    "no records": (Case.rest, "holds no entry"),
    "records renamed": (lambda case: renamed(case.sample, case.record), "holds no entry"),
    "ids renamed": (lambda case: renamed(case.sample, case.id_), "no identifier"),
    "names renamed": (lambda case: renamed(case.sample, case.name), "no name"),
    "large field": (
        lambda case: case.sample.replace(case.first_name, "N" * 1_000_001),
        "1,000,001 characters",
    ),
    "huge field": (
        lambda case: case.sample.replace(case.first_name, "N" * 10_000_001),
        "not well-formed|10,000,001 characters",
    ),
    "entity bomb": (
        lambda case: (
            f'<!DOCTYPE {case.root} [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">]>'
            f"<{case.root}><x>&b;</x></{case.root}>"
        ),
        "declares a document type",
    ),
    "external entity": (
        lambda case: (
            f'<!DOCTYPE {case.root} [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
            f"<{case.root}>&a;</{case.root}>"
        ),
        "declares a document type",
    ),
}


def read(case: Case, folder: Path, content: str | bytes) -> int:
    path = folder / case.filename
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return len(list(case.watchlist.parse(Files({case.filename: path}))))


@every_list
@for_each("damage", DAMAGE)
def test_a_damaged_file_is_refused_by_name(case: Case, damage: str, tmp_path: Path) -> None:
    damaged, message = DAMAGE[damage]
    with pytest.raises(UnreadableFile, match=message) as refused:
        read(case, tmp_path, damaged(case))
    assert case.filename in refused.value.message


@every_list
def test_one_id_twice_is_refused(case: Case, tmp_path: Path) -> None:
    record = re.search(rf"<({case.record})[ >].*?</\1>", case.sample, flags=re.S)
    assert record is not None
    twice = case.sample.replace(record[0], record[0] * 2)
    with pytest.raises(UnreadableFile, match="appears twice"):
        read(case, tmp_path, twice)


@every_list
def test_a_byte_order_mark_and_utf_16_change_nothing(case: Case, tmp_path: Path) -> None:
    whole = read(case, tmp_path, case.sample)
    assert read(case, tmp_path, case.sample.encode("utf-8-sig")) == whole
    declared = re.sub("(?i)utf-8", "utf-16", case.sample, count=1)
    assert read(case, tmp_path, declared.encode("utf-16")) == whole


@every_list
@for_each("stated", ["", "tomorrow", "2026-13-45"])
def test_a_file_without_a_date_has_no_age(case: Case, stated: str, tmp_path: Path) -> None:
    dated = rf"((?:{case.date}>)|(?:{case.date}=\"))[^<\"]*"
    path = tmp_path / case.filename
    path.write_text(re.sub(dated, rf"\g<1>{stated}", case.sample, count=1), "utf-8")
    with pytest.raises(UnreadableFile, match=case.date):
        case.watchlist.published(Files({case.filename: path}))


@every_list
def test_the_date_is_read_without_reading_the_list(case: Case, tmp_path: Path) -> None:
    path = tmp_path / case.filename
    path.write_text(case.sample[:1500], "utf-8")
    assert case.watchlist.published(Files({case.filename: path})) in (
        date(2026, 11, 19),
        date(2026, 11, 20),
    )


@every_list
def test_tags_that_nobody_reads_are_counted(case: Case, tmp_path: Path) -> None:
    first = re.search(rf"<(?:{case.record})(?=[ >])[^>]*>", case.sample)
    assert first is not None
    new = case.sample.replace(first[0], f"<Extra><Part/></Extra>{first[0]}<Risk>9</Risk>")
    path = tmp_path / case.filename
    path.write_text(new, "utf-8")
    files = Files({case.filename: path})
    count = new.count("<Risk>")
    list(case.watchlist.parse(files))
    assert sorted(files.drift.lines()) == [
        f"unread tag: Extra ({count})",
        f"unread tag: Part ({count})",
        f"unread tag: Risk ({count})",
    ]
