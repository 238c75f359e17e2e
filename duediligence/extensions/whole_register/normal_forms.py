"""Normal forms and keys, in Python and as SQL macros made from the same tables and patterns.

The macros are exact for printable ASCII without backslashes in it. Rows that hold anything else
are read in Python, by the readers of the core (see `splitting`); tests hold the two equal.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from duediligence.matching import premises
from duediligence.matching.premises import parse_building
from duediligence.model.entries import COMPANY_PREFIXES
from duediligence.model.registers import NOT_UK, UK
from duediligence.registers.bulk import companies
from duediligence.store.register.names import FORMS, name_key, postcode_key
from duediligence.text.legal_forms import UK_FORMS
from duediligence.text.names import TITLES, name_words

# Words that open many names and tell nothing of who bears one.
_UNTELLING = frozenset((*UK_FORMS, *"the and of co company".split()))


def name_stem(name: str) -> str:
    """Return the first telling word of a company's name, folded: what a phoenix keeps."""
    words = name_words(name)
    return next((word for word in words if word not in _UNTELLING), words[0] if words else "")


def address_key(address: str, postcode: str) -> str | None:
    """Return the postcode and the building, which together tell one address; None without
    either.
    """
    code, house = postcode_key(postcode), parse_building(address)
    return f"{code}|{house}" if code and house else None


def address_words(key: str) -> str:
    """Return the building and the postcode of an address key, as one writes them: `12, AB1 2CD`."""
    code, _, house = key.partition("|")
    return f"{house}, {code}" if house else code


def person_key(
    forename: str, surname: str, name: str, year: int | None, month: int | None, number: str
) -> str:
    """Return what all records of one person have alike: first forename, surname, month of birth.

    Forename and surname come from the whole name where the register does not give them apart.
    Without a month of birth, or half of the name, the company's number stands in the key: nobody
    is joined to another by name alone.
    """
    words = name_words(name)
    while len(words) > 1 and words[0] in TITLES:
        words.pop(0)
    first = next(iter(name_words(forename)), words[0] if len(words) > 1 else "")
    last = "".join(name_words(surname)) or (words[-1] if words else "")
    if not year or not month or not first or not last:
        return f"{first}|{last}|{number}"
    return f"{first}|{last}|{year:04}-{month:02}"


def firm_key(name: str, registered_number: str, postcode: str, number: str) -> str:
    """Return what all records of one firm have alike that gives no number of this register.

    Its name with the number it gives, else with its postcode, else with the company's number.
    """
    beside = "".join(name_words(registered_number)) or postcode_key(postcode) or number
    return f"{name_key(name)}|{beside}"


def build_sql_macros() -> list[str]:
    """Return SQL that makes the macros, to be run in order in a connection that loads."""
    made = dict(_MACROS)
    return [f"CREATE OR REPLACE TEMP MACRO {name} AS {body}" for name, body in made.items()]


def quoted(text: str) -> str:
    """Return the text as an SQL literal: for paths and our own tables, never for what a file
    holds.
    """
    return "'" + text.replace("'", "''") + "'"


def literal_path(path: Path) -> str:
    """Return the path for DuckDB, which takes some characters of a path for a pattern."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in str(path))


# Without it DuckDB takes a folder named `status=x` above a file for a column of each of its rows.
AS_WRITTEN = "hive_partitioning = false"


def scan_parquet(files: Sequence[Path]) -> str:
    """Return Parquet files of ours, for FROM."""
    listed = ", ".join(quoted(literal_path(file)) for file in files)
    return f"read_parquet([{listed}], {AS_WRITTEN})"


def format_sql_map(codes: Mapping[str, str]) -> str:
    """Return the table as an SQL map."""
    pairs = ", ".join(f"{quoted(word)}: {quoted(code)}" for word, code in codes.items())
    return f"MAP {{{pairs}}}"


def _quote_pattern(pattern: re.Pattern[str]) -> str:
    return quoted(pattern.pattern)


_SOUND_NUMBER = "'[0-9]{8}|[A-Z][A-Z0-9][0-9]{6}'"
_PREFIXES = "|".join(sorted(COMPANY_PREFIXES))
_STEM_PREFIX = "|".join(sorted(_UNTELLING))
_TITLE_LIST = ", ".join(quoted(title) for title in sorted(TITLES))
_NAME_KEY_ENDS = "\n".join(
    f"WHEN ends_with(folded, {quoted(form)}) AND len(folded) > {len(form)} "
    f"THEN folded[:len(folded) - {len(form)}]"
    for form in FORMS
)

_MACROS: tuple[tuple[str, str], ...] = (
    # As registers.files.text.
    (
        "cleaned(cell)",
        "CASE WHEN contains(cell, '  ') THEN regexp_replace(trim(cell), ' +', ' ', 'g') "
        "ELSE trim(cell) END",
    ),
    # As model.register_number.
    (
        "padded_number(compact, plain)",
        f"""CASE
        WHEN regexp_full_match(plain, '[0-9]{{1,8}}')
        THEN CASE WHEN CAST(plain AS INTEGER) = 0 THEN compact ELSE lpad(plain, 8, '0') END
        WHEN regexp_full_match(plain, '({_PREFIXES})[0-9]{{1,6}}')
        THEN plain[:2] || lpad(plain[3:], 6, '0')
        WHEN regexp_full_match(plain, '({_PREFIXES})[0-9]{{1,5}}R')
        THEN plain[:2] || lpad(plain[3:len(plain) - 1], 5, '0') || 'R'
        ELSE compact END""",
    ),
    (
        "register_number(cell)",
        f"""CASE WHEN regexp_full_match(cell, {_SOUND_NUMBER}) THEN cell
        ELSE padded_number(upper(replace(cell, ' ', '')),
                           regexp_replace(upper(cell), '[ .\\-/]', '', 'g')) END""",
    ),
    # As registers.bulk.companies._date; None where it is not a date.
    ("written_date(cell)", "CAST(try_strptime(trim(cell), '%d/%m/%Y') AS DATE)"),
    # As registers.bulk.companies.code_of.
    ("code_of(words)", "trim(regexp_replace(lower(words), '[^a-z0-9]+', '-', 'g'), '-')"),
    (
        "status_of(words)",
        f"coalesce({format_sql_map({w: c for w, (c, _) in companies.STATUSES.items()})}"
        f"[lower(words)], "
        "nullif(code_of(words), ''), 'not-stated')",
    ),
    (
        "status_detail_of(words)",
        format_sql_map({w: d for w, (_, d) in companies.STATUSES.items() if d is not None})
        + "[lower(words)]",
    ),
    (
        "type_of(words)",
        f"coalesce({format_sql_map(companies.TYPES)}[lower(words)], code_of(words))",
    ),
    (
        "accounts_of(words)",
        f"coalesce({format_sql_map(companies.ACCOUNTS)}[lower(words)], nullif(code_of(words), ''))",
    ),
    (
        "sic_code(cell)",
        "CASE WHEN cell <> '' AND regexp_full_match(split_part(cell, ' - ', 1), ' *[0-9]{4,5} *') "
        "THEN trim(split_part(cell, ' - ', 1)) END",
    ),
    # As store.register.names.
    ("key_of_folded(folded)", f"CASE {_NAME_KEY_ENDS} ELSE folded END"),
    (
        "name_key(name)",
        "key_of_folded(regexp_replace(replace(lower(name), ' and ', ' '), '[^a-z0-9]', '', 'g'))",
    ),
    (
        "spaced(compact, cell)",
        "CASE WHEN len(compact) BETWEEN 5 AND 7 "
        "THEN compact[:len(compact) - 3] || ' ' || compact[-3:] ELSE upper(trim(cell)) END",
    ),
    (
        "postcode_key(cell)",
        "CASE WHEN regexp_full_match(cell, '[A-Z0-9]{2,4} [A-Z0-9]{3}') THEN cell "
        "ELSE spaced(upper(replace(cell, ' ', '')), cell) END",
    ),
    # As text.names.name_words.
    (
        "name_words(name)",
        "regexp_extract_all(replace(replace(lower(name), '''', ''), '.', ''), '[a-z0-9]+')",
    ),
    (
        "first_telling(words)",
        f"coalesce(list_filter(words, lambda word: NOT regexp_full_match(word, "
        f"'{_STEM_PREFIX}'))[1], words[1], '')",
    ),
    (
        "name_stem(name)",
        f"""CASE WHEN regexp_full_match(split_part(lower(name), ' ', 1), '[a-z0-9]+')
        AND NOT regexp_full_match(split_part(lower(name), ' ', 1), '{_STEM_PREFIX}')
        THEN split_part(lower(name), ' ', 1) ELSE first_telling(name_words(name)) END""",
    ),
    # As matching.premises.building. Nearly every address that opens with a number has that one.
    (
        "without_care_of(address)",
        """CASE WHEN contains(address, 'c/o') OR contains(address, 'care of')
        THEN array_to_string(list_filter(string_split(address, ','), lambda part:
            NOT (starts_with(trim(part), 'c/o') OR starts_with(trim(part), 'care of'))), ',')
        ELSE address END""",
    ),
    (
        "building_within(address)",
        f"""CASE WHEN regexp_matches(address, {_quote_pattern(premises.NUMBER)})
        THEN regexp_replace(regexp_extract(address, {_quote_pattern(premises.NUMBER)}),
                            ' ?[-–/] ?', '-', 'g')
        ELSE array_to_string(regexp_extract_all(address, '[a-z0-9]+')[:2], ' ') END""",
    ),
    (
        "building_of(lead, address)",
        f"""CASE WHEN lead <> '' THEN lower(lead)
        ELSE building_within(regexp_replace(without_care_of(lower(address)),
                             {_quote_pattern(premises.WITHIN)}, ' ', 'g')) END""",
    ),
    (
        "leading_number(address)",
        "CASE WHEN regexp_matches(address, '^[0-9]+[A-Za-z]?,? [A-Za-z]') "
        "THEN rtrim(split_part(address, ' ', 1), ',') ELSE '' END",
    ),
    # Of a postcode that is a key already; `house` is what `building_of` gives.
    (
        "address_key(code, house)",
        "CASE WHEN code <> '' AND house <> '' THEN concat(code, '|', house) END",
    ),
    (
        "untitled(words)",
        f"""CASE WHEN list_contains([{_TITLE_LIST}], words[1])
        THEN words[coalesce(list_position(list_transform(words[:len(words) - 1],
             lambda word: list_contains([{_TITLE_LIST}], word)), false), len(words)):]
        ELSE words END""",
    ),
    (
        "person_key(first, last, year, month, number)",
        """first || '|' || last || '|' || CASE
        WHEN coalesce(year, 0) = 0 OR coalesce(month, 0) = 0 OR first = '' OR last = ''
        THEN number ELSE lpad(CAST(year AS VARCHAR), 4, '0') || '-'
             || lpad(CAST(month AS VARCHAR), 2, '0') END""",
    ),
    (
        "first_word(forename, words)",
        """CASE WHEN regexp_full_match(lower(forename), '[a-z0-9]+') THEN lower(forename)
        ELSE coalesce(name_words(forename)[1], CASE WHEN len(words) > 1 THEN words[1] END, '')
        END""",
    ),
    (
        "last_words(surname, words)",
        """CASE WHEN regexp_full_match(lower(surname), '[a-z0-9]+') THEN lower(surname)
        ELSE coalesce(nullif(array_to_string(name_words(surname), ''), ''), words[-1], '') END""",
    ),
    ("first_name(forename, name)", "first_word(forename, untitled(name_words(name)))"),
    ("last_name(surname, name)", "last_words(surname, untitled(name_words(name)))"),
    (
        "firm_key(name, registered_number, postcode, number)",
        """name_key(name) || '|' || coalesce(
        nullif(array_to_string(name_words(registered_number), ''), ''),
        nullif(postcode_key(postcode), ''), number)""",
    ),
    # As screening.dossiers.parties.uk_number.
    (
        "is_uk(place)",
        f"trim(place) = '' OR regexp_matches(regexp_replace(lower(place), "
        f"{_quote_pattern(NOT_UK)}, "
        f"' ', 'g'), {_quote_pattern(UK)})",
    ),
    (
        "uk_number(number, place)",
        """CASE WHEN is_uk(place) AND regexp_full_match(register_number(number), '[A-Z0-9]{8}')
        THEN register_number(number) END""",
    ),
    ("node(kind, key)", "md5_number_lower(kind || ':' || key)"),
)
