"""List entries compiled into the arrays of an index."""

from collections.abc import Iterable

import msgspec
import numpy as np

from duediligence.matching.evidence import Facts, identifier_keys
from duediligence.matching.index import rows
from duediligence.matching.index.arrays import Arrays
from duediligence.matching.index.entries import KINDS, STRENGTHS, StoredEntry
from duediligence.matching.index.hashing import hash_texts
from duediligence.matching.names.prepared import prepare
from duediligence.model import ListEntry


def compile_entries(entries: Iterable[ListEntry]) -> Arrays:
    """The arrays of an index over the names, numbers and facts of the entries."""
    texts: list[bytes] = []
    name_entry: list[int] = []
    strengths: list[int] = []
    kinds: list[int] = []
    firsts = [0]
    people, organisations = rows.Rows(person=True), rows.Rows(person=False)
    encoded: list[bytes] = []
    number_keys: list[str] = []
    number_entries: list[int] = []
    for number, entry in enumerate(entries):
        kinds.append(KINDS.index(entry.kind))
        for name in entry.names:
            prepared = prepare(name.text, entry.kind)
            for place, reading in enumerate(prepared.person):
                people.add(len(texts), place, reading)
            for place, reading in enumerate(prepared.organisation):
                organisations.add(len(texts), place, reading)
            texts.append(name.text.encode("utf-8", "replace"))
            name_entry.append(number)
            strengths.append(STRENGTHS.index(name.strength))
        firsts.append(len(texts))
        facts = Facts(entry.birth_dates, entry.countries, entry.identifiers, entry.addresses)
        encoded.append(msgspec.msgpack.encode(StoredEntry(entry.id, entry.list_id, facts)))
        keys = {key for identifier in entry.identifiers for key in identifier_keys(identifier)}
        number_keys += sorted(keys)
        number_entries += [number] * len(keys)
    numbers = hash_texts(number_keys)
    order = np.argsort(numbers, kind="stable")
    return (
        people.arrays()
        | organisations.arrays()
        | _blob("name", texts)
        | _blob("entry", encoded)
        | {
            "name_entry": np.array(name_entry, dtype=np.int32),
            "name_strength": np.array(strengths, dtype=np.int8),
            "entry_kind": np.array(kinds, dtype=np.int8),
            "entry_first": np.array(firsts, dtype=np.int32),
            "number_hash": numbers[order],
            "number_entry": np.array(number_entries, dtype=np.int32)[order],
        }
    )


def _blob(what: str, parts: list[bytes]) -> Arrays:
    starts = np.zeros(len(parts) + 1, dtype=np.int64)
    np.cumsum([len(part) for part in parts], out=starts[1:])
    return {f"{what}_text": np.frombuffer(b"".join(parts), dtype=np.uint8), f"{what}_start": starts}
