"""The answers of the standard, and how results are put in them.

The docstrings are the descriptions in the OpenAPI document.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import msgspec

from duediligence.formats.cells import TURNED
from duediligence.model import Match
from duediligence.render.wording import visible
from duediligence.version import __version__
from duediligence.web.api.answers import NotChecked
from duediligence.web.api.reconcile.queries import BATCH, ExtensionQuery, Query, Typed
from duediligence.web.api.reconcile.service import (
    Proposal,
    Reconciler,
    Searched,
    Target,
    Term,
    choose_automatic_match,
)

# The id of a candidate that is none: nothing was found, and not everything was searched.
NO_ENTITY = "not-checked"

VERSION = "0.2"
# Pixels of the frame in which a client shows an entity.
_PREVIEW_WIDTH, _PREVIEW_HEIGHT = 430, 200


class TermAnswer(msgspec.Struct):
    """A type or a property."""

    id: str
    name: str
    description: str


class CandidateFeature(msgspec.Struct):
    """A piece of the score, in points of 100; `complete` is whether all lists were checked."""

    id: str
    name: str
    value: float | bool


class CandidateAnswer(msgspec.Struct):
    """An entity that the row may be. With `match`, nobody needs to look whether it is."""

    id: str
    name: str
    description: str
    type: list[TermAnswer]
    score: float
    match: bool
    features: list[CandidateFeature]


class QueryCoverage(msgspec.Struct):
    """Whether everything was checked. `unused` are properties and types that were passed over."""

    complete: bool
    not_checked: list[NotChecked]
    unused: list[str]


class QueryResult(msgspec.Struct):
    """The candidates of a query, best first."""

    result: list[CandidateAnswer]
    duediligence: QueryCoverage


class PropertyValue(msgspec.Struct, omit_defaults=True):
    """A value: a text, or a day."""

    text: str = msgspec.field(default="", name="str")
    date: str = ""


class ExtensionAnswer(msgspec.Struct):
    """The values asked for, by entity and property."""

    meta: list[TermAnswer]
    rows: dict[str, dict[str, list[PropertyValue]]]


class SuggestedEntity(msgspec.Struct):
    """An entity whose name begins as what was typed. `notable` are its types."""

    id: str
    name: str
    description: str
    notable: list[TermAnswer]


class SuggestedEntities(msgspec.Struct):
    """Entities for somebody who types a name."""

    result: list[SuggestedEntity]


class SuggestedTerms(msgspec.Struct):
    """Types or properties for somebody who types one."""

    result: list[TermAnswer]


class ProposedProperties(msgspec.Struct):
    """The properties that can be added to rows that were reconciled."""

    properties: list[TermAnswer]
    type: str
    limit: int


def build_query_results(
    service: Reconciler, queries: Mapping[str, Query], searched: Searched
) -> dict[str, QueryResult]:
    """Return the candidates of each query, and what was not checked.

    Where nothing was found and something was not checked, a candidate that is none says so: clients
    show candidates and nothing else.
    """
    found = {}
    for (key, query), candidates in zip(queries.items(), searched.candidates, strict=True):
        turned = [NotChecked(reason=TURNED, title="the name")] if query.is_turned else []
        gaps = (*searched.not_checked, *turned)
        sure = choose_automatic_match(candidates, named=bool(query.names), complete=not gaps)
        shown = [
            _build_candidate(service, one, gaps, match=one.entity.id == sure)
            for one in candidates[: query.limit]
        ]
        found[key] = QueryResult(
            result=shown or ([_build_gaps_candidate(gaps)] if gaps else []),
            duediligence=QueryCoverage(
                complete=not gaps, not_checked=list(gaps), unused=list(query.unused)
            ),
        )
    return found


def _build_candidate(
    service: Reconciler, one: Proposal, gaps: Sequence[NotChecked], *, match: bool
) -> CandidateAnswer:
    said = one.entity.description
    return CandidateAnswer(
        id=one.entity.id,
        name=visible(one.entity.name),
        description=visible(f"{said} Not checked: {format_gap_titles(gaps)}." if gaps else said),
        type=_list_entity_types(service, one.entity),
        score=round(100 * one.match.score, 2),
        match=match,
        features=[*_build_candidate_features(one.match), _build_complete_feature(gaps)],
    )


def _build_candidate_features(match: Match) -> Iterable[CandidateFeature]:
    points: dict[str, float] = {}
    for feature in match.features:
        points[feature.name] = points.get(feature.name, 0.0) + 100 * feature.contribution
    for name, value in points.items():
        yield CandidateFeature(id=name.replace(" ", "_"), name=name, value=round(value, 2))


def _build_complete_feature(gaps: Sequence[NotChecked]) -> CandidateFeature:
    return CandidateFeature(id="complete", name="all lists were checked", value=not gaps)


def _build_gaps_candidate(gaps: Sequence[NotChecked]) -> CandidateAnswer:
    return CandidateAnswer(
        id=NO_ENTITY,
        name=f"Not checked: {format_gap_titles(gaps)}",
        description="Nothing was found, but not everything was checked: this row is not clear. "
        + visible(" ".join(f"{one.title}: {one.reason}." for one in gaps)),
        type=[],
        score=0.0,
        match=False,
        features=[_build_complete_feature(gaps)],
    )


def format_gap_titles(gaps: Iterable[NotChecked]) -> str:
    """Return what was not checked, in short."""
    return visible(", ".join(one.title or one.reason for one in gaps))


def _list_entity_types(service: Reconciler, entity: Target) -> list[TermAnswer]:
    return [_build_term_answer(one) for one in service.types if one.id in entity.types]


def _build_term_answer(one: Term) -> TermAnswer:
    return TermAnswer(id=one.id, name=one.name, description=one.description)


def build_extension_answer(
    service: Reconciler, asked: ExtensionQuery, entities: Mapping[str, Target]
) -> ExtensionAnswer:
    """Return the values asked for; none of an entity that there is not."""
    terms = {one.id: one for one in service.properties}
    return ExtensionAnswer(
        meta=[_build_term_answer(terms[pid]) for pid, _ in asked.properties],
        rows={
            id_: {
                pid: [
                    _build_property_value(value)
                    for value in (entities[id_].values[pid] if id_ in entities else ())[:most]
                ]
                for pid, most in asked.properties
            }
            for id_ in asked.ids
        },
    )


def _build_property_value(value: str | date) -> PropertyValue:
    if isinstance(value, date):
        return PropertyValue(date=f"{value.isoformat()}T00:00:00Z")
    return PropertyValue(visible(value))


def suggested_entities(service: Reconciler, entities: Iterable[Target]) -> SuggestedEntities:
    """Return entities for somebody who types the beginning of a name."""
    return SuggestedEntities(
        result=[
            SuggestedEntity(
                id=one.id,
                name=visible(one.name),
                description=visible(one.description),
                notable=_list_entity_types(service, one),
            )
            for one in entities
        ]
    )


def suggested_terms(terms: Iterable[Term], typed: Typed) -> SuggestedTerms:
    """Return the types or properties whose id begins so, or whose name has a word that does, as
    many as are asked for.
    """
    wanted = typed.prefix.casefold().strip()
    found = [
        one
        for one in terms
        if f" {wanted}" in f" {one.name.casefold()}" or one.id.casefold().startswith(wanted)
    ]
    return SuggestedTerms(
        result=[_build_term_answer(one) for one in found[typed.cursor :][: typed.limit]]
    )


def build_proposed_properties(service: Reconciler, type_: str, limit: int) -> ProposedProperties:
    """Return what can be added to rows that were reconciled."""
    properties = [_build_term_answer(one) for one in service.properties[:limit]]
    return ProposedProperties(properties=properties, type=type_, limit=limit)


class ManifestType(msgspec.Struct):
    """A type that a row may be of."""

    id: str
    name: str


class ViewAddress(msgspec.Struct):
    """Where the console shows an entity, `{{id}}` in the place of its id."""

    url: str


class PreviewAddress(msgspec.Struct):
    """Where a small page about an entity is, and of what size its frame is to be."""

    url: str
    width: int
    height: int


class PartAddress(msgspec.Struct):
    """Where a part of the service is: the path follows the URL."""

    service_url: str
    service_path: str


class SuggestAddresses(msgspec.Struct):
    """Where somebody who types is helped."""

    entity: PartAddress
    type: PartAddress
    property: PartAddress


class PropertySetting(msgspec.Struct):
    """What can be set of a property that is to be added."""

    name: str
    label: str
    type: str
    default: int
    help_text: str


class ExtendAddresses(msgspec.Struct):
    """Where the properties are that can be added to rows."""

    propose_properties: PartAddress
    property_settings: list[PropertySetting]


class Manifest(msgspec.Struct):
    """What a service can do. Its name says what is not checked now: clients show the name."""

    versions: list[str]
    name: str
    identifierSpace: str  # noqa: N815
    schemaSpace: str  # noqa: N815
    serviceVersion: str  # noqa: N815
    defaultTypes: list[ManifestType]  # noqa: N815
    batchSize: int  # noqa: N815
    view: ViewAddress
    preview: PreviewAddress
    suggest: SuggestAddresses
    extend: ExtendAddresses


_LIMIT = PropertySetting(
    name="limit",
    label="Most values",
    type="number",
    default=10,
    help_text="How many values of this property to add for one row, at most.",
)


def build_service_manifest(
    service: Reconciler, site: str, path: str, council: str, key: str = ""
) -> Manifest:
    """Return the manifest of a service below a path of `site` (`https://console.example`).

    `key` is the token as a parameter of addresses (`api_key=…`), where it is no part of the path.
    """
    here = site + path
    begun, more = (f"?{key}", f"&{key}") if key else ("", "")
    name = f"{service.title}, {council}" if council else service.title
    if gaps := service.not_checked():
        name += f" (NOT CHECKED: {format_gap_titles(gaps)})"
    return Manifest(
        versions=[VERSION],
        name=name,
        identifierSpace=site + service.space,
        schemaSpace=f"{site}/reconcile/properties/{service.path}",
        serviceVersion=__version__,
        defaultTypes=[ManifestType(one.id, one.name) for one in service.types],
        batchSize=BATCH,
        view=ViewAddress(site + service.view),
        preview=PreviewAddress(
            f"{here}/preview?id={{{{id}}}}{more}", _PREVIEW_WIDTH, _PREVIEW_HEIGHT
        ),
        suggest=SuggestAddresses(
            entity=PartAddress(here, f"/suggest/entity{begun}"),
            type=PartAddress(here, f"/suggest/type{begun}"),
            property=PartAddress(here, f"/suggest/property{begun}"),
        ),
        extend=ExtendAddresses(PartAddress(here, f"/propose_properties{begun}"), [_LIMIT]),
    )
