"""What a ZIP file really unpacks to, whatever it says of itself (APPNOTE.TXT of PKWARE)."""

import mmap
import struct
import zipfile
import zlib
from pathlib import Path

# A workbook has a few hundred at most; each costs a kilobyte to list, however small the file.
MAX_MEMBERS = 10_000
_LISTED = b"PK\x01\x02"
_LOCAL = struct.Struct("<4s22xHH")
_CHUNK = 1 << 20


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
