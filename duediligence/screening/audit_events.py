"""What became of lists and registers, in the audit chain.

They lie in other databases than the chain, so that no one transaction spans both. What becomes of a
list is recorded before its own transaction ends: nothing is in service that the chain does not
know. A command killed between the two leaves the chain a step ahead, and the list not as recorded
until it is refreshed. So it is with a register, until it is loaded.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from duediligence.model import ListVersion, RegisterVersion
from duediligence.model.audit import AuditEvent, AuditKind, AuditValue
from duediligence.screening.workspace import Workspace
from duediligence.store.lists import Failure
from duediligence.store.seals import Seal, gone, seal_row

if TYPE_CHECKING:
    from duediligence.fetch import Snapshot
    from duediligence.store.casework.audit import AuditStore

# The end of a long reason adds nothing, and what is in the chain stays there.
REASON_LENGTH = 300

# The tables of one version of a list, and all that events seal of lists.
OF_VERSION = ("list_versions", "entries", "entry_keys", "row_digests")
UNREAD = "lists.unread_rows"
CONTENT = ("lists.entries", "lists.entry_keys", "lists.row_digests", UNREAD)
# Which entries of several lists are one party, and of which versions that follows.
JOINS = ("lists.joins", "lists.joins_state")
SNAPSHOTS = "files.snapshots"
# The index of a version, by the SHA-256 of its file.
INDEXES = "files.indexes"
# What was made of them and is kept, by the SHA-256 of its file: see `record_derived`.
DERIVED = "files.derived"
LIST_TABLES = (
    *(f"lists.{table}" for table in (*OF_VERSION, "current_versions", "failures")),
    UNREAD,
    *JOINS,
    SNAPSHOTS,
    INDEXES,
)
REGISTERS = "register.registers"
REGISTER_TABLES = (REGISTERS, "register.files", "register.ends")


def list_refreshed(
    workspace: Workspace, version: ListVersion, *, with_accepted: bool = True
) -> AuditEvent:
    """Say that this version is active, new or found again unchanged.

    `with_accepted` adds what a person accepted of it, now or in the version before.
    """
    accepted: dict[str, AuditValue] = {}
    if version.accepted_loss and with_accepted:
        entries, names = version.accepted_loss
        accepted = {"accepted_entries_lost": entries, "accepted_names_lost": names}
    if version.accepted and with_accepted:
        accepted["accepted_headings"] = version.accepted
    return AuditEvent(
        "list refreshed",
        workspace.now(),
        workspace.who,
        {
            "version": version.version,
            "sha256": version.sha256,
            "entries": version.entries,
            "names": version.names,
            "checked_at": version.checked_at.isoformat(),
            "origin": version.origin,
            **accepted,
        },
        subject=version.list_id,
    )


def list_confirmed(workspace: Workspace, version: ListVersion) -> AuditEvent:
    """Say that a person says on which day this version was what the publisher had."""
    return AuditEvent(
        "list confirmed",
        workspace.now(),
        workspace.who,
        {
            "version": version.version,
            "entries": version.entries,
            "stated_at": version.stated_at.isoformat() if version.stated_at else None,
        },
        subject=version.list_id,
    )


def list_tried(workspace: Workspace, list_id: str, files: tuple[str, ...]) -> AuditEvent:
    """Say that files of the publisher, each a name and its SHA-256, passed a test."""
    what: dict[str, AuditValue] = {"files": files}
    return AuditEvent("list tried", workspace.now(), workspace.who, what, subject=list_id)


def list_failed(workspace: Workspace, list_id: str, failure: Failure) -> AuditEvent:
    """Say that a refresh failed; the version before stayed in service."""
    return AuditEvent(
        "list refresh failed",
        workspace.now(),
        workspace.who,
        {"failed_at": failure.at.isoformat(), "reason": failure.reason[:REASON_LENGTH]},
        subject=list_id,
    )


def register_loaded(workspace: Workspace, version: RegisterVersion) -> AuditEvent:
    """Say that this version of a register is in service."""
    return AuditEvent(
        "register loaded",
        workspace.now(),
        workspace.who,
        {
            "loaded_at": version.loaded_at.isoformat(),
            "rows": version.rows,
            "files": tuple(f"{file.name} {file.sha256}" for file in version.files),
        },
        subject=version.register,
    )


def record_index(workspace: Workspace, list_id: str, version: str, sha256: str) -> None:
    """Record which index was built of a version, and the digests of its rows, unless known."""
    # Imported lazily, here and below: who only reads the chain need not wait for it.
    from duediligence.matching import MATCHER_VERSION

    sealed = [
        Seal(INDEXES, f"{list_id} {version}", bytes.fromhex(sha256)),
        *workspace.lists.digest_seal(list_id, version),
    ]
    if any(workspace.audit.sealed(one.table).get(one.key) != one.sha256 for one in sealed):
        what: dict[str, AuditValue] = {
            "version": version,
            "matcher": MATCHER_VERSION,
            "sha256": sha256,
        }
        event = AuditEvent("index built", workspace.now(), workspace.who, what, subject=list_id)
        workspace.audit.add(event, sealed)


def record_joins(workspace: Workspace) -> None:
    """Record the joins between entries that are stored now. To be called in their transaction."""
    sealed = workspace.lists.joins_seals()
    what: dict[str, AuditValue] = {f"sha256 of {one.table}": _hex(one) for one in sealed}
    workspace.audit.add(AuditEvent("index built", workspace.now(), workspace.who, what), sealed)


def _hex(seal: Seal) -> str:
    return seal.sha256.hex() if seal.sha256 else ""


def record_derived(
    workspace: Workspace, hashes: Mapping[str, bytes], kind: AuditKind = "index built"
) -> None:
    """Record the SHA-256 of what was made of lists and parties and is kept, by its name, unless
    that is known.
    """
    from duediligence.matching import MATCHER_VERSION

    known = workspace.audit.sealed(DERIVED)
    if new := {name: one for name, one in hashes.items() if known.get(name) != one}:
        what: dict[str, AuditValue] = {"matcher": MATCHER_VERSION}
        what |= {f"sha256 of {name}": one.hex() for name, one in new.items()}
        event = AuditEvent(kind, workspace.now(), workspace.who, what)
        workspace.audit.add(event, [Seal(DERIVED, name, one) for name, one in new.items()])


def page_changed(workspace: Workspace, version: ListVersion) -> AuditEvent:
    """Say that the page of a list that is kept by hand changed on another day than was known."""
    changed = version.page_changed_at
    return AuditEvent(
        "list page changed",
        workspace.now(),
        workspace.who,
        {"version": version.version, "changed_at": changed.isoformat() if changed else None},
        subject=version.list_id,
    )


def list_seals(workspace: Workspace, list_id: str, *, content: bool = False) -> list[Seal]:
    """Return what an event seals of a list: its version in service, a failure, and that what was
    sealed before is gone; the entries too if `content`.
    """
    kept = workspace.lists.versions(list_id)
    unread = workspace.lists.versions_with_unread_rows(list_id)
    now = {
        *((UNREAD, f"{list_id} {each}") for each in unread),
        *((f"lists.{table}", f"{list_id} {each}") for table in OF_VERSION for each in kept),
        *((INDEXES, f"{list_id} {each}") for each in kept),
        *((one.table, one.key) for one in workspace.lists.seals(list_id)),
        *((SNAPSHOTS, f"{list_id} {one.id}") for one in _list_kept_snapshots(workspace, list_id)),
    }
    went = (
        gone(table, key)
        for table in LIST_TABLES
        for key in workspace.audit.sealed(table)
        if key.partition(" ")[0] == list_id and (table, key) not in now
    )
    return [*workspace.lists.seals(list_id, content=content), *went]


def snapshot_seal(snapshot: "Snapshot") -> Seal:
    """Return the seal of the files of a snapshot, where they are from and when they came.

    Not of when they were last confirmed: that is in the version in service as well.
    """
    files = sorted(msgspec.json.encode(one, order="deterministic") for one in snapshot.files)
    at = snapshot.taken_at.isoformat()
    return seal_row(SNAPSHOTS, (snapshot.list_id, snapshot.id, at, *files), keys=2)


def record_snapshot(workspace: Workspace, snapshot: "Snapshot") -> None:
    """Record that these files came, unless they are known; before anything is made of them."""
    sealed = snapshot_seal(snapshot)
    if sealed.key not in workspace.audit.sealed(SNAPSHOTS):
        what: dict[str, AuditValue] = {
            "snapshot": snapshot.id,
            "sha256": snapshot.sha256,
            "origin": snapshot.origin,
        }
        event = AuditEvent(
            "list fetched", workspace.now(), workspace.who, what, subject=snapshot.list_id
        )
        workspace.audit.add(event, [sealed])


def _list_kept_snapshots(workspace: Workspace, list_id: str) -> "tuple[Snapshot, ...]":
    # Imported lazily: requests is slow to import.
    from duediligence.fetch import Snapshots

    return Snapshots(workspace.snapshots).all(list_id)


def begin_sealing_lists(workspace: Workspace) -> None:
    """Seal what an earlier version loaded, once; record that all is missing, where it is."""
    now = list(workspace.lists.every_seal())
    known = [(table, key) for table in LIST_TABLES for key in workspace.audit.sealed(table)]
    if not now and any(table.startswith("lists.") for table, _ in known):
        # As where the home came back from a backup, which does not have what can be fetched.
        event = AuditEvent("list data missing", workspace.now(), workspace.who)
        lists = {key.partition(" ")[0] for _, key in known}
        here = {
            f"{list_id} {one.id}"
            for list_id in lists
            for one in _list_kept_snapshots(workspace, list_id)
        }
        missing = [one for one in known if one[0] != SNAPSHOTS or one[1] not in here]
        workspace.audit.add(event, [gone(table, key) for table, key in missing])
    elif now and not known:
        for list_id in sorted({one.key.partition(" ")[0] for one in now}):
            now += map(snapshot_seal, _list_kept_snapshots(workspace, list_id))
        event = AuditEvent("records sealed", workspace.now(), workspace.who, subject="lists")
        workspace.audit.add(event, now)


def begin_sealing_registers(workspace: Workspace) -> None:
    """Seal what an earlier version loaded, once; record that all is missing, where it is."""
    known, versions = workspace.audit.sealed(REGISTERS), workspace.register.versions()
    if known and not versions:
        # As where the home came back from a backup, which does not have what can be fetched.
        event = AuditEvent("list data missing", workspace.now(), workspace.who, subject="registers")
        workspace.audit.add(event, registers_gone(workspace.audit))
    elif not known:
        for register in versions:
            event = AuditEvent("records sealed", workspace.now(), workspace.who, {}, register)
            workspace.audit.add(event, workspace.register.seals(register))


def registers_gone(audit: "AuditStore") -> list[Seal]:
    """Return the seals that no register is here any more."""
    return [gone(table, key) for table in REGISTER_TABLES for key in audit.sealed(table)]
