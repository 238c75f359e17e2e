"""The container of a pack: a ZIP file with a manifest.

Nothing in it is compressed, so that the same files give the same bytes with every version of
every library, and nothing can unpack to more than it is. A pack is whole if it is, to the byte,
what is written of the files in it.
"""

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import msgspec

from duediligence.errors import Hint, NotFound, Step, StorageError, UsageError
from duediligence.reading import regular

FORMAT = "duediligence evidence pack"
VERSION = 1
MANIFEST = "manifest.json"
SEAL = "manifest.sha256"
# More is no pack of suppliers, and is never read into memory.
MAX_BYTES = 500_000_000
MAX_FILES = 20_000
_NAME = re.compile(r"(?:[a-z0-9][a-z0-9-]*/)*[a-z0-9][a-z0-9-]*\.[a-z0-9]+")
_LONGEST_NAME = 200
_WHEN = (1980, 1, 1, 0, 0, 0)


class Listed(msgspec.Struct, frozen=True):
    """A file as the manifest has it: the hash of its bytes, and how many they are."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Opened:
    """A pack as read: its files, and those that are not as its manifest says, with what is wrong.

    `sha256` is that of the pack itself, which the audit chain of its maker has.
    """

    sha256: str
    manifest: Mapping[str, object]
    files: Mapping[str, bytes]
    damaged: Mapping[str, str]


def sealed(about: Mapping[str, object], files: Mapping[str, bytes]) -> bytes:
    """The pack of these files with a manifest of them; `about` is what else that says.

    Raises UsageError for more than a pack may hold.
    """
    listed = {name: Listed(sha256(body).hexdigest(), len(body)) for name, body in files.items()}
    manifest = {
        "format": FORMAT,
        "version": VERSION,
        **about,
        "files": dict(sorted(listed.items())),
    }
    body = msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"
    seal = f"{sha256(body).hexdigest()}  {MANIFEST}\n".encode()
    if sum(map(len, files.values())) > MAX_BYTES or len(files) > MAX_FILES:
        raise UsageError(
            f"the pack would hold over {MAX_BYTES:,} bytes or {MAX_FILES:,} files",
            hint="Make a pack for each supplier instead of one for the contract.",
        )
    return _written({**files, MANIFEST: body, SEAL: seal})


def opened(path: Path) -> Opened:
    """Read a pack and compare each file with the manifest.

    Raises UsageError for what is no pack, StorageError for one so damaged that it cannot be read.
    """
    data = _bytes(path)
    files, damaged = _files(path, data)
    body = files.get(MANIFEST, b"")
    try:
        manifest = msgspec.json.decode(body, type=dict[str, object])
        listed = msgspec.convert(manifest.get("files"), dict[str, Listed])
        known = (manifest.get("format"), manifest.get("version"))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _no_manifest(path, files, damaged) from error
    if known != (FORMAT, VERSION):
        raise _no_manifest(path, files, damaged)
    if files.get(SEAL) != f"{sha256(body).hexdigest()}  {MANIFEST}\n".encode():
        damaged[MANIFEST] = f"it does not match {SEAL}"
    for name in files.keys() - listed.keys() - {MANIFEST, SEAL}:
        damaged.setdefault(name, "the manifest does not list it")
    for name, entry in listed.items():
        if name not in files:
            damaged.setdefault(name, "it is missing")
        elif Listed(sha256(files[name]).hexdigest(), len(files[name])) != entry:
            damaged.setdefault(name, "its hash differs from the manifest")
    if not damaged and _written(files) != data:
        damaged[path.name] = "the zip around the files was altered or repacked"
    return Opened(sha256(data).hexdigest(), manifest, files, dict(sorted(damaged.items())))


def _written(files: Mapping[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as package:
        for name, body in sorted(files.items()):
            member = zipfile.ZipInfo(name, _WHEN)
            member.create_system = 3  # as on every machine
            member.external_attr = 0o100644 << 16
            package.writestr(member, body)
    return written.getvalue()


def _bytes(path: Path) -> bytes:
    try:
        with regular(path).open("rb") as file:
            data = file.read(2 * MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise NotFound(f"{path}: no such file", hint="Check the name.") from error
    except OSError as error:
        raise UsageError(f"{path}: cannot be opened: {error.strerror}") from error
    if len(data) > 2 * MAX_BYTES:
        raise UsageError(f"{path.name}: is larger than any pack")
    if not data.startswith(b"PK\x03\x04"):
        raise UsageError(
            f"{path.name}: is not an evidence pack",
            hint=Hint("To make one: ", Step("make-pack")),
        )
    return data


def _files(path: Path, data: bytes) -> tuple[dict[str, bytes], dict[str, str]]:
    """What can be read of the members, and what is wrong with the others."""
    files: dict[str, bytes] = {}
    damaged: dict[str, str] = {}
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError) as error:
        raise StorageError(
            f"{path.name}: the zip is damaged or cut short: {error}", hint=_ANOTHER
        ) from error
    members = package.infolist()
    if len(members) > MAX_FILES + 2:
        raise UsageError(f"{path.name}: holds {len(members):,} files, more than any pack")
    left = MAX_BYTES * 2
    for member in members:
        name, shown = member.filename, ascii(member.filename[:_LONGEST_NAME])[1:-1]
        left -= member.file_size
        if wrong := _wrong(member, twice=name in files, left=left):
            damaged[shown] = wrong
            continue
        try:
            files[name] = package.read(member)
        except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OSError):
            damaged[shown] = "its bytes were altered"
    return files, damaged


def _wrong(member: zipfile.ZipInfo, *, twice: bool, left: int) -> str:
    if twice:
        return "it is in the zip twice"
    if len(member.filename) > _LONGEST_NAME or not _NAME.fullmatch(member.filename):
        return "its name is not valid in a pack"
    if member.compress_type != zipfile.ZIP_STORED or member.flag_bits & 1:
        return "it is compressed or encrypted, which nothing in a pack is"
    if member.file_size != member.compress_size or left < 0:
        return "it does not have the size it states"
    return ""


_ANOTHER = "Ask whoever made it for another copy, and keep this one as it is."


def _no_manifest(
    path: Path, files: Mapping[str, bytes], damaged: Mapping[str, str]
) -> StorageError | UsageError:
    """A pack whose manifest was altered is damaged; a zip of something else is no pack."""
    if MANIFEST in damaged:
        return StorageError(f"{path.name}: {MANIFEST}: {damaged[MANIFEST]}", hint=_ANOTHER)
    if SEAL in files or FORMAT.encode() in files.get(MANIFEST, b""):
        return StorageError(
            f"{path.name}: {MANIFEST} is damaged, missing, or of a newer version of this tool",
            hint=_ANOTHER,
        )
    return UsageError(f"{path.name}: is a zip, but not an evidence pack")
