"""The signing key of an installation, and what it signed: Ed25519 (RFC 8032).

The private key is one file that its owner alone can read. What is signed is the purpose and the
bytes, so that a signature of one sort of thing is never one of another.
"""

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from duediligence.errors import StorageError, UsageError
from duediligence.reading import read_whole_file
from duediligence.writing import write_secret

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

Purpose = Literal["evidence pack", "audit head", "partner file", "in-toto statement", "next key"]
STATEMENT = b"application/vnd.in-toto+json"
"""The media type of a statement in a DSSE envelope."""
LARGEST_FILE = 100_000
"""Bytes of a file of public keys."""

_P = 2**255 - 19
# A y of each of the eight points of small order, which are all that have it: whoever names one as
# their key has signatures that nobody made.
_ORDER_8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_SMALL_ORDER = frozenset((0, 1, _P - 1, _ORDER_8, _P - _ORDER_8))

_PEM = re.compile(r"-----BEGIN PUBLIC KEY-----.*?-----END PUBLIC KEY-----", re.DOTALL)
_DATED = re.compile(r"^# (from|until) (\S+)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key: its 32 bytes, and the days (UTC) that it was in use, as its owner recorded.

    `until` is None for the key in use; both are None where nobody said.
    """

    raw: bytes
    since: datetime | None = None
    until: datetime | None = None

    @property
    def id(self) -> str:
        """Return what people call it by: the first 16 digits of its SHA-256, in hexadecimal."""
        return sha256(self.raw).hexdigest()[:16]

    @property
    def text(self) -> str:
        """Return the 32 bytes in base64."""
        return b64encode(self.raw).decode()

    def in_use(self, at: datetime) -> bool:
        """Return whether the key was in use at that time; so it is where no days are known."""
        return (not self.since or self.since <= at) and (not self.until or at <= self.until)

    def pem(self) -> str:
        """Return the key as PEM (RFC 7468), which OpenSSL reads, with its days as lines before
        it.
        """
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        body = Ed25519PublicKey.from_public_bytes(self.raw).public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        days = (("from", self.since), ("until", self.until))
        dated = "".join(f"# {word} {day.isoformat()}\n" for word, day in days if day)
        return f"# duediligence signing key {self.id}\n{dated}{body.decode()}"

    @property
    def is_sound(self) -> bool:
        """Return whether it can be a key that somebody made: see `is_sound_point`."""
        return is_sound_point(self.raw)

    def verifies(self, signature: bytes, purpose: Purpose, body: bytes) -> bool:
        """Return whether the private key of this one signed these bytes for that purpose.

        Never so for a key or a signature with a point that nobody made.
        """
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        if not self.is_sound or not is_sound_point(signature[:32]):
            return False
        try:
            key = Ed25519PublicKey.from_public_bytes(self.raw)
            key.verify(signature, _build_signed_message(purpose, body))
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySuccession:
    """A key that signed the one that came `after` it; all three in base64."""

    before: str
    after: str
    signature: str

    @property
    def is_sound(self) -> bool:
        """Return whether the key before signed the one after."""
        try:
            one, other = stored_key(self.before), stored_key(self.after)
            signature = b64decode(self.signature, validate=True)
        except ValueError:
            return False
        return other.is_sound and one.verifies(signature, "next key", other.raw)


@dataclass(frozen=True, slots=True, repr=False)
class SigningKey:
    """The private key. It has no text of its own, so that no log or error can hold it."""

    _key: "Ed25519PrivateKey"

    @property
    def public(self) -> PublicKey:
        return PublicKey(self._key.public_key().public_bytes_raw())

    def sign(self, purpose: Purpose, body: bytes) -> bytes:
        """Return the signature, 64 bytes."""
        return self._key.sign(_build_signed_message(purpose, body))


def read_key(path: Path) -> SigningKey | None:
    """Return the private key in the file; None where there is none. Raises StorageError."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    try:
        with path.open("rb") as file:
            body = file.read(LARGEST_FILE)
        key = serialization.load_pem_private_key(body, password=None)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StorageError(
            f"{path}: the signing key cannot be read: {error.strerror}", hint=_OWNER
        ) from error
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise StorageError(f"{path}: is no signing key: the file is damaged", hint=_LOST) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise StorageError(f"{path}: is a key of another kind than Ed25519", hint=_LOST)
    return SigningKey(key)


def make_key(path: Path, *, instead: bool = False) -> SigningKey:
    """Return a new private key in the file, whole or not at all; `instead` of the one that is
    there.

    Where another process made one first, that one. Raises StorageError.
    """
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    body = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    if write_secret(body, path, instead=instead):
        return SigningKey(key)
    made = read_key(path)
    assert made
    return made


def is_sound_point(raw: bytes) -> bool:
    """Return whether these 32 bytes are the one encoding of a point that is not of small order."""
    y = int.from_bytes(raw, "little") & (2**255 - 1)
    return len(raw) == 32 and y < _P and y not in _SMALL_ORDER


def public_key(text: str, *, since: datetime | None = None) -> PublicKey:
    """Return the key that `PublicKey.text` is of. Raises ValueError for other text, and for a key
    that nobody can have made.
    """
    key = stored_key(text, since=since)
    if not key.is_sound:
        raise ValueError("the key is of small order or not canonical: nobody made it")
    return key


def stored_key(text: str, *, since: datetime | None = None) -> PublicKey:
    """Return the key that was stored as that text, whatever key it is: an unsound one verifies
    nothing.

    Raises ValueError for other text.
    """
    raw = b64decode(text, validate=True)
    if len(raw) != 32:
        raise ValueError("an Ed25519 key has 32 bytes")
    return PublicKey(raw, since)


def read_public_keys(path: Path) -> tuple[PublicKey, ...]:
    """Return the public keys in a file, as `PublicKey.pem` writes them, one after the other.

    Raises NotFound, and UsageError for a file without any.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    text = read_whole_file(path, LARGEST_FILE).decode("utf-8", "replace")
    keys, end = [], 0
    for found in _PEM.finditer(text):
        before, end = text[end : found.start()], found.end()
        try:
            key = serialization.load_pem_public_key(found[0].encode())
            days = {word: datetime.fromisoformat(day) for word, day in _DATED.findall(before)}
        except (ValueError, UnsupportedAlgorithm) as error:
            raise UsageError(f"{path}: a key in it is damaged", hint=_PUBLIC) from error
        if not isinstance(key, Ed25519PublicKey):
            raise UsageError(f"{path}: a key in it is not Ed25519", hint=_PUBLIC)
        since, until = (_convert_to_utc(days.get(word)) for word in ("from", "until"))
        keys.append(PublicKey(key.public_bytes_raw(), since, until))
        if not keys[-1].is_sound:
            raise UsageError(f"{path}: a key in it is one that nobody made", hint=_PUBLIC)
    if not keys:
        raise UsageError(f"{path}: holds no public key", hint=_PUBLIC)
    return tuple(keys)


def _build_signed_message(purpose: Purpose, body: bytes) -> bytes:
    if purpose == "in-toto statement":
        # The pre-authentication encoding of DSSE, https://github.com/secure-systems-lab/dsse .
        return b"DSSEv1 %d %s %d %s" % (len(STATEMENT), STATEMENT, len(body), body)
    return b"duediligence " + purpose.encode() + b"\0" + body


def _convert_to_utc(at: datetime | None) -> datetime | None:
    """Without a zone, it is UTC."""
    return at and (at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC))


_OWNER = "Its owner alone can read it: run this under the account that the home belongs to."
_LOST = (
    "Restore it from a backup that has the key, or move it away: a new key is then made, and what "
    "the old one signed can still be verified."
)
_PUBLIC = "Ask whoever signed for the file of their public keys."
