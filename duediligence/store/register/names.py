"""Which entities of a register may bear a name: candidates by words, postcode and whole name.

No comparison is made here: a candidate shares the whole name, its rarest words, or the postcode
and the beginning of the name. Words that no entity bears are tried with one letter changed,
split and joined, so that a slip in the rarest word does not hide the entity.
"""

import json
import re
import sqlite3
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from math import log
from os.path import commonprefix
from typing import NamedTuple

from duediligence.errors import ExpectationFailed
from duediligence.text.legal_forms import UK_FORMS

# How a key may end, and the words that nearly every name shares. Stored keys follow the first.
FORMS = (*UK_FORMS, "communityinterestcompany")
_FORM_WORDS = frozenset((*UK_FORMS, *"the and of co company".split()))
_NOT_ALNUM = {code: None for code in range(128) if not chr(code).isalnum()}
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
_ENOUGH = 200
_MOST_WORDS = 24
_SORTED_BYTES = 64 << 20


class PromisingRow(NamedTuple):
    """A row of the register that may bear the name, with how promising it is (higher is more)."""

    number: str
    name: str
    former_names: str
    postcode: str
    status: str
    promise: float


def create_name_index(connection: sqlite3.Connection) -> None:
    """The index over words: fill it by `add_words`, and call `index_names` when all rows are
    there.
    """
    connection.execute(
        """CREATE VIRTUAL TABLE names USING fts5(
            words, content = '', columnsize = 0, detail = none,
            tokenize = 'unicode61 remove_diacritics 2')"""
    )
    # All of it, or nearly, is sorted at once: nothing is merged, and one segment is asked.
    connection.execute("INSERT INTO names (names, rank) VALUES ('hashsize', ?)", (_SORTED_BYTES,))
    connection.execute(
        "CREATE TABLE words (word TEXT PRIMARY KEY, entities INTEGER NOT NULL) "
        "STRICT, WITHOUT ROWID"
    )


def add_words(connection: sqlite3.Connection, table: str, after: int = 0) -> None:
    """Take up the words of a table that has `id, name, former_names`: of rows after that id."""
    connection.execute(
        f"""INSERT INTO names (rowid, words)
            SELECT id, replace(replace(replace(name || char(10) || former_names,
                                               '''', ''), '’', ''), '.', '')
            FROM {table} WHERE id > ?""",  # noqa: S608
        (after,),
    )


def index_names(connection: sqlite3.Connection, table: str) -> None:
    """Count the words and index names and postcodes, when all rows are there."""
    connection.execute("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, names, row)")
    connection.execute("INSERT INTO words SELECT term, doc FROM temp.vocabulary")
    connection.execute("DROP TABLE temp.vocabulary")
    connection.execute(f"CREATE INDEX {table}_name ON {table} (name)")
    connection.execute(f"CREATE INDEX {table}_postcode ON {table} (postcode)")


def index_unique_numbers(connection: sqlite3.Connection, table: str) -> None:
    """Index the numbers. Raises ExpectationFailed where two rows have the same one."""
    try:
        connection.execute(f"CREATE UNIQUE INDEX {table}_number ON {table} (number)")
    except sqlite3.IntegrityError as error:
        (twice,) = connection.execute(
            f"SELECT number FROM {table} GROUP BY number HAVING count(*) > 1 LIMIT 1"  # noqa: S608
        ).fetchone()
        raise ExpectationFailed(
            f"number {twice} is on two rows: a part of the file may have been read twice",
            hint="Fetch the file again; what was loaded before stays in use.",
        ) from error


def name_key(name: str) -> str:
    """Return the name as one run of small letters and digits, without its legal form."""
    if not name.isascii():
        name = _remove_accents(name)
    key = name.lower().replace(" and ", " ").translate(_NOT_ALNUM)
    if key.endswith(FORMS):
        for form in FORMS:
            if key.endswith(form) and len(key) > len(form):
                return key[: -len(form)]
    return key


def postcode_key(postcode: str) -> str:
    """Return the postcode in capitals with one space, as the registers write it."""
    compact = "".join(postcode.split()).upper()
    return f"{compact[:-3]} {compact[-3:]}" if 5 <= len(compact) <= 7 else postcode.strip().upper()


def search_names(
    connection: sqlite3.Connection, table: str, name: str, postcode: str, limit: int
) -> list[PromisingRow]:
    """Return the most promising rows for this name, and the postcode if there is one."""
    key, code = name_key(name), postcode_key(postcode)
    meant = _Meant(connection, table, _split_name_words(name)[:_MOST_WORDS])
    columns = "id, number, name, former_names, postcode, status"
    rows: dict[int, tuple[str, ...]] = {}

    def take(where: str, *values: str | int) -> None:
        found = connection.execute(
            f"SELECT {columns} FROM {table} WHERE {where} LIMIT {_ENOUGH}",  # noqa: S608
            values,
        )
        rows.update((row[0], row[1:]) for row in found)

    for spelling in _list_spellings(name):
        take("name = ?", spelling)
    if code:
        take("postcode = ?", code)
    for expression in meant.expressions():
        take("id IN (SELECT rowid FROM names WHERE names MATCH ? LIMIT 200)", expression)
    found = [_rate_candidate(row, key, code, meant) for row in rows.values()]
    return sorted(found, key=lambda c: (-c.promise, c.number))[:limit]


class _Meant:
    """What each word of a query may be in the register, and how much it tells."""

    def __init__(self, connection: sqlite3.Connection, table: str, words: list[str]) -> None:
        self._connection = connection
        (total,) = connection.execute(f"SELECT max(id) FROM {table}").fetchone()  # noqa: S608
        bearers = self._bearers({*words, *(a + b for a, b in pairwise(words))})
        self.variants: dict[str, set[str]] = {word: set() for word in words}
        expressions: dict[str, tuple[int, str]] = {}
        for first, second in pairwise(words):
            if joined := bearers.get(first + second):
                for word in (first, second):
                    self.variants[word].add(first + second)
                    expressions[word] = (joined, f'"{first + second}"')
        for word in words:
            if known := bearers.get(word):
                other = expressions.get(word)
                expressions[word] = (
                    known,
                    f'("{word}" OR {other[1]})' if other else f'"{word}"',
                )
            elif word not in expressions and 4 <= len(word) <= 30 and (near := self._near(word)):
                expressions[word] = near
        self.weights = {
            word: log(1 + total / max(1, expressions.get(word, (1, ""))[0])) for word in words
        }
        telling = [word for word in words if word in expressions and word not in _FORM_WORDS]
        self._expressions = sorted(expressions[word] for word in telling or expressions)

    def expressions(self) -> Iterator[str]:
        """Yield what to look for in the index: all words, pairs of the rarest, each of the
        rarest.
        """
        rarest = self._expressions[:3]
        if len(self._expressions) > 1:
            yield " AND ".join(expression for _, expression in self._expressions)
        if len(self._expressions) > 2:
            for leave_out in range(len(rarest)):
                kept = rarest[:leave_out] + rarest[leave_out + 1 :]
                yield " AND ".join(expression for _, expression in kept)
        for position, (bearers, expression) in enumerate(rarest):
            if position == 0 or bearers <= _ENOUGH:
                yield expression

    def coverage(self, words: frozenset[str]) -> float:
        """Return how much of the query these words hold, 0 to 1, less a little for each further
        word.
        """
        total = sum(self.weights.values())
        if not total:
            return 0.0
        shared, met = 0.0, set()
        for word, weight in self.weights.items():
            if word in words:
                shared += weight
                met.add(word)
            elif variant := self.variants[word] & words:
                shared += 0.85 * weight
                met |= variant
        return shared / total - min(0.3, 0.03 * len(words - met - _FORM_WORDS))

    def _near(self, word: str) -> tuple[int, str] | None:
        halves = [(word[:i], word[i:]) for i in range(2, len(word) - 1)]
        bearers = self._bearers({*_one_letter_off(word), *(h for half in halves for h in half)})
        found = [(bearers[w], f'"{w}"') for w in _one_letter_off(word) if w in bearers]
        self.variants[word] |= {w for w in _one_letter_off(word) if w in bearers}
        for first, second in halves:
            if first in bearers and second in bearers and len(first) > 2 and len(second) > 2:
                self.variants[word] |= {first, second}
                found.append((min(bearers[first], bearers[second]), f'("{first}" AND "{second}")'))
        if not found:
            return None
        return sum(n for n, _ in found), f"({' OR '.join(sorted({e for _, e in found}))})"

    def _bearers(self, words: set[str]) -> dict[str, int]:
        return dict(
            self._connection.execute(
                "SELECT word, entities FROM words WHERE word IN (SELECT value FROM json_each(?))",
                (json.dumps(sorted(words)),),
            )
        )


def _rate_candidate(row: tuple[str, ...], key: str, code: str, meant: _Meant) -> PromisingRow:
    number, name, former_names, postcode, status = row
    promise = 0.0
    for one in (name, *former_names.splitlines()):
        coverage = meant.coverage(frozenset(_split_name_words(one)))
        whole = 1.0 if key and name_key(one) == key else 0.0
        promise = max(promise, coverage + whole)
    if not promise:
        # Only the postcode was found: the beginnings of the names order what is left.
        promise = 0.02 * len(commonprefix((key, name_key(name))))  # noqa: RUF071 - letters are meant
    if code and postcode == code:
        promise += 0.5
    elif code and postcode.split(" ")[0] == code.split(" ")[0]:
        promise += 0.15
    return PromisingRow(number, name, former_names, postcode, status, promise)


def _list_spellings(name: str) -> Iterator[str]:
    """Yield the name as a register may write it, with each legal form and either way of `and`."""
    base = re.sub(r"(?i)[\s,]+(?:limited|ltd|llp|plc|c\.?i\.?c)\.?$", "", " ".join(name.split()))
    for one in {base, base.replace("&", "and"), re.sub(r"(?i)\band\b", "&", base)}:
        for form in ("", " limited", " ltd", " ltd.", " llp", " plc", " cic", " c.i.c."):
            yield (one + form).upper()


def _split_name_words(name: str) -> list[str]:
    if not name.isascii():
        name = _remove_accents(name)
    words = re.findall("[a-z0-9]+", name.lower().replace("'", "").replace(".", ""))
    return list(dict.fromkeys(words))


def _remove_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'"))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _one_letter_off(word: str) -> set[str]:
    halves = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    return {
        *(a + b[1:] for a, b in halves if b),
        *(a + b[1] + b[0] + b[2:] for a, b in halves if len(b) > 1),
        *(a + c + b[1:] for a, b in halves if b for c in _LETTERS),
        *(a + c + b for a, b in halves for c in _LETTERS),
    } - {word}
