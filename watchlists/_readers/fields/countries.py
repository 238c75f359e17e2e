"""The country that a free text names, such as the note beside a passport number."""

import re
from functools import cache

import pycountry

# Names and adjectives that neither ISO 3166 nor an ending (Libya → Libyan) accounts for.
_ALSO = {
    "Afghan": "Afghanistan",
    "British Virgin Islands": "British Virgin Islands",
    "British": "United Kingdom",
    "BVI": "British Virgin Islands",
    "Burmese": "Myanmar",
    "Chinese": "China",
    "Danish": "Denmark",
    "Democratic People's Republic of Korea": "North Korea",
    "Democratic Republic of the Congo": "Democratic Republic of the Congo",
    "DPRK": "North Korea",
    "Dutch": "Netherlands",
    "Egyptian": "Egypt",
    "England": "United Kingdom",
    "French": "France",
    "German": "Germany",
    "Great Britain": "United Kingdom",
    "Ivory Coast": "Ivory Coast",
    "KH": "Cambodia",
    "Kyrgyz": "Kyrgyzstan",
    "Lebanese": "Lebanon",
    "Moroccan": "Morocco",
    "Palestine": "Palestine",
    "Palestinian": "Palestine",
    "Polish": "Poland",
    "Russia": "Russia",
    "Saudi": "Saudi Arabia",
    "Scotland": "United Kingdom",
    "Spanish": "Spain",
    "Swedish": "Sweden",
    "Swiss": "Switzerland",
    "Thai": "Thailand",
    "Turkey": "Turkey",
    "Turkish": "Turkey",
    "UAE": "United Arab Emirates",
    "UK": "United Kingdom",
    "Ukrainian": "Ukraine",
    "United Arab Emirate": "United Arab Emirates",
    "USA": "United States",
}
# Libya → Libyan, Qatar → Qatari, Iran → Iranian, Sudan → Sudanese.
_ENDING = r"(?:n|i|an|ian|ese)?\b"
# What follows tells of the bearer (`born in`, `in the name of`), not of who issued the document.
_BEARER = re.compile(r"\bborn\b|\bnames?\b", re.I)


@cache
def _named() -> tuple[re.Pattern[str], dict[str, str]]:
    names = {
        name: name
        for country in pycountry.countries
        for name in (country.name, getattr(country, "common_name", country.name))
        if "," not in name
    } | _ALSO
    longest_first = sorted(names, key=len, reverse=True)
    alternatives = "|".join(re.escape(name) for name in longest_first)
    return re.compile(rf"\b({alternatives}){_ENDING}"), names


def stated_country(text: str) -> str:
    """The first country named in `text` (`Iranian` names Iran), or an empty string."""
    if not text:
        return ""
    pattern, names = _named()
    found = pattern.search(_BEARER.split(text, maxsplit=1)[0])
    return names[found[1]] if found else ""
