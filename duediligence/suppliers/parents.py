"""Under which supplier another one works: sub-contractors and members of a consortium."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from duediligence.formats.cells import clean, split_cell
from duediligence.model import PartOf, PartRole, Supplier, UnreadCell
from duediligence.suppliers.contract_cells import SupplierCell
from duediligence.suppliers.endings import RowEndings
from duediligence.suppliers.numbers import NOTHING

# The answers of a column `Main contractor` where it asks whether the supplier is one.
_NOBODY = NOTHING | frozenset(
    "yes|y|true|self|itself|same|as above|direct|main|prime|lead".split("|")
)
_ROLES: tuple[tuple[PartRole, re.Pattern[str]], ...] = (
    ("sub-contractor", re.compile(r"\bsub[ -]?(?:contract|supplier|provider|consultant)")),
    ("consortium member", re.compile(r"\bconsorti|\bjoint venture\b|\bmember\b|\bjv\b")),
)
_FIRST = re.compile(r"\b(?:main|prime|lead|sole|principal|direct|supplier|contractor|provider)\b")
# A councillor as well: it is read only where it names a supplier in some row.
_DOUBTFUL = re.compile(r"\s*lead members?\s*", re.IGNORECASE)

_UNKNOWN = "no supplier has this reference or exactly this name"
_SEVERAL = "several suppliers have this name: give the reference"
_CIRCLE = "it would work under itself"
_NO_ROLE = "not a known role: write Sub-contractor or Consortium member"
_NO_PARENT = "the supplier that it works under is not named"


@dataclass(frozen=True, slots=True)
class StoredSuppliers:
    """The suppliers that are stored, each as a file last had it.

    `own_refs` are the references of the buyer for those that are stored under another, `merged`
    those of suppliers that are part of another one by now.
    """

    suppliers: Sequence[Supplier] = ()
    own_refs: Mapping[str, str] = field(default_factory=dict)
    merged: Collection[str] = ()


class Parents:
    """Finds the suppliers that cells name: those of the file first, then those that are stored."""

    def __init__(self, suppliers: Iterable[Supplier], known: StoredSuppliers) -> None:
        self._refs: dict[str, str] = {}
        self._names: dict[str, set[str]] = {}
        for one in suppliers:
            self._refs.setdefault(one.ref.casefold(), one.ref)
            self._names.setdefault(_fold_parent_name(one.name), set()).add(one.ref)
        stored: dict[str, set[str]] = {}
        for one in known.suppliers:
            self._refs.setdefault(one.ref.casefold(), one.ref)
            stored.setdefault(_fold_parent_name(one.name), set()).add(one.ref)
        for own, ref in known.own_refs.items():
            self._refs.setdefault(own.casefold(), ref)
        self._names = {**stored, **self._names}
        self._of: dict[str, set[str]] = {}

    def doubtful_column(self, rows: Iterable[RowEndings]) -> str:
        """Return the heading of a column `Lead member` that names no supplier; else empty."""
        heading = ""
        for one in rows:
            for cell in one.parents:
                if not _DOUBTFUL.fullmatch(cell.column):
                    return ""
                if any(self._found(text) for text in _list_named_parents(cell)):
                    return ""
                heading = cell.column if cell.text.strip() else heading
        return heading

    def of(
        self, supplier: Supplier, rows: Sequence[RowEndings]
    ) -> tuple[tuple[PartOf, ...], list[tuple[int, UnreadCell]]]:
        """Return what the supplier is part of, and by row the cells that were not read."""
        found: dict[PartOf, None] = {}
        faults: list[tuple[int, UnreadCell]] = []
        for one in rows:
            role, known = _parse_part_role(one.role.text)
            named = False
            for cell in one.parents:
                for text in _list_named_parents(cell):
                    named = True
                    refs = self._found(text)
                    if refs == {supplier.ref}:
                        continue  # the main contractor itself
                    if len(refs) != 1:
                        faults.append(
                            (one.row, _build_unread_parent(cell, _SEVERAL if refs else _UNKNOWN))
                        )
                    elif self._is_above(supplier.ref, *refs):
                        faults.append((one.row, _build_unread_parent(cell, _CIRCLE)))
                    else:
                        (ref,) = refs
                        self._of.setdefault(supplier.ref, set()).add(ref)
                        found[PartOf(ref, role or _by_heading(cell.column))] = None
            if not known:
                faults.append((one.row, _build_unread_parent(one.role, _NO_ROLE)))
            elif role and not named:
                faults.append((one.row, _build_unread_parent(one.role, _NO_PARENT)))
        return tuple(found), faults

    def _found(self, text: str) -> set[str]:
        ref = self._refs.get(text.casefold())
        return {ref} if ref else self._names.get(_fold_parent_name(text), set())

    def _is_above(self, ref: str, other: str) -> bool:
        """Return whether the other works under the first, by way of others too."""
        seen, after = {other}, [other]
        while after:
            for above in self._of.get(after.pop(), ()):
                if above == ref:
                    return True
                if above not in seen:
                    seen.add(above)
                    after.append(above)
        return False


def _list_named_parents(cell: SupplierCell) -> Iterator[str]:
    return (text for text in split_cell(cell.text) if text.casefold().strip(" .") not in _NOBODY)


def _fold_parent_name(name: str) -> str:
    return clean(name).casefold()


def _by_heading(heading: str) -> PartRole:
    plain = heading.casefold()
    consortium = "consorti" in plain or _DOUBTFUL.fullmatch(plain)
    return "consortium member" if consortium else "sub-contractor"


def _parse_part_role(text: str) -> tuple[PartRole | None, bool]:
    """Return the role that a cell names, None for that of whoever leads; and whether it is
    known.
    """
    plain = clean(text).casefold()
    if not plain or plain in NOTHING:
        return None, True
    lead = re.search(r"\b(?:lead|main|prime)\b", plain)
    for role, form in _ROLES:
        if form.search(plain) and not lead:
            return role, True
    return None, bool(_FIRST.search(plain))


def _build_unread_parent(cell: SupplierCell, reason: str) -> UnreadCell:
    return UnreadCell(cell.column, clean(cell.text)[:100], "contract", reason)
