"""The key of an installation under which contacts are hashed, made when it is first needed.

Phone numbers and accounts are few: whoever has a plain hash can try them all. With a secret of the
installation in it, nobody can who does not have that, too.
"""

import hmac
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

from duediligence.errors import Conflict, StorageError
from duediligence.model import ContactKey, ContactKind
from duediligence.writing import write_secret

FILE = "keys/contacts.key"
_MADE: dict[Path | None, bytes] = {}
_FORM = re.compile(rb"[0-9a-f]{64}\n?")
_LOST = (
    "Restore it from a backup that has it, or move it away: a new one is then made, and suppliers "
    "share contacts again once all of them are imported again."
)


@dataclass(frozen=True, slots=True, repr=False)
class ContactHasher:
    """Hashes contacts under one secret. It has no text of its own, so that no log can hold it."""

    _secret: bytes

    def key(self, kind: ContactKind, value: str) -> ContactKey:
        """Return what is kept of a contact: HMAC-SHA-256 (RFC 2104) of its kind and its one
        form.
        """
        message = f"duediligence contact\0{kind}\0{value}".encode(errors="surrogatepass")
        return ContactKey(kind, hmac.new(self._secret, message, sha256).hexdigest())

    def keep(self, home: Path) -> None:
        """Write the secret to the home, where it is not there already.

        Raises Conflict where another command made another one meanwhile, and StorageError.
        """
        path = home / FILE
        if _read_contact_key(path) is None and write_secret(self._secret + b"\n", path):
            return
        if _read_contact_key(path) != self._secret:
            raise Conflict(
                "The key of contacts was made by another command meanwhile",
                hint="Nothing was imported. Run it again.",
            )


def contact_hasher(home: Path) -> ContactHasher:
    """Return the hasher of an installation; if it has none, a new one that is written nowhere yet.

    That is the same for a home as long as the process runs, so that a preview stays true. Raises
    StorageError where the file is damaged or cannot be read.
    """
    return ContactHasher(_read_contact_key(home / FILE) or _make_contact_secret(home))


def passing_hasher() -> ContactHasher:
    """Return a hasher of this process alone: its keys are the same as long as that runs."""
    return ContactHasher(_make_contact_secret(None))


def _make_contact_secret(home: Path | None) -> bytes:
    """Return a new secret for a home, or for none: the one that this process made of it before."""
    return _MADE.setdefault(home, token_hex(32).encode())


def _read_contact_key(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            body = file.read(100)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StorageError(
            f"{path}: the key of contacts cannot be read: {error.strerror}",
            hint="Its owner alone can read it, or the group that the home is shared with: run this "
            "under such an account.",
        ) from error
    if not _FORM.fullmatch(body):
        raise StorageError(f"{path}: is no key of contacts: the file is damaged", hint=_LOST)
    return body.strip()
