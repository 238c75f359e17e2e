"""Encryption of a stream with a passphrase: scrypt (RFC 7914) and AES-256-GCM, chunk by chunk.

A file is a header of 64 bytes and chunks, as the STREAM construction has them (Hoang,
Reyhanitabar, Rogaway and Vizár, 2015). The number of a chunk is in its nonce, and whether it is the
last one is authenticated with it and the header: a chunk that is altered, missing, moved, repeated
or of another file is refused, and so is a file that is cut off or goes on. docs/it/backup.md has
the layout.
"""

import os
import re
import secrets
import struct
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from duediligence.errors import DamagedBackup, Hint, Invalid, Step, WrongPassphrase
from duediligence.text.wording import SPELLED

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SHORTEST_PASSPHRASE = 14
"""Characters, of a passphrase for a new file."""
LONGEST_PASSPHRASE = 1_000
# As many are left of a passphrase without all that is tried first, of so many kinds.
_LEAST_LEFT, _LEAST_KINDS = 8, 6
_COMMON = Path(__file__).with_name("common_passphrases.txt")
_ALSO_WRITTEN = {"a": "[a4@]", "e": "[e3]", "i": "[i1!]", "l": "[l1]", "o": "[o0]", "s": "[s5$]"}
_ROWS = "abcdefghijklmnopqrstuvwxyz 01234567890 qwertyuiop asdfghjkl zxcvbnm 1qaz2wsx3edc4rfv5tgb"
_NEXT = frozenset(pair for row in (_ROWS, _ROWS[::-1]) for pair in pairwise(row))
_WORDS_OFFERED = 16
"""Of 32 words each: 80 bits."""
CHUNK_BYTES = 1 << 20

_MAGIC = b"ddbackup"
_VERSION = 1
# Magic, version, scrypt's log2(n), r and p, bytes of a chunk, salt, the first bytes of a nonce.
_HEADER = struct.Struct(">8sBBBBI16s8s")
_CHECKSUM = 8
_TAG = 16
# What a header may ask of whoever reads it: a hostile file must not take all memory or all day.
_MOST_MEMORY = 256 << 20
_MOST_PASSES = 4
_HEAD, _CHUNK, _LAST = b"head", b"more", b"last"


@dataclass(frozen=True, slots=True)
class Cost:
    """What a guess at the passphrase costs: scrypt's n (a power of 2), r and p.

    As it is by default: 128 MiB and about a third of a second.
    """

    log_n: int = 17
    r: int = 8
    p: int = 1

    @property
    def memory(self) -> int:
        """Return bytes."""
        return 128 * self.r << self.log_n


DEFAULT_COST = Cost()


class Readable(Protocol):
    """A binary file as it is read here: fewer bytes than asked for only at its end."""

    def read(self, size: int, /) -> bytes: ...


def check_passphrase(passphrase: str) -> str:
    """Return the passphrase for a new file, in the one form in which it is used.

    Raises Invalid, which never shows it, for one that is too short or too common to protect
    anything. One that an earlier version accepted still opens what was made with it.
    """
    normal = unicodedata.normalize("NFC", passphrase.strip())
    if not SHORTEST_PASSPHRASE <= len(normal) <= LONGEST_PASSPHRASE:
        raise Invalid(
            f"the passphrase has {len(normal)} characters: it must have {SHORTEST_PASSPHRASE} to "
            f"{LONGEST_PASSPHRASE:,}",
            field="passphrase",
            hint=_RANDOM,
        )
    left = _not_common(normal.casefold())
    if len(left) < _LEAST_LEFT or len(set(left)) < _LEAST_KINDS:
        raise Invalid(
            "the passphrase is one that is tried first: it consists of common words, years, "
            "repeats or rows of the keyboard",
            field="passphrase",
            hint=_RANDOM,
        )
    return normal


def offer_passphrase() -> str:
    """Return a new passphrase of words chosen at random, easy to write down and to read aloud."""
    words = tuple(SPELLED.values())
    return " ".join(secrets.choice(words).lower() for _ in range(_WORDS_OFFERED))


def _not_common(text: str) -> str:
    """Return what is left of a passphrase without repeats, common words, years and rows of keys."""
    listed = sorted(_COMMON.read_text("utf-8").split(), key=len, reverse=True)
    words = "|".join("".join(_ALSO_WRITTEN.get(one, one) for one in word) for word in listed)
    text = re.sub(r"[\s_.,-]+", "", text)
    # Twice, for words that stand repeated, and others that were written with each letter twice.
    for _ in range(2):
        text = re.sub(rf"{words}|(?:19|20)\d\d", "", text)
        text = re.sub(r"(.{1,32}?)\1+", r"\1", text)
    return "".join(one for before, one in pairwise(f"\0{text}") if (before, one) not in _NEXT)


def encrypt_chunks(
    chunks: Iterable[bytes],
    passphrase: str,
    *,
    cost: Cost = DEFAULT_COST,
    chunk_bytes: int = CHUNK_BYTES,
) -> Iterator[bytes]:
    """Yield the bytes of an encrypted file that holds `chunks`, of any sizes, in a row.

    Raises Invalid for a passphrase that is too short or too common. Salt and key are new each time.
    """
    passphrase = check_passphrase(passphrase)
    salt, prefix = os.urandom(16), os.urandom(8)
    head = _HEADER.pack(_MAGIC, _VERSION, cost.log_n, cost.r, cost.p, chunk_bytes, salt, prefix)
    head += sha256(head).digest()[:_CHECKSUM]
    cipher = _derive_cipher(passphrase, salt, cost)
    yield head + cipher.encrypt(_build_chunk_nonce(prefix, 0), b"", head + _HEAD)
    for number, (chunk, last) in enumerate(_resize_chunks(chunks, chunk_bytes), 1):
        yield cipher.encrypt(
            _build_chunk_nonce(prefix, number), chunk, head + (_LAST if last else _CHUNK)
        )


def decrypt_chunks(file: Readable, passphrase: str, *, name: str) -> Iterator[bytes]:
    """Yield what an encrypted file holds, in chunks, each of them authenticated.

    That it was not cut off is known only when the last one has come. Raises DamagedBackup, and
    WrongPassphrase where the header is whole and the passphrase does not open it; both call the
    file `name`.
    """
    from cryptography.exceptions import InvalidTag

    head = file.read(_HEADER.size + _CHECKSUM)
    tag = file.read(_TAG)
    cost, chunk_bytes, salt, prefix = _read_header(head, tag, name)
    cipher = _derive_cipher(unicodedata.normalize("NFC", passphrase.strip()), salt, cost)
    try:
        cipher.decrypt(_build_chunk_nonce(prefix, 0), tag, head + _HEAD)
    except InvalidTag:
        raise WrongPassphrase(
            f"{name}: this passphrase does not open it",
            hint="Try again. Without its passphrase nobody can open a backup.",
        ) from None
    size = chunk_bytes + _TAG
    at = len(head) + len(tag)
    number, block = 1, file.read(size)
    while True:
        following = file.read(size)
        nonce = _build_chunk_nonce(prefix, number)
        try:
            plain = cipher.decrypt(nonce, block, head + (_CHUNK if following else _LAST))
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


def _read_header(head: bytes, tag: bytes, name: str) -> tuple[Cost, int, bytes, bytes]:
    if not head.startswith(_MAGIC) or len(tag) < _TAG:
        raise DamagedBackup(
            f"{name}: is not a backup, or its beginning is damaged or cut off", hint=_ANOTHER
        )
    fields, checksum = head[: _HEADER.size], head[_HEADER.size :]
    if sha256(fields).digest()[:_CHECKSUM] != checksum:
        raise DamagedBackup(f"{name}: its first {len(head)} bytes are damaged", hint=_ANOTHER)
    _, version, log_n, r, p, chunk_bytes, salt, prefix = _HEADER.unpack(fields)
    if version != _VERSION:
        raise DamagedBackup(
            f"{name}: is a backup in form {version}, which this version cannot read",
            hint="Use the newer version of this program that made it.",
        )
    cost = Cost(log_n, r, p)
    fits = 1 <= log_n <= 20 and r and 1 <= p <= _MOST_PASSES and cost.memory <= _MOST_MEMORY
    if not fits or not 1 <= chunk_bytes <= CHUNK_BYTES:
        raise DamagedBackup(
            f"{name}: asks for more memory or time than a backup of this program",
            hint="Do not trust this file. " + _ANOTHER,
        )
    return cost, chunk_bytes, salt, prefix


def _derive_cipher(passphrase: str, salt: bytes, cost: Cost) -> "AESGCM":
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    derived = Scrypt(salt=salt, length=32, n=1 << cost.log_n, r=cost.r, p=cost.p)
    return AESGCM(derived.derive(passphrase.encode("utf-8", "surrogatepass")))


def _build_chunk_nonce(prefix: bytes, number: int) -> bytes:
    return prefix + number.to_bytes(4)


def _resize_chunks(chunks: Iterable[bytes], size: int) -> Iterator[tuple[bytes, bool]]:
    """Yield the same bytes in pieces of one size, and whether each is the last, which may be
    shorter.
    """
    buffer = bytearray()
    for chunk in chunks:
        buffer += chunk
        while len(buffer) > size:
            yield bytes(buffer[:size]), False
            del buffer[:size]
    yield bytes(buffer), True


_RANDOM = Hint(
    "Use four random words or more, and keep them where the backup is not. For a new one: ",
    Step("offer-passphrase"),
)
_ANOTHER = "Use another backup, or another copy of this one."
