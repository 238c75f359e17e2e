"""A refresh loads a sound list, and keeps the old one whatever else comes."""

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

import pytest

from duediligence.demo import SAMPLE_SCALE
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.errors import StorageError, UsageError
from duediligence.fetch import SnapshotFile, Snapshots
from duediligence.progress import Silent, Task, Unit
from duediligence.screening.lists import loading
from duediligence.screening.lists.loading import RefreshTerms
from duediligence.screening.lists.refresh import Refreshed, drop, refresh, usual_lists
from duediligence.screening.lists.statuses import statuses
from duediligence.screening.workspace import Workspace
from duediligence.writing import write_chunks

SAMPLE = RefreshTerms(scale=SAMPLE_SCALE, as_of=NOW.date())

Open = Callable[..., Workspace]
UK = "UK-Sanctions-List.xml"


def load(workspace: Workspace, list_id: str, folder: Path) -> Refreshed:
    return next(iter(refresh(workspace, [list_id], folder=folder, terms=SAMPLE)))


def only_xml(samples: Path) -> Path:
    """The XML alone, so that nothing falls back on the CSV."""
    (samples / "uk-sanctions" / "UK-Sanctions-List.csv").unlink()
    return samples / "uk-sanctions" / UK


def test_every_sample_list_loads(open_workspace: Open, home: Path) -> None:
    found = statuses(open_workspace(home))
    assert {status.state for status in found} == {"current"}
    assert all(status.version and status.version.entries for status in found)


def test_a_list_that_was_never_loaded_is_not_one_without_entries(open_workspace: Open) -> None:
    assert {status.state for status in statuses(open_workspace())} == {"never loaded"}


def test_refreshing_with_the_same_files_changes_nothing(
    open_workspace: Open, home: Path, samples: Path
) -> None:
    workspace = open_workspace(home)
    before = workspace.lists.current()["un"]
    result = load(workspace, "un", samples)
    assert result.result == "unchanged"
    assert workspace.lists.current()["un"].index_folder == before.index_folder


def test_another_matcher_compiles_the_same_files_again(
    open_workspace: Open, home: Path, samples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "COMPILED_WITH", "a newer matcher")
    workspace = open_workspace(home, at=NOW + timedelta(hours=1))
    before = workspace.lists.current()["un"]
    assert load(workspace, "un", samples).result == "loaded"
    after = workspace.lists.current()["un"]
    assert after.compiled_with == "a newer matcher"
    assert after.index_folder != before.index_folder


def cut(data: bytes) -> bytes:
    return data[: len(data) * 2 // 3]


def bomb(data: bytes) -> bytes:
    head, body = data.split(b"?>", 1)
    entities = b'<!ENTITY a "boom">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(8)
    )
    return head + b"?><!DOCTYPE Designations [" + entities + b"]>" + body


def outside(data: bytes) -> bytes:
    head, body = data.split(b"?>", 1)
    return head + b'?><!DOCTYPE Designations [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + body


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "truncated": cut,
    "a web page": lambda _: b"<!DOCTYPE html><html><head><title>Sorry</title></head></html>",
    "empty": lambda _: b"",
    "another root": lambda data: data.replace(b"Designations", b"Persons"),
    "renamed tags": lambda data: data.replace(b"UniqueID", b"UniqueKey"),
    "renamed names": lambda data: data.replace(b"<Name6>", b"<Nom6>").replace(
        b"</Name6>", b"</Nom6>"
    ),
    "an entity bomb": bomb,
    "an external entity": outside,
    "a 10 MB field": lambda data: data.replace(
        b"</UKStatementofReasons>", b"x" * 10_500_000 + b"</UKStatementofReasons>", 1
    ),
    "a 2 MB field": lambda data: data.replace(
        b"</UKStatementofReasons>", b"x" * 2_000_000 + b"</UKStatementofReasons>", 1
    ),
    "wrongly encoded": lambda data: data.replace(b"<Name6>", b"<Name6>\xff\xfe\xe9", 1),
    "no entries": lambda data: data[: data.index(b"<Designation>")] + b"</Designations>",
    "half its size": lambda data: (
        data[: data.index(b"<Designation>")]
        + b"</Designation>".join(data[data.index(b"<Designation>") :].split(b"</Designation>")[:5])
        + b"</Designation></Designations>"
    ),
    "older than ours": lambda data: data.replace(
        b"/11/2026</DateGenerated>", b"/10/2026</DateGenerated>"
    ),
    "from the future": lambda data: data.replace(
        b"/2026</DateGenerated>", b"/2027</DateGenerated>"
    ),
}


@pytest.mark.parametrize("damage", list(DAMAGE.values()), ids=list(DAMAGE))
def test_a_bad_list_is_refused_loudly_and_the_old_one_stays(
    open_workspace: Open, home: Path, samples: Path, damage: Callable[[bytes], bytes]
) -> None:
    path = only_xml(samples)
    original = path.read_bytes()
    path.write_bytes(damage(original))
    assert path.read_bytes() != original
    workspace = open_workspace(home)
    before = workspace.lists.current()["uk-sanctions"]
    result = load(workspace, "uk-sanctions", samples)
    assert result.result == "failed"
    assert result.error is not None
    assert "/etc" not in result.error.message
    assert workspace.lists.current()["uk-sanctions"] == before
    assert before.index_folder.is_dir()
    (status,) = statuses(workspace, ["uk-sanctions"])
    assert status.state == "stale"
    assert "failed" in status.reason
    path.write_bytes(original)
    assert load(workspace, "uk-sanctions", samples).result == "unchanged"
    assert statuses(workspace, ["uk-sanctions"])[0].state == "current"


def test_a_bad_first_load_leaves_the_list_never_loaded(open_workspace: Open, samples: Path) -> None:
    path = only_xml(samples)
    path.write_bytes(cut(path.read_bytes()))
    workspace = open_workspace()
    assert load(workspace, "uk-sanctions", samples).result == "failed"
    (status,) = statuses(workspace, ["uk-sanctions"])
    assert status.state == "never loaded"
    assert "failed" in status.reason


def test_the_alternate_file_serves_when_the_preferred_one_is_bad(
    open_workspace: Open, samples: Path
) -> None:
    path = samples / "uk-sanctions" / UK
    path.write_bytes(cut(path.read_bytes()))
    result = load(open_workspace(), "uk-sanctions", samples)
    assert result.result == "loaded"
    assert result.error is not None
    assert UK in result.error.message


def test_one_bad_list_does_not_stop_the_others(open_workspace: Open, samples: Path) -> None:
    path = only_xml(samples)
    path.write_bytes(b"")
    results = {
        one.list_id: one.result for one in refresh(open_workspace(), folder=samples, terms=SAMPLE)
    }
    assert results.pop("uk-sanctions") == "failed"
    assert set(results.values()) == {"loaded"}


def test_a_fault_in_a_parser_is_a_failed_list_not_a_crash(
    open_workspace: Open, home: Path, samples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from duediligence import registry

    def broken(files: object) -> object:
        raise ZeroDivisionError("oh")

    un = replace(registry.get_watchlist("un"), parse=broken)  # type: ignore[arg-type]
    monkeypatch.setattr(registry, "find_watchlists", lambda: {"un": un})
    path = samples / "un" / "consolidated.xml"
    path.write_bytes(path.read_bytes() + b"\n")
    result = load(open_workspace(home), "un", samples)
    assert result.result == "failed"
    assert result.error is not None
    assert "ZeroDivisionError" in result.error.message


def test_lists_that_are_not_in_the_folder_are_left_alone(
    open_workspace: Open, home: Path, tmp_path: Path
) -> None:
    (tmp_path / "nothing").mkdir()
    workspace = open_workspace(home)
    assert {r.result for r in refresh(workspace, folder=tmp_path / "nothing")} == {"absent"}
    assert {status.state for status in statuses(workspace)} == {"current"}


def test_the_folder_named_previous_is_not_read(open_workspace: Open, samples: Path) -> None:
    (samples / "un" / "previous").mkdir()
    (samples / "un" / "consolidated.xml").rename(samples / "un" / "previous" / "consolidated.xml")
    assert load(open_workspace(), "un", samples).result == "absent"


def test_a_real_list_must_not_be_a_dozen_entries(open_workspace: Open, samples: Path) -> None:
    (result,) = refresh(open_workspace(), ["un"], folder=samples)
    assert result.result == "failed"
    assert result.error is not None
    assert "are expected" in result.error.message


def test_an_unknown_list_names_those_there_are(open_workspace: Open, samples: Path) -> None:
    with pytest.raises(UsageError) as caught:
        load(open_workspace(), "ofsi", samples)
    assert "uk-sanctions" in caught.value.hint


def test_old_indexes_are_removed_and_the_one_before_kept(
    open_workspace: Open, home: Path, samples: Path
) -> None:
    path = samples / "un" / "consolidated.xml"
    for hour in range(1, 5):
        path.write_bytes(path.read_bytes() + b"\n")
        assert (
            load(open_workspace(home, at=NOW + timedelta(hours=hour)), "un", samples).result
            == "loaded"
        )
    assert len(list((home / "indexes" / "un").iterdir())) == 2


def test_what_a_killed_refresh_left_is_swept(
    open_workspace: Open, home: Path, samples: Path
) -> None:
    import os

    left = home / "indexes" / "un" / ".building-999999"
    left.mkdir()
    os.utime(left, (0, 0))
    path = samples / "un" / "consolidated.xml"
    path.write_bytes(path.read_bytes() + b"\n")
    assert load(open_workspace(home), "un", samples).result == "loaded"
    assert not left.exists()


def test_a_home_that_cannot_be_written_is_a_storage_error(
    open_workspace: Open, samples: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageError):
        load(open_workspace(tmp_path / "file"), "un", samples)


@pytest.mark.parametrize(
    ("days", "state"), [(0, "current"), (6, "current"), (9, "stale"), (400, "stale")]
)
def test_a_list_grows_stale_with_age(
    open_workspace: Open, home: Path, days: int, state: str
) -> None:
    (status,) = statuses(open_workspace(home, at=NOW + timedelta(days=days)), ["un"])
    assert status.state == state
    assert (state == "current") is (status.reason == "")


def test_an_organisation_may_set_how_old_a_list_may_be(open_workspace: Open, home: Path) -> None:
    late = open_workspace(home, at=NOW + timedelta(days=20), max_age_days={"un": 30})
    assert statuses(late, ["un"])[0].state == "current"


def test_the_bytes_of_the_version_in_service_outlive_many_failures(
    open_workspace: Open, home: Path, samples: Path
) -> None:
    path = samples / "un" / "consolidated.xml"
    served = open_workspace(home).lists.current()["un"].version
    for number in range(5):
        path.write_bytes(b"broken %d" % number)
        later = open_workspace(home, at=NOW + timedelta(hours=number))
        assert load(later, "un", samples).result == "failed"
    held = Snapshots(home / "snapshots").all("un")
    assert len(held) == 4
    assert served.sha256 in {snapshot.sha256 for snapshot in held}


def test_a_file_brought_and_later_found_online_counts_as_fetched(tmp_path: Path) -> None:
    """The same bytes, confirmed by the publisher: fresh from then on."""
    snapshots = Snapshots(tmp_path)
    for origin, at in (("folder lists", NOW), ("https://un.example/x", NOW), ("folder y", NOW)):
        with snapshots.staging("un") as folder:
            sha256, size = write_chunks([b"<x/>"], folder / "x.xml")
            file = SnapshotFile("x.xml", sha256, size, "", "", NOW)
            kept = snapshots.commit(
                "un",
                folder,
                [file],
                origin=origin,
                taken_at=at,
                checked_at=at,
                confirmed=not origin.startswith("folder"),
            )
    assert kept.origin == "https://un.example/x"
    assert len(snapshots.all("un")) == 1


def test_a_list_that_is_dropped_is_as_if_it_was_never_loaded(
    open_workspace: Open, home: Path, samples: Path
) -> None:
    workspace = open_workspace(home)
    index = workspace.lists.current()["opensanctions"].index_folder
    assert drop(workspace, "opensanctions")
    assert not index.exists()
    (status,) = statuses(workspace, ["opensanctions"])
    assert (status.state, status.blocks_complete_run) == ("never loaded", False)
    assert not drop(workspace, "opensanctions")
    assert load(workspace, "opensanctions", samples).result == "loaded"


def test_a_list_whose_index_is_already_gone_can_be_dropped(
    open_workspace: Open, home: Path
) -> None:
    workspace = open_workspace(home)
    shutil.rmtree(workspace.lists.current()["opensanctions"].index_folder)
    assert drop(workspace, "opensanctions")
    assert "opensanctions" not in workspace.lists.current()


def test_an_optional_list_is_left_alone_until_it_is_in_use(
    open_workspace: Open, home: Path, samples: Path
) -> None:
    empty = open_workspace()
    assert "opensanctions" not in {one.id for one in usual_lists(empty, None)}
    assert "eu" in {one.id for one in usual_lists(empty, None)}
    assert "opensanctions" in {one.id for one in usual_lists(empty, samples)}
    loaded = open_workspace(home)
    assert "opensanctions" in {one.id for one in usual_lists(loaded, None)}


class Steps(Silent):
    """What each piece of work was called."""

    said: ClassVar[list[str]] = []

    def task(
        self, description: str, total: int | None = None, *, unit: Unit = ""
    ) -> AbstractContextManager[Task]:
        self.said.append(description)
        return super().task(description, total, unit=unit)


def test_each_list_is_a_step_that_is_shown(open_workspace: Open, samples: Path) -> None:

    workspace = open_workspace()
    ended = list(refresh(workspace, ["un", "eu"], folder=samples, terms=SAMPLE, progress=Steps()))
    titles = [workspace.watchlist(one.list_id).title for one in ended]
    assert [one for one in Steps.said if " of 2)" in one] == [
        f"{titles[0]} (1 of 2)",
        f"{titles[1]} (2 of 2)",
    ]
