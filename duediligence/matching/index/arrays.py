"""Arrays in one file, opened memory-mapped: nothing is read until it is touched."""

import mmap
import os
import zlib
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from duediligence.errors import Hint, Step, StorageError

_MAGIC = b"DDINDEX1"
_ALIGN = 64
_HINT = Hint("Refresh the list again: ", Step("refresh-lists"))
Arrays = dict[str, npt.NDArray[Any]]


class _Header(msgspec.Struct):
    version: str
    arrays: dict[str, tuple[str, int, int]]  # dtype, offset, length
    size: int
    checksum: int


def write(path: Path, version: str, arrays: Arrays, *, durable: bool = True) -> None:
    """Write the arrays to `path`, onto the disk itself where `durable`.

    Raises StorageError where the disk does not take them."""
    offset, checksum, table = 0, 0, {}
    for name, array in arrays.items():
        table[name] = (array.dtype.str, offset, len(array))
        offset += -(-array.nbytes // _ALIGN) * _ALIGN
    try:
        with path.open("wb") as file:
            file.write(_MAGIC)
            for array in arrays.values():
                data = np.ascontiguousarray(array).tobytes()
                data += b"\0" * (-len(data) % _ALIGN)
                checksum = zlib.crc32(data, checksum)
                file.write(data)
            header = msgspec.json.encode(_Header(version, table, offset, checksum))
            file.write(header + len(header).to_bytes(8, "little") + _MAGIC)
            file.flush()
            if durable:
                os.fsync(file.fileno())
    except OSError as error:
        raise StorageError(
            f"{path} cannot be written: {error.strerror}", hint="Free some room on the disk."
        ) from error


def read(path: Path, version: str) -> Arrays:
    """The arrays in `path`, which may be unlinked or replaced meanwhile.

    Raises StorageError where the file is missing, damaged or of another version.
    """
    try:
        with path.open("rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        raise StorageError(f"the index {path} cannot be opened: {error}", hint=_HINT) from error
    try:
        return _parse(data, version)
    except (ValueError, IndexError, TypeError, msgspec.MsgspecError) as error:
        raise StorageError(f"the index {path} is damaged: {error}", hint=_HINT) from error
    except StorageError as error:
        raise StorageError(f"the index {path} {error.message}", hint=_HINT) from None


def _parse(data: mmap.mmap, version: str) -> Arrays:
    start, end = len(_MAGIC), len(data) - len(_MAGIC)
    if end < start + 8 or data[:start] != _MAGIC or data[end:] != _MAGIC:
        raise ValueError("it is cut short or is something else")
    size = int.from_bytes(data[end - 8 : end], "little")
    header = msgspec.json.decode(data[max(start, end - 8 - size) : end - 8], type=_Header)
    if header.version != version:
        raise StorageError(f"was made by another version ({header.version}, this is {version})")
    view = memoryview(data)[start : start + header.size]
    if len(view) != header.size or zlib.crc32(view) != header.checksum:
        raise ValueError("its checksum is wrong")
    arrays = {}
    for name, (dtype, offset, length) in header.arrays.items():
        arrays[name] = np.frombuffer(view, dtype=np.dtype(dtype), count=length, offset=offset)
    return arrays
