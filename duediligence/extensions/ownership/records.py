"""What is kept of what others declared: retention, removal, subject access and disclosure."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from duediligence.casework.extension_records import NamedFields
from duediligence.casework.held_records import HeldRecord
from duediligence.casework.retention_rules import Removed, RetentionRule, read_retention_rules
from duediligence.extensions.ownership.store import OwnershipStore
from duediligence.render.wording import day, uk_day
from duediligence.screening.workspace import Workspace
from duediligence.store.casework.retention import Record
from duediligence.store.seals import Seal

RULES = read_retention_rules(__package__)


def apply_retention(
    workspace: Workspace, rules: Mapping[str, RetentionRule]
) -> tuple[Sequence[Removed], Callable[[], Sequence[str]]]:
    """Remove what is past its retention period, inside the transaction of retention."""
    rule, now = rules[RULES[0].id], workspace.now().astimezone(UTC)
    store = workspace.casework.repository(OwnershipStore)
    removed = store.remove_before(rule.since(now).date(), now, rule.id)
    return [Removed(rule, removed, "files")], list


def refuse_removal(workspace: Workspace, refs: Sequence[str], rule: str) -> None:
    """Refuse nothing: what was declared goes with its supplier."""


def remove_mentions(workspace: Workspace, refs: Collection[str]) -> Sequence[Seal]:  # noqa: ARG001
    """Return nothing: no other row names a supplier."""
    return ()


def finish_removal(workspace: Workspace, refs: Collection[str], at: datetime) -> None:
    """Remove nothing more."""


def list_declared_records(
    workspace: Workspace,
    refs: Collection[str],
    restricted: bool,  # noqa: ARG001
) -> Sequence[HeldRecord]:
    """Return each file about these suppliers. None of it is restricted."""
    return [
        HeldRecord(
            kind="Declarations",
            what=f"Ownership in {one.standard}, of {day(one.declared_on)}",
            day=uk_day(one.imported_at),
            source=one.declared_by,
            traits=("received", "personal"),
        )
        for some in workspace.casework.repository(OwnershipStore).standing([*refs]).values()
        for one in some
    ]


def read_personal_data(workspace: Workspace, may_hold: Callable[[bytes], bool]) -> Iterator[Record]:
    """Yield each file whose bytes `may_hold` does not say no to."""
    return workspace.casework.repository(OwnershipStore).read_personal_data(may_hold)


def search_restricted(
    workspace: Workspace,  # noqa: ARG001
    named_in: NamedFields,  # noqa: ARG001
) -> Sequence[tuple[str, str, str, list[str]]]:
    """Return nothing: none of it is restricted."""
    return ()


def describe_not_searched(workspace: Workspace) -> str:  # noqa: ARG001
    """Return that everything is searched."""
    return ""
