"""Which Act and section a text cites, however a council writes it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache

import msgspec

from duediligence.law.grounds import Ground, read

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
    """What an offence under some sections of an Act stands for; see `data/acts.toml`."""

    sections: str
    crimes: tuple[str, ...] = ()
    grounds: tuple[str, ...] | None = None
    records: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    title: str
    offences: tuple[Offence, ...]
    names: tuple[str, ...] = ()
    short: tuple[str, ...] = ()
    year_needed: bool = False

    @property
    def year(self) -> str:
        """Empty for an offence at common law."""
        found = _YEAR.search(self.title)
        return found.group() if found else ""


@dataclass(frozen=True, slots=True)
class Citation:
    """An Act of our table and the sections cited: `33(1)(a)`, `24A`, `sch24`; often none."""

    act: str
    sections: tuple[str, ...] = ()

    @property
    def offences(self) -> tuple[Offence, ...]:
        """What each cited section stands for, the first row of the table that holds it."""
        rows = acts()[self.act].offences
        cited = self.sections or ("",)
        return tuple(next(row for row in rows if _holds(row.sections, one)) for one in cited)


@cache
def acts() -> Mapping[str, Act]:
    """The table of Acts, by title."""
    found = msgspec.convert(read("acts.toml")["act"], tuple[Act, ...])
    return {act.title: act for act in found}


@lru_cache(maxsize=4096)
def citations(text: str) -> tuple[Citation, ...]:
    """The Acts of our table that a text cites, in its order, each once. Never raises.

    `s 2 Fraud Act 2006`, `Fraud Act 2006, ss.2-4` and `FA 2006 s2` are read alike. An Act is not
    taken for another of its name: with a year that is not its own it is none.
    """
    text = text[:_LONGEST].replace("&", " and ")
    spans = sorted(_named(text))
    taken = [(start, end) for start, end, _ in spans]
    for pattern in (_OTHER, *(() if text.isupper() else (_OTHER_SHORT,))):
        for other in pattern.finditer(text):
            if not any(other.start() < end and start < other.end() for start, end in taken):
                spans.append((*other.span(), ""))
    found: dict[str, list[str]] = {title: [] for _, _, title in sorted(spans) if title}
    for place, sections in _sections(text, taken):
        _, _, title = min(spans, key=lambda span: _distance(text, span, place), default=(0, 0, ""))
        if title:
            found[title] += [one for one in sections if one not in found[title]]
    return tuple(Citation(title, tuple(sections)) for title, sections in found.items())


def limb_of(ground: Ground, act_section: str) -> str:
    """The limb of a ground that every section cited of its Act is in, or an empty string."""
    cited = [
        section
        for one in citations(act_section)
        if one.act in ground.law
        for section in one.sections or ("",)
    ]
    limbs = [part.limb for part in ground.limbs if all(_holds(part.sections, s) for s in cited)]
    return limbs[0] if cited and len(limbs) == 1 else ""


def _named(text: str) -> Iterator[tuple[int, int, str]]:
    """Where known Acts stand in the text, with the year beside them; longer titles first."""
    blank = list(text)
    for pattern, by_year, default in _patterns():
        for match in pattern.finditer("".join(blank)):
            beside = match.groupdict()
            year = beside.get("before") or beside.get("after")
            blank[match.start() : match.end()] = "\0" * (match.end() - match.start())
            loose = (one for one in _YEAR.findall("".join(blank)) if one in by_year)
            title = by_year.get(year, "") if year else by_year.get(next(loose, ""), default)
            yield *match.span(), title


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], Mapping[str, str], str], ...]:
    """For each way of naming an Act: its pattern, the titles by year, the title without one."""
    ways: dict[str, dict[str, Act]] = {}
    patterns: list[tuple[re.Pattern[str], Mapping[str, str], str]] = []
    for act in acts().values():
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


def _sections(
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
                for one in _expanded(*pair.groups())
            ),
        )


def _expanded(first: str, last: str | None) -> tuple[str, ...]:
    first, last = (re.sub(r"\s", "", one or "") for one in (first, last))
    if first.isdigit() and last.isdigit() and 0 < int(last) - int(first) <= 20:
        return tuple(str(number) for number in range(int(first), int(last) + 1))
    return (first, last) if last else (first,)


def _distance(text: str, act: tuple[int, int, str], place: tuple[int, int]) -> int:
    """How far a section stands from an Act, counting what parts two citations as further."""
    start, end, _ = act
    between = text[end : place[0]] if end <= place[0] else text[place[1] : start]
    parting = between.count(";") + between.count("\n") + len(re.findall(r"\band\b", between))
    return len(between) + 10 * parting


def _holds(sections: str, cited: str) -> bool:
    for spec in sections.split():
        first, _, last = spec.lower().partition("-")
        if spec == "*" or (spec == "none" and not cited):
            return True
        if not cited:
            continue
        if "(" in first or first.startswith("sch") or cited.startswith("sch"):
            if cited == first or cited.startswith(f"{first}("):
                return True
        elif _order(first) <= _order(cited) <= _order(last or first):
            return True
    return False


def _order(section: str) -> tuple[int, str]:
    number, letters = re.match(r"(\d*)([a-z]*)", section).groups()  # type: ignore[union-attr]
    return int(number or 0), letters
