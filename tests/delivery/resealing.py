"""Packs taken apart, changed and sealed again, as a forger would who knows how they are made.

Nothing here uses the tool's own container, so that it cannot share a fault with it. A forger has
the tool too: `rendered` makes the pages of changed files as that would.
"""

import io
import json
import zipfile
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from duediligence.delivery.pack.about import read_pack_manifest
from duediligence.delivery.pack.contents import contents_of
from duediligence.delivery.pack.page import FLAGS, PAGE, with_pages
from duediligence.signing import SigningKey

MANIFEST, SEAL = "manifest.json", "manifest.sha256"
SIGNATURE, STAMP = "manifest.sig", "manifest.tst"
ENVELOPE = "manifest.dsse"
_OWN = (MANIFEST, SEAL, SIGNATURE, ENVELOPE, STAMP)
_TYPE = b"application/vnd.in-toto+json"
_WHEN = (1980, 1, 1, 0, 0, 0)


def other_key() -> SigningKey:
    """A key of somebody else, in memory alone."""
    return SigningKey(Ed25519PrivateKey.generate())


@dataclass
class Parts:
    """A pack in parts that a test may change: what its manifest says, and its files by name.

    `signature` and `stamp` are the members as they were, empty where there was none.
    """

    about: dict[str, Any]
    files: dict[str, bytes]
    signature: bytes
    stamp: bytes

    def json(self, name: str) -> Any:
        return json.loads(self.files[name])

    def put(self, name: str, document: Any) -> None:
        """A file as the tool writes JSON."""
        self.files[name] = _pretty(document, indent=1)

    def edit(self, name: str, change: Callable[[Any], Any]) -> None:
        """Change the JSON of a file: in place, or into what `change` returns."""
        document = self.json(name)
        changed = change(document)
        self.put(name, document if changed is None else changed)

    def replace(self, name: str, old: str, new: str) -> None:
        """Change a text within a file; it must be there."""
        assert old.encode() in self.files[name], (name, old)
        self.files[name] = self.files[name].replace(old.encode(), new.encode())

    def edit_audit(self, change: Callable[[list[dict[str, Any]]], Any]) -> None:
        """Change the records of `audit.jsonl`, and recalculate the hash of each."""
        records = [json.loads(line) for line in self.files["audit.jsonl"].splitlines()]
        changed = change(records)
        lines = map(_sealed_record, records if changed is None else changed)
        self.files["audit.jsonl"] = "".join(line + "\n" for line in lines).encode()

    def rendered(self) -> "Parts":
        """The same with the page and the table of flags as the tool makes them of the other files.

        Raises StorageError for files that do not read.
        """
        about = read_pack_manifest(self.about, "pack.zip")
        contents = contents_of(self.files, len(about.suppliers))
        beside = {name: body for name, body in self.files.items() if name not in (FLAGS, PAGE)}
        again = with_pages(contents, about, beside)
        self.files.update({FLAGS: again[FLAGS], PAGE: again[PAGE]})
        return self

    def sealed(
        self,
        key: SigningKey | None = None,
        *,
        unsigned: bool = False,
        version: int | None = None,
    ) -> bytes:
        """The pack with every hash recalculated.

        Signed by `key`; without one by the signature that it had, which no longer fits what was
        changed, or not at all (`unsigned`). `version` is that of the container.
        """
        about = {**self.about, "version": version or self.about["version"]}
        older = about["version"] < 3
        if key is not None and not older:
            about["public_key"] = key.public.text
        elif older:
            about.pop("public_key", None)
        listed = {
            name: {"sha256": sha256(body).hexdigest(), "size": len(body)}
            for name, body in sorted(self.files.items())
        }
        manifest = _pretty({**about, "files": listed}, indent=2)
        own = {MANIFEST: manifest}
        if older:
            own[SEAL] = f"{sha256(manifest).hexdigest()}  {MANIFEST}\n".encode()
        if key is not None:
            own |= (
                _signed_older(key, manifest)
                if older
                else {ENVELOPE: envelope({MANIFEST: manifest, **self.files}, key)}
            )
        elif self.signature and not unsigned:
            own[SIGNATURE if older else ENVELOPE] = self.signature
        if self.stamp:
            own[STAMP] = self.stamp
        return zipped({**self.files, **own})


def _signed_older(key: SigningKey, manifest: bytes) -> dict[str, bytes]:
    signature = b64encode(key.sign("evidence pack", manifest)).decode()
    signed = {"key": key.public.id, "public_key": key.public.text, "signature": signature}
    return {SIGNATURE: _pretty(signed, indent=2)}


def envelope(files: dict[str, bytes], key: SigningKey) -> bytes:
    """A DSSE envelope with an in-toto statement of these files."""
    statement = _pretty(
        {
            "_type": "https://in-toto.io/Statement/v1",
            "subject": [
                {"name": name, "digest": {"sha256": sha256(body).hexdigest()}}
                for name, body in sorted(files.items())
            ],
            "predicateType": "urn:duediligence:evidence-pack:3",
            "predicate": {"manifest": MANIFEST},
        },
        indent=2,
    )
    signature = b64encode(key.sign("in-toto statement", statement)).decode()
    signed = {"keyid": key.public.id, "sig": signature}
    return _pretty(
        {
            "payload": b64encode(statement).decode(),
            "payloadType": _TYPE.decode(),
            "signatures": [signed],
        },
        indent=2,
    )


def parts(pack: bytes) -> Parts:
    """Take a pack apart."""
    with zipfile.ZipFile(io.BytesIO(pack)) as package:
        members = {name: package.read(name) for name in package.namelist()}
    about = json.loads(members[MANIFEST])
    del about["files"]
    return Parts(
        about=about,
        files={name: body for name, body in members.items() if name not in _OWN},
        signature=members.get(ENVELOPE, members.get(SIGNATURE, b"")),
        stamp=members.get(STAMP, b""),
    )


def zipped(members: dict[str, bytes]) -> bytes:
    """The members in a container, as the tool writes one."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as package:
        for name, body in sorted(members.items()):
            member = zipfile.ZipInfo(name, _WHEN)
            member.create_system = 3
            member.external_attr = 0o100644 << 16
            package.writestr(member, body)
    return written.getvalue()


def _sealed_record(record: dict[str, Any]) -> str:
    def text(document: dict[str, Any]) -> str:
        return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    bare = {key: value for key, value in record.items() if key != "sha256"}
    return text({**bare, "sha256": sha256(text(bare).encode()).hexdigest()})


def _pretty(document: Any, *, indent: int) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=indent) + "\n").encode()
