"""The zips of a day or a month: only what is asked for is read, and nothing hostile is unpacked."""

import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest

from duediligence.contracts import Drift
from duediligence.errors import UnreadableFile, UsageError
from duediligence.registers.bulk import accounts as bulk
from duediligence.registers.bulk.accounts import day_of, files_in
from duediligence.registers.bulk.accounts import read_accounts_files as read
from tests.registers.bulk.made_accounts import (
    accounts,
    file_name,
    of_interest_company,
    write,
    zipped,
)
from tests.rows import for_each

OTHER, THIRD = "99000002", "NI990003"
DAILY = "Accounts_Bulk_Data-2026-11-24.zip"


@pytest.fixture
def daily(tmp_path: Path) -> Path:
    """Three companies, of which one is a community interest company, and a stray file."""
    members: dict[str, str | bytes] = {
        file_name(): accounts(),
        file_name(OTHER, suffix="html"): accounts("2013", number=OTHER),
        f"Prod223_4012_{THIRD}_20260331_CIC.zip": of_interest_company(THIRD),
        "readme.txt": "hello",
    }
    return write(tmp_path, DAILY, zipped(members))


def test_only_the_companies_asked_for_are_read(daily: Path) -> None:
    drift = Drift()
    rows = list(read([daily], {OTHER, THIRD, "99009999"}, drift))
    assert [(row.figures.number, row.figures.comparative) for row in rows] == [
        (OTHER, False), (OTHER, True), (THIRD, False), (THIRD, True),
    ]  # fmt: skip
    assert rows[2].figures.document == f"Prod223_4012_{THIRD}_20260331_CIC.zip"
    assert rows[2].figures.net_assets == 100_000
    assert drift.lines() == ("unread file in the zip: readme.txt (1)",)


def test_a_document_that_is_not_asked_for_is_not_even_unpacked(
    daily: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    once = zipfile.ZipFile.open

    def counted(self: zipfile.ZipFile, member: zipfile.ZipInfo, *rest: object) -> object:
        opened.append(member.filename)
        return once(self, member, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(zipfile.ZipFile, "open", counted)
    list(read([daily], {OTHER}, Drift()))
    assert opened == [file_name(OTHER)]


def test_what_cannot_be_read_is_left_out_and_counted(tmp_path: Path) -> None:
    members: dict[str, str | bytes] = {
        file_name(): accounts(number=OTHER),
        file_name(OTHER): b"%PDF-1.7",
        file_name(THIRD): accounts(number=THIRD),
        f"Prod223_4012_{THIRD}_20250331_CIC.zip": zipped({"CIC/cic34/cicReport.xhtml": "<p/>"}),
    }
    drift = Drift()
    path = write(tmp_path, DAILY, zipped(members))
    rows = list(read([path], {"99000001", OTHER, THIRD}, drift))
    assert {row.figures.number for row in rows} == {THIRD}
    lines = drift.lines()
    assert len(lines) == 3
    assert all(line.startswith("left out") for line in lines)


def test_a_document_named_singly_is_read_whoever_it_is_of(tmp_path: Path) -> None:
    path = write(tmp_path, "companies_house_document.xhtml", accounts("2013"))
    ((now, _, _), _) = read([path], (), Drift())
    assert (now.number, now.document) == ("99000001", path.name)
    interest = write(tmp_path, f"Prod223_4012_{THIRD}_20260331_CIC.zip", of_interest_company(THIRD))
    assert [row.figures.number for row in read([interest], (), Drift())] == [THIRD, THIRD]


def test_a_bad_document_is_an_error_where_it_is_the_only_one(tmp_path: Path) -> None:
    bad = write(tmp_path, "bad.html", "<html/>")
    with pytest.raises(UnreadableFile, match=r"bad\.html: holds no iXBRL facts"):
        list(read([bad], (), Drift()))
    good = write(tmp_path, file_name(), accounts())
    drift = Drift()
    assert len(list(read([good, bad], (), drift))) == 2
    assert "left out" in drift.lines()[0]


def test_a_folder_gives_its_files_in_order(tmp_path: Path, daily: Path) -> None:
    single = write(tmp_path, file_name(), accounts())
    write(tmp_path, "notes.txt", "x")
    assert files_in([tmp_path]) == sorted([daily, single])
    empty = tmp_path / "empty"
    empty.mkdir()
    for path, said in ((empty, "holds no zip"), (tmp_path / "none.zip", "no such file")):
        with pytest.raises(UsageError, match=said):
            files_in([path])


@for_each(
    ("name", "day"),
    [
        (DAILY, date(2026, 11, 24)),
        ("Accounts_Monthly_Data-October2026.zip", date(2026, 10, 31)),
        ("Accounts_Monthly_Data-February2024.zip", date(2024, 2, 29)),
        ("Accounts_Monthly_Data-JanuaryToDecember2008.zip", date(2008, 12, 31)),
        ("Accounts_Monthly_Data-Octember2026.zip", date(2026, 10, 31)),
        ("accounts.zip", None),
    ],
)
def test_the_day_of_a_file(name: str, day: date | None) -> None:
    assert day_of(Path(name)) == day


def test_a_zip_without_accounts_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "BasicCompanyData.zip", zipped({"BasicCompanyData.csv": "x"}))
    with pytest.raises(UnreadableFile, match="holds no accounts named as"):
        list(read([path], (), Drift()))


def test_a_zip_cut_short_is_refused(daily: Path) -> None:
    daily.write_bytes(daily.read_bytes()[:-30])
    with pytest.raises(UnreadableFile, match="damaged or cut short"):
        list(read([daily], {OTHER}, Drift()))


def test_a_damaged_member_is_refused(daily: Path) -> None:
    data = bytearray(daily.read_bytes())
    data[200:260] = bytes(60)
    daily.write_bytes(data)
    with pytest.raises(UnreadableFile, match="is damaged"):
        list(read([daily], {"99000001"}, Drift()))


def test_what_would_unpack_to_far_more_than_its_size_is_refused(tmp_path: Path) -> None:
    bomb = zipped({file_name(): b" " * 5_000_000})
    with pytest.raises(UnreadableFile, match="would unpack to 5,000,000 bytes"):
        list(read([write(tmp_path, DAILY, bomb)], {"99000001"}, Drift()))
    name = "Prod223_4012_99000001_20260331_CIC.zip"
    within = zipped({name: zipped({"accounts/a.xhtml": b" " * 5_000_000})})
    drift = Drift()
    assert list(read([write(tmp_path, DAILY, within)], {"99000001"}, drift)) == []
    assert "would unpack" in drift.lines()[0]


def test_more_files_than_a_month_has_are_refused(
    tmp_path: Path, daily: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "MOST_MEMBERS", 3)
    with pytest.raises(UnreadableFile, match="holds over 3 files"):
        list(read([daily], {OTHER}, Drift()))
    many = zipped({f"accounts/{n}.xhtml": accounts() for n in range(bulk.MOST_WITHIN + 1)})
    path = write(tmp_path, "Prod223_4012_99000001_20260331_CIC.zip", many)
    with pytest.raises(UnreadableFile, match="holds over 50 files"):
        list(read([path], (), Drift()))


def test_a_zip_within_a_zip_within_a_zip_is_not_opened(tmp_path: Path) -> None:
    deep = zipped({"accounts/a.xhtml": zipped({"accounts/b.xhtml": accounts()})})
    path = write(tmp_path, "Prod223_4012_99000001_20260331_CIC.zip", deep)
    with pytest.raises(UnreadableFile, match="not well-formed"):
        list(read([path], (), Drift()))


def test_a_document_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "MOST_BYTES", 1_000)
    path = write(tmp_path, file_name(), accounts())
    with pytest.raises(UnreadableFile, match="is over 1,000 bytes"):
        list(read([path], (), Drift()))


def test_without_the_library_it_says_how_to_install_it(
    daily: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ixbrl_parse.ixbrl", None)
    with pytest.raises(UsageError, match="ixbrl-parse is not installed") as caught:
        list(read([daily], {OTHER}, Drift()))
    assert "pip install 'duediligence[accounts]'" in str(caught.value.hint)
