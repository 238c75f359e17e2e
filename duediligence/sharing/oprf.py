"""A function that two parties compute together: RFC 9497, ristretto255-SHA512, over libsodium.

The asking party blinds its items. The answering party evaluates them under a key of its own, and
proves that all were evaluated under the one that its public key is of. The asking party removes
the blinds and has the value of each item, which says nothing of other items' values. The answering
party learns how many items there were.

`Mode.VOPRF` is used; `Mode.OPRF` has no proof and is here to be compared with other programs.
Hashing to the group is RFC 9380's. What takes equal time for all secrets is what libsodium says of
its group, and no more.
"""

import ctypes
import hmac
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from enum import IntEnum
from functools import cache, reduce
from hashlib import sha512
from pathlib import Path
from typing import Any, NoReturn, Self

from duediligence.errors import UsageError

ELEMENT = 32
SCALAR = 32
OUTPUT = 64
PROOF = 2 * SCALAR
MOST_IN_A_PROOF = 65_535
"""Elements that one proof can be over: their number has two bytes. Who has more sends several."""
LONGEST_ITEM = 65_535

_ORDER = 2**252 + 27742317777372353535851937790883648493
_ZERO_BLOCK = sha512(bytes(128))
_Buffer = ctypes.c_char * SCALAR


class Mode(IntEnum):
    """The variants of RFC 9497 §3.1 that are here."""

    OPRF = 0
    VOPRF = 1


class NotAnElement(ValueError):
    """Bytes that are no element of the group in its one encoding, or are the identity."""


class ProofFailed(ValueError):
    """The answer was not, or not all, computed under the key that belongs to the public key."""


@cache
def _sodium() -> Any:
    """The functions of libsodium, by their names there. Raises UsageError where it is missing."""
    try:
        from rbcl import _sodium
    except (ImportError, OSError) as error:
        raise UsageError(
            "Lists cannot be matched blindly: the package rbcl is missing or does not work",
            hint="Install it: pip install 'duediligence[exchange]'",
        ) from error
    # rbcl writes libsodium to a temporary file for each process, and leaves it there.
    copy = Path(_sodium._name)
    if copy.parent == Path(tempfile.gettempdir()):
        with suppress(OSError):  # Windows does not delete what is loaded
            copy.unlink()
    return _sodium


class _Secret:
    """A scalar other than 0, in one place of the memory, which `wipe` overwrites."""

    __slots__ = ("_bytes", "_view")

    def __init__(self, value: bytes | None = None) -> None:
        """That value, or a random one. Raises ValueError for what is no scalar, or 0."""
        self._bytes = bytearray(SCALAR if value is None else _scalar(value))
        self._view: ctypes.Array[ctypes.c_char] | None = _Buffer.from_buffer(self._bytes)
        if value is None:
            _sodium().crypto_core_ristretto255_scalar_random(self._view)

    @property
    def view(self) -> ctypes.Array[ctypes.c_char]:
        if self._view is None:
            raise RuntimeError("This key was wiped")
        return self._view

    def response(self, challenge: bytes, key: "_Secret") -> bytes:
        """This, less the challenge times the key."""
        product, result = _Buffer(), _Buffer()
        _sodium().crypto_core_ristretto255_scalar_mul(product, challenge, key.view)
        _sodium().crypto_core_ristretto255_scalar_sub(result, self.view, product)
        ctypes.memset(product, 0, SCALAR)
        return result.raw

    def wipe(self) -> None:
        self._bytes[:] = bytes(SCALAR)
        self._view = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.wipe()

    def __reduce__(self) -> NoReturn:
        raise TypeError("A secret is not copied")


class ServerKey:
    """The key of an answering party, made for one exchange: wiped where its `with` block ends.

    Wiping overwrites the key itself. What the system copied of the memory (swap, a crash dump) is
    out of reach.
    """

    def __init__(self, secret: _Secret, mode: Mode = Mode.VOPRF) -> None:
        self._secret = secret
        self._mode = mode
        self.public = _multiply_base(secret.view)

    @classmethod
    def generate(cls, mode: Mode = Mode.VOPRF) -> Self:
        """A random key. Raises UsageError where the library is missing."""
        return cls(_Secret(), mode)

    @classmethod
    def derive(cls, seed: bytes, info: bytes, mode: Mode = Mode.VOPRF) -> Self:
        """The key of a seed of 32 bytes: DeriveKeyPair, RFC 9497 §3.2.1."""
        tag = _tag("DeriveKeyPair", mode)
        derived = (
            _hash_to_scalar(seed + _sized(info) + bytes([counter]), tag) for counter in range(256)
        )
        return cls(_Secret(next(filter(any, derived))), mode)

    def evaluate(
        self, blinded: Sequence[bytes], *, proof_scalar: bytes | None = None
    ) -> tuple[list[bytes], bytes]:
        """The blinded elements under this key, and the proof (64 bytes) over all of them.

        `proof_scalar` is for test vectors: one that is known, or used twice, gives the key away.
        Raises NotAnElement; ValueError for none or more than MOST_IN_A_PROOF; RuntimeError after
        the key was wiped. RFC 9497 §2.2.1 and §3.3.2.
        """
        if not 0 < len(blinded) <= MOST_IN_A_PROOF:
            raise ValueError(f"a proof is over 1 to {MOST_IN_A_PROOF:,} elements")
        key = self._secret.view
        evaluated = [_multiply(key, one) for one in blinded]
        weights = _weights(self.public, blinded, evaluated, self._mode)
        left = _combined(weights, blinded)
        right = _multiply(key, left)
        with _Secret(proof_scalar) as random:
            commitments = _multiply_base(random.view), _multiply(random.view, left)
            challenge = _challenge(self.public, left, right, *commitments, mode=self._mode)
            return evaluated, challenge + random.response(challenge, self._secret)

    def output(self, item: bytes) -> bytes:
        """The value (64 bytes) of an item of one's own: Evaluate, RFC 9497 §3.3.1.

        Raises ValueError for an item longer than LONGEST_ITEM; RuntimeError after the wiping.
        """
        return _value(item, _multiply(self._secret.view, _hash_to_group(item, self._mode)))

    def outputs(self, items: Iterable[bytes]) -> Iterator[bytes]:
        """The value of each item, in their order."""
        return map(self.output, items)

    def wipe(self) -> None:
        """Overwrite the key. Whatever needs it raises RuntimeError from here on."""
        self._secret.wipe()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.wipe()


def blind(
    item: bytes, scalar: bytes | None = None, *, mode: Mode = Mode.VOPRF
) -> tuple[bytes, bytes]:
    """The item blinded, and the blind: `scalar`, else a random one. RFC 9497 §3.3.1.

    A blind is used for one item in one exchange. Raises ValueError for an item longer than
    LONGEST_ITEM, and for what is no scalar, or 0.
    """
    if scalar is None:
        fresh = _Buffer()
        _sodium().crypto_core_ristretto255_scalar_random(fresh)
        scalar = fresh.raw
    return _multiply(_scalar(scalar), _hash_to_group(item, mode)), scalar


def scalar_from(seed: bytes, index: int) -> bytes:
    """The blind with that number of those that a secret seed of 32 bytes stands for."""
    if len(seed) != 32:
        raise ValueError("a seed has 32 bytes")
    return _hash_to_scalar(seed + index.to_bytes(8, "big"), _tag("duediligence blind ", Mode.VOPRF))


def finalize(
    items: Sequence[bytes],
    blinds: Sequence[bytes],
    blinded: Sequence[bytes],
    evaluated: Sequence[bytes],
    proof: bytes,
    public: bytes,
) -> list[bytes]:
    """The value (64 bytes) of each item; nothing of an answer whose proof fails. RFC 9497 §3.3.2.

    `items`, `blinds` and `blinded` are one's own, in the order in which they were sent. Raises
    ProofFailed, NotAnElement.
    """
    if len(evaluated) != len(blinded) or not 0 < len(blinded) <= MOST_IN_A_PROOF:
        raise ProofFailed(f"{len(blinded):,} elements were sent, and {len(evaluated):,} came back")
    _verify(blinded, evaluated, proof, public)
    return unblind(items, blinds, evaluated)


def unblind(
    items: Sequence[bytes], blinds: Sequence[bytes], evaluated: Sequence[bytes]
) -> list[bytes]:
    """The value of each item, of an answer without a proof: Finalize, RFC 9497 §3.3.1."""
    values = []
    for item, blind_, element in zip(items, blinds, evaluated, strict=True):
        inverse = _Buffer()
        _sodium().crypto_core_ristretto255_scalar_invert(inverse, _scalar(blind_))
        values.append(_value(item, _multiply(inverse, element)))
    return values


def _verify(
    blinded: Sequence[bytes], evaluated: Sequence[bytes], proof: bytes, public: bytes
) -> None:
    """VerifyProof, RFC 9497 §2.2.2."""
    try:
        challenge, response = _scalar(proof[:SCALAR]), _scalar(proof[SCALAR:])
    except ValueError as error:
        raise ProofFailed("The proof is not two scalars") from error
    weights = _weights(public, blinded, evaluated, Mode.VOPRF)
    left, right = _combined(weights, blinded), _combined(weights, evaluated)
    commitments = (
        _add(_multiply_base(response), _multiply(challenge, public)),
        _add(_multiply(response, left), _multiply(challenge, right)),
    )
    expected = _challenge(public, left, right, *commitments, mode=Mode.VOPRF)
    if not hmac.compare_digest(expected, challenge):
        raise ProofFailed("The answer was not computed under the key that it names")


def _weights(
    public: bytes, blinded: Sequence[bytes], evaluated: Sequence[bytes], mode: Mode
) -> list[bytes]:
    """The factor of each pair in the sums that a proof is over: ComputeComposites, §2.2.1."""
    seed = sha512(_sized(public) + _sized(b"Seed-" + _context(mode))).digest()
    tag = _tag("HashToScalar-", mode)
    return [
        _hash_to_scalar(
            _sized(seed) + index.to_bytes(2, "big") + _sized(one) + _sized(other) + b"Composite",
            tag,
        )
        for index, (one, other) in enumerate(zip(blinded, evaluated, strict=True))
    ]


def _combined(weights: Sequence[bytes], elements: Sequence[bytes]) -> bytes:
    return reduce(_add, map(_multiply, weights, elements))


def _challenge(*elements: bytes, mode: Mode) -> bytes:
    said = b"".join(map(_sized, elements)) + b"Challenge"
    return _hash_to_scalar(said, _tag("HashToScalar-", mode))


def _value(item: bytes, element: bytes) -> bytes:
    return sha512(_sized(item) + _sized(element) + b"Finalize").digest()


def _multiply(scalar: Any, element: bytes) -> bytes:
    """libsodium refuses any other encoding than the one, the identity, and it as the product."""
    product = _Buffer()
    if len(element) != ELEMENT or _sodium().crypto_scalarmult_ristretto255(
        product, scalar, element
    ):
        raise NotAnElement("Not an element of the group, or its identity")
    return product.raw


def _multiply_base(scalar: Any) -> bytes:
    product = _Buffer()
    if _sodium().crypto_scalarmult_ristretto255_base(product, scalar):
        raise NotAnElement("The identity of the group")
    return product.raw


def _add(one: bytes, other: bytes) -> bytes:
    total = _Buffer()
    _sodium().crypto_core_ristretto255_add(total, one, other)
    return total.raw


def _scalar(value: bytes) -> bytes:
    """The scalar, checked: libsodium would reduce one above the order, and drop its last bit."""
    if len(value) != SCALAR or not 0 < int.from_bytes(value, "little") < _ORDER:
        raise ValueError("Not a scalar in its one encoding, or 0")
    return value


def _hash_to_group(item: bytes, mode: Mode) -> bytes:
    if len(item) > LONGEST_ITEM:
        raise ValueError(f"An item has at most {LONGEST_ITEM:,} bytes")
    element = _Buffer()
    _sodium().crypto_core_ristretto255_from_hash(element, _expand(item, _tag("HashToGroup-", mode)))
    return element.raw


def _hash_to_scalar(message: bytes, tag: bytes) -> bytes:
    scalar = _Buffer()
    _sodium().crypto_core_ristretto255_scalar_reduce(scalar, _expand(message, tag))
    return scalar.raw


def _expand(message: bytes, tag: bytes) -> bytes:
    """64 bytes: expand_message_xmd of RFC 9380 §5.3.1 with SHA-512, of which one block is 64."""
    first = _ZERO_BLOCK.copy()
    first.update(message + b"\0\x40\0" + tag)
    return sha512(first.digest() + b"\1" + tag).digest()


@cache
def _tag(name: str, mode: Mode) -> bytes:
    """What keeps hashes of one use apart from all others (DST), with its length."""
    tag = name.encode() + _context(mode)
    return tag + bytes([len(tag)])


def _context(mode: Mode) -> bytes:
    return b"OPRFV1-" + bytes([mode]) + b"-ristretto255-SHA512"


def _sized(part: bytes) -> bytes:
    return len(part).to_bytes(2, "big") + part
