"""What changed between two comparisons of an alert, and why its decisions no longer hold."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

ChangeSide = Literal["supplier", "list entry", "finding"]
ChangeKind = Literal["added", "removed", "replaced", "other"]
# Against the supplier's run before: never seen, seen though not in that run, or seen there too.
News = Literal["", "new", "back", "changed", "unchanged"]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What is not as it was in one field of one side, its values as text.

    `field` is the name of the field of the party, of the entry or (`of_record`) of its record;
    for a finding that rests on no list entry it is `facts`. `replaced` has one value before and
    one after, or neither where they are not shown (a person's address); `other` is another order
    or form of the same values. `personal`: it may say something about a natural person, and is
    left out for a reader who may not see people.
    """

    side: ChangeSide
    field: str
    kind: ChangeKind
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    personal: bool = True
    of_record: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened:
    """Why an alert is open again: what changed since the last decision, or when that expired."""

    entry_changed: bool = False
    party_changed: bool = False
    expired_on: date | None = None
    changes: tuple[FieldChange, ...] = ()

    def without_people(self) -> "Reopened":
        """The same without the changes that may be about people."""
        return replace(self, changes=tuple(one for one in self.changes if not one.personal))
