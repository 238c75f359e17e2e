import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from duediligence.errors import Conflict, StorageError
from duediligence.writing import (
    append_line,
    link,
    make_folder,
    rename,
    replace_file,
    reserve_file,
    sync_file,
    unlink,
    write_chunks,
    write_text,
)
from tests.rows import for_each

posix = pytest.mark.skipif(os.name != "posix", reason="devices, modes and links are POSIX")


def reachable(folder):
    """Let another account through to the folder: opened only, for one of its parents is /tmp."""
    for parent in (folder, *folder.parents):
        if parent.stat().st_mode & 0o055 != 0o055:
            parent.chmod(parent.stat().st_mode | 0o055)


def test_text_is_written_as_it_stands(tmp_path):
    write_text(tmp_path / "a.html", "Ж\r\n\n")
    assert (tmp_path / "a.html").read_bytes() == "Ж\r\n\n".encode()
    assert os.listdir(tmp_path) == ["a.html"]  # noqa: PTH208


def test_the_old_file_stands_until_the_new_one_is_whole(tmp_path):
    target = tmp_path / "flags.csv"
    target.write_text("old")
    with replace_file(target) as temporary:
        temporary.write_text("new")
        assert target.read_text() == "old"
        assert temporary.parent == target.parent
    assert target.read_text() == "new"
    assert list(tmp_path.iterdir()) == [target]


@for_each("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_whatever_goes_wrong_leaves_the_old_file_and_no_litter(tmp_path, error):
    target = tmp_path / "flags.csv"
    target.write_text("old")

    def interrupted():
        with replace_file(target) as temporary:
            temporary.write_text("half")
            raise error

    with pytest.raises(error):
        interrupted()
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_missing_folder(tmp_path):
    path = tmp_path / "missing" / "a.html"
    with pytest.raises(StorageError) as caught:
        write_text(path, "x")
    assert str(path) in caught.value.message
    assert str(path.parent) in caught.value.hint
    assert caught.value.exit_code == 4


def test_a_folder_that_is_a_file(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageError, match=r"a\.html") as caught:
        write_text(tmp_path / "file" / "a.html", "x")
    assert "folder" in caught.value.hint


def test_a_folder_in_place_of_the_file(tmp_path):
    with pytest.raises(StorageError) as caught:
        write_text(tmp_path, "x")
    assert "folder" in caught.value.hint
    assert not list(tmp_path.iterdir())
    assert os.listdir(tmp_path.parent).count(tmp_path.name) == 1  # noqa: PTH208


def test_a_name_too_long_for_the_disk(tmp_path):
    with pytest.raises(StorageError):
        write_text(tmp_path / ("x" * 300 + ".csv"), "x")
    assert not list(tmp_path.iterdir())


@posix
def test_no_room_on_the_device():
    with pytest.raises(StorageError, match="/dev/full") as caught:
        write_text(Path("/dev/full"), "x")
    assert "disk space" in caught.value.hint
    assert stat.S_ISCHR(Path("/dev/full").stat().st_mode)


@posix
def test_no_room_half_way_keeps_the_old_file(tmp_path):
    """A limit on file size makes the write itself fail, as a full disk does."""
    target = tmp_path / "flags.csv"
    target.write_text("old")
    code = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from duediligence.errors import StorageError\n"
        "from duediligence.writing import write_text\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))\n"
        "try:\n"
        "    write_text(Path(sys.argv[1]), 'x' * 1_000_000)\n"
        "except StorageError as error:\n"
        "    print(error.hint)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(target)], capture_output=True, text=True, check=True
    )
    assert "no disk space" in done.stdout
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


@posix
def test_room_is_made_before_what_is_to_be_written_is_recorded(tmp_path):
    target, code = tmp_path / "ask.dde", (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from duediligence.errors import StorageError\n"
        "from duediligence.writing import reserve_file\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))\n"
        "try:\n"
        "    with reserve_file(Path(sys.argv[1]), 60_000) as write:\n"
        "        print('recorded')\n"
        "        write(b'x')\n"
        "except StorageError as error:\n"
        "    print(error.hint)\n"
    )  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", code, str(target)], capture_output=True, text=True, check=True
    )
    assert "no disk space" in done.stdout
    assert "recorded" not in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_reserved_file_has_what_was_written_and_nothing_of_its_room(tmp_path):
    with reserve_file(tmp_path / "ask.dde", 1_000) as write:
        assert not (tmp_path / "ask.dde").exists()
        write(b"short")
    assert (tmp_path / "ask.dde").read_bytes() == b"short"
    with pytest.raises(ValueError), reserve_file(tmp_path / "failed.dde", 1_000):
        raise ValueError
    with (
        pytest.raises(Conflict, match="is there already"),
        reserve_file(tmp_path / "ask.dde", 1_000) as write,
    ):
        write(b"another")
    assert (tmp_path / "ask.dde").read_bytes() == b"short"
    assert [one.name for one in tmp_path.iterdir()] == ["ask.dde"]


@posix
def test_what_is_reserved_may_be_a_pipe(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    with reserve_file(pipe, 1_000) as write:
        write(b"whole")
    reader.join()
    assert read == [b"whole"]


@posix
@for_each("locked", ["folder", "file"])
def test_where_one_may_not_write(tmp_path, locked):
    """In a child without root's powers, where the tests run as root."""
    folder = tmp_path / "folder"
    folder.mkdir()
    target = folder / "flags.csv"
    target.write_text("old")
    folder.chmod(0o555 if locked == "folder" else 0o777)
    target.chmod(0o444 if locked == "file" else 0o666)
    reachable(tmp_path)
    code = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from duediligence.errors import StorageError\n"
        "from duediligence.writing import write_text\n"
        "if os.geteuid() == 0:\n"
        "    os.setgid(65534)\n"
        "    os.setuid(65534)\n"
        "try:\n"
        "    write_text(Path(sys.argv[1]), 'new')\n"
        "except StorageError as error:\n"
        "    print(error.message, error.hint)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(target)], capture_output=True, text=True, check=True
    )
    folder.chmod(0o755)
    assert str(target) in done.stdout
    assert "close it there" in done.stdout
    assert target.read_text() == "old"


@posix
def test_a_pipe_is_written_to_and_not_replaced(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    write_text(pipe, "through")
    reader.join(timeout=10)
    assert read == ["through"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@posix
def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "flags.csv").write_text("old")
    (tmp_path / "flags.csv").symlink_to(tmp_path / "real" / "flags.csv")
    write_text(tmp_path / "flags.csv", "new")
    assert (tmp_path / "flags.csv").is_symlink()
    assert (tmp_path / "real" / "flags.csv").read_text() == "new"


@posix
@for_each(
    ("folder", "old", "new"),
    [
        (0o755, None, 0o600),
        (0o755, 0o644, 0o600),
        (0o775, 0o664, 0o600),
        (0o1777, 0o600, 0o600),
        (0o3777, 0o666, 0o600),
        (0o2750, 0o640, 0o600),
        (0o2770, None, 0o660),
        (0o2775, 0o664, 0o660),
        (0o2770, 0o640, 0o640),
    ],
    ids=lambda mode: f"{mode:o}" if mode else "new",
)
@for_each("umask", [0, 0o077])
def test_only_those_may_read_a_file_who_share_its_folder(tmp_path, folder, old, new, umask):
    """A file that is replaced is never more open than before, nor than a new one."""
    tmp_path.chmod(folder)
    target = tmp_path / "flags.csv"
    if old:
        target.write_text("old")
        target.chmod(old)
    before = os.umask(umask)
    try:
        write_text(target, "new")
        write_chunks([b"new"], tmp_path / "snapshot")
        append_line(tmp_path / "heads.jsonl", "new")
    finally:
        os.umask(before)
    assert stat.S_IMODE(target.stat().st_mode) == new
    shared = new != 0o600
    for name in ("snapshot", "heads.jsonl"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == (0o660 if shared else 0o600)


@pytest.fixture
def synced(monkeypatch):
    """Each path that was synced, in order; what it held or was called by then is certain."""
    paths = []

    def fsync(descriptor):
        paths.append(Path(f"/proc/self/fd/{descriptor}").readlink())
        sync(descriptor)

    sync = os.fsync
    monkeypatch.setattr(os, "fsync", fsync)
    return paths


linux = pytest.mark.skipif(sys.platform != "linux", reason="/proc tells what was synced")


@linux
@pytest.mark.parametrize(
    "work", [lambda to: write_text(to, "new"), lambda to: write_chunks([b"new"], to)]
)
def test_a_new_file_is_synced_and_then_its_name(tmp_path, synced, work):
    work(tmp_path / "a.html")
    content, name = synced
    assert content.parent == name == tmp_path
    assert content != tmp_path / "a.html", "before it takes its place"


@linux
def test_a_folder_is_synced_before_and_after_it_is_renamed(tmp_path, synced):
    (tmp_path / "staged").mkdir()
    rename(tmp_path / "staged", tmp_path / "kept")
    assert synced == [tmp_path / "staged", tmp_path]


@linux
def test_each_folder_that_was_missing_is_synced_into_the_one_above(tmp_path, synced):
    make_folder(tmp_path / "a" / "b")
    assert set(synced) == {tmp_path, tmp_path / "a"}
    make_folder(tmp_path / "a" / "b")
    assert len(synced) == 2, "one that is there is left alone"


@linux
def test_what_another_wrote_is_settled_and_what_is_removed_is_gone(tmp_path, synced):
    path = tmp_path / "register.db"
    path.write_bytes(b"filled")
    sync_file(path)
    assert synced == [path, tmp_path]
    unlink(path)
    assert synced == [path, tmp_path, tmp_path]
    unlink(path)


@linux
def test_a_copy_in_place_of_a_link_is_synced(tmp_path, synced, monkeypatch):
    def cannot(*_):
        raise OSError

    monkeypatch.setattr(os, "link", cannot)
    (tmp_path / "a").write_bytes(b"held")
    link(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").read_bytes() == b"held"
    assert synced[-1] == tmp_path
    assert len(synced) == 2


@posix
def test_a_folder_that_one_may_not_read_is_written_to(tmp_path):
    """As a drop box is: nobody can sync it. In a child without root's powers."""
    box = tmp_path / "box"
    box.mkdir()
    box.chmod(0o333)
    reachable(tmp_path)
    code = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from duediligence.writing import write_text\n"
        "if os.geteuid() == 0:\n"
        "    os.setegid(65534)\n"
        "    os.seteuid(65534)\n"
        "write_text(Path(sys.argv[1]), 'new')\n"
    )
    subprocess.run([sys.executable, "-c", code, str(box / "a.txt")], check=True)
    box.chmod(0o755)
    assert (box / "a.txt").read_text() == "new"
