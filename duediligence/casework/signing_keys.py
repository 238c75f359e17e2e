"""The signing key of this installation: made at first use, replaced, and known ever after.

Every public key is in the audit chain, with the day since which it was in use. What is signed may
have a time-stamp, too, by the authority that the settings name.
"""

from base64 import b64encode
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from duediligence.errors import StorageError
from duediligence.model.audit import AuditEvent, AuditValue
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace, user_agent
from duediligence.signing import (
    KeySuccession,
    PublicKey,
    SigningKey,
    make_key,
    public_key,
    read_key,
)
from duediligence.writing import write_text


def signing_key(workspace: Workspace) -> SigningKey:
    """Return the key that signs now, made and recorded where there is none.

    For use cases that change something. Raises StorageError where the file cannot be used.
    """
    path = _locate_signing_key(workspace)
    key = read_key(path) or make_key(path)
    known = known_keys(workspace)
    if not known or known[-1].raw != key.public.raw:
        _record_signing_key(workspace, key.public, known)
    return key


def known_keys(workspace: Workspace) -> tuple[PublicKey, ...]:
    """Return every public key that the chain has, the oldest first; the last is the one in use.

    Raises StorageError for a record of a key that does not read.
    """
    keys: list[PublicKey] = []
    for record in workspace.audit.records(kind="signing key"):
        event = record.event
        try:
            key = public_key(str(event.what.get("public_key")), since=event.at)
        except ValueError as error:
            raise StorageError(
                f"audit record {record.position} holds no public key",
                hint="Verify the audit chain.",
            ) from error
        if keys:
            keys[-1] = replace(keys[-1], until=event.at)
        keys.append(key)
    return tuple(keys)


@use_case("read")
def list_own_keys(workspace: Workspace) -> tuple[PublicKey, ...]:
    """Return `known_keys`, with which a pack that was made here is verified."""
    return known_keys(workspace)


@use_case("change settings", event="signing key")
def rotate(workspace: Workspace) -> PublicKey:
    """Make a new key that signs from now on, and destroy the private part of the one before.

    What that one signed can still be verified. It signs the new one, so that whoever knew it knows
    that too. Raises StorageError.
    """
    before = signing_key(workspace)  # known from here on, whoever made it
    key = make_key(_locate_signing_key(workspace), instead=True)
    signature = before.sign("next key", key.public.raw)
    _record_signing_key(workspace, key.public, known_keys(workspace), signature)
    return known_keys(workspace)[-1]


def list_successions(workspace: Workspace) -> tuple[KeySuccession, ...]:
    """Return each key that the one before it signed, the oldest first. Raises StorageError."""
    pairs = pairwise(workspace.audit.records(kind="signing key"))
    return tuple(
        KeySuccession(
            before=str(one.event.what["public_key"]),
            after=str(other.event.what["public_key"]),
            signature=str(signature),
        )
        for one, other in pairs
        if (signature := other.event.what.get("signed_by_it"))
    )


@use_case("export", event="export")
def export(workspace: Workspace, path: Path | None) -> str:
    """Write every public key to `path` (None: nowhere), the one in use first; returns the text.

    It holds no secret: give it to whoever is to verify packs or heads. Raises StorageError.
    """
    signing_key(workspace)
    text = "\n".join(key.pem() for key in reversed(known_keys(workspace)))
    if path is not None:
        write_text(path, text)
    name = path.name if path else "standard output"
    workspace.record("export", {"file": name}, "public keys")
    return text


def _record_signing_key(
    workspace: Workspace, key: PublicKey, known: tuple[PublicKey, ...], signature: bytes = b""
) -> None:
    what: dict[str, AuditValue] = {
        "public_key": key.text,
        "instead_of": known[-1].id if known else "",
    }
    if signature:
        what["signed_by_it"] = b64encode(signature).decode()
    workspace.audit.add_news(
        AuditEvent(
            "signing key",
            workspace.now(),
            workspace.who,
            what,
            subject=key.id,
        ),
        "public_key",
    )


def _locate_signing_key(workspace: Workspace) -> Path:
    return workspace.settings.home / "keys" / "signing.pem"


def fetch_time_stamp(workspace: Workspace, body: bytes) -> bytes:
    """Return a time-stamp of `body` (DER), empty where the settings name no authority.

    Verified where they name its roots. Raises TimeStampFailed, saying why there is none; and
    UsageError where the roots cannot be read or the extra `timestamp` is not installed.
    """
    settings = workspace.settings
    if not settings.timestamp_url:
        return b""
    # Imported lazily: requests is slow to import.
    from duediligence.fetch.timestamps import request_time_stamp
    from duediligence.timestamps import read_roots

    return request_time_stamp(
        body,
        url=settings.timestamp_url,
        user_agent=user_agent(settings),
        roots=read_roots(settings.timestamp_roots) if settings.timestamp_roots else (),
        verify=str(settings.ca_file) if settings.ca_file else True,
    )
