"""What the last screening of the register left, from which the next one goes on."""

import shutil
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path

import msgspec

from duediligence.extensions.whole_register.lookup.plan import LookupRules
from duediligence.typed_data import decode_json
from duediligence.writing import (
    link,
    make_folder,
    quick_digest,
    rename,
    storing,
    unlink,
    write_bytes,
)

FOUND = "found.parquet"
_DONE = "done.json"
_CURRENT = "current.json"
PUBLISHED = "screened"
# What the audit chain seals: the matches as published, and what the next screening goes on from.
SCREENINGS = "bulk.screenings"
LAYERS = "layers"
_MANIFEST = "manifest.json"


class RegisterScreening(msgspec.Struct, frozen=True):
    """A complete screening: its rules, what was looked up and what was found.

    `subjects` are by kind (`companies`, `people`), `matches` by list, each list in use among them.
    `changed` is how many subjects and entries changed since the screening before; None where
    everybody was looked up, for the reason `why_all`. `on` is the day; None for one of an earlier
    version of this program.
    """

    rules: LookupRules
    rows: Mapping[str, int]
    matches: Mapping[str, int]
    why_all: str = ""
    changed_subjects: int | None = None
    changed_entries: int | None = None
    on: date | None = None


def folder_of(root: Path, rules: LookupRules, *, of_all: bool) -> Path:
    """Return where a screening by these rules is kept: of everybody, or of what changed."""
    return root / f"{rules.name}-{'all' if of_all else 'changes'}"


def layers_of(folder: Path) -> list[Path]:
    """Return the layers of a screening, the first one first."""
    return sorted((folder / "layers").glob("[0-9]*"))


def layer_of(folder: Path, number: int) -> Path:
    """Return the folder of a layer."""
    return folder / "layers" / f"{number:04}"


def read_done(folder: Path) -> RegisterScreening | None:
    """Return the complete screening in a folder, or None."""
    try:
        return decode_json((folder / _DONE).read_bytes(), RegisterScreening)
    except (OSError, msgspec.MsgspecError):
        return None


def read_published_screening(version: Path) -> RegisterScreening | None:
    """Return the screening whose matches the version holds, or None."""
    try:
        body = (version / PUBLISHED / _MANIFEST).read_bytes()
        return decode_json(body, RegisterScreening)
    except (OSError, msgspec.MsgspecError):
        return None


def last_done(root: Path) -> tuple[Path, RegisterScreening] | None:
    """Return the screening that is in use, and its folder."""
    try:
        name = decode_json((root / _CURRENT).read_bytes(), dict[str, str])["folder"]
    except (OSError, KeyError, msgspec.MsgspecError):
        return None
    folder = root / Path(name).name
    done = read_done(folder)
    return (folder, done) if done else None


def remove_screening_folder(folder: Path) -> None:
    """Remove a screening; one that is half removed is none. Raises OSError."""
    unlink(folder / _DONE)
    shutil.rmtree(folder)


def activate_screening(root: Path, folder: Path, done: RegisterScreening, version: Path) -> None:
    """Put a screening in use, publish its matches in the version, and remove earlier ones.

    Raises StorageError.
    """
    body = msgspec.json.encode(done)
    write_bytes(folder / _DONE, body)
    publish_screened_matches(folder, done, version)
    write_bytes(root / _CURRENT, msgspec.json.encode({"folder": folder.name}))
    for other in root.iterdir():
        if other.is_dir() and other != folder:
            shutil.rmtree(other, ignore_errors=True)


def folder_digest(folder: Path) -> bytes:
    """Return one hash of all files in a folder: see `quick_digest`, of larger ones their ends."""
    found = sha256()
    for file in sorted(one for one in folder.rglob("*") if one.is_file()):
        name = file.relative_to(folder).as_posix()
        found.update(f"{name} {quick_digest(file)}\n".encode())
    return found.digest()


def publish_screened_matches(
    folder: Path, done: RegisterScreening, version: Path, there: bytes = b""
) -> None:
    """Put the matches into `screened` of the version unless they are there, with the hash `there`
    where it is known. Raises StorageError.
    """
    target = version / PUBLISHED
    body = msgspec.json.encode(done)
    with storing(target):
        known = (target / _MANIFEST).is_file() and (target / _MANIFEST).read_bytes() == body
        if known and (not there or folder_digest(target) == there):
            return
        new = version / f".{PUBLISHED}"
        shutil.rmtree(new, ignore_errors=True)
        make_folder(new)
        link(folder / FOUND, new / "part-00000.parquet")
        write_bytes(new / _MANIFEST, body)
        shutil.rmtree(target, ignore_errors=True)
        rename(new, target)
