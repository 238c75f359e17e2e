"""What the matcher says of invented names, to the last digit, so that no rule changes unseen.

A wanted change is taken over by `pytest tests/matching/test_recorded_scores.py --snapshot-update`,
and read line by line before it is kept. What ought to match is in tests/golden.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

from syrupy.assertion import SnapshotAssertion

from duediligence.matching import Index, Subject, compare, prepare
from duediligence.matching.names.words import get_word
from duediligence.model import Address, Feature, Identifier, ListEntry, Match, Name, PartialDate
from duediligence.model.entries import COMPANY, PASSPORT, Kind

GOLDEN = Path(__file__).parents[1] / "golden" / "golden_names.tsv"
with GOLDEN.open(encoding="utf-8", newline="") as file:
    PAIRS: list[tuple[Kind, str, str]] = [
        (kind, query, listed)  # type: ignore[misc]
        for _, kind, query, listed, _ in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        if kind != "kind"
    ]
DERIVED = """
    article bare bones common_organisation common_person full key known rarity shape stem stripped
    syllable vowelless weight_organisation weight_person
""".split()
BORN = ("1965-04-08", "1965-08", "1965-05", "1956-04", "1956", "1964-04-08", "1980", "1975-04-08")
# The same, one key off, of another party, and of another kind.
SLIPS = {0: (COMPANY, "10"), 1: (COMPANY, "01"), 2: (COMPANY, "97"), 3: (PASSPORT, "10")}
PLACES = (
    ("1 Quay Road, Porthvellan", "ZZ1 1AA"),
    ("Unit 2, Quay Road, Porthvellan", "ZZ1 1AA"),
    ("1 Quay Road, Porthvellan, Exampleshire", ""),
    ("9 Mill Lane, Marrow", "ZZ9 9ZZ"),
)


def test_words_say_what_they_said(snapshot: SnapshotAssertion) -> None:
    texts = {text for pair in PAIRS for name in pair[1:] for text in name.casefold().split()}
    lines = (f"{text}: {_derived(text)}" for text in sorted(texts) if text.isalpha())
    assert "\n".join(lines) == snapshot


def _derived(text: str) -> str:
    """Return what a word is compared by, where that is not itself."""
    found = {name: getattr(get_word(text), name) for name in DERIVED}
    return ", ".join(
        f"{k} {v:.4g}" if isinstance(v, float) else f"{k} {v}"
        for k, v in found.items()
        if v and v not in (text, 1.0)
    )


def test_names_score_what_they_scored(snapshot: SnapshotAssertion) -> None:
    assert "\n".join(_compared()) == snapshot


def _compared() -> Iterator[str]:
    for at, (kind, query, listed) in enumerate(PAIRS):
        other = PAIRS[(at * 7 + 1) % len(PAIRS)][2]
        yield f"{kind}: {_line(compare(prepare(query, kind), prepare(listed, kind)))}"
        for changed in (*_changes(query), other):
            match = compare(prepare(changed, kind), prepare(listed, kind))
            yield f"    {changed}: {match.score}"


def _changes(name: str) -> Iterator[str]:
    words = name.split()
    yield name[:20]
    yield " ".join(reversed(words))
    yield " ".join((words[0][0], *words[1:]))
    longest = max(words, key=len)
    for changed in ("".join(c for c in longest if c not in "aeiou"), longest[1:], longest[:-2]):
        yield name.replace(longest, changed)


def test_what_stands_beside_names_weighs_what_it_weighed(snapshot: SnapshotAssertion) -> None:
    entries = [_listed(at, kind, listed) for at, (kind, _, listed) in enumerate(PAIRS)]
    subjects = [
        Subject(
            (query,),
            kind,
            _born(at + at // 8),
            ("GB", "Russia", "")[at % 3 : at % 3 + 1],
            _numbers(at, slip=at // 3 % 4),
            _addresses(at + at // 4),
            unproven=at % 11 == 0,
        )
        for at, (kind, query, _) in enumerate(PAIRS)
    ]
    lines = []
    for subject, found in zip(subjects, Index.build(entries).search_many(subjects), strict=True):
        lines.append(f"{subject.names[0]}")
        lines += [f"    {one.set_aside:d} {one.shown_up_to} {_line(one)}" for one in found[:3]]
    assert "\n".join(lines) == snapshot


def _listed(at: int, kind: Kind, name: str) -> ListEntry:
    return ListEntry(
        id=f"E{at}",
        list_id="invented",
        kind=kind,
        names=(Name(name, strength="weak" if at % 5 == 0 else "strong"),),
        birth_dates=(_born(at),) if kind == "person" else (),
        countries=("Russian Federation",) if at % 2 else (),
        identifiers=_numbers(at),
        addresses=_addresses(at),
    )


def _born(at: int) -> PartialDate:
    return PartialDate.parse(BORN[at % len(BORN)])


def _numbers(at: int, slip: int = 0) -> tuple[Identifier, ...]:
    scheme, end = SLIPS[slip]
    return (Identifier(scheme, f"99{at:04}{end}", "GB"),) if at % 3 == 0 else ()


def _addresses(at: int) -> tuple[Address, ...]:
    text, code = PLACES[at % 4]
    return (Address(text, postcode=code),) if at % 4 != 3 or at % 8 == 3 else ()


def _line(match: Match) -> str:
    said = ", ".join(map(_said, match.features))
    return f"{match.query_name} | {match.listed_name}: {match.score} = {said}"


def _said(feature: Feature) -> str:
    return f"{feature.name} {feature.contribution:g} {feature.verdict} {feature.detail}".strip()
