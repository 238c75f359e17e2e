"""The buyer's own suppliers: is this row one that is there already?"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from urllib.parse import quote

from duediligence.matching.names.parties import reads_as_person
from duediligence.model import Match, Supplier
from duediligence.render.saying import explain_match
from duediligence.render.wording import day
from duediligence.screening.lookup.own_suppliers import SupplierIndex
from duediligence.web.api.answers import NotChecked
from duediligence.web.api.reconcile.queries import MOST_CANDIDATES, Query
from duediligence.web.api.reconcile.service import Proposal, Searched, Target, Term

SUPPLIER = Term("supplier", "Supplier", "A supplier of the buyer's own, by the buyer's reference.")


class Suppliers:
    """A service over the suppliers as they are stored."""

    path = "suppliers"
    title = "Own suppliers"
    space = "/suppliers/"
    view = "/suppliers/{{id}}"
    types: Sequence[Term] = (SUPPLIER,)
    properties: Sequence[Term] = (
        Term("name", "Name"),
        Term("reference", "Reference", "The buyer's own key."),
        Term("alias", "Other name", "Trading names and former names."),
        Term("number", "Number", "Of a company, a charity, a mutual, or a PPON."),
        Term("address", "Address"),
        Term("postcode", "Postcode"),
        Term("ended", "Ended on", "The day from which nothing is bought from it any more."),
    )
    compared = frozenset(("alias", "number", "postcode"))
    words: Mapping[str, str] = {}

    def __init__(self, index: SupplierIndex) -> None:
        self._index = index

    def search(self, queries: Sequence[Query]) -> Searched:
        asked = [subject for query in queries if (subject := query.subject)]
        found = self._index.search(asked, limit=MOST_CANDIDATES)
        return Searched(
            [list(self._candidates(next(found))) if query.subject else [] for query in queries]
        )

    def _candidates(self, matches: Iterable[Match]) -> Iterator[Proposal]:
        for match in matches:
            supplier = self._index.suppliers[match.entry_id]
            why = explain_match(match, other="the supplier's")
            yield Proposal(
                _build_supplier_target(supplier, why), match, _is_supplier_match_sure(match)
            )

    def beginning(self, prefix: str, skip: int, most: int) -> Sequence[Target]:
        return [
            _build_supplier_target(one) for one in self._index.beginning(prefix)[skip : skip + most]
        ]

    def entities(self, ids: Sequence[str]) -> Mapping[str, Target]:
        return {
            ref: _build_supplier_target(self._index.suppliers[ref])
            for ref in ids
            if ref in self._index.suppliers
        }

    def not_checked(self) -> Sequence[NotChecked]:
        return ()


def _is_supplier_match_sure(match: Match) -> bool:
    """Return whether nothing speaks against a supplier of the same name: no other number; and many
    share a person's name, which is not enough without the postcode.
    """
    number, place = match.feature("identifier"), match.feature("address")
    return number is None and (place is not None or not reads_as_person(match.listed_name))


def _build_supplier_target(supplier: Supplier, why: str = "") -> Target:
    address = supplier.address
    values: dict[str, tuple[str | date, ...]] = {
        "name": (supplier.name,),
        "reference": (supplier.ref,),
        "alias": (*supplier.trading_names, *supplier.former_names),
        "number": tuple(map(str, supplier.identifiers)),
        "address": (address.text,) if address else (),
        "postcode": (address.postcode,) if address and address.postcode else (),
        "ended": (supplier.ended,) if supplier.ended else (),
    }
    facts = (
        f"Supplier {supplier.ref}",
        f"also {', '.join(supplier.trading_names)}" if supplier.trading_names else "",
        ", ".join(map(str, supplier.identifiers)),
        address.postcode if address else "",
        f"ended on {day(supplier.ended)}" if supplier.ended else "",
    )
    return Target(
        id=supplier.ref,
        name=supplier.name,
        description=". ".join(filter(None, ("; ".join(filter(None, facts)), why))),
        types=(SUPPLIER.id,),
        values=values,
        page=f"/suppliers/{quote(supplier.ref, safe='')}",
    )
