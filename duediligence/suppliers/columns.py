"""Which column is which field: given by --map, or guessed from what the headings mean."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from hashlib import sha256
from typing import Literal, NamedTuple

from duediligence.errors import Hint, Invalid, OptionRemark, UsageError
from duediligence.suppliers.fields import (
    CONTACT_WORDS,
    CONTACTS,
    FIELDS,
    NOT_PEOPLE,
    OF_PAYMENTS,
    OUR_PEOPLE,
    PAYERS,
    PAYMENTS,
    ROLE_WORDS,
    ROLES,
)

_SAME = {
    **dict.fromkeys(("no", "num", "nr", "nbr", "#"), "number"),
    **dict.fromkeys(("refno", "reference"), "ref"),
    **dict.fromkeys(("org", "organization"), "organisation"),
    **dict.fromkeys(("reg", "regd", "registration"), "registered"),
    **dict.fromkeys(("co", "companie"), "company"),
    "nos": "number",
    **dict.fromkeys(("supp", "suppl", "sup"), "supplier"),
    **dict.fromkeys(("acc", "acct", "ac"), "account"),
    **dict.fromkeys(("cred", "crd"), "creditor"),
    **dict.fromkeys(("vend", "vndr"), "vendor"),
    "comm": "commission",
    "identification": "id",
}
_BORN = re.compile(r"\b((date|month|year) of birth|birth ?date|d ?o ?b|born)\b")
_GIVEN = re.compile(r"\b(?:first|given|christian|fore) ?(?:names?)?\b|\bf ?names?\b")
_FAMILY = re.compile(r"\b(?:last|family) ?(?:names?)?\b|\bsurnames?\b|\bs ?names?\b")
_LONGEST = 200
# Added to the rank of a heading that any other goes before.
_LAST = 500

NamePart = Literal["given", "family"]


class PersonHeading(NamedTuple):
    """A heading about people: `role` is empty for a bare `dob`, `number` is that of `person 2`."""

    role: str
    number: str
    born: bool


@lru_cache(maxsize=4096)
def fields_of(heading: str) -> Mapping[str, int]:
    """Return the fields that the heading could be, each with its rank: 0 is the surest."""
    words = _words(heading) if heading.strip() != "#" else ()
    whole = "".join(words).removesuffix("1")
    unnumbered = "".join(word for word in words if not word.isdigit())
    return {
        field.name: ranks[key]
        for field in FIELDS
        if (key := unnumbered if field.several or field.numbered else whole)
        in (ranks := _rank_headings()[field.name])
    }


def number_in(heading: str) -> int:
    """Return which of several a heading is about: 2 for `Contract 2 value`, 1 where it has no
    number.
    """
    numbers = [word for word in _words(heading) if word.isdigit()]
    # A year is none of them: `Contract value 2025/26`.
    return int(numbers[0]) if len(numbers) == 1 and 1 <= len(numbers[0]) <= 2 else 1


def is_bare_number(heading: str) -> bool:
    """Return whether a heading says no more than `No.`."""
    return _words(heading) == ("number",)


@lru_cache(maxsize=4096)
def person_heading(heading: str) -> PersonHeading | None:
    """Return what the heading says about people who may be screened, or None."""
    words = _words(heading)
    text, count = _BORN.subn("", " ".join(word for word in words if not word.isdigit()))
    born = bool(count)
    role = "".join(word for word in text.split() if word not in ("name", "full", "of", "and"))
    number = next((word for word in words if word.isdigit()), "")
    # `Director name and date of birth` heads people, each with a date.
    born = born and not (
        role and ("name" in words or re.search(r"\band\b|[&/+]", fold_heading(heading)))
    )
    if role not in _map_heading_roles() and NOT_PEOPLE.isdisjoint(text.split()):
        role = next((role for word, role in ROLE_WORDS.items() if word in text.split()), role)
    if role in ROLES or role in _map_heading_roles():
        return PersonHeading(_map_heading_roles().get(role, role), number, born)
    return PersonHeading("", number, True) if born and not role else None


@lru_cache(maxsize=4096)
def part_of_name(heading: str) -> tuple[NamePart, PersonHeading] | None:
    """Return which part of names a column holds, and of which people; None where it holds no part.

    `Director 1 first name`, `Owner (surname)`; a bare `Surname` is of a named person.
    """
    text = " ".join(re.findall(r"[^\W\d_]+", fold_heading(heading)))
    forms: tuple[tuple[NamePart, re.Pattern[str]], ...] = (("given", _GIVEN), ("family", _FAMILY))
    for part, form in forms:
        rest, count = form.subn(" ", text)
        if not count or len(heading) > _LONGEST:
            continue
        of = " ".join(word for word in rest.split() if word != "name") or "person"
        number = "".join(re.findall(r"\d+", heading))
        if about := person_heading(f"{of} {number}"):
            return part, about
    return None


@lru_cache(maxsize=4096)
def may_hold_contacts(heading: str) -> bool:
    """Return whether a heading may be that of phone numbers, mail addresses or bank accounts."""
    return not CONTACT_WORDS.isdisjoint(_words(heading)) or any(
        name in CONTACTS for name in fields_of(heading)
    )


def is_same(heading: str, other: str) -> bool:
    """Return whether two headings differ by their numbers at most: `Name`, `Name 2`."""
    one, two = (tuple(w for w in _words(each) if not w.isdigit()) for each in (heading, other))
    return bool(one) and one == two


def fold_heading(heading: str) -> str:
    """Return the heading in lower case, `DirectorName` as two words."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", unicodedata.normalize("NFKC", heading))
    plain = apart.casefold().replace("'", "").replace("’", "").replace("_", " ")
    return re.sub(r"\ba/c\b", "account", plain)


def is_of_our_people(heading: str) -> bool:
    """Return whether a heading names buyers or contacts, who are not looked up, or is blank."""
    return not heading or not (OUR_PEOPLE | CONTACT_WORDS).isdisjoint(_words(heading))


def _words(heading: str) -> tuple[str, ...]:
    if len(heading) > _LONGEST:
        return ()
    plain = fold_heading(heading)
    bare = re.sub(r"[(\[][^)\]]*[)\]]", " ", plain)
    words = re.findall(r"[^\W\d_]+|\d+|#", bare) or re.findall(r"[^\W\d_]+|\d+|#", plain)
    return tuple(_SAME.get(word, word) for word in map(_make_singular, words))


def _make_singular(word: str) -> str:
    plural = len(word) > 3 and word.endswith("s") and not word.endswith("ss")
    return word[:-1] if plural else word


@cache
def _rank_headings() -> dict[str, dict[str, int]]:
    return {
        field.name: {
            "".join(_words(heading)): rank
            for rank, heading in reversed(list(enumerate(field.headings)))
        }
        for field in FIELDS
    }


@cache
def _map_heading_roles() -> dict[str, str]:
    return {
        "".join(_words(heading)): role
        for role, (_, role_headings) in ROLES.items()
        for heading in role_headings
    }


_MOST_COLUMNS = 1_000


@dataclass(frozen=True, slots=True)
class People:
    """A column of people of one role, and the column of their birth dates if there is one.

    `given` is the column of their given names where `names` holds family names alone.
    """

    role: str
    names: int
    born: int | None = None
    given: int | None = None

    @property
    def columns(self) -> tuple[int, ...]:
        """Return every column that is read for them."""
        return tuple(at for at in (self.given, self.names, self.born) if at is not None)


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each field stands in a row, and what was undecided.

    `fields` gives one index, or several in order. `spare` are columns that nobody reads though
    they could have been this field.
    """

    fields: Mapping[str, tuple[int, ...]]
    people: tuple[People, ...]
    spare: Mapping[str, tuple[int, ...]]
    score: int

    def without_contacts(self) -> "Columns":
        """Return the columns, none of them read for contacts."""
        fields = {name: at for name, at in self.fields.items() if name not in CONTACTS}
        return replace(self, fields=fields)

    def heading(self, name: str, header: Sequence[str]) -> str:
        """Return the heading of the first column of a field, empty where there is none."""
        return next((header[at] for at in self.fields.get(name, ())), "")

    def read(self) -> dict[str, tuple[int, ...]]:
        """Return every column that is read, by field or role."""
        found = dict(self.fields)
        for people in self.people:
            found[people.role] = found.get(people.role, ()) + people.columns
        return found


def choose_columns(header: Sequence[str], mapping: Mapping[str, str], file: str) -> Columns:
    """Return the columns of a file. Raises UsageError: no name, or a mapped column that is not
    there.
    """
    listing = "Columns found: " + (", ".join(repr(cell) for cell in header if cell) or "none") + "."
    for field, heading in mapping.items():
        if _find_heading(header, heading) is None:
            raise UsageError(f"{file}: has no column {heading!r} for {field}", hint=listing)
    columns = guess_supplier_columns(header, mapping)
    if "name" not in columns.fields:
        raise UsageError(
            f"{file}: no column was recognised as the supplier's name",
            hint=Hint(OptionRemark(f'Specify it: --map name="Its heading". {listing}')),
        )
    return columns


def header_key(header: Sequence[str]) -> str:
    """Return what tells the headings of one file from those of another: case and spacing do not."""
    folded = [" ".join(cell.split()).casefold() for cell in header]
    while folded and not folded[-1]:
        folded.pop()
    return sha256("\x1f".join(folded).encode(errors="replace")).hexdigest()


def score_header(row: Sequence[str], mapping: Mapping[str, str]) -> int:
    """Return how well the row would serve as the header: 0 where it has no column for the name."""
    columns = guess_supplier_columns(row, mapping)
    return columns.score if "name" in columns.fields else 0


def field_names(mapping: Mapping[str, str]) -> dict[str, str]:
    """Return the mapping with its fields spelt as in `FIELDS`, `ROLES` or `director 2 born`.

    Raises UsageError for a field that does not exist.
    """
    known = {field.name.replace("_", " "): field.name for field in FIELDS}
    spelt = {}
    for given, heading in mapping.items():
        plain = " ".join(re.split(r"[\s_-]+", given.strip().casefold()))
        if plain not in known and not re.fullmatch(rf"({'|'.join(ROLES)})( \d+)?( born)?", plain):
            names = ", ".join([*known.values(), *ROLES])
            raise Invalid(
                "unknown field",
                field="map",
                given=given,
                hint=f"Valid fields: {names}. People may be numbered: "
                "`director 2`, `director 2 born`.",
            )
        spelt[known.get(plain, plain)] = heading
    return spelt


def guess_supplier_columns(header: Sequence[str], mapping: Mapping[str, str]) -> Columns:
    """Give each field its column: the mapped one, else the surest heading, leftmost of equals."""
    if len(header) > _MOST_COLUMNS:
        return Columns({}, (), {}, 0)
    mapped = {
        field: position
        for field, heading in mapping.items()
        if (position := _find_heading(header, heading)) is not None
    }
    free = [at for at in range(len(header)) if at not in mapped.values()]
    fits = {at: _rank_heading_fields(header[at], payments=_is_of_payments(header)) for at in free}
    fields: dict[str, tuple[int, ...]] = {}
    total = 1000 * len(mapped)
    for field in FIELDS:
        name = field.name
        if name in mapped:
            fields[name] = (mapped[name],)
            continue
        able = [at for at in free if name in fits[at]]
        if name == "ref":
            able = [at for at in able if not _is_house_number(header, at)]
        if field.numbered:
            able = _best_of_each_number(header, able, lambda at: fits[at][name])  # noqa: B023
        elif not field.several:
            able = sorted(able, key=lambda at: fits[at][name])[:1]
        if able:
            fields[name] = tuple(able)
            free = [at for at in free if at not in able]
            total += sum(1000 - fits[at][name] for at in able)
    if (chosen := fields.get("name")) and "trading_names" not in mapped:
        again = tuple(at for at in free if is_same(header[at], header[chosen[0]]))
        if again:  # `Supplier name`, `Supplier name 2`
            fields["trading_names"] = (*fields.get("trading_names", ()), *again)
            free = [at for at in free if at not in again]
    about = {at: found for at in free if (found := person_heading(header[at]))}
    halves = {at: half for at in free if (half := part_of_name(header[at]))}
    about |= {at: of for at, (_, of) in halves.items()}
    about |= {at: told for name, at in mapped.items() if (told := person_heading(name))}
    people = _pair_people_columns(about, {at: part for at, (part, _) in halves.items()}, header)
    read = {at for each in people for at in each.columns}
    left = [at for at in free if at not in read]
    spare = {name: tuple(at for at in left if name in fits[at]) for name in fields}
    total += 1000 * len([at for at in read - set(mapped.values()) if header[at]])
    return Columns(fields, people, {name: some for name, some in spare.items() if some}, total)


def _is_of_payments(header: Sequence[str]) -> bool:
    """Return whether a file has a row for each payment."""
    return (
        sum(_build_heading_key(heading) in _build_heading_keys(PAYMENTS) for heading in header) > 1
    )


def _rank_heading_fields(heading: str, *, payments: bool) -> Mapping[str, int]:
    """Return the fields that a heading could be. In a file of payments the payer's name is the last
    to be taken for that of the supplier, and the reference of a payment is none of the supplier.
    """
    found = dict(fields_of(heading))
    if payments and "name" in found and _build_heading_key(heading) in _build_heading_keys(PAYERS):
        found["name"] += _LAST
    if payments and _build_heading_key(heading) in _build_heading_keys(OF_PAYMENTS):
        found.pop("ref", None)
    return found


def _build_heading_key(heading: str) -> str:
    return "".join(_words(heading))


@cache
def _build_heading_keys(headings: frozenset[str]) -> frozenset[str]:
    return frozenset(map(_build_heading_key, headings))


def _best_of_each_number(
    header: Sequence[str], able: Sequence[int], rank: Callable[[int], int]
) -> list[int]:
    """Return the surest column for each number in the headings, in the order of the numbers."""
    best: dict[int, int] = {}
    for at in sorted(able, key=rank):
        best.setdefault(number_in(header[at]), at)
    return [best[number] for number in sorted(best)]


def _is_house_number(header: Sequence[str], at: int) -> bool:
    """Return whether a bare `No.` stands before a street."""
    after = fields_of(header[at + 1]) if at + 1 < len(header) else {}
    return "address" in after and is_bare_number(header[at])


def _pair_people_columns(
    about: Mapping[int, PersonHeading],
    halves: Mapping[int, NamePart],
    header: Sequence[str],
) -> tuple[People, ...]:
    """Pair birth dates with people: by role and number, else with the nearest on the left.

    Given names are paired with the family names of the same role and number, and columns without
    a heading hold more of the people to their left: the cells of one heading were merged.
    """
    named = {at: heading for at, heading in sorted(about.items()) if not heading.born}
    given = {at: named[at] for at in named if halves.get(at) == "given"}
    pairs: dict[int, int] = {}
    for at, heading in named.items():
        able = [one for one, of in given.items() if of == heading]
        if able and halves.get(at) == "family":
            pairs[at] = max([one for one in able if one < at], default=able[0])
            del given[pairs[at]]
    named = {at: heading for at, heading in named.items() if at not in pairs.values()}
    births: dict[int, int] = {}
    for at, heading in sorted(about.items()):
        if heading.born:
            able = [
                other
                for other, of in named.items()
                if heading.role in ("", of.role) and heading.number in ("", of.number)
            ]
            if able:
                births.setdefault(max([o for o in able if o < at], default=able[0]), at)
    found = []
    for at, heading in named.items():
        found.append(People(heading.role, at, births.get(at), pairs.get(at)))
        beside = at + 1
        while at not in halves and beside < len(header) and not header[beside].strip():
            found.append(People(heading.role, beside))
            beside += 1
    return tuple(found)


def _find_heading(header: Sequence[str], heading: str) -> int | None:
    """Return the column with this heading, apart from case and spacing."""
    plain = " ".join(heading.split()).casefold()
    folded = [" ".join(cell.split()).casefold() for cell in header]
    return folded.index(plain) if plain in folded and plain else None
