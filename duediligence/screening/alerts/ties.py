"""Which suppliers are one by now, and which came out of another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from duediligence.model.supplier_changes import SupplierTie


@dataclass
class Ties:
    """All that there are. A supplier is in them if it was merged or split and is still."""

    every: Sequence[SupplierTie]

    @cached_property
    def _into(self) -> dict[str, SupplierTie]:
        return {one.ref: one for one in self.every if one.kind == "merged"}

    @cached_property
    def refs(self) -> frozenset[str]:
        """Every supplier of which alerts do not follow from its own screenings alone."""
        merged = (ref for one in self._into.values() for ref in (one.ref, one.other_ref))
        split = (self.holder(one.ref) for one in self.every if one.kind == "split")
        return frozenset((*merged, *split))

    def __contains__(self, ref: str) -> bool:
        return ref in self.refs

    def holder(self, ref: str) -> str:
        """The supplier that this one is part of by now; itself where it was not merged."""
        while ref in self._into:
            ref = self._into[ref].other_ref
        return ref

    def members(self, holder: str) -> tuple[str, ...]:
        """The supplier, and all that were merged into it."""
        merged = sorted(ref for ref in self._into if self.holder(ref) == holder)
        return (holder, *(ref for ref in merged if ref != holder))

    def of(self, holder: str) -> list[SupplierTie]:
        """By what decisions of others count for the supplier."""
        members = self.members(holder)
        return [
            one
            for one in self.every
            if one.ref in members
            and (one.ref != holder if one.kind == "merged" else one.other_ref not in members)
        ]

    def newest(
        self, ref: str, runs: Mapping[str, str], places: Mapping[str, int]
    ) -> tuple[str, str]:
        """The newest screening of what a supplier is: under which reference, and its run.

        That of the supplier which it was merged into, if one was since; else its own. Empty where
        there is no run. `places` are those of runs among all.
        """
        found = ref, runs.get(ref, "")
        while tie := self._into.get(ref):
            ref = tie.other_ref
            run = runs.get(ref, "")
            # A run from before the merge that is no longer there was older than any that is.
            if run and places.get(run, 0) > places.get(tie.run_id, 0):
                found = ref, run
        return found
