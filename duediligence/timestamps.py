"""Time-stamps of an outside authority (RFC 3161): asked for as bytes, and verified from them.

A time-stamp says that an authority saw the hash of some bytes at a time, so that whoever alters
them later cannot have one as old. Nothing here uses the network: duediligence/fetch/timestamps.py
asks. Needs the extra `timestamp`.
"""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256, sha384, sha512
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from duediligence.errors import TimeStampFailed, UsageError, describe_installing
from duediligence.reading import read_whole_file

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from rfc3161_client import TimeStampResponse

LARGEST_STAMP = 100_000
"""Bytes of a time-stamp with all its certificates."""
LARGEST_ROOTS = 1_000_000
"""Bytes of a file of certificates: that of every public authority is a quarter of it."""

_HASHES = {
    "2.16.840.1.101.3.4.2.1": sha256,
    "2.16.840.1.101.3.4.2.2": sha384,
    "2.16.840.1.101.3.4.2.3": sha512,
}
# RFC 3161 section 2.4.2: PKIStatus, and the bits of PKIFailureInfo.
_STATUS = {
    1: "granted with changes",
    2: "rejected",
    3: "still waiting",
    4: "a certificate is about to be revoked",
    5: "a certificate was revoked",
}
_FAILURES = {
    0: "it does not know the hash",
    2: "it does not allow the request",
    5: "the request has the wrong format",
    14: "its clock is not available",
    15: "it does not support the policy",
    16: "it does not support an extension",
    17: "it does not have what was asked for besides",
    25: "a fault of its system",
}


@dataclass(frozen=True, slots=True)
class TimeStamp:
    """A time-stamp that was verified: its time in UTC, and the name in the certificate of the
    authority that gave it (RFC 4514), which is text from outside.
    """

    at: datetime
    authority: str


class OtherBytes(TimeStampFailed):
    """The time-stamp is of other bytes."""

    code = "time-stamp-of-other-bytes"


def require_library() -> None:
    """Raise UsageError where rfc3161-client is not installed, saying how to install it."""
    try:
        import rfc3161_client  # noqa: F401
    except ImportError as error:
        raise UsageError(
            "Time-stamps cannot be used: the package rfc3161-client is not installed or does not "
            f"work: {error}",
            hint=describe_installing("timestamp"),
        ) from error


def read_roots(path: Path) -> tuple["Certificate", ...]:
    """Return the certificates in a PEM file, those of the authorities that are trusted.

    Raises NotFound, and UsageError for a file without any.
    """
    from cryptography.x509 import load_pem_x509_certificates

    hint = "Name a PEM file with the root certificate of the time-stamp authority."
    try:
        return tuple(load_pem_x509_certificates(read_whole_file(path, LARGEST_ROOTS)))
    except ValueError as error:
        raise UsageError(f"{path}: holds no certificate that can be read", hint=hint) from error


def build_stamp_request(body: bytes) -> tuple[bytes, int]:
    """Return what asks for a time-stamp of `body` (DER), and the random number that the answer must
    have.

    It holds the SHA-512 of `body`, never the bytes. Raises UsageError without the library.
    """
    require_library()
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    asked = TimestampRequestBuilder(data=body, hash_algorithm=HashAlgorithm.SHA512).build()
    assert asked.nonce
    return asked.as_bytes(), asked.nonce


def check_answer(answer: bytes, body: bytes, nonce: int) -> None:
    """Raise TimeStampFailed unless `answer` grants what was asked for; it is not verified yet.

    That is a time-stamp of `body`, with this number and with a certificate.
    """
    info = _decode_granted_stamp(answer, body).tst_info
    if info.nonce != nonce:
        raise TimeStampFailed("the answer is to another request: its number is not ours")


def check_bytes(token: bytes, body: bytes) -> None:
    """Raise OtherBytes where the time-stamp `token` is of other bytes than `body`.

    TimeStampFailed where it does not read, UsageError without the library. It says nothing of who
    gave it.
    """
    _decode_granted_stamp(token, body)


def verify_time_stamp(token: bytes, body: bytes, roots: tuple["Certificate", ...]) -> TimeStamp:
    """Return when an authority that `roots` vouch for saw `body`; `token` is its whole answer
    (DER).

    Certificates must have been valid at that time, and not today. Raises TimeStampFailed, saying
    why not (OtherBytes for one of other bytes), and UsageError without the library.
    """
    answer = _decode_granted_stamp(token, body)
    from rfc3161_client import VerifierBuilder

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about names in certificates that are odd
            signer = _find_stamp_signer(answer)
            VerifierBuilder(roots=list(roots)).build().verify_message(answer, body)
            return TimeStamp(
                answer.tst_info.gen_time.astimezone(UTC), signer.subject.rfc4514_string()
            )
    except TimeStampFailed:
        raise
    except Exception as error:
        # Of a certificate that was altered, cryptography raises KeyError, TypeError and others.
        raise TimeStampFailed(
            f"no root that you trust vouches for it: {type(error).__name__}: {str(error)[:200]}",
            hint="Check that you named the roots of the authority that gave it.",
        ) from error


def _decode_granted_stamp(data: bytes, body: bytes) -> "TimeStampResponse":
    require_library()
    from rfc3161_client import decode_timestamp_response

    if len(data) > LARGEST_STAMP:
        raise TimeStampFailed(f"it is larger than {LARGEST_STAMP:,} bytes")
    try:
        answer = decode_timestamp_response(_in_order(data))
        if answer.status != 0:
            raise TimeStampFailed(_format_stamp_refusal(answer.status, answer.status_string, data))
        imprint = answer.tst_info.message_imprint
        hashed = _HASHES.get(imprint.hash_algorithm.dotted_string)
        said = imprint.message
    except ValueError as error:
        raise TimeStampFailed("it is not a time-stamp that can be read") from error
    if hashed is None:
        raise TimeStampFailed("it uses a hash that is not SHA-256, SHA-384 or SHA-512")
    if said != hashed(body).digest():
        raise OtherBytes("it is a time-stamp of other bytes")
    return answer


def _find_stamp_signer(answer: "TimeStampResponse") -> "Certificate":
    """Return the one certificate that the signature names.

    One more of that issuer and number could pass for it where its purpose is checked.
    """
    from cryptography.x509 import load_der_x509_certificate

    try:
        (signer,) = answer.signed_data.signer_infos
        held = map(load_der_x509_certificate, answer.signed_data.certificates)
        (found,) = (
            one
            for one in held
            if (one.issuer, one.serial_number) == (signer.issuer, signer.serial_number)
        )
    except ValueError as error:
        raise TimeStampFailed("it does not hold the one certificate of its authority") from error
    return found


def _format_stamp_refusal(status: int, said: list[str], data: bytes) -> str:
    """Return why there is none, by its codes, and in the authority's own words, as far as they
    print.
    """
    why = [_FAILURES[bit] for bit in _failure_bits(data) if bit in _FAILURES]
    words = " ".join("".join(c if c.isprintable() else " " for c in " ".join(said)).split())
    if words:
        why.append(f"“{words[:200]}”")
    return f"refused: {'; '.join([_STATUS.get(status, f'status {status}'), *why])}"


def _failure_bits(data: bytes) -> Iterator[int]:
    """Yield the bits that are set in PKIStatusInfo.failInfo, a BIT STRING at its end."""
    ((_, start, end),) = _parts(data, 0, len(data))
    _, start, end = _parts(data, start, end)[0]
    tag, start, end = _parts(data, start, end)[-1]
    if tag == _BIT_STRING:
        for number, byte in enumerate(data[start + 1 : end]):
            yield from (number * 8 + bit for bit in range(8) if byte & (0x80 >> bit))


_BIT_STRING, _CERTIFICATES = 0x03, 0xA0


def _in_order(data: bytes) -> bytes:
    """Return the same answer, its certificates in the order that DER wants.

    Servers, OpenSSL's too, send them leaf first, which rfc3161-client refuses. No signature covers
    their order. Raises ValueError for what is no DER.
    """
    ((_, start, end),) = _parts(data, 0, len(data))
    token = _parts(data, start, end)[1:]
    if not token:
        return data
    (*_, explicit) = _parts(data, *token[0][1:])  # ContentInfo: its type, then the content
    (signed_data,) = _parts(data, *explicit[1:])
    for tag, first, last in _parts(data, *signed_data[1:]):
        if tag == _CERTIFICATES:
            ends = [first, *(end for _, _, end in _parts(data, first, last))]
            held = sorted(data[one:other] for one, other in pairwise(ends))
            return data[:first] + b"".join(held) + data[last:]
    return data


def _parts(data: bytes, at: int, end: int) -> list[tuple[int, int, int]]:
    """Return what lies side by side in a stretch of DER: tag, start and end of its content, each.

    Raises ValueError for what is no DER.
    """
    found = []
    while at < end:
        tag, length, start = data[at], *data[at + 1 : at + 2], at + 2
        if length > 0x80:
            start += length & 0x7F
            length = int.from_bytes(data[at + 2 : start])
        if tag & 0x1F == 0x1F or length == 0x80 or start + length > end:
            raise ValueError("not DER")
        found.append((tag, start, start + length))
        at = start + length
    return found
