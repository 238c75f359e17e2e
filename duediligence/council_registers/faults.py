"""The faults of a description, gathered until all are found."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

import msgspec

from duediligence.council_registers.values import word
from duediligence.typed_data import convert_to


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
