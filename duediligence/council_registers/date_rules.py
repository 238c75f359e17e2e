"""What a description may say of how dates are written: `[dates]`."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from duediligence.council_registers.description import Column
from duediligence.council_registers.faults import Faults
from duediligence.council_registers.fields import BY_NAME
from duediligence.council_registers.values import Dates

DATE_KEYS = {
    "format": str,
    "formats": tuple[str, ...],
    "day_first": bool,
    "year_pivot": int,
    "serial": bool,
}
_DATED = tuple(field.name for field in BY_NAME.values() if field.kind in ("date", "month"))


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
