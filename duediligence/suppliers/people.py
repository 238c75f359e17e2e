"""Read the people in a cell of a supplier file, and the birth date of each.

A date belongs to the name next to it, and to no other. Where it is not certain whose it is, or
where one person ends and the next begins, that part of the cell is not read: a wrong birth date
would clear the true person unseen, and so would a name made of the words of two.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby, pairwise
from typing import Final, Literal, NamedTuple

from duediligence.formats.cells import TURNED, clean, is_turned
from duediligence.matching.names.parties import parties_in, reads_as_person
from duediligence.matching.names.words import is_given_name
from duediligence.model import PartialDate, Person
from duediligence.suppliers.fields import ROLES
from duediligence.suppliers.joining import (
    DECORATIONS,
    PROSE,
    TITLES,
    can_share,
    family_of,
    is_capital,
    is_decoration,
    is_family,
    is_family_alone,
    is_firm,
    is_given,
    is_given_first,
    is_initial,
    is_of_several,
    is_pair,
    is_single,
    is_title,
    mark_separators,
    may_be_given,
    may_be_one,
    names_nobody,
    people_around,
    size,
    split_people_cell,
    strip_decoration,
    without_contacts,
    without_numbers,
    words,
)
from duediligence.suppliers.numbers import NOTHING
from duediligence.suppliers.particulars import BREAK, without_codes, without_particulars
from duediligence.text.dates import MONTH_NAMES, MONTH_PATTERN, MONTHS, month_number
from duediligence.text.folding import fold
from duediligence.text.legal_forms import split_legal_forms

# What a person said of a cell holds until another version reads it.
READER_VERSION = 2
YOUNGEST, OLDEST = 16, 100
_YEAR = r"(?:\d{4}|'?\d{2})"
# A date 04/05/1965 is in May: suppliers of British councils write the day first.
_FORMS = tuple(
    re.compile(form, re.IGNORECASE | re.ASCII)
    for form in (
        r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})(?:[-/.]\d{1,2}(?:(?:T| (?=\d\d?:))[\d:.]+Z?)?)?",
        r"(?P<month>\d{1,2})[-/.](?P<other>\d{1,2})[-/.](?P<year>\d{4}|\d{2})",
        r"(?P<month>\d{1,2}) (?P<other>\d{1,2}) (?P<year>\d{4}|\d{2})",
        r"(?P<month>\d{1,2})[-/.](?P<year>\d{4}|\d{2})",
        r"(?P<month>\d{1,2}) (?P<year>\d{4})",
        rf"(?P<word>{MONTH_PATTERN})[. ]{{1,2}}\d{{1,2}}(?:st|nd|rd|th)?,? (?P<year>\d{{4}})",
        rf"\d{{1,2}}(?:st|nd|rd|th)?[- ,.]{{0,2}}(?:of )?(?P<word>{MONTH_PATTERN})[-., ]{{0,2}}"
        rf"(?P<year>{_YEAR})",
        rf"(?P<word>{MONTH_PATTERN})[-. ]{{0,2}}(?P<year>{_YEAR})",
        r"(?P<year>\d{4})",
    )
)
# Anything that has the form of one of them, readable or not, so that no day is left in a name.
SOME_DATE = "|".join(re.sub("[?]P<[a-z]+>", "?:", form.pattern) for form in _FORMS)


def birth_date(text: str, today: date) -> PartialDate | None:
    """Return the year, and the month if it is there; None for what is not understood.

    Reads `1965`, `1965-04`, `04/1965`, `23/04/65`, `23 April 1965`, `Apr-65` and their like, from
    1900 on. A year of two digits is the one in which whoever is 16 to 100 years old on `today` was
    born. The day is dropped here, so that no later step can keep it.
    """
    for form in _FORMS:
        if found := form.fullmatch(text.strip()):
            held = found.groupdict()
            year = _parse_birth_year(held["year"].strip("'"), today)
            if word := held.get("word"):
                month = month_number(word)
            else:
                month = _parse_birth_month(held.get("month"), held.get("other"))
            if year is not None and month != 0:
                return PartialDate(year, month)
    return None


def _parse_birth_year(text: str, today: date) -> int | None:
    if len(text) == 4:
        year = int(text)
        return year if 1900 <= year <= today.year - YOUNGEST else None
    for century in (1900, 2000):
        if YOUNGEST <= today.year - (century + int(text)) <= OLDEST:
            return century + int(text)
    return None


def _parse_birth_month(first: str | None, second: str | None) -> int | None:
    """Return the month of `first/second/year`; the first where the second can be none; 0:
    neither.
    """
    if first is None:
        return None
    day_first = int(second) if second else int(first)
    month = day_first if 1 <= day_first <= 12 else int(first)
    sound = 1 <= month <= 12 and (second is None or 1 <= max(int(first), int(second)) <= 31)
    return month if sound else 0


# Marks in the text while a cell is read: a date, the end of a name without any separator, the edges
# of a bracket that names somebody else, and the edges of a short name or a name at birth.
_DATE_MARK, _WALL, _ASIDE, _END_ASIDE = "\ue000", "\ue002", "\ue003", "\ue004"
_MARKS = re.compile(f"([{_DATE_MARK}{BREAK}{_WALL}])")
_ALL_MARKS = re.compile("[\ue000-\ue01f]")
_BORN = (
    r"born|d\.?o\.?b\.?|y\.?o\.?b\.?|(?:date|year|month|month and year) of birth|birth ?date"
    rf"|b\.?(?=[\s:]{{0,2}}(?:\d|{MONTH_PATTERN}\b))"
)
_NOT_BORN = (
    r"(?:appointed|app['’]?t?d?\.?|appt|appointment|resignation|start(?:ed)?|end(?:ed)?|died|death"
    r"|deceased|d\.|w\.?e\.?f\.?|notified|elected|co-?opted|since|from|to|till|resigned|licensed"
    r"|issued|expir(?:es|ed|y)|registered|ceased|until|joined|retired|left)(?: date)?|date of"
    r" (?:appointment|resignation|death|issue|expiry|registration)"
)
_DATE = re.compile(
    rf"(?:\b(?:(?P<born>{_BORN})|(?P<not_born>{_NOT_BORN}))[\s:=–-]{{0,3}}(?:(?:in|on|as)[\s:]{{1,3}})?"
    rf"|(?<![\w.#-])(?<!\d/))(?P<date>{SOME_DATE})(?!\w|[/-]\d|\.\d)"
    rf"(?:(?<=\d{{4}})|(?!,? \d{{4}}\b))",
    re.IGNORECASE | re.ASCII,
)
_BEFORE_DATE = re.compile(r"[,;:(\[–—|&+/\n]|\s-|\band\b", re.IGNORECASE)
_BRACKETS = re.compile(r"\s*(?:\(([^()]*)\)|\[([^\[\]]*)\]|\{([^{}]*)\})")
# Another name without brackets; it ends where the next name or date begins.
_OTHER_NAME_AHEAD = re.compile(
    r"\s+(n[ée]e\s+(?:[^\W\d_][\w'’]{0,2}\s+){0,2}[^\W\d_][\w'’-]+"
    r"|(?:(?:also|formerly) known as|a\.?k\.?a\.?)\s+"
    rf"(?:[^\W\d_][\w'’.-]*[ ]?){{1,4}})(?=\s*(?:$|[,;|\n(\[{_DATE_MARK}]))",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\s*(?:\d{1,2}|[a-h]|i{1,3}|iv|v)\s*", re.IGNORECASE)
_INSIDE = re.compile(f"\\s*{_ASIDE}([^{_END_ASIDE}]*){_END_ASIDE}\\s*")
_OTHER_NAME = re.compile(
    r"^\s*(?:(?P<family>n[ée]e|maiden name)|formerly|aka|a\.k\.a\.?|(?:also )?known as)\b:?\s*",
    re.IGNORECASE,
)
_CAPITALS = re.compile(r"[A-Z][\w'’-]*(?:\s+[A-Z][\w'’-]*)+")
_BLOCKED: Final = 9  # stronger than any separator
_LINE: Final = 5
_AND: Final = 2
_NO_SIGN: Final = frozenset[str]()
_MONTHS_OR_NAMES = frozenset("jan april may june august".split())
_MONTHS = frozenset(name.lower() for name in (*MONTHS, *MONTH_NAMES))
# Words next to names that are no names: `DOB`, `Tel`, `Holder`.
_PLAIN = frozenset(
    "born dob yob tel telephone phone mobile email mail fax nee formerly known aka".split()
)
_OF_EACH = frozenset("both each respectively".split())
_ORDINALS = frozenset("st nd rd th t".split())
_NOT_CERTAIN = "it is not certain whose birth date it is"
_MAIL = re.compile(r"[^\W\d_]@\w")


class UnreadPart(NamedTuple):
    """What of a cell could not be read: what it looks like, and why."""

    looks_like: Literal["person", "birth date"]
    reason: str


class PeopleRead(NamedTuple):
    """The people in a cell, each once, and what of it could not be read."""

    people: list[Person]
    unread: list[UnreadPart]


@dataclass(slots=True, eq=False)
class _Item:
    """A name, date or sentence, and how strongly it is separated from the item before it."""

    text: str
    kind: Literal["name", "date", "prose"]
    gap: int
    signs: frozenset[str]
    closed: bool  # a role, a bracket or a date is between it and the name before
    line: int  # the line, or the entry between semicolons, that it is in
    after_role: bool = False


# A name in one direction from a date, and the strength and signs of what separates them.
_Side = tuple[_Item, int, frozenset[str]]


@dataclass(slots=True, eq=False)
class _Reading:
    """One person: the names they are looked up under, and the dates next to them."""

    names: list[str]
    items: list[_Item]
    dated: bool = True  # whether a date next to the name is certain to be theirs
    dates: list[str] = field(default_factory=list)


def read_people(role: str, names: str, born: str = "", *, today: date) -> PeopleRead:
    """Return the people in a cell, and what of it was not understood.

    `names` holds people in any of the ways in which several are written into one cell, each with a
    birth date, a role or both; `born` their birth dates in the same order, if these are in a column
    of their own. `today` decides the century of a year of two digits.
    """
    return _PeopleReader(ROLES[role][0], today).read(names, born)


class _PeopleReader:
    def __init__(self, role: str, today: date) -> None:
        self._role = role
        self._today = today
        self._items: list[_Item] = []
        self._people: list[_Reading] = []
        self._owners: dict[_Item, _Reading] = {}
        self._unread: list[UnreadPart] = []
        self._in_doubt = False
        self._families: list[Sequence[_Reading]] = []

    def read(self, names: str, born: str) -> PeopleRead:
        if "<<" in names:  # the columns of a register's bulk file
            self._add_unread("is a record of a register's file and no names")
        elif not names_nobody(names):
            text = _ALL_MARKS.sub(" ", unicodedata.normalize("NFKC", names))
            text = without_contacts(without_particulars(text))
            self._split(without_numbers(without_codes(text)))
            self._read_names()
            self._assign_dates()
            self._find_unread_words(without_codes(text))
            if not self._people and not self._unread and _MAIL.search(names):
                self._add_unread("an email address and no name")
        if is_turned(names):
            self._add_unread(TURNED)
        self._assign_column(born)
        people: dict[Person, None] = {}
        for one in self._people:
            known = self._birth_date(one)
            people |= dict.fromkeys(Person(name, known, self._role) for name in one.names)
        return PeopleRead(list(people), list(dict.fromkeys(self._unread)))

    def _add_unread(
        self, reason: str, looks_like: Literal["person", "birth date"] = "person"
    ) -> None:
        self._unread.append(UnreadPart(looks_like, reason))
        self._in_doubt |= looks_like == "person"

    def _split(self, text: str) -> None:
        """Split a cell into names and dates in their order, with what separates them."""
        dates: list[str] = []
        text = _DATE.sub(lambda found: self._mark_date(found, dates), text)
        text = _BRACKETS.sub(self._mark_bracket, _OTHER_NAME_AHEAD.sub(r" (\1)", text))
        waiting, undated = iter(dates), not _has_digit(text) and not dates  # `Zhang, Jun`
        gap, signs, closed, role, line = 0, _NO_SIGN, False, False, 0
        for piece in split_people_cell(mark_separators(text)):
            if piece.level >= gap:
                sign = "-" if piece.sign[:1] in ("–", "—", "-") else piece.sign
                signs = (signs if piece.level == gap else _NO_SIGN) | {sign}
                gap = piece.level
            line += piece.level >= _LINE
            for part in _MARKS.split(piece.text):
                if part == _WALL:
                    gap, closed = _BLOCKED, True
                elif part == BREAK:
                    closed = True
                elif part == _DATE_MARK:
                    self._items.append(_Item(next(waiting), "date", gap, signs, True, line, role))
                    gap, signs, closed, role = 0, _NO_SIGN, True, False
                elif not (name := strip_decoration(part)):
                    continue
                elif (names_nobody(name) and not is_initial(name)) or (
                    is_decoration(name)
                    and not _has_digit(name)
                    and not (_may_be_name(name) or (undated and fold(name) in _MONTHS))
                ):
                    closed = role = True
                elif (size(name) > 1 or fold(name) in _OF_EACH) and self._is_prose(name):
                    self._items.append(_Item(name, "prose", gap, signs, True, line))
                    gap, closed = 0, True
                elif any(map(str.isalnum, name)):
                    self._items.append(_Item(name, "name", gap, signs, closed, line, role))
                    gap, signs, closed, role = 0, _NO_SIGN, False, False

    def _mark_date(self, found: re.Match[str], dates: list[str]) -> str:
        """Return what replaces a date: its mark for a birth date, a break for another."""
        if found["not_born"]:
            return BREAK
        text = found["date"]
        if (text.isdigit() or text[0].isalpha()) and not found["born"]:
            before = _BEFORE_DATE.split(found.string[: found.start()])
            # `Vision 2020` and `Jo May 1956` may be names; `Vision, 2020` is not.
            if birth_date(text, self._today) is None:
                return found[0]
            month, *others = re.split(r"[-. ]+", text)
            may_be_name = len(others) == 1 and month.lower() in _MONTHS_OR_NAMES
            named = [word for word in words(before[-1]) if word not in DECORATIONS]
            if len(named) == 1 and (text.isdigit() or may_be_name):
                if len(before) == 1 and not found.string[found.end() :].strip():
                    return found[0]
                if may_be_name:
                    self._add_unread(f"{month!r} may be a name or a month")
                    text = text[-4:]
        dates.append(text)
        return _DATE_MARK

    def _mark_bracket(self, found: re.Match[str]) -> str:
        """Return what replaces a bracket: its dates, a short name, or a name apart from others."""
        held = found[1] or found[2] or found[3] or ""
        if _NUMBER.fullmatch(held):
            return f" ({held.strip()})"
        rest = clean(held.replace(_DATE_MARK, " ")).strip(" ,;:")
        marks = _DATE_MARK * held.count(_DATE_MARK)
        if is_decoration(rest) and not _has_digit(rest):
            return f"{BREAK}{marks}{BREAK}"
        if other := _OTHER_NAME.match(rest):
            rest = f"{'née' if other['family'] else 'aka'} {rest[other.end() :]}"
            return f" {_ASIDE}{rest}{_END_ASIDE}{f'{BREAK}{marks}' if marks else ''}"
        after = fold(_BEFORE_DATE.split(found.string[found.end() :])[0]).split()
        firm_ends = after and split_legal_forms(["x", *after])[0] == ["x"]
        if firm_ends or (is_firm(held) and _DATE_MARK not in held):
            return found[0]  # `Moss (Care & Housing) Ltd`, `Ann Noname (Moss Ltd)`
        if len(rest.split()) == 1 and not _has_digit(rest):
            if fold(rest) in _OF_EACH:
                return f"{_WALL}{rest}{_WALL}{marks}"
            return f" {_ASIDE}{rest}{_END_ASIDE}{f'{BREAK}{marks}' if marks else ''}"
        return f"{_WALL}{held}{_WALL}"

    def _is_prose(self, text: str) -> bool:
        """Return whether it is a sentence and not a name; the names in it are read without
        dates.
        """
        known = words(text)
        plain = [word for word in known if word in PROSE]
        said = [piece for piece in text.split() if piece.islower() and piece in PROSE]
        if not (said or (plain and len(plain) == len(known))) or split_legal_forms(list(known))[1]:
            return False
        self._add_unread("not understood as a name")
        for run in _CAPITALS.findall(text):
            if reads_as_person(run):
                self._people.append(_Reading([run], [], dated=False))
        return True

    def _read_names(self) -> None:
        """Decide which names make one person: runs between commas, and chains of them by `and`."""
        runs: list[list[_Item]] = []
        chains: list[list[list[_Item]]] = []
        for item in self._items:
            if item.kind != "name":
                continue
            if runs and item.signs == {","} and not item.closed:
                runs[-1].append(item)
                continue
            runs.append([item])
            if chains and item.gap == _AND:
                chains[-1].append(runs[-1])
            else:
                chains.append([runs[-1]])
        # In `Noname, Ann; Other, Bo` no comma is between two people.
        couples = [(run[0], run[1].text) for run in runs if len(run) == 2]
        paired = len(couples) == len(runs) and (
            len({is_capital(item.text) for item, _ in couples}) < 2
        )
        paired = paired and (
            # `Dr Noname, Other` are two.
            all(
                is_single(item.text)
                and is_single(given)
                and TITLES.isdisjoint(words(item.text)[:1])
                for item, given in couples
            )
            or (
                len(runs) > 1
                and all(item.gap > 1 for item, _ in couples[1:])
                and all(may_be_given(given) for _, given in couples)
                and all(
                    is_single(item.text) or (is_single(given) and is_family_alone(item.text))
                    for item, given in couples
                )
            )
        )
        for chain in chains:
            self._read_chain(chain, paired=paired)

    def _read_chain(self, chain: Sequence[list[_Item]], *, paired: bool) -> None:
        """Read the names that `and` joins; one family name may be that of several people."""
        items = [item for run in chain for item in run]
        titles = [item for item in items if is_title(item.text)]
        items = [item for item in items if item not in titles]
        if len(chain) > 1 and len(items) > 1 and not paired and self._share(chain, items):
            return
        lone = any(len(run) == 1 and is_single(run[0].text) for run in chain if run[0] in items)
        if lone and len(items) > len(chain) and not any(is_capital(item.text) for item in items):
            self._doubt(items)  # `Noname, Other and Third` are three family names
            return
        first = len(self._people)
        for at, run in enumerate(chain):
            before = len(self._people)
            self._read_run([item for item in run if item not in titles], paired=paired)
            if at and any(item in titles for item in chain[at - 1]):  # `Mr & Mrs J Noname`
                for one in self._people[before:]:
                    one.dated = False
        if len(chain) > 1 and (
            any(is_single(item.text) for item in items) or self._may_share_family(items)
        ):
            for one in self._people[first:]:  # `Ann & Bo Noname (b. 1965)`
                one.dated = False

    def _may_share_family(self, items: Sequence[_Item]) -> bool:
        """Return whether two people may have one family name: `Ann Bibi & Bo Latif Noname`."""
        held = words(items[-1].text)
        return (
            len(items) == 2
            and (size(items[0].text), size(items[1].text)) == (2, 3)
            and not (items[1].closed or is_capital(items[1].text) or is_given_first(held[-2]))
        )

    def _share(self, chain: Sequence[list[_Item]], items: Sequence[_Item]) -> bool:
        """Read people with one family name; False where there is none to share."""
        *firsts, last = texts = [item.text for item in items]
        family = "" if is_single(last) else family_of(last)
        listed = len(chain[0]) > 1
        plain = all(len(run) == 1 for run in chain[1:]) and all(map(is_single, firsts))
        if plain and family and not (listed and is_family(texts[0])):
            written_once = not any(item.closed or is_capital(item.text) for item in items[1:])
            if all(map(can_share, firsts)) or (
                written_once and any(map(can_share, firsts)) and (not listed or can_share(texts[0]))
            ):
                before = len(self._people)
                for item in items[:-1]:
                    self._add(f"{item.text} {family}", [item])
                self._add(last, items[-1:])
                self._families.append(self._people[before:])
            elif listed:
                self._doubt(items)
            else:
                return False
            return True
        givens = items[1:]  # `Noname, J & M`
        if len(chain[0]) > 1 and all(can_share(item.text) for item in givens):
            if can_share(texts[0]):
                return False
            for item in givens:
                self._add(f"{item.text} {texts[0]}", [item])
            return True
        return False

    def _read_run(self, run: list[_Item], *, paired: bool) -> None:
        """Read names between commas: people, or family names and the given names after them."""
        texts = [item.text for item in run]
        if len(texts) == 1:
            if is_single(texts[0]):
                reason = f"{texts[0]!r} is one name only: give the whole name"
                self._unread.append(UnreadPart("person", reason))
            self._add(texts[0], run)
            return
        if paired or _are_pairs(texts) or self._is_pair_on_its_line(run):
            for family, given in zip(run[::2], run[1::2], strict=True):
                self._add(f"{given.text} {family.text}", [family, given])
            return
        doubtful = any(map(is_single, texts)) or any(may_be_one(*each) for each in pairwise(texts))
        if (doubtful or texts[0][0].islower()) and self._is_one_or_two(run):
            self._people.append(_Reading([" ".join(reversed(texts))], run))
            self._people += [_Reading([text], [], dated=False) for text in texts]
            return
        if doubtful:
            self._doubt(run)
            return
        for item in run:
            self._add(item.text, [item])

    def _is_pair_on_its_line(self, run: Sequence[_Item]) -> bool:
        """Return whether a line among others holds a family name and given names, and nobody
        else.
        """
        line = run[0].line
        names = [item for item in self._items if item.kind == "name"]
        return (
            len(run) == 2
            and len({item.line for item in names}) > 1
            and [item for item in names if item.line == line] == list(run)
            and is_single(run[0].text)
            and TITLES.isdisjoint(words(run[0].text)[:1])
            and may_be_given(run[1].text)
        )

    def _is_one_or_two(self, run: Sequence[_Item]) -> bool:
        """Return whether a cell is one person, `Family, Given`, or two: each reading is looked up.

        The one word of `Green, Bo Hall` may be the family name of somebody else.
        """
        texts = [item.text for item in run]
        plain = TITLES.isdisjoint(words(texts[0])[:1]) and not any(
            is_firm(text) or _has_digit(text) for text in texts
        )
        surnames = any(map(is_single, texts)) and all(is_family(text.split()[-1]) for text in texts)
        return len(run) == len(self._items) == 2 and plain and not surnames

    def _doubt(self, run: Sequence[_Item]) -> None:
        """Say that a part cannot be split with certainty; whole names in it are looked up."""
        self._add_unread(
            "it is not certain which names belong to one person: separate people by semicolons"
        )
        whole = ", ".join(item.text for item in run)
        alone = len(run) == len(self._items) == 2 and TITLES.isdisjoint(words(whole)[:1])
        if is_firm(whole) or alone:
            self._people.append(_Reading([whole], [], dated=False))
        for item in run:
            if not is_single(item.text):
                self._add(item.text, [item], dated=False)

    def _add(self, text: str, items: Sequence[_Item], *, dated: bool = True) -> None:
        """Add a person under each of their names, or say why the text is no name of one person."""
        dates: list[str] = []
        if _has_digit(text) and not is_firm(text):
            split = text.split()
            first = next(at for at, piece in enumerate(split) if _has_digit(piece))
            before, number = " ".join(split[:first]), " ".join(split[first:])
            if birth_date(number, self._today):
                dates.append(number)
            if size(before) < 2 or not dates:
                self._add_unread("holds a number that is not understood")
            before = re.sub(r"\s+(?:born|dob|b\.?)$", "", before, flags=re.IGNORECASE)
            if not before and size(text) > 1:
                before = " ".join(piece for piece in split if not _has_digit(piece))
            text = strip_decoration(before) if size(before) > 1 or (before and dates) else text
            if all(word in DECORATIONS | _ORDINALS for word in words(text)):
                return
        if is_single(text) and self._is_prose(text):
            return
        known = words(text)
        letters = len(known) > 3 and all(len(word) == 1 for word in known)
        # A firm has many words, but half a bracket shows that this is a piece of something.
        whole_firm = is_firm(text) and text.count("(") == text.count(")")
        if letters or (is_of_several(_INSIDE.sub(" ", text)) and not whole_firm):
            self._add_unread(f"{len(known)} words would be read as one name")
            return
        names = list(dict.fromkeys(_list_name_spellings(text)))
        others = [other for name in names for other in _parties_beside(name) if other not in names]
        people = [other for other in others if reads_as_person(other)]
        if not others:
            self._people.append(_Reading(names, list(items), dated, dates))
            return
        # `Ann Noname t/a Gull Cafe`: a date is that of the person, where there is one alone.
        alone = len(people) == 1
        self._people.append(_Reading(names, [] if alone else list(items), dated=False))
        for other in dict.fromkeys(others):
            theirs = alone and other in people
            held = _Reading([other], list(items) if theirs else [], dated and theirs)
            held.dates += dates if theirs else []
            self._people.append(held)

    def _assign_dates(self) -> None:
        """Give each date to the person next to it; to nobody where that is not certain."""
        self._owners = {item: one for one in self._people for item in one.items}
        several = self._find_runs_of_dates()
        for at, item in enumerate(self._items):
            if item.kind != "date":
                continue
            found = None if item in several else self._name_next_to(at)
            one = self._owners.get(found) if found else None
            if one and one.dated:
                one.dates.append(item.text)
                continue
            alone = not self._people and all(each.kind == "date" for each in self._items)
            self._add_unread("no name stands beside it" if alone else _NOT_CERTAIN, "birth date")
        for family in self._families:  # `Ann and Bo Noname (b. 1965)`
            if any(one.dates for one in family) and not all(one.dates for one in family):
                self._add_unread(_NOT_CERTAIN, "birth date")
                for one in family:
                    one.dates.clear()

    def _find_unread_words(self, text: str) -> None:
        """Say that a word was not read, unless something else is said; then no date is certain."""
        read = {word for one in self._people for name in one.names for word in words(name)}
        plain = read | DECORATIONS | TITLES | PROSE | _PLAIN
        lost = [
            word
            for word in re.findall(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*", _DATE.sub(" ", text))
            if not self._unread
            and word[0].isupper()
            and len(word) > 2
            and plain.isdisjoint(words(word))
        ]
        if lost:
            self._add_unread(f"{' '.join(lost)[:60]!r} was not read")
            for one in self._people:
                one.dates.clear()

    def _find_runs_of_dates(self) -> set[_Item]:
        """Return the dates that follow one another and differ: of several people, or of none."""
        found: set[_Item] = set()
        for kind, run in groupby(self._items, key=lambda item: item.kind):
            dates = list(run)
            if kind == "date" and len({str(self._read_year(one.text)) for one in dates}) > 1:
                found.update(dates)
        return found

    def _read_year(self, text: str) -> int | None:
        born = birth_date(text, self._today)
        return born.year if born else None

    def _name_next_to(self, at: int) -> _Item | None:
        """Return the name to which a date belongs: the one that is less separated from it."""
        items, line = self._items, self._items[at].line
        left, right = self._nearest(at, -1), self._nearest(at, 1)
        if any(one.line == line and one.kind != "date" for one in items):
            # It never leaves a line in which somebody is named.
            left, right = (
                found if found and found[0].line == line else None for found in (left, right)
            )
        if left is None or right is None:
            side = left or right
        elif line not in (left[0].line, right[0].line):
            # On a line of its own it is below its name, unless the cell begins with a date.
            side = right if items[0].kind == "date" else left
        elif left[2] == {":"} and right[2] == {","}:
            side = left  # `Ann Noname: DOB 1965, Bo Other: DOB 1970`
        elif left[1] != right[1]:
            side = min(left, right, key=lambda found: found[1])
        else:
            side = None
            signs = self._signs_between_people()
            if items[at].after_role or right[0].after_role:
                signs = _NO_SIGN  # they may be between a role and its name
            between = [bool(found[2] & signs) for found in (left, right)]
            if (":" in left[2]) != (":" in right[2]):
                side = None  # a colon may be of the date before it, or of the name
            elif between[0] != between[1]:
                side = right if between[0] else left
            elif items[0].kind == "name" and items[-1].kind == "date":
                side = left if self._is_usual(-1) else None
            elif items[0].kind == "date" and items[-1].kind == "name":
                side = right if self._is_usual(1) else None
        if side is None or side[1] >= _BLOCKED:
            return None
        name, gap, _ = side
        return None if self._is_tied_to_another(name, gap) else name

    def _signs_between_people(self) -> frozenset[str]:
        """Return the signs that are between people next to each other, where that is certain."""
        certain = {item for item, one in self._owners.items() if one.dated}
        pairs = (pair for pair in self._neighbours() if certain.issuperset(pair))
        signs = _NO_SIGN.union(*(after.signs for _, after in pairs if not after.closed))
        first, *_, last = self._items
        # A sign that is between a person and their own date, too, says nothing.
        of_first = self._items[1].signs if first.kind == "date" else _NO_SIGN
        return signs - of_first - (last.signs if last.kind == "date" else _NO_SIGN)

    def _is_usual(self, step: int) -> bool:
        """Return whether each date is set in one way: with the same signs before it, and after it.

        The date at the end of a cell is of one person alone, and shows of whom the others are.
        """
        dates = [at for at, item in enumerate(self._items) if item.kind == "date"]
        ways = [
            {found[1:] for at in dates if (found := self._nearest(at, way))}
            for way in (step, -step)
        ]
        return all(len(way) == 1 for way in ways)

    def _nearest(self, at: int, step: int) -> _Side | None:
        """Return the next name in one direction, and the strongest separator on the way."""
        gap, signs = 0, _NO_SIGN
        here = at
        while 0 <= here + step < len(self._items):
            edge = self._items[here if step < 0 else here + 1]
            if edge.gap >= gap:
                signs = (signs if edge.gap == gap else _NO_SIGN) | edge.signs
                gap = edge.gap
            here += step
            if self._items[here].kind != "date":
                return self._items[here], gap, signs
        return None

    def _is_tied_to_another(self, name: _Item, gap: int) -> bool:
        """Return whether a name is less separated from another person than from the date."""
        return any(name in pair and pair[1].gap < gap for pair in self._neighbours())

    def _neighbours(self) -> Iterator[tuple[_Item, _Item]]:
        """Yield names without a date between them that are of different people."""
        for before, after in pairwise(self._items):
            one, other = self._owners.get(before), self._owners.get(after)
            if before.kind == after.kind == "name" and one is not other:
                yield before, after

    def _assign_column(self, born: str) -> None:
        """Give the dates of a column of their own, where there plainly is one for each person."""
        told = [clean(each) for each in re.split(r"[;|\r\n\v\f]+", born.strip("; |\r\n\v\f\t"))]
        people = [one for one in self._people if one.items]
        if len(told) == 1 and len(people) > 1:
            told = [clean(each) for each in told[0].split(",")]
        dates = ["" if each.casefold() in NOTHING else each for each in told]
        if not any(dates):
            return
        if self._in_doubt or not all(one.dated for one in people):
            self._add_unread(_NOT_CERTAIN, "birth date")
        elif len(dates) != len(people):
            more = "more" if len(dates) > len(people) else "fewer"
            reason = f"there are {more} birth dates than people" if people else "nobody is named"
            self._add_unread(reason, "birth date")
        else:
            for one, each in zip(people, dates, strict=True):
                if each and not one.dates:
                    one.dates.append(each)

    def _birth_date(self, one: _Reading) -> PartialDate | None:
        """Return the one birth date of a person; None where the dates next to them differ."""
        read = [birth_date(each, self._today) for each in one.dates]
        known = list(dict.fromkeys(filter(None, read)))
        if len(known) > 1 and len({each.year for each in known}) == 1:
            known = [each for each in known if each.month]  # `1965` says no other than `04/1965`
        if len(known) > 1:
            told = f"there are several birth dates next to {one.names[0]}"
            self._add_unread(told, "birth date")
            return None
        if one.dates and not known:
            told = f"the birth date of {one.names[0]} is not understood: write year and month"
            self._add_unread(told, "birth date")
        return known[0] if known else None


def _parties_beside(name: str) -> Iterator[str]:
    """Yield the other parties in a name: its owner, its partners, on whose behalf it acts."""
    yield from (party.text for party in parties_in(name))
    yield from people_around(name)


def _may_be_name(text: str) -> bool:
    """Return whether words of roles, countries and months make a name: `June March`, `Jan
    French`.
    """
    first, *others = words(text) or ("",)
    return bool(others) and text.istitle() and (is_given_name(first) or first in _MONTHS)


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))


def _are_pairs(texts: Sequence[str]) -> bool:
    """Return whether names between commas are family names, each with the given names after it."""
    pairs = list(zip(texts[::2], texts[1::2], strict=False))
    if len(texts) % 2 or any(map(is_firm, texts)):
        return False
    if len(pairs) == 1 or any(is_capital(text) for text in texts):
        return all(is_pair(*pair) for pair in pairs)
    return all(is_single(family) and is_given(given) for family, given in pairs)


def _list_name_spellings(text: str) -> Iterator[str]:
    """Yield a name with the short name in its brackets and without, and with a name at birth."""
    inside = _INSIDE.findall(text)
    if not inside:
        yield text
        return
    base = strip_decoration(_INSIDE.sub(" ", text))
    held = inside[0]
    other = _OTHER_NAME.match(held)
    if other and base:
        yield base
        bare = held[other.end() :]
        at_birth = other["family"] or size(bare) == 1
        yield " ".join([*base.split()[: max(1, len(base.split()) - 1)], bare]) if at_birth else bare
        return
    yield strip_decoration(_INSIDE.sub(lambda found: f" {found[1]} ", text))
    if size(base) > 1:
        yield base
