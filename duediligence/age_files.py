"""Encryption of a stream with a passphrase, as a file of age version 1 with one scrypt recipient.

The format is https://age-encryption.org/v1 (C2SP, age.md), so that `age --decrypt` opens it without
this program: a header of lines with an HMAC, then ChaCha20-Poly1305 chunk by chunk. A chunk that is
altered, missing, moved, repeated or of another file is refused, and so is a file that is cut off or
goes on.
"""

import hmac
import os
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Protocol

from duediligence.errors import DamagedBackup, WrongPassphrase
from duediligence.passphrases import check_passphrase, normalise_passphrase

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

CHUNK_BYTES = 1 << 16
WORK_FACTOR = 17
"""The binary logarithm of scrypt's n: 128 MiB and about a third of a second for each guess."""
_MOST_WORK = 18

_FIRST = b"age-encryption.org/v1\n"
_TAG = 16
_HEADER = re.compile(
    re.escape(_FIRST.decode())
    + r"-> scrypt (B{22}) ([1-9]\d?)\n(B{43})\n--- (B{43})\n".replace("B", "[A-Za-z0-9+/]"),
    re.ASCII,
)
_SHORTEST_HEADER = 149
"""Bytes, where the work factor has one digit; it has two at most."""


_ANOTHER = "Use another backup, or another copy of this one."
_NOT_OPENED = "Try again. Without its passphrase nobody can open a backup."
_TOO_DEAR = "asks for more memory or time than a backup of this program"


class Readable(Protocol):
    """A binary file as it is read here: fewer bytes than asked for only at its end."""

    def read(self, size: int, /) -> bytes: ...


def encrypt_chunks(
    chunks: Iterable[bytes], passphrase: str, *, work_factor: int = WORK_FACTOR
) -> Iterator[bytes]:
    """Yield the bytes of an encrypted file that holds `chunks`, of any sizes, in a row.

    Raises Invalid for a passphrase that is too short or too common. Salt and key are new each time.
    """
    passphrase = check_passphrase(passphrase)
    salt, key, nonce = os.urandom(16), os.urandom(16), os.urandom(16)
    wrapped = _derive_wrapping(passphrase, salt, work_factor).encrypt(bytes(12), key, None)
    lines = (f"-> scrypt {_encode_unpadded(salt)} {work_factor}", _encode_unpadded(wrapped), "---")
    head = _FIRST + "\n".join(lines).encode()
    yield head + f" {_encode_unpadded(_compute_mac(key, head))}\n".encode() + nonce
    cipher = _derive_cipher(key, nonce)
    for number, (chunk, last) in enumerate(_resize_chunks(chunks)):
        yield cipher.encrypt(_build_age_nonce(number, last), chunk, None)


def decrypt_chunks(file: Readable, passphrase: str, *, name: str) -> Iterator[bytes]:
    """Yield what an encrypted file holds, in chunks, each of them authenticated.

    That it was not cut off is known only when the last one has come. Raises DamagedBackup, and
    WrongPassphrase where the passphrase does not open it; both call the file `name`.
    """
    key, length = _read_age_header(file, passphrase, name)
    nonce = file.read(16)
    cipher = _derive_cipher(key, nonce)

    def decrypt(number: int, block: bytes, last: bool) -> bytes:
        if number and len(block) == _TAG:
            raise ValueError("an empty chunk after others")
        return cipher.decrypt(_build_age_nonce(number, last), block, None)

    yield from _decrypt_blocks(file, decrypt, CHUNK_BYTES + _TAG, length + len(nonce), name)


def _decrypt_blocks(
    file: Readable, decrypt: Callable[[int, bytes, bool], bytes], size: int, at: int, name: str
) -> Iterator[bytes]:
    """Yield what each block of the rest of a file holds.

    `decrypt` is given its number from 0, its bytes (`size`, and fewer only of the last) and whether
    it is the last; `at` is where the first begins. Raises DamagedBackup where it raises
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
                hint=_ANOTHER,
            ) from None
        yield plain
        if not following:
            return
        at += len(block)
        number, block = number + 1, following


def _read_age_header(file: Readable, passphrase: str, name: str) -> tuple[bytes, int]:
    """Return the key of the file, and how many bytes its header has."""
    from cryptography.exceptions import InvalidTag

    head = file.read(_SHORTEST_HEADER)
    if not head.endswith(b"\n"):
        head += file.read(1)
    found = _HEADER.fullmatch(head.decode("latin-1"))
    if not found:
        told = (
            "is encrypted otherwise than with a passphrase alone, or its first lines are damaged"
            if head.startswith(_FIRST)
            else "is not a backup, or its beginning is damaged or cut off"
        )
        raise DamagedBackup(f"{name}: {told}", hint=_ANOTHER)
    salt, wrapped, mac = (b64decode(found[at] + "=" * (-len(found[at]) % 4)) for at in (1, 3, 4))
    if [_encode_unpadded(one) for one in (salt, wrapped, mac)] != [found[1], found[3], found[4]]:
        raise DamagedBackup(f"{name}: its first lines are damaged", hint=_ANOTHER)
    if int(found[2]) > _MOST_WORK:
        raise DamagedBackup(f"{name}: {_TOO_DEAR}", hint="Do not trust this file. " + _ANOTHER)
    # As it is used here first, and as another program of the format takes it: as it was typed.
    for words in dict.fromkeys((normalise_passphrase(passphrase), passphrase)):
        try:
            key = _derive_wrapping(words, salt, int(found[2])).decrypt(bytes(12), wrapped, None)
        except InvalidTag:
            continue
        if _compute_mac(key, head[: head.rindex(b" ")]) != mac:
            raise DamagedBackup(f"{name}: its first lines are damaged", hint=_ANOTHER)
        return key, len(head)
    raise WrongPassphrase(
        f"{name}: this passphrase does not open it, or its first lines are damaged",
        hint=_NOT_OPENED,
    )


def _derive_wrapping(passphrase: str, salt: bytes, work_factor: int) -> "ChaCha20Poly1305":
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    salted = b"age-encryption.org/v1/scrypt" + salt
    derived = Scrypt(salt=salted, length=32, n=1 << work_factor, r=8, p=1)
    return ChaCha20Poly1305(derived.derive(passphrase.encode("utf-8", "surrogatepass")))


def _derive_cipher(key: bytes, nonce: bytes) -> "ChaCha20Poly1305":
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    return ChaCha20Poly1305(_derive_subkey(key, nonce, b"payload"))


def _compute_mac(key: bytes, head: bytes) -> bytes:
    return hmac.digest(_derive_subkey(key, b"", b"header"), head, "sha256")


def _derive_subkey(key: bytes, salt: bytes, info: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), 32, salt, info).derive(key)


def _encode_unpadded(raw: bytes) -> str:
    return b64encode(raw).decode().rstrip("=")


def _build_age_nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11) + bytes([last])


def _resize_chunks(chunks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Yield the same bytes in pieces of one size, and whether each is the last, which may be
    shorter.
    """
    buffer = bytearray()
    for chunk in chunks:
        buffer += chunk
        while len(buffer) > CHUNK_BYTES:
            yield bytes(buffer[:CHUNK_BYTES]), False
            del buffer[:CHUNK_BYTES]
    yield bytes(buffer), True
