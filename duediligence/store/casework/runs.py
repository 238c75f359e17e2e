"""Runs, sealed so that a change shows, and what each covered."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from itertools import zip_longest
from typing import TypeVar

import msgspec
from sqlite_utils import Database

from duediligence.model import (
    Declaration,
    Dossier,
    Finding,
    ListEntry,
    Party,
    Run,
    SetAside,
    Supplier,
)
from duediligence.model.audit import AuditEvent, AuditValue
from duediligence.store.casework import seals
from duediligence.store.casework.audit import append
from duediligence.store.casework.checks import CHECKS
from duediligence.store.casework.networks import add_links
from duediligence.store.database import Repository, plain_errors, writing
from duediligence.store.records import (
    decode,
    decode_all,
    decode_fields,
    encode,
    encode_all,
    identity_of,
)


def build_run_stored_event(
    run: Run, who: str, digest: str, rows: tuple[str, ...] = ()
) -> AuditEvent:
    """Return the event that a run was stored, by whom, with what seals it (see `RunSeal`)."""
    lists = (
        f"{one.list_id} {one.version.version if one.version else 'none'}, {one.state}"
        for one in run.lists
    )
    return AuditEvent(
        "run stored",
        run.finished_at,
        who,
        {
            "sha256": digest,
            **({"rows": rows} if rows else {}),
            "complete": run.complete,
            "suppliers": run.suppliers,
            "parties": run.parties,
            "findings": len(run.findings),
            "supplier_file": run.supplier_file,
            "supplier_file_sha256": run.supplier_file_sha256,
            "lists": tuple(lists),
            "threshold": f"{run.threshold:g}",
            "matcher_version": run.matcher_version,
            "policy_sha256": run.policy_sha256,
            **_by_matcher(run),
        },
        subject=run.id,
    )


def _by_matcher(run: Run) -> dict[str, AuditValue]:
    """Return by which other matchers the suppliers were screened before, and what became of
    alerts.
    """
    changes = [change for effect in run.by_matcher.values() for change in effect.changes]
    counts = Counter(change.news for change in changes)
    found: dict[str, AuditValue] = {}
    if run.new_matcher:
        found["matchers_before"] = run.new_matcher.before
    if changes:
        told = [f"{news} {number}" for news, number in sorted(counts.items())]
        reopened = sum(change.reopened for change in changes)
        found["by_new_matcher"] = (*told, *([f"reopened {reopened}"] if reopened else []))
    return found


@dataclass(frozen=True, slots=True)
class RunSeal:
    """The hash of the rows of a run, and for each table that has any its name, their number and
    their hash with every column, as one text.
    """

    sha256: str
    rows: tuple[str, ...]


# The columns of each table of a run: those that `RunSeal.sha256` has always been over, then others.
_OF_RUN = (
    ("runs", "body", "id, started_at, complete", "id = ?"),
    ("run_suppliers", "ref, sha256", "", "run_id = ? ORDER BY ref"),
    ("run_dossiers", "ref, sha256", "", "run_id = ? ORDER BY ref"),
    (
        "findings",
        "key, supplier_ref, entry_sha256, body",
        "position, party",
        "run_id = ? ORDER BY position",
    ),
)
_COMPARED = ("run_entries", "run_premises", "run_declarations", "run_set_aside")


def seal_of(db: Database, run_id: str) -> RunSeal:
    """Return what seals the rows of a run; what was compared is in them by its own hash."""
    whole = sha256()
    tables: list[str] = []
    parties: list[tuple[int, str]] = []

    def add(table: str, count: int, digest: str) -> None:
        if count:
            tables.append(f"{table} {count} {digest}")

    for table, columns, more, where in _OF_RUN:
        count, own, width = 0, sha256(), columns.count(",") + 1
        both = f"{columns}, {more}" if more else columns
        for row in db.conn.execute(f"SELECT {both} FROM {table} WHERE {where}", (run_id,)):  # noqa: S608
            line = msgspec.json.encode(row[:width]) + b"\n"
            whole.update(line)
            own.update(line)
            if more:
                own.update(msgspec.json.encode(row[width:]) + b"\n")
            count += 1
            if table == "findings" and row[-1] is not None:
                parties.append(row[width:])
        whole.update(b"\n")
        add(table, count, own.hexdigest())
    if parties:
        whole.update(msgspec.json.encode(["party", parties]) + b"\n")
    for table in _COMPARED:
        kept = db.conn.execute(
            f"SELECT ref, sha256 FROM {table} WHERE run_id = ? ORDER BY ref, sha256",  # noqa: S608
            (run_id,),
        ).fetchall()
        if kept:
            line = msgspec.json.encode([table, kept]) + b"\n"
            whole.update(line)
            add(table, len(kept), sha256(line).hexdigest())
    return RunSeal(whole.hexdigest(), tuple(tables))


@dataclass(frozen=True, slots=True, kw_only=True)
class LastRun:
    """The last run that covered a supplier, and the hash of the supplier as it was compared.

    `run` is without its findings.
    """

    run: Run
    sha256: str


class CoverageStore(Repository):
    """Reads the runs of `casework.db`. Raises StorageError from every method."""

    def newest(self, refs: Collection[str]) -> Mapping[str, LastRun]:
        """Return the last coverage of each of these suppliers that was ever screened, by ref."""
        wanted, found = set(refs), dict[str, LastRun]()
        with plain_errors(self.path):
            # Last by position, not by time: a clock that ran ahead must not hide later runs.
            runs = self._db.conn.execute("SELECT id FROM runs ORDER BY rowid DESC").fetchall()
            for (run_id,) in runs:
                if not wanted:
                    break
                rows = self._db.conn.execute(
                    """SELECT ref, sha256, body FROM run_suppliers
                       JOIN contents USING (sha256) WHERE run_id = ?""",
                    (run_id,),
                )
                covered = {
                    ref: identity_of(Supplier, digest, body)
                    for ref, digest, body in rows
                    if ref in wanted
                }
                if covered:
                    run = self._run(run_id)
                    found |= {ref: LastRun(run=run, sha256=sha) for ref, sha in covered.items()}
                    wanted -= covered.keys()
        return found

    def _run(self, run_id: str) -> Run:
        (body,) = self._db.conn.execute("SELECT body FROM runs WHERE id = ?", (run_id,)).fetchone()
        return decode(Run, body)


T = TypeVar("T")
EntryKey = tuple[str, str]  # list id, entry id


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedSupplier:
    """What a run compared of one supplier: its own side, and what of the lists it matched.

    `premises` are places that registers tie to the supplier, looked up as parties of their own.
    `declarations` are the answers that stood, None where none were set beside what was found.
    `set_aside` are its matches that raise no alert.
    """

    supplier: Supplier
    dossier: Dossier | None
    premises: tuple[Party, ...]
    entries: tuple[ListEntry, ...]
    declarations: tuple[Declaration, ...] | None = None
    set_aside: tuple[SetAside, ...] = ()


class RunHeading(msgspec.Struct, frozen=True, kw_only=True):
    """What a list of runs shows of one. Times are UTC. `place` counts the runs as they were stored;
    `complete` says whether all that was in scope was checked.
    """

    id: str
    started_at: datetime
    finished_at: datetime
    as_of: date
    supplier_file: str
    suppliers: int
    parties: int
    place: int = 0
    complete: bool = False


class StoredReading(msgspec.Struct, frozen=True):
    """The words of an overall reading, and the reasons for them."""

    words: tuple[str, ...]
    why: str


class _Readings(msgspec.Struct, frozen=True):
    readings: dict[str, StoredReading] = {}


def _strip_unscreened_fields(supplier: Supplier) -> Supplier:
    """Return what of a supplier is screened: of its people no cell, and whether they are proven
    only of those who are not.
    """
    people = (replace(one, unproven=one.unproven or None, cell=None) for one in supplier.people)
    return replace(supplier, people=tuple(people), contact_keys=())


def hash_as_screened(supplier: Supplier) -> str:
    """Return what `Coverage.sha256` is of a run that compares the supplier as it is now."""
    return sha256(encode(_strip_unscreened_fields(supplier))).hexdigest()


class RunStore(Repository):
    """The repository of runs. Raises StorageError from every method."""

    def save(
        self,
        run: Run,
        suppliers: Iterable[Supplier],
        entries: Mapping[EntryKey, ListEntry],
        dossiers: Mapping[str, Dossier] | None = None,
        *,
        matched: Mapping[str, Collection[EntryKey]] | None = None,
        premises: Mapping[str, Collection[Party]] | None = None,
        declarations: Mapping[str, Sequence[Declaration]] | None = None,
        about: Sequence[str | None] = (),
        links: Mapping[str, Collection[str]] | None = None,
        is_check: bool = False,
    ) -> Mapping[EntryKey, str]:
        """Store the run, its findings, and what was compared, as it was.

        Returns the hash of each entry as stored. `about` says of each finding in turn who it is
        about (see `screening.alerts.identity`), None where that is not known.
        `dossiers` are by the supplier's reference, and so are `matched`, the entries that each
        may be whether or not a finding came of it, `premises`, looked up for it, and
        `declarations`, its answers that stand. `links` are the keys of the links that the dossier
        of each tells of (see `networks.link_key`): new ones are known from the day of the run on.
        Contact keys are not stored with a run: packs are made of it, and what links suppliers is
        that of today.
        """
        compared: list[tuple[str, bytes]] = []

        def keep(content: Supplier | ListEntry | Party | SetAside) -> str:
            """Return the hash of what is stored."""
            body = encode(content)
            compared.append((digest := sha256(body).hexdigest(), body))
            return digest

        def keep_bytes(body: bytes, digest: str) -> str:
            db.conn.execute("INSERT OR IGNORE INTO contents VALUES (?, ?)", (digest, body))
            return digest

        with writing(self._db) as db:
            hashes = {key: keep(entry) for key, entry in entries.items()}
            used = {(one.list_id, one.entry_id) for one in run.findings}
            used.update(key for keys in (matched or {}).values() for key in keys)
            # What nothing refers to is not kept: it could not be distinguished from an invention.
            needed = {hashes[key] for key in used & hashes.keys()}
            compared[:] = [one for one in compared if one[0] in needed]
            screened = [(run.id, one.ref, keep(_strip_unscreened_fields(one))) for one in suppliers]
            placed = list(_pair_ref_contents(premises, keep))
            aside = [(one.supplier_ref, keep(one)) for one in run.set_aside]
            db.conn.executemany("INSERT OR IGNORE INTO contents VALUES (?, ?)", compared)
            db.conn.execute(
                "INSERT INTO runs VALUES (?, ?, ?, ?)",
                (
                    run.id,
                    run.started_at.isoformat(),
                    int(run.complete),
                    encode(replace(run, findings=())),
                ),
            )
            db.conn.executemany("INSERT INTO run_suppliers VALUES (?, ?, ?)", screened)
            for table, bodies in (
                (
                    "run_dossiers",
                    {
                        ref: encode(replace(one, supplier=_strip_unscreened_fields(one.supplier)))
                        for ref, one in (dossiers or {}).items()
                    },
                ),
                (
                    "run_declarations",
                    {ref: encode_all(some) for ref, some in (declarations or {}).items()},
                ),
            ):
                db.conn.executemany(
                    f"INSERT INTO {table} VALUES (?, ?, ?)",  # noqa: S608
                    (
                        (run.id, ref, keep_bytes(body, sha256(body).hexdigest()))
                        for ref, body in bodies.items()
                    ),
                )
            for table, kept in (
                ("run_entries", _pair_ref_contents(matched, lambda key: hashes[key])),
                ("run_premises", placed),
                ("run_set_aside", aside),
            ):
                db.conn.executemany(
                    f"INSERT OR IGNORE INTO {table} VALUES (?, ?, ?)",  # noqa: S608
                    ((run.id, ref, digest) for ref, digest in kept),
                )
            db.conn.executemany(
                "INSERT INTO findings VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    (
                        run.id,
                        position,
                        _format_finding_key(finding),
                        finding.supplier_ref,
                        hashes.get((finding.list_id, finding.entry_id)),
                        encode(finding),
                        party,
                    )
                    for position, (finding, party) in enumerate(zip_longest(run.findings, about))
                ),
            )
            seal = seal_of(db, run.id)
            sealed = list(add_links(db, links, run.as_of)) if links else []
            if is_check:
                db.conn.execute("INSERT INTO checks VALUES (?)", (run.id,))
                sealed.append(seals.seal("checks", (run.id,)))
            append(db, build_run_stored_event(run, self._who, seal.sha256, seal.rows), sealed)
        return hashes

    def headings(
        self, *, before: int = 0, most: int = -1, ref: str = "", checks: bool = False
    ) -> list[RunHeading]:
        """Return the runs that were stored before that place (0: all), the newest first, at most so
        many; those that covered one supplier, if its reference is given. Else `checks` gives the
        checks of a name instead of the screenings.
        """
        of = (
            "JOIN run_suppliers ON run_id = id AND ref = ?3 WHERE TRUE"
            if ref
            else f"WHERE ?3 = '' AND {_format_checks_condition(checks)}"
        )
        # What was found is not in the body, and what is passed over is not read.
        query = f"""SELECT runs.rowid, complete, body FROM runs {of}
                    AND (?1 = 0 OR runs.rowid < ?1) ORDER BY runs.rowid DESC LIMIT ?2"""  # noqa: S608
        rows = self._fetch_all(query, (before, most, ref))
        return [
            msgspec.structs.replace(
                decode_fields(Run, RunHeading, body), place=place, complete=bool(complete)
            )
            for place, complete, body in rows
        ]

    def count(self, *, checks: bool = False) -> int:
        """Return how many screenings are stored, or how many checks of a name."""
        query = f"SELECT count(*) FROM runs WHERE {_format_checks_condition(checks)}"  # noqa: S608
        return int(self._fetch_one(query)[0])

    def readings(self, run_id: str) -> Mapping[str, StoredReading]:
        """Return the overall readings of a run by the supplier's reference; empty where it has
        none.
        """
        row = self._fetch_one("SELECT body FROM runs WHERE id = ?", (run_id,))
        return decode_fields(Run, _Readings, row[0]).readings if row else {}

    def outline(self, run_id: str) -> Run | None:
        """Return the run of that id without its findings, or None."""
        row = self._fetch_one("SELECT body FROM runs WHERE id = ?", (run_id,))
        return decode(Run, row[0]) if row else None

    def get(self, run_id: str) -> Run | None:
        """Return the run of that id with its findings, or None."""
        row = self._fetch_one("SELECT body FROM runs WHERE id = ?", (run_id,))
        if row is None:
            return None
        findings = self._fetch_all(
            "SELECT body FROM findings WHERE run_id = ? ORDER BY position", (run_id,)
        )
        aside = self._fetch_all(
            "SELECT body FROM run_set_aside JOIN contents USING (sha256) WHERE run_id = ?",
            (run_id,),
        )
        return replace(
            decode(Run, row[0]),
            findings=tuple(decode(Finding, body) for (body,) in findings),
            set_aside=in_order(decode(SetAside, body) for (body,) in aside),
        )

    def count_set_aside(self, run_id: str) -> int:
        """Return how many matches that a run set aside are kept."""
        query = "SELECT count(*) FROM run_set_aside WHERE run_id = ?"
        (number,) = self._fetch_one(query, (run_id,))
        return int(number)

    def dossiers(self, run_id: str) -> Mapping[str, Dossier]:
        """Return the dossiers of a run by the supplier's reference; empty where no register was
        asked.
        """
        rows = self._fetch_all(
            "SELECT ref, body FROM run_dossiers JOIN contents USING (sha256) WHERE run_id = ?",
            (run_id,),
        )
        return {ref: decode(Dossier, body) for ref, body in rows}

    def compared(self, run_id: str, ref: str) -> ComparedSupplier | None:
        """Return what a run compared of the supplier, as it was then; None where it did not cover
        it.
        """

        def kept(table: str) -> list[bytes]:
            rows = self._db.conn.execute(
                f"SELECT body FROM {table} JOIN contents USING (sha256) "  # noqa: S608
                "WHERE run_id = ? AND ref = ? ORDER BY sha256",
                (run_id, ref),
            )
            return [body for (body,) in rows]

        with plain_errors(self.path):
            suppliers = kept("run_suppliers")
            dossiers, premises = kept("run_dossiers"), kept("run_premises")
            entries, declared = kept("run_entries"), kept("run_declarations")
            aside = kept("run_set_aside")
        if not suppliers:
            return None
        return ComparedSupplier(
            supplier=decode(Supplier, suppliers[0]),
            dossier=decode(Dossier, dossiers[0]) if dossiers else None,
            premises=tuple(decode(Party, body) for body in premises),
            entries=tuple(decode(ListEntry, body) for body in entries),
            declarations=decode_all(Declaration, declared[0]) if declared else None,
            set_aside=in_order(decode(SetAside, body) for body in aside),
        )

    def seal(self, run_id: str) -> RunSeal | None:
        """Return what seals all that is stored of a run, as its event in the audit chain has it.

        None where there is no such run.
        """
        with plain_errors(self.path):
            found = self._db.conn.execute("SELECT 1 FROM runs WHERE id = ?", (run_id,)).fetchone()
            return seal_of(self._db, run_id) if found else None

    def started(self) -> Mapping[str, datetime]:
        """Return when each run began, by its id."""
        rows = self._fetch_all("SELECT id, started_at FROM runs")
        return {run_id: datetime.fromisoformat(at) for run_id, at in rows}

    def first_seen(self, findings: Iterable[Finding]) -> Mapping[tuple[str, ...], datetime]:
        """Return when a run first raised each of these findings, by `Finding.key`.

        Each finding carries it on, so that it outlives the run that was first.
        """
        seen = {}
        for finding in findings:
            row = self._fetch_one(
                """SELECT MIN(runs.started_at, coalesce(
                     json_extract(CAST(findings.body AS TEXT), '$.first_seen'),
                     runs.started_at)) AS seen
                   FROM findings JOIN runs ON runs.id = run_id WHERE key = ?
                   ORDER BY seen LIMIT 1""",
                (_format_finding_key(finding),),
            )
            if row:
                seen[finding.key] = datetime.fromisoformat(row[0])
        return seen


def _format_checks_condition(checks: bool) -> str:
    """Return the condition that a run is a check, or that it is none."""
    return f"id {'IN' if checks else 'NOT IN'} ({CHECKS})"


def in_order(matches: Iterable[SetAside]) -> tuple[SetAside, ...]:
    """Return matches that were set aside in the order in which they are listed."""
    return tuple(
        sorted(matches, key=lambda one: (one.supplier_ref, -one.score, one.list_id, one.entry_id))
    )


def _pair_ref_contents(
    by_ref: Mapping[str, Collection[T]] | None, kept: Callable[[T], str]
) -> Iterator[tuple[str, str]]:
    for ref, contents in (by_ref or {}).items():
        yield from ((ref, kept(content)) for content in contents)


def _format_finding_key(finding: Finding) -> str:
    return "\x1f".join(finding.key)
