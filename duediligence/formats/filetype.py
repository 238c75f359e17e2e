"""What a file is by its first bytes, whatever it is called, and what a ZIP file really unpacks to,
whatever it says of itself (APPNOTE.TXT of PKWARE).
"""

import errno
import mmap
import re
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Literal, NamedTuple

from duediligence.errors import UsageError
from duediligence.reading import regular

MAX_BYTES = 200_000_000
# A million rows of ten columns unpack to about 500 MB; more than this is a decompression bomb.
MAX_UNPACKED = 2_000_000_000
_SAVE_AS = "Open it in a spreadsheet and save it as an Excel workbook (.xlsx) or as CSV UTF-8."
_STREAMS = ("EncryptedPackage", "WordDocument")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NOT_TABLES = (
    (rb"%PDF-", "a PDF", "Ask for the spreadsheet that it was made from."),
    (rb"<(!doctype|html|head|body|table|meta|script|div)\b|<!--", "a web page", _SAVE_AS),
    (rb"<\?xml|<[a-z]+:workbook", "an XML document", _SAVE_AS),
    (rb"\{\\rtf", "a Word document", _SAVE_AS),
    (rb"\x09[\x00\x02\x04\x08]", "a workbook of a very old Excel", _SAVE_AS),
    (rb"\x89PNG|\xff\xd8\xff|GIF8", "a picture", "Ask for the spreadsheet that it shows."),
    (rb"\x1f\x8b|BZh|7z\xbc\xaf|Rar!", "a compressed file", "Unpack it first."),
)

# A workbook has a few hundred at most; each costs a kilobyte to list, however small the file.
MAX_MEMBERS = 10_000
_LISTED = b"PK\x01\x02"
_LOCAL = struct.Struct("<4s22xHH")
_CHUNK = 1 << 20


class RowLimit(NamedTuple):
    """How many rows of a file are read at most, and the setting that says so, if one does."""

    most: int
    setting: str = ""

    def error(self, name: str) -> UsageError:
        """Return the error for a file of that name with more rows."""
        allows = f", the most that the setting {self.setting} allows" if self.setting else ""
        return UsageError(
            f"{name}: has over {self.most:,} rows{allows}",
            hint="Split the file in parts" + (", or raise the setting." if allows else "."),
        )


def detect_file_type(path: Path) -> Literal["text", "workbook"]:
    """Return whether the file is delimited text or a workbook (XLSX, XLSB, XLS, ODS).

    Raises UsageError, in plain words, for a file that is missing, empty, over MAX_BYTES,
    encrypted, or of another kind.
    """
    try:
        if path.is_dir():
            raise UsageError(f"{path}: is a folder, not a file", hint="Name a file in it.")
        size = regular(path).stat().st_size
        with path.open("rb") as file:
            head = file.read(4096)
    except FileNotFoundError as error:
        raise UsageError(f"{path}: no such file", hint="Check the name.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"{path}: cannot be opened: {reason}") from error
    if size > MAX_BYTES:
        raise UsageError(
            f"{path.name}: {size:,} bytes; the maximum is {MAX_BYTES:,}",
            hint="Leave out columns that are not needed, or split the file.",
        )
    if not head.strip():
        raise UsageError(f"{path.name}: is empty", hint="Save it again, or choose another file.")
    if head.startswith(b"PK\x03\x04"):
        _check_package(path)
        return "workbook"
    if head.startswith(_OLE):
        _check_compound(path)
        return "workbook"
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    for pattern, what, hint in _NOT_TABLES:
        if re.match(pattern, start, re.IGNORECASE) or re.match(pattern, head):
            raise UsageError(f"{path.name}: is {what}, not a spreadsheet", hint=hint)
    return "text"


def unpacked_size(path: Path) -> int:
    """Return how many bytes the file holds, unpacked if it is a package. Raises as
    `detect_file_type`.
    """
    if detect_file_type(path) == "workbook" and zipfile.is_zipfile(path):
        return sum(member.file_size for member in list_zip_members(path))
    return path.stat().st_size


def _check_package(path: Path) -> None:
    try:
        members = list_zip_members(path)
    except TooMuch as error:
        raise UsageError(f"{path.name}: {error}, more than any workbook", hint=_SAVE_AS) from error
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise build_damage_error(path) from error
    except OSError as error:
        if error.errno == errno.EINVAL:  # a place before the start of the file
            raise build_damage_error(path) from error
        raise UsageError(f"{path}: cannot be opened: {error.strerror}") from error
    if any(member.flag_bits & 1 for member in members):
        raise build_password_error(path)
    if sum(member.file_size for member in members) > MAX_UNPACKED:
        raise UsageError(
            f"{path.name}: unpacks to over {MAX_UNPACKED:,} bytes, more than any supplier list",
            hint="Copy the rows into a new workbook and save that.",
        )
    names = {member.filename for member in members}
    if not names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}:
        what = "a Word document" if "word/document.xml" in names else "a zip file"
        raise UsageError(f"{path.name}: is {what}, not a spreadsheet", hint=_SAVE_AS)


def _check_compound(path: Path) -> None:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        names = {one for one in _STREAMS if content.find(one.encode("utf-16-le")) >= 0}
    if "EncryptedPackage" in names:
        raise build_password_error(path)
    if "WordDocument" in names:
        raise UsageError(f"{path.name}: is a Word document, not a spreadsheet", hint=_SAVE_AS)


def build_password_error(path: Path) -> UsageError:
    """Return the error for a workbook with a password."""
    return UsageError(
        f"{path.name}: is protected with a password",
        hint="Open it in Excel, take the password off (File, Info, Protect Workbook), and save.",
    )


def build_damage_error(path: Path) -> UsageError:
    """Return the error for a workbook that cannot be read."""
    return UsageError(
        f"{path.name}: the workbook is damaged or cut short",
        hint="Open it in a spreadsheet, save it under another name, and use that.",
    )


class TooMuch(ValueError):
    """The package is more than it may be, or than its list of contents says; the text says how."""


def list_zip_members(path: Path) -> list[zipfile.ZipInfo]:
    """Return what the package lists. Raises TooMuch for over MAX_MEMBERS, and what zipfile
    raises.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        at = count = 0
        while (at := data.find(_LISTED, at) + 1) > 0:
            count += 1
            if count > MAX_MEMBERS:
                raise TooMuch(f"lists over {MAX_MEMBERS:,} files")
    with zipfile.ZipFile(path) as package:
        return package.infolist()


def check_sizes(path: Path, most: int) -> None:
    """Unpack every member, keeping nothing, to see that each has the size that is stated.

    Raises TooMuch for one that has not, or where all have over `most` bytes, and OSError.
    """
    listed = list_zip_members(path)
    if sum(one.file_size for one in listed) > most:
        raise TooMuch(f"unpacks to over {most:,} bytes")
    with path.open("rb") as file:
        for one in listed:
            file.seek(one.header_offset)
            start = file.read(_LOCAL.size)
            if len(start) < _LOCAL.size or not start.startswith(b"PK\x03\x04"):
                raise TooMuch("lists a file that is not there")
            _, name, extra = _LOCAL.unpack(start)
            file.seek(name + extra, 1)
            packed = file.read(min(one.compress_size, path.stat().st_size))
            if _count_unpacked_bytes(packed, one) != one.file_size:
                raise TooMuch(f"holds {one.filename[:80]!r}, whose size is not what is stated")


def _count_unpacked_bytes(packed: bytes, one: zipfile.ZipInfo) -> int:
    """Return the bytes that it unpacks to, or too many where there are more than are stated."""
    if one.compress_type == zipfile.ZIP_STORED:
        return len(packed)
    if one.compress_type != zipfile.ZIP_DEFLATED:
        raise TooMuch(f"holds {one.filename[:80]!r}, packed in a way that no spreadsheet uses")
    inflate, size = zlib.decompressobj(-zlib.MAX_WBITS), 0
    try:
        while not inflate.eof and size <= one.file_size:
            size += (got := len(inflate.decompress(packed, _CHUNK)))
            packed = inflate.unconsumed_tail
            if not got and not packed:
                return -1  # cut short
    except zlib.error:
        return -1
    return size
