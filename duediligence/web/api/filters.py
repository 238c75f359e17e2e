"""Which lists and which of their entries a request is about."""

from collections.abc import Callable
from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta, field

from duediligence.model import ListEntry
from duediligence.render.followthemoney import SCHEMATA
from duediligence.screening.lookup.public_lists import PublicLists
from duediligence.web.api.datasets import chosen_lists

Admits = Callable[[ListEntry], bool]
Name = Annotated[str, Meta(max_length=100)]


class Narrowing(msgspec.Struct, kw_only=True):
    """What `/match` and `/search` have in common."""

    include_dataset: Annotated[
        list[Name], Meta(max_length=100, description="Only these lists of the dataset.")
    ] = field(default_factory=list)
    exclude_dataset: Annotated[
        list[Name], Meta(max_length=100, description="All lists of the dataset but these.")
    ] = field(default_factory=list)
    exclude_schema: Annotated[
        list[Name], Meta(max_length=100, description="No entries of these schemata.")
    ] = field(default_factory=list)
    topics: Annotated[
        list[Name],
        Meta(
            max_length=100,
            description="Only lists of these topics of FollowTheMoney: `sanction`, `debarment`, "
            "`corp.disqual`, `reg.action`.",
        ),
    ] = field(default_factory=list)
    changed_since: Annotated[
        date | None,
        Meta(description="No entries that were last changed before that day."),
    ] = None
    fuzzy: Annotated[bool, Meta(description="Accepted and of no effect.")] = False
    require_complete: Annotated[
        bool, Meta(description="Answer 503 where not everything could be checked.")
    ] = False

    def lists(self, lists: PublicLists, dataset: str) -> frozenset[str]:
        """Return the ids of the lists. Raises NotFound for a dataset that there is not."""
        return chosen_lists(
            lists,
            dataset,
            include=self.include_dataset,
            exclude=self.exclude_dataset,
            topics=self.topics,
        )

    def admits(self, further: Admits | None = None) -> Admits | None:
        """Return whether an entry counts, by these and a further rule; None where all do."""
        rules: list[Admits] = [further] if further else []
        if schemata := frozenset(self.exclude_schema):
            rules.append(lambda entry: SCHEMATA[entry.kind] not in schemata)
        if since := self.changed_since:
            # Of one without a date it is not known, and unknown is not left out.
            rules.append(lambda entry: (entry.updated_on or entry.listed_on or since) >= since)
        if len(rules) > 1:
            return lambda entry: all(rule(entry) for rule in rules)
        return rules[0] if rules else None
