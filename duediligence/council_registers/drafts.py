"""A register described by what a person chose in a form, and tried on its sample."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from math import ceil
from pathlib import Path
from typing import Any

from duediligence.children import read_in_child
from duediligence.council_registers.description import Allowance, WrongDescription
from duediligence.council_registers.reading import Examined, examine_register, files_in
from duediligence.council_registers.rules import parse_description
from duediligence.council_registers.starter import MOST_PROPOSED, Starter, draft_description
from duediligence.errors import UsageError
from duediligence.settings.editing import format_settings_toml

# Of the process that reads a sample: bytes of memory, and seconds of its processor.
_MEMORY, _SECONDS = 1 << 30, 120


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterChoices:
    """What a person says of a register. `columns` gives the field of each heading that is read,
    `meanings` what the register's words mean, by field; `defaults` are for fields without a column.
    `day_first` says how 01/02/2026 is read, `leave_out` that rows may be left unread.
    """

    title: str
    authority: str
    handling: str
    power: str
    max_age_days: int
    columns: Mapping[str, str]
    meanings: Mapping[str, Mapping[str, str]]
    defaults: Mapping[str, str]
    day_first: bool = True
    leave_out: bool = False


@dataclass(frozen=True, slots=True)
class RegisterDraft:
    """A description as a document, and what the sample holds by it.

    `found` is None where it cannot be tried: then `faults` say why. Of its rows every one may be
    left unread; `unread_percent` is how many are, and `can_be_saved` whether the description
    allows that.
    """

    starter: Starter
    document: Mapping[str, Any]
    found: Examined | None
    faults: tuple[str, ...] = ()

    @property
    def unread_percent(self) -> float:
        """Return how many of the rows could not be read, rounded up to a tenth."""
        found = self.found
        return ceil(1000 * len(found.not_read) / found.rows) / 10 if found and found.rows else 0

    @property
    def may_leave_out(self) -> bool:
        """Return whether so few rows could not be read that they may be left out."""
        return 0 < self.unread_percent <= MOST_PROPOSED

    @property
    def can_be_saved(self) -> bool:
        return bool(self.found and self.found.entries) and (
            not self.unread_percent or "allowance" in self.document
        )


def draft_register(sample: Path, choices: RegisterChoices | None = None) -> RegisterDraft:
    """Describe the register of which `sample` is a file, by guesses or by what a person chose.

    The file is read by a process of its own, with limits. Raises UsageError where the sample is no
    table, or needs more than those.
    """
    return read_in_child(
        partial(_draft_register, sample.absolute(), choices),
        sample.name,
        memory=_MEMORY,
        seconds=_SECONDS,
        hint="Bring a shorter file of the register: its first thousand rows are enough to name "
        "the columns.",
    )


def _draft_register(sample: Path, choices: RegisterChoices | None) -> RegisterDraft:
    described = sample.with_name("register.toml")
    columns: dict[str, tuple[str, ...]] | None = None
    if choices:
        columns = {}
        for heading, field in choices.columns.items():
            columns[field] = (*columns.get(field, ()), heading)
    starter = draft_description(sample, described, choices.power if choices else "", columns)
    document = tomllib.loads(starter.text)
    document.pop("allowance", None)
    if choices:
        document |= _list_chosen_values(starter, document, choices)
    try:
        description = parse_description(format_settings_toml(document), described)
        description = replace(description, allowance=Allowance(share=1.0))
        found = examine_register(description, files_in(description))
    except WrongDescription as error:
        return RegisterDraft(starter, document, None, error.problems)
    except UsageError as error:
        return RegisterDraft(starter, document, None, (error.message,))
    faults = tuple(str(one) for one in found.problems if not one.row)
    draft = RegisterDraft(starter, document, found, faults)
    if choices and choices.leave_out and draft.may_leave_out:
        document["allowance"] = f"{draft.unread_percent:g} %"
    return draft


def _list_chosen_values(
    starter: Starter, document: Mapping[str, Any], choices: RegisterChoices
) -> dict[str, Any]:
    # For a column that was chosen only now, no meanings were asked yet: the guesses are used.
    guessed = document.get("values", {})
    meanings = {
        field: {theirs: ours for theirs in words if (ours := meant.get(theirs, ""))}
        for field, words in starter.words.items()
        if (meant := guessed.get(field, {}) | choices.meanings.get(field, {}))
    }
    dates = dict(document.get("dates", {}))
    if "day_first" in dates:
        dates["day_first"] = choices.day_first
    return {
        "title": choices.title,
        "authority": choices.authority,
        "handling": choices.handling,
        "power": choices.power,
        "max_age_days": choices.max_age_days,
        "ignore": [one.heading for one in starter.columns if not one.field],
        "values": {field: words for field, words in meanings.items() if words},
        "dates": dates,
        "defaults": {
            name: value
            for name, value in choices.defaults.items()
            if value and name not in document["columns"]
        },
    }
