"""Who has left a list since it was last loaded: publishers take a firm off and say nothing."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from duediligence.model import ListEntry
from duediligence.model.records import Record
from duediligence.text.dates import long_date

KEPT_YEARS = 3
_WAS = re.compile(r"Was .+ until [0-9]{1,2} [A-Z][a-z]+ [0-9]{4}\.")


def with_departed(
    previous: Iterable[ListEntry], new: list[ListEntry], day: date
) -> list[ListEntry]:
    """The entries of the new version, and after them those that have left the list.

    `previous` are those of the version before, with who had left by then; `day` is that of the
    new version. One that left has a record marked as ended, and `ends_on` says since when: `day`
    the first time, the same for ever after. It is dropped three years later. One that returns is
    as published. Where an entry's status is no longer what it was, its remarks say so, a line for
    each change.
    """
    listed = {entry.id: entry for entry in new}
    departed = []
    for old in previous:
        if old.id in listed:
            listed[old.id] = _remembering(old, listed[old.id], day)
        elif not _long_gone(gone := _ended(old, day), day):
            departed.append(gone)
    return [*listed.values(), *departed]


def _ended(entry: ListEntry, day: date) -> ListEntry:
    if entry.record and entry.record.ended and entry.ends_on:
        return entry
    # A list whose leavers are kept is a register, whether or not its entries have a record.
    record = replace(entry.record or Record(type="registration"), ended=True)
    return replace(entry, record=record, ends_on=day)


def _long_gone(entry: ListEntry, day: date) -> bool:
    left = entry.ends_on or day
    return (left.year + KEPT_YEARS, left.month, left.day) < (day.year, day.month, day.day)


def _remembering(old: ListEntry, new: ListEntry, day: date) -> ListEntry:
    """The new entry, with a line for each status that it once had."""
    lines = [line for line in old.remarks.split("\n") if _WAS.fullmatch(line)]
    if old.status and old.status != new.status:
        status = " ".join(old.status.split())
        lines.append(f"Was {status} until {long_date(day)}.")
    published = new.remarks.split("\n") if new.remarks else []
    lines = [line for line in dict.fromkeys(lines) if line not in published]
    return replace(new, remarks="\n".join([*published, *lines])) if lines else new
