"""What is kept of what others declared: retention, removal, subject access and disclosure."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC

from duediligence.casework.extension_records import ExtensionRecords
from duediligence.casework.held_records import HeldRecord
from duediligence.casework.retention_rules import Removed, RetentionRule, read_retention_rules
from duediligence.extensions.ownership.store import OwnershipStore
from duediligence.render.wording import day, uk_day
from duediligence.screening.workspace import Workspace
from duediligence.store.casework.retention import Record


class OwnershipRecords(ExtensionRecords):
    """Files of ownership: they go with their supplier, and none of them is restricted."""

    RULES = read_retention_rules(__package__)

    def apply_retention(
        self, workspace: Workspace, rules: Mapping[str, RetentionRule]
    ) -> tuple[Sequence[Removed], Callable[[], Sequence[str]]]:
        rule, now = rules[self.RULES[0].id], workspace.now().astimezone(UTC)
        store = workspace.casework.repository(OwnershipStore)
        removed = store.remove_before(rule.since(now).date(), now, rule.id)
        return [Removed(rule, removed, "files")], list

    def read_personal_data(
        self, workspace: Workspace, may_hold: Callable[[bytes], bool]
    ) -> Iterator[Record]:
        return workspace.casework.repository(OwnershipStore).read_personal_data(may_hold)


RECORDS = OwnershipRecords()


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
