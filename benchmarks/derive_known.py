"""Derive `duediligence/matching/data/known_names.txt` from all names that Faker has (MIT).

    python benchmarks/derive_known.py > duediligence/matching/data/known_names.txt

Needs Faker (`pip install faker`), which the project itself does not. Single words, never a name:
every given and family name of every country that Faker has in Latin letters.
"""

import sys
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from duediligence.text.folding import fold

SHORTEST = 3  # letters: no slip is believed in a shorter word anyway


def main() -> None:
    try:
        import faker
        import faker.providers.person as people
    except ImportError:
        print("skipped: Faker is not installed", file=sys.stderr)
        return
    found = set()
    for module in iter_modules(people.__path__):
        provider = import_module(f"{people.__name__}.{module.name}").Provider
        for name in _names(provider):
            found |= {w for w in fold(name).split() if w.isalpha() and len(w) >= SHORTEST}
    print(f"# word, of the names that Faker {faker.VERSION} has (see benchmarks/derive_known.py)")
    print("\n".join(sorted(found)))


def _names(provider: Any) -> Iterator[str]:
    """The names of a country in Latin letters."""
    for attribute in dir(provider):
        names = getattr(provider, attribute)
        if "_name" in attribute and isinstance(names, (tuple, list, dict, set)):
            for name in names:
                # Scripts apart from Latin begin after its accented letters.
                if isinstance(name, str) and "{" not in name and max(name, default="") < "ʰ":
                    yield name


if __name__ == "__main__":
    main()
