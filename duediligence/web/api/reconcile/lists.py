"""The public lists: may this row be a party on one of them? Never a register of the council's."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import islice
from urllib.parse import quote

from duediligence.errors import NotFound
from duediligence.matching import DEFAULT_THRESHOLD
from duediligence.matching.names.parties import reads_as_person
from duediligence.model import ListEntry, Match
from duediligence.render.followthemoney import SCHEMATA
from duediligence.render.saying import explain_match
from duediligence.screening.lookup.public_lists import NamePrefixCache, PublicLists
from duediligence.web.api.answers import NotChecked
from duediligence.web.api.datasets import DEFAULT, chosen_lists, derive_coverage
from duediligence.web.api.entities import entity_id, entry_key
from duediligence.web.api.queries import COUNTRIES, KINDS, NAMES, NUMBERS
from duediligence.web.api.reconcile.queries import MOST_CANDIDATES, Query
from duediligence.web.api.reconcile.service import Proposal, Searched, Target, Term
from duediligence.web.lookups import Answer, Lookups, Question

# Features beside the names that, where they differ, leave a row to a person.
_BESIDE = ("identifier", "birth date", "country")


class Lists:
    """A service over the public lists as they are open. Every method may raise Busy, too."""

    path = "lists"
    title = "Sanctions, debarment and enforcement lists"
    space = "/entries/"
    view = "/entries?id={{id}}"
    types: Sequence[Term] = (
        Term("organisation", "Organisation"),
        Term("person", "Person"),
        Term("vessel", "Ship"),
        Term("aircraft", "Aircraft"),
    )
    properties: Sequence[Term] = (
        Term("name", "Name"),
        Term("list", "List", "The list that it is on."),
        Term("alias", "Other name", "Aliases, former names and names in other scripts."),
        Term("birth_date", "Birth date", "Of a person: a year, a month or a day."),
        Term("country", "Country", "Of nationality, registration or residence."),
        Term("number", "Number", "Of a company, a passport, a ship or a register."),
        Term("address", "Address"),
        Term("postcode", "Postcode"),
        Term("programme", "Programme", "Under which it is listed."),
        Term("measure", "Measure", "What the listing does, such as an asset freeze."),
        Term("listed", "Listed on"),
        Term("source", "Source", "The publisher's own page."),
    )
    compared = frozenset(("alias", "birth_date", "country", "number", "postcode"))
    words: Mapping[str, str] = {}

    def __init__(
        self,
        lookups: Lookups,
        names: NamePrefixCache,
        *,
        threshold: float | None,
        dataset: str = DEFAULT,
    ) -> None:
        self._dataset = dataset
        self._lookups = lookups
        self._names = names
        self._threshold = DEFAULT_THRESHOLD if threshold is None else threshold

    def search(self, queries: Sequence[Query]) -> Searched:
        chosen = chosen_lists(self._lookups.lists, self._dataset)
        asked = [(query, subject) for query in queries if (subject := query.subject)]
        looked_up = self._lookups.submit(
            [
                Question(
                    subject,
                    chosen,
                    self._threshold,
                    MOST_CANDIDATES,
                    admits=partial(_is_kind_requested, query.kinds),
                )
                for query, subject in asked
            ]
        ).result()
        found = {id(query): one for (query, _), one in zip(asked, looked_up.answers, strict=True)}
        return Searched(
            [
                list(_build_entry_proposals(looked_up.lists, found[id(query)]))
                if id(query) in found
                else []
                for query in queries
            ],
            derive_coverage(looked_up.lists, chosen).not_checked,
        )

    def beginning(self, prefix: str, skip: int, most: int) -> Sequence[Target]:
        lists = self._lookups.lists
        chosen = chosen_lists(lists, self._dataset) & lists.versions.keys()
        names = self._names.get(lists.engine, chosen)
        keys = list(islice(names.beginning(prefix), skip, skip + most))
        return list(self._entities(keys).values())

    def entities(self, ids: Sequence[str]) -> Mapping[str, Target]:
        keys = []
        for id_ in ids:
            try:
                keys.append(entry_key(id_))
            except NotFound:
                continue
        return self._entities(keys)

    def _entities(self, keys: Sequence[tuple[str, str]]) -> Mapping[str, Target]:
        looked_up = self._lookups.entries(keys).result()
        entries = (entry for entry in looked_up.answers if entry)
        return {
            one.id: one
            for one in (_build_entry_target(looked_up.lists, entry) for entry in entries)
        }

    def not_checked(self) -> Sequence[NotChecked]:
        lists = self._lookups.lists
        return derive_coverage(lists, chosen_lists(lists, self._dataset)).not_checked


# A property of FollowTheMoney, and what it is here.
_PROPERTIES: Mapping[str, str] = {
    "name": "name",
    "alias": "alias",
    "birthDate": "birth_date",
    "country": "country",
    "registrationNumber": "number",
    "address": "address",
    "program": "programme",
    "sourceUrl": "source",
}
_COMPARED: Mapping[str, str] = {
    "birthDate": "birth_date",
    **dict.fromkeys(NAMES, "alias"),
    **dict.fromkeys(COUNTRIES, "country"),
    **dict.fromkeys(NUMBERS, "number"),
}


class EntityLists(Lists):
    """The lists of a dataset in the words of FollowTheMoney, as yente has them."""

    types: Sequence[Term] = tuple(
        Term(schema, schema) for kind, schema in SCHEMATA.items() if kind != "unknown"
    )
    properties: Sequence[Term] = tuple(Term(theirs, theirs) for theirs in _PROPERTIES)
    compared = frozenset(_COMPARED)
    words: Mapping[str, str] = {
        **_COMPARED,
        **{schema: kind.replace("unknown", "") for schema, kind in KINDS.items()},
    }

    def search(self, queries: Sequence[Query]) -> Searched:
        found = super().search(queries)
        rows = [
            [replace(one, entity=_put_in_their_words(one.entity)) for one in row]
            for row in found.candidates
        ]
        return replace(found, candidates=rows)

    def _entities(self, keys: Sequence[tuple[str, str]]) -> Mapping[str, Target]:
        found = super()._entities(keys)
        return {id_: _put_in_their_words(one) for id_, one in found.items()}


def _put_in_their_words(one: Target) -> Target:
    values = {theirs: one.values[ours] for theirs, ours in _PROPERTIES.items()}
    types = tuple(schema for kind, schema in SCHEMATA.items() if kind in one.types)
    return replace(one, types=types, values=values)


def _is_kind_requested(kinds: Sequence[str], entry: ListEntry) -> bool:
    """Return whether a row can be the entry: of the kinds asked for, or of a kind that nobody
    states.
    """
    return not kinds or entry.kind in (*kinds, "unknown")


def _build_entry_proposals(lists: PublicLists, answer: Answer) -> Iterator[Proposal]:
    for match, entry in answer.found:
        yield Proposal(
            _build_entry_target(lists, entry, explain_match(match)),
            match,
            _is_entry_match_sure(match, entry),
        )


def _is_entry_match_sure(match: Match, entry: ListEntry) -> bool:
    """Return whether nothing beside the names speaks against them, and of a person, or what may be
    one, the birth date agrees: others have the same name.
    """
    if any((one := match.feature(name)) and one.verdict != "agree" for name in _BESIDE):
        return False
    may_be_person = entry.kind == "person" or (
        entry.kind == "unknown" and reads_as_person(match.listed_name)
    )
    return match.feature("birth date") is not None or not may_be_person


def _build_entry_target(lists: PublicLists, entry: ListEntry, why: str = "") -> Target:
    title = lists.watchlists[entry.list_id].title
    values: dict[str, tuple[str | date, ...]] = {
        "name": (entry.name,),
        "list": (title,),
        "alias": tuple(name.text for name in entry.names if name.text != entry.name),
        "birth_date": tuple(map(str, entry.birth_dates)),
        "country": entry.countries,
        "number": tuple(f"{one.label} {one}".strip() for one in entry.identifiers),
        "address": tuple(one.text for one in entry.addresses),
        "postcode": tuple(one.postcode for one in entry.addresses if one.postcode),
        "programme": entry.regimes,
        "measure": entry.measures,
        "listed": (entry.listed_on,) if entry.listed_on else (),
        "source": (entry.url,) if entry.url else (),
    }
    facts = (
        title,
        ", ".join(map(str, entry.birth_dates[:2])),
        ", ".join(entry.countries[:3]),
        ", ".join(entry.regimes[:2]),
    )
    return Target(
        id=entity_id(entry),
        name=entry.name,
        description=". ".join(filter(None, ("; ".join(filter(None, facts)), why))),
        types=() if entry.kind == "unknown" else (entry.kind,),
        values=values,
        page=f"/entries?id={quote(entity_id(entry), safe='')}",
    )
