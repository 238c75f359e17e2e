"""Which suppliers are one by now, which came out of another, and which decisions count for each.

A decision about X counts for the supplier H if, and only if,

- H is X, or
- what counts for X counts for H, because X was merged into H, or
- H was split off a supplier for which the decision counted at that moment, by the ties that were
  made before; and what was decided is exactly what is compared now.

So a tie never passes on what the supplier at its other end got by a later act, and a split passes
on no decision that was made after it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from duediligence.model.alerts import JoinedLine
from duediligence.model.supplier_changes import SupplierTie


@dataclass
class Ties:
    """All that there are, in the order in which they were made.

    A supplier is in them if it was merged or split and is still.
    """

    every: Sequence[SupplierTie]

    @cached_property
    def _into(self) -> dict[str, SupplierTie]:
        return {one.ref: one for one in self.every if one.kind == "merged"}

    @cached_property
    def refs(self) -> frozenset[str]:
        """Return every supplier of which alerts do not follow from its own screenings alone."""
        merged = (ref for one in self._into.values() for ref in (one.ref, one.other_ref))
        split = (self.holder(one.ref) for one in self.every if one.kind == "split")
        return frozenset((*merged, *split))

    def __contains__(self, ref: str) -> bool:
        return ref in self.refs

    def holder(self, ref: str) -> str:
        """Return the supplier that this one is part of by now; itself where it was not merged."""
        while ref in self._into:
            ref = self._into[ref].other_ref
        return ref

    def members(self, holder: str) -> tuple[str, ...]:
        """Return the supplier, and all that were merged into it, even where it was merged on
        since.
        """
        found = [holder]
        for ref in found:  # grows as it goes
            found += [one.ref for one in self._into.values() if one.other_ref == ref]
        return (holder, *sorted(found[1:]))

    def connected(self, refs: Iterable[str]) -> frozenset[str]:
        """Return these suppliers and all that ties lead to from them, directly or not."""
        found, size = set(refs), -1
        while size < len(found):
            size = len(found)
            for one in self.every:
                if not found.isdisjoint((one.ref, one.other_ref)):
                    found |= {one.ref, one.other_ref}
        return frozenset(found)

    def lines(
        self, holder: str, ids_of: Callable[[str], tuple[str, ...]]
    ) -> tuple[JoinedLine, ...]:
        """Return the decisions of other suppliers that count for an alert of the holder.

        `ids_of` gives the ids under which those of one supplier are recorded.
        """
        members, found = self.members(holder), list[JoinedLine]()

        def add(ref: str, before: int, under: int, until: int | None) -> None:
            """Add what counted for a supplier by the ties before that place."""
            for place, tie in enumerate(self.every[:before]):
                if (tie.kind, tie.other_ref) == ("merged", ref):
                    other, then, last = tie.ref, before, until
                elif (tie.kind, tie.ref) == ("split", ref) and tie.other_ref not in members:
                    other, then = tie.other_ref, place
                    last = tie.decision if until is None else min(tie.decision, until)
                else:
                    continue
                found.append(
                    JoinedLine(
                        ids=ids_of(other),
                        until=tie.decision if last is None else last,
                        merged=last is None,
                        ref=other,
                        under=under,
                        since=tie.decision,
                    )
                )
                add(other, then, len(found), last)

        add(holder, len(self.every), 0, None)
        return tuple(found)

    def newest(
        self, ref: str, runs: Mapping[str, str], places: Mapping[str, int]
    ) -> tuple[str, str]:
        """Return the newest screening of what a supplier is: under which reference, and its run.

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
