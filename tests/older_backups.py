"""Files as versions before age files encrypted them: docs/it/backup.md has the layout."""

import os
import struct
import unicodedata
from hashlib import sha256

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt


def encrypt_older(
    plain: bytes, words: str, *, log_n: int = 4, r: int = 8, chunk: int = 1 << 20
) -> bytes:
    salt, prefix = os.urandom(16), os.urandom(8)
    head = struct.pack(">8sBBBBI16s8s", b"ddbackup", 1, log_n, r, 1, chunk, salt, prefix)
    head += sha256(head).digest()[:8]
    key = Scrypt(salt=salt, length=32, n=1 << log_n, r=r, p=1)
    cipher = AESGCM(key.derive(unicodedata.normalize("NFC", words.strip()).encode()))
    pieces = [plain[at : at + chunk] for at in range(0, len(plain), chunk)] or [b""]
    body = head + cipher.encrypt(prefix + bytes(4), b"", head + b"head")
    for number, piece in enumerate(pieces, 1):
        last = b"last" if number == len(pieces) else b"more"
        body += cipher.encrypt(prefix + number.to_bytes(4), piece, head + last)
    return body
