"""Arrays in files, and hashes of words and of parts of words.

Two words within one edit share a deletion; within two edits they share a double deletion. So
spelling variants are found by looking up equal numbers (the idea of Wolf Garbe's SymSpell).
"""

import mmap
import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from duediligence.errors import Hint, Step, StorageError
from duediligence.permissions import create
from duediligence.typed_data import decode_json
from duediligence.writing import sync_file

_MAGIC = b"DDINDEX1"
_ALIGN = 64
_HINT = Hint("Refresh the list again: ", Step("refresh-lists"))
Arrays = dict[str, npt.NDArray[Any]]


class _Header(msgspec.Struct):
    version: str
    arrays: dict[str, tuple[str, int, int]]  # dtype, offset, length
    size: int
    checksum: int


def write(path: Path, version: str, arrays: Arrays, *, durable: bool = True) -> str:
    """Write the arrays to `path`, onto the disk itself where `durable`; the SHA-256 of the file.

    Raises StorageError where the disk does not take them."""
    offset, checksum, table, digest = 0, 0, {}, sha256(_MAGIC)
    for name, array in arrays.items():
        table[name] = (array.dtype.str, offset, len(array))
        offset += -(-array.nbytes // _ALIGN) * _ALIGN
    try:
        create(path)
        with path.open("wb") as file:
            file.write(_MAGIC)
            for array in arrays.values():
                data = np.ascontiguousarray(array).tobytes()
                data += b"\0" * (-len(data) % _ALIGN)
                checksum = zlib.crc32(data, checksum)
                digest.update(data)
                file.write(data)
            header = msgspec.json.encode(_Header(version, table, offset, checksum))
            end = header + len(header).to_bytes(8, "little") + _MAGIC
            digest.update(end)
            file.write(end)
        if durable:
            sync_file(path)
    except OSError as error:
        raise StorageError(
            f"{path} cannot be written: {error.strerror}", hint="Free some disk space."
        ) from error
    return digest.hexdigest()


def read(path: Path, version: str, recorded: str = "") -> Arrays:
    """Return the arrays in `path`, which may be unlinked or replaced meanwhile.

    Raises StorageError where the file is missing, damaged, of another version or, where `recorded`
    is the SHA-256 that it must have, another file: hashed is the very memory that is searched.
    """
    try:
        with path.open("rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        raise StorageError(f"the index {path} cannot be opened: {error}", hint=_HINT) from error
    if recorded and sha256(data).hexdigest() != recorded:
        raise StorageError(f"the index {path} is not the one that was recorded", hint=_HINT)
    try:
        return _parse_arrays(data, version, check=not recorded)
    except (ValueError, IndexError, TypeError, msgspec.MsgspecError) as error:
        raise StorageError(f"the index {path} is damaged: {error}", hint=_HINT) from error
    except StorageError as error:
        raise StorageError(f"the index {path} {error.message}", hint=_HINT) from None


def _parse_arrays(data: mmap.mmap, version: str, *, check: bool) -> Arrays:
    start, end = len(_MAGIC), len(data) - len(_MAGIC)
    if end < start + 8 or data[:start] != _MAGIC or data[end:] != _MAGIC:
        raise ValueError("it is cut short or is another file")
    size = int.from_bytes(data[end - 8 : end], "little")
    header = decode_json(data[max(start, end - 8 - size) : end - 8], _Header)
    if header.version != version:
        raise StorageError(f"was made by another version ({header.version}, this is {version})")
    view = memoryview(data)[start : start + header.size]
    if len(view) != header.size or (check and zlib.crc32(view) != header.checksum):
        raise ValueError("its checksum is wrong")
    return {
        name: np.frombuffer(view, dtype=np.dtype(dtype), count=length, offset=offset)
        for name, (dtype, offset, length) in header.arrays.items()
    }


U64 = npt.NDArray[np.uint64]
I64 = npt.NDArray[np.int64]

_BASE = np.uint64(0x9E3779B97F4A7C15)
_INVERSE = np.uint64(pow(0x9E3779B97F4A7C15, -1, 2**64))
_LONGEST = 64
with np.errstate(over="ignore"):
    _POWERS = np.cumprod(np.full(_LONGEST + 1, _BASE, dtype=np.uint64))
_POWERS[_LONGEST] = 0  # what comes after does not count

# One salt for each kind of key, so that equal texts of different kinds are not found by chance.
PLAIN = np.uint64(0)
SOUND, BONES, BARE, SHAPE, STEM, FAMILY, LATIN, SCRIPTED, VOWELLESS = (
    np.uint64(salt) for salt in range(1, 10)
)


def starts_of(sizes: Iterable[int]) -> I64:
    """Return where each part begins when they stand one after the other, and where the last one
    ends.
    """
    return np.concatenate(([0], np.cumsum(np.fromiter(sizes, np.int64)))).astype(np.int64)


def text_arrays(what: str, parts: Sequence[bytes]) -> Arrays:
    """Return the arrays of texts: their bytes, and where each begins."""
    text = np.frombuffer(b"".join(parts), dtype=np.uint8)
    return {f"{what}_text": text, f"{what}_start": starts_of(map(len, parts))}


def prefix_of(person: bool) -> str:
    return "person_" if person else "organisation_"


def side_of(arrays: Arrays, *, person: bool) -> Arrays:
    """Return the arrays of one side of an index, without its prefix."""
    prefix = prefix_of(person)
    return {name.removeprefix(prefix): a for name, a in arrays.items() if name.startswith(prefix)}


def hash_texts(texts: Sequence[str]) -> U64:
    """Return one 64-bit hash for each text (at most 64 letters count)."""
    sizes = np.fromiter(map(len, texts), np.int64, len(texts))
    letters = np.frombuffer("".join(texts).encode("utf-32-le"), dtype="<u4").astype(np.uint64)
    ends = np.cumsum(sizes)
    starts = ends - sizes
    places = np.arange(len(letters), dtype=np.int64) - np.repeat(starts, sizes)
    sums = np.zeros(len(letters) + 1, dtype=np.uint64)
    np.cumsum((letters + np.uint64(1)) * _POWERS[np.minimum(places, _LONGEST)], out=sums[1:])
    hashes: U64 = sums[ends] - sums[starts]
    return hashes


def hash_deletions(texts: Sequence[str], *, one_from: int, two_from: int) -> tuple[U64, I64]:
    """Return hashes of the texts with none, one or two letters left out, and the text each belongs
    to.

    One letter is left out of texts of at least `one_from` letters, two from `two_from`.
    """
    hashes: list[U64] = [np.zeros(0, np.uint64)]
    owners: list[I64] = [np.zeros(0, np.int64)]
    for size, (places, letters) in _by_length(texts).items():
        sums = np.zeros((len(places), size + 1), dtype=np.uint64)
        np.cumsum(letters * _POWERS[:size], axis=1, dtype=np.uint64, out=sums[:, 1:])
        variants: list[U64] = [sums[:, -1:]]
        if size >= one_from:
            variants.append(sums[:, :-1] + (sums[:, -1:] - sums[:, 1:]) * _INVERSE)
        if size >= two_from:
            first, second = np.triu_indices(size, 1)
            between = sums[:, second] - sums[:, first + 1]
            middle: U64 = between + (sums[:, -1:] - sums[:, second + 1]) * _INVERSE
            variants.append(sums[:, first] + middle * _INVERSE)
        together = np.concatenate(variants, axis=1)
        hashes.append(together.ravel())
        owners.append(np.repeat(places, together.shape[1]))
    return np.concatenate(hashes), np.concatenate(owners)


def _by_length(texts: Sequence[str]) -> dict[int, tuple[I64, U64]]:
    """Return texts of equal length as a matrix of letters, with their places."""
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for place, text in enumerate(texts):
        groups[min(len(text), _LONGEST)].append(place)
    out: dict[int, tuple[I64, U64]] = {}
    for size, places in groups.items():
        joined = "".join([texts[place][:size] for place in places]).encode("utf-32-le")
        letters = np.frombuffer(joined, dtype="<u4").reshape(len(places), size)
        out[size] = (np.array(places, dtype=np.int64), letters.astype(np.uint64) + np.uint64(1))
    return out


def expand_ranges(starts: I64, counts: I64) -> tuple[I64, I64]:
    """For ranges (`starts`, `counts`): the number of the range of each member, and its place."""
    owners = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
    before = np.cumsum(counts) - counts
    places = np.arange(len(owners), dtype=np.int64) + np.repeat(starts - before, counts)
    return owners, places


def ranges_of(hashes: U64, ordered: U64) -> tuple[I64, I64]:
    """For hashes: which of them each equal one among the `ordered` equals, and its place there."""
    # In order the search touches each part of a long array once.
    order = np.argsort(hashes)
    hashes = hashes[order]
    first = np.searchsorted(ordered, hashes, side="left")
    found = (
        np.flatnonzero(ordered.take(first, mode="clip") == hashes) if len(ordered) else first[:0]
    )
    first, hashes = first[found], hashes[found]
    which, places = expand_ranges(first, np.searchsorted(ordered, hashes, side="right") - first)
    return order[found][which], places


def deduplicate_keys(keys: I64) -> I64:
    """Return the distinct keys, sorted.

    `np.unique` would import masked arrays, which a cold look-up need not wait for.
    """
    keys = np.sort(keys)
    return keys[first_of_each(keys)]


def first_of_each(keys: I64) -> I64:
    """Return where each run of equal keys begins, in sorted `keys`."""
    return np.flatnonzero(np.concatenate((np.ones(min(1, len(keys)), bool), keys[1:] != keys[:-1])))
