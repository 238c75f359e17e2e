"""Which column is which field: told by --map, or guessed from the headings."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from duediligence.errors import UsageError
from duediligence.suppliers import headings
from duediligence.suppliers.fields import FIELDS, ROLES

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
        """Every column that is read for them."""
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

    def read(self) -> dict[str, tuple[int, ...]]:
        """Every column that is read, by field or role."""
        found = dict(self.fields)
        for people in self.people:
            found[people.role] = found.get(people.role, ()) + people.columns
        return found


def choose(header: Sequence[str], mapping: Mapping[str, str], file: str) -> Columns:
    """The columns of a file. Raises UsageError: no name, or a mapped column that is not there."""
    listing = "Columns found: " + (", ".join(repr(cell) for cell in header if cell) or "none") + "."
    for field, heading in mapping.items():
        if _position(header, heading) is None:
            raise UsageError(f"{file}: has no column {heading!r} for {field}", hint=listing)
    columns = guess(header, mapping)
    if "name" not in columns.fields:
        raise UsageError(
            f"{file}: no column is known to hold the supplier's name",
            hint=f'Say which one does: --map name="Its heading". {listing}',
        )
    return columns


def header_key(header: Sequence[str]) -> str:
    """What tells the headings of one file from those of another: case and spacing do not."""
    folded = [" ".join(cell.split()).casefold() for cell in header]
    while folded and not folded[-1]:
        folded.pop()
    return sha256("\x1f".join(folded).encode(errors="replace")).hexdigest()


def score(row: Sequence[str], mapping: Mapping[str, str]) -> int:
    """How well the row would serve as the header: 0 where it has no column for the name."""
    columns = guess(row, mapping)
    return columns.score if "name" in columns.fields else 0


def field_names(mapping: Mapping[str, str]) -> dict[str, str]:
    """The mapping with its fields spelt as in `FIELDS`, `ROLES` or `director 2 born`.

    Raises UsageError for a field that does not exist.
    """
    known = {field.name.replace("_", " "): field.name for field in FIELDS}
    spelt = {}
    for given, heading in mapping.items():
        plain = " ".join(re.split(r"[\s_-]+", given.strip().casefold()))
        if plain not in known and not re.fullmatch(rf"({'|'.join(ROLES)})( \d+)?( born)?", plain):
            names = ", ".join([*known.values(), *ROLES])
            raise UsageError(
                f"--map {given}: there is no such field",
                hint=f"Fields: {names}. People may be numbered: `director 2`, `director 2 born`.",
            )
        spelt[known.get(plain, plain)] = heading
    return spelt


def guess(header: Sequence[str], mapping: Mapping[str, str]) -> Columns:
    """Give each field its column: the mapped one, else the surest heading, leftmost of equals."""
    if len(header) > _MOST_COLUMNS:
        return Columns({}, (), {}, 0)
    mapped = {
        field: position
        for field, heading in mapping.items()
        if (position := _position(header, heading)) is not None
    }
    free = [at for at in range(len(header)) if at not in mapped.values()]
    fits = {at: headings.fields(header[at]) for at in free}
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
        if not field.several:
            able = sorted(able, key=lambda at: fits[at][name])[:1]
        if able:
            fields[name] = tuple(able)
            free = [at for at in free if at not in able]
            total += sum(1000 - fits[at][name] for at in able)
    if (chosen := fields.get("name")) and "trading_names" not in mapped:
        again = tuple(at for at in free if headings.is_same(header[at], header[chosen[0]]))
        if again:  # `Supplier name`, `Supplier name 2`
            fields["trading_names"] = (*fields.get("trading_names", ()), *again)
            free = [at for at in free if at not in again]
    about = {at: found for at in free if (found := headings.person(header[at]))}
    halves = {at: half for at in free if (half := headings.part_of_name(header[at]))}
    about |= {at: of for at, (_, of) in halves.items()}
    about |= {at: told for name, at in mapped.items() if (told := headings.person(name))}
    people = _people(about, {at: part for at, (part, _) in halves.items()}, header)
    read = {at for each in people for at in each.columns}
    left = [at for at in free if at not in read]
    spare = {name: tuple(at for at in left if name in fits[at]) for name in fields}
    total += 1000 * len([at for at in read - set(mapped.values()) if header[at]])
    return Columns(fields, people, {name: some for name, some in spare.items() if some}, total)


def _is_house_number(header: Sequence[str], at: int) -> bool:
    """Whether a bare `No.` stands before a street."""
    after = headings.fields(header[at + 1]) if at + 1 < len(header) else {}
    return "address" in after and headings.is_bare_number(header[at])


def _people(
    about: Mapping[int, headings.PersonHeading],
    halves: Mapping[int, headings.NamePart],
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


def _position(header: Sequence[str], heading: str) -> int | None:
    """The column with this heading, apart from case and spacing."""
    plain = " ".join(heading.split()).casefold()
    folded = [" ".join(cell.split()).casefold() for cell in header]
    return folded.index(plain) if plain in folded and plain else None
