"""What changed between what people were told and what is so now."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from duediligence.model import ScopeGap, not_looked_at
from duediligence.model.casework.messages import Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One scope looked at again, and how far that look can be trusted.

    `certain`: nothing in it was unknown. `dossier`: the registers were asked. `gaps`: what the
    installation does not look at. `searched`: the
    lists that were searched in a copy fresh enough, and did not hold more than could be shown.
    `in_words`: by key, the hash to compare with what an earlier version told.
    """

    scope: str
    items: tuple[Told, ...]
    certain: bool = True
    dossier: bool = False
    gaps: tuple[ScopeGap, ...] = ()
    searched: frozenset[str] = frozenset()
    in_words: Mapping[str, str] = field(default_factory=dict)

    def is_over(self, told: Told) -> bool:
        """Whether something told, and not found again, is over: not seen is not yet gone."""
        if told.list_id and told.list_id not in self.searched:
            return False
        return self.certain and not self.is_narrower(told)

    def left_scope(self, told: Told) -> bool:
        """Whether a thing that could not be checked is no longer looked at: it is neither checked
        by now nor still to be checked.
        """
        asked = self.certain and self.dossier
        return asked and told.kind == "unknown" and self.is_narrower(told)

    def is_narrower(self, told: Told) -> bool:
        """Whether less of the registers was looked at than when it was told."""
        if not (told.dossier and self.dossier):
            return told.dossier
        return not not_looked_at(self.gaps) <= not_looked_at(told.gaps)


@dataclass(frozen=True, slots=True)
class Changes:
    """What to tell, and what to keep. `kept` are to stand as told, `dropped` no longer to stand."""

    new: list[Told] = field(default_factory=list)
    changed: list[Told] = field(default_factory=list)
    over: list[Told] = field(default_factory=list)
    kept: list[Told] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)

    @property
    def to_tell(self) -> bool:
        return bool(self.new or self.changed or self.over)


def changes(
    told: Mapping[str, Told],
    looks: Iterable[Look],
    *,
    left_out: Collection[str] = (),
    gone: Collection[str] = (),
) -> Changes:
    """Compare. A scope that was not looked at stays as it was told.

    `left_out` are keys that people settled: no longer told, and their end not told either. `gone`
    are scopes of which nothing is left to tell, as of a supplier that was removed.
    """
    found = Changes()
    by_scope: dict[str, list[Told]] = {}
    for one in told.values():
        by_scope.setdefault(one.scope, []).append(one)
        if one.scope in gone or one.key in left_out:
            found.dropped.append(one.key)
    for look in looks:
        items = {item.key: item for item in look.items if item.key not in left_out}
        for key, item in items.items():
            before = told.get(key)
            if before is None:
                found.new.append(item)
            elif before.sha256 != look.in_words.get(key, item.sha256):
                found.changed.append(item)
            asked = item.dossier or (before is not None and before.dossier)
            standing = replace(item, dossier=asked)
            if standing != before:
                found.kept.append(standing)
        for before in by_scope.get(look.scope, ()):
            if before.key in items or before.key in left_out or before.scope in gone:
                continue
            if look.is_over(before):
                found.over.append(before)
                found.dropped.append(before.key)
            elif look.left_scope(before):
                found.dropped.append(before.key)
    return found
