"""Which column is which field, what stands for empty cells, and what the register's words mean."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from duediligence.local_registers.description import Column, folded
from duediligence.local_registers.fields import BY_NAME, Field
from duediligence.local_registers.rows.values import Dates, day, pounds, word
from duediligence.local_registers.rules.faults import Faults


def columns_of(table: Mapping[str, Any], faults: Faults) -> dict[str, Column]:
    """The columns that `[columns]` tells, by field. No column serves two fields."""
    columns: dict[str, Column] = {}
    owner: dict[str, str] = {}
    for name, value in table.items():
        field = BY_NAME.get(name)
        if field is None:
            faults.unknown(f"columns.{name}", name, BY_NAME)
            continue
        columns[name] = column = _column(field, value, faults)
        for heading in () if column.link else column.headings:
            first = owner.setdefault(folded(heading), name)
            if first != name:
                faults.add(f"columns.{first} and columns.{name} both read {heading!r}")
        if len(set(map(folded, column.headings))) < len(column.headings):
            faults.add(f"columns.{name} names a column twice")
    return columns


def defaults_of(
    table: Mapping[str, Any], columns: Mapping[str, Column], faults: Faults
) -> dict[str, str]:
    """What `[defaults]` gives a field whose cell is empty, or that has no column."""
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
            defaults[name] = _fixed(key, BY_NAME[name], str(value), faults)
    return defaults


def values_of(
    table: Mapping[str, Any], columns: Mapping[str, Column], faults: Faults
) -> dict[str, dict[str, str]]:
    """What the register's words mean, by field and word."""
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
                if found[name].setdefault(folded(theirs), str(ours)) != ours:
                    faults.add(f"values.{name}: {theirs!r} is there twice")
    return found


def _column(field: Field, value: Any, faults: Faults) -> Column:
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
                faults.add(f"{key}: one value for all records tells none of them apart")
            return Column(value=_fixed(key, field, str(fixed), faults))
    faults.add(f'{key} must be a heading: {field.name} = "Heading", or {{ value = "…" }}')
    return Column()


def _fixed(key: str, field: Field, value: str, faults: Faults) -> str:
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
            pounds(value)
    except ValueError as error:
        faults.add(f"{key} {error}")
    return value
