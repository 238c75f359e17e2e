"""What extensions keep about people, and what is refused where the extension is not installed."""

# ruff: noqa: ARG002 - what a default is asked about makes no difference to it.

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from duediligence.casework.retention_rules import Removed, RetentionRule
from duediligence.errors import Conflict
from duediligence.extension import OURS, load_parts
from duediligence.model.audit import AuditEvent
from duediligence.screening.workspace import Workspace
from duediligence.store.casework.retention import Record
from duediligence.store.seals import Seal
from duediligence.text.wording import count

# Extensions that come with every whole installation of this distribution.
SHIPPED = frozenset({"ownership", "sharing", "whole_register"})
# Fields of the record that name the person; none where it does not name them.
NamedFields = Callable[[object], list[str]]
AppliedRetention = tuple[Sequence[Removed], Callable[[], Sequence[str]]]


class ExtensionRecords(Protocol):
    """A module, or an object, that answers for what an extension keeps. Everything in it raises
    StorageError. What a class of it leaves out finds nothing, and refuses and removes nothing.
    """

    RULES: Sequence[RetentionRule]

    def apply_retention(
        self, workspace: Workspace, rules: Mapping[str, RetentionRule]
    ) -> AppliedRetention:
        """Remove what is past its retention period, inside the transaction of retention.

        Returns what each rule came to, and what removes the rest after the transaction, and says
        so; it is not called in a dry run.
        """

    def refuse_removal(self, workspace: Workspace, refs: Sequence[str], rule: str) -> None:
        """Raise Conflict where something of the extension needs one of these suppliers."""
        return

    def remove_mentions(self, workspace: Workspace, refs: Collection[str]) -> Sequence[Seal]:
        """Remove what names suppliers outside the rows about them, which go by their columns.

        Inside the transaction of a removal, before those rows go; the seals go into its event.
        """
        return ()

    def finish_removal(self, workspace: Workspace, refs: Collection[str], at: datetime) -> None:
        """Remove what else names the suppliers, with events of its own, inside the transaction."""
        return

    def narrow_rights(self, workspace: Workspace, later: Sequence[AuditEvent]) -> None:
        """Take away, in a copy that is brought back, what `later` events took away."""
        return

    def read_personal_data(
        self, workspace: Workspace, may_hold: Callable[[bytes], bool]
    ) -> Iterator[Record]:
        """Yield each record whose bytes `may_hold` does not say no to."""

    def search_restricted(
        self, workspace: Workspace, named_in: NamedFields
    ) -> Sequence[tuple[str, str, str, list[str]]]:
        """Return kind, key, day and fields of records that name the person and that only some may
        see; nothing where this account may not.
        """
        return ()

    def describe_not_searched(self, workspace: Workspace) -> str:
        """Return what `search_restricted` does not search for this account; empty for
        nothing.
        """
        return ""


def list_extension_records(workspace: Workspace) -> list[ExtensionRecords]:
    """Return who answers for what each extension in use keeps."""
    return list(load_parts(workspace.extensions, "records"))


def refuse_without_extensions(workspace: Workspace, what: str) -> None:
    """Raise Conflict where the home has records of an extension that is not installed: only the
    extension knows how long they are kept and who they name, and a person's right would be lost.

    `what` begins the sentence: "Retention cannot be applied". Raises StorageError.
    """
    there = {one.name for one in workspace.extensions}
    for owner, rows in workspace.casework.owned_rows().items():
        if owner not in there:
            ours = owner in SHIPPED
            raise Conflict(
                f"{what}: the home holds {count(rows, 'record')} of the extension {owner!r}, which "
                "is not installed",
                hint=f"Install {OURS} again, with all its parts."
                if ours
                else "Install the distribution that it comes with, and name that in the setting "
                "extensions.",
            )
