"""What a load takes, refuses, links and leaves when it is stopped."""

import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from duediligence.errors import (
    DuediligenceError,
    ExpectationFailed,
    NotFound,
    SourceError,
    UnreadableFile,
    UsageError,
)
from duediligence.extensions.whole_register import derived, loading
from duediligence.extensions.whole_register.products import READERS
from duediligence.extensions.whole_register.question_tables import DERIVED
from duediligence.extensions.whole_register.tables import TABLES
from duediligence.extensions.whole_register.versions import (
    Version,
    current,
    folder_of,
    open_version,
    source,
    version_before,
)
from duediligence.fetch.locking import InUse, lock_file
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from tests.rows import for_each
from tests.thorough import first_of, share_of

from .conftest import Load
from .making import (
    COMPANIES_FILE,
    FIRM,
    OFFICERS_FILE,
    OWNERS_FILE,
    company,
    officer,
    officers_company,
    owner,
    totals,
    write_companies,
    write_lines,
    write_officers,
)


def companies(folder: Path, *numbers: str, day: str = "2026-11-01") -> Path:
    rows = [company(number, f"N{number} LTD") for number in numbers]
    return write_companies(folder / f"BasicCompanyDataAsOneFile-{day}.csv", rows)


def parts(folder: Path, *of_parts: list[dict[str, Any]], day: str = "2026-11-01") -> list[Path]:
    """A PSC snapshot in parts, with its totals at the end."""
    count = sum(map(len, of_parts))
    return [
        write_lines(
            folder / f"psc-snapshot-{day}_{at}of{len(of_parts)}.txt",
            [*records, *([totals(count)] if at == len(of_parts) else [])],
            ascii_only=False,
        )
        for at, records in enumerate(of_parts, start=1)
    ]


def answers(version: Version, query: str) -> list[tuple[Any, ...]]:
    with version.connection() as db:
        return db.execute(query).fetchall()


@pytest.fixture
def converted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are read into Parquet, as they come."""
    names: list[str] = []
    for product, reader in READERS.items():

        def convert(run: Any, plain: Callable[[Any], None] = reader.convert) -> None:
            names.append(run.path.name)
            plain(run)

        changed = loading.replace(reader, convert=convert)
        monkeypatch.setitem(READERS, product, changed)  # type: ignore[misc]
    return names


def test_all_products_at_once_are_recognised_and_linked(tmp_path: Path, load_files: Load) -> None:
    version = load_files(
        companies(tmp_path, "99000001", "99000002"),
        *parts(
            tmp_path,
            [
                owner("99000001", date_of_birth={"year": 1970, "month": 5}),
                owner(
                    "99000002",
                    FIRM,
                    name="N99000001 LTD",
                    identification={
                        "registration_number": "99000001",
                        "country_registered": "England",
                    },
                ),
            ],
        ),
        write_officers(
            tmp_path / OFFICERS_FILE,
            [officers_company("99000009", "DEAD LTD", "D"), officer("99000009", forenames="ANN")],
        ),
    )
    assert version.manifest.rows == {
        "companies": 2, "owners": 2, "officers": 1, "officers_companies": 1,
        "edges": 10, "nodes": 5, "failed": 1, "phoenixes": 0, "handovers": 0,
    }  # fmt: skip
    found = answers(version, "SELECT kind, key, label, companies FROM nodes ORDER BY kind, key")
    assert found == [
        ("address", "QQ1 1QQ|1", "1 QUILLEN STREET, QQ1 1QQ", 2),
        ("company", "99000001", "N99000001 LTD", 1),
        ("company", "99000002", "N99000002 LTD", 0),
        ("company", "99000009", "DEAD LTD", 0),
        ("person", "ann|sample|1970-05", "MRS ANN SAMPLE", 2),
    ]
    assert answers(
        version,
        "SELECT b.key, e.kind FROM nodes a JOIN edges e USING (node) JOIN nodes b "
        "ON b.node = e.other WHERE a.key = '99000001' ORDER BY ALL",
    ) == [("99000002", "owner"), ("QQ1 1QQ|1", "address"), ("ann|sample|1970-05", "owner")]


def test_nodes_and_each_half_of_the_edges_are_sorted_by_node(
    tmp_path: Path, load_files: Load
) -> None:
    version = load_files(companies(tmp_path, *(f"{n:08}" for n in range(1, 500))))
    for table, half in (("edges", "NOT from_company"), ("nodes", "false")):
        with version.connection(threads=1) as db:
            found = db.execute(f"SELECT {half}, node FROM {table}").fetchall()
        assert found == sorted(found)
        assert len(found) > 400
    sizes = answers(
        version,
        "SELECT count(*) FROM edges e JOIN (SELECT node, count(DISTINCT other) AS links FROM edges "
        "GROUP BY node) n ON n.node = e.other WHERE n.links <> e.links",
    )
    assert sizes == [(0,)]


def test_nobody_is_joined_by_name_alone(tmp_path: Path, load_files: Load) -> None:
    version = load_files(*parts(tmp_path, [owner("99000001"), owner("99000002")]))
    assert answers(version, "SELECT count(DISTINCT person) FROM owners") == [(2,)]


def test_a_zip_is_read_as_what_it_holds(tmp_path: Path, load_files: Load) -> None:
    plain = companies(tmp_path, "99000001")
    packed = tmp_path / "BasicCompanyDataAsOneFile-2026-11-01.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.write(plain, plain.name)
    version = load_files(packed)
    assert answers(version, "SELECT number FROM companies") == [("99000001",)]
    assert load_files(plain).manifest.version == version.manifest.version


def test_only_parts_with_another_content_are_read_again(
    tmp_path: Path, load_files: Load, converted: list[str]
) -> None:
    first, second, changed = [owner("99000001")], [owner("99000002")], [owner("99000003")]
    load_files(*parts(tmp_path, first, second))
    assert converted == ["psc-snapshot-2026-11-01_1of2.txt", "psc-snapshot-2026-11-01_2of2.txt"]
    converted.clear()
    later = load_files(*parts(tmp_path, first, changed, day="2026-11-02"))
    assert converted == ["psc-snapshot-2026-11-02_2of2.txt"]
    assert answers(later, "SELECT number FROM owners ORDER BY 1") == [("99000001",), ("99000003",)]


def test_the_same_files_again_change_nothing(tmp_path: Path, load_files: Load) -> None:
    path = companies(tmp_path, "99000001")
    one = load_files(path)
    assert load_files(path, days=3) == one


def test_a_load_that_was_stopped_goes_on_where_it_was(
    tmp_path: Path, load_files: Load, converted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    files = parts(tmp_path, [owner("99000001")], [owner("99000002")])
    with monkeypatch.context() as patch:
        patch.setattr(derived, "make_links", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            load_files(*files)
    assert len(converted) == 2
    version = load_files(*files)
    assert len(converted) == 2
    assert version.manifest.rows["owners"] == 2


def test_what_left_and_what_came_back(tmp_path: Path, load_files: Load) -> None:
    load_files(companies(tmp_path, "1", "2", "3", "4", day="2026-09-01"))
    query = "SELECT number, CAST(gone_since AS VARCHAR) FROM companies ORDER BY number"
    second = load_files(companies(tmp_path, "2", "3", "5", day="2026-10-01"), accept_fewer=True)
    assert answers(second, query) == [
        ("00000001", "2026-10-01"), ("00000002", None), ("00000003", None),
        ("00000004", "2026-10-01"), ("00000005", None),
    ]  # fmt: skip
    third = load_files(companies(tmp_path, "3", "4", day="2026-11-01"), accept_fewer=True)
    assert answers(third, query) == [
        ("00000001", "2026-10-01"), ("00000002", "2026-11-01"), ("00000003", None),
        ("00000004", None), ("00000005", "2026-11-01"),
    ]  # fmt: skip
    contents = "SELECT content FROM companies WHERE number = '00000002'"
    assert answers(second, contents) != answers(third, contents)
    kept = load_files(*parts(tmp_path, [owner("3")]))
    assert answers(kept, query) == answers(third, query)


def test_the_version_before_is_kept_and_older_ones_go(
    tmp_path: Path, load_files: Load, home: Path
) -> None:
    made = [
        load_files(companies(tmp_path, "1", "2", str(month), day=f"2026-{month:02}-01"))
        for month in (9, 10, 11)
    ]
    folders = {path for path in folder_of(home).iterdir() if path.is_dir()}
    assert folders == {made[1].folder, made[2].folder}
    assert version_before(made[2]) == made[1]
    assert open_version(home) == made[2]


def test_what_a_killed_question_left_on_the_disk_goes_after_a_day(
    tmp_path: Path, load_files: Load, home: Path
) -> None:
    old, new = (folder_of(home) / ".spill" / name for name in ("1-old", "2-new"))
    for folder in (old, new):
        folder.mkdir(parents=True)
        (folder / "duckdb_temp_storage.tmp").write_bytes(b"x")
    os.utime(old, (0, 0))
    load_files(companies(tmp_path, "99000001"))
    assert not old.exists()
    assert new.exists()


def test_nothing_is_open_where_nothing_was_loaded(home: Path) -> None:
    assert current(home) is None
    with pytest.raises(NotFound, match="not loaded"):
        open_version(home)


@pytest.mark.parametrize(
    "name",
    first_of(["it's [a] *home?", 'it\'s "a" %home; --', "{a,b}", "name=x", "number=7", "a b\nc"]),
)
def test_a_home_whose_path_means_something_to_duckdb(
    name: str, tmp_path: Path, workspace: Workspace
) -> None:
    files = [
        companies(tmp_path, "99000001"),
        *parts(tmp_path, [owner("99000001"), owner("99000001", name="Łucja Ann")]),
        write_officers(tmp_path / OFFICERS_FILE, [officers_company("99000001", "N"), officer()]),
    ]
    plain = loading.load(workspace, files)
    odd = tmp_path / name
    odd.mkdir(mode=0o700)
    with Workspace(Settings(home=odd), who="Ada") as other:
        version = loading.load(other, files)
    for table in (*TABLES, *DERIVED):
        rows = f"SELECT * FROM ({source(version.files(table), {})}) ORDER BY ALL"
        assert answers(version, rows) == answers(
            plain, f"SELECT * FROM ({source(plain.files(table), {})}) ORDER BY ALL"
        )


def spoilt(path: Path, change: Callable[[bytes], bytes]) -> Path:
    path.write_bytes(change(path.read_bytes()))
    return path


def without(part: bytes) -> Callable[[bytes], bytes]:
    return lambda data: data.replace(part, b"", 1)


def two_officers(folder: Path) -> Path:
    return write_officers(folder / OFFICERS_FILE, [officer(), officer("99000002")])


REFUSED: dict[str, tuple[Callable[[Path], list[Path]], type[DuediligenceError], str]] = {
    "companies cut in a row": (
        lambda to: [spoilt(companies(to, "1", "2"), lambda data: data[:-40])],
        UnreadableFile,
        "line 3",
    ),
    "companies cut at a row's end": (
        lambda to: [spoilt(companies(to, "1", "2"), lambda data: data[:-1])],
        UnreadableFile,
        "does not end: the file is cut off",
    ),
    "a row of another width": (
        lambda to: [spoilt(companies(to, "1", "2"), without(b'"Active",'))],
        UnreadableFile,
        "line 2 has 54 columns where 55 were expected",
    ),
    "a company without a number": (
        lambda to: [companies(to, "1", "")],
        UnreadableFile,
        "line 3: the company has no number",
    ),
    "a number twice": (
        lambda to: [companies(to, "1", "00000001")],
        ExpectationFailed,
        "number 00000001 is on two rows",
    ),
    "no company": (lambda to: [companies(to)], ExpectationFailed, "nothing to load"),
    "owners without totals": (
        lambda to: [write_lines(to / OWNERS_FILE, [owner()], ascii_only=True)],
        UnreadableFile,
        "the totals at its end are missing",
    ),
    "owners fewer than their totals": (
        lambda to: [write_lines(to / OWNERS_FILE, [owner(), totals(2)], ascii_only=True)],
        UnreadableFile,
        "its totals report 2 .* there were 1",
    ),
    "statements fewer than their totals": (
        lambda to: [write_lines(to / OWNERS_FILE, [owner(), totals(1, 1)], ascii_only=True)],
        UnreadableFile,
        "its totals report 1 .statements_count., there were 0",
    ),
    "owners cut in a line": (
        lambda to: [spoilt(parts(to, [owner()])[0], lambda data: data[:-30])],
        UnreadableFile,
        "line 2: is not a record",
    ),
    "a record without a company": (
        lambda to: [write_lines(to / OWNERS_FILE, [owner(""), totals(1)], ascii_only=True)],
        UnreadableFile,
        "line 1: names no company",
    ),
    "a part is missing": (
        lambda to: parts(to, [owner("1")], [owner("2")])[:1],
        UsageError,
        "nor all parts of one",
    ),
    "parts of two days": (
        lambda to: [
            parts(to, [owner("1")], [owner("2")])[0],
            parts(to, [owner("1")], [owner("2")], day="2026-11-02")[1],
        ],
        UsageError,
        "parts of different snapshots",
    ),
    "a part twice": (
        lambda to: [
            write_officers(to / f"Prod195_{n}.dat", [officer()]) for n in (1, 2)
        ],
        UsageError,
        "two of the files hold the same",
    ),
    "officers without an end": (
        lambda to: [spoilt(two_officers(to), lambda data: data[: data.rindex(b"\n") + 1])],
        UnreadableFile,
        "its last line is missing",
    ),
    "officers fewer than told": (
        lambda to: [spoilt(two_officers(to), lambda data: data[:-1] + b"3")],
        UnreadableFile,
        "reports 3 records, there were 2",
    ),
    "an officer's line that is cut": (
        lambda to: [spoilt(two_officers(to), without(b"CLERK<"))],
        UnreadableFile,
        "line 2 is not a record",
    ),
    "officers of two days": (
        lambda to: [
            write_officers(to / "Prod195_1.dat", [officer()]),
            write_officers(to / "Prod195_2.dat", [officer("99000002")], day="20261102"),
        ],
        UsageError,
        "parts of different snapshots",
    ),
    "updates of officers": (
        lambda to: [spoilt(two_officers(to), lambda data: data.replace(b"SNAP", b"UPDT"))],
        UnreadableFile,
        "product 198",
    ),
    "a web page": (
        lambda to: [spoilt(companies(to), lambda _: b"<!DOCTYPE html><html></html>")],
        UnreadableFile,
        "is a web page",
    ),
    "something else": (
        lambda to: [spoilt(companies(to), lambda _: b"hello\n")],
        UnreadableFile,
        "not one of the files of the register",
    ),
    "no file": (lambda to: [to / "none.csv"], UsageError, "no such file"),
    "a zip that is cut": (
        lambda to: [spoilt(zipped(companies(to, "1", "2")), lambda data: data[:-60])],
        UnreadableFile,
        "damaged or cut short",
    ),
}  # fmt: skip


def zipped(path: Path) -> Path:
    packed = path.with_suffix(".zip")
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.write(path, path.name)
    return packed


@pytest.mark.thorough
@for_each("case", share_of(REFUSED, 4))
def test_what_is_refused_leaves_the_version_before(
    tmp_path: Path, load_files: Load, home: Path, case: str
) -> None:
    before = load_files(companies(tmp_path, "99000001"), *parts(tmp_path, [owner()]))
    make, kind, message = REFUSED[case]
    (tmp_path / "new").mkdir()
    with pytest.raises(kind, match=message):
        load_files(*make(tmp_path / "new"), accept_fewer=True)
    assert open_version(home) == before
    assert answers(before, "SELECT count(*) FROM companies") == [(1,)]


def test_far_fewer_and_older_ones_are_refused(tmp_path: Path, load_files: Load) -> None:
    load_files(companies(tmp_path, *map(str, range(1, 21)), day="2026-10-01"))
    fewer = companies(tmp_path, *map(str, range(1, 11)), day="2026-11-01")
    with pytest.raises(ExpectationFailed, match="10 rows where 20"):
        load_files(fewer)
    load_files(fewer, accept_fewer=True)
    with pytest.raises(UsageError, match="older than those in use"):
        load_files(companies(tmp_path, *map(str, range(1, 20)), day="2026-10-01"))


def test_two_loads_do_not_run_at_once(tmp_path: Path, load_files: Load, home: Path) -> None:
    with lock_file(folder_of(home) / "load.lock"), pytest.raises(InUse):
        load_files(companies(tmp_path, "99000001"))


def test_one_odd_record_among_many_does_not_stop_a_part(tmp_path: Path, load_files: Load) -> None:
    odd = owner("99000002", date_of_birth="1970-05-06", natures_of_control="one")
    version = load_files(*parts(tmp_path, [owner("99000001"), odd]))
    assert answers(version, "SELECT number, birth_year, natures FROM owners ORDER BY 1") == [
        ("99000001", None, "ownership-of-shares-75-to-100-percent"),
        ("99000002", 1970, "one"),
    ]


def test_sources_that_are_unknown_are_told(tmp_path: Path, load_files: Load) -> None:
    rows = [company("1", CompanyStatus="Wholly New", RegAddress_County="X")]
    version = load_files(write_companies(tmp_path / COMPANIES_FILE, rows))
    (part,) = version.manifest.products["companies"].parts
    assert [item.words() for item in part.drift] == ["unmapped CompanyStatus: wholly-new (1)"]
    assert issubclass(UnreadableFile, SourceError)
