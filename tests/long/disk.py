"""What may be on a disk after a power cut, given what was done to it before.

The model is the weakest reading of POSIX that a journalling file system (ext4, XFS, APFS) keeps:

* What was written to a file is certain once that file was synced. Of what was written since, each
  write may be there or not, whatever came before or after it, or in part: by sectors of 512 bytes
  or pages of 4096. Where a write that made the file longer is not there, the file may be as long
  as it was, or longer with zeros. Bytes that were not written are not harmed (SQLite asks the same
  of a disk, as "powersafe overwrite").
* A name that came, went or changed is certain once the folder that it is in was synced; syncing
  the file is not enough, though ext4 would keep the name then. Of the changes since, each may be
  there or not. A rename is there or not as a whole, and is within one folder.
* Nothing that was not synced becomes certain by waiting.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Literal

from tests.long.recording import (
    END,
    Copy,
    Create,
    Event,
    Link,
    Print,
    Remove,
    Rename,
    Sync,
    Truncate,
    Write,
)

Keeping = Literal["nothing", "all", "some", "in order", "only names", "only data"]
# In turn: what is drawn by lot more often, for it comes out differently each time.
KEEPING: tuple[Keeping, ...] = (
    *("some", "in order", "nothing", "some", "all"),
    *("some", "in order", "only names", "some", "only data"),
)
_SECTORS = (512, 4096)
State = Mapping[str, bytes | None]
"""What is at each path: the bytes of a file, None for a folder."""


@dataclass(slots=True, eq=False)
class _File:
    """A file: its bytes as they are read now, those that are certain, and the changes between."""

    now: bytearray = field(default_factory=bytearray)
    certain: bytes = b""
    # Each change with its place in the order of all changes.
    since: "list[tuple[int, Write | Truncate]]" = field(default_factory=list)


@dataclass(slots=True, eq=False)
class _Folder:
    now: "dict[str, _Node]" = field(default_factory=dict)
    certain: "dict[str, _Node]" = field(default_factory=dict)
    since: "list[tuple[int, dict[str, _Node | None]]]" = field(default_factory=list)


_Node = _File | _Folder


class Disk:
    """The files under one folder. Everything that is there at the start is certain."""

    def __init__(self, root: Path, below: str) -> None:
        """`below` is the path of the folder that the events name; `root` holds its content."""
        self._top = _Folder()
        self._below = below
        self._count = 0
        for path in sorted(root.rglob("*")):
            inside = path.relative_to(root)
            folder = self._folder(f"{below}/{inside}")
            if path.is_dir():
                folder.now[path.name] = _Folder()
            elif not path.name.endswith("-shm"):
                content = path.read_bytes()
                folder.now[path.name] = _File(bytearray(content), content)
            folder.certain = dict(folder.now)

    def apply(self, event: Event) -> None:
        """Do what the event says."""
        self._count += 1
        match event:
            case Print():
                pass
            case Write(path, at, data):
                self._write(path, at, data)
            case Copy(path, at, source, start, size):
                held = self._node(source) if source.startswith(self._below) else None
                whole = held.now if isinstance(held, _File) else Path(source).read_bytes()
                data = bytes(whole[start : start + size])
                self._write(path, at, data)
            case Truncate(path, size):
                file = self._file(path)
                if file and len(file.now) != size:
                    file.now = _resized(file.now, size)
                    file.since.append((self._count, event))
            case Create(path, is_folder):
                if self._node(path) is None:
                    self._change(path, _Folder() if is_folder else _File())
            case Remove(path):
                self._change(path, None)
            case Rename(path, to):
                assert Path(path).parent == Path(to).parent, "a rename within one folder"
                folder, node = self._folder(to), self._node(path)
                del folder.now[Path(path).name]
                assert node
                folder.now[Path(to).name] = node
                change = {Path(path).name: None, Path(to).name: node}
                folder.since.append((self._count, change))
            case Link(path, to):
                self._change(to, self._node(path))
            case Sync(path):
                node = self._node(path)
                if isinstance(node, _File):
                    node.certain = bytes(node.now)
                elif node:
                    node.certain = dict(node.now)
                if node:
                    node.since.clear()

    def now(self) -> State:
        """What is there as long as the power stays on."""
        return dict(self._walk("", self._top, lambda node: node.now, lambda node: bytes(node.now)))

    def after_a_cut(self, keeping: Keeping, chance: Random) -> State:
        """What may be there when the power comes back."""
        limit = chance.randint(0, self._count)
        zeros = chance.random() < 0.5
        sector = chance.choice(_SECTORS)

        def kept(at: int, *, name: bool) -> bool:
            match keeping:
                case "nothing" | "all":
                    return keeping == "all"
                case "some":
                    return chance.random() < 0.5
                case "in order":
                    return at <= limit
                case _:
                    return name == (keeping == "only names")

        def names(folder: _Folder) -> dict[str, _Node]:
            held: dict[str, _Node | None] = dict(folder.certain)
            for at, change in folder.since:
                if kept(at, name=True):
                    held |= change
            return {name: node for name, node in held.items() if node is not None}

        def content(file: _File) -> bytes:
            held, longest = bytearray(file.certain), len(file.certain)
            there = [(change, kept(at, name=False)) for at, change in file.since]
            last = max((n for n, (_, is_kept) in enumerate(there) if is_kept), default=-1)
            for number, (change, is_kept) in enumerate(there):
                if isinstance(change, Truncate):
                    longest = change.size
                    if is_kept:
                        held = _resized(held, change.size)
                    continue
                longest = max(longest, change.at + len(change.data))
                if is_kept:
                    torn = number == last and keeping in ("some", "in order")
                    _put(held, change, _parts(change, sector, chance) if torn else None)
            return bytes(_resized(held, longest) if zeros and longest > len(held) else held)

        return dict(self._walk("", self._top, names, content))

    @property
    def uncertain(self) -> int:
        """How many changes a power cut may undo."""
        found, left = 0, list[_Node]([self._top])
        while left:
            node = left.pop()
            found += len(node.since)
            if isinstance(node, _Folder):
                left += node.now.values()
        return found

    def _walk(self, path, folder, names, content) -> Iterator[tuple[str, bytes | None]]:  # type: ignore[no-untyped-def]
        for name, node in sorted(names(folder).items()):
            place = f"{path}/{name}" if path else name
            if isinstance(node, _Folder):
                yield place, None
                yield from self._walk(place, node, names, content)
            elif not name.endswith("-shm"):
                yield place, content(node)

    def _write(self, path: str, at: int, data: bytes) -> None:
        if file := self._file(path):
            if at == END:
                at = len(file.now)
            _put(file.now, Write(path, at, data))
            file.since.append((self._count, Write("", at, data)))

    def _change(self, path: str, node: _Node | None) -> None:
        folder, name = self._folder(path), Path(path).name
        if node is None:
            folder.now.pop(name)
        else:
            folder.now[name] = node
        folder.since.append((self._count, {name: node}))

    def _node(self, path: str) -> _Node | None:
        node: _Node | None = self._top
        for part in Path(path).relative_to(self._below).parts:
            if not isinstance(node, _Folder):
                return None
            node = node.now.get(part)
        return node

    def _file(self, path: str) -> _File | None:
        """The file; None for one that has no name any more."""
        node = self._node(path)
        assert not isinstance(node, _Folder)
        return node

    def _folder(self, path: str) -> _Folder:
        """The folder that the path is in."""
        node = self._node(str(Path(path).parent))
        assert isinstance(node, _Folder), path
        return node


def digest(state: State) -> str:
    """One hash over all paths and contents."""
    hashed = sha256()
    for path, content in sorted(state.items()):
        hashed.update(f"{path}\0{'folder' if content is None else len(content)}\0".encode())
        hashed.update(content or b"")
    return hashed.hexdigest()


def lay_out(state: State, root: Path) -> None:
    """Make the files and folders of a state."""
    root.mkdir()
    for path, content in state.items():
        if content is None:
            (root / path).mkdir()
        else:
            (root / path).write_bytes(content)


def _resized(content: bytearray, size: int) -> bytearray:
    return content[:size] + bytearray(max(0, size - len(content)))


def _put(content: bytearray, change: Write, parts: "list[tuple[int, int]] | None" = None) -> None:
    """Write what changed into the content, or only some parts of it, as (start, end) there."""
    for start, end in parts if parts is not None else [(0, len(change.data))]:
        at = change.at + start
        if at > len(content):
            content.extend(bytes(at - len(content)))
        content[at : at + end - start] = change.data[start:end]


def _parts(change: Write, sector: int, chance: Random) -> list[tuple[int, int]]:
    """The parts of a torn write that are there: the first sectors of it, or any."""
    begin, end = change.at, change.at + len(change.data)
    edges = [begin, *range(begin - begin % sector + sector, end, sector), end]
    parts = [(a - begin, b - begin) for a, b in pairwise(edges)]
    if chance.random() < 0.5:
        return parts[: chance.randint(0, len(parts))]
    return [part for part in parts if chance.random() < 0.5]
