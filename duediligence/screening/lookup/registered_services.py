"""Registrations of care, children's services and schools: found by their number and by their owner,
and which of them speak for a supplier.

A number alone identifies nothing: it is accepted with a name that agrees. A firm has no grade; of
an owner of several no single one speaks for it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import product
from typing import Literal, get_args

from duediligence.law.registrations import find_contract_nation
from duediligence.matching import DEFAULT_THRESHOLD, compare, prepare
from duediligence.matching.evidence import SAME_NUMBER, describe_number_kind
from duediligence.matching.premises import NEAR
from duediligence.model import (
    ListEntry,
    Match,
    Party,
    Place,
    PossibleMatch,
    Supplier,
)
from duediligence.model.entries import CARE, COMPANY, SUPPLIER, plain_care_number
from duediligence.model.matches import Feature
from duediligence.model.registrations import NumberOfAnother, OwnedRegistrations
from duediligence.model.suppliers import Nation
from duediligence.text.folding import fold
from duediligence.text.legal_forms import has_same_words, split_legal_forms

# Gives the entries of a list that have a key of `list_registration_keys`.
Keyed = Callable[[str], Iterable[ListEntry]]


def list_registration_keys(entry: ListEntry) -> Iterator[str]:
    """Yield what a registration is found by, apart from its names: its number, and who owns it."""
    if service := entry.service:
        numbers = dict.fromkeys((service.number, service.owner_number))
        yield from (format_number_key(number) for number in numbers if number)
        if owner := fold_owner(service.owner):
            yield f"owner:{owner}"
        if service.area:
            yield format_area_key(service.area)


def format_area_key(area: str) -> str:
    """Return what the registrations in a local authority are found by."""
    return f"area:{fold(area)}"


def format_number_key(number: str) -> str:
    """Return what a registration is found by, however its number is written."""
    return f"registration:{plain_care_number(number)}"


def fold_owner(name: str) -> str:
    """Return the words of an owner's name without its legal form: one owner is written in several
    ways on one register.
    """
    return " ".join(split_legal_forms(fold(name).split())[0])


def find_numbered(party: Party, keyed: Keyed) -> Iterator[Match]:
    """Yield the registrations whose number a supplier gives, without regard to names."""
    given = [one for one in party.identifiers if one.scheme == CARE and party.role == SUPPLIER]
    for number, entry in ((one, e) for one in given for e in keyed(format_number_key(one.id))):
        names = (
            compare(prepare(ours.text, party.kind), prepare(theirs.text, entry.kind))
            for ours, theirs in product(party.names, entry.names)
        )
        best = max(names, key=lambda match: match.score)
        of = describe_number_kind(number)
        same = Feature("identifier", number.id, number.id, SAME_NUMBER, "agree", of=of)
        features = (*best.features, same)
        yield replace(best, features=features, entry_id=entry.id, list_id=entry.list_id)


def find_number_of_another(one: PossibleMatch) -> NumberOfAnother | None:
    """Return the number that alone says that a registration is the party's; None where a name of
    the owner or the place agrees, too.
    """
    feature = one.match.feature("identifier")
    if not one.entry.service or not one.certain or not feature:
        return None
    if one.match.name_score >= DEFAULT_THRESHOLD:
        return None
    given = next((i for i in one.party.identifiers if i.id == feature.query), None)
    return NumberOfAnother(one.party, given, one.entry, one.list_title) if given else None


def add_registrations_of_owners(
    found: Iterable[PossibleMatch], keyed: Keyed
) -> list[PossibleMatch]:
    """Return the matches, and all other registrations of an owner whose name is the party's: a
    search gives a part of them only. The best first.
    """
    every = {one.entry.id: one for one in found}
    for one in list(every.values()):
        owner = fold_owner(one.entry.service.owner) if one.entry.service else ""
        if not owner or fold_owner(one.match.listed_name) != owner:
            continue
        if not one.certain and not one.named:
            continue
        # The number of one registration is not that of the others.
        only = ("address", "identifier") if one.numbered else ("address",)
        features = tuple(f for f in one.match.features if f.name not in only)
        for entry in keyed(f"owner:{owner}"):
            if _are_two_companies(one.party, entry) or _are_two_companies(one.entry, entry):
                continue
            match = replace(one.match, features=features, entry_id=entry.id)
            place: Place = "not known" if one.place == "not known" else "elsewhere"
            named = match.same_name and is_named_alike(one.party, entry)
            added = replace(one, entry=entry, match=match, place=place, named=named)
            every.setdefault(entry.id, added)
    return sorted(every.values(), key=lambda one: (-one.match.score, one.entry.id))


def is_named_alike(party: Party, entry: ListEntry) -> bool:
    """Return whether a name of each has the same words: `1st Care` and `1 Care` have not."""
    pairs = product(party.names, entry.names)
    return any(has_same_words(ours.text, theirs.text) for ours, theirs in pairs)


def _are_two_companies(one: Party | ListEntry, other: ListEntry) -> bool:
    ours, theirs = (
        {number.id for number in side.identifiers if number.scheme == COMPANY}
        for side in (one, other)
    )
    return bool(ours and theirs) and ours.isdisjoint(theirs)


def find_owned(
    supplier: Supplier, found: Iterable[PossibleMatch], buyer: Nation | Literal[""]
) -> OwnedRegistrations | None:
    """Return those registrations of a supplier on one list of which none speaks for it; None where
    it may hold one alone.

    One whose number, postcode or own name it gives is known to be its place, and is kept apart; so
    is the only one that has its name or number, beside some of similar names.
    `buyer` is the nation of the buyer; contracts of no known nation are taken for those of England.
    What has the number of another company, or the name of many people, is not known to be its own.
    """
    services = sorted((one for one in found if one.entry.service), key=lambda one: one.entry.id)
    itself = [one for one in services if one.party.role.kind != "premises"]
    known = {one.entry.id for one in itself if one.may_be_own}
    own = tuple(
        one for one in itself if _is_own_place(one) or (len(known) == 1 and one.entry.id in known)
    )
    owned = tuple(one for one in services if one not in own)
    if not owned or len({one.entry.id for one in services}) < 2:
        return None
    works = [find_contract_nation(one) or buyer or "England" for one in supplier.engagements]
    country = supplier.address.country.strip().title() if supplier.address else ""
    at_home = [nation for nation in get_args(Nation) if nation == country]
    return OwnedRegistrations(supplier, owned, own, tuple(dict.fromkeys(works or at_home)))


def _is_own_place(one: PossibleMatch) -> bool:
    service = one.entry.service
    if service is None:
        return False
    is_named = one.named and one.match.listed_name == service.place != ""
    return (
        one.numbered
        or one.place in NEAR
        or (is_named and fold_owner(service.place) != fold_owner(service.owner))
    )
