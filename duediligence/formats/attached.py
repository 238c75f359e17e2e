"""Files that came with a form: all files of a ZIP, or the one file itself, in memory and with caps.

What a ZIP says of itself is checked before anything is unpacked, and nothing is written under a
name that it gives.
"""

import struct
import zipfile
import zlib
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath

from duediligence.errors import UsageError
from duediligence.formats.filetype import TooMuch, check_sizes, list_zip_members
from duediligence.reading import read_whole_file, regular

MOST_FILES = 50
MOST_BYTES = 100_000_000
_LONGEST_NAME = 150
_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError)


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file under its own name, without folders."""

    name: str
    body: bytes

    @property
    def sha256(self) -> str:
        return sha256(self.body).hexdigest()


def is_printed(name: str) -> bool:
    """Return whether a file of that name is read as a printed form: a PDF or a ZIP."""
    return name.lower().endswith((".pdf", ".zip"))


def read_attached_files(path: Path) -> tuple[AttachedFile, ...]:
    """Return the PDF of the form, and after it what else a ZIP holds, in its order.

    In a ZIP the form is the PDF that is named as the ZIP, else its first PDF: so does the platform
    write it. Raises UsageError, in one line, for a ZIP with a password, damaged, or with over
    MOST_FILES files, and for over MOST_BYTES bytes; NotFound.
    """
    if not zipfile.is_zipfile(regular(path)):
        return (AttachedFile(_last_name(path.name), read_whole_file(path, MOST_BYTES)),)
    try:
        members = [one for one in list_zip_members(path) if not one.is_dir()]
        if any(one.flag_bits & 1 for one in members):
            raise _refuse(path, "is protected with a password")
        if len(members) > MOST_FILES:
            raise _refuse(path, f"holds {len(members):,} files; the maximum is {MOST_FILES}")
        check_sizes(path, MOST_BYTES)
        with zipfile.ZipFile(path) as archive:
            found = [AttachedFile(_last_name(one.filename), archive.read(one)) for one in members]
    except TooMuch as error:
        raise _refuse(path, f"the ZIP {error}") from error
    except (*_DAMAGE, ValueError, NotImplementedError) as error:
        raise _refuse(path, "the ZIP is damaged or cut short") from error
    pdfs = [one for one in found if one.name.lower().endswith(".pdf")]
    named = [one for one in pdfs if PurePosixPath(one.name).stem == path.stem]
    if not pdfs:
        raise _refuse(path, "holds no PDF")
    form = (named or pdfs)[0]
    return (form, *(one for one in found if one is not form))


def _refuse(path: Path, why: str) -> UsageError:
    return UsageError(f"{path.name}: {why}", hint="Download it again, or ask the supplier for it.")


def _last_name(name: str) -> str:
    """Return the name without folders and without what is no letter."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return "".join(one for one in last if one.isprintable())[:_LONGEST_NAME] or "file"
