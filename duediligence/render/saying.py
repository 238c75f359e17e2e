"""Sentences: made of clauses, and of the features of a match, when somebody is to read them."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import lru_cache
from string import Formatter

from duediligence.model import Feature, Finding, Match
from duediligence.model.facts import Text, Value
from duediligence.render.codes import format_country, format_regimes
from duediligence.text.dates import long_date
from duediligence.text.money import in_pounds

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
