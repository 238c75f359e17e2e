"""How many of the people that the matcher finds do blind keys find, and how often by chance?

    python benchmarks/derived_keys.py            # prints the tables
    python benchmarks/derived_keys.py --write    # keeps them in docs/figures/derived_keys.tsv

Nobody real is meant. People are drawn from the invented register, as mixed as the real one, and
from the commonest names of six origins. Of each, one thing is changed as people and forms change
it; the matcher compares both as a screening does, birth dates included, and the keys of both are
set against one another. False hits are counted exactly: every pair of people who share a key. Last
comes the curve: what is found, and how many months of birth a row can try, with fewer keys a row.
"""

import argparse
import csv
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations, product
from pathlib import Path
from typing import TypeVar

import numpy as np
import perturbations as by_name
import slips
from invented_draws import Draws
from invented_people import Population
from name_scripts import LATIN, script_of
from names import LISTS, WHY_NOT, care_providers, entries
from origins import ORIGINS, directors

from duediligence import matching
from duediligence.blind.derived_keys import KEYS_A_ROW, DerivedKey, KeyKind, keys_of, person_keys
from duediligence.blind.person_keys import Side
from duediligence.matching import DEFAULT_THRESHOLD, Subject
from duediligence.matching.compare import best_alignment
from duediligence.matching.evidence import EntryFacts, collect_evidence
from duediligence.matching.names.features import name_features, names_are_common
from duediligence.matching.names.prepared import prepare, prepare_to_look_up
from duediligence.matching.names.words import rows as table_rows
from duediligence.model import Kind, Match, Name, PartialDate, Party
from duediligence.model.entries import SUPPLIER
from duediligence.text.folding import fold

FIGURES = Path(__file__).parents[1] / "docs" / "figures" / "derived_keys.tsv"
T = TypeVar("T")
COLUMNS = ("table", "row", "tried", "matcher", "keys", "both", "most")
UNDATED = "one side undated"
REGISTER = "as the register"
LISTED = 3_000  # pairs of names of listed people
FIRMS = 2_000
_SEED = 17


@dataclass(frozen=True)
class Person:
    """Somebody invented, by all names that are known."""

    names: tuple[str, ...]
    born: PartialDate | None


# Both sides: a person as one partner holds her, and as the other does.
Case = tuple[Person, Person]
Change = Callable[[Person, random.Random], Case | None]


def register_people(count: int) -> list[Person]:
    """People as mixed as those of the register: frequent and rare names."""
    ids = np.arange(count, dtype=np.uint64)
    drawn = Population(Draws(_SEED), 1_000).people(ids, ids + np.uint64(1_000_000))
    return [
        Person((" ".join(filter(None, (given, middle, surname))),), PartialDate(year, month))
        for given, middle, surname, year, month in zip(
            drawn.given, drawn.middle, drawn.surname, drawn.year, drawn.month, strict=True
        )
    ]


def people_of(origin: str, count: int) -> list[Person]:
    """People of the commonest names of an origin."""
    return [Person((d.name,), d.born) for d in directors(origin, (count + 1) // 2)][:count]


# Communities in which one family name is borne by very many; written by hand.
_FEW_NAMES = {
    "Sikh": (
        "Harpreet Gurpreet Manpreet Jaspreet Amandeep Sukhdeep Balwinder Jaswinder Kulwinder "
        "Parminder Ranjit Surinder Harjit Gurdeep Navdeep Rajinder Satnam Baljit Kuldeep Mandeep "
        "Simran Jagdeep Amarjit Davinder Tejinder Lakhbir Sukhvir Narinder Rupinder Inderjit "
        "Gurmeet Harbhajan Jagjit Kamaljit Lakhwinder Malkit Nirmal Pritam Ravinder Sarabjit "
        "Sukhjit Tarlochan Varinder Gurcharan Mohinder Avtar Karamjit Hardeep Jasbir Paramjit",
        "Singh Singh Singh Singh Singh Singh Singh Singh Kaur Kaur Kaur Kaur Kaur Kaur Kaur Kaur "
        "Gill Sandhu Sidhu Dhillon Grewal Bains Dhaliwal Johal Sohal Chahal Mann Virk Atwal Bhogal",
    ),
    "Vietnamese": (
        "Anh Minh Huong Linh Hoa Lan Hung Dung Tuan Thanh Thu Mai Nhan Long Phuc Ha Trang Quang "
        "Duc Hai Hien Hong Khanh Lam Ngoc Nga Quynh Son Tam Thao Thuy Tien Toan Trung Tu Van Viet "
        "Xuan Yen Bao Binh Chi Cuong Dao Giang Hanh Kim Loan Nhung Oanh",
        "Nguyen Nguyen Nguyen Nguyen Nguyen Nguyen Tran Tran Le Le Pham Huynh Phan Vu Vo Dang "
        "Duong Do Ho Ngo",
    ),
}


def people_of_few_names(origin: str, count: int) -> list[Person]:
    """People of a community with few family names; one in four has a middle name."""
    chance = random.Random(f"few names {origin}")
    given, family = (names.split() for names in _FEW_NAMES[origin])
    people = []
    for _ in range(count):
        words = [chance.choice(given) for _ in range(1 + (chance.random() < 0.25))]
        born = PartialDate(chance.randrange(1945, 2001), chance.randrange(1, 13))
        people.append(Person((" ".join([*words, chance.choice(family)]),), born))
    return people


@cache
def firms() -> list[str]:
    """The names of real care providers, where they are there; none is kept."""
    return [] if WHY_NOT else sorted(set(care_providers()))


def groups(count: int) -> dict[str, list[Person]]:
    """The number of people for each row of false hits."""
    return (
        {REGISTER: register_people(count), "all of them": mixed(count)}
        | {origin: people_of(origin, count) for origin in ORIGINS}
        | {origin: people_of_few_names(origin, count) for origin in _FEW_NAMES}
        | {UNDATED: half_undated(count)}
    )


def listed_cases(*, latin: bool) -> list[Case]:
    """People of public lists by two of their names, no alias that the list calls weak.

    Both in Latin letters, or else one in another script. A birth month is given as registers do.
    """
    cases = []
    for list_id in LISTS:
        for entry in entries(list_id):
            born = next((b for b in entry.birth_dates if b.month), None)
            if entry.kind != "person" or born is None:
                continue
            month = PartialDate(born.year, born.month)
            first, *others = [n.text for n in entry.names if n.strength != "weak"] or [""]
            if script_of(first) == LATIN and fold(first):
                cases += [
                    (Person((first,), month), Person((other,), month))
                    for other in dict.fromkeys(others)
                    if fold(other) != fold(first) and (script_of(other) == LATIN) == latin
                ]
    return cases


def mixed(count: int) -> list[Person]:
    """The number of people: half as the register mixes them, and of each origin the same number."""
    crowd = register_people(count // 2)
    for origin in ORIGINS:
        crowd += people_of(origin, count // 2 // len(ORIGINS))
    return crowd


def half_undated(count: int) -> list[Person]:
    """As `mixed`; who asks has no birth dates."""
    return [
        replace(person, born=person.born if at % 2 else None)
        for at, person in enumerate(mixed(count))
    ]


def _named(change: by_name.Change) -> Change:
    def changed(person: Person, chance: random.Random) -> Case | None:
        text = change(person.names[0], chance)
        if not text or text == person.names[0]:
            return None
        return person, replace(person, names=(text,))

    return changed


def _born(slip: slips.Slip) -> Change:
    def changed(person: Person, chance: random.Random) -> Case | None:
        born = person.born and slip(person.born, chance)
        return (person, replace(person, born=born)) if born else None

    return changed


def nickname(name: str, chance: random.Random) -> str | None:
    """Another form of the given name: Bob for Robert."""
    first, _, rest = name.partition(" ")
    forms = [
        form
        for row in table_rows("name_families.tsv")
        if row[-1] == "given" and first.lower() in row[0].split()
        for form in row[0].split()
        if form != first.lower()
    ]
    return f"{chance.choice(forms).title()} {rest}" if forms else None


_HEARD = [
    pair.split(">")
    for pair in (
        "ph>f ck>k ie>y ee>ea ea>ee ay>ai ai>ay ey>y ll>l tt>t ss>s mm>m nn>n sch>sh kh>h v>w w>v "
        "z>s oo>u ou>oo sen>son son>sen x>ks c>k k>c y>i i>y"
    ).split()
]


def as_heard(name: str, chance: random.Random) -> str | None:
    """The last name as somebody writes it who heard it."""
    before, _, last = name.rpartition(" ")
    able = [(a, b) for a, b in _HEARD if re.search(f"(?<=.){a}", last)]
    if not able or not before:
        return None
    a, b = chance.choice(able)
    return f"{before} {last[0]}{last[1:].replace(a, b, 1)}"


_ACCENTS = dict(zip("aeioucnszr", "áéíöüçñšžř", strict=True))


def accents(name: str, chance: random.Random) -> str | None:
    """Letters with the accents of another language."""
    able = [at for at, letter in enumerate(name) if letter in _ACCENTS]
    if not able:
        return None
    at = chance.choice(able)
    return name[:at] + _ACCENTS[name[at]] + name[at + 1 :]


def initials_only(name: str, _: random.Random) -> str | None:
    """Nothing but the last name in full."""
    *given, last = name.split()
    return " ".join([*(f"{one[0]}." for one in given), last]) if given else None


def middle_name_used(name: str, _: random.Random) -> str | None:
    """The middle name without the first."""
    words = name.split()
    return " ".join(words[1:]) if len(words) > 2 else None


def middle_initial(name: str, _: random.Random) -> str | None:
    """The middle name as an initial."""
    words = name.split()
    return " ".join([words[0], words[1][0], *words[2:]]) if len(words) > 2 else None


def _hyphenated(write: Callable[[str, str], str]) -> Change:
    """Somebody of two surnames, written in another way; the second is another person's."""

    def changed(person: Person, chance: random.Random) -> Case | None:
        given, _, last = person.names[0].rpartition(" ")
        second = chance.choice(_second_names())
        if second == last or not given:
            return None
        whole, other = f"{given} {last}-{second}", f"{given} {write(last, second)}"
        return replace(person, names=(whole,)), replace(person, names=(other,))

    return changed


@cache
def _second_names() -> list[str]:
    return [person.names[0].rpartition(" ")[2] for person in register_people(400)]


def married(person: Person, chance: random.Random) -> Case | None:
    """A new last name beside the former one; the other side has the former one alone."""
    given, _, last = person.names[0].rpartition(" ")
    new = chance.choice(_second_names())
    if new == last:
        return None
    return replace(person, names=(f"{given} {new}", *person.names)), person


def month_unknown(person: Person, _: random.Random) -> Case | None:
    """One side knows the year only."""
    return person.born and (person, replace(person, born=PartialDate(person.born.year)))


def undated(person: Person, _: random.Random) -> Case | None:
    """One side has no birth date."""
    return person, replace(person, born=None)


def _differing(*slips_of_one_sort: slips.Slip) -> tuple[Change, ...]:
    return tuple(map(_born, slips_of_one_sort))


# Each row of the table: what is changed, by one of these at a time.
DIFFERENCES: Mapping[str, tuple[Change, ...]] = {
    "capitals, titles, full-width or hidden characters": tuple(
        map(_named, (by_name.capitals, by_name.title_added, by_name.invisible, by_name.full_width,
                     by_name.cyrillic_twins))
    ),
    "accents": (_named(accents),),
    "family name first, with a comma": (_named(by_name.family_name_first),),
    "words in reverse order": (_named(by_name.reversed_order),),
    "no middle name": (_named(by_name.no_middle_name),),
    "middle name as an initial": (_named(middle_initial),),
    "middle name used as the first": (_named(middle_name_used),),
    "first name as an initial": (_named(by_name.initial),),
    "initials only": (_named(initials_only),),
    "nickname or another form of the given name": (_named(nickname),),
    "another romanisation": (_named(by_name.other_romanisation),),
    "surname as heard": (_named(as_heard),),
    "a letter lost, doubled, swapped or mistyped": tuple(
        map(_named, (by_name.letter_lost, by_name.letter_doubled, by_name.letters_swapped,
                     by_name.neighbouring_key))
    ),
    "poorly scanned": (_named(by_name.scanned),),
    "cut off at 20 characters": (_named(by_name.cut_at_20),),
    "digits for letters": (_named(by_name.digits_for_letters),),
    "vowels left out": (_named(by_name.vowels_gone),),
    "a word split in two": (_named(by_name.split_word),),
    "two surnames: hyphen left out": (_hyphenated(lambda one, other: f"{one} {other}"),),
    "two surnames: written as one word": (_hyphenated(lambda one, other: one + other.lower()),),
    "two surnames: the first alone": (_hyphenated(lambda one, _: one),),
    "two surnames: the second alone": (_hyphenated(lambda _, other: other),),
    "married name, the former one known": (married,),
    "birth year one off": _differing(slips.year_later, slips.year_earlier),
    "birth year, one digit mistyped": _differing(slips.units_mistyped, slips.tens_mistyped),
    "birth year, digits swapped": _differing(slips.last_digits_swapped),
    "birth month unknown on one side": (month_unknown,),
}  # fmt: skip
WITHOUT_DATE: Mapping[str, tuple[Change, ...]] = {"no birth date on one side": (undated,)}
# Both months are known and are not the same: these must not meet.
OTHERWISE_BORN: Mapping[str, tuple[Change, ...]] = {
    "the same name, another month of birth": _differing(
        slips.month_later, slips.month_earlier, slips.month_mistyped,
        slips.another_date_within_ten_years,
    ),
}  # fmt: skip

# Of firms.
FIRM_DIFFERENCES: Mapping[str, tuple[by_name.Change, ...]] = {
    "capitals, full-width or hidden characters": (
        by_name.capitals, by_name.invisible, by_name.full_width,
    ),
    "hyphens and apostrophes": (
        by_name.hyphens_apart, by_name.hyphens_gone, by_name.apostrophes_gone,
    ),
    "& for and": (by_name.ampersand,),
    "another legal form": (by_name.legal_form_otherwise,),
    "words in reverse order": (by_name.reversed_order,),
    "a word split in two": (by_name.split_word,),
    "digits for letters": (by_name.digits_for_letters,),
    "a letter lost, doubled, swapped or mistyped": (
        by_name.letter_lost, by_name.letter_doubled, by_name.letters_swapped,
        by_name.neighbouring_key,
    ),
    "cut off at 35 characters": (by_name.cut_at_35,),
}  # fmt: skip
TABLES = {"found": DIFFERENCES, "undated": WITHOUT_DATE, "apart": OTHERWISE_BORN}


@dataclass(frozen=True)
class Row:
    """Pairs tried; those that the matcher finds, the keys, and both; the most keys of a person."""

    table: str
    row: str
    tried: int
    matcher: int
    keys: int
    both: int
    most: int = 0


def matcher_finds(ours: Person, theirs: Person) -> bool:
    """Whether a screening shows the match: at the default threshold, and not set aside."""
    best = max(
        (
            best_alignment(prepare_to_look_up(a, "person"), prepare(b, "person"))
            for a in ours.names
            for b in theirs.names
        ),
        key=lambda found: found[0],
    )[1]
    if best is None:
        return False
    features = name_features(best, person=True)
    features += collect_evidence(
        Subject(ours.names, "person", ours.born),
        EntryFacts(birth_dates=(theirs.born,) if theirs.born else ()),
        features,
        person=True,
        common=names_are_common(best),
    )
    match = Match(tuple(features))
    return match.shown_up_to >= DEFAULT_THRESHOLD and not match.set_aside


def recorded(matched: list[Case]) -> Callable[[Person, Person], bool]:
    """The matcher, which adds what it finds."""

    def finds(ours: Person, theirs: Person) -> bool:
        if shown := matcher_finds(ours, theirs):
            matched.append((ours, theirs))
        return shown

    return finds


def keys(
    names: Iterable[str], kind: Kind, side: Side, born: PartialDate | None = None
) -> frozenset[DerivedKey]:
    party = Party(names=tuple(map(Name, names)), kind=kind, role=SUPPLIER, birth_date=born)
    return frozenset(keys_of(party, side))


def keys_of_person(person: Person, side: Side) -> frozenset[DerivedKey]:
    return keys(person.names, "person", side, person.born)


def meet(ours: Person, theirs: Person) -> bool:
    return not keys_of_person(ours, "asks").isdisjoint(keys_of_person(theirs, "answers"))


# A key of a row: its kind, and its place among those of that kind.
Place = tuple[KeyKind, int]
PERSON_KINDS: tuple[KeyKind, ...] = tuple(
    one for one in KEYS_A_ROW if one.startswith(("name", "init", "miss"))
)
MONTH_KINDS = tuple(one for one in PERSON_KINDS if one != "name without date")


def places_that_meet(case: Case) -> frozenset[Place]:
    """The keys of whoever asks that the other side has, without a budget."""
    ours, theirs = case
    held, made, met = keys_of_person(theirs, "answers"), Counter[KeyKind](), set()
    for key in person_keys(ours.names, ours.born, "asks"):
        made[key.kind] += 1
        if key in held:
            met.add((key.kind, made[key.kind]))
    return frozenset(met)


def curve(cases: Mapping[str, Sequence[Case]]) -> Iterator[Row]:
    """From two keys more than the budget down to one: without the key that costs least recall.

    `tried` are the keys of a row, `most` those of them that name a month.
    """
    met = {group: Counter(map(places_that_meet, some)) for group, some in cases.items()}

    def finds(budget: Mapping[KeyKind, int]) -> dict[str, int]:
        held = {(kind, place) for kind, most in budget.items() for place in range(1, most + 1)}
        return {
            group: sum(count for places, count in sets.items() if places & held)
            for group, sets in met.items()
        }

    def least(budget: Mapping[KeyKind, int]) -> float:
        return min(count / len(cases[group]) for group, count in finds(budget).items())

    budget = {kind: KEYS_A_ROW[kind] for kind in PERSON_KINDS}
    budget["names and month"] += 2
    while sum(budget.values()):
        words = ", ".join(f"{most} {kind}" for kind, most in budget.items() if most)
        months = sum(budget[kind] for kind in MONTH_KINDS)
        for group, count in finds(budget).items():
            yield Row(
                f"curve {group}", words, sum(budget.values()), len(cases[group]), 0, count, months
            )
        fewer = [{**budget, kind: most - 1} for kind, most in budget.items() if most]
        budget = max(fewer, key=least)


def found(
    table: str,
    differences: Mapping[str, tuple[Change, ...]],
    people: Sequence[Person],
    missed: int,
    matched: list[Case],
) -> Iterator[Row]:
    """A row for each difference; prints up to `missed` of what the matcher alone finds, and adds
    to `matched` all that it finds.
    """
    for title, changes in differences.items():
        chance = random.Random(title)
        made = (change(person, chance) for person in people for change in changes)
        cases = [case for case in made if case]
        yield compared(table, title, cases, missed, recorded(matched), meet)


def firm_keys(name: str, side: Side = "answers") -> frozenset[DerivedKey]:
    return keys([name], "organisation", side)


def matcher_finds_firm(ours: str, theirs: str) -> bool:
    names = prepare_to_look_up(ours, "organisation"), prepare(theirs, "organisation")
    return matching.compare(*names).score >= DEFAULT_THRESHOLD


def firms_found(missed: int) -> Iterator[Row]:
    """A row for each way to write a firm's name."""
    names = random.Random("firms").sample(firms(), min(FIRMS, len(firms())))
    for title, changes in FIRM_DIFFERENCES.items():
        chance = random.Random(title)
        made = ((name, change(name, chance)) for name in names for change in changes)
        yield compared(
            "firms",
            title,
            [(name, other) for name, other in made if other and other != name],
            missed,
            matcher_finds_firm,
            lambda one, other: not firm_keys(one, "asks").isdisjoint(firm_keys(other)),
        )


def firms_that_meet() -> Row:
    """All pairs of firms of which no two have the same name: `matcher` are its matches of these."""
    by_key: dict[DerivedKey, list[str]] = {}
    for name in firms():
        for key in firm_keys(name):
            by_key.setdefault(key, []).append(name)
    others = {pair for names in by_key.values() for pair in combinations(names, 2)}
    count = len(firms())
    matched = sum(matcher_finds_firm(*pair) for pair in others)
    return Row("firms apart", "care providers", count * (count - 1) // 2, matched, len(others), 0)


def compared(
    table: str,
    title: str,
    cases: Sequence[tuple[T, T]],
    missed: int,
    matcher: Callable[[T, T], bool],
    keys_meet: Callable[[T, T], bool],
) -> Row:
    """What the matcher and the keys find of these."""
    counts: Counter[str] = Counter()
    for case in cases:
        matched, met = matcher(*case), keys_meet(*case)
        counts.update(matcher=matched, keys=met, both=matched and met)
        if matched and not met and counts["missed"] < missed:
            counts["missed"] += 1
            print(f"missed: {title}: {case}")
    return Row(table, title, len(cases), counts["matcher"], counts["keys"], counts["both"])


def listed(missed: int, matched: list[Case]) -> Iterator[Row]:
    """A row for the names of listed people, where the lists are there."""
    if WHY_NOT:
        print(f"Listed people left out: {WHY_NOT}")
        return
    chance = random.Random("listed")
    for title, latin in (
        ("another name in Latin letters", True),
        ("a name in another script", False),
    ):
        cases = listed_cases(latin=latin)
        some = chance.sample(cases, min(LISTED, len(cases)))
        into = matched if latin else []
        yield compared("listed", title, some, missed, recorded(into), meet)


def false_hits(group: str, people: list[Person]) -> tuple[Row, Counter[str]]:
    """All pairs that share a key, those of one name and month apart; and by rule.

    The even ones ask, the odd ones answer. `tried` are all pairs, `matcher` those of one name and
    month, `keys` the other pairs that meet, `both` all keys.
    """
    whole = [(*sorted(fold(p.names[0]).split()), str(p.born)) for p in people]
    asked: dict[DerivedKey, list[int]] = {}
    answered: dict[DerivedKey, list[int]] = {}
    most = total = 0
    for at, person in enumerate(people):
        by_key, side = ((asked, "asks"), (answered, "answers"))[at % 2]
        made = keys_of_person(person, side)
        most, total = max(most, len(made)), total + len(made)
        for key in made:
            by_key.setdefault(key, []).append(at)
    others: set[tuple[int, int]] = set()
    namesakes: set[tuple[int, int]] = set()
    rules: Counter[str] = Counter()
    for key in asked.keys() & answered.keys():
        for pair in product(asked[key], answered[key]):
            if whole[pair[0]] == whole[pair[1]]:
                namesakes.add(pair)
            else:
                others.add(pair)
                rules[key.kind] += 1
    pairs = (len(people) + 1) // 2 * (len(people) // 2)
    return Row("false hits", group, pairs, len(namesakes), len(others), total, most), rules


def write(measured: Iterable[Row]) -> None:
    """Keep the figures, from which docs/developer/derived-keys.md has its tables."""
    FIGURES.parent.mkdir(exist_ok=True)
    with FIGURES.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows([getattr(row, column) for column in COLUMNS] for row in measured)


def main() -> None:
    parser = argparse.ArgumentParser(description="Recall and false hits of blind keys of people.")
    parser.add_argument("--people", type=int, default=2_000, help="whose names are changed")
    parser.add_argument("--crowd", type=int, default=100_000, help="of each group, half a side")
    parser.add_argument("--missed", type=int, default=0, help="misses of each row to print")
    parser.add_argument("--write", action="store_true", help=f"keep the figures in {FIGURES.name}")
    options = parser.parse_args()
    people = mixed(options.people)
    measured: list[Row] = []
    cases: dict[str, list[Case]] = {}
    for table, differences in TABLES.items():
        measured += found(table, differences, people, options.missed, cases.setdefault(table, []))
    measured += listed(options.missed, cases.setdefault("listed", []))
    del cases["apart"]
    cases["all"] = cases["found"] + cases.pop("undated")
    if firms():
        measured += [*firms_found(options.missed), firms_that_meet()]
    for row in measured:
        share = row.both / row.matcher if row.matcher else 0.0
        print(f"{row.row:50} {row.tried:7} {row.matcher:7} {row.keys:7} {row.both:7} {share:.1%}")
    for tables in (("found",), ("found", "undated")):
        rows = [row for row in measured if row.table in tables]
        share = sum(row.both for row in rows) / sum(row.matcher for row in rows)
        print(f"{' and '.join(tables)}: {share:.2%}")
    for row in curve({group: some for group, some in cases.items() if some}):
        measured.append(row)
        print(
            f"{row.table:12} {row.tried:2} keys, {row.most:2} months: "
            f"{row.both / row.matcher:.2%}  {row.row}"
        )
    for group, crowd in groups(options.crowd).items():
        row, rules = false_hits(group, crowd)
        measured.append(row)
        print(
            f"{group:16} {row.keys / row.tried * 100_000:.3f} in 100,000, namesakes "
            f"{row.matcher / row.tried * 100_000:.3f}, keys {row.both / len(crowd):.1f}, "
            f"most {row.most}; {dict(rules)}",
            flush=True,
        )
    if options.write:
        write(measured)


if __name__ == "__main__":
    main()
