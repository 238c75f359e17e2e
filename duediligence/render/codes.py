"""What a list says in codes, or in another script, for who cannot read it: countries, sanctions
programmes, names.
"""

import re
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache

from duediligence.text.wording import listed

# What the Commission, OFAC and the UN call a programme that no country's code names.
_PROGRAMMES = {
    "BALKANS": "the Western Balkans",
    "BURMA": "Myanmar (Burma)",
    "CAR": "the Central African Republic",
    "CHEM": "chemical weapons",
    "CMIC": "Chinese military-industrial companies",
    "CYB": "cyber-attacks",
    "CYBER": "cyber-attacks",
    "DARFUR": "Darfur",
    "DPRK": "North Korea",
    "DRC": "the Democratic Republic of the Congo",
    "DRCONGO": "the Democratic Republic of the Congo",
    "ELECTION": "interference in elections",
    "EUAQ": "ISIL (Da’esh) and Al-Qaida",
    "FTO": "foreign terrorist organisations",
    "GLOMAG": "human rights and corruption (Global Magnitsky)",
    "HAM": "Hamas and Palestinian Islamic Jihad",
    "HR": "human rights",
    "HRIT": "human rights abuse by information technology",
    "IFSR": "financial dealings with Iran",
    "IRGC": "the Islamic Revolutionary Guard Corps",
    "MAGNIT": "human rights in Russia (Magnitsky)",
    "NPWMD": "weapons of mass destruction",
    "PAARSSR": "peace and security in the Russian region (Ukraine)",
    "RUSDA": "Russia’s destabilising activities",
    "SDGT": "global terrorism",
    "SDNT": "drug trafficking",
    "SDNTK": "drug trafficking (Kingpin Act)",
    "TAQA": "ISIL (Da’esh) and Al-Qaida",
    "TCO": "transnational criminal organisations",
    "TERR": "terrorism",
}
# Where ISO has no common name.
_COUNTRIES = {
    "CD": "Democratic Republic of the Congo",
    "IR": "Iran",
    "KP": "North Korea",
    "RU": "Russia",
    "SY": "Syria",
}
_ORDER = re.compile(r"E\.?O\.? ?(\d{4,5})")


@lru_cache(maxsize=4096)
def format_country(text: str) -> str:
    """Return the name of the country of an ISO 3166-1 code; any other text as it is."""
    code = text.strip()
    if not (len(code) in (2, 3) and code.isascii() and code.isalpha()):
        return text
    import pycountry  # Imported lazily: pycountry is slow to import.

    with suppress(LookupError):
        found = pycountry.countries.lookup(code)
        common = str(getattr(found, "common_name", found.name))
        return _COUNTRIES.get(found.alpha_2, common)
    return text


def format_regimes(regimes: Iterable[str]) -> str:
    """Return the sanctions regimes of a list entry for a sentence: what is a code as what its
    programme is about, anything else in the publisher's words.
    """
    return listed(dict.fromkeys(map(format_regime, regimes)))


def format_regime(regime: str) -> str:
    """Return `the programme on Russia (Executive Order 14024)` for `RUSSIA-EO14024`."""
    if not regime or " " in regime.strip() or any(letter.islower() for letter in regime):
        return regime
    order = _ORDER.search(regime)
    rest = _ORDER.sub("", regime).strip("-_ ")
    stem = rest.rstrip("0123456789")
    about = _PROGRAMMES.get(rest) or _PROGRAMMES.get(stem) or format_country(stem)
    if about == stem:
        about = stem.title() if order and stem.isalpha() else f"“{regime}”"
    said = f"Executive Order {order[1]}" if order else ""
    if about.startswith("“"):
        return f"the programme {about}"
    return f"the programme on {about}{f' ({said})' if said else ''}" if about else said


def is_latin(name: str) -> bool:
    """Return whether a name has a Latin letter, or no letter at all."""
    letters = [letter for letter in name if letter.isalpha()]
    return not letters or any("LATIN" in unicodedata.name(letter, "") for letter in letters)


@lru_cache(maxsize=4096)
def latin_first(name: str) -> str:
    """Return `Dragomir Petrosyanov (Драгомир Петросянов)` for a name in another script; as it is
    where it has Latin letters, or where none can be made of it.
    """
    if is_latin(name):
        return name
    # Imported lazily: hardly any name needs the tables.
    from duediligence.matching.scripts.romanised import romanise_word
    from duediligence.matching.scripts.splitting import words_of

    said = []
    for word in words_of(name):
        spelled = (word,) if word.isascii() else getattr(romanise_word(word), "spellings", ())
        if not spelled:
            return name
        said.append(spelled[0].capitalize())
    return f"{' '.join(said)} ({name})"
