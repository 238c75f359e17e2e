"""The files of a folder, recognised by what they hold where their names say nothing."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duediligence import registry
from duediligence.fetch.feeds import fitting, is_pattern
from duediligence.formats.headings import read_form
from duediligence.screening.lists.recognition import Recognition, recognise
from duediligence.screening.lists.refresh import Refreshed, refresh
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings

from ..conftest import NOW, SAMPLE, SAMPLES, Open


def _named_files() -> Iterator[tuple[str, str, Path]]:
    """List, name of the feed and sample, of each file with a name of its own."""
    for watchlist in registry.find_watchlists().values():
        folder = SAMPLES / watchlist.folder
        held = [path.name for path in folder.iterdir()]
        for name in sorted({feed.filename for feeds in watchlist.feed_sets for feed in feeds}):
            if not is_pattern(name):
                for there in fitting(name, held).values():
                    yield watchlist.id, name, folder / there


FILES = list(_named_files())
# Without headings of its own, or with few: such a file has to have its name.
SAY_LITTLE = {path for _, _, path in FILES if len(read_form(path).headings) < 3}
# The two lists of OFAC have one form in XML: which it is only the name says.
ALIKE = {path for _, name, path in FILES if name in ("SDN.XML", "CONSOLIDATED.XML")}
OF = {path: {(i, n) for i, n, other in FILES if other == path} for _, _, path in FILES}


def seen(workspace: Workspace, folder: Path) -> Recognition:
    return recognise(workspace, folder, samples=SAMPLES)


def test_most_samples_can_be_recognised() -> None:
    assert len(OF.keys() - SAY_LITTLE) >= 15
    assert {path.name for path in SAY_LITTLE if "ofac" not in str(path)} <= {
        "avoidance-promoters.html",
        "deliberate-tax-defaulters.html",
        "proscribed-organisations.html",
        "terrorism-act-schedule-2.html",
    }


def test_each_is_recognised_by_what_it_holds(tmp_path: Path, open_workspace: Open) -> None:
    brought = tmp_path / "brought"
    brought.mkdir()
    of = {}
    for at, path in enumerate(sorted(OF.keys() - SAY_LITTLE - ALIKE)):
        of[Path(shutil.copy(path, brought / f"download{at}"))] = OF[path]
    workspace = open_workspace()
    found = seen(workspace, brought)
    assert not found.unknown
    recognised: dict[Path, set[tuple[str, str]]] = {}
    for one in found.read_as:
        recognised.setdefault(one.path, set()).add((one.list_id, one.save_as))
        assert one.how == "content"
    assert recognised == of


def test_what_two_lists_could_be_is_neither(tmp_path: Path, open_workspace: Open) -> None:
    brought = tmp_path / "brought"
    brought.mkdir()
    for at, path in enumerate(sorted(ALIKE)):
        shutil.copy(path, brought / f"download{at}")
    found = seen(open_workspace(), brought)
    assert not found.read_as
    assert len(found.unknown) == len(ALIKE) == 2


@given(
    number=st.integers(1, 999),
    form=st.sampled_from(["{0} ({2}){1}", "{0}({2}){1}", "{0} - Copy{1}", "Copy of {0}{1}"]),
    case=st.sampled_from([str, str.lower, str.upper]),
    name=st.sampled_from(["SDN.CSV", "UK-Sanctions-List.xml", "debarred.json"]),
)
def test_what_a_browser_adds_to_a_name_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, number: int, form: str, case: type[str], name: str
) -> None:
    folder = tmp_path_factory.mktemp("copies")
    stem, ending = name.rsplit(".", 1)
    (folder / case(form.format(stem, f".{ending}", number))).write_text("anything")
    with Workspace(Settings(home=folder / "home"), now=lambda: NOW) as workspace:
        found = seen(workspace, folder)
    assert [(one.save_as, one.how) for one in found.read_as] == [(name, "copy")]


def _refreshed(workspace: Workspace, folder: Path) -> dict[str, Refreshed]:
    brought = seen(workspace, folder)
    ended = refresh(workspace, folder=folder, brought=brought, terms=SAMPLE)
    return {one.list_id: one for one in ended}


def test_a_stick_of_badly_named_files_is_loaded_as_if_they_had_their_names(
    tmp_path: Path, open_workspace: Open
) -> None:
    workspace = open_workspace()
    well, badly = tmp_path / "well", tmp_path / "badly"
    well.mkdir()
    badly.mkdir()
    for at, (_, name, path) in enumerate(FILES):
        if path not in SAY_LITTLE and path.parent.name in ("uk-sanctions", "un", "eu"):
            shutil.copy(path, well / name)
            shutil.copy(path, badly / f"file {at}")
    with_names = _refreshed(workspace, well)
    loaded = {i for i, one in with_names.items() if one.result == "loaded"}
    assert loaded == {"uk-sanctions", "un", "eu"}
    other = open_workspace(tmp_path / "other")
    found = _refreshed(other, badly)
    assert {i for i, one in found.items() if one.result == "loaded"} == loaded
    for one in loaded:
        ours, theirs = found[one].version, with_names[one].version
        assert ours is not None
        assert theirs is not None
        assert (ours.sha256, ours.entries) == (theirs.sha256, theirs.entries)


def test_an_old_and_a_new_copy_are_refused_and_the_same_twice_is_not(
    tmp_path: Path, open_workspace: Open
) -> None:
    workspace = open_workspace()
    sample = SAMPLES / "un" / "consolidated.xml"
    brought = tmp_path / "brought"
    brought.mkdir()
    shutil.copy(sample, brought / "consolidated.xml")
    shutil.copy(sample, brought / "consolidated (1).xml")
    assert _refreshed(workspace, brought)["un"].result == "loaded"
    (brought / "consolidated (1).xml").write_bytes(sample.read_bytes() + b"\n")
    failed = _refreshed(workspace, brought)["un"]
    assert failed.result == "failed"
    assert failed.error is not None
    assert "at two times" in failed.error.message
    assert "Keep the newer one" in str(failed.error.hint)


def test_a_name_that_two_lists_have_is_decided_by_what_the_file_holds(
    tmp_path: Path, open_workspace: Open
) -> None:
    """`consolidated.xml` is the UN's, and but for its case a file of OFAC's."""
    brought = tmp_path / "brought"
    brought.mkdir()
    shutil.copy(SAMPLES / "un" / "consolidated.xml", brought / "consolidated.xml")
    found = _refreshed(open_workspace(), brought)
    assert found["un"].result == "loaded"
    assert found["ofac-consolidated"].result == "absent"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("notes.txt", b"Remember the milk"),
        ("empty", b""),
        ("page.html", b"<html><body><table><tr><th>A</th></tr></table></body></html>"),
        ("other.csv", b"Name,Address,Country,From Date\r\nMoss,1 Road,UK,2020\r\n"),
        ("bomb.xlsx", b"PK\x03\x04broken"),
        ("what.json", b'{"results": [{"title": 1}]}'),
        ("cut.xml", b"<CONSOLIDATED_LIST><INDIVIDUALS>"),
    ],
)
def test_what_is_no_list_is_said_to_be_none(
    name: str, content: bytes, tmp_path: Path, open_workspace: Open
) -> None:
    brought = tmp_path / "brought"
    brought.mkdir()
    (brought / name).write_bytes(content)
    found = seen(open_workspace(), brought)
    assert not found.read_as
    assert [path.name for path in found.unknown] == [name]
