"""A function that two parties compute together: RFC 9497, ristretto255-SHA512, over libsodium.

Only the verifiable mode (VOPRF, §3.1) is here.

The asking party blinds its items; the answering party evaluates them under a key of its own, proves
that all were under this one, and learns how many there were; the asking party removes the blinds
and has the value of each item, which tells nothing of other items' values. Only what libsodium says
of its group takes equal time for all secrets.
"""

import ctypes
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache, partial, reduce
from hashlib import sha512
from pathlib import Path
from typing import Any, Self

from duediligence.errors import UsageError, describe_installing

ELEMENT, SCALAR, OUTPUT, PROOF = 32, 32, 64, 64
MOST_IN_A_PROOF = LONGEST_ITEM = 65_535
"""Elements that one proof can be over, and bytes of an item: their number has two bytes."""
Batch = Sequence[bytes]

_SUITE = b"OPRFV1-\1-ristretto255-SHA512"
_ORDER = 2**252 + 27742317777372353535851937790883648493
_GENERATOR = bytes.fromhex("e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76")
# What a secret lies in, and nowhere else, so that it can be overwritten, as bytes cannot.
_Buffer = ctypes.c_char * SCALAR


class NotAnElement(ValueError):
    """Bytes that are no element of the group in its one encoding, or are the identity."""


class ProofFailed(ValueError):
    """The answer was not, or not all, computed under the key that belongs to the public key."""


class ServerKey:
    """The key of an answering party, for one exchange: wiped where its `with` block ends."""

    def __init__(self, secret: "ctypes.Array[ctypes.c_char]") -> None:
        self._secret, self._wiped = secret, False
        self.public = _multiply(secret, _GENERATOR)

    @classmethod
    def derive(cls, seed: bytes | bytearray, info: bytes) -> Self:
        """Return the key of a seed of 32 bytes: DeriveKeyPair, RFC 9497 §3.2.1, of which only the
        first counter is tried: the chance that it gives no key is 1 in 2^252.

        What it is made of is overwritten, but for the seed, which is the caller's. Raises
        NotAnElement where it gives none; UsageError where the library is missing.
        """
        tag, secret = _build_hash_tag(b"DeriveKeyPair"), _Buffer()
        # As `_expand_message`, in memory that can be overwritten.
        message = bytearray().join((bytes(128), seed, _sized(info), b"\0\0\x40\0", tag))
        first = _hash_apart(message)
        last = bytearray().join((first, b"\1", tag))
        uniform = _hash_apart(last)
        _sodium().crypto_core_ristretto255_scalar_reduce(secret, _view_bytes(uniform))
        for one in (message, first, last, uniform):
            one[:] = bytes(len(one))
        return cls(secret)

    def evaluate(self, blinded: Batch) -> tuple[list[bytes], bytes]:
        """Return the blinded elements under this key, and the proof (64 bytes) over all of them.

        Raises NotAnElement; ValueError for none or more than MOST_IN_A_PROOF; RuntimeError after
        the key was wiped. BlindEvaluate, RFC 9497 §3.3.2, with GenerateProof, §2.2.1.
        """
        if not 0 < len(blinded) <= MOST_IN_A_PROOF:
            raise ValueError(f"A proof is over 1 to {MOST_IN_A_PROOF:,} elements")
        key = self._key()
        evaluated = [_multiply(key, one) for one in blinded]
        left, right = _compute_composites(self.public, blinded, evaluated, key)
        random, product = _draw_random_scalar(), _Buffer()
        try:
            commitments = _multiply(random, _GENERATOR), _multiply(random, left)
            said = _sized(self.public, left, right, *commitments) + b"Challenge"
            challenge = _hash_to_scalar(said)
            _sodium().crypto_core_ristretto255_scalar_mul(product, challenge, key)
            return evaluated, challenge + _call_sodium("scalar_sub", random, product)
        finally:
            ctypes.memset(random, 0, SCALAR)
            ctypes.memset(product, 0, SCALAR)

    def output(self, item: bytes) -> bytes:
        """Return the value (64 bytes) of an item of one's own: Evaluate, RFC 9497 §3.3.1.

        Raises ValueError for an item longer than LONGEST_ITEM; RuntimeError after the wiping.
        """
        return _derive_output_value(item, _multiply(self._key(), _hash_to_group(item)))

    def wipe(self) -> None:
        """Overwrite the key; what the system copied of it (swap, a crash dump) is out of reach."""
        ctypes.memset(self._secret, 0, SCALAR)
        self._wiped = True

    def _key(self) -> "ctypes.Array[ctypes.c_char]":
        if self._wiped:
            raise RuntimeError("The key of this exchange was wiped")
        return self._secret

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.wipe()


@contextmanager
def draw_seed() -> Iterator[bytearray]:
    """Yield 32 random bytes to derive keys of, which are overwritten where the block ends.

    Raises UsageError where the library is missing.
    """
    seed = bytearray(32)
    _sodium().randombytes_buf(_view_bytes(seed), len(seed))
    try:
        yield seed
    finally:
        seed[:] = bytes(len(seed))


def blind_item(item: bytes, scalar: bytes) -> bytes:
    """Return the item blinded with a scalar that is for it alone, in one exchange: RFC 9497 §3.3.1.

    Raises ValueError for an item longer than LONGEST_ITEM,
    and for what is no scalar, or 0; UsageError where the library is missing.
    """
    return _multiply(_check_scalar(scalar), _hash_to_group(item))


def scalar_from(seed: bytes, index: int) -> bytes:
    """Return the blind of that number, of those that a secret seed of 32 bytes stands for."""
    if len(seed) != 32:
        raise ValueError("A seed has 32 bytes")
    return _hash_to_scalar(seed + index.to_bytes(8, "big"), b"duediligence blind ")


def finalize_items(
    items: Batch, blinds: Batch, blinded: Batch, evaluated: Batch, proof: bytes, public: bytes
) -> list[bytes]:
    """Return the value (64 bytes) of each item; nothing of an answer whose proof fails.

    `items`, `blinds` and `blinded` are one's own, in the order in which they were sent. Raises
    ProofFailed, NotAnElement. Finalize, RFC 9497 §3.3.2, with VerifyProof, §2.2.2.
    """
    if len(evaluated) != len(blinded) or not 0 < len(blinded) <= MOST_IN_A_PROOF:
        raise ProofFailed(f"{len(blinded):,} elements were sent, and {len(evaluated):,} came back")
    challenge, response = (
        _check_scalar(one, ProofFailed) for one in (proof[:SCALAR], proof[SCALAR:])
    )
    left, right = _compute_composites(public, blinded, evaluated)
    commitments = (
        _call_sodium("add", _multiply(response, _GENERATOR), _multiply(challenge, public)),
        _call_sodium("add", _multiply(response, left), _multiply(challenge, right)),
    )
    said = _sized(public, left, right, *commitments) + b"Challenge"
    if _hash_to_scalar(said) != challenge:
        raise ProofFailed("The answer was not computed under the key that it names")
    return [
        _derive_output_value(
            item, _multiply(_call_sodium("scalar_invert", _check_scalar(scalar)), element)
        )
        for item, scalar, element in zip(items, blinds, evaluated, strict=True)
    ]


def _compute_composites(
    public: bytes, blinded: Batch, evaluated: Batch, key: Any = None
) -> tuple[bytes, bytes]:
    """Return the two sums that a proof is over: ComputeComposites; with the key
    ComputeCompositesFast.
    """
    if any(len(one) != ELEMENT for one in (public, *blinded, *evaluated)):
        raise NotAnElement(f"An element has {ELEMENT} bytes")
    seed = _sized(sha512(_sized(public, _build_hash_tag(b"Seed-")[:-1])).digest())
    pairs = enumerate(zip(blinded, evaluated, strict=True))
    said = (seed + n.to_bytes(2, "big") + _sized(*pair) + b"Composite" for n, pair in pairs)
    weights = [_hash_to_scalar(one) for one in said]
    add = partial(reduce, partial(_call_sodium, "add"))
    left = add(map(_multiply, weights, blinded))
    return left, _multiply(key, left) if key else add(map(_multiply, weights, evaluated))


def _derive_output_value(item: bytes, element: bytes) -> bytes:
    return sha512(_sized(item, element) + b"Finalize").digest()


def _multiply(scalar: Any, element: bytes) -> bytes:
    """Multiply an element by a scalar.

    libsodium refuses the identity and most other encodings, but ignores the last bit.
    """
    product, multiply = _Buffer(), _sodium().crypto_scalarmult_ristretto255
    if len(element) != ELEMENT or element[-1] > 127 or multiply(product, scalar, element):
        raise NotAnElement("Not an element of the group, or its identity")
    return product.raw


def _call_sodium(name: str, *arguments: Any) -> bytes:
    """Return what a function of libsodium makes that cannot fail with arguments that were
    checked.
    """
    made = _Buffer()
    getattr(_sodium(), "crypto_core_ristretto255_" + name)(made, *arguments)
    return made.raw


def _check_scalar(value: bytes, error: type[ValueError] = ValueError) -> bytes:
    """Return the scalar, checked: libsodium would reduce a larger one, and drop its last bit."""
    if len(value) != SCALAR or not 0 < int.from_bytes(value, "little") < _ORDER:
        raise error("Not a scalar in its one encoding, or 0")
    return value


def _draw_random_scalar() -> "ctypes.Array[ctypes.c_char]":
    _sodium().crypto_core_ristretto255_scalar_random(scalar := _Buffer())
    return scalar


def _hash_to_group(item: bytes) -> bytes:
    if len(item) > LONGEST_ITEM:
        raise ValueError(f"An item has at most {LONGEST_ITEM:,} bytes")
    return _call_sodium("from_hash", _expand_message(item, _build_hash_tag(b"HashToGroup-")))


def _hash_to_scalar(message: bytes, use: bytes = b"HashToScalar-") -> bytes:
    return _call_sodium("scalar_reduce", _expand_message(message, _build_hash_tag(use)))


def _expand_message(message: bytes, tag: bytes) -> bytes:
    """Return 64 bytes: expand_message_xmd of RFC 9380 §5.3.1 with SHA-512, of which one block is
    64.
    """
    first = sha512(bytes(128) + message + b"\0\x40\0" + tag).digest()
    return sha512(first + b"\1" + tag).digest()


@cache
def _build_hash_tag(use: bytes) -> bytes:
    """Return what keeps the hashes of one use apart from all others (DST), with its length at the
    end.
    """
    tag = use + _SUITE
    return tag + bytes([len(tag)])


def _hash_apart(message: bytearray) -> bytearray:
    """Return SHA-512 of a secret, in memory that can be overwritten."""
    digest = bytearray(64)
    size = ctypes.c_ulonglong(len(message))
    _sodium().crypto_hash_sha512(_view_bytes(digest), _view_bytes(message), size)
    return digest


def _view_bytes(whole: bytearray) -> "ctypes.Array[ctypes.c_char]":
    return (ctypes.c_char * len(whole)).from_buffer(whole)


def _sized(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(2, "big") + part for part in parts)


@cache
def _sodium() -> Any:
    """Return the functions of libsodium, by their names there. Raises UsageError where it is
    missing.
    """
    try:
        from rbcl import _sodium
    except (ImportError, OSError) as error:
        raise UsageError(
            "Lists cannot be matched blindly: the package rbcl is not installed or does not work: "
            f"{error}",
            hint=describe_installing("exchange"),
        ) from error
    # rbcl writes libsodium to a temporary file for each process, and leaves it there.
    if (copy := Path(_sodium._name)).parent == Path(tempfile.gettempdir()):
        with suppress(OSError):  # Windows does not delete what is loaded
            copy.unlink()
    return _sodium
