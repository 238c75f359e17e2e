"""Which records are signs that workers may be exploited, beside other signs."""

from duediligence.law.crimes import crimes_of
from duediligence.model import PossibleMatch, RecordType
from duediligence.model.findings import LabourSign

_DECIDED: tuple[RecordType, ...] = ("conviction", "caution", "order", "injunction")
_HELD: tuple[RecordType, ...] = ("registration", "rating", "licence_review")


def of_record(found: PossibleMatch) -> tuple[LabourSign, ...]:
    """Return the sign that a record is; none where it is hardly the party's, or an allegation.

    Of a list's own sign (`Watchlist.labour_sign`) a place on a register or a rating counts where it
    is low; to have left counts for sponsors alone, whose workers depend on the licence.
    """
    record = found.entry.record
    if record is None or not _may_be_the_party(found):
        return ()
    if record.type in _DECIDED and "slavery_trafficking" in crimes_of(record):
        return ("slavery",)
    sign = found.labour_sign
    if sign is None or record.type == "prosecution_pending":
        return ()
    left = record.ended and sign == "sponsor licence"
    return (sign,) if record.low or left or record.type not in _HELD else ()


def _may_be_the_party(found: PossibleMatch) -> bool:
    """Return whether a number is the same, or the name, and nothing that is known differs."""
    if found.certain:
        return True
    match = found.match
    differs = match.otherwise_born or match.undated or match.feature("identifier") is not None
    return match.same_name and not differs and found.place != "elsewhere"
