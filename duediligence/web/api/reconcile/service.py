"""What a service of the standard offers, whatever its entities are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from starlette.responses import HTMLResponse

from duediligence.model import Match
from duediligence.render.wording import day
from duediligence.web.api.answers import NotChecked
from duediligence.web.api.reconcile.queries import Query
from duediligence.web.guards import HEADERS
from duediligence.web.templating import render_template

# How similar two names must be, alone, to be taken for one. Homecare and Home Care reach it; Taxi
# and Taxis do not: a person looks.
AUTOMATIC: Final = 0.98
# Below it, a name does not fit the number given: as in `resolution.resolving`.
NAME_FITS: Final = 0.70


@dataclass(frozen=True, slots=True)
class Term:
    """A type or a property: its id, its name, and what it is in a sentence."""

    id: str
    name: str
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Something that a row can be reconciled with.

    `types` are ids, none where the publisher does not say. `values` has what is known of it by the
    id of the property. `page` is where the console shows it.
    """

    id: str
    name: str
    description: str
    types: tuple[str, ...]
    values: Mapping[str, tuple[str | date, ...]]
    page: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """An entity that a row may be. `sure`: nothing known of the two speaks against the name."""

    entity: Target
    match: Match
    sure: bool


@dataclass(frozen=True, slots=True)
class Searched:
    """The candidates of each query, best first, and what could not be searched."""

    candidates: Sequence[Sequence[Proposal]]
    not_checked: Sequence[NotChecked] = ()


class Reconciler(Protocol):
    """One service. Every method raises StorageError.

    `path` is its last part of the address, `space` where its ids are those of the console.
    `compared` are properties that a query may have, apart from its name. `words` are ours for the
    types and properties of another vocabulary.
    """

    path: str
    title: str
    space: str
    view: str
    types: Sequence[Term]
    properties: Sequence[Term]
    compared: frozenset[str]
    words: Mapping[str, str]

    def search(self, queries: Sequence[Query]) -> Searched:
        """Return what each row may be."""

    def beginning(self, prefix: str, skip: int, most: int) -> Sequence[Target]:
        """Return the entities whose name or id begins so, without the first `skip`."""

    def entities(self, ids: Sequence[str]) -> Mapping[str, Target]:
        """Return those of the entities that there are, by id."""

    def not_checked(self) -> Sequence[NotChecked]:
        """Return what cannot be searched now, or not wholly."""


def choose_automatic_match(candidates: Sequence[Proposal], *, named: bool, complete: bool) -> str:
    """Return the id of the candidate that needs nobody's eye; empty where there is none.

    One alone whose number is that of the row and whose name, where the row is `named`, is not
    another one. Without such a number, one alone whose name is the same; and never where something
    was not searched, for what is there may fit as well.
    """
    numbered = [one for one in candidates if one.match.certain]
    if numbered:
        fitting = [one for one in numbered if not named or one.match.name_score >= NAME_FITS]
        return fitting[0].entity.id if len(numbered) == len(fitting) == 1 else ""
    reaching = [one for one in candidates if one.match.same_name and one.match.score >= AUTOMATIC]
    alone = complete and len(reaching) == 1 and reaching[0].sure
    return reaching[0].entity.id if alone else ""


def facts_of(service: Reconciler, entity: Target) -> list[tuple[str, list[str]]]:
    """Return what is known of an entity, in words."""
    return [
        (term.name, [day(one) if isinstance(one, date) else one for one in values])
        for term in service.properties
        if (values := entity.values[term.id])
    ]


def render_entity_preview(
    service: Reconciler, entity: Target, origins: tuple[str, ...]
) -> HTMLResponse:
    """Return the page, which pages of those origins may put in a frame."""
    text = render_template(
        "reconcile_preview.html.jinja",
        entity=entity,
        facts=facts_of(service, entity),
        gaps=[": ".join(filter(None, (one.title, one.reason))) for one in service.not_checked()],
    )
    policy = HEADERS["Content-Security-Policy"]
    # Browsers pass over X-Frame-Options where the policy says who may frame (CSP3, 6.4.2).
    framed = policy.replace("frame-ancestors 'none'", f"frame-ancestors {' '.join(origins)}")
    return HTMLResponse(text, headers={"Content-Security-Policy": framed if origins else policy})
