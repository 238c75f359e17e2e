"""The container of a pack: a ZIP file with a manifest, and a signed statement of all its files.

The statement is one of in-toto (https://in-toto.io/Statement/v1) in an envelope of DSSE, so that
`openssl` and `sha256sum` verify it too: docs/officer/evidence-pack.md has the commands.

Nothing in it is compressed, so that the same files give the same bytes with every version of
every library, and nothing can unpack to more than it is. A pack is whole if it is, to the byte,
what is written of the files in it.

Version 1 has no signature, and that of version 2 is of the manifest alone; both are still read.
"""

import io
import re
import zipfile
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from duediligence.errors import Hint, Step, StorageError, TimeStampFailed, UsageError
from duediligence.reading import read_whole_file
from duediligence.signing import STATEMENT, PublicKey, SigningKey, public_key
from duediligence.timestamps import check_bytes
from duediligence.timestamps import verify_time_stamp as verify_stamp
from duediligence.typed_data import convert_to, decode_json

FORMAT = "duediligence evidence pack"
UNSIGNED = 1
SIGNED = 2
VERSION = 3
MANIFEST = "manifest.json"
ENVELOPE = "manifest.dsse"
# Of earlier versions.
SEAL = "manifest.sha256"
SIGNATURE = "manifest.sig"
STAMP = "manifest.tst"
_PREDICATE = "urn:duediligence:evidence-pack:3"
# More is no pack of suppliers, and is never read into memory.
MAX_BYTES = 500_000_000
MAX_FILES = 20_000
_NAME = re.compile(r"(?:[a-z0-9][a-z0-9-]*/)*[a-z0-9][a-z0-9-]*\.[a-z0-9]+")
_LONGEST_NAME = 200
_WHEN = (1980, 1, 1, 0, 0, 0)


class Listed(msgspec.Struct, frozen=True):
    """A file as the manifest has it: the hash of its bytes, and how many they are."""

    sha256: str
    size: int


class _EnvelopeSignature(msgspec.Struct, frozen=True):
    keyid: str
    sig: str


class _Envelope(msgspec.Struct, frozen=True, rename="camel"):
    """`manifest.dsse`: a statement and who signed it; all but the id in base64."""

    payload: str
    payload_type: str
    signatures: tuple[_EnvelopeSignature, ...]


class _Signature(msgspec.Struct, frozen=True):
    """`manifest.sig` of version 2: who signed the manifest; all but the id in base64."""

    key: str
    public_key: str
    signature: str

    def body(self) -> bytes:
        return _format_manifest_json(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A pack as read: the files that its manifest lists, and what is wrong, by the file.

    `sha256` is that of the pack itself, which the audit chain of its maker has. `signature` and
    `stamp` are the bytes of `manifest.dsse` (or `manifest.sig`) and `manifest.tst`, empty
    where there is none.
    `signed_by` is the key that signed, where the signature is sound: nothing says yet whose it is.
    """

    sha256: str
    version: int
    manifest: Mapping[str, object]
    files: Mapping[str, bytes]
    damaged: Mapping[str, str]
    signature: bytes = b""
    signed_by: PublicKey | None = None
    stamp: bytes = b""


def seal_pack(
    about: Mapping[str, object],
    files: Mapping[str, bytes],
    key: SigningKey,
    stamp: Callable[[bytes], bytes] | None = None,
) -> bytes:
    """Return the pack of these files with a manifest and a signed statement of them.

    `about` is what else the manifest says.

    `stamp` makes an RFC 3161 token of the bytes of the envelope; what it raises is raised.
    Raises UsageError for more than a pack may hold.
    """
    listed = {name: Listed(sha256(body).hexdigest(), len(body)) for name, body in files.items()}
    manifest = {
        "format": FORMAT,
        "version": VERSION,
        **about,
        "public_key": key.public.text,
        "time_stamp": stamp is not None,
        "files": dict(sorted(listed.items())),
    }
    if sum(map(len, files.values())) > MAX_BYTES or len(files) > MAX_FILES:
        raise UsageError(
            f"the pack would hold over {MAX_BYTES:,} bytes or {MAX_FILES:,} files",
            hint="Make a pack for each supplier instead of one for the contract.",
        )
    body = _format_manifest_json(manifest)
    signature = key.sign("in-toto statement", _build_statement(body, listed))
    envelope = _format_envelope(body, listed, key.public, signature)
    stamped = {STAMP: stamp(envelope)} if stamp else {}
    return _write_pack_zip({**files, MANIFEST: body, ENVELOPE: envelope, **stamped})


def open_pack(path: Path) -> Opened:
    """Return `opened_bytes` of the file. Raises UsageError where it cannot be read, too."""
    return opened_bytes(read_whole_file(path, 2 * MAX_BYTES), path.name)


def opened_bytes(data: bytes, name: str) -> Opened:
    """Read a pack and compare each file with the manifest, and that with its signature.

    Raises UsageError for what is no pack, StorageError for one so damaged that it cannot be read.
    """
    files, damaged = _read_pack_members(name, data)
    body = files.get(MANIFEST, b"")
    try:
        manifest = decode_json(body, dict[str, object])
        listed = convert_to(dict[str, Listed], manifest.get("files"))
        version = convert_to(int, manifest.get("version"))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _no_manifest(name, files, damaged) from error
    if manifest.get("format") != FORMAT or version not in (UNSIGNED, SIGNED, VERSION):
        raise _no_manifest(name, files, damaged)
    if version != VERSION and files.get(SEAL) != _format_seal_line(body):
        damaged[MANIFEST] = f"it does not match {SEAL}"
    elif version != UNSIGNED and _format_manifest_json(manifest) != body:
        damaged[MANIFEST] = "it is not written as this tool writes it"
    signed_by = None
    signed_in = {UNSIGNED: "", SIGNED: SIGNATURE, VERSION: ENVELOPE}[version]
    signature = files.get(signed_in, b"")
    if signed_in and signed_in not in damaged:
        signed_by = (
            _signed_by(signature, body)
            if version == SIGNED
            else _find_envelope_signer(signature, body, listed, manifest.get("public_key"))
        )
        if signed_by is None:
            damaged[signed_in] = (
                "it is not the signature of the manifest by the key that it names"
                if signature
                else "it is missing"
            )
        # The stamp is of the signature: what says that there is one must be signed.
        if manifest.get("time_stamp", False) is not (STAMP in files):
            damaged[STAMP] = "the manifest and the pack differ in whether there is one"
    beside = {MANIFEST, *([SEAL] if version != VERSION else [])}
    beside |= {signed_in, STAMP} if signed_in else set()
    for each in files.keys() - listed.keys() - beside:
        damaged.setdefault(each, "the manifest does not list it")
    for each, entry in listed.items():
        if each in beside:
            damaged.setdefault(each, "the manifest lists it, and cannot")
        elif each not in files:
            damaged.setdefault(each, "it is missing")
        elif Listed(sha256(files[each]).hexdigest(), len(files[each])) != entry:
            damaged.setdefault(each, "its hash differs from the manifest")
    if not damaged and _write_pack_zip(files) != data:
        damaged[name] = "the zip around the files was altered or repacked"
    return Opened(
        sha256=sha256(data).hexdigest(),
        version=version,
        manifest=manifest,
        files={each: files[each] for each in files if each in listed},
        damaged=dict(sorted(damaged.items())),
        signature=signature,
        signed_by=signed_by,
        stamp=files.get(STAMP, b""),
    )


def _build_statement(manifest: bytes, listed: Mapping[str, Listed]) -> bytes:
    """Return the in-toto statement whose subjects are the manifest and all files that it lists."""
    hashes = {name: one.sha256 for name, one in listed.items()}
    hashes[MANIFEST] = sha256(manifest).hexdigest()
    return _format_manifest_json(
        {
            "_type": "https://in-toto.io/Statement/v1",
            "subject": [
                {"name": name, "digest": {"sha256": one}} for name, one in sorted(hashes.items())
            ],
            "predicateType": _PREDICATE,
            "predicate": {"manifest": MANIFEST},
        }
    )


def _format_envelope(
    manifest: bytes, listed: Mapping[str, Listed], key: PublicKey, signature: bytes
) -> bytes:
    return _format_manifest_json(
        _Envelope(
            b64encode(_build_statement(manifest, listed)).decode(),
            STATEMENT.decode(),
            (_EnvelopeSignature(key.id, b64encode(signature).decode()),),
        )
    )


def _find_envelope_signer(
    envelope: bytes, manifest: bytes, listed: Mapping[str, Listed], named: object
) -> PublicKey | None:
    """Return the key, which the manifest names, that signed the statement; None where the envelope
    is not, to the byte, that of these files.
    """
    try:
        (one,) = decode_json(envelope, _Envelope).signatures
        key = public_key(named if isinstance(named, str) else "")
        raw = b64decode(one.sig, validate=True)
        sound = key.verifies(raw, "in-toto statement", _build_statement(manifest, listed))
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError, RecursionError):
        return None
    return key if sound and _format_envelope(manifest, listed, key, raw) == envelope else None


def _signed_by(signature: bytes, body: bytes) -> PublicKey | None:
    """Return the key that signed the manifest; None where the file is not, to the byte, its
    signature.
    """
    try:
        said = decode_json(signature, _Signature)
        key = public_key(said.public_key)
        raw = b64decode(said.signature, validate=True)
        sound = key.verifies(raw, "evidence pack", body)
        # Base64 has several writings of the same bytes.
        same = _Signature(key.id, key.text, b64encode(raw).decode()).body() == signature
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError, RecursionError):
        return None
    return key if sound and same else None


def _format_seal_line(manifest: bytes) -> bytes:
    return f"{sha256(manifest).hexdigest()}  {MANIFEST}\n".encode()


def _format_manifest_json(document: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def _write_pack_zip(files: Mapping[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as package:
        for name, body in sorted(files.items()):
            member = zipfile.ZipInfo(name, _WHEN)
            member.create_system = 3  # as on every machine
            member.external_attr = 0o100644 << 16
            package.writestr(member, body)
    return written.getvalue()


def _read_pack_members(pack: str, data: bytes) -> tuple[dict[str, bytes], dict[str, str]]:
    """Return what can be read of the members, and what is wrong with the others."""
    if not data.startswith(b"PK\x03\x04"):
        raise UsageError(
            f"{pack}: is not an evidence pack", hint=Hint("To make one: ", Step("make-pack"))
        )
    files: dict[str, bytes] = {}
    damaged: dict[str, str] = {}
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError) as error:
        raise StorageError(
            f"{pack}: the zip is damaged or cut short: {error}", hint=_ANOTHER
        ) from error
    members = package.infolist()
    if len(members) > MAX_FILES + 4:
        raise UsageError(f"{pack}: holds {len(members):,} files, more than any pack")
    left = MAX_BYTES * 2
    for member in members:
        name, shown = member.filename, ascii(member.filename[:_LONGEST_NAME])[1:-1]
        left -= member.file_size
        if wrong := _find_member_fault(member, twice=name in files, left=left):
            damaged[shown] = wrong
            continue
        try:
            files[name] = package.read(member)
        except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OSError):
            damaged[shown] = "its bytes were altered"
    return files, damaged


def _find_member_fault(member: zipfile.ZipInfo, *, twice: bool, left: int) -> str:
    if twice:
        return "it is in the zip twice"
    if len(member.filename) > _LONGEST_NAME or not _NAME.fullmatch(member.filename):
        return "its name is not valid in a pack"
    if member.compress_type != zipfile.ZIP_STORED or member.flag_bits & 1:
        return "it is compressed or encrypted, which nothing in a pack is"
    if member.file_size != member.compress_size or left < 0:
        return "it does not have the size it states"
    return ""


_ANOTHER = "Ask whoever made it for another copy, and keep this one as it is."


def _no_manifest(
    pack: str, files: Mapping[str, bytes], damaged: Mapping[str, str]
) -> StorageError | UsageError:
    """Return a pack whose manifest was altered is damaged; a zip of something else is no pack."""
    if MANIFEST in damaged:
        return StorageError(f"{pack}: {MANIFEST}: {damaged[MANIFEST]}", hint=_ANOTHER)
    if files.keys() & {SEAL, ENVELOPE} or FORMAT.encode() in files.get(MANIFEST, b""):
        return StorageError(
            f"{pack}: {MANIFEST} is damaged, missing, or of a newer version of this tool",
            hint=_ANOTHER,
        )
    return UsageError(f"{pack}: is a zip, but not an evidence pack")


if TYPE_CHECKING:
    from cryptography.x509 import Certificate

# A pack is stamped as it is made. Clocks differ by less.
_MOST_APART = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class StampOutcome:
    """What the time-stamp of a pack shows, in one line; empty where there is none to speak of.

    `verified` says that a root which the verifier named vouches for it, `needs_roots` that
    none was named. `differences` are lines for what is not as a pack is made.
    """

    line: str = ""
    verified: bool = False
    needs_roots: bool = False
    differences: tuple[str, ...] = ()


NO_STAMP = StampOutcome()


def compared_stamp(
    pack: Opened, made_at: datetime, roots: Sequence["Certificate"] | None
) -> StampOutcome:
    """Compare the stamp with the signature, and its time with when the pack says it was made.

    `roots` are those that the verifier trusts, None where none were named: nobody can then say
    who gave the stamp, and it is never called verified. Raises UsageError where roots are named
    and the extra `timestamp` is not installed.
    """
    if not pack.stamp:
        return StampOutcome("has no time-stamp" if roots is not None else "")
    try:
        check_bytes(pack.stamp, pack.signature)
    except TimeStampFailed as error:
        return StampOutcome(differences=(f"{STAMP}: {error.said}",))
    except UsageError:
        if roots is not None:
            raise
    if roots is None:
        return StampOutcome(
            "has a time-stamp that was not verified: name the authority's roots", needs_roots=True
        )
    try:
        stamp = verify_stamp(pack.stamp, pack.signature, tuple(roots))
    except TimeStampFailed as error:
        return StampOutcome(f"has a time-stamp that was not verified: {error.said}")
    at = f"{stamp.at:%Y-%m-%d %H:%M:%S} UTC"
    return StampOutcome(
        f"is time-stamped at {at} by {stamp.authority}",
        verified=True,
        # Who seals a pack again later has a later stamp, whatever day the pack states.
        differences=(
            f"{MANIFEST}: made_at is {made_at.isoformat()}, but the time-stamp is of {at}",
        )
        if abs(stamp.at - made_at) > _MOST_APART
        else (),
    )
