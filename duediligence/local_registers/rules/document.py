"""The whole of a description: every key known, every needed one there, nothing that contradicts."""

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

from duediligence.local_registers.description import Column, Description, Source, WrongDescription
from duediligence.local_registers.rows.values import Dates
from duediligence.local_registers.rules.columns import columns_of, defaults_of, values_of
from duediligence.local_registers.rules.faults import Faults
from duediligence.local_registers.rules.source import source_of
from duediligence.model.records import Handling, Power

_KEYS = {
    **dict.fromkeys(("id", "title", "authority", "power", "licence", "homepage", "handling"), str),
    "max_age_days": int,
    "expected": tuple[int, int],
    "ignore": tuple[str, ...],
    **dict.fromkeys(("source", "columns", "dates", "values", "defaults"), dict[str, Any]),
}
_NEEDED = ("id", "title", "authority", "handling", "max_age_days", "expected", "source", "columns")
_DATE_KEYS = {"format": str, "day_first": bool}


def description_of(document: Mapping[str, Any], path: Path) -> Description:
    """The description in a TOML document. Raises WrongDescription."""
    faults = Faults()
    top = faults.take(document, _KEYS, "")
    for key in _NEEDED:
        if key not in document:
            faults.add(f"has no {key}")
    _plain_keys(top, faults)
    columns = columns_of(top.get("columns", {}), faults)
    defaults = defaults_of(top.get("defaults", {}), columns, faults)
    if "columns" in top:
        _enough(top, columns, defaults, faults)
    source = source_of(top["source"], path, faults) if "source" in top else Source()
    if any(column.link for column in columns.values()) and source.format not in (None, "html"):
        faults.add(f"columns: a link is read from html only, not from {source.format}")
    values = values_of(top.get("values", {}), columns, faults)
    dates = _dates(top.get("dates", {}), faults)
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
        ignore=top.get("ignore", ()),
        source=source,
        columns=columns,
        dates=dates,
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


def _enough(
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


def _dates(table: Mapping[str, Any], faults: Faults) -> Dates:
    found = faults.take(table, _DATE_KEYS, "dates.")
    if "format" in found and "day_first" in found:
        faults.add("dates.format and dates.day_first say the same thing: remove one")
    form = found.get("format", "")
    sample = datetime(2026, 11, 25)  # noqa: DTZ001
    try:
        complete = datetime.strptime(sample.strftime(form), form) == sample  # noqa: DTZ007
    except (ValueError, re.error):
        complete = False
    if form and not complete:
        faults.add('dates.format must name day, month and year, such as "%d/%m/%Y"')
    return Dates(form, found.get("day_first", True))
