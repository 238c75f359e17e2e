"""Where a refresh takes files from, and what it keeps of them."""

import csv
import os
import ssl
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from pytest_httpserver import HTTPServer

from duediligence import registry
from duediligence.contracts import Expect, Feed, Files, Watchlist, watchlist
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.fetch import Snapshots
from duediligence.matching import Index, Subject
from duediligence.model import DriftItem, ListEntry, Name
from duediligence.model.entries import Record
from duediligence.screening.clock import Clock
from duediligence.screening.lists.loading import RefreshTerms
from duediligence.screening.lists.refresh import Refreshed, refresh
from duediligence.screening.lists.statuses import derive_list_status, statuses
from duediligence.screening.workspace import Workspace

Open = Callable[..., Workspace]
Declare = Callable[..., Watchlist]


def rows(files: Files) -> Iterator[ListEntry]:
    """Lines of `id,name,status,type,handling,kind`, of every file."""
    for path in files.matching("*.csv"):
        for row in csv.reader(path.read_text(encoding="utf-8").splitlines()):
            key, name, word, type_, handling, kind = row
            yield ListEntry(
                id=key,
                list_id="register",
                kind=kind,  # type: ignore[arg-type]
                names=(Name(name),),
                status=word,
                record=Record(type=type_, handling=handling),  # type: ignore[arg-type]
            )


def line(key: int, name: str, **more: str) -> str:
    fields = {"status": "A", "type": "registration", "handling": "public", "kind": "organisation"}
    return ",".join([str(key), name, *(fields | more).values()]) + "\n"


@pytest.fixture
def declare(monkeypatch: pytest.MonkeyPatch) -> Declare:
    """Declare a list and make it the only one there is."""

    def run(*feeds: Feed, location: Path | None = None, **options: object) -> Watchlist:
        defaults: dict[str, object] = {
            "id": "register",
            "title": "Invented Register",
            "publisher": "Invented Council",
            "licence": "none",
            "topic": "register",
            "homepage": "https://register.example.org",
            "feeds": feeds,
            "max_age": timedelta(days=30),
            "expect": Expect(entries=(1, 100), weekly_loss=0.5),
        }
        made = watchlist(**{**defaults, **options})(rows)  # type: ignore[arg-type]
        made = replace(made, location=location)
        monkeypatch.setattr(registry, "find_watchlists", lambda: {"register": made})
        return made

    return run


def load(
    workspace: Workspace,
    folder: Path | None = None,
    *,
    as_of: datetime | None = None,
    accept_shrink: bool = False,
) -> Refreshed:
    terms = RefreshTerms(as_of=(as_of or workspace.now()).date(), accept_shrink=accept_shrink)
    (result,) = refresh(workspace, ["register"], folder=folder, terms=terms)
    return result


def found(workspace: Workspace, name: str) -> list[str]:
    index = Index.load(workspace.lists.current()["register"].index_folder)
    return [match.entry_id for match in index.search(Subject(names=(name,)))]


@pytest.fixture
def share(tmp_path: Path) -> Path:
    folder = tmp_path / "share"
    folder.mkdir()
    return folder


def put(path: Path, text: str, at: datetime = NOW) -> None:
    path.write_text(text, encoding="utf-8")
    os.utime(path, (at.timestamp(), at.timestamp()))


def test_a_search_that_states_its_total_may_find_less(
    declare: Declare, open_workspace: Open, tmp_path: Path
) -> None:
    """Its answer says that it is whole: that is no loss, but a person can see what is gone."""
    expect = Expect(entries=(0, 100), states_total=True)
    declare(Feed("*.csv"), expect=expect)
    source = tmp_path / "source" / "register"
    source.mkdir(parents=True)
    put(source / "a.csv", "".join(line(number, f"Quill {number} Ltd") for number in range(4)))
    workspace = open_workspace()
    assert load(workspace, source.parent).result == "loaded"
    put(source / "a.csv", line(9, "Moss Ltd"))
    monday = open_workspace(at=NOW + timedelta(days=1))
    version = load(monday, source.parent).version
    assert version is not None
    assert version.entries == 1
    assert [item.words() for item in version.drift] == ["note: gone since the version before (4)"]
    assert version.accepted_loss is None


# A register of the council's own, in a folder


def test_a_register_is_read_from_its_own_folder(
    declare: Declare, open_workspace: Open, share: Path
) -> None:
    declare(Feed("*.csv"), location=share)
    put(share / "a.csv", line(1, "Quill Ltd"))
    put(share / "b.csv", line(2, "Zorkov Ltd"))
    result = load(open_workspace())
    assert result.result == "loaded"
    assert result.version
    assert (result.version.entries, result.version.origin) == (2, f"folder {share}")
    assert load(open_workspace()).result == "unchanged"


def test_a_folder_of_its_id_goes_before_its_own(
    declare: Declare, open_workspace: Open, share: Path, tmp_path: Path
) -> None:
    declare(Feed("a.csv"), location=share)
    put(share / "a.csv", line(1, "Quill Ltd"))
    other = tmp_path / "other"
    other.mkdir()
    put(other / "a.csv", line(1, "Zorkov Ltd"))
    assert load(open_workspace(), other).result == "loaded"
    assert found(open_workspace(), "Quill") == ["1"]
    brought = other / next(iter(open_workspace().watchlists.values())).folder
    brought.mkdir()
    put(brought / "a.csv", line(1, "Zorkov Ltd"))
    assert load(open_workspace(), other).result == "loaded"
    assert found(open_workspace(), "Zorkov") == ["1"]


@pytest.mark.parametrize("gone", ["the folder", "the file"])
def test_a_folder_that_is_missing_or_empty_keeps_the_old_version(
    declare: Declare, open_workspace: Open, share: Path, gone: str
) -> None:
    declare(Feed("a.csv"), location=share)
    put(share / "a.csv", line(1, "Quill Ltd"))
    workspace = open_workspace()
    served = load(workspace).version
    (share / "a.csv").unlink()
    if gone == "the folder":
        share.rmdir()
    result = load(workspace)
    assert result.result == "failed"
    assert result.error
    assert str(share) in result.error.message
    assert "a.csv" in result.error.hint
    assert workspace.lists.current()["register"].version == served
    assert statuses(workspace, ["register"])[0].state == "stale"


# Parts


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path]:
    authority = trustme.CA()
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    return context, path


@pytest.fixture
def server(authority: tuple[ssl.SSLContext, Path]) -> Iterator[HTTPServer]:
    with HTTPServer(host="localhost", port=0, ssl_context=authority[0]) as running:
        yield running


def test_a_list_by_parts_is_fetched_for_those_that_are_set(
    declare: Declare,
    open_workspace: Open,
    server: HTTPServer,
    authority: tuple[ssl.SSLContext, Path],
) -> None:
    declare(Feed("food-{part}.csv", server.url_for("/food/{part}")))
    for part in ("705", "706"):
        server.expect_request(f"/food/{part}").respond_with_data(line(int(part), "Quill Ltd"))
    parts = {"register": ("705", "706"), "other": ("1",)}
    here = {"private_hosts": ("localhost",), "ca_file": authority[1]}
    workspace = open_workspace(parts=parts, **here)
    assert load(workspace).result == "loaded"
    (snapshot,) = Snapshots(workspace.snapshots).all("register")
    assert list(snapshot.paths()) == ["food-705.csv", "food-706.csv"]
    fewer = open_workspace(parts={"register": ("705",)}, **here)
    assert load(fewer).result == "failed", "half of it is gone"
    result = load(fewer, accept_shrink=True)
    assert result.version
    assert (result.result, result.version.entries) == ("loaded", 1)


def test_a_list_by_parts_says_which_setting_is_missing(
    declare: Declare, open_workspace: Open, share: Path
) -> None:
    declare(Feed("food-{part}.csv", "https://register.example.org/{part}"))
    result = load(open_workspace(parts={"other": ("1",)}))
    assert result.result == "absent"
    assert result.error
    assert "`parts`" in result.error.message
    assert 'parts = { register = ["…"] }' in result.error.hint
    assert open_workspace().lists.failures() == {}
    # From a folder none is needed.
    put(share / "food-705.csv", line(1, "Quill Ltd"))
    assert load(open_workspace(), share).result == "loaded"


# Who has left


def test_who_has_left_is_kept_and_found_and_not_counted(
    declare: Declare, open_workspace: Open, share: Path
) -> None:
    declare(Feed("a.csv"), tracks_removals=True)
    names = ("Quill Ltd", "Zorkov Ltd", "Braddock Ltd", "Velsing Ltd")
    put(share / "a.csv", "".join(line(n, name) for n, name in enumerate(names)))
    assert load(open_workspace(), share).result == "loaded"
    left = datetime(2026, 11, 28, tzinfo=NOW.tzinfo)
    put(share / "a.csv", line(0, names[0], status="B") + line(1, names[1]), left)
    workspace = open_workspace(at=NOW + timedelta(days=10))
    result = load(workspace, share, as_of=left)
    assert result.result == "loaded"
    assert result.version
    assert (result.version.entries, result.version.names) == (2, 2)
    held = {entry.id: entry for entry in workspace.lists.entries(result.version)}
    assert {key: entry.record and entry.record.ended for key, entry in held.items()} == {
        "0": False,
        "1": False,
        "2": True,
        "3": True,
    }
    assert held["0"].remarks == "Was A until 28 November 2026."
    assert held["3"].ends_on == date(2026, 11, 28)
    assert found(workspace, "Velsing") == ["3"]
    # Those who left are not held against the next version.
    put(share / "a.csv", line(0, names[0], status="B"), left + timedelta(days=1))
    again = open_workspace(at=NOW + timedelta(days=11))
    result = load(again, share)
    assert result.version
    assert (result.result, result.version.entries) == ("loaded", 1)
    assert len(list(again.lists.entries(result.version))) == 4


def test_a_list_that_does_not_keep_who_left_forgets_them(
    declare: Declare, open_workspace: Open, share: Path
) -> None:
    declare(Feed("a.csv"))
    put(share / "a.csv", line(1, "Quill Ltd") + line(2, "Zorkov Ltd"))
    load(open_workspace(), share)
    put(share / "a.csv", line(1, "Quill Ltd"))
    workspace = open_workspace()
    result = load(workspace, share, accept_shrink=True)
    assert result.version
    assert result.version.accepted_loss == (1, 1)
    assert [entry.id for entry in workspace.lists.entries(result.version)] == ["1"]


# What must not be stored

SENSITIVE = (
    line(1, "Quill Ltd")
    + line(2, "Zorkov Ltd", type="notice", handling="restricted")
    + line(3, "Ada Braddock", type="conviction", kind="person")
    + line(4, "Velsing Ltd", type="notice", handling="restricted")
)


def test_restricted_records_and_offences_of_individuals_are_left_out_and_counted(
    declare: Declare, open_workspace: Open, share: Path
) -> None:
    declare(Feed("a.csv"))
    put(share / "a.csv", SENSITIVE)
    workspace = open_workspace()
    result = load(workspace, share)
    assert result.version
    assert result.version.entries == 4
    assert result.version.drift == (
        DriftItem("left out", "restricted record", count=2),
        DriftItem("left out", "conviction of an individual"),
    )
    assert [entry.id for entry in workspace.lists.entries(result.version)] == ["1"]
    assert found(workspace, "Zorkov") == found(workspace, "Ada Braddock") == []


def test_a_list_of_which_nothing_is_searched_is_not_current(
    declare: Declare, open_workspace: Open, share: Path
) -> None:
    declare(Feed("a.csv"))
    put(share / "a.csv", line(1, "Quill Ltd", type="notice", handling="restricted"))
    workspace = open_workspace()
    for result in ("loaded", "unchanged"):
        assert load(workspace, share).result == result
        (one,) = statuses(workspace, ["register"])
        assert one.state == "stale"
        assert "all its records (1) are restricted and were left out" in one.reason
    opened = open_workspace(at=NOW + timedelta(hours=1), store_restricted=True)
    load(opened, share)
    assert statuses(opened, ["register"])[0].state == "current"


def test_the_setting_lets_restricted_records_in_and_out_again_at_the_next_refresh(
    declare: Declare, open_workspace: Open, share: Path
) -> None:
    declare(Feed("a.csv"), tracks_removals=True)
    put(share / "a.csv", SENSITIVE)
    load(open_workspace(), share)
    opened = open_workspace(at=NOW + timedelta(hours=1), store_restricted=True)
    assert load(opened, share).result == "loaded"
    assert load(opened, share).result == "unchanged"
    assert found(opened, "Zorkov") == ["2"]
    assert found(opened, "Ada Braddock") == []
    shut = open_workspace(at=NOW + timedelta(hours=2))
    assert load(shut, share).result == "loaded"
    assert found(shut, "Zorkov") == []


# A list that is published rarely


@pytest.mark.parametrize(
    ("max_age", "days", "state"),
    [(7, 60, "current"), (7, 61, "stale"), (100, 200, "current"), (100, 201, "stale")],
)
def test_a_list_may_stand_still_for_twice_its_age(
    declare: Declare, open_workspace: Open, share: Path, max_age: int, days: int, state: str
) -> None:
    made = declare(Feed("a.csv"))
    put(share / "a.csv", line(1, "Quill Ltd"))
    version = load(open_workspace(), share).version
    assert version
    today = NOW.date()
    online = replace(
        version, origin="https://register.example.org", published=today - timedelta(days=days)
    )
    found = derive_list_status(
        made, online, None, clock=Clock(NOW), max_age=timedelta(days=max_age)
    )
    assert found.state == state
