"""What the asking side keeps between asking and opening: items and seed, in a file for its owner.

Without the seed the answer cannot be opened; with it, whoever holds the asked file can try out who
was asked about. So it is in no backup, and goes as soon as it is not needed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import msgspec

from duediligence.blind import oprf
from duediligence.blind.derived_keys import DerivedKey, KeyKind
from duediligence.errors import NotFound, StorageError
from duediligence.extensions.sharing.exchanges.inputs import keys_for, oprf_input
from duediligence.extensions.sharing.exchanges.lists import party_of
from duediligence.extensions.sharing.model.agreements import Terms
from duediligence.extensions.sharing.model.exchanges import AskedItem
from duediligence.typed_data import decode_json
from duediligence.writing import storing, unlink, write_secret

FOLDER = "exchanges"
_END = ".pending"


@dataclass(frozen=True, slots=True)
class PendingElement:
    """An element that was asked: its input, the element as it was sent, and of which items it is,
    each by its place in the list and the kind of key. Padding is of none.
    """

    input: bytes
    blinded: bytes
    whose: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Pending:
    """An exchange that was asked and not opened. It has no text, so that no log can hold it.

    The blind of the element in place n is made of `seed` and n. `sizes` are the elements of each
    kind, which follow one another; empty in what earlier versions kept, which had one key for all.
    """

    seed: bytes
    items: tuple[AskedItem, ...]
    elements: tuple[PendingElement, ...]
    sizes: tuple[int, ...] = ()


def build_pending(
    items: Sequence[AskedItem],
    terms: Terms,
    exchange_id: str,
    budget: Mapping[KeyKind, int],
    seed: bytes,
) -> Pending:
    """Return the elements kind by kind, each kind filled up to its budget, in an order of chance.

    All of chance is made of the seed, so that it and the list always make the same elements.
    """
    whose: dict[DerivedKey, list[tuple[int, str]]] = {}
    for place, item in enumerate(items):
        for key in keys_for(party_of(item), terms.shares, "asks"):
            whose.setdefault(key, []).append((place, key.kind))
    elements: list[PendingElement] = []
    for kind, most in budget.items():
        inputs = {
            oprf_input(key, terms, exchange_id): tuple(places)
            for key, places in whose.items()
            if key.kind == kind
        }
        padding = (
            sha256(b"padding" + seed + one.to_bytes(8, "big")).digest()
            for one in range(most - len(inputs))
        )
        inputs |= dict.fromkeys(padding, ())
        for one in sorted(inputs, key=lambda one: sha256(seed + one).digest()):
            blind = oprf.scalar_from(seed, len(elements))
            elements.append(PendingElement(one, oprf.blind_item(one, blind), inputs[one]))
    return Pending(seed, tuple(items), tuple(elements), tuple(budget.values()))


def keep(home: Path, exchange_id: str, pending: Pending) -> None:
    """Write it. Raises StorageError."""
    write_secret(msgspec.json.encode(pending), _build_pending_path(home, exchange_id), instead=True)


def load_pending(home: Path, exchange_id: str) -> Pending:
    """Return what was kept. Raises NotFound, and StorageError for a file that does not read."""
    path = _build_pending_path(home, exchange_id)
    try:
        with path.open("rb") as file:
            return decode_json(file.read(), Pending)
    except FileNotFoundError as error:
        raise NotFound(
            f"What was kept of exchange {exchange_id} is not in this home: its answer cannot be "
            "opened here",
            hint="It is in no backup. Ask again.",
        ) from error
    except (OSError, ValueError) as error:
        raise StorageError(
            f"{path}: cannot be read: {type(error).__name__}",
            hint="Ask again: this exchange cannot be opened.",
        ) from error


def remove_pending(home: Path, exchange_id: str) -> None:
    """Remove it for good; one that is not there is no fault. Raises StorageError."""
    path = _build_pending_path(home, exchange_id)
    if path.parent.is_dir():
        with storing(path):
            unlink(path)


def list_pending_ids(home: Path) -> Iterator[str]:
    """Yield the exchanges of which something is kept, by their ids."""
    for path in sorted((home / FOLDER).glob(f"*{_END}")):
        yield path.stem


def _build_pending_path(home: Path, exchange_id: str) -> Path:
    return home / FOLDER / f"{exchange_id}{_END}"
