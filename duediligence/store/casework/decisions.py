"""What people decided and wrote about alerts: every word kept, a decision with its evidence."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from secrets import token_hex
from types import MappingProxyType

import msgspec
from sqlite_utils import Database

from duediligence.errors import Conflict, Hint, Step
from duediligence.model.alerts import Comment, Compared, Decision, PartedEntry
from duediligence.model.audit import AuditEvent
from duediligence.model.entries import EntryKey, ListEntry
from duediligence.store.casework.audit import append
from duediligence.store.casework.seals import add_row
from duediligence.store.database import Repository, plain_errors, writing
from duediligence.store.records import decode, encode
from duediligence.text.dates import long_date
from duediligence.typed_data import decode_json


class DecidedMeanwhile(Conflict):
    """Somebody decided after what this person had seen. `decision` is the newest one."""

    code = "decided-meanwhile"

    def __init__(self, decision: Decision) -> None:
        what = f"decided {decision.decided!r} ({decision.reason})"
        if decision.decided == "withdrawn":
            what = f"undid decision {decision.withdraws}"
        super().__init__(
            f"{decision.by} {what} on "
            f"{long_date(decision.at)} at {decision.at:%H:%M} UTC, after what you had seen; "
            "nothing was recorded",
            hint=Hint("Look again: ", Step("show-alert", alert=decision.alert_id[:8])),
        )
        self.decision = decision


class DecisionStore(Repository):
    """The repository of decisions. Raises StorageError from every method."""

    def decide(
        self,
        decisions: Sequence[tuple[Decision, Compared]],
        *,
        expected: Mapping[str, int],
        opened: Mapping[str, Sequence[Decision]] = MappingProxyType({}),
    ) -> list[Decision]:
        """Keep decisions, with the supplier's side of each, in one transaction: all or none.

        Several are one act.

        `expected` is by alert id the position of the newest decision that its author had seen, 0
        for none. `opened` are by alert id the earlier decisions that need no secrecy any more: the
        event of the new one has their salts. Raises DecidedMeanwhile where there is a newer one by
        now. Returns them as stored.
        """
        with writing(self._db) as db:
            for decision, _ in decisions:
                newest = _fetch_newest_decision(db, decision.alert_id)
                if newest is not None and newest.position > expected[decision.alert_id]:
                    raise DecidedMeanwhile(newest)
            return _keep_all(db, decisions, opened)

    def withdraw(self, decisions: Sequence[Decision]) -> list[Decision]:
        """Keep decisions that take others back, in one transaction: all or none, as one act.

        Whether they may be taken back is for the caller to check, in the same transaction.
        Returns them as stored.
        """
        with writing(self._db) as db:
            return _keep_all(db, [(decision, None) for decision in decisions], {})

    def history(self) -> Mapping[str, tuple[Decision, ...]]:
        """Return every decision by the id of its alert, oldest first."""
        rows = self._fetch_all("SELECT position, body FROM decisions ORDER BY position")
        found: dict[str, tuple[Decision, ...]] = {}
        for position, body in rows:
            decision = replace(decode(Decision, body), position=position)
            found[decision.alert_id] = (*found.get(decision.alert_id, ()), decision)
        return found

    def version(self) -> tuple[int, int]:
        """Return what differs whenever a decision was made, taken back or removed."""
        row = self._fetch_one("SELECT count(*), coalesce(max(position), 0) FROM decisions")
        return int(row[0]), int(row[1])

    def of(self, alert_ids: Collection[str]) -> tuple[Decision, ...]:
        """Return every decision recorded under any of these ids, oldest first."""
        rows = [
            row
            for one in alert_ids
            for row in self._fetch_all(
                "SELECT position, body FROM decisions WHERE alert_id = ?", (one,)
            )
        ]
        return tuple(
            replace(decode(Decision, body), position=position) for position, body in sorted(rows)
        )

    def of_act(self, position: int) -> tuple[Decision, ...]:
        """Return the decision in that position, and those recorded with it; empty where there is
        none.
        """
        with plain_errors(self.path):
            rows = self._db.conn.execute(
                "SELECT position, body FROM decisions WHERE position >= ? ORDER BY position",
                (position,),
            )
            found: list[Decision] = []
            # An act is one transaction, so its decisions follow each other.
            for each, body in rows:
                decision = replace(decode(Decision, body), position=each)
                if each != position and decision.act != position:
                    break
                found.append(decision)
        return tuple(found) if found and found[0].position == position else ()

    def alert_ids(self) -> frozenset[str]:
        """Return the ids that decisions are recorded under."""
        rows = self._fetch_all("SELECT DISTINCT alert_id FROM decisions")
        return frozenset(one for (one,) in rows)

    def digests(self) -> Mapping[int, str]:
        """Return the hash of each decision as it lies there, by position: the chain holds the
        same.
        """
        rows = self._fetch_all("SELECT position, body FROM decisions")
        return {position: sha256(body).hexdigest() for position, body in rows}

    def compared(self, decision: Decision) -> Compared | None:
        """Return what the decision is about, as it was then; None where it is no longer kept."""
        ours = self._content(decision.party_sha256)
        entry = self._content(decision.entry_sha256) if decision.entry_sha256 else None
        if ours is None or (entry is None and decision.entry_sha256):
            return None
        return replace(decode(Compared, ours), entry=decode(ListEntry, entry) if entry else None)

    def _content(self, digest: str) -> bytes | None:
        row = self._fetch_one("SELECT body FROM contents WHERE sha256 = ?", (digest,))
        return row[0] if row else None


class CommentStore(Repository):
    """The repository of comments. Raises StorageError from every method."""

    def add(self, alert_id: str, text: str, at: datetime) -> Comment:
        """Keep a comment, with its event; the chain holds a salted hash of it and no word."""
        with writing(self._db) as db:
            row = (alert_id, self._who, at.isoformat(), token_hex(32), text)
            position, sealed = add_row(db, "comments", *row)
            event = AuditEvent(
                "alert commented", at, self._who, {"comment": position}, subject=alert_id
            )
            append(db, event, [sealed])
        return Comment(position=position, by=self._who, at=at, text=text)

    def of(self, alert_ids: Collection[str]) -> tuple[Comment, ...]:
        """Return the comments kept under any of these ids of alerts, the oldest first."""
        rows = [
            row
            for one in alert_ids
            for row in self._fetch_all(
                "SELECT position, made_by, made_at, text FROM comments WHERE alert_id = ?",
                (one,),
            )
        ]
        return tuple(
            Comment(position=position, by=by, at=datetime.fromisoformat(at), text=text)
            for position, by, at, text in sorted(rows)
        )


def _fetch_newest_decision(db: Database, alert: str) -> Decision | None:
    row = db.conn.execute(
        """SELECT position, body FROM decisions WHERE alert_id = ?1
           OR alert_id IN (SELECT old_id FROM alert_aliases WHERE alert_id = ?1)
           OR alert_id IN (SELECT known.value FROM alerts, json_each(joined) AS line,
                                  json_each(line.value, '$.ids') AS known
                           WHERE alerts.id = ?1 AND json_extract(line.value, '$.merged'))
           ORDER BY position DESC LIMIT 1""",
        (alert,),
    ).fetchone()
    return replace(decode(Decision, row[1]), position=row[0]) if row else None


def _keep_all(
    db: Database,
    decisions: Sequence[tuple[Decision, Compared | None]],
    opened: Mapping[str, Sequence[Decision]],
) -> list[Decision]:
    act = 0
    if len(decisions) > 1:
        (last,) = db.conn.execute(
            "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'decisions'"
        ).fetchone()
        act = last + 1
    return [
        _store_decision(
            db, replace(one, act=act, salt=token_hex(32)), compared, opened.get(one.alert_id, ())
        )
        for one, compared in decisions
    ]


def _store_decision(
    db: Database, decision: Decision, compared: Compared | None, opened: Sequence[Decision]
) -> Decision:
    if compared is not None:
        db.conn.execute(
            "INSERT OR IGNORE INTO contents VALUES (?, ?)",
            (decision.party_sha256, encode(compared)),
        )
    # It may be gone by the time that a decision is taken back.
    stored = db.conn.execute(
        "SELECT body FROM contents WHERE sha256 = ?", (decision.party_sha256,)
    ).fetchone()
    body = encode(decision)
    position = db.conn.execute(
        "INSERT INTO decisions (alert_id, made_by, made_at, body) VALUES (?, ?, ?, ?)",
        (decision.alert_id, decision.by, decision.at.isoformat(), body),
    ).lastrowid
    assert position is not None
    # What was decided is sealed by its hash and not told: a second decision may be blind. The salt
    # in what is hashed keeps the few decisions that there can be from being tried out.
    salts = tuple(f"{one.position} {one.salt}" for one in opened if one.salt)
    append(
        db,
        AuditEvent(
            "decision",
            decision.at,
            decision.by,
            {
                "decision": position,
                "sha256": sha256(body).hexdigest(),
                "run": decision.run_id,
                "party_sha256": decision.party_sha256,
                "entry_sha256": decision.entry_sha256,
                **({"compared_sha256": sha256(stored[0]).hexdigest()} if stored else {}),
                **({"act": decision.act} if decision.act else {}),
                **({"withdraws": decision.withdraws} if decision.withdraws else {}),
                **({"opened": salts} if salts else {}),
            },
            subject=decision.alert_id,
        ),
    )
    return replace(decision, position=position)


class PartedEntryStore(Repository):
    """The repository of entries taken out of a party. Raises StorageError from every method."""

    def add(self, parted: PartedEntry, alert_id: str) -> None:
        """Record what one person said at an alert, with one event. That names no entry, which may
        be restricted.
        """
        others = msgspec.json.encode(parted.others).decode()
        row = (*parted.entry, others, int(parted.alone), parted.by, parted.at.isoformat())
        with writing(self._db) as db:
            _, sealed = add_row(db, "parted_entries", *row)
            event = AuditEvent(
                "entries parted",
                parted.at,
                self._who,
                {"others": len(parted.others), "alone": int(parted.alone)},
                subject=alert_id,
            )
            append(db, event, [sealed])

    def every(self) -> list[PartedEntry]:
        """Return what was said of entries, the oldest first."""
        query = (
            "SELECT list_id, entry_id, others, alone, made_by, made_at FROM parted_entries "
            "ORDER BY position"
        )
        rows = self._fetch_all(query)
        return [
            PartedEntry(
                entry=(list_id, entry_id),
                others=decode_json(others, tuple[EntryKey, ...]),
                alone=bool(alone),
                by=by,
                at=datetime.fromisoformat(at),
            )
            for list_id, entry_id, others, alone, by, at in rows
        ]

    def pairs(self) -> Collection[frozenset[EntryKey]]:
        """Return the pairs of entries that are not one party, those that wait for a second person
        left out.
        """
        return frozenset(
            frozenset((one.entry, other))
            for one in self.every()
            if one.alone
            for other in one.others
        )
