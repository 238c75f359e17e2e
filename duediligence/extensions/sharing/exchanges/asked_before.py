"""Which keys were asked under an agreement before, as keyed hashes: to tell how many are new.

The hashes are made with a secret of the installation, and are removed with the agreement's end.
"""

import hmac
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from secrets import token_bytes

from duediligence.blind.derived_keys import DerivedKey
from duediligence.errors import StorageError
from duediligence.extensions.sharing.exchanges.pending import FOLDER
from duediligence.extensions.sharing.model.agreements import Terms
from duediligence.writing import storing, unlink, write_secret

_KEY = "keys/exchanges.key"
_END = ".asked"
_SIZE = 16
_SECRET = 32
_STEP = 5

Hasher = Callable[[DerivedKey], bytes]


def load_key_hasher(home: Path, terms: Terms) -> Hasher:
    """Return what hashes keys for this agreement, with the secret of the home, made where there is
    none.

    Raises StorageError.
    """
    path = home / _KEY
    secret = _read_asked_file(path)
    if secret is None:
        write_secret(token_bytes(_SECRET), path)
        secret = _read_asked_file(path) or b""
    if len(secret) != _SECRET:
        raise StorageError(
            f"{path}: is no key of exchanges: the file is damaged",
            hint="Move it away: a new one is then made, and what was asked before counts as new.",
        )
    return lambda key: hmac.digest(
        secret, f"{terms.digest}\0{key.kind}\0{key.text}".encode(), "sha256"
    )[:_SIZE]


def read_asked_hashes(home: Path, terms: Terms) -> frozenset[bytes]:
    """Return the hashes of what was asked under these terms. Raises StorageError."""
    body = _read_asked_file(_build_asked_path(home, terms)) or b""
    return frozenset(body[at : at + _SIZE] for at in range(0, len(body), _SIZE))


def store_asked_hashes(home: Path, terms: Terms, hashes: Iterable[bytes]) -> None:
    """Add to what was asked under these terms. Raises StorageError."""
    every = read_asked_hashes(home, terms).union(hashes)
    write_secret(b"".join(sorted(every)), _build_asked_path(home, terms), instead=True)


def new_percent(items: Sequence[Collection[bytes]], before: Collection[bytes]) -> int:
    """Return how many in a hundred items have a key that was not asked before, in steps of five.

    Rounded up, so that a few new ones are not nothing.
    """
    new = sum(any(one not in before for one in hashes) for hashes in items)
    return -(-100 * new // (_STEP * len(items))) * _STEP if items else 0


def forget_ended(home: Path, in_force: Iterable[Terms]) -> int:
    """Remove what was asked under terms that are not in force any more; how many agreements."""
    needed = {_build_asked_path(home, terms).name for terms in in_force}
    ended = [one for one in (home / FOLDER).glob(f"*{_END}") if one.name not in needed]
    for path in ended:
        with storing(path):
            unlink(path)
    return len(ended)


def _build_asked_path(home: Path, terms: Terms) -> Path:
    return home / FOLDER / f"{terms.digest[:32]}{_END}"


def _read_asked_file(path: Path) -> bytes | None:
    with storing(path), suppress(FileNotFoundError), path.open("rb") as file:
        return file.read()
    return None
