"""`home share` and `home close`, and a home that an earlier version left open."""

import errno
import grp
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from duediligence import permissions

Run = Callable[..., Any]
pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
GROUP = grp.getgrgid(os.getegid()).gr_name if os.name == "posix" else ""


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def modes(home: Path) -> set[int]:
    return {mode(path) for path in (home, *home.rglob("*")) if not path.is_symlink()}


@pytest.fixture
def used(run: Run, tmp_path: Path) -> Path:
    """A home in which suppliers were imported."""
    (tmp_path / "suppliers.csv").write_text("ref,name\nS1,Pale Heron Works Ltd\n")
    assert run("suppliers", "import", "suppliers.csv").code == 0
    return tmp_path / "home"


@pytest.fixture
def earlier(used: Path, tmp_path: Path) -> Path:
    """The same, open to all as earlier versions made it; with links that lead out of it."""
    (tmp_path / "elsewhere").mkdir(mode=0o755)
    (tmp_path / "elsewhere" / "minutes.txt").write_text("of a meeting")
    (tmp_path / "elsewhere" / "minutes.txt").chmod(0o644)
    (tmp_path / "elsewhere").chmod(0o755)
    (used / "folder").symlink_to(tmp_path / "elsewhere")
    (used / "file").symlink_to(tmp_path / "elsewhere" / "minutes.txt")
    (used / "snapshots" / "un").mkdir(parents=True)
    (used / "snapshots" / "un" / "un.xml").write_text("<x/>")
    for path in (used, *used.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() else 0o644)
    return used


def links_lead_to_what_was(tmp_path: Path) -> bool:
    elsewhere = tmp_path / "elsewhere"
    return (mode(elsewhere), mode(elsewhere / "minutes.txt")) == (0o755, 0o644)


def test_a_new_home_is_for_its_owner_alone(used: Path) -> None:
    assert modes(used) == {0o700, 0o600}


def test_a_new_home_in_a_shared_folder_is_not_shared_with_it(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "office").mkdir()
    (tmp_path / "office").chmod(0o2770)
    assert run("lists", "status", "--home", tmp_path / "office" / "home").code in (0, 3)
    assert modes(tmp_path / "office" / "home") == {0o700, 0o600}


def test_an_earlier_home_is_closed_at_the_first_change_and_said_once(
    run: Run, earlier: Path, tmp_path: Path
) -> None:
    assert "closed" not in run("suppliers", "list").err
    assert mode(earlier) == 0o755, "a command that only reads leaves it"
    first = run("suppliers", "import", "suppliers.csv")
    (line,) = [line for line in first.err.splitlines() if str(earlier) in line]
    assert "could be read by other accounts of this machine. It is closed to them now." in line
    assert line.endswith("To share it with a group: duediligence home share --group NAME")
    assert modes(earlier) == {0o700, 0o600}
    assert links_lead_to_what_was(tmp_path)
    assert "closed" not in run("suppliers", "import", "suppliers.csv").err


def test_a_home_that_is_shared_on_purpose_stays_so(run: Run, earlier: Path) -> None:
    earlier.chmod(0o2775)
    assert "closed" not in run("suppliers", "import", "suppliers.csv").err
    assert mode(earlier) == 0o2775


@pytest.mark.skipif(os.name == "posix" and os.geteuid() != 0, reason="only root can give it away")
@pytest.mark.parametrize("given", [("owner", 54_321), ("group", 54_321)])
def test_a_home_of_another_owner_or_group_stays_as_it_is(
    run: Run, earlier: Path, given: tuple[str, int]
) -> None:
    what, number = given
    os.chown(earlier, *((number, -1) if what == "owner" else (-1, number)))
    earlier.chmod(0o775)
    assert "closed" not in run("suppliers", "import", "suppliers.csv").err
    assert mode(earlier) == 0o775


def test_sharing_and_closing_are_recorded_and_follow_no_link(
    run: Run, earlier: Path, tmp_path: Path
) -> None:
    shared = run("home", "share", "--group", GROUP)
    assert shared.code == 0
    assert f"is shared with the group {GROUP}: all in it can read and change it." in shared.out
    assert modes(earlier) == {0o2770, 0o660}
    assert run("suppliers", "import", "suppliers.csv").code == 0
    assert run("lists", "refresh", "un", "--from", tmp_path / "elsewhere").code
    assert modes(earlier) == {0o2770, 0o660}, "and so is what is new"
    closed = run("home", "close")
    assert "can be read by its owner only." in closed.out
    assert modes(earlier) == {0o700, 0o600}
    assert links_lead_to_what_was(tmp_path)
    records = json.loads(run("audit", "log", "--json").out)["data"]
    events = [one["event"] for one in records if one["event"]["kind"].startswith("home ")]
    assert [(one["kind"], one["what"]) for one in events] == [
        ("home shared", {"group": GROUP}),
        ("home closed", {}),
    ]
    assert run("audit", "verify").code == 0


def test_a_group_that_there_is_not(run: Run, used: Path) -> None:
    refused = run("home", "share", "--group", "no-such-group")
    assert refused.code == 2
    assert "This machine has no group 'no-such-group'" in refused.err
    assert modes(used) == {0o700, 0o600}
    assert "home shared" not in run("audit", "log").out


def test_where_the_system_has_no_modes_nothing_fails(
    run: Run, used: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(permissions, "POSIX", False)
    used.chmod(0o755)
    assert run("suppliers", "import", "suppliers.csv").code == 0
    assert mode(used) == 0o755
    refused = run("home", "share", "--group", GROUP)
    assert refused.code == 2
    assert f"Set it in the properties of {used}, under Security." in refused.err
    assert not list(permissions.find_exposed_files(used))


@pytest.mark.parametrize("refuses", [True, False])
def test_on_a_drive_without_modes_all_is_written_and_nothing_is_claimed(
    run: Run, earlier: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refuses: bool
) -> None:
    """A USB stick refuses to set a mode, a share of Windows ignores it: none can be had here."""

    def set_mode(*_: object, **__: object) -> None:
        if refuses:
            raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "fchmod", set_mode)
    monkeypatch.setattr(Path, "chmod", set_mode)
    imported = run("suppliers", "import", "suppliers.csv")
    assert imported.code == 0
    assert "closed" not in imported.err
    assert run("audit", "export", "chain.jsonl").code == 0
    assert run("lists", "status", "--home", tmp_path / "another" / "home").code in (0, 3)
    for command in (["close"], ["share", "--group", GROUP]):
        refused = run("home", *command)
        assert refused.code == 4
        assert "cannot be used: " in refused.err
    assert "home shared" not in run("audit", "log").out
