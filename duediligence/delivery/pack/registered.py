"""Whether the audit chain of its maker says that a pack was made."""

from collections.abc import Iterator
from pathlib import Path

from duediligence.errors import Invalid
from duediligence.model.audit import AuditRecord, verify
from duediligence.reading import whole

LARGEST_CHAIN = 1_000_000_000
"""Bytes of an exported chain."""


def not_registered(path: Path, sha256: str, packed: bytes) -> Iterator[str]:
    """What an exported chain (JSON Lines) says otherwise than the pack of that hash, in words.

    `packed` are the audit records in the pack. Raises NotFound, UsageError.
    """
    lines = _lines(path)
    try:
        records = [AuditRecord.of_line(line) for line in lines]
    except ValueError as error:
        raise Invalid(
            f"{path}: a line in it is no record of an audit chain",
            field="chain",
            hint="Ask its maker for the exported audit chain, as it was written.",
        ) from error
    if problem := verify(records):
        yield f"{path.name}: the chain is broken at record {problem.position}: {problem.what}"
    made = (one.event for one in records if one.event.kind == "report made")
    if all(event.what.get("sha256") != sha256 for event in made):
        yield f"{path.name}: no record says that this pack was made"
    if not set(packed.decode("utf-8", "replace").removesuffix("\n").split("\n")) <= set(lines):
        yield f"{path.name}: it does not hold each audit record of the pack"


def _lines(path: Path) -> list[str]:
    return whole(path, LARGEST_CHAIN).decode("utf-8", "replace").removesuffix("\n").split("\n")
