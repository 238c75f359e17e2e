"""The files a parser is given, and where it reports what it did not understand."""

import fnmatch
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from duediligence.model.list_states import DriftItem, DriftKind, NotReadRow


class Drift:
    """Counts what a parser met but does not consume, so that a changed format is loud."""

    def __init__(self) -> None:
        self._seen: Counter[tuple[DriftKind, str, str]] = Counter()

    def unread(self, kind: str, name: str, count: int = 1) -> None:
        """A column, tag or member that no code reads: `unread("column", "Risk rating")`."""
        self.met("unread", kind, name, count)

    def unmapped(self, field: str, value: str) -> None:
        """A value that no table maps: `unmapped("Name type", "Nickname")`."""
        self.met("unmapped", field, value)

    def left_out(self, reason: str, value: str = "", count: int = 1) -> None:
        """An entry that was read and is not kept: `left_out("restricted record")`.

        `value` quotes the file: it may be about a person.
        """
        self.met("left out", reason, value, count)

    def met(self, kind: DriftKind, what: str, name: str = "", count: int = 1) -> None:
        """Anything else, in the terms of `DriftItem`."""
        self._seen[(kind, _shorten_example(what), _shorten_example(name))] += count

    def add(self, items: Iterable[DriftItem]) -> None:
        """Count what another reader of the same files counted."""
        for item in items:
            self._seen[(item.kind, item.what, item.name)] += item.count

    def in_order_met(self) -> tuple[DriftItem, ...]:
        """Return what was counted, in the order in which each was first met."""
        return tuple(DriftItem(*key, count) for key, count in self._seen.items())

    def items(self) -> tuple[DriftItem, ...]:
        """Return what was counted, most frequent first."""
        return tuple(
            sorted(self.in_order_met(), key=lambda item: (-item.count, item.label, item.about))
        )

    def lines(self) -> tuple[str, ...]:
        """Return the items in words, for whoever writes a parser: `unread column: Risk rating
        (12)`.
        """
        return tuple(item.words() for item in self.items())


class Files(Mapping[str, Path]):
    """The files of one list by the names of its feeds: `files["SDN.CSV"]` is a path.

    A missing optional file is simply not in the mapping. A parser puts into `not_read` the rows
    that it could not read and that its list may lack.
    """

    def __init__(self, paths: Mapping[str, Path], drift: Drift | None = None) -> None:
        self._paths = dict(paths)
        self.drift = drift or Drift()
        self.not_read: list[NotReadRow] = []

    def __getitem__(self, name: str) -> Path:
        return self._paths[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def matching(self, pattern: str) -> list[Path]:
        """Return the files whose names fit a pattern such as `notices-*.html`, page 2 before page
        10.
        """
        names = sorted(fnmatch.filter(self._paths, pattern), key=natural_order)
        return [self._paths[name] for name in names]

    def __len__(self) -> int:
        return len(self._paths)


def natural_order(name: str) -> tuple[list[tuple[int, str]], str]:
    """Return the key that sorts names as a person would: numbers in them by their value."""
    pieces = re.split(r"([0-9]+)", name.casefold())
    # A number is compared by its length first, for it may have too many digits to be converted.
    digits = [piece.lstrip("0") if number % 2 else piece for number, piece in enumerate(pieces)]
    return [(len(d) if n % 2 else 0, d) for n, d in enumerate(digits)], name


def _shorten_example(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:57] + "..."
