"""The people in a cell of a supplier file, however they are set beside one another.

Where a cell can be read in two ways both are taken: looking up one person more costs little, to
look one up under no name at all is to clear them unseen.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from duediligence.formats.cells import TURNED, clean, is_turned, parts
from duediligence.matching.names.parties import (
    AND,
    parties_in,
    reads_as_firm,
    reads_as_person,
)
from duediligence.model import PartialDate, Person
from duediligence.suppliers.fields import ROLES
from duediligence.suppliers.joining import (
    can_turn,
    entries,
    is_decoration,
    is_family_first,
    joined_names,
    names_nobody,
    people_around,
    size,
    undecorated,
    without_contacts,
    words,
)
from duediligence.suppliers.numbers import NOTHING
from duediligence.text.dates import MONTH_PATTERN, month_number
from duediligence.text.folding import fold
from duediligence.text.legal_forms import split_legal_forms
from duediligence.text.names import TITLES

YOUNGEST, OLDEST = 16, 100
_YEAR = r"(?:\d{4}|'?\d{2})"
# A date 04/05/1965 is in May: suppliers of British councils write the day first.
_FORMS = tuple(
    re.compile(form, re.IGNORECASE | re.ASCII)
    for form in (
        r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})(?:[-/.]\d{1,2}(?:[T ][\d:.]+Z?)?)?",
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
    """The year, and the month if it is there; None for what is not understood.

    Reads `1965`, `1965-04`, `04/1965`, `23/04/65`, `23 April 1965`, `Apr-65` and their like, from
    1900 on. A year of two digits is the one in which whoever is 16 to 100 years old on `today` was
    born. The day is dropped here, so that no later step can keep it.
    """
    for form in _FORMS:
        if found := form.fullmatch(text.strip()):
            held = found.groupdict()
            year = _year(held["year"].strip("'"), today)
            if word := held.get("word"):
                month = month_number(word)
            else:
                month = _month(held.get("month"), held.get("other"))
            if year is not None and month != 0:
                return PartialDate(year, month)
    return None


def _year(text: str, today: date) -> int | None:
    if len(text) == 4:
        year = int(text)
        return year if 1900 <= year <= today.year - YOUNGEST else None
    for century in (1900, 2000):
        if YOUNGEST <= today.year - (century + int(text)) <= OLDEST:
            return century + int(text)
    return None


def _month(first: str | None, second: str | None) -> int | None:
    """The month of `first/second/year`; the first where the second can be none; 0: neither."""
    if first is None:
        return None
    day_first = int(second) if second else int(first)
    month = day_first if 1 <= day_first <= 12 else int(first)
    sound = 1 <= month <= 12 and (second is None or 1 <= max(int(first), int(second)) <= 31)
    return month if sound else 0


# Stands for a date that was taken out of the text, until it is known whose it is.
_TAKEN = "\ue000"
_BORN = r"born|d\.?o\.?b\.?|date of birth|birth ?date|b\.?(?=[\s:]{0,2}\d)"
_NOT_BORN = r"appointed|apptd|app|appt|since|from|resigned|ceased|until|joined|started|retired|left"
_DATE = re.compile(
    rf"(?:\b(?:(?P<born>{_BORN})|(?P<not_born>{_NOT_BORN}))[\s:]{{0,3}}(?:(?:in|on|as)\s)?"
    rf"|(?<![\w/.-]))(?P<date>{SOME_DATE})(?!\w|[/-]\d|\.\d)",
    re.IGNORECASE | re.ASCII,
)
_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|\{([^{}]*)\}")
_EMPTY_BRACKETS = re.compile(r"[(\[{][\s,;]*[)\]}]")
_OTHER_NAME = re.compile(
    r"^\s*(?:n[ée]e|formerly|aka|a\.k\.a\.?|also known as|maiden name)\b:?\s*", re.IGNORECASE
)
_COMMAS = re.compile(r"\s*[,:]\s*|\s+[-–—]+\s*|\s*[–—]+\s*|\s*-+\s+")
_PROSE = frozenset(
    "the is are was see as per attached listed refer please available held by request various "
    "same above below which who this that has have been be if not none other others all any "
    "companies house website charity commission register to at on with for contact".split()
)
_MOST_WORDS = 7
_LONGEST_FIRM = 160
_MAIL = re.compile(r"[^\W\d_]@\w")


class UnreadPart(NamedTuple):
    """What of a cell could not be read: what it looks like, and why."""

    looks_like: Literal["person", "birth date"]
    reason: str


class PeopleRead(NamedTuple):
    """The people in a cell, each once, and what of it could not be read."""

    people: list[Person]
    unread: list[UnreadPart]


@dataclass(slots=True)
class _Clause:
    """What stands between two commas: names, and the birth dates beside them."""

    names: list[str]
    dates: list[str]

    @property
    def whole(self) -> bool:
        """Whether each name has two words, so that none of them waits for another."""
        return all(size(name) > 1 or reads_as_firm(name) for name in self.names)


def read_people(role: str, names: str, born: str = "", *, today: date) -> PeopleRead:
    """The people in a cell, and what of it was not understood.

    `names` holds people in any of the ways in which several are written into one cell, each with a
    birth date, a role or both; `born` their birth dates in the same order, if these stand apart.
    `today` tells the century of a year of two digits.
    """
    return _PeopleReader(ROLES[role][0], today).read(names, born)


class _PeopleReader:
    def __init__(self, role: str, today: date) -> None:
        self._role = role
        self._today = today
        self._found: list[tuple[int, str, list[str]]] = []  # the person's place, a name, dates
        self._places = 0
        self._unread: list[UnreadPart] = []

    def read(self, names: str, born: str) -> PeopleRead:
        if not names_nobody(names):
            for entry in entries(unicodedata.normalize("NFKC", names).replace(_TAKEN, " ")):
                self._entry(entry)
            if not self._found and not self._unread and _MAIL.search(names):
                self._unread.append(UnreadPart("person", "an email address and no name"))
        if is_turned(names):
            self._unread.append(UnreadPart("person", TURNED))
        apart = self._apart(born)
        people: dict[Person, None] = {}
        for place, name, dates in self._found:
            known = self._born(name, dates or apart[place : place + 1])
            people[Person(name, known, self._role)] = None
        return PeopleRead(list(people), list(dict.fromkeys(self._unread)))

    def _apart(self, born: str) -> list[str]:
        """The dates of a column of their own, where there is one for each person."""
        dates = [each for each in parts(born) if each.casefold() not in NOTHING]
        if len(dates) == 1 and self._places > 1:
            dates = [each for each in parts(born, ",") if each.casefold() not in NOTHING]
        if dates and len(dates) != self._places:
            more = "more" if len(dates) > self._places else "fewer"
            told = (
                f"there are {more} birth dates than people" if self._places else "nobody is named"
            )
            self._unread.append(UnreadPart("birth date", told))
            return []
        return dates

    def _born(self, name: str, dates: Sequence[str]) -> PartialDate | None:
        known = next(filter(None, (birth_date(each, self._today) for each in dates)), None)
        if dates and known is None:
            told = f"the birth date of {name} is not understood: write year and month"
            self._unread.append(UnreadPart("birth date", told))
        return known

    def _entry(self, entry: str) -> None:
        """One entry: a person, or several between commas, ands, slashes and dashes."""
        each = AND.split(entry)
        if len(each) > 1 and all(part.count(",") == 1 for part in each):
            for part in each:  # `Noname, Ann & Other, Bo`
                self._entry(part)
            return
        dates: list[str] = []
        inside: list[str] = []

        def bracketed(found: re.Match[str]) -> str:
            held = clean(found[1] or found[2] or found[3] or "")
            taken, rest = _TAKEN * held.count(_TAKEN), held.replace(_TAKEN, " ").strip(" ,")
            if is_decoration(rest):
                return f"{taken} , "
            inside.append(rest)
            return " ".join((rest if len(rest.split()) == 1 else "", taken)).strip()

        text = _DATE.sub(lambda found: self._taken(found, dates), without_contacts(entry))
        bare = re.sub(r"[()\[\]{}]", ",", _BRACKETS.sub(bracketed, text))
        waiting, first = iter(dates), len(self._found)
        clauses: list[_Clause] = []
        early: list[str] = []
        for part in _COMMAS.split(bare):
            own = [next(waiting) for _ in range(part.count(_TAKEN))]
            if names := joined_names(part.replace(_TAKEN, " ")):
                clauses.append(_Clause(names, [*early, *own]))
                early = []
            elif clauses and not clauses[-1].dates:
                clauses[-1].dates += own
            else:
                early += own
        self._clauses(clauses)
        whole = clean(_EMPTY_BRACKETS.sub(" ", text.replace(_TAKEN, " "))).strip(" ,")
        if len(self._found) > first and reads_as_firm(whole):  # `Ultimate Moss, S. de R.L.`
            taken = {fold(name) for _, name, _ in self._found[first:]}
            if fold(whole) not in taken and len(whole) <= _LONGEST_FIRM:
                self._found.append((self._places - 1, whole, []))
        for held in inside:
            self._beside(held, first)
        if dates and len(self._found) == first:
            if first and not any(held for _, _, held in self._found):  # `Ann Noname | 1965-04`
                for place, _, known in self._found:
                    known += dates if place == self._places - 1 else ()
                return
            self._unread.append(UnreadPart("birth date", "no name stands beside it"))

    def _taken(self, found: re.Match[str], dates: list[str]) -> str:
        """What is put in the place of a date: the mark of a birth date, nothing for another."""
        if found["not_born"]:
            return " , "
        year_or_word = found["date"].isdigit() or found["date"][0].isalpha()
        if year_or_word and not found["born"]:
            before = re.split(r"[,;:(\[–—]|\s-", found.string[: found.start()])[-1].split()
            # `Vision 2020` and `Jo May 1956` may be names; `Vision, 2020` is not.
            if len(before) == 1 or birth_date(found["date"], self._today) is None:
                return found[0]
        dates.append(found["date"])
        return f" {_TAKEN} , "

    def _clauses(self, clauses: Sequence[_Clause]) -> None:
        """People between commas, or a family name and the given names after it: both, if unclear.

        `Noname, Ann`; `Anna Maria, John Peter`; `Noname, Ann, Other, Bo`; `Ann, Bo and Cy Noname`.
        """
        count = len(clauses)
        pairs = count % 2 == 0 and not any(one.whole for one in clauses[::2])
        at = 0
        while at < count:
            this, after = clauses[at], clauses[at + 1] if at + 1 < count else None
            at += 1
            dates = [*this.dates, *(after.dates if after else ())]
            if this.whole or len(this.names) > 1 or after is None:
                self._each(this)
                if after is not None and len(after.names) == 1 and at + 1 == count:
                    turned = f"{after.names[0]} {this.names[-1]}"
                    if not after.whole and can_turn(
                        turned
                    ):  # a family name of two words, or a shared one
                        self._name(turned, self._places - 1, dates)
                        shared = f"{after.names[0]} {this.names[-1].split()[-1]}"
                        self._name(shared, self._place(), after.dates)
                        at += 1
                    elif count == 2 and can_turn(turned) and not _is_given_first(this.names[-1]):
                        self._name(turned, self._places - 1, dates)
                continue
            family = this.names[0]
            if not can_turn(f"{family} {after.names[0]}"):
                self._name(family, self._place(), this.dates)
                continue
            if after.whole and len(after.names) > 1:
                shared = f"{family} {after.names[-1].split()[-1]}"
                self._name(shared, self._place(), this.dates)
                continue
            place = self._places
            for given in after.names:
                self._name(f"{given} {family}", self._place(), dates)
            if (pairs and count > 2) or is_family_first(family, after.names[0]):
                at += 1
            elif after.whole:
                self._places = place  # the next name stands in the place of this reading
            else:
                for one in (this, after):
                    for name in one.names:
                        self._name(name, place, [])
                at += 1

    def _each(self, clause: _Clause) -> None:
        for name in clause.names:
            if size(name) == 1 and not reads_as_firm(name):
                told = f"{name!r} is one name only: give the whole name"
                self._unread.append(UnreadPart("person", told))
            self._name(name, self._place(), clause.dates)

    def _place(self) -> int:
        self._places += 1
        return self._places - 1

    def _beside(self, held: str, first: int) -> None:
        """What stands in brackets: a short name, a name at birth, or somebody else."""
        several = [undecorated(one) for one in re.split(r"[,;/&]|\band\b", held)]
        if len(several) > 1 and all(size(one) > 1 for one in several):
            for one in several:
                self._name(one, self._place(), [])
            return
        bare = _OTHER_NAME.sub("", held)
        if len(bare.split()) > 1 or len(self._found) == first:
            self._name(undecorated(bare), self._place(), [])
            return
        place, name, dates = self._found[-1]
        pieces = [piece for piece in name.split() if fold(piece) not in (fold(bare), fold(held))]
        if bare != held:  # a family name at birth
            pieces = [*pieces[: max(1, len(pieces) - 1)], bare]
        if len(pieces) > 1:
            self._name(" ".join(pieces), place, dates)

    def _name(self, name: str, place: int, dates: Sequence[str]) -> None:
        """Take a name, or say that it is none."""
        if any(map(str.isdigit, name)) and not reads_as_firm(name):
            pieces = name.split()
            first = next(at for at, piece in enumerate(pieces) if any(map(str.isdigit, piece)))
            before, number = " ".join(pieces[:first]), " ".join(pieces[first:])
            if size(before) > 1:
                if birth_date(number, self._today) is None:
                    self._unread.append(
                        UnreadPart("person", "holds a number that is not understood")
                    )
                else:
                    dates = [*dates, number]
                name = undecorated(before)
            else:
                self._unread.append(UnreadPart("person", "holds a number that is not understood"))
        known = words(name)
        plain = [word for word in known if word in _PROSE]
        said = [piece for piece in name.split() if piece.islower() and piece in _PROSE]
        if (said or (plain and len(plain) == len(known))) and not split_legal_forms(known)[1]:
            self._unread.append(UnreadPart("person", "not understood as a name"))
            for run in _CAPITALS.findall(name):
                if reads_as_person(run):
                    self._found.append((place, run, list(dates)))
            return
        letters = len(known) > 3 and all(len(word) == 1 for word in known)
        if letters or (len(known) > _MOST_WORDS and not reads_as_firm(name)):
            self._unread.append(
                UnreadPart("person", f"{len(known)} words would be read as one name")
            )
        if any(map(str.isalnum, name)):
            self._found.append((place, name, list(dates)))
            beside = (*(party.text for party in parties_in(name)), *people_around(name))
            for other in dict.fromkeys(beside):
                self._found.append((place, other, list(dates)))


_CAPITALS = re.compile(r"[A-Z][\w'’-]*(?:\s+[A-Z][\w'’-]*)+")


def _is_given_first(name: str) -> bool:
    """Whether a name begins as no family name does: with a title or an initial."""
    first = words(name)[0]
    return first in TITLES or len(first) == 1
