"""The files a parser is given, and where it tells of what it did not understand."""

import fnmatch
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
        """The files whose names fit a pattern such as `notices-*.html`, in the order of names."""
        return [self._paths[name] for name in sorted(fnmatch.filter(self._paths, pattern))]

    def __len__(self) -> int:
        return len(self._paths)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:57] + "..."
