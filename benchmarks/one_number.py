"""Two names under one company number, and other firms at one postcode.

    python benchmarks/one_number.py

Each care home of the Care Quality Commission's list with a company number is looked up by its
name, with its address where `care_providers.csv` has one of that name, among all providers: those
of the list, at the addresses of their homes, and the other care providers. Names of a ledger
likewise, with no address. *First*: the provider of that number alone is first, at the lowest
threshold of at least 0.50 at which 3 % have another first. Then the care providers of one postcode
are looked up among one another. Both are split by a hash of the number or the postcode: the rules
of the postcode were made while reading the half "read", and no pair of the other was looked at.
"""

import csv
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import NamedTuple

from names import DATA, WHY_NOT

from duediligence.matching import DEFAULT_THRESHOLD, Index, Subject
from duediligence.matching.premises import compare_places, postcode
from duediligence.model import Address, ListEntry, Match, Name
from duediligence.text.folding import fold

HOMES = "publishers/cqc/active_locations_with_company_number_2026-05.cut.csv"
LEDGERS = {
    "names_to_companies_house": "ledger_name",
    "notice_names_to_companies_house": "name_as_written",
}
LEAST, WRONG = 0.5, 0.03


class Pair(NamedTuple):
    """A name to look up, the name under its number, and where it is."""

    number: str
    ours: str
    theirs: str
    at: tuple[Address, ...] = ()


def rows(file: str) -> list[dict[str, str]]:
    with (DATA / file).open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        return list(csv.DictReader(lines))


def half(text: str) -> str:
    return ("read", "kept apart")[int(hashlib.sha256(text.encode()).hexdigest(), 16) % 2]


def number(text: str) -> str:
    return text.strip().upper().zfill(8)


def suppliers() -> list[tuple[str, str, Address]]:
    return [
        (
            row["supplier_ref"],
            row["name"],
            Address(f"{row['address']}, {row['town']}", row["postcode"]),
        )
        for row in rows("suppliers/care_providers.csv")
    ]


def homes() -> list[Pair]:
    """The homes with a company number; the address is that of the one supplier of the name."""
    named = defaultdict(list)
    for _, name, address in suppliers():
        named[fold(name)].append(address)
    pairs = []
    for row in rows(HOMES):
        if row["Provider Companies House Number"].strip():
            ours = row["Location Name"].strip()
            at = named[fold(ours)]
            pairs.append(
                Pair(
                    number(row["Provider Companies House Number"]),
                    ours,
                    row["Provider Name"].strip(),
                    tuple(at) if len(at) == 1 else (),
                )
            )
    return pairs


def ledgers() -> Iterator[Pair]:
    for file, column in LEDGERS.items():
        for row in rows(f"publishers/ledger-names/{file}.csv"):
            yield Pair(number(row["company_number"]), row[column], row["companies_house_name"])


def providers(pairs: Iterable[Pair]) -> Iterator[ListEntry]:
    """One entry a number, at the places of its pairs, and the suppliers that are none of them."""
    pairs = list(pairs)
    by_number = defaultdict(list)
    for pair in pairs:
        by_number[pair.number].append(pair)
    for number_, some in by_number.items():
        names = dict.fromkeys(pair.theirs for pair in some)
        at = dict.fromkeys(address for pair in some for address in pair.at)
        yield entry(number_, *names, at=tuple(at))
    known = {fold(name) for pair in pairs for name in (pair.ours, pair.theirs)}
    for ref, name, address in suppliers():
        if fold(name) not in known:
            yield entry(ref, name, at=(address,))


def entry(id_: str, *names: str, at: tuple[Address, ...]) -> ListEntry:
    return ListEntry(
        id=id_,
        list_id="made",
        kind="organisation",
        names=tuple(map(Name, names)),
        addresses=at,
    )


def first(pairs: list[Pair], found: Iterable[list[Match]]) -> str:
    """How many have the right provider first, and at which threshold."""
    best = []
    for pair, matches in zip(pairs, found, strict=True):
        alone = len(matches) == 1 or (len(matches) > 1 and matches[1].score < matches[0].score)
        best.append(
            (matches[0].score, alone and matches[0].entry_id == pair.number)
            if matches
            else (0.0, False)
        )
    for least in sorted({score for score, _ in best if score >= LEAST}) or [1.0]:
        if sum(score >= least and not right for score, right in best) <= WRONG * len(best):
            break
    at = [sum(score >= t and right for score, right in best) for t in (DEFAULT_THRESHOLD, least)]
    wrong = sum(score >= DEFAULT_THRESHOLD and not right for score, right in best)
    share = [f"{n / max(1, len(best)):.1%}" for n in (at[0], wrong, at[1])]
    return f"{len(best)} | {' | '.join(share)} | {least:.2f}"


def crowded(
    places: Iterable[tuple[str, str, Address]],
) -> dict[str, list[tuple[str, str, Address]]]:
    by_postcode = defaultdict(list)
    for place in places:
        by_postcode[postcode(place[2])].append(place)
    return {code: some for code, some in by_postcode.items() if code and len(some) > 1}


def main() -> None:
    if WHY_NOT:
        print(f"skipped: {WHY_NOT}")
        return
    every = [*homes(), *ledgers()]
    index = Index.build(providers(every))
    crowds = crowded(suppliers())
    print(
        "| pairs | half | number | first at 0.80 | wrong | first at 3 % wrong | at |\n|"
        + "---|" * 7
    )
    for which in ("read", "kept apart"):
        other = {
            p[:3]: p for p in every if half(p.number) == which and fold(p.ours) != fold(p.theirs)
        }
        pairs = list(other.values())
        busy = [p for p in pairs if p.at and len(crowds.get(postcode(p.at[0]), ())) > 2]
        sets = {
            "homes": [p for p in pairs if p.at],
            "homes, without their address": [p._replace(at=()) for p in pairs if p.at],
            "homes in postcodes of three or more": busy,
            "all": pairs,
        }
        for title, some in sets.items():
            asked = (Subject((p.ours,), "organisation", addresses=p.at) for p in some)
            print(
                f"| {title} | {which} | {first(some, index.search_many(asked, threshold=LEAST))} |"
            )
    print(
        "\n| half | pairs at one postcode | in one building | joined | without the address |\n|"
        + "---|" * 5
    )
    for which in ("read", "kept apart"):
        counts = [0, 0, 0, 0]
        for code, some in crowds.items():
            if half(code) == which:
                counts = [a + b for a, b in zip(counts, joined(some), strict=True)]
        print(f"| {which} | {' | '.join(map(str, counts))} |")


def joined(places: list[tuple[str, str, Address]]) -> list[int]:
    """Of pairs at one postcode: all, in one building, and matches with and without the address."""
    index = Index.build(entry(ref, name, at=(address,)) for ref, name, address in places)
    pairs = list(combinations(places, 2))
    counts = [len(pairs), sum(compare_places(a[2], b[2]) == "same premises" for a, b in pairs)]
    for with_it in (True, False):
        found = (
            match.entry_id > ref
            for ref, name, address in places
            for match in index.search(
                Subject((name,), "organisation", addresses=(address,) if with_it else ()), limit=99
            )
        )
        counts.append(sum(found))
    return counts


if __name__ == "__main__":
    main()
