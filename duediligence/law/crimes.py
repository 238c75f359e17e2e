"""Which Act a text cites, which crime a record is of, and which grounds that could touch."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Literal, get_args
from unicodedata import normalize

from duediligence.errors import UsageError
from duediligence.law.grounds import Ground, find_circumstance_rule, read
from duediligence.model import Power, Record, RecordType
from duediligence.typed_data import convert_to

_LONGEST = 2_000
_NUMBER = r"\d{1,4}[a-z]{0,2}(?![a-z0-9])(?:\s?\([0-9a-z]{1,4}\))*"
_SECTIONS = re.compile(
    r"(?<![a-z0-9])(sch(?:edule)?|ss?|sects?|secs?|sections?|regs?|regulations?|arts?|articles?|§+)"
    rf"\.?\s?({_NUMBER}(?:\s?(?:,|and|&|or|to|-|–)\s?(?:ss?\.?\s?)?{_NUMBER})*)"
)
_RANGE = re.compile(rf"({_NUMBER})(?:\s?(?:to|-|–)\s?({_NUMBER}))?")
# Other Acts that a text names: a section beside one of them is theirs.
_OTHER = re.compile(r"\b(?:act|regulations|regs|order)\W{1,3}(?:19|20)\d\d\b", re.IGNORECASE)
_OTHER_SHORT = re.compile(r"\b[A-Z]{2,8}\W?(?:19|20)\d\d\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offence:
    """What an offence under some sections of an Act means; see `data/acts.toml`.

    `about` is a kind of goods in that file. Such a row counts only where the text names the goods.
    """

    sections: str
    about: str = ""
    crimes: tuple[str, ...] = ()
    grounds: tuple[str, ...] | None = None
    records: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CrimeAct:
    title: str
    offences: tuple[Offence, ...]
    names: tuple[str, ...] = ()
    short: tuple[str, ...] = ()
    year_needed: bool = False

    @property
    def year(self) -> str:
        """Return an empty text for an offence at common law."""
        found = _YEAR.search(self.title)
        return found.group() if found else ""


@dataclass(frozen=True, slots=True)
class Citation:
    """An Act of our table and the sections cited: `33(1)(a)`, `24A`, `sch24`; often none."""

    act: str
    sections: tuple[str, ...] = ()

    def offences(self, goods: frozenset[str] = frozenset()) -> tuple[Offence, ...]:
        """Return what each cited section means, where the text names these goods.

        The rows about those goods, or else the first other row that holds the section.
        """
        found: list[Offence] = []
        for one in self.sections or ("",):
            rows = [
                row
                for row in load_crime_acts()[self.act].offences
                if _covers_section(row.sections, one)
            ]
            found += [row for row in rows if row.about in goods] or [
                next(row for row in rows if not row.about)
            ]
        return tuple(found)


@cache
def load_crime_acts() -> Mapping[str, CrimeAct]:
    """Return the table of Acts, by title."""
    found = convert_to(tuple[CrimeAct, ...], read("acts.toml")["act"])
    return {act.title: act for act in found}


@cache
def goods_words() -> Mapping[str, tuple[str, ...]]:
    """Return the words for each kind of goods, by the name that `about` has for it."""
    return convert_to(dict[str, tuple[str, ...]], read("acts.toml")["goods"])


@lru_cache(maxsize=4096)
def find_cited_acts(text: str) -> tuple[Citation, ...]:
    """Return the Acts of our table that a text cites, in its order, each once. Never raises.

    `s 2 Fraud Act 2006`, `Fraud Act 2006, ss.2-4` and `FA 2006 s2` are read alike. An Act is not
    taken for another of its name: with a year that is not its own it is none.
    """
    text = text[:_LONGEST].replace("&", " and ")
    spans = sorted(_locate_acts(text))
    taken = [(start, end) for start, end, _ in spans]
    for pattern in (_OTHER, *(() if text.isupper() else (_OTHER_SHORT,))):
        for other in pattern.finditer(text):
            if not any(other.start() < end and start < other.end() for start, end in taken):
                spans.append((*other.span(), ""))
    found: dict[str, list[str]] = {title: [] for _, _, title in sorted(spans) if title}
    for place, sections in _locate_sections(text, taken):
        _, _, title = min(
            spans, key=lambda span: _measure_distance(text, span, place), default=(0, 0, "")
        )
        if title:
            found[title] += [one for one in sections if one not in found[title]]
    return tuple(Citation(title, tuple(sections)) for title, sections in found.items())


def limb_of(ground: Ground, act_section: str) -> str:
    """Return the limb of a ground that every section cited of its Act is in, or an empty string."""
    cited = [
        section
        for one in find_cited_acts(act_section)
        if one.act in ground.law
        for section in one.sections or ("",)
    ]
    limbs = [
        part.limb for part in ground.limbs if all(_covers_section(part.sections, s) for s in cited)
    ]
    return limbs[0] if cited and len(limbs) == 1 else ""


def _locate_acts(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield where known Acts stand in the text, with the year beside them; longer titles first."""
    blank = list(text)
    for pattern, by_year, default in _act_patterns():
        for match in pattern.finditer("".join(blank)):
            beside = match.groupdict()
            year = beside.get("before") or beside.get("after")
            blank[match.start() : match.end()] = "\0" * (match.end() - match.start())
            loose = (one for one in _YEAR.findall("".join(blank)) if one in by_year)
            title = by_year.get(year, "") if year else by_year.get(next(loose, ""), default)
            yield *match.span(), title


@cache
def _act_patterns() -> tuple[tuple[re.Pattern[str], Mapping[str, str], str], ...]:
    """For each way of naming an Act: its pattern, the titles by year, the title without one."""
    ways: dict[str, dict[str, CrimeAct]] = {}
    patterns: list[tuple[re.Pattern[str], Mapping[str, str], str]] = []
    for act in load_crime_acts().values():
        for name in (act.title, *act.names):
            way = " ".join(re.findall(r"[a-z]+", name.casefold().replace("&", " and ")))
            ways.setdefault(way, {})[act.year] = act
        for short in act.short:
            letters, _, year = short.partition(" ")
            alone = rf"{letters}(?!\W?(?:19|20)\d\d)"
            either = rf"{letters}\W?{year}|{year}\W?{letters}" if year else alone
            patterns.append((re.compile(rf"\b(?:{either})\b"), {}, act.title))
    for way, by_year in ways.items():
        words = r"\W{0,3}".join(re.escape(word) for word in way.split())
        pattern = re.compile(
            rf"(?:\b(?P<before>(?:19|20)\d\d)\W{{1,3}})?\b{words}\b"
            r"(?:\W{1,3}(?P<after>(?:19|20)\d\d)\b)?",
            re.IGNORECASE,
        )
        default = next((act.title for act in by_year.values() if not act.year_needed), "")
        titles = {year: act.title for year, act in by_year.items() if year}
        patterns.append((pattern, titles, default))
    return tuple(sorted(patterns, key=lambda one: -len(one[0].pattern)))


def _locate_sections(
    text: str, taken: list[tuple[int, int]]
) -> Iterator[tuple[tuple[int, int], tuple[str, ...]]]:
    folded = list(text.lower() if len(text.lower()) == len(text) else text)
    for start, end in taken:
        folded[start:end] = "\0" * (end - start)
    for match in _SECTIONS.finditer("".join(folded)):
        mark = "sch" if match[1].startswith("sch") else ""
        yield (
            match.span(),
            tuple(
                mark + one
                for pair in _RANGE.finditer(match[2])
                for one in _expand_section_range(*pair.groups())
            ),
        )


def _expand_section_range(first: str, last: str | None) -> tuple[str, ...]:
    first, last = (re.sub(r"\s", "", one or "") for one in (first, last))
    if first.isdigit() and last.isdigit() and 0 < int(last) - int(first) <= 20:
        return tuple(str(number) for number in range(int(first), int(last) + 1))
    return (first, last) if last else (first,)


def _measure_distance(text: str, act: tuple[int, int, str], place: tuple[int, int]) -> int:
    """Return how far a section stands from an Act, counting what parts two citations as further."""
    start, end, _ = act
    between = text[end : place[0]] if end <= place[0] else text[place[1] : start]
    parting = between.count(";") + between.count("\n") + len(re.findall(r"\band\b", between))
    return len(between) + 10 * parting


def _covers_section(sections: str, cited: str) -> bool:
    for spec in sections.split():
        first, _, last = spec.lower().partition("-")
        if spec == "*" or (spec == "none" and not cited):
            return True
        if not cited:
            continue
        if "(" in first or first.startswith("sch") or cited.startswith("sch"):
            if cited == first or cited.startswith(f"{first}("):
                return True
        elif _rank_section(first) <= _rank_section(cited) <= _rank_section(last or first):
            return True
    return False


def _rank_section(section: str) -> tuple[int, str]:
    number, letters = re.match(r"(\d*)([a-z]*)", section).groups()  # type: ignore[union-attr]
    return int(number or 0), letters


CrimeType = Literal[
    "drugs_supply",
    "theft_robbery",
    "child_sexual_exploitation",
    "slavery_trafficking",
    "fraud_financial",
    "firearms_counterfeit",
    "cyber",
    "stalking_harassment",
]
CRIME_TYPES: tuple[CrimeType, ...] = get_args(CrimeType)

# Under these powers nothing short of a conviction or caution goes to a ground.
_INTELLIGENCE: tuple[Power, ...] = ("planning", "asb")


@dataclass(frozen=True, slots=True)
class _Wording:
    """One crime type in `data/crime_types.toml`."""

    title: str
    acts: tuple[str, ...]
    crimes: tuple[str, ...]
    verbs: tuple[str, ...] = ()
    found: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    cleared: tuple[str, ...]
    standing: tuple[str, ...]
    aside: tuple[str, ...]
    innocent: tuple[str, ...]
    convicted_of: tuple[str, ...]
    convicted_after: tuple[str, ...]
    charged_under: tuple[str, ...]
    decided: tuple[str, ...]
    turning: str
    may_follow: str
    conviction_after: tuple[str, ...]
    crime: dict[CrimeType, _Wording] = field(default_factory=dict)


def format_crime_type(crime: str) -> str:
    """Return how a crime type is named to people: `Drugs supply`.

    What is not one of ours is given back as it is: a report must not fail on an old run.
    """
    return next(
        (one.title for name, one in _load_crime_words().crime.items() if name == crime), crime
    )


def crime_types(act_section: str, wording: str = "") -> tuple[CrimeType, ...]:
    """Return the crime types that the law cited or the wording supports, in our order. Never
    raises.

    Act and section decide first, and the goods where an offence depends on them (smuggled drugs or
    tobacco); in the wording a citation counts with its section, or as what somebody was charged
    under. Where none of them gives a
    crime type, the words do. Most records are of no type: nothing is guessed, and a
    wording of acquittal, suspicion or of a victim gives none.
    """
    table = _load_crime_words()
    words = _any(table.standing).sub(".", _fold_clauses(wording))
    if _any(table.cleared).search(words):
        return ()
    aside = _any(table.aside)
    words = " . ".join(clause for clause in words.split(" . ") if not aside.search(clause))
    named = find_cited_acts(act_section)
    if not named and not aside.search(_fold_clauses(wording)):
        charged = _any(table.charged_under).search(words)
        named = tuple(one for one in find_cited_acts(wording) if one.sections or charged)
    words = _any(table.innocent).sub(".", words)
    goods = _find_goods_kinds(f"{_fold_clauses(act_section)} . {words}")
    found = {crime for one in named for offence in one.offences(goods) for crime in offence.crimes}
    if not found:
        found = set(_match_crime_wording(words))
    return tuple(crime for crime in CRIME_TYPES if crime in found)


def crimes_of(record: Record) -> tuple[str, ...]:
    """Return the crime types of a record: those its publisher gives, else what law and wording
    support.
    """
    if record.crime_types:
        return record.crime_types
    told = (record.event, record.outcome)
    if any(_any(_load_crime_words().cleared).search(_fold_clauses(text)) for text in told):
        return ()
    found = {crime for text in told for crime in crime_types(record.act_section, text)}
    return tuple(crime for crime in CRIME_TYPES if crime in found)


def grounds_for(
    act_section: str, record_type: str, power: Power = "other", wording: str = ""
) -> tuple[str, ...]:
    """Return codes of the grounds a record could go to, often none; the officer decides.

    A conviction goes where its Act and section are named in Procurement Act 2023 Sch 6 or Sch 7
    para 4, else, as every other record whose Act says nothing else, where `circumstances.toml`
    says. Records of planning or anti-social behaviour short of a conviction go to none. `wording`
    says what the record is about: some offences (Customs and Excise Management Act 1979 s.170)
    depend on the goods. Raises UsageError for a type of record that there is not.
    """
    if record_type not in get_args(RecordType):
        raise UsageError(
            f"Unknown record type {record_type!r}",
            hint=f"Valid types: {', '.join(get_args(RecordType))}.",
        )
    kind: RecordType = record_type  # type: ignore[assignment]
    set_aside = power in _INTELLIGENCE and kind not in ("conviction", "caution")
    at_most = () if set_aside else find_circumstance_rule(kind).grounds
    goods = _find_goods_kinds(_fold_clauses(f"{act_section} . {wording}"))
    offences = [offence for one in find_cited_acts(act_section) for offence in one.offences(goods)]
    codes = (
        [code for one in offences for code in _select_offence_grounds(one, kind, at_most)]
        if offences
        else at_most
    )
    return tuple(dict.fromkeys(codes))


def _select_offence_grounds(
    offence: Offence, kind: RecordType, at_most: tuple[str, ...]
) -> tuple[str, ...]:
    if kind in offence.records:
        return offence.records[kind]
    if kind == "conviction" and offence.grounds is not None:
        return offence.grounds
    return at_most


def _find_goods_kinds(words: str) -> frozenset[str]:
    """Return the kinds of goods that folded words name."""
    return frozenset(
        kind for kind, patterns in goods_words().items() if _any(patterns).search(words)
    )


def _match_crime_wording(words: str) -> Iterator[CrimeType]:
    decided = _any(_load_crime_words().decided).search(words)
    for crime, patterns, found in _compile_crime_patterns():
        if any(pattern.search(words) for pattern in patterns) or (decided and found.search(words)):
            yield crime


@cache
def _compile_crime_patterns() -> tuple[
    tuple[CrimeType, tuple[re.Pattern[str], ...], re.Pattern[str]], ...
]:
    """Return for each crime the patterns that say it, and the one that needs a decision beside."""
    table = _load_crime_words()
    between = rf"(?:(?!(?:{table.turning})\b)[^ .]+ ){{0,5}}?"
    convicted = rf"\b(?:{'|'.join(table.convicted_of)})"
    at_once = rf"\b(?:{'|'.join((*table.convicted_of, *table.convicted_after))})"
    after = rf" (?:{'|'.join(table.conviction_after)})"
    ends = rf"(?= [.,]|\Z| (?:{table.may_follow})\b)"
    every = rf"(?:{'|'.join(named for one in table.crime.values() for named in one.crimes)})"
    only = rf"\A[ .,]*{every}(?:(?: and| ,)+ {every})*[ .,]*\Z"
    found = []
    for crime, wording in table.crime.items():
        named = f"(?:{'|'.join(wording.crimes)})"
        charge = f"(?:{'|'.join(wording.acts)})"
        verbs, found_words = (
            "|".join(words).replace("~", between) or "(?!)"
            for words in (wording.verbs, wording.found)
        )
        patterns = (
            rf"(?:\A|\. ){charge}{ends}",
            rf"{convicted} {between}(?:{charge}\b|{named}{ends})",
            rf"{at_once} (?:{charge}|{verbs})\b",
            rf"\b{named}{after}\b",
            rf"(?={only}).*\b{named}\b",
        )
        compiled = tuple(re.compile(pattern) for pattern in patterns)
        found.append((crime, compiled, re.compile(rf"\b(?:{found_words})\b")))
    return tuple(found)


def _fold_clauses(text: str) -> str:
    """Return lower-case words and commas with one space between them, and " . " where a clause
    ends.
    """
    text = re.sub(r"(?<=\d)[,.](?=\d)", "", normalize("NFKC", text[:5_000]).casefold())
    clauses = re.split(r"[.;:!?()\n\r|]+", text)
    return " . ".join(" ".join(re.findall(r"\w+|,", clause)) for clause in clauses)


@cache
def _any(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(patterns)})\b")


@cache
def _load_crime_words() -> _Words:
    return convert_to(_Words, read("crime_types.toml"))
