"""Which supplier of a file is which stored one: identity does not hang on spelling.

A reference of the buyer is identity. Where a row has none, or its supplier came without one before,
the two are joined by what else they have in common, in rounds from the surest to the least sure;
where more than one would do, none is taken and the candidates are named.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, NamedTuple

from duediligence.matching.compare import name_similarity
from duediligence.matching.evidence import digit_mistyped, digits_swapped
from duediligence.model import Contract, Identifier, Supplier
from duediligence.suppliers.importing import Import
from duediligence.suppliers.parents import StoredSuppliers
from duediligence.suppliers.rows import made_ref
from duediligence.text.folding import fold
from duediligence.text.legal_forms import split_legal_forms

Why = Literal[
    "same in all but contracts",
    "same number",
    "same name and postcode",
    "same name",
    "similar name, same postcode",
    "same name, another postcode",
]
# At one postcode, names as similar as this are one name with a slip in it.
SIMILAR = 0.93
_MADE = re.compile(r"S-[0-9a-f]{12}")
# One firm of agents may have thousands of companies at its address.
_MOST_COMPARED = 50


@dataclass(frozen=True, slots=True)
class SameSupplier:
    """A supplier of the file that is a stored one though its spelling differs.

    `own_ref` is the reference that the file gives to one that had none before, else empty.
    """

    before: Supplier
    now: Supplier
    why: Why
    own_ref: str = ""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A new supplier that may be one of those stored: a person decides."""

    supplier: Supplier
    candidates: tuple[Supplier, ...]


@dataclass(frozen=True, slots=True)
class Recognised:
    """The suppliers of a file under the references that they are known by.

    `own_refs` are references in the file, those that are new, of suppliers that keep another one.
    `reopened` had ended, and the file has them without saying so.
    """

    suppliers: tuple[Supplier, ...]
    joins: tuple[SameSupplier, ...]
    doubts: tuple[Doubt, ...]
    own_refs: Mapping[str, str]
    reopened: tuple[Supplier, ...]


class _Facts(NamedTuple):
    """What suppliers are compared by."""

    supplier: Supplier
    name: str
    postcode: str
    numbers: frozenset[Identifier]

    @classmethod
    def of(cls, supplier: Supplier) -> "_Facts":
        postcode = supplier.address.postcode if supplier.address else ""
        return cls(
            supplier,
            firm_name(supplier.name),
            postcode.replace(" ", "").upper(),
            frozenset(supplier.identifiers),
        )


def firm_name(name: str) -> str:
    """Return a name without case, accents, punctuation, spaces and legal form."""
    return "".join(_split_name(name)[0]) or name.casefold()


def read_legal_forms(name: str) -> frozenset[str]:
    """Return the families of legal form that a name states."""
    return _split_name(name)[1]


def _split_name(name: str) -> tuple[list[str], frozenset[str]]:
    return split_legal_forms(fold(name).replace(" and ", " ").split())


def list_legal_forms(name: str) -> frozenset[str]:
    """Return the families of legal form in a name: `Ltd` and `Limited` are one."""
    return split_legal_forms(fold(name).split())[1]


def numbers_differ(one: Iterable[Identifier], other: Iterable[Identifier]) -> bool:
    """Return whether both have a number of one register, and they are not one number with a slip in
    it.
    """
    theirs = {identifier.scheme: identifier.id for identifier in other}
    return any(
        not _may_be_same_number(identifier.id, theirs[identifier.scheme])
        for identifier in one
        if identifier.scheme in theirs
    )


def _may_be_same_number(one: str, other: str) -> bool:
    return one == other or digit_mistyped(one, other) or digits_swapped(one, other)


def is_made(ref: str) -> bool:
    """Return whether a reference is one that an import made, because the file had none."""
    return _MADE.fullmatch(ref) is not None


def recognise_suppliers(read: Import, known: StoredSuppliers, *, today: date) -> Recognised:
    """Give each supplier of the file the reference that it is known by.

    `known` are the stored suppliers and the references of files for some of them. A supplier that
    is joined keeps the reference that it has, and so its decisions.
    """
    stored = {one.ref: one for one in known.suppliers}
    refs: dict[str, str] = {}  # from the reference in the file to the one that is kept
    open_rows: list[_Facts] = []
    for one in read.suppliers:
        kept = known.own_refs.get(one.ref, one.ref)
        if kept in known.merged:
            refs[one.ref] = kept
        elif one.ref in read.without_ref:
            # Of the same spelling: another one may have had this spelling when its ref was made.
            if one.ref in stored and _same_key(one, stored[one.ref]):
                refs[one.ref] = one.ref
            else:
                open_rows.append(_Facts.of(one))
        elif kept in stored:
            refs[one.ref] = kept
        else:
            open_rows.append(_Facts.of(one))
    taken = set(refs.values())
    made = [_Facts.of(one) for one in known.suppliers if is_made(one.ref)]
    pairing = _Pairing(
        open_rows,
        [one for one in made if one.supplier.ref not in taken],
        all_rows=[_Facts.of(one) for one in read.suppliers],
        all_stored=made,
        without_ref=read.without_ref,
        having_one=frozenset(known.own_refs.values()),
    )
    pairing.run()
    for row, (ref, _) in pairing.found.items():
        refs[row] = ref
    _name_the_new(open_rows, read, refs, taken=set(stored) | set(refs.values()))
    suppliers = tuple(
        _assign_kept_ref(one, refs, stored, undated=one.ref in read.undated, today=today)
        for one in read.suppliers
    )
    now = {one.ref: kept for one, kept in zip(read.suppliers, suppliers, strict=True)}
    joins = tuple(
        SameSupplier(stored[ref], now[row], why, "" if row in read.without_ref else row)
        for row, (ref, why) in pairing.found.items()
        if row not in read.without_ref or not _same_key(stored[ref], now[row])
    )
    return Recognised(
        suppliers=suppliers,
        joins=joins,
        doubts=tuple(
            Doubt(now[row], tuple(stored[ref] for ref in of)) for row, of in pairing.doubts.items()
        ),
        own_refs={join.own_ref: join.now.ref for join in joins if join.own_ref},
        reopened=tuple(
            one
            for one in suppliers
            if one.ref in stored
            and _has_ended(stored[one.ref], today)
            and not _has_ended(one, today)
        ),
    )


def _has_ended(supplier: Supplier, today: date) -> bool:
    return supplier.ended is not None and supplier.ended <= today


def _same_key(one: Supplier, other: Supplier) -> bool:
    """Return whether both have what a reference is made of."""
    return made_ref(one) == made_ref(other)


def _name_the_new(
    rows: Iterable[_Facts], read: Import, refs: dict[str, str], *, taken: set[str]
) -> None:
    """References for suppliers that are new, none of which is or was that of another."""
    for row in rows:
        ref = row.supplier.ref
        if ref in refs:
            continue
        number, made = 1, ref
        while made in taken and ref in read.without_ref:
            number += 1
            made = made_ref(replace(row.supplier, former_names=(f"{number}",)), whole=True)
        refs[ref] = made
        taken.add(made)


def _assign_kept_ref(
    one: Supplier,
    refs: Mapping[str, str],
    stored: Mapping[str, Supplier],
    *,
    undated: bool,
    today: date,
) -> Supplier:
    """Return the supplier under its reference, part of others under theirs, and with days it
    had.
    """
    above = tuple(
        replace(part, supplier_ref=refs.get(part.supplier_ref, part.supplier_ref))
        for part in one.part_of
    )
    one = replace(one, ref=refs[one.ref], part_of=above)
    before = stored.get(one.ref)
    return _with_days_of(before, one, today) if before and undated else one


def _with_days_of(before: Supplier, now: Supplier, today: date) -> Supplier:
    """Return the days on which something ended for which the file has none: those of the first
    import.
    """
    ends = {
        replace(contract, end=None): contract.end
        for contract in before.contracts
        if contract.end is not None
    }

    def kept(contract: Contract) -> Contract:
        end = ends.get(replace(contract, end=None))
        return replace(contract, end=end) if contract.end == today and end else contract

    ended = before.ended if now.ended == today and before.ended else now.ended
    return replace(now, ended=ended, contracts=tuple(kept(one) for one in now.contracts))


class _Pairing:
    """Pairs rows with stored suppliers. `found` has by row the reference and why."""

    def __init__(
        self,
        rows: Sequence[_Facts],
        stored: Sequence[_Facts],
        *,
        all_rows: Sequence[_Facts],
        all_stored: Sequence[_Facts],
        without_ref: frozenset[str],
        having_one: frozenset[str],
    ) -> None:
        self._rows = {one.supplier.ref: one for one in rows}
        self._stored = {one.supplier.ref: one for one in stored}
        self._without_ref, self._having_one = without_ref, having_one
        both = (all_rows, all_stored)
        self._names = tuple(_group_facts_by_key(side, _list_name_keys) for side in both)
        self._numbers = tuple(_group_facts_by_key(side, lambda one: one.numbers) for side in both)
        self.found: dict[str, tuple[str, Why]] = {}
        self.doubts: dict[str, tuple[str, ...]] = {}

    def run(self) -> None:
        """Go through the rounds, the surest first."""
        self._same_in_all()
        self._round("same number", lambda one: one.numbers, self._by_number)
        self._round(
            "same name and postcode",
            lambda one: [(one.name, one.postcode)] if one.postcode else [],
            _no_other_number,
        )
        self._round("same name", _list_name_keys, self._lacks_a_postcode)
        self._round("same name, another postcode", _list_name_keys, self._moved)
        self._round("similar name, same postcode", _list_postcode_keys, self._similar)
        of_name = _group_facts_by_key(self._stored.values(), _list_name_keys)
        for row in self._rows.values():
            self._doubt(row.supplier.ref, (one.supplier.ref for one in of_name.get(row.name, ())))
        left = {row: [ref for ref in of if ref in self._stored] for row, of in self.doubts.items()}
        self.doubts = {row: tuple(of) for row, of in left.items() if of and row in self._rows}

    def _same_in_all(self) -> None:
        """Join what was imported before just so, whatever else looks like it."""
        stored: dict[Supplier, list[str]] = defaultdict(list)
        for ref in sorted(self._stored, reverse=True):
            stored[_keep_identity_fields(self._stored[ref].supplier)].append(ref)
        for row, one in list(self._rows.items()):
            able = stored.get(_keep_identity_fields(one.supplier))
            if able and self._may_join(row, able[-1]):
                self._join(row, able.pop(), "same in all but contracts")

    def _join(self, row: str, ref: str, why: Why) -> None:
        self.found[row] = (ref, why)
        del self._rows[row], self._stored[ref]

    def _doubt(self, row: str, refs: Iterable[str]) -> None:
        left = [ref for ref in refs if ref in self._stored and self._may_join(row, ref)]
        if left:
            self.doubts[row] = tuple(dict.fromkeys((*self.doubts.get(row, ()), *left)))

    def _may_join(self, row: str, ref: str) -> bool:
        """Return a supplier that has a reference of the buyer is known by no other one."""
        return row in self._without_ref or ref not in self._having_one

    def _round(
        self,
        why: Why,
        keys: Callable[[_Facts], Iterable[Hashable]],
        fits: Callable[[_Facts, _Facts], bool],
    ) -> None:
        """Join what fits on both sides with one alone."""
        of_key = _group_facts_by_key(self._stored.values(), keys)
        pairs: dict[str, list[str]] = defaultdict(list)
        back: dict[str, list[str]] = defaultdict(list)
        for row in self._rows.values():
            near = {
                one.supplier.ref: one
                for key in keys(row)
                if len(of_key.get(key, ())) <= _MOST_COMPARED
                for one in of_key.get(key, ())
            }
            for ref, one in near.items():
                if self._may_join(row.supplier.ref, ref) and fits(row, one):
                    pairs[row.supplier.ref].append(ref)
                    back[ref].append(row.supplier.ref)
        for ref, able in pairs.items():
            if len(able) == 1 and len(back[able[0]]) == 1:
                self._join(ref, able[0], why)
        for ref, able in pairs.items():
            if ref in self._rows:
                self._doubt(ref, able)

    def _by_number(self, row: _Facts, one: _Facts) -> bool:
        shared = row.numbers & one.numbers
        alone = all(len(group.get(number, ())) == 1 for number in shared for group in self._numbers)
        return alone and (row.name == one.name or self._is_renamed(row, one))

    def _is_renamed(self, row: _Facts, one: _Facts) -> bool:
        """Return whether neither name is that of another: a number in the wrong row makes no
        supplier.
        """
        of_rows, of_stored = self._names
        return one.name not in of_rows and row.name not in of_stored

    def _is_only_one(self, row: _Facts, one: _Facts) -> bool:
        of_rows, of_stored = self._names
        only = len(of_rows[row.name]) == 1 and len(of_stored[one.name]) == 1
        return only and _no_other_number(row, one)

    def _lacks_a_postcode(self, row: _Facts, one: _Facts) -> bool:
        return not (row.postcode and one.postcode) and self._is_only_one(row, one)

    def _moved(self, row: _Facts, one: _Facts) -> bool:
        return bool(row.postcode and one.postcode) and self._is_only_one(row, one)

    def _similar(self, row: _Facts, one: _Facts) -> bool:
        if not self._is_renamed(row, one) or not _no_other_number(row, one):
            return False
        return name_similarity(row.supplier.name, one.supplier.name, "unknown") >= SIMILAR


def _keep_identity_fields(supplier: Supplier) -> Supplier:
    """Return what tells a supplier from others: not its contracts, nor how it was written or
    reached.
    """
    return replace(
        supplier,
        ref="",
        contract="",
        contracts=(),
        repairs=(),
        unread=(),
        ended=None,
        part_of=(),
        contact_keys=(),
    )


def _list_name_keys(one: _Facts) -> Iterator[str]:
    yield one.name


def _list_postcode_keys(one: _Facts) -> Iterator[str]:
    if one.postcode:
        yield one.postcode


def _no_other_number(row: _Facts, one: _Facts) -> bool:
    return not numbers_differ(row.numbers, one.numbers)


def _group_facts_by_key(
    side: Iterable[_Facts], keys: Callable[[_Facts], Iterable[Hashable]]
) -> dict[Hashable, list[_Facts]]:
    found: dict[Hashable, list[_Facts]] = {}
    for one in side:
        for key in keys(one):
            found.setdefault(key, []).append(one)
    return found
