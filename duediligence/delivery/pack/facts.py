"""The facts that what people read carries as data, compared where its words cannot be.

Another renderer puts the same facts in other words. So the page carries them as JSON and the table
of flags in its columns: which findings, of which outcome and severity, on which version of a list.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html.parser import HTMLParser
from typing import Any

import msgspec

from duediligence.delivery.pack.contents import Contents
from duediligence.render.matcher_change import MATCHER
from duediligence.render.scope import SCOPE
from duediligence.render.verdict import WITHHELD
from duediligence.typed_data import decode_json

FACTS = "duediligence-facts"
_COLUMNS = (
    "run_id", "supplier_ref", "check_id", "list_id", "list_version", "entry_id",
    "outcome", "severity", "score", "status",
)  # fmt: skip


def facts_of(contents: Contents) -> list[dict[str, Any]]:
    """Return what the page states of each case, as JSON would have it."""
    return [
        {
            "supplier": case.supplier.ref,
            "run": case.run.id,
            "lists": [
                [
                    one.list_id,
                    one.state,
                    one.version.version if one.version else "",
                    one.version.sha256 if one.version else "",
                ]
                for one in case.run.lists
            ],
            "findings": [
                [f.check_id, f.list_id, f.entry_id, f.subject_role, f.outcome, f.severity, f.score]
                for f in case.findings
            ],
            "alerts": [[one.id, one.state] for one in case.alerts],
        }
        for case in contents.cases
    ]


def different_in_page(page: bytes, contents: Contents) -> Iterator[str]:
    """Yield what the facts that a page carries say otherwise than the findings, in words."""
    try:
        carried = _read_page_facts(page)
    except (ValueError, msgspec.MsgspecError, RecursionError):
        yield "it does not carry its facts as data"
        return
    facts = facts_of(contents)
    for one, other in zip(carried, facts, strict=False):
        for name in other:
            if not isinstance(one, Mapping) or one.get(name) != other[name]:
                yield f"its {name} of {other['supplier']} are not those of the files"
    if len(carried) != len(facts):
        yield f"it is about {len(carried)} suppliers, and the files about {len(facts)}"


def different_in_flags(flags: bytes, again: bytes, *, earlier: bool) -> Iterator[str]:
    """Yield what a table of flags says otherwise than the one made `again`, in words. `earlier`
    versions had fewer columns, and put what is no finding otherwise.
    """
    try:
        said, expected = (
            _count_flag_facts(one, flags if earlier else b"") for one in (flags, again)
        )
    except (ValueError, KeyError, csv.Error) as error:
        yield f"it cannot be read: {error}"
        return
    for row, number in (said - expected).items():
        yield f"{_format_flag_facts(row)}: {number} more than the findings come to"
    for row, number in (expected - said).items():
        yield f"{_format_flag_facts(row)}: {number} fewer than the findings come to"


def _count_flag_facts(flags: bytes, columns_of: bytes) -> Counter[tuple[str, ...]]:
    known = _read_flags_table(columns_of).fieldnames or _COLUMNS
    return Counter(
        tuple((row[column] or "") if column in known else "" for column in _COLUMNS)
        for row in _read_flags_table(flags)
        if row["check_id"] not in (MATCHER, SCOPE, WITHHELD) or not columns_of
    )


def _read_flags_table(flags: bytes) -> "csv.DictReader[str]":
    return csv.DictReader(io.StringIO(flags.decode("utf-8-sig"), newline=""), strict=True)


def _format_flag_facts(row: Sequence[str]) -> str:
    return " ".join(filter(None, (row[2], *row[1:2], row[3], row[5], row[6], row[7])))


class _Page(HTMLParser):
    """Takes the facts out of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        if tag == "meta" and held.get("name") == FACTS:
            self.found.append(held.get("content") or "")


def _read_page_facts(page: bytes) -> list[Any]:
    """Raises ValueError where a page does not carry its facts exactly once."""
    reader = _Page()
    reader.feed(page.decode())
    (text,) = reader.found
    return decode_json(text, list[Any])
