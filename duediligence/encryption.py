"""Reading of what earlier versions encrypted with a passphrase: scrypt and AES-256-GCM in chunks.

A file is a header of 64 bytes and chunks, as the STREAM construction has them (Hoang,
Reyhanitabar, Rogaway and Vizár, 2015). The number of a chunk is in its nonce, and whether it is the
last one is authenticated with it and the header: a chunk that is altered, missing, moved, repeated
or of another file is refused, and so is a file that is cut off or goes on. docs/it/backup.md has
the layout. New files are written by `age_files`.
"""

import struct
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import TYPE_CHECKING, Protocol

from duediligence.errors import DamagedBackup, WrongPassphrase
from duediligence.passphrases import normalise_passphrase

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"ddbackup"
_VERSION = 1
# Magic, version, scrypt's log2(n), r and p, bytes of a chunk, salt, the first bytes of a nonce.
_HEADER = struct.Struct(">8sBBBBI16s8s")
_CHECKSUM = 8
_TAG = 16
# What a header may ask of whoever reads it: a hostile file must not take all memory or all day.
_LONGEST_CHUNK = 1 << 20
_MOST_MEMORY = 256 << 20
_MOST_PASSES = 4
_HEAD, _CHUNK, _LAST = b"head", b"more", b"last"


class Readable(Protocol):
    """A binary file as it is read here: fewer bytes than asked for only at its end."""

    def read(self, size: int, /) -> bytes: ...


def decrypt_older_chunks(
    start: bytes, file: Readable, passphrase: str, *, name: str
) -> Iterator[bytes]:
    """Yield what an encrypted file holds, in chunks, each of them authenticated.

    `start` is what was read of it already. That it was not cut off is known only when the last
    chunk has come. Raises DamagedBackup, and WrongPassphrase where the header is whole and the
    passphrase does not open it; both call the file `name`.
    """
    from cryptography.exceptions import InvalidTag

    head = start + file.read(_HEADER.size + _CHECKSUM - len(start))
    tag = file.read(_TAG)
    cipher, chunk_bytes, prefix = _read_header(head, tag, passphrase, name)
    try:
        cipher.decrypt(_build_chunk_nonce(prefix, 0), tag, head + _HEAD)
    except InvalidTag:
        raise WrongPassphrase(
            f"{name}: this passphrase does not open it", hint=NOT_OPENED
        ) from None

    def decrypt(number: int, block: bytes, last: bool) -> bytes:
        nonce = _build_chunk_nonce(prefix, number + 1)
        return cipher.decrypt(nonce, block, head + (_LAST if last else _CHUNK))

    yield from decrypt_blocks(file, decrypt, chunk_bytes + _TAG, len(head) + _TAG, name)


def decrypt_blocks(
    file: Readable, decrypt: Callable[[int, bytes, bool], bytes], size: int, at: int, name: str
) -> Iterator[bytes]:
    """Yield what each block of the rest of a file holds.

    `decrypt` is given its number from 0, its bytes (`size`, and fewer only of the last) and whether
    it is the last; `at` is where the first one stands. Raises DamagedBackup where it raises
    InvalidTag or ValueError.
    """
    from cryptography.exceptions import InvalidTag

    number, block = 0, file.read(size)
    while True:
        following = file.read(size)
        try:
            plain = decrypt(number, block, not following)
        except (InvalidTag, ValueError):
            raise DamagedBackup(
                f"{name}: is damaged or cut off, between bytes {at:,} and {at + len(block):,}",
                hint=ANOTHER,
            ) from None
        yield plain
        if not following:
            return
        at += len(block)
        number, block = number + 1, following


def _read_header(
    head: bytes, tag: bytes, passphrase: str, name: str
) -> tuple["AESGCM", int, bytes]:
    """Return the cipher, the bytes of a chunk, and the first bytes of each nonce."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    fields, checksum = head[: _HEADER.size], head[_HEADER.size :]
    if len(tag) < _TAG or sha256(fields).digest()[:_CHECKSUM] != checksum:
        raise DamagedBackup(f"{name}: its first {len(head)} bytes are damaged", hint=ANOTHER)
    _, version, log_n, r, p, chunk_bytes, salt, prefix = _HEADER.unpack(fields)
    if version != _VERSION:
        raise DamagedBackup(
            f"{name}: is a backup in form {version}, which this version cannot read",
            hint="Use the newer version of this program that made it.",
        )
    fits = 1 <= log_n <= 20 and r and 1 <= p <= _MOST_PASSES and 128 * r << log_n <= _MOST_MEMORY
    if not fits or not 1 <= chunk_bytes <= _LONGEST_CHUNK:
        raise DamagedBackup(f"{name}: {TOO_DEAR}", hint="Do not trust this file. " + ANOTHER)
    derived = Scrypt(salt=salt, length=32, n=1 << log_n, r=r, p=p)
    words = normalise_passphrase(passphrase).encode("utf-8", "surrogatepass")
    return AESGCM(derived.derive(words)), chunk_bytes, prefix


def _build_chunk_nonce(prefix: bytes, number: int) -> bytes:
    return prefix + number.to_bytes(4)


ANOTHER = "Use another backup, or another copy of this one."
NOT_OPENED = "Try again. Without its passphrase nobody can open a backup."
TOO_DEAR = "asks for more memory or time than a backup of this program"
