"""Cells with two to five people as officers of councils, ledgers and registers write them.

Each form is one way of writing; `make_people_cells(seed, each)` makes `each` cells of every form,
the same for the same seed. All people, firms and places are invented. This grammar was written
from the documentation alone, without sight of the reader that it tests.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .judging import Birth, Cell, Someone, list_words, words_of
from .names import Name, make_name, make_names

Random = random.Random
Written = tuple[str, bool]  # the text, and whether it is damaged

MONTHS = "January February March April May June July August September October November December"
_MONTHS = MONTHS.split()
_PARTICLES = words_of("al el bin de la da dos del ni mac ap st abd md mst")
_PLACES = ("Porthmellow", "Zennessa", "Nanquoit", "Trewartha", "Polrowan")
_STREETS = ("Dune Row", "Gorse Lane", "Quay Street", "Chapel Hill", "Station Road")
_COUNTRIES = ("British", "Polish", "Indian", "Irish", "Romanian", "Pakistani", "Nigerian")
_FIRMS = (
    "Gullwing Nominees Ltd", "Thrift & Barrow Holdings Limited", "Sandpiper Care Group PLC",
    "Kestrelmoor Trustees LLP", "Bluebell Secretaries Limited", "Northmoor Estates Ltd",
)  # fmt: skip
ROLES = (
    "Director", "Managing Director", "Company Secretary", "Finance Director", "Owner", "Partner",
    "Chair", "Treasurer", "Trustee", "Non-executive Director", "Shareholder",
)  # fmt: skip
_HONOURS = ("OBE", "MBE", "JP", "FCA", "BSc (Hons)", "PhD")


@dataclass
class Member:
    """One person as a form writes them: the name, the birth date if the cell has it, the style."""

    name: Name
    birth: Birth = None
    day: int = 1
    also: str = ""
    extra: str = ""

    def truth(self, text: str) -> Someone:
        """Whom the text names: to be read are the first words of the given and family names."""
        if not self.name.given:
            firm = words_of(self.name.family)
            return Someone(firm | {"and"}, firm - words_of("ltd limited plc llp"))
        words = self.name.words | words_of(self.also) | words_of(self.extra)
        given, family = _first_word(self.name.given), _first_word(self.name.family)
        # Where the text has no more than the letter of the given name, the letter may be missing.
        return Someone(words, words_of(family) | (words_of(given) & words_of(text)), self.birth)


def _first_word(name: str) -> str:
    words = list_words(name)
    return next((word for word in words if word not in _PARTICLES), words[0])


def _pick_birth(rng: Random) -> tuple[int, int]:
    return rng.randint(1938, 1999), rng.randint(1, 12)


# --- names ---------------------------------------------------------------------------------


def _full(name: Name) -> str:
    return " ".join(filter(None, (name.given, name.middle, name.family)))


def _titled(name: Name) -> str:
    return f"{name.title} {_full(name)}"


def _initials(name: Name) -> str:
    return f"{' '.join(name.initials)} {name.family}"


def _dotted(name: Name) -> str:
    return f"{'.'.join(name.initials)}. {name.family}"


def _titled_initials(name: Name) -> str:
    return f"{name.title} {''.join(name.initials)} {name.family}"


def _half_capitals(name: Name) -> str:
    return " ".join(filter(None, (name.given, name.middle, name.family.upper())))


def _capitals(name: Name) -> str:
    return _full(name).upper()


def _short(name: Name) -> str:
    return f"{name.given} {name.family}"


def _register(name: Name) -> str:
    return f"{name.family.upper()}, {' '.join(filter(None, (name.given, name.middle)))}"


def _reversed(name: Name) -> str:
    return f"{name.family}, {name.given}"


def _register_titled(name: Name) -> str:
    return f"{name.family.upper()}, {name.title} {name.given}"


_PLAIN = (_full, _full, _short, _titled, _half_capitals, _capitals, _initials, _dotted,
          _titled_initials)  # fmt: skip
_LAST_FIRST = (_register, _reversed, _register_titled)


# --- dates ---------------------------------------------------------------------------------


def _date(rng: Random, one: Member) -> str:
    """A birth date as a bare text; a year alone leaves the month unknown to all."""
    assert one.birth is not None
    year, month = one.birth
    assert month is not None
    day, name = one.day, _MONTHS[month - 1]
    form = rng.randrange(13)
    if form == 0:
        one.birth = (year, None)
        return str(year)
    end = "st" if day in (1, 21) else "nd" if day in (2, 22) else "rd" if day in (3, 23) else "th"
    return (
        f"{month:02}/{year}", f"{day:02}/{month:02}/{year}", f"{day:02}.{month:02}.{year}",
        f"{day:02}-{month:02}-{year}", f"{year}-{month:02}-{day:02}", f"{year}-{month:02}",
        f"{name} {year}", f"{day} {name} {year}", f"{day}{end} {name} {year}",
        f"{name[:3]} {year}", f"{day} {name[:3]} {year}", f"{month}/{year}",
    )[form - 1]  # fmt: skip


def _bracketed(rng: Random, one: Member) -> str:
    date = _date(rng, one)
    return rng.choice(
        ("({})", "(b. {})", "(born {})", "(DOB {})", "(DOB: {})", "(D.O.B. {})", "(b.{})",
         "[{}]", "(d.o.b {})", "(Date of birth: {})")
    ).format(date)  # fmt: skip


def _labelled(rng: Random, one: Member) -> str:
    date = _date(rng, one)
    return rng.choice(
        ("b. {}", "born {}", "DOB {}", "DOB: {}", "D.O.B. {}", "d.o.b. {}", "b {}", "Born: {}",
         "Date of birth: {}", "date of birth {}")
    ).format(date)  # fmt: skip


def _event(rng: Random, first: int = 2018) -> str:
    """When somebody came or left: a date that is nobody's birth date."""
    day, month, year = rng.randint(1, 28), rng.randint(1, 12), rng.randint(first, 2025)
    name = _MONTHS[month - 1]
    date = rng.choice(
        (f"{day:02}/{month:02}/{year}", f"{day} {name} {year}", f"{name} {year}",
         f"{month:02}/{year}", str(year))
    )  # fmt: skip
    return rng.choice(
        ("appointed {}", "appointed on {}", "appt. {}", "resigned {}", "since {}", "from {}",
         "resigned on {}", "joined {}", "app'd {}", "Appointed: {}")
    ).format(date)  # fmt: skip


def _address(rng: Random) -> str:
    street = f"{rng.randint(1, 90)} {rng.choice(_STREETS)}"
    return f"{street}, {rng.choice(_PLACES)}, ZY{rng.randint(1, 9)} {rng.randint(1, 9)}GL"


# --- who stands in a cell --------------------------------------------------------------------


def _people(
    rng: Random, least: int = 2, most: int = 5, dated: float = 1.0, *, family: bool = False
) -> list[Member]:
    names = make_names(rng, rng.randint(least, most), one_family=family)
    return [
        Member(name, _pick_birth(rng) if rng.random() < dated else None, rng.randint(1, 28))
        for name in names
    ]


def _strong(rng: Random) -> str:
    return rng.choice(("; ", ";", " ; ", "\n", " | ", "\n", "\r\n", " / "))


def _listed(rng: Random, parts: Sequence[str]) -> str:
    """Parts with commas between and the last two joined by a word."""
    last = rng.choice((" and ", " & ", ", and ", ", ", " AND "))
    return ", ".join(parts[:-1]) + last + parts[-1]


def _with_date(rng: Random, one: Member, text: str) -> str:
    return f"{text} {_bracketed(rng, one)}" if one.birth else text


# --- the forms ------------------------------------------------------------------------------

Form = Callable[[Random, list[Member]], Written]
_FORMS: dict[str, tuple[Callable[[Random], list[Member]], Form]] = {}


def _form(name: str, who: Callable[[Random], list[Member]] = _people) -> Callable[[Form], Form]:
    def keep(form: Form) -> Form:
        _FORMS[name] = (who, form)
        return form

    return keep


def _some_dated(rng: Random) -> list[Member]:
    return _people(rng, dated=0.5)


def _undated(rng: Random) -> list[Member]:
    return _people(rng, dated=0)


def _family(rng: Random) -> list[Member]:
    return _people(rng, 2, 4, 0.6, family=True)


def _couple(rng: Random) -> list[Member]:
    return _people(rng, 2, 2, 0, family=True)


def _only_last(rng: Random) -> list[Member]:
    people = _people(rng, 2, 4, 0)
    people[-1].birth = _pick_birth(rng)
    return people


def _only_first(rng: Random) -> list[Member]:
    people = _people(rng, 2, 4, 0)
    people[0].birth = _pick_birth(rng)
    return people


def _only_middle(rng: Random) -> list[Member]:
    people = _people(rng, 3, 5, 0)
    people[rng.randrange(1, len(people) - 1)].birth = _pick_birth(rng)
    return people


@_form("brackets, strong separator", _some_dated)
def _(rng: Random, people: list[Member]) -> Written:
    style = rng.choice(_PLAIN + _LAST_FIRST)
    return _strong(rng).join(_with_date(rng, one, style(one.name)) for one in people), False


@_form("brackets, commas and a word", _some_dated)
def _(rng: Random, people: list[Member]) -> Written:
    style = rng.choice(_PLAIN)
    return _listed(rng, [_with_date(rng, one, style(one.name)) for one in people]), False


@_form("each in another style", _some_dated)
def _(rng: Random, people: list[Member]) -> Written:
    sep = rng.choice(("; ", "\n"))
    styles = _PLAIN + _LAST_FIRST
    return sep.join(_with_date(rng, one, rng.choice(styles)(one.name)) for one in people), False


@_form("only the last has a date", _only_last)
def _(rng: Random, people: list[Member]) -> Written:
    style = rng.choice(_PLAIN)
    return _listed(rng, [_with_date(rng, one, style(one.name)) for one in people]), False


@_form("only the first has a date", _only_first)
def _(rng: Random, people: list[Member]) -> Written:
    style = rng.choice(_PLAIN)
    return _listed(rng, [_with_date(rng, one, style(one.name)) for one in people]), False


@_form("only one between has a date", _only_middle)
def _(rng: Random, people: list[Member]) -> Written:
    style = rng.choice(_PLAIN)
    return _listed(rng, [_with_date(rng, one, style(one.name)) for one in people]), False


@_form("labelled dates, commas", _people)
def _(rng: Random, people: list[Member]) -> Written:
    style = rng.choice(_PLAIN)
    gap = rng.choice((" ", ", ", " - ", ": "))
    parts = [f"{style(one.name)}{gap}{_labelled(rng, one)}" for one in people]
    return rng.choice((", ", "; ", "\n")).join(parts), False


@_form("bare dates after names", _people)
def _(rng: Random, people: list[Member]) -> Written:
    style = rng.choice(_PLAIN)
    gap, sep = rng.choice(((" ", ", "), (", ", "; "), (" - ", "; "), (" – ", "\n"), (" ", "\n"),
                           ("\n", "\n"), (", ", ", ")))  # fmt: skip
    return sep.join(f"{style(one.name)}{gap}{_date(rng, one)}" for one in people), False


@_form("bare dates before names", _people)
def _(rng: Random, people: list[Member]) -> Written:
    style = rng.choice(_PLAIN)
    gap, sep = rng.choice(((" ", "; "), (" - ", "\n"), (": ", "; "), (" ", "\n")))
    return sep.join(f"{_date(rng, one)}{gap}{style(one.name)}" for one in people), False


@_form("one bare date among commas", _only_last)
def _(rng: Random, people: list[Member]) -> Written:
    style = rng.choice(_PLAIN)
    if rng.random() < 0.5:
        # Beside whom it stands, nobody can tell: after one name and before the next.
        rest = ", ".join(style(one.name) for one in people[:-1])
        return f"{style(people[-1].name)}, {_date(rng, people[-1])}, {rest}", True
    return ", ".join([*(style(one.name) for one in people), _date(rng, people[-1])]), True


@_form("all dates behind all names", _people)
def _(rng: Random, people: list[Member]) -> Written:
    style = rng.choice(_PLAIN)
    dates = rng.choice((", ", "; ", " and ", " & ")).join(_date(rng, one) for one in people)
    names = _listed(rng, [style(one.name) for one in people])
    return rng.choice((f"{names} ({dates})", f"{names} - {dates}", f"{names}, DOB {dates}")), True


@_form("one date behind a shared name", lambda rng: _people(rng, 2, 2, 0, family=True))
def _(rng: Random, people: list[Member]) -> Written:
    # Of which of the two the date is, nobody can tell: it is nobody's.
    first = rng.choice((lambda one: one.name.given, lambda one: one.name.initials[0]))
    names = rng.choice((" & ", " and ")).join(first(one) for one in people)
    born = Member(people[0].name, _pick_birth(rng))
    return f"{names} {people[0].name.family} {_bracketed(rng, born)}", True


@_form("companies house, many lines", _people)
def _(rng: Random, people: list[Member]) -> Written:
    style = rng.choice((_register, _register, _half_capitals))
    blank = rng.choice(("\n\n", "\n"))
    cards = []
    for one in people:
        assert one.birth is not None
        year, month = one.birth
        assert month is not None
        born = f"Date of birth: {_MONTHS[month - 1]} {year}"
        came = f"Appointed on: {rng.randint(1, 28)} {rng.choice(_MONTHS)} {rng.randint(2018, 2025)}"
        lines = [f"Role: {rng.choice(('Director', 'Secretary'))}", born, came,
                 f"Nationality: {rng.choice(_COUNTRIES)}", "Country of residence: England",
                 "Occupation: Company Director"]  # fmt: skip
        kept = [line for line in lines if line == born or rng.random() < 0.6]
        cards.append("\n".join([style(one.name), *kept]))
    return blank.join(cards), False


@_form("companies house, one line", _people)
def _(rng: Random, people: list[Member]) -> Written:
    def line(one: Member) -> str:
        assert one.birth is not None
        year, month = one.birth
        assert month is not None
        gap = rng.choice((" - ", ", ", " | "))
        facts = ["Director", f"Born {_MONTHS[month - 1]} {year}", _event(rng),
                 rng.choice(_COUNTRIES)]  # fmt: skip
        rng.shuffle(facts)
        return gap.join(
            [_register(one.name), *facts[: rng.randint(2, 4)], f"DOB {month:02}/{year}"]
        )

    return rng.choice(("; ", "\n")).join(line(one) for one in people), False


@_form("numbered", _some_dated)
def _(rng: Random, people: list[Member]) -> Written:
    style = rng.choice(_PLAIN + _LAST_FIRST)
    mark = rng.choice(("{}. ", "{}) ", "({}) ", "{}.", "Director {}: ", "{} - ", "#{} "))
    parts = [mark.format(n) + _with_date(rng, one, style(one.name))
             for n, one in enumerate(people, 1)]  # fmt: skip
    return rng.choice((" ", "\n", "; ", "  ")).join(parts), False


@_form("bullets", _some_dated)
def _(rng: Random, people: list[Member]) -> Written:
    style = rng.choice(_PLAIN + _LAST_FIRST)
    mark = rng.choice(("- ", "• ", "* ", "– ", "·\t", "> "))
    return "\n".join(mark + _with_date(rng, one, style(one.name)) for one in people), False


@_form("role before the name", _some_dated)
def _(rng: Random, people: list[Member]) -> Written:
    style = rng.choice(_PLAIN)
    sep, gap = rng.choice((("; ", ": "), ("\n", ": "), ("\n", " - "), (", ", ": ")))
    roles = rng.sample(ROLES, len(people))
    return sep.join(
        f"{role}{gap}{_with_date(rng, one, style(one.name))}"
        for role, one in zip(roles, people, strict=True)
    ), False


@_form("role after the name", _some_dated)
def _(rng: Random, people: list[Member]) -> Written:
    style = rng.choice(_PLAIN)
    form, sep = rng.choice((("{} ({})", ", "), ("{} - {}", "; "), ("{}, {}", "; "),
                            ("{} – {}", "\n"), ("{} ({})", " & "), ("{} [{}]", "\n")))  # fmt: skip
    roles = rng.sample(ROLES, len(people))
    before = rng.random() < 0.5
    parts = []
    for role, one in zip(roles, people, strict=True):
        name = style(one.name)
        if before:
            parts.append(form.format(_with_date(rng, one, name), role))
        else:
            parts.append(_with_date(rng, one, form.format(name, role)))
    return sep.join(parts), False


@_form("role and date in one bracket", _people)
def _(rng: Random, people: list[Member]) -> Written:
    style = rng.choice(_PLAIN)
    form = rng.choice(("({role}, {date})", "({role} - DOB {date})", "({date}, {role})",
                       "({role}; born {date})"))  # fmt: skip
    parts = [f"{style(one.name)} {form.format(role=rng.choice(ROLES), date=_date(rng, one))}"
             for one in people]  # fmt: skip
    return _listed(rng, parts) if rng.random() < 0.5 else _strong(rng).join(parts), False


@_form("ampersand or slash", _some_dated)
def _(rng: Random, people: list[Member]) -> Written:
    style = rng.choice(_PLAIN)
    sep = rng.choice((" & ", "/", " / ", " and ", " + ", " &amp; ", "&", " AND "))
    return sep.join(_with_date(rng, one, style(one.name)) for one in people), False


@_form("a family, each in full", _family)
def _(rng: Random, people: list[Member]) -> Written:
    style = rng.choice((_full, _titled, _initials, _titled_initials, _capitals))
    parts = [_with_date(rng, one, style(one.name)) for one in people]
    return rng.choice((_listed(rng, parts), " & ".join(parts), "\n".join(parts))), False


@_form("a family, its name once", _couple)
def _(rng: Random, people: list[Member]) -> Written:
    one, other = (member.name for member in people)
    join = rng.choice((" & ", " and "))
    return rng.choice((
        f"{one.given}{join}{other.given} {one.family}",
        f"{one.initials[0]}{join}{other.initials[0]} {one.family}",
        f"{one.title} {one.initials[0]}{join}{other.title} {other.initials[0]} {one.family}",
        f"{one.title} {one.given}{join}{other.title} {other.given} {one.family}",
        f"{one.family.upper()}, {one.given}{join}{other.given}",
    )), False  # fmt: skip


@_form("née and known as", _some_dated)
def _(rng: Random, people: list[Member]) -> Written:
    parts = []
    for one in people:
        name, text = _short(one.name), ""
        if rng.random() < 0.5:
            other = make_name(rng).family
            text = rng.choice(("(née {})", "nee {}", "(formerly {})", "(née {})")).format(other)
            one.also = other
        parts.append(_with_date(rng, one, f"{name} {text}".strip()))
    return rng.choice(("; ", "\n", ", ")).join(parts), False


@_form("another name in full", _some_dated)
def _(rng: Random, people: list[Member]) -> Written:
    parts = []
    for at, one in enumerate(people):
        text = _short(one.name)
        if not at:
            one.also = f"{rng.choice(('Bobbie', 'Kit', 'Sunny', 'Tam'))} {make_name(rng).family}"
            text += rng.choice((" (aka {})", " also known as {}", " a.k.a. {}")).format(one.also)
        parts.append(_with_date(rng, one, text))
    return rng.choice(("; ", "\n")).join(parts), False


@_form("nickname in quotes", _some_dated)
def _(rng: Random, people: list[Member]) -> Written:
    parts = []
    for one in people:
        nick = rng.choice(("Bobbie", "Kit", "Sunny", "Tam"))
        one.also = nick
        mark = rng.choice(('"{}"', "'{}'", "({})", "“{}”"))
        parts.append(
            _with_date(rng, one, f"{one.name.given} {mark.format(nick)} {one.name.family}")
        )
    return rng.choice(("; ", "\n", ", ")).join(parts), False


@_form("a firm among the people", _some_dated)
def _(rng: Random, people: list[Member]) -> Written:
    style = rng.choice(_PLAIN)
    parts = [_with_date(rng, one, style(one.name)) for one in people]
    firm = rng.choice(_FIRMS)
    people.append(Member(Name("", "", firm, "")))
    shown = firm + rng.choice(("", "", f" (Co. No. 9900{rng.randint(1000, 9999)})"))
    parts.insert(rng.randrange(len(parts) + 1), shown)
    return rng.choice(("; ", "\n", ", ")).join(parts), False


@_form("addresses", _some_dated)
def _(rng: Random, people: list[Member]) -> Written:
    style = rng.choice(_PLAIN)
    form = rng.choice(("{} of {}", "{}, {}", "{} ({})", "{}\n{}", "{} - {}"))
    first = rng.random() < 0.5
    parts = []
    for one in people:
        name, address = style(one.name), _address(rng)
        text = form.format(_with_date(rng, one, name) if first else name, address)
        parts.append(text if first else _with_date(rng, one, text))
    return rng.choice(("; ", "\n", "\n\n")).join(parts), False


@_form("shares", _some_dated)
def _(rng: Random, people: list[Member]) -> Written:
    style = rng.choice(_PLAIN)
    form = rng.choice(("{} {}%", "{} ({}%)", "{} - {}%", "{} {} shares", "{}: {} ordinary shares",
                       "{} ({}% shareholding)", "{} owns {}%"))  # fmt: skip
    parts = [_with_date(rng, one, form.format(style(one.name), rng.choice((10, 25, 33.3, 50))))
             for one in people]  # fmt: skip
    return rng.choice((", ", "; ", "\n", " / ")).join(parts), False


@_form("control as the register says it", _people)
def _(rng: Random, people: list[Member]) -> Written:
    parts = [
        f"{_titled(one.name)}, {_labelled(rng, one)}, {rng.choice(_COUNTRIES)}, "
        + rng.choice(("ownership of shares – 75% or more", "Ownership of voting rights - more "
                      "than 25% but not more than 50%", "right to appoint and remove directors"))
        for one in people
    ]  # fmt: skip
    return rng.choice(("; ", "\n")).join(parts), False


@_form("appointed or resigned, never born", _undated)
def _(rng: Random, people: list[Member]) -> Written:
    style = rng.choice(_PLAIN)
    form = rng.choice(("{} ({})", "{}, {}", "{} - {}", "{} {}"))
    parts = [form.format(style(one.name), _event(rng, 1985)) for one in people]
    return rng.choice(("; ", "\n")).join(parts), False


@_form("appointed or resigned, in brackets", _undated)
def _(rng: Random, people: list[Member]) -> Written:
    style = rng.choice(_PLAIN)
    at = rng.randrange(len(people))
    parts = [
        f"{style(one.name)} ({_event(rng, 1985)})"
        if n == at or rng.random() < 0.4
        else style(one.name)
        for n, one in enumerate(people)
    ]
    return _listed(rng, parts), False


@_form("born and appointed", _people)
def _(rng: Random, people: list[Member]) -> Written:
    style = rng.choice(_PLAIN)
    parts = []
    for one in people:
        born, came = _labelled(rng, one), _event(rng)
        if rng.random() < 0.5:
            born, came = came, born
        parts.append(rng.choice(("{} ({}, {})", "{}, {}, {}", "{} - {} - {}", "{} ({}) ({})"))
                     .format(style(one.name), born, came))  # fmt: skip
    return rng.choice(("; ", "\n")).join(parts), False


@_form("born here, appointed there", _undated)
def _(rng: Random, people: list[Member]) -> Written:
    style = rng.choice(_PLAIN)
    parts = []
    for n, one in enumerate(people):
        if n % 2:
            parts.append(f"{style(one.name)} ({_event(rng)})")
        else:
            one.birth = _pick_birth(rng)
            parts.append(f"{style(one.name)} ({_labelled(rng, one)})")
    return _listed(rng, parts), False


@_form("trustees with honours", _some_dated)
def _(rng: Random, people: list[Member]) -> Written:
    parts = []
    for n, one in enumerate(people):
        text = _titled(one.name)
        if rng.random() < 0.4:
            one.extra = rng.choice(_HONOURS)
            text += rng.choice((" ", ", ")) + one.extra
        if n == 0:
            text += rng.choice((" (Chair)", " - Chair of Trustees", " (Chairman)"))
        parts.append(_with_date(rng, one, text))
    return rng.choice(("; ", "\n")).join(parts), False


@_form("licensing register", _people)
def _(rng: Random, people: list[Member]) -> Written:
    labels = ["Licence holder", "Manager", "DPS", "Proprietor", "Second licence holder"]
    form = rng.choice(("{}: {} DOB {}", "{} - {} (DOB {})", "{}: {}, d.o.b. {}"))
    parts = [form.format(label, _titled(one.name), _date(rng, one))
             for label, one in zip(labels, people, strict=False)]  # fmt: skip
    return rng.choice(("\n", "; ", " / ")).join(parts), False


@_form("taxi badges", _some_dated)
def _(rng: Random, people: list[Member]) -> Written:
    style = rng.choice((_half_capitals, _capitals, _full))
    form = rng.choice(("{} (Badge {})", "{} - badge no. {}", "{} PHD{}", "{} (PHO/{})"))
    parts = [_with_date(rng, one, form.format(style(one.name), rng.randint(100, 9999)))
             for one in people]  # fmt: skip
    return rng.choice(("; ", "\n")).join(parts), False


@_form("care register", _undated)
def _(rng: Random, people: list[Member]) -> Written:
    roles = ["Registered Manager", "Nominated Individual", "Registered Person", "Partner", "Owner"]
    form = rng.choice(("{} ({})", "{} - {}", "{1}: {0}"))
    form = form if "0" in form else form.replace("{}", "{0}", 1).replace("{}", "{1}", 1)
    style = rng.choice((_titled, _titled_initials, _reversed, _full))
    parts = [form.format(style(one.name), role)
             for one, role in zip(people, roles, strict=False)]  # fmt: skip
    return rng.choice(("; ", "\n", " / ")).join(parts), False


@_form("table in a cell", _people)
def _(rng: Random, people: list[Member]) -> Written:
    gap = rng.choice((" | ", "\t", "  -  ", ", "))
    style = rng.choice((_full, _titled, _half_capitals))
    date_first = rng.random() < 0.5
    rows = []
    for one in people:
        cells = [style(one.name), _date(rng, one), rng.choice(("Director", "Secretary"))]
        rows.append(gap.join(cells if date_first else [cells[0], cells[2], cells[1]]))
    return "\n".join(rows), False


@_form("run-on with roles", _people)
def _(rng: Random, people: list[Member]) -> Written:
    style = rng.choice((_full, _titled))
    roles = rng.sample(("Director", "Secretary", "Chair", "Treasurer", "Owner"), len(people))
    return " ".join(
        f"{role} {style(one.name)} born {_date(rng, one)}"
        for role, one in zip(roles, people, strict=True)
    ), True


@_form("run together without separators", _undated)
def _(rng: Random, people: list[Member]) -> Written:
    return " ".join(rng.choice((_short, _initials))(one.name) for one in people), True


@_form("register names with commas between", _some_dated)
def _(rng: Random, people: list[Member]) -> Written:
    return ", ".join(_with_date(rng, one, _register(one.name)) for one in people), True


@_form("fields with labels", _people)
def _(rng: Random, people: list[Member]) -> Written:
    gap, sep = rng.choice(((", ", "; "), ("; ", "\n"), ("\n", "\n"), ("\n", "\n\n")))
    name, born = rng.choice(
        (("Name", "DOB"), ("Full name", "Date of birth"), ("Director", "DoB"),
         ("Name of director", "Date of Birth"))
    )  # fmt: skip
    parts = [f"{name}: {_full(one.name)}{gap}{born}: {_date(rng, one)}" for one in people]
    return sep.join(parts), False


@_form("everything at once", _some_dated)
def _(rng: Random, people: list[Member]) -> Written:
    parts = []
    for one in people:
        facts = [rng.choice(ROLES), rng.choice(_COUNTRIES), f"{rng.choice((25, 50))}%", _event(rng)]
        if one.birth:
            facts.append(_labelled(rng, one))
        rng.shuffle(facts)
        parts.append(rng.choice((_full, _titled))(one.name) + ", " + ", ".join(facts))
    return rng.choice(("; ", "\n")).join(parts), False


@_form("years of two digits", _people)
def _(rng: Random, people: list[Member]) -> Written:
    parts = []
    for one in people:
        assert one.birth is not None
        year, month = one.birth
        assert month is not None
        date = rng.choice((f"{one.day:02}/{month:02}/{year % 100:02}",
                           f"{month:02}/{year % 100:02}",
                           f"{_MONTHS[month - 1][:3]}-{year % 100:02}"))  # fmt: skip
        parts.append(f"{_full(one.name)} {rng.choice(('({})', 'DOB {}', '(b. {})')).format(date)}")
    return rng.choice(("; ", "\n", " & ")).join(parts), False


@_form("typing mess", _some_dated)
def _(rng: Random, people: list[Member]) -> Written:
    style = rng.choice(_PLAIN)
    sep = rng.choice((" ;  ", ";", "\n\n", " \n", ";\n", "\xa0;\xa0"))
    parts = []
    for one in people:
        text = _with_date(rng, one, style(one.name))
        text = text.replace(" ", rng.choice(("  ", "\xa0", " ", "\u2009")), 1)
        parts.append(rng.choice((text, text + ",", f" {text} ", text + ".", text + " ,")))
    return rng.choice(("", " ", "\t")) + sep.join(parts) + rng.choice(("", ";", ",", "\n", ".")), (
        False
    )


@_form("lower case", _some_dated)
def _(rng: Random, people: list[Member]) -> Written:
    return "; ".join(_with_date(rng, one, _short(one.name).lower()) for one in people), False


FORMS = tuple(_FORMS)


def make_people_cells(seed: int, each: int) -> list[Cell]:
    """Make `each` cells of every form, the same for the same seed."""
    cells = []
    for form, (who, write) in _FORMS.items():
        rng = random.Random(f"{seed} {form}")
        for _number in range(each):
            members = who(rng)
            text, damaged = write(rng, members)
            people = tuple(one.truth(text) for one in members)
            role = rng.choice(("director", "trustee", "owner", "person"))
            cells.append(Cell(form, role, text, people, damaged))
    return cells
