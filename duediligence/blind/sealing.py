"""Bytes sealed to a public key, that only its owner opens: X25519, HKDF-SHA256, ChaCha20-Poly1305.

Sealed are 32 bytes of a public key of this moment, and the bytes encrypted (RFC 8439, nonce 0)
under a key for this one use: HKDF of the secret that both keys share, both public keys its salt.
"""

from base64 import b64decode, b64encode
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

_KEY, _NONCE, _TAG = 32, 12, 16


class NotSealed(ValueError):
    """What is not sealed to this key and for this use, or a key that is none."""


def make_sealing_key() -> tuple[bytes, str]:
    """Return a private key (PEM, PKCS #8) and its public key (base64)."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    key = X25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private, b64encode(key.public_key().public_bytes_raw()).decode()


def seal_bytes(body: bytes, public: str, context: bytes) -> str:
    """Return the bytes sealed to that public key for one use, which `context` names (base64).

    Raises NotSealed for a key that is none, or of small order.
    """
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    own = X25519PrivateKey.generate()
    sender, receiver = own.public_key().public_bytes_raw(), _decode(public)
    cipher = _derive_seal_cipher(own, receiver, sender + receiver)
    return b64encode(sender + cipher.encrypt(bytes(_NONCE), body, context)).decode()


def open_sealed(sealed: str, private: bytes, context: bytes) -> bytes:
    """Return what `seal_bytes` was given. Raises NotSealed for another key or use."""
    from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        own = load_pem_private_key(private, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise NotSealed("not a private key") from error
    if not isinstance(own, X25519PrivateKey):
        raise NotSealed("a private key of another kind")
    whole = _decode(sealed)
    sender, receiver = whole[:_KEY], own.public_key().public_bytes_raw()
    try:
        return _derive_seal_cipher(own, sender, sender + receiver).decrypt(
            bytes(_NONCE), whole[_KEY:], context
        )
    except InvalidTag as error:
        raise NotSealed("sealed to another key, or altered") from error


def measure_sealed(sealed: str) -> int:
    """Return how many bytes are sealed; negative for what is not sealed at all."""
    try:
        return len(_decode(sealed)) - _KEY - _TAG
    except NotSealed:
        return -1


def _derive_seal_cipher(own: "X25519PrivateKey", other: bytes, salt: bytes) -> "ChaCha20Poly1305":
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    try:
        shared = own.exchange(X25519PublicKey.from_public_bytes(other))
    except ValueError as error:
        raise NotSealed("not a public key") from error
    return ChaCha20Poly1305(HKDF(SHA256(), _KEY, salt, b"duediligence seal 1").derive(shared))


def _decode(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError as error:
        raise NotSealed("not base64") from error
