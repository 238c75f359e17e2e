"""The signs of labour exploitation about each supplier, and those that could not be looked for."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from duediligence import registry
from duediligence.contracts import Watchlist
from duediligence.model import Dossier, Finding, ListStatus, Supplier
from duediligence.model.findings import LabourSign
from duediligence.model.labour import SIGNS, LabourSigns, UnseenSign
from duediligence.screening.lookup.parties import OWN_ROLES


def labour_signs(
    suppliers: Iterable[Supplier],
    findings: Iterable[Finding],
    dossiers: Mapping[str, Dossier],
    lists: Sequence[ListStatus],
) -> Iterator[LabourSigns]:
    """Yield what is to be judged of each supplier with at least one sign, from all findings so far.

    Signs are about the supplier itself; slavery and trafficking also about whoever is behind it.
    What is restricted may be an allegation, and is no sign.
    """
    found: dict[str, list[Finding]] = {}
    for one in findings:
        own = one.about == "supplier" or one.role.kind in OWN_ROLES or "slavery" in one.signs
        if one.signs and own and one.handling != "restricted":
            found.setdefault(one.supplier_ref, []).append(one)
    unseen = tuple(_find_unseen_signs(lists)) if found else ()
    for supplier in suppliers:
        if some := found.get(supplier.ref):
            yield LabourSigns(supplier, tuple(some), dossiers.get(supplier.ref), unseen)


def _find_unseen_signs(lists: Sequence[ListStatus]) -> Iterator[UnseenSign]:
    """Yield the signs that lists show, of which no list is in use, or one is not current."""
    used = {status.list_id: status for status in lists if status.in_use}
    shown: dict[LabourSign, list[Watchlist]] = {}
    for watchlist in registry.find_watchlists().values():
        if sign := sign_of(watchlist):
            shown.setdefault(sign, []).append(watchlist)
    for sign in SIGNS:
        of = shown.get(sign, [])
        failed = [w.title for w in of if w.id in used and used[w.id].state != "current"]
        if failed:
            yield UnseenSign(sign, tuple(failed), failed=True)
        elif of and not any(watchlist.id in used for watchlist in of):
            yield UnseenSign(sign, tuple(watchlist.title for watchlist in of), failed=False)


def sign_of(watchlist: Watchlist) -> LabourSign | None:
    """Return what a bad record on the list can be a sign of."""
    slavery = "slavery_trafficking" in watchlist.crime_types
    return watchlist.labour_sign or ("slavery" if slavery else None)
