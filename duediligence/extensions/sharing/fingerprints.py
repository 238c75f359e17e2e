"""Fingerprints that two people compare by telephone, in the spelling alphabet of radio (ICAO)."""

from base64 import b32encode
from hashlib import sha256

from duediligence.signing import PublicKey
from duediligence.text.wording import SPELLED

# 100 bits: nobody can make a key whose words are those of another.
_LETTERS = 20
_GROUP = 5


def spoken_key(key: PublicKey) -> str:
    """Return the words of a public key."""
    return _spell_digest(sha256(b"duediligence key\0" + key.raw).digest())


def spoken_terms(digest: str) -> str:
    """Return the words of the terms of an agreement, by their SHA-256."""
    return _spell_digest(sha256(b"duediligence terms\0" + bytes.fromhex(digest)).digest())


def same_words(heard: str, spoken: str) -> bool:
    """Return whether somebody heard these words, however they wrote them down."""
    one, other = (text.casefold().replace(",", " ").split() for text in (heard, spoken))
    return one == other


def _spell_digest(digest: bytes) -> str:
    """Return twenty words in groups of five, separated by commas: base32 of the digest, spelled."""
    words = [SPELLED[letter] for letter in b32encode(digest).decode()[:_LETTERS]]
    groups = (words[at : at + _GROUP] for at in range(0, _LETTERS, _GROUP))
    return ", ".join(" ".join(group) for group in groups)
