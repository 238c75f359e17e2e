"""The PSC snapshot: who controls each company, what companies state instead, who is exempt.

One JSON record a line; ceased ones stay in. The last line of the last file holds the totals of
the whole snapshot: without it, or with fewer records than it tells of, the file is cut off.
Records are those of the API, and read as such.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from duediligence.contracts import Drift
from duediligence.errors import UnreadableFile
from duediligence.formats.json import MAX_LINE
from duediligence.model import Exemption, Owner, OwnerRow, Statement, register_number
from duediligence.progress import SILENT, Progress
from duediligence.registers.companies_house.fields import (
    Record,
    day,
    inner,
    items,
    require_record,
    text,
)
from duediligence.registers.companies_house.records import parse_owner, parse_owner_statement
from duediligence.registers.files import opened, unpacked_size
from duediligence.typed_data import decoder_of

TOTALS = "totals#persons-of-significant-control-snapshot"
STATEMENT = "persons-with-significant-control-statement"
KINDS = frozenset(
    f"{who}-{what}"
    for who in ("individual", "corporate-entity", "legal-person", "super-secure")
    for what in ("person-with-significant-control", "beneficial-owner")
) | {"legal-person-with-significant-control"}
EXEMPTIONS = "exemptions"
OWNERS_COUNT = "persons_of_significant_control_count"
STATEMENTS_COUNT, EXEMPTIONS_COUNT = "statements_count", "exemptions_count"
_COUNTED = {STATEMENT: STATEMENTS_COUNT, EXEMPTIONS: EXEMPTIONS_COUNT}
_CUT = "The file may be cut short: fetch it again. What was loaded before stays in use."


class SnapshotCounts:
    """How many records of each kind a snapshot held, and what its totals tell of."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.totals: Record | None = None

    def check(self, last: str, drift: Drift) -> None:
        """Compare, when all parts were read; `last` is the name of the last of them.

        Raises UnreadableFile where the totals are missing or tell of more records than there were.
        """
        if self.totals is None:
            raise UnreadableFile(f"{last}: the totals at its end are missing", hint=_CUT)
        for name in (OWNERS_COUNT, *_COUNTED.values()):
            told, count = text(self.totals, name), self.counts[name]
            if not told.isdecimal():
                drift.unread("total that is missing", name)
            elif count < int(told):
                raise UnreadableFile(
                    f"{last}: its totals report {int(told):,} ({name}), there were {count:,}",
                    hint=_CUT,
                )
            elif count > int(told):
                drift.unread("total that is too low", name, count - int(told))


def read_owner_rows(
    paths: Sequence[Path], drift: Drift, progress: Progress = SILENT
) -> Iterator[OwnerRow]:
    """Yield each record of a snapshot (one file or all its parts, zip or JSON lines), streaming.

    Raises UnreadableFile where a line is not JSON or names no company, and at the end where the
    totals are missing or tell of more records than there were. A record with a member that means
    nothing is kept with its kind and name alone. Tells `drift` of that, and of unknown kinds.
    """
    counts = SnapshotCounts()
    for path in paths:
        for row, _ in owners_of_part(path, counts, drift, progress):
            yield row
    counts.check(paths[-1].name, drift)


def owners_of_part(
    path: Path, counts: SnapshotCounts, drift: Drift, progress: Progress = SILENT
) -> Iterator[tuple[OwnerRow, Record]]:
    """Yield each record of one part, and its `data` as it stands there, counting it in `counts`.

    Raises as `read_owner_rows`, except for the totals, which are of all parts together.
    """
    for where, line in _read_snapshot_lines(path, progress):
        data = require_record(line.get("data"), where)
        kind = text(data, "kind")
        if kind == TOTALS:
            counts.totals = data
            continue
        number = text(line, "company_number")
        if not number:
            raise UnreadableFile(f"{where}: names no company", hint=_CUT)
        for one in _parse_owner_records(data, kind, where, drift):
            yield OwnerRow(register_number(number), one), data
        counts.counts[_COUNTED.get(kind, OWNERS_COUNT)] += 1


def _parse_owner_records(
    data: Record, kind: str, where: str, drift: Drift
) -> Iterator[Owner | Statement | Exemption]:
    try:
        if kind == STATEMENT:
            yield parse_owner_statement(data)
        elif kind == EXEMPTIONS:
            # A company's exemptions are one record; in the store each stands alone.
            yield from _split_exemptions(data)
        else:
            if kind not in KINDS:
                drift.unmapped("kind", kind)
            yield parse_owner(data)
    except UnreadableFile as error:
        if not kind or kind in (STATEMENT, EXEMPTIONS):
            raise UnreadableFile(f"{where}: {error.message}", hint=_CUT) from error
        drift.unmapped("record of an owner", error.message)
        name = data.get("name")
        yield Owner(kind=kind, name=name if isinstance(name, str) else "")


def _split_exemptions(data: Record) -> Iterator[Exemption]:
    exemptions = inner(data, "exemptions")
    for name in exemptions:
        for item in items(inner(exemptions, name), "items"):
            yield Exemption(name, day(item, "exempt_from"), day(item, "exempt_to"))


def _read_snapshot_lines(path: Path, progress: Progress) -> Iterator[tuple[str, Record]]:
    decode = decoder_of(dict[str, Any]).decode
    with (
        progress.task(f"Loading {path.name}", unpacked_size(path), unit="bytes") as task,
        opened(path, (".txt", ".json", ".jsonl"), task) as data,
    ):
        number = 0
        while line := data.readline(MAX_LINE + 1):
            number += 1
            where = f"{path.name}: line {number}"
            if len(line) > MAX_LINE:
                raise UnreadableFile(f"{where} is over {MAX_LINE:,} bytes")
            if line.isspace():
                continue
            try:
                yield where, decode(line)
            except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
                page = line.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html"))
                raise UnreadableFile(
                    f"{where}: {'is a web page' if page else f'is not a record ({error})'}",
                    hint=_CUT,
                ) from error
