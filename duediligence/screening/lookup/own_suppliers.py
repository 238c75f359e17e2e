"""Find which supplier of the buyer's own a name or a number is that of."""

import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from duediligence.matching import DEFAULT_THRESHOLD, Index, Subject
from duediligence.model import ListEntry, Match, Name, Supplier
from duediligence.screening.access import use_case
from duediligence.screening.lookup.parties import OWN_ROLES, parties
from duediligence.screening.workspace import Workspace
from duediligence.text.folding import fold


@dataclass(frozen=True)
class SupplierIndex:
    """The stored suppliers, by reference, indexed by their names and numbers.

    Those that have ended are among them; those merged into another are not. Threads may share it.
    """

    suppliers: Mapping[str, Supplier]

    @cached_property
    def _index(self) -> Index:
        return Index.build(map(_build_supplier_entry, self.suppliers.values()))

    @cached_property
    def _folded(self) -> list[tuple[str, Supplier]]:
        return sorted(
            (
                (folded, one)
                for one in self.suppliers.values()
                for folded in {fold(text) for text in (one.ref, *_list_supplier_names(one))}
            ),
            key=lambda pair: (pair[0], pair[1].ref),
        )

    def search(
        self,
        subjects: Iterable[Subject],
        *,
        threshold: float = DEFAULT_THRESHOLD,
        limit: int = 10,
    ) -> Iterator[list[Match]]:
        """Return the suppliers that each subject may be, best first; `entry_id` is the
        reference.
        """
        return self._index.search_many(subjects, threshold=threshold, limit=limit, workers=1)

    def beginning(self, prefix: str) -> list[Supplier]:
        """Return the suppliers whose reference or name, or a word of it, begins so: whole names
        first.
        """
        wanted = fold(prefix)
        if not wanted:
            return []
        first = [one for folded, one in self._folded if folded.startswith(wanted)]
        then = [one for folded, one in self._folded if f" {wanted}" in folded]
        return list({one.ref: one for one in (*first, *then)}.values())


class SupplierIndexCache:
    """Keeps the index of the suppliers until one of them changes; threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: tuple[str, SupplierIndex] | None = None

    def get(self, workspace: Workspace) -> SupplierIndex:
        """Return the index of the suppliers as they are stored now. Raises StorageError."""
        version = workspace.suppliers.version()
        with self._lock:
            if self._made is None or self._made[0] != version:
                suppliers = {one.ref: one for one in workspace.suppliers.all()}
                self._made = version, SupplierIndex(suppliers)
            return self._made[1]


@use_case("read")
def own_suppliers(workspace: Workspace, cache: SupplierIndexCache) -> SupplierIndex:
    """Return the suppliers, indexed to be searched. Raises StorageError."""
    return cache.get(workspace)


def _build_supplier_entry(supplier: Supplier) -> ListEntry:
    own = [party for party in parties(supplier) if party.role.kind in OWN_ROLES]
    kinds = {party.kind for party in own}
    names = {name.text: name for party in reversed(own) for name in reversed(party.names)}
    return ListEntry(
        id=supplier.ref,
        list_id="",
        kind=kinds.pop() if len(kinds) == 1 else "unknown",
        names=tuple(reversed(names.values())) or (Name(supplier.name),),
        identifiers=supplier.identifiers,
        addresses=(supplier.address,) if supplier.address else (),
    )


def _list_supplier_names(supplier: Supplier) -> Iterable[str]:
    return (supplier.name, *supplier.trading_names, *supplier.former_names)
