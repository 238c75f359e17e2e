"""Copies of a home that is made once, and the bytes of one that is open."""

import atexit
import gc
import os
import pickle
import subprocess
import sys
import traceback
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeVar, cast

import pytest

from duediligence.store import database

T = TypeVar("T")


def as_another_program(work: Callable[[], T]) -> T:
    """Return what `work` returns in a child that has no database open; this program may have, and
    its locks stay. What it raises fails the test.
    """
    from_child, to_parent = os.pipe()
    with warnings.catch_warnings():
        # That a thread of ours may hold a lock: nothing that is done in the child waits for one.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        try:
            os.close(from_child)
            # No connection of the parent is closed here, and none is in the way.
            gc.disable()
            database.OPENED.clear()
            try:
                told = pickle.dumps((work(), ""))
            except BaseException:
                told = pickle.dumps((None, traceback.format_exc()))
            with os.fdopen(to_parent, "wb") as pipe:
                pipe.write(told)
        finally:
            # At once, as if killed: databases keep the files that they have while in use.
            os._exit(0)
    os.close(to_parent)
    with os.fdopen(from_child, "rb") as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    if not told:
        pytest.fail("the child ended without a word")
    result, error = pickle.loads(told)
    if error:
        pytest.fail(error)
    return cast("T", result)


_READER = """
import pickle, sys
from pathlib import Path
while sys.stdin.buffer.peek(1):
    places = pickle.load(sys.stdin.buffer)
    found = (path for place in places for path in (place, *sorted(place.rglob("*"))))
    pickle.dump({path: path.read_bytes() for path in found if not path.is_dir()}, sys.stdout.buffer)
    sys.stdout.buffer.flush()
"""


@cache
def _start_reader() -> subprocess.Popen[bytes]:
    reader = subprocess.Popen(
        [sys.executable, "-S", "-c", _READER], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    atexit.register(reader.communicate)
    return reader


def read_as_another_program(*places: Path) -> dict[Path, bytes]:
    """Return the bytes of files, and of all files below folders, of which databases may be open."""
    reader = _start_reader()
    assert reader.stdin
    assert reader.stdout
    pickle.dump(places, reader.stdin)
    reader.stdin.flush()
    return cast("dict[Path, bytes]", pickle.load(reader.stdout))


@cache
def _read_tree(home: Path) -> tuple[list[tuple[str, int]], list[tuple[str, bytes, os.stat_result]]]:
    folders, files, held = [], [], read_as_another_program(home)
    for at, _, names in os.walk(home):
        below = os.path.relpath(at, home)
        folders.append((below, Path(at).stat().st_mode & 0o777))
        for name in names:
            path = Path(at, name)
            files.append((os.path.join(below, name), held[path], path.stat()))  # noqa: PTH118
    return folders, files


def copy_home(home: Path, to: Path, *left_out: str) -> Path:
    """Return the folder `to`, made as a copy of a home that no test writes to, without folders."""
    folders, files = _read_tree(home)
    for below, mode in folders:
        if {*left_out}.intersection(Path(below).parts[:1]):
            continue
        (to / below).mkdir(mode, exist_ok=below == ".")
    for below, body, state in files:
        if {*left_out}.intersection(Path(below).parts[:1]):
            continue
        file = os.open(to / below, os.O_WRONLY | os.O_CREAT | os.O_EXCL, state.st_mode & 0o777)
        os.write(file, body)
        os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))
        os.close(file)
    return to
