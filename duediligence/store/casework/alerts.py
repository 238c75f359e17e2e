"""The alerts as they were last derived: one is read by its id, many in pages, in constant time."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec

from duediligence.model.alerts import Found, JoinedLine, format_alert_number
from duediligence.model.audit import AuditEvent
from duediligence.model.entries import Handling
from duediligence.model.findings import SEVERITIES, Event, Result, Severity
from duediligence.store.casework.assignments import OWNERS
from duediligence.store.casework.audit import append
from duediligence.store.casework.checks import CHECKS, TAKEN_BACK
from duediligence.store.casework.seals import seal
from duediligence.store.database import EXACT, Repository, all_rows, plain_errors, writing
from duediligence.typed_data import decode_json, decoder_of

# The order of the queue: the most severe first, then the highest score, then the oldest.
ORDER = ("severity", "minus_score", "first_seen", "place", "id")
# The sources of an alert: alerts of merged suppliers that count as it now, with the number of each.
_SOURCES = """SELECT DISTINCT alerts.id, n.number
              FROM alerts, json_each(alerts.joined) AS line,
                   json_each(json_extract(line.value, '$.ids')) AS source
              JOIN alert_numbers AS n ON n.alert_id = source.value
              WHERE alerts.joined != '[]' AND json_extract(line.value, '$.merged')
                AND source.value NOT IN (SELECT id FROM alerts)
                AND source.value NOT IN (SELECT old_id FROM alert_aliases)"""
# An alert by a new id keeps the number that it had, unless another alert has it by now.
_KEPT_NUMBER = """SELECT min(n.number) FROM alert_numbers AS n
                  JOIN alert_aliases AS earlier ON earlier.old_id = n.alert_id
                  WHERE earlier.alert_id = ? AND NOT EXISTS (
                    SELECT 1 FROM alert_numbers AS other WHERE other.number = n.number
                    AND other.alert_id NOT IN (SELECT old_id FROM alert_aliases))"""
# Before the first number: each has four digits, and none looks like a count.
_BEFORE_FIRST = 1_000
# How far a home that was made from a backup counts on from it: more than any home has new alerts
# between two backups, so that no number stands in a letter for another alert that was lost.
_LEAP = 10_000
_COLUMNS = (
    "id, supplier_ref, check_id, list_id, entry_id, severity, minus_score, first_seen, place, "
    "run_id, positions, last_seen, party_sha256, entry_sha256, found, restricted, event, state, "
    "ends, next_state, next_ends, last_state, opened, joined"
)
# What was decided of an alert on the day ?1, and what it is that day.
_DECIDED = """CASE WHEN ends IS NULL OR ?1 < ends THEN state
                   WHEN next_ends IS NULL OR ?1 < next_ends THEN next_state
                   ELSE last_state END"""
# Only runs found it that no longer count for its supplier. `place` begins with that supplier.
_TAKEN_BACK = f"(run_id, substr(place, 1, instr(place, char(31)) - 1)) IN ({TAKEN_BACK})"
_STATE = f"""CASE WHEN {_TAKEN_BACK} AND {_DECIDED} = 'open' THEN 'import taken back'
                  WHEN found = 'no' THEN 'resolved'
                  WHEN supplier_ref IN (
                         SELECT ref FROM suppliers
                         WHERE json_extract(CAST(body AS TEXT), '$.ended') IS NOT NULL
                           AND json_extract(CAST(body AS TEXT), '$.ended') <= ?1)
                       AND {_DECIDED} NOT IN ('not the same', 'mitigated') THEN 'supplier ended'
                  ELSE {_DECIDED} END"""  # noqa: S608
# From which day on it waits for somebody, on the day ?1.
_SINCE = "coalesce(opened, date(first_seen, 'unixepoch'))"
_OPENED = f"""CASE WHEN ends IS NULL OR ?1 < ends THEN {_SINCE}
                   WHEN next_ends IS NULL OR ?1 < next_ends
                   THEN CASE next_state WHEN 'open' THEN ends ELSE {_SINCE} END
                   ELSE CASE last_state WHEN 'open' THEN next_ends ELSE {_SINCE} END END"""
_READ = f"{_COLUMNS}, number, {_TAKEN_BACK}"
_SCORE, _FIRST_SEEN = EXACT.format("-minus_score"), EXACT.format("first_seen")
# In these states an alert has a due date.
WAITING = ("open", "awaiting second decision", "not sure", "same")


@dataclass(frozen=True, slots=True)
class States:
    """The states of an alert as days go by: `state` before the day `ends`, and so on.

    `opened` is the day since which it is open again in the first of them, None for since it was
    first seen.
    """

    state: str
    ends: date | None = None
    next_state: str = ""
    next_ends: date | None = None
    last_state: str = ""
    opened: date | None = None


class StoredEvent(msgspec.Struct, frozen=True):
    """What an alert says has happened, and what else tells whether another tells of the same."""

    supplier_name: str
    handling: Handling
    outcome: Result
    event: Event


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertOutline:
    """What the order and the pages of the queue need of an alert on a day: no evidence is read.

    `told` is what it says has happened, if anything; `opened` the day since which it waits for
    somebody; `owner` may be empty.
    """

    id: str
    supplier_ref: str
    severity: Severity
    score: float
    first_seen: float
    place: str
    told: StoredEvent | None
    state: str
    opened: date
    owner: str
    restricted: bool
    number: int = 0
    check_id: str = ""

    @property
    def supplier_name(self) -> str:
        return self.told.supplier_name if self.told else ""

    @property
    def handling(self) -> Handling:
        return self.told.handling if self.told else "public"

    @property
    def outcome(self) -> Result:
        return self.told.outcome if self.told else "review"

    @property
    def event(self) -> Event | None:
        return self.told.event if self.told else None

    @property
    def key(self) -> tuple[str, ...]:
        """Return `Finding.key`."""
        return tuple(self.place.split("\x1f"))


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAlert:
    """An alert as stored. `severity` counts from 0, the most severe; `score` is 0.0 without one.

    `positions` are the places of its findings in the run `run_id`, the newest that has them;
    `last_seen` is when that run started (UTC). `first_seen` is in seconds since 1970, `place` what
    puts alerts in order that are alike in all else. `supplier_ref` is the supplier by now: its
    findings may be of one that was merged into it. `number` is 0 where it has none.
    """

    id: str
    supplier_ref: str
    check_id: str
    list_id: str
    entry_id: str
    severity: int
    score: float
    first_seen: float
    place: str
    run_id: str
    positions: tuple[int, ...]
    last_seen: datetime
    party_sha256: str
    entry_sha256: str
    found: Found
    restricted: bool
    event: StoredEvent | None = None
    states: States
    joined: tuple[JoinedLine, ...] = ()
    number: int = 0
    taken_back: bool = False

    def state_on(self, day: date) -> str:
        """Return the state on a day, as the database has it (`_STATE`)."""
        if self.found == "no":
            return "resolved"
        where = self.states
        if where.ends is None or day < where.ends:
            return where.state
        if where.next_ends is None or day < where.next_ends:
            return where.next_state
        return where.last_state


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertQuery:
    """Which alerts are wanted on a day. What is empty admits all; `severity` is the last admitted.

    `after` is the place of the last alert of the page before (see `place_of`). `owners` are
    the names of who answers for it, empty for nobody and None for whoever. `overdue_after` is by
    severity, from the most severe, after how many days an alert is overdue; empty admits those
    that are not. `restricted` admits those alone that are based on a restricted record, or are
    not; None both. `of_event` admits those alone that say what has happened. `checks` admits those
    alone that checks of a name raised, or none of those; None both.
    """

    on: date
    states: Collection[str] = ()
    severity: int = 3
    supplier: str = ""
    list_id: str = ""
    entry: tuple[str, str] = ("", "")
    run: str = ""
    after: tuple[object, ...] = ()
    owners: Collection[str] | None = None
    overdue_after: Sequence[int] = ()
    restricted: bool | None = None
    of_event: bool = False
    checks: bool | None = None

    def where(self) -> tuple[str, list[object]]:
        values: list[object] = [self.on.isoformat(), self.severity]
        clauses = ["severity <= ?2"]

        def add(clause: str, *more: object) -> None:
            values.extend(more)
            clauses.append(clause)

        if self.states:
            marks = ", ".join("?" for _ in self.states)
            add(f"{_STATE} IN ({marks})", *self.states)
        if self.supplier:
            add("supplier_ref = ?", self.supplier)
        if self.list_id:
            add("list_id = ?", self.list_id)
        if self.restricted is not None:
            add("restricted = ?", int(self.restricted))
        if self.checks is not None:
            add(f"run_id {'' if self.checks else 'NOT '}IN ({CHECKS})")
        if self.of_event:
            add("event != ''")
        if any(self.entry):
            add("list_id = ? AND entry_id = ?", *self.entry)
        if self.run:
            add("run_id = ?", self.run)
        if self.owners is not None:
            owned = f"id IN (SELECT of_alert FROM ({OWNERS}) WHERE {{}})"  # noqa: S608
            if self.owners:
                marks = ", ".join("?" for _ in self.owners)
                add(owned.format(f"owner COLLATE NOCASE IN ({marks})"), *self.owners)
            else:
                add(f"NOT {owned.format('owner != ?')}", "")
        if self.overdue_after:
            waiting = ", ".join(f"'{one}'" for one in WAITING)
            days = " ".join(
                f"WHEN {place} THEN '+{int(days)} days'"
                for place, days in enumerate(self.overdue_after)
            )
            add(f"{_STATE} IN ({waiting}) AND date({_OPENED}, CASE severity {days} END) < ?1")
        if self.after:
            marks = ", ".join("?" for _ in ORDER)
            add(f"({', '.join(ORDER)}) > ({marks})", *self.after)
        return " AND ".join(clauses), values


def choose_numbers(own: Mapping[str, int], sources: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Return the number that each alert is shown by: the lowest of its own and its sources'
    (alert, number of a source). What is a source of several alerts counts for the first.
    """
    of_alert: dict[str, list[int]] = {}
    for alert, number in sources:
        of_alert.setdefault(alert, []).append(number)
    shown, taken = dict(own), set[int]()
    for alert in sorted(own.keys() & of_alert.keys(), key=own.__getitem__):
        free = set(of_alert[alert]) - taken
        shown[alert] = min({own[alert], *free})
        taken |= free
    return shown


def place_of(row: StoredAlert) -> tuple[object, ...]:
    """Return where an alert stands in the order of the queue: a page begins after such a place."""
    return (row.severity, -row.score, row.first_seen, row.place, row.id)


class AlertStore(Repository):
    """The stored alerts. Raises StorageError from every method."""

    def derived(self) -> tuple[str, str] | None:
        """Return up to which run, and by which rules, the alerts are derived; None for never."""
        row = self._fetch_one("SELECT run_id, rules FROM alerts_state")
        return (row[0], row[1]) if row else None

    def set_derived(self, run_id: str, rules: str) -> None:
        """Record up to which run, and by which rules, the alerts are derived."""
        with writing(self._db) as db:
            db.conn.execute("INSERT OR REPLACE INTO alerts_state VALUES (1, ?, ?)", (run_id, rules))

    def get(self, alert_id: str) -> StoredAlert | None:
        """Return the alert of that id, or None."""
        row = self._fetch_one(
            f"SELECT {_READ} FROM alerts WHERE id = ?",  # noqa: S608
            (alert_id,),
        )
        return _parse_alert_row(row) if row else None

    def beginning(self, prefix: str, *, most: int = 100) -> list[str]:
        """Return the ids of alerts that begin so, or are known by an earlier id that does."""
        span = (prefix, prefix + "g", most)
        rows = self._fetch_all(
            """SELECT id FROM (SELECT id FROM alerts WHERE id >= ?1 AND id < ?2
               UNION SELECT alert_id FROM alert_aliases JOIN alerts ON id = alert_id
                     WHERE old_id >= ?1 AND old_id < ?2
               UNION SELECT alerts.id FROM alerts, json_each(joined) AS line,
                            json_each(line.value, '$.ids') AS known
                     WHERE joined != '[]' AND json_extract(line.value, '$.merged')
                       AND known.value >= ?1 AND known.value < ?2)
               ORDER BY id LIMIT ?3""",
            span,
        )
        return [found for (found,) in rows]

    def numbered(self, number: int) -> list[str]:
        """Return the ids of the alerts that have that number, or had it before they were joined
        with another or got another id: mostly one.
        """
        found = self._fetch_all("SELECT id FROM alerts WHERE number = ?", (number,))
        if ids := [one for (one,) in found]:
            return ids
        had = self._fetch_all("SELECT alert_id FROM alert_numbers WHERE number = ?", (number,))
        return sorted({now for (one,) in had for now in self.beginning(one)})

    def numbers(self) -> Mapping[str, int]:
        """Return the number of each alert that has one, by its id."""
        return dict(self._fetch_all("SELECT id, number FROM alerts WHERE number IS NOT NULL"))

    def labels(self, alert_ids: Iterable[str]) -> dict[str, str]:
        """Return the number of each alert as people write it, `A-1042`, by these ids, of earlier
        ones as well.
        """
        found: dict[str, str] = {}
        for id_ in alert_ids:
            row = self._fetch_one(
                """SELECT coalesce(
                     (SELECT number FROM alerts WHERE id = ?1),
                     (SELECT number FROM alert_numbers WHERE alert_id = ?1), 0)""",
                (id_,),
            )
            found[id_] = format_alert_number(row[0], id_)
        return found

    def set_numbers(self, at: datetime | None) -> None:
        """Give each new alert a number for good, in the order in which they were first seen, record
        about which supplier it is, and show each by the lowest of its sources. Without a time none
        gets a new one: what is thrown away afterwards must not use any up.
        """
        with writing(self._db) as db:
            if at is not None:
                new = db.conn.execute(
                    """SELECT id FROM alerts WHERE number IS NULL
                       AND id NOT IN (SELECT alert_id FROM alert_numbers)
                       ORDER BY first_seen, place, id"""
                ).fetchall()
                last = self._find_last_position() if new else 0
                rows = [self._give_number(last + n, id_) for n, (id_,) in enumerate(new, 1)]
                about = db.conn.execute(
                    """INSERT INTO alert_suppliers SELECT id, supplier_ref FROM alerts
                       WHERE id NOT IN (SELECT alert_id FROM alert_suppliers) RETURNING *"""
                ).fetchall()
                if rows or about:
                    event = AuditEvent("alert numbers given", at, self._who, {"alerts": len(rows)})
                    sealed = [seal("alert_numbers", row) for row in rows]
                    sealed += [seal("alert_suppliers", row) for row in about]
                    append(db, event, sealed)
            before = dict(db.conn.execute("SELECT id, number FROM alerts"))
            own = dict(
                db.conn.execute(
                    "SELECT id, n.number FROM alerts JOIN alert_numbers AS n ON n.alert_id = id"
                )
            )
            numbers = choose_numbers(own, db.conn.execute(_SOURCES))
            changed = [(number, id_) for id_, number in numbers.items() if before[id_] != number]
            db.conn.executemany("UPDATE alerts SET number = ? WHERE id = ?", changed)

    def _give_number(self, position: int, alert_id: str) -> tuple[int, str, int]:
        db = self._db.conn
        (kept,) = db.execute(_KEPT_NUMBER, (alert_id,)).fetchone()
        row = (position, alert_id, kept or _BEFORE_FIRST + position)
        db.execute("INSERT INTO alert_numbers VALUES (?, ?, ?)", row)
        return row

    def ids_about(self, refs: Iterable[str]) -> set[str]:
        """Return the id of each alert that was ever raised about these suppliers, also of those
        that no screening holds any more.
        """
        return {
            id_
            for ref in refs
            for (id_,) in self._fetch_all(
                "SELECT alert_id FROM alert_suppliers WHERE supplier_ref = ?", (ref,)
            )
        }

    def skip_numbers(self, days: int = 0) -> int:
        """Leave out the numbers that a home may have given out since it was backed up, and return
        the first that comes next. Of two homes that were made from one backup, so many `days` after
        it, each has numbers of its own.
        """
        with writing(self._db) as db:
            after = (self._find_last_position() // _LEAP + 2 + days) * _LEAP - _BEFORE_FIRST
            db.conn.execute("DELETE FROM sqlite_sequence WHERE name = 'alert_numbers'")
            db.conn.execute("INSERT INTO sqlite_sequence VALUES ('alert_numbers', ?)", (after,))
            return _BEFORE_FIRST + after + 1

    def _find_last_position(self) -> int:
        """Return the last position that a number was given by, from the seals where a program that
        copied or mended the database lost how far it had counted.
        """
        (last,) = self._db.conn.execute(
            """SELECT max(coalesce(
                     (SELECT seq FROM sqlite_sequence WHERE name = 'alert_numbers'),
                     (SELECT max(CAST(key AS INTEGER)) FROM seals WHERE name = 'alert_numbers'), 0),
                   coalesce((SELECT max(position) FROM alert_numbers), 0))"""
        ).fetchone()
        return int(last)

    def rows(self, query: AlertQuery, *, most: int = -1) -> list[StoredAlert]:
        """Return the alerts that the query admits, in the order of the queue, at most so many."""
        where, values = query.where()
        rows = self._fetch_all(
            f"SELECT {_READ} FROM alerts WHERE {where} "  # noqa: S608
            f"ORDER BY {', '.join(ORDER)} LIMIT ?",
            (*values, most),
        )
        return [_parse_alert_row(row) for row in rows]

    def outlines(self, query: AlertQuery, ids: Collection[str] = ()) -> list[AlertOutline]:
        """Return the alerts that the query admits, in the order of the queue; of these ids, if
        any.
        """
        where, values = query.where()
        if ids:
            where += f" AND id IN ({', '.join('?' for _ in ids)})"
            values += ids
        with plain_errors(self.path):
            rows = all_rows(
                self._db,
                13,
                f"SELECT id, supplier_ref, severity, {_SCORE}, {_FIRST_SEEN}, place, "  # noqa: S608
                f"event, {_STATE}, {_OPENED}, coalesce(owner, ''), restricted, "
                f"coalesce(number, 0), check_id "
                f"FROM alerts LEFT JOIN ({OWNERS}) ON of_alert = id WHERE {where} "
                f"ORDER BY {', '.join(ORDER)}",
                values,
            )
        return [_build_alert_outline(*row) for row in rows]

    def counts(self, query: AlertQuery) -> Counter[str]:
        """Return how many alerts the query admits, by their state on its day."""
        where, values = query.where()
        rows = self._fetch_all(
            f"SELECT {_STATE}, count(*) FROM alerts WHERE {where} GROUP BY 1",  # noqa: S608
            values,
        )
        return Counter(dict(rows))

    def of_suppliers(
        self, refs: Collection[str]
    ) -> list[tuple[str, str, str, str, int, Found, str]]:
        """Return the id, supplier, list, newest run, first place there, `found` and check of each
        alert of these suppliers.
        """
        columns = "id, supplier_ref, list_id, run_id, json_extract(positions, '$[0]'), found"
        columns += ", check_id"
        with plain_errors(self.path):
            if len(refs) > 500:
                every = self._db.conn.execute(f"SELECT {columns} FROM alerts")  # noqa: S608
                return [row for row in every if row[1] in refs]
            return [
                row
                for ref in refs
                for row in self._db.conn.execute(
                    f"SELECT {columns} FROM alerts WHERE supplier_ref = ?",  # noqa: S608
                    (ref,),
                )
            ]

    def joined(self) -> Mapping[str, tuple[JoinedLine, ...]]:
        """Return which decisions of other suppliers count for alerts, by the ids of these."""
        rows = self._fetch_all("SELECT id, joined FROM alerts WHERE joined != '[]'")
        return {one: _parse_joined_lines(joined) for one, joined in rows}

    def ids(self) -> set[str]:
        """Return every id of an alert."""
        return {one for (one,) in self._fetch_all("SELECT id FROM alerts")}

    def put(self, rows: Iterable[StoredAlert]) -> None:
        """Store these alerts, in the place of what is stored of them."""
        columns = _COLUMNS.split(", ")
        marks = ", ".join("?" for _ in columns)
        changing = columns[columns.index("run_id") :]
        changes = ", ".join(f"{one} = excluded.{one}" for one in changing)
        values = [_build_alert_values(row) for row in rows]
        with writing(self._db) as db:
            db.conn.executemany(
                f"INSERT INTO alerts ({_COLUMNS}) VALUES ({marks}) "  # noqa: S608
                f"ON CONFLICT (id) DO UPDATE SET {changes}",
                values,
            )
            # Apart, for it writes to the index of the order, and seldom changes.
            db.conn.executemany(
                """UPDATE alerts SET severity = ?2, minus_score = ?3, first_seen = ?4, place = ?5
                   WHERE id = ?1 AND (severity, minus_score, first_seen, place)
                                     IS NOT (?2, ?3, ?4, ?5)""",
                ((one[0], *one[5:9]) for one in values),
            )

    def set_found(self, found: Mapping[str, Found]) -> None:
        """Store how the newest screening of the supplier ended for these alerts, by id."""
        with writing(self._db) as db:
            db.conn.executemany(
                "UPDATE alerts SET found = ? WHERE id = ?",
                ((each, one) for one, each in found.items()),
            )

    def set_states(self, alert_id: str, states: States) -> None:
        """Store what became of an alert by a decision."""
        with writing(self._db) as db:
            db.conn.execute(
                "UPDATE alerts SET state = ?, ends = ?, next_state = ?, next_ends = ?, "
                "last_state = ?, opened = ? WHERE id = ?",
                (*_of_states(states), alert_id),
            )

    def counts_by_supplier(self) -> Mapping[str, tuple[int, int]]:
        """Return how many alerts each supplier has, and how many decisions were made about these.

        Restricted alerts are left out.
        """
        query = """SELECT supplier_ref, count(*), coalesce(sum(decided), 0) FROM alerts
                   LEFT JOIN (SELECT alert_id, count(*) AS decided FROM decisions GROUP BY alert_id)
                   ON alert_id = id WHERE NOT restricted GROUP BY supplier_ref"""
        return {ref: (alerts, made) for ref, alerts, made in self._fetch_all(query)}

    def remove(self, alert_ids: Iterable[str]) -> None:
        """Remove these alerts; they can be derived again."""
        with writing(self._db) as db:
            db.conn.executemany("DELETE FROM alerts WHERE id = ?", ((one,) for one in alert_ids))

    def remove_of(self, refs: Iterable[str]) -> None:
        """Remove the alerts of these suppliers; they can be derived again."""
        with writing(self._db) as db:
            db.conn.executemany(
                "DELETE FROM alerts WHERE supplier_ref = ?", ((one,) for one in refs)
            )

    def clear(self) -> None:
        """Remove every alert, to derive them again."""
        with writing(self._db) as db:
            db.conn.execute("DELETE FROM alerts")

    def aliases(self) -> Mapping[str, tuple[str, ...]]:
        """Return the ids that alerts have now by each earlier id of theirs.

        What led to an id that is an earlier one by now was led on with it, and leads only there.
        """
        rows = self._fetch_all("SELECT old_id, alert_id FROM alert_aliases ORDER BY 1, 2")
        found: dict[str, tuple[str, ...]] = {}
        for old, new in rows:
            found[old] = (*found.get(old, ()), new)
        return {old: tuple(one for one in new if one not in found) for old, new in found.items()}

    def earlier_ids(self, alert_id: str) -> tuple[str, ...]:
        """Return the ids that an alert had before, if any."""
        rows = self._fetch_all(
            "SELECT old_id FROM alert_aliases WHERE alert_id = ? ORDER BY 1", (alert_id,)
        )
        return tuple(old for (old,) in rows)

    def add_aliases(self, pairs: Iterable[tuple[str, str]], at: datetime) -> None:
        """Record under which earlier id an alert is known: `(old, new)`. They stay for good."""
        with writing(self._db) as db:
            added = [
                pair
                for pair in dict.fromkeys(pairs)
                if db.conn.execute(
                    "INSERT OR IGNORE INTO alert_aliases VALUES (?, ?)", pair
                ).rowcount
            ]
            if added:
                event = AuditEvent("alert ids joined", at, self._who, {"ids": len(added)})
                append(db, event, [seal("alert_aliases", pair) for pair in added])


def _of_states(states: States) -> tuple[object, ...]:
    ends, next_ends = states.ends, states.next_ends
    return (
        states.state,
        ends.isoformat() if ends else None,
        states.next_state,
        next_ends.isoformat() if next_ends else None,
        states.last_state,
        states.opened.isoformat() if states.opened else None,
    )


def _build_alert_values(row: StoredAlert) -> tuple[object, ...]:
    return (
        row.id,
        row.supplier_ref,
        row.check_id,
        row.list_id,
        row.entry_id,
        row.severity,
        -row.score,
        row.first_seen,
        row.place,
        row.run_id,
        msgspec.json.encode(row.positions).decode(),
        row.last_seen.isoformat(),
        row.party_sha256,
        row.entry_sha256,
        row.found,
        int(row.restricted),
        msgspec.json.encode(row.event).decode() if row.event else "",
        *_of_states(row.states),
        msgspec.json.encode(row.joined).decode(),
    )


_read_event = decoder_of(StoredEvent).decode


def _parse_stored_event(text: str) -> StoredEvent | None:
    return _read_event(text) if text else None


def _build_alert_outline(
    id_: str,
    ref: str,
    severity: int,
    score: str,
    first_seen: str,
    place: str,
    event: str,
    state: str,
    opened: str,
    owner: str,
    restricted: int,
    number: int,
    check_id: str,
) -> AlertOutline:
    return AlertOutline(
        id=id_,
        supplier_ref=ref,
        severity=SEVERITIES[-1 - severity],
        score=float(score),
        first_seen=float(first_seen),
        place=place,
        told=_parse_stored_event(event),
        state=state,
        opened=date.fromisoformat(opened),
        owner=owner,
        restricted=bool(restricted),
        number=number,
        check_id=check_id,
    )


def _parse_alert_day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _parse_joined_lines(joined: str) -> tuple[JoinedLine, ...]:
    return decode_json(joined, tuple[JoinedLine, ...])


def _parse_alert_row(values: tuple[Any, ...]) -> StoredAlert:
    *own, state, ends, next_state, next_ends, last_state, opened, joined, number, back = values
    id_, ref, check, list_id, entry, severity, score, first_seen, place, run, positions = own[:11]
    last_seen, party_sha256, entry_sha256, found, restricted, event = own[11:]
    return StoredAlert(
        id=id_,
        supplier_ref=ref,
        check_id=check,
        list_id=list_id,
        entry_id=entry,
        severity=severity,
        score=-score,
        first_seen=first_seen,
        place=place,
        run_id=run,
        positions=decode_json(positions, tuple[int, ...]),
        last_seen=datetime.fromisoformat(last_seen),
        party_sha256=party_sha256,
        entry_sha256=entry_sha256,
        found=found,
        restricted=bool(restricted),
        event=_parse_stored_event(event),
        states=States(
            state,
            _parse_alert_day(ends),
            next_state,
            _parse_alert_day(next_ends),
            last_state,
            _parse_alert_day(opened),
        ),
        joined=_parse_joined_lines(joined),
        number=number or 0,
        taken_back=bool(back),
    )
