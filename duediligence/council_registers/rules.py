"""What a description may say: each rule checked, each fault told with the place in the file."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path, PureWindowsPath
from typing import Any, get_args
from urllib.parse import urlsplit

import msgspec

from duediligence.council_registers.description import (
    Allowance,
    Column,
    Description,
    Format,
    RegisterSource,
    WrongDescription,
    fold_label,
)
from duediligence.council_registers.fields import BY_NAME, RecordField
from duediligence.council_registers.tables import selector_fault
from duediligence.council_registers.values import Dates, day, parse_pounds_cell, word
from duediligence.errors import UsageError
from duediligence.formats.cells import clean
from duediligence.model.entries import Handling, Power
from duediligence.permissions import lies_within
from duediligence.reading import regular
from duediligence.typed_data import convert_to

_MOST_BYTES = 1_000_000

DATE_KEYS = {
    "format": str,
    "formats": tuple[str, ...],
    "day_first": bool,
    "year_pivot": int,
    "serial": bool,
}
_DATED = tuple(field.name for field in BY_NAME.values() if field.kind in ("date", "month"))


class Faults:
    """The faults found so far, one line each."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def add(self, fault: str) -> None:
        self.found.append(fault)

    def unknown(self, key: str, name: str, known: Iterable[str]) -> None:
        """A key that there is not, with the nearest of those there are."""
        known = tuple(known)
        near = get_close_matches(name.casefold(), known, 1, 0.5)
        say = f"did you mean {near[0]}?" if near else f"valid keys: {', '.join(known)}"
        self.add(f"{key}: unknown key; {say}")

    def choose(self, key: str, value: object, words: Iterable[str]) -> None:
        """A value that must be one of our words."""
        words = tuple(words)
        if value not in words:
            near = get_close_matches(word(str(value)), words, 1)
            did = f" Did you mean {near[0]}?" if near else ""
            self.add(f"{key} is {value!r}, not one of {', '.join(words)}.{did}")

    def take(self, table: Mapping[str, Any], keys: Mapping[str, Any], where: str) -> dict[str, Any]:
        """Return those of the table's values that have a known key and the type it has in
        `keys`.
        """
        taken = {}
        for key, value in table.items():
            if key not in keys:
                self.unknown(where + key, key, keys)
                continue
            try:
                taken[key] = convert_to(keys[key], value)
            except msgspec.ValidationError:
                self.add(f"{where}{key} must be {_SHAPES[keys[key]]}")
        return taken


_SHAPES: Mapping[Any, str] = {
    str: 'a text in quotation marks: "…"',
    int: "a whole number, without quotation marks",
    bool: "true or false, without quotation marks",
    tuple[int, int]: "two whole numbers: [1, 2000]",
    tuple[str, ...]: 'texts in brackets: ["…", "…"]',
    dict[str, Any]: "a section of its own, with its name in brackets on a line above",
    str | int: 'a number of rows, or a share in quotation marks: "5 %"',
    str | int | tuple[str, ...]: 'a text, a number or texts in brackets: ["…", "…"]',
}


def columns_of(table: Mapping[str, Any], faults: Faults) -> dict[str, Column]:
    """Return the columns that `[columns]` tells, by field. No column serves two fields."""
    columns: dict[str, Column] = {}
    owner: dict[str, str] = {}
    for name, value in table.items():
        field = BY_NAME.get(name)
        if field is None:
            faults.unknown(f"columns.{name}", name, BY_NAME)
            continue
        columns[name] = column = _parse_column_rule(field, value, faults)
        for heading in () if column.link else column.headings:
            first = owner.setdefault(fold_label(heading), name)
            if first != name:
                faults.add(f"columns.{first} and columns.{name} both read {heading!r}")
        if len(set(map(fold_label, column.headings))) < len(column.headings):
            faults.add(f"columns.{name} names a column twice")
    return columns


def defaults_of(
    table: Mapping[str, Any], columns: Mapping[str, Column], faults: Faults
) -> dict[str, str]:
    """Return what `[defaults]` gives a field whose cell is empty, or that has no column."""
    defaults = {}
    able = [name for name in BY_NAME if name != "record_ref"]
    for name, value in table.items():
        key = f"defaults.{name}"
        if name not in able:
            faults.unknown(key, name, able)
        elif not isinstance(value, str | int | date):
            faults.add(f"{key} must be a text")
        elif name in columns and columns[name].value:
            faults.add(f"{key} and columns.{name} both give a fixed value: remove one")
        else:
            defaults[name] = _check_fixed_value(key, BY_NAME[name], str(value), faults)
    return defaults


def values_of(
    table: Mapping[str, Any], columns: Mapping[str, Column], faults: Faults
) -> dict[str, dict[str, str]]:
    """Return what the register's words mean, by field and word."""
    able = [field.name for field in BY_NAME.values() if field.words]
    found: dict[str, dict[str, str]] = {}
    for name, words in table.items():
        if name not in able:
            faults.unknown(f"values.{name}", name, able)
        elif not isinstance(words, dict):
            faults.add(f'values.{name} must be a table: "Their word" = "our_word"')
        elif name not in columns or not columns[name].headings:
            faults.add(f"values.{name}: no column is read for {name}")
        else:
            found[name] = {}
            for theirs, ours in words.items():
                faults.choose(f"values.{name}: {theirs!r}", ours, BY_NAME[name].words)
                if found[name].setdefault(fold_label(theirs), str(ours)) != ours:
                    faults.add(f"values.{name}: {theirs!r} appears twice")
    return found


def _parse_column_rule(field: RecordField, value: Any, faults: Faults) -> Column:
    key = f"columns.{field.name}"
    match value:
        case str() if value.strip():
            return Column((value,))
        case [_, *_] if all(isinstance(heading, str) and heading.strip() for heading in value):
            if not field.several and len(value) > 1:
                faults.add(f"{key} reads one column only")
            return Column(tuple(value))
        case {"link": str() as heading, **rest} if heading.strip() and not rest:
            if field.kind != "link":
                faults.add(f"{key}: a link is read for source_url only")
            return Column((heading,), link=True)
        case {"value": str() | int() | date() as fixed, **rest} if not rest:
            if field.name == "record_ref":
                faults.add(f"{key}: one value for all records cannot distinguish them")
            return Column(value=_check_fixed_value(key, field, str(fixed), faults))
    faults.add(f'{key} must be a heading: {field.name} = "Heading", or {{ value = "…" }}')
    return Column()


def _check_fixed_value(key: str, field: RecordField, value: str, faults: Faults) -> str:
    if not value.strip():
        faults.add(f"{key} is blank")
    elif field.words:
        several = re.split(r"[;|]", value) if field.kind == "words" else [value]
        for one in several:
            faults.choose(key, word(one), field.words)
        value = ";".join(map(word, several))
    try:
        if field.kind == "date":
            # As the register's own dates may be written is no matter here.
            value = day(value, Dates()).isoformat()
        elif field.kind == "money":
            parse_pounds_cell(value)
    except ValueError as error:
        faults.add(f"{key} {error}")
    return value


SOURCE_KEYS = {
    **dict.fromkeys(("url", "file", "folder", "files", "format", "sheet", "rows", "next"), str),
    "table": str | int | tuple[str, ...],
}
_GOES_WITH = {
    "table": ("html",),
    "next": ("html",),
    "sheet": ("xlsx",),
    "rows": ("html", "json"),
}
_ENDINGS: Mapping[str, Format] = {
    "csv": "csv",
    "xlsx": "xlsx",
    "json": "json",
    "html": "html",
    "htm": "html",
}


def source_of(
    table: Mapping[str, Any], path: Path, faults: Faults, *, added: bool = False
) -> RegisterSource:
    """Return the source that `[source]` of the file `path` tells. `added` is as in
    `read_description`.
    """
    found = faults.take(table, SOURCE_KEYS, "source.")
    for key, value in found.items():
        if value in ("", ()):
            faults.add(f"source.{key} is blank")
    places = [key for key in ("url", "file", "folder") if key in found]
    if len(places) != 1:
        faults.add("source must have exactly one of url, file and folder")
    form = _derive_source_format(found, faults)
    _web_address(found.get("url"), faults)
    if ("folder" in found) != ("files" in found):
        faults.add('source.folder and source.files go together: files = "*.html"')
    if re.search(r"[*{}]", found.get("file", "")):
        faults.add("source.file is one file; for several give folder and files")
    if not re.fullmatch(r"[^/\\<>|:\"{}]*", found.get("files", "")):
        faults.add("source.files is a pattern of file names, without folders")
    if "next" in found and "file" in found:
        faults.add("source.next goes with url or folder: a file is one page")
    for key, formats in _GOES_WITH.items():
        if key in found and form and form not in formats:
            faults.add(f"source.{key} goes with format {' or '.join(formats)}, not {form}")
    _check_selectors(found, form, faults)
    base = path.absolute().parent
    for key in ("file", "folder"):
        if found.get(key) and not _is_allowed_path(base, found[key], added=added):
            faults.add(
                f"source.{key} must be in the folder of this description, not at {found[key]!r}: "
                "put the description beside the register, and name it from there"
            )
    return RegisterSource(
        url=found.get("url", ""),
        file=base / found["file"] if found.get("file") else None,
        folder=base / found["folder"] if found.get("folder") else None,
        files=found.get("files", ""),
        format=form,
        sheet=found.get("sheet", ""),
        table=found.get("table", ""),
        rows=found.get("rows", ""),
        next=found.get("next", ""),
    )


def _is_allowed_path(base: Path, named: str, *, added: bool) -> bool:
    """Return whether a path that a description names is in its folder, however this system reads
    it.
    """
    windows = PureWindowsPath(named)
    if Path(named).is_absolute() or windows.drive or windows.root:
        return added
    return ".." not in windows.parts and lies_within(base / named, base)


def _derive_source_format(found: Mapping[str, Any], faults: Faults) -> Format | None:
    """Return the format told, or that of the ending of an address; None where the content is to
    tell.
    """
    if "format" in found:
        faults.choose("source.format", found["format"], get_args(Format))
        told: Format = found["format"]
        return told
    if not found.get("url"):
        return None
    form = _ENDINGS.get(re.split(r"[?#]", found["url"])[0].lower().rpartition(".")[2])
    if form is None:
        faults.add(f"source.format is needed with this url: one of {', '.join(get_args(Format))}")
    return form


def _web_address(url: str | None, faults: Faults) -> None:
    try:
        parts = urlsplit(url or "https://x")
        sound = parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        sound = False
    if not sound or re.search(r"\s", url or ""):
        faults.add("source.url must be an address that starts with https://, without a password")


def _check_selectors(found: Mapping[str, Any], form: Format | None, faults: Faults) -> None:
    table = found.get("table")
    if isinstance(table, int) and table < 1:
        faults.add("source.table: tables are counted from 1")
    for key in ("table", "rows", "next"):
        value = found.get(key)
        # The `rows` of JSON are a path, not a selector.
        if not isinstance(value, str) or (key == "rows" and form != "html"):
            continue
        if fault := selector_fault(value):
            faults.add(f"source.{key}: {fault}")


KEYS = {
    **dict.fromkeys(("id", "title", "authority", "power", "licence", "homepage", "handling"), str),
    "max_age_days": int,
    "expected": tuple[int, int],
    "allowance": str | int,
    "ignore": tuple[str, ...],
    **dict.fromkeys(("source", "columns", "dates", "values", "defaults"), dict[str, Any]),
}
_NEEDED = ("id", "title", "authority", "handling", "max_age_days", "expected", "source", "columns")


def description_of(document: Mapping[str, Any], path: Path, *, added: bool = False) -> Description:
    """Return the description in a TOML document. Raises WrongDescription."""
    faults = Faults()
    top = faults.take(document, KEYS, "")
    for key in _NEEDED:
        if key not in document:
            faults.add(f"has no {key}")
    _plain_keys(top, faults)
    columns = columns_of(top.get("columns", {}), faults)
    defaults = defaults_of(top.get("defaults", {}), columns, faults)
    if "columns" in top:
        _check_required_fields(top, columns, defaults, faults)
    source = (
        source_of(top["source"], path, faults, added=added) if "source" in top else RegisterSource()
    )
    if any(column.link for column in columns.values()) and source.format not in (None, "html"):
        faults.add(f"columns: a link is read from html only, not from {source.format}")
    values = values_of(top.get("values", {}), columns, faults)
    dates, own_dates = dates_of(top.get("dates", {}), columns, faults)
    allowance = _parse_allowance(top.get("allowance", 0), faults)
    if faults.found:
        raise WrongDescription(path, faults.found)
    return Description(
        path=path,
        id=top["id"],
        title=top["title"],
        authority=top["authority"],
        power=top.get("power"),
        licence=top.get("licence", "not stated"),
        homepage=top.get("homepage", ""),
        handling=top["handling"],
        max_age_days=top["max_age_days"],
        expected=top["expected"],
        allowance=allowance,
        ignore=top.get("ignore", ()),
        source=source,
        columns=columns,
        dates=dates,
        own_dates=own_dates,
        values=values,
        defaults=defaults,
    )


def _plain_keys(top: Mapping[str, Any], faults: Faults) -> None:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,60}", top.get("id", "x")):
        faults.add(f"id is {top['id']!r}: small letters, digits and hyphens only")
    for key in ("title", "authority"):
        if not top.get(key, "x").strip():
            faults.add(f"{key} is blank")
    for key, words in (("handling", get_args(Handling)), ("power", get_args(Power))):
        if key in top:
            faults.choose(key, top[key], words)
    homepage = top.get("homepage", "")
    if homepage and not re.fullmatch(r"https?://\S+", homepage):
        faults.add(f"homepage is {homepage!r}: not an address that starts with https://")
    if not 1 <= top.get("max_age_days", 1) <= 3660:
        faults.add("max_age_days must be between 1 and 3660")
    least, most = top.get("expected", (0, 1))
    if not 0 <= least <= most:
        faults.add("expected is [smallest, largest] number of records")


# Of a register of which more cannot be read, the rest tells nothing.
MOST_ALLOWED = 0.2
MOST_ALLOWED_ROWS = 1000


def _parse_allowance(value: str | int, faults: Faults) -> Allowance:
    """Return how many rows may be left unread: `2`, or `"5 %"`."""
    if isinstance(value, int):
        if 0 <= value <= MOST_ALLOWED_ROWS:
            return Allowance(rows=value)
        faults.add(f"allowance is {value}: the maximum is {MOST_ALLOWED_ROWS:,} rows")
        return Allowance()
    found = re.fullmatch(r"\s*(\d{1,3}(?:\.\d{1,4})?)\s*%\s*", value, re.ASCII)
    if not found or float(found[1]) > MOST_ALLOWED * 100:
        faults.add(
            f"allowance is {value!r}: a number of rows, or a share up to {MOST_ALLOWED:.0%}, "
            'such as "5 %"'
        )
        return Allowance()
    return Allowance(share=float(found[1]) / 100)


def _check_required_fields(
    top: Mapping[str, Any],
    columns: Mapping[str, Column],
    defaults: Mapping[str, str],
    faults: Faults,
) -> None:
    if not {"subject_name", "premises_address"} & columns.keys():
        faults.add("columns has neither subject_name nor premises_address")
    for name in ("power", "record_type"):
        if not (name in columns or name in defaults or (name == "power" and name in top)):
            faults.add(f"has no column, value or default for {name}")


def read_description(path: Path, *, added: bool = False) -> Description:
    """Return the register that a TOML file describes. Relative paths in it are relative to the
    file.

    What it names must be in its own folder. `added`: it is one of those in the home, where `put`
    wrote the whole path of a register that was in the folder of its description. Raises
    WrongDescription with every fault that was found, UsageError where it cannot be opened.
    """
    return parse_description(_read_description_text(path), path, added=added)


def parse_description(text: str, path: Path, *, added: bool = False) -> Description:
    """As `read_description`, of a text that is or would be in the file `path`."""

    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        what = "is nested too deeply" if isinstance(error, RecursionError) else str(error)
        if found := re.search(r"at line (\d+)", what):
            what += f": {clean(text.splitlines()[int(found[1]) - 1])[:80]}"
        raise WrongDescription(
            path,
            [f"is not TOML: {what}"],
            hint='Put text in quotation marks: title = "Licences". Put a Windows path in '
            "single ones: file = 'C:\\registers\\licences.csv'.",
        ) from error
    return description_of(document, path, added=added)


def _read_description_text(path: Path) -> str:
    try:
        if regular(path).stat().st_size > _MOST_BYTES:
            raise UsageError(f"{path.name}: is over {_MOST_BYTES:,} bytes: too large")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{path.name}: is not UTF-8 text", hint="Save it as UTF-8 (in Notepad: Save as)."
        ) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(
            f"{path}: cannot be opened: {reason}", hint="Check the name of the file."
        ) from error


def dates_of(
    table: Mapping[str, Any], columns: Mapping[str, Column], faults: Faults
) -> tuple[Dates, dict[str, Dates]]:
    """Return how a register writes its dates, and how single fields write theirs, by field."""
    own = {name: one for name, one in table.items() if name in _DATED}
    dates = _parse_date_rules({n: v for n, v in table.items() if n not in own}, faults, "dates.")
    return dates, {name: _own_dates(name, one, columns, faults) for name, one in own.items()}


def _own_dates(name: str, table: object, columns: Mapping[str, Column], faults: Faults) -> Dates:
    """Return how one field writes its dates: `[dates.expires]`."""
    if not isinstance(table, dict):
        faults.add(f'dates.{name} must be a section: [dates.{name}], then format = "…"')
        return Dates()
    if name not in columns:
        faults.add(f"dates.{name}: no column is read for {name}")
    return _parse_date_rules(table, faults, f"dates.{name}.")


def _parse_date_rules(table: Mapping[str, Any], faults: Faults, where: str) -> Dates:
    found = faults.take(table, DATE_KEYS, where)
    if "format" in found and "day_first" in found:
        faults.add(f"{where}format and {where}day_first say the same thing: remove one")
    if "format" in found and "formats" in found:
        faults.add(f"{where}format and {where}formats say the same thing: remove one")
    formats = found.get("formats", ()) or ((found["format"],) if found.get("format") else ())
    for form in formats:
        if not _is_full_date_format(form):
            key = "format" if "format" in found else "formats"
            faults.add(f'{where}{key} must name day, month and year, such as "%d/%m/%Y"')
    if len(set(formats)) < len(formats):
        faults.add(f"{where}formats names one twice")
    pivot = found.get("year_pivot")
    if pivot is not None and not 0 <= pivot <= 100:
        faults.add(f"{where}year_pivot is {pivot}: from 0 to 100, such as 50 for 1950 to 2049")
    return Dates(
        formats,
        found.get("day_first", None if formats else True),
        pivot,
        found.get("serial", False),
    )


def _is_full_date_format(form: str) -> bool:
    """Return whether a format names day, month and year."""
    sample = datetime(2026, 11, 25)  # noqa: DTZ001
    try:
        return datetime.strptime(sample.strftime(form), form) == sample  # noqa: DTZ007
    except (ValueError, re.error):
        return False
