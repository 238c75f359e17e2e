"""Records what one command does to the disk, and when it printed what, by running it under strace.

strace is a Debian package. What is recorded of the files under one folder: their bytes as they were
written, their names as they came and went, and each moment when the system was asked to make
something last. Whatever may change a file in a way that is not understood here raises
`NotUnderstood`: a recording is complete, or none.
"""

import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_CALLS = (
    "open openat creat write writev pwrite64 pwritev pwritev2 truncate ftruncate fallocate rename "
    "renameat renameat2 unlink unlinkat rmdir mkdir mkdirat link linkat symlink symlinkat fsync "
    "fdatasync sync syncfs msync mmap sendfile copy_file_range splice lseek"
).split()
_LINE = re.compile(r"(\d+) +(\w+)\((.*)\) += (-?\d+|0x[0-9a-f]+)(.*)", re.DOTALL)
_UNFINISHED = re.compile(r"(\d+) +(\w+)\((.*?),? ?<unfinished \.\.\.>", re.DOTALL)
_RESUMED = re.compile(r"(\d+) +<\.\.\. (\w+) resumed>(.*)", re.DOTALL)
_OPENED = re.compile(r"-?\w+<((?:\\x[0-9a-f]{2})*)>(?:\(deleted\))?")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')


_BY_NAME = ("rename", "unlink", "rmdir", "mkdir", "link", "symlink", "truncate")


class NotUnderstood(Exception):
    """A call that may change a file in a way that is not recorded here."""


@dataclass(frozen=True, slots=True)
class Write:
    path: str
    at: int
    data: bytes


END = -1
"""Where a file that is only appended to is written."""


@dataclass(frozen=True, slots=True)
class Truncate:
    path: str
    size: int


@dataclass(frozen=True, slots=True)
class Create:
    path: str
    folder: bool = False


@dataclass(frozen=True, slots=True)
class Remove:
    path: str


@dataclass(frozen=True, slots=True)
class Rename:
    path: str
    to: str


@dataclass(frozen=True, slots=True)
class Link:
    path: str
    to: str


@dataclass(frozen=True, slots=True)
class Copy:
    """Bytes copied from one file to another by the system itself."""

    path: str
    at: int
    source: str
    start: int
    size: int


@dataclass(frozen=True, slots=True)
class Sync:
    path: str


@dataclass(frozen=True, slots=True)
class Print:
    text: str


Event = Write | Truncate | Create | Remove | Rename | Link | Copy | Sync | Print


@dataclass(frozen=True, slots=True)
class Recording:
    code: int
    printed: str
    events: tuple[Event, ...]

    @property
    def syncs(self) -> int:
        return sum(isinstance(event, Sync) for event in self.events)


def record(
    command: Sequence[str], root: Path, scratch: Path, env: Mapping[str, str] | None = None
) -> Recording:
    """Run the command, and give everything that it did to files under `root`, in order."""
    trace = scratch / "trace"
    strace = ["strace", "-f", "-y", "-xx", "-s", "1000000000", "--seccomp-bpf", "-e", "signal=none"]
    ended = subprocess.run(
        [*strace, "-o", str(trace), "-e", "trace=" + ",".join(_CALLS), *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        env=env,
        timeout=600,
    )
    with trace.open(encoding="ascii") as lines:
        events = tuple(_Reader(str(root)).events(lines))
    trace.unlink()
    return Recording(ended.returncode, ended.stdout, events)


class _Reader:
    """Makes events of the lines that strace writes."""

    def __init__(self, root: str) -> None:
        self._root = root
        # How far each open file was read or written, by its number and path: `write` does not say.
        self._places: dict[tuple[str, str], int] = {}

    def events(self, lines: Iterator[str]) -> Iterator[Event]:
        begun: dict[tuple[str, str], str] = {}
        for line in lines:
            if found := _UNFINISHED.match(line):
                begun[found[1], found[2]] = found[3]
                continue
            if found := _RESUMED.match(line):
                first = begun.pop((found[1], found[2]))
                rest = found[3]
                glue = "" if rest.startswith((")", ",")) or not first else ", "
                line = f"{found[1]} {found[2]}({first}{glue}{rest}"
            if (found := _LINE.match(line)) and not found[4].startswith("-"):
                yield from self._event(found[2], found[3], int(found[4], 0), found[5])

    def _event(self, call: str, said: str, result: int, after: str) -> Iterator[Event]:
        opened = [_plain(text).decode() for text in _OPENED.findall(said)]
        texts = [_plain(text) for text, _ in _TEXT.findall(said)]
        if call in ("open", "openat", "creat"):
            yield from self._opened(said, result, after)
            return
        if call == "write" and said[:2] in ("1<", "2<"):
            yield Print(texts[0].decode())
            return
        names = list(_named(opened, texts)) if call.startswith(_BY_NAME) else []
        paths = names or opened
        if not any(self._ours(path) for path in paths):
            return
        path, number = paths[0], said.partition("<")[0]
        if not names and ">(deleted)" in said.partition('"')[0]:
            return
        if call in ("write", "pwrite64"):
            at = self._places.get((number, path), 0)
            if call == "pwrite64":
                at = int(said.rpartition(", ")[2])
            elif at != END:
                self._places[number, path] = at + result
            yield Write(path, at, texts[0][:result])
        elif call in ("sendfile", "copy_file_range") and self._ours(path):
            if call == "copy_file_range":
                raise NotUnderstood(said)
            start = re.search(r"\[(\d+)\]", said)
            if start is None:
                raise NotUnderstood(said)
            at = self._places.get((number, path), 0)
            self._places[number, path] = at + result
            if result:
                yield Copy(path, at, opened[1], int(start[1]), result)
        elif call in ("ftruncate", "truncate"):
            yield Truncate(path, int(said.rpartition(", ")[2]))
        elif call in ("fsync", "fdatasync"):
            yield Sync(path)
        elif call.startswith("rename"):
            yield Rename(*names)
        elif call.startswith(("unlink", "rmdir")):
            yield Remove(path)
        elif call.startswith("mkdir"):
            yield Create(path, folder=True)
        elif call in ("link", "linkat"):
            yield Link(*names)
        elif call == "lseek":
            self._places[number, path] = result
        elif call == "mmap":
            shared = "MAP_SHARED" in said and "PROT_WRITE" in said
            if shared and not path.endswith("-shm"):
                raise NotUnderstood(said)
        else:
            raise NotUnderstood(f"{call}({said[:300]}")

    def _opened(self, said: str, result: int, after: str) -> Iterator[Event]:
        path = _plain(_OPENED.findall(f"{result}{after}")[0]).decode()
        if not self._ours(path):
            return
        if "O_TMPFILE" in said:
            raise NotUnderstood(said)
        self._places[str(result), path] = END if "O_APPEND" in said else 0
        # Whether it was there already is for the disk to say.
        if "O_CREAT" in said:
            yield Create(path)
        if "O_TRUNC" in said:
            yield Truncate(path, 0)

    def _ours(self, path: str) -> bool:
        return path == self._root or path.startswith(f"{self._root}/")


def _named(folders: Sequence[str], texts: Sequence[bytes]) -> Iterator[str]:
    """The paths that a call names, some of them within folders that it has open."""
    for number, text in enumerate(texts):
        yield str(Path(*folders[number : number + 1], text.decode()))


def _plain(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))
