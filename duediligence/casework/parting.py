"""Joins of list entries undone: one of the entries is another party than the others."""

from collections.abc import Mapping
from dataclasses import dataclass

from duediligence.casework import queue
from duediligence.casework.deciding import find
from duediligence.errors import Conflict, Hint, Step
from duediligence.matching.joined_entries import JoinEvidence
from duediligence.model.alerts import Alert, PartedEntry
from duediligence.model.entries import EntryKey
from duediligence.model.findings import listings_of
from duediligence.screening.access import permit, use_case
from duediligence.screening.workspace import Workspace
from duediligence.text.wording import listed


@dataclass(frozen=True, slots=True)
class PartingOutcome:
    """The entry that is another party than the `others`, once a second person agrees if it
    `waits`.
    """

    alert_id: str
    entry: EntryKey
    others: tuple[EntryKey, ...]
    waits: bool


@use_case("decide", event="entries parted")
def part_entry(workspace: Workspace, id_: str) -> PartingOutcome:
    """Record that the list entry of an alert is another party than the entries joined with it.

    The alerts about it are then by themselves, each with its own decisions, for every supplier.
    Where a source is so severe that decisions about it need a second person, this does too. Raises
    Conflict where no other entry is joined with it, or this person said so already; Forbidden where
    the role does not cover it.
    """
    alert = find(workspace, id_)
    if alert.restricted:
        permit(workspace, "see restricted records")
    entry = (alert.first.list_id, alert.first.entry_id)
    others = _list_joined_entries(workspace, alert)
    if not others:
        raise Conflict(
            f"alert {alert.id[:8]}: its list entry is not joined with an entry of another list",
            hint=Hint("To see what is: ", Step("show-alert", alert=alert.id[:8])),
        )
    sources = queue.event_of(workspace, alert).alerts
    second = queue.rules_of(workspace).second_decision
    alone = not any(one.severity in second for one in sources)
    before = [one for one in workspace.casework.parted_entries.every() if one.entry == entry]
    if waiting := [one for one in before if not set(one.others).isdisjoint(others)]:
        if any(workspace.is_me(one.by) for one in waiting):
            raise Conflict(
                f"alert {alert.id[:8]}: you already said that its entry is another party",
                hint="A second person must say the same.",
            )
        permit(workspace, "decide second")
    said = PartedEntry(
        entry=entry, others=others, alone=alone, by=workspace.who, at=workspace.now()
    )
    workspace.casework.parted_entries.add(said)
    return PartingOutcome(alert.id, entry, others, waits=not (alone or waiting))


# What makes two entries one party, in words.
_EVIDENCE: Mapping[JoinEvidence, str] = {
    "reference": "reference",
    "imo": "IMO number",
    "lei": "LEI",
    "GB-COH": "company number",
    "registration": "registration number",
    "tax": "tax number",
    "national-id": "national identity number",
    "passport": "passport number",
    "name and birth date": "full name and birth date",
}


def describe_joins(workspace: Workspace, alert: Alert) -> Mapping[EntryKey, str]:
    """Return by what each further entry is one party with that of an alert: `by the same passport
    number`. Raises StorageError.
    """
    own = (alert.first.list_id, alert.first.entry_id)
    others = _list_joined_entries(workspace, alert)
    found = dict.fromkeys(others, "by way of another list")
    for join in workspace.lists.joins_of([own]) if others else ():
        for one, other in ((join.one, join.other), (join.other, join.one)):
            if one == own and other in found:
                found[other] = f"by the same {listed(_EVIDENCE[kind] for kind in join.evidence)}"
    return found


def describe_waiting_parting(workspace: Workspace, alert: Alert) -> str:
    """Return who said that the entry of an alert is another party, where that waits for a second
    person; empty where it does not. Raises StorageError.
    """
    own = (alert.first.list_id, alert.first.entry_id)
    others = _list_joined_entries(workspace, alert)
    for one in workspace.casework.parted_entries.every() if others else ():
        if one.entry == own and not set(one.others).isdisjoint(others):
            return f"{one.by} said that this entry is another party; a second person must agree"
    return ""


def _list_joined_entries(workspace: Workspace, alert: Alert) -> tuple[EntryKey, ...]:
    """Return the entries that are one party with the entry of an alert, without that itself."""
    own = (alert.first.list_id, alert.first.entry_id)
    listed = listings_of(alert.first, queue.parted_entries(workspace))
    keys = (one.partition(" ") for one in listed)
    return tuple(key for list_id, _, entry_id in keys if (key := (list_id, entry_id)) != own)
