"""Sentences: made of clauses, and of the features of a match, for a reader; and
what a list says in codes or in another script, in plain words and Latin letters.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from string import Formatter

from duediligence.model import Feature, Finding, Match
from duediligence.model.facts import Text, Value
from duediligence.model.matches import FOUND_WITHIN
from duediligence.text.dates import long_date
from duediligence.text.money import in_pounds
from duediligence.text.wording import listed

_MOST_NAMED = 5
# How forensic scientists in the United Kingdom and Europe put a likelihood ratio in words, from how
# much (Association of Forensic Science Providers 2009; ENFSI 2015).
_WEIGHTS = (
    (1_000_000, "extremely strong"), (10_000, "very strong"), (1_000, "strong"),
    (100, "moderately strong"), (10, "moderate"), (1, "weak"),
)  # fmt: skip
_MORE = "More possible matches on this list are not shown."


def format_text(text: Text) -> str:
    """Return the text in words."""
    if isinstance(text, str):
        return text
    values = dict(text.values)
    made = ""
    for literal, name in _split_template(text.template):
        made += literal
        if name:
            begins = not made or made.endswith((". ", "! ", "? "))
            words = _in_words(values[name], begins=begins)
            made += format_regimes(words.split("; ")) if name == "regimes" else words
    return made


def explain(finding: Finding) -> str:
    """Return what agrees, what differs, what is not known, and what the check says, in words."""
    facts = [sentence_of(feature) for feature in finding.features]
    why = format_text(finding.why)
    # The facts of a match come before what it means, those that a check adds after it.
    lines = (why, *facts) if finding.score is None else (*facts, why)
    return " ".join(filter(None, (*lines, _MORE if finding.more_matches else "")))


def explain_in_short(finding: Finding) -> str:
    """Return the same without which words of the names agree: the gravest first, for a reader who
    sees both names beside it.
    """
    features = tuple(one for one in finding.features if one.name != "agreeing words")
    return explain(replace(finding, features=features))


def explain_match(match: Match, *, other: str = "the listed") -> str:
    """Return what agrees, what differs and what is not known; `other` is what the other name is
    called.
    """
    return " ".join(sentence_of(feature, other=other) for feature in match.features)


def sentence_of(feature: Feature, *, other: str = "the listed") -> str:
    """Return a feature in words: those of the check that adds it, else made of what it holds."""
    if feature.said:
        return format_text(feature.said)
    tell = _FEATURES.get(feature.name)
    return _add_weight(tell(feature, other), feature.bits) if tell else ""


def weight_in_words(bits: float) -> str:
    """Return how strong evidence is, for or against, by its log-likelihood ratio in bits."""
    return next(words for least, words in _WEIGHTS if 2 ** abs(bits) >= least)


def _add_weight(sentence: str, bits: float | None) -> str:
    if not bits:
        return sentence
    which = "evidence that they are one" if bits > 0 else "evidence against"
    return f"{sentence.removesuffix('.')}: {weight_in_words(bits)} {which}."


@lru_cache(maxsize=1024)
def _split_template(template: str) -> Sequence[tuple[str, str | None]]:
    return [(literal, name) for literal, name, _, _ in Formatter().parse(template)]


def _in_words(value: Value, *, begins: bool) -> str:
    match value:
        case Value("number", number=int(number)):
            return f"{number:,}"
        case Value("count", one, many, int(number)):
            return f"{number:,} {one if number == 1 else many}"
        case Value("money", text):
            return in_pounds(Decimal(text))
        case Value("date", day=day) if day:
            return long_date(day)
        case Value("elapsed", day=day, until=until) if day and until:
            return str((until - day).days)
        case Value("part", items=items):
            return format_text(items[0]) if items else ""
        case Value("list", label=how, items=items):
            return _join_texts([format_text(item) for item in items], how)
        case Value("label", text):
            return text[:1].upper() + text[1:] if begins else text
    return value.text


def _join_texts(texts: list[str], how: str) -> str:
    if how != "and":
        return how.join(texts)
    texts = list(dict.fromkeys(filter(None, texts)))
    if len(texts) > _MOST_NAMED:
        return f"{', '.join(texts[:_MOST_NAMED])} and {len(texts) - _MOST_NAMED} more"
    return " and ".join(filter(None, [", ".join(texts[:-1]), *texts[-1:]]))


def _explain_identifier(f: Feature, _: str) -> str:
    both = f"{f.of}, {f.query} and {f.listed}"
    if f.verdict == "agree":
        return f"Both have the number {f.listed} ({f.of})."
    if f.verdict == "nearly agree":
        return f"The numbers differ by one keystroke ({both}, {f.detail})."
    return f"The numbers differ ({both})."


def _birth_date(f: Feature, _: str) -> str:
    both = f.query if f.query == f.listed else f"{f.query} and {f.listed}"
    if f.verdict == "agree":
        return f"Birth dates agree as far as known ({both})."
    if f.verdict == "nearly agree":
        return f"Birth dates nearly agree ({both}, {f.detail})."
    if f.verdict == "not known":
        return (
            f"The birth dates ({both}) are not compared: an earlier version read yours, and may "
            "have read somebody else's. Import the file again, or confirm the supplier's people."
        )
    return f"Birth dates differ ({both})."


def _explain_country(f: Feature, _: str) -> str:
    query, listed = (", ".join(map(format_country, one.split(", "))) for one in (f.query, f.listed))
    if f.verdict == "agree":
        return f"Countries agree ({listed})."
    return f"Countries differ ({query} and {listed})."


def _explain_address(f: Feature, _: str) -> str:
    return f"Postcodes agree ({f.of})." if f.of else "Most words of the addresses agree."


def _common_name(f: Feature, _: str) -> str:
    if not f.contribution:
        return "Many people have this name."
    return "Many people have this name, and there is no birth date on both sides to compare."


def _explain_agreeing_words(f: Feature, _: str) -> str:
    if f.verdict == "differ":
        return "No word of the names agrees."
    return f"These words agree: {', '.join(_quote_word(listed) for _, listed in f.words)}."


def _explain_spelling(f: Feature, _: str) -> str:
    pairs = (f"{_quote_word(query)} for {_quote_word(listed)}" for query, listed in f.words)
    return f"Spelled differently: {', '.join(pairs)}."


def _quote_word(word: str) -> str:
    return f'"{word}"'


def _explain_extra_words(f: Feature, other: str) -> str:
    if f.query and f.listed:
        return "One name has more words than the other."
    if f.of == FOUND_WITHIN:
        return f'The whole name is within yours, with "{f.query}" around it.'
    side = "your" if f.query else other
    return f'Only {side} name has "{f.query or f.listed}".'


def _explain_place_words(f: Feature, other: str) -> str:
    if f.query and f.listed:
        return f'The names are of different places: "{f.query}" and "{f.listed}".'
    side = "your" if f.query else other
    return f'Only {side} name has the place "{f.query or f.listed}".'


def _explain_series_words(f: Feature, other: str) -> str:
    if f.query and f.listed:
        return f'The names are of two in a series: "{f.query}" and "{f.listed}".'
    side = "your" if f.query else other
    return f'Only {side} name has "{f.query or f.listed}", as one of a series has.'


def _cut_off(f: Feature, other: str) -> str:
    side = "Your" if f.of == "query" else other[:1].upper() + other[1:]
    return f"{side} name may be cut off: the part given agrees."


_FEATURES: dict[str, Callable[[Feature, str], str]] = {
    "kind": lambda f, _: f"A {f.query} is not a {f.listed}.",
    "agreeing words": _explain_agreeing_words,
    "spelling": _explain_spelling,
    "differing words": lambda f, _: f'These words differ: "{f.query}" and "{f.listed}".',
    "extra words": _explain_extra_words,
    "too common": lambda *_: "The words that agree are too common to decide by themselves.",
    "one word": lambda f, _: "No whole word agrees." if f.of else "Only one word agrees.",
    "numbers": lambda f, _: f"Numbers differ: {f.query or 'none'} and {f.listed or 'none'}.",
    "place": _explain_place_words,
    "series": _explain_series_words,
    "descent": lambda *_: "Given name and father's name are the other way round.",
    "legal form": lambda f, _: f"The legal forms differ ({f.query} and {f.listed}).",
    "cut off": _cut_off,
    "weak alias": lambda *_: "The publisher calls this a weak alias.",
    "identifier": _explain_identifier,
    "birth date": _birth_date,
    "country": _explain_country,
    "address": _explain_address,
    "common name": _common_name,
}


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
    from duediligence.matching.names.words import romanise_word
    from duediligence.matching.scripts.splitting import words_of

    said = []
    for word in words_of(name):
        spelled = (word,) if word.isascii() else getattr(romanise_word(word), "spellings", ())
        if not spelled:
            return name
        said.append(spelled[0].capitalize())
    return f"{' '.join(said)} ({name})"
