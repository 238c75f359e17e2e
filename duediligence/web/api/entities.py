"""Entries of lists as the entities that the API of yente gives."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import TypeVar

from duediligence.errors import Invalid, NotFound
from duediligence.model import ListEntry, Match
from duediligence.render.followthemoney import build_listing_entity, entry_entity
from duediligence.render.saying import format_country, sentence_of
from duediligence.render.wording import fold
from duediligence.screening.lists.statuses import newest_on
from duediligence.screening.lookup.public_lists import PublicLists
from duediligence.web.api.answers import (
    Entity,
    Facet,
    FacetValue,
    Listing,
    MatchFeature,
    NestedEntity,
    ScoredEntity,
)
from duediligence.web.api.datasets import MadeOfLists
from duediligence.web.lookups import EntryKey

E = TypeVar("E", Entity, Listing)
# What FollowTheMoney takes for an id, at least where another entity refers to it.
_PLAIN = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z.-]*[0-9A-Za-z])?")
# What stands before the id of an entry that is written as the numbers of its bytes.
_BYTES = "x-"


def entity_id(entry: ListEntry) -> str:
    """Return the id of an entry, which no other entry of any list has: `un.QDi.001`."""
    plain = _PLAIN.fullmatch(entry.id) and not entry.id.startswith(_BYTES)
    within = entry.id if plain else f"{_BYTES}{entry.id.encode().hex()}"
    return f"{entry.list_id}.{within}"


def entry_key(id_: str) -> EntryKey:
    """Return the list and the id within it. Raises NotFound for what is no such id."""
    list_id, dot, within = id_.partition(".")
    if not (dot and list_id and _PLAIN.fullmatch(within)):
        raise no_entity(id_)
    if not within.startswith(_BYTES):
        return list_id, within
    try:
        return list_id, bytes.fromhex(within.removeprefix(_BYTES)).decode()
    except ValueError:
        raise no_entity(id_) from None


def no_entity(id_: str) -> NotFound:
    """There is no such entity, or none that everybody may see."""
    return NotFound(
        f"Unknown entity {fold(id_)[:100]!r}", hint="An id is that of a list, a dot and an entry's."
    )


_known: MadeOfLists[str, Entity] = MadeOfLists(most=4_096)


def build_yente_entity(lists: PublicLists, entry: ListEntry) -> Entity:
    """Return the entry as an entity."""
    id_ = entity_id(entry)
    return _known.get(lists, id_, lambda: _convert_list_entry(lists, id_, entry))


def _convert_list_entry(lists: PublicLists, id_: str, entry: ListEntry) -> Entity:
    list_id, watchlist = entry.list_id, lists.watchlists[entry.list_id]
    made = entry_entity(id_, entry, watchlist.topic)
    return Entity(
        id=id_,
        caption=fold(entry.name),
        schema=made["schema"],
        properties=made["properties"],
        datasets=[list_id],
        referents=[],
        target=True,
        first_seen=entry.listed_on,
        last_seen=newest_on(watchlist, lists.versions[list_id]),
        last_change=entry.updated_on or entry.listed_on,
    )


def nested_entity(lists: PublicLists, entry: ListEntry) -> NestedEntity:
    """Return the entry as an entity, with its listing in it."""
    plain, watchlist = build_yente_entity(lists, entry), lists.watchlists[entry.list_id]
    properties: dict[str, list[str | Listing]] = {
        name: list(values) for name, values in plain.properties.items()
    }
    made = build_listing_entity(
        f"{plain.id}.listing", entry, watchlist.topic, of=plain.id, title=watchlist.title
    )
    if made:
        properties["sanctions"] = [Listing(caption=watchlist.title, **made)]
    return NestedEntity(
        id=plain.id,
        caption=plain.caption,
        schema=plain.schema,
        properties=properties,
        datasets=plain.datasets,
        referents=plain.referents,
        target=plain.target,
        first_seen=plain.first_seen,
        last_seen=plain.last_seen,
        last_change=plain.last_change,
    )


# What a filter, a sort or a facet can name, as well as `properties.NAME`.
GROUPS: Mapping[str, str] = {
    "names": "name alias weakAlias previousName",
    "countries": "country",
    "identifiers": "registrationNumber idNumber passportNumber taxNumber leiCode imoNumber "
    "swiftBic",
    "genders": "gender",
    "topics": "topics",
}
# Of entries and of their listings.
PROPERTIES = tuple(
    (
        " ".join(GROUPS.values())
        + " birthDate birthPlace position address program sourceUrl notes "
        "entity authority provisions reason summary status recordId startDate listingDate endDate"
    ).split()
)
FIELDS = ("id", "caption", "schema", "datasets", "first_seen", "last_seen", "last_change")
ALL_FIELDS = (*GROUPS, *FIELDS, *(f"properties.{name}" for name in PROPERTIES))


def require_field(name: str, parameter: str) -> str:
    """Return the name of a field that `list_field_values` reads. Raises Invalid, naming the
    parameter.
    """
    if name in ALL_FIELDS:
        return name
    valid = ", ".join((*GROUPS, *FIELDS, "properties.NAME of a property that entities have here"))
    raise Invalid(f"Unknown field {name[:40]!r}", field=parameter, hint=f"Valid: {valid}.")


def list_field_values(entity: Entity | Listing, name: str) -> list[str]:
    """Return the values of a field of an entity; none where it has none."""
    if name in GROUPS or name.startswith("properties."):
        properties = GROUPS.get(name, name.removeprefix("properties.")).split()
        return [value for one in properties for value in entity.properties.get(one, ())]
    found = getattr(entity, name, None)
    return found if isinstance(found, list) else [str(found)] if found is not None else []


def sort_entities(entities: Iterable[E], sorts: Sequence[str]) -> list[E]:
    """Return the entities in the order of `FIELD:asc` or `FIELD:desc`, the first counting most;
    those without a value come last. Raises Invalid.
    """
    found = list(entities)
    for asked in reversed(sorts):
        name, _, order = asked.partition(":")
        if order not in ("", "asc", "desc"):
            raise Invalid(f"Unknown order {order[:40]!r}", field="sort", hint="Valid: asc, desc.")
        require_field(name, "sort")
        end = max if order == "desc" else min
        valued = [(end(of), one) for one in found if (of := list_field_values(one, name))]
        valued.sort(key=itemgetter(0), reverse=order == "desc")
        found = [one for _, one in valued] + [
            one for one in found if not list_field_values(one, name)
        ]
    return found


def select_entities(entities: Iterable[E], filters: Sequence[str], *, any_value: bool) -> list[E]:
    """Return the entities that have the value of each filter `FIELD:VALUE`; with `any_value` one
    of the values of each field. Raises Invalid.
    """
    wanted: dict[str, list[str]] = {}
    for asked in filters:
        name, colon, value = asked.partition(":")
        if not colon:
            raise Invalid("A filter is FIELD:VALUE", field="filter")
        wanted.setdefault(require_field(name, "filter"), []).append(value)
    enough = any if any_value else all
    return [
        one
        for one in entities
        if all(
            enough(value in list_field_values(one, name) for value in values)
            for name, values in wanted.items()
        )
    ]


def count_facet(lists: PublicLists, entities: Iterable[Entity], name: str) -> Facet:
    """Return how many of the entities have each value of a field, the commonest first."""
    counted = Counter(value for one in entities for value in {*list_field_values(one, name)})
    label: Callable[[str], str] = {
        "countries": lambda value: format_country(value.upper()),
        "datasets": lambda value: lists.watchlists[value].title,
    }.get(name, str)
    ordered = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return Facet(name.capitalize(), [FacetValue(value, label(value), n) for value, n in ordered])


def scored_entity(
    lists: PublicLists, match: Match, entry: ListEntry, threshold: float
) -> ScoredEntity:
    """Return the entry with its score and, for each feature of the match, what it says."""
    plain = build_yente_entity(lists, entry)
    explanations: dict[str, MatchFeature] = {}
    for feature in match.features:
        name = feature.name.replace(" ", "_")
        number = 2
        while name in explanations:
            name = f"{feature.name.replace(' ', '_')}_{number}"
            number += 1
        explanations[name] = MatchFeature(
            score=round(feature.contribution, 4),
            detail=sentence_of(feature),
            query=feature.query,
            candidate=feature.listed,
        )
    return ScoredEntity(
        id=plain.id,
        caption=plain.caption,
        schema=plain.schema,
        properties=plain.properties,
        datasets=plain.datasets,
        referents=plain.referents,
        target=plain.target,
        first_seen=plain.first_seen,
        last_seen=plain.last_seen,
        last_change=plain.last_change,
        score=match.score,
        match=match.shown_up_to >= threshold,
        explanations=explanations,
    )
