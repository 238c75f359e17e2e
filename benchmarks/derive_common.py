"""Derive `duediligence/matching/data/common_names.tsv` from Faker's names by country (MIT).

    python benchmarks/derive_common.py > duediligence/matching/data/common_names.tsv
    python benchmarks/derive_common.py --syllables > duediligence/matching/data/common_syllables.tsv

Needs Faker (`pip install faker`), which the project itself does not. Single words, never a name:
the first given and family names of the countries whose names the lists themselves hold too few
of to count (`word_counts.tsv` does for the others). Faker's lists for these countries begin with
the commonest, or hold the commonest only. With `--syllables`, the characters of Korean and Chinese
names in their script.
"""

import sys
from importlib import import_module

from duediligence.matching.scripts.splitting import words_of
from duediligence.text.folding import fold

# By Faker's locale: the attributes whose first FIRST names are taken.
FIRST = 100
WESTERN = ("first_names_female", "first_names_male", "last_names")
LOCALES = {
    "en_KE": WESTERN,
    "en_NG": WESTERN,
    "es_CL": WESTERN,
    "es_CO": WESTERN,
    "ha_NG": WESTERN,
    "ru_RU": ("last_names_female", "last_names_male"),
    "vi_VN": WESTERN,
    "zh_CN": WESTERN,
    "zh_TW": ("first_romanized_names", "last_romanized_names"),
}
SYLLABIC = dict.fromkeys(("ko_KR", "zh_CN", "zh_TW"), WESTERN)


def main() -> None:
    try:
        import faker
    except ImportError:
        print("skipped: Faker is not installed", file=sys.stderr)
        return
    syllables = "--syllables" in sys.argv
    found: dict[str, set[str]] = {}
    for locale, attributes in (SYLLABIC if syllables else LOCALES).items():
        provider = import_module(f"faker.providers.person.{locale}").Provider
        for attribute in attributes:
            for name in list(getattr(provider, attribute))[:FIRST]:
                for word in words_of(name) if syllables else [fold(name).replace(" ", "")]:
                    if word.isalpha() and (syllables or len(word) > 1):
                        found.setdefault(word, set()).add(locale)
    print(f"# word\tFaker's locales (version {faker.VERSION}, see benchmarks/derive_common.py)")
    for word in sorted(found):
        print(f"{word}\t{' '.join(sorted(found[word]))}")


if __name__ == "__main__":
    main()
