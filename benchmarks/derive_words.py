"""Derive `duediligence/matching/data/word_counts.tsv` from the shared data.

    python benchmarks/derive_words.py > duediligence/matching/data/word_counts.tsv

Single words with counts, never a name: how many listed people, and how many listed organisations
and (doubled) British employers, have the word in a name. Of employers the part that benchmarks do
not judge is counted. Words of fewer than 12 people, 8 listed organisations or 2 employers are left
out. How much of the counts comes from the lists goes to standard error.

Common English given and family names are added from Faker's en_GB and en_US providers (MIT), where
that package is installed: British given names count 60, British family names by their frequency,
others 12.
"""

import sys
from collections import Counter

from names import LISTS, WHY_NOT, employers, entries

from duediligence.text.folding import fold

LEAST_PEOPLE, LEAST_LISTED, LEAST_EMPLOYERS = 12, 8, 2


def listed(kind: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    for list_id in LISTS:
        for entry in entries(list_id):
            if entry.kind == kind:
                latin = [n.text for n in entry.names if n.text.isascii()]
                counts.update({word for text in latin for word in fold(text).split()})
    return counts


def english() -> Counter[str]:
    try:
        from faker.providers.person import en_GB, en_US
    except ImportError:
        print("Faker is not installed: English names are left out", file=sys.stderr)
        return Counter()
    # American lists add the English names that are rarer in Britain: known, but worth more.
    counts: Counter[str] = Counter()
    for provider, given, least in ((en_US.Provider, 12, 12), (en_GB.Provider, 60, 20)):
        for name in (*provider.first_names_female, *provider.first_names_male):
            counts[fold(name)] = given
        whole = sum(provider.last_names.values())
        for name, share in provider.last_names.items():
            rate = round(share / whole * 6000) if given == 60 else 0
            counts[fold(name)] = max(counts[fold(name)], least, rate)
    return counts


def main() -> None:
    if WHY_NOT:
        print(f"skipped: {WHY_NOT}", file=sys.stderr)
        return
    people = Counter({w: n for w, n in listed("person").items() if n >= LEAST_PEOPLE}) | english()
    firms = Counter({w: n for w, n in listed("organisation").items() if n >= LEAST_LISTED})
    found = Counter(word for name in employers(counted=True) for word in set(fold(name).split()))
    others = Counter({w: 2 * n for w, n in found.items() if n >= LEAST_EMPLOYERS})
    share = firms.total() / (firms.total() + others.total())
    print(f"{share:.0%} of the counts of organisations are of listed ones", file=sys.stderr)
    firms += others
    print("# word\tin names of people\tin names of organisations (see benchmarks/derive_words.py)")
    for word in sorted(people | firms):
        if word.isalpha() and len(word) > 1:
            print(f"{word}\t{people[word]}\t{firms[word]}")


if __name__ == "__main__":
    main()
