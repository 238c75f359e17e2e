"""Stored evidence, compared row by row and file by file with what the audit chain seals."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from hashlib import sha256
from typing import TypeVar

from duediligence import timestamps
from duediligence.casework.audit_heads import SignedHead
from duediligence.casework.signing_keys import known_keys
from duediligence.errors import StorageError, TimeStampFailed
from duediligence.extension import load_parts
from duediligence.model.alerts import Compared, Decision
from duediligence.model.audit import AuditEvent, AuditProblem, AuditRecord, ComparedFiles
from duediligence.progress import Progress, track_progress
from duediligence.render.wording import moment
from duediligence.screening.alerts import projection
from duediligence.screening.audit_events import (
    INDEXES,
    LIST_TABLES,
    REGISTERS,
    SNAPSHOTS,
    snapshot_seal,
)
from duediligence.screening.workspace import Workspace
from duediligence.signing import PublicKey
from duediligence.store import seals
from duediligence.store.casework.envelopes import find_file_owner
from duediligence.store.casework.integrity import DecisionRow
from duediligence.store.casework.seals import KEYS, is_sealed
from duediligence.store.copies import FOLDER
from duediligence.store.lists import Loaded
from duediligence.store.records import decode, encode, identity
from duediligence.store.seals import Seal
from duediligence.writing import hash_file

T = TypeVar("T")
MOST_PROBLEMS = 20
# A clock may be wrong by some hours; nobody waits longer for a stamp.
LATEST_STAMP = timedelta(days=1)
# What these tables hold, where that is not their name.
_KINDS = {
    "told": "items reported",
    "digested_runs": "runs reported",
    "checks": "checks of a name",
    "alert_aliases": "earlier ids of alerts",
    "alert_numbers": "numbers of alerts",
    "alert_suppliers": "suppliers of alerts",
    "supplier_changes": "changes of suppliers",
    "supplier_ties": "merged and split suppliers",
    "supplier_refs": "own references of suppliers",
    "supplier_imports": "suppliers before an import",
    "import_refs": "suppliers that an import did not change",
    "runs_taken_back": "screenings of what was taken back",
    "not_duplicates": "suppliers that are not the same",
    "parted_entries": "entries that are not one party",
    "lists.current_versions": "lists in service",
    "lists.list_versions": "versions of lists",
    "lists.entries": "versions of lists, all entries",
    "lists.entry_keys": "versions of lists, all keys",
    "lists.unread_rows": "versions of lists, rows not read",
    "lists.row_digests": "versions of lists, digests of rows",
    "lists.failures": "failed refreshes",
    "lists.joins": "joins of list entries",
    "lists.joins_state": "versions that joins follow",
    "files.snapshots": "downloads of lists",
    "register.registers": "registers",
    "register.files": "files of registers",
}
# Alerts do not follow from these.
_OF_ALERTS = {"alert_aliases", "supplier_ties", "runs_taken_back"}
_BESIDE_ALERTS = frozenset(KEYS) - _OF_ALERTS | {"heads", "keys"}
# What lies in other files than the chain is recorded a moment after it is changed.
_UNLESS = {
    **dict.fromkeys(
        LIST_TABLES,
        ", unless a refresh was cut short before its record; the next refresh of the list makes it",
    ),
    **dict.fromkeys(
        (REGISTERS, "register.files"),
        ", unless loading was cut short before its record; load it again",
    ),
}
# A refresh of another process swaps a list, and records it a moment later.
MOMENT_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class NotCovered:
    """What could not be compared with the chain: how many of what, and why."""

    count: int
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class ChainVerification:
    """What was compared with the audit chain, and what differs.

    `problems` are the first of `found`, `verified` counts what is right by kind, `removed` what
    went by the rules of retention, by rule, `brought_back` which copies were brought back and what
    that set aside. `records` and `head` are of the chain; None and empty where it is broken itself.
    """

    problems: tuple[AuditProblem, ...]
    found: int
    verified: Mapping[str, int]
    not_covered: tuple[NotCovered, ...]
    records: int | None
    head: str
    removed: Mapping[str, int] = field(default_factory=dict)
    brought_back: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        return not self.problems


@dataclass
class _Chain:
    """What the events say of what is stored."""

    end: int = 0
    runs: dict[str, AuditRecord] = field(default_factory=dict)
    # The hash since; empty where none is recorded, as for a run that is gone.
    lessened: dict[str, str] = field(default_factory=dict)
    rows: dict[str, tuple[str, ...]] = field(default_factory=dict)
    decisions: dict[int, AuditRecord] = field(default_factory=dict)
    removed_contents: set[str] = field(default_factory=set)
    removed_unnamed: bool = False
    # By the position of their event, or of the decision, or the run: the rule.
    rules: dict[int, str] = field(default_factory=dict)
    removed_decisions: dict[int, str] = field(default_factory=dict)
    removed_runs: dict[str, str] = field(default_factory=dict)
    removed: dict[str, int] = field(default_factory=dict)
    totals: dict[int, tuple[object, object]] = field(default_factory=dict)
    added: dict[str, AuditRecord] = field(default_factory=dict)
    hashes: dict[int, str] = field(default_factory=dict)
    unreadable: list[AuditRecord] = field(default_factory=list)

    def add(self, record: AuditRecord) -> None:
        event, self.end = record.event, record.position
        self.hashes[record.position] = record.sha256
        if "sealed_sha256" in event.what:
            total = (event.what.get("sealed"), event.what["sealed_sha256"])
            self.totals[record.position] = total
        match event.kind:
            case "run stored":
                self.runs[event.subject] = record
                self.rows[event.subject] = _texts(event, "rows")
            case "retention":
                self._lessen(event)
                self._remove(record)
            case "decision":
                position = event.what.get("decision")
                if isinstance(position, int):
                    self.decisions[position] = record
                else:
                    self.unreadable.append(record)
            case "list added":
                self.added[event.subject] = record

    def _lessen(self, event: AuditEvent) -> None:
        runs, hashes = _texts(event, "runs"), _texts(event, "sha256")
        if len(hashes) != len(runs):
            hashes = ("",) * len(runs)
        self.lessened |= {event.subject: ""} | dict(zip(runs, hashes, strict=True))
        now = [row.split(" ", 1) for row in _texts(event, "rows")]
        for run_id in runs:
            self.rows[run_id] = tuple(row for one, row in now if one == run_id)
        if isinstance(contents := event.what.get("contents"), tuple):
            self.removed_contents.update(contents)
        elif event.subject in ("cleared", "screenings", "evidence"):
            self.removed_unnamed = True

    def _remove(self, record: AuditRecord) -> None:
        event, rule = record.event, record.event.subject
        self.rules[record.position] = rule
        if isinstance(count := event.what.get("removed"), int):
            self.removed[rule] = self.removed.get(rule, 0) + count
        for position in map(int, filter(str.isdecimal, _texts(event, "decisions"))):
            self.decisions.pop(position, None)
            self.removed_decisions[position] = rule
        # Of a run that was only lessened, the event has the hash since.
        if rule in ("screenings", "evidence") and not _texts(event, "sha256"):
            self.removed_runs |= dict.fromkeys(_texts(event, "runs"), rule)


def _texts(event: AuditEvent, key: str) -> tuple[str, ...]:
    value = event.what.get(key)
    return value if isinstance(value, tuple) else ()


@dataclass
class Examination:
    """Collects what differs. `examine` does all of it, in one state of `casework.db`."""

    workspace: Workspace
    progress: Progress
    heads: Sequence[SignedHead] = ()
    keys: Sequence[PublicKey] = ()
    problems: list[AuditProblem] = field(default_factory=list)
    found: int = 0
    verified: dict[str, int] = field(default_factory=dict)
    not_covered: list[NotCovered] = field(default_factory=list)
    chain: _Chain = field(default_factory=_Chain)
    expected: dict[tuple[str, str], tuple[bytes | None, int]] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    # In words, and the hashes of the records that were set aside.
    brought_back: list[str] = field(default_factory=list)
    set_aside: set[str] = field(default_factory=set)

    def examine(self, head: str) -> ChainVerification:
        """Compare everything. Raises StorageError where the files cannot be read."""
        casework = self.workspace.casework
        with casework.snapshot():
            self.counts = casework.counts()
            self._read_set_aside()
            head = "" if head in self.set_aside else head
            with self.progress.task("Verifying the chain", self.counts["audit"]) as task:
                problem = self.workspace.audit.verify(head=head, task=task)
                if problem:
                    self._tell(problem)
            if problem:
                self._skip(0, "what is stored", "the chain that seals it is broken")
                return self._result(None, "")
            now_head = self.workspace.audit.head()
            self._read_chain()
            self._heads()
            if lost := casework.find_lost_record():
                what = f"record {lost:,} was acknowledged, and is not in casework.db"
                self._tell(AuditProblem(self.chain.end + 1, what, table="heads", key=str(lost)))
            self._rows_of_casework()
            self._runs()
            self._decisions()
            self._contents()
            damaged = any(one.table not in _BESIDE_ALERTS for one in self.problems)
            self._alerts(damaged=damaged)
            self._schema("casework.db", casework.integrity.schema_changes())
        self._elsewhere("lists.db", LIST_TABLES, "versions of lists", self._lists)
        self._elsewhere("register.db", (REGISTERS, "register.files"), "registers", self._registers)
        self._extension_files()
        self._descriptions()
        self._answers()
        return self._result(self.chain.end, now_head)

    def _result(self, records: int | None, head: str) -> ChainVerification:
        return ChainVerification(
            tuple(self.problems),
            self.found,
            {kind: count for kind, count in self.verified.items() if count},
            tuple(self.not_covered),
            records,
            head,
            dict(self.chain.removed),
            tuple(self.brought_back),
        )

    def _read_set_aside(self) -> None:
        """Read the events that were set aside when copies were brought back."""
        for record in self.workspace.audit.records(kind="brought back"):
            what, at = record.event.what, moment(record.event.at)
            name, events = str(what.get("file", "")), what.get("events")
            path = self.workspace.settings.home / FOLDER / name
            said = f"{events} events set aside in {name}"
            if not name:
                said = "its later events could not be read"
            elif not path.exists():
                said += ", which is not here"
            elif hash_file(path) != what.get("file_sha256"):
                self._differs("copies", name, "is not what was set aside", record.position)
            else:
                lines = path.read_text("utf-8").splitlines()
                self.set_aside.update(AuditRecord.of_line(line).sha256 for line in lines)
            self.brought_back.append(f"{what.get('copy')} was brought back on {at}: {said}.")

    def _tell(self, problem: AuditProblem) -> None:
        self.found += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)

    def _differs(self, table: str, key: str, what: str, position: int | None = None) -> None:
        at = self.chain.end + 1 if position is None else max(position, 1)
        shown = f"{table}, {key}: {what}" if key else f"{table}: {what}"
        self._tell(AuditProblem(at, shown, table=table, key=key))

    def _schema(self, file: str, changes: Sequence[str]) -> None:
        if changes:
            more = f" and {len(changes) - 5} more" if len(changes) > 5 else ""
            names = ", ".join(changes[:5]) + more
            what = f"its schema is not as this program makes it: {names}"
            self._tell(AuditProblem(self.chain.end + 1, f"{file}: {what}", table=file, key=names))

    def _skip(self, count: int, what: str, why: str) -> None:
        self.not_covered.append(NotCovered(count, what, why))

    def _count(self, kind: str, count: int = 1) -> None:
        self.verified[kind] = self.verified.get(kind, 0) + count

    def _read_chain(self) -> None:
        for record in self.workspace.audit.records():
            self.chain.add(record)
        self._count("records", self.chain.end)
        self.expected = self._seals()

    def _heads(self) -> None:
        """The heads that were kept elsewhere are in the chain, and a known key signed them."""
        in_chain = known_keys(self.workspace)
        for key in self.keys:
            if key.raw not in {one.raw for one in in_chain}:
                what = f"key {key.id}, kept elsewhere, is not in the chain: it was made again"
                self._tell(AuditProblem(1, what, table="keys", key=key.id))
        known = {key.id: key for key in (self.keys or in_chain)}
        for head in self.heads:
            signer, what = known.get(head.key_id), ""
            if signer is None:
                where = "among those that were kept elsewhere" if self.keys else "in the chain"
                what = f"was signed by key {head.key_id}, which is not {where}"
            elif not head.is_signed_by(signer):
                what = "does not have a valid signature: it was edited"
            elif head.sha256 not in {self.chain.hashes.get(head.position), *self.set_aside}:
                what = "is not in the chain: records were edited or cut off, or all were made again"
            if what:
                shown = f"the head of record {head.position:,}, signed {head.at:%Y-%m-%d}, {what}"
                number = str(head.position)
                self._tell(AuditProblem(max(head.position, 1), shown, head.at, "heads", number))
            else:
                self._count("signed heads")
                self._stamp(head)

    def _stamp(self, head: SignedHead) -> None:
        """The time-stamp of a head, where it has one, by the authorities that the settings name."""
        if not head.time_stamp:
            return
        roots = self.workspace.settings.timestamp_roots
        if not roots:
            why = "the setting timestamp_roots names no authority that is trusted"
            self._skip(1, "time-stamps", why)
            return
        signed, what = head.signed() + head.signature, ""
        try:
            stamp = timestamps.verify_time_stamp(
                head.time_stamp, signed, timestamps.read_roots(roots)
            )
        except TimeStampFailed as error:
            what = error.message
        else:
            if abs(stamp.at - head.at) > LATEST_STAMP:
                what = f"it is of {stamp.at:%Y-%m-%d}, and the head says {head.at:%Y-%m-%d}"
        if what:
            number = str(head.position)
            what = f"the time-stamp of the head of record {number}: {what}"
            self._tell(AuditProblem(max(head.position, 1), what, head.at, "heads", number))
        else:
            self._count("time-stamps")

    def _seals(self) -> dict[tuple[str, str], tuple[bytes | None, int]]:
        """Return the newest seal of each row, each event's seals verified against its record."""
        found: dict[tuple[str, str], tuple[bytes | None, int]] = {}
        of_event: list[Seal] = []
        open_at = 0
        totals = dict(self.chain.totals)

        def close(position: int) -> None:
            expected = totals.pop(position, None)
            if (expected or of_event) and expected != (len(of_event), seals.hash_seals(of_event)):
                what = "what this record seals was edited, deleted or inserted"
                self._differs("seals", f"record {position}", what, position)

        for position, one in self.workspace.casework.integrity.seals():
            if position != open_at:
                close(open_at)
                of_event, open_at = [], position
            of_event.append(one)
            found[one.table, one.key] = (one.sha256, position)
        close(open_at)
        of_event = []
        for position in sorted(totals):
            close(position)
        return found

    def _rows_of_casework(self) -> None:
        tables = frozenset(KEYS) | {table for table, _ in self.expected if is_sealed(table)}
        number = sum(key[0] in tables for key in self.expected)
        with self.progress.task("Verifying rows", number) as task:
            self._compare(track_progress(self.workspace.casework.integrity.rows(), task), tables)

    def _compare(self, now: Iterable[Seal], tables: frozenset[str]) -> None:
        """What differs between rows as they are and their newest seals."""
        expected = {key: one for key, one in self.expected.items() if key[0] in tables}
        for one in now:
            digest_then, position = expected.pop((one.table, one.key), (None, None))
            name, unless = _format_table_name(one.table), _UNLESS.get(one.table, "")
            if digest_then is None and position in self.chain.rules:
                self._differs(
                    name, one.key, _describe_put_back(self.chain.rules[position]), position
                )
            elif digest_then is None:
                self._differs(name, one.key, f"was never recorded: inserted by hand{unless}")
            elif digest_then != one.sha256:
                self._differs(name, one.key, f"was changed by hand{unless}", position)
            else:
                self._count(_KINDS.get(one.table, one.table))
        for (table, key), (digest_then, position) in sorted(expected.items()):
            if digest_then is not None:
                what = f"is missing: deleted by hand{_UNLESS.get(table, '')}"
                self._differs(_format_table_name(table), key, what, position)

    def _runs(self) -> None:
        runs, chain = self.workspace.casework.integrity.runs(), self.chain
        kept = {run.id: run for run in runs}
        unknown = 0
        with self.progress.task("Verifying runs", len(chain.runs)) as task:
            for run_id, record in chain.runs.items():
                expected = chain.lessened.get(run_id, str(record.event.what.get("sha256")))
                if expected:
                    self._run(run_id, record, expected)
                elif run_id in kept and run_id in chain.removed_runs:
                    what = _describe_put_back(chain.removed_runs[run_id])
                    self._differs("runs", run_id, what, record.position)
                elif run_id in kept:
                    unknown += 1
                task.advance()
        if unknown:
            why = "an earlier version removed a part of them without recording the rest"
            self._skip(unknown, "runs", why)
        for run in runs:
            if run.id in chain.runs:
                sealed = chain.runs[run.id].event
                if run.complete != int(bool(sealed.what.get("complete"))):
                    self._of_run(run.id, "runs", "was changed after it was stored", sealed)
                outline = self._read(partial(self.workspace.runs.outline, run.id))
                if outline is not None and outline.started_at.isoformat() != run.started_at:
                    self._of_run(run.id, "runs", "was changed after it was stored", sealed)
            else:
                what = f"run {run.id} was never recorded: inserted by hand"
                self._tell(AuditProblem(chain.end + 1, what, table="runs", key=run.id))
        order = [run.id for run in runs if run.id in chain.runs]
        if order != [run_id for run_id in chain.runs if run_id in kept]:
            self._differs("runs", "rowid", "runs are in another order than they were stored in")
        for table, run_id in self.workspace.casework.integrity.rows_without_run():
            what = f"there are rows of run {run_id}, which is not there: inserted by hand"
            self._differs(table, run_id, what)

    def _of_run(self, run_id: str, table: str, what: str, event: AuditEvent) -> None:
        position = self.chain.runs[run_id].position
        self._tell(AuditProblem(position, f"run {run_id} {what}: {table}", event.at, table, run_id))

    def _run(self, run_id: str, record: AuditRecord, expected: str) -> None:
        seal = self.workspace.runs.seal(run_id)
        if seal is None:
            what = f"run {run_id} is missing"
            self._tell(AuditProblem(record.position, what, record.event.at, "runs", run_id))
            return
        rows, now = self.chain.rows.get(run_id, ()), seal.rows
        if seal.sha256 == expected and (not rows or set(rows) == set(now)):
            self._count("runs")
            self._count("rows of runs", sum(int(row.split(" ")[1]) for row in now))
            return
        tables = sorted({row.partition(" ")[0] for row in set(rows) ^ set(now)} if rows else ())
        named = ", ".join(tables) or "one of its tables"
        what = "was changed after it was stored"
        self._of_run(run_id, named, what, record.event)

    def _decisions(self) -> None:
        rows = self.workspace.casework.integrity.decisions()
        kept = {row.position: row for row in rows}
        opened: dict[str, set[str]] = {}
        for record in self.chain.decisions.values():
            for text in _texts(record.event, "opened"):
                number, _, salt = text.partition(" ")
                opened.setdefault(number, set()).add(salt)
        for record in self.chain.unreadable:
            self._differs("audit", f"record {record.position}", "names no decision")
        for position, record in self.chain.decisions.items():
            row = kept.get(position)
            changed = ""
            if row is None:
                changed = "is missing"
            elif row.sha256 != record.event.what.get("sha256") or not _row_matches_document(row):
                changed = "was changed after it was made"
            elif (salts := opened.get(str(position))) and salts != {
                decode(Decision, row.body).salt
            }:
                changed = "does not have the salt with which a later record opened it"
            if changed:
                what = f"decision {position} {changed}"
                self._tell(
                    AuditProblem(record.position, what, record.event.at, "decisions", str(position))
                )
            else:
                self._count("decisions")
        for position in kept.keys() - self.chain.decisions.keys():
            rule = self.chain.removed_decisions.get(position)
            how = _describe_put_back(rule) if rule else "was never recorded: inserted by hand"
            what = f"decision {position} {how}"
            self._tell(AuditProblem(self.chain.end + 1, what, table="decisions", key=str(position)))

    def _contents(self) -> None:
        """Documents as they were compared: each hashes to its key, and none is missing or spare."""
        compared = {
            str(record.event.what.get("party_sha256")): record
            for record in self.chain.decisions.values()
        }
        integrity, there, older = self.workspace.casework.integrity, set[str](), 0
        number = self.counts["contents"]
        with self.progress.task("Verifying what was compared", number) as task:
            for key, body in track_progress(integrity.contents(), task):
                there.add(key)
                if key in compared:
                    right = self._as_decided(key, body, compared[key])
                else:
                    right = sha256(body).hexdigest() == key
                if right is None:
                    older += 1
                elif right:
                    self._count("documents compared")
                else:
                    self._differs("contents", key, "does not have the content of its hash: edited")
        if older:
            why = "an earlier version stored them under a hash of another kind"
            self._skip(older, "documents that decisions are about", why)
        for table, run_id, key in integrity.missing_contents():
            self._differs("contents", key, f"is missing: {table} of run {run_id} refers to it")
        self._decided_contents(there)
        needed = {str(r.event.what.get("entry_sha256")) for r in self.chain.decisions.values()}
        spare = [
            key for key in integrity.unused_contents() if key not in compared and key not in needed
        ]
        # An earlier version also kept entries that no finding came of.
        if spare and all(self.chain.rows.get(run.id) for run in integrity.runs()):
            for key in spare:
                self._differs("contents", key, "nothing refers to it: inserted by hand")
        elif spare:
            why = "nothing refers to them, as in homes of earlier versions"
            self._skip(len(spare), "documents", why)

    def _as_decided(self, key: str, body: bytes, record: AuditRecord) -> bool | None:
        """Return whether what a decision is about is as it was; None where that cannot be known."""
        stored = record.event.what.get("compared_sha256")
        if stored is not None:
            return sha256(body).hexdigest() == stored
        if sha256(body).hexdigest() == key:
            return True
        read = self._read(lambda: decode(Compared, body))
        if read is None:
            return False
        # The identity is of this version's form: another version hashed another text.
        return True if identity(read) == key else (None if encode(read) != body else False)

    def _decided_contents(self, there: set[str]) -> None:
        unknown = 0
        for position, record in self.chain.decisions.items():
            for name in ("party_sha256", "entry_sha256"):
                key = str(record.event.what.get(name) or "")
                if not key or key in there or key in self.chain.removed_contents:
                    continue
                if self.chain.removed_unnamed:
                    unknown += 1
                    continue
                what = f"is missing: decision {position} is about it"
                self._differs("contents", key, what, record.position)
        if unknown:
            why = "retention of an earlier version removed some without naming them"
            self._skip(unknown, "documents that decisions are about", why)

    def _alerts(self, *, damaged: bool) -> None:
        if damaged:
            self._skip(0, "alerts", "what they follow from differs")
            return
        with self.progress.task("Deriving the alerts again"):
            changed = self._read(lambda: projection.find_differing_alerts(self.workspace))
        if changed is None:
            self._differs("alerts", "", "cannot be derived again: what they follow from is damaged")
            return
        for one in changed:
            what = f"alert {one[:8]} does not match its runs and decisions"
            self._tell(AuditProblem(self.chain.end, what, table="alerts", key=one))
        self._count("alerts", len(self.workspace.casework.alerts.ids()) - len(changed))

    def _elsewhere(
        self, name: str, tables: tuple[str, ...], what: str, compare: Callable[[], None]
    ) -> None:
        """Compare another file of the home, twice where it differs the first time."""
        sealed = any(
            one[0] in tables and then[0] is not None for one, then in self.expected.items()
        )
        if not (self.workspace.settings.home / name).exists():
            if sealed:
                self._skip(0, what, f"{name} is not here")
            return
        before = (list(self.problems), self.found, dict(self.verified), list(self.not_covered))
        with self.progress.task(f"Verifying {name}"):
            compare()
            if self.found == before[1]:
                return
            # Another process may have been between a change and its record.
            time.sleep(MOMENT_SECONDS)
            self.problems, self.found, self.verified, self.not_covered = before
            self._read_chain_again()
            compare()

    def _read_chain_again(self) -> None:
        """Read what is sealed by now; what is wrong with the chain itself was said before."""
        said = (list(self.problems), self.found, list(self.not_covered))
        with self.workspace.casework.snapshot():
            self.chain, self.expected = _Chain(), {}
            self.verified.pop("records", None)
            self._read_chain()
        self.problems, self.found, self.not_covered = said

    def _lists(self) -> None:
        # Imported lazily, here and below: numpy is slow to import.
        from duediligence.matching.index.index import index_file

        store, tables = self.workspace.lists, frozenset(LIST_TABLES) - {SNAPSHOTS, INDEXES}
        with store.snapshot():
            now = list(store.every_seal())
            served: dict[str, Loaded] = {}
            # One that cannot be read any more differs from its seal.
            with suppress(StorageError):
                served = dict(store.current())
            changes = store.schema_changes()
        self._schema("lists.db", changes)
        known = any(then[0] and one[0] in LIST_TABLES for one, then in self.expected.items())
        if now and not known:
            why = "they were loaded by an earlier version; the next refresh seals them"
            self._skip(sum(one.table == "lists.list_versions" for one in now), "lists", why)
            return
        if known and not now and not self.workspace.indexes.is_dir():
            self._skip(0, "lists", "lists.db holds none, as after a restore; refresh them")
            return
        self._compare(now, tables)
        for list_id, one in served.items():
            file = index_file(one.index_folder)
            key = f"{list_id} {one.version.version}"
            recorded, position = self.expected.get((INDEXES, key), (None, None))
            # One that is gone is built again when the list is next searched.
            if recorded and file.exists():
                if hash_file(file) == recorded.hex():
                    self._count("indexes of lists")
                else:
                    self._differs("indexes", key, "is not the index that was recorded", position)
        self._snapshots()

    def _snapshots(self) -> None:
        from duediligence.fetch import Snapshots

        root = self.workspace.snapshots
        if not root.is_dir():
            if any(then[0] and one[0] == SNAPSHOTS for one, then in self.expected.items()):
                self._skip(0, "files of lists", "the folder snapshots is not here")
            return
        store, now = Snapshots(root), []
        for folder in sorted(root.iterdir()):
            for snapshot in store.all(folder.name) if folder.is_dir() else ():
                now.append(snapshot_seal(snapshot))
                intact = snapshot.intact()
                self._count("files of lists", len(intact))
                for file in snapshot.files:
                    if file.filename not in intact:
                        name = f"{snapshot.list_id} {snapshot.id} {file.filename}"
                        self._differs("snapshots", name, "is not the file that was fetched")
                for extra in store.strays(snapshot):
                    name = f"{snapshot.list_id} {snapshot.id} {extra}"
                    self._differs("snapshots", name, "was never fetched: put there by hand")
        self._compare(now, frozenset({SNAPSHOTS}))

    def _registers(self) -> None:
        tables = frozenset({REGISTERS, "register.files"})
        now = [one for one in self.workspace.register.seals() if one.table in tables]
        self._schema("register.db", self.workspace.register.schema_changes())
        known = any(then[0] and one[0] in tables for one, then in self.expected.items())
        if now and not known:
            why = "they were loaded by an earlier version; the next load seals them"
            self._skip(len(now) // 2, "registers", why)
        elif known and not now and not (self.workspace.settings.home / "register").is_dir():
            self._skip(0, "registers", "register.db holds none, as after a restore; load them")
        else:
            self._compare(now, tables)

    def _extension_files(self) -> None:
        """Compare the files of extensions, and name those that no extension in use compares."""
        for compare in load_parts(self.workspace.extensions, "files"):
            found: ComparedFiles = compare(self.workspace, self._find_seal, self.progress)
            if found.why_not:
                self._skip(0, found.what, found.why_not)
            for difference in found.differing:
                self._differs(*difference)
            self._count(f"files of the {found.what}", found.right)
        there = {one.name for one in self.workspace.extensions if one.files}
        sealed = {find_file_owner(table) for table, _ in self.expected}
        for name in sorted({*sealed, *self.workspace.list_missing_extensions()} - there - {""}):
            self._skip(0, f"files of the extension {name!r}", "none in use compares them")

    def _find_seal(self, table: str, key: str) -> tuple[bytes | None, int | None]:
        """Return the newest seal, None where there is none, and the position of its record."""
        return self.expected.get((table, key), (None, None))

    def _descriptions(self) -> None:
        folder, unknown = self.workspace.settings.local_registers_folder, 0
        for path in sorted(folder.glob("*.toml")) if folder.is_dir() else ():
            record = self.chain.added.get(path.stem)
            if record is None:
                unknown += 1
            elif hash_file(path) != record.event.what.get("sha256"):
                what = "is not what was added: edited; check it and add it again"
                self._differs("local-registers", path.name, what, record.position)
            else:
                self._count("descriptions of registers")
        if unknown:
            why = "they were put into the folder without `lists add`"
            self._skip(unknown, "descriptions of registers", why)

    def _answers(self) -> None:
        """The answers of Companies House that dossiers rest on."""
        from duediligence.fetch.evidence import Evidence

        folder = self.workspace.settings.home / "companies-house"
        rest_on = self._read(
            lambda: {
                one.sha256: one.address
                for one in self.workspace.casework.integrity.sources()
                if one.sha256 and one.address.startswith("http")
            }
        )
        if rest_on is None:
            self._skip(0, "answers of registers", "a dossier that names them is damaged")
            return
        if not folder.is_dir():
            if rest_on:
                why = "the folder companies-house is not here"
                self._skip(len(rest_on), "answers of registers", why)
            return
        others, there = 0, set[str]()
        number = sum(1 for _ in folder.glob("*/*.json"))
        with self.progress.task("Verifying answers of registers", number) as task:
            for path, answer in track_progress(Evidence(folder).every(), task):
                if answer is None:
                    name = f"{path.parent.name[:12]}/{path.name}"
                    self._differs("companies-house", name, "is not the answer that was kept")
                else:
                    there.add(answer.sha256)
                    others += answer.sha256 not in rest_on
        for key in rest_on.keys() - there:
            what = f"the answer is missing that a dossier rests on: {rest_on[key]}"
            self._differs("companies-house", key[:16], what)
        self._count("answers of registers", len(rest_on.keys() & there))
        if others:
            why = "no run refers to them; a later screening may use one that is a day old or less"
            self._skip(others, "answers of registers", why)

    def _read(self, read: Callable[[], T]) -> T | None:
        """Return what is read; None where it is damaged."""
        try:
            return read()
        except (StorageError, ValueError, LookupError, TypeError, AssertionError):
            return None


def _describe_put_back(rule: str) -> str:
    return f"was removed under the rule {rule}, and was put back by hand"


def _format_table_name(table: str) -> str:
    """Return the name of a table for people: `lists.db entries`."""
    file, _, name = table.partition(".")
    if not name:
        return table
    return name if file == "files" else f"{file}.db {name}"


def _row_matches_document(row: DecisionRow) -> bool:
    """Return whether the columns of a decision say what its document says."""
    try:
        read = replace(decode(Decision, row.body), position=row.position)
    except StorageError:
        return False
    return (read.alert_id, read.by, read.at.isoformat()) == (
        row.alert_id,
        row.made_by,
        row.made_at,
    )
