"""A grammar of cells that hold several people, with the people and birth dates that are true."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from duediligence.model import PartialDate
from duediligence.text.dates import MONTH_NAMES

# Given names and family names, invented people of many origins.
_NAMES: Final = tuple(
    tuple(name.split("|"))
    for name in (
        "Morwenna|Tregaskin Oliver|Bexworth Priscilla|Dunnock-Hale Tom|Quarrell Susan|Hartnoll "
        "Peter_John|Ashgrove Mary_Ellen|Stoatley William|Green Helen|West Grace|Hall Ian|Church "
        "Siobhan|O'Tarran Padraig|Mac_Giolla Eilidh|MacQuorrie Hamish|McBrannock Gwenllian|ap_Rhos "
        "Mohammed|Tahirzad Fatima|al-Quorashi Yusuf|bin_Talabi Hamid|Hussaini Omar|Abdul_Rahmani "
        "Priya|Venkatraju Rajesh|Kumarlal Nasreen|Begumi Imran_Ali|Chowdhurani Gurpreet|Singhera "
        "Wei|Zhangou Xiu_Ling|Chenbao Minh|Nguyenh Jae-won|Parkhan Aiko|Tanakawa "
        "Dragomir|Petrovanski Olga|Ivashkina Svetlana|Kozlovaya Bogdan|Wojciechak Zdenka|Novotnik "
        "Carmen|Ruiz_Otero Juan_Carlos|Vega_Lorca Ana|Molina_Prado Luis|de_la_Fontana "
        "Joao|da_Silvan Pieter|van_der_Velden Anneke|de_Grootje Johann|von_Altenberg "
        "Chiara|di_Montefano "
        "Olu|Adeyemba Chidi|Okonkwari Abena|Mensahene Tendai|Moyozi J|Larkfield R.T.|Pellowe "
        "S|Bagheria D.|Quint Ann_M.|Fairlie K.J.|Umberley"
    ).split()
)
_SINGLE: Final = tuple("Surandi Wibowoto Madhukara Zarmina Tashirin".split())
_TITLES: Final = ("Mr", "Mrs", "Dr", "Cllr", "Sir", "Ms.", "Prof")
_ROLES: Final = ("Director", "Chair", "Secretary", "Treasurer", "Managing Director", "Trustee")
SEPARATORS: Final = (
    "; ", ";", "\n", "\r\n", " and ", " & ", " / ", "/", ", ", "\t", " - ", " | ", "\n• ", " – ",
)  # fmt: skip
NUMBERINGS: Final = ("{n}. {p}", "{n}) {p}", "({n}) {p}", "{n} - {p}", "#{n} {p}")
AFTER: Final = (
    "{p} ({d})", "{p}, {d}", "{p} {d}", "{p} - {d}", "{p} [{d}]", "{p} (b. {d})", "{p} b. {d}",
    "{p} (DOB {d})", "{p}, DOB: {d}", "{p} born {d}", "{p}, born {d}", "{p} (born in {d})",
    "{p} date of birth {d}", "{p} - D.O.B. {d}", "{p} (dob: {d})",
)  # fmt: skip
BEFORE: Final = (
    "{d} {p}", "({d}) {p}", "{d}, {p}", "{d} - {p}", "{d}: {p}", "DOB {d} {p}", "b. {d}, {p}",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TruePerson:
    """A person of a cell: the words of their name, and their birth date if the cell has it."""

    words: tuple[str, ...]
    born: PartialDate | None


@dataclass(frozen=True, slots=True)
class PeopleCell:
    """A cell as it is written, and who is in it."""

    text: str
    people: tuple[TruePerson, ...]


def date_forms(year: int, month: int, day: int) -> list[tuple[str, PartialDate]]:
    """Return a date in every form that is read, with what of it may be kept."""
    word, short = MONTH_NAMES[month - 1], MONTH_NAMES[month - 1][:3]
    known = PartialDate(year, month)
    texts = [
        f"{year}-{month:02}", f"{year}-{month:02}-{day:02}", f"{year}/{month}",
        f"{year}-{month:02}-{day:02}T00:00:00", f"{day:02}/{month:02}/{year}",
        f"{day}.{month}.{year}", f"{day:02}/{month:02}/{year % 100:02}",
        f"{day:02} {month:02} {year}", f"{month:02}/{year}", f"{month:02}-{year}",
        f"{month:02}/{year % 100:02}", f"{month:02} {year}", f"{word} {day}, {year}",
        f"{day} {word} {year}", f"{day}th {short} {year}", f"{word} {year}",
        f"{short}-{year % 100:02}", f"{short} {year}",
    ]  # fmt: skip
    return [*((text, known) for text in texts), (str(year), PartialDate(year))]


def make_cell(random: Random) -> PeopleCell:
    """Make a cell of two to five people, with one way of writing in all of it."""
    if random.random() < 0.04:
        return _make_family(random)
    number = random.choices((2, 3, 4, 5), (5, 4, 2, 1))[0]
    chosen = random.sample(_NAMES, number)
    order = random.choices(("given first", "FAMILY, Given", "FAMILY Given"), (7, 2, 1))[0]
    separator = random.choice((*SEPARATORS, *NUMBERINGS))
    if order == "FAMILY, Given" and separator == ", " and random.random() < 0.5:
        separator = "; "
    style = random.choice((*AFTER, *AFTER, *BEFORE))
    which = random.choice(("all", "some", "some", "one", "none"))
    titled, with_roles = random.random() < 0.25, random.random() < 0.3
    role_first = random.random() < 0.3
    single = random.random() < 0.05
    dated = {random.randrange(number)} if which == "one" else set()
    form = random.randrange(19)
    texts, people = [], []
    for at, (given, family) in enumerate(chosen):
        given, family = given.replace("_", " "), family.replace("_", " ")
        if single and at == number - 1:
            given, family = "", random.choice(_SINGLE)
        text = _write(given, family, order)
        words = tuple(f"{given} {family}".split())
        if titled and given and order == "given first" and random.random() < 0.7:
            text = f"{random.choice(_TITLES)} {text}"
        role = random.choice(_ROLES)
        if with_roles and not role_first:
            text = random.choice(("{p} ({r})", "{p}, {r}", "{p} - {r}")).format(p=text, r=role)
        born = None
        if which == "all" or at in dated or (which == "some" and random.random() < 0.5):
            written, born = date_forms(
                random.randint(1931, 2004), random.randint(1, 12), random.randint(13, 28)
            )[form]
            text = style.format(p=text, d=written)
        if with_roles and role_first:
            text = f"{role}: {text}"
        texts.append(text)
        people.append(TruePerson(words, born))
    return PeopleCell(_join(texts, separator, random), tuple(people))


def make_careless_cell(random: Random) -> PeopleCell:
    """Make a cell in which each person is written in another way, and none is said to be usual."""
    number = random.choices((2, 3, 4, 5), (5, 4, 2, 1))[0]
    separators = random.choices(SEPARATORS, k=number if random.random() < 0.3 else 1)
    styles = random.choices((*AFTER, *BEFORE), k=1 if random.random() < 0.7 else 6)
    texts, people = [], []
    for given, family in random.sample(_NAMES, number):
        given, family = given.replace("_", " "), family.replace("_", " ")
        if random.random() < 0.1:
            given, family = "", random.choice(_SINGLE)
        order = random.choices(("given first", "FAMILY, Given", "FAMILY Given"), (7, 2, 1))[0]
        text = _write(given, family, order)
        if given and random.random() < 0.15:
            text = f"{random.choice(_TITLES)} {text}"
        role, where = random.choice(_ROLES), random.random()
        if where < 0.15:
            text = random.choice(("{p} ({r})", "{p}, {r}", "{p}: {r}")).format(p=text, r=role)
        born = None
        if random.random() < 0.5:
            day = (random.randint(1931, 2004), random.randint(1, 12), random.randint(13, 28))
            written, born = random.choice(date_forms(*day))
            text = random.choice(styles).format(p=text, d=written)
        if where > 0.9:
            text = random.choice(("{r}: {p}", "{r} {p}", "{r} - {p}")).format(p=text, r=role)
        texts.append(text)
        people.append(TruePerson(tuple(f"{given} {family}".split()), born))
    joined = texts[0]
    for text in texts[1:]:
        joined += random.choice(separators) + text
    return PeopleCell(joined, tuple(people))


def _write(given: str, family: str, order: str) -> str:
    if order == "given first" or not given:
        return f"{given} {family}".strip()
    return f"{family.upper()}{',' if ',' in order else ''} {given}"


def _join(texts: Sequence[str], separator: str, random: Random) -> str:
    if separator in NUMBERINGS:
        numbered = [separator.format(n=n, p=text) for n, text in enumerate(texts, 1)]
        return random.choice((" ", "\n", "; ")).join(numbered)
    if separator == ", " and random.random() < 0.4:
        return f"{', '.join(texts[:-1])} and {texts[-1]}"
    if separator == "\n• ":
        return f"• {separator.join(texts)}"
    return separator.join(texts)


def _make_family(random: Random) -> PeopleCell:
    """Make a cell in which a family name is written once, with a date beside the last person."""
    family = random.choice(_NAMES[:4])[1]
    givens = random.sample("Ann John Mary Peter Susan J M Siobhan Ruth Zorvan".split(), 3)
    givens = givens[: random.choice((2, 3))]
    text = f"{', '.join(givens[:-1])} {random.choice(('and', '&'))} {givens[-1]} {family}"
    born = None
    if random.random() < 0.5:
        written, born = date_forms(random.randint(1931, 2004), random.randint(1, 12), 17)[8]
        text = f"{text} (b. {written})"
    people = [TruePerson((given, family), None) for given in givens]
    people[-1] = TruePerson(people[-1].words, born)
    return PeopleCell(text, tuple(people))
