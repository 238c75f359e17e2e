"""Which entries of the sanctions lists as published are one party, where --real-data has them."""

import os
from collections import Counter
from pathlib import Path
from sys import stdout

import pytest
from duediligence.watchlists import eu, ofac_sdn, uk_sanctions, un

from duediligence.contracts import Files, Watchlist
from duediligence.matching.joined_entries import find_parties, join_entries
from duediligence.model import ListEntry
from duediligence.model.entries import EntryKey

LISTS = Path(os.environ["REAL_DATA"]) / "lists"
pytestmark = pytest.mark.skipif(
    not LISTS.is_dir(), reason=f"the real lists are not in --real-data ({LISTS})"
)


def read(watchlist: Watchlist) -> list[ListEntry]:
    files = {one.name: one for one in (LISTS / watchlist.folder).iterdir() if one.is_file()}
    return list(watchlist.parse(Files(files)))


def test_parties_on_several_real_lists_are_joined() -> None:
    every = [
        entry
        for one in (uk_sanctions.parse, un.parse, eu.parse, ofac_sdn.parse)
        for entry in read(one)
    ]
    joins = join_entries(every)
    parties = find_parties(joins)
    stdout.write(f"{len(joins):,} joins of {len(set(parties.values())):,} parties\n")
    entries = Counter(list_id for list_id, _ in parties)
    for list_id, number in Counter(entry.list_id for entry in every).items():
        stdout.write(f"{list_id}: {entries[list_id]:,} of {number:,} entries are joined\n")
    assert entries["un"] > 0.95 * sum(one.list_id == "un" for one in every)
    assert len(joins) > 7_000
    # A firm of which one of three publishers gives a number.
    named: dict[str, set[tuple[EntryKey, ...]]] = {}
    for entry in every:
        key = (entry.list_id, entry.id)
        for name in entry.names:
            named.setdefault(name.text.casefold().rstrip("."), set()).add(parties.get(key, (key,)))
    assert [len(party) for party in named["petropars ltd"]] == [3]
