"""The files a parser is given, and where it tells of what it did not understand."""

import fnmatch
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path


class Drift:
    """Counts what a parser met but does not consume, so that a changed format is loud."""

    def __init__(self) -> None:
        self._seen: Counter[tuple[str, str]] = Counter()

    def unread(self, kind: str, name: str, count: int = 1) -> None:
        """A column, tag or member that no code reads: `unread("column", "Risk rating")`."""
        self._seen[(f"unread {kind}", _short(name))] += count

    def unmapped(self, field: str, value: str) -> None:
        """A value that no table maps: `unmapped("Name type", "Nickname")`."""
        self._seen[(f"unmapped {field}", _short(value))] += 1

    def left_out(self, reason: str) -> None:
        """An entry that was read and is not kept: `left_out("restricted record")`."""
        self._seen[("left out", _short(reason))] += 1

    def of(self, kind: str) -> list[str]:
        """The names of one kind, such as `unread column`, in the order in which they were met."""
        return [name for told, name in self._seen if told == kind]

    def counts(self) -> list[tuple[str, str, int]]:
        """What was counted, as (kind, name, count), for `add` in another process."""
        return [(kind, name, count) for (kind, name), count in self._seen.items()]

    def add(self, counts: Iterable[tuple[str, str, int]]) -> None:
        """Count what another reader of the same files counted."""
        for kind, name, count in counts:
            self._seen[(kind, name)] += count

    def lines(self) -> tuple[str, ...]:
        """One line a thing, most frequent first: `unread column: Risk rating (12)`."""
        ordered = sorted(self._seen.items(), key=lambda item: (-item[1], item[0]))
        return tuple(f"{kind}: {name} ({count})" for (kind, name), count in ordered)


class Files(Mapping[str, Path]):
    """The files of one list by the names of its feeds: `files["SDN.CSV"]` is a path.

    A missing optional file is simply not in the mapping.
    """

    def __init__(self, paths: Mapping[str, Path], drift: Drift | None = None) -> None:
        self._paths = dict(paths)
        self.drift = drift or Drift()

    def __getitem__(self, name: str) -> Path:
        return self._paths[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def matching(self, pattern: str) -> list[Path]:
        """The files whose names fit a pattern such as `notices-*.html`, page 2 before page 10."""
        names = sorted(fnmatch.filter(self._paths, pattern), key=natural_order)
        return [self._paths[name] for name in names]

    def __len__(self) -> int:
        return len(self._paths)


def natural_order(name: str) -> tuple[list[tuple[int, str]], str]:
    """The key that sorts names as a person would: numbers in them by their value."""
    pieces = re.split(r"([0-9]+)", name.casefold())
    # A number is compared by its length first, for it may have too many digits to be converted.
    digits = [piece.lstrip("0") if number % 2 else piece for number, piece in enumerate(pieces)]
    return [(len(d) if n % 2 else 0, d) for n, d in enumerate(digits)], name


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:57] + "..."
