"""The CSV sets: four headerless files that hang together by the number of the party.

Columns are those of OFAC's data specification. Null is `-0- `, several programmes stand in one
cell as `IRAN] [SDGT`, and a lone 0x1A ends each file.
"""

from collections.abc import Iterator
from pathlib import Path

from duediligence.watchlists._readers.fields.names import usable
from duediligence.watchlists._readers.ofac import entries
from duediligence.watchlists._readers.ofac.publication import Publication
from duediligence.watchlists._readers.ofac.remarks import Facts

from duediligence.contracts import Drift, Files
from duediligence.errors import UnreadableFile, UsageError
from duediligence.formats import delimited
from duediligence.formats.charset import charset
from duediligence.model import Address, ListEntry, Name

# A remark of the primary file is cut at this many characters, and the comments file continues it.
_REMARK_LIMIT = 1000
_PRIMARY, _ALIASES, _ADDRESSES, _COMMENTS = 12, 5, 6, 2

Rows = dict[str, list[list[str]]]


def read(files: Files, publication: Publication) -> Iterator[ListEntry]:
    """Yield one entry a row of the primary file, with what the other files add to it.

    Rows of parties that the primary file does not hold (files of different days) are counted
    and reported, not guessed at. Raises UnreadableFile, also for an empty file of
    aliases or addresses.
    """
    drift = files.drift
    aliases = _by_party(files, publication.aliases, _ALIASES)
    addresses = _by_party(files, publication.addresses, _ADDRESSES)
    for filename, rows in ((publication.aliases, aliases), (publication.addresses, addresses)):
        if not rows:
            raise UnreadableFile(f"{filename}: holds no rows", hint="Fetch it again.")
    comments = _by_party(files, publication.comments, _COMMENTS)
    read_any = False
    for uid, row in _rows(files[publication.primary], _PRIMARY):
        read_any = True
        name, sdn_type, program, titles, sign, ship, tonnage, gross, flag, owner, remark = row
        if not usable(name):
            raise UnreadableFile(f"{publication.primary}: party {uid} has no name in column 2")
        if len(remark) >= _REMARK_LIMIT and uid not in comments:
            drift.unread("rows", f"{publication.comments} lacks the rest of remarks that were cut")
        facts = Facts(entries.kind_of(sdn_type, drift), drift)
        facts.read(_joined(remark, comments.pop(uid, [])))
        programs = program.split("] [") if program else []
        yield entries.entry(
            list_id=publication.list_id,
            uid=uid,
            name=name,
            aliases=_names(aliases.pop(uid, []), facts, drift),
            programs=programs,
            measures=publication.measures(programs, drift),
            titles=titles,
            addresses=_addresses(addresses.pop(uid, []), facts),
            vessel=entries.Vessel(sign, ship, flag, owner, tonnage, gross),
            facts=facts,
        )
    if not read_any:
        raise UnreadableFile(f"{publication.primary}: holds no entries", hint="Fetch it again.")
    for filename, orphans in (
        (publication.aliases, aliases),
        (publication.addresses, addresses),
        (publication.comments, comments),
    ):
        if orphans:
            what = f"{filename} has rows of parties not in {publication.primary}"
            drift.unread("rows", what, sum(map(len, orphans.values())))


def _by_party(files: Files, filename: str, columns: int) -> Rows:
    found: Rows = {}
    for uid, row in _rows(files[filename], columns):
        found.setdefault(uid, []).append(row)
    return found


def _rows(path: Path, columns: int) -> Iterator[tuple[str, list[str]]]:
    """Yield (number of the party, the other cells); a null cell is an empty string."""
    _check_end(path)
    for line, row in delimited.rows(path, encoding=_encoding(path), columns=columns):
        uid, *cells = ("" if cell.strip() == "-0-" else cell for cell in row)
        uid = uid.strip()
        if not (uid.isascii() and uid.isdecimal()):
            raise UnreadableFile(
                f"{path.name}: line {line}, column 1: {uid[:40]!r} is not the number of a party",
                hint="OFAC's CSV files have no header; this may be another file.",
            )
        yield uid, cells


def _encoding(path: Path) -> str:
    # Windows-1252 by the specification; a file that is wholly UTF-8 can only be that.
    try:
        return charset(path)
    except UsageError as error:
        raise UnreadableFile(error.message, hint="Fetch it again.") from error


def _check_end(path: Path) -> None:
    """Each file ends with a mark: one that was cut short, even after a whole line, lacks it."""
    with path.open("rb") as file:
        file.seek(max(0, file.seek(0, 2) - 16))
        tail = file.read()
    if not tail.rstrip(b" \r\n").endswith(b"\x1a"):
        raise UnreadableFile(
            f"{path.name}: has no end mark (0x1A): the file is cut short",
            hint="Fetch it again. A program that saved the file again may have left the mark out.",
        )


def _joined(remark: str, comments: list[list[str]]) -> str:
    """A comment continues a remark that was cut, in the middle of a word.

    A remark that is short and whole was not cut: its comment is of another day, and stands apart.
    """
    for (comment,) in comments:
        cut = len(remark) >= _REMARK_LIMIT or not remark.rstrip().endswith(".")
        remark = remark + comment if cut else f"{remark.rstrip()[:-1]}; {comment}"
    return remark


def _names(rows: list[list[str]], facts: Facts, drift: Drift) -> list[Name]:
    return [
        entries.alias(text.strip(), alias_type, facts.kind, "", drift)
        for _, alias_type, text, _ in rows
        if usable(text)
    ]


def _addresses(rows: list[list[str]], facts: Facts) -> list[Address]:
    found = []
    for _, street, city, country, remark in rows:
        if place := entries.address(street.strip(), city.strip(), country.strip()):
            found.append(place)
        if remark:
            facts.remarks.append(f"Address: {remark}")
    return found
